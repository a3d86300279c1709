"""The buttons of a page's editor, pressed twice, at once, or too late."""

from datetime import timedelta
from io import BytesIO
from threading import Event as Flag
from threading import Thread, get_ident

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Drawing
from wagtail import hooks
from wagtail.images import get_image_model
from wagtail.models import Page, TaskState
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from consultations.models import ConsultationPage, HomePage
from portal.models import ContentPage
from portal.staff import page_changes
from portal.staff.page_forms import StaffPageForm
from portal.staff.sign_off_checks import in_the_way
from tests.consultations.editor_forms import FACT, SECTION, add, form
from tests.factories import UserFactory

APPROVE = {"action-workflow-action": "true", "workflow-action-name": "approve"}
DATED = streamfield([("section", SECTION), ("fact", FACT | {"date": "2026-06-23"})])
NO_COMMENTS = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""}


def consultation_to_sign_off(author):
    client = Client()
    client.force_login(author)
    add(client, body=DATED, **{"action-submit": "1"})
    page = ConsultationPage.objects.get(slug="night-buses")
    dates = {"opens_at": typed(page.opens_at), "closes_at": typed(page.closes_at)}
    return page, form(body=DATED, **dates) | ids_of(page.get_latest_revision_as_object())


def typed(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def ids_of(draft):
    """Return the ids of the blocks, which an editor's browser sends back."""
    return {f"body-{number}-id": block.id for number, block in enumerate(draft.body)}


def standing_page_to_sign_off(author):
    page = HomePage.objects.get().add_child(instance=ContentPage(title="About", slug="about", live=False))
    page.body = [("text", "<p>Who we are.</p>")]
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    body = streamfield([("text", rich_text("<p>Who we are.</p>"))])
    sent = {"title": "About", "slug": "about", "body": body, "comments": NO_COMMENTS}
    return page, nested_form_data(sent) | ids_of(page.get_latest_revision_as_object())


PAGES = [consultation_to_sign_off, standing_page_to_sign_off]


def picture():
    drawn = BytesIO()
    Drawing.new("RGB", (8, 8)).save(drawn, "PNG")
    return get_image_model().objects.create(title="A bus", file=ContentFile(drawn.getvalue(), "bus.png"))


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


@pytest.mark.django_db(transaction=True)
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


@pytest.mark.django_db
@pytest.mark.parametrize("to_sign_off", PAGES)
def test_who_changes_a_page_does_not_sign_it_off_alone(to_sign_off, editor):
    page, sent = to_sign_off(editor)
    approver = UserFactory(groups=["Editors"])

    own = signed_in(editor).post(edit_address(page), sent | APPROVE)
    changed = signed_in(approver).post(edit_address(page), sent | APPROVE | {"title": "Another title"})

    page.refresh_from_db()
    assert (own.status_code, changed.status_code, page.live) == (200, 200, False)
    assert "You submitted or last changed it" in own.content.decode()
    shown = changed.content.decode()
    assert ("You changed something, so you wrote last" in shown, "Another title" in shown) == (True, True)


@pytest.mark.django_db
@pytest.mark.parametrize("to_sign_off", PAGES)
def test_who_may_not_sign_off_is_not_asked_to(to_sign_off, editor):
    page, _sent = to_sign_off(editor)
    other = UserFactory(groups=["Editors"])
    task = page.current_workflow_task
    offered = [[name for name, _label, _asks in task.get_actions(page, user)] for user in (editor, other)]

    assert offered == [["reject"], ["reject", "approve", "approve"]]
    assert [TaskState.objects.reviewable_by(user).count() for user in (editor, other)] == [0, 1]


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a file of the library of pictures
def test_what_stands_in_the_way_is_listed_and_stops_the_sign_off(editor):
    page, sent = consultation_to_sign_off(editor)
    other = UserFactory(groups=["Editors"])
    draft = page.get_latest_revision_as_object()
    draft.answering, draft.illustration = "", picture()
    draft.opens_at, draft.closes_at = (timezone.now() - timedelta(days=days) for days in (9, 2))
    draft.save_revision(user=editor)

    answer = signed_in(other).post(edit_address(page), sent | APPROVE)
    panel = signed_in(other).get(edit_address(page)).content.decode()

    page.refresh_from_db()
    assert (answer.status_code, page.live) == (200, False)
    for words in ("Its closing time has passed", "Nobody is named to ask", "The picture at the top lacks words"):
        assert (words in answer.content.decode(), words in panel) == (True, True)
    task = page.current_workflow_task_state
    signed_in(other).post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]))
    page.refresh_from_db()
    assert page.live is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("closes", "due", "says"),
    [(22, 20, "The answer is promised by"), (20, 23, None), (3660, None, "more than ten years ahead"), (-2, -9, None)],
)
def test_a_closing_after_the_answer_or_in_many_years_stands_in_the_way(editor, closes, due, says):
    page, _sent = consultation_to_sign_off(editor)
    draft = page.get_latest_revision_as_object()
    draft.live = closes < 0
    draft.closes_at = timezone.now() + timedelta(days=closes)
    draft.answer_due = due and timezone.localdate() + timedelta(days=due)

    found = in_the_way(draft, UserFactory(groups=["Editors"]))

    assert [says in each for each in found] == ([True] if says else [])


@pytest.mark.django_db
def test_a_picture_that_is_decoration_stands_in_nobodys_way(editor):
    page, _sent = consultation_to_sign_off(editor)
    draft = page.get_latest_revision_as_object()
    draft.illustration, draft.illustration_decorative = picture(), True
    draft.save_revision(user=editor)

    assert in_the_way(page.get_latest_revision_as_object(), UserFactory(groups=["Editors"])) == []
