import csv
import io
import json
from datetime import UTC, datetime
from hashlib import sha256

import openpyxl
import pytest
import time_machine
from django.contrib.auth.models import Permission

from consultations.models import Status
from search.exports.contents import EXPORT_COLUMNS
from search.exports.jobs import run_exports
from search.index.relay import relay_batch
from search.models import Coding, CodingFrame, Tag, TagAction
from tests.factories import ConsultationFactory
from tests.search.exports.downloads import asked_for, taken
from tests.search.submissions import redacted, submission

AT = datetime(2026, 11, 20, 22, 5, tzinfo=UTC)


@pytest.fixture
def officer_client(client, citizen):
    codenames = ["access_admin", "search_submission", "export_submission"]
    citizen.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(citizen)
    return client


def test_an_export_is_the_result_with_its_manifest(officer_client, consultation, citizen):
    one = submission(
        consultation, "=1+1 is a bus", title="-lamps", kind="idea", received_at=AT, author_name="@amira",
        channel="paper",
    )  # fmt: skip
    reply = submission(consultation, "A bus too", received_at=AT.replace(hour=21), parent=one)
    submission(consultation, "A tram")
    submission(consultation, "A held bus", status=Status.HELD)
    for code in CodingFrame.begin(consultation, None, citizen).name_codes([("Lighting", ""), ("=Cost", "")], citizen):
        Coding.give(code, one, 1, citizen)

    with time_machine.travel(AT, tick=False):
        found = taken(officer_client, "csv", q="bus", consultation=consultation.pk, sort="oldest")

    data = found.read("submissions.csv")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert list(rows[0]) == list(EXPORT_COLUMNS)
    assert [row["reference"] for row in rows] == [reply.reference, one.reference]
    assert rows[1] == {
        "reference": one.reference, "kind": "idea", "consultation": consultation.title, "reply_to": "", "passage": "",
        "status": "published", "language": "en", "channel": "paper", "received_at": "2026-11-21T09:05:00+11:00",
        "author_name": "'@amira", "text_version": "", "revision": "1", "title": "'-lamps", "text": "'=1+1 is a bus",
        "official": "", "question": "", "answers": "", "source": "", "source_id": "",
        "agree": "", "disagree": "", "pass": "", "agency_answer": "", "agency_reason": "", "codes": "Lighting\n'=Cost",
        "public_address": f"http://testserver{one.get_absolute_url()}",
    }  # fmt: skip
    assert rows[0]["reply_to"] == one.reference
    assert json.loads(found.read("manifest.json")) == {
        "sentence": f"Submissions that contain “bus”; consultation: {consultation.title}.",
        "exported_by": str(citizen),
        "as_of": "2026-11-21T09:05:00+11:00",
        "index_behind_by": 0,
        "texts_not_found_yet": 0,
        "columns": EXPORT_COLUMNS,
        "query": {
            "text": "bus", "filters": {"consultation": [str(consultation.pk)]}, "since": None, "until": None,
            "answers": [], "tags": [], "codes": [], "marks": [], "sort": "oldest", "scope": {"visibility": ["public"]},
        },
        "matched": 2,
        "left_out": 0,
        "data": {
            "file": "submissions.csv", "rows": 2, "bytes": len(data), "sha256": sha256(data).hexdigest(),
        },
    }  # fmt: skip
    assert "truncated" not in found.read("README.txt").decode()


def exported(client, **asked):
    """Return the lines of a file by reference."""
    lines = taken(client, "jsonl", **asked).read("submissions.jsonl").decode().splitlines()
    return {line["reference"]: line for line in map(json.loads, lines)}


