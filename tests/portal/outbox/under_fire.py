"""Send messages by workers that are killed at random moments, over and over; print what became of them.

Run by test_kill.py and by `make chaos-outbox` as a program of its own, because a process that forks should have no
threads. The server refuses one address in a hundred, drops one connection in a hundred (before, in the middle of and
after a message) and is away for a while.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["OUTBOX_LEASE_SECONDS"] = "2"

import django
from django.db import connections, transaction

django.setup()

from django.conf import settings  # noqa: E402  (the apps are loaded first)
from django.utils import timezone  # noqa: E402  (the apps are loaded first)

from portal.models import Agency, Message  # noqa: E402  (the apps are loaded first)
from portal.outbox.sending import send_due  # noqa: E402  (the apps are loaded first)
from portal.outbox.templates import Content, message_template  # noqa: E402  (the apps are loaded first)
from tests import smtp_server  # noqa: E402  (the apps are loaded first)

ROOT = Path(__file__).resolve().parents[3]
WORKERS = 2
chance = random.Random(7)  # the system's own would not be the same twice
TEMPLATE = "tests/under_fire"


@message_template(TEMPLATE, label="A message under fire")
def content_of(message):
    return Content(f"Number {message.causes[0]}", "outbox/plain.txt")


def seed(number):
    """Write so many messages, each to an address of its own."""
    agency = Agency.objects.create()
    with transaction.atomic():
        for each in range(number):
            Message.objects.post(TEMPLATE, to=f"reader-{each}@example.org", about=agency, cause=each)


def fates(number):
    """Return what the server does with each address: one in a hundred refused, one in a hundred dropped once."""
    share = max(number // 100, 3)
    chosen = chance.sample(range(number), 2 * share)
    refused = {f"reader-{each}@example.org": smtp_server.REFUSE for each in chosen[:share]}
    dropped = {f"reader-{each}@example.org": smtp_server.DROPS[place % 3] for place, each in enumerate(chosen[share:])}
    return refused | dropped


def worker():
    """Start a child that sends what is due until it is killed; return its process id."""
    connections.close_all()
    if child := os.fork():
        return child
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        send_due()
        connections.close_all()
        time.sleep(0.05)


def kill(child):
    """Kill a worker without a word; return whether that was what ended it."""
    os.kill(child, signal.SIGKILL)
    return os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def settled(number):
    """Return how many messages will not leave any more, and let time pass for those that were put off.

    The connection is not shared with the children.
    """
    now = timezone.now()
    Message.objects.filter(state="waiting", due_at__gt=now).update(due_at=now)
    left = Message.objects.unsent().count()
    connections.close_all()
    return number - left


class Server:
    """The mail server, in a process of its own: children that are forked here keep none of its connections open."""

    def __init__(self, planned):
        command = [sys.executable, "-m", "tests.smtp_server"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        self.port = int(self.ask(json.dumps(planned)))
        self.gone_at = None

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, line):
        self.tell(line)
        return self.process.stdout.readline()

    def go_away(self):
        self.tell("away")
        self.gone_at = time.monotonic()

    def times_taken(self):
        return Counter(json.loads(self.ask("taken")))

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


def send_under_fire(server, number, kills, away):
    """Keep workers going, kill one of them now and then until all is settled; return how many were killed.

    The kills are spread over the first nine tenths of the messages, each at a random moment.
    """
    workers = [worker() for _each in range(WORKERS)]
    killed, is_away = 0, False
    try:
        while (done := settled(number)) < number:
            time.sleep(chance.uniform(0.01, 0.1))
            if server.gone_at is None and done > number * 0.4:
                server.go_away()
                is_away = True
            if is_away and time.monotonic() - server.gone_at > away:
                server.tell("back")
                is_away = False
            if killed < kills and ((is_away and chance.random() < 0.1) or done >= 0.9 * number * killed / kills):
                chosen = chance.randrange(WORKERS)
                killed += kill(workers[chosen])
                workers[chosen] = worker()
    finally:
        for child in workers:
            kill(child)
    return killed


def outcome(taken, planned):
    """Compare what the server took with what the outbox says: each message once, or accounted for."""
    states = dict(Message.objects.values_list("message_id", "state"))
    refused = set(Message.objects.filter(state="refused").values_list("recipient", flat=True))
    unknown = [id_ for id_, state in states.items() if state == "unknown"]
    return {
        "messages": len(states),
        "states": dict(sorted(Counter(states.values()).items())),
        "lost": sum(state == "sent" and not taken[id_] for id_, state in states.items()),
        "doubled": sum(times > 1 for times in taken.values()),
        "taken untold": sum(bool(taken[id_]) and state not in ("sent", "unknown") for id_, state in states.items()),
        "unknown and taken": sum(bool(taken[id_]) for id_ in unknown),
        "refused as planned": refused == {address for address, fate in planned.items() if fate == smtp_server.REFUSE},
    }


def main():
    """Seed, send under fire, and print the outcome as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--away", type=float, default=5.0, help="seconds that the server is away")
    chosen = parser.parse_args()
    planned = fates(chosen.messages)
    seed(chosen.messages)
    began = time.monotonic()
    server = Server(planned)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    killed = send_under_fire(server, chosen.messages, chosen.kills, chosen.away)
    found = outcome(server.times_taken(), planned)
    server.close()
    sys.stdout.write(json.dumps(found | {"killed": killed, "seconds": round(time.monotonic() - began, 1)}))


if __name__ == "__main__":
    main()
