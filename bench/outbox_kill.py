"""Kill the workers that send 2,000 messages 50 times at random, and prove that none is lost or sent twice unnoticed.

The mail server refuses one address in a hundred, drops one connection in a hundred and is away for five seconds. Runs
on a new SQLite database, or on the empty one that DATABASE_URL names. Ends with 1 if a message was lost or doubled.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-m", "tests.portal.outbox.under_fire"]


def send_under_fire(place, messages, kills):
    """Run it once on a database of its own; return what became of the messages."""
    environment = os.environ | {
        "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{place}/outbox.sqlite3"),
        "SEARCH_URL": f"fts5:///{place}/search.sqlite3",
        "VAR_DIR": place,
    }
    migrate = [sys.executable, "manage.py", "migrate", "--settings", "tests.settings", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    command = [*PROGRAM, "--messages", str(messages), "--kills", str(kills)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def main():
    """Run it and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    chosen = parser.parse_args()
    with TemporaryDirectory() as place:
        found = send_under_fire(place, chosen.messages, chosen.kills)
    for name, value in found.items():
        print(f"{name:20} {value}")
    sys.exit(bool(found["lost"] or found["doubled"] or found["taken untold"]))


if __name__ == "__main__":
    main()
