"""Crisis levels: asked for by one, approved by another, over by themselves; what each does to texts."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.models import Status, Submission
from moderation.models import Case, CaseClosed, Crisis, CrisisUnchanged, ModerationSettings
from moderation.restrictions import in_force
from moderation.restrictions.crisis import refuse_publication
from moderation.review.decisions import decide
from portal.audit.models import AuditEntry
from tests.consultations.submitting import comment
from tests.factories import UserFactory, held_in, submission_to

pytestmark = pytest.mark.django_db

BANNER = "After the accident at the wharf we read more slowly than usual."
FORM = {"level": 2, "hours": 6, "banner": BANNER, "reason": "Hundreds of texts an hour name a victim."}
LINK = "See https://elsewhere.example/ for the plan."


@pytest.fixture
def other(db):
    return UserFactory(first_name="Lou", groups=["Lead moderators"])


@pytest.fixture
def desk(client, lead):
    client.force_login(lead)
    return client


def asked(lead, level=2, **changes):
    return Crisis.ask(actor=lead, **FORM | {"level": level} | changes)


def begun(lead, other, level=2, **changes):
    crisis = asked(lead, level, **changes)
    crisis.approve(other)
    return crisis


def later(**span):
    cache.clear()  # its clock is not turned by time_machine's tick
    return time_machine.travel(timezone.now() + timedelta(**span), tick=False)


def actions():
    return list(AuditEntry.objects.filter(action__startswith="crisis.").order_by("number").values_list("action", "by"))


def test_a_level_is_asked_for_on_the_page_and_changes_nothing_yet(desk, lead):
    response = desk.post(reverse("crisis"), FORM, follow=True)

    crisis = Crisis.objects.get()
    assert (crisis.state, crisis.asked_by, crisis.level, crisis.hours) == ("asked", lead, 2, 6)
    assert in_force.crisis_in_force() is None
    assert actions() == [("crisis.asked", lead.pk)]
    page = response.content.decode()
    assert "Somebody else has to approve it." in page
    assert reverse("crisis_approve", args=[crisis.pk]) not in page


@pytest.mark.parametrize("change", [{"level": ""}, {"hours": 73}, {"hours": 0}, {"banner": " "}, {"reason": ""}])
def test_an_incomplete_request_is_an_error_and_keeps_what_was_typed(desk, change):
    response = desk.post(reverse("crisis"), FORM | change)

    assert (response.status_code, Crisis.objects.count()) == (422, 0)
    typed = "banner" if "reason" in change else "reason"
    assert FORM[typed] in response.content.decode()


def test_the_page_says_what_each_level_does_before_anybody_chooses(desk):
    page = desk.get(reverse("crisis")).content.decode()

    assert page.count("A text with a link waits for a person") == 3
    assert page.count("Every text is read by a person before it appears.") == 2
    assert page.count("moderators cannot publish either") == 1


def test_who_asked_cannot_approve(desk, lead):
    crisis = asked(lead)

    desk.post(reverse("crisis_approve", args=[crisis.pk]))

    crisis.refresh_from_db()
    assert (crisis.state, actions()) == ("asked", [("crisis.asked", lead.pk)])
    with pytest.raises(CrisisUnchanged, match="somebody else"):
        crisis.approve(lead)


def test_another_person_approves_and_it_begins_then(desk, lead, other):
    crisis = asked(other)

    desk.post(reverse("crisis_approve", args=[crisis.pk]))

    crisis.refresh_from_db()
    assert (crisis.state, crisis.approved_by) == ("on", lead)
    assert crisis.expires_at - crisis.started_at == timedelta(hours=6)
    assert in_force.crisis_in_force() == crisis
    assert actions() == [("crisis.asked", other.pk), ("crisis.approved", lead.pk)]


def test_it_is_over_by_itself(lead, other):
    crisis = begun(lead, other)

    with later(hours=5, minutes=59):
        assert (crisis.state, in_force.crisis_level()) == ("on", 2)
    with later(hours=6):
        assert (crisis.state, in_force.crisis_level()) == ("over", 0)


def test_it_is_over_at_once_for_who_read_it_before(lead, other):
    begun(lead, other, hours=1)
    moment = timezone.now() + timedelta(hours=1)
    with time_machine.travel(moment - timedelta(seconds=2)):
        cache.clear()
        assert in_force.crisis_level() == 2
        with time_machine.travel(moment):
            assert in_force.crisis_level() == 0


def test_an_answer_that_comes_too_late_begins_nothing(lead, other):
    crisis = asked(lead)

    with later(hours=25), pytest.raises(CrisisUnchanged):
        crisis.approve(other)
    assert Crisis.objects.get().started_at is None


def test_it_is_ended_early_by_one_person(desk, lead, other):
    crisis = begun(lead, other)

    desk.post(reverse("crisis_end", args=[crisis.pk]))

    crisis.refresh_from_db()
    assert (crisis.state, crisis.ended_by, in_force.crisis_in_force()) == ("ended", lead, None)
    assert actions()[-1] == ("crisis.ended", lead.pk)
    with pytest.raises(CrisisUnchanged):
        crisis.end(lead)


def test_a_request_is_refused_before_it_begins(lead, other):
    crisis = asked(lead)
    crisis.end(other)

    assert (crisis.state, actions()[-1]) == ("refused", ("crisis.refused", other.pk))
    with pytest.raises(CrisisUnchanged):
        crisis.approve(other)


def test_to_go_on_it_is_asked_for_anew_and_takes_the_place_of_the_first(desk, lead, other):
    first = begun(lead, other, level=3)
    page = desk.get(reverse("crisis"), {"renew": first.pk}).content.decode()
    assert BANNER in page

    second = begun(other, lead, level=1)

    first.refresh_from_db()
    assert (first.state, first.ended_by, second.state) == ("ended", lead, "on")
    assert in_force.crisis_level() == 1
    assert AuditEntry.objects.order_by("-number").first().facts["instead_of"] == [first.pk]


@pytest.mark.parametrize("renew", ["", "x", "99999", "-1"])
def test_an_unknown_entry_to_renew_is_no_error(desk, renew):
    assert desk.get(reverse("crisis"), {"renew": renew}).status_code == 200


def test_the_log_costs_the_same_however_long(desk, lead, other, django_assert_num_queries):
    for _time in range(3):
        begun(lead, other)
    desk.get(reverse("crisis"))
    with CaptureQueriesContext(connection) as three:
        desk.get(reverse("crisis"))
    queries = len(three)  # the log is emptied with the next request
    for _time in range(5):
        begun(lead, other)
    desk.get(reverse("crisis"))
    with django_assert_num_queries(queries):
        desk.get(reverse("crisis"))


def test_everybody_reads_the_announcement_on_every_public_page(lead, other, consultation):
    places = ["/", reverse("consultations:list"), reverse("consultations:detail", args=[consultation.slug])]
    places += [reverse("moderation:policy"), reverse("consultations:propose", args=[consultation.slug])]
    before = [BANNER in Client().get(place).content.decode() for place in places]
    crisis = begun(lead, other)
    meanwhile = [BANNER in Client().get(place).content.decode() for place in places]
    crisis.end(lead)

    assert (before, meanwhile) == ([False] * 5, [True] * 5)
    assert [BANNER in Client().get(place).content.decode() for place in places] == [False] * 5


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (1, "a person reads texts with links"),
        (2, "reads every text before it appears"),
        (3, "nothing new is published"),
    ],
)
def test_the_form_says_what_it_means(client, consultation, lead, other, level, words):
    begun(lead, other, level)

    page = client.get(reverse("consultations:detail", args=[consultation.slug])).content.decode()
    assert words in page[page.index('id="have-your-say"') :]


def test_at_level_one_a_text_with_a_link_waits_unless_it_is_ours(client, consultation, lead, other):
    ModerationSettings.objects.update_or_create(pk=1, defaults={"own_domains": "harbour.example.org"})
    without = submission_to(consultation, LINK)
    begun(lead, other, level=1)

    elsewhere = submission_to(consultation, LINK)
    ours = submission_to(consultation, "See https://harbour.example.org/ for the plan.")
    named = submission_to(consultation, "No link in here.", author_name="www.elsewhere.example")

    assert [each.status for each in (without, elsewhere, ours, named)] == ["published", "held", "published", "held"]
    assert "with a link" in elsewhere.status_reason
    assert elsewhere.cases.get().cause == Case.Cause.CRISIS


def test_at_level_one_the_fourth_text_of_an_author_in_ten_minutes_waits(client, consultation, lead, other):
    begun(lead, other, level=1)
    for number in range(4):
        comment(client, consultation, f"Text number {number} of mine.")
    comment(Client(headers={"Sec-Fetch-Site": "same-origin"}), consultation, "By somebody else.")
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        comment(client, consultation, "Text number five of mine.")

    found = list(Submission.objects.order_by("id").values_list("status", flat=True))
    assert found == ["published"] * 3 + ["held"] + ["published"] * 2


def test_texts_without_an_author_are_not_counted_together(consultation, lead, other):
    begun(lead, other, level=1)
    texts = [submission_to(consultation, f"Letter number {number}.") for number in range(5)]

    assert [text.status for text in texts] == ["published"] * 5


@pytest.mark.parametrize(("level", "status"), [(1, Status.PUBLISHED), (2, Status.HELD), (3, Status.HELD)])
def test_from_level_two_everything_is_read_first(consultation, lead, other, level, status):
    begun(lead, other, level)

    assert submission_to(consultation, "The night bus is late.").status == status


def test_only_at_level_three_nothing_is_published(lead, other):
    refuse_publication()
    crisis = begun(lead, other, level=2)
    refuse_publication()
    crisis.end(lead)
    begun(lead, other, level=3)

    with pytest.raises(CaseClosed, match="nothing new is published until"):
        refuse_publication()


@pytest.mark.parametrize("action", ["publish", "redact", "refuse"])
def test_at_level_three_a_moderator_may_refuse_and_not_publish(consultation, lead, other, moderator, action):
    begun(lead, other, level=3)
    case = held_in(consultation).cases.get()
    spans = [("text", 11, 23, "phone number removed")] if action == "redact" else []
    made = {"revision_id": case.revision_id, "action": action, "actor": moderator, "reason": "Why.", "spans": spans}

    if action == "refuse":
        decide(case, **made, clauses=["personal-information"])
    else:
        with pytest.raises(CaseClosed, match="nothing new is published until"):
            decide(case, **made, clauses=["personal-information"])

    case.refresh_from_db()
    assert (case.closed_at is not None) is (action == "refuse")


def test_what_everybody_reads_is_kept_for_some_seconds(lead, other, django_assert_num_queries):
    begun(lead, other)
    in_force.crisis_in_force()

    with django_assert_num_queries(0):
        assert (
            in_force.crisis_level(),
            in_force.caretaker_period(),
            in_force.moderation_in_force().review_first_reason,
        ) == (
            2,
            None,
            BANNER,
        )
