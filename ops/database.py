"""A PostgreSQL server of a rehearsal's own: a socket in its folder, roles and settings from ops/postgresql."""

import os
import signal
from pathlib import Path

from ops.processes import ROOT, NotStarted, Process, run

ACCOUNT = "postgres"  # the server refuses to run as root
SQL = ROOT / "ops" / "postgresql"
ADMINISTRATOR, OWNER, WEB = "postgres", "parley_owner", "parley_web"
PORT = 5432  # names the socket only: it listens at no port
OPEN_DOOR = "local all postgres trust\nlocal all all scram-sha-256\nlocal replication postgres trust\n"


def programs() -> Path:
    """Return where the newest PostgreSQL of this machine is; raise NotStarted when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if not found:
        raise NotStarted("PostgreSQL is not installed: apt install postgresql")
    return found[-1]


class PostgreSQL:
    """One server; `start` makes its data when there is none."""

    def __init__(self, folder: Path, data: Path | None = None):
        self.folder, self.data = folder, data or folder / "data"
        self.archive = folder / "wal"
        self.passwords = {OWNER: "owner-of-a-rehearsal", WEB: "web-of-a-rehearsal"}
        self.process = Process("PostgreSQL", [], folder / "log", {**os.environ, "LC_ALL": "C.UTF-8"}, ACCOUNT)

    def make(self) -> None:
        """Make an empty server with the settings of ops/postgresql/parley.conf."""
        for place in (self.folder, self.archive, self.data.parent):
            place.mkdir(parents=True, exist_ok=True)
            self.give_away(place)
        self.run("initdb", f"--pgdata={self.data}", f"--username={ADMINISTRATOR}", "--auth=trust", "--encoding=UTF8",
                 "--locale=C.UTF-8")  # fmt: skip
        self.settle()

    def settle(self, *lines: str) -> None:
        """Write the settings: the documented ones, and where this server is."""
        told = (SQL / "parley.conf").read_text().replace("/var/backups/parley/wal", str(self.archive))
        own = ["listen_addresses = ''", f"unix_socket_directories = '{self.folder}'", "max_connections = 100"]
        (self.data / "postgresql.auto.conf").write_text("\n".join([told, *own, *lines, ""]))
        (self.data / "pg_hba.conf").write_text(OPEN_DOOR)

    def give_away(self, place: Path) -> None:
        """Give a folder to the account that the server runs under."""
        if os.getuid() == 0:
            run(["chown", f"{ACCOUNT}:{ACCOUNT}", place])

    def run(self, program: str, *arguments: str, said: str | None = None) -> str:
        """Run one of PostgreSQL's programs to its end, as its account."""
        environment = {"PATH": os.environ["PATH"], "PGHOST": str(self.folder), "LC_ALL": "C.UTF-8"}
        return run([programs() / program, *arguments], environment=environment, user=ACCOUNT, said=said)

    def start(self) -> "PostgreSQL":
        """Start it and wait until it answers."""
        if not self.data.exists():
            self.make()
        self.process.command = [str(programs() / "postgres"), "-D", str(self.data)]
        self.process.start().wait_until(self.answers)
        return self

    def answers(self) -> bool:
        """Return whether it takes connections and can be written to."""
        try:
            return self.ask("SELECT pg_is_in_recovery()").strip() == "f"
        except NotStarted:
            return False

    def stop(self) -> None:
        """Stop it at once, as a restart of the service does."""
        self.process.send(signal.SIGINT)
        self.process.stop()

    def kill(self) -> None:
        """Kill it, as a power cut would."""
        self.process.kill()

    def restart(self) -> None:
        """Stop it and start it again."""
        self.stop()
        self.start()

    def ask(self, statement: str, database: str = "postgres", user: str = ADMINISTRATOR) -> str:
        """Return what a statement answers, one line for each row."""
        return self.run(
            "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
            f"--username={user}", f"--dbname={database}", said=statement,
        )  # fmt: skip

    def make_roles(self) -> None:
        """Make the database, its owner and the role of web and worker, as the documentation says."""
        self.ask((SQL / "roles.sql").read_text())
        for role, password in self.passwords.items():
            self.ask(f"ALTER ROLE {role} PASSWORD '{password}'")

    def guard_ledger(self) -> None:
        """Take the right to change the ledger from the role of web and worker."""
        self.ask((SQL / "ledger.sql").read_text(), "parley")

    def url(self, role: str = WEB) -> str:
        """Return DATABASE_URL for a role."""
        return f"postgres://{role}:{self.passwords[role]}@/parley?host={self.folder}"
