"""Files as tables: headings and rows of text, whatever the file is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from consultations.intake.problems import UnreadableFile

Row = tuple[int, list[str]]  # its number as the person sees it, and its cells


@dataclass(frozen=True)
class Table:
    """What a file holds: headings, and rows that can be read again and again.

    ``read`` yields all rows behind the headings, empty ones too. ``row_name`` says what ``Row`` numbers count: rows of
    a spreadsheet, lines, items of a list. ``notes`` are sentences about the file as a whole.
    """

    headings: list[str]
    read: Callable[[], Iterable[Row]]
    described: str
    row_name: str = "Row"
    notes: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not empty."""
        for number, cells in self.read():
            if any(cell and not cell.isspace() for cell in cells):
                yield number, cells

    def column(self, heading: str) -> int | None:
        """Return the place of a column; raise UnreadableFile when two have this heading."""
        return column_of(self.headings, heading)


def column_of(headings: list[str], wanted: str) -> int | None:
    """Return which heading is the wanted one: exactly, else but for case, spaces and signs; None when none is."""
    for form in (str, str.strip, bare):
        places = [place for place, heading in enumerate(headings) if form(heading) == form(wanted)]
        if len(places) > 1:
            named = " and ".join(column_letters(place) for place in places)
            raise UnreadableFile(f"The heading “{wanted}” is there twice, in the columns {named}. Rename one of them.")
        if places:
            return places[0]
    return None


def holds(headings: list[str], wanted: list[str]) -> int:
    """Return how many of the wanted headings are among the headings."""
    there = {bare(heading) for heading in headings}
    return sum(bare(heading) in there for heading in wanted)


def bare(heading: str) -> str:
    """Return the letters and digits of a heading, in small letters."""
    return "".join(letter for letter in heading.casefold() if letter.isalnum()) or heading.strip()


def column_letters(place: int) -> str:
    """Return how a spreadsheet calls a column: A, B … Z, AA."""
    letters = ""
    while place >= 0:
        place, rest = divmod(place, 26)
        letters, place = chr(ord("A") + rest) + letters, place - 1
    return letters


def split_headings(rows: Iterable[Row], name: str) -> tuple[list[str], int]:
    """Return the headings, which are the first row with anything in it, and its number."""
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            return [cell.strip().lstrip("\ufeff") for cell in cells], number
    raise UnreadableFile(f"{name} is empty.")
