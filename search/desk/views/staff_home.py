"""Search's panels on the first page of the staff area: what came in by consultation, saved searches, files, health."""

import logging
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import F
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.models import ConsultationPage
from portal.staff.health import Fact, health_check
from portal.staff.home import HomeLine, HomeNote, HomePanel, home_panel
from search.access.scope import EXPORT_PERMISSION, SEARCH_PERMISSION
from search.desk import results
from search.desk.views.saved import parse_saved_query
from search.index.indices import both_indices
from search.index.state import raise_if_unknown
from search.index.status import count_lagging
from search.language.query import Query, SearchUnavailable
from search.models import Export, PoisonDocument, SavedSearch, Verification

logger = logging.getLogger(__name__)

CONSULTATIONS_SHOWN = 12
SAVED_SHOWN = 5
FILES_SHOWN = 4
FILES_LOOKED_BACK = timedelta(days=7)
LAG_ACCEPTED = timedelta(minutes=2)
FILE_TONES = {Export.State.DONE: "good", Export.State.FAILED: "stop"}


@home_panel(order=15, permissions=[SEARCH_PERMISSION])
def texts_by_consultation(visit):
    """Show the consultations whose answer is still to come, with what the desk holds of each, soonest answer first."""
    pages = unanswered()
    try:
        result = results.search_as(visit.user, Query(size=1))
        received, new = counts_by_consultation(result), new_by_consultation(visit)
    except SearchUnavailable as error:
        logger.warning("The first page has no index: %s", error)
        result, received, new = None, None, None
    rows = [row(page, received, new, visit.since_day) for page in pages]
    return HomePanel(
        _("What came in"),
        template="search/home_consultations.html",
        context={"rows": rows, "available": received is not None, "result": result, "since": visit.since_day},
        empty=_("No consultation is open or waits for its answer."),
        more=HomeNote(_("Search all submissions"), reverse("desk")),
        news=[HomeLine(_("new texts at the desk"), desk_address(since=visit.since_day), sum(new.values()))]
        if new
        else [],
    )


def unanswered():
    """Return the consultations that have opened and have no outcome: those with a due answer first, by its day."""
    pages = ConsultationPage.objects.live().public().filter(opens_at__lte=timezone.now(), outcome=[])
    by_due = pages.defer("body").order_by(F("answer_due").asc(nulls_last=True), "closes_at")
    return by_due[:CONSULTATIONS_SHOWN]


def counts_by_consultation(result):
    """Return how many submissions were found in each consultation, by its id in letters."""
    return dict(result.facets.get("consultation", ()))


def new_by_consultation(visit):
    """Return how many submissions came in since the last visit, by the consultation's id in letters; one question."""
    return counts_by_consultation(results.search_as(visit.user, Query(since=visit.since_day, size=1)))


def row(page, received, new, since):
    """Return what the table says of a consultation."""
    key = str(page.pk)
    return {
        "page": page,
        "received": (received or {}).get(key, 0),
        "received_url": desk_address(consultation=key),
        "new": (new or {}).get(key, 0),
        "new_url": desk_address(consultation=key, since=since),
    }


def desk_address(**asked):
    """Return the address of the desk that asks this."""
    return f"{reverse('desk')}?{urlencode(asked)}"


@home_panel(order=30, permissions=[SEARCH_PERMISSION], rail=True)
def saved_searches(visit):
    """Show how many new matches each of the latest saved searches has since the day of the last visit."""
    saved = visit.user.saved_searches.order_by("-saved_at", "-pk")[:SAVED_SHOWN]
    try:
        lines = [line for each in saved if (line := new_matches(visit, each))]
    except SearchUnavailable:
        lines = []
    return HomePanel(
        _("Saved searches"),
        lines,
        empty=_("Save a search at the desk to see here what is new in it."),
        more=HomeNote(_("All saved"), reverse("desk_saved_list")),
    )


def new_matches(visit, saved: SavedSearch):
    """Return the line of one saved search; None for one that can no longer be asked."""
    query = parse_saved_query(saved)
    if query is None:
        return None
    since = max(filter(None, (query.since, visit.since_day)))
    count = (
        results.search_as(visit.user, replace(query, since=since, size=1, page=1)).total
        if not_over(query, since)
        else 0
    )
    asked = QueryDict(saved.asked, mutable=True)
    asked["since"] = since.isoformat()
    return HomeLine(saved.name, f"{reverse('desk')}?{asked.urlencode()}" if count else saved.desk_url, count or None)


def not_over(query, since):
    """Return whether the days of a saved search go on beyond the day from which matches are new."""
    return query.until is None or query.until >= since


@home_panel(order=40, permissions=[EXPORT_PERMISSION], rail=True)
def files(visit):
    """Show the files that the officer asked for lately, and how far they are."""
    if not visit.user.has_perm(SEARCH_PERMISSION):
        return None
    lately = Export.objects.asked_by(visit.user).filter(asked_at__gte=timezone.now() - FILES_LOOKED_BACK)
    lines = [
        HomeLine(
            f"{export.ending.upper()}: {export.sentence}",
            f"{reverse('desk_exports')}#export-{export.pk}",
            notes=[HomeNote(export.get_state_display(), tone=FILE_TONES.get(export.state, "wait"))],
            about=export.problem,
        )
        for export in lately[:FILES_SHOWN]
    ]
    return HomePanel(
        _("Your files"),
        lines,
        empty=_("You asked for no file in the last week."),
        more=HomeNote(_("All files"), reverse("desk_exports")),
    )


@health_check(order=20)
def index():
    """Tell whether the indices are there, how far they are behind, and what they refuse."""
    try:
        for each in both_indices():
            raise_if_unknown(each)
    except SearchUnavailable as error:
        return Fact(_("Search index"), str(error), "stop")
    lag, oldest = count_lagging()
    refused = PoisonDocument.objects.count()
    if refused:
        words = ngettext("The index refuses %d submission.", "The index refuses %d submissions.", refused) % refused
        return Fact(_("Search index"), words, "stop")
    if not lag:
        return Fact(_("Search index"), _("Up to date."))
    words = ngettext("%d change behind.", "%d changes behind.", lag) % lag
    late = timezone.now() - oldest > LAG_ACCEPTED
    return Fact(_("Search index"), words, "stop" if late else "wait")


@health_check(order=25)
def comparison():
    """Tell how the last comparison of the index with the database ended."""
    latest = Verification.latest()
    if latest is None:
        return Fact(_("Nightly comparison"), _("It has not been made yet."), "wait")
    if latest.problem:
        return Fact(_("Nightly comparison"), _("It broke off: %s") % latest.problem, "stop")
    words = _("No drift.") if latest.ok else _("The index differs from the database.")
    return Fact(_("Nightly comparison"), words, "good" if latest.ok else "stop")
