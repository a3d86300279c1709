"""After an erasure the words are gone from the files of a real Elasticsearch node, not only from its answers."""

import time
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from moderation.models import PersonErasure
from portal.privacy.person import find_person
from search.index.indices import both_indices
from search.index.purge import purge_after_erasures
from search.index.relay import relay_batch
from tests.search.planted import ADDRESS, PLANTED, plant_everywhere

pytestmark = [pytest.mark.elasticsearch, pytest.mark.slow]
LONGEST_SECONDS = 240  # a node that keeps the words for longer is broken; usually it is half a minute


@pytest.fixture
def node(elasticsearch_url, elasticsearch_prefix, settings, tmp_path):
    settings.SEARCH_URL = f"{elasticsearch_url}/{elasticsearch_prefix}"
    settings.VAR_DIR = tmp_path
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        yield client, elasticsearch_prefix


def files_of(client, prefix):
    """Return the files of our indices as they lie on the node's disk."""
    names = client.indices.get(index=f"{prefix}*", expand_wildcards="all")
    ids = {each["settings"]["index"]["uuid"] for each in names.values()}
    nodes = client.nodes.info(metric="settings")["nodes"].values()
    places = {Path(str(node["settings"]["path"]["data"])) for node in nodes}
    found = [path for place in places for path in place.glob("indices/*/**/*") if path.is_file()]
    return [path for path in found if ids & set(path.parts)]


def words_in_files(client, prefix):
    """Return which planted words stand in which index, by the index's id."""
    found = {}
    for path in files_of(client, prefix):
        read = path.read_bytes().lower()
        if words := {word for word in PLANTED if word.lower().encode() in read}:
            found.setdefault(path.parent.parent.parent.name, set()).update(words)
    return found


@pytest.mark.django_db(transaction=True)
def test_words_of_an_erased_person_are_in_no_file_of_the_node(node, consultation, moderator, editor, officer, privacy):
    plant_everywhere(consultation, moderator, editor, officer)
    relay_batch()
    client, prefix = node
    client.indices.flush(index=f"{prefix}*", force=True)
    assert len(words_in_files(client, prefix)) == len(list(both_indices())) == 2

    PersonErasure.at_once(find_person(ADDRESS), actor=privacy, reason="The person asked for it in writing.")
    relay_batch()
    until = time.monotonic() + LONGEST_SECONDS
    purge_after_erasures()
    while words_in_files(client, prefix) and time.monotonic() < until:
        time.sleep(5)  # the worker does it each hour
        purge_after_erasures()

    assert words_in_files(client, prefix) == {}
