"""The cast, and what every test may rely on."""

import os
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection

from tests.factories import ConsultationFactory, UserFactory

ON_CI = os.environ.get("CI") == "true"
DATA = Path(os.environ.get("PARLEY_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


@pytest.fixture(autouse=True)
def _clean(request, settings, tmp_path):
    """Start every test with an empty cache, and an index and uploads of its own."""
    cache.clear()
    settings.SEARCH_URL = f"fts5:///{tmp_path}/search.sqlite3"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="module")
def _site_put_back(django_db_setup, django_db_blocker):
    """Put back what the migrations made: a test that commits empties every table."""
    yield
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture
def consultation(db):
    return ConsultationFactory()


@pytest.fixture
def citizen(db):
    return UserFactory(first_name="Cleo")


@pytest.fixture
def editor(db):
    return UserFactory(first_name="Edda", groups=["Editors"])


@pytest.fixture
def moderator(db):
    return UserFactory(first_name="Mo", groups=["Submission moderators"])


@pytest.fixture
def lead(db):
    return UserFactory(first_name="Lea", groups=["Lead moderators"])


@pytest.fixture
def officer(db):
    return UserFactory(first_name="Ola", groups=["Policy officers"])


@pytest.fixture
def privacy(db):
    return UserFactory(first_name="Pia", groups=["Privacy officers"])


@pytest.fixture
def administrator(db):
    return UserFactory(first_name="Ada", groups=["Administrators"])
