"""Normalises a text for detectors: undoes disguised spellings and maps results back to the raw text."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property
from hashlib import sha256
from itertools import chain

from consultations.lookalikes import LETTER_FOLDING
from portal.word_difference import CJK

LEET_AS_I = str.maketrans("0123456789@$€|!+", "oizeasgtbgaseiit")
LEET_AS_L = LEET_AS_I | str.maketrans("1|!", "lll")
LEET_HINT = re.compile(r"[^\W\d_][0-9@$€|!+]|[0-9@$€|!+][^\W\d_]")
LEET_TOKEN = re.compile(r"[\w@$€|!+]+")
PUNCTUATION = "|!+"  # Read as letters inside a token, but not at its end.
LETTER = re.compile(r"[^\W\d_]")

# Three or more single characters with the same separator between them: s p a c e d, d.o.t.t.e.d.
SPELT_OUT = re.compile(
    r"(?<![\w@$])(?:[^\W_]|[@$])"
    r"([\W_]{1,3})(?:[^\W_]|[@$!])(?:\1(?:[^\W_]|[@$!]))*"
    r"\1(?:[^\W_]|[@$])(?![^\W_])"
)
SIGN = re.compile(r"[^\w\s\x00-\u02ff]")  # All pictures and foreign signs separate letters alike.
# Signs between letters: wo~rd, wo💥rd. An apostrophe belongs where it stands.
WEDGE = re.compile(r"[^\w\s']{1,3}(?=[^\W_])")
# f*ck, f**k, n****r: letters hidden behind signs.
MASKED = re.compile(r"(?<![\w*])[^\W\d_]+[*#%@_-][\w*#%@-]*")
MASK_HINT = re.compile(r"[*#%@_-]")
VOWEL_MASKS = "#%@_-"
REPEATED_LETTER = re.compile(r"([^\W\d_])\1+")

WORD_PATTERN = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")
MIN_COPY_WORDS = 6  # a postcard

# Six or more digits with little between them: what may be a telephone, card or tax number.
LONG_NUMBER = re.compile(r"\d(?:[ \t\u00a0().\-–/]{0,3}\d){5,}")


class Reading:
    """One way to read a text, with the way back to the raw one.

    `starts` gives the raw offset of each character of `form`, and of its end; it is worked out only when
    something was found.
    """

    __slots__ = ("_find_starts", "_starts", "form")

    def __init__(self, form: str, find_starts: Callable[[], Sequence[int]] | None = None):
        self.form = form
        self._find_starts = find_starts
        self._starts: Sequence[int] | None = None

    @property
    def starts(self) -> Sequence[int]:
        """Return the raw offset of each character, and of the end."""
        if self._starts is None:
            self._starts = self._find_starts() if self._find_starts else range(len(self.form) + 1)
        return self._starts

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw span of `form[start:end]`, with what was dropped inside and right after it."""
        starts = self.starts
        if start == end:
            return starts[start], starts[start]
        return starts[start], max(starts[end - 1] + 1, starts[end])

    def place(self, raw: int) -> int:
        """Return the position in the form of a raw offset, or of the next kept character."""
        return bisect_left(self.starts, raw)

    def places(self, start: int, end: int) -> tuple[int, int]:
        """Return the positions in the form of a raw span."""
        return self.place(start), self.place(end)

    def rewritten(self, form: str) -> "Reading":
        """Return a reading of the same length as this one."""
        return self if form == self.form else Reading(form, lambda: self.starts)

    def without(self, cuts: Sequence[tuple[int, int]]) -> "Reading":
        """Return this reading less the given spans of its form."""
        if not cuts:
            return self
        kept = [*zip([0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(self.form)], strict=True)]

        def starts() -> Sequence[int]:
            source = self.starts
            return [*chain.from_iterable(source[a:b] for a, b in kept), source[-1]]

        return Reading("".join([self.form[a:b] for a, b in kept]), starts)


def _base(raw: str) -> Reading:
    """Fold characters one by one: case, accents, width, lookalikes, invisible ones."""
    if raw.isascii():
        return Reading(raw.lower())

    def starts() -> Sequence[int]:
        lengths = (len(LETTER_FOLDING[ord(character)]) for character in raw)
        return [*chain.from_iterable([i] * length for i, length in enumerate(lengths)), len(raw)]

    return Reading(raw.translate(LETTER_FOLDING), starts)


