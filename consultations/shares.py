"""Shares: how many of how many made one choice."""

from dataclasses import dataclass

from django.utils.functional import Promise

SMALLEST_BASE = 5  # answers: under it a share says nothing, and a number says who


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a group made one choice."""

    label: str | Promise
    count: int
    base: int

    @property
    def per_cent(self):
        """Return the share in whole per cent; None when the base is too small to say it."""
        return round(100 * self.count / self.base) if self.base >= SMALLEST_BASE else None
