"""The sealed originals: an index of their own, which nobody asks but the privacy role, for a reason."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from consultations.models import Submission
from moderation.models import Erasure
from moderation.review.undo import take_back
from portal.audit import text_digest
from portal.models import AuditEntry
from search.access.scope import scope_query_to_sealed
from search.desk import results
from search.engines.configured import get_engine, get_sealed_engine, sealed_url
from search.index.documents import build_sealed_documents, with_document_fields
from search.index.indices import open_index, sealed_index
from search.index.rebuild import rebuild_indices
from search.index.relay import relay_batch
from search.index.status import get_search_status
from search.index.verify import DriftReport, repair_index, verify_index
from search.language.query import Query, SearchUnavailable
from tests.factories import held_in, submission_to
from tests.moderation.decisions import redact

pytestmark = pytest.mark.django_db
REASON = "The author asked which number was removed."
SEALED = {"visibility": ("sealed",)}
EVERYTHING = {"visibility": ("public", "restricted", "sealed")}


@pytest.fixture
def redacted(consultation, moderator):
    submission = held_in(consultation, author_name="Nia")
    redact(submission, moderator)
    return Submission.objects.get(pk=submission.pk)


def found(text='"0491 570 006"', index=None):
    return list((index or get_sealed_engine()).iterate(Query(text=text, scope=EVERYTHING)))


@pytest.mark.parametrize(
    ("address", "sealed"),
    [
        ("fts5:///var/search.sqlite3", "fts5:///var/search-sealed.sqlite3"),
        ("fts5:////srv/v1.2/search", "fts5:////srv/v1.2/search-sealed"),
        ("https://u:p@one:9200,two/parley?ca=/ca.pem", "https://u:p@one:9200,two/parley-sealed?ca=/ca.pem"),
        ("https://one/parley.v2/", "https://one/parley.v2-sealed"),
    ],
)
def test_sealed_originals_have_an_address_beside_the_other(address, sealed):
    assert sealed_url(address) == sealed


def test_a_redacted_text_is_in_one_index_and_its_original_in_the_other(redacted):
    relay_batch()

    assert (found(), found(index=get_engine())) == ([redacted.pk], [])
    assert found("removed", get_engine()) == [redacted.pk]
    assert list(get_engine().iterate(Query(scope=SEALED))) == []


def test_a_text_that_was_never_redacted_is_not_sealed(consultation, redacted):
    submission_to(consultation, "The night bus is late.")
    relay_batch()

    assert get_sealed_engine().versions() == {redacted.pk: redacted.version}
    assert len(get_engine().versions()) == 2


def test_a_redaction_that_is_taken_back_leaves_the_sealed_index(consultation, moderator):
    submission = held_in(consultation)
    decision = redact(submission, moderator)
    relay_batch()
    assert found() == [submission.pk]

    take_back(decision, moderator)
    relay_batch()

    assert found() == []
    assert found(index=get_engine()) == [submission.pk]  # held again, whole


@pytest.mark.parametrize("end", ["withdraw", "erase"])
def test_what_is_withdrawn_or_erased_leaves_both(redacted, privacy, end):
    relay_batch()

    if end == "withdraw":
        redacted.withdraw()
    else:
        Erasure.at_once(redacted, actor=privacy, reason="Article 17 request of 3 May.")
    relay_batch()

    assert (found(), found(""), found("", get_engine())) == ([], [], [])


def test_a_late_write_of_an_older_version_does_not_bring_it_back(redacted):
    late = build_sealed_documents(with_document_fields(Submission.objects.all()))
    redacted.withdraw()
    relay_batch()

    get_sealed_engine().write(late)

    assert found() == []


def test_drift_of_the_sealed_index_is_found_and_mended(consultation, redacted):
    plain = submission_to(consultation, "The night bus is late.")
    relay_batch()
    assert verify_index(sealed_index()) == DriftReport(checked=1)

    (original,) = build_sealed_documents(with_document_fields(Submission.objects.filter(pk=redacted.pk)))
    get_sealed_engine().write([replace(original, text="Other"), replace(original, id=plain.pk)])
    report = verify_index(sealed_index())
    assert report == DriftReport(checked=1, different=[redacted.pk], extra=[plain.pk])
    assert verify_index(open_index()) == DriftReport(checked=2)

    repair_index(sealed_index(), report)
    relay_batch()
    assert verify_index(sealed_index()) == DriftReport(checked=1)


def test_a_sealed_index_that_is_away_keeps_nothing_else_back(consultation, redacted, officer, settings, tmp_path):
    plain = submission_to(consultation, "The night bus is late.")
    (tmp_path / "file").touch()
    settings.SEARCH_SEALED_URL = f"fts5:///{tmp_path}/file/sealed.sqlite3"

    with pytest.raises(SearchUnavailable):
        relay_batch()

    assert found("", get_engine()) == [plain.pk, redacted.pk]
    assert results.search_as(officer, Query()).pending == 1
    assert list(Submission.objects.lagging()) == [redacted]
    assert "sealed.sqlite3" in get_search_status().trouble

    settings.SEARCH_SEALED_URL = ""
    relay_batch()
    assert (found(), get_search_status().lag) == ([redacted.pk], 0)


def test_a_rebuild_makes_both_anew(redacted):
    assert rebuild_indices() == 2  # the same row, once for each index

    assert (found(), found("removed", get_engine())) == ([redacted.pk], [redacted.pk])
    redacted.refresh_from_db()
    assert redacted.indexed_version < redacted.version  # each index is told for itself; the relay marks it
    relay_batch()
    assert (verify_index(open_index()), verify_index(sealed_index())) == (
        DriftReport(checked=1),
        DriftReport(checked=1),
    )


@pytest.mark.parametrize("count", [1, 3])
def test_sealed_documents_are_read_in_three_queries(consultation, moderator, count, django_assert_num_queries):
    for _n in range(count):
        redact(held_in(consultation), moderator)

    with django_assert_num_queries(3):
        assert len(build_sealed_documents(list(with_document_fields(Submission.objects.all())))) == count


def test_only_the_privacy_role_asks(officer, privacy):
    with pytest.raises(PermissionDenied):
        scope_query_to_sealed(officer, Query(text="bus"))

    assert scope_query_to_sealed(privacy, Query(text="bus", scope={})).scope == SEALED


def test_a_search_shows_the_words_and_leaves_an_entry_without_them(client, privacy, redacted):
    client.force_login(privacy)

    page = client.post(reverse("sealed_search"), {"q": '"0491 570 006"', "reason": REASON})

    assert "Ring me on <mark>0491 570 006</mark>" in page.content.decode()
    assert reverse("privacy_submission", args=[redacted.reference]) in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    entry = AuditEntry.objects.get(action="sealed.searched")
    digest = text_digest('"0491 570 006"')
    assert (entry.by, entry.facts) == (
        privacy.pk,
        {"reason": REASON, "words": digest, "found": 1, "shown": [redacted.pk]},
    )


def test_without_a_reason_nothing_is_looked_up(client, privacy, redacted):
    client.force_login(privacy)

    page = client.post(reverse("sealed_search"), {"q": "ring", "reason": ""})

    assert page.status_code == 422
    assert "0491" not in page.content.decode()
    assert not AuditEntry.objects.filter(action="sealed.searched").exists()


def test_the_database_has_the_last_word_on_what_is_sealed(client, privacy, redacted):
    relay_batch()
    Submission.objects.filter(pk=redacted.pk).update(status="withdrawn")  # the index has not heard of it
    client.force_login(privacy)

    page = client.post(reverse("sealed_search"), {"q": "ring", "reason": REASON})

    assert "0491" not in page.content.decode()


def test_nothing_found_is_said(client, privacy, redacted):
    client.force_login(privacy)

    page = client.post(reverse("sealed_search"), {"q": "zeppelin", "reason": REASON})

    assert "No sealed original has these words." in page.content.decode()
