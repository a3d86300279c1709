"""Staff hear of what waits for them: in the staff area, and by e-mail as each of them chooses."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moderation.models import BlindCheck, Case, Crisis, Erasure, ModerationSettings
from moderation.models.notification_keys import APPEALED, DANGER, HANDED_OVER, LATE
from moderation.redress.appeals import file_appeal
from moderation.redress.reports import file_report
from moderation.review import staff_notifications
from moderation.review.hand_over import hand_over
from portal.models import NotificationChoice, StaffNotification
from portal.outbox.models import label_of
from portal.staff.notifications.delivery import forget_settled, notify, post_digests
from tests.factories import UserFactory, held_in, policy_draft, submission_to
from tests.mailing import sent_a_minute_later
from tests.moderation.case_pages import case_of
from tests.moderation.decisions import refuse_or_redact

pytestmark = pytest.mark.django_db

SYDNEY = ZoneInfo("Australia/Sydney")
THREAT = "Nadia Brown lives near me and I will kill her. Write to nadia@example.org."
WORDS_OF_CITIZENS = ("Nadia", "kill", "nadia@example.org", "Cleo Citizen", "0491")


@pytest.fixture
def safety(db):
    return UserFactory(first_name="Sofie", groups=["Safety officers"])


@pytest.fixture
def threat(consultation):
    return case_of(submission_to(consultation, THREAT, author_name="Cleo Citizen", author_email="cleo@example.org"))


def on_call(*people):
    known = ModerationSettings.load()
    known.on_call.set(people)


def sent():
    """Send what is due; return (recipient, subject, body) of each letter that is not to a citizen."""
    found = sent_a_minute_later()
    return [(letter.to[0], letter.subject, letter.body) for letter in found if letter.to[0] != "cleo@example.org"]


def home(user):
    client = Client()
    client.force_login(user)
    return client.get(reverse("wagtailadmin_home")).content.decode()


def notified(kind):
    """Return the first names of those who have a notification of a kind."""
    rows = StaffNotification.objects.filter(kind=kind).select_related("user")
    return sorted(row.user.first_name for row in rows)


@pytest.mark.parametrize("hour", [3, 11, 23])
def test_sunday_threat_is_due_within_the_hour_and_not_on_monday(consultation, hour):
    with time_machine.travel(datetime(2037, 12, 6, hour, 0, tzinfo=SYDNEY), tick=False):  # a Sunday
        consultation.closes_at = timezone.now() + timedelta(days=9)
        case = case_of(submission_to(consultation, THREAT))

        assert (case.severity, case.due_at - timezone.now()) == (4, timedelta(minutes=30))


def test_report_of_danger_is_due_as_soon_as_a_held_threat(consultation):
    with time_machine.travel(datetime(2037, 12, 6, 3, 0, tzinfo=SYDNEY), tick=False):
        comment = submission_to(consultation, "The bus is late.")
        report = file_report(comment, comment.cleared, reporter_key="a", clause="threats")

        assert (report.case.severity, report.case.due_at - timezone.now()) == (4, timedelta(minutes=30))


def test_whoever_is_on_call_hears_of_danger_at_once_and_once(threat, moderator, lead):
    on_call(moderator)
    for _again in range(2):
        staff_notifications.notify_of_danger()

    [(to, subject, body)] = sent()

    assert (to, subject) == (moderator.email, "Urgent: please look now")
    assert "A text may tell of danger: No threats or calls for violence" in body
    assert f"http://testserver{threat.get_staff_url()}" in body
    assert [word for word in WORDS_OF_CITIZENS if word in body + subject] == []
    assert threat.submission.reference not in body
    staff_notifications.notify_of_danger()
    assert len(sent()) == 1


def test_nobody_chooses_not_to_hear_of_danger_while_on_call(threat, moderator):
    on_call(moderator)
    NotificationChoice.objects.create(user=moderator, kind=DANGER, way="never")
    staff_notifications.notify_of_danger()

    assert [to for to, _subject, _body in sent()] == [moderator.email]


def test_leads_hear_of_danger_when_nobody_is_on_call(threat, moderator, lead):
    staff_notifications.notify_of_danger()

    assert [to for to, _subject, _body in sent()] == [lead.email]


def test_danger_that_nobody_looks_at_in_time_is_told_to_the_leads_too(threat, moderator, lead):
    on_call(moderator)
    staff_notifications.notify_of_danger()
    with time_machine.travel(threat.due_at + timedelta(minutes=1), tick=False):
        staff_notifications.notify_of_danger()
        bodies = {to: body for to, _subject, body in sent()}

    assert set(bodies) == {moderator.email, lead.email}
    assert "Nobody has looked at a danger in time" in bodies[lead.email]


def test_many_dangerous_texts_are_one_letter(consultation, moderator):
    on_call(moderator)
    for number in range(3):
        submission_to(consultation, f"{THREAT} {number}")
    staff_notifications.notify_of_danger()

    [(_to, _subject, body)] = sent()

    assert body.count("A text may tell of danger") == 3


def test_danger_that_is_decided_before_the_letter_leaves_is_not_told(threat, moderator):
    on_call(moderator)
    staff_notifications.notify_of_danger()
    Case.objects.filter(pk=threat.pk).update(closed_at=timezone.now())

    assert sent() == []


def test_desk_hears_of_what_is_handed_to_it_but_not_who_handed_it(consultation, moderator, lead, safety):
    case = case_of(held_in(consultation, author_name="Cleo Citizen"))
    both = UserFactory(first_name="Bo", groups=["Submission moderators", "Safety officers"])

    hand_over(case, "safety", "Nadia said she is afraid.", both)

    [(to, subject, body)] = sent()
    assert (to, subject) == (safety.email, "Handed over to your desk")
    assert "Due: " in body
    assert [word for word in (*WORDS_OF_CITIZENS, "afraid") if word in body] == []
    assert "Handed over to your desk" in home(safety)
    assert case.submission.reference in home(safety)


def test_what_was_handed_over_leaves_the_first_page_when_it_is_opened_or_decided(consultation, moderator, safety):
    cases = [case_of(held_in(consultation)) for _each in range(2)]
    for case in cases:
        hand_over(case, "safety", "", moderator)
    cases[0].refresh_from_db()
    cases[0].claim(safety)
    Case.objects.filter(pk=cases[1].pk).update(closed_at=timezone.now())

    assert "Handed over to your desk" not in home(safety)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert forget_settled() == 1
    assert not StaffNotification.objects.listed().exists()


def test_several_cases_are_one_letter(consultation, moderator, safety):
    for _each in range(3):
        hand_over(case_of(held_in(consultation)), "safety", "", moderator)

    [(to, subject, body)] = sent()

    assert (to, subject) == (safety.email, "3 things wait for you")
    assert body.count("Handed over to your desk") == 3


def test_blind_review_is_told_to_nobody_who_knows_the_text(consultation, moderator, lead):
    submission = held_in(consultation)
    decision = refuse_or_redact(submission, moderator, "refuse")
    again = Case.objects.create(
        submission=submission, revision=decision.revision, cause="rule", due_at=timezone.now(), severity=4
    )
    BlindCheck.objects.create(decision=decision, case=again)
    on_call(moderator)

    staff_notifications.notify_of_danger()
    again.assign(moderator, lead)
    again.add_note(f"@{moderator.first_name} what do you think?", lead)
    notify(HANDED_OVER, label_of(again), [moderator])

    assert [to for to, _subject, _body in sent() if to == moderator.email] == []
    assert submission.reference not in home(moderator)


def test_appeal_is_told_to_everybody_but_those_who_decided(consultation, moderator, lead):
    other = UserFactory(first_name="Otto", groups=["Submission moderators"])
    decision = refuse_or_redact(held_in(consultation), moderator, "refuse")

    file_appeal(decision, "It is my own number: 0491 570 006.")

    assert notified(APPEALED) == ["Lea", "Otto"]
    assert "An author appeals" in home(other)
    assert "An author appeals" not in home(moderator)
    assert sent() == []  # appeals come with the digest


def test_digest_comes_in_the_morning_with_what_still_waits(consultation, moderator, lead):
    with time_machine.travel(datetime(2037, 12, 1, 15, 0, tzinfo=SYDNEY), tick=False):
        consultation.closes_at = timezone.now() + timedelta(days=9)
        decisions = [refuse_or_redact(held_in(consultation), moderator, "refuse") for _each in range(2)]
        appeals = [file_appeal(decision) for decision in decisions]
        assert post_digests() == 0
    with time_machine.travel(datetime(2037, 12, 2, 7, 59, tzinfo=SYDNEY), tick=False):
        assert post_digests() == 0
    with time_machine.travel(datetime(2037, 12, 2, 8, 0, tzinfo=SYDNEY), tick=False):
        assert (post_digests(), post_digests()) == (1, 0)
        Case.objects.filter(pk=appeals[0].case_id).update(closed_at=timezone.now())
        [(to, subject, body)] = sent()

    assert (to, subject) == (lead.email, "1 thing waits for you")
    assert body.count("An author appeals") == 1


@pytest.mark.parametrize(("way", "at_once", "digests"), [("at_once", 1, 0), ("daily", 0, 1), ("never", 0, 0)])
def test_each_person_chooses_how_to_hear(consultation, moderator, safety, way, at_once, digests):
    NotificationChoice.objects.create(user=safety, kind=HANDED_OVER, way=way)
    hand_over(case_of(held_in(consultation)), "safety", "", moderator)

    assert len(sent()) == at_once
    with time_machine.travel(timezone.now().astimezone(SYDNEY).replace(hour=9) + timedelta(days=1)):
        assert post_digests() == digests
    assert "Handed over to your desk" in home(safety)


def test_choices_are_made_on_a_page_of_ones_own(client, moderator, safety):
    client.force_login(safety)
    address = reverse("my_notifications")
    fields = client.get(address).context["form"].fields

    answer = client.post(address, dict.fromkeys(fields, "never"))

    assert (answer.status_code, answer["Location"]) == (302, address)
    assert HANDED_OVER in fields
    assert DANGER not in fields
    assert set(NotificationChoice.objects.filter(user=safety).values_list("way", flat=True)) == {"never"}
    assert client.post(address, {HANDED_OVER: "hourly"}).status_code == 422


def test_line_is_put_away_by_its_own_person_only(client, consultation, moderator, safety, lead):
    hand_over(case_of(held_in(consultation)), "safety", "", moderator)
    row = StaffNotification.objects.get(user=safety)
    address = reverse("notification_put_away", args=[row.pk])

    client.force_login(lead)
    client.post(address)
    assert StaffNotification.objects.listed().filter(pk=row.pk).exists()
    client.force_login(safety)
    assert "Handed over to your desk" in client.get(reverse("my_notifications")).content.decode()
    client.post(address)
    assert not StaffNotification.objects.listed().exists()
    assert client.get(reverse("my_notifications")).context["waiting"] == []


@pytest.mark.parametrize("way", ["put away", "opened"])
def test_danger_that_was_seen_is_not_told_of_again(client, threat, moderator, way):
    on_call(moderator)
    staff_notifications.notify_of_danger()
    told = len(sent())
    client.force_login(moderator)
    if way == "put away":
        client.post(reverse("notification_put_away", args=[StaffNotification.objects.get().pk]))
    else:
        threat.claim(moderator)

    staff_notifications.notify_of_danger()

    assert (told, len(sent())) == (1, 1)
    assert not StaffNotification.objects.listed().exists()


def test_crisis_is_told_to_those_who_may_approve_it(lead, moderator):
    second = UserFactory(first_name="Lou", groups=["Lead moderators"])
    Crisis.ask(actor=lead, level=2, reason="A flood.", banner="Nadia is missing.", hours=3)

    [(to, subject, body)] = sent()
    assert (to, subject) == (second.email, "A crisis level waits for your approval")
    assert "level 2" in body
    assert "Nadia" not in body
    Crisis.objects.get().approve(second)
    assert "A crisis level waits" not in home(second)


def test_approval_of_the_house_rules_is_told_to_those_who_did_not_write_them(lead, moderator):
    second = UserFactory(first_name="Lou", groups=["Lead moderators"])
    draft = policy_draft(actor=lead, title="Fair play")
    draft.get_workflow().start(draft, lead)

    [(to, subject, body)] = [letter for letter in sent() if "House rules" in letter[1]]

    assert (to, subject) == (second.email, "House rules wait for your approval")
    assert reverse("policy_approval", args=[draft.pk]) in body


def test_late_cases_are_told_once_a_day_to_their_desk(consultation, moderator, lead):
    with time_machine.travel(datetime(2037, 12, 1, 7, 30, tzinfo=SYDNEY), tick=False):
        consultation.closes_at = timezone.now() + timedelta(days=9)
        for _each in range(2):
            case = case_of(held_in(consultation))
            Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(hours=1))
        for _again in range(2):
            staff_notifications.notify_of_late_cases()
        assert notified(LATE) == ["Lea", "Mo"]
    with time_machine.travel(datetime(2037, 12, 1, 8, 0, tzinfo=SYDNEY), tick=False):
        post_digests()
        bodies = {to: body for to, _subject, body in sent()}

    assert set(bodies) == {lead.email, moderator.email}
    assert "Cases are late: 2 at Moderators" in bodies[moderator.email]
    with time_machine.travel(datetime(2037, 12, 2, 7, 30, tzinfo=SYDNEY), tick=False):
        staff_notifications.notify_of_late_cases()
        assert len(notified(LATE)) == 4


def test_erasure_is_told_to_those_who_may_approve_it(consultation, privacy):
    second = UserFactory(first_name="Per", groups=["Privacy officers"])
    submission = submission_to(consultation, "The bus is late.")
    Erasure.ask(submission, actor=privacy, reason="Article 17 request of 3 May.")

    [(to, subject, body)] = sent()

    assert (to, subject) == (second.email, "An erasure waits for your approval")
    assert "Article 17" not in body


def test_people_who_left_are_told_nothing(consultation, moderator, safety):
    hand_over(case_of(held_in(consultation)), "safety", "", moderator)
    safety.is_active = False
    safety.save()

    assert sent() == []
    assert mail.outbox == []
