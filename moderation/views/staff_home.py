"""Moderation's panels on the first page of the staff area: the next case, what waits, what leads have to answer."""

from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.models import Status, Submission
from moderation.models import Case, Crisis, ExternalRequest, ModerationSettings, PolicyDraft, PolicyVersion, Replay
from moderation.restrictions.in_force import crisis_in_force
from moderation.review.filters import DESKS
from moderation.review.queue_queries import counts_for_home, holding_clauses, listed, noted_for_list
from moderation.views.blind_reviews import PUBLISH
from moderation.views.crisis import SWITCH
from moderation.views.privacy import SEALED, redactions
from moderation.views.queue import AT_A_DESK, MODERATE
from portal.models import SuppressedAddress
from portal.staff.health import Fact, health_check
from portal.staff.home import HomeLine, HomeNote, HomePanel, home_panel

REPLAYS_SHOWN = 3
SCREENING_PATIENCE = timedelta(minutes=2)  # until a text that no rule has read counts as left behind


def queue_address(**asked):
    """Return the address of the queue with these filters."""
    kept = {name: value for name, value in asked.items() if value}
    return reverse("queue") + (f"?{urlencode(kept)}" if kept else "")


@home_panel(order=10, permissions=AT_A_DESK)
def queue(visit):
    """Show the next case, and how many wait in each part of the queue."""
    counts = counts_for_home(visit.user, visit.since)
    case = listed(Case.objects.for_reader(visit.user).noting_screening()).first()
    lines = [line for line in parts_of_queue(visit.user, counts) if line.count]
    return HomePanel(
        title=_("Waiting for you in the queue"),
        lines=lines + noted(visit.user),
        news=[HomeLine(_("new in the queue"), queue_address(since=visit.since.isoformat()), counts["waiting_new"])],
        template="moderation/home_queue.html",
        context={
            "case": case,
            "clauses": [clause for clause in holding_clauses(case) if clause] if case else [],
            "waiting": counts["waiting"],
        },
    )


def parts_of_queue(user, counts):
    """Return a line for each part of the queue, with what is late and what is due today."""
    names = {"waiting": ("", _("All that waits")), "second": ("second", _("Second opinions"))}
    names |= {"appeals": ("appeals", _("Appeals"))}
    names |= {desk.value: (desk.value, DESKS[desk]) for desk in Case.Desk.of(user) if desk}
    lines = [
        HomeLine(label, queue_address(part=part), counts[name], dates(name, part, counts))
        for name, (part, label) in names.items()
    ]
    return [
        *lines,
        HomeLine(
            _("Changed by their authors, as you asked"), queue_address(cause=Case.Cause.RETURNED), counts["changed"]
        ),
        HomeLine(_("Assigned to you"), queue_address(assigned="on"), counts["assigned"]),
        HomeLine(_("You have open now"), queue_address(mine="on"), counts["mine"]),
        HomeLine(_("With their authors"), queue_address(part="returned"), counts["returned"]),
    ]


def dates(name, part, counts):
    """Return how many of a part are late and due today, each with its list."""
    late, today = counts[f"{name}_late"], counts[f"{name}_today"]
    notes = [
        HomeNote(_("%d late") % late, queue_address(part=part, late="on"), "stop") if late else None,
        HomeNote(_("%d due today") % today, queue_address(part=part, today="on"), "wait") if today else None,
    ]
    return [note for note in notes if note]


def noted(user):
    """Return the line of what is public with a note, for moderators."""
    count = noted_for_list().count() if user.has_perm(MODERATE) else 0
    return [HomeLine(_("Published with a note, to look through"), reverse("queue_noted"), count)] if count else []


@home_panel(order=20, permissions=[PUBLISH])
def house_rules(visit):
    """Show what leads have to approve, look at again or answer."""
    lines = [*approval(visit.user), *overdue_rules(), *replays(visit.since)]
    if visit.user.has_perm("moderation.change_externalrequest"):
        lines += unanswered_requests()
    return HomePanel(_("House rules"), lines, empty=_("No draft waits, and no rule is overdue for review."))


