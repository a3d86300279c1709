"""The command that imports: every row is taken in or named, and nothing is public by default."""

import json
from datetime import UTC, datetime

import pytest

from consultations.intake.importer import Importer
from consultations.intake.mapping import load_mapping
from consultations.models import Channel, Event, Status, Submission, SubmissionImport
from moderation.models import Case, Decision
from tests.conftest import DATA
from tests.consultations.intake.importing import LETTERS, POLIS, refused, run
from tests.factories import HELD_TEXT, ConsultationFactory, submission_to

pytestmark = pytest.mark.django_db


def test_import_keeps_the_time_the_author_and_the_verdict(consultation, file):
    run(file(POLIS + "1542406176584,x,53,6172,1,0,1,The bus should run later.\n"), consultation, "--publish")

    submission = Submission.objects.get()
    assert submission.received_at == datetime(2018, 11, 16, 22, 9, 36, 584000, tzinfo=UTC)
    assert (submission.source, submission.source_id, submission.source_verdict) == ("polis/letters", "53", "accepted")
    assert (submission.status, submission.public_text) == (Status.PUBLISHED, "The bus should run later.")
    assert len(submission.author_key) == 32


@pytest.mark.parametrize(("options", "status"), [([], Status.NOT_PUBLIC), (["--publish"], Status.PUBLISHED)])
def test_import_screens_as_the_website_does(consultation, file, options, status):
    run(file(POLIS + f'1,x,53,1,1,0,1,"{HELD_TEXT}"\n2,x,54,2,1,0,1,Two.\n'), consultation, *options)
    website = submission_to(consultation, HELD_TEXT)

    held = Submission.objects.get(source_id="53")
    assert (held.status, held.status_reason) == (website.status, website.status_reason) == ("held", held.status_reason)
    seen = [list(one.current.screenings.get().findings.values_list("rule", "start", "end")) for one in (held, website)]
    assert seen[0] == seen[1] != []
    assert Case.objects.waiting().count() == 2
    assert Submission.objects.get(source_id="54").status == status


def test_what_its_source_refused_stays_refused(consultation, file):
    rows = "1,x,1,1,1,0,-1,One.\n2,x,2,1,1,0,1,Two.\n3,x,3,1,1,0,0,Three.\n4,x,4,1,1,0,Hm,Four.\n"
    run(file(POLIS + rows + f'5,x,5,1,1,0,-1,"{HELD_TEXT}"\n'), consultation, "--publish")

    found = Submission.objects.order_by("source_id")
    assert list(found.values_list("status", flat=True)) == [
        "refused", "published", "published", "not_public", "refused"
    ]  # fmt: skip
    assert found[3].source_note == "Decided there: Hm"
    events = Event.objects.filter(submission=found[0]).order_by("id").values_list("kind", flat=True)
    assert "published" not in events  # not for a moment
    said = "Decided before it came to us: polis/letters."
    assert set(Decision.objects.values_list("action", "imported", "actor", "reason")) == {("refuse", True, None, said)}


@pytest.mark.parametrize("options", [[], ["--publish"]])
def test_a_column_of_consent_decides_for_each_row(consultation, file, tmp_path, options):
    mapping = tmp_path / "own.toml"
    mapping.write_text('[columns]\ntext = "Text"\nconsent = "May we?"\n[consents]\n"sure" = true\n')
    rows = file("Text,May we?\nOne,Yes\nTwo,no\nThree,\nFour,Sure\nFive,perhaps\n")
    run(rows, consultation, *options, mapping=str(mapping))

    statuses = dict(Submission.objects.values_list("current__text", "status"))
    assert {text for text, status in statuses.items() if status == "published"} == {"One", "Four"}
    assert Submission.objects.get(current__text="Five").source_note == "Date unknown\nConsent: perhaps"


def test_import_twice_takes_each_row_in_once_and_says_why(consultation, file, capsys):
    rows = file(POLIS + "1,x,53,1,1,0,1,One.\n2,x,54,1,1,0,1,Two.\n")
    run(rows, consultation)
    capsys.readouterr()
    run(rows, consultation)

    assert Submission.objects.count() == 2
    assert capsys.readouterr().out.splitlines()[2:] == [
        "0 taken in, 2 here already, 0 with errors",
        "  Nothing is new: these rows were taken in before, word for word, and stay as they are.",
    ]


