"""Break the search pipeline while people write, again and again, and prove that nothing was lost.

Run as `make chaos-search` (NODES=3, SECONDS=300) or `python -m bench.chaos`. A site, a database and a cluster of its
own in a temporary folder; several writers and relays. Relays and nodes are killed with SIGKILL, the whole server is
stopped for a while, rebuilds run and are killed in the middle. In the end everything is started again, the relay goes
on until nothing lags, and the index is compared with the database, row by row. Exit code 1 when anything drifted.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench import site
from tests.elasticsearch_node import Cluster

ROOT = Path(__file__).parent.parent
PAUSE = (1.0, 4.0)  # seconds between two faults
MODERATOR = "moderator@example.org"
RESTART = 240  # seconds that a killed node may take to come back


class Crew:
    """Processes of ours that write, relay and rebuild."""

    def __init__(self, chance: Random):
        self.chance, self.writers, self.relays, self.rebuilds = chance, [], [], []

    def start(self, *command: str) -> subprocess.Popen:
        """Start one of our programs."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([sys.executable, *command], cwd=ROOT, **quiet)

    def relay(self) -> None:
        """Start one more relay."""
        self.relays.append(self.start("manage.py", "relay", "--watch"))

    def kill_a_relay(self) -> None:
        """Kill a relay wherever it is, and start another."""
        victim = self.relays.pop(self.chance.randrange(len(self.relays)))
        victim.kill()
        victim.wait()
        self.relay()

    def rebuild(self) -> None:
        """Begin a rebuild, unless one runs."""
        if all(each.poll() is not None for each in self.rebuilds):
            self.rebuilds.append(self.start("manage.py", "search_rebuild", "--verbosity", "0"))

    def kill_the_rebuild(self) -> None:
        """Begin a rebuild and kill it in the middle."""
        self.rebuild()
        time.sleep(self.chance.uniform(0.5, 3))
        self.rebuilds[-1].kill()
        self.rebuilds[-1].wait()

    def stop(self) -> None:
        """End everything, by its own process id."""
        for each in self.writers + self.relays + self.rebuilds:
            if each.poll() is None:
                each.send_signal(signal.SIGTERM)
        for each in self.writers + self.relays + self.rebuilds:
            with suppress(subprocess.TimeoutExpired):
                each.wait(30)
            if each.poll() is None:
                each.kill()
                each.wait()


def faults(crew: Crew, cluster: Cluster, outage: float):
    """Return what may go wrong, by name."""

    def kill_a_node():
        number = crew.chance.choice(cluster.nodes).number
        cluster.kill(number)
        time.sleep(crew.chance.uniform(1, 5))
        cluster.restart(number)

    def outage_of_all():
        for node in cluster.nodes:
            cluster.kill(node.number)
        time.sleep(outage)
        for node in cluster.nodes:
            cluster.kill(node.number)
        cluster.launch(cluster.nodes)

    return {
        "relay killed": crew.kill_a_relay,
        "node killed": kill_a_node,
        "server stopped": outage_of_all,
        "rebuild": crew.rebuild,
        "rebuild killed": crew.kill_the_rebuild,
    }


def break_things(crew: Crew, cluster: Cluster, seconds: float, outage: float) -> Counter:
    """Inject every fault once, then any of them until the time is over; return how often each."""
    happened, until = Counter(), time.monotonic() + seconds
    possible = faults(crew, cluster, outage)
    waiting = list(possible)
    while waiting or time.monotonic() < until:
        name = waiting.pop(0) if waiting else crew.chance.choices(list(possible), (6, 2, 0.3, 1, 1))[0]
        print(f"{time.strftime('%H:%M:%S')} {name}, {lag():,} changes wait", flush=True)
        possible[name]()
        happened[name] += 1
        time.sleep(crew.chance.uniform(*PAUSE))
    return happened


def lag() -> int:
    """Return how many changes wait."""
    from consultations.models import Submission

    return Submission.objects.lagging().count()


def recover(seconds: float) -> float:
    """Relay until nothing lags; return the seconds that took."""
    from search.index.relay import relay_batch
    from search.language.query import SearchUnavailable

    began = time.monotonic()
    while lag() and time.monotonic() - began < seconds:
        with suppress(SearchUnavailable):
            while relay_batch():
                pass
        time.sleep(0.5)
    return time.monotonic() - began


