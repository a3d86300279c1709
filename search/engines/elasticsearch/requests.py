"""Requests built from queries, and values parsed from responses; typed text never reaches a parser of the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch_dsl import A, Q, Search

from search.engines.elasticsearch.bulk import DELETED_VISIBILITY
from search.engines.keyness import MIN_TEXTS_WITH_WORD, MIN_WORD_CHARACTERS, SIGNIFICANT_KEYNESS, keyness
from search.language.analysis import word_forms
from search.language.query import (
    FACETS,
    And,
    FacetCounts,
    Hit,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Reference,
    UnscopedQuery,
    Word,
    query_terms,
)
from search.language.references import reference_token
from search.language.snippets import Highlighter
from search.language.stemming import possible_stems

SEARCH_TIMEOUT = "5s"  # what was found by then is shown, and said to be partial
MAX_FACET_VALUES = 10_000  # of a facet
EXACT_COUNT_LIMIT = 40_000  # people and letters are counted exactly up to about here, within one in a hundred beyond
TYPICAL_SAMPLE_HITS = 600  # best hits whose words are compared with the rest
MAX_SIMILARITY_TERMS = 25  # words that stand for a text
MAX_TERMS_PER_CLAUSE = 65_536  # ids in one clause, a server's own limit
MAX_PREFIX_EXPANSIONS = 100_000  # that the beginning at the end of a phrase may stand for


def query_dsl(node: Node, languages: Sequence[str]) -> Any:
    """Translate a parsed query into Elasticsearch's query DSL."""
    match node:
        case Word(text):
            found = " ".join(possible_stems(word_forms(text)[0], languages))
            return Q("multi_match", query=found, fields=["title_stems^4", "text_stems"], analyzer="words")
        case Phrase(text, prefix):
            return _phrase(word_forms(text), prefix)
        case Reference(reference):
            return Q("term", exact=reference_token(reference))
        case Nothing():
            return Q("match_none")
        case Or(nodes):
            return Q("bool", should=[query_dsl(inner, languages) for inner in nodes], minimum_should_match=1)
        case Not(inner):
            return Q("bool", must_not=[query_dsl(inner, languages)])
        case And(nodes):
            wanted = [query_dsl(inner, languages) for inner in nodes if not isinstance(inner, Not)]
            unwanted = [query_dsl(inner.node, languages) for inner in nodes if isinstance(inner, Not)]
            return Q("bool", must=wanted, must_not=unwanted)


def _phrase(words: Sequence[str], prefix: bool) -> Any:
    if prefix and len(words) == 1:
        return Q("prefix", exact=words[0])
    if prefix:
        return Q("match_phrase_prefix", exact={"query": " ".join(words), "max_expansions": MAX_PREFIX_EXPANSIONS})
    return Q("match_phrase", exact=" ".join(words)) if len(words) > 1 else Q("term", exact=words[0])


def scoped_search(search: Search, query: Query, languages: Sequence[str]) -> Search:
    """Restrict a search to scope, days, ids, answers and words; ticked facets are not applied yet."""
    if query.scope is None:
        raise UnscopedQuery("A query needs the scope of whoever asks.")
    search = search.filter("bool", must_not=[Q("term", visibility=DELETED_VISIBILITY)])
    for name, values in query.scope.items():
        search = search.filter("terms", **{name: list(values)})
    ends = {"gte": query.since and query.since.toordinal(), "lte": query.until and query.until.toordinal()}
    if days := {end: day for end, day in ends.items() if day}:
        search = search.filter("range", day=days)
    if query.only_ids is not None:
        search = search.filter("bool", should=_ids_clauses(query.only_ids), minimum_should_match=1)
    if query.excluded_ids:
        search = search.filter("bool", must_not=_ids_clauses(query.excluded_ids))
    for answers in query.answers_by_question:
        search = search.filter("terms", answers=list(answers))
    if node := query.node:
        words = query_dsl(node, languages)
        search = search.query(words) if query.sort == "relevance" else search.filter(words)
    return search


def _ids_clauses(ids: Sequence[int]) -> list[Any]:
    """Return ids as clauses of at most ``MAX_TERMS_PER_CLAUSE``; an empty list gives one that matches nothing."""
    return [
        Q("terms", id=list(ids[start : start + MAX_TERMS_PER_CLAUSE]))
        for start in range(0, max(len(ids), 1), MAX_TERMS_PER_CLAUSE)
    ]


def facet_filters(query: Query) -> dict[str, Any]:
    """Return the filter of each facet with ticked values."""
    return {facet: Q("terms", **{facet: list(query.filters[facet])}) for facet in FACETS if query.filters.get(facet)}


def page_search(search: Search, query: Query, languages: Sequence[str]) -> Search:
    """Return the search for one page with its facets, each counted as if none of its own values were ticked."""
    search = scoped_search(search, query, languages)
    ticks = facet_filters(query)
    if ticks:
        search = search.post_filter(Q("bool", filter=list(ticks.values())))
    for facet in FACETS:
        others = [tick for name, tick in ticks.items() if name != facet]
        search.aggs.bucket(facet, _within_ticked(others, A("terms", field=facet, size=MAX_FACET_VALUES)))
    for name in ("person", "letter"):
        distinct = A("cardinality", field=name, precision_threshold=EXACT_COUNT_LIMIT)
        search.aggs.bucket(name, _within_ticked(list(ticks.values()), distinct))
    if query.collapse:
        search = search.extra(collapse={"field": "letter"})
    search = search[query.offset : query.offset + query.size].extra(track_total_hits=True, timeout=SEARCH_TIMEOUT)
    return search.source(["title", "text", "language", "letter"]).sort(*sort_fields(query))


