"""The stages of a consultation that staff watch: drafts, what closes soon, which answers are due or late."""

from datetime import timedelta

from django.db.models import Case, Count, DateTimeField, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.permissions import policy_registry

from consultations.models import ConsultationPage, Response, Status, Submission

EXPORT_TEXTS = "consultations.export_submission"
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


def as_work_list(consultations):
    """Order consultations by what is due next, and count what came in and what waits for a moderator.

    ``due`` is the next moment that binds staff: a draft's or an announced opening, the closing of an open one, the day
    on which an answer was promised. Those with none come last, the latest first.
    """
    now = timezone.now()
    due = Case(
        When(Q(live=False, first_published_at=None) | Q(live=True, opens_at__gt=now), then=F("opens_at")),
        When(live=True, closes_at__gt=now, then=F("closes_at")),
        When(live=True, outcome=[], answer_due__isnull=False, then=Cast("answer_due", DateTimeField())),
        default=None,
        output_field=DateTimeField(),
    )
    texts = Submission.objects.exclude(status=Status.WITHDRAWN)
    counted = consultations.annotate(
        due=due,
        received=count_of(texts.filter(response=None)) + count_of(Response.objects.not_withdrawn()),
        waiting=count_of(texts.filter(status__in=[Status.RECEIVED, Status.HELD])),
    )
    return counted.select_related("owner").order_by(F("due").asc(nulls_last=True), "-closes_at", "pk")


def count_of(rows):
    """Return an expression for how many of these rows a consultation has."""
    mine = rows.filter(consultation=OuterRef("pk")).order_by().values("consultation")
    return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), Value(0))
