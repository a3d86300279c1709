"""The disclosure pack: every text with what is personal covered, and a list of what is withheld and why."""

import csv
import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.models import ConsultationPage, StatedTerms, Submission
from consultations.terms import terms_of
from moderation.detectors import Context
from moderation.findings.redaction import Span
from moderation.models import Decision, Erasure
from portal.models import AuditEntry
from search.disclosure.covering import disclosed
from search.disclosure.pack import Wish, disclosure_pack
from tests.factories import ConsultationFactory, held_in, questionnaire_for, response_to, submission_to
from tests.moderation.decisions import refuse_or_redact

pytestmark = pytest.mark.django_db

LAW = "Freedom of Information Act, section 47"
ADA = {"author_name": "Ada Quill", "author_email": "ada@example.org"}
BO = {"author_name": "Bo Marl", "author_email": "x@y.example"}
CONTACTS = "Write to ada@example.org or ring 0491 570 006, I am at home."


@pytest.fixture
def sent(consultation, moderator, privacy):
    """One text of each fate, by what became of it."""
    texts = {
        "public": submission_to(
            consultation, "The bus is late.", author_name="Ada Quill", author_email="ada@example.org"
        ),
        "not public": submission_to(
            consultation,
            "Bo Marl lives here, says bo.",
            author_name="Bo Marl",
            author_email="x@y.example",
            for_public=False,
        ),
        "held": held_in(consultation),
        "redacted": held_in(consultation, author_name="Cy"),
        "refused": held_in(consultation),
        "withdrawn": submission_to(consultation, "I take this back."),
        "erased": submission_to(consultation, "Gone for good."),
    }
    refuse_or_redact(texts["redacted"], moderator, Decision.Action.REDACT, [Span("text", 11, 23, "a number")])
    refuse_or_redact(texts["refused"], moderator, Decision.Action.REFUSE)
    texts["withdrawn"].withdraw()
    Erasure.at_once(texts["erased"], actor=privacy, reason="The person asked for it.")
    return {name: Submission.objects.get(pk=text.pk) for name, text in texts.items()}


@pytest.fixture
def desk(privacy):
    client = Client()
    client.force_login(privacy)
    return client


def wish(consultation, **more):
    return {"consultation": consultation.pk, "request": "FOI 2026/114", "law": LAW, **more}


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return {name: pack.read(name).decode("utf-8-sig") for name in pack.namelist()}


def grounds(files):
    """Return what is withheld of each text, as (what, ground)."""
    found = {}
    for row in csv.DictReader(files["withheld.csv"].splitlines()):
        found.setdefault(row["reference"], []).append((row["what"], row["ground"]))
    return found


def test_every_text_is_there_and_what_is_withheld_has_its_ground(desk, sent, consultation):
    files = opened(desk.post(reverse("disclosure"), wish(consultation)).content)

    rows = {row["reference"]: row for row in csv.DictReader(io.StringIO(files["submissions.csv"]))}
    told = {name: rows[text.reference]["text"] for name, text in sent.items()}
    assert told == {
        "public": "The bus is late.",
        "not public": "[personal detail withheld] lives here, says bo.",
        "held": "",
        "redacted": "Ring me on [a number] about the night bus.",
        "refused": "",
        "withdrawn": "",
        "erased": "",
    }
    why = {name: grounds(files).get(text.reference, []) for name, text in sent.items()}
    personal = "Personal information"
    assert why == {
        "public": [("The author's e-mail address", personal)],
        "not public": [
            ("The author's name", personal),
            ("The author's e-mail address", personal),
            ("Personal details in the text", personal),
        ],
        "held": [("The text", "Not yet decided: a moderator has still to read it")],
        "redacted": [("What moderators took out", "Passages taken out under the house rules")],
        "refused": [("The text", "Refused under the house rules")],
        "withdrawn": [("The text", "Withdrawn by its author")],
        "erased": [("The text", "Erased; nothing is held any more")],
    }


def test_nothing_personal_or_withheld_stands_in_any_file(desk, sent, consultation):
    submission_to(consultation, CONTACTS, source="letters", source_id="1")
    Submission.objects.filter(source="letters").update(status="not_public", for_public=False, cleared=F("current"))

    files = opened(desk.post(reverse("disclosure"), wish(consultation)).content)

    assert sorted(files) == [
        "README.txt",
        "answers.csv",
        "document.html",
        "submissions.csv",
        "submissions.json",
        "withheld.csv",
    ]
    planted = ("ada@example.org", "0491", "x@y.example", "Marl", "I take this back", "Gone for good")
    assert {name: [word for word in planted if word in text] for name, text in files.items()} == {
        name: [] for name in files
    }
    assert all("Ada Quill" in files[name] for name in ("submissions.csv", "submissions.json", "document.html"))
    assert LAW in files["document.html"] and json.loads(files["submissions.json"])["request"] == "FOI 2026/114"


def test_refused_texts_go_along_when_they_are_wanted_and_are_covered(desk, sent, consultation):
    files = opened(desk.post(reverse("disclosure"), wish(consultation, with_refused="on")).content)

    rows = {row["reference"]: row["text"] for row in csv.DictReader(io.StringIO(files["submissions.csv"]))}
    reference = sent["refused"].reference
    assert rows[reference] == "Ring me on [personal detail withheld] about the night bus."
    assert grounds(files)[reference] == [("Personal details in the text", "Personal information")]


