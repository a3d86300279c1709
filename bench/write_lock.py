"""Time SQLite's write lock: our engine beside Django's, eight writers in two processes.

Run as `python -m bench.write_lock`. A writer thinks, takes the lock, holds it for a while and commits, as a request
that stores a text does.
"""

import multiprocessing
import random
import statistics
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.conf import settings
from django.db import connection, connections, transaction

ENGINES = {"django": "django.db.backends.sqlite3", "ours": "portal.sqlite3"}
LOADS = ((0.5, 10), (4, 50), (8, 80), (12, 30))  # milliseconds that a writer holds the lock, and thinks on average
PROCESSES, THREADS, WRITES = 2, 4, 60


def set_up(engine: str, path: Path) -> None:
    """Configure Django with the options that the site has."""
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
    settings.configure(DATABASES={"default": {"ENGINE": ENGINES[engine], "NAME": path, "OPTIONS": options}})
    django.setup()


def write(held: float, thought: float, took: list[float]) -> None:
    """Write rows, and note the seconds from asking for the lock to the commit."""
    connection.ensure_connection()
    for _n in range(WRITES):
        time.sleep(random.uniform(0, 2 * thought))
        began = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO written VALUES (1)")
            time.sleep(held)
        took.append(time.perf_counter() - began)
    connections.close_all()


def one_process(engine: str, path: Path, load: tuple[float, float], queue) -> None:
    """Write with several threads, and report the seconds of every write."""
    set_up(engine, path)
    took: list[float] = []
    writers = [threading.Thread(target=write, args=(*load, took)) for _n in range(THREADS)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    queue.put(took)


def make_table(engine: str, path: Path) -> None:
    """Make the table that the writers fill."""
    set_up(engine, path)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE written (n integer)")


def measure(engine: str, load: tuple[float, float]) -> str:
    """Return a row of the table."""
    with TemporaryDirectory() as folder:
        path, queue = Path(folder) / "lock.sqlite3", multiprocessing.Queue()
        maker = multiprocessing.Process(target=make_table, args=(engine, path))
        maker.start()
        maker.join()
        running = [
            multiprocessing.Process(target=one_process, args=(engine, path, load, queue)) for _n in range(PROCESSES)
        ]
        for each in running:
            each.start()
        took = [seconds * 1000 for _each in running for seconds in queue.get()]
    p95 = statistics.quantiles(took, n=20)[-1]
    return f"{engine:<8}{statistics.median(took):>10.1f}{p95:>10.1f}{max(took):>10.0f}"


def main() -> None:
    """Print the median, 95th percentile and longest write of both engines under each load."""
    for held, thought in LOADS:
        print(f"{PROCESSES * THREADS} writers hold the lock {held} ms and think {thought} ms on average")
        print(f"{'':<8}{'p50 ms':>10}{'p95 ms':>10}{'max ms':>10}")
        for engine in ENGINES:
            print(measure(engine, (held / 1000, thought / 1000)))


if __name__ == "__main__":
    main()
