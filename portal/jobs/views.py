"""What the pages of jobs share: progress for a page that stays open, and whether a worker seems to run.

A package has its own address and permission for its jobs, and answers with `progress`.
"""

from datetime import timedelta

from django.http import JsonResponse
from django.utils import timezone

from portal.jobs.models import Job

WORKER_PATIENCE = timedelta(seconds=30)  # how long a job may wait before we say that no worker seems to run


def progress(jobs):
    """Answer with the progress of unfinished jobs, which `progress.js` shows; it loads the page again for others."""
    return JsonResponse({"jobs": [job.progress for job in jobs if not job.is_over]})


def worker_seems_down(jobs):
    """Return whether one of the jobs, all of one model, has waited for long while no job of the model runs."""
    late = [job for job in jobs if job.state == Job.State.WAITING and job.asked_at < timezone.now() - WORKER_PATIENCE]
    return bool(late) and not type(late[0]).objects.alive().exists()
