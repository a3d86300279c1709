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
# Thai, Lao, Burmese, Khmer, Chinese, Japanese and Korean put no spaces between words.
SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\U0010ffff]")

# A number plate, a postcode, a room: its digits stand for themselves.
CODE = re.compile(r"(?=.*\d)[A-Z\d]+")
CODE_BEFORE = re.compile(
    r"(?:\b[A-Z\d]*\d[A-Z\d]*[ -]"
    r"|(?i:\b(?:plates?|postcodes?|rego|registration|number|room|flat|unit|permit|code|class|route|bus|form|kennzeichen)\b)(?:\W+\w+){0,2}\W+)$"
)
PLATE_LETTERS, PLATE_DIGITS = re.compile(r"[A-Z]{2,4}"), re.compile(r"[ -]?\d{2,4}\b")
BRITISH_PLATE = re.compile(r"[A-Z]{2}\d\d ?[A-Z]{3}\b")
CODE_AFTER = re.compile(r"[ -](?=[A-Z]*\d)[A-Z\d]{2,4}\b")
MAX_SURNAME_LETTERS = 5
SURNAME = re.compile(r"[^\W\d_a-z][a-z]+")
FEW_WORDS = 3  # Nothing can be told from fewer.
# Frequent words of a language that are none in the others that people write here.
COMMON_WORDS = {
    "en": frozenset(
        "the and not any want you your yours this that they them these those with have who what when where why "
        "would should could our their from people because again every never please stop shut hate his she him get "
        "gets go going back these been bloody fucking stupid dirty filthy".split()
    ),
    "de": frozenset("der die das und ist nicht ein eine du ihr sie ich wir sind hat wie so den dem von".split()),
    "fr": frozenset("le la les et est un une des vous tu ce cette que qui de du il elle sont".split()),
    "es": frozenset("el la los las y es un una que de del usted eres son este esta tu su".split()),
}
# Frequent words that are none in English: a text with one is in another language.
WORDS_ELSEWHERE = frozenset(
    "et en og er til det som pa av ikke vi har med att inte och ar der das und ist ein eine wir fur le la les des "
    "une est du el los mi de y que il un una di che per con het een van voor si na nie jest ja ei o".split()
)

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
    languages: tuple[str, ...] = ()  # the only ones in which it is meant; elsewhere it is another word


@lru_cache
def load_words(name: str) -> tuple[Word, ...]:
    """Read the list `words/<name>.toml`; raise ValueError when there is none."""
    path = WORD_LISTS_FOLDER / f"{name}.toml"
    if not re.fullmatch(r"[a-z-]+", name) or not path.is_file():
        raise ValueError(f"there is no list of words called {name}")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    explanations, advice = data["explanations"], data.get("advice", {})
    return tuple(
        Word(
            text,
            row["severity"],
            row["category"],
            explanations[row["category"]],
            advice.get(row["category"], ""),
            tuple(row.get("languages", ())),
        )
        for row in data["words"]
        for text in (row["text"], *(row["text"] + ending for ending in row.get("endings", ())))
    )


def is_spoken(word: Word, text: Text, language: str) -> bool:
    """Say whether a word is one of the text's language: a guess is often wrong, so a longer text sounds like it."""
    if not word.languages:
        return True
    if language and language.split("-")[0] not in word.languages:
        return False
    words = text.vocabulary
    sounds_like_it = any(not COMMON_WORDS[spoken].isdisjoint(words) for spoken in word.languages)
    return sounds_like_it or len(text.words) <= FEW_WORDS or WORDS_ELSEWHERE.isdisjoint(words)


def _forms(word: Word) -> Iterator[Word]:
    """Yield the word as folded text has it; a phrase also written as one."""
    text = Text(word.text).base.form
    yield replace(word, text=text)
    if " " in text:
        yield replace(word, text=text.replace(" ", ""))


def _together(word: Word, other: Word) -> Word:
    """Return a word that two languages have, as a word of both."""
    anywhere = not (word.languages and other.languages)
    return replace(other, languages=() if anywhere else tuple(dict.fromkeys(word.languages + other.languages)))


