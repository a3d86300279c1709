"""Lists of words, and how one is found in a text whatever its disguise."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import ahocorasick

from moderation.text.normalised import REPEATED_LETTER, VOWEL_MASKS, Text

WORD_LISTS_FOLDER = Path(__file__).parent.parent / "words"
WIDE_SCRIPTS_FROM = "\u2e80"  # Chinese, Japanese and Korean put no spaces between words.

# In a masked word a star stands for any letter, the other signs for one vowel.
STAR_INSIDE = re.compile(r"\*+\w|\*\*")
VOWELS = "aeiou"
AMBIGUOUS_I_OR_L = re.compile(r"[1|!]")  # Stands for i or l, in one word perhaps for both.


@dataclass(frozen=True, slots=True)
class Word:
    """One listed word or phrase, folded."""

    text: str
    severity: int
    category: str
    explanation: str
    advice: str = ""


@lru_cache
def load_words(name: str) -> tuple[Word, ...]:
    """Read the list `words/<name>.toml`; raise ValueError when there is none."""
    path = WORD_LISTS_FOLDER / f"{name}.toml"
    if not re.fullmatch(r"[a-z-]+", name) or not path.is_file():
        raise ValueError(f"there is no list of words called {name}")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    explanations, advice = data["explanations"], data.get("advice", {})
    return tuple(
        Word(text, row["severity"], row["category"], explanations[row["category"]], advice.get(row["category"], ""))
        for row in data["words"]
        for text in (row["text"], *(row["text"] + ending for ending in row.get("endings", ())))
    )


def _forms(word: Word) -> Iterator[Word]:
    """Yield the word as folded text has it; a phrase also written as one."""
    text = Text(word.text).base.form
    yield replace(word, text=text)
    if " " in text:
        yield replace(word, text=text.replace(" ", ""))


def _stretched(text: str) -> re.Pattern[str]:
    """Return a pattern for a word with any of its letters repeated, but none of them lost."""
    runs = re.finditer(r"(.)\1*", text)
    return re.compile("".join(f"{re.escape(run[1])}{{{len(run[0])},}}" for run in runs))


def _is_bounded(form: str, start: int, end: int) -> bool:
    """Say whether form[start:end] stands as a word of its own."""
    before = start > 0 and form[start - 1].isalnum() and form[start] < WIDE_SCRIPTS_FROM
    after = end < len(form) and form[end].isalnum() and form[end - 1] < WIDE_SCRIPTS_FROM
    return not (before or after)


def _automaton(keys: dict[str, Word]) -> ahocorasick.Automaton:
    found = ahocorasick.Automaton()
    for key, word in keys.items():
        found.add_word(key, (len(key), word))
    found.make_automaton()
    return found


def _occurrences(automaton: ahocorasick.Automaton, form: str) -> Iterator[tuple[int, int, Word]]:
    for last, (length, word) in automaton.iter(form):
        if _is_bounded(form, last + 1 - length, last + 1):
            yield last + 1 - length, last + 1, word


class WordList:
    """Listed words, compiled once and found as whole words only."""

    def __init__(self, words: Iterable[Word]):
        self.words = {form.text: form for word in words for form in _forms(word)}
        self._exact = _automaton(self.words)
        both = {text: word for text, word in self.words.items() if "i" in text and "l" in text}
        self._levelled = _automaton({text.replace("l", "i"): word for text, word in both.items()})
        self._collapsed = _automaton({REPEATED_LETTER.sub(r"\1", t): w for t, w in self.words.items()})
        self._masked: dict[tuple[int, str], list[Word]] = defaultdict(list)
        for text, word in self.words.items():
            self._masked[len(text), text[0]].append(word)

    def find(self, text: Text) -> list[tuple[int, int, Word]]:
        """Return the raw span of every listed word, in order; of two at one place, the longer."""
        if not self.words:
            return []
        found = {(start, end): word for start, end, word in self._everything(text)}
        kept: list[tuple[int, int, Word]] = []
        for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
            if not kept or end > kept[-1][1]:
                kept.append((start, end, found[start, end]))
        return kept

    def _everything(self, text: Text) -> Iterator[tuple[int, int, Word]]:
        for reading in text.readings:
            for start, end, word in _occurrences(self._exact, reading.form):
                yield *reading.span(start, end), word
        yield from self._find_levelled(text)
        yield from self._find_stretched(text)
        yield from self._find_masked(text)

    def _find_levelled(self, text: Text) -> Iterator[tuple[int, int, Word]]:
        """Find words with both i and l in which the same sign stands for either."""
        if not self._levelled or not AMBIGUOUS_I_OR_L.search(text.joined.form):
            return
        for start, end, word in _occurrences(self._levelled, text.levelled.form):
            if _may_be(text.joined.form[start:end], word.text):
                yield *text.levelled.span(start, end), word

    def _find_stretched(self, text: Text) -> Iterator[tuple[int, int, Word]]:
        """Find fuuuck and shiiit; "as" is not a listed word with a letter missing."""
        if text.collapsed is text.unmasked:
            return
        for start, end, word in _occurrences(self._collapsed, text.collapsed.form):
            raw_start, raw_end = text.collapsed.span(start, end)
            written = Text(text.raw[raw_start:raw_end]).folded
            # A doubled last letter alone makes another word or a name too often.
            if written != word.text + word.text[-1] and _stretched(word.text).fullmatch(written):
                yield raw_start, raw_end, word

    def _find_masked(self, text: Text) -> Iterator[tuple[int, int, Word]]:
        for start, token in text.masked:
            for word in self._masked.get((len(token), token[0]), ()):
                if _is_masked(token, word.text):
                    yield *text.base.span(start, start + len(token)), word
                    break


def _may_be(written: str, word: str) -> bool:
    """Say whether what stands where the word has i or l is that letter, or a sign for it."""
    pairs = zip(written, word, strict=True)
    return all(seen == letter or seen not in "il" for seen, letter in pairs if letter in "il")


def _is_masked(token: str, word: str) -> bool:
    """Say whether the token is the word with some letters hidden, enough of them left to know it."""
    visible = sum(letter.isalpha() for letter in token)
    if (visible < 2 and len(token) < 4) or ("*" in token and not STAR_INSIDE.search(token)):
        return False
    return all(
        seen == letter or seen == "*" or (seen in VOWEL_MASKS and letter in VOWELS)
        for seen, letter in zip(token, word, strict=True)
    )
