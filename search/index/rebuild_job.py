"""Rebuilds as jobs: asked for on the status page and run by the worker, or run by the command."""

from time import monotonic

from portal.jobs.models import Heartbeat
from portal.jobs.runner import JobKind, run_pending
from search.index.rebuild import count_rows_to_read, rebuild_indices
from search.language.query import SearchUnavailable
from search.models import Rebuild


def run_rebuild(job: Rebuild, heart: Heartbeat) -> None:
    """Run a claimed rebuild; an index that is stopped or cancelled before its swap stays as it was."""
    began, total, read = monotonic(), count_rows_to_read(), 0
    heart.beat(now=True, total=total)

    def on_read(count: int) -> None:
        nonlocal read
        read += count
        heart.beat(read=read, total=max(total, read))

    read = rebuild_indices(on_read)
    job.finish(read=read, total=read, seconds=round(monotonic() - began, 3))


REBUILDS = JobKind(Rebuild, run_rebuild, expected_errors={SearchUnavailable: "%s"})


def run_rebuilds() -> int:
    """Run the waiting rebuilds; return how many were run."""
    return run_pending(REBUILDS)
