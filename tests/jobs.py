"""What tests of jobs share."""

from django.db.models import F


def fall_silent(model):
    """Let the workers of all running jobs of a model have been silent for too long."""
    # In the database: a test cannot turn the clock that the heartbeats are written and compared by.
    running = model.objects.filter(state=model.State.RUNNING)
    return running.update(alive_at=F("alive_at") - 2 * model.HEARTBEAT_TIMEOUT)
