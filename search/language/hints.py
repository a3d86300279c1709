"""What of a typed query was not read as its writer may have meant it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from search.language.analysis import word_forms
from search.language.query import MIN_PREFIX_CHARACTERS, Nothing, parse_query, query_tokens

_OPERATOR = re.compile(r"(?<!\S)(OR|AND|NOT)(?!\S)")
_REPLACEMENTS = ((r"\s+OR(?!\S)", " |"), (r"\s+AND(?=\s)", ""), (r"(?<!\S)NOT\s+(?=\S)", "-"))
_BANG = re.compile(r"(?<![^\s(|])!(?=\w)")
_USUAL_SIGNS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212.,;:!?\u2026&+/'\u2019")


class HintKind(Enum):
    """Why a query may find something else than its writer thinks."""

    NO_WORD = "no word"  # nothing in it can be looked for, so nothing is found
    LEFT_OUT = "left out"  # a part without a letter or a digit
    OPERATOR = "operator"  # a word or sign that other search engines obey; here it was a word, or nothing
    STAR = "star"  # a star anywhere but at the end
    SHORT = "short"  # a star behind too few letters


@dataclass(frozen=True, slots=True)
class QueryHint:
    """One such part as it was typed, and what to ask instead, where that can be said."""

    kind: HintKind
    part: str
    instead: str = ""


def query_hints(text: str) -> list[QueryHint]:
    """Return the hints about a query text; none for an empty one."""
    if isinstance(parse_query(text), Nothing):
        return [QueryHint(HintKind.NO_WORD, text.strip())]
    return [*_operator_hints(text), *_term_hints(text)]


def _operator_hints(text: str) -> Iterator[QueryHint]:
    """Yield a hint for OR, AND and NOT in capitals, and for ! before a word; not where everything is in capitals."""
    outside = "".join(text.split('"')[::2])
    found = [] if text.isupper() else _OPERATOR.findall(outside)
    found += ["!"] * bool(_BANG.search(outside))
    if found:
        yield QueryHint(HintKind.OPERATOR, ", ".join(dict.fromkeys(found)), _as_written_here(text))


def _as_written_here(text: str) -> str:
    """Return a query with the operators of this query language; what stands in quotation marks stays."""
    parts = text.split('"')
    for place in range(0, len(parts), 2):
        for pattern, ours in _REPLACEMENTS:
            parts[place] = re.sub(pattern, ours, parts[place])
        parts[place] = _BANG.sub("-", parts[place])
    return '"'.join(parts).strip()


def _term_hints(text: str) -> Iterator[QueryHint]:
    for word in dict.fromkeys(value + star for kind, value, star in query_tokens(text) if kind == "term"):
        typed = word.removesuffix("phrase*").removesuffix("phrase")
        forms = word_forms(typed)
        if not forms:
            if typed.strip() and not set(typed) <= _USUAL_SIGNS:
                yield QueryHint(HintKind.LEFT_OUT, typed)
        elif word == typed and "*" in typed.rstrip("*"):
            begin = typed.partition("*")[0]
            useful = len("".join(word_forms(begin))) >= MIN_PREFIX_CHARACTERS
            yield QueryHint(HintKind.STAR, typed, text.replace(typed, f"{begin}*", 1) if useful else "")
        elif typed.endswith("*") and len(forms[-1]) < MIN_PREFIX_CHARACTERS:
            yield QueryHint(HintKind.SHORT, typed)
