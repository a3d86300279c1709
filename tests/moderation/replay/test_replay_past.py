from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from consultations.models import Submission
from consultations.models.pages import Moderation
from moderation.findings.redaction import Span
from moderation.models import Crisis, Decision, ModerationSettings
from moderation.replay import sampling
from moderation.replay.past import PastTextReader
from moderation.restrictions import in_force
from moderation.review.decisions import decide
from moderation.screening.campaigns import sketch_of
from moderation.screening.resemblance import find_resemblance
from moderation.screening.screen import context_of
from tests.factories import ConsultationFactory, held_in, idea_for, submission_to

pytestmark = pytest.mark.django_db

LETTER = "I have lived by the depot for years and ask you to keep the night bus through the east gate running all week."
ALIKE = LETTER.replace("all week", "each night of the week").replace("years", "ten years")
EVERYTHING = frozenset({"new", "off_topic"})


def past_texts(asks=EVERYTHING, submissions=None):
    pieces = PastTextReader(asks).texts(sampling.readable_submissions() if submissions is None else submissions)
    return [past for piece in pieces for past in piece]


@pytest.fixture
def known():
    settings = ModerationSettings.load()
    settings.staff_domains, settings.public_people = "agency.example\ncouncil.example", "Mayor Example"
    settings.own_contacts, settings.own_domains, settings.phone_regions = "@agency.example", "agency.example", "AU"
    settings.maximum_length = 900
    settings.save()
    return in_force.moderation_in_force()


def sent(consultation, citizen, which):
    """Take in texts, the last of which is the one in question."""
    me = {"author_key": "me", "author_email": "Me@Agency.Example"}
    submission_to(consultation, LETTER, author_key="somebody")
    if which == "own copy":
        submission_to(consultation, LETTER, **me)
    if which == "elsewhere":
        return submission_to(ConsultationFactory(), LETTER, **me)
    if which == "near copy":
        return submission_to(consultation, ALIKE, **me)
    if which == "signed in":
        return idea_for(consultation, author=citizen, by_staff=True, language="de", channel="email", **me)
    if which == "enquiry":
        return Submission.receive(kind="enquiry", text="When is the answer due?", **me)
    return submission_to(consultation, LETTER, **me)


@pytest.mark.parametrize("which", ["copy", "own copy", "near copy", "elsewhere", "signed in", "enquiry"])
def test_rules_are_told_what_they_were_told_when_the_text_came_in(consultation, citizen, known, which):
    last = sent(consultation, citizen, which)
    resemblance = find_resemblance(last, sketch_of(last.current.text), count_published=True)
    campaign = last.current.screenings.get().campaign  # counts the text itself by now
    near_copies = max(campaign.size - 1 - resemblance.copies, 0) if campaign else 0
    resemblance = replace(resemblance, near_copies=near_copies)

    then = context_of(last, EVERYTHING, known, resemblance)
    found = past_texts()[-1]
    assert (found.revision_text.revision, found.context) == (last.current_id, then)


def test_copies_before_the_sample_count(consultation):
    for person in ("a", "b"):
        submission_to(consultation, LETTER, author_key=person)
    last = submission_to(consultation, LETTER, author_key="a")

    [found] = past_texts(submissions=sampling.readable_submissions().filter(pk=last.pk))
    assert (found.context.copies, found.context.own_copies, found.context.published) == (2, 1, 1)


def test_days_and_crises_are_those_of_the_day(consultation):
    now = timezone.now()
    Crisis.objects.create(
        level=2,
        hours=10,
        started_at=now - timedelta(days=9),
        expires_at=now - timedelta(days=8),
        banner="An accident.",
        reason="An accident.",
    )
    ended = Crisis.objects.create(
        level=1,
        hours=72,
        started_at=now - timedelta(days=4),
        expires_at=now - timedelta(days=1),
        ended_at=now - timedelta(days=3),
        banner="An accident.",
        reason="An accident.",
    )
    assert ended.state == "ended"
    for days in (10, 8.5, 3.5, 2):
        submission_to(consultation, received_at=now - timedelta(days=days))

    found = past_texts()
    assert [past.context.crisis_level for past in found] == [0, 2, 1, 0]
    assert [past.context.today for past in found] == [timezone.localdate(past.received_at) for past in found]


def test_the_author_is_new_known_or_nobody_knows(consultation):
    submission_to(consultation, "The night bus is late.", author_key="me")
    submission_to(consultation, "The tram is late.", author_key="me")
    submission_to(consultation, "The ferry is late.")

    assert [past.author for past in past_texts()] == ["new", "known", "unknown"]


def test_the_latest_words_of_the_author_are_read_also_after_a_redaction(consultation, moderator):
    held = held_in(consultation)
    wrote = held.current
    case = held.cases.get()
    span = Span("text", 11, 23, "phone number removed")
    clauses = ["personal-information"]
    decide(
        case, revision_id=wrote.pk, action="redact", actor=moderator, clauses=clauses, reason="A number.", spans=[span]
    )
    edited = submission_to(consultation, "The night bus is late.")
    edited.revise(text="The night bus is always late.")

    found = past_texts()
    assert [(past.revision_text.text, past.decided) for past in found] == [
        (wrote.text, "redact"),
        ("The night bus is always late.", ""),
    ]


def test_the_last_standing_decision_counts(consultation, moderator):
    held = held_in(consultation)
    first = decide(held.cases.get(), revision_id=held.current_id, action="publish", actor=moderator)
    Decision.objects.create(
        case=first.case, revision=first.revision, version=first.version, action="refuse", undone_at=timezone.now()
    )

    [found] = past_texts()
    assert (found.decided, found.imported) == ("publish", False)


def test_a_consultation_where_everything_is_read_first_says_so(consultation):
    before = ConsultationFactory(moderation=Moderation.BEFORE)
    submission_to(consultation)
    submission_to(before)

    assert [past.read_first for past in past_texts()] == [False, True]


@pytest.mark.parametrize("texts", [1, 12])
def test_reading_costs_the_same_however_many_texts(consultation, django_assert_num_queries, texts):
    for number in range(texts):
        submission_to(consultation, LETTER, author_key=f"person {number % 2}")
    past_texts(frozenset())

    # Settings, consultations, crises; the first id, what is repeated, how often, campaigns; then, piece by piece, rows,
    # decisions and screenings, until there are no more rows.
    with django_assert_num_queries(11):
        assert len(past_texts(frozenset())) == texts
