"""Replays as jobs: asked for in the staff area, worked off beside the web process (`manage.py work`)."""

import logging
from time import monotonic

from django.db import transaction
from django.utils.translation import gettext as _

from moderation.models import PolicyVersion, Replay
from moderation.models.replay import ReplayTaken
from moderation.policy.loading import PolicyError
from moderation.policy.publishing import rules_digest
from moderation.replay.running import run
from portal import worker
from portal.audit import record

logger = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two notes of the progress


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
    Replay.objects.put_back_abandoned()
    count = 0
    while not worker.stopping() and (replay := Replay.objects.claim_next()):
        carry_out(replay, show)
        count += 1
    return count


def carry_out(replay, show=None):
    """Run a replay that we have claimed, and keep what came of it: the report, or in words why there is none."""
    try:
        replay.finish(run(replay, say_progress=Progress(replay, show)))
    except ReplayTaken:
        logger.info("The %s was cancelled or taken over.", replay)
    except worker.Stopped:
        replay.put_back()
    except PolicyError as error:
        replay.fail(_("The draft cannot be read: %s") % error)
    except Exception as error:
        logger.exception("The %s failed.", replay)
        what = type(error).__name__
        replay.fail(_("Something broke that nobody foresaw (%s). The site's log says where.") % what)


class Progress:
    """Notes how far a replay is, about once a second, and lets it end early when it has to."""

    def __init__(self, replay, show=None):
        self.replay, self.show, self.noted_at = replay, show, -PAUSE

    def __call__(self, done, total):
        """Note it; raise Stopped when the process is to end, ReplayTaken when the replay is."""
        if worker.stopping():
            raise worker.Stopped
        if done < total and monotonic() - self.noted_at < PAUSE:
            return
        self.replay.note_progress(done, total)
        self.noted_at = monotonic()
        if self.show:
            self.show(self.replay)
