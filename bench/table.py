"""The figures as a Markdown table and as JSON."""

from bench import posting, reading
from bench.measure import QUIET, Figures, middle, quiet

FLOORS = {posting.COMMENT: posting.FLOOR}  # everything else stands beside the empty view
PEER = {  # requests a second and queries of adhocracy+ (August 2026) with 20,000 comments, measured alike on two cores
    reading.PAGE: (13.9, 101),
    "idea list": (2.2, 165),
    "idea with 20 comments": (2.4, 919),
    posting.COMMENT: (20.2, 80),
}
HEADING = (
    "| what | requests/s | p50 ms | p95 ms | CPU ms | floor /s | share of floor | SQL first, again "
    "| peer /s, SQL | times peer |"
)


def markdown(rounds: dict[str, list[Figures]], sql: dict[str, tuple[int, int]]) -> str:
    """Return the table of everything that went through the server."""
    rows = [row(name, rounds, sql) for name in rounds]
    return "\n".join([HEADING, "|---|" + "---:|" * (HEADING.count("|") - 2), *rows])


def quietness(rounds: dict[str, list[Figures]]) -> str:
    """Return in words which rounds count, and how much the rest of the machine did meanwhile."""
    disturbed = [name for name, each in rounds.items() if max(one.elsewhere for one in quiet(each)) > QUIET]
    rule = f"Medians of the rounds in which other programs used at most {QUIET:.0%} of the processors"
    return f"{rule}; all rounds, for want of quiet ones, of: {', '.join(disturbed)}." if disturbed else f"{rule}."


def row(name: str, rounds: dict[str, list[Figures]], sql: dict[str, tuple[int, int]]) -> str:
    """Return one line: the medians, beside the floor of the same rounds and the peer."""
    ours = middle(rounds[name])
    first, again = sql[name]
    cells = [name, f"{ours.rate:,.0f}", f"{ours.p50:.1f}", f"{ours.p95:.1f}", f"{ours.cpu:.2f}"]
    return (
        "| " + " | ".join([*cells, *beside_floor(name, rounds), f"{first}, {again}", *beside_peer(name, ours)]) + " |"
    )


def beside_floor(name: str, rounds: dict[str, list[Figures]]) -> list[str]:
    """Return the floor's rate and our share of it; nothing for a floor itself."""
    floor = FLOORS.get(name, reading.FLOOR)
    if name == floor or name in FLOORS.values():
        return ["", ""]
    rate = middle(rounds[floor]).rate
    return [f"{rate:,.0f}", f"{middle(rounds[name]).rate / rate:.0%}"]


def beside_peer(name: str, ours: Figures) -> list[str]:
    """Return the peer's rate and queries, and how many times faster we are."""
    if name not in PEER:
        return ["", ""]
    rate, queries = PEER[name]
    return [f"{rate}, {queries}", f"{ours.rate / rate:.0f}"]


def as_json(rounds: dict[str, list[Figures]], sql: dict[str, tuple[int, int]]) -> dict:
    """Return medians, rounds and queries by name."""
    return {
        name: {
            "median": middle(each).as_dict(),
            "rounds": [one.as_dict() for one in each],
            "sql": dict(zip(("first", "again"), sql[name], strict=True)),
        }
        for name, each in rounds.items()
    }
