"""Replays as jobs: asked for in the staff area, worked off beside the web process (`manage.py work`)."""

import logging

from django.db import transaction
from django.utils.translation import gettext as _

from moderation.models import PolicyVersion, Replay
from moderation.policy.digests import rules_digest
from moderation.policy.loading import PolicyError
from moderation.replay.running import run
from portal.audit import record
from portal.jobs import worker
from portal.jobs.models import Heartbeat, JobTaken, unforeseen

logger = logging.getLogger(__name__)


@transaction.atomic
def ask(policy, sample, *, by=None):
    """Put a replay of a policy's rules into the queue."""
    digest = rules_digest(policy)
    replay = Replay.objects.create(
        document=policy.as_dict(), rules_digest=digest, version=PolicyVersion.current(), sample=sample, asked_by=by
    )
    record("replay.asked", by=by, subject=replay, rules=digest, sample=sample)
    return replay


def work_off(show=None):
    """Run what waits, oldest first, until nothing does or the process is to stop; return how many were run.

    `show(replay)` is called about once a second while one runs.
    """
    count = 0
    for replay in Replay.objects.one_by_one():
        carry_out(replay, show)
        count += 1
    return count


def carry_out(replay, show=None):
    """Run a replay that we have claimed, and keep what came of it: the report, or in words why there is none."""
    try:
        replay.finish(run(replay, say_progress=progress(replay, show)))
    except JobTaken:
        logger.info("The %s was cancelled or taken over.", replay)
    except worker.Stopped:
        replay.put_back()
    except PolicyError as error:
        replay.fail(_("The draft cannot be read: %s") % error)
    except Exception as error:
        logger.exception("The %s failed.", replay)
        replay.fail(unforeseen(error))


def progress(replay, show=None):
    """Return what a run tells how far it is."""
    heart = Heartbeat(replay)

    def say(done, total):
        if heart.beat(now=done >= total, done=done, total=total) and show:
            show(replay)

    return say
