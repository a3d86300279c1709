"""The change note that editors write for readers: when it is asked for, and when it has done its service."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultations.models import ConsultationPage
from tests.consultations.editor_forms import form
from tests.consultations.versions import NOTE, publish, published
from tests.factories import UserFactory, submission_to

pytestmark = pytest.mark.django_db


def edited(client, page, action="action-submit", **changes):
    """Send the editor's form of a consultation, with its text in the words of ``changes``."""
    typed = {
        "title": page.title,
        "slug": page.slug,
        "summary": page.summary,
        "opens_at": timezone.localtime(page.opens_at).strftime("%Y-%m-%d %H:%M"),
        "closes_at": timezone.localtime(page.closes_at).strftime("%Y-%m-%d %H:%M"),
    }
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, form(**(typed | changes)) | {action: "1"})


ASKED = "Say what is different now, and why: people answer the text already."


def test_an_editor_is_asked_what_changed_and_keeps_what_was_typed(client, editor):
    page = published()
    client.force_login(editor)

    answer = edited(client, page, summary="Nine lines are proposed.")

    assert answer.context["form"].errors == {"change_note": [ASKED]}
    shown = answer.content.decode()
    assert ("Nine lines are proposed." in shown, ASKED in shown) == (True, True)
    assert edited(client, page, "action-submit", summary="Nine lines.", change_note=NOTE).status_code == 302
    assert ConsultationPage.objects.get(pk=page.pk).get_latest_revision_as_object().change_note == NOTE


def test_saving_a_draft_asks_nothing(client, editor):
    client.force_login(editor)

    assert edited(client, published(), "save-draft", summary="Nine lines are proposed.").status_code == 302


@pytest.mark.parametrize("of_list", [False, True])
def test_a_consultation_has_no_alias(client, of_list):
    page = published()
    copied = page.get_parent() if of_list else page
    client.force_login(UserFactory(is_superuser=True))
    address = reverse("wagtailadmin_pages:copy", args=[copied.pk])
    sent = {"new_title": "Again", "new_slug": "again", "new_parent_page": copied.get_parent().pk}

    answer = client.post(address, sent | {"alias": "on", "copy_subpages": "on"}, follow=True)

    assert ConsultationPage.objects.count() == 1
    assert "A consultation has no alias" in answer.content.decode()


@pytest.mark.parametrize("days", [-1, 1])
def test_who_changes_no_public_text_or_one_that_has_not_opened_is_not_asked(client, editor, days):
    client.force_login(editor)
    now = timezone.now()
    page = published(opens_at=now + timedelta(days=days))
    text = {"body": page.body, "summary": page.summary, "title": page.title}
    if days > 0:
        text["summary"] = "Nine lines are proposed."

    assert page.changes_text_of_public(**text) is False


def test_a_text_that_changes_while_it_is_off_the_site_is_asked_about():
    page = published()
    page.unpublish()
    page = ConsultationPage.objects.get(pk=page.pk)

    assert page.changes_text_of_public(page.title, "Nine lines.", page.body) is True


def test_a_draft_with_a_later_opening_is_asked_about_the_text_that_is_open():
    draft = published().get_latest_revision_as_object()
    draft.opens_at = timezone.now() + timedelta(days=1)

    assert draft.changes_text_of_public(draft.title, "Nine lines.", draft.body) is True


def test_who_has_been_answered_is_asked_whatever_the_opening_says():
    page = published(opens_at=timezone.now() + timedelta(days=1))
    submission_to(page)

    assert page.changes_text_of_public(page.title, "Nine lines.", page.body) is True


def test_a_note_beside_a_text_that_stayed_is_refused_at_its_field(client, editor):
    page = published()
    client.force_login(editor)
    first = edited(client, page, summary="Nine lines.", change_note=NOTE)
    ConsultationPage.objects.get(pk=page.pk).get_latest_revision().publish()

    answer = edited(client, page, summary="Nine lines.", change_note="Another.")

    assert first.status_code == 302
    assert answer.context["form"].errors == {"change_note": ["Nothing of the text changed, so leave this empty."]}


def test_a_note_goes_with_its_publication_even_if_the_text_stayed():
    page = publish(published(), NOTE)

    assert (page.text_version, page.change_note, page.get_latest_revision_as_object().change_note) == (1, "", "")


def test_sign_off_waits_for_the_note():
    page = published()
    draft = page.get_latest_revision_as_object()
    assert "change_note" not in [check.name for check in draft.sign_off_checks()]

    draft.summary = "Nine lines are proposed."
    told = {}
    for draft.change_note in ("", NOTE):
        [told[draft.change_note]] = [check for check in draft.sign_off_checks() if check.name == "change_note"]

    assert [check.passed for check in told.values()] == [False, True]
    assert NOTE in told[NOTE].says


def test_a_note_for_a_text_to_come_stays_in_the_draft():
    page = published()
    page.change_note = NOTE
    page.save_revision()

    assert page.get_latest_revision_as_object().change_note == NOTE
