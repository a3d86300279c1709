"""Our queries in Elasticsearch's terms, and its answers in ours; what was typed never reaches its parsers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch_dsl import A, Q, Search

from search.engines.elasticsearch.bulk import GONE
from search.engines.keyness import FEWEST, SURE, keyness
from search.language.analysis import forms, stems
from search.language.query import FACETS, And, Counts, Hit, Node, Not, Or, Phrase, Query, UnscopedQuery, Word, leaves
from search.language.snippets import Marker

LONGEST = "5s"  # what was found by then is shown, and said to be partial
MOST_VALUES = 10_000  # of a facet
EXACTLY = 40_000  # people and letters are counted exactly up to about here, within one in a hundred beyond
SAMPLE = 600  # best hits whose words are compared with the rest
SHORTEST = 4  # letters of a word that says something by itself
TELLING = 25  # words that stand for a text
MOST_TERMS = 65_536  # ids in one clause, a server's own limit
MOST_WORDS = 100_000  # that the beginning at the end of a phrase may stand for


def emit(node: Node, languages: Sequence[str]) -> Any:
    """Write a parsed query."""
    match node:
        case Word(text):
            found = " ".join(stems(forms(text)[0], languages))
            return Q("multi_match", query=found, fields=["title_stems^4", "text_stems"], analyzer="words")
        case Phrase(text, prefix):
            return _phrase(forms(text), prefix)
        case Or(nodes):
            return Q("bool", should=[emit(inner, languages) for inner in nodes], minimum_should_match=1)
        case Not(inner):
            return Q("bool", must_not=[emit(inner, languages)])
        case And(nodes):
            wanted = [emit(inner, languages) for inner in nodes if not isinstance(inner, Not)]
            unwanted = [emit(inner.node, languages) for inner in nodes if isinstance(inner, Not)]
            return Q("bool", must=wanted, must_not=unwanted)


def _phrase(words: Sequence[str], prefix: bool) -> Any:
    if prefix and len(words) == 1:
        return Q("prefix", exact=words[0])
    if prefix:
        return Q("match_phrase_prefix", exact={"query": " ".join(words), "max_expansions": MOST_WORDS})
    return Q("match_phrase", exact=" ".join(words)) if len(words) > 1 else Q("term", exact=words[0])


def matching(search: Search, query: Query, languages: Sequence[str]) -> Search:
    """Narrow a search to what is in scope, between the days and has the words; nothing ticked yet."""
    if query.must is None:
        raise UnscopedQuery("A query needs the scope of whoever asks.")
    search = search.filter("bool", must_not=[Q("term", visibility=GONE)])
    for name, values in query.must.items():
        search = search.filter("terms", **{name: list(values)})
    ends = {"gte": query.since and query.since.toordinal(), "lte": query.until and query.until.toordinal()}
    if days := {end: day for end, day in ends.items() if day}:
        search = search.filter("range", day=days)
    if query.among is not None:
        search = search.filter("bool", should=_one_of(query.among), minimum_should_match=1)
    if query.without:
        search = search.filter("bool", must_not=_one_of(query.without))
    for answers in query.alternatives:
        search = search.filter("terms", answers=list(answers))
    if node := query.node:
        words = emit(node, languages)
        search = search.query(words) if query.sort == "relevance" else search.filter(words)
    return search


def _one_of(ids: Sequence[int]) -> list[Any]:
    """Write a list of ids as clauses that a server takes, however long it is; of none of them no hit is one."""
    return [Q("terms", id=list(ids[start : start + MOST_TERMS])) for start in range(0, max(len(ids), 1), MOST_TERMS)]


def ticked(query: Query) -> dict[str, Any]:
    """Return a filter for each facet in which something is ticked."""
    return {facet: Q("terms", **{facet: list(query.filters[facet])}) for facet in FACETS if query.filters.get(facet)}


def page(search: Search, query: Query, languages: Sequence[str]) -> Search:
    """Return the search for one page with its facets, each counted as if nothing in it were ticked."""
    search = matching(search, query, languages)
    ticks = ticked(query)
    if ticks:
        search = search.post_filter(Q("bool", filter=list(ticks.values())))
    for facet in FACETS:
        others = [tick for name, tick in ticks.items() if name != facet]
        search.aggs.bucket(facet, _among(others, A("terms", field=facet, size=MOST_VALUES)))
    for name in ("person", "letter"):
        distinct = A("cardinality", field=name, precision_threshold=EXACTLY)
        search.aggs.bucket(name, _among(list(ticks.values()), distinct))
    if query.collapse:
        search = search.extra(collapse={"field": "letter"})
    search = search[query.start : query.start + query.size].extra(track_total_hits=True, timeout=LONGEST)
    return search.source(["title", "text", "language", "letter"]).sort(*order(query))


def _among(ticks: Sequence[Any], counted: Any) -> Any:
    """Count among what is ticked only; a filter costs time even when it lets everything through."""
    if not ticks:
        return counted
    return A("filter", bool={"filter": [tick.to_dict() for tick in ticks]}, aggs={"found": counted})


def copies(search: Search, query: Query, languages: Sequence[str], letters: Sequence[int]) -> Search:
    """Return the search for how often each of these letters is among the hits."""
    search = everything(search, query, languages).filter("terms", letter=list(letters)).extra(size=0)
    search.aggs.bucket("letter", A("terms", field="letter", size=len(letters)))
    return search


def everything(search: Search, query: Query, languages: Sequence[str]) -> Search:
    """Return the search for the ids of all hits, in order."""
    search = matching(search, query, languages)
    for tick in ticked(query).values():
        search = search.filter(tick)
    return search.source(False).sort(*order(query))


def alike(search: Search, own: Mapping[str, Any], must: Mapping[str, Sequence[str]]) -> Search:
    """Return the search for texts that share the telling words of one hit, one for each letter and not its own."""
    like = {"_index": own["_index"], "_id": own["_id"]}
    words = Q(
        "more_like_this", fields=["text_stems", "title_stems"], like=[like], min_term_freq=1, min_doc_freq=2,
        max_query_terms=TELLING, minimum_should_match="20%",
    )  # fmt: skip
    search = matching(search, Query(must=must), ()).query(words)
    search = search.filter("bool", must_not=[Q("term", letter=own["_source"]["letter"])])
    return search.extra(collapse={"field": "letter"}).source(False)


def telling(search: Search, query: Query, languages: Sequence[str], limit: int) -> Search:
    """Return the search for the words of the best hits that the rest of the scope has more seldom, by keyness."""
    asked = [form for leaf in leaves(query.node) for form in forms(leaf)]
    rest = Q("bool", filter=[Q("terms", **{name: list(values)}) for name, values in (query.must or {}).items()])
    words = A(
        "significant_text", field="exact", size=limit, min_doc_count=FEWEST, include=f".{{{SHORTEST},}}",
        background_filter=rest.to_dict(), filter_duplicate_text=True, **({"exclude": asked} if asked else {}),
        mutual_information={"include_negatives": False, "background_is_superset": True},
    )  # fmt: skip
    search = everything(search, query, languages).extra(size=0)
    search.aggs.bucket("sample", A("sampler", shard_size=SAMPLE)).bucket("found", words)
    return search


def surely_typical(found: Mapping[str, Any]) -> list[str]:
    """Return those of the words found that are more frequent among the hits than chance would have it."""
    texts, others = here_and_there(found)
    held = ((each["key"], *here_and_there(each)) for each in found["buckets"])
    return [word for word, here, there in held if keyness(here, texts, there, others) >= SURE]


def here_and_there(found: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many are among the hits and how many in the rest: the background holds both."""
    return found["doc_count"], found["bg_count"] - found["doc_count"]


