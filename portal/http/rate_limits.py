"""How often something may happen for one person, one account or one network, exact with any number of processes.

A limit is declared once, beside what it limits, and asked with whom it is about:

    SIGN_IN_FAILURES = RateLimit("sign_in_failures", most=10, window_seconds=600)
    if SIGN_IN_FAILURES.count(network_of(request)).is_over: …

A row holds a keyed hash and a number until its window ends; what was counted cannot be read back from it.
"""

import time
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection, models, transaction
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise

KEY_SALT_OF_LIMITS = "portal.rate_limit"
_limits: dict[str, "RateLimit"] = {}  # by name

# One statement, so that of two that count at the same moment each sees a number of its own. A window that has ended
# begins anew in the same row.
COUNT_ONE_EACH = """INSERT INTO portal_ratecount (key, name, number, ends_at) VALUES {rows}
    ON CONFLICT (key) DO UPDATE SET
        number = CASE WHEN portal_ratecount.ends_at <= %s THEN excluded.number
            ELSE portal_ratecount.number + excluded.number END,
        ends_at = CASE WHEN portal_ratecount.ends_at <= %s THEN excluded.ends_at ELSE portal_ratecount.ends_at END
    RETURNING key, number, ends_at
"""
ROW_OF_COUNT = "(%s, %s, %s, %s)"


class RateCount(models.Model):
    """How often one subject did one thing in the window that ends at `ends_at` (seconds since 1970)."""

    key = models.CharField(max_length=64, primary_key=True)  # keyed hash of the limit's name and the subject
    name = models.CharField(max_length=40)  # of the limit
    number = models.PositiveIntegerField()
    ends_at = models.BigIntegerField(db_index=True)

    def __str__(self):
        return f"{self.name}: {self.number}"

    @classmethod
    def clear_away(cls) -> None:
        """Delete the rows whose windows have ended."""
        cls.objects.filter(ends_at__lte=int(time.time())).delete()


class Tally(NamedTuple):
    """What was counted for one subject in its present window."""

    number: int
    most: int
    resets_in: int  # seconds

    @property
    def is_over(self) -> bool:
        """Return whether there were more than the limit lets pass."""
        return self.number > self.most

    @property
    def minutes_left(self) -> int:
        """Return the minutes until the window ends, rounded up, to tell somebody; one at least."""
        return max(-(-self.resets_in // 60), 1)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most so many of something for one subject, in a window that begins with the first of them."""

    name: str  # up to 40 letters; never the same for two limits
    most: int
    window_seconds: int
    label: str | Promise = field(default="", compare=False)  # what is counted for whom, if staff are told of it

    def __post_init__(self):
        _limits.setdefault(self.name, self)

    def key_of(self, subject: str) -> str:
        """Return the keyed hash under which a subject is counted."""
        return salted_hmac(KEY_SALT_OF_LIMITS, f"{self.name}:{subject}", algorithm="sha256").hexdigest()

    def count(self, subject: str) -> Tally:
        """Count one more, and return the tally with it; raise RuntimeError inside a transaction."""
        return count_together((self, subject))[0]

    def tally(self, subject: str) -> Tally:
        """Return what was counted so far, and count nothing."""
        now = int(time.time())
        found = RateCount.objects.filter(key=self.key_of(subject), ends_at__gt=now).first()
        return Tally(found.number, self.most, found.ends_at - now) if found else Tally(0, self.most, 0)

    def forget(self, subject: str) -> None:
        """Begin anew for a subject, such as an account whose owner gave the right password."""
        RateCount.objects.filter(key=self.key_of(subject)).delete()


Counted = tuple[RateLimit, str] | tuple[RateLimit, str, int]  # a limit, its subject, and how many if not one


def limits_by_name() -> dict[str, RateLimit]:
    """Return every limit that the site has."""
    return dict(_limits)


def count_together(*counted: Counted) -> list[Tally]:
    """Count one more for each limit and its subject, or as many as stand there, and return their tallies.

    Raises RuntimeError inside a transaction: what is rolled back would not have been counted, so that whoever makes the
    rest fail could try for ever.
    """
    with transaction.atomic(durable=True, savepoint=False):
        return count_with_rows(*counted)


def count_with_rows(*counted: Counted) -> list[Tally]:
    """Count as `count_together`, in the transaction that stores what is counted.

    For limits on rows only: what is rolled back was not stored, and need not count. Count last in the transaction, for
    on PostgreSQL others who count the same wait until it ends.
    """
    now = int(time.time())
    keys = [limit.key_of(subject) for limit, subject, *_number in counted]
    values: list[str | int] = []
    # Always in the same order, so that two that count the same do not wait for each other.
    for key, (limit, _subject, *number) in sorted(zip(keys, counted, strict=True), key=lambda pair: pair[0]):
        values += [key, limit.name, number[0] if number else 1, now + limit.window_seconds]
    statement = COUNT_ONE_EACH.format(rows=", ".join([ROW_OF_COUNT] * len(counted)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, now, now])
        found = {key: (number, ends_at) for key, number, ends_at in cursor.fetchall()}
    return [
        Tally(found[key][0], limit.most, found[key][1] - now)
        for key, (limit, *_rest) in zip(keys, counted, strict=True)
    ]
