"""Each column that holds an address has a rule that empties it, and the worker runs that rule."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from consultations.models import Event, EventKind, Follow, Follower, SavedResponse
from moderation.models import PersonErasure, Report
from moderation.redress.reports import file_report
from moderation.retention.job import run_retentions, start_nightly_run
from portal.models import Message, SuppressedAddress
from portal.privacy.data_kinds import ADDRESSES
from portal.privacy.data_map import DataMap
from portal.schedule import clear_away
from tests.factories import UserFactory, submission_to

pytestmark = pytest.mark.django_db

ADDRESS = "ada.quill@example.org"
# These are kept while they are needed: by hand, an officer answers the wish, an owner closes the account.
UNTIL_SOMEBODY_ACTS = {"moderation.PersonErasure.address"}
AFTER_ALL = timedelta(days=3 * 366)


def columns_with_addresses():
    return {column.label for column in DataMap().of_kind(ADDRESSES)}


def where_it_stands():
    """Return the columns of addresses that hold ours."""
    found = set()
    for label in columns_with_addresses():
        model, _dot, name = label.rpartition(".")
        if apps.get_model(model)._base_manager.filter(**{name: ADDRESS}).exists():
            found.add(label)
    return found


@pytest.fixture
def everywhere(consultation):
    """Put one address into each column, in the way that it gets there."""
    text = submission_to(consultation, "The bus is late.", author_email=ADDRESS)
    other = submission_to(consultation, "The tram is late.")
    file_report(other, other.cleared, reporter_key="a", reporter_email=ADDRESS, clause="")
    Follow.objects.begin(Follower.objects.with_address(ADDRESS), consultation, "daily").confirm()
    SavedResponse.keep(consultation=consultation, given={}).note_address(ADDRESS)
    SuppressedAddress.objects.note(ADDRESS, SuppressedAddress.Reason.BOUNCED, "no such mailbox")
    for state in set(Message.State) - set(Message.UNSENT):
        message = Message.objects.post("author", to=ADDRESS, about=text, cause=str(state))
        Message.objects.filter(pk=message.pk).update(state=state, finished_at=timezone.now(), dedupe_key=str(state))
    Event.objects.create(kind=EventKind.OUTCOME_PUBLISHED, consultation=consultation)
    PersonErasure.objects.create(address=ADDRESS, reason="They asked.")
    return consultation


def test_address_is_in_every_column_to_begin_with(everywhere):
    assert where_it_stands() == columns_with_addresses()


def test_no_column_keeps_it_when_its_purpose_has_ended(everywhere, time_machine):
    for report in Report.objects.all():
        report.close(Report.Outcome.KEPT)
    Message.objects.filter(state=Message.State.WAITING).update(state="sent", finished_at=timezone.now())

    time_machine.move_to(timezone.now() + AFTER_ALL)
    start_nightly_run()
    run_retentions()
    clear_away()
    SavedResponse.clear_away()

    assert where_it_stands() == UNTIL_SOMEBODY_ACTS


def test_wish_that_is_answered_forgets_it(everywhere):
    PersonErasure.objects.get().refuse(UserFactory(groups=["Privacy officers"]))

    assert "moderation.PersonErasure.address" not in where_it_stands()