def _within_ticked(ticks: Sequence[Any], counted: Any) -> Any:
    """Count within the ticked filters only; without any, no filter aggregation, which would cost time for nothing."""
    if not ticks:
        return counted
    return A("filter", bool={"filter": [tick.to_dict() for tick in ticks]}, aggs={"found": counted})


def copies_search(search: Search, query: Query, languages: Sequence[str], letters: Sequence[int]) -> Search:
    """Return the search for the number of hits by letter."""
    search = ids_search(search, query, languages).filter("terms", letter=list(letters)).extra(size=0)
    search.aggs.bucket("letter", A("terms", field="letter", size=len(letters)))
    return search


def ids_search(search: Search, query: Query, languages: Sequence[str]) -> Search:
    """Return the search for the ids of all hits, in sort order."""
    search = scoped_search(search, query, languages)
    for tick in facet_filters(query).values():
        search = search.filter(tick)
    return search.source(False).sort(*sort_fields(query))


def similar_search(search: Search, own: Mapping[str, Any], scope: Mapping[str, tuple[str, ...]]) -> Search:
    """Return the search for texts sharing one hit's distinctive words; one per letter, none of its own letter."""
    like = {"_index": own["_index"], "_id": own["_id"]}
    words = Q(
        "more_like_this", fields=["text_stems", "title_stems"], like=[like], min_term_freq=1, min_doc_freq=2,
        max_query_terms=MAX_SIMILARITY_TERMS, minimum_should_match="20%",
    )  # fmt: skip
    search = scoped_search(search, Query(scope=scope), ()).query(words)
    search = search.filter("bool", must_not=[Q("term", letter=own["_source"]["letter"])])
    return search.extra(collapse={"field": "letter"}).source(False)


def typical_words_search(search: Search, query: Query, languages: Sequence[str], limit: int) -> Search:
    """Return the search for words of the best hits that are rarer in the rest of the scope."""
    asked = [form for leaf in query_terms(query.node) for form in word_forms(leaf)]
    rest = Q("bool", filter=[Q("terms", **{name: list(values)}) for name, values in (query.scope or {}).items()])
    words = A(
        "significant_text", field="exact", size=limit, min_doc_count=MIN_TEXTS_WITH_WORD,
        include=f".{{{MIN_WORD_CHARACTERS},}}",
        background_filter=rest.to_dict(), filter_duplicate_text=True, **({"exclude": asked} if asked else {}),
        mutual_information={"include_negatives": False, "background_is_superset": True},
    )  # fmt: skip
    search = ids_search(search, query, languages).extra(size=0)
    search.aggs.bucket("sample", A("sampler", shard_size=TYPICAL_SAMPLE_HITS)).bucket("found", words)
    return search


def significant_words(found: Mapping[str, Any]) -> list[str]:
    """Return the words whose keyness is significant."""
    texts, others = split_counts(found)
    held = ((each["key"], *split_counts(each)) for each in found["buckets"])
    return [word for word, here, there in held if keyness(here, texts, there, others) >= SIGNIFICANT_KEYNESS]


def split_counts(found: Mapping[str, Any]) -> tuple[int, int]:
    """Return (documents in the hits, documents in the rest); the response's background counts both."""
    return found["doc_count"], found["bg_count"] - found["doc_count"]


def word_counts_search(search: Search, query: Query, languages: Sequence[str], words: Sequence[str]) -> Search:
    """Return the search for the number of hits with each word."""
    search = ids_search(search, query, languages).extra(size=0)
    search.aggs.bucket("found", A("filters", filters={word: {"term": {"exact": word}} for word in words}))
    return search


def spelling_search(search: Search, word: str, limit: int) -> Search:
    """Return the search for words within one or two edits."""
    slips = 1 if len(word) <= MIN_WORD_CHARACTERS else 2
    near = {"field": "exact", "size": limit, "suggest_mode": "always", "max_edits": slips, "min_word_length": 3}
    return search.extra(size=0).suggest("found", word, term=near)


def sort_fields(query: Query) -> list[str]:
    """Return the sort fields; the id breaks ties."""
    if query.sort == "oldest":
        return ["received", "id"]
    newest = ["-received", "-id"]
    return ["_score", *newest] if query.sort == "relevance" and query.node else newest


def distinct_count(found: Mapping[str, Any]) -> int:
    """Return the value of a cardinality aggregation."""
    value: int = found.get("found", found)["value"]
    return value


def facet_counts(found: Mapping[str, Any]) -> FacetCounts:
    """Return the counts of a facet, largest first, ties by value."""
    buckets = found.get("found", found)["buckets"]
    return tuple(sorted(((each["key"], each["doc_count"]) for each in buckets), key=lambda one: (-one[1], one[0])))


def parse_hit(found: Mapping[str, Any], highlighter: Highlighter, copies: Mapping[int, int]) -> Hit:
    """Build a hit with highlighted title and snippet; ``copies`` maps a letter to its number of hits."""
    source = found["_source"]
    language = source["language"]
    title, snippet = highlighter.highlight(source["title"], language), highlighter.snippet(source["text"], language)
    return Hit(int(found["_id"]), found.get("_score") or 0.0, title, snippet, copies.get(source["letter"], 1))
