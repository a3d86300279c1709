"""`/robots.txt`: where the sitemap is, and what crawlers are asked to leave alone."""

import re

import pytest
from django.urls import get_resolver

from tests.access_table import GET, TABLE

pytestmark = pytest.mark.django_db

LEFT_ALONE = {  # of the addresses that anybody may open
    "account_closed",
    *(f"consultations:{name}" for name in ("follow", "follow_agency")),
    *(f"consultations:{name}" for name in ("propose", "questionnaire", "suggest", "write_statement")),
    *(f"moderation:{name}" for name in ("policy_compare", "report")),
    *(f"portal:{name}" for name in ("live", "metrics", "ready")),
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
    patterns = [re.escape(path).replace(r"\*", ".*").replace(r"\$", "$") for path in disallowed]
    return any(re.match(pattern, address) for pattern in patterns)


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


def test_staff_searches_and_forms_are_left_alone_and_what_has_a_key_may_say_that_it_is_not_to_be_found(client):
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


@pytest.mark.parametrize("host", ["testserver:443", "testserver:9999", "TESTSERVER"])
def test_own_name_is_known_at_any_port_and_in_any_case(client, host):
    assert rules_of(client, Host=host) == rules_of(client)
    assert client.get("/sitemap.xml", headers={"Host": host}).status_code == 200


def test_other_name_of_the_site_is_left_alone_as_a_whole(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "old.example.org"]

    assert rules_of(client, Host="old.example.org") == [["User-agent", "*"], ["Disallow", "/"]]
