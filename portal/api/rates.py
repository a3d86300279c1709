"""How often one network may read open data or search. Reading writes no row, so these are counted in the cache."""

import time
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache

from portal.accounts.visitors import person_key
from portal.http.client_address import network_of

WINDOW_SECONDS = 60  # seconds


class Share(NamedTuple):
    """How much of its share an address has used up."""

    most: int
    asked: int
    resets_in: int  # seconds

    @property
    def wait(self) -> int:
        """Return how long to wait in seconds, 0 while something is left."""
        return self.resets_in if self.asked > self.most else 0

    @property
    def headers(self) -> dict[str, str]:
        """Return it as the IETF's draft on RateLimit header fields has it: q asked in w seconds; r left, anew in t."""
        left = max(self.most - self.asked, 0)
        return {
            "RateLimit-Policy": f'"address";q={self.most};w={WINDOW_SECONDS}',
            "RateLimit": f'"address";r={left};t={self.resets_in}',
        }


def share_of(request, what: str = "api", most: int | None = None) -> Share:
    """Count one more request from a network, for what is asked; only a keyed hash of it is kept, for a minute."""
    window, gone = divmod(int(time.time()), WINDOW_SECONDS)
    key = f"{what}:{window}:{person_key('network', network_of(request))}"
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        asked = cache.incr(key)
    except ValueError:  # It ran out between the two calls.
        asked = 1
    allowed = settings.API_REQUESTS_PER_MINUTE if most is None else most
    return Share(allowed, asked, WINDOW_SECONDS - gone)
