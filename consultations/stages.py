"""The stages of a consultation that staff watch: drafts, what closes soon, which answers are due or late."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.permissions import policy_registry

from consultations.models import ConsultationPage

CLOSING_SOON = timedelta(days=7)
ANSWER_DUE_SOON = timedelta(days=14)
STAGES = {
    "draft": _("With a draft"),
    "upcoming": _("Open soon"),
    "open": _("Open now"),
    "closing": _("Close within a week"),
    "unanswered": _("Closed, without an answer"),
    "due": _("Answer due within two weeks"),
    "late": _("Answer late"),
    "answered": _("Answered"),
}


def editable_by(user):
    """Select the consultations that a person may write, change or publish."""
    return policy_registry.get_by_type(Page).instances_user_has_any_permission_for(user, {"add", "change", "publish"})


def may_write(user):
    """Return whether a person may write pages at all."""
    return policy_registry.get_by_type(Page).user_has_any_permission(user, {"add", "change", "publish"})


def visible_to(user):
    """Select the consultations that a person may see: public ones, and for who writes pages the others."""
    public = Q(pk__in=ConsultationPage.objects.live().public().values("pk"))
    mine = Q(pk__in=editable_by(user).values("pk")) if may_write(user) else Q()
    return ConsultationPage.objects.filter(public | mine).defer("body")


def conditions():
    """Return what is true of the consultations in each stage at this moment."""
    now, today = timezone.now(), timezone.localdate()
    is_open = Q(live=True, opens_at__lte=now, closes_at__gt=now)
    over, answered = Q(live=True, closes_at__lte=now), ~Q(outcome=[])
    return {
        "draft": Q(has_unpublished_changes=True),
        "upcoming": Q(live=True, opens_at__gt=now),
        "open": is_open,
        "closing": is_open & Q(closes_at__lte=now + CLOSING_SOON),
        "unanswered": over & ~answered,
        "due": over & ~answered & Q(answer_due__range=(today, today + ANSWER_DUE_SOON)),
        "late": over & ~answered & Q(answer_due__lt=today),
        "answered": over & answered,
    }


def count_stages(consultations):
    """Return how many of the consultations are in each stage; one query."""
    counted = {name: Count("pk", filter=condition) for name, condition in conditions().items()}
    return consultations.order_by().aggregate(**counted)
