"""Break the site while people send texts, and prove that nothing acknowledged is lost and nothing is doubled.

Run as `make chaos-web` or `python -m bench.chaos_web`. Eight people send forms and try again until they have a receipt.
Meanwhile web processes and workers are killed, the database is restarted and killed, its disk fills up, the mail server
refuses, says nothing or is away, and the clock goes back. Ends with 1 when a text is lost or doubled, when an error
page lost somebody's words, or when readiness stayed green while forms failed for a full disk.
"""

import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench import site
from bench.clock import Clock
from bench.people import HERE, Crowd
from ops.database import OWNER, PostgreSQL
from ops.processes import NotStarted, Process, end_in_order, free_port
from tests.smtp_server import ACCEPT, REFUSE, MailServer

PEOPLE, WORKERS = 8, 2
PAUSE = (1.0, 3.0)  # seconds between two faults
DISK_BYTES = 700 * 1024 * 1024
FULL_SECONDS, CLOCK_SECONDS, SILENT_SECONDS = 6, 6, 5
CLOCK_BACK = -600
LOG_PIECES = 8  # of PostgreSQL: more than it keeps for later
MAIL_SECONDS = "2"  # after which a mail server that says nothing is away
DRAIN_SECONDS = 120


class Broken:
    """The site whose parts fail: servers, processes, and what was done to them."""

    def __init__(self, folder: Path, on_postgresql: bool, chance: Random, stack: ExitStack, *, disk: bool = True):
        self.folder, self.chance, self.stack = folder, chance, stack
        self.clock, self.mails = Clock(folder), stack.enter_context(MailServer())
        self.disk = self.make_disk(folder / "disk") if disk else None
        self.database = self.start_database() if on_postgresql else None
        self.port, self.readiness, self.failed_while_full = free_port(), Counter(), 0
        url = self.database.url() if self.database else f"sqlite:///{self.disk or folder}/site.sqlite3"
        self.values = site.environment(folder, self.database.url(OWNER) if self.database else url) | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",  # with its own pages for errors
            "LOG_FORMAT": "line",
            "EMAIL_URL": f"smtp://{HERE}:{self.mails.port}",
            "EMAIL_TIMEOUT": MAIL_SECONDS,
            "OUTBOX_LEASE_SECONDS": "10",
        }
        site.set_up(self.values)
        self.path = fill()
        self.values["DATABASE_URL"] = url
        if self.database:
            self.database.guard_ledger()
        told = os.environ | self.values | self.clock.environment | {"BIND": f"{HERE}:{self.port}"}
        gunicorn = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "ops/gunicorn_settings.py",
            "--log-level",
            "warning",
            "portal.wsgi",
        ]
        self.web = self.keep(Process("web", gunicorn, folder / "web.log", told))
        work = [sys.executable, "manage.py", "work", "--watch"]
        self.workers = [
            self.keep(Process(f"worker {n}", work, folder / f"worker-{n}.log", told)) for n in range(WORKERS)
        ]
        self.web.wait_until(lambda: self.ready() == 200)

    def keep(self, process: Process) -> Process:
        """Start a process, and see that it is stopped in the end."""
        self.stack.callback(process.stop)
        return process.start()

    def make_disk(self, place: Path) -> Path | None:
        """Mount a small disk in memory for the database; None where that is not permitted."""
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0755", "parley-chaos", str(place)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            return None
        self.stack.callback(subprocess.run, ["umount", "--lazy", str(place)], check=False)
        return place

    def start_database(self) -> PostgreSQL:
        """Start a PostgreSQL of our own, its data on the small disk."""
        database = PostgreSQL(self.folder / "postgresql", (self.disk or self.folder) / "data" / "pg")
        database.make()
        database.settle("archive_mode = off", "max_wal_size = 64MB", "min_wal_size = 32MB")
        database.start()
        self.stack.callback(database.stop)
        database.make_roles()
        return database

    def ready(self) -> int:
        """Return the status that readiness has."""
        from http.client import HTTPConnection, HTTPException

        line = HTTPConnection(HERE, self.port, timeout=30)
        try:
            line.request("GET", "/healthz/ready")
            return line.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            line.close()

    # --- What may go wrong

    def web_process_killed(self) -> None:
        """Kill one of the two processes that answer."""
        from bench.server import family

        _arbiter, *children = family(self.web.running.pid)
        if children:
            with suppress(ProcessLookupError):
                os.kill(self.chance.choice(children), 9)

    def web_node_killed(self) -> None:
        """Kill all of gunicorn, and start it again."""
        self.web.kill()
        self.web.start()

    def worker_killed(self) -> None:
        """Kill a worker, and start it again."""
        one = self.chance.choice(self.workers)
        one.kill()
        one.start()

    def database_restarted(self) -> None:
        """Restart the database."""
        self.database.restart()

    def database_killed(self) -> None:
        """Kill the database as a power cut would, and start it again."""
        self.database.kill()
        time.sleep(self.chance.uniform(0.5, 2))
        self.revive_database()

    def revive_database(self) -> None:
        """Start the database until it runs: what a killed one leaves behind may need a moment to end."""
        for _time in range(20):
            with suppress(NotStarted):
                self.database.start()
                return
            time.sleep(0.5)
        raise NotStarted("PostgreSQL does not come back.")

    def disk_full(self) -> None:
        """Fill the disk, see what readiness says, and make room again."""
        ballast = self.disk / "ballast"
        self.use_up_room()
        fill_disk(ballast)
        self.use_up_room()
        until, failed = time.monotonic() + FULL_SECONDS, self.crowd.failed_forms
        while time.monotonic() < until:
            fill_disk(ballast)  # the database may have thrown away a piece of its log
            began = time.monotonic()
            status = self.ready()
            print(f"  readiness {status} after {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
            self.readiness[str(status)] += 1
            time.sleep(0.5)
        self.failed_while_full += self.crowd.failed_forms - failed
        ballast.unlink()
        if self.database and not self.database.process.is_running:
            self.revive_database()

    def use_up_room(self) -> None:
        """Take from the database the room that it has set aside in its log."""
        with suppress(NotStarted, sqlite3.Error):
            if self.database:
                for _piece in range(LOG_PIECES):
                    self.database.ask("SELECT pg_logical_emit_message(true, 'chaos', 'x'); SELECT pg_switch_wal()")
            else:
                with closing(sqlite3.connect(self.disk / "site.sqlite3", timeout=5)) as file:
                    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def clock_set_back(self) -> None:
        """Set the clock of web and workers back by ten minutes, and right again."""
        self.clock.set(CLOCK_BACK)
        time.sleep(CLOCK_SECONDS)
        self.clock.set(0)

    def mail_refused(self) -> None:
        """Have the mail server refuse every address."""
        with self.mails_behave(REFUSE):
            time.sleep(SILENT_SECONDS)

    def mail_silent(self) -> None:
        """Have the mail server take connections and say nothing."""
        self.mails.is_silent = True
        time.sleep(SILENT_SECONDS)
        self.mails.is_silent = False

    def mail_away(self) -> None:
        """Have nobody listen where the mail server was."""
        self.mails.go_away()
        time.sleep(SILENT_SECONDS)
        self.mails.come_back()

    @contextmanager
    def mails_behave(self, fate: str):
        """Treat all recipients in one way for a while."""
        self.mails.behave = lambda _recipient: fate
        yield
        self.mails.behave = lambda _recipient: ACCEPT

    def faults(self) -> dict:
        """Return what can go wrong here, by name."""
        possible = {
            "web process killed": self.web_process_killed,
            "web node killed": self.web_node_killed,
            "worker killed": self.worker_killed,
            "mail refused": self.mail_refused,
            "mail silent": self.mail_silent,
            "mail away": self.mail_away,
        }
        if self.database:
            possible |= {"database restarted": self.database_restarted, "database killed": self.database_killed}
        if self.disk:
            possible["disk full"] = self.disk_full
        if self.clock.is_there:
            possible["clock set back"] = self.clock_set_back
        return possible


def fill_disk(ballast: Path) -> None:
    """Make a file grow until nothing more goes onto its disk."""
    for piece in (1 << 16, 512):
        with ballast.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(piece))


