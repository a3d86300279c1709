"""What officers are written about new matches of a saved search: how many, and the link; nothing of what they say."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations.models import Event, EventKind, Revision, Status, Submission
from portal.models import Message
from portal.outbox.templates import Content, NotDue, message_template
from search.access.scope import permitted_visibilities
from search.desk import results
from search.desk.forms import DeskForm
from search.index.documents import VISIBILITY_BY_STATUS, statuses_in, with_authored_revisions
from search.models import SavedSearch

ALERT_MESSAGE = "search/alert"
ALERT_INTERVAL = timedelta(hours=1)  # between two messages about one search
EVENTS_A_RUN = 5_000  # events that are looked at in one run


def newest_event_id() -> int:
    """Return the number of the latest event."""
    return Event.objects.newest_id()


def due_searches():
    """Select the searches whose owners want to hear and have not heard for an hour."""
    rested = Q(alerted_at=None) | Q(alerted_at__lt=timezone.now() - ALERT_INTERVAL)
    return SavedSearch.objects.filter(rested, alert=True, last_seen__lt=newest_event_id()).select_related("owner")


def alert(saved: SavedSearch) -> int:
    """Look at what came since the last time, within what the owner may find now; write if anything matches.

    Two workers may do so at once: only the one that moves ``last_seen`` on writes.
    """
    events = list(Event.objects.after(saved.last_seen).values_list("pk", "submission", "status")[:EVENTS_A_RUN])
    moved = {id_ for _pk, id_, status in events if status in VISIBILITY_BY_STATUS}
    if not events or Submission.objects.filter(pk__in=moved, version__gt=F("indexed_version")).exists():
        return 0  # The index has yet to hear of them.
    count = matches(saved, not_found_before(saved, moved))
    return count if post_alert(saved, count, events[-1][0]) else 0


@transaction.atomic
def post_alert(saved: SavedSearch, count: int, last_seen: int) -> bool:
    """Note up to which event a search was looked at, and post a message if there are matches; return whether we did."""
    changes = {"last_seen": last_seen} | ({"alerted_at": timezone.now()} if count else {})
    ours = bool(SavedSearch.objects.filter(pk=saved.pk, last_seen=saved.last_seen, alert=True).update(**changes))
    if ours and count and saved.owner.email:
        Message.objects.post(ALERT_MESSAGE, to=saved.owner.email, about=saved, cause=count)
    return ours


def not_found_before(saved: SavedSearch, ids: set[int]) -> tuple[int, ...]:
    """Return the ids of the texts that the owner could not find when the alert last looked.

    What was taken down and is back is nothing new, nor is what a moderator took passages out of. A text that its
    author changed is; so is one that was held, for an owner who finds what is public only.
    """
    authored = with_authored_revisions(Submission.objects.filter(pk__in=ids)).values("authored")
    texts = dict(Revision.objects.filter(pk__in=authored).values_list("submission", "number"))
    before = shown_then(saved).filter(submission__in=texts).values_list("submission", "revision__number")
    known = {id_ for id_, number in before if number >= texts[id_]}
    return tuple(sorted(texts.keys() - known))


def shown_then(saved: SavedSearch):
    """Select the events up to the last look by which their revision could be found by the owner.

    Of a public submission that is the cleared text: one that waits beside it was found by nobody.
    """
    scope = permitted_visibilities(saved.owner)
    events = Event.objects.filter(pk__lte=saved.last_seen, status__in=statuses_in(scope), revision__isnull=False)
    return events.exclude(~Q(kind=EventKind.PUBLISHED), status=Status.PUBLISHED)


def matches(saved: SavedSearch, ids: tuple[int, ...]) -> int:
    """Count the matches among submissions; none for an owner who may no longer search."""
    form = DeskForm(QueryDict(saved.asked))
    if not form.is_valid() or not ids:
        return 0
    try:
        return results.search_as(saved.owner, replace(form.to_query(), only_ids=ids, size=1, page=1)).total
    except PermissionDenied:
        return 0


def stop(saved_id: int) -> None:
    """Tell the owner of a saved search of no more matches."""
    SavedSearch.objects.filter(pk=saved_id).update(alert=False)


@message_template(ALERT_MESSAGE, label=gettext_lazy("New matches of an officer’s saved search"), stop=stop)
def alert_message(message: Message) -> Content:
    """Say how many matches there are, and give the link; each cause is the number that one look has found."""
    saved = SavedSearch.objects.filter(pk=message.about_id, alert=True, owner__is_active=True).first()
    if saved is None:
        raise NotDue(_("The alert was switched off, or the search deleted."))
    count = sum(message.causes)
    said = ngettext("%(n)d new match of your saved search", "%(n)d new matches of your saved search", count)
    context = {"link": f"{settings.SITE_URL}{saved.get_absolute_url()}"}
    return Content(said % {"n": count}, "search/messages/alert.txt", context)
