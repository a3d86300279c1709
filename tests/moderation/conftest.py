"""Moderators who are signed in."""

import pytest

from tests.factories import UserFactory


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def dana(db):
    return UserFactory(first_name="Dana", last_name="Reyes", groups=["Submission moderators"])


@pytest.fixture
def danas_desk(dana):
    from django.test import Client

    client = Client()
    client.force_login(dana)
    return client
