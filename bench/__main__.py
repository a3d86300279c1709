"""Measure the site beside its floors, all in one run: `python -m bench`, a quick look with `--quick`."""

import argparse
import json
import os
import platform
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import others, site
from bench.load import Load
from bench.server import Server
from bench.weight import weigh

ROOT = Path(__file__).parent.parent
PARTS = ("screening", "moderation", "replay", "desk", "exports", "importing", "site")
QUICK = ("screening", "site")


def options():
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all when none is named")
    parser.add_argument(
        "--quick", action="store_true", help="a look of a minute: few rounds, the site and screening only"
    )
    parser.add_argument(
        "--database", default="", metavar="URL", help="postgres://…: a server where we may make a database"
    )
    parser.add_argument("--rounds", type=int, default=0, help="rounds of each run (default 7, quick 3)")
    parser.add_argument("--seconds", type=float, default=0, help="length of a run (default 2, quick 1)")
    parser.add_argument("--comments", type=int, default=1000, help="comments on the consultation")
    parser.add_argument("--ideas", type=int, default=1000, help="ideas on the consultation")
    parser.add_argument("--documents", type=int, default=100_000, help="submissions for the desk and exports")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "bench.json", metavar="FILE")
    chosen = parser.parse_args()
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    chosen.parts = chosen.parts or list(QUICK if chosen.quick else PARTS)
    chosen.rounds = chosen.rounds or (3 if chosen.quick else 7)
    chosen.seconds = chosen.seconds or (1 if chosen.quick else 2)
    return chosen


def say(words: str) -> None:
    """Show what is being done, on one line that the next replaces."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{words} …", end="", file=sys.stderr, flush=True)


def measure_site(chosen) -> dict:
    """Measure reading and posting on a site of its own, and print the table."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="parley-bench-")))
        say("Making a site with its static files")
        values = site.environment(folder, stack.enter_context(site.database(chosen.database, folder)))
        site.set_up(values)

        from django.db import connection

        from bench import floor, posting, reading, seed, sql, table  # they need Django

        stack.callback(connection.close)
        say(f"Writing {chosen.comments} comments and {chosen.ideas} ideas")
        floor.make_table()
        seeded = seed.seed(values["SITE_URL"], chosen.comments, chosen.ideas)
        load = stack.enter_context(Load())
        server = stack.enter_context(Server(values))
        uncached = stack.enter_context(Server(values, CACHE_URL="dummycache://", PAGE_CACHE_MB="0"))
        turns = {"rounds": chosen.rounds, "seconds": chosen.seconds, "say": say}
        rounds = reading.read(load, server, uncached, seeded, **turns)
        rounds |= posting.write(load, server, seeded, **turns)
        queries = sql.per_page(seeded)
        say("")
        weights = weigh(server.body_and_text, seeded.page.get_absolute_url())
        print(table.markdown(rounds, queries), table.quietness(rounds), sep="\n\n")
        print(f"\n{reading.PAGE}, compressed, with styles, script and icons: {sum(weights.values()):,} bytes")
        return {"database": connection.vendor, "figures": table.as_json(rounds, queries), "bytes": weights}


def measure_others(chosen) -> dict:
    """Run the parts that are programs of their own, and print what they print."""
    arguments = {
        "screening": [],
        "moderation": ["--rounds", str(chosen.rounds)],
        "replay": [str(chosen.documents)],
        "desk": [str(chosen.documents)],
        "exports": [str(chosen.documents)],
        "importing": [str(chosen.documents // 2)],
    }
    found = {}
    for part in [part for part in PARTS[:-1] if part in chosen.parts]:
        say(f"Measuring {part}")
        found[part] = others.run(part, *arguments[part])
        say("")
        print(f"{part}: {'not there yet' if found[part] is None else words_of(found[part])}")
    return found


def words_of(part: dict) -> str:
    """Return what a part found, as it prints it."""
    return "\n".join([f"{part['seconds']} s, peak {part['peak_mb']} MB", *part["printed"], ""])


def machine() -> dict:
    """Return what the figures depend on."""
    return {
        "at": time.strftime("%Y-%m-%d %H:%M:%S"),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }


def main() -> None:
    """Measure what was asked for and keep the figures."""
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))  # The server is stopped on the way out.
    chosen, found = options(), {"machine": machine()}
    found |= measure_others(chosen)  # Before this process grows: a child's peak of memory counts its parent's.
    if "site" in chosen.parts:
        found["site"] = measure_site(chosen)
    found["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"\nKept in {chosen.json}", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped; the servers and the temporary site are gone.")
