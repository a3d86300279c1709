"""Shared parts of job pages: the progress as JSON, and a check whether a worker is running.

Each package has its own address and permission for its jobs.
"""

from datetime import timedelta

from django.http import JsonResponse
from django.utils import timezone

from portal.jobs.models import Job

WORKER_PATIENCE = timedelta(seconds=30)  # a job that waits longer suggests that no worker is running


def progress(jobs):
    """Return the progress of unfinished jobs as JSON for `progress.js`, which reloads the page when a job has ended."""
    return JsonResponse({"jobs": [job.progress for job in jobs if not job.is_over]})


def worker_seems_down(jobs):
    """Return whether a job of this model has waited for `QUIET_WAIT` while no job of the model runs."""
    late = [job for job in jobs if job.state == Job.State.WAITING and job.asked_at < timezone.now() - WORKER_PATIENCE]
    return bool(late) and not type(late[0]).objects.alive().exists()
