"""What moderation does beside the web process."""

from moderation.redress import appeals, reports
from moderation.replay.job import run_replays
from moderation.retention.job import run_retentions, start_nightly_run, warn_owners_of_unused_accounts
from moderation.review.blind_reviews import schedule_blind_reviews
from moderation.review.import_job import delete_old_imports, run_imports
from moderation.review.returning import requeue_overdue
from moderation.review.staff_notifications import notify_of_danger, notify_of_late_cases
from moderation.screening.screen import sweep, unscreened
from portal.jobs import worker


@worker.step(every=30)
def screen_what_was_left():
    """Screen what was taken in while screening was broken."""
    if unscreened().exists():
        for _submission in sweep():
            if worker.stopping():
                return


@worker.step(every=60)
def put_back_overdue():
    """Put the cases back into the queue whose authors sent no other text in time."""
    for _case in requeue_overdue():
        if worker.stopping():
            return


@worker.step(every=30)
def settle_redress():
    """See to the appeals and reports about texts that nobody has to decide on any more."""
    appeals.settle_appeals()
    reports.settle_reports()


worker.step(every=5)(notify_of_danger)
worker.step(every=600)(notify_of_late_cases)
worker.step(every=600)(schedule_blind_reviews)
worker.step(every=2)(run_replays)
worker.step(every=2)(run_imports)
worker.step(every=3600)(delete_old_imports)
worker.step(every=5)(run_retentions)
worker.step(every=3600)(start_nightly_run)
worker.step(every=3600)(warn_owners_of_unused_accounts)
