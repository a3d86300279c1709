"""The buttons of a page's editor, pressed twice, at once, or too late."""

from threading import Event as Flag
from threading import Thread, get_ident

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail import hooks
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from consultations.models import ConsultationPage, HomePage
from portal.models import ContentPage
from portal.staff import page_changes
from portal.staff.page_forms import StaffPageForm
from tests.consultations.editor_forms import add, form
from tests.factories import UserFactory

APPROVE = {"action-workflow-action": "true", "workflow-action-name": "approve"}
NO_COMMENTS = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""}


def consultation_to_sign_off(author):
    client = Client()
    client.force_login(author)
    add(client, **{"action-submit": "1"})
    page = ConsultationPage.objects.get(slug="night-buses")
    return page, form(opens_at=stamp_of(page.opens_at), closes_at=stamp_of(page.closes_at))


def stamp_of(moment):
    from django.utils import timezone

    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def standing_page_to_sign_off(author):
    page = HomePage.objects.get().add_child(instance=ContentPage(title="About", slug="about", live=False))
    page.body = [("text", "<p>Who we are.</p>")]
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    body = streamfield([("text", rich_text("<p>Who we are.</p>"))])
    sent = {"title": "About", "slug": "about", "body": body, "comments": NO_COMMENTS}
    return page, nested_form_data(sent)


PAGES = [consultation_to_sign_off, standing_page_to_sign_off]


def signed_in(user, **headers):
    client = Client(headers={"Sec-Fetch-Site": "same-origin", **headers})
    client.force_login(user)
    return client


def edit_address(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


@pytest.mark.django_db
@pytest.mark.parametrize("to_sign_off", PAGES)
def test_a_repeated_approval_is_refused_and_what_was_typed_stays(to_sign_off, editor):
    page, sent = to_sign_off(editor)
    approver = UserFactory(groups=["Editors"], first_name="Enno", last_name="Second")

    signed_in(approver).post(edit_address(page), sent | APPROVE)
    live = Page.objects.get(pk=page.pk)
    assert (live.live, live.has_unpublished_changes) == (True, False)
    revision = live.latest_revision_id

    again = signed_in(approver).post(edit_address(page), sent | APPROVE | {"title": "Typed after the first press"})

    live.refresh_from_db()
    assert (again.status_code, live.live, live.latest_revision_id) == (200, True, revision)
    shown = again.content.decode()
    assert ("Typed after the first press" in shown, "does not wait for a sign-off any more" in shown) == (True, True)
    told = [str(message) for message in get_messages(again.wsgi_request)]
    assert not any("has been updated" in each for each in told)


@pytest.mark.django_db
@pytest.mark.parametrize("to_sign_off", PAGES)
def test_an_autosave_never_presses_a_button(to_sign_off, editor):
    page, sent = to_sign_off(editor)
    client = signed_in(UserFactory(groups=["Editors"]), Accept="application/json")
    revision = page.latest_revision_id

    answer = client.post(edit_address(page), sent | APPROVE)

    page.refresh_from_db()
    assert (answer.status_code, answer.json()["error_code"]) == (400, "action_pressed")
    assert (page.live, page.workflow_in_progress, page.latest_revision_id) == (False, True, revision)


@pytest.mark.django_db
def test_an_action_on_a_page_that_was_never_submitted_saves_nothing(editor):
    page = HomePage.objects.get().add_child(instance=ContentPage(title="About", slug="about", live=False))
    body = streamfield([("text", rich_text("<p>New.</p>"))])
    sent = nested_form_data({"title": "New", "slug": "about", "body": body, "comments": NO_COMMENTS})

    answer = signed_in(editor).post(edit_address(page), sent | APPROVE)

    page.refresh_from_db()
    assert (answer.status_code, page.title, page.latest_revision) == (200, "About", None)
    assert "does not wait for a sign-off, so nothing was done" in answer.content.decode()


def test_every_page_of_ours_has_the_form_that_refuses():
    pages = [model for model in apps.get_models() if issubclass(model, Page) and model is not Page]

    assert [model for model in pages if not issubclass(model.get_edit_handler().get_form_class(), StaffPageForm)] == []


class SlowRequest:
    """A request that has read its page, and saves it only when another one was answered, or waits for the page."""

    def __init__(self, monkeypatch):
        self.has_read, self.other_is_on, self.thread = Flag(), Flag(), None
        page_locked = page_changes.page_locked

        def seen(pk):
            if self.has_read.is_set():
                self.other_is_on.set()
            return page_locked(pk)

        monkeypatch.setattr(page_changes, "page_locked", seen)

    def hook(self, request, page):
        if get_ident() == self.thread:
            self.has_read.set()
            assert self.other_is_on.wait(20)

    def run(self, send, answers):
        self.thread = get_ident()
        try:
            answers["slow"] = send()
        finally:
            self.has_read.set()
            connection.close()

    def run_other(self, send, answers):
        self.has_read.wait(20)
        try:
            answers["other"] = send()
        finally:
            self.other_is_on.set()
            connection.close()


@pytest.mark.usefixtures("_site_put_back")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("to_sign_off", PAGES)
@pytest.mark.parametrize("slow_action", [{}, APPROVE], ids=["autosave", "approve"])
def test_two_requests_at_once_leave_the_page_public(monkeypatch, to_sign_off, slow_action):
    page, sent = to_sign_off(UserFactory(groups=["Editors"]))
    approver = UserFactory(groups=["Editors"])
    slow, answers = SlowRequest(monkeypatch), {}
    first, second = signed_in(approver), signed_in(approver)

    with hooks.register_temporarily("before_edit_page", slow.hook):
        threads = [
            Thread(target=slow.run, args=[lambda: first.post(edit_address(page), sent | slow_action), answers]),
            Thread(target=slow.run_other, args=[lambda: second.post(edit_address(page), sent | APPROVE), answers]),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

    assert {name: answer.status_code for name, answer in answers.items()} in (
        {"slow": 302, "other": 302},
        {"slow": 302, "other": 200},
    )
    assert Page.objects.get(pk=page.pk).live
