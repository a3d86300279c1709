from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from consultations.models import ConsultationPage, State
from tests.consultations.editor_forms import add, local
from tests.factories import UserFactory, submission_to

pytestmark = pytest.mark.django_db


def test_an_editor_writes_a_consultation_has_it_signed_off_and_publishes_it(client, editor):
    client.force_login(editor)

    add(client, **{"action-submit": "1"})
    page = ConsultationPage.objects.get(slug="night-buses")
    assert (page.live, page.workflow_in_progress) == (False, True)
    assert client.get(reverse("consultations:detail", args=["night-buses"])).status_code == 404

    task = page.current_workflow_task_state
    approve = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk])
    client.post(approve, {"comment": "Ready."})
    page.refresh_from_db()
    assert page.live is False  # nobody signs off alone

    client.force_login(UserFactory(groups=["Editors"]))
    client.post(approve, {"comment": "Ready."})

    page.refresh_from_db()
    assert (page.live, page.state) == (True, State.OPEN)
    assert sorted(topic.name for topic in page.topics.all()) == ["buses", "night"]
    shown = client.get(reverse("consultations:detail", args=["night-buses"])).content.decode()
    assert ("Eight lines" in shown, "11,400" in shown) == (True, True)


def test_an_editor_cannot_publish_without_sign_off(client, editor):
    client.force_login(editor)

    add(client, **{"action-publish": "1"})

    assert not ConsultationPage.objects.filter(slug="night-buses", live=True).exists()


def test_a_consultation_that_closes_before_it_opens_is_refused(client, editor):
    client.force_login(editor)

    response = add(client, closes_at=local(-2), **{"action-submit": "1"})

    assert response.status_code == 200
    assert "It has to close after it opens." in response.content.decode()


def test_a_draft_needs_no_dates(client, editor):
    client.force_login(editor)

    response = add(client, opens_at="", closes_at="")

    assert response.status_code in (200, 302)


def test_the_editor_previews_a_consultation(client, editor, consultation):
    client.force_login(editor)
    address = reverse("wagtailadmin_pages:view_draft", args=[consultation.pk])

    assert consultation.title in client.get(address).content.decode()


@pytest.mark.parametrize("of", ["consultation", "list"])
def test_a_consultation_with_submissions_is_not_deleted(client, django_user_model, consultation, of):
    client.force_login(django_user_model.objects.create_superuser("root@example.org"))
    submission_to(consultation)
    page = consultation if of == "consultation" else consultation.get_parent()

    response = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)

    assert ConsultationPage.objects.filter(pk=consultation.pk).exists()
    assert "which are a public record" in response.content.decode()


def test_consultations_with_submissions_are_not_deleted_in_bulk(client, django_user_model, consultation):
    client.force_login(django_user_model.objects.create_superuser("root@example.org"))
    submission_to(consultation)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])

    client.post(f"{address}?id={consultation.pk}&next=/admin/", follow=True)

    assert ConsultationPage.objects.filter(pk=consultation.pk).exists()


def test_a_consultation_without_submissions_may_be_deleted(client, django_user_model, consultation):
    client.force_login(django_user_model.objects.create_superuser("root@example.org"))

    client.post(reverse("wagtailadmin_pages:delete", args=[consultation.pk]))

    assert not ConsultationPage.objects.filter(pk=consultation.pk).exists()


def test_closing_time_is_the_agencys_whatever_zone_an_account_kept(client, editor):
    UserProfile.objects.create(user=editor, current_time_zone="America/New_York")
    import_module("portal.migrations.0009_agency_time_zone").forget_zones(apps, None)
    client.force_login(editor)

    add(client, closes_at="2027-01-20 17:00")

    closes = ConsultationPage.objects.get(slug="night-buses").closes_at
    assert closes.astimezone(timezone.get_default_timezone()).isoformat() == "2027-01-20T17:00:00+11:00"
    assert "current_time_zone" not in client.get(reverse("wagtailadmin_account")).content.decode()


def test_closing_at_midnight_is_said_in_words(client, editor):
    client.force_login(editor)

    response = add(client, opens_at="2027-01-01 09:00", closes_at="2027-01-20 00:00")

    told = [str(message) for message in get_messages(response.wsgi_request)]
    assert "It closes at midnight at the end of Tuesday 19 January 2027." in " ".join(told)