def test_a_row_says_where_a_text_came_from_and_stands(officer_client, citizen, consultation):
    citizen.user_permissions.add(Permission.objects.get(codename="read_unpublished_submission"))
    section = consultation.body.raw_data[0]["id"]
    idea = submission(consultation, title="Light", kind="idea")
    made = [
        submission(
            consultation, passage=section, passage_heading="Six lines", text_version=1, source="letters", source_id="7"
        ),
        submission(consultation, passage="22222222-2222-4222-8222-222222222222", status=Status.REFUSED),
        submission(consultation, parent=idea),
        submission(ConsultationFactory(live=False)),
        submission(None),
    ]

    rows = exported(officer_client)

    names = ("passage", "text_version", "source", "source_id", "public_address")
    site = "http://testserver"
    assert [tuple(rows[one.reference][name] for name in names) for one in made] == [
        ("Six lines", 1, "letters", "7", f"{site}{made[0].get_absolute_url()}"),
        ("a section that is no longer there", None, "", "", ""),
        ("", None, "", "", f"{site}{made[2].get_absolute_url()}"),
        ("", None, "", "", ""),
        ("", None, "", "", ""),
    ]
    assert officer_client.get(rows[made[2].reference]["public_address"].removeprefix(site)).status_code == 200


def test_the_manifest_says_everything_that_was_asked(officer_client, citizen, consultation):
    one = submission(consultation)
    TagAction.apply_tag(citizen, Tag.get_or_create_by_name("Lamps"), [one.pk], added=True)
    submission(consultation)

    found = taken(officer_client, "jsonl", tag="lamps", mark="unread")

    manifest = json.loads(found.read("manifest.json"))
    assert (manifest["query"]["tags"], manifest["query"]["marks"]) == (["lamps"], ["unread"])
    assert manifest["sentence"] == "All submissions; tagged: Lamps; mine: unread."
    assert manifest["matched"] == 1


def test_the_same_rows_are_in_every_format(officer_client, consultation):
    made = [submission(consultation, f"Bus\x07 {n} <b>") for n in range(3)]

    lines = taken(officer_client, "jsonl").read("submissions.jsonl").decode().splitlines()
    book = openpyxl.load_workbook(io.BytesIO(taken(officer_client, "xlsx").read("submissions.xlsx")))

    expected = [one.reference for one in reversed(made)]
    assert [json.loads(line)["reference"] for line in lines] == expected
    assert [json.loads(line)["text"] for line in lines] == ["Bus\x07 2 <b>", "Bus\x07 1 <b>", "Bus\x07 0 <b>"]
    cells = [[cell.value for cell in row] for row in book["Submissions 1"].iter_rows()]
    assert cells[0] == [*EXPORT_COLUMNS, "truncated"]
    assert [row[0] for row in cells[1:]] == expected
    assert [row[cells[0].index("text")] for row in cells[1:]] == ["Bus 2 <b>", "Bus 1 <b>", "Bus 0 <b>"]


def test_what_changed_since_the_index_saw_it_is_left_out(officer_client, consultation, monkeypatch):
    kept, gone = submission(consultation), submission(consultation)
    original = redacted(consultation, "Call Jo on 0491 570 006", "Call […]")

    relay_batch()
    gone.withdraw()
    monkeypatch.setattr("search.engines.fts5.Fts5Engine.embedded", False)  # as with an index that a worker feeds

    found = taken(officer_client, "jsonl")

    records = [json.loads(line) for line in found.read("submissions.jsonl").decode().splitlines()]
    manifest = json.loads(found.read("manifest.json"))
    assert {record["reference"]: record["text"] for record in records} == {
        kept.reference: "The night bus is late.",
        original.reference: "Call […]",
    }
    assert (manifest["matched"], manifest["left_out"], manifest["index_behind_by"]) == (3, 1, 1)


def test_an_export_of_nothing_is_a_whole_file(officer_client):
    found = taken(officer_client, "xlsx", q="nothing")

    assert found.testzip() is None
    assert json.loads(found.read("manifest.json"))["data"]["rows"] == 0


@pytest.mark.parametrize("count", [1, 30])
def test_a_job_takes_the_same_queries_however_many_rows(officer_client, consultation, count, django_assert_num_queries):
    for _n in range(count):
        submission(consultation)
    asked_for(officer_client, "csv")

    with django_assert_num_queries(31):
        run_exports()
