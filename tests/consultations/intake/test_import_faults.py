"""What is wrong or odd in a file: said before anything is stored, with its row."""

import csv
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from consultations.intake.mapping import read_mapping
from consultations.intake.problems import MappingError
from consultations.models import Event, Revision, Submission
from moderation.models import Case, Finding, Screening
from tests.consultations.intake.importing import LETTERS, POLIS, refused, run
from tests.factories import HELD_TEXT, submission_to

pytestmark = pytest.mark.django_db


def test_a_quote_that_never_ends_stores_nothing(consultation, file, capsys):
    letters = file('Reference;Received;Decision;Text\n1;;;Fine\n2;;;"This quote never ends\n3;;;Three\n4;;;Four\n')
    _out, rows, said = refused(capsys, letters, consultation, "--skip-errors", mapping="spreadsheet")

    assert (rows, said[:53]) == ([], "letters.csv, row 3: a cell begins with a quotation ma")
    assert not Submission.objects.exists()


ODD_LETTERS = (
    LETTERS
    + "1,03/11/2026,Letter,Ann,ann@example.org,,More buses,\n"
    + "\n"
    + "2,01/01/2062,Pigeon,Bea,n/a,,I don&rsquo;t agree.<br/>No.,\n"
    + "3,tomorrow,Letter,Cy,,,CafÃ© et thÃ©,\n"
    + ",,,,,,,\n\n\n"
)


def test_a_letter_with_something_odd_is_taken_in_and_noted(consultation, file, capsys):
    run(file(ODD_LETTERS), consultation, mapping="spreadsheet")

    found = Submission.objects.order_by("source_id")
    assert list(found.values_list("source_id", "current__text", "channel", "author_email", "source_note")) == [
        ("1", "More buses", "paper", "ann@example.org", ""),
        (
            "2",
            "I don’t agree.\nNo.",
            "other",
            "",
            "The e-mail address could not be read\nCame by: Pigeon\nDate unknown: “01/01/2062” cannot be right",
        ),
        ("3", "Café et thé", "paper", "", "Date unknown: “tomorrow” is none that we can read"),
    ]
    out = capsys.readouterr().out.splitlines()
    assert sorted(out[out.index("What was odd:") + 1 : -1]) == [
        "       1 with a date in the future or before 1900; taken in as of unknown date (row 4): “01/01/2062”",
        "       1 with a date that we cannot read; taken in as of unknown date (row 5): “tomorrow”",
        "       1 with a way of coming that we do not know; counted as “other” (row 4): “Pigeon”",
        "       1 with an e-mail address that is none; taken in without it (row 4): “n/a”",
        "       1 with markup, which became plain text (row 4): “I don&rsquo;t agree.<br/>No.”",
        "       1 with wrongly decoded letters (“Ã©” for “é”), which were put right (row 5): “CafÃ© et thÃ©”",
    ]


def test_dates_that_no_form_fits_are_a_fault_of_the_mapping(consultation, file, capsys):
    rows = "".join(f"{number},Nov-{number}-2026,,,,,Text {number},\n" for number in range(1, 26))
    _out, _rows, said = refused(capsys, file(LETTERS + rows), consultation, mapping="spreadsheet")

    assert said.startswith(
        "None of the dates can be read, such as “Nov-1-2026”. The mapping's times are “%d/%m/%Y %H:%M”"
    )
    assert not Submission.objects.exists()


def dated(*dates):
    return LETTERS + "".join(f"{number},{date},,,,,Text {number},\n" for number, date in enumerate(dates, start=1))


@pytest.mark.parametrize(
    "dates",
    [["9/5/2026", "9/25/2026"], ["25/9/2026", "9/25/2026", "9/26/2026"], ["9/5/2026", "25/9/2026", "9/25/2026"]],
)
def test_dates_in_the_other_order_are_a_fault_of_the_mapping(consultation, file, capsys, dates):
    _out, _rows, said = refused(capsys, file(dated(*dates)), consultation, mapping="spreadsheet")

    assert said.startswith("Dates such as “9/25/2026” can only be read with day and month the other way round")
    assert 'times = ["%m/%d/%Y %H:%M", "%m/%d/%Y", ' in said
    assert not Submission.objects.exists()


