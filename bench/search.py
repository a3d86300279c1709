"""Measure search: each question beside the same body sent raw, the relay beside _bulk, exports beside a plain cursor.

Run as `make bench-search` (DOCUMENTS=1000000), or `python -m bench.search --parts questions`. A node of its own in a
temporary folder. A question is words, six facets, months, people and letters counted, 20 marked hits; the documents are
those of `bench.desk`. Then a rebuild, exports in each format, and the embedded engine.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPConnection
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from bench import exports, site
from bench.desk import QUERIES, documents, named, vocabulary
from tests.elasticsearch_node import Cluster

SCOPE = {"visibility": ("public", "restricted")}
WAYS = {
    "all, by relevance": {"sort": "relevance"},
    "all, newest first": {},
    "all, newest, letters collapsed": {"collapse": True},
    "one consultation, by relevance": {"sort": "relevance", "scope": SCOPE | {"consultation": ("3",)}},
    "one consultation, newest, two facets ticked": {
        "scope": SCOPE | {"consultation": ("3",)},
        "filters": {"channel": ("website",), "status": ("published",)},
    },
}
BATCH = 500
PARTS = ("relay", "questions", "embedded")


def fill(address: str, first: int, step: int, count: int) -> None:
    """Write every ``step``-th document; in a process of its own."""
    from search.engines.configured import get_engine_at

    index, chance = get_engine_at(address), Random(11)
    mine = islice(documents(count, vocabulary(chance), chance), first, None, step)
    while batch := list(islice(mine, BATCH)):
        index.write(batch)
        if first == 0:
            print(f"\r{batch[-1].id:,} of {count:,} documents", end="", file=sys.stderr, flush=True)


def filled(address: str, count: int) -> float:
    """Write all documents from two processes; return the seconds."""
    began, context = time.perf_counter(), get_context("spawn")
    workers = [context.Process(target=fill, args=(address, n, 2, count)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(file=sys.stderr)
    return time.perf_counter() - began


class Raw:
    """A bare connection that sends a body as it is and reads the answer."""

    def __init__(self, index):
        host = index.address.hosts[0].rpartition("/")[2]
        self.connection, self.path = HTTPConnection(host), f"/{index.alias}/_search"

    def ask(self, body: bytes) -> dict:
        """Return the answer to one body."""
        self.connection.request("POST", self.path, body, {"Content-Type": "application/json"})
        return json.loads(self.connection.getresponse().read())


def milliseconds(ask: Callable[[Any], object], what: object) -> float:
    """Return how long an answer takes."""
    return seconds(partial(ask, what)) * 1000


def asked(index, raw: Raw, texts: list[str], rounds: int, **way) -> Iterator[tuple[float, float]]:
    """Ask everything by our layer and raw in turn; give the middle of the rounds for each text."""
    from search.language.query import Query

    languages = index.languages()
    for text in texts:
        query = Query(**{"text": text, "scope": SCOPE} | way)
        body = json.dumps(index.body(query, languages)).encode()
        took = [timed(index, raw, query, body, first=n % 2) for n in range(rounds)]
        yield tuple(median(column) for column in zip(*took, strict=True))


def timed(index, raw: Raw, query, body: bytes, *, first: int) -> tuple[float, float]:
    """Ask both ways, ours first or not, for the second finds warmer caches; return the milliseconds of ours and raw."""
    if first:
        theirs = milliseconds(raw.ask, body)
        return milliseconds(index.search, query), theirs
    ours = milliseconds(index.search, query)
    return ours, milliseconds(raw.ask, body)


def row(name: str, pairs: list[tuple[float, float]]) -> str:
    """Return a line of the table: p50 and p95 of ours and of the raw body, and what the layer adds."""
    ours, raw = zip(*pairs, strict=True)
    cells = [median(ours), quantiles(ours, n=20)[-1], median(raw), quantiles(raw, n=20)[-1]]
    added = median(one / other for one, other in pairs) - 1
    return f"| {name} | {' | '.join(f'{cell:.1f}' for cell in cells)} | {added:+.0%} |"


def relayed(count: int, rounds: int) -> Iterator[tuple[float, float]]:
    """Yield for each round: documents a second of the relay, from the database on, and of bare bulk requests.

    Both in turn fill an empty index, on a server that has had all texts once: nothing is told of a cold start.
    """
    from search.engines.configured import get_engine

    exports.fill(count)
    index = get_engine()
    requests = list(made_ready(index))
    for number in range(rounds + 1):
        begin_anew(index)
        ours = count / seconds(relay_all)
        begin_anew(index)
        raw = count / seconds(lambda: [send() for send in requests])
        if number:
            yield ours, raw


def begin_anew(index) -> None:
    """Put an empty index in the place of one, and have everything lag."""
    from consultations.models import Submission
    from search.models import IndexState

    for name in index.generations.indices_with_alias(index.alias):
        index.client.indices.delete(index=name)
    index.generations.fed_indices()
    Submission.objects.update(indexed_version=0)
    IndexState.objects.all().delete()


def relay_all() -> None:
    """Relay until nothing lags."""
    from search.index.relay import relay_batch

    while relay_batch():
        pass


def made_ready(index) -> Iterator[Callable[[], object]]:
    """Return the requests that send the bodies of all submissions."""
    from consultations.models import Submission
    from search.engines.elasticsearch import bulk
    from search.index.indices import open_index, read_in_id_order

    source = open_index()
    changes = source.changes(read_in_id_order(source.select_rows(Submission.objects.all())))
    for batch in bulk.split_into_requests(map(bulk.bulk_operation, changes)):
        operations = [part for operation in batch for part in operation]
        yield partial(index.client.bulk, operations=operations, index=f"{index.alias}-fed")


def seconds(do: Callable[[], object]) -> float:
    """Return how long something takes."""
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=100_000, help="in the index that is asked")
    parser.add_argument("--rows", type=int, help="submissions that are rebuilt and exported (default: as many)")
    parser.add_argument("--relayed", type=int, default=20_000, help="submissions that the relay sends")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--heap", default="2g")
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS)
    chosen = parser.parse_args()
    chosen.rows = chosen.rows or chosen.documents
    with TemporaryDirectory(prefix="parley-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server runs as somebody else
        if {"relay", "questions"} & {*chosen.parts}:
            on_elasticsearch(folder, chosen)
    if "embedded" in chosen.parts:
        for arguments in ([str(min(chosen.documents, 100_000))], [str(chosen.documents), "one"]):
            subprocess.run([sys.executable, "-m", "bench.desk", *arguments], cwd=exports.ROOT, check=True)


def on_elasticsearch(folder: Path, chosen: argparse.Namespace) -> None:
    """Start a node with a site beside it, and measure what was chosen."""
    with Cluster(folder / "cluster", heap=chosen.heap) as cluster:
        values = site.environment(folder, f"sqlite:///{folder}/database.sqlite3")
        site.set_up(values | {"SEARCH_URL": cluster.search_url})
        if "relay" in chosen.parts:
            keep_up(chosen.relayed, chosen.rows, chosen.rounds)
        if "questions" in chosen.parts:
            ask(f"{cluster.urls[0]}/large", chosen.documents, chosen.rounds)


def keep_up(few: int, rows: int, rounds: int) -> None:
    """Measure the relay, a rebuild and exports."""
    from django.db.models import F

    from consultations.models import Submission
    from search.index.rebuild import rebuild_indices

    ours, raw = (median(column) for column in zip(*relayed(few, rounds), strict=True))
    print(f"relay {ours:,.0f} documents/s, bare _bulk of the same bodies {raw:,.0f}: {ours / raw:.0%}", flush=True)
    exports.fill(rows, after=few)
    Submission.objects.update(indexed_version=F("version"))  # as on a site that runs: nothing waits for the relay
    took = seconds(rebuild_indices)  # proof and swap included
    print(f"rebuild of {rows:,} submissions {took:.1f} s, {rows / took:,.0f}/s", flush=True)
    exports.make_officer()
    exports.in_processes(rows, exports.EVERY, dict(os.environ))


def ask(address: str, count: int, rounds: int) -> None:
    """Measure questions on a large index."""
    from search.engines.configured import get_engine_at

    took = filled(address, count)
    index = get_engine_at(address)
    index.bucket_totals()
    index.client.options(request_timeout=3600).indices.forcemerge(index=index.alias, max_num_segments=4)
    size = index.client.indices.stats(index=index.alias)["_all"]["primaries"]["store"]["size_in_bytes"]
    print(f"{count:,} documents written in {took:.0f} s, {count / took:,.0f}/s; {size / 1e9:.2f} GB\n")
    chance = Random(11)
    words = vocabulary(chance)
    texts = [" ".join(named(word, words) for word in text.split(" ")) for text in QUERIES]
    raw = Raw(index)
    for text in texts:  # what is loaded on first use is there from now on
        list(asked(index, raw, [text], 1))
    print("| milliseconds | p50 | p95 | raw p50 | raw p95 | added |\n|---|---:|---:|---:|---:|---:|")
    for name, way in WAYS.items():
        print(row(name, list(asked(index, raw, texts, rounds, **way))), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    main()
