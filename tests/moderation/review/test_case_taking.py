import pytest
from django.urls import reverse

from moderation.models import Case, Decision, Finding
from tests.factories import HELD_TEXT, UserFactory, held_in
from tests.moderation.case_pages import case_of, messages_of, page_of, refusal, send

pytestmark = pytest.mark.django_db


def test_case_offers_the_decision_to_whoever_took_it_only(desk, consultation, moderator):
    case = case_of(held_in(consultation))
    assert "data-decision" not in page_of(desk, case)

    desk.post(reverse("queue_take", args=[case.pk]))

    assert "data-decision" in page_of(desk, case)


def test_case_says_which_colleague_is_looking(desk, consultation, dana):
    case = case_of(held_in(consultation), actor=dana)

    page = page_of(desk, case)

    assert "Dana Reyes is looking at this case." in page
    assert "data-decision" not in page


def test_taking_a_colleagues_case_says_who_has_it(desk, consultation, dana):
    case = case_of(held_in(consultation), actor=dana)

    response = desk.post(reverse("queue_take", args=[case.pk]), follow=True)

    assert "Dana Reyes is looking at this case." in messages_of(response)
    case.refresh_from_db()
    assert case.claimed_by == dana


@pytest.mark.parametrize(("taken", "status"), [(False, 204), (True, 409)])
def test_open_page_renews_its_claim(desk, consultation, dana, taken, status):
    case = case_of(held_in(consultation), actor=dana if taken else None)

    response = desk.post(reverse("queue_take", args=[case.pk]), headers={"X-Requested-With": "XMLHttpRequest"})

    assert response.status_code == status


def test_decision_on_a_colleagues_case_is_not_made_and_nothing_typed_is_lost(desk, consultation, dana):
    case = case_of(held_in(consultation), actor=dana)

    response = send(desk, case, **refusal(reason="Words I typed."))

    assert response.status_code == 409
    assert "Dana Reyes is looking at this case now, so nothing was decided." in response.content.decode()
    assert "Words I typed." in response.content.decode()
    assert not Decision.objects.exists()


def test_decision_after_a_colleagues_says_what_it_was(desk, client, consultation, moderator, dana):
    case = case_of(held_in(consultation), actor=moderator)
    send(desk, case, action="publish")
    other = UserFactory(groups=["Submission moderators"])
    client.force_login(other)

    response = send(client, case, **refusal(reason="Words I typed."))

    assert response.status_code == 409
    assert f"{moderator} decided this case a moment ago: publish." in response.content.decode()
    assert "Words I typed." in response.content.decode()


def test_decision_on_a_text_that_changed_keeps_what_was_typed_and_shows_the_new_text(desk, consultation, moderator):
    submission = held_in(consultation)
    case = case_of(submission, actor=moderator)
    submission.revise(text=f"{HELD_TEXT} Soon.")

    response = send(desk, case, **refusal(clauses=["respect"], reason="Words I typed.", others="the night bus"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "The author has changed the text since you opened it." in page
    assert response.context["form"].initial == {
        "clauses": ["respect"],
        "reason": "Words I typed.",
        "others": "the night bus",
        "passages": [str(Finding.objects.latest("id").pk)],
    }
    assert f'name="revision" value="{submission.current_id}"' in page


@pytest.mark.parametrize("name", ["queue_case", "queue_take", "queue_release"])
@pytest.mark.parametrize("who", ["editor", "officer", "citizen"])
def test_case_is_closed_to_everybody_else(client, request, consultation, name, who):
    case = case_of(held_in(consultation))
    client.force_login(request.getfixturevalue(who))

    response = client.post(reverse(name, args=[case.pk]), {"revision": case.revision_id, "action": "publish"})

    assert response.status_code == (403 if who == "citizen" else 302)
    assert (Decision.objects.count(), Case.objects.get().claimed_by) == (0, None)


@pytest.mark.parametrize("name", ["queue_case", "queue_take", "queue_release"])
def test_case_that_is_not_there_is_not_found(desk, name):
    assert desk.post(reverse(name, args=[1])).status_code == 404