def test_a_single_date_in_the_other_order_is_counted(consultation, file, capsys):
    run(file(dated("25/9/2026", "26/9/2026", "9/25/2026")), consultation, mapping="spreadsheet")

    assert "1 with a date whose day and month stand the other way round" in capsys.readouterr().out
    said = "Date unknown: “9/25/2026” has day and month the other way round"
    assert Submission.objects.get(source_id="3").source_note == said


FAULTY = (
    LETTERS
    + "1,,Letter,Ann,,,More buses,\n\n"
    + "2,,Letter,Bea,,, ,\n"
    + "3,,Letter,Cy,,,More,,and more\n"
    + "4,,Letter,Di,,<b></b>,<p></p>,\n"
)
FAULTS = [
    [4, "the text is empty"],
    [5, "it has more cells than the first row; a text with the delimiter in it has to be in quotes"],
    [6, "the text is empty"],
]


def test_a_file_with_errors_is_not_taken_in(consultation, file, capsys, tmp_path):
    errors = tmp_path / "errors.csv"
    _out, rows, said = refused(capsys, file(FAULTY), consultation, f"--errors={errors}", mapping="spreadsheet")

    assert rows == [f"Row {row}: {message}." for row, message in FAULTS]
    advice = "Put them right, or take the others in with --skip-errors."
    assert said == f"3 of 4 rows cannot be taken in, so nothing was stored. {advice}"
    assert not Submission.objects.exists()
    with errors.open(newline="", encoding="utf-8-sig") as written:
        assert list(csv.reader(written)) == [["Row", "Error"], *([str(row), message] for row, message in FAULTS)]


def test_the_rows_without_errors_are_taken_in_when_asked(consultation, file, capsys):
    out, rows, _said = refused(capsys, file(FAULTY), consultation, "--skip-errors", mapping="spreadsheet")

    assert "1 taken in, 0 here already, 3 with errors" in out
    assert len(rows) == 3
    assert Submission.objects.get().author_name == "Ann"


def test_dry_run_shows_three_rows_counts_and_keeps_nothing(consultation, file, capsys):
    rows = '1542406176584,x,53,1,1,0,1,"<p>One &amp; all</p>"\n'
    rows += f'2,x,54,1,1,0,-1,"{HELD_TEXT}"\n,x,55,1,1,0,0,Three\n4,x,5,,,,,4\n'
    run(file(POLIS + rows), consultation, "--dry-run")

    out = capsys.readouterr().out
    assert "4 taken in" in out
    assert "1 held because of personal-information (rule phone-number)" in out
    assert "       1 without a date; taken in as of unknown date (row 4)\n" in out
    assert out[out.index("\nRow 2") :] == (
        "\nRow 2: comment, 17 November 2018, 09:09, Website, en, no name, accepted there, not public\n    One & all\n"
        f"\nRow 3: comment, 1 January 1970, 10:00, Website, en, no name, refused there, not public\n    {HELD_TEXT}\n"
        "\nRow 4: comment, date unknown, Website, en, no name, not public\n    Three\n"
        "\nA dry run: nothing was kept.\n"
    )
    kept = [model.objects.count() for model in (Submission, Revision, Event, Screening, Finding, Case)]
    assert kept == [0, 0, 0, 0, 0, 0]


def test_dry_run_with_errors_shows_the_rest_and_fails(consultation, file, capsys):
    out, rows, _said = refused(capsys, file(FAULTY), consultation, "--dry-run", mapping="spreadsheet")

    assert "1 taken in, 0 here already, 3 with errors" in out
    assert "A dry run" in out
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mapping": "mine"}, "There is no mapping mine. Shipped ones: polis, spreadsheet; or give a file's path."),
        (
            {"mapping": "spreadsheet"},
            "letters.csv has no column Reference, Text, Received, Decision. Its columns: Texto. "
            "Read as a text file in UTF-8, its cells separated by commas. "
            "Write the file's own headings in your mapping, and leave out the lines of what it does not have.",
        ),
        ({"consultation": "other"}, "There is no consultation other. Consultations: buses."),
        ({"delimiter": "ab"}, "A delimiter is one sign, or the word tab, and not “ab”."),
    ],
)
def test_what_cannot_work_is_said_plainly(consultation, file, arguments, message):
    consultation.slug = "buses"
    consultation.save()
    with pytest.raises(CommandError) as error:
        given = {"consultation": "buses", "mapping": "polis"} | arguments
        call_command("import_submissions", file("Texto\n"), **given)

    assert str(error.value) == message


