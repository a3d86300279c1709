import pytest

from consultations.models import Channel
from tests.factories import idea_for, submission_to

pytestmark = pytest.mark.django_db
WAYS = {
    "email": "by e-mail",
    "paper": "on paper",
    "phone": "by phone",
    "event": "at an event",
    "social": "through social media",
    "other": "in another way",
}


def test_every_channel_has_a_way():
    assert {channel.value: str(channel.way) for channel in Channel} == WAYS | {"website": "on this website"}


@pytest.mark.parametrize("channel", WAYS)
def test_a_text_says_the_way_it_came(client, consultation, channel):
    comment = submission_to(consultation, "More lamps.", channel=channel)
    idea = idea_for(consultation, "A lamp", "At each stop.", channel=channel)

    addresses = [consultation.get_absolute_url(), comment.get_absolute_url(), idea.get_absolute_url()]
    addresses.append(f"{consultation.get_absolute_url()}ideas/")

    for address in addresses:
        assert f"· {WAYS[channel]}" in client.get(address).content.decode()


def test_a_text_from_the_website_says_nothing(client, consultation):
    submission_to(consultation, "More lamps.")

    assert "on this website" not in client.get(consultation.get_absolute_url()).content.decode()
