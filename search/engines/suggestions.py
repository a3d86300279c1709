"""Similar texts, typical words and spellings, from one state of the embedded index."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from itertools import chain
from math import log
from typing import Any, NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from search.engines.columns import DocumentColumns, IntArray
from search.engines.keyness import MIN_TEXTS_WITH_WORD, MIN_WORD_CHARACTERS, SIGNIFICANT_KEYNESS, keyness
from search.engines.packing import ID_BITS, ID_MASK, SHAPE_MASK
from search.engines.query_run import BM25_SQL, QueryRun, fts5_expression
from search.engines.tally import FacetShape, FacetTally
from search.language.analysis import word_forms
from search.language.query import Query, Word, query_terms
from search.language.stemming import stem_word

TYPICAL_SAMPLE_TEXTS = 300  # texts that are read to find what is typical, of the result and of the rest
MAX_TELLING_WORDS = 14  # words that stand for a text
MAX_DOCUMENT_SHARE = 0.01  # the share of all documents up to which a word tells anything, and 1,000 documents at least


def words_beginning_with(db: sqlite3.Connection, letter: str, shortest: int, longest: int) -> dict[str, int]:
    """Return the number of documents by word, for typed words that begin with a letter and have these lengths."""
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, col)")
    asked = "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ? AND col = 'exact'"
    rows = db.execute(asked, (letter, chr(ord(letter) + 1)))
    return {term: count for term, count in rows if shortest <= len(term) <= longest}


def find_spellings(db: sqlite3.Connection, word: str, limit: int) -> list[str]:
    """Return indexed words within two edits, nearest first, then most frequent.

    The first letter is taken as correct: words of one letter are read in a fraction of the time of all words.
    """
    known = words_beginning_with(db, word[0], max(len(word) - 2, 2), len(word) + 2)
    slips = 1 if len(word) <= MIN_WORD_CHARACTERS else 2
    near = process.extract(
        word, list(known), scorer=DamerauLevenshtein.distance, processor=None, score_cutoff=slips, limit=200
    )
    ranked = sorted((distance, -known[form], form) for form, distance, _place in near if distance)
    return [form for _distance, _count, form in ranked[:limit]]


def find_similar(
    db: sqlite3.Connection,
    id_: int,
    scope: Mapping[str, Any],
    limit: int,
    shapes: Mapping[int, FacetShape],
    columns: DocumentColumns,
) -> list[int]:
    """Return ids in scope that share most of a text's distinctive words; one per letter, none of its own letter."""
    found = db.execute("SELECT title, text, language FROM texts WHERE id = ?", (id_,)).fetchone()
    telling = _distinctive_stems(db, max(1000, int(MAX_DOCUMENT_SHARE * len(columns.letter))), *found) if found else []
    if not telling:
        return []
    asked = _match_any(telling)
    allowed = FacetTally(Query(scope=scope), shapes, {}).chosen_shapes
    within = f"(rowid >> {ID_BITS} & {SHAPE_MASK}) IN ({','.join(map(str, allowed))})"
    rows = db.execute(
        f"SELECT rowid & {ID_MASK} FROM words WHERE words MATCH ? AND {within} ORDER BY {BM25_SQL} LIMIT ?",
        (asked, limit * 20),
    )
    seen, ids = {int(columns.letter[id_])}, []
    for (other,) in rows:
        if (letter := int(columns.letter[other])) not in seen:
            seen.add(letter)
            ids.append(other)
    return ids[:limit]


def _distinctive_stems(db: sqlite3.Connection, most: int, title: str, text: str, language: str) -> list[str]:
    """Return stems that are frequent in a text and rare elsewhere (tf-idf), at most ``MAX_TELLING_WORDS``.

    Stems in ``most`` or more documents are skipped: they distinguish nothing, and ranking by them costs the most.
    Stems in this text only are skipped: they find nothing.
    """
    counts = Counter(
        stem_word(form, language) for form in word_forms(f"{title} {text}") if len(form) >= MIN_WORD_CHARACTERS
    )
    limited = f"SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT {most})"
    known = {term: db.execute(limited, (_match_any([term]),)).fetchone()[0] for term in counts}
    weights = {term: count / log(2 + known[term]) for term, count in counts.items() if 1 < known[term] < most}
    return sorted(weights, key=lambda term: (-weights[term], term))[:MAX_TELLING_WORDS]


