from datetime import UTC, date, datetime

import pytest

from consultations.models import Status
from search.documents import to_document
from search.engines.document import Document

from .cast import redacted, submission


def test_a_published_submission_is_found_with_its_cleared_text(consultation):
    at = datetime(2026, 10, 31, 13, 30, tzinfo=UTC)  # 1 November in Sydney
    one = submission(consultation, "The night bus", title="Lamps", kind="idea", received_at=at, channel="paper")
    one.add_revision(text="Another text that nobody has read", title="", by=None)

    assert to_document(one) == Document(
        id=one.pk, version=4, title="Lamps", text="The night bus", received_at=at, day=date(2026, 11, 1),
        consultation=str(consultation.pk), kind="idea", status="published", language="en", channel="paper",
        visibility="public",
    )  # fmt: skip


@pytest.mark.parametrize("status", [Status.HELD, Status.REFUSED])
def test_what_is_not_shown_is_restricted_and_has_its_latest_text(consultation, status):
    one = submission(consultation, "First", status=status)
    one.add_revision(text="Second", title="", by=None)

    document = to_document(one)

    assert (document.text, document.visibility, document.status) == ("Second", "restricted", status)


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.WITHDRAWN])
def test_the_unscreened_and_the_withdrawn_are_no_documents(consultation, status):
    assert to_document(submission(consultation, status=status)) is None


def test_a_sealed_original_is_in_no_document(consultation):
    one = redacted(consultation, "Call Jo on 0491 570 006", "Call […]")
    assert to_document(one).text == "Call […]"

    one.write({"status": Status.HELD})
    assert to_document(one).text == "Call […]"


def test_what_is_not_known_has_a_name(db):
    document = to_document(submission(None, kind="enquiry", language=""))

    assert (document.consultation, document.language) == ("none", "und")


def test_a_day_beyond_the_calendar_is_brought_back(consultation):
    one = submission(consultation, received_at=datetime(1200, 1, 1, tzinfo=UTC))

    assert to_document(one).day == date(1900, 1, 1)