def _stretched(text: str) -> re.Pattern[str]:
    """Return a pattern for a word with any of its letters repeated, but none of them lost."""
    runs = re.finditer(r"(.)\1*", text)
    return re.compile("".join(f"{re.escape(run[1])}{{{len(run[0])},}}" for run in runs))


def _is_bounded(form: str, start: int, end: int) -> bool:
    """Say whether form[start:end] stands as a word of its own."""
    before = start > 0 and _goes_on(form[start - 1], form[start])
    return not (before or (end < len(form) and _goes_on(form[end - 1], form[end])))


def _is_code(raw: str, start: int, end: int) -> bool:
    """Say whether raw[start:end] is a part of a number plate or the like, and no word with digits for letters."""
    if (PLATE_LETTERS.fullmatch(raw, start, end) and PLATE_DIGITS.match(raw, end)) or BRITISH_PLATE.match(raw, start):
        return True
    return bool(CODE.fullmatch(raw, start, end)) and bool(
        CODE_AFTER.match(raw, end) or CODE_BEFORE.search(raw[max(start - 40, 0) : start])
    )


def _goes_on(letter: str, other: str) -> bool:
    """Say whether two neighbours may belong to one word."""
    return letter.isalnum() and other.isalnum() and not (SPACELESS.match(letter) or SPACELESS.match(other))


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
        self.words: dict[str, Word] = {}
        for form in (form for word in words for form in _forms(word)):
            self.words[form.text] = _together(self.words.get(form.text, form), form)
        self._exact = _automaton(self.words)
        both = {text: word for text, word in self.words.items() if "i" in text and "l" in text}
        self._levelled = _automaton({text.replace("l", "i"): word for text, word in both.items()})
        self._collapsed = _automaton({REPEATED_LETTER.sub(r"\1", t): w for t, w in self.words.items()})
        self._masked: dict[tuple[int, str], list[Word]] = defaultdict(list)
        self._parts: dict[tuple[int, str], list[str]] = defaultdict(list)  # words of phrases
        for text, word in self.words.items():
            self._masked[len(text), text[0]].append(word)
            for part in text.split() if " " in text else ():
                if part not in self._parts[len(part), part[0]]:
                    self._parts[len(part), part[0]].append(part)

    def find(self, text: Text) -> list[tuple[int, int, Word]]:
        """Return the raw span of every listed word, in order; of two at one place, the longer."""
        if not self.words:
            return []
        everything = self._everything(text)
        found = {(start, end): word for start, end, word in everything if not _is_code(text.raw, start, end)}
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
            # A doubled last letter alone makes another word or a name too often; of a short word, any doubled letter.
            is_short = len(word.text) <= MAX_SURNAME_LETTERS and len(written) == len(word.text) + 1
            is_surname = is_short and SURNAME.fullmatch(text.raw, raw_start, raw_end)
            is_other = is_surname or written == word.text + word.text[-1]
            if not is_other and _stretched(word.text).fullmatch(written):
                yield raw_start, raw_end, word

    def _find_masked(self, text: Text) -> Iterator[tuple[int, int, Word]]:
        for start, token in text.masked:
            for word in self._masked.get((len(token), token[0]), ()):
                if _is_masked(token, word.text):
                    yield *text.base.span(start, start + len(token)), word
                    break
        if text.masked and self._parts:
            yield from self._find_masked_phrases(text)

    def _find_masked_phrases(self, text: Text) -> Iterator[tuple[int, int, Word]]:
        """Find phrases of which some words are masked: each is taken for the first word of a phrase that it may be."""
        form = text.base.form
        for start, token in text.masked:
            parts = self._parts.get((len(token), token[0]), ())
            if meant := next((part for part in parts if _is_masked(token, part)), ""):
                form = form[:start] + meant + form[start + len(token) :]
        for start, end, word in _occurrences(self._exact, form):
            if " " in word.text:
                yield *text.base.span(start, end), word


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
