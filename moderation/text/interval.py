"""Confidence interval of a share."""

from math import sqrt

NORMAL_QUANTILE_95 = 1.959964  # two-sided 95 % quantile of the normal distribution


def wilson(count: int, of: int) -> tuple[float, float] | None:
    """Return the 95 % Wilson score interval of a share (Wilson 1927), valid for few cases too; None without cases."""
    if not of:
        return None
    share, square = count / of, NORMAL_QUANTILE_95 * NORMAL_QUANTILE_95 / of
    middle = (share + square / 2) / (1 + square)
    reach = NORMAL_QUANTILE_95 * sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
