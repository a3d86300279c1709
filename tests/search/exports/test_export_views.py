import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from consultations.models import Status
from portal.models import AuditEntry
from search.exports.formats import available_formats
from search.exports.jobs import run_exports
from search.exports.views import LINK_LIFETIME, download_link
from search.models import Export
from search.models.export import SAME_EXPORT_WITHIN
from tests.factories import UserFactory, export_of, held_in
from tests.moderation.decisions import refuse_or_redact
from tests.search.exports.downloads import asked_for, finished, link_on_the_list, taken
from tests.search.submissions import submission

NUMBER = "020 7946 0123"


@pytest.fixture
def at_desk(client, officer):
    """The client of an officer."""
    client.force_login(officer)
    return client


@pytest.fixture
def trusted(officer):
    """An officer who may read what was taken out."""
    officer.user_permissions.add(Permission.objects.get(codename="read_sealed_submission"))
    return officer


@pytest.fixture
def cut(consultation, moderator):
    """A published text that a number was taken out of."""
    held = held_in(consultation)
    refuse_or_redact(held, moderator, "redact", cut_spans(held))
    held.refresh_from_db()
    return held


def cut_spans(held):
    from moderation.findings.redaction import Span

    start = held.current.text.index("0")
    return [Span("text", start, len(held.current.text), "number removed")]


def records(archive):
    return [json.loads(line) for line in archive.read("submissions.jsonl").decode().splitlines()]


def test_the_list_is_empty_at_first(at_desk):
    page = at_desk.get(reverse("desk_exports")).content.decode()

    assert "No exports yet" in page
    assert "progress.js" not in page


def test_an_export_is_asked_for_watched_and_fetched(at_desk, consultation):
    submission(consultation, "A bus")
    form = at_desk.get(reverse("desk"), {"q": "bus"}).content.decode()
    assert f'action="{reverse("desk_export_ask")}?q=bus"' in form

    export = asked_for(at_desk, "csv", q="bus", page=3)
    waiting = at_desk.get(reverse("desk_exports")).content.decode()
    told = at_desk.get(reverse("desk_exports_progress")).json()
    run_exports()
    ready = at_desk.get(reverse("desk_exports")).content.decode()

    assert export.question == "q=bus"
    assert ("Waiting to start" in waiting, "progress.js" in waiting, "Cancel" in waiting) == (True, True, True)
    assert told == {"jobs": [{"id": export.pk, "state": "Waiting to start", "done": 0, "total": 1, "per_cent": 0}]}
    assert at_desk.get(reverse("desk_exports_progress")).json() == {"jobs": []}
    assert ("Submissions that contain “bus”." in ready, "1 submission," in ready) == (True, True)
    answer = at_desk.get(link_on_the_list(at_desk, export))
    assert answer["Content-Disposition"].startswith('attachment; filename="submissions-')
    file = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert file.testzip() is None


def test_that_nobody_works_is_said(at_desk, consultation):
    asked_for(at_desk, "csv")
    assert "does not seem to run" not in at_desk.get(reverse("desk_exports")).content.decode()

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert "does not seem to run" in at_desk.get(reverse("desk_exports")).content.decode()


def test_why_an_export_failed_is_said(at_desk, officer):
    export_of(officer, work=False)
    claimed = Export.objects.claim_next()
    claimed.fail("The disk is <full>.")

    assert "The disk is &lt;full&gt;." in at_desk.get(reverse("desk_exports")).content.decode()


def test_an_export_is_cancelled(at_desk, officer):
    export = export_of(officer, work=False)

    response = at_desk.post(reverse("desk_export_cancel", args=[export.pk]), follow=True)

    export.refresh_from_db()
    assert (export.state, "The export is cancelled." in response.content.decode()) == ("cancelled", True)
    assert at_desk.get(reverse("desk_export_cancel", args=[export.pk])).status_code == 302


def test_somebody_elses_exports_are_nowhere(at_desk, consultation):
    submission(consultation)
    colleague = UserFactory(groups=["Policy officers"])
    done, waiting = export_of(colleague), export_of(colleague, work=False)

    assert at_desk.get(download_link(done.pk)).status_code == 404
    assert at_desk.post(reverse("desk_export_cancel", args=[waiting.pk])).status_code == 404
    assert at_desk.get(reverse("desk_exports")).context["rows"] == []
    assert at_desk.get(reverse("desk_exports_progress")).json() == {"jobs": []}


