"""What staff are notified of in moderation: how each kind reads what waits, and the kinds that come with time."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from moderation.models import Case, Crisis, Erasure, ModerationSettings, PersonErasure, PolicyDraft
from moderation.models.erasure_wish import ERASE
from moderation.models.notification_keys import (
    APPEALED,
    APPROVAL_ASKED,
    ASSIGNED,
    CRISIS_ASKED,
    DANGER,
    DANGER_LATE,
    ERASED_ALONE,
    ERASURE_ASKED,
    HANDED_BACK,
    HANDED_OVER,
    LATE,
    MENTIONED,
    PERSON_ERASED_ALONE,
    PERSON_ERASURE_ASKED,
)
from moderation.models.policy import PUBLISH
from moderation.models.settings import URGENT_SEVERITY
from moderation.review.queue_queries import holding_clauses, listed
from portal.agency.moments import in_agency_time
from portal.outbox.models import label_of
from portal.staff.notifications.delivery import DIGEST_TIME, notify
from portal.staff.notifications.kinds import NotificationLine, notification_kind
from portal.staff.notifications.models import NotificationWay, StaffNotification

SPECIALISTS = tuple(desk.permission for desk in Case.Desk if desk)
MODERATORS = (Case.Desk.MODERATORS.permission,)
AT_A_DESK = (*MODERATORS, *SPECIALISTS)
SWITCH = "moderation.switch_crisis"
ERASURE_SHOWN_FOR = timedelta(days=14)


def case_lines(notifications, user, **condition):
    """Return the lines of cases that wait, that a person may read and had no hand in, by the notification's key."""
    cases = Case.objects.waiting().filter(pk__in=[each.about_id for each in notifications], **condition)
    cases = cases.for_desks(Case.Desk.of(user)).without_own_checks(user)
    cases = listed(cases.noting_hand_of(user).filter(own_hand=False).noting_screening())
    by_key = {label_of(case): case_line(case) for case in cases}
    return {each.pk: by_key[each.about] for each in notifications if each.about in by_key}


def case_line(case):
    """Return a case in words that nobody outside wrote: the clauses under which it is held, and when it is due."""
    words = "; ".join(clause.title for clause in holding_clauses(case))
    return NotificationLine(words, case.get_staff_url(), case.due_at, case.submission.reference)


@notification_kind(DANGER, label=gettext_lazy("A text may tell of danger"), permissions=AT_A_DESK, urgent=True)
def dangerous_cases(notifications, user):
    """Read the cases about danger that wait."""
    return case_lines(notifications, user, severity__gte=URGENT_SEVERITY)


@notification_kind(
    DANGER_LATE, label=gettext_lazy("Nobody has looked at a danger in time"), permissions=AT_A_DESK, urgent=True
)
def late_dangerous_cases(notifications, user):
    """Read the cases about danger that are late."""
    return case_lines(notifications, user, severity__gte=URGENT_SEVERITY, due_at__lt=timezone.now())


@notification_kind(HANDED_OVER, label=gettext_lazy("Handed over to your desk"), permissions=SPECIALISTS)
def cases_handed_over(notifications, user):
    """Read the cases that were handed to a specialist's desk and are still there."""
    return case_lines(notifications, user, desk__gt="")


@notification_kind(ASSIGNED, label=gettext_lazy("You are responsible for a case"), permissions=AT_A_DESK)
def assigned_cases(notifications, user):
    """Read the cases that a colleague has given to a person."""
    return case_lines(notifications, user, assigned_to=user)


@notification_kind(
    MENTIONED, label=gettext_lazy("A colleague mentions you in a note"), permissions=AT_A_DESK, at_home=False
)
def mentioned_cases(notifications, user):
    """Read the cases whose notes mention a person; the first page has a panel of its own for them."""
    return case_lines(notifications, user)


@notification_kind(
    HANDED_BACK,
    label=gettext_lazy("Handed back to the moderators"),
    permissions=MODERATORS,
    way=NotificationWay.DAILY,
)
def cases_handed_back(notifications, user):
    """Read the cases that a specialist handed to the moderators' own desk."""
    return case_lines(notifications, user, desk="")


@notification_kind(APPEALED, label=gettext_lazy("An author appeals"), permissions=AT_A_DESK, way=NotificationWay.DAILY)
def appealed_cases(notifications, user):
    """Read the appeals that wait."""
    return case_lines(notifications, user, cause=Case.Cause.APPEALED)


@notification_kind(
    LATE, label=gettext_lazy("Cases are late"), permissions=AT_A_DESK, way=NotificationWay.DAILY, at_home=False
)
def late_desks(notifications, user):
    """Count what is late at each desk today; yesterday's count is over."""
    today, lines = timezone.localdate().isoformat(), {}
    for each in notifications:
        desk, day = each.about.removeprefix(f"{LATE}:").split(":")
        if day == today and desk in Case.Desk.of(user) and (line := late_line(desk, user)):
            lines[each.pk] = line
    return lines


def late_line(desk, user):
    """Return how many cases of a desk are late, or None."""
    late = late_cases().for_desks([desk]).without_own_checks(user)
    count = late.count()
    if not count:
        return None
    words = ngettext("%(count)d at %(desk)s", "%(count)d at %(desk)s", count)
    address = f"{reverse('queue')}?part={desk}&late=on"
    return NotificationLine(words % {"count": count, "desk": Case.Desk(desk).label}, address)


