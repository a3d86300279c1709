"""The node that the tests run against is what production has: version 8, strict mappings, keys with limits."""

from urllib.parse import quote

import pytest
from elasticsearch import AuthenticationException, AuthorizationException, BadRequestError, Elasticsearch

from search.engines.configured import get_engine, get_sealed_engine
from search.engines.document import Deletion
from search.index.indices import open_index, sealed_index
from search.index.relay import relay_batch
from search.index.verify import DriftReport, verify_index
from search.language.query import Query, SearchUnavailable
from tests.factories import held_in
from tests.moderation.decisions import redact

from ..corpus import document

pytestmark = pytest.mark.elasticsearch
STRICT = {"dynamic": "strict", "properties": {"body": {"type": "text"}}}


@pytest.fixture
def client(elasticsearch_url):
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        yield client


@pytest.fixture
def administrator_of_node(secure_elasticsearch):
    with Elasticsearch(secure_elasticsearch, request_timeout=60) as client:
        yield client


@pytest.fixture
def make_key(administrator_of_node, secure_elasticsearch_prefix):
    """Make keys as docs/operations.md has them made for the portal: for indices of some names, and no others."""
    made = []

    def make(*names):
        indices = [f"{secure_elasticsearch_prefix}-{name}*" for name in names]
        role = {"cluster": ["monitor"], "indices": [{"names": indices, "privileges": ["read", "write", "manage"]}]}
        key = administrator_of_node.security.create_api_key(
            name=secure_elasticsearch_prefix, role_descriptors={"parley": role}
        )
        made.append(key["id"])
        return key["encoded"]

    yield make
    administrator_of_node.security.invalidate_api_key(ids=made)


def address_without_password(address):
    return f"http://{address.rpartition('@')[2]}"


def test_the_node_answers_as_version_8(client):
    assert client.info()["version"]["number"].split(".")[0] == "8"


def test_a_strict_mapping_refuses_an_unknown_field(client, elasticsearch_prefix):
    client.indices.create(index=f"{elasticsearch_prefix}-strict", mappings=STRICT)

    client.index(index=f"{elasticsearch_prefix}-strict", document={"body": "A quiet street."}, refresh=True)
    with pytest.raises(BadRequestError, match="strict_dynamic_mapping_exception"):
        client.index(index=f"{elasticsearch_prefix}-strict", document={"name": "Cleo"})

    assert client.count(index=f"{elasticsearch_prefix}-strict")["count"] == 1


def test_a_secure_node_turns_strangers_away(secure_elasticsearch):
    address = address_without_password(secure_elasticsearch)

    with Elasticsearch(address) as stranger, pytest.raises(AuthenticationException):
        stranger.info()


def test_the_portals_key_opens_its_own_indices_only(
    secure_elasticsearch, administrator_of_node, secure_elasticsearch_prefix, make_key
):
    elsewhere = f"{secure_elasticsearch_prefix}-elsewhere"
    administrator_of_node.index(index=elsewhere, document={"body": "Not the portal's."})
    key = make_key("submissions", "sealed")
    with Elasticsearch(address_without_password(secure_elasticsearch), api_key=key) as portal:
        for name in ("submissions-1", "sealed-1"):
            portal.index(index=f"{secure_elasticsearch_prefix}-{name}", document={"body": "A quiet street."})
        with pytest.raises(AuthorizationException):
            portal.search(index=elsewhere)
        with pytest.raises(AuthorizationException):
            portal.index(index=elsewhere, document={})


@pytest.fixture
def two_keys(secure_elasticsearch, secure_elasticsearch_prefix, make_key, settings):
    """Set the portal up with a key for each index; return the officers' key."""
    host = secure_elasticsearch.rpartition("@")[2]
    officers, sealed = make_key("submissions"), make_key("sealed")
    settings.SEARCH_URL = f"http://api_key:{quote(officers)}@{host}/{secure_elasticsearch_prefix}"
    settings.SEARCH_SEALED_URL = f"http://api_key:{quote(sealed)}@{host}/{secure_elasticsearch_prefix}-sealed"
    yield officers
    get_engine().close()
    get_sealed_engine().close()


@pytest.mark.django_db
def test_the_officers_key_cannot_read_the_sealed_index(
    consultation, moderator, secure_elasticsearch, two_keys, administrator_of_node, settings
):
    redact(held_in(consultation), moderator)
    relay_batch()
    assert (verify_index(open_index()), verify_index(sealed_index())) == (
        DriftReport(checked=1),
        DriftReport(checked=1),
    )
    name = get_sealed_engine().alias
    (generation,) = get_sealed_engine().generations.indices_with_alias(name)
    assert "0491 570 006" in str(administrator_of_node.search(index=name))

    with Elasticsearch(address_without_password(secure_elasticsearch), api_key=two_keys) as officer:
        assert "[phone number removed]" in str(officer.search(index=get_engine().alias))
        for each in (name, generation, f"{name}-fed"):
            with pytest.raises(AuthorizationException):
                officer.search(index=each)
            with pytest.raises(AuthorizationException):
                officer.delete_by_query(index=each, query={"match_all": {}})
        assert "0491" not in str(officer.search(index="*"))
    settings.SEARCH_SEALED_URL = settings.SEARCH_URL + "-sealed"  # the portal itself, with the officers' key
    with pytest.raises(SearchUnavailable, match="403"):
        get_sealed_engine().search(Query(scope={"visibility": ("sealed",)}))


def test_what_is_too_large_for_the_server_is_sent_in_parts(two_keys, secure_elasticsearch):
    """The node takes 1 MB: `.ci/run` starts it so."""
    long = "The night bus is late and the street is dark. " * 4_000  # four times as much when it is sent
    too_long = [document(99, text=long * 3)]

    refused = get_engine().write([document(n, text=long) for n in range(1, 6)] + too_long + [Deletion(7, 2)])

    assert refused == {99: "It is too large for the search server."}
    assert get_engine().versions() == {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 7: 2}
