"""Queries, their parser, and search results.

Query language: words (all of them), ``|`` (or), ``-`` (not), ``"exact words"``, ``prefix*``, parentheses; a reference
finds its submission. The text is parsed here once; engines get the parsed tree, never the typed string.
Unbalanced input is parsed as far as possible and raises nothing; a text without a word is answered with nothing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from search.language.analysis import word_forms
from search.language.references import reference_typed

MAX_QUERY_TERMS = 64
MAX_PARENTHESES_DEPTH = 20
MIN_PREFIX_CHARACTERS = 2  # One letter and a star would mean half the dictionary.
FACETS = ("consultation", "kind", "status", "language", "channel", "month")
QUERY_SORTS = ("newest", "oldest", "relevance")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any grammatical form."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exact words in this order; with ``prefix`` the last one matches as a prefix."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """The submission with this reference; ``sure`` when it is typed as no word is."""

    reference: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Nothing:
    """What no submission matches: something was asked for, and none of it can be."""


@dataclass(frozen=True, slots=True)
class Not:
    """Negation of a node."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """All nodes match."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one node matches."""

    nodes: tuple[Node, ...]


Node = Word | Phrase | Reference | Nothing | Not | And | Or


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One search: words, filters, scope, order and page.

    ``scope`` maps a field to the values that the officer may find; engines raise ``UnscopedQuery`` while it is None.
    ``filters`` maps a facet to its ticked values: any value of one facet, all facets together. ``since`` and ``until``
    are days in the agency's time zone, both included. ``only_ids`` restricts the search to these submissions (``()``
    to none), ``excluded_ids`` leaves submissions out. ``read_marks`` ("unread", "flagged"), ``tags`` and ``codes``
    (keys) are kept in the database: ``search.access.scope.scope_query`` turns them into ids, and engines ignore them.
    ``answers`` has the format of ``Document.answers``: any of the answers to one question, all questions together.
    ``collapse`` shows one hit for all copies of a letter, the first in the sort order, and pages count letters; no
    other count changes.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scope: Mapping[str, tuple[str, ...]] | None = None
    since: date | None = None
    until: date | None = None
    sort: str = "newest"
    page: int = 1
    size: int = 20
    collapse: bool = False
    only_ids: tuple[int, ...] | None = None
    excluded_ids: tuple[int, ...] = ()
    read_marks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()

    @property
    def answers_by_question(self) -> list[tuple[str, ...]]:
        """Return the ticked answers grouped by question."""
        by_question: dict[str, list[str]] = {}
        for answer in self.answers:
            by_question.setdefault(answer.partition("=")[0], []).append(answer)
        return [tuple(answers) for answers in by_question.values()]

    @property
    def node(self) -> Node | None:
        """Return the parsed text; None, of an empty text, matches everything."""
        return parse_query(self.text)

    @property
    def offset(self) -> int:
        """Return the number of hits before this page."""
        return (self.page - 1) * self.size

    @property
    def has_criteria(self) -> bool:
        """Return whether the query matches less than everything in scope."""
        return bool(self.text or self.filter_count)

    @property
    def filter_count(self) -> int:
        """Return the number of ticked filters; each end of the date range is one."""
        ticked = sum(len(values) for values in self.filters.values())
        return (
            ticked
            + len((*self.read_marks, *self.tags, *self.codes, *self.answers))
            + bool(self.since)
            + bool(self.until)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """One found submission; title and snippet hold the highlight characters of ``search.language.snippets``, unescaped.

    ``copies`` counts the hits that this one stands for, itself included; above 1 only in a collapsed result.
    """

    id: int
    score: float
    title: str
    snippet: str
    copies: int = 1


FacetCounts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits, with the counts of all hits.

    Each facet is counted as if none of its own values were ticked, largest first; ``months`` is the month facet in
    chronological order. ``people`` counts the distinct senders, ``distinct_texts`` the distinct letters (a text that
    belongs to no letter counts as one). ``pending`` counts the changes that the index lacks; while there are any,
    ``texts`` counts the texts in scope by the database, and ``not_found_yet`` those of them that the index has never
    had. ``partial`` means that the engine timed out and may have missed hits. ``took_ms`` is in milliseconds.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, FacetCounts]
    months: FacetCounts
    pending: int = 0
    texts: int = 0
    not_found_yet: int = 0
    partial: bool = False
    took_ms: float = 0.0
    people: int = 0
    distinct_texts: int = 0

    @property
    def found_by_now(self) -> int:
        """Return how many of ``texts`` the index has."""
        return self.texts - self.not_found_yet

    def listed_count(self, query: Query) -> int:
        """Return the number of hits on all pages together: letters when the query collapses copies."""
        return self.distinct_texts if query.collapse else self.total