def write(seed: int) -> None:
    """Write as people would until told to stop: new texts, edits, refusals, redactions, returns, withdrawals."""
    from consultations.models import StaleSubmission, Status, Submission
    from moderation.models import CaseClosed

    chance, stopped = Random(seed), []
    signal.signal(signal.SIGTERM, lambda *_signal: stopped.append(True))
    mine = []
    while not stopped:
        if len(mine) < 20 or chance.random() < 0.4:
            text = f"Writer {seed} says {chance.random()} about the night bus."
            mine.append(Submission.receive(kind="comment", language="en", text=text).pk)
        one = Submission.objects.get(pk=chance.choice(mine))
        with suppress(StaleSubmission, CaseClosed):
            act = chance.random()
            if act < 0.1:
                mine.append(redact(chance))
            elif act < 0.5:
                one.revise(text=f"Changed to {chance.random()}: the tram is late.")
            elif act < 0.7:
                one.move(chance.choice((Status.PUBLISHED, Status.HELD, Status.REFUSED)))
            elif act < 0.75:
                one.withdraw()
        time.sleep(0.005)


def redact(chance: Random) -> int:
    """Take a number out of a new text as a moderator does, and now and then take that back; return the text's id."""
    from django.contrib.auth import get_user_model

    from consultations.models import Submission
    from moderation.findings.redaction import Span
    from moderation.review.decisions import decide
    from moderation.review.undo import take_back

    moderator = get_user_model().objects.get(email=MODERATOR)
    one = Submission.receive(kind="comment", language="en", text=f"Ring me on 0491 570 006 about {chance.random()}.")
    case, out = one.cases.get(), [Span("text", 11, 23, "number")]
    made = {"actor": moderator, "clauses": ["personal-information"], "reason": "A number.", "spans": out}
    decision = decide(case, revision_id=case.revision_id, action="redact", **made)
    if chance.random() < 0.3:
        take_back(decision, moderator)
    return one.pk


def writes() -> int:
    """Return how many changes were made: every change raises a version by one."""
    from django.db.models import Sum

    from consultations.models import Submission

    return Submission.objects.aggregate(total=Sum("version"))["total"] or 0


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__.partition("\n")[0])
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=120, help="how long things are broken")
    parser.add_argument("--outage", type=float, default=60, help="seconds that the whole server stays away")
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--relays", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", metavar="URL", help="postgres://… where we may make a database")
    parser.add_argument("--write", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Break things and report."""
    chosen = options()
    if chosen.write:
        import django

        django.setup()
        write(chosen.write)
        return 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="parley-chaos-")))
        folder.chmod(0o755)  # the server runs as somebody else
        cluster = stack.enter_context(Cluster(folder / "cluster", nodes=chosen.nodes))
        values = site.environment(folder, stack.enter_context(site.database(chosen.database, folder)))
        site.set_up(values | {"SEARCH_URL": cluster.search_url})
        crew = Crew(Random(chosen.seed))
        stack.callback(crew.stop)
        make_moderator()
        crew.writers += [crew.start("-m", "bench.chaos", "--write", str(n + 1)) for n in range(chosen.writers)]
        for _n in range(chosen.relays):
            crew.relay()
        happened = break_things(crew, cluster, chosen.seconds, chosen.outage)
        waited = lag()
        crew.stop()
        return conclude(happened, waited, recover(RESTART))


def make_moderator() -> None:
    """Make the account that redacts."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    get_user_model().objects.create_user(MODERATOR).groups.add(Group.objects.get(name="Submission moderators"))


def conclude(happened: Counter, waited: int, took: float) -> int:
    """Compare everything and print what was found."""
    from search.index.verify import verify_and_store

    reports = verify_and_store()
    drift = {name: len(report.drift) for name, report in reports.items()}
    print(json.dumps({
        "submissions": reports["open"].checked, "ever_redacted": reports["sealed"].checked, "writes": writes(),
        "faults": dict(happened), "waiting_at_the_end": waited, "recovered_in_seconds": round(took, 1),
        "lag": reports["open"].lag, "drift": drift,
    }, indent=2))  # fmt: skip
    return 1 if any(drift.values()) or reports["open"].lag else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    sys.exit(main())
