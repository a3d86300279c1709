"""Every exit of the site, walked: what may not be seen is in none of them."""

import io
import re
import zipfile

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from consultations.models import Event, SavedResponse, Submission
from moderation.findings.redaction import Span
from moderation.models import Decision
from search.exports.formats import available_formats
from search.exports.views import download_link
from search.models import ApiToken
from tests.consultations.modes.questionnaire.saving import pages_without_key
from tests.consultations.versions import publish
from tests.factories import (
    export_of,
    idea_for,
    submission_to,
)
from tests.moderation.decisions import refuse_or_redact
from tests.texts_told import NUMBER, PUBLIC, SECRETS, answers_told, statements_told, suggestions_told

pytestmark = pytest.mark.django_db

HELD = {"held", "held idea", "held reply", "held statement", "held suggestion", "held answer"}
NOT_PUBLIC = HELD | {"refused", "refused answer", "not public"}  # of the secrets, what officers find


@pytest.fixture
def told(consultation, moderator, monkeypatch):
    """One submission for each way of not being seen; returns them by name."""
    ask = f"Ring {NUMBER} about "
    consultation.modes = [*consultation.modes, "suggestions"]
    consultation.save()
    shown = submission_to(
        consultation, f"Everybody may read this {PUBLIC}.", passage="11111111-1111-4111-8111-111111111111"
    )
    texts = {
        "public": shown,
        "held": submission_to(consultation, ask + SECRETS["held"]),
        "refused": submission_to(consultation, ask + SECRETS["refused"], author_name="Refusedname"),
        "withdrawn": submission_to(consultation, "Never mind " + SECRETS["withdrawn"], author_name="Withdrawnname"),
        "edit": submission_to(consultation, "A first text that everybody may read."),
        "held idea": idea_for(consultation, title="Ring " + NUMBER + SECRETS["held idea"], text="A fine idea."),
        "held reply": submission_to(consultation, ask + SECRETS["held reply"], parent=shown),
    }
    texts["not public"] = submission_to(
        consultation, "Not for everybody " + SECRETS["not public"], author_name="Notpublicname", for_public=False
    )
    for name in ("refused", "withdrawn"):
        submission_to(consultation, "A reply keeps the place of what it answers.", parent=texts[name])
    refuse_or_redact(texts["refused"], moderator, Decision.Action.REFUSE)
    texts["withdrawn"].withdraw()
    texts["edit"].revise(text=ask + SECRETS["edit"])
    texts["redacted"] = redacted_submission(consultation, moderator)
    texts |= answers_told(consultation, moderator) | statements_told(consultation) | suggestions_told(consultation)
    monkeypatch.setattr("moderation.screening.screen.evaluate", broken)
    texts["received"] = submission_to(consultation, "Nobody has screened this " + SECRETS["received"])
    for submission in texts.values():
        submission.refresh_from_db()
    return texts


def broken(*args):
    raise RuntimeError("screening is broken")


def redacted_submission(consultation, moderator):
    text = f"Ring {NUMBER} {SECRETS['redacted']} about the late bus."
    submission = submission_to(consultation, text)
    end = text.index(" about")
    refuse_or_redact(submission, moderator, Decision.Action.REDACT, [Span("text", 5, end, "number removed")])
    return submission


LISTS = ["ideas", "statements", "write_statement", "statement_results", "questionnaire", "answers", "feed", "calendar"]
LISTS += ["suggestions", "suggest"]
LISTS += ["consultation_news"]


def public_addresses(consultation, told):
    slug = consultation.slug
    pages = [
        "/",
        *(reverse(f"consultations:{name}") for name in ("list", "news", "whole_calendar")),
        *(reverse("portal:sitemap_section", args=[section]) for section in ("consultations", "texts", "pages")),
        reverse("consultations:detail", args=[slug]),
        *(reverse("consultations:detail", args=[slug], query={"sort": sort}) for sort in ("supported", "official")),
        reverse("consultations:ideas", args=[slug]) + "?q=word",
        *(reverse(f"consultations:{name}", args=[slug]) for name in LISTS),
        *(
            reverse("consultations:answers_to", args=[slug, each.pk])
            for each in consultation.questions.filter(kind="open")
        ),
        *(f"/consultations/{slug}/versions/{below}" for below in ("", "1/", "2/changes/")),
        reverse("consultations:follow", args=[slug]),
        reverse("consultations:follow_agency"),
        reverse("consultations:lost_receipts"),
        # Words that stand beside the secrets.
        *(f"/search/?q={word}" for word in ("about", "everybody", "mind", "idea", PUBLIC)),
        reverse("moderation:policy"),
        reverse("api_documentation"),
        reverse("api:openapi-json"),
        reverse("api:consultations"),
        reverse("api:consultation", args=[slug]),
        reverse("api:consultation_submissions", args=[slug]),
        reverse("api:submissions"),
    ]
    pages += pages_without_key()
    for submission in told.values():
        reference = submission.reference
        if submission.response:
            pages.append(reverse("consultations:response", args=[submission.response.reference]))
        pages += [
            reverse("consultations:thread", args=[slug, reference]),
            reverse("consultations:idea", args=[slug, reference]),
            reverse("consultations:answer", args=[slug, reference]),
            reverse("consultations:statement", args=[slug, reference]),
            reverse("consultations:suggestion", args=[slug, reference]),
            reverse("consultations:receipt", args=[reference]),
            reverse("consultations:receipt", args=[reference]) + "?key=guess",
            reverse("consultations:revise", args=[reference]),
            reverse("consultations:withdraw", args=[reference]),
            reverse("api:submission", args=[reference]),
        ]
    return pages


