"""Patterns that an agency writes. RE2 only: it cannot be made to run for ever."""

from collections.abc import Iterator
from functools import lru_cache

import re2

from moderation.detectors.registry import Context, Match, detector
from moderation.text.normalised import Text


@lru_cache(maxsize=256)
def _compiled(pattern: str, case_sensitive: bool) -> "re2._Regexp":
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.log_errors = False
    return re2.compile(pattern, options=options)


def check_patterns(*, patterns: tuple[str, ...] = (), case_sensitive: bool = False) -> None:
    """Refuse a pattern that RE2 cannot read, or that matches everything."""
    if not patterns:
        raise ValueError("give at least one pattern")
    for pattern in patterns:
        try:
            matches_nothing = _compiled(pattern, case_sensitive).search("") is not None
        except re2.error as error:
            raise ValueError(f"RE2 cannot read the pattern {pattern}") from error
        if matches_nothing:
            raise ValueError(f"the pattern {pattern} matches an empty text, so it would match everything")


@detector(check=check_patterns)
def pattern(
    text: Text, context: Context, *, patterns: tuple[str, ...] = (), case_sensitive: bool = False
) -> Iterator[Match]:
    """Find what the agency's own patterns describe."""
    for each in patterns:
        for found in _compiled(each, case_sensitive).finditer(text.raw):
            start, end = found.span()
            yield Match(start, end, "Matches a pattern that we have listed.")
