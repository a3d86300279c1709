"""Replays as jobs: requested in the staff area, run by the worker (`manage.py work`)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from moderation.models import PolicyVersion, Replay
from moderation.policy.digests import rules_digest
from moderation.policy.loading import PolicyError
from moderation.replay.running import compare_rules
from portal.audit import record
from portal.jobs.runner import JobKind, run_pending


@transaction.atomic
def request_replay(policy, sample, *, actor=None):
    """Queue a replay of a policy's rules on a sample (see `sampling`) and log the request."""
    digest = rules_digest(policy)
    replay = Replay.objects.create(
        document=policy.as_dict(), rules_digest=digest, version=PolicyVersion.current(), sample=sample, asked_by=actor
    )
    record("replay.asked", actor=actor, subject=replay, rules=digest, sample=sample)
    return replay


def run_replay(replay, heart):
    """Run a claimed replay and store its report."""

    def on_progress(done, total):
        heart.beat(now=done >= total, done=done, total=total)

    replay.finish(compare_rules(replay, on_progress=on_progress))


REPLAY_JOBS = JobKind(Replay, run_replay, expected_errors={PolicyError: _("The draft cannot be read: %s")})


def run_replays(show=None):
    """Run the waiting replays; return how many were run. `show(replay)` is called after each heartbeat."""
    return run_pending(REPLAY_JOBS, show)
