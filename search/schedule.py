"""Steps of the background worker for search."""

import logging
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from portal.jobs import worker
from search.desk.alerts import alert, due_searches
from search.exports.jobs import delete_expired_files, run_exports
from search.index.indices import both_indices
from search.index.purge import purge_after_erasures
from search.index.rebuild_job import run_rebuilds
from search.index.relay import bring_up_to_date, relay_batch
from search.index.verify import verify_and_store
from search.models import Verification

logger = logging.getLogger(__name__)
VERIFY_HOURS = range(1, 5)  # o'clock, in the agency's time zone: when a comparison disturbs nobody
VERIFY_INTERVAL = timedelta(hours=23)  # between two comparisons, give or take


@worker.step(every=1)
def relay_changes():
    """Relay lagging rows; readers of an embedded index do so too, for a moment, so that they find what just came in."""
    while not worker.stopping() and relay_batch():
        pass


@worker.step(every=3600)
def drop_old_generations():
    """Delete generations that a rebuild replaced a day ago; an embedded index replaces its file at once."""
    for index in both_indices():
        index.engine.delete_retired()


worker.step(every=3600)(purge_after_erasures)
worker.step(every=1)(run_exports)
worker.step(every=2)(run_rebuilds)
worker.step(every=60)(delete_expired_files)


@worker.step(every=900)
def verify_nightly():
    """Compare indices and database once a night; log drift."""
    last = Verification.latest_whole()
    if timezone.localtime().hour in VERIFY_HOURS and (
        last is None or timezone.now() - last.finished_at > VERIFY_INTERVAL
    ):
        with suppress(worker.Stopped):
            log_drift(verify_and_store(stop_if_asked))


def log_drift(reports):
    """Log an error for each index that differs from the database."""
    for name, report in reports.items():
        if report.drift:
            logger.error("The %s index has drifted on %s submissions: search_verify --repair.", name, len(report.drift))


def stop_if_asked():
    """Abort the comparison between two rows when the process should stop; it starts over next time."""
    if worker.stopping():
        raise worker.Stopped


@worker.step(every=60)
def send_alerts():
    """Send alerts for new matches of saved searches, after relaying to an embedded index."""
    waiting = list(due_searches())
    if waiting:
        bring_up_to_date(seconds=20)
    for saved in waiting:
        if worker.stopping():
            return
        alert(saved)
