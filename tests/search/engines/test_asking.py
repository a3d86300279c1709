from elasticsearch_dsl import Search

from search.engines.elasticsearch.requests import MAX_TERMS_PER_CLAUSE, scoped_search
from search.language.query import Query

SCOPE = {"visibility": ("public",)}


def lists_of(query):
    """Return how many ids stand in each clause of a query, those to look at and those to leave out."""
    clauses = scoped_search(Search(), query, ()).to_dict()["query"]["bool"]["filter"]
    both = [clause["bool"] for clause in clauses if "bool" in clause]
    listed = [[*each.get("should", ()), *each.get("must_not", ())] for each in both]
    return [[len(one["terms"]["id"]) for one in each if "id" in one.get("terms", {})] for each in listed[1:]]


def test_a_list_of_ids_longer_than_a_server_takes_is_asked_in_parts():
    ids = tuple(range(MAX_TERMS_PER_CLAUSE + 10))

    assert lists_of(Query(scope=SCOPE, only_ids=ids, excluded_ids=ids[:3])) == [[MAX_TERMS_PER_CLAUSE, 10], [3]]


def test_among_no_ids_nothing_is_found():
    assert lists_of(Query(scope=SCOPE, only_ids=())) == [[0]]