def test_what_is_here_stays_as_it_is_when_it_comes_again_to_be_published(consultation, file, capsys):
    rows = file(POLIS + "1,x,53,1,1,0,1,One.\n")
    run(rows, consultation)
    run(rows, consultation, "--publish")

    assert "What was here already stays as it was, public or not." in capsys.readouterr().out
    assert Submission.objects.get().status == Status.NOT_PUBLIC


def test_the_same_file_is_new_in_another_consultation(consultation, file, capsys):
    rows = file(POLIS + "1,x,53,1,1,0,1,One.\n2,x,54,1,1,0,1,Two.\n")
    other = ConsultationFactory()
    run(rows, consultation)
    run(rows, other)

    assert capsys.readouterr().out.count("2 taken in, 0 here already, 0 with errors") == 2
    assert Submission.objects.filter(consultation=other).count() == 2


def test_a_known_id_with_other_words_is_an_error_that_says_what_differs(consultation, file, capsys):
    run(file(LETTERS + "1,,,,,Night,The night bus is late.,\n2,,,,,,Two,\n"), consultation, mapping="spreadsheet")
    capsys.readouterr()
    again = file(LETTERS + "1,,,,,Night,The night bus is never late.,\n2,,,,,New title,Two,\n3,,,,,,Three,\n")
    _out, rows, said = refused(capsys, again, consultation, mapping="spreadsheet")

    assert rows == [
        "Row 2: “1” is here already, with other words: its text was “The night bus is late.” and is “The night bus is "
        "never late.” in the file.",
        "Row 3: “2” is here already, with other words: its title was “” and is “New title” in the file.",
    ]
    assert said.startswith("2 of 3 rows cannot be taken in, so nothing was stored.")
    assert Submission.objects.count() == 2


def test_an_id_that_stands_twice_in_a_file_is_one_letter_or_an_error(consultation, file, capsys):
    rows = LETTERS + "1,,,,,,One,\n1,,,,,,One,\n"
    run(file(rows, "same.csv"), consultation, mapping="spreadsheet")
    out = capsys.readouterr().out
    assert "1 taken in, 1 here already" in out
    assert "1 that stand in the file twice, word for word; taken in once (row 3)" in out

    _out, said, _end = refused(capsys, file(rows + "1,,,,,,Two,\n", "other.csv"), consultation, mapping="spreadsheet")
    assert said == ["Row 4: “1” is in row 2 of this file, with other words."]


@pytest.mark.parametrize(
    "second",
    ["44,,,Bea,,,One,", "44,,,Ann,bea@example.org,,One,", "44,03/11/2026,,Ann,,,One,", "44,,,Ann,,,One,refused"],
)
def test_the_same_words_of_another_person_under_one_id_are_an_error(consultation, file, capsys, second):
    rows = LETTERS + "44,,,Ann,,,One,\n"
    both = rows + f"{second}\n"
    _out, said, _end = refused(capsys, file(both), consultation, mapping="spreadsheet")
    run(file(rows), consultation, mapping="spreadsheet")
    _out, again, _end = refused(capsys, file(both), consultation, mapping="spreadsheet")

    assert said == again
    assert said == [
        "Row 3: “44” is in row 2 of this file, with the same words and another name, address, date or other cell; "
        "give each row an id of its own."
    ]


def test_what_is_here_already_is_no_sample_of_what_comes(consultation, file, capsys):
    run(file(LETTERS + "1,,,Ann,,,One,\n"), consultation, mapping="spreadsheet")
    capsys.readouterr()
    rows = LETTERS + "1,,,Ann,,,One,\n2,,,Bea,,,Two,\n2,,,Bea,,,Two,\n"
    run(file(rows), consultation, "--dry-run", mapping="spreadsheet")

    out = capsys.readouterr().out
    assert [line[:7] for line in out.splitlines() if line.startswith("Row ")] == ["Row 3: "]


