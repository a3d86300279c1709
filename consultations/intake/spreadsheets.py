"""XLSX, XLS and ODS: the sheet that holds the table, with numbers, dates and merged cells as the person sees them."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from consultations.intake.problems import UnreadableFile
from consultations.intake.tables import Row, Table, holds, split_headings


def open_spreadsheet(path: Path, wanted: list[str], sheet: str = "") -> Table:
    """Return the sheet with the wanted headings as a table; raise UnreadableFile when several have them."""
    try:
        book = CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise UnreadableFile(f"{path.name} is locked by a password. Save it without one.") from error
    except (CalamineError, OSError) as error:
        raise UnreadableFile(f"{path.name} is no spreadsheet that we can read ({error}).") from error
    pages = {name: book.get_sheet_by_name(name) for name in book.sheet_names if not sheet or name == sheet}
    pages = {name: page for name, page in pages.items() if page.height}
    if not pages:
        there = ", ".join(book.sheet_names)
        raise UnreadableFile(
            f"{path.name} has no sheet {sheet}. Its sheets: {there}." if sheet else f"{path.name} is empty."
        )
    name = choose_sheet(pages, wanted)
    headings, first = split_headings(rows_of(pages[name]), path.name)
    return Table(
        headings,
        lambda: (row for row in rows_of(pages[name]) if row[0] > first),
        f"the sheet “{name}” of a spreadsheet",
        notes=tuple(notes_about(pages, name)),
    )


def choose_sheet(pages: dict[str, CalamineSheet], wanted: list[str]) -> str:
    """Return the name of the sheet that has the wanted headings."""
    found = {name: holds(split_headings(rows_of(page), name)[0], wanted) for name, page in pages.items()}
    best = [name for name, count in found.items() if count == max(found.values())]
    if len(best) > 1 and max(found.values()):
        named = ", ".join(f"“{name}”" for name in best)
        raise UnreadableFile(f"Several sheets have these headings: {named}. Say which one to read, with --sheet.")
    return best[0]


def notes_about(pages: dict[str, CalamineSheet], chosen: str) -> Iterator[str]:
    """Yield what the person should know: sheets that are not read, cells that are merged."""
    if others := [f"“{name}” ({page.height} rows)" for name, page in pages.items() if name != chosen]:
        yield f"Not read: the sheets {', '.join(others)}."
    if merged := pages[chosen].merged_cell_ranges:
        yield f"{len(merged)} groups of cells are merged; each of their rows has what they show."


def rows_of(page: CalamineSheet) -> Iterator[Row]:
    """Yield all rows of a sheet as text; a row with something of its own also has what merged cells show beside it."""
    merged: dict[int, list[tuple[int, int, int]]] = {}
    for (top, left), (bottom, right) in page.merged_cell_ranges or []:
        merged.setdefault(top, []).append((bottom, left, right))
    shown: dict[int, tuple[int, str]] = {}  # by column: until which row, and what
    for number, values in enumerate(page.iter_rows()):
        cells = [text_of(value) for value in values]
        if any(cells):
            for column, (bottom, text) in shown.items():
                cells[column] = cells[column] or (text if number <= bottom else "")
        for bottom, left, _right in merged.get(number, []):
            with suppress(IndexError):
                shown[left] = bottom, cells[left]
        yield number + 1, cells


def text_of(value: Any) -> str:
    """Return what a cell shows: whole numbers without a fraction, dates as ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
