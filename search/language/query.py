"""What an officer asks for, and what comes back.

The query language: words stand for all of them together, ``|`` or, ``-`` without, ``"exact words"``,
``begin*``, parentheses. It is parsed here once; no engine ever sees the string that was typed.
Odd or unbalanced input is read as well as it can be and never raises.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from search.language.analysis import forms

MAX_LEAVES = 64
MAX_DEPTH = 20
SHORTEST_PREFIX = 2  # One letter and a star would mean half the dictionary.
FACETS = ("consultation", "kind", "status", "language", "channel", "month")
SORTS = ("newest", "oldest", "relevance")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any of its grammatical forms."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words exactly as typed and in this order; with ``prefix`` the last one is only a beginning."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but this."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    nodes: tuple[Node, ...]


Node = Word | Phrase | Not | And | Or


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question to the index.

    ``must`` is the scope that the asker may not leave: field to permitted values. ``None`` means that nobody
    has set it, and engines refuse such a query. ``filters`` is what was ticked: any of the values of one
    facet, all facets together. ``since`` and ``until`` are days in the agency's time zone, both included.
    ``among`` looks at these submissions only (``()`` at none) and ``without`` at none of these: what is kept in the
    database, such as tags and marks. ``collapse`` shows one hit for all copies of a letter, the first in the order
    asked for, and turns pages over letters; it changes no count. ``marks`` and ``tags`` are what the asker ticked
    of those: ``search.access.scope.scoped`` turns them into lists, and engines pass them over. ``answers`` is what a
    text was sent with, in the terms of ``Document.answers``: any of those to one question, all questions together.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    must: Mapping[str, tuple[str, ...]] | None = None
    since: date | None = None
    until: date | None = None
    sort: str = "newest"
    page: int = 1
    size: int = 20
    collapse: bool = False
    among: tuple[int, ...] | None = None
    without: tuple[int, ...] = ()
    marks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()

    @property
    def alternatives(self) -> list[tuple[str, ...]]:
        """Return the answers asked for, those to one question together."""
        by_question: dict[str, list[str]] = {}
        for answer in self.answers:
            by_question.setdefault(answer.partition("=")[0], []).append(answer)
        return [tuple(answers) for answers in by_question.values()]

    @property
    def node(self) -> Node | None:
        """Return the parsed text; None looks at everything."""
        return parse(self.text)

    @property
    def start(self) -> int:
        """Return how many hits come before this page."""
        return (self.page - 1) * self.size

    @property
    def asks(self) -> bool:
        """Return whether it asks for anything less than everything."""
        return bool(self.text or self.narrows)

    @property
    def narrows(self) -> int:
        """Return how many things are ticked, each end of the days being one."""
        ticked = sum(len(values) for values in self.filters.values())
        return ticked + len((*self.marks, *self.tags, *self.answers)) + bool(self.since) + bool(self.until)


@dataclass(frozen=True, slots=True)
class Hit:
    """One found submission; title and snippet carry the marks of ``search.language.snippets``, unescaped.

    ``copies`` is how many hits it stands for, itself among them: more than one only in a collapsed result.
    """

    id: int
    score: float
    title: str
    snippet: str
    copies: int = 1


Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One page of what was found.

    Every facet is counted as if nothing in it were ticked, the largest value first; ``months`` is the month facet
    in order of time. ``people`` and ``distinct`` count the people behind the hits and the letters among them, a text
    of its own being a letter too. ``pending`` is how many changes the index has not seen; ``partial`` says that the
    engine ran out of time and there may be more.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Counts]
    months: Counts
    pending: int = 0
    partial: bool = False
    took_ms: float = 0.0
    people: int = 0
    distinct: int = 0

    def listed(self, query: Query) -> int:
        """Return how many hits the pages of a query turn over."""
        return self.distinct if query.collapse else self.total


class UnscopedQuery(Exception):
    """Somebody asked the index without saying what the asker may see."""


class SearchUnavailable(Exception):
    """The index cannot answer now. The submissions themselves are safe in the database."""


_QUOTES = str.maketrans(dict.fromkeys("“”„«»‟＂", '"'))
_PIECE = re.compile(r'"(?P<phrase>[^"]*)"?(?P<star>\*?)|(?P<sign>[()|])|(?P<minus>-)(?=[^\s|)])|(?P<word>[^\s()|"]+)')


@lru_cache(maxsize=512)
def parse(text: str) -> Node | None:
    """Read the query language; None when no word is in it."""
    return _Parser(text).alternatives(0)


def leaves(node: Node | None) -> Iterator[str]:
    """Return the words and phrases of a parsed query, those that were to be left out too."""
    match node:
        case Word(text) | Phrase(text):
            yield text
        case Not(inner):
            yield from leaves(inner)
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from leaves(inner)


def count_leaves(text: str) -> int:
    """Count the words and phrases that were typed, those beyond the limit too."""
    return sum(1 for kind, value, star in _pieces(text) if kind == "leaf" and _leaf(value, star))


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """Cut the text into (kind, value, mark) where kind is a sign or "leaf"."""
    for piece in _PIECE.finditer(text.translate(_QUOTES)):
        if piece["phrase"] is not None:
            yield "leaf", piece["phrase"], "phrase*" if piece["star"] else "phrase"
        elif piece["word"]:
            yield "leaf", piece["word"].rstrip("*"), "*" if piece["word"].endswith("*") else ""
        else:
            yield piece["sign"] or piece["minus"], "", ""


def _leaf(text: str, mark: str) -> Node | None:
    """Make a word, a phrase or a beginning; None when nothing in it can be searched for."""
    words = forms(text)
    if not words:
        return None
    prefix = mark.endswith("*") and len(words[-1]) >= SHORTEST_PREFIX
    if len(words) == 1 and not prefix and not mark.startswith("phrase"):
        return Word(text)
    return Phrase(text, prefix)


def _joined(kind: type[And] | type[Or], nodes: list[Node]) -> Node | None:
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    return kind(tuple(nodes))


class _Parser:
    """Read pieces from left to right; ``|`` binds more loosely than standing side by side."""

    def __init__(self, text: str):
        self.pieces = deque(_pieces(text))
        self.leaves = 0

    def alternatives(self, depth: int) -> Node | None:
        branches = [self.together(depth)]
        while self.next_is("|"):
            self.pieces.popleft()
            branches.append(self.together(depth))
        return _joined(Or, [branch for branch in branches if branch])

    def together(self, depth: int) -> Node | None:
        nodes = []
        while self.pieces and not self.next_is("|") and not (depth and self.next_is(")")):
            if node := self.one(depth):
                nodes.append(node)
        return _joined(And, nodes)

    def one(self, depth: int) -> Node | None:
        negative = False
        while self.next_is("-"):
            self.pieces.popleft()
            negative = not negative
        node = self.bare(depth)
        return Not(node) if node and negative else node

    def bare(self, depth: int) -> Node | None:
        if not self.pieces or self.next_is("|"):
            return None
        kind, text, mark = self.pieces.popleft()
        if kind == "(" and depth < MAX_DEPTH:
            node = self.alternatives(depth + 1)
            if self.next_is(")"):
                self.pieces.popleft()
            return node
        return self.leaf(text, mark) if kind == "leaf" else None

    def leaf(self, text: str, mark: str) -> Node | None:
        node = _leaf(text, mark)
        self.leaves += node is not None
        return node if self.leaves <= MAX_LEAVES else None

    def next_is(self, kind: str) -> bool:
        return bool(self.pieces) and self.pieces[0][0] == kind


def describe(query: Query, labels: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Say in one plain sentence what is being looked at; ``labels`` names facet values for people."""
    node = query.node
    parts = [f"Submissions that contain {_say(node)}" if node else "All submissions"]
    for facet in FACETS:
        if chosen := query.filters.get(facet):
            names = (labels or {}).get(facet, {})
            parts.append(f"{facet}: {_listed([names.get(value, value) for value in chosen])}")
    answers = (labels or {}).get("answer", {})
    parts += [f"answered: {_listed([answers.get(each, each) for each in some])}" for some in query.alternatives]
    if query.tags:
        parts.append(f"tagged: {_listed([(labels or {}).get('tag', {}).get(tag, tag) for tag in query.tags])}")
    if query.marks:
        parts.append(f"mine: {' and '.join(query.marks)}")
    if period := _period(query):
        parts.append(period)
    return "; ".join(parts) + "."


def _period(query: Query) -> str:
    begin = f"from {_day(query.since)}" if query.since else ""
    end = f"to {_day(query.until)}" if query.until else ""
    return f"received {begin} {end}".replace("  ", " ").strip() if begin or end else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _listed(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _say(node: Node) -> str:
    match node:
        case Word(text):
            return f"“{text}”"
        case Phrase(text, prefix):
            return f"words that begin “{text}”" if prefix else f"exactly “{text}”"
        case Not(inner):
            return f"anything but {_grouped(inner)}"
        case Or(nodes):
            return " or ".join(_grouped(inner) for inner in nodes)
        case And(nodes):
            return _say_together(nodes)


def _say_together(nodes: tuple[Node, ...]) -> str:
    wanted = [_grouped(node) for node in nodes if not isinstance(node, Not)]
    unwanted = [_grouped(node.node) for node in nodes if isinstance(node, Not)]
    said = " and ".join(wanted) or "anything"
    return f"{said} without {' or '.join(unwanted)}" if unwanted else said


def _grouped(node: Node) -> str:
    return f"({_say(node)})" if isinstance(node, And | Or) else _say(node)
