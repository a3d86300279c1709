"""Work that goes on beside the web process until it is told to stop."""

import signal
from threading import Event

from django.db import close_old_connections

LONGEST_PAUSE = 60.0  # seconds


def watch(step, *, every, retry=(), say=print):
    """Call `step`, rest `every` seconds, and again, until SIGTERM or SIGINT; a signal ends it between two steps.

    An error among `retry` is said and answered by a longer rest, up to a minute; any other ends the process.
    """
    stop, pause = Event(), every
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_args: stop.set())
    say("Watching for changes.")
    while not stop.is_set():
        try:
            step()
            pause = every
        except retry as error:
            pause = min(pause * 2, LONGEST_PAUSE)
            say(f"{error} Next try in {pause:.0f} s.")
        if not stop.wait(pause):
            close_old_connections()  # the database may have been restarted meanwhile
