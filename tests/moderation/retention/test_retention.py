"""What has served its purpose is deleted, when its period is over and not before; the figures stay."""

from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.models import Event, EventKind, Follow, Follower, HomePage, Response, Submission, Support
from moderation.findings.redaction import Span
from moderation.models import Decision, Report, RetentionPeriod, RetentionRun
from moderation.models.retention import KINDS_OF_CONSULTATIONS, USUAL_MONTHS, RetentionKind
from moderation.redress.reports import file_report
from moderation.retention.due import due_rows
from moderation.retention.forms import PeriodsForm
from moderation.retention.job import run_retentions, start_nightly_run, start_run
from moderation.review.sealing import sealed_revisions
from portal.agency.moments import in_months
from portal.models import AuditEntry, ContentPage
from search.index.documents import build_sealed_documents, with_document_fields
from tests.factories import held_in, questionnaire_for, response_to, submission_to
from tests.moderation.decisions import refuse_or_redact

pytestmark = pytest.mark.django_db

NIA = {"author_name": "Nia", "author_email": "nia@example.org", "author_key": "nia-of-this-browser"}
ALL = sorted(KINDS_OF_CONSULTATIONS, key=USUAL_MONTHS.get)


@pytest.fixture
def kept(consultation, moderator):
    """Two texts, a response and a follow by one person, a text by another, support, and a redacted text."""
    Follow.objects.begin(Follower.objects.with_address(NIA["author_email"]), consultation, "daily").confirm()
    first = submission_to(consultation, "One.", **NIA)
    submission_to(consultation, "Two.", **NIA)
    submission_to(consultation, "Three.", author_key="somebody-else")
    response_to(consultation, {questionnaire_for(consultation)[0]: "A lamp."}, **NIA)
    Support.give(first, "nia-of-this-browser")
    report = file_report(first, first.cleared, reporter_key="nia-of-this-browser", network_key="a-network", clause="")
    report.close(report.Outcome.KEPT)
    first.cases.get().close_undecided()
    redacted = held_in(consultation, author_email="ann@example.org")
    refuse_or_redact(redacted, moderator, Decision.Action.REDACT, [Span("text", 11, 23, "a number")])
    return consultation


def answer(consultation, months_ago):
    at = in_months(timezone.now(), -months_ago) - timedelta(minutes=5)
    Event.objects.create(kind=EventKind.OUTCOME_PUBLISHED, consultation=consultation, created_at=at)


def due_counts():
    counts = Counter()
    for each in due_rows():
        counts[each.kind] += each.count
    return {kind: counts[kind] for kind in ALL if kind in counts}


@pytest.mark.parametrize(("months", "kinds"), [(5, ()), (6, ALL[:2]), (12, ALL[:3]), (24, ALL)])
def test_each_kind_is_due_when_its_own_period_is_over(kept, months, kinds):
    answer(kept, months)

    assert list(due_counts()) == list(kinds)


def test_consultation_without_an_answer_is_due_a_year_later(kept, time_machine):
    kept.closes_at = in_months(timezone.now(), -17)
    kept.opens_at = in_months(timezone.now(), -18)
    kept.save()
    assert due_counts() == {}

    time_machine.move_to(in_months(timezone.now(), 1) + timedelta(minutes=5))
    assert list(due_counts()) == [RetentionKind.ADDRESSES, RetentionKind.FOLLOWS]


def test_run_deletes_exactly_what_the_preview_said(kept):
    answer(kept, 24)
    before = due_counts()

    start_run()
    assert run_retentions() == 1

    run = RetentionRun.objects.get()
    deleted = Counter()
    for kind, _pk, _title, count, *_mode in run.result:
        deleted[kind] += count
    assert deleted == {str(kind): n for kind, n in before.items()}
    assert (run.state, run.done) == ("done", sum(before.values()))
    assert due_rows() == []
    facts = AuditEntry.objects.get(action="retention.deleted").facts
    assert facts["counts"] == {str(kind): before.get(kind, 0) for kind in RetentionKind}


def test_nothing_leads_to_a_person_any_more_and_figures_stay(kept):
    answer(kept, 24)
    start_run()
    run_retentions()

    assert set(Submission.objects.values_list("author_email", flat=True)) == {""}
    keys = dict(Submission.objects.values_list("revisions__text", "author_key"))
    assert keys["One."] == keys["Two."] == keys["A lamp."] == Response.objects.get().author_key
    report = Report.objects.get()
    assert keys["One."] == Support.objects.get().supporter_key == report.reporter_key
    assert report.network_key != "a-network"
    assert keys["One."] != keys["Three."]
    assert not {"nia-of-this-browser", "somebody-else"} & set(keys.values())
    assert Submission.objects.get(revisions__text="One.").support_count == 1


