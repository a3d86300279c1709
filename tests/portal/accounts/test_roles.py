"""The page that tells who may do what."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_page_tells_what_the_database_says(client, administrator, moderator):
    UserFactory(first_name="Gone", groups=["Submission moderators"], is_active=False)
    client.force_login(administrator)

    rows = {row.name: row for row in client.get(reverse("who_may_do_what")).context["roles"]}

    group = Group.objects.get(name="Submission moderators")
    assert set(rows) == {*Group.objects.values_list("name", flat=True)}
    assert rows[group.name].people == [moderator]
    assert len(rows[group.name].permissions) == group.permissions.count() > 0


def test_more_people_cost_no_more_queries(client, administrator, django_assert_num_queries):
    client.force_login(administrator)
    client.get(reverse("who_may_do_what"))
    for _person in range(3):
        UserFactory(groups=["Submission moderators", "Editors"])

    with django_assert_num_queries(16):
        client.get(reverse("who_may_do_what"))


def test_who_holds_what_nobody_should_hold_together_is_named(client, administrator, moderator, editor):
    UserFactory(groups=["Editors", "Submission moderators"], is_active=False)
    both = UserFactory(groups=["Editors", "Submission moderators"])
    client.force_login(administrator)

    answer = client.get(reverse("who_may_do_what"))

    assert [people for _pair, people in answer.context["conflicts"]] == [[both], [], []]
    assert f"<strong>{both}</strong>" in answer.content.decode()
