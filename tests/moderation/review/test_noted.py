import pytest
from django.urls import reverse

from moderation.models import Decision, SeenNote
from moderation.review.decisions import decide
from moderation.screening.screen import due_from_now, open_case
from portal.models import AuditEntry
from tests.factories import held_in, submission_to

pytestmark = pytest.mark.django_db

SHOUT = "THE NIGHT BUS HAS TO STOP AT THE EAST GATE AND NOWHERE ELSE IN THIS TOWN"


@pytest.fixture
def noted(client, moderator):
    client.force_login(moderator)
    return lambda: client.get(reverse("queue_noted")).content.decode()


def test_noted_lists_what_passed_with_a_note(noted, consultation):
    shout = submission_to(consultation, SHOUT)
    calm = submission_to(consultation, "The night bus should stop at the east gate.")
    held = held_in(consultation)

    page = noted()
    assert [each.reference in page for each in (shout, calm, held)] == [True, False, False]
    assert "Written mostly in capital letters." in page


def test_noted_leaves_out_what_a_person_has_decided(noted, consultation, moderator):
    shout = submission_to(consultation, SHOUT)
    case = open_case(shout, shout.current, "opened", due_from_now())
    decide(case, revision_id=shout.current_id, action=Decision.Action.PUBLISH, actor=moderator)

    page = noted()
    assert shout.reference not in page
    assert "Nothing was noted" in page


def test_noted_leaves_out_what_is_no_longer_public(noted, consultation):
    shout = submission_to(consultation, SHOUT)
    shout.withdraw()

    assert shout.reference not in noted()


def test_seen_takes_texts_off_the_list_and_leaves_them_public(client, noted, consultation, moderator):
    first, second = (submission_to(consultation, f"{SHOUT} {number}") for number in ("one", "two"))
    seen = first.current.screenings.get()

    client.post(reverse("queue_noted_seen"), {"seen": [seen.pk, "x", 10**8]})

    page = noted()
    assert [each.reference in page for each in (first, second)] == [False, True]
    first.refresh_from_db()
    assert (first.status, SeenNote.objects.get().actor, Decision.objects.count()) == ("published", moderator, 0)
    assert AuditEntry.objects.filter(action="note.seen").count() == 1


@pytest.mark.parametrize("texts", [1, 3])
def test_noted_costs_the_same_however_long(noted, consultation, django_assert_num_queries, texts):
    for number in range(texts):
        submission_to(consultation, f"{SHOUT} {number}")
    noted()

    with django_assert_num_queries(12):
        noted()
