"""Detects formal features of a text: repetition, capitals, emptiness and length."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from moderation.detectors.registry import Context, Match, detector
from moderation.text.normalised import WORD_PATTERN, Text

MAX_PHRASE_WORDS = 6
MIN_FILLING_WORDS = 12
MIN_FILLING_CHARACTERS = 4
# A smile says something.
LETTERS_OR_SYMBOLS = re.compile(r"[^\W_]|[:;=8][-'o^~]?[)(\]\[/\\|*]|[)(\]\[][-'o^~]?[:;=]|<3|\^_*\^|-_+-|>_+<")


def _loops(words: tuple[str, ...], times: int) -> Iterator[tuple[int, int]]:
    """Yield (first word, one past the last) of each phrase said over and over, the shortest phrases first."""
    for size in range(1, MAX_PHRASE_WORDS + 1):
        run = 0
        for at in range(size, len(words) + 1):
            if at < len(words) and words[at] == words[at - size]:
                run += 1
                continue
            if run >= size * (times - 1):
                yield at - run - size, at
            run = 0


@detector()
def repeated_words(text: Text, context: Context, *, times: int = 4, share: float = 0.5) -> Iterator[Match]:
    """Find a phrase said `times` over in a row, or a text of which one long word makes up the share."""
    words = text.words
    if len(words) < times:
        return
    word, count = Counter(words).most_common(1)[0]
    if count < times:
        return
    if loop := next(_loops(words, times), None):
        places = [m.span() for m in WORD_PATTERN.finditer(text.folded)]
        yield Match(*text.span(places[loop[0]][0], places[loop[1] - 1][1]), "Says the same over and over.")
    elif len(words) >= MIN_FILLING_WORDS and len(word) >= MIN_FILLING_CHARACTERS and count > share * len(words):
        yield Match(0, len(text.raw), "Uses one word over and over.")


@detector()
def shouting(text: Text, context: Context, *, share: float = 0.7, minimum_letters: int = 25) -> Iterator[Match]:
    """Find a text written mostly in capitals."""
    capitals = sum(map(str.isupper, text.raw))
    if capitals < share * minimum_letters:
        return
    letters = sum(map(str.isalpha, text.raw))
    if letters >= minimum_letters and capitals >= share * letters:
        yield Match(0, len(text.raw), "Written mostly in capital letters.")


def _says_something(raw: str) -> bool:
    return bool(LETTERS_OR_SYMBOLS.search(raw)) or any(unicodedata.category(c) == "So" for c in raw)


@detector(fields=("text",))
def empty(text: Text, context: Context) -> Iterator[Match]:
    """Find a text of spaces and punctuation only; an emoji counts as content."""
    if not _says_something(text.raw):
        yield Match(0, len(text.raw), "Has no words.")


@detector(fields=("text",))
def too_long(text: Text, context: Context) -> Iterator[Match]:
    """Find a text longer than the consultation allows, in characters."""
    if len(text.raw) > context.maximum_length:
        yield Match(
            context.maximum_length,
            len(text.raw),
            f"Longer than {context.maximum_length:,} characters.",
        )