@notification_kind(
    APPROVAL_ASKED, label=gettext_lazy("House rules wait for your approval"), permissions=(PUBLISH,), at_home=False
)
def drafts_to_approve(notifications, user):
    """Read the drafts of the house rules that wait for somebody who did not write them."""
    drafts = PolicyDraft.objects.in_bulk([each.about_id for each in notifications])
    waiting = {pk for pk, draft in drafts.items() if draft.submission and user not in draft.writers()}
    if not user.has_perm(PUBLISH):
        return {}
    return {
        each.pk: NotificationLine("", reverse("policy_approval", args=[each.about_id]))
        for each in notifications
        if each.about_id in waiting
    }


@notification_kind(
    CRISIS_ASKED, label=gettext_lazy("A crisis level waits for your approval"), permissions=(SWITCH,), at_home=False
)
def crises_to_approve(notifications, user):
    """Read the crisis levels that somebody else has asked for."""
    if not user.has_perm(SWITCH):
        return {}
    asked = Crisis.objects.asked().exclude(asked_by=user).in_bulk([each.about_id for each in notifications])
    return {
        each.pk: NotificationLine(_("level %d") % asked[each.about_id].level, reverse("crisis"))
        for each in notifications
        if each.about_id in asked
    }


@notification_kind(ERASURE_ASKED, label=gettext_lazy("An erasure waits for your approval"), permissions=(ERASE,))
def erasures_to_approve(notifications, user):
    """Read the erasures that somebody else has asked for."""
    return erasure_lines(notifications, user, Erasure.objects.waiting().exclude(asked_by=user))


@notification_kind(ERASED_ALONE, label=gettext_lazy("A text was erased by one person alone"), permissions=(ERASE,))
def erasures_by_one(notifications, user):
    """Read the erasures of the last days that nobody else approved."""
    lately = timezone.now() - ERASURE_SHOWN_FOR
    return erasure_lines(notifications, user, Erasure.objects.filter(is_emergency=True, erased_at__gt=lately))


def erasure_lines(notifications, user, erasures):
    """Return the lines of erasures, for whoever may erase."""
    if not user.has_perm(ERASE):
        return {}
    found = erasures.select_related("submission").in_bulk([each.about_id for each in notifications])
    return {
        each.pk: NotificationLine(
            "",
            reverse("privacy_submission", args=[found[each.about_id].submission.reference]),
            name=found[each.about_id].submission.reference,
        )
        for each in notifications
        if each.about_id in found
    }


@notification_kind(
    PERSON_ERASURE_ASKED, label=gettext_lazy("The erasure of a person waits for your approval"), permissions=(ERASE,)
)
def person_erasures_to_approve(notifications, user):
    """Read the erasures of persons that somebody else has asked for."""
    return person_erasure_lines(notifications, user, PersonErasure.objects.waiting().exclude(asked_by=user))


@notification_kind(
    PERSON_ERASED_ALONE, label=gettext_lazy("A person was erased by one officer alone"), permissions=(ERASE,)
)
def person_erasures_by_one(notifications, user):
    """Read the erasures of persons in the last days that nobody else approved."""
    lately = timezone.now() - ERASURE_SHOWN_FOR
    return person_erasure_lines(
        notifications, user, PersonErasure.objects.filter(is_emergency=True, erased_at__gt=lately)
    )


def person_erasure_lines(notifications, user, erasures):
    """Return the lines of erasures of persons, for whoever may erase; they name nobody."""
    found = erasures.in_bulk([each.about_id for each in notifications]) if user.has_perm(ERASE) else {}
    words = _("Erasure %d")
    return {
        each.pk: NotificationLine("", reverse("person_erasure", args=[each.about_id]), name=words % each.about_id)
        for each in notifications
        if each.about_id in found
    }


def late_cases():
    """Select the cases that wait and are late."""
    return Case.objects.waiting().filter(due_at__lt=timezone.now())


def notify_of_danger():
    """Notify whoever is on call of each case about danger, once when it waits and once when it is late."""
    dangerous = Case.objects.waiting().filter(severity__gte=URGENT_SEVERITY).order_by("pk")
    for key, cases in ((DANGER, dangerous), (DANGER_LATE, dangerous & late_cases().order_by("pk"))):
        waiting = {label_of(case): case.pk for case in cases}
        noted = set(StaffNotification.objects.filter(kind=key, about__in=waiting).values_list("about", flat=True))
        for about, case_id in waiting.items():
            if about not in noted:
                notify_on_call(case_id, key)


@transaction.atomic
def notify_on_call(case_id, key):
    """Notify the people on call of one case, unless another worker has just done so."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if not StaffNotification.objects.filter(kind=key, about=label_of(case)).exists():
        notify(key, label_of(case), people_on_call(case, late=key == DANGER_LATE))


def people_on_call(case, *, late=False):
    """Return who hears of danger in a case: those on call; when nobody is or it is late, its desk and the leads too."""
    readers = case.readers_without_hand()
    called = readers.filter(pk__in=ModerationSettings.load().on_call.values("pk"))
    if called.exists() and not late:
        return list(called)
    leads = readers & Case.Desk.LEAD.readers()
    specialists = readers & Case.Desk.SAFETY.readers()
    everybody = dict.fromkeys([*called, *leads, *specialists])
    return list(everybody) or list(readers)


def notify_of_late_cases():
    """Notify each desk, once a day and in time for the digest, that cases are late."""
    now = in_agency_time(timezone.now())
    if now.hour < DIGEST_TIME.hour - 1:
        return
    for desk in set(late_cases().order_by().values_list("desk", flat=True)):
        about = f"{LATE}:{desk}:{now.date().isoformat()}"
        if not StaffNotification.objects.filter(kind=LATE, about=about).exists():
            notify(LATE, about, Case.Desk(desk).readers())
