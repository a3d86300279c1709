"""Rebuilding the index as a job: asked for on the status page, run by the worker."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEntry
from search.engines.configured import get_engine
from search.index.rebuild_job import run_rebuilds
from search.index.relay import relay_batch
from search.models import Rebuild
from tests.search.submissions import submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_status(client, administrator):
    client.force_login(administrator)
    return client


def page(client):
    return client.get(reverse("search_status")).content.decode()


def test_rebuild_is_asked_for_watched_and_run(at_status, administrator, consultation):
    submission(consultation)
    relay_batch()
    assert "Make the index anew" in page(at_status)

    at_status.post(reverse("search_rebuild"))
    waiting = page(at_status)
    told = at_status.get(reverse("search_rebuild_progress")).json()
    before = get_engine().info()["generation"]
    assert run_rebuilds() == 1

    rebuild = Rebuild.objects.get()
    assert ("Waiting to start" in waiting, "progress.js" in waiting, "Cancel" in waiting) == (True, True, True)
    assert told == {"jobs": [{"id": rebuild.pk, "state": "Waiting to start", "done": 0, "total": 0, "per_cent": 0}]}
    assert (rebuild.state, rebuild.read, rebuild.total, rebuild.asked_by) == ("done", 1, 1, administrator)
    assert get_engine().info()["generation"] != before
    assert AuditEntry.objects.filter(action="index.rebuild_asked", by=administrator.pk).count() == 1
    assert at_status.get(reverse("search_rebuild_progress")).json() == {"jobs": []}


def test_rebuild_that_waits_is_not_asked_for_twice(at_status):
    for _time in range(2):
        at_status.post(reverse("search_rebuild"))

    assert Rebuild.objects.count() == 1


def test_rebuild_is_cancelled_and_the_old_index_stays(at_status, consultation):
    submission(consultation)
    at_status.post(reverse("search_rebuild"))
    shown = at_status.post(reverse("search_rebuild_cancel", args=[Rebuild.objects.get().pk]), follow=True)

    assert "The rebuild is cancelled" in shown.content.decode()
    assert (run_rebuilds(), Rebuild.latest()) == (0, None)


def test_worker_that_does_not_run_is_said(at_status):
    at_status.post(reverse("search_rebuild"))
    assert "does not seem to run" not in page(at_status)
    Rebuild.objects.update(asked_at=timezone.now() - timedelta(minutes=1))

    assert "does not seem to run" in page(at_status)


def test_rebuild_that_fails_says_why_and_may_be_asked_for_again(at_status, consultation, settings):
    submission(consultation)
    with get_engine().rebuild_lock():
        at_status.post(reverse("search_rebuild"))
        run_rebuilds()

    assert Rebuild.objects.get().problem == "Another rebuild of the index is running."
    shown = page(at_status)
    assert ("Another rebuild of the index is running." in shown, "Make the index anew" in shown) == (True, True)


def test_command_leaves_the_same_trace_and_says_why_it_failed(consultation, capsys):
    submission(consultation)
    call_command("search_rebuild", verbosity=0)
    with get_engine().rebuild_lock(), pytest.raises(CommandError, match="Another rebuild"):
        call_command("search_rebuild", verbosity=0)

    assert list(Rebuild.objects.order_by("id").values_list("state", "read")) == [("done", 1), ("failed", 0)]


def test_officer_sees_a_rebuild_but_cannot_ask_for_one(client, officer):
    client.force_login(officer)
    assert "Make the index anew" not in page(client)
    rebuild = Rebuild.objects.create()
    shown = page(client)

    assert ("Waiting to start" in shown, "Cancel" in shown) == (True, False)
    client.post(reverse("search_rebuild_cancel", args=[rebuild.pk]))
    assert Rebuild.objects.get().state == "waiting"
