"""Texts, names and addresses go when their authors were told, or sooner where a shorter time holds now."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.events import subscribe
from consultations.models import Event, EventKind, StatedTerms, Submission
from consultations.terms import terms_of
from moderation.findings.redaction import Span
from moderation.models import Decision, RetentionPeriod, RetentionRun
from moderation.models.retention import RetentionKind
from moderation.retention.due import due_rows
from moderation.retention.job import forget_text, run_retentions, start_run
from moderation.retention.kept_by_terms import texts_due
from portal.agency.moments import in_months
from tests.factories import held_in, questionnaire_for, response_to, submission_to
from tests.moderation.decisions import refuse_or_redact

pytestmark = pytest.mark.django_db
WHO = {"author_name": "Nia", "author_email": "nia@example.org"}
COLUMNS = {"names": "author_name", "addresses": "author_email"}


def state(page, mode="comments", **months):
    StatedTerms.objects.filter(page=page, mode=mode).delete()
    return StatedTerms.objects.create(page=page, mode=mode, **{f"{what}_months": n for what, n in months.items()})


def sent(page, kind="comment", text="The bus is late.", **fields):
    """Take in a text under the terms of the moment, as the form does."""
    return submission_to(page, text, kind=kind, terms_id=terms_of(page, kind).stored(), **WHO | fields)


def due():
    return {(str(each.kind), each.consultation.pk, each.mode): each.count for each in due_rows()}


def run():
    """Run what is due; return what was reported, after it was seen to be what the preview said."""
    before = due()
    start_run()
    run_retentions()
    report = {
        (kind, pk, *(mode or [""])): number for kind, pk, _t, number, *mode in RetentionRun.objects.latest("pk").result
    }
    assert report == before
    assert due() == {}
    return report


def is_gone(text, what):
    fresh = Submission.objects.get(pk=text.pk)
    if what == "texts":
        return fresh.erased_at is not None and not fresh.revisions.exclude(text="").exists()
    return getattr(fresh, COLUMNS[what]) == ""


@pytest.mark.parametrize("what", ["texts", "names", "addresses"])
@pytest.mark.parametrize(("kind", "mode"), [("comment", "comments"), ("idea", "ideas")])
def test_each_kind_goes_when_its_time_is_over_and_not_before(consultation, time_machine, what, kind, mode):
    state(consultation, mode, **{what: 2})
    text, other = sent(consultation, kind), sent(consultation, "idea" if kind == "comment" else "comment")

    time_machine.move_to(in_months(consultation.closes_at, 2) - timedelta(minutes=1))
    assert due() == {}
    time_machine.move_to(in_months(consultation.closes_at, 2) + timedelta(minutes=1))
    assert run() == {(what, consultation.pk, mode): 1}
    assert [is_gone(text, what), is_gone(other, what)] == [True, False]


def test_answers_of_a_questionnaire_go_by_its_own_terms(consultation, time_machine):
    question = questionnaire_for(consultation)[0]
    state(consultation, "questionnaire", names=0, addresses=1, texts=3)
    terms = terms_of(consultation, "answer").stored()
    response = response_to(consultation, {question: "A lamp."}, terms_id=terms, **WHO)
    answer = response.open_answers.get()

    for months, what in ((0, "names"), (1, "addresses"), (3, "texts")):
        time_machine.move_to(in_months(consultation.closes_at, months) + timedelta(minutes=1))
        assert run() == {(what, consultation.pk, "questionnaire"): 1}
        assert is_gone(answer, what)
    assert response.closed_answers.count() == 0
    answer.refresh_from_db()
    assert (answer.status, answer.status_reason) == ("withdrawn", "Deleted: its time is over")


def test_nothing_is_kept_longer_than_its_author_was_told(consultation, time_machine):
    state(consultation, addresses=1)
    told_one_month = sent(consultation)
    state(consultation, addresses=12)
    told_a_year = sent(consultation)

    time_machine.move_to(in_months(consultation.closes_at, 1) + timedelta(minutes=1))
    run()
    assert [is_gone(told_one_month, "addresses"), is_gone(told_a_year, "addresses")] == [True, False]


def test_shorter_time_holds_for_what_is_there_already(consultation, time_machine):
    state(consultation, texts=24, names=12, addresses=12)
    text = sent(consultation)
    state(consultation, texts=24, names=12, addresses=0)

    time_machine.move_to(consultation.closes_at + timedelta(minutes=1))
    assert run() == {("addresses", consultation.pk, "comments"): 1}
    assert is_gone(text, "addresses")


def test_terms_that_are_taken_back_still_hold_for_whoever_was_told_them(consultation, time_machine):
    state(consultation, names=1)
    (told,) = (sent(consultation),)
    StatedTerms.objects.get().delete()
    untold = sent(consultation)

    time_machine.move_to(in_months(consultation.closes_at, 1) + timedelta(minutes=1))
    run()
    assert [is_gone(told, "names"), is_gone(untold, "names")] == [True, False]


def test_extended_consultation_keeps_what_was_said_before(consultation, time_machine):
    state(consultation, addresses=1)
    first_closing, before = consultation.closes_at, sent(consultation)
    consultation.closes_at += timedelta(days=30)
    consultation.save()
    after = sent(consultation)

    time_machine.move_to(in_months(first_closing, 1) + timedelta(minutes=1))
    run()
    assert [is_gone(before, "addresses"), is_gone(after, "addresses")] == [True, False]


def test_consultation_that_closes_early_or_is_taken_off_the_site_counts_from_its_closing(consultation, time_machine):
    state(consultation, addresses=1)
    text = sent(consultation)
    consultation.closes_at = timezone.now() + timedelta(hours=1)
    consultation.save()
    consultation.unpublish()

    time_machine.move_to(in_months(consultation.closes_at, 1) + timedelta(minutes=1))
    run()
    assert is_gone(text, "addresses")


def test_longer_period_of_the_agency_lengthens_no_promise(consultation, privacy, time_machine):
    told, untold = sent(consultation), submission_to(consultation, **WHO)
    RetentionPeriod.objects.state({RetentionKind.ADDRESSES: 60}, actor=privacy, consultation=consultation)
    Event.objects.create(kind=EventKind.OUTCOME_PUBLISHED, consultation=consultation)

    time_machine.move_to(in_months(timezone.now(), 6) + timedelta(minutes=1))
    run()
    assert [is_gone(told, "addresses"), is_gone(untold, "addresses")] == [True, False]


def test_stated_time_counts_in_the_place_of_the_agencys(consultation, time_machine):
    state(consultation, addresses=24)
    stated, usual = sent(consultation), sent(consultation, "idea")
    Event.objects.create(kind=EventKind.OUTCOME_PUBLISHED, consultation=consultation)

    time_machine.move_to(in_months(timezone.now(), 7))
    assert run() == {("addresses", consultation.pk, "ideas"): 1}
    assert [is_gone(stated, "addresses"), is_gone(usual, "addresses")] == [False, True]


def test_text_about_which_somebody_decides_waits_for_the_decision(consultation, time_machine):
    state(consultation, texts=1)
    text = held_in(consultation, terms_id=terms_of(consultation, "comment").stored(), **WHO)

    time_machine.move_to(in_months(consultation.closes_at, 1) + timedelta(minutes=1))
    assert ("texts", consultation.pk, "comments") not in due()
    text.cases.get().close_undecided()
    run()
    assert is_gone(text, "texts")


def test_page_shows_the_way_of_taking_part_before_and_after(consultation, privacy, time_machine):
    state(consultation, names=0)
    sent(consultation)
    time_machine.move_to(consultation.closes_at + timedelta(minutes=1))
    desk = Client()
    desk.force_login(privacy)

    assert "Names of authors (Comments)" in desk.get(reverse("retention")).content.decode()
    run()
    assert "Names of authors (Comments), 1" in desk.get(reverse("retention")).content.decode()


@pytest.mark.parametrize("what", ["texts", "names"])
def test_time_stated_later_takes_nothing_that_was_given_for_the_record(consultation, time_machine, what):
    told_for_ever, untold = sent(consultation), submission_to(consultation, **WHO)
    state(consultation, **{what: 1})

    time_machine.move_to(in_months(consultation.closes_at, 1) + timedelta(minutes=1))
    assert due() == {}
    assert [is_gone(each, what) for each in (told_for_ever, untold)] == [False, False]


def test_longer_time_stated_later_lengthens_nothing_for_addresses_that_are_there(consultation, time_machine):
    untold, usual = submission_to(consultation, **WHO), sent(consultation)
    state(consultation, addresses=24)
    Event.objects.create(kind=EventKind.OUTCOME_PUBLISHED, consultation=consultation)

    time_machine.move_to(in_months(timezone.now(), 7))
    assert run() == {("addresses", consultation.pk, "comments"): 2}
    assert [is_gone(each, "addresses") for each in (untold, usual)] == [True, True]


def test_name_goes_from_a_decision_and_what_else_it_restores_stays(consultation, moderator, time_machine):
    state(consultation, names=1)
    held = held_in(consultation, terms_id=terms_of(consultation, "comment").stored(), **WHO)
    refuse_or_redact(held, moderator, Decision.Action.REDACT, [Span("name", 0, 3, "a name")])
    was = Decision.objects.get().previous_state
    assert was["author_name"] == "Nia" and was["reason"]

    time_machine.move_to(in_months(consultation.closes_at, 1) + timedelta(minutes=1))
    run()
    assert Decision.objects.get().previous_state == {name: each for name, each in was.items() if name != "author_name"}


def test_text_about_which_somebody_decides_meanwhile_is_kept(consultation, time_machine):
    state(consultation, texts=1)
    text = held_in(consultation, terms_id=terms_of(consultation, "comment").stored(), **WHO)
    case = text.cases.get()
    case.close_undecided()
    time_machine.move_to(in_months(consultation.closes_at, 1) + timedelta(minutes=1))
    begun = texts_due(RetentionKind.TEXTS)
    assert [each.pk for each in begun] == [text.pk]

    type(case).objects.filter(pk=case.pk).update(closed_at=None)  # between the reading of the batch and the text's turn
    assert forget_text(begun, text.pk) == 0
    assert not is_gone(text, "texts")


def test_text_that_cannot_be_erased_keeps_no_other_and_the_run_says_so(
    consultation, privacy, time_machine, monkeypatch, caplog
):
    state(consultation, texts=1)
    first, second = sent(consultation), sent(consultation, text="So is the tram.")
    monkeypatch.setattr("consultations.events._subscriptions", {EventKind.ERASED: []})

    @subscribe(EventKind.ERASED, isolated=False)
    def refuse_first(event):
        if event.submission_id == first.pk:
            raise OSError("The disk is full.")

    time_machine.move_to(in_months(consultation.closes_at, 1) + timedelta(minutes=1))
    start_run()
    with caplog.at_level("ERROR", logger="moderation.retention.job"):
        run_retentions()

    assert [is_gone(each, "texts") for each in (first, second)] == [False, True]
    last = RetentionRun.objects.get()
    assert (last.state, last.done) == ("done", 1)
    assert f"Submission {first.pk} could not be erased" in caplog.text
    desk = Client()
    desk.force_login(privacy)
    assert "1 text could not be deleted. The next run tries again" in desk.get(reverse("retention")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_cache_is_emptied_once_for_all_texts_of_a_batch(consultation, time_machine, monkeypatch):
    state(consultation, texts=1)
    for word in ("bus", "tram", "ferry"):
        sent(consultation, text=f"The {word} is late.")
    cleared, clear = [], cache.clear
    monkeypatch.setattr(cache, "clear", lambda: cleared.append(clear()), raising=False)

    time_machine.move_to(in_months(consultation.closes_at, 1) + timedelta(minutes=1))
    run()
    assert len(cleared) == 1


def test_what_was_said_for_the_agency_stays_on_record(consultation, time_machine):
    state(consultation, "comments", texts=2, names=2)
    official = sent(consultation, official_line="Head of night services, Bus Network Unit")
    theirs = sent(consultation)

    time_machine.move_to(in_months(consultation.closes_at, 2) + timedelta(minutes=1))
    run()

    assert [is_gone(text, what) for text in (official, theirs) for what in ("texts", "names")] == [
        *(False, False),
        *(True, True),
    ]
