"""What search does beside the web process."""

import logging
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from portal.jobs import worker
from search.desk.alerts import alert, due
from search.engines.configured import engine
from search.exports.jobs import clear_away, run_exports
from search.index.indices import indices
from search.index.rebuild_job import run_rebuilds
from search.index.relay import catch_up, relay
from search.index.verify import verify_and_keep
from search.models import Verification

logger = logging.getLogger(__name__)
QUIET = range(1, 5)  # o'clock, in the agency's time zone: when a comparison disturbs nobody
LONGEST = timedelta(hours=23)  # between two comparisons, give or take


@worker.step(every=1)
def keep_up():
    """Send to the index what changed; the embedded one is brought up to date by who reads it."""
    while not engine().embedded and not worker.stopping() and relay():
        pass


@worker.step(every=3600)
def drop_old_generations():
    """Delete what a rebuild replaced a day ago; an embedded index replaces its file at once."""
    for index in indices():
        if not index.engine.embedded:
            index.engine.retire()


worker.step(every=1)(run_exports)
worker.step(every=2)(run_rebuilds)
worker.step(every=60)(clear_away)


@worker.step(every=900)
def prove():
    """Compare index and database once a night, and say so in the log when they drifted apart."""
    last = Verification.latest()
    if timezone.localtime().hour in QUIET and (last is None or timezone.now() - last.at > LONGEST):
        with suppress(worker.Stopped):
            warn_of(verify_and_keep(go_on))


def warn_of(reports):
    """Say in the log that an index and the database drifted apart."""
    for name, report in reports.items():
        if report.drift:
            logger.error("The %s index has drifted on %s submissions: search_verify --repair.", name, len(report.drift))


def go_on():
    """Stop between two rows when the process is to end; the next night, or start, begins anew."""
    if worker.stopping():
        raise worker.Stopped


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
