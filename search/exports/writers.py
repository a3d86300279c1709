"""Write rows as CSV, XLSX, JSON Lines or Parquet, in a ZIP with a manifest.

All writers are generators of bytes that hold a few rows at most. A row is a tuple of strings, numbers, dates, datetimes
and None, in the order of the columns; a spreadsheet reckons with a Decimal and a date, all else is text to it. What
citizens write may be hostile: no writer lets a cell become a formula, and control characters cannot corrupt a file.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

from portal.csv_cells import FORMULA_WITHIN, defuse_formula

Rows = Iterable[Sequence[Any]]
WRITE_BATCH_ROWS = 500
CELL_LIMIT = 32_767  # UTF-16 units in a cell, and
SHEET_ROWS = 1_048_576  # rows in a sheet, the heading among them: both Excel's.
EXCEL_DAY_ZERO, EXCEL_FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)  # before, it counts a 29 February that was none
SHEET_BYTES = 1 << 30  # Stay under 2 GiB, beyond which a sheet would need ZIP64, which Excel mistrusts.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HARD = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff&<>_]")  # what `_xml` may have to change
_EXCEL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
_SUSPECT = {*map(chr, range(0x20)), *"\x7f \u00a0\ufeff=+-@＝＋－＠"}  # first characters of what is looked at closely


def csv_bytes(columns: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Yield UTF-8 with a byte order mark, all cells quoted, an apostrophe before anything that looks like a formula."""
    yield b"\xef\xbb\xbf" + _csv_line(columns).encode()
    for batch in batch_rows(rows):
        yield "".join(map(_csv_line, batch)).encode(errors="replace").translate(None, _CONTROL_BYTES)


def jsonl_bytes(columns: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Yield one JSON object per row with the texts exactly as stored: for programs, not for spreadsheets."""
    encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=datetime.isoformat).encode
    for batch in batch_rows(rows):
        lines = [encode(dict(zip(columns, row, strict=True))) for row in batch]
        yield "\n".join([*lines, ""]).encode(errors="backslashreplace")


def batch_rows(rows: Rows, size: int = WRITE_BATCH_ROWS) -> Iterator[list[Sequence[Any]]]:
    """Yield lists of rows: work per list is cheaper than work per row."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def _csv_line(row: Sequence[Any]) -> str:
    cells = '","'.join([_csv_cell(value) for value in row])
    return f'"{cells}"\r\n'


def _csv_cell(value: Any) -> str:
    """Return the escaped cell; control characters within a text are removed from the encoded batch."""
    text = value if type(value) is str else _plain(value)
    if type(value) is Decimal:
        return text  # a minus before a number is no formula
    if text[:1] in _SUSPECT or FORMULA_WITHIN.search(text):
        text = defuse_formula(text)
    return text.replace('"', '""')


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)


class StreamSink(io.RawIOBase):
    """A write-only, unseekable file; ``take`` yields what was written."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Store the bytes until the next ``take``."""
        self.pieces.append(bytes(data))
        return len(data)

    def take(self) -> Iterator[bytes]:
        """Yield the bytes written since the last call."""
        pieces, self.pieces = self.pieces, []
        if data := b"".join(pieces):
            yield data


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


# The least that Excel takes for styles: as it comes, and a day in the reader's own form (its format 14).
_STYLES = (
    f"<styleSheet {_MAIN}><fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders>"
    '<cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)

Cover = Callable[[], Rows]


def xlsx_bytes(
    columns: Sequence[str], rows: Rows, cover: Cover | None = None, tab: str = "Submissions"
) -> Iterator[bytes]:
    """Yield a workbook of text cells, numbers and days; a full sheet is followed by another, each named by ``tab``.

    Texts beyond Excel's cell limit are cut; the added column ``truncated`` names the cut columns. ``cover`` is called
    last, when all rows are counted, and returns the rows of the first sheet.
    """
    sink, remaining, sheets = StreamSink(), _Ahead(_cut(columns, row) for row in rows), 0
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=DEFLATE_LEVEL) as book:
        while sheets == 0 or not remaining.empty:
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                for chunk in _sheet([*columns, "truncated"], remaining):
                    sheet.write(chunk)
                    yield from sink.take()
        if cover:
            book.writestr("xl/worksheets/cover.xml", _cover_sheet(cover()))
        for name, text in _frame(_sheet_names(sheets, tab, covered=bool(cover))):
            book.writestr(name, _XML + text)
    yield from sink.take()


class _Ahead:
    """An iterator with one row of look-ahead."""

    def __init__(self, rows: Iterator[list[str]]):
        self.rows = rows
        self.advance()

    def advance(self) -> None:
        self.head = next(self.rows, None)

    @property
    def empty(self) -> bool:
        return self.head is None