def test_an_erased_letter_does_not_come_back(consultation, file, capsys, moderator):
    rows = file(LETTERS + "1,,,Ann,,,One,\n", "letters.csv")
    run(rows, consultation, mapping="spreadsheet")
    Submission.objects.get().erase(actor=moderator)
    run(rows, consultation, mapping="spreadsheet")

    assert "0 taken in, 1 here already" in capsys.readouterr().out
    erased = Submission.objects.get()
    assert (erased.author_name, erased.source_note, erased.current.text) == ("", "", "")


REPLIES = """Ref,Answers,Text,Consent
4,3,Reply to a reply,yes
3,1,Reply,yes
5,6,Answers one that answers it,yes
6,5,And the other way round,yes
7,99,Answers nothing that is here,yes
1,,First,yes
2,,Not for everybody,no
8,2,Under it,yes
"""


@pytest.mark.parametrize("kind", ["comment", "idea"])
def test_replies_find_what_they_answer_wherever_it_stands(consultation, file, tmp_path, capsys, kind):
    columns = 'id = "Ref"\nparent = "Answers"\ntext = "Text"\nconsent = "Consent"\n'
    (tmp_path / "own.toml").write_text(f'[columns]\n{columns}[defaults]\nkind = "{kind}"\n')
    for _time in range(2):
        run(file(REPLIES), consultation, mapping=str(tmp_path / "own.toml"))

    found = Submission.objects.order_by("source_id")
    assert list(found.values_list("source_id", "parent__source_id", "kind", "status", "reply_count")) == [
        ("1", None, kind, "published", 2),
        ("2", None, kind, "not_public", 0),
        ("3", "1", "comment", "published", 0),
        ("4", "1", "comment", "published", 0),
        ("5", None, kind, "published", 0),
        ("6", None, kind, "published", 0),
        ("7", None, kind, "published", 0),
        ("8", "2", "comment", "not_public", 0),
    ]
    assert "Answers 99, which is not here" in found.get(source_id="7").source_note
    out = capsys.readouterr().out
    assert "       3 that answer a row which is not here; taken in as texts of their own (row 4, 5, 6): “6”" in out
    assert "0 taken in, 8 here already, 0 with errors" in out


def test_rows_without_an_id_are_known_by_what_they_say(consultation, file, tmp_path):
    mapping = tmp_path / "own.toml"
    mapping.write_text('[columns]\ntext = "Text"\n')
    rows = file("Text\nMore buses\nMore buses\nFewer cars\n")
    run(rows, consultation, mapping=str(mapping))
    run(rows, consultation, mapping=str(mapping))

    assert Submission.objects.count() == 3


def test_an_id_that_became_a_number_on_its_way_is_the_same(consultation, file, capsys):
    run(file(LETTERS + "12,,,,,,One,\n"), consultation, mapping="spreadsheet")
    run(file(LETTERS + "12.0,,,,,,One,\n12.5,,,,,,Two,\n"), consultation, mapping="spreadsheet")

    assert "1 taken in, 1 here already" in capsys.readouterr().out
    assert set(Submission.objects.values_list("source_id", flat=True)) == {"12", "12.5"}


def test_zero_bytes_reach_no_table(consultation, tmp_path):
    path = tmp_path / "letters.csv"
    path.write_bytes(LETTERS.encode() + b"1\0,\0x,Pig\0eon,A\0nn,n\0/a,T\0,<b>O\0ne</b>,H\0m\n")
    run(path, consultation, mapping="spreadsheet")

    one = Submission.objects.get()
    assert (one.source_id, one.author_name, one.current.title, one.current.text) == ("1", "Ann", "T", "One")
    assert "\0" not in one.source_note
    assert "\0" not in str(SubmissionImport.objects.get().result)


def test_ids_that_are_too_long_stay_apart(consultation, file):
    run(file(LETTERS + f"{'1' * 120}a,,,,,,One,\n{'1' * 120}b,,,,,,Two,\n"), consultation, mapping="spreadsheet")
    assert Submission.objects.count() == 2


