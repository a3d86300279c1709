"""Nobody is offered a search of the staff area that refuses them."""

import json
import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

ROLES = ("editor", "moderator", "lead", "officer", "privacy", "administrator")


@pytest.mark.parametrize("role", ROLES)
def test_every_search_that_is_offered_answers(client, request, role):
    client.force_login(request.getfixturevalue(role))
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    sidebar = re.search(r'id="wagtail-sidebar-props"[^>]*>(.*?)</script>', page, re.DOTALL)[1]
    offered = set(re.findall(r'"(/admin/[^"]*search[^"]*)"', json.dumps(json.loads(sidebar))))

    assert {address: client.get(address).status_code for address in offered} == dict.fromkeys(offered, 200)
    assert "Search all pages" not in page
    assert (reverse("wagtailadmin_pages:search") in offered) == (role == "editor")