def approval(user):
    """Return that the draft of the house rules waits for an approval, and whose."""
    draft = PolicyDraft.objects.first()
    if not (draft and draft.submission):
        return []
    mine = user not in draft.writers()
    label = _("Draft that waits for your approval") if mine else _("Draft of yours that waits for somebody else")
    return [HomeLine(label, reverse("policy_approval", args=[draft.pk]), 1)]


def overdue_rules():
    """Return how many rules in force have passed their day of review."""
    version, today = PolicyVersion.current(), timezone.localdate()
    rules = version.policy.rules if version else ()
    overdue = sum(rule.mode != "off" and rule.is_overdue(today) for rule in rules)
    label = _("Rules overdue for review")
    return [HomeLine(label, f"{reverse('rules_at_work')}#overdue", overdue)] if overdue else []


def replays(since):
    """Return the replays that have ended since."""
    over = [Replay.State.DONE, Replay.State.FAILED]
    ended = Replay.objects.filter(finished_at__gte=since, state__in=over).defer("result")[:REPLAYS_SHOWN]
    return [HomeLine(replay_in_words(replay), reverse("replay", args=[replay.pk])) for replay in ended]


def replay_in_words(replay):
    """Return how a replay ended."""
    if replay.state == Replay.State.FAILED:
        return _("Replay %d could not be run to its end") % replay.pk
    return _("Replay %d is finished") % replay.pk


def unanswered_requests():
    """Return how many requests from outside have no answer."""
    waiting = ExternalRequest.objects.filter(outcome=ExternalRequest.Outcome.OPEN).count()
    address = reverse("wagtailsnippets_moderation_externalrequest:list") + f"?outcome={ExternalRequest.Outcome.OPEN}"
    label = _("Requests from outside without an answer")
    return [HomeLine(label, address, waiting)] if waiting else []


@home_panel(order=5, permissions=[SWITCH])
def crisis(visit):
    """Show a crisis level that is in force or asked for; nothing on other days."""
    address, now = reverse("crisis"), crisis_in_force()
    lines = [HomeLine(_("Level %d is in force") % now.level, address, about=now.get_level_display())] if now else []
    for asked in Crisis.objects.asked().select_related("asked_by"):
        yours = asked.asked_by_id == visit.user.pk
        about = _("You asked for it; somebody else approves it.") if yours else _("%s asks for it.") % asked.asked_by
        lines.append(HomeLine(_("Level %d waits for approval") % asked.level, address, about=about))
    return HomePanel(_("Crisis"), lines) if lines else None


@home_panel(order=30, permissions=[SEALED])
def sealed(visit):
    """Show what was redacted since the privacy officer was here."""
    count = redactions().filter(created_at__gte=visit.since).count()
    address = f"{reverse('privacy')}?{urlencode({'since': visit.since.isoformat()})}"
    lines = [HomeLine(_("Texts redacted since you were here"), address, count)]
    return HomePanel(
        _("Sealed originals"),
        lines if count else [],
        empty=_("Nothing was redacted since you were here."),
        more=HomeNote(_("Search them"), reverse("sealed_search")),
    )


@health_check(order=15)
def danger():
    """Tell whether somebody hears of danger at once, and whether their mail arrives."""
    title, people = _("Danger"), list(ModerationSettings.load().on_call.filter(is_active=True))
    if not people:
        return Fact(title, _("Nobody is on call, so lead moderators hear of danger."), "wait")
    names = ", ".join(map(str, people))
    if refused := SuppressedAddress.objects.among("email", [person.email for person in people]):
        words = _("On call: %(names)s. Mail to %(addresses)s comes back.")
        return Fact(title, words % {"names": names, "addresses": ", ".join(refused)}, "stop")
    return Fact(title, _("On call: %s.") % names)


@health_check(order=10)
def screening():
    """Tell whether every text has met the rules."""
    left = Submission.objects.filter(
        status=Status.RECEIVED, received_at__lt=timezone.now() - SCREENING_PATIENCE
    ).count()
    if not left:
        return Fact(_("Screening"), _("Every text has met the rules."))
    words = ngettext("%d text waits for the rules.", "%d texts wait for the rules.", left) % left
    return Fact(_("Screening"), words, "stop")
