"""What search does beside the web process."""

from portal import worker
from search.engines import engine
from search.jobs import clear_away, work_off
from search.relay import relay


@worker.step(every=1)
def keep_up():
    """Send to the index what changed; the embedded one is brought up to date by who reads it."""
    index = engine()
    while not index.embedded and not worker.stopping() and relay(index):
        pass


@worker.step(every=3600)
def drop_old_generations():
    """Delete what a rebuild replaced a day ago; the embedded index replaces its file at once."""
    index = engine()
    if not index.embedded:
        index.retire()


worker.step(every=1)(work_off)
worker.step(every=60)(clear_away)
