"""Processes that a rehearsal starts, each stopped by its own number, and where they listen."""

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = "127.0.0.1"
PYTHON = sys.executable
START_SECONDS, STOP_SECONDS = 300, 40


class NotStarted(Exception):
    """Something did not start; the words say what it said."""


class Process:
    """One program and those that it starts, in a group of its own; what they say is in a log."""

    def __init__(self, name: str, command: list, log: Path, environment: dict[str, str] | None = None, user: str = ""):
        self.name, self.command, self.log = name, [str(part) for part in command], log
        self.environment, self.user = environment, user
        self.running: subprocess.Popen | None = None

    def start(self) -> "Process":
        """Start it; under another account when there is one and we are root."""
        account = account_of(self.user)
        with self.log.open("a") as log:
            self.running = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **account,
            )
        return self

    @property
    def is_running(self) -> bool:
        """Return whether it has not ended."""
        return self.running is not None and self.running.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the program itself."""
        if self.is_running:
            self.running.send_signal(number)

    def kill(self) -> None:
        """Kill it and all that it started, as a power cut would."""
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()

    def stop(self) -> None:
        """Ask it to end, and kill what is left after a while."""
        self.send(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            if self.running is not None:
                self.running.wait(STOP_SECONDS)
        self.kill()

    def wait_until(self, is_up: Callable[[], bool], seconds: float = START_SECONDS) -> "Process":
        """Return once it is up; raise with the end of its log when it ended or takes too long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.is_running:
            if is_up():
                return self
            time.sleep(0.1)
        raise NotStarted(f"{self.name} did not start.\n{self.log.read_text(errors='replace')[-3000:]}")


def end_in_order() -> None:
    """Have SIGTERM end this program as an exception does: what it started is stopped on the way out."""
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))


def account_of(user: str) -> dict:
    """Return how subprocess starts a program under an account; nothing when we are not root, or it is ours."""
    if not user or os.getuid() != 0:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind((HERE, 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    """Return whether somebody takes connections at a port of this machine."""
    try:
        socket.create_connection((HERE, port), timeout=1).close()
    except OSError:
        return False
    return True


def run(command: list, *, environment: dict[str, str] | None = None, user: str = "", said: str | None = None) -> str:
    """Run a program to its end and return what it printed; raise NotStarted when it failed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        **account_of(user),
    )
    if done.returncode:
        raise NotStarted(f"{' '.join(map(str, command[:4]))} …\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}")
    return done.stdout
