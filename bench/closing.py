"""Send many people into the closing second of a consultation, and keep them sending: `make closing`.

Everybody has opened a form in time. Within the last second all of them send a text; then each goes on writing with a
pause between two texts, and every try that fails is made again, until the time is over. Forms that were opened in time
are taken for a quarter of an hour after the closing moment. Ends with 1 when an acknowledged text is lost or doubled,
when an error page lost somebody's words, or when somebody gave up.
"""

import argparse
import json
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench.chaos_web import Broken, errors_in, stored_texts
from bench.people import Crowd, Person
from ops.processes import end_in_order

PAUSE_SECONDS = 60  # of one person between two texts, on average
OPENING_SECONDS = 30  # within which everybody opens the form


@dataclass
class Hurrying(Person):
    """Somebody who has written, and sends in the last second."""

    closes: float = 0.0  # by the monotonic clock

    def write(self) -> None:
        """Open the form, send in the closing second, and go on writing."""
        chance, count = Random(self.number), 1
        time.sleep(chance.uniform(0, OPENING_SECONDS))
        self.open_form(self.place(0))
        self.stamped = float("inf")  # the form from before the closing moment stays open
        time.sleep(max(self.closes - chance.random() - time.monotonic(), 0))
        self.send_until_taken(self.text(count, chance), self.place(count))
        while not self.over.wait(chance.expovariate(1 / PAUSE_SECONDS)):
            count += 1
            self.send_until_taken(self.text(count, chance), self.place(count))

    def text(self, count: int, chance: Random) -> str:
        """Return a text that nobody else writes."""
        return f"Person {self.number} writes text {count}: wait for the ferry, {chance.random()}."

    def place(self, count: int) -> str:
        """Return a network address of one's own for each text."""
        return f"10.{self.number % 250 + 1}.{self.number // 250}.{count % 250 + 1}"


class Hurry(Crowd):
    """Everybody at the closing second."""

    def __init__(self, port: int, path: str, people: int, closes: float):
        super().__init__(port, path, people)
        crowd = [Hurrying(port, path, n, seen, self.over, closes=closes) for n, seen in enumerate(self.seen, 1)]
        self.threads = [threading.Thread(target=each.write) for each in crowd]


def close_in(seconds: float):
    """Have the consultation close in so many seconds; return the moment."""
    from django.db import connection
    from django.utils import timezone

    from consultations.models import ConsultationPage

    moment = timezone.now() + timedelta(seconds=seconds)
    ConsultationPage.objects.filter(slug="night-buses").update(closes_at=moment)
    connection.close()
    return moment


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Return the middle, the slowest in twenty and the slowest, in seconds."""
    ranked = sorted(seconds) or [0.0]
    at = {"p50": 0.5, "p95": 0.95, "max": 1}
    return {name: round(ranked[min(int(len(ranked) * part), len(ranked) - 1)], 2) for name, part in at.items()}


def found(crowd: Hurry, closed, began: float, broken: Broken) -> dict:
    """Compare what was acknowledged with what is stored."""
    from django.db import connection

    from consultations.models import Submission

    connection.close()
    kept, doubled = stored_texts()
    acknowledged = crowd.acknowledged
    ours = Submission.objects.filter(current__text__startswith="Person ")
    took = [each for seen in crowd.seen for each in seen.took]
    return {
        "people": len(crowd.seen),
        "tried": sum(seen.tries for seen in crowd.seen),
        "acknowledged": len(acknowledged),
        "a second": round(len(acknowledged) / (time.monotonic() - began), 1),
        "lost": sum(kept.get(text) != reference for text, reference in acknowledged.items()),
        "doubled": doubled,
        "given up by their authors": sum(len(seen.given_up) for seen in crowd.seen),
        "received in time": ours.filter(received_at__lte=closed).count(),
        "received after the closing moment": ours.filter(received_at__gt=closed).count(),
        "seconds to the receipt, closing second": percentiles([seen.took[0] for seen in crowd.seen if seen.took]),
        "seconds to the receipt, all": percentiles(took),
        "answers": crowd.answers,
        "errors in the log": errors_in(broken.web.log),
    }


def main() -> int:
    """Send everybody and report."""
    end_in_order()
    parser = argparse.ArgumentParser(prog="python -m bench.closing", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600, help="how long people go on after the closing moment")
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite; otherwise on a PostgreSQL of its own")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="parley-closing-", ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        broken = Broken(folder, not chosen.sqlite, Random(1), stack, disk=False)
        lead = OPENING_SECONDS + 15
        began, closed = time.monotonic(), close_in(lead)
        with Hurry(broken.port, broken.path, chosen.people, began + lead) as crowd:
            time.sleep(lead + chosen.seconds)
        report = found(crowd, closed, began + lead, broken)
    print(json.dumps(report, indent=2))
    lost_words = sum(number for kind, number in report["answers"].items() if "LOST" in kind or "NO PAGE" in kind)
    return 1 if report["lost"] or report["doubled"] or report["given up by their authors"] or lost_words else 0


if __name__ == "__main__":
    sys.exit(main())
