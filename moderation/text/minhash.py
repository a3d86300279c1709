"""Sketches of texts: near-copies are found by equal numbers, without comparing every text with every other.

A text becomes the set of its runs of three words. Each of many hash functions keeps the smallest value of the set, so
two texts share it with the probability that a run of one is a run of the other, too (MinHash, Broder 1997). A band
is two such values together: with 16 bands a letter of which one word in seven was changed nearly always shares one,
and two comments about the same thing hardly ever.
"""

from collections import Counter
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import token_set_ratio

# Stored bands stay valid only while none of these changes.
WORDS_PER_RUN = 3
MIN_SKETCH_WORDS = 12
BAND_COUNT = 16
ROWS_PER_BAND = 2
_SEEDS = np.random.PCG64(20270301).random_raw(
    WORDS_PER_RUN + 2 * BAND_COUNT * ROWS_PER_BAND
)  # NumPy promises this stream for ever.
_PLACES = _SEEDS[:WORDS_PER_RUN] | np.uint64(1)  # odd, so that multiplying loses nothing
_FACTORS = _SEEDS[WORDS_PER_RUN : WORDS_PER_RUN + BAND_COUNT * ROWS_PER_BAND, None] | np.uint64(1)
_SHIFTS = _SEEDS[WORDS_PER_RUN + BAND_COUNT * ROWS_PER_BAND :, None]
_HALF = np.uint64(32)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)

MIN_TOKEN_SET_RATIO = 75  # of 100: tried on letters with up to three words in ten changed
MIN_LENGTH_SHARE = 0.5  # A sentence inside a long letter is no copy of it.
# A text of few words is half made of what many people write: “ring 0491 570 006 about it”.
FEW_WORDS, MIN_SHARED_OF_FEW = 30, 0.75

Hashes = NDArray[np.uint64]


def bands(words: Sequence[str]) -> tuple[int, ...]:
    """Return the sketch of a text's words: 16 signed 64-bit numbers, or none for a text too short to tell.

    Texts that have one of them in common are worth comparing with `alike`.
    """
    if len(words) < MIN_SKETCH_WORDS:
        return ()
    lowest = (_mixed(_FACTORS * _runs(words) + _SHIFTS)).min(axis=1).reshape(BAND_COUNT, ROWS_PER_BAND)
    together = _mixed(lowest[:, 0] * _GOLDEN + lowest[:, 1]) + np.arange(BAND_COUNT, dtype=np.uint64)
    return tuple(together.view(np.int64).tolist())


def _runs(words: Sequence[str]) -> Hashes:
    """Return a number for each run of three words."""
    each = np.array([crc32(word.encode()) for word in words], dtype=np.uint64)
    last = len(words) - WORDS_PER_RUN + 1
    return _mixed(sum(each[at : at + last] * place for at, place in enumerate(_PLACES)))


def _mixed(values: Hashes) -> Hashes:
    """Spread every bit over the lower half, where the multiplication left little."""
    values = (values ^ (values >> _HALF)) * _GOLDEN
    return values ^ (values >> _HALF)


def alike(words: Sequence[str], others: Sequence[str]) -> bool:
    """Say whether two texts, as their words, are nearly the same; a short one inside a long one is not."""
    shorter, longer = sorted((len(words), len(others)))
    if shorter < MIN_SKETCH_WORDS or shorter < MIN_LENGTH_SHARE * longer:
        return False
    if shorter < FEW_WORDS and (Counter(words) & Counter(others)).total() < MIN_SHARED_OF_FEW * shorter:
        return False
    return token_set_ratio(" ".join(words), " ".join(others), score_cutoff=MIN_TOKEN_SET_RATIO) >= MIN_TOKEN_SET_RATIO
