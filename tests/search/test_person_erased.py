"""Whatever the site holds about a person is found, handed out, and erased from every table and file."""

import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from consultations.models import ConsultationPage, Submission
from moderation.models import Erasure, PersonErasure
from portal.audit.verification import verify_ledger
from portal.models import AuditEntry
from portal.privacy.pack import dossier_of
from search.index.purge import purge_after_erasures
from search.index.relay import relay_batch
from search.models import Export, SavedSearch
from tests.database_files import database_files
from tests.factories import UserFactory, export_of
from tests.search.planted import ADDRESS, OTHERS, PLANTED, WORD, plant_everywhere

REASON = "The person asked for it in writing."


@pytest.fixture
def colleague(db):
    return UserFactory(first_name="Per", groups=["Privacy officers"])


@pytest.fixture
def planted(consultation, moderator, editor, officer):
    plant_everywhere(consultation, moderator, editor, officer)
    relay_batch()
    return consultation


def desk_of(user):
    client = Client()
    client.force_login(user)
    return client


def found_in(path):
    """Return the planted words that a file holds, whatever their case; a packed one is opened."""
    read = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as pack:
            read = b"".join(map(pack.read, pack.namelist()))
    return [each for each in PLANTED if each.lower().encode() in read.lower()]


def files_with_traces(folder):
    """Return what each file of the database, the index, exports and media still says of the person."""
    found = {str(path): found_in(path) for path in [*database_files(), *folder.rglob("*")] if path.is_file()}
    return {path: words for path, words in found.items() if words}


def erase_by_two(privacy, colleague):
    """Ask as one officer and approve as another, through the pages; return the erasure."""
    sent = {"erase-who": ADDRESS, "erase-confirm": ADDRESS.upper(), "erase-reason": REASON}
    desk_of(privacy).post(reverse("person_erase"), sent)
    asked = PersonErasure.objects.get()
    answer = desk_of(colleague).post(reverse("person_erasure_approve", args=[asked.pk]))
    assert answer.status_code == 302
    return PersonErasure.objects.get()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_nothing_of_an_erased_person_is_left_in_any_file(planted, privacy, colleague, officer, tmp_path):
    exports = [export_of(officer, "jsonl"), export_of(officer, "csv", f"q={WORD}")]
    before = {Path(path).name.partition(".")[0] for path in files_with_traces(tmp_path)}
    assert before >= {"search", *(export.stored_as for export in exports)}
    figures = (Submission.objects.count(), sum(Submission.objects.values_list("support_count", flat=True)))

    done = erase_by_two(privacy, colleague)
    relay_batch()
    purge_after_erasures()
    if connection.vendor == "postgresql":
        call_command("compact_database", verbosity=0)

    assert files_with_traces(tmp_path) == {}
    assert dossier_of(ADDRESS).counts == {}
    assert (done.address, done.reason, done.approved_by) == ("", REASON, colleague)
    assert figures == (Submission.objects.count(), sum(Submission.objects.values_list("support_count", flat=True)))
    assert {Export.objects.get(pk=export.pk).state for export in exports} == {"expired"}
    assert list(verify_ledger()) == []


@pytest.mark.django_db
def test_what_others_wrote_stays_but_for_the_passage(planted, privacy, colleague):
    erase_by_two(privacy, colleague)

    kept = Submission.objects.get(current__text=OTHERS)
    named = Submission.objects.get(current__text__startswith="Ask at the stop")
    outcome = str(ConsultationPage.objects.get(pk=planted.pk).outcome)
    assert kept.author_name == "Somebody"
    assert named.current.text == f"Ask at the stop, or write to {'█' * len(ADDRESS)} about it."
    assert "One of you said: “█ ██████████ █████ ██ █████ ████ ██ ████ █████ ███.”" in outcome
    assert sorted(SavedSearch.objects.values_list("name", "asked")) == [
        ("Erased", ""),
        ("Erased", ""),
        ("Trams", "q=tram"),
    ]


@pytest.mark.django_db
def test_each_erased_text_keeps_why_and_who(planted, privacy, colleague):
    theirs = Submission.objects.filter(author_email=ADDRESS) | Submission.objects.filter(author__email=ADDRESS)
    ids = set(theirs.values_list("pk", flat=True))

    erase_by_two(privacy, colleague)

    rows = Erasure.objects.values_list("submission", "reason", "asked_by", "approved_by")
    assert set(rows) == {(pk, REASON, privacy.pk, colleague.pk) for pk in ids}
    entry = AuditEntry.objects.get(action="person.erased")
    assert entry.facts["counts"]["consultations.Submission"] == len(ids)
