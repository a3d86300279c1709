from datetime import timedelta

from django.db import models

from portal.jobs.models import Job


class Chore(Job):
    """A job whose worker is taken for dead after a second."""

    HEARTBEAT_TIMEOUT = timedelta(seconds=1)
    MAX_TRIES = 100

    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)


class Effect(models.Model):
    """What running a chore leaves behind, written in the transaction that finishes it."""

    chore = models.ForeignKey(Chore, on_delete=models.CASCADE)
    worker = models.IntegerField()  # process id

    def __str__(self):
        return f"effect of {self.chore_id}"