class UnscopedQuery(Exception):
    """A query reached an engine without a scope."""


class SearchUnavailable(Exception):
    """The index cannot answer now; the submissions themselves are in the database."""


_QUOTES = str.maketrans(dict.fromkeys("“”„«»‟＂", '"'))
_MINUS = re.compile(r"(?<![^\s(|])[\u2010-\u2015\u2212](?=\S)")  # a hyphen that a program made longer
_TOKEN = re.compile(r'"(?P<phrase>[^"]*)"?(?P<star>\*?)|(?P<sign>[()|])|(?P<minus>-)(?=[^\s|)])|(?P<word>[^\s()|"]+)')


@lru_cache(maxsize=512)
def parse_query(text: str) -> Node | None:
    """Parse the query language; return None for an empty text, and Nothing for one without a word."""
    if not text or text.isspace():
        return None
    node = _Parser(text).parse_or(0) or Nothing()
    parts = text.split()
    if len(parts) == 2 and (reference := reference_typed(text)) and _has_digit(reference):
        return Or((Reference(reference), node))  # typed with a space between its halves
    return node


def query_terms(node: Node | None) -> Iterator[str]:
    """Yield the words and phrases of a parsed query, negated ones included."""
    match node:
        case Word(text) | Phrase(text):
            yield text
        case Not(inner):
            yield from query_terms(inner)
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from query_terms(inner)


def count_terms(text: str) -> int:
    """Count the typed words and phrases, those beyond ``MAX_QUERY_TERMS`` included."""
    return sum(1 for kind, value, star in query_tokens(text) if kind == "term" and _make_term(value, star))


