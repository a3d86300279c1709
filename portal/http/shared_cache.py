"""Redis as the cache that web processes share: nothing in it is missed, so nothing fails while it is away.

A value is made anew, and whoever counts something begins again. After a failure nobody waits for it for some seconds.
"""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache.backends.redis import RedisCache

try:
    from redis import RedisError
except ImportError:  # only production has it
    RedisError = OSError  # type: ignore[misc,assignment]  # nothing else can be raised without it

logger = logging.getLogger(__name__)
REDIS_SECONDS = 0.5  # for a connection, and for an answer
REDIS_AWAY_SECONDS = 5  # after a failure


class ForgivingRedisCache(RedisCache):
    """Django's cache in Redis; a Redis that is away is an empty one."""

    def __init__(self, server: Any, params: dict[str, Any]):
        limits = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
        super().__init__(server, params | {"OPTIONS": limits | params.get("OPTIONS", {})})
        self.away_until = 0.0  # by the monotonic clock

    def attempt(self, ask: Callable[..., Any], instead: Any, *args: Any, **kwargs: Any) -> Any:
        """Return what Redis answers, or something instead while it is away."""
        if monotonic() < self.away_until:
            return instead
        try:
            return ask(*args, **kwargs)
        except (RedisError, OSError) as error:
            self.away_until = monotonic() + REDIS_AWAY_SECONDS
            logger.warning("Redis is away: %s", type(error).__name__)
            return instead

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Return whether the key was free; it is while Redis is away."""
        return bool(self.attempt(super().add, True, *args, **kwargs))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return a value, or the default."""
        return self.attempt(super().get, default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Keep a value, if possible."""
        self.attempt(super().set, None, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        """Return whether a value is kept for longer."""
        return bool(self.attempt(super().touch, False, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Return whether a value was deleted."""
        return bool(self.attempt(super().delete, False, *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """Return the values that are there."""
        found: dict[Any, Any] = self.attempt(super().get_many, {}, *args, **kwargs)
        return found

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        """Return whether a value is there."""
        return bool(self.attempt(super().has_key, False, *args, **kwargs))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Return the number that was counted; raise ValueError for one that is not there, as Django's does."""
        number = self.attempt(super().incr, None, key, delta, version)
        if number is None:
            raise ValueError(f"Key {key!r} not found.")
        return int(number)

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Keep values, if possible."""
        self.attempt(super().set_many, None, *args, **kwargs)
        return []

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        """Delete values, if possible."""
        self.attempt(super().delete_many, None, *args, **kwargs)

    def clear(self) -> None:
        """Empty it, whether it was away just now or not: somebody erased a text."""
        self.away_until = 0.0
        self.attempt(super().clear, None)
