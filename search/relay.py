"""Tell the index what changed: read the rows that lag, send them, and only then note that they were sent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from time import monotonic

from django.db import transaction

from consultations.models import Submission
from search.documents import to_document, with_letters
from search.engines import Engine, engine
from search.engines.document import Document
from search.models import PoisonDocument

BATCH = 500
Changes = tuple[list[Document], dict[int, int]]


def relay(index: Engine, limit: int = BATCH) -> int:
    """Send the changes of some lagging rows; return how many.

    Killed at any point, it loses nothing: a row is noted as sent only after the index has it for good, and an
    index that is told twice does not mind. Several may run at once. What the index refuses is kept as poison and
    goes on lagging. The rows are read before the engine looks which generations are fed: a generation that it misses
    was begun after the change, so whoever fills that one sees the change in the database.
    """
    with index.steady():
        lagging = PoisonDocument.without_resting(Submission.objects.lagging())
        rows = list(with_texts(lagging).order_by("pk")[:limit])
        if rows:
            refused = index.write(*changes(rows))
            note_refused(rows, refused)
            mark({row.pk: row.version for row in rows if row.pk not in refused})
    return len(rows)


def catch_up(seconds: float = 1.0) -> int:
    """Bring the embedded index up to date before it is read, for a bounded time; return how many rows still lag."""
    index, end = engine(), monotonic() + seconds
    while index.embedded and monotonic() < end:
        if relay(index, 100) < 100:
            return 0
    return Submission.objects.lagging().count()


def with_texts(submissions):
    """Read the texts along with the rows, which letter they are copies of, and what was answered with them."""
    return with_letters(submissions.select_related("current", "cleared").prefetch_related("response__closed_answers"))


def changes(rows: Iterable[Submission]) -> Changes:
    """Return what an index has to be told of these rows: documents, and deletions with their versions."""
    made = [(row, to_document(row)) for row in rows]
    return [document for _row, document in made if document], {row.pk: row.version for row, one in made if not one}


def note_refused(rows: Iterable[Submission], refused: Mapping[int, str]) -> None:
    """Keep what the index would not take, with its reason; it lags until the index takes it."""
    for row in rows if refused else ():
        if row.pk in refused:
            PoisonDocument.note(row, refused[row.pk])
            Submission.objects.filter(pk=row.pk, version=row.version).update(indexed_version=0)


def mark(sent: Mapping[int, int]) -> None:
    """Note that the index has these versions (by id), unless it is known to have later ones."""
    by_version = defaultdict(list)
    for id_, version in sent.items():
        by_version[version].append(id_)
    with transaction.atomic():
        for version, ids in by_version.items():
            for start in range(0, len(ids), BATCH):
                some = ids[start : start + BATCH]
                Submission.objects.filter(pk__in=some, indexed_version__lt=version).update(indexed_version=version)
                PoisonDocument.objects.filter(pk__in=some, version__lte=version).delete()
