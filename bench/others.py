"""The parts that are programs of their own: run, with what they print, how long they took and their peak memory."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


class Broken(Exception):
    """A part ended with an error."""


def run(name: str, *arguments: str) -> dict | None:
    """Run `bench/NAME.py` by itself; None when it is not there."""
    if not (ROOT / "bench" / f"{name}.py").exists():
        return None
    began = time.monotonic()
    command = [sys.executable, "-m", f"bench.{name}", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            printed = process.stdout.read()
            _pid, status, used = os.wait4(process.pid, 0)
        except BaseException:  # Whatever stops us stops the part too.
            process.terminate()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Broken(f"bench.{name} ended with {process.returncode}.")
    return {"seconds": round(time.monotonic() - began, 1), "peak_mb": peak_mb(used), "printed": printed.splitlines()}


def peak_mb(used: resource.struct_rusage) -> int:
    """Return the most memory a process held at once (Linux counts in KiB)."""
    return round(used.ru_maxrss * 1024 / 1e6)