def _cut(columns: Sequence[str], row: Sequence[Any]) -> list[str]:
    """Return the cells cut to Excel's limit, followed by the names of the cut columns."""
    texts = [value if type(value) is str else _xlsx_text(value) for value in row]
    if max(map(len, texts)) * 2 <= CELL_LIMIT:
        return [*texts, ""]
    fitting = [_fit(text) for text in texts]
    cut = [name for name, text, fit in zip(columns, texts, fitting, strict=True) if text != fit]
    return [*fitting, " ".join(cut)]


class _NumberCell(str):
    """The text of a cell that is a number to a spreadsheet."""

    style = 0


class _DayCell(_NumberCell):
    """The same of a day, which Excel counts from 1900 on."""

    style = 1


def _xlsx_text(value: Any) -> str:
    if type(value) is Decimal:
        return _NumberCell(value)
    if type(value) is date and value >= EXCEL_FIRST_DAY:
        return _DayCell((value - EXCEL_DAY_ZERO).days)
    return _plain(value)


def _fit(text: str) -> str:
    if len(text) * 2 <= CELL_LIMIT or len(data := text.encode("utf-16-le", "surrogatepass")) <= CELL_LIMIT * 2:
        return text
    return data[: CELL_LIMIT * 2].decode("utf-16-le", "ignore")


def _sheet(heading: Sequence[str], rows: _Ahead) -> Iterator[bytes]:
    """Yield one sheet, until the rows end or the sheet is full."""
    yield f"{_XML}<worksheet {_MAIN}><sheetData>{_row(heading)}".encode()
    count = size = 1
    while rows.head is not None and count < SHEET_ROWS and size < SHEET_BYTES:
        batch: list[str] = []
        while rows.head is not None and len(batch) < WRITE_BATCH_ROWS and count + len(batch) < SHEET_ROWS:
            batch.append(_row(rows.head))
            rows.advance()
        chunk = "".join(batch).encode()
        count, size = count + len(batch), size + len(chunk)
        yield chunk
    yield b"</sheetData></worksheet>"


def _row(cells: Sequence[str]) -> str:
    """Return a row of inline strings, which are never evaluated as a formula, and of numbers of ours."""
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(text: str) -> str:
    if isinstance(text, _NumberCell):
        return f'<c s="{text.style}"><v>{text}</v></c>'
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_xml(text)}</t></is></c>' if text else "<c/>"


def _xml(text: str) -> str:
    """Escape a text for XML and for Excel, which decodes _x0041_ to a character."""
    if not _HARD.search(text):
        return text
    text = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return escape(_EXCEL_ESCAPE.sub("_x005F_", text) if "_x" in text else text)


def _cover_sheet(rows: Rows) -> str:
    """Return the cover sheet: two columns of fixed width."""
    cells = "".join(_row([_fit(_plain(value)) for value in row]) for row in rows)
    column = '<col min="%d" max="%d" width="%d" customWidth="1"/>'
    widths = column % (1, 1, 24) + column % (2, 2, 100)
    return f"{_XML}<worksheet {_MAIN}><cols>{widths}</cols><sheetData>{cells}</sheetData></worksheet>"


def _sheet_names(sheets: int, tab: str, *, covered: bool) -> dict[str, str]:
    """Return the tab name by file name, in order."""
    first = {"cover": "About this file"} if covered else {}
    return first | {f"sheet{n}": f"{tab} {n}" for n in range(1, sheets + 1)}


def _frame(sheets: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the workbook's package files: content types, relations, the list of sheets."""
    part = f'<Override ContentType="{_TYPE}.worksheet+xml" PartName="/xl/worksheets/%s.xml"/>'
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override ContentType="{_TYPE}.sheet.main+xml" PartName="/xl/workbook.xml"/>'
        f'<Override ContentType="{_TYPE}.styles+xml" PartName="/xl/styles.xml"/>'
        f"{''.join(part % file for file in sheets)}</Types>",
    )
    link = f'<Relationship Id="r%d" Type="{_DOCUMENT}/%s" Target="%s"/>'
    relations = f'<Relationships xmlns="{_PACKAGE}/relationships">%s</Relationships>'
    yield "_rels/.rels", relations % (link % (1, "officeDocument", "xl/workbook.xml"))
    links = "".join(link % (n, "worksheet", f"worksheets/{file}.xml") for n, file in enumerate(sheets, 1))
    styles = link % (len(sheets) + 1, "styles", "styles.xml")
    yield "xl/_rels/workbook.xml.rels", relations % (links + styles)
    yield "xl/styles.xml", _STYLES
    tabs = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets.values(), 1))
    yield "xl/workbook.xml", f'<workbook {_MAIN} xmlns:r="{_DOCUMENT}"><sheets>{tabs}</sheets></workbook>'


