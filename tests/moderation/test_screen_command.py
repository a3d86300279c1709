import os
import signal

import pytest
from django.core.management import CommandError, call_command

from consultations.models import Status, Submission
from consultations.signals import submission_received
from moderation.models import Case
from moderation.screening.screen import answer, sweep
from tests.factories import held_in, submission_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def unanswered():
    submission_received.disconnect(dispatch_uid="moderation.screening.screen")
    yield
    submission_received.connect(answer, dispatch_uid="moderation.screening.screen")


def taken_in(consultation, *texts):
    """Take texts in while nobody screens, then let screening answer again."""
    for text in texts:
        submission_to(consultation, text)
    assert set(Submission.objects.values_list("status", flat=True)) == {Status.RECEIVED}
    submission_received.connect(answer, dispatch_uid="moderation.screening.screen")


def test_screen_settles_what_was_taken_in_unscreened(consultation, unanswered, capsys):
    taken_in(consultation, "The night bus is late.", "Ring me on 0491 570 006.")

    call_command("screen")

    assert capsys.readouterr().out == "Screened 2: 1 published, 1 held.\n"
    assert sorted(Submission.objects.values_list("status", flat=True)) == [Status.HELD, Status.PUBLISHED]
    assert Case.objects.waiting().count() == 1


def test_screen_fails_when_texts_stay_unscreened(consultation, unanswered, capsys):
    submission_to(consultation, "The night bus is late.")

    with pytest.raises(CommandError, match="1 could not be screened and stay unseen"):
        call_command("screen")


def test_screen_leaves_alone_what_is_settled(consultation, capsys):
    held_in(consultation)
    submission_to(consultation, "The night bus is late.")

    call_command("screen")

    assert capsys.readouterr().out == "Screened 0: 0 published, 0 held.\n"


def test_sweep_goes_past_a_text_that_cannot_be_screened(consultation, unanswered):
    def break_on_trams(sender, submission, revision, **_signal):
        if "tram" in revision.text:
            raise RuntimeError("No trams.")

    taken_in(consultation, "The tram is late.", "The night bus is late.")
    submission_received.connect(break_on_trams, dispatch_uid="trams")
    try:
        statuses = [submission.status for submission in sweep(batch=1)]
    finally:
        submission_received.disconnect(dispatch_uid="trams")

    assert statuses == [Status.RECEIVED, Status.PUBLISHED]


def test_screen_watches_until_it_is_told_to_stop(consultation, unanswered, capsys):
    def tell_to_stop(sender, **_signal):
        os.kill(os.getpid(), signal.SIGTERM)

    taken_in(consultation, "The night bus is late.", "The tram is late.")
    submission_received.connect(tell_to_stop, dispatch_uid="stop")
    handlers = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        call_command("screen", "--watch", "--every", "3600")
    finally:
        submission_received.disconnect(dispatch_uid="stop")
        for name, handler in handlers.items():
            signal.signal(name, handler)

    assert capsys.readouterr().out == "Watching for changes.\nScreened 2: 2 published, 0 held.\n"
