"""Opening a file of responses: by what is in it, not by its name."""

from pathlib import Path

from consultations.intake.delimited import open_delimited
from consultations.intake.encodings import find_encoding, named_encoding
from consultations.intake.json_files import open_json
from consultations.intake.mapping import TABS
from consultations.intake.problems import UnreadableFile
from consultations.intake.spreadsheets import open_spreadsheet
from consultations.intake.tables import Table

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX and ODS are archives, XLS is what Office wrote before
NOT_TABLES = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "packed (gzip); unpack it first",
    b"{\\rtf": "a text document (RTF)",
    b"<!DOC": "a web page",
    b"<html": "a web page",
    b"<?xml": "XML",
}
JSON_NAMES, TEXT_NAMES = {".json", ".jsonl", ".ndjson"}, {".csv", ".tsv", ".txt"}


def open_table(path: Path, wanted: list[str], *, encoding: str = "", delimiter: str = "", sheet: str = "") -> Table:
    """Return what a file holds as a table; raise UnreadableFile for what cannot be one.

    ``wanted`` are headings that the table should have; of several delimiters, sheets or lists the one that has them is
    taken. ``encoding``, ``delimiter`` and ``sheet`` are found when they are not named.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(SPREADSHEETS):
        return open_spreadsheet(path, wanted, sheet)
    for start, kind in NOT_TABLES.items():
        if head.lower().startswith(start.lower()):
            raise UnreadableFile(f"{path.name} is {kind}. Tables can be CSV, XLSX, ODS, JSON or JSON Lines.")
    found = named_encoding(path, encoding) if encoding else find_encoding(path)
    with path.open(encoding=found.name, errors=found.errors) as text:
        first = text.read(1000).lstrip("\ufeff \t\r\n")[:1]
    if not first:
        raise UnreadableFile(f"{path.name} is empty.")
    if path.suffix.lower() in JSON_NAMES or (first in "[{" and path.suffix.lower() not in TEXT_NAMES):
        try:
            return open_json(path, found, wanted, sheet)
        except RecursionError as error:
            raise UnreadableFile(
                f"{path.name} has more lists and objects inside each other than we can read."
            ) from error
    return open_delimited(path, found, wanted, "\t" if delimiter in TABS else delimiter)
