"""Time the screening of comments with the starter policy: the whole chain, and each detector alone.

Run as `python -m bench.screening`. Real comments are used when there are any: a folder of CSV files with a
column `comment-body`, named by --data or by PARLEY_DATA.
"""

import argparse
import csv
import os
import random
import statistics
import time
from io import StringIO
from pathlib import Path

from moderation.detectors import Context
from moderation.policy.loading import load_policy
from moderation.policy.rules import Look
from moderation.policy.ruleset import Ruleset
from moderation.text.normalised import Text

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("PARLEY_DATA") or ROOT.parent / "shared" / "data") / "polis-moderated"
STARTER = ROOT / "moderation" / "policy" / "starter.toml"
WORDS = (
    "the a of to and in street trees buses night plan council please more less safe shade children school money "
    "should could must not never always better worse park river café bicycle 2024 $500 traffic, noise. homes?"
).split()


def real_comments(folder: Path) -> list[str]:
    """Read the comments of every CSV file in the folder."""
    paths = sorted(folder.glob("*.csv"))
    rows = (row for path in paths for row in csv.DictReader(StringIO(path.read_text(encoding="utf-8"))))
    return [row["comment-body"] for row in rows]


def made_up_comments(count: int) -> list[str]:
    """Make comments of the length of real ones, the same every time."""
    draw = random.Random(1)
    return [" ".join(draw.choices(WORDS, k=draw.randint(5, 45))) for _ in range(count)]


def times(function, comments: list[str]) -> list[float]:
    """Return the microseconds that each comment took."""
    spent = []
    for comment in comments:
        start = time.perf_counter()
        function(comment)
        spent.append((time.perf_counter() - start) * 1e6)
    return spent


def line(name: str, spent: list[float]) -> str:
    """Format a row of the table."""
    return f"{name:<24}{statistics.median(spent):>12.1f}{statistics.quantiles(spent, n=20)[-1]:>12.1f}"


def main() -> None:
    """Print median and 95th percentile in microseconds a comment."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of CSV files with a column comment-body")
    parser.add_argument("--limit", type=int, default=4000, help="how many comments")
    options = parser.parse_args()

    comments = real_comments(options.data) or made_up_comments(options.limit)
    comments = random.Random(1).sample(comments, min(options.limit, len(comments)))
    ruleset, context = Ruleset(load_policy(STARTER)), Context()
    ruleset.screen("Warm up: é, f*ck, 0491 570 006.")

    letters = statistics.median(map(len, comments))
    print(f"{len(comments)} comments, median {letters:.0f} characters; microseconds a comment")
    print(f"{'':<24}{'median':>12}{'p95':>12}")
    print(line("whole chain", times(lambda raw: ruleset.screen(raw, context=context), comments)))
    print(line("folding alone", times(lambda raw: Text(raw).readings, comments)))
    for bound in ruleset.rules:
        print(line(bound.rule.key, times(lambda raw, b=bound: b.findings(Look(Text(raw), context, "text")), comments)))


if __name__ == "__main__":
    main()
