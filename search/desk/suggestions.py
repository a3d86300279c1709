"""What the desk offers to ask next: another spelling, words typical of a result. Nothing from outside the scope."""

import re
from dataclasses import dataclass, replace

from search.access.scope import scope_query
from search.engines.configured import get_engine
from search.language.analysis import word_forms
from search.language.query import And, Not, Or, Query, Word

FEW_HITS = 3  # hits below which another spelling is looked for
SPELLINGS_TRIED = 6  # spellings of one word that are tried
WORDS_RESPELT = 4  # words of a question that are looked at
SUGGESTIONS_SHOWN = 3
TYPICAL_WORDS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class QuerySuggestion:
    """Another question, and how many hits it has for who asks."""

    text: str
    count: int


def suggest_spellings(user, query: Query) -> list[QuerySuggestion]:
    """Return the question with one word spelt otherwise, where that has more hits within the asker's scope."""
    found: dict[str, QuerySuggestion] = {}
    for word in list(dict.fromkeys(_words(query.node)))[:WORDS_RESPELT]:
        for spelling in get_engine().spellings(word_forms(word)[0], SPELLINGS_TRIED):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", spelling, query.text)
            count = get_engine().search(scope_query(user, replace(query, text=text, page=1, size=1))).total
            if count and text != query.text:
                found[text] = QuerySuggestion(text, count)
    return sorted(found.values(), key=lambda each: -each.count)[:SUGGESTIONS_SHOWN]


def _words(node):
    """Find the words that were asked for; what was to be left out is spelt as it is meant."""
    match node:
        case Word(text):
            yield text
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from _words(inner)
        case Not() | None:
            return


def typical_words(user, query: Query) -> list[tuple[str, int]]:
    """Return words that are typical of a result against the rest of what the asker may find."""
    return get_engine().typical(scope_query(user, query), TYPICAL_WORDS_SHOWN) if query.has_criteria else []


def similar_ids(user, id_: int, limit: int = 10) -> list[int]:
    """Return the ids of similar texts that the asker may find."""
    return get_engine().similar(id_, scope_query(user, Query()).scope, limit)