def _match_any(terms: list[str]) -> str:
    """Return the FTS5 expression for documents with any of these stems."""
    return "{title text} : (" + " OR ".join(f'"{term}"' for term in terms) + ")"


StemAndLanguage = tuple[str, str]  # a stem, or a form, and its language


class TypicalWord(NamedTuple):
    """A word in its most frequent form, its language, and its keyness."""

    word: str
    language: str
    weight: float


def find_typical_words(db: sqlite3.Connection, run: QueryRun, rest: QueryRun, limit: int) -> list[tuple[str, int]]:
    """Return (word, hits with the word) for words more frequent in the hits than in the rest of the scope.

    Reads samples of texts within the scope, one text per letter.
    """
    asked = {form for leaf in query_terms(run.query.node) for form in word_forms(leaf)}
    others = np.setdiff1d(rest.ids, run.ids, assume_unique=True)
    words = _significant_words(_sample_texts(db, run.columns, run.ids), _sample_texts(db, run.columns, others), asked)[
        :limit
    ]
    hits = np.zeros(len(run.columns.letter), bool)
    hits[run.ids] = True
    return [(each.word, _count_hits_with_word(db, run, hits, each)) for each in words]


def _sample_texts(db: sqlite3.Connection, columns: DocumentColumns, ids: IntArray) -> list[tuple[str, str]]:
    """Read an evenly spaced sample of texts, one per letter, as (text, language)."""
    _letters, first = np.unique(columns.letter[ids], return_index=True)
    ids = ids[first]
    if len(ids) > TYPICAL_SAMPLE_TEXTS:
        ids = ids[np.linspace(0, len(ids) - 1, TYPICAL_SAMPLE_TEXTS).astype(np.int64)]
    listed = ",".join(map(str, ids.tolist()))
    rows = db.execute(f"SELECT title, text, language FROM texts WHERE id IN ({listed})")
    return [(f"{title} {text}", language) for title, text, language in rows]


def _significant_words(found: list[tuple[str, str]], rest: list[tuple[str, str]], asked: set[str]) -> list[TypicalWord]:
    """Return the words with significant keyness, highest first; words of the query are left out."""
    here, typed = _document_counts(found)
    there, _typed = _document_counts(rest)
    skipped = {stem_word(form, language) for form in asked for _text, language in found} | asked
    words = (
        TypicalWord(typed[term, language], language, keyness(count, len(found), there[term, language], len(rest)))
        for (term, language), count in here.items()
        if count >= MIN_TEXTS_WITH_WORD and term not in skipped
    )
    return sorted(
        (each for each in words if each.weight >= SIGNIFICANT_KEYNESS), key=lambda each: (-each.weight, each.word)
    )


class StemCache(dict[str, StemAndLanguage]):
    """The stem of each form of one language, computed once."""

    def __init__(self, language: str):
        self.language = language

    def __missing__(self, form: str) -> StemAndLanguage:
        self[form] = found = (stem_word(form, self.language), self.language)
        return found


def _document_counts(texts: list[tuple[str, str]]) -> tuple[Counter[StemAndLanguage], dict[StemAndLanguage, str]]:
    """Return the number of texts with each stem, and the most frequent form of each stem."""
    counts = Counter[StemAndLanguage]()
    stems = {language: StemCache(language) for _text, language in texts}
    typed = {language: Counter[str]() for language in stems}
    for text, language in texts:
        here = {form for form in word_forms(text) if len(form) >= MIN_WORD_CHARACTERS}
        typed[language].update(here)
        counts.update(set(map(stems[language].__getitem__, here)))
    commonest = {
        stems[language][form]: form
        for language, known in typed.items()
        for form, _count in reversed(known.most_common())
    }
    return counts, commonest


def _count_hits_with_word(db: sqlite3.Connection, run: QueryRun, hits: Any, each: TypicalWord) -> int:
    """Count the hits (a mask by id) that a search for the word within the result would find."""
    rows = db.execute("SELECT rowid FROM words WHERE words MATCH ?", (fts5_expression(Word(each.word), run.languages),))
    ids = np.fromiter(chain.from_iterable(rows), np.int64) & ID_MASK
    return int(hits[ids].sum())
