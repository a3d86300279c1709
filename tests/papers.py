"""The papers that name a test for each line: what they say, and how much of it is met.

python -m tests.papers    # prints chapters and lines met, and cells of URL × role × method
"""

import ast
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.access_table import ROLES, TABLE

TESTS = Path(__file__).parent
ROOT = TESTS.parent
PAPERS = {"ASVS": ROOT / "docs/security/asvs.md", "EN 301 549": ROOT / "docs/accessibility.md"}
STATUSES = MET, STATED, NOT_MET, NOT_APPLICABLE = "met", "stated", "not met", "not applicable"
ROW = re.compile(r"^\| ([0-9A-Z.]+) \| (.+?) \| (met|stated|not met|not applicable) \| (.*) \|$")
NAMED_TEST = re.compile(r"`([\w/]+)::(test_\w+)`")


class Line(NamedTuple):
    """One requirement: its chapter, its number, how it stands, and what holds it or why it does not."""

    chapter: str
    number: str
    status: str
    evidence: str

    @property
    def tests(self):
        """Return the tests that it names, as module and function."""
        return NAMED_TEST.findall(self.evidence)


@cache
def lines_of(paper):
    """Return the lines of a paper."""
    chapter, found = "", []
    for line in PAPERS[paper].read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            chapter = line.removeprefix("## ")
        elif row := ROW.match(line):
            number, _what, status, evidence = row.groups()
            found.append(Line(chapter, number, status, evidence))
    return found


@cache
def functions_of(module):
    """Return the tests that pytest collects from a module below `tests/`; none if there is no such module."""
    path = TESTS / f"{module}.py"
    if not path.exists() or not path.name.startswith("test_"):
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not is_skipped(node))


def is_skipped(function):
    """Return whether a test is switched off, whatever the machine."""
    marks = [ast.unparse(mark) for mark in function.decorator_list]
    return any("mark.skip" in mark and "skipif" not in mark for mark in marks)


def chapters(paper):
    """Return how many lines of each chapter stand how."""
    found: dict[str, Counter] = {}
    for line in lines_of(paper):
        found.setdefault(line.chapter, Counter())[line.status] += 1
    return found


def is_whole(counts, *more):
    """Return whether nothing of a chapter is left open; ``more`` names what else counts as met."""
    return not set(counts) - {MET, NOT_APPLICABLE, *more}


def report(paper):
    """Return what a paper says, chapter by chapter, in lines to print."""
    found = chapters(paper)
    for name, counts in found.items():
        yield f"{name:55} " + ", ".join(f"{counts[status]} {status}" for status in STATUSES)
    whole, said = (sum(is_whole(counts, *more) for counts in found.values()) for more in ((), (STATED,)))
    total = sum(found.values(), Counter())
    yield f"{paper}: {whole} of {len(found)} chapters met whole; with what is only stated, {said}. " + str(dict(total))


def cells():
    """Return how many cells of URL × role × method are asked, in lines to print."""
    asked = Counter(how for how, _who, _status in TABLE.values())
    yield f"{len(TABLE)} addresses × {len(ROLES)} roles = {len(TABLE) * len(ROLES)} cells in tests/access_table.py,"
    yield f"each asked by the method that it is for: {dict(asked)}."


if __name__ == "__main__":
    for name in PAPERS:
        sys.stdout.writelines(f"{line}\n" for line in report(name))
    sys.stdout.writelines(f"{line}\n" for line in cells())
