"""How often one network address may ask."""

import time

from django.conf import settings
from django.core.cache import cache

from consultations.identity import person_key
from consultations.suspicion import network_address

WINDOW = 60  # seconds


def seconds_to_wait(request) -> int:
    """Count one more request from an address; return how long it has to wait, 0 while it is within its share.

    Only a keyed hash of the address is kept, for a minute.
    """
    window, gone = divmod(int(time.time()), WINDOW)
    key = f"api:{window}:{person_key('network', network_address(request))}"
    cache.add(key, 0, WINDOW)
    try:
        asked = cache.incr(key)
    except ValueError:  # It ran out between the two calls.
        asked = 1
    return WINDOW - gone if asked > settings.API_REQUESTS_PER_MINUTE else 0