def test_files_whose_names_are_alike_for_a_hundred_letters_stay_apart(consultation, file):
    for part, text in (("1", "One"), ("2", "Two")):
        name = f"{'answers-of-the-survey-' * 6}part-{part}.csv"
        run(file(LETTERS + f"1,,,,,,{text},\n", name), consultation, mapping="spreadsheet")

    assert set(Submission.objects.values_list("current__text", flat=True)) == {"One", "Two"}


def test_a_renamed_file_is_noticed(consultation, file, capsys):
    rows = LETTERS + "1,,,,,,One,\n2,,,,,,Two,\n"
    run(file(rows, "may.csv"), consultation, mapping="spreadsheet")
    run(file(LETTERS + "1,,,,,,Three,\n2,,,,,,Four,\n", "june.csv"), consultation, mapping="spreadsheet")
    assert "renamed" not in capsys.readouterr().out

    run(file(rows, "may-new.csv"), consultation, "--dry-run", mapping="spreadsheet")
    said = "These rows seem to be here already, from “spreadsheet/may”: was the file renamed?"
    assert said in capsys.readouterr().out


def test_the_summary_compares_verdicts(consultation, file, capsys):
    rows = f'1,x,1,1,1,0,1,One.\n2,x,2,1,1,0,1,"{HELD_TEXT}"\n3,x,3,1,1,0,-1,Three.\n'
    run(file(POLIS + rows), consultation, "--publish")

    out = capsys.readouterr().out.splitlines()
    start = out.index("What the source had decided, and what our screening did:")
    assert out[start + 1 : start + 5] == [
        "       1 accepted there, held here",
        "       1 accepted there, published here",
        "       1 refused there, not public here",
        "       1 decided as the source had",
    ]


def test_verdicts_decide_when_asked(consultation, file):
    rows = f'1,x,1,1,1,0,1,"{HELD_TEXT}"\n2,x,2,1,1,0,-1,Two.\n3,x,3,1,1,0,0,Three.\n'
    run(file(POLIS + rows), consultation, "--apply-verdicts", "--publish")

    statuses = dict(Submission.objects.values_list("source_id", "status"))
    assert statuses == {"1": "published", "2": "refused", "3": "published"}
    decisions = Decision.objects.order_by("id").values_list("action", "imported", "actor", "reason")
    said = "Decided before it came to us: polis/letters."
    assert list(decisions) == [("publish", True, None, said), ("refuse", True, None, said)]
    assert Submission.objects.get(source_id="2").status_reason == said


def test_verdicts_publish_nothing_without_consent(consultation, file):
    run(file(POLIS + f'1,x,1,1,1,0,1,"{HELD_TEXT}"\n2,x,2,1,1,0,1,Two.\n'), consultation, "--apply-verdicts")

    assert set(Submission.objects.values_list("status", flat=True)) == {"not_public"}


def test_json_is_imported_and_its_items_are_numbered(consultation, file, capsys, tmp_path):
    mapping = tmp_path / "own.toml"
    mapping.write_text('[columns]\nid = "id"\ntext = "body"\nauthor_name = "author.name"\n')
    items = [{"id": 7, "body": "One", "author": {"name": "Ann"}}, {"id": 8, "body": None}]
    rows = file(json.dumps({"data": items}), "letters.json")
    _out, said, _end = refused(capsys, rows, consultation, "--skip-errors", mapping=str(mapping))

    assert said == ["Item 2: the text is empty."]
    assert Submission.objects.values_list("source_id", "author_name").get() == ("7", "Ann")


@pytest.mark.data
@pytest.mark.skipif(not DATA.exists(), reason="the open data sets are not here")
def test_real_comments_all_arrive(consultation):
    path = DATA / "polis-moderated" / "15-per-hour-seattle.csv"
    importer = Importer(path, consultation, load_mapping("polis"))

    taken = [importer.take_in(arrival) for arrival in importer.arrivals()]

    assert len(taken) == 54
    assert Submission.objects.exclude(status=Status.RECEIVED).count() == 54
    assert set(Submission.objects.values_list("channel", flat=True)) == {Channel.WEBSITE}
