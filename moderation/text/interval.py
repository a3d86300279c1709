"""How sure a share is."""

from math import sqrt

NORMAL_QUANTILE_95 = 1.959964  # 95 of 100 intervals hold the true share


def wilson(count: int, of: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a share (Wilson 1927), which holds for few cases, too; None of nothing."""
    if not of:
        return None
    share, square = count / of, NORMAL_QUANTILE_95 * NORMAL_QUANTILE_95 / of
    middle = (share + square / 2) / (1 + square)
    reach = NORMAL_QUANTILE_95 * sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