def fill() -> str:
    """Put the sample agency and a consultation into the site; return the consultation's path."""
    from django.db import connection

    from portal.demo import loader

    loader.load_agency("http://127.0.0.1:8000")
    path = loader.load_consultation("night-buses").get_absolute_url()
    connection.close()
    return path


def break_things(broken: Broken, crowd: Crowd, seconds: float, only: str = "") -> Counter:
    """Inject every fault once, then any of them until the time is over; return how often each.

    Before each, the site has to have come back from the one before.
    """
    happened, until = Counter(), time.monotonic() + seconds
    possible = {name: fault for name, fault in broken.faults().items() if only in ("", name)}
    waiting = list(possible)
    broken.crowd = crowd
    while waiting or time.monotonic() < until:
        name = waiting.pop(0) if waiting else broken.chance.choice(list(possible))
        crowd.wait_for_more(PEOPLE)  # each fault comes while people are writing
        print(f"{time.strftime('%H:%M:%S')} {name}", file=sys.stderr, flush=True)
        possible[name]()
        happened[name] += 1
        time.sleep(broken.chance.uniform(*PAUSE))
    return happened


def drained() -> int:
    """Wait for the workers to screen and send what is left; return the letters that are still unsent."""
    from portal.models import Message

    until = time.monotonic() + DRAIN_SECONDS
    while (left := Message.objects.unsent().count()) and time.monotonic() < until:
        time.sleep(1)
    return left


