"""A clock that can be set back, for processes that are started with it: a small library, compiled here."""

import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
COMPILER = shutil.which("cc") or shutil.which("gcc")


class Clock:
    """The wall clock of some processes; clocks that only go on, as waits use them, stay true."""

    def __init__(self, folder: Path):
        self.file, self.library = folder / "clock", folder / "clock.so"
        self.is_there = COMPILER is not None
        if self.is_there:
            subprocess.run([COMPILER, "-shared", "-fPIC", "-O2", "-o", self.library, SOURCE], check=True)
        self.set(0)

    def set(self, seconds: int) -> None:
        """Set the clock back or on, from the true time."""
        new = self.file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.file)

    @property
    def environment(self) -> dict[str, str]:
        """Return what a process has to be started with."""
        return {"LD_PRELOAD": str(self.library), "CLOCK_FILE": str(self.file)} if self.is_there else {}
