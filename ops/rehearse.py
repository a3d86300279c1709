"""Start the site as production runs it, from Debian's packages, and walk through it: python -m ops.rehearse.

PostgreSQL with two roles, Redis, Elasticsearch with a key for each index, two web nodes and two workers behind nginx
with TLS, all on this machine, in a folder of its own, and stopped in the end. Ends with 1 when a step fails.
"""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from ops.browser import Unexpected
from ops.processes import NotStarted, end_in_order
from ops.topology import Topology
from ops.walk import Walk


def say(words: str) -> None:
    """Print a line at once."""
    print(words, flush=True)


def main() -> int:
    """Rehearse it, or keep the site up until Enter is pressed."""
    end_in_order()
    parser = argparse.ArgumentParser(prog="python -m ops.rehearse", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--search", default="", metavar="URL", help="http://elastic:PASSWORD@host:port; default: one of its own"
    )
    parser.add_argument("--stay", action="store_true", help="keep it up afterwards until Enter is pressed")
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="parley-rehearsal-") as folder:
        began = time.monotonic()
        try:
            with Topology(Path(folder), chosen.search) as site:
                say(f"{time.monotonic() - began:6.1f} s  Everything is up: {site.address}")
                steps = Walk(site, say).take_all()
                say(f"{len(steps)} steps, {time.monotonic() - began:.0f} s, nothing amiss.")
                if chosen.stay:
                    input("Enter stops it. ")
        except (Unexpected, NotStarted) as fault:
            say(f"FAILED: {fault}")
            for log in sorted(Path(folder).glob("*.log")):
                say(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
