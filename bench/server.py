"""A server of the product as production runs it: gunicorn, two workers of four threads."""

import gzip
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from bench.load import HOST

ROOT = Path(__file__).parent.parent
START = 60  # seconds to come up
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """gunicorn on a free port of this machine; a context manager, stopped by its own number."""

    def __init__(self, environment: dict[str, str], **changes: str):
        self.environment = os.environ | environment | changes

    def __enter__(self):
        """Start it and wait until it answers."""
        with socket.create_server((HOST, 0), backlog=128) as listening:
            self.port = listening.getsockname()[1]
            self.process = self.start(listening.fileno())
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_raised):
        """Stop it and its workers."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def start(self, listening: int):
        """Start gunicorn on a socket that is open already, so that nobody can take the port in between."""
        options = ["--workers", "2", "--threads", "4", "--bind", f"fd://{listening}", "--log-level", "warning"]
        command = [sys.executable, "-m", "gunicorn", "--no-control-socket", *options, "portal.wsgi"]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, pass_fds=[listening])

    def wait(self):
        """Return once it answers; raise when it ended or takes too long."""
        until = time.monotonic() + START
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError("gunicorn ended at once; its reason stands above.")
            try:
                if self.get("/healthz/live").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"gunicorn did not answer within {START} seconds.")

    def get(self, path: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
        """Return the answer to one request, its body read."""
        line = http.client.HTTPConnection(HOST, self.port, timeout=START)
        line.request("GET", path, headers=headers or {})
        answer = line.getresponse()
        answer.body = answer.read()
        packed = answer.getheader("Content-Encoding") == "gzip"
        answer.text = (gzip.decompress(answer.body) if packed else answer.body).decode(errors="replace")
        line.close()
        return answer

    def body_and_text(self, path: str, headers: dict[str, str]) -> tuple[bytes, str]:
        """Return the body as it travels, and what it says."""
        answer = self.get(path, headers)
        return answer.body, answer.text

    def cpu_seconds(self) -> float:
        """Return the processor time that its processes have used so far."""
        return sum(processor_seconds(pid) for pid in family(self.process.pid))


def stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name: state, parent, … (proc(5))."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def family(pid: int) -> list[int]:
    """Return a process and its children."""
    children = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if int(stat(int(entry.name))[1]) == pid:
                children.append(int(entry.name))
        except OSError:  # It ended between the two looks.
            continue
    return [pid, *children]


def processor_seconds(pid: int) -> float:
    """Return the seconds in user and system mode of a process."""
    return sum(int(ticks) for ticks in stat(pid)[11:13]) / TICKS
