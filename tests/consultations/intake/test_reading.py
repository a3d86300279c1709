"""Files as tables: whatever sign stands between cells, however letters are encoded, in whatever form."""

import json
from datetime import date, datetime

import openpyxl
import pytest

from consultations.intake.opening import open_table
from consultations.intake.problems import UnreadableFile

WANTED = ["Ref", "Text"]
LETTER = "I don’t agree – the “night bus” costs too much.\nYours, Zoë"


def csv_of(delimiter=",", line_end="\n"):
    quoted = [f'"{cell}"' for cell in ("1", LETTER.replace("“", '""').replace("”", '""'), "a,b;c|d\te")]
    rows = [["Ref", "Text", "More"], quoted, ["2", "Fine", ""], []]
    return line_end.join(delimiter.join(row) for row in rows)


@pytest.fixture
def opened(tmp_path):
    def open_(content, name="letters.csv", wanted=WANTED, **said):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_table(path, wanted, **said)

    return open_


def expected(text=LETTER):
    return [(2, ["1", text.replace("“", '"').replace("”", '"'), "a,b;c|d\te"]), (3, ["2", "Fine", ""])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(opened, delimiter, line_end):
    table = opened(csv_of(delimiter, line_end))

    assert (table.headings, list(table.rows())) == (["Ref", "Text", "More"], expected())


@pytest.mark.parametrize("wanted", [WANTED, []])
@pytest.mark.parametrize(
    ("content", "cells"),
    [
        ("Text\nHello, you; and you\n", ["Hello, you; and you"]),
        ("Ref;Text\n1;One, two, three\n2;Four, five\n", ["1", "One, two, three"]),
        ("sep=|\nRef|Text\n1|One; two\n", ["1", "One; two"]),
        ('Ref,Text\n1,"One; two; three; four"\n', ["1", "One; two; three; four"]),
        ('Ref, Text, More\n1, "One, two"\n2, "Three", x\n', ["1", "One, two"]),
        ('Ref, Text\n1, "No" is my answer\n', ["1", ' "No" is my answer']),
        ('Ref;Text\n1;5" of rain; they say\n'.replace("; they", ": they"), ["1", '5" of rain: they say']),
    ],
)
def test_a_delimiter_in_texts_does_not_mislead(opened, content, cells, wanted):
    assert next(opened(content, wanted=wanted).rows())[1] == cells


def test_a_delimiter_can_be_named(opened):
    assert opened("Ref:Text\n1:One\n", delimiter=":").headings == WANTED
    assert opened("Ref\tText\n1\tOne\n", delimiter="tab").headings == WANTED


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16-LE"),
        ("utf-16-be", "UTF-16-BE"),
        ("utf-32", "UTF-32"),
    ],
)
def test_encodings_that_tell_of_themselves_are_read(opened, encoding, label):
    table = opened(csv_of(";").encode(encoding))

    assert (list(table.rows()), table.notes) == (expected(), ())
    assert table.described == f"a text file in {label}, its cells separated by semicolons"


