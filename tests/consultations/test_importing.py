from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from consultations.intake.importer import Importer, MappingError, load_mapping, read_mapping
from consultations.models import Event, Revision, Status, Submission
from moderation.models import Case, Decision, Finding, Screening
from tests.conftest import DATA
from tests.factories import HELD_TEXT

pytestmark = pytest.mark.django_db

POLIS = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
LETTERS = "Reference,Received,Channel,Name,E-mail,Title,Text,Decision\n"


@pytest.fixture
def file(tmp_path):
    def write(content, name="letters.csv"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def run(file, consultation, *options, mapping="polis"):
    call_command("import_submissions", file, *options, consultation=consultation.slug, mapping=mapping)


def test_import_keeps_the_time_the_author_and_the_verdict(consultation, file):
    run(file(POLIS + "1542406176584,x,53,6172,1,0,-1,The bus should run later.\n"), consultation)

    submission = Submission.objects.get()
    assert submission.received_at == datetime(2018, 11, 16, 22, 9, 36, 584000, tzinfo=UTC)
    assert (submission.source, submission.source_id, submission.source_verdict) == ("polis/letters", "53", "refused")
    assert (submission.status, submission.public_text) == (Status.PUBLISHED, "The bus should run later.")
    assert len(submission.author_key) == 32


def test_import_screens_as_the_website_does(consultation, file):
    run(file(POLIS + f'1542406176584,x,53,6172,1,0,1,"{HELD_TEXT}"\n'), consultation)

    assert Submission.objects.get().status == Status.HELD
    assert Case.objects.waiting().count() == 1


def test_import_twice_takes_each_row_in_once(consultation, file, capsys):
    rows = file(POLIS + "1,x,53,1,1,0,1,One.\n2,x,54,1,1,0,1,Two.\n")
    run(rows, consultation)
    run(rows, consultation)

    assert Submission.objects.count() == 2
    assert "0 taken in, 2 here already, 0 with errors" in capsys.readouterr().out


def test_rows_without_an_id_are_known_by_what_they_say(consultation, file, tmp_path):
    mapping = tmp_path / "own.toml"
    mapping.write_text('[columns]\ntext = "Text"\n')
    rows = file("Text\nMore buses\nMore buses\nFewer cars\n")
    run(rows, consultation, mapping=str(mapping))
    run(rows, consultation, mapping=str(mapping))

    assert Submission.objects.count() == 3


def test_dry_run_keeps_nothing(consultation, file, capsys):
    run(file(POLIS + f'1,x,53,1,1,0,1,One.\n2,x,54,1,1,0,1,"{HELD_TEXT}"\n'), consultation, "--dry-run")

    out = capsys.readouterr().out
    assert "2 taken in" in out
    assert "1 held because of personal-information (rule phone-number)" in out
    kept = [model.objects.count() for model in (Submission, Revision, Event, Screening, Finding, Case)]
    assert kept == [0, 0, 0, 0, 0, 0]


def test_errors_name_the_row_and_the_other_rows_arrive(consultation, file, capsys):
    letters = file(
        LETTERS
        + "1,03/11/2026,Letter,Ann,ann@example.org,,More buses,\n"
        + "2,tomorrow,Letter,Bea,,,More trams,\n"
        + "3,03/11/2026,Pigeon,Cy,,,More bikes,\n"
        + "4,03/11/2026,Letter,Di,,,  ,\n"
        + "5,03/11/2026,Letter,Ed,ed-at-example,,More,\n"
    )
    with pytest.raises(SystemExit) as stop:
        run(letters, consultation, mapping="spreadsheet")

    assert stop.value.code == 1
    assert capsys.readouterr().err.splitlines() == [
        "Row 3: “tomorrow” is no time we can read; see times in the mapping.",
        "Row 4: “pigeon” is no channel we know; add it to [channels] in the mapping.",
        "Row 5: the text is empty.",
        "Row 6: “ed-at-example” is no e-mail address.",
    ]
    assert list(Submission.objects.values_list("author_name", "channel")) == [("Ann", "paper")]


def test_the_summary_compares_verdicts(consultation, file, capsys):
    run(file(POLIS + f'1,x,1,1,1,0,1,One.\n2,x,2,1,1,0,1,"{HELD_TEXT}"\n3,x,3,1,1,0,-1,Three.\n'), consultation)

    comparison = capsys.readouterr().out.splitlines()[-3:]
    assert comparison == [
        "       1 accepted there, held here",
        "       1 accepted there, published here",
        "       1 refused there, published here",
    ]


def test_verdicts_decide_when_asked(consultation, file):
    rows = f'1,x,1,1,1,0,1,"{HELD_TEXT}"\n2,x,2,1,1,0,-1,Two.\n3,x,3,1,1,0,0,Three.\n'
    run(file(POLIS + rows), consultation, "--apply-verdicts")

    statuses = dict(Submission.objects.values_list("source_id", "status"))
    assert statuses == {"1": "published", "2": "refused", "3": "published"}
    decisions = Decision.objects.order_by("id").values_list("action", "imported", "by", "reason")
    said = "Decided before it came to us: polis/letters."
    assert list(decisions) == [("publish", True, None, said), ("refuse", True, None, said)]
    assert Submission.objects.get(source_id="2").status_reason == said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mapping": "mine"}, "There is no mapping mine. Shipped ones: polis, spreadsheet; or give a file's path."),
        ({"mapping": "spreadsheet"}, "letters.csv has no column Reference, Text, Received. Its columns: Texto."),
        ({"consultation": "other"}, "There is no consultation other. Consultations: buses."),
    ],
)
def test_what_cannot_work_is_said_plainly(consultation, file, arguments, message):
    consultation.slug = "buses"
    consultation.save()
    with pytest.raises(CommandError) as error:
        given = {"consultation": "buses", "mapping": "polis"} | arguments
        call_command("import_submissions", file("Texto\n"), **given)

    assert str(error.value) == message


def test_a_file_in_another_encoding_is_said_plainly(consultation, tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes((POLIS + "1,x,1,1,1,0,1,Straße\n").encode("latin-1"))

    with pytest.raises(CommandError, match=r"latin\.csv is not UTF-8. Save it as “CSV UTF-8”"):
        run(path, consultation)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"columns": {"text": "T", "mood": "M"}},
        {"columns": {"text": "T"}, "defaults": {"channel": "pigeon"}},
        {"columns": {"text": "T"}, "verdicts": {"1": "maybe"}},
        {"columns": {"text": "T"}, "extra": 1},
    ],
)
def test_a_mapping_that_cannot_work_is_refused(data):
    with pytest.raises(MappingError):
        read_mapping(data)


@pytest.mark.data
@pytest.mark.skipif(not DATA.exists(), reason="the open data sets are not here")
def test_real_comments_all_arrive(consultation):
    path = DATA / "polis-moderated" / "15-per-hour-seattle.csv"
    importer = Importer(path, consultation=consultation, mapping=load_mapping("polis"))

    taken = [importer.take_in(arrival) for arrival in importer.arrivals()]

    assert len(taken) == 54
    assert Submission.objects.exclude(status=Status.RECEIVED).count() == 54
