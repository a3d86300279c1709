"""The page that explains the interface."""

import re

import pytest

pytestmark = pytest.mark.django_db


def test_page_names_every_address_and_field(client):
    page = client.get("/api/").content.decode()
    document = client.get("/api/v1/openapi.json").json()

    fields = document["components"]["schemas"]["PublicSubmission"]["properties"]
    assert [path for path in document["paths"] if f"GET {path}<" not in page] == []
    assert [field for field in fields if f"<code>{field}</code>" not in page] == []
    assert "upcoming, open, closed, outcome" in page


def test_page_loads_nothing_from_elsewhere(client):
    page = client.get("/api/").content.decode()

    loaded = re.findall(r'<(?!link rel="canonical")[^>]* (?:src|href)="([^"]*)"', page)
    assert len(loaded) > 10
    assert [address for address in loaded if "//" in address] == []
    assert "<script" not in page


def test_every_page_leads_to_it(client):
    assert '<a href="/api/">Open data</a>' in client.get("/").content.decode()
