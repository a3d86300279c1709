"""A mode that no file of the product knows, in one folder and one row, goes all the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

WALK = Path(__file__).parent / "toy_mode" / "walk.py"


@pytest.mark.slow
def test_a_fourth_mode_is_one_folder_and_one_row():
    """The table is read once a process, so the walk is a test run of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--ds=tests.toy_mode.settings", str(WALK)]
    run = subprocess.run(command, env=environment, cwd=WALK.parents[2], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout + run.stderr