def test_a_link_needs_its_key_and_runs_out(at_desk, officer, consultation, settings):
    settings.STAFF_IDLE_SECONDS = 24 * 3600  # the officer is there all the time
    submission(consultation)
    one, other = export_of(officer), export_of(officer, "jsonl")
    address = download_link(one.pk)

    assert at_desk.get(address.partition("?")[0]).status_code == 404
    assert at_desk.get(address + "x").status_code == 404
    assert at_desk.get(address.replace(f"/{one.pk}/", f"/{other.pk}/")).status_code == 404
    with time_machine.travel(timezone.now() + LINK_LIFETIME + timedelta(seconds=5)):
        response = at_desk.get(address, follow=True)
        assert "Here is a fresh one." in response.content.decode()


def test_an_expired_file_cannot_be_fetched(at_desk, officer, consultation):
    submission(consultation)
    export = export_of(officer)
    Export.objects.update(expires_at=timezone.now())

    assert at_desk.get(download_link(export.pk)).status_code == 404


@pytest.mark.parametrize("lost", ["export_submission", "search_submission", "read_unpublished_submission"])
def test_a_permission_withdrawn_after_asking_keeps_the_file_back(at_desk, officer, consultation, lost):
    submission(consultation, "A held bus", status=Status.HELD)
    export = export_of(officer)
    address = download_link(export.pk)
    officer.groups.get().permissions.remove(Permission.objects.get(codename=lost))

    response = at_desk.get(address)

    assert not response.streaming
    assert response.status_code == 302
    if lost == "read_unpublished_submission":
        assert "a permission that it needs was taken from you" in at_desk.get(reverse("desk_exports")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_exports(
    at_desk, officer, consultation, count, django_assert_num_queries
):
    submission(consultation)
    for ending in ("csv", "jsonl", "xlsx")[:count]:
        export_of(officer, ending)
    at_desk.get(reverse("desk_exports"))

    with django_assert_num_queries(10):
        assert len(at_desk.get(reverse("desk_exports")).context["rows"]) == count


def test_what_cannot_be_asked_for_is_said(at_desk, consultation):
    none = at_desk.post(reverse("desk_export_ask"), {})
    unknown = at_desk.post(reverse("desk_export_ask"), {"ending": "exe"})
    mistaken = at_desk.post(f"{reverse('desk_export_ask')}?kind=let-ter", {"ending": "csv"})

    assert (none.status_code, unknown.status_code, mistaken.status_code) == (422, 422, 400)
    assert "Please look at this again" in none.content.decode()
    assert not Export.objects.exists()


def test_originals_are_never_there_without_their_permission(at_desk, cut):
    assert "originals" not in at_desk.get(reverse("desk")).content.decode()

    found = taken(at_desk, "jsonl", {"originals": "on", "reason": "I want them."})

    (record,) = records(found)
    assert ("original_text" in record, "[number removed]" in record["text"]) == (False, True)
    assert NUMBER not in found.read("submissions.jsonl").decode()
    assert Export.objects.get().originals is False


def test_originals_come_with_a_reason_that_is_logged(at_desk, trusted, cut, consultation):
    submission(consultation, "Nothing was taken out of this.")

    found = taken(at_desk, "jsonl", {"originals": "on", "reason": "A court asks."})

    by_reference = {record["reference"]: record for record in records(found)}
    originals = {record["original_text"] for record in by_reference.values()}
    assert by_reference[cut.reference]["original_text"] == cut.revisions.order_by("number").first().text
    assert "" in originals
    entry = AuditEntry.objects.get(action="submissions.exported")
    assert entry.facts == {"format": "jsonl", "count": 2, "sealed": True, "reason": "A court asks."}
    assert "original_text" in json.loads(found.read("manifest.json"))["columns"]


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({"ending": "csv", "originals": "on"}, "reason"),
        ({"ending": "pdf", "originals": "on", "reason": "A court asks."}, "originals"),
    ],
)
def test_originals_need_a_reason_and_no_report(at_desk, trusted, posted, field):
    if posted["ending"] not in available_formats():
        pytest.skip("No report can be written here.")
    response = at_desk.post(reverse("desk_export_ask"), posted)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_originals_are_kept_back_when_their_permission_is_gone(at_desk, trusted, cut):
    export = finished(at_desk, "csv", {"originals": "on", "reason": "A court asks."})
    address = link_on_the_list(at_desk, export)
    trusted.user_permissions.clear()

    assert at_desk.get(address).status_code == 302


