import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.models import Event, Revision, Submission
from moderation.findings.redaction import Span
from moderation.models import (
    Appeal,
    Band,
    Case,
    CaseNote,
    Decision,
    Erasure,
    ErasureUnchanged,
    Opinion,
    Screening,
)
from moderation.review.decisions import decide
from portal.audit.verification import verify_ledger
from portal.models import AuditEntry, StaffNotification
from tests.factories import UserFactory, held_in, submission_to

pytestmark = pytest.mark.django_db

REASON = "The author asked which number was removed."


@pytest.fixture
def redacted(consultation, moderator):
    submission = held_in(consultation, author_name="Nia", author_email="nia@example.org")
    case = submission.cases.get()
    decide(
        case,
        revision_id=case.revision_id,
        action="redact",
        actor=moderator,
        clauses=["personal-information"],
        reason="A number.",
        spans=[Span("text", 11, 23, "phone number removed")],
    )
    return Submission.objects.get(pk=submission.pk)


@pytest.fixture
def colleague(db):
    return UserFactory(first_name="Per", groups=["Privacy officers"])


@pytest.fixture
def colleagues_desk(colleague):
    client = Client()
    client.force_login(colleague)
    return client


def form_for(submission):
    return {"erase-reason": REASON, "erase-confirm": submission.reference}


@pytest.fixture
def officer_desk(client, privacy):
    client.force_login(privacy)
    return client


def test_sealed_text_is_closed_until_a_reason_is_given(officer_desk, redacted):
    page = officer_desk.get(reverse("privacy_submission", args=[redacted.reference]))

    assert "0491 570 006" not in page.content.decode()
    assert "1 revision is sealed." in page.content.decode()


def test_opening_shows_the_text_once_and_logs_who_and_why(officer_desk, redacted, privacy):
    page = officer_desk.post(reverse("privacy_open", args=[redacted.reference]), {"reason": REASON})

    entry = AuditEntry.objects.get(action="sealed.opened")
    assert "Ring me on 0491 570 006" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert (entry.by, entry.subject_id, entry.facts) == (
        privacy.pk,
        str(redacted.pk),
        {"reason": REASON, "revisions": [1]},
    )


def test_opening_without_a_reason_shows_nothing(officer_desk, redacted):
    page = officer_desk.post(reverse("privacy_open", args=[redacted.reference]), {"reason": " "})

    assert page.status_code == 422
    assert "0491 570 006" not in page.content.decode()
    assert not AuditEntry.objects.filter(action="sealed.opened").exists()


def test_erasing_leaves_the_skeleton_and_no_trace_of_the_text(consultation, redacted, privacy):
    reply = submission_to(consultation, "I agree with you there.", parent=redacted)

    Erasure.at_once(redacted, actor=privacy, reason="Article 17 request of 3 May.")

    redacted.refresh_from_db()
    assert (redacted.status, redacted.author_name, redacted.author_email, redacted.author_key) == (
        "withdrawn",
        "",
        "",
        "",
    )
    assert set(Revision.objects.filter(submission=redacted).values_list("title", "text")) == {("", "")}
    assert not Screening.objects.filter(revision__submission=redacted).exclude(fingerprint="").exists()
    assert not Band.objects.filter(screening__revision__submission=redacted).exists()
    assert (reply.parent_id, Event.objects.filter(submission=redacted).last().kind) == (redacted.pk, "erased")
    assert redacted.version > redacted.indexed_version
    assert "0491" not in str(list(AuditEntry.objects.values_list("facts", flat=True)))


@pytest.fixture
def written_about(redacted, moderator, lead):
    """Return the text with a note, a reason, an opinion and a reply that name its author."""
    case, decision = redacted.cases.get(), Decision.objects.get(revision__submission=redacted)
    case.add_note("Nia Okoye rang again.", moderator)
    Decision.objects.filter(pk=decision.pk).update(reason="Dear Nia, we took your number out.")
    Opinion.objects.create(case=case, revision=case.revision, actor=lead, action="redact", reason="Nia's number.")
    Appeal.objects.create(decision=decision, due_at=timezone.now(), outcome="upheld", reply="Nia, it stands.")
    return redacted


def test_erasing_blanks_what_colleagues_wrote_and_keeps_what_they_did(written_about, moderator, privacy):
    before = Event.objects.filter(submission=written_about).count()

    Erasure.at_once(written_about, actor=privacy, reason=REASON)

    note, decision, opinion, appeal = (model.objects.get() for model in (CaseNote, Decision, Opinion, Appeal))
    assert [note.text, decision.reason, opinion.reason, appeal.reply] == [""] * 4
    assert (note.actor, decision.action, decision.clause_keys) == (moderator, "redact", ["personal-information"])
    assert (opinion.action, appeal.outcome) == ("redact", "upheld")
    assert Event.objects.filter(submission=written_about).count() > before
    assert AuditEntry.objects.filter(action="case.noted").exists()
    assert list(verify_ledger()) == []


def test_words_about_other_texts_stay(consultation, written_about, moderator, privacy):
    other = held_in(consultation).cases.get()
    other.add_note("Another author.", moderator)

    Erasure.at_once(written_about, actor=privacy, reason=REASON)

    assert [note.text for note in other.notes.all()] == ["Another author."]


