"""How far two readers of the same text agree, clause by clause.

A low figure is a fault of a clause's wording, not of a person: nobody is compared with anybody by name.
Krippendorff's alpha (Content Analysis, 4th edition, chapter 12) is 1 for perfect agreement and 0 for what chance would
bring about.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import krippendorff
import numpy as np

MIN_PAIRS = 10  # pairs before a figure is given at all,
MIN_PAIRS_FOR_ALARM = 30  # and before it may raise an alarm
BOOTSTRAP_RESAMPLES = 1000
INTERVAL_PERCENTILES = (2.5, 97.5)  # per cent
LOW_ALPHA = 0.4

Rating = frozenset[str]  # the clauses under which one reader would restrict a text; empty: publish it
RatingPair = tuple[Rating, Rating]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha for one clause with its 95 % interval; None where there is too little to say."""

    clause: str
    pairs: int  # texts that two people read and at least one put under the clause
    alpha: float | None
    low: float | None
    high: float | None

    @property
    def worrying(self) -> bool:
        """Return whether the wording of the clause deserves another look."""
        return self.pairs >= MIN_PAIRS_FOR_ALARM and self.high is not None and self.high < LOW_ALPHA


def agreement_on(clause: str, pairs: Sequence[RatingPair], *, interval: bool = True) -> Agreement:
    """Return how far readers agree whether texts fall under a clause; `pairs` holds every text that two people read.

    Drawing the interval takes a tenth of a second; without it there is the figure alone.
    """
    values = np.array([[clause in first, clause in second] for first, second in pairs], dtype=int).reshape(-1, 2)
    used = int(values.any(axis=1).sum())
    if used < MIN_PAIRS:
        return Agreement(clause, used, None, None, None)
    point = alpha(values)
    if not interval:
        return Agreement(clause, used, None if point is None else round(point, 2), None, None)
    drawn = [each for rows in _resamples(len(values)) if (each := alpha(values[rows])) is not None]
    if point is None or not drawn:
        return Agreement(clause, used, None, None, None)
    low, high = np.percentile(drawn, INTERVAL_PERCENTILES)
    return Agreement(clause, used, round(point, 3), round(float(low), 3), round(float(high), 3))


def alpha(values: "np.ndarray") -> float | None:
    """Return nominal alpha for rows of two readings; None when every value is the same, so that nothing can vary."""
    if values.min() == values.max():
        return None
    return float(krippendorff.alpha(values.T, level_of_measurement="nominal"))


def _resamples(count: int) -> list[list[int]]:
    """Return the same rows drawn anew, time and again; the same draw for the same number of rows."""
    draw = random.Random(count)  # noqa: S311 - a sample, not a secret
    return [draw.choices(range(count), k=count) for _time in range(BOOTSTRAP_RESAMPLES)]
