"""Suggestions of the desk: other spellings, typical words, similar texts; nothing from outside the scope."""

import re
from dataclasses import dataclass, replace

from search.access.scope import scope_of, scope_query
from search.engines.configured import get_engine
from search.language.analysis import word_forms
from search.language.query import And, Not, Nothing, Or, Phrase, Query, Reference, Word

FEW_HITS = 3  # hits below which another spelling is looked for
SPELLINGS_TRIED = 6  # spellings of one word that are tried
WORDS_RESPELT = 4  # words of a question that are looked at
SUGGESTIONS_SHOWN = 3
TYPICAL_WORDS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class QuerySuggestion:
    """Another query text with its number of hits in the person's scope."""

    text: str
    count: int


def suggest_spellings(user, query: Query) -> list[QuerySuggestion]:
    """Return query texts with one word spelt differently that have hits in scope, most hits first."""
    found: dict[str, QuerySuggestion] = {}
    for word in list(dict.fromkeys(_words(query.node)))[:WORDS_RESPELT]:
        for spelling in get_engine().spellings(word_forms(word)[0], SPELLINGS_TRIED):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", spelling, query.text)
            count = get_engine().search(scope_query(user, replace(query, text=text, page=1, size=1))).total
            if count and text != query.text:
                found[text] = QuerySuggestion(text, count)
    return sorted(found.values(), key=lambda each: -each.count)[:SUGGESTIONS_SHOWN]


def _words(node):
    """Yield the words of a query; negated ones are assumed to be spelt as intended."""
    match node:
        case Word(text):
            yield text
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from _words(inner)
        case Not() | Phrase() | Reference() | Nothing() | None:
            return


def typical_words(user, query: Query) -> list[tuple[str, int]]:
    """Return words typical of a result compared with the rest of the scope."""
    return get_engine().typical(scope_query(user, query), TYPICAL_WORDS_SHOWN) if query.has_criteria else []


def similar_ids(user, id_: int, limit: int = 10) -> list[int]:
    """Return the ids of similar texts in scope."""
    return get_engine().similar(id_, scope_of(user), limit)
