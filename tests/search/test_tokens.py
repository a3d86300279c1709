"""Tokens in the admin: made, shown once, revoked."""

import re

import pytest
from django.urls import reverse

from search.models import ApiToken
from search.models.token import token_digest
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_token_is_shown_once_and_kept_as_a_hash(client, officer):
    client.force_login(officer)

    made = client.post(reverse("search_tokens"), {"name": "My <script>", "days": 365}).content.decode()
    words = re.search(r"parley_[\w-]{43}", made)[0]
    token = ApiToken.objects.get()

    assert (token.digest, token.owner) == (token_digest(words), officer)
    assert round((token.expires_at - token.made_at).total_seconds() / 86400) == 365
    assert words not in client.get(reverse("search_tokens")).content.decode()
    assert ApiToken.find_valid(words) == token


@pytest.mark.parametrize("data", [{"name": "", "days": 30}, {"name": "A tool", "days": 366}, {"name": "A tool"}])
def test_token_without_a_name_or_a_known_term_is_not_made(client, officer, data):
    client.force_login(officer)

    assert client.post(reverse("search_tokens"), data).status_code == 422
    assert not ApiToken.objects.exists()


def test_no_token_lasts_longer_than_a_year(officer):
    token, _words = ApiToken.issue(officer, "A tool", 10_000)

    assert (token.expires_at - token.made_at).days in (364, 365)


def test_only_its_owner_revokes_a_token(client, officer):
    client.force_login(officer)
    own, other = (ApiToken.issue(owner, "A tool", 30)[0] for owner in (officer, UserFactory()))

    statuses = [client.post(reverse("search_token_revoke", args=[one.pk])).status_code for one in (own, other)]

    assert statuses == [302, 404]
    assert [one.revoked_at is None for one in ApiToken.objects.order_by("pk")] == [False, True]


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_queries_however_many(client, officer, django_assert_num_queries, count):
    client.force_login(officer)
    for n in range(count):
        ApiToken.issue(officer, f"Tool {n}", 30)
    client.get(reverse("search_tokens"))

    with django_assert_num_queries(9):
        client.get(reverse("search_tokens"))