def test_two_consultations_give_one_person_two_marks(kept, client):
    other = type(kept).objects.get(pk=kept.pk).copy(update_attrs={"title": "Other", "slug": "other"})
    for page in (kept, other):
        answer(page, 24)
    mine = submission_to(other, "Elsewhere.", **NIA)
    start_run()
    run_retentions()

    mine.refresh_from_db()
    assert mine.author_key != Submission.objects.get(revisions__text="One.").author_key


def test_original_of_a_redacted_text_is_gone_and_what_is_public_stays(kept):
    redacted = Submission.objects.get(author_email="ann@example.org")
    public = redacted.public_text
    answer(kept, 24)
    start_run()
    run_retentions()

    redacted = Submission.objects.get(pk=redacted.pk)
    assert redacted.public_text == public
    assert sealed_revisions(redacted) == []
    assert build_sealed_documents(list(with_document_fields(Submission.objects.filter(pk=redacted.pk)))) == [None]
    assert redacted.version > redacted.indexed_version


def test_text_about_which_somebody_decides_keeps_its_address(kept):
    waiting = held_in(kept, author_email="bo@example.org")
    answer(kept, 24)
    start_run()
    run_retentions()

    assert Submission.objects.get(pk=waiting.pk).author_email == "bo@example.org"
    assert Submission.objects.exclude(author_email="").count() == 1


def test_consultation_may_have_a_period_of_its_own(kept, privacy):
    answer(kept, 12)
    RetentionPeriod.objects.state({RetentionKind.ADDRESSES: 13}, actor=privacy, consultation=kept)
    assert list(due_counts()) == [RetentionKind.FOLLOWS, RetentionKind.MARKS]

    RetentionPeriod.objects.state({RetentionKind.ADDRESSES: None}, actor=privacy, consultation=kept)
    assert list(due_counts()) == [RetentionKind.ADDRESSES, RetentionKind.FOLLOWS, RetentionKind.MARKS]


def test_worker_begins_once_a_night_and_only_when_something_is_due(kept, time_machine):
    start_nightly_run()
    assert RetentionRun.objects.count() == 0

    answer(kept, 6)
    start_nightly_run()
    run_retentions()
    Submission.objects.update(author_email="late@example.org")
    start_nightly_run()
    assert RetentionRun.objects.count() == 1

    time_machine.move_to(timezone.now() + timedelta(days=1))
    start_nightly_run()
    assert RetentionRun.objects.count() == 2


def test_page_shows_what_is_due_changes_periods_and_starts_a_run(kept, privacy):
    answer(kept, 5)
    desk = Client()
    desk.force_login(privacy)
    assert "Nothing: no period is over." in desk.get(reverse("retention")).content.decode()

    desk.post(reverse("retention"), {"addresses": 5, "marks": 12, "sealed": 24, "follows": 5, "accounts": 24})
    page = desk.get(reverse("retention")).content.decode()
    assert f"Delete it now: {sum(due_counts().values())} rows" in page
    desk.post(reverse("retention_start"))
    run_retentions()

    assert RetentionRun.objects.get().asked_by == privacy
    assert due_counts() == {}
    entry = AuditEntry.objects.get(action="retention.changed")
    assert entry.facts == {"months": {"addresses": 5, "marks": 12, "sealed": 24, "follows": 5, "accounts": 24}}


def test_list_of_what_is_due_takes_the_same_queries_however_many(kept, django_assert_num_queries):
    answer(kept, 24)
    with django_assert_num_queries(35):
        due_rows()
    for number in range(3):
        other = kept.copy(update_attrs={"title": f"Other {number}", "slug": f"other-{number}"})
        submission_to(other, "Elsewhere.", **NIA)
        answer(other, 24)
    with django_assert_num_queries(35):
        assert len(due_rows()) == 11


def test_privacy_page_says_the_periods_that_hold(client, privacy):
    home = HomePage.objects.get()
    home.add_child(instance=ContentPage(title="Privacy", slug="privacy", body=[("periods", None)]))
    page = client.get("/privacy/").content.decode()
    assert "Your e-mail address: deleted 6 months after the answer is published." in page

    RetentionPeriod.objects.state({RetentionKind.ADDRESSES: 3}, actor=privacy)
    page = client.get("/privacy/").content.decode()
    assert "Your e-mail address: deleted 3 months after the answer is published." in page


@pytest.mark.parametrize("kind", ["addresses", "marks", "sealed", "follows"])
def test_nothing_is_deleted_on_the_day_of_the_answer(kind):
    months = {"addresses": 6, "marks": 12, "sealed": 24, "follows": 6, "accounts": 24}

    assert PeriodsForm(months | {kind: 1}).is_valid()
    assert list(PeriodsForm(months | {kind: 0}).errors) == [kind]
