"""What search does beside the web process."""

from portal import worker
from search.alerts import alert, due
from search.engines import engine
from search.relay import catch_up, relay


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


@worker.step(every=60)
def tell_officers():
    """Write to officers about new matches of what they saved; the embedded index hears of them first."""
    waiting = list(due())
    if waiting:
        catch_up(seconds=20)
    for saved in waiting:
        if worker.stopping():
            return
        alert(saved)
