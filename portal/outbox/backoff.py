"""How long to wait between two tries: twice as long each time, up to a limit, and never for all in step."""

from datetime import timedelta
from random import uniform

FIRST_MESSAGE_DELAY = timedelta(seconds=15)
LONGEST_MESSAGE_DELAY = timedelta(hours=4)
MESSAGE_TRIES = 38  # nearly five days, as RFC 5321 advises
FIRST_PAUSE_DELAY = timedelta(seconds=5)
LONGEST_PAUSE_DELAY = timedelta(minutes=15)


def message_delay(tries):
    """Return how long one message waits that was put off so many times."""
    return grown(FIRST_MESSAGE_DELAY, LONGEST_MESSAGE_DELAY, tries)


def pause_delay(failures):
    """Return how long everything waits whose server was away so many times in a row."""
    return grown(FIRST_PAUSE_DELAY, LONGEST_PAUSE_DELAY, failures)


def grown(first, longest, times):
    """Return the delay after so many tries, give or take a quarter."""
    delay = min(first * 2 ** (min(times, 20) - 1), longest)
    return delay * uniform(0.75, 1.25)  # noqa: S311  (it spreads workers, and guards nothing)
