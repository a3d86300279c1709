import os
import signal

import pytest
from django.core.management import CommandError, call_command

from consultations.models import Status, Submission
from moderation.models import Case
from moderation.screening import screen
from moderation.screening.screen import sweep
from tests.consultations.screeners import nobody_screening, screening_with
from tests.factories import held_in, submission_to

pytestmark = pytest.mark.django_db


def taken_in(consultation, *texts):
    """Take texts in while nobody screens."""
    with nobody_screening():
        for text in texts:
            submission_to(consultation, text)
    assert set(Submission.objects.values_list("status", flat=True)) == {Status.RECEIVED}


def test_screen_settles_what_was_taken_in_unscreened(consultation, capsys):
    taken_in(consultation, "The night bus is late.", "Ring me on 0491 570 006.")

    call_command("screen")

    assert capsys.readouterr().out == "Screened 2: 1 published, 1 held.\n"
    assert sorted(Submission.objects.values_list("status", flat=True)) == [Status.HELD, Status.PUBLISHED]
    assert Case.objects.waiting().count() == 1


def test_screen_fails_when_texts_stay_unscreened(consultation, capsys):
    taken_in(consultation, "The night bus is late.")

    with nobody_screening(), pytest.raises(CommandError, match="1 could not be screened and stay unseen"):
        call_command("screen")


def test_screen_leaves_alone_what_is_settled(consultation, capsys):
    held_in(consultation)
    submission_to(consultation, "The night bus is late.")

    call_command("screen")

    assert capsys.readouterr().out == "Screened 0: 0 published, 0 held.\n"


def test_sweep_goes_past_a_text_that_cannot_be_screened(consultation):
    def break_on_trams(submission, revision, assessment):
        if "tram" in revision.text:
            raise RuntimeError("No trams.")
        screen.screen(submission, revision, assessment)

    taken_in(consultation, "The tram is late.", "The night bus is late.")
    with screening_with(screen=break_on_trams):
        statuses = [submission.status for submission in sweep(batch=1)]

    assert statuses == [Status.RECEIVED, Status.PUBLISHED]


def test_screen_watches_until_it_is_told_to_stop(consultation, capsys):
    def tell_to_stop(*screened):
        os.kill(os.getpid(), signal.SIGTERM)
        screen.screen(*screened)

    taken_in(consultation, "The night bus is late.", "The tram is late.")
    handlers = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        with screening_with(screen=tell_to_stop):
            call_command("screen", "--watch", "--every", "3600")
    finally:
        for name, handler in handlers.items():
            signal.signal(name, handler)

    assert capsys.readouterr().out == "Watching for changes.\nScreened 2: 2 published, 0 held.\n"
