"""Which servers the site asks: those in its settings, and none whose address somebody typed."""

import ast
from pathlib import Path

import pytest
import wagtail
from allauth.socialaccount.models import SocialApp
from django.conf import settings as site_settings
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models

from tests.factories import UserFactory

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("portal", "consultations", "moderation", "search")
CLIENTS = {  # modules that open connections
    "socket", "ssl", "smtplib", "imaplib", "poplib", "ftplib", "telnetlib", "xmlrpc", "http", "urllib", "urllib3",
    "requests", "httpx", "aiohttp", "elasticsearch", "elastic_transport", "redis", "psycopg",
}  # fmt: skip
HARMLESS = {"urllib.parse", "http.HTTPStatus"}
ASKING = {  # module: the setting by which it knows whom to ask
    "portal/http/shared_cache.py": "CACHE_URL",
    "portal/management/commands/demo.py": "its own port",
    "portal/media/virus_scan.py": "CLAMD_ADDRESS",
    "portal/outbox/bounces.py": "BOUNCE_MAILBOX_URL",
    "portal/outbox/smtp.py": "EMAIL_URL",
    "search/engines/elasticsearch/engine.py": "SEARCH_URL",
    "search/engines/elasticsearch/errors.py": "SEARCH_URL",
    "search/engines/elasticsearch/generations.py": "SEARCH_URL",
}
ASKING_OF_WAGTAIL = ("embeds/finders/", "contrib/frontend_cache/")


def clients_of(path):
    """Return the modules that a file imports by which it can ask another server."""
    names = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] in CLIENTS and not name.startswith(tuple(HARMLESS))}


def test_only_modules_that_read_a_setting_ask_other_servers():
    found = {
        path.relative_to(ROOT).as_posix(): sorted(clients_of(path))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }

    assert {path for path, clients in found.items() if clients} == set(ASKING)


def test_of_wagtail_only_what_is_switched_off_asks_other_servers():
    folder = Path(wagtail.__file__).parent
    asking = {
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*.py"))
        if {"requests", "urllib.request"} & {name.rpartition(".")[0] or name for name in clients_of(path)}
        and "/tests/" not in f"/{path.relative_to(folder).as_posix()}"
    }

    assert len(asking) > 3
    assert [path for path in asking if not path.startswith(ASKING_OF_WAGTAIL)] == []
    assert "wagtail.contrib.frontend_cache" not in site_settings.INSTALLED_APPS


@pytest.mark.django_db
def test_an_address_that_an_editor_pastes_is_asked_of_nobody(client, monkeypatch):
    asked = []

    def connect(self, address):
        asked.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr("socket.socket.connect", connect)
    monkeypatch.setattr("socket.getaddrinfo", lambda *address, **_further: asked.append(address) or [])
    client.force_login(UserFactory(groups=["Editors"]))

    answer = client.post(
        reverse("wagtailembeds:chooser_upload"), {"embed-chooser-url": "https://www.youtube.com/watch?v=_U79Wc965vw"}
    )

    assert asked == []
    assert "Cannot find an embed for this URL" in answer.content.decode()


def test_nobody_names_a_provider_of_sign_ins_on_a_page():
    """Discovery asks the provider's address, so that it has to stand in the settings."""
    assert SocialApp not in get_snippet_models()
    assert "django.contrib.admin" not in site_settings.INSTALLED_APPS
