"""Measure several things in turn, round after round, so that what the machine does meanwhile hits all alike."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from statistics import median, quantiles

from bench.server import TICKS

QUIET = 0.05  # the share of the processors that other programs may use in a round that counts
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: requests, how many a second, milliseconds to an answer, the server's milliseconds of processor for each.

    ``elsewhere`` is the share of the machine that neither server nor client used: other programs, and PostgreSQL.
    """

    count: int
    rate: float
    p50: float
    p95: float
    cpu: float
    elsewhere: float

    def as_dict(self) -> dict[str, float]:
        """Return the figures with names, rounded to what means something."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def run(load, server, asks, seconds: float) -> Figures:
    """Keep the server busy for some seconds."""
    busy, cpu = busy_seconds(), server.cpu_seconds()
    answers = load.run(server.port, asks, seconds)
    busy, cpu = busy_seconds() - busy, server.cpu_seconds() - cpu
    whole = (answers.ended - answers.began) * (os.cpu_count() or 1)
    return Figures(
        count=len(answers.took),
        rate=answers.rate,
        p50=median(answers.took) * 1e3,
        p95=quantiles(answers.took, n=20)[-1] * 1e3,
        cpu=cpu / len(answers.took) * 1e3,
        elsewhere=max(busy - cpu - answers.cpu, 0) / whole,
    )


def busy_seconds() -> float:
    """Return the seconds that all processors together have worked since the machine started (proc(5))."""
    user, nice, system, _idle, _waiting, *interrupts = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    return sum(map(int, (user, nice, system, *interrupts))) / TICKS


def interleaved(
    runs: Mapping[str, Callable[[], Figures]], rounds: int, say=lambda name: None
) -> dict[str, list[Figures]]:
    """Do every run once, then all again; return the rounds of each."""
    found: dict[str, list[Figures]] = {name: [] for name in runs}
    for n in range(rounds):
        for name, one in runs.items():
            say(f"{name}, round {n + 1} of {rounds}")
            found[name].append(one())
    return found


def quiet(rounds: Sequence[Figures]) -> Sequence[Figures]:
    """Return the rounds that other programs left alone; all of them when those are too few."""
    left_alone = [one for one in rounds if one.elsewhere <= QUIET]
    return left_alone if len(left_alone) >= ENOUGH else rounds


def middle(rounds: Sequence[Figures]) -> Figures:
    """Return the median of each figure over the quiet rounds."""
    return Figures(*(median(column) for column in zip(*map(astuple, quiet(rounds)), strict=True)))