TEXTS = {
    "cp1252": LETTER,
    "mac_roman": LETTER,
    "cp850": "Die Straße ist zu laut, wir müssen über Grünflächen reden.",
    "cp1250": "Więcej zieleni w mieście, proszę.",
    "cp1251": "Я не согласен с этим решением",
    "cp1253": "Δεν συμφωνώ με αυτό",
    "cp1254": "Daha fazla otobüs istiyoruz, çünkü ulaşım çok pahalı.",
    "koi8_r": "Я не согласен с этим решением",
    "shift_jis": "バスをもっと増やしてください。夜遅くまで。",
    "euc_jp": "バスをもっと増やしてください。夜遅くまで。",
    "big5": "服務內容明確、平台簡潔，這是我們的車。",
    "gb18030": "服务内容明确、平台简洁，这是我们的车。",
    "euc_kr": "버스가 더 많이 필요합니다. 밤늦게까지.",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_encodings_are_guessed_and_the_guess_is_told(opened, encoding):
    text = TEXTS[encoding]
    table = opened(f'Ref;Text\n1;"{text}"\n'.encode(encoding))

    assert list(table.rows()) == [(2, ["1", text])]
    assert ["which is a guess" in note for note in table.notes] == [True]


def test_an_encoding_can_be_named(opened):
    content = "Ref,Text\n1,Ælfred þe ðegn\n".encode("mac_iceland")
    assert list(opened(content, encoding="mac_iceland").rows()) == [(2, ["1", "Ælfred þe ðegn"])]
    with pytest.raises(UnreadableFile, match="There is no encoding klingon"):
        opened(content, encoding="klingon")


def test_single_signs_of_windows_in_utf_8_are_read(opened):
    table = opened("Ref,Text\n1,été à Besançon où l’on\n".encode() + b"2,don\x92t\n")

    assert [cells for _row, cells in table.rows()] == [["1", "été à Besançon où l’on"], ["2", "don’t"]]
    assert "in between" in table.notes[0]


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ('Ref,Text\n1,"This quote never ends\n2,Two\n3,Three\n', 2),
        ('Ref,Text\n1,One\n\n2,"This quote never ends\n3,"Three"\n', 4),
        ('Ref;Text\n1;"A ""fine"" bus"\n2;"in the "middle" of it"\n', 3),
    ],
)
def test_a_quotation_mark_that_is_not_closed_is_named_with_its_row(opened, content, row):
    with pytest.raises(UnreadableFile, match=rf"letters\.csv, row {row}: a cell begins with a quotation mark"):
        list(opened(content).rows())


def test_rows_are_numbered_as_a_spreadsheet_does(opened):
    table = opened('\n\nRef,Text\n\n1,"One\n\nand more"\n , \n,\n\n2,Two\n,,\n\n\n')

    assert list(table.rows()) == [(5, ["1", "One\n\nand more"]), (9, ["2", "Two"])]


@pytest.mark.parametrize("heading", ["Text", "text", " TEXT ", "\ufeffText", "Te-xt", "te_xt"])
def test_headings_are_found_in_other_spellings(opened, heading):
    assert opened(f"Ref,{heading}\n1,One\n").column("Text") == 1


def test_a_heading_that_is_there_twice_is_named(opened):
    table = opened("Text,Ref,TEXT,Ref\n")
    assert table.column("Text") == 0
    with pytest.raises(UnreadableFile, match="“Ref” is there twice, in the columns B and D"):
        table.column("Ref")


def test_zero_bytes_do_not_stop_the_reading(opened):
    assert list(opened(b"Ref,Text\n1,O\0ne\n").rows()) == [(2, ["1", "O\0ne"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"%PDF-1.7", "is a PDF"),
        (b"<!DOCTYPE html>", "is a web page"),
        (b"PK\x03\x04 no archive", "no spreadsheet that we can read"),
        ("Ref,Text\n1,One\n".encode("utf-16")[:-1], "does not go on so"),
    ],
)
def test_what_is_no_table_is_said_plainly(opened, content, said):
    with pytest.raises(UnreadableFile, match=said):
        opened(content)


JSON_ROWS = [
    {"Ref": 1, "Text": LETTER, "by": {"name": "Zoë", "staff": False}},
    {"Ref": 12.0, "Text": "Fine", "tags": ["a", "b"]},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "document",
    [
        JSON_ROWS,
        {"rows": JSON_ROWS},
        {"meta": {"pages": [{"no": 1}] * 9}, "data": {"items": JSON_ROWS, "count": 2}},
    ],
)
def test_json_is_read(opened, document, encoding):
    table = opened(json.dumps(document, indent=1, ensure_ascii=False).encode(encoding), name="letters.json")

    assert (table.headings, table.row_name) == (["Ref", "Text", "by.name", "by.staff", "tags"], "Item")
    assert list(table.rows()) == [(1, ["1", LETTER, "Zoë", "no", ""]), (2, ["12", "Fine", "", "", "a, b"])]


MONTHS = {
    "november": [{"Ref": 1, "Text": "One"}, {"Ref": 2, "Text": "Two"}],
    "year": {"october": [{"Text": "Three", "Ref": 3}]},
    "meta": [{"no": 1}],
}