ROW_GROUP_BYTES = 8 << 20  # bytes of a Parquet file's columns that are packed together
# Columns that are no texts.
INTEGER_COLUMNS, TIMESTAMP_COLUMNS = frozenset({"revision", "text_version"}), frozenset({"received_at"})
UNKNOWN_INTEGERS = frozenset({"text_version"})  # of those, what may be unknown: null, or an empty cell


def parquet_bytes(columns: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Yield Parquet compressed with zstd, timestamps in UTC, texts exactly as stored; needs pyarrow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _arrow_type(pa, name)) for name in columns])
    sink = StreamSink()
    with pq.ParquetWriter(sink, schema, compression="zstd") as file:
        for group in _groups(_arrow(pa, schema, batch) for batch in batch_rows(rows)):
            file.write_table(pa.Table.from_batches(group))
            yield from sink.take()
    yield from sink.take()


def _groups(made: Iterator[Any]) -> Iterator[list[Any]]:
    """Gather record batches into row groups of ``ROW_GROUP_BYTES``."""
    group: list[Any] = []
    for batch in made:
        group.append(batch)
        if sum(each.nbytes for each in group) >= ROW_GROUP_BYTES:
            yield group
            group = []
    if group:
        yield group


def _arrow(pa: Any, schema: Any, rows: list[Sequence[Any]]) -> Any:
    """Return rows as an Arrow record batch."""
    columns = zip(*rows, strict=True)
    arrays = [_arrow_column(pa, column, kind) for column, kind in zip(columns, schema.types, strict=True)]
    return pa.record_batch(arrays, schema=schema)


def _arrow_type(pa: Any, name: str) -> Any:
    if name in TIMESTAMP_COLUMNS:
        return pa.timestamp("us", tz="UTC")
    return pa.int32() if name in INTEGER_COLUMNS else pa.string()


def _arrow_column(pa: Any, column: Sequence[Any], kind: Any) -> Any:
    """Return one Arrow array; lone surrogates, which UTF-8 cannot encode, become question marks."""
    try:
        return pa.array(column, kind)
    except UnicodeEncodeError:
        return pa.array([text.encode(errors="replace").decode() for text in column], kind)


EXPORT_WRITERS: dict[str, Callable[..., Iterator[bytes]]] = {
    "csv": csv_bytes,
    "xlsx": xlsx_bytes,
    "jsonl": jsonl_bytes,
    "parquet": parquet_bytes,
}
COMPRESSED_FORMATS = {"xlsx", "parquet"}  # These are packed within.
DEFLATE_LEVEL = 1  # of deflate; 5 makes texts a seventh smaller and takes three times as long
# About how many rows might reach 2 GiB, from where the ZIP has to say so before it knows.
ZIP64_ROWS = 40_000


def write_archive(
    name: str,
    columns: Sequence[str],
    rows: Rows,
    *,
    expected: int,
    manifest: Callable[[dict[str, Any]], dict[str, Any]],
    readme: str,
    cover: Callable[[int], Rows] | None = None,
) -> Iterator[bytes]:
    """Yield a ZIP with the data file ``name`` (its suffix chooses the format), manifest.json and README.txt.

    ``manifest`` is called last with file name, number of rows, size in bytes and SHA-256 of the data; ``cover`` with
    the number of rows, for the first sheet of a workbook.
    """
    sink, counted, digest, size = StreamSink(), _Counted(rows), sha256(), 0
    ending = name.rpartition(".")[2]
    level = 0 if ending in COMPRESSED_FORMATS else DEFLATE_LEVEL
    more = {"cover": lambda: cover(counted.count)} if cover and ending == "xlsx" else {}
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as outer:
        with outer.open(name, "w", force_zip64=expected > ZIP64_ROWS) as entry:
            for chunk in EXPORT_WRITERS[ending](columns, counted, **more):
                digest.update(chunk)
                size += len(chunk)
                entry.write(chunk)
                yield from sink.take()
        facts = {"file": name, "rows": counted.count, "bytes": size, "sha256": digest.hexdigest()}
        outer.writestr("manifest.json", json.dumps(manifest(facts), ensure_ascii=False, indent=2) + "\n")
        outer.writestr("README.txt", readme)
    yield from sink.take()


class _Counted:
    """Rows that are counted while they are read."""

    def __init__(self, rows: Rows):
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self.rows:
            self.count += 1
            yield row
