"""What the desk offers to ask next: another spelling, words typical of a result. Nothing from outside the scope."""

import re
from dataclasses import dataclass, replace

from search.access.scope import scoped
from search.engines.configured import engine
from search.language.analysis import forms
from search.language.query import And, Not, Or, Query, Word

FEW = 3  # hits below which another spelling is looked for
TRIED = 6  # spellings of one word that are tried
WORDS = 4  # words of a question that are looked at
SHOWN = 3
TYPICAL = 24


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another question, and how many hits it has for who asks."""

    text: str
    count: int


def suggestions(user, query: Query) -> list[Suggestion]:
    """Return the question with one word spelt otherwise, where that has more hits within the asker's scope."""
    found: dict[str, Suggestion] = {}
    for word in list(dict.fromkeys(_words(query.node)))[:WORDS]:
        for spelling in engine().spellings(forms(word)[0], TRIED):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", spelling, query.text)
            count = engine().search(scoped(user, replace(query, text=text, page=1, size=1))).total
            if count and text != query.text:
                found[text] = Suggestion(text, count)
    return sorted(found.values(), key=lambda each: -each.count)[:SHOWN]


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


def typical(user, query: Query) -> list[tuple[str, int]]:
    """Return words that are typical of a result against the rest of what the asker may find."""
    return engine().typical(scoped(user, query), TYPICAL) if query.asks else []


def similar(user, id_: int, limit: int = 10) -> list[int]:
    """Return the ids of similar texts that the asker may find."""
    return engine().similar(id_, scoped(user, Query()).must, limit)