def test_two_lists_in_json_with_the_names_have_to_be_chosen_from(opened):
    with pytest.raises(UnreadableFile, match=r"Several lists have these names: “november”, “year\.october”"):
        opened(json.dumps(MONTHS), name="letters.json")

    table = opened(json.dumps(MONTHS), name="letters.json", sheet="year.october")
    assert list(table.rows()) == [(1, ["Three", "3"])]
    assert table.notes == ("Not read: the lists “november” (2 objects), “meta” (1 objects).",)
    with pytest.raises(UnreadableFile, match=r"has no list may. Its lists: november, year.october, meta"):
        opened(json.dumps(MONTHS), name="letters.json", sheet="may")


def test_json_lines_are_read(opened):
    lines = "\n\n".join(json.dumps(row) for row in JSON_ROWS) + "\n"
    table = opened(lines, name="letters.jsonl")

    assert (table.row_name, [row for row, _cells in table.rows()]) == ("Line", [1, 3])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[{"Ref": 1,\n"Text" "One"}]', r"line 2, is not JSON"),
        ('{"Ref": 1}\n{"Ref": 2', r"line 2, is not JSON"),
        ('["One", "Two"]', "item 1, is no object"),
        ('"One"', "no list of objects"),
        ("[]", "no objects with anything in them"),
    ],
)
def test_json_that_is_no_table_is_said_plainly(opened, content, said):
    with pytest.raises(UnreadableFile, match=said):
        opened(content, name="letters.json")


@pytest.mark.parametrize("nested", ["[" * 200_000, '{"a":' * 200_000])
def test_json_that_is_nested_too_deeply_is_said_plainly(opened, nested):
    with pytest.raises(UnreadableFile):
        opened(nested, name="letters.json")


def test_a_number_of_many_digits_stays_as_it_is_written(opened):
    table = opened(f'[{{"Ref": {"7" * 5000}, "Text": "One"}}]', name="letters.json")
    assert list(table.rows()) == [(1, ["7" * 5000, "One"])]


@pytest.fixture
def workbook(tmp_path):
    def make(sheets, merged=(), **said):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
        path = tmp_path / "letters.xlsx"
        book.save(path)
        return open_table(path, WANTED, **said)

    return make


def test_a_spreadsheet_is_read_as_it_shows_itself(workbook):
    rows = [
        [None],
        ["Ref", "Text", "Received"],
        [12.0, "One\r\ntwo", datetime(2026, 11, 3, 10, 30)],
        [None, None, None],
        [1542406176584, "Three", date(2026, 1, 2)],
        ["007", True, 0.5],
        [None, " "],
    ]
    table = workbook({"Letters": rows})

    assert list(table.rows()) == [
        (3, ["12", "One\ntwo", "2026-11-03T10:30:00"]),
        (5, ["1542406176584", "Three", "2026-01-02"]),
        (6, ["007", "yes", "0.5"]),
    ]


def test_the_sheet_with_the_headings_is_read_and_the_others_are_named(workbook):
    table = workbook({"Notes": [["Made by"], ["Ann"]], "Letters": [["Ref", "Text"], [1, "One"]], "Empty": []})

    assert list(table.rows()) == [(2, ["1", "One"])]
    assert table.notes == ("Not read: the sheets “Notes” (2 rows).",)


def test_two_sheets_with_the_headings_have_to_be_chosen_from(workbook):
    sheets = {name: [["Ref", "Text"], [1, name]] for name in ("May", "June")}
    with pytest.raises(UnreadableFile, match="Several sheets have these headings: “May”, “June”"):
        workbook(sheets)

    assert list(workbook(sheets, sheet="June").rows()) == [(2, ["1", "June"])]
    with pytest.raises(UnreadableFile, match=r"has no sheet July. Its sheets: May, June\."):
        workbook(sheets, sheet="July")


def test_merged_cells_count_for_each_of_their_rows(workbook):
    rows = [["Ref", "Text", "By"], [1, "One", "Post"], [2, "Two", None], [None, None, None], [3, "Three", None]]
    table = workbook({"Letters": rows}, merged=["C2:C4"])

    assert [cells for _row, cells in table.rows()] == [
        ["1", "One", "Post"],
        ["2", "Two", "Post"],
        ["3", "Three", ""],
    ]
    assert table.notes == ("1 groups of cells are merged; each of their rows has what they show.",)
