"""Consultations whose text was published more than once."""

from django.urls import reverse

from consultations.models import ConsultationPage
from tests.factories import ConsultationFactory

FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def passage(heading, text, key=FIRST):
    """Return a passage as the text stores it."""
    return {"type": "section", "id": key, "value": {"heading": heading, "text": f"<p>{text}</p>"}}


EIGHT = passage("Eight lines", "Eight lines run all night.")
STOPS = passage("What we stop", "The shuttle ends.", SECOND)
NINE = passage("Nine lines", "Nine lines run all night.")
NOTE = "Line 9 is new, because the market asked for it."


def publish(page, note="", **changes):
    """Publish a page with changes and a note for readers, and return it as it is public then."""
    page = ConsultationPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in (changes | {"change_note": note}).items():
        setattr(page, name, value)
    page.save_revision().publish()
    return ConsultationPage.objects.get(pk=page.pk)


def published(**fields):
    """Return a public consultation that has version 1 of its text, with two passages."""
    return publish(ConsultationFactory(body=[EIGHT, STOPS], **fields))


def opened(client, page, name="detail", *args):
    """Return the words of one of a consultation's pages."""
    response = client.get(reverse(f"consultations:{name}", args=[page.slug, *args]))
    assert response.status_code == 200
    return response.content.decode()
