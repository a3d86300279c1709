"""Reading: the public pages beside an empty view, anonymous, over connections that are kept."""

import time
from functools import partial

from bench.load import get
from bench.measure import Figures, interleaved, run
from portal.http.page_store import PAGE_SECONDS

MOST = 20_000  # requests in one run
WARM = 24
FLOOR = "empty view"
PAGE = "consultation page"
UNCHANGED = "consultation page, unchanged (304)"
OWN = "consultation page of an author"
UNCACHED = "consultation page, nothing cached"
GZIP = {"Accept-Encoding": "gzip"}  # as every browser asks


def asks(seeded) -> dict:
    """Return the request for each page, with something that only the right page shows.

    An author has the cookie of a browser that sent something before.
    """
    address = seeded.page.get_absolute_url()
    idea, newest = seeded.idea, seeded.newest
    return {
        FLOOR: get("/bench/empty/", marker="empty"),
        PAGE: get(address, GZIP, marker="Content-Encoding: gzip"),
        "consultation page, not compressed": get(address, marker=f'id="{newest.reference}"'),
        OWN: get(address, {"Cookie": seeded.cookie}, marker=f'id="{newest.reference}"'),
        "list of consultations": get("/consultations/", GZIP, marker="Content-Encoding: gzip"),
        "idea list": get(f"{address}ideas/", GZIP, marker="Content-Encoding: gzip"),
        "idea with 20 comments": get(idea.get_absolute_url(), GZIP, marker="Content-Encoding: gzip"),
        "receipt": get(seeded.receipt, marker=seeded.receipt[10:19]),
        "feed": get(f"{address}feed/", GZIP, marker="Content-Encoding: gzip"),
    }


def read(load, server, uncached, seeded, *, rounds: int, seconds: float, say) -> dict[str, list[Figures]]:
    """Measure every page in turn; the consultation also on a server without a cache."""
    pages = asks(seeded)
    runs = {name: partial(run, load, server, [ask] * MOST, seconds) for name, ask in pages.items()}
    runs[UNCHANGED] = lambda: run(load, server, [unchanged(server, seeded, seconds)] * MOST, seconds)
    runs[UNCACHED] = partial(run, load, uncached, [pages[PAGE]] * MOST, seconds)
    # Of two workers that make the sizes of a picture at once, each would keep its own: other bytes, another ETag.
    server.get(seeded.page.get_absolute_url())
    warm_up(load, server, pages.values())
    warm_up(load, uncached, [pages[PAGE]])
    return interleaved(runs, rounds, say)


def unchanged(server, seeded, seconds):
    """Return the request of a browser that has the page as it is for so many seconds: each minute has another tag."""
    address = seeded.page.get_absolute_url()
    if time.time() % PAGE_SECONDS > PAGE_SECONDS - seconds - 1:
        time.sleep(seconds + 1.1)
    tag = server.get(address, GZIP).getheader("ETag")
    return get(address, {**GZIP, "If-None-Match": tag}, status=304, marker="ETag")


def warm_up(load, server, pages):
    """Ask for each page often enough that every worker has compiled its templates."""
    for ask in pages:
        load.run(server.port, [ask] * WARM, seconds=120)