def test_choices_are_counted_and_nobody_s_stand_together(desk, consultation):
    _open, one, *_rest = questionnaire_for(consultation)
    for choice in ("Daily", "Daily", "Never"):
        response_to(consultation, {one: [choice]})

    files = opened(desk.post(reverse("disclosure"), wish(consultation)).content)

    assert list(csv.reader(files["answers.csv"].splitlines())) == [
        ["question", "answer", "count"],
        ["How often do you ride at night?", "Daily", "2"],
        ["How often do you ride at night?", "Never", "1"],
    ]


def test_no_cell_is_a_formula(desk, consultation):
    submission_to(consultation, '=HYPERLINK("http://example.org")')

    files = opened(desk.post(reverse("disclosure"), wish(consultation)).content)

    assert "\"'=HYPERLINK" in files["submissions.csv"]


def test_ledger_notes_the_request_and_how_much_was_withheld(desk, sent, consultation, privacy):
    desk.post(reverse("disclosure"), wish(consultation))

    entry = AuditEntry.objects.get(action="consultation.disclosed")
    assert (entry.by, entry.subject_id, entry.facts["request"], entry.facts["texts"]) == (
        privacy.pk,
        str(consultation.pk),
        "FOI 2026/114",
        7,
    )
    assert entry.facts["withheld"]["Personal information"] == 4


def test_too_many_texts_for_a_page_are_left_to_the_command(desk, sent, consultation, monkeypatch, tmp_path):
    monkeypatch.setattr("search.disclosure.views.TEXTS_AT_ONCE", 6)
    answer = desk.post(reverse("disclosure"), wish(consultation))
    assert (answer.status_code, "It has 7 texts" in answer.content.decode()) == (422, True)

    said, place = io.StringIO(), tmp_path / "pack.zip"
    call_command("disclosure_pack", consultation.slug, request="FOI 1", law=LAW, output=place, stdout=said)

    assert "7 texts" in said.getvalue() and "document.html" in opened(place.read_bytes())
    assert place.stat().st_mode & 0o077 == 0
    assert AuditEntry.objects.get(action="consultation.disclosed").by is None
    with pytest.raises(CommandError, match="There is no consultation nowhere"):
        call_command("disclosure_pack", "nowhere", request="FOI 1", law=LAW)


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"request": "FOI 1" * 41, "law": LAW}, "--request: It has 205 characters, and 40 fit"),
        ({"request": "FOI of ada@example.org", "law": LAW}, "--request: It says an address"),
        ({"request": "FOI 1", "law": "Ring 0491 570 006"}, "--law: It says an address"),
    ],
)
def test_what_the_ledger_would_not_take_leaves_no_file(consultation, tmp_path, asked, problem):
    place = tmp_path / "pack.zip"
    with pytest.raises(CommandError, match=problem):
        call_command("disclosure_pack", consultation.slug, output=place, **asked)

    assert (place.exists(), AuditEntry.objects.filter(action="consultation.disclosed").count()) == (False, 0)


def test_the_command_writes_over_no_file(consultation, tmp_path):
    place = tmp_path / "pack.zip"
    place.write_text("mine")
    with pytest.raises(CommandError, match="There is a file"):
        call_command("disclosure_pack", consultation.slug, request="FOI 1", law=LAW, output=place)

    assert (place.read_text(), AuditEntry.objects.filter(action="consultation.disclosed").count()) == ("mine", 0)


def test_the_command_chooses_none_of_several_consultations(consultation, tmp_path):
    other = ConsultationFactory()
    ConsultationPage.objects.filter(pk=other.pk).update(slug=consultation.slug)

    with pytest.raises(CommandError, match="There are several consultations"):
        call_command("disclosure_pack", consultation.slug, request="FOI 1", law=LAW, output=tmp_path / "pack.zip")


@pytest.mark.parametrize("field", ["request", "law"])
def test_nothing_personal_goes_into_the_ledger(desk, consultation, field):
    answer = desk.post(reverse("disclosure"), wish(consultation, **{field: "for ada@example.org"}))

    assert answer.status_code == 422
    assert not AuditEntry.objects.filter(action="consultation.disclosed").exists()


def test_more_texts_cost_no_more_queries(consultation, django_assert_num_queries):
    submission_to(consultation, "One.")
    asked = Wish(consultation, "FOI 1", LAW)
    disclosure_pack(asked)
    with django_assert_num_queries(2):
        disclosure_pack(asked)
    for number in range(5):
        submission_to(consultation, f"Text {number}, sent at {timezone.now()}.")
    with django_assert_num_queries(2):
        assert len(disclosure_pack(asked).rows) == 6


def test_what_only_the_agency_reads_is_handed_out_as_its_author_was_told(consultation):
    StatedTerms.objects.create(page=consultation, mode="comments", publication="agency")
    told = terms_of(consultation, "comment")
    author = {"author_name": "Nia", "author_email": "nia@example.org"}
    sent = submission_to(consultation, "The bus is late.", for_public=False, terms_id=told.stored(), **author)
    assert sent.status == "not_public"

    assert "we may have to give it, without your name and address." in told.text
    row = disclosed(sent, Context(), with_refused=False)
    assert (row.text, row.author) == ("The bus is late.", "")
    assert [str(each.what) for each in row.withheld] == ["The author's name", "The author's e-mail address"]
