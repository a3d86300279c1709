"""What search does beside the web process."""

from portal import worker
from search.engines import engine
from search.relay import relay


@worker.step(every=1)
def keep_up():
    """Send to the index what changed; the embedded one is brought up to date by who reads it."""
    index = engine()
    while not index.embedded and not worker.stopping() and relay(index):
        pass
