"""Relay in a child process that is killed at random moments, over and over; print what is left of it.

Run by test_kill.py as a program of its own, because a process that forks should have no threads.
"""

import json
import os
import signal
import sys
import time
from random import Random

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django
from django.db import connections

django.setup()

from consultations.models import Revision, Status, Submission  # noqa: E402  (the apps are loaded first)
from search.index.indices import open_index  # noqa: E402  (the apps are loaded first)
from search.index.relay import relay_batch  # noqa: E402  (the apps are loaded first)
from search.index.verify import verify_index  # noqa: E402  (the apps are loaded first)

ROWS, ROUNDS = 400, 30
chance = Random(5)


def seed():
    """Make submissions without asking the screening."""
    Submission.objects.bulk_create(Submission(kind="comment", language="en") for _row in range(ROWS))
    ids = list(Submission.objects.values_list("pk", flat=True))
    revisions = [Revision(submission_id=id, number=1, text=f"The night bus number {id}") for id in ids]
    for revision in Revision.objects.bulk_create(revisions):
        shown = {"current": revision, "cleared": revision, "status": Status.PUBLISHED, "version": 2}
        Submission.objects.filter(pk=revision.submission_id).update(**shown)
    return ids


def change(ids):
    """Change some rows as people would: a new text, a refusal, a return."""
    for one in Submission.objects.filter(pk__in=chance.sample(ids, 120)):
        revision = Revision.objects.create(submission=one, number=one.version, text=f"Changed {chance.random()}")
        status = chance.choice((Status.PUBLISHED, Status.HELD, Status.WITHDRAWN))
        one.write({"current": revision, "cleared": revision, "status": status})


def relay_in_a_child():
    """Start a child that relays a few rows at a time; return its process id and a pipe with a byte for each time."""
    connections.close_all()
    progress, tell = os.pipe()
    if child := os.fork():
        os.close(tell)
        return child, progress
    while relay_batch(3):
        os.write(tell, b".")
    os._exit(0)


def kill_at_random(child, progress):
    """Kill it after some of its forty times, in the middle of another; return whether it was still at work."""
    for _time in range(chance.randint(1, 20)):
        os.read(progress, 1)
    time.sleep(chance.random() * 0.005)  # to meet every moment of a turn, however long turns are here
    os.close(progress)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


ids = seed()
relay_batch(50)
killed = 0
for _round in range(ROUNDS):
    change(ids)
    killed += kill_at_random(*relay_in_a_child())
while relay_batch():
    pass
report = verify_index(open_index())
sys.stdout.write(json.dumps({"killed": killed, "checked": report.checked, "lag": report.lag, "drift": report.drift}))