PUBLIC_OR_NOT = '[columns]\nid = "Reference"\ntext = "Text"\nverdict = "Decision"\nconsent = "May be published"\n'


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--skip-errors"]])
@pytest.mark.parametrize(
    ("headings", "missing"),
    [
        ("Reference,Text,Status,Publish?", "Decision, May be published"),
        ("Reference,Text,Decision,Publish?", "May be published"),
        ("Reference,Text,Status,May be published", "Decision"),
    ],
)
def test_a_file_that_does_not_have_what_decides_who_may_read_a_row_is_refused(
    consultation, file, capsys, tmp_path, headings, missing, options
):
    (tmp_path / "own.toml").write_text(PUBLIC_OR_NOT)
    letters = file(f"{headings}\nZ1,My lamp post is too bright,hidden,no\n")
    _out, _rows, said = refused(
        capsys, letters, consultation, "--publish", *options, mapping=str(tmp_path / "own.toml")
    )

    assert said.startswith(f"letters.csv has no column {missing}. Its columns: {headings.replace(',', ', ')}. Read as")
    assert not Submission.objects.exists()


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_columns_that_are_only_in_the_mapping_or_only_in_the_file_are_named(consultation, file, capsys, options):
    letters = file("Reference,Received,Text,Decision,Subject,,Sent by\n1,,More buses,,Buses,,Ann\n")
    run(letters, consultation, *options, mapping="spreadsheet")

    assert capsys.readouterr().out.splitlines()[1:3] == [
        "Not in the file, and left empty: “Title”, “Name”, “E-mail”, “Channel”, “Language”.",
        "In the file, and not read: “Subject”, “Sent by”.",
    ]


def test_a_file_without_rows_is_an_error(consultation, file, capsys):
    _out, _rows, said = refused(capsys, file(POLIS + "\n,,,\n"), consultation)
    assert said.startswith("letters.csv has headings and no rows.")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"columns": {"text": "T", "mood": "M"}},
        {"columns": {"text": "T"}, "defaults": {"channel": "pigeon"}},
        {"columns": {"text": "T"}, "defaults": {"kind": "answer"}},
        {"columns": {"text": "T"}, "verdicts": {"1": "maybe"}},
        {"columns": {"text": "T"}, "consents": {"1": "maybe"}},
        {"columns": {"text": "T"}, "times": ["%d/%m/%Y", "iso", "%m/%d/%Y"]},
        {"columns": {"text": "T"}, "extra": 1},
        {"columns": {"text": "T"}, "times": "%d.%m.%Y"},
        {"columns": {"text": "T"}, "times": [5]},
        {"columns": {"text": "T"}, "source": 5},
        {"columns": {"text": "T"}, "delimiter": 5},
        {"columns": {"text": "T"}, "encoding": 7},
        {"columns": {"text": "T"}, "channels": "x"},
        {"columns": {"text": "T"}, "defaults": ["x"]},
        {"columns": {"text": "T"}, "consents": "yes"},
        {"columns": {"text": "T"}, "verdicts": {"x": ["y"]}},
        {"columns": {"text": 3}},
        {"columns": "text"},
    ],
)
def test_a_mapping_that_cannot_work_is_refused(data):
    with pytest.raises(MappingError):
        read_mapping(data)


def test_names_of_languages_that_were_stored_become_codes(consultation):
    stored = {"french": "fr", "deutsch": "de", "klingonisc": "", "fr": "fr", "pt-BR": "pt-BR", "": ""}
    made = {said: submission_to(consultation, f"Text {said}", language=said) for said in stored}
    versions = {said: one.version for said, one in made.items()}
    import_module("consultations.migrations.0014_language_codes").to_codes(apps, None)

    for said, one in made.items():
        one.refresh_from_db()
        assert (one.language, one.version) == (stored[said], versions[said] + (stored[said] != said))
