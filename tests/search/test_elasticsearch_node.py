"""The node that the tests run against is what production has: version 8, strict mappings, keys with limits."""

import pytest
from elasticsearch import AuthenticationException, AuthorizationException, BadRequestError, Elasticsearch

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
def portals_key(administrator_of_node, secure_elasticsearch_prefix):
    """A key as docs/operations.md has it made for the portal."""
    names = [f"{secure_elasticsearch_prefix}-submissions*", f"{secure_elasticsearch_prefix}-sealed*"]
    role = {"cluster": ["monitor"], "indices": [{"names": names, "privileges": ["read", "write", "manage"]}]}
    key = administrator_of_node.security.create_api_key(
        name=secure_elasticsearch_prefix, role_descriptors={"parley": role}
    )
    yield key["encoded"]
    administrator_of_node.security.invalidate_api_key(ids=[key["id"]])


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
    secure_elasticsearch, administrator_of_node, secure_elasticsearch_prefix, portals_key
):
    elsewhere = f"{secure_elasticsearch_prefix}-elsewhere"
    administrator_of_node.index(index=elsewhere, document={"body": "Not the portal's."})
    with Elasticsearch(address_without_password(secure_elasticsearch), api_key=portals_key) as portal:
        for name in ("submissions-1", "sealed-1"):
            portal.index(index=f"{secure_elasticsearch_prefix}-{name}", document={"body": "A quiet street."})
        with pytest.raises(AuthorizationException):
            portal.search(index=elsewhere)
        with pytest.raises(AuthorizationException):
            portal.index(index=elsewhere, document={})