def found(broken: Broken, crowd: Crowd) -> dict:
    """Compare what was acknowledged with what is stored, and the letters with what the mail server took."""
    from django.db import connection

    from consultations.models import Status, Submission
    from portal.audit.verification import verify_ledger
    from portal.models import Message

    connection.close()
    left = drained()
    kept, doubled = stored_texts()
    acknowledged = crowd.acknowledged
    taken = broken.mails.times_taken()
    return {
        "tried": sum(seen.tries for seen in crowd.seen),
        "acknowledged": len(acknowledged),
        "lost": sum(kept.get(text) != reference for text, reference in acknowledged.items()),
        "doubled": doubled,
        "kept without a receipt": len(kept.keys() - acknowledged.keys()),
        "given up by their authors": sum(len(seen.given_up) for seen in crowd.seen),
        "longest wait for a receipt, s": round(max((each for seen in crowd.seen for each in seen.took), default=0), 1),
        "answers": crowd.answers,
        "readiness while the disk was full": dict(broken.readiness),
        "forms that failed then": broken.failed_while_full,
        "unscreened": Submission.objects.filter(status=Status.RECEIVED).count(),
        "letters": dict(Counter(Message.objects.values_list("state", flat=True))),
        "letters unsent": left,
        "letters taken twice": sum(number > 1 for number in taken.values()),
        "faults in the ledger": len(list(verify_ledger())),
        "errors in the log": errors_in(broken.web.log),
    }


def stored_texts() -> tuple[dict[str, str], int]:
    """Return the texts of our people that are stored, with their references, and how many are there twice."""
    from consultations.models import Submission

    ours = Submission.objects.filter(current__text__startswith="Person ")
    stored = list(ours.values_list("current__text", "reference"))
    return dict(stored), len(stored) - len(dict(stored))


def errors_in(log: Path) -> dict[str, int]:
    """Return the last lines of the tracebacks in a log, and how often each."""
    lines = (re.match(r"((?:\w+\.)+[A-Z]\w+)(.{0,60})$", line) for line in log.read_text(errors="replace").splitlines())
    return dict(Counter(line[0] for line in lines if line).most_common(12))


def is_bad(report: dict) -> bool:
    """Return whether something happened that must not."""
    lost_words = sum(number for kind, number in report["answers"].items() if "LOST" in kind or "NO PAGE" in kind)
    must_be_none = (
        "lost",
        "doubled",
        "given up by their authors",
        "unscreened",
        "letters taken twice",
        "faults in the ledger",
    )
    seen = report["readiness while the disk was full"]
    never_red = report["forms that failed then"] > PEOPLE and seen.keys() <= {"200"}
    return any(report[name] for name in must_be_none) or lost_words > 0 or never_red


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos_web", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=120, help="how long things are broken, once each at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", metavar="FAULT", help="nothing but one fault, such as “database killed”")
    parser.add_argument("--log", type=Path, metavar="FILE", help="keep what the web processes say")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite; otherwise on a PostgreSQL of its own")
    return parser.parse_args()


def main() -> int:
    """Break things and report."""
    end_in_order()
    chosen = options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="parley-chaos-", ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        broken = Broken(folder, not chosen.sqlite, Random(chosen.seed), stack)
        with Crowd(broken.port, broken.path, PEOPLE, letters=True) as crowd:
            happened = break_things(broken, crowd, chosen.seconds, chosen.only)
        report = {"faults": dict(happened), "not possible here": left_out(broken)} | found(broken, crowd)
        if chosen.log:
            shutil.copy(broken.web.log, chosen.log)
    print(json.dumps(report, indent=2))
    return 1 if is_bad(report) else 0


def left_out(broken: Broken) -> list[str]:
    """Return the faults that this machine does not let us inject."""
    return [
        *([] if broken.disk else ["disk full: no file system may be mounted"]),
        *([] if broken.clock.is_there else ["clock set back: no C compiler"]),
        *([] if broken.database else ["database restarted, killed: SQLite is a file"]),
    ]


if __name__ == "__main__":
    sys.exit(main())
