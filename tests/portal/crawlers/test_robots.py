"""`/robots.txt`: where the sitemap is, and what crawlers are asked to leave alone."""

import re

import pytest
from django.urls import get_resolver

from tests.access_table import GET, TABLE

pytestmark = pytest.mark.django_db

LEFT_ALONE = {  # of the addresses that anybody may open
    "account_closed",
    *(f"consultations:{name}" for name in ("follow", "follow_agency", "following", "confirm_follow")),
    *(f"consultations:{name}" for name in ("propose", "questionnaire", "suggest", "write_statement")),
    *(f"consultations:{name}" for name in ("saved_questionnaire", "saved_link", "delete_saved")),
    *(f"consultations:{name}" for name in ("receipt", "revise", "withdraw", "response", "withdraw_response")),
    *(f"consultations:{name}" for name in ("lost_receipts", "receipts_of_address")),
    *(f"consultations:{name}" for name in ("saved_questionnaire", "saved_link", "delete_saved")),
    *(f"moderation:{name}" for name in ("appeal", "policy_compare", "report", "report_outcome")),
    *(f"portal:{name}" for name in ("confirm_address", "live", "metrics", "ready", "stop_messages")),
    "search:public_search",
}


def rules_of(client, **headers):
    """Return the fields of the file, in its order."""
    response = client.get("/robots.txt", headers=headers)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    return [line.split(": ", 1) for line in response.content.decode().splitlines() if line]


def is_left_alone(rules, address):
    """Tell whether a crawler leaves an address alone (RFC 9309, 2.2.3)."""
    disallowed = [path for name, path in rules if name == "Disallow"]
    return any(re.match(re.escape(path).replace(r"\*", ".*"), address) for path in disallowed)


def paths_of_views():
    """Return an address of every view that anybody may open, with made-up arguments."""
    names = [name for name, (how, who, _status) in TABLE.items() if how == GET and "stranger" in who]
    found = {}
    for name in names:
        space, _colon, view = name.rpartition(":")
        resolver, prefix = get_resolver(), ""
        if space:
            prefix, resolver = get_resolver().namespace_dict[space]
        [[(path, arguments)], *_rest] = resolver.reverse_dict.getlist(view)[0][0], None
        found[name] = f"/{prefix}{path % dict.fromkeys(arguments, 'ABCD-2345')}"
    return found


def test_sitemap_is_named_and_the_root_is_open(client):
    rules = rules_of(client)

    assert rules[0] == ["User-agent", "*"]
    assert rules[-1] == ["Sitemap", "http://testserver/sitemap.xml"]
    assert not is_left_alone(rules, "/")


def test_receipts_reports_staff_searches_and_forms_are_left_alone_and_nothing_else(client):
    rules = rules_of(client)

    left_alone = {name for name, address in paths_of_views().items() if is_left_alone(rules, address)}

    assert left_alone == LEFT_ALONE


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/consultations/night-buses/ideas/?q=lamp", True),
        ("/consultations/night-buses/ideas/?sort=supported&q=lamp", True),
        ("/consultations/night-buses/ideas/?page=2", False),
        ("/consultations/night-buses/ideas/new/", True),
        ("/consultations/night-buses/", False),
        ("/search/?q=lamp", True),
        ("/admin/queue/", True),
        ("/static/portal/base.css", False),
        ("/media/images/bus.jpg", False),
    ],
)
def test_address_is_left_alone_as_it_should_be(client, address, expected):
    assert is_left_alone(rules_of(client), address) == expected


def test_other_name_of_the_site_is_left_alone_as_a_whole(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "old.example.org"]

    assert rules_of(client, Host="old.example.org") == [["User-agent", "*"], ["Disallow", "/"]]
