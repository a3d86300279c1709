import csv
import io
import json
import re
import tracemalloc
import zipfile
from datetime import UTC, datetime
from hashlib import sha256

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.csv_cells import defuse_formula
from search.exports import writers
from search.exports.writers import csv_bytes, jsonl_bytes, write_archive, xlsx_bytes

HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\ufeff=1", "＝1", "＋1", "－1", "＠1",
    "<script>alert(1)</script> & \"quotes\"; 'more', commas", "a\x00b\x07c\x1bd", "_x0041_", "two\r\nlines", "]]>",
]  # fmt: skip


def workbook(data):
    return openpyxl.load_workbook(io.BytesIO(b"".join(data)))


def cells(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip("\t\r\n \ufeff")[0] in "=+-@＝＋－＠"])
def test_csv_puts_an_apostrophe_before_what_looks_like_a_formula(text):
    within = text[:1] + "'" + text[1:] if text[:1] in "\t\r\n" else text  # for who splits there
    assert defuse_formula(text) == f"'{within}"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Bins;=1+1", "Bins;'=1+1"),
        ("Bins\t@SUM(A1)", "Bins\t'@SUM(A1)"),
        ("Bins\r\n  -1", "Bins\r\n  '-1"),
        ("Bins\n＝1;+2", "Bins\n'＝1;'+2"),
        ("=1;=2", "'=1;'=2"),
        ("Bins; a=b\nand x-y", "Bins; a=b\nand x-y"),
    ],
)
def test_csv_puts_an_apostrophe_where_another_delimiter_would_begin_a_formula(text, kept):
    data = b"".join(csv_bytes(["text"], [(text,)]))

    assert next(csv.reader([*io.StringIO(data.decode("utf-8-sig"), newline="")][1:])) == [kept]
    for delimiter in ";\t":
        split = list(csv.reader(io.StringIO(kept), delimiter=delimiter, quoting=csv.QUOTE_NONE))
        assert not [cell for row in split for cell in row if cell.strip()[:1] in "=+-@＝＋－＠" and cell.strip()]


def test_csv_leaves_other_text_alone():
    assert [defuse_formula(text) for text in ("a = b", "3-4", "x@example.org", "")] == [
        "a = b",
        "3-4",
        "x@example.org",
        "",
    ]


def test_csv_reads_back_without_control_characters():
    data = b"".join(csv_bytes(["n", "text"], enumerate(HOSTILE)))

    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))

    assert data.startswith(b'\xef\xbb\xbf"n","text"\r\n"0","\'=1+1"\r\n')
    assert [row[1] for row in rows[1:]] == [defuse_formula(text) for text in HOSTILE]
    assert "\x00" not in data.decode()


def test_jsonl_keeps_every_character():
    at = datetime(2026, 11, 21, 9, tzinfo=UTC)

    lines = b"".join(jsonl_bytes(["text", "at", "parent"], [(text, at, None) for text in HOSTILE])).split(b"\n")

    expected = [{"text": text, "at": "2026-11-21T09:00:00+00:00", "parent": None} for text in HOSTILE]
    assert [json.loads(line) for line in lines[:-1]] == expected