def body(client, address):
    response = client.get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", errors="replace")


def test_no_public_exit_shows_what_may_not_be_seen(client, consultation, told):
    publish(publish(consultation), "Why it changed.", summary="Another text.")
    pages = {address: body(client, address) for address in public_addresses(consultation, told)}
    secrets = [*SECRETS.values(), NUMBER, "Refusedname", "Withdrawnname", "Notpublicname"]
    leaks = [(address, secret) for address, text in pages.items() for secret in secrets if secret in text]

    assert leaks == []


IMPORTED = """Ref,Text,Title,Name,Decision
1,An importedword that nobody objects to.,,Importedname,
2,Ring 020 7946 0123 about this importedword.,Importedtitle,Importedname,
3,An importedword that was accepted there.,Importedtitle,,accepted
4,An importedword that was refused there.,,Importedname,refused
5,An importedword of which nobody knows,,,perhaps
"""
MAPPED = """
[columns]
id = "Ref"
text = "Text"
title = "Title"
author_name = "Name"
verdict = "Decision"
[defaults]
kind = "{kind}"
"""


@pytest.mark.parametrize("kind", ["comment", "idea"])
@pytest.mark.parametrize("options", [[], ["--apply-verdicts"]])
def test_an_import_changes_nothing_that_anybody_can_see(client, consultation, tmp_path, kind, options, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    shown = submission_to(consultation, f"Everybody may read this {PUBLIC}.", author_name="Ann")
    addresses = [*public_addresses(consultation, {"public": shown}), "/moderation/", "/consultations/"]
    before = {address: visible(body(client, address)) for address in addresses}
    (tmp_path / "letters.csv").write_text(IMPORTED)
    (tmp_path / "own.toml").write_text(MAPPED.format(kind=kind))
    named = {"consultation": consultation.slug, "mapping": str(tmp_path / "own.toml")}
    call_command("import_submissions", tmp_path / "letters.csv", *options, **named)
    cache.clear()

    assert {address: visible(body(client, address)) for address in addresses} == before
    imported = Submission.objects.exclude(source="")
    assert imported.count() == 5
    pages = [body(client, each) for each in public_addresses(consultation, {one.reference: one for one in imported})]
    assert not [page for page in pages if "imported" in page.lower()]


def visible(page):
    """Return a page without what differs each time it is made."""
    return re.sub(r'(nonce|value|content)="[^"]{20,}"', "", page)


def test_the_same_exits_show_what_may_be_seen(client, consultation, told):
    detail = body(client, reverse("consultations:detail", args=[consultation.slug]))
    feed = body(client, reverse("consultations:feed", args=[consultation.slug]))
    data = body(client, reverse("api:submissions"))
    found = body(client, f"/search/?q={PUBLIC}")
    question = told["public answer"].question
    answers = body(client, reverse("consultations:answers_to", args=[consultation.slug, question.pk]))

    assert PUBLIC in detail
    assert PUBLIC in answers
    assert PUBLIC in feed
    assert f"<mark>{PUBLIC}</mark>" in found
    assert PUBLIC in data
    assert "[number removed]" in data
    assert "[number removed]" in detail
    assert "A first text that everybody may read." in detail


@pytest.mark.parametrize("who", ["citizen", "editor", "moderator", "administrator"])
def test_who_may_not_search_finds_nothing(client, request, consultation, told, who):
    call_command("relay", verbosity=0)
    client.force_login(request.getfixturevalue(who))

    others = [reverse("desk_saved_list"), *(reverse("desk_copies", args=[one.reference]) for one in told.values())]
    for address in [reverse("desk"), reverse("desk") + "?q=heldword", reverse("desk_exports"), *others]:
        response = client.get(address)
        assert response.status_code in (302, 403)
        assert b"word" not in response.content


def seen_by(client, user, told):
    client.force_login(user)
    call_command("relay", verbosity=0)
    seen = {}
    for name, secret in SECRETS.items():
        found = body(client, reverse("desk") + f"?q={secret}").replace(f'value="{secret}"', "")
        reference = told[name].reference if name in told else SavedResponse.objects.get().reference
        pages = [reverse(page, args=[reference]) for page in ("desk_submission", "desk_copies")]
        opened = "".join(body(client, page + "?similar=1&place=1") for page in pages)
        opened += body(client, reverse("desk") + "?words=1&copies=all&q=ring")
        seen[name] = f"<mark>{secret}</mark>" in found or secret in opened
    return seen


def test_an_officer_sees_held_and_refused_texts_and_no_sealed_ones(client, officer, told):
    assert seen_by(client, officer, told) == {
        "held": True,
        "refused": True,
        "held idea": True,
        "held reply": True,
        "held statement": True,
        "withdrawn statement": False,
        "held suggestion": True,
        "withdrawn suggestion": False,
        "held answer": True,
        "refused answer": True,
        "withdrawn answer": False,
        "withdrawn response": False,
        "saved": False,
        "withdrawn": False,
        "redacted": False,
        "edit": True,  # a held text too, shown beside the public one
        "received": False,
        "not public": True,
    }


def test_an_officer_without_the_permission_sees_public_texts_only(client, officer, told):
    group = officer.groups.get()
    group.permissions.remove(group.permissions.get(codename="read_unpublished_submission"))

    assert not any(seen_by(client, officer, told).values())


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "parquet", "pdf"])
def test_an_export_holds_what_its_reader_may_see(client, officer, told, form):
    if form not in available_formats():
        pytest.skip(f"{form} cannot be written here")
    call_command("relay", verbosity=0)
    client.force_login(officer)
    export = export_of(officer, form)
    text = words_in(b"".join(client.get(download_link(export.pk)).streaming_content), form)

    # A file of rows says how each text stands; a report quotes public ones only.
    kept = {name for name, secret in SECRETS.items() if secret in text}
    assert kept == (set() if form == "pdf" else NOT_PUBLIC)
    assert PUBLIC in text


