"""Reading: the public pages beside an empty view, anonymous, over connections that are kept."""

from functools import partial

from bench.load import get
from bench.measure import Figures, interleaved, run

MOST = 20_000  # requests in one run
WARM = 24
FLOOR = "empty view"
PAGE = "consultation page"
UNCACHED = "consultation page, nothing cached"


def asks(seeded) -> dict:
    """Return the request for each page, with something that only the right page shows."""
    address = seeded.page.get_absolute_url()
    idea, newest = seeded.idea, seeded.newest
    return {
        FLOOR: get("/bench/empty/", marker="empty"),
        PAGE: get(address, marker=f'id="{newest.reference}"'),
        "consultation page, compressed": get(address, {"Accept-Encoding": "gzip"}, marker="Content-Encoding: gzip"),
        "idea list": get(f"{address}ideas/", marker=idea.reference),
        "idea with 20 comments": get(idea.get_absolute_url(), marker=f"Idea for {idea.reference}"),
        "receipt": get(seeded.receipt, marker=seeded.receipt[10:19]),
        "feed": get(f"{address}feed/", marker="<rss"),
    }


def read(load, server, uncached, seeded, *, rounds: int, seconds: float, say) -> dict[str, list[Figures]]:
    """Measure every page in turn; the consultation also on a server without a cache."""
    pages = asks(seeded)
    runs = {name: partial(run, load, server, [ask] * MOST, seconds) for name, ask in pages.items()}
    runs[UNCACHED] = partial(run, load, uncached, [pages[PAGE]] * MOST, seconds)
    warm_up(load, server, pages.values())
    warm_up(load, uncached, [pages[PAGE]])
    return interleaved(runs, rounds, say)


def warm_up(load, server, pages):
    """Ask for each page often enough that every worker has compiled its templates."""
    for ask in pages:
        load.run(server.port, [ask] * WARM, seconds=120)
