"""Lose the database in three ways and get it back: python -m ops.rehearse_restore --submissions 100000.

A dump that is restored on an empty server; a base back-up with the archived log, back to the minute before a table was
dropped; and keys that are lost. Each ends with `verify_audit` and `search_verify`. Everything happens in a folder of
its own, with ops/postgresql/parley.conf as it stands there. Ends with 1 when something did not come back.
"""

import argparse
import json
import os
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from ops.database import OWNER, PostgreSQL
from ops.processes import PYTHON, NotStarted, end_in_order, run

ARCHIVED_SECONDS = 240  # a piece of the log is copied away by then
SEED = "from bench.seed import seed; seed('http://127.0.0.1:8000', {comments}, 20)"
SECRET_VALUE = """
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from portal.models import User
TOTP.activate(User.objects.create_user("lea@agency.example", None), generate_totp_secret())
"""
READ_SECRET = """
from allauth.mfa.models import Authenticator
from allauth.mfa.adapter import get_adapter
get_adapter().decrypt(Authenticator.objects.get(type="totp").data["secret"])
print("read")
"""
RECEIVE = """
from consultations.models import Submission
print(Submission.receive(kind='comment', language='en', text={text!r}).pk)
"""
COUNT = """
from consultations.models import Submission
print(Submission.objects.count(), Submission.objects.filter(current__text={text!r}).count())
"""


class NotBack(Exception):
    """Something did not come back as it was."""