def words_in(file, form):
    if form == "pdf":
        pages = pytest.importorskip("pypdf").PdfReader(io.BytesIO(file)).pages
        return "".join(page.extract_text() for page in pages).replace("\n", "").replace("\0", "")
    archive = zipfile.ZipFile(io.BytesIO(file))
    data = archive.read(next(name for name in archive.namelist() if name.startswith("submissions")))
    if form == "xlsx":
        sheets = zipfile.ZipFile(io.BytesIO(data))
        data = b"".join(sheets.read(name) for name in sheets.namelist())
    if form == "parquet":
        return str(pytest.importorskip("pyarrow.parquet").read_table(io.BytesIO(data)).to_pylist())
    return data.decode("utf-8", "replace")


def with_token(client, user, address):
    _token, words = ApiToken.issue(user, "A tool", 30)
    response = client.get(address, headers={"Authorization": f"Bearer {words}"})
    return b"".join(response) if response.streaming else response.content


@pytest.mark.parametrize("exit_", ["search", "export"])
def test_a_tool_gets_what_its_owner_may_see(client, officer, told, exit_):
    address = reverse(f"api:desk_{exit_}")
    allowed = with_token(client, officer, address).decode()
    group = officer.groups.get()
    group.permissions.remove(group.permissions.get(codename="read_unpublished_submission"))
    public = with_token(client, officer, address).decode()

    kept = {name for name, secret in SECRETS.items() if secret in allowed}
    assert kept == NOT_PUBLIC
    assert [name for name, secret in SECRETS.items() if secret in public] == []
    assert PUBLIC in public


@pytest.mark.parametrize("who", ["citizen", "editor", "moderator", "administrator"])
def test_a_tool_of_who_may_not_search_gets_nothing(client, request, told, who):
    call_command("relay", verbosity=0)
    user = request.getfixturevalue(who)

    answers = [with_token(client, user, reverse(f"api:desk_{exit_}")) for exit_ in ("search", "export")]

    assert [b"may no" in answer and b"word" not in answer for answer in answers] == [True, True]


def test_the_author_sees_the_own_text_through_the_own_link_only(client, told):

    assert SECRETS["held"] in body(client, told["held"].get_receipt_url())
    other = told["refused"].get_receipt_url().replace(told["refused"].reference, told["held"].reference)
    assert SECRETS["held"] not in body(client, other)


def test_no_row_was_lost(told):
    assert Submission.objects.count() == len(told) + 2


def test_a_text_taken_down_is_gone_though_its_event_was_committed_late(client, consultation):
    comment = submission_to(consultation, "Everybody may read this for now.")
    Event.objects.create(pk=9000, kind="revised", submission=comment, status=comment.status)
    address = reverse("consultations:detail", args=[consultation.slug])
    assert "Everybody may read this for now." in body(client, address)

    comment.withdraw()
    comment.events.filter(kind="withdrawn").update(id=8000)

    assert "Everybody may read this for now." not in body(client, address)