def test_a_workbook_begins_with_its_cover(at_desk, consultation, monkeypatch):
    monkeypatch.setattr("search.exports.writers.SHEET_ROWS", 3)
    for text in ("=1+1", "@SUM(A1)\x07", "-bus"):
        submission(consultation, text)

    found = taken(at_desk, "xlsx", sort="oldest")

    book = openpyxl.load_workbook(io.BytesIO(found.read("submissions.xlsx")))
    assert book.sheetnames == ["About this file", "Submissions 1", "Submissions 2"]
    cover = {row[0].value: row[1].value for row in book["About this file"].iter_rows()}
    told = {name: cover[name] for name in ("Submissions from citizens", "Matched", "In this file", "Left out")}
    assert told == {
        "Submissions from citizens": "All submissions.", "Matched": "3", "In this file": "3",
        "Left out": "0, because they changed meanwhile",
    }  # fmt: skip
    assert cover["reference"].startswith("the code that the author was given")
    place = [cell.value for cell in book["Submissions 1"][1]].index("text")
    texts = [row[place].value for name in book.sheetnames[1:] for row in list(book[name].iter_rows())[1:]]
    assert texts == ["=1+1", "@SUM(A1)", "-bus"]
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}


def test_parquet_keeps_every_character(at_desk, consultation):
    parquet = pytest.importorskip("pyarrow.parquet")
    one = submission(consultation, "=1+1\x07 🚲")

    found = taken(at_desk, "parquet")

    table = parquet.read_table(io.BytesIO(found.read("submissions.parquet")))
    (row,) = table.to_pylist()
    assert (row["reference"], row["text"], row["revision"]) == (one.reference, "=1+1\x07 🚲", 1)
    assert row["received_at"] == one.received_at
    assert json.loads(found.read("manifest.json"))["data"]["rows"] == 1


def test_a_report_is_tagged_and_tells_how_it_came_about(at_desk, officer, consultation, settings):
    if "pdf" not in available_formats():
        pytest.skip("No report can be written here.")
    pypdf = pytest.importorskip("pypdf")
    submission(consultation, "A bus\x07 & <b>lamps</b> שלום <img src='file:///etc/passwd'> \ue000 ✓\ufe0f")

    export = finished(at_desk, "pdf", q="bus")

    (file,) = Path(settings.EXPORTS_ROOT).glob("*.data")
    reader = pypdf.PdfReader(file)
    catalogue = reader.trailer["/Root"]
    assert (catalogue["/MarkInfo"]["/Marked"], catalogue["/Lang"]) == (True, "en-gb")
    assert "pdfuaid:part" in catalogue["/Metadata"].get_data().decode().replace("<pdfuaid:part", "pdfuaid:part")
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "\0" not in text  # what no font has would be an empty box, which PDF/UA forbids
    assert reader.metadata.title == "Report on submissions: Submissions that contain “bus”."
    assert str(export.seed) in text
    assert "<b>lamps</b>" in text
    assert (export.written, export.file_name.endswith(".pdf")) == (1, True)


def test_a_file_that_is_asked_for_three_times_is_made_once(at_desk, consultation):
    submission(consultation, "A bus")
    first = asked_for(at_desk, "csv", q="bus")

    assert {asked_for(at_desk, "csv", q="bus"), asked_for(at_desk, "csv", q="bus")} == {first}
    assert asked_for(at_desk, "xlsx", q="bus") != first
    first.cancel()
    assert asked_for(at_desk, "csv", q="bus").pk not in (first.pk, None)


def test_a_file_that_is_asked_for_later_is_made_anew(at_desk, consultation):
    submission(consultation, "A bus")
    first = asked_for(at_desk, "csv", q="bus")
    Export.objects.update(asked_at=timezone.now() - SAME_EXPORT_WITHIN)

    assert asked_for(at_desk, "csv", q="bus") != first