def query_tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, value, modifier); the kind is "term", "-", "|", "(" or ")"."""
    for token in _TOKEN.finditer(_MINUS.sub("-", text.translate(_QUOTES))):
        if token["phrase"] is not None:
            yield "term", token["phrase"], "phrase*" if token["star"] else "phrase"
        elif token["word"]:
            yield "term", token["word"].rstrip("*"), "*" if token["word"].endswith("*") else ""
        else:
            yield token["sign"] or token["minus"], "", ""


def _make_term(text: str, mark: str) -> Node | None:
    """Return a word, phrase or prefix, or a reference beside it; None when the text holds no searchable word."""
    words = word_forms(text)
    if not words:
        return None
    prefix = mark.endswith("*") and len(words[-1]) >= MIN_PREFIX_CHARACTERS
    is_word = len(words) == 1 and not prefix and not mark.startswith("phrase")
    term = Word(text) if is_word else Phrase(text, prefix)
    if not prefix and (reference := reference_typed(text)):
        return Or((Reference(reference, sure=_has_digit(text) or text.isupper()), term))
    return term


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _join(kind: type[And] | type[Or], nodes: list[Node]) -> Node | None:
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    return kind(tuple(nodes))


class _Parser:
    """A recursive-descent parser; ``|`` binds more loosely than juxtaposition."""

    def __init__(self, text: str):
        self.tokens = deque(query_tokens(text))
        self.term_count = 0

    def parse_or(self, depth: int) -> Node | None:
        branches = [self.parse_and(depth)]
        while self.next_is("|"):
            self.tokens.popleft()
            branches.append(self.parse_and(depth))
        return _join(Or, [branch for branch in branches if branch])

    def parse_and(self, depth: int) -> Node | None:
        nodes = []
        while self.tokens and not self.next_is("|") and not (depth and self.next_is(")")):
            if node := self.parse_negation(depth):
                nodes.append(node)
        return _join(And, nodes)

    def parse_negation(self, depth: int) -> Node | None:
        negative = False
        while self.next_is("-"):
            self.tokens.popleft()
            negative = not negative
        node = self.parse_group_or_term(depth)
        return Not(node) if node and negative else node

    def parse_group_or_term(self, depth: int) -> Node | None:
        if not self.tokens or self.next_is("|"):
            return None
        kind, text, mark = self.tokens.popleft()
        if kind == "(" and depth < MAX_PARENTHESES_DEPTH:
            node = self.parse_or(depth + 1)
            if self.next_is(")"):
                self.tokens.popleft()
            return node
        return self.count_term(text, mark) if kind == "term" else None

    def count_term(self, text: str, mark: str) -> Node | None:
        node = _make_term(text, mark)
        self.term_count += node is not None
        return node if self.term_count <= MAX_QUERY_TERMS else None

    def next_is(self, kind: str) -> bool:
        return bool(self.tokens) and self.tokens[0][0] == kind


def describe_query(query: Query, labels: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Describe a query in one English sentence; ``labels`` maps a facet to the display names of its values."""
    parts = [_describe_text(query.text, query.node)]
    for facet in FACETS:
        if chosen := query.filters.get(facet):
            names = (labels or {}).get(facet, {})
            parts.append(f"{facet}: {_join_with_or([names.get(value, value) for value in chosen])}")
    answers = (labels or {}).get("answer", {})
    parts += [
        f"answered: {_join_with_or([answers.get(each, each) for each in some])}" for some in query.answers_by_question
    ]
    if query.tags:
        parts.append(f"tagged: {_join_with_or([(labels or {}).get('tag', {}).get(tag, tag) for tag in query.tags])}")
    if query.codes:
        names = (labels or {}).get("code", {})
        parts.append(f"coded: {_join_with_or([names.get(code, code) for code in query.codes])}")
    if query.read_marks:
        parts.append(f"mine: {' and '.join(query.read_marks)}")
    if period := _describe_period(query):
        parts.append(period)
    return "; ".join(parts) + "."


def _describe_text(text: str, node: Node | None) -> str:
    if isinstance(node, Nothing):
        return f"No submission, because nothing in “{text}” can be looked for"
    return f"Submissions that contain {_describe_node(node)}" if node else "All submissions"


def _describe_period(query: Query) -> str:
    begin = f"from {_format_day(query.since)}" if query.since else ""
    end = f"to {_format_day(query.until)}" if query.until else ""
    return f"received {begin} {end}".replace("  ", " ").strip() if begin or end else ""


def _format_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _join_with_or(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _describe_node(node: Node) -> str:
    match node:
        case Word(text):
            return f"“{text}”"
        case Phrase(text, prefix):
            return f"words that begin “{text}”" if prefix else f"exactly “{text}”"
        case Reference(reference):
            return f"the reference {reference}"
        case Nothing():
            return "no word that could be looked for"
        case Not(inner):
            return f"anything but {_in_parentheses(inner)}"
        case Or(nodes):
            return " or ".join(_in_parentheses(inner) for inner in nodes if _is_described(inner))
        case And(nodes):
            return _describe_and(nodes)


def _describe_and(nodes: tuple[Node, ...]) -> str:
    wanted = [_in_parentheses(node) for node in nodes if not isinstance(node, Not)]
    unwanted = [_in_parentheses(node.node) for node in nodes if isinstance(node, Not)]
    said = " and ".join(wanted) or "anything"
    return f"{said} without {' or '.join(unwanted)}" if unwanted else said


def _is_described(node: Node) -> bool:
    return not isinstance(node, Reference) or node.sure


def _in_parentheses(node: Node) -> str:
    several = isinstance(node, And) or (isinstance(node, Or) and sum(map(_is_described, node.nodes)) > 1)
    return f"({_describe_node(node)})" if several else _describe_node(node)
