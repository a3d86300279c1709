"""Forms with more in them than fits."""

import pytest
from django.test.client import MULTIPART_CONTENT
from django.urls import reverse
from django.utils.http import urlencode

from consultations.models import Submission
from tests.consultations.submitting import comment, stamp

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "value", "fit"),
    [("text", "a" * 20_001, 20_000), ("author_name", "b" * 81, 80), ("author_email", "c" * 250 + "@a.bc", 254)],
)
def test_what_is_too_long_is_told_in_our_words(client, consultation, name, value, fit):
    page = comment(client, consultation, **{name: value})

    says = f"It has {len(value)} characters, and {fit} fit. Shorten it, then send it again."
    assert (page.status_code, says in page.content.decode(), value in page.content.decode()) == (422, True, True)


@pytest.mark.parametrize("content_type", [MULTIPART_CONTENT, "application/x-www-form-urlencoded"])
def test_what_is_too_large_to_be_read_is_told_on_a_page(client, consultation, content_type):
    sent = {"text": "a" * 3_000_000, "stamp": stamp()}
    body = sent if content_type == MULTIPART_CONTENT else urlencode(sent)

    page = client.post(reverse("consultations:comment", args=[consultation.slug]), body, content_type=content_type)

    assert (page.status_code, Submission.objects.exists()) == (413, False)
    assert "Go back with your browser: what you wrote should still be there." in page.content.decode()
