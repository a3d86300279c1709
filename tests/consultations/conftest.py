"""Visitors of the public pages."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import idea_for


@pytest.fixture
def author(consultation):
    """Return a browser that sent something before, so that its pages are its own."""
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    idea = idea_for(consultation)
    address = reverse("consultations:support", args=[consultation.slug, idea.reference])
    client.get(client.post(address, {"token": "0123456789abcdef"})["Location"])  # and reads that it did
    return client
