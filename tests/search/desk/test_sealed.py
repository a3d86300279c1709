"""The sealed originals: an index of their own, which nobody asks but the privacy role, for a reason."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from consultations.models import Submission
from moderation.review.sealing import erase
from moderation.review.undo import take_back
from portal.audit import text_digest
from portal.models import AuditEntry
from search.access.scope import scoped_to_sealed
from search.desk import results
from search.engines.configured import beside, engine, sealed_engine
from search.index.documents import sealed_documents, with_texts
from search.index.indices import open_index, sealed_index
from search.index.rebuild import rebuild
from search.index.relay import relay
from search.index.status import status
from search.index.verify import Report, repair, verify
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
    return list((index or sealed_engine()).iterate(Query(text=text, must=EVERYTHING)))


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
    assert beside(address) == sealed


def test_a_redacted_text_is_in_one_index_and_its_original_in_the_other(redacted):
    relay()

    assert (found(), found(index=engine())) == ([redacted.pk], [])
    assert found("removed", engine()) == [redacted.pk]
    assert list(engine().iterate(Query(must=SEALED))) == []


def test_a_text_that_was_never_redacted_is_not_sealed(consultation, redacted):
    submission_to(consultation, "The night bus is late.")
    relay()

    assert sealed_engine().versions() == {redacted.pk: redacted.version}
    assert len(engine().versions()) == 2


def test_a_redaction_that_is_taken_back_leaves_the_sealed_index(consultation, moderator):
    submission = held_in(consultation)
    decision = redact(submission, moderator)
    relay()
    assert found() == [submission.pk]

    take_back(decision, moderator)
    relay()

    assert found() == []
    assert found(index=engine()) == [submission.pk]  # held again, whole


@pytest.mark.parametrize("end", ["withdraw", "erase"])
def test_what_is_withdrawn_or_erased_leaves_both(redacted, privacy, end):
    relay()

    redacted.withdraw() if end == "withdraw" else erase(redacted, by=privacy, reason="Article 17 request of 3 May.")
    relay()

    assert (found(), found(""), found("", engine())) == ([], [], [])


def test_a_late_write_of_an_older_version_does_not_bring_it_back(redacted):
    late = sealed_documents(with_texts(Submission.objects.all()))
    redacted.withdraw()
    relay()

    sealed_engine().write(late)

    assert found() == []


def test_drift_of_the_sealed_index_is_found_and_mended(consultation, redacted):
    plain = submission_to(consultation, "The night bus is late.")
    relay()
    assert verify(sealed_index()) == Report(checked=1)

    (original,) = sealed_documents(with_texts(Submission.objects.filter(pk=redacted.pk)))
    sealed_engine().write([replace(original, text="Other"), replace(original, id=plain.pk)])
    report = verify(sealed_index())
    assert report == Report(checked=1, different=[redacted.pk], extra=[plain.pk])
    assert verify(open_index()) == Report(checked=2)

    repair(sealed_index(), report)
    relay()
    assert verify(sealed_index()) == Report(checked=1)


def test_a_sealed_index_that_is_away_keeps_nothing_else_back(consultation, redacted, officer, settings, tmp_path):
    plain = submission_to(consultation, "The night bus is late.")
    (tmp_path / "file").touch()
    settings.SEARCH_SEALED_URL = f"fts5:///{tmp_path}/file/sealed.sqlite3"

    with pytest.raises(SearchUnavailable):
        relay()

    assert found("", engine()) == [plain.pk, redacted.pk]
    assert results.look(officer, Query()).pending == 1
    assert list(Submission.objects.lagging()) == [redacted]
    assert "sealed.sqlite3" in status().trouble

    settings.SEARCH_SEALED_URL = ""
    relay()
    assert (found(), status().lag) == ([redacted.pk], 0)


def test_a_rebuild_makes_both_anew(redacted):
    assert rebuild() == 2  # the same row, once for each index

    assert (found(), found("removed", engine())) == ([redacted.pk], [redacted.pk])
    redacted.refresh_from_db()
    assert redacted.indexed_version < redacted.version  # each index is told for itself; the relay marks it
    relay()
    assert (verify(open_index()), verify(sealed_index())) == (Report(checked=1), Report(checked=1))


@pytest.mark.parametrize("count", [1, 3])
def test_sealed_documents_are_read_in_three_queries(consultation, moderator, count, django_assert_num_queries):
    for _n in range(count):
        redact(held_in(consultation), moderator)

    with django_assert_num_queries(3):
        assert len(sealed_documents(list(with_texts(Submission.objects.all())))) == count


def test_only_the_privacy_role_asks(officer, privacy):
    with pytest.raises(PermissionDenied):
        scoped_to_sealed(officer, Query(text="bus"))

    assert scoped_to_sealed(privacy, Query(text="bus", must={})).must == SEALED


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
    relay()
    Submission.objects.filter(pk=redacted.pk).update(status="withdrawn")  # the index has not heard of it
    client.force_login(privacy)

    page = client.post(reverse("sealed_search"), {"q": "ring", "reason": REASON})

    assert "0491" not in page.content.decode()


def test_nothing_found_is_said(client, privacy, redacted):
    client.force_login(privacy)

    page = client.post(reverse("sealed_search"), {"q": "zeppelin", "reason": REASON})

    assert "No sealed original has these words." in page.content.decode()