def test_who_erases_is_told_of_colleagues_words(officer_desk, written_about):
    page = officer_desk.get(reverse("privacy_submission", args=[written_about.reference]))

    assert "may name or quote the author: 4 notes, reasons and replies." in page.content.decode()


def test_erasing_ends_the_open_case(consultation, privacy):
    submission = held_in(consultation)

    Erasure.at_once(submission, actor=privacy, reason="Article 17 request of 3 May.")

    assert not Case.objects.filter(submission=submission, closed_at=None).exists()


def test_erasing_asks_for_the_right_reference(officer_desk, redacted):
    address = reverse("privacy_erase", args=[redacted.reference])

    wrong = officer_desk.post(address, {"erase-reason": REASON, "erase-confirm": "7F3K-9QXM"})
    right = officer_desk.post(address, {"erase-reason": REASON, "erase-confirm": redacted.reference.lower()})

    assert (wrong.status_code, right.status_code, Erasure.objects.count()) == (422, 302, 1)


def test_one_person_asks_and_another_erases(officer_desk, redacted, privacy, colleague, colleagues_desk):
    officer_desk.post(reverse("privacy_erase", args=[redacted.reference]), form_for(redacted))
    approve = reverse("privacy_erase_approve", args=[redacted.reference])

    officer_desk.post(approve)
    assert Submission.objects.get(pk=redacted.pk).erased_at is None
    page = colleagues_desk.get(reverse("privacy_submission", args=[redacted.reference])).content.decode()
    assert REASON in page
    colleagues_desk.post(approve)

    assert Submission.objects.get(pk=redacted.pk).erased_at
    entries = AuditEntry.objects.filter(action__in=["erasure.asked", "submission.erased"]).order_by("number")
    assert [(entry.by, entry.facts["reason"]) for entry in entries] == [
        (privacy.pk, REASON),
        (colleague.pk, REASON),
    ]
    erasure = Erasure.objects.get()
    assert (erasure.asked_by, erasure.approved_by, erasure.is_emergency, erasure.reason) == (
        privacy,
        colleague,
        False,
        REASON,
    )


def test_nobody_approves_an_erasure_of_their_own(redacted, privacy):
    asked = Erasure.ask(redacted, actor=privacy, reason=REASON)

    with pytest.raises(ErasureUnchanged):
        asked.approve(privacy)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.filter(pk=asked.pk).update(approved_by=privacy, erased_at=timezone.now())


def test_erasure_is_asked_for_once_and_can_be_refused(redacted, privacy, colleague):
    asked = Erasure.ask(redacted, actor=privacy, reason=REASON)
    with pytest.raises(ErasureUnchanged):
        Erasure.ask(redacted, actor=colleague, reason=REASON)

    asked.refuse(colleague)

    with pytest.raises(ErasureUnchanged):
        asked.approve(colleague)
    assert Submission.objects.get(pk=redacted.pk).erased_at is None
    assert Erasure.ask(redacted, actor=privacy, reason=REASON).pk != asked.pk


def test_emergency_is_erased_by_one_and_noted_and_told(officer_desk, redacted, privacy, colleague):
    form = form_for(redacted) | {"erase-alone": "on"}

    officer_desk.post(reverse("privacy_erase", args=[redacted.reference]), form)

    assert Submission.objects.get(pk=redacted.pk).erased_at
    assert AuditEntry.objects.get(action="submission.erased").facts["alone"] is True
    assert Erasure.objects.get().is_emergency
    assert StaffNotification.objects.get(kind="moderation.erased_alone").user == colleague
    with pytest.raises(ErasureUnchanged):
        Erasure.at_once(redacted, actor=privacy, reason=REASON)


@pytest.mark.parametrize(
    "reason",
    [
        "Nia asked us to erase it.",
        "Asked by nia@example.org today.",
        "Call 0491 570 006 about it.",
        "She wrote: Ring me on 0491 570 006 about it.",
    ],
)
def test_reason_that_is_kept_for_good_says_nothing_personal(officer_desk, redacted, reason):
    for name, prefix in (("privacy_erase", "erase-"), ("privacy_open", "")):
        form = {f"{prefix}reason": reason, f"{prefix}confirm": redacted.reference}
        page = officer_desk.post(reverse(name, args=[redacted.reference]), form)

        assert page.status_code == 422
        assert "This sentence is kept for good" in page.content.decode()
    assert not AuditEntry.objects.filter(action__in=["erasure.asked", "sealed.opened"]).exists()


def test_erased_text_cannot_be_opened(officer_desk, redacted, privacy):
    Erasure.at_once(redacted, actor=privacy, reason=REASON)

    page = officer_desk.get(reverse("privacy_submission", args=[redacted.reference]))

    assert "Nothing is left to open." in page.content.decode()


def test_unknown_reference_says_so(officer_desk):
    page = officer_desk.get(reverse("privacy"), {"reference": "ZZZZ-ZZZZ"})

    assert page.status_code == 404
    assert "There is no submission with this reference." in page.content.decode()


def test_list_leads_to_what_was_redacted(officer_desk, redacted, django_assert_num_queries):
    officer_desk.get(reverse("privacy"))

    assert redacted.reference in officer_desk.get(reverse("privacy")).content.decode()
