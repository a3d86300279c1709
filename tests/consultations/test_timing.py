"""A consultation that closes early, stays open longer or is taken off the site: for a reason, and nothing is lost."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from consultations.models import ConsultationPage, Event, ParticipationPause, Submission
from consultations.timing import TimingUnchanged, move_closing, take_off_site
from portal.agency.moments import day
from portal.models import AuditEntry
from tests.consultations.editor_forms import form
from tests.consultations.submitting import stamp
from tests.factories import ConsultationFactory, UserFactory, idea_for, submission_to

pytestmark = pytest.mark.django_db

WHY = "The tunnel is closed after a flood."


def told(client, page, change, **fields):
    return client.post(reverse("consultation_timing", args=[page.pk]), {"change": change, "reason": WHY, **fields})


def local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def entries():
    return [(entry.action, entry.by, entry.facts.get("reason")) for entry in AuditEntry.objects.order_by("number")]


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


def test_closing_early_says_why_everywhere(client, as_editor, editor, consultation):
    assert told(as_editor, consultation, "close").status_code == 302

    page = ConsultationPage.objects.get(pk=consultation.pk)
    assert (page.is_open, page.state) == (False, "closed")
    assert list(page.events.values_list("kind", "actor", "note")) == [("consultation_closed_early", editor.pk, WHY)]
    assert entries() == [("consultation.closed_early", editor.pk, WHY)]
    client.logout()
    shown = client.get(page.get_absolute_url()).content.decode()
    assert ("It closes earlier than first announced" in shown, WHY in shown) == (True, True)


def test_what_was_being_typed_at_an_early_close_is_taken(client, editor, consultation):
    opened = stamp()
    move_closing(consultation.pk, timezone.now(), reason=WHY, actor=editor)

    sent = {"text": "Typed while it was open.", "stamp": opened, "author_name": "", "author_email": ""}
    client.post(reverse("consultations:comment", args=[consultation.slug]), sent)

    assert Submission.objects.get(consultation=consultation).current.text == "Typed while it was open."


def test_staying_open_longer_says_why(client, as_editor, editor, consultation):
    later = consultation.closes_at + timedelta(days=9)

    told(as_editor, consultation, "move", closes_at=local(later))

    page = ConsultationPage.objects.get(pk=consultation.pk)
    assert local(page.closes_at) == local(later)
    assert list(page.events.values_list("kind", "note")) == [("consultation_extended", WHY)]
    assert "It is open longer than first announced" in client.get(page.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ([21, 14], "It is open longer than first announced"),
        ([-4, -3], "It closes earlier than first announced"),
        ([21, -3], "It closes earlier than first announced"),
        ([-4, 0], None),
    ],
)
def test_the_page_compares_with_what_was_first_announced(client, editor, days, says):
    page = ConsultationFactory(live=False)
    page.save_revision().publish()
    for moved in days:
        move_closing(page.pk, page.closes_at + timedelta(days=moved), reason=WHY, actor=editor)

    shown = client.get(page.get_absolute_url()).content.decode()

    assert [words for words in ("It is open longer", "It closes earlier", WHY) if words in shown] == (
        [says.partition(" than")[0], WHY] if says else []
    )


def test_what_was_first_announced_is_the_time_of_the_first_publication(editor):
    first = timezone.now() + timedelta(days=40)
    page = ConsultationFactory(live=False, opens_at=timezone.now() + timedelta(days=1), closes_at=first)
    page.save_revision().publish()
    page = ConsultationPage.objects.get(pk=page.pk)
    page.closes_at = first + timedelta(days=9)
    page.save_revision().publish()
    old_draft = page.revisions.earliest("id")
    move_closing(page.pk, first + timedelta(days=2), reason=WHY, actor=editor)

    moved = ConsultationPage.objects.get(pk=page.pk)
    assert (moved.first_closes_at, moved.closing_moved) == (first, "later")
    old_draft.publish()
    assert ConsultationPage.objects.get(pk=page.pk).first_closes_at == first


def test_closing_it_twice_closes_it_once(client, as_editor, consultation):
    told(as_editor, consultation, "close")
    closed_at = ConsultationPage.objects.get(pk=consultation.pk).closes_at
    again = told(as_editor, consultation, "close")

    page = ConsultationPage.objects.get(pk=consultation.pk)
    assert (again.status_code, page.closes_at) == (302, closed_at)
    assert "It has closed already" in str(list(get_messages(again.wsgi_request))[-1])
    assert [event.kind for event in page.events.all()] == ["consultation_closed_early"]
    assert len(entries()) == 1
    assert "It closes earlier than first announced" in client.get(page.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"change": "close", "reason": " "}, "This field is required."),
        ({"change": "move", "reason": WHY}, "Choose a moment that is still to come."),
        ({"change": "move", "reason": WHY, "closes_at": "2020-01-01T10:00"}, "Choose a moment that is still to come."),
        ({"change": "vanish", "reason": WHY}, "Select a valid choice."),
    ],
)
def test_nothing_changes_without_a_reason_or_a_moment(as_editor, consultation, sent, error):
    answer = as_editor.post(reverse("consultation_timing", args=[consultation.pk]), sent)

    assert (answer.status_code, error in answer.content.decode()) == (422, True)
    assert ConsultationPage.objects.get(pk=consultation.pk).closes_at == consultation.closes_at
    assert (Event.objects.exists(), AuditEntry.objects.exists()) == (False, False)


PROMISED = timezone.localdate() + timedelta(days=60)


@pytest.mark.parametrize(
    ("closes", "error"),
    [
        (f"{PROMISED + timedelta(days=7)}T17:00", "The answer is promised by"),
        (f"{PROMISED}T00:01", "The answer is promised by"),
        (f"{PROMISED}T00:00", None),  # the end of the day before
        ("9999-12-31T23:59", "That is more than ten years ahead"),
    ],
)
def test_it_closes_before_the_promised_answer_and_within_ten_years(as_editor, closes, error):
    page = ConsultationFactory(answer_due=PROMISED)

    answer = told(as_editor, page, "move", closes_at=closes)

    moved = ConsultationPage.objects.get(pk=page.pk).closes_at != page.closes_at
    assert (answer.status_code, moved) == ((422, False) if error else (302, True))
    if error:
        assert [error in each for each in answer.context["form"].errors["closes_at"]] == [True]


def test_what_should_have_closed_before_its_answer_can_be_closed_now(editor):
    page = ConsultationFactory(answer_due=timezone.localdate() - timedelta(days=2))

    assert not move_closing(page.pk, timezone.now(), reason=WHY, actor=editor).is_open


def test_the_editor_hears_that_the_timeline_still_has_the_old_day(as_editor, consultation):
    old = timezone.localdate(consultation.closes_at)
    consultation.body = [("timeline", [{"date": old, "title": "Closes at 5 pm", "text": ""}])]
    consultation.save()
    address = reverse("consultation_timing", args=[consultation.pk])
    warning = f"It still has an entry for {day(old)}."
    assert warning not in as_editor.get(address).content.decode()

    answer = told(as_editor, consultation, "move", closes_at=local(consultation.closes_at + timedelta(days=21)))
    told(as_editor, consultation, "move", closes_at=local(consultation.closes_at + timedelta(days=9)))

    said = " ".join(map(str, get_messages(answer.wsgi_request)))
    shown = as_editor.get(address).content.decode()
    edit = reverse("wagtailadmin_pages:edit", args=[consultation.pk])
    assert [warning in said, edit in said, warning in shown, edit in shown] == [True] * 4
    page = ConsultationPage.objects.get(pk=consultation.pk)
    page.body = [("timeline", [{"date": timezone.localdate(page.closes_at), "title": "Closes", "text": ""}])]
    page.save()
    assert "It still has an entry for" not in as_editor.get(address).content.decode()


def test_off_the_site_the_address_says_why(client, as_editor, editor, consultation):
    submission_to(consultation)
    told(as_editor, consultation, "take_off")
    client.logout()

    answer = client.get(consultation.get_absolute_url())

    assert (answer.status_code, WHY in answer.content.decode()) == (410, True)
    assert entries()[-1] == ("page.unpublished", editor.pk, WHY)
    assert Event.objects.filter(kind="consultation_unpublished").values_list("note", "actor").get() == (WHY, editor.pk)


def test_off_the_site_every_address_below_says_why_and_gives_words_back(client, as_editor, editor, consultation):
    comment = submission_to(consultation)
    idea = idea_for(consultation)
    told(as_editor, consultation, "take_off")
    client.logout()
    page = consultation.get_absolute_url()
    below = [
        comment.get_absolute_url(),
        idea.get_absolute_url(),
        f"{page}ideas/",
        f"{page}feed/",
        f"{page}calendar.ics",
    ]

    answers = [client.get(address.partition("#")[0]) for address in below]
    sent = client.post(reverse("consultations:comment", args=[consultation.slug]), {"text": "Typed meanwhile."})

    assert [(answer.status_code, WHY in answer.content.decode()) for answer in answers] == [(410, True)] * len(below)
    assert (sent.status_code, "Typed meanwhile." in sent.content.decode()) == (410, True)


def test_a_draft_that_nobody_saw_is_not_there(client):
    draft = ConsultationFactory(live=False)

    assert client.get(draft.get_absolute_url()).status_code == 404


def test_wagtails_ways_to_unpublish_lead_to_the_reason(client, django_user_model, consultation):
    client.force_login(django_user_model.objects.create_superuser("root@example.org"))

    one = client.post(reverse("wagtailadmin_pages:unpublish", args=[consultation.pk]))
    many = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    client.post(f"{many}?id={consultation.pk}&next=/admin/")

    assert one["Location"] == reverse("consultation_timing", args=[consultation.pk])
    assert ConsultationPage.objects.get(pk=consultation.pk).live


def test_the_refusal_to_delete_advises_what_the_reader_may_do(client, django_user_model, consultation):
    client.force_login(django_user_model.objects.create_superuser("root@example.org"))
    submission_to(consultation)

    answer = client.post(reverse("wagtailadmin_pages:delete", args=[consultation.pk]))

    said = " ".join(map(str, get_messages(answer.wsgi_request)))
    assert reverse("consultation_timing", args=[consultation.pk]) in said


def test_the_editors_form_shows_the_closing_time_and_does_not_change_it(as_editor, consultation):
    sent = form(slug=consultation.slug, title="Another title")
    address = reverse("wagtailadmin_pages:edit", args=[consultation.pk])

    as_editor.post(address, sent)

    draft = ConsultationPage.objects.get(pk=consultation.pk).get_latest_revision_as_object()
    assert (draft.title, draft.closes_at) == ("Another title", consultation.closes_at)
    assert reverse("consultation_timing", args=[consultation.pk]) in as_editor.get(address).content.decode()


def test_an_old_draft_does_not_bring_back_the_old_closing_time(editor, consultation):
    revision = consultation.save_revision()
    later = consultation.closes_at + timedelta(days=3)
    move_closing(consultation.pk, later, reason=WHY, actor=editor)

    revision.publish()

    assert ConsultationPage.objects.get(pk=consultation.pk).closes_at == later


def test_one_with_an_outcome_stays_closed(editor):
    now = timezone.now()
    page = ConsultationFactory(closes_at=now - timedelta(days=1), outcome=[("text", "<p>Eight lines.</p>")])

    with pytest.raises(TimingUnchanged, match="outcome"):
        move_closing(page.pk, now + timedelta(days=1), reason=WHY, actor=editor)
    with pytest.raises(TimingUnchanged, match="not public"):
        take_off_site(ConsultationFactory(live=False).pk, reason=WHY, actor=editor)


def test_only_who_writes_pages_may(client, consultation):
    client.force_login(UserFactory(groups=["Policy officers"]))

    told(client, consultation, "close")

    assert ConsultationPage.objects.get(pk=consultation.pk).is_open


@pytest.mark.parametrize("is_of_all", [True, False])
def test_it_is_not_moved_into_a_pause_that_runs(client, as_editor, editor, consultation, is_of_all):
    lasts = timedelta(days=1)
    about = None if is_of_all else consultation
    ParticipationPause.begin(actor=editor, consultation=about, reason="A flood of texts.", lasts=lasts)

    refused = told(as_editor, consultation, "move", closes_at=local(timezone.now() + timedelta(hours=3)))
    moved = told(as_editor, consultation, "move", closes_at=local(timezone.now() + timedelta(days=2)))
    closed = told(as_editor, consultation, "close")

    assert (refused.status_code, "Taking part is paused until" in refused.content.decode()) == (422, True)
    assert (moved.status_code, closed.status_code) == (302, 302)
