"""Users of each role, a consultation, and what every test may rely on."""

import os
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.test import Client
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, settings

from portal.http import freshness
from portal.http.page_store import pages
from portal.http.security_events import event_counts
from tests import database
from tests.factories import ConsultationFactory, UserFactory

TAKING_MINUTES = {"test_rehearsal.py", "test_chaos_web.py"}  # each starts servers and walks through them
ON_CI = os.environ.get("CI") == "true"
DATA = Path(os.environ.get("PARLEY_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")


@receiver(connection_created)
def reverse_unordered_rows(connection, **_kwargs):
    """Have SQLite give the rows of a query without an order from the last to the first.

    PostgreSQL gives them in any order, which is only now and then another one than that of the primary key: here what
    relies on it fails every time.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA reverse_unordered_selects=ON")


def pytest_collection_modifyitems(items):
    """Begin with the modules that take longest, so that no process is still busy with them when the others are done.

    The order within a module stays pytest-django's: what empties the tables comes last.
    """
    items.sort(key=lambda item: item.path.name not in TAKING_MINUTES)
    having = {name: {item.path for item in items if item.get_closest_marker(name)} for name in ("browser", "slow")}
    items.sort(key=lambda item: [item.path not in paths for paths in having.values()])  # of equals, the first stays so


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """Give the next test what the migrations made: Django empties every table after a test that commits."""
    try:
        return (yield)
    finally:
        if commits(item):
            database.put_back()


def commits(item):
    """Tell whether a test writes to the database for good, by the signs that pytest-django goes by."""
    marker = item.get_closest_marker("django_db")
    return (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & {*item.fixturenames}


@pytest.fixture(autouse=True)
def _clean(request, settings, tmp_path, monkeypatch):
    """Start every test with empty caches, and an index and uploads of its own.

    What the test itself changes shows with the next page, and no page is asked for anew because the machine is slow.
    """
    cache.clear()
    pages.clear()
    freshness.look_again()
    event_counts.forget()
    monkeypatch.setattr(event_counts, "due_at", float("inf"))  # no query more because the machine is slow
    monkeypatch.setattr(freshness, "STATE_SECONDS", 3600)
    settings.SEARCH_URL = f"fts5:///{tmp_path}/search.sqlite3"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    settings.EXPORTS_ROOT = tmp_path / "exports"


@pytest.fixture
def client():
    """Return a visitor whose browser says that it sends forms from our own pages."""
    return Client(headers={"Sec-Fetch-Site": "same-origin"})


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings):
    """Have pytest-django work on a copy of the migrated database, in place of migrating one for each process."""
    with database.copied(connection.creation._get_test_db_name()):
        yield True
        event_counts.forget()  # or they were written at exit, into a database that is no test's
        connection.close()


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


def node_at(variable):
    """Return the address of a node from the environment; without one skip, or fail where CI=true."""
    if address := os.environ.get(variable):
        return address.rstrip("/")
    how = f"{variable} is not set: `python -m tests.elasticsearch_node start` prints what belongs there"
    return pytest.fail(how) if ON_CI else pytest.skip(how)


@contextmanager
def own_indices(address):
    """Lend a prefix that nobody else has, and delete every index that begins with it afterwards."""
    prefix = f"test-{uuid4().hex[:12]}"
    yield prefix
    with Elasticsearch(address, request_timeout=60) as client:
        if names := list(client.indices.get(index=f"{prefix}*", expand_wildcards="all")):
            client.indices.delete(index=names)  # By name: the server refuses to delete by a pattern.


@pytest.fixture(scope="session")
def elasticsearch_url():
    """Return the address of a node without security."""
    return node_at("ELASTICSEARCH_URL")


@pytest.fixture
def elasticsearch_prefix(elasticsearch_url):
    with own_indices(elasticsearch_url) as prefix:
        yield prefix


@pytest.fixture(scope="session")
def secure_elasticsearch():
    """Return the address of a node with security, an administrator's name and password in it."""
    return node_at("ELASTICSEARCH_SECURE_URL")


@pytest.fixture
def secure_elasticsearch_prefix(secure_elasticsearch):
    with own_indices(secure_elasticsearch) as prefix:
        yield prefix