def _joined(reading: Reading, *, first_apart: bool = False, last_apart: bool = False) -> Reading:
    """Close up words that are spelt out; an "a" or "i" at either end may be a word, and be left apart."""
    form = reading.form
    cuts: list[tuple[int, int]] = []
    for run in SPELT_OUT.finditer(form if form.isascii() else SIGN.sub("·", form)):
        width = len(run[1])
        gaps = [(at, at + width) for at in range(run.start() + 1, run.end() - 1, width + 1)]
        skip_first = first_apart and run[0][0] in "ai"
        skip_last = last_apart and run[0][-1] in "ai"
        cuts += gaps[skip_first : len(gaps) - skip_last]
    return reading.without(cuts)


def _unleeted(reading: Reading, table: dict[int, int]) -> Reading:
    """Read digits and signs as letters inside tokens that have letters."""
    if not LEET_HINT.search(reading.form):
        return reading

    def letters(found: re.Match[str]) -> str:
        token = found[0].rstrip(PUNCTUATION)
        return token.translate(table) + found[0][len(token) :] if LETTER.search(token) else found[0]

    return reading.rewritten(LEET_TOKEN.sub(letters, reading.form))


def _unwedged(reading: Reading) -> Reading:
    """Close up letters that have signs between them, but no space."""
    form = reading.form.replace("_", "-")
    gaps = (gap.span() for gap in WEDGE.finditer(form))
    return reading.without([(start, end) for start, end in gaps if start and form[start - 1].isalnum()])


def _collapsed(reading: Reading) -> Reading:
    """Write every repeated letter once."""
    return reading.without([(m.start() + 1, m.end()) for m in REPEATED_LETTER.finditer(reading.form)])


class Text:
    """A field of a submission in its normalised forms; each form is computed on first use."""

    def __init__(self, raw: str):
        self.raw = raw

    @cached_property
    def base(self) -> Reading:
        """The text with case, accents, width and lookalikes undone, letter by letter."""
        return _base(self.raw)

    @cached_property
    def joined(self) -> Reading:
        """The base with spelt-out words closed up."""
        return _joined(self.base)

    @cached_property
    def unmasked(self) -> Reading:
        """The reading behind `folded`: spelt-out words closed up, leet undone."""
        return _unleeted(self.joined, LEET_AS_I)

    @property
    def folded(self) -> str:
        """The text with every disguise undone but repeated letters."""
        return self.unmasked.form

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the raw text, in code points, behind `folded[start:end]`."""
        return self.unmasked.span(start, end)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every reading in which a listed word may stand; just one for a text without tricks."""
        unwedged = _unwedged(self.base)
        every = [self.base, self.unmasked, _unleeted(self.joined, LEET_AS_L)]
        if unwedged is not self.base:
            every.append(_unleeted(unwedged, LEET_AS_I))
        if self.joined is not self.base:
            for ends in ((True, False), (False, True), (True, True)):
                apart = _joined(self.base, first_apart=ends[0], last_apart=ends[1])
                every.append(_unleeted(apart, LEET_AS_I))
        return tuple({reading.form: reading for reading in every}.values())

    @cached_property
    def levelled(self) -> Reading:
        """The folded text with l written as i, for words in which one sign stands for both."""
        return self.unmasked.rewritten(self.folded.replace("l", "i"))

    @cached_property
    def collapsed(self) -> Reading:
        """The folded text with every repeated letter written once."""
        return _collapsed(self.unmasked)

    @cached_property
    def masked(self) -> tuple[tuple[int, str], ...]:
        """The words of the base with hidden letters, each with its place; a picture hides any letter, like a star."""
        form = self.base.form if self.base.form.isascii() else SIGN.sub("*", self.base.form)
        if not MASK_HINT.search(form):
            return ()
        return tuple((found.start(), found[0].rstrip(VOWEL_MASKS)) for found in MASKED.finditer(form))

    @cached_property
    def numbers(self) -> tuple[tuple[int, int], ...]:
        """The spans in the base of runs of six or more digits: a cheap first look for all kinds of numbers."""
        return tuple(found.span() for found in LONG_NUMBER.finditer(self.base.form))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The folded words; each Chinese, Japanese or Korean character counts as one."""
        return tuple(WORD_PATTERN.findall(self.folded))

    @property
    def plain_words(self) -> tuple[str, ...]:
        """The words as they are written, but for case, accents and lookalikes: 30km is no disguised word."""
        return tuple(WORD_PATTERN.findall(self.base.form))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The folded words, each once: a cheap first look for whatever needs one of several words."""
        return frozenset(self.words)


def fingerprint(raw: str) -> str:
    """Return a hash of a text's words, equal for copies; "" for a text too short to compare."""
    return words_fingerprint(Text(raw).words)


def words_fingerprint(words: Sequence[str]) -> str:
    """Return the fingerprint of a list of words."""
    if len(words) < MIN_COPY_WORDS:
        return ""
    return sha256(" ".join(words).encode()).hexdigest()[:32]
