"""Every address of ours against every role; an address that is missing from the table fails."""

import pytest
from django.urls import URLPattern, get_resolver, reverse

from consultations.identity import receipt_key
from tests.factories import held_in, idea_for, submission_to

pytestmark = pytest.mark.django_db

ROLES = ("stranger", "citizen", "editor", "moderator", "lead", "officer", "privacy", "administrator")
EVERYBODY = set(ROLES)
STAFF = EVERYBODY - {"stranger", "citizen"}
MODERATORS = {"moderator", "lead"}
OFFICERS = {"officer", "privacy"}
EXPORTERS = {"officer"}

GET, POST = "get", "post"
TABLE = {  # address: how it is asked, who is let in, and with what status
    "portal:theme": (GET, EVERYBODY, 200),
    "portal:style": (GET, STAFF, 200),
    "portal:live": (GET, EVERYBODY, 200),
    "portal:ready": (GET, EVERYBODY, 200),
    "consultations:list": (GET, EVERYBODY, 200),
    "consultations:detail": (GET, EVERYBODY, 200),
    "consultations:comment": (POST, EVERYBODY, 422),  # an empty comment
    "consultations:thread": (GET, EVERYBODY, 200),
    "consultations:ideas": (GET, EVERYBODY, 200),
    "consultations:propose": (GET, EVERYBODY, 200),
    "consultations:idea": (GET, EVERYBODY, 200),
    "consultations:support": (POST, EVERYBODY, 302),
    "consultations:feed": (GET, EVERYBODY, 200),
    "consultations:calendar": (GET, EVERYBODY, 200),
    "consultations:receipt": (GET, EVERYBODY, 200),
    "consultations:revise": (GET, EVERYBODY, 200),  # with the author's key
    "consultations:withdraw": (GET, EVERYBODY, 200),
    "moderation:policy": (GET, EVERYBODY, 200),
    "queue": (GET, MODERATORS, 200),
    "queue_noted": (GET, MODERATORS, 200),
    "queue_next": (POST, MODERATORS, 302),
    "queue_open": (POST, MODERATORS, 422),  # no reference
    "queue_case": (GET, MODERATORS, 200),
    "queue_take": (POST, MODERATORS, 302),
    "queue_release": (POST, MODERATORS, 302),
    "desk": (GET, OFFICERS, 200),
    "desk_csv": (GET, EXPORTERS, 200),
    "desk_xlsx": (GET, EXPORTERS, 200),
    "desk_jsonl": (GET, EXPORTERS, 200),
    "desk_submission": (GET, OFFICERS, 200),
}
WITH_KEY = {"consultations:revise", "consultations:withdraw"}
OURS = ("portal.", "consultations.", "moderation.", "search.")


def ours(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            module = getattr(pattern.callback, "__module__", "") or type(pattern.callback).__module__
            if module.startswith(OURS) or type(pattern.callback).__module__.startswith(OURS):
                yield namespace + (pattern.name or str(pattern.pattern))
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from ours(pattern.url_patterns, inner)


@pytest.fixture
def places(consultation):
    comment = submission_to(consultation)
    idea = idea_for(consultation)
    case = held_in(consultation).cases.get()
    slug, reference = consultation.slug, comment.reference
    return {
        "consultations:detail": [slug],
        "consultations:comment": [slug],
        "consultations:thread": [slug, reference],
        "consultations:ideas": [slug],
        "consultations:propose": [slug],
        "consultations:idea": [slug, idea.reference],
        "consultations:support": [slug, reference],
        "consultations:feed": [slug],
        "consultations:calendar": [slug],
        "consultations:receipt": [reference],
        "consultations:revise": [reference],
        "consultations:withdraw": [reference],
        "queue_case": [case.pk],
        "queue_take": [case.pk],
        "queue_release": [case.pk],
        "desk_submission": [reference],
    }


def ask(client, name, method, arguments):
    address = reverse(name, args=arguments)
    if name in WITH_KEY:
        address += f"?key={receipt_key(arguments[0])}"
    response = getattr(client, method)(address)
    if response.streaming:
        list(response.streaming_content)  # an export is read to its end
    return response


def test_the_table_names_every_address():
    assert sorted(ours(get_resolver().url_patterns)) == sorted(TABLE)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_let_in_where_it_may(client, request, places, role):
    if role != "stranger":
        client.force_login(request.getfixturevalue(role))

    answers = {
        name: ask(client, name, method, places.get(name, [])).status_code
        for name, (method, _who, _status) in TABLE.items()
    }

    expected = {name: status if role in who else answers[name] for name, (_method, who, status) in TABLE.items()}
    assert answers == expected
    refused = {name: answers[name] for name, (_method, who, _status) in TABLE.items() if role not in who}
    assert {name: status for name, status in refused.items() if status not in (302, 403)} == {}


@pytest.mark.parametrize("role", ROLES)
def test_who_is_not_let_in_is_led_away_and_changes_nothing(client, request, places, role):
    if role != "stranger":
        client.force_login(request.getfixturevalue(role))
    for name, (method, who, _status) in TABLE.items():
        if role not in who:
            response = ask(client, name, method, places.get(name, []))
            assert response.status_code == 403 or response.url.startswith("/admin/"), name


def test_a_private_consultation_is_not_public(client, consultation):
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=consultation, restriction_type=PageViewRestriction.LOGIN)
    slug = consultation.slug

    addresses = [reverse(f"consultations:{name}", args=[slug]) for name in ("detail", "ideas", "feed", "calendar")]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404, 404]
    assert consultation.title.encode() not in client.get(reverse("consultations:list")).content


def test_an_unpublished_consultation_is_not_public(client, consultation):
    consultation.unpublish()

    assert client.get(reverse("consultations:detail", args=[consultation.slug])).status_code == 404
