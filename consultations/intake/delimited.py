"""CSV in all its forms: which sign stands between cells, and whether every quotation mark is closed."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TextIO

from consultations.intake.encodings import Encoding
from consultations.intake.problems import UnreadableFile
from consultations.intake.tables import Row, Table, holds, split_headings

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
SAMPLE_ROWS = 200
csv.field_size_limit(16 * 1024 * 1024)  # a long letter is one cell


@dataclass(frozen=True)
class Delimited:
    """A file with one sign between cells."""

    path: Path
    encoding: Encoding
    delimiter: str = ","
    skips_spaces: bool = False  # in front of a cell: `1, "Hello, world"`

    @contextmanager
    def lines(self) -> Iterator[TextIO]:
        """Open it behind Excel's own first line, which names the delimiter."""
        with self.path.open(newline="", encoding=self.encoding.name, errors=self.encoding.errors) as file:
            if excel_delimiter(file.readline()) is None:
                file.seek(0)
            yield file

    def rows(self) -> Iterator[Row]:
        """Yield all rows, empty ones too; raise UnreadableFile at a quotation mark that is not closed."""
        number, options = 0, {"delimiter": self.delimiter, "skipinitialspace": self.skips_spaces, "strict": True}
        with self.lines() as file:
            try:
                for cells in csv.reader(file, **options):
                    number += 1
                    yield number, cells
            except csv.Error as error:
                raise UnreadableFile(quote_problem(self.path.name, number + 1, error)) from error


def quote_problem(name: str, number: int, error: csv.Error) -> str:
    """Return what is wrong in the row in which the reader stopped."""
    if not any(said in str(error) for said in ("expected after", "unexpected end", "field larger")):
        return f"{name}, row {number}, cannot be read: {error}."
    return (
        f"{name}, row {number}: a cell begins with a quotation mark that is not closed, so all after it would be "
        "one cell. Close it; a quotation mark inside such a cell is written twice."
    )


def excel_delimiter(line: str) -> str | None:
    """Return the delimiter that Excel's line `sep=;` names, or None."""
    said = line.lstrip("\ufeff").strip('\r\n"')
    return said[4:] if said.lower().startswith("sep=") and len(said) == 5 else None


def open_delimited(path: Path, encoding: Encoding, wanted: list[str], delimiter: str = "") -> Table:
    """Return a CSV as a table; the delimiter is found when none is named."""
    file = Delimited(path, encoding)
    with path.open(newline="", encoding=encoding.name, errors=encoding.errors) as lines:
        delimiter = delimiter or excel_delimiter(lines.readline()) or ""
    if not delimiter:
        delimiter = max(DELIMITERS, key=lambda sign: fitness(Delimited(path, encoding, sign), wanted))
    file = with_spaces_skipped(Delimited(path, encoding, delimiter))
    headings, first = split_headings(file.rows(), path.name)
    return Table(
        headings,
        lambda: islice(file.rows(), first, None),
        f"a text file in {encoding.label}, its cells separated by {DELIMITERS.get(delimiter, f'“{delimiter}”')}",
        notes=(encoding.note,) if encoding.note else (),
    )


def with_spaces_skipped(file: Delimited) -> Delimited:
    """Return the file without spaces in front of cells, if they stand before quotation marks that enclose cells."""
    skipping = replace(file, skips_spaces=True)
    with suppress(UnreadableFile):
        if any(cell.startswith(' "') for _number, cells in file.rows() for cell in cells):
            for _row in skipping.rows():  # raises when these quotation marks enclose no cells
                pass
            return skipping
    return file


def fitness(file: Delimited, wanted: list[str]) -> tuple[int, float, int]:
    """Return how well a delimiter fits: by the headings we look for, then by rows of one length, then by columns."""
    sample: list[list[str]] = []
    try:
        for _number, cells in islice(file.rows(), SAMPLE_ROWS):
            sample += [cells] if any(cells) else []
    except UnreadableFile:
        pass  # It is told of when the file is read by the delimiter that fits best.
    if not sample:
        return 0, 0.0, 0
    width = len(sample[0])
    even = sum(len(cells) == width for cells in sample) / len(sample)
    return holds([cell.strip() for cell in sample[0]], wanted), even if width > 1 else even / 2, width
