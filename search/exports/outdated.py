"""Find texts in finished files that were withdrawn, removed, redacted, edited or published since.

Events select the submissions to look at; comparing the file's list with the rows decides. A decision that was
undone therefore changes nothing.
"""

from collections.abc import Iterable

import numpy as np
from django.utils.translation import ngettext

from consultations.models import Event, Status
from consultations.models.event import CACHE_KEY_EVENTS
from search.exports import storage
from search.index.documents import VISIBILITY_BY_STATUS
from search.models import Export


def newest_event() -> int:
    """Return the highest event number; an event committed later may be up to ``CACHE_KEY_EVENTS`` lower."""
    return Event.objects.newest_id()


def count_outdated(exports: Iterable[Export]) -> dict[int, int]:
    """Count the changed texts of each finished file, by export id; one query for all files."""
    finished = [export for export in exports if export.state == Export.State.DONE]
    lists = {
        export: lines for export in finished if (lines := storage.read_contents(export)) is not None and len(lines)
    }
    if not lists:
        return {}
    since = min(export.newest_event for export in lists)
    now = current_lines(since - CACHE_KEY_EVENTS, highest=max(int(lines["id"][-1]) for lines in lists.values()))
    return {export.pk: count_differences(lines, now) for export, lines in lists.items()}


def current_lines(since: int, *, highest: int) -> np.ndarray:
    """Return what a file written now would list for the submissions with an event after ``since``, sorted by id."""
    happened = Event.objects.filter(pk__gt=since, submission__lte=highest).order_by("submission").distinct()
    rows = happened.values_list(
        "submission", "submission__status", "submission__cleared", "submission__current"
    )  # fmt: skip
    return np.array([expected_line(*row) for row in rows], storage.CONTENTS_DTYPE)


def expected_line(id_: int, status: str, cleared: int | None, current: int | None) -> tuple[int, int, bool]:
    """Return (id, revision id, public); revision id 0 for a submission that a file would not contain."""
    public = status == Status.PUBLISHED
    shown = cleared if public else current
    return id_, (shown or 0) if status in VISIBILITY_BY_STATUS else 0, public


def count_differences(lines: np.ndarray, now: np.ndarray) -> int:
    """Count the lines of a file's list that differ from the current ones."""
    places = np.searchsorted(lines["id"], now["id"])
    now, places = now[places < len(lines)], places[places < len(lines)]
    then = lines[places]
    return int(np.count_nonzero((then["id"] == now["id"]) & (then != now)))


def expire_outdated() -> None:
    """Delete files with sealed texts in which a text was withdrawn or changed."""
    kept = Export.objects.filter(state=Export.State.DONE, originals=True)
    counts = count_outdated(kept)
    for export in kept:
        if (count := counts.get(export.pk, 0)) and export.expire(outdated_message(count)):
            storage.delete_files(export)


def outdated_message(count: int) -> str:
    """Return the message about a file with sealed texts that was deleted early."""
    words = ngettext(
        "%d text in it was withdrawn or changed. A file with sealed texts is then taken back.",
        "%d texts in it were withdrawn or changed. A file with sealed texts is then taken back.",
        count,
    )
    return words % count