class Rehearsal:
    """One database, its back-ups, and how long each step took."""

    def __init__(self, folder: Path, submissions: int):
        self.folder, self.submissions = folder, submissions
        self.server = PostgreSQL(folder / "server")
        self.seconds: dict[str, float] = {}
        own = {name: os.environ[name] for name in ("PATH", "LANG", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
        self.values = own | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ENCRYPTION_KEYS": fernet_key(),
            "SITE_URL": "http://127.0.0.1:8000",
            "SEARCH_URL": f"fts5:///{folder}/search.sqlite3",
            "VAR_DIR": str(folder / "var"),
            "EMAIL_URL": "dummymail://",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def timed(self, what: str, do: Callable[[], object]) -> None:
        """Do something and note how long it took."""
        began = time.monotonic()
        do()
        self.seconds[what] = round(time.monotonic() - began, 1)
        print(f"{self.seconds[what]:8.1f} s  {what}", flush=True)

    def manage(self, *command: str, server: PostgreSQL | None = None, role: str = "", **changes: str) -> str:
        """Run a command of the site on a server."""
        url = (server or self.server).url(role) if role else (server or self.server).url()
        return run([PYTHON, "manage.py", *command], environment=self.values | {"DATABASE_URL": url} | changes)

    def shell(self, code: str, server: PostgreSQL | None = None, **changes: str) -> str:
        """Run lines of Python in a process of the site."""
        return self.manage("shell", "--no-imports", "-c", code, server=server, **changes).strip()

    def rehearse(self) -> None:
        """Make a site, lose it in three ways, and get it back."""
        self.server.start()
        try:
            self.server.make_roles()
            self.manage("migrate", "--noinput", "--verbosity=0", role=OWNER)
            self.server.guard_ledger()
            self.timed(f"filling the site with {self.submissions:,} submissions", self.fill)
            self.dump_and_restore()
            self.go_back_to_the_minute()
            self.lose_keys()
        finally:
            self.server.stop()

    def fill(self) -> None:
        """Put submissions into the site, and a value that is encrypted."""
        self.shell(SEED.format(comments=self.submissions - 41))
        self.shell(SECRET_VALUE)

    def verify(self, server: PostgreSQL) -> None:
        """Make the index anew, and see that ledger and index are whole; raises when one is not."""
        self.timed("  search_rebuild", lambda: self.manage("search_rebuild", "--verbosity=0", server=server))
        self.timed("  search_verify", lambda: self.manage("search_verify", "--verbosity=0", server=server))
        self.timed("  verify_audit", lambda: self.manage("verify_audit", "--verbosity=0", server=server))

    # --- A dump

    def dump_and_restore(self) -> None:
        """Dump the database, restore it on an empty server, and compare the two."""
        file = self.server.folder / "parley.dump"
        owner = self.server.url(OWNER)
        self.timed("pg_dump", lambda: self.server.run("pg_dump", "--format=custom", f"--file={file}", owner))
        other = PostgreSQL(self.folder / "other")
        other.start()
        try:
            other.make_roles()
            self.timed("pg_restore on an empty server", lambda: other.run(
                "pg_restore", "--username=postgres", "--dbname=parley", "--exit-on-error", "--jobs=2", str(file)
            ))  # fmt: skip
            other.guard_ledger()
            self.timed("ANALYZE", lambda: other.ask("ANALYZE", "parley"))
            if (here := self.shell(COUNT.format(text=""))) != (there := self.shell(COUNT.format(text=""), other)):
                raise NotBack(f"{here} submissions before, {there} after the restore.")
            self.verify(other)
        finally:
            other.stop()

    # --- Point in time

    def go_back_to_the_minute(self) -> None:
        """Drop a table by mistake, and go back to the moment before."""
        base = self.folder / "base"
        self.server.give_away(self.folder)
        self.timed("pg_basebackup", lambda: self.server.run(
            "pg_basebackup", f"--pgdata={base}", "--username=postgres", "--checkpoint=fast", "--wal-method=none"
        ))  # fmt: skip
        self.shell(RECEIVE.format(text="Written before the accident."))
        moment = self.server.ask("SELECT clock_timestamp()").strip()
        time.sleep(1)
        self.shell(RECEIVE.format(text="Written after the moment that we go back to."))
        self.server.ask("DROP TABLE consultations_revision CASCADE", "parley")
        self.server.ask("SELECT pg_switch_wal()")
        self.wait_for_archive()
        self.server.stop()
        again = PostgreSQL(self.folder / "again", base)
        again.folder.mkdir()
        again.give_away(again.folder)
        again.settle(
            f"restore_command = 'cp {self.server.archive}/%f %p'", f"recovery_target_time = '{moment}'",
            "recovery_target_action = promote", "archive_mode = off",
        )  # fmt: skip
        run(["touch", base / "recovery.signal"], user="postgres")
        self.server = again  # the one to stop, whatever happens while it starts
        self.timed("back to the minute before", lambda: again.start())
        kept = self.shell(COUNT.format(text="Written before the accident.")).split()[1]
        gone = self.shell(COUNT.format(text="Written after the moment that we go back to.")).split()[1]
        if (kept, gone) != ("1", "0"):
            raise NotBack(f"{kept} texts from before the moment, {gone} from after it.")
        self.verify(again)

    def wait_for_archive(self) -> None:
        """Return once the log is copied away up to now."""
        until = time.monotonic() + ARCHIVED_SECONDS
        ask = (
            "SELECT coalesce(last_archived_wal, '') >= pg_walfile_name(pg_current_wal_lsn() - 1) FROM pg_stat_archiver"
        )
        while self.server.ask(ask).strip() != "t":
            if time.monotonic() > until:
                raise NotBack("The log is not archived.")
            time.sleep(0.2)

    # --- Keys

    def lose_keys(self) -> None:
        """Start with other keys, see what no longer opens and that it is said, and put the kept keys back."""
        self.refuses(
            "an encrypted value without its key", lambda: self.shell(READ_SECRET, ENCRYPTION_KEYS=fernet_key())
        )
        self.refuses(
            "verify_audit without SECRET_KEY",
            lambda: self.manage("verify_audit", "--verbosity=0", SECRET_KEY=secrets.token_urlsafe(64)),
        )
        taken_off = self.manage("reset_second_factor", "lea@agency.example", ENCRYPTION_KEYS=fernet_key())
        if "Took 1 second factor" not in taken_off:
            raise NotBack(f"Without the key a second factor cannot be taken off: {taken_off}")
        self.shell(SECRET_VALUE.replace('create_user("lea@', 'create_user("mo@'))
        rotated = f"{fernet_key()},{self.values['ENCRYPTION_KEYS']}"
        fresh = {"SECRET_KEY": secrets.token_urlsafe(64), "SECRET_KEY_FALLBACKS": self.values["SECRET_KEY"]}
        self.shell(READ_SECRET, ENCRYPTION_KEYS=rotated, **fresh)
        self.manage("verify_audit", "--verbosity=0", **fresh)
        self.timed("keys put back: verify_audit", lambda: self.manage("verify_audit", "--verbosity=0"))

    def refuses(self, what: str, do: Callable[[], object]) -> None:
        """See that something fails, and says so."""
        try:
            do()
        except NotStarted:
            print(f"           {what}: refused, as it has to be", flush=True)
        else:
            raise NotBack(f"{what}: nobody noticed.")


def fernet_key() -> str:
    """Return a new key for ENCRYPTION_KEYS."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def main() -> int:
    """Rehearse, and print how long each step took."""
    end_in_order()
    parser = argparse.ArgumentParser(prog="python -m ops.rehearse_restore", description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=100_000)
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="parley-restore-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        rehearsal = Rehearsal(Path(folder), chosen.submissions)
        try:
            rehearsal.rehearse()
        except (NotBack, NotStarted) as fault:
            print(f"FAILED: {fault}", flush=True)
            return 1
    print(json.dumps({"submissions": chosen.submissions} | rehearsal.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