def test_xlsx_has_no_formula_and_no_control_character():
    book = workbook(xlsx_bytes(["text"], [(text,) for text in HOSTILE]))

    sheet = book["Submissions 1"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    assert [row[0] for row in cells(sheet)[1:15]] == [text.replace("\r", "\n") for text in HOSTILE[:14]]
    assert cells(sheet)[15][0] == "abcd"
    assert cells(sheet)[17][0] == "two\nlines"


def test_xlsx_says_which_columns_it_cut():
    long, emoji = "x" * 40_000, "🚲" * 20_000
    book = workbook(xlsx_bytes(["title", "text"], [("a", long), ("b", emoji), ("c", "short")]))

    rows = cells(book.active)
    assert rows[0] == ["title", "text", "truncated"]
    assert [(row[0], len(row[1].encode("utf-16-le")) // 2, row[2]) for row in rows[1:]] == [
        ("a", 32_767, "text"), ("b", 32_766, "text"), ("c", 5, None),
    ]  # fmt: skip


def test_xlsx_goes_on_in_another_sheet(monkeypatch):
    monkeypatch.setattr(writers, "SHEET_ROWS", 4)

    book = workbook(xlsx_bytes(["n"], [(n,) for n in range(7)]))

    assert [[row[0] for row in cells(sheet)] for sheet in book] == [
        ["n", "0", "1", "2"], ["n", "3", "4", "5"], ["n", "6"],
    ]  # fmt: skip


def test_xlsx_without_rows_still_opens():
    assert cells(workbook(xlsx_bytes(["n"], [])).active) == [["n", "truncated"]]


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_no_text_breaks_a_file(rows):
    assert workbook(xlsx_bytes(["a", "b"], rows)).active.max_row == len(rows) + 1
    text = b"".join(csv_bytes(["a", "b"], rows)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert read[1:] == [[defuse_formula(cell) for cell in row] for row in rows]
    lines = b"".join(jsonl_bytes(["a", "b"], rows)).split(b"\n")[:-1]
    assert [tuple(json.loads(line).values()) for line in lines] == rows


@given(st.text(alphabet='=+-@＝; \u00a0\ufeff\t\r\n\x00\x07\x7fa"', max_size=6))
def test_no_cell_of_a_csv_can_be_a_formula(text):
    data = b"".join(csv_bytes(["a"], [(text,)])).decode("utf-8-sig")
    (cell,) = list(csv.reader(io.StringIO(data, newline=""), strict=True))[1]

    assert cell == defuse_formula(text)
    assert cell.lstrip(" \u00a0\ufeff")[:1] not in {*"=+-@＝＋－＠\t\r\n"} - {""}
    assert not re.search("[;\t\r\n][ \u00a0\ufeff]*[=+@＝＋－＠-]", cell)


def test_batches_end_where_the_rows_do():
    rows = [(f"row {n}", n) for n in range(1101)]

    assert [len(batch) for batch in writers.batch_rows(rows)] == [500, 500, 101]
    assert b"".join(csv_bytes(["a", "n"], rows)).count(b"\r\n") == 1102
    assert b"".join(jsonl_bytes(["a", "n"], rows)).count(b"\n") == 1101


def test_parquet_is_packed_in_groups_of_a_size(monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(writers, "ROW_GROUP_BYTES", 20_000)
    texts = [f"{n} half \ud800 and whole 🚲 {'x' * 40}" for n in range(1200)]

    data = b"".join(writers.parquet_bytes(["text", "revision"], [(text, n) for n, text in enumerate(texts)]))

    file = parquet.ParquetFile(io.BytesIO(data))
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [500, 500, 200]
    assert file.read().to_pydict() == {
        "text": [text.replace("\ud800", "?") for text in texts],
        "revision": list(range(1200)),
    }


def test_an_archive_carries_parquet_as_it_is():
    parquet = pytest.importorskip("pyarrow.parquet")
    made = write_archive(
        "submissions.parquet", ["text"], [("a",), ("b",)], expected=2, manifest=lambda facts: facts, readme=""
    )

    with zipfile.ZipFile(io.BytesIO(b"".join(made))) as found:
        assert found.testzip() is None
        assert parquet.read_table(io.BytesIO(found.read("submissions.parquet"))).to_pydict() == {"text": ["a", "b"]}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_archive_vouches_for_its_data_file(ending):
    made = write_archive(
        f"submissions.{ending}", ["text"], [("a",), ("b",)],
        expected=2, manifest=lambda facts: {"query": "bus", "data": facts}, readme="What the columns mean.\n",
    )  # fmt: skip

    with zipfile.ZipFile(io.BytesIO(b"".join(made))) as found:
        data = found.read(f"submissions.{ending}")
        facts = {
            "file": f"submissions.{ending}", "rows": 2, "bytes": len(data), "sha256": sha256(data).hexdigest(),
        }  # fmt: skip
        assert json.loads(found.read("manifest.json")) == {"query": "bus", "data": facts}
        assert found.namelist() == [f"submissions.{ending}", "manifest.json", "README.txt"]
        assert found.testzip() is None


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_a_hundred_thousand_rows_take_little_memory(ending):
    text = "The night bus has to wait for the late shift. " * 10
    rows = (("NB-7F3K", n, text) for n in range(100_000))

    tracemalloc.start()
    made = write_archive(
        f"submissions.{ending}", ["reference", "n", "text"], rows,
        expected=100_000, manifest=lambda facts: facts, readme="",
    )  # fmt: skip
    data = b"".join(made)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert json.loads(found.read("manifest.json"))["rows"] == 100_000
    assert peak < 8_000_000
