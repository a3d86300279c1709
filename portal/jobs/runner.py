"""The loop that claims and runs jobs of any kind, and handles the errors of a run."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.jobs import worker
from portal.jobs.models import Heartbeat, Job, JobTaken

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobKind:
    """How to run the jobs of one model.

    ``run`` executes a claimed job, reports progress by the heartbeat and stores the result. An exception in
    ``expected_errors`` fails the job with that message, in which ``%s`` stands for the exception; one in ``requeue_on``
    requeues the job.
    """

    model: type[Job]
    run: Callable[[Any, Heartbeat], None]  # arguments: a job of that model, its heartbeat
    expected_errors: Mapping[type[Exception], str | Promise] = field(default_factory=dict)
    requeue_on: tuple[type[Exception], ...] = ()


def run_pending(kind, show=None):
    """Run the waiting jobs, oldest first, until none is left or the process is to stop; return how many."""
    count = 0
    for job in kind.model.objects.claim_each():
        run_claimed(kind, job, show)
        count += 1
    return count


def run_here(kind, show=None, **fields):
    """Create a job, run it in this process until SIGTERM or SIGINT cancels it, and return it."""
    job = kind.model.objects.create_claimed(**fields)
    with worker.stop_on_signals():
        run_claimed(kind, job, show)
        if worker.stopping():
            job.cancel()  # requeued by SIGTERM, but the worker must not continue a job that was started here
    return job


def run_claimed(kind, job, show=None):
    """Run a job that this process has claimed, and store its result or its error."""
    try:
        kind.run(job, Heartbeat(job, show))
    except JobTaken:
        logger.info("The %s was cancelled or taken over.", job)
    except (worker.Stopped, *kind.requeue_on):
        job.requeue()
    except tuple(kind.expected_errors) as error:
        logger.warning("The %s failed: %s", job, error)
        job.fail(expected_message(kind, error))
    except Exception as error:
        logger.exception("The %s failed.", job)
        job.fail(unexpected_error(error))


def expected_message(kind, error):
    """Return the message about an expected exception."""
    message = next(message for cause, message in kind.expected_errors.items() if isinstance(error, cause))
    return str(message).replace("%s", str(error))


def unexpected_error(error):
    """Return the message about any other exception."""
    return _("Something broke that nobody foresaw (%s). The site's log says where.") % type(error).__name__