def holding(search: Search, query: Query, languages: Sequence[str], words: Sequence[str]) -> Search:
    """Return the search for how many hits hold each of these words."""
    search = everything(search, query, languages).extra(size=0)
    search.aggs.bucket("found", A("filters", filters={word: {"term": {"exact": word}} for word in words}))
    return search


def misspelt(search: Search, word: str, limit: int) -> Search:
    """Return the search for words that are one or two slips of the pen away."""
    slips = 1 if len(word) <= SHORTEST else 2
    near = {"field": "exact", "size": limit, "suggest_mode": "always", "max_edits": slips, "min_word_length": 3}
    return search.extra(size=0).suggest("found", word, term=near)


def order(query: Query) -> list[str]:
    """Return what hits are sorted by; the id decides between those of one moment."""
    if query.sort == "oldest":
        return ["received", "id"]
    newest = ["-received", "-id"]
    return ["_score", *newest] if query.sort == "relevance" and query.node else newest


def number(found: Mapping[str, Any]) -> int:
    """Return how many distinct values were counted."""
    value: int = found.get("found", found)["value"]
    return value


def counts(found: Mapping[str, Any]) -> Counts:
    """Return the counts of a facet, the largest first, those alike by name."""
    buckets = found.get("found", found)["buckets"]
    return tuple(sorted(((each["key"], each["doc_count"]) for each in buckets), key=lambda one: (-one[1], one[0])))


def hit(found: Mapping[str, Any], marker: Marker, copies: Mapping[int, int]) -> Hit:
    """Return one hit, its words marked, with the number of its copies if those were counted."""
    source = found["_source"]
    language = source["language"]
    title, snippet = marker.title(source["title"], language), marker.snippet(source["text"], language)
    return Hit(int(found["_id"]), found.get("_score") or 0.0, title, snippet, copies.get(source["letter"], 1))
