"""Agreement between two raters of the same text, for each clause.

A low value points at a clause's wording, not at a person: no figure is computed for a named moderator.
Krippendorff's alpha (Content Analysis, 4th edition, chapter 12) is 1 for perfect agreement and 0 for agreement by
chance.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MIN_PAIRS = 10  # below, no alpha is computed
MIN_PAIRS_FOR_ALARM = 30  # below, a low alpha raises no alarm
BOOTSTRAP_RESAMPLES = 1000
INTERVAL_PERCENTILES = (2.5, 97.5)  # per cent
LOW_ALPHA = 0.4

Rating = frozenset[str]  # clauses under which one rater would restrict a text; empty: publish
RatingPair = tuple[Rating, Rating]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha of a clause with its 95 % interval; None when there are too few pairs."""

    clause: str
    pairs: int  # texts that at least one of two raters put under the clause
    alpha: float | None
    low: float | None
    high: float | None

    @property
    def worrying(self) -> bool:
        """Return whether the whole interval lies below `LOW_ALPHA`: the clause's wording needs review."""
        return self.pairs >= MIN_PAIRS_FOR_ALARM and self.high is not None and self.high < LOW_ALPHA


def agreement_on(clause: str, pairs: Sequence[RatingPair], *, interval: bool = True) -> Agreement:
    """Return the agreement on a clause; `pairs` holds both ratings of every text that two people rated.

    The bootstrap interval takes a tenth of a second; with `interval=False` only alpha is computed.
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
    """Return nominal alpha for rows of two ratings, 0 or 1; None when all are equal, where it is undefined."""
    ratings, ones = values.size, int(values.sum())
    if ones in (0, ratings):
        return None
    observed = np.count_nonzero(values[:, 0] != values[:, 1]) / len(values)
    by_chance = 2 * ones * (ratings - ones) / (ratings * (ratings - 1))
    return float(1 - observed / by_chance)


def _resamples(count: int) -> list[list[int]]:
    """Return bootstrap samples of row numbers; the same for the same number of rows."""
    draw = random.Random(count)  # noqa: S311 - a sample, not a secret
    return [draw.choices(range(count), k=count) for _time in range(BOOTSTRAP_RESAMPLES)]
