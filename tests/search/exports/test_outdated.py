from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from consultations.models import Status
from portal.models import AuditEntry
from search.exports import storage
from search.exports.jobs import delete_expired_files, run_exports
from search.exports.outdated import count_outdated
from search.exports.views import download_link
from search.models import Export
from tests.factories import export_of
from tests.search.submissions import submission


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


def changed(export):
    return count_outdated([export]).get(export.pk)


def redact(one, actor):
    one.move(Status.PUBLISHED, revision=one.redact(text="[…]", title="", actor=actor), actor=actor)


def edit_and_clear(one, actor):
    one.revise(text="The day bus is late.")
    one.refresh_from_db()
    one.move(Status.PUBLISHED, revision=one.current, actor=actor)


CHANGES = {
    "withdrawn": lambda one, actor: one.withdraw(),
    "refused": lambda one, actor: one.move(Status.REFUSED, actor=actor),
    "held again": lambda one, actor: one.move(Status.HELD, actor=actor),
    "redacted": redact,
    "edited and cleared": edit_and_clear,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_text_that_changed_since_is_counted(officer, moderator, consultation, change):
    first, _other = submission(consultation), submission(consultation)
    export = export_of(officer, "jsonl")
    assert changed(export) == 0

    change(first, moderator)

    assert changed(export) == 1


def test_what_left_the_text_as_it_was_is_not_counted(officer, moderator, consultation):
    edited, reconsidered = submission(consultation), submission(consultation)
    export = export_of(officer)

    edited.revise(text="Call me on 020 7946 0123.")
    edited.refresh_from_db()
    assert (edited.pending, changed(export)) == (True, 0)
    was = reconsidered.snapshot()
    reconsidered.move(Status.REFUSED, actor=moderator)
    assert changed(export) == 1
    reconsidered.restore(was, moderator)
    assert changed(export) == 0
    submission(consultation, "A text that came later.").withdraw()
    assert changed(export) == 0


def test_a_file_counts_only_what_is_in_it(officer, consultation):
    bus, tram = submission(consultation, "A bus"), submission(consultation, "A tram")
    with_bus, with_tram, empty = (export_of(officer, "jsonl", f"q={word}") for word in ("bus", "tram", "boat"))

    bus.withdraw()

    assert count_outdated([with_bus, with_tram, empty]) == {with_bus.pk: 1, with_tram.pk: 0}
    assert count_outdated([export_of(officer, work=False)]) == {}
    tram.withdraw()
    assert count_outdated([with_bus, with_tram]) == {with_bus.pk: 1, with_tram.pk: 1}


@pytest.mark.parametrize("count", [1, 4])
def test_counting_takes_one_query(officer, consultation, count, django_assert_num_queries):
    made = [submission(consultation) for _n in range(count)]
    exports = [export_of(officer) for _n in range(count)]
    for one in made:
        one.withdraw()

    with django_assert_num_queries(1):
        assert set(count_outdated(exports).values()) == {count}


def test_the_list_says_it_and_offers_a_new_file(at_desk, officer, consultation):
    gone, _kept = submission(consultation), submission(consultation)
    export = export_of(officer, "jsonl", "sort=oldest")
    before = at_desk.get(reverse("desk_exports")).content.decode()
    gone.withdraw()
    after = at_desk.get(reverse("desk_exports")).content.decode()

    assert ("Make it again<span" in before, "Make it again<span" in after) == (False, True)
    assert "1 text in this file has been withdrawn or changed since." in after

    assert at_desk.post(reverse("desk_export_again", args=[export.pk])).status_code == 302
    run_exports()

    new = Export.objects.latest("id")
    old = Export.objects.get(pk=export.pk)
    assert (new.question, new.ending, new.replaces_id, new.written) == ("sort=oldest", "jsonl", old.pk, 1)
    assert (new.state, old.state, changed(new)) == ("done", "expired", 0)


def test_the_file_of_before_goes_when_the_new_one_is_there(
    officer, consultation, settings, at_desk, django_capture_on_commit_callbacks
):
    submission(consultation).withdraw()
    submission(consultation)
    old = export_of(officer)
    at_desk.post(reverse("desk_export_again", args=[old.pk]))
    assert storage.export_path(old).exists()

    with django_capture_on_commit_callbacks(execute=True):
        run_exports()

    new = Export.objects.latest("id")
    assert sorted(path.stem for path in Path(settings.EXPORTS_ROOT).iterdir()) == [new.stored_as] * 2


def test_nobody_makes_somebody_elses_file_again(at_desk, privacy, consultation):
    submission(consultation)
    export = Export.objects.create(asked_by=privacy, ending="csv", sentence="All submissions.", state="failed")

    assert at_desk.post(reverse("desk_export_again", args=[export.pk])).status_code == 404


def test_a_file_with_originals_is_made_again_with_their_permission_only(at_desk, trusted, consultation):
    submission(consultation)
    export = export_of(trusted, reason="A court asks.")
    address = reverse("desk_export_again", args=[export.pk])

    at_desk.post(address)
    new = Export.objects.latest("id")
    assert (new.originals, new.reason) == (True, "A court asks.")
    trusted.user_permissions.clear()
    at_desk.post(address)
    assert Export.objects.latest("id") == new


def test_a_file_with_originals_is_kept_for_a_day(trusted, consultation):
    submission(consultation)
    plain, sealed = export_of(trusted), export_of(trusted, reason="A court asks.")

    assert plain.expires_at - plain.finished_at == timedelta(days=7)
    assert sealed.expires_at - sealed.finished_at == timedelta(days=1)


def test_a_file_with_originals_is_taken_back_when_a_text_changes(at_desk, trusted, consultation):
    gone, _kept = submission(consultation), submission(consultation)
    plain, sealed = export_of(trusted), export_of(trusted, reason="A court asks.")
    gone.withdraw()

    answer = at_desk.get(download_link(sealed.pk))
    page = at_desk.get(reverse("desk_exports")).content.decode()
    assert (answer.status_code, answer.streaming) == (302, False)  # at once, before the worker comes by
    assert (download_link(sealed.pk).partition("?")[0] in page, download_link(plain.pk).partition("?")[0] in page) == (
        False,
        True,
    )
    delete_expired_files()

    plain.refresh_from_db(), sealed.refresh_from_db()
    assert (plain.state, sealed.state, storage.export_path(sealed).exists()) == ("done", "expired", False)
    assert sealed.problem.startswith("1 text in it was withdrawn or changed.")
    assert sealed.problem in at_desk.get(reverse("desk_exports")).content.decode()


def test_who_fetches_originals_is_in_the_ledger(at_desk, trusted, consultation):
    submission(consultation)
    plain, sealed = export_of(trusted), export_of(trusted, reason="A court asks.")

    for export in (plain, sealed):
        assert b"".join(at_desk.get(download_link(export.pk)).streaming_content)

    entry = AuditEntry.objects.get(action="submissions.fetched")
    assert (entry.by, entry.subject_id, entry.facts) == (trusted.pk, str(sealed.pk), {"reason": "A court asks."})


def test_files_of_before_without_a_list_are_not_counted(officer, consultation):
    one = submission(consultation)
    export = export_of(officer)
    storage.export_path(export, storage.CONTENTS_SUFFIX).unlink()
    one.withdraw()

    assert count_outdated([export]) == {}
    with time_machine.travel(timezone.now()):
        delete_expired_files()
    export.refresh_from_db()
    assert export.state == "done"
