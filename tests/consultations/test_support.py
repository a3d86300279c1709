"""Support works in place: whoever presses the button stays where it stands."""

import pytest
from django.urls import reverse

from tests.factories import idea_for, submission_to

pytestmark = pytest.mark.django_db

TOKEN = "0123456789abcdef"
HOST = "http://testserver"


def address(text, wish="support"):
    return reverse(f"consultations:{wish}", args=[text.consultation.slug, text.reference])


def press(client, text, wish="support", **headers):
    return client.post(address(text, wish), {"token": TOKEN}, headers={"Sec-Fetch-Site": "same-origin", **headers})


@pytest.fixture
def places(consultation):
    idea, comment = idea_for(consultation, "A lamp"), submission_to(consultation, "More lamps.")
    ideas = reverse("consultations:ideas", args=[consultation.slug])
    return [
        (f"{ideas}?sort=supported&page=1", idea),
        (idea.get_absolute_url(), idea),
        (f"{consultation.get_absolute_url()}?sort=supported", comment),
        (comment.get_absolute_url().partition("#")[0], comment),
    ]


@pytest.mark.parametrize("place", range(4))
def test_without_script_support_comes_back_to_the_button(client, places, place):
    page, text = places[place]

    given = press(client, text, Referer=HOST + page)
    shown = client.get(given["Location"]).content.decode()
    taken = press(client, text, "take_back", Referer=HOST + page)

    assert given["Location"] == taken["Location"] == f"{page}#{text.reference}"
    assert f'id="{text.reference}"' in shown
    assert '<p class="supporting__said"><svg' in shown
    assert shown.split("<title>")[1].startswith("You support this.")
    assert client.get(taken["Location"]).content.decode().split("<title>")[1].startswith("You have taken your support")


@pytest.mark.parametrize(
    "referer", ["", "https://example.org/consultations/x/", HOST + "/policy/", HOST + "//example.org"]
)
def test_support_from_elsewhere_leads_to_the_text(client, places, referer):
    text = places[0][1]

    assert press(client, text, Referer=referer)["Location"] == text.get_absolute_url()


def test_whoever_is_asked_first_comes_back_too(client, places):
    page, text = places[0]
    asked = client.post(address(text), headers={"Sec-Fetch-Site": "same-origin", "Referer": HOST + page})
    back = f"{page}#{text.reference}"
    assert f'name="back" value="{back.replace("&", "&amp;")}"' in asked.content.decode()

    sent = {"token": TOKEN, "back": back}
    given = client.post(address(text), sent, headers={"Sec-Fetch-Site": "same-origin", "Referer": HOST + address(text)})

    assert given["Location"] == back


def test_the_script_is_told_what_to_change(client, places):
    page, text = places[0]

    given = press(client, text, Accept="application/json").json()
    again = press(client, text, Accept="application/json").json()
    taken = press(client, text, "take_back", Accept="application/json").json()

    told = {"supported": True, "count": 1, "address": address(text, "take_back"), "said": "You support this."}
    assert (given, again) == (told, told)
    assert taken == {
        "supported": False,
        "count": 0,
        "address": address(text),
        "said": "You have taken your support back.",
    }
    assert "You support this." not in client.get(page).content.decode()  # it was said where it was done


def test_a_script_without_a_known_visitor_gets_the_question(client, places):
    text = places[0][1]

    asked = client.post(address(text), headers={"Sec-Fetch-Site": "same-origin", "Accept": "application/json"})

    assert (asked.status_code, asked["Content-Type"]) == (422, "text/html; charset=utf-8")
