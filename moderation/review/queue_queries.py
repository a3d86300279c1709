"""Queries of the queue: rows of a list, counts, and the next case."""

from itertools import chain

from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from consultations.models import Status
from moderation.findings.case_text import screenings
from moderation.models import Campaign, Case, Decision, Screening, SeenNote, Skip
from portal.audit import record

LONG_COLUMNS = [f"submission__consultation__{name}" for name in ("body", "outcome")]
CLAIM_TRIES = 25  # give up after colleagues claimed this many cases first


def rows_of(cases, user):
    """Select the rows of a list; cases of a campaign that can be decided in bulk form one row, counted as `alike`."""
    return listed(collapsed(cases.noting_screening())).noting_hand_of(user)


def listed(cases):
    """Load what a row shows, without the consultations' long columns."""
    size = Campaign.objects.filter(pk=OuterRef("letter")).values("size")
    found = Prefetch("revision__screenings", screenings())
    shown = cases.for_lists().defer(*LONG_COLUMNS).prefetch_related(found)
    return shown.annotate(copies=Subquery(size))


def collapsed(cases):
    """Keep the first of each campaign's cases that can be decided in bulk; annotate their number as `alike`."""
    together = models.Case(
        When(pk__in=Case.objects.for_batches().order_by().values("pk"), letter__isnull=False, then="letter"),
        default=-F("pk"),  # every other case is a group of its own
        output_field=models.BigIntegerField(),
    )
    of_one_letter = {"partition_by": [F("together")]}
    numbered = cases.annotate(together=together).annotate(
        alike=Window(Count("pk"), **of_one_letter),
        nth=Window(RowNumber(), order_by=cases.query.order_by, **of_one_letter),
    )
    return numbered.filter(nth=1)


def noted_for_list():
    """Select the public texts that passed with a note and have no decision yet, latest first."""
    noted = Screening.objects.filter(
        action="note",
        revision=F("revision__submission__cleared"),
        revision__submission__status=Status.PUBLISHED,
        seen=None,
    ).exclude(Exists(Decision.objects.not_undone().filter(revision=OuterRef("revision"))))
    rows = noted.select_related("revision__submission__consultation", "revision__submission__parent")
    long_columns = [f"revision__{name}" for name in LONG_COLUMNS]
    return rows.defer(*long_columns).prefetch_related("findings").order_by("-id")


@transaction.atomic
def mark_noted_as_seen(screenings, actor):
    """Keep that a moderator has looked at texts that passed with a note; return how many were on the list."""
    seen = list(noted_for_list().filter(pk__in=screenings))
    SeenNote.objects.bulk_create([SeenNote(screening=each, actor=actor) for each in seen], ignore_conflicts=True)
    for each in seen:
        record("note.seen", actor=actor, subject=each.revision.submission, screening=each.pk)
    return len(seen)


def holding_clauses(case):
    """Return the distinct clauses under which rules hold a listed case."""
    screening = next(iter(case.revision.screenings.all()), None)
    if screening is None:
        return []
    keys = dict.fromkeys(finding.clause for finding in screening.findings.all() if finding.action == "hold")
    return [clause for clause in map(screening.version.clause, keys) if clause]


def end_of_today():
    """Return the end of today in the agency's time zone."""
    return timezone.localtime().replace(hour=23, minute=59, second=59, microsecond=999999)


def conditions(user):
    """Return the condition of each part of the queue, by name, for a user.

    Includes desks at which the user does not work: how many cases they have is not confidential.
    """
    own, waits = Q(desk__in=Case.Desk.of(user)), Q(returned_until=None)
    return {
        "waiting": own & waits,
        "second": own & waits & Q(second_reader=True),
        "appeals": own & waits & Q(cause=Case.Cause.APPEALED),
        "returned": own & ~waits,
        "later": own & waits & Q(Skip.objects.by(user)),
        **{desk: waits & Q(desk=desk) for desk in Case.Desk.values if desk},
    }


def counted(user, parts):
    """Count the undecided cases of each part in one query; ``parts`` maps names to conditions."""
    undecided = Case.objects.undecided().without_own_checks(user)
    return undecided.aggregate(**{name: Count("pk", filter=part) for name, part in parts.items()})


def counts(user):
    """Return how many cases wait for a user: in each part, and those late or due today."""
    now, parts = timezone.now(), conditions(user)
    today = parts["waiting"] & Q(due_at__range=(now, end_of_today()))
    return counted(user, parts | {"today": today, "late": parts["waiting"] & Q(due_at__lt=now)})


def counts_for_home(user, since):
    """Return how many cases of each part wait, with `<part>_late`, `<part>_today` and `<part>_new` among them.

    `mine` counts the cases that the user has open, `assigned` those that the user is responsible for, `changed` those
    whose author sent a changed text.
    """
    now, parts = timezone.now(), conditions(user)
    parts["changed"] = parts["waiting"] & Q(cause=Case.Cause.RETURNED)
    parts["mine"] = parts["waiting"] & Q(claimed_by=user, claimed_until__gt=now)
    parts["assigned"] = parts["waiting"] & Q(assigned_to=user)
    narrowed = {
        "late": Q(due_at__lt=now),
        "today": Q(due_at__range=(now, end_of_today())),
        "new": Q(opened_at__gte=since),
    }
    finer = {f"{name}_{finer}": part & more for name, part in parts.items() for finer, more in narrowed.items()}
    return counted(user, parts | finer)


def waiting_for(user):
    """Select the waiting cases of every desk at which a user works."""
    return Case.objects.waiting().for_desks(Case.Desk.of(user)).without_own_checks(user)


def free_cases(cases, user, *, skipped=False, leaving=None):
    """Return the cases that a user may be given next, one after the other.

    Cases that the user had returned to their author come first. Among those left for later (`skipped`) it starts after
    the one that the user leaves again, and wraps around.
    """
    free = Case.objects.for_reader(user, skipped=skipped).filter(pk__in=cases.order_by().values("pk"))
    if leaving is None:
        own = Q(cause=Case.Cause.RETURNED, returned_by=user)
        return chain(free.filter(own)[:CLAIM_TRIES], free.exclude(own)[:CLAIM_TRIES])
    later = Q(rank_at__gt=leaving.rank_at) | Q(rank_at=leaving.rank_at, pk__gt=leaving.pk)
    return chain(free.filter(later)[:CLAIM_TRIES], free.exclude(later).exclude(pk=leaving.pk)[:CLAIM_TRIES])
