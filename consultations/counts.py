"""How many took part: the figures beside a consultation."""

from django.core.cache import cache
from django.db.models import Count, Q

from consultations.models import Submission
from consultations.modes.table import load, modes
from portal.http.freshness import last_state

COUNTS_SECONDS = 15  # that a figure may be old on the page of somebody who sees something of their own


def counts(consultation):
    """Return the figures of a consultation, those of `count`, not older than a moment."""
    key = f"counts:{consultation.pk}:{last_state()}"
    return cache.get_or_set(key, lambda: count(consultation), COUNTS_SECONDS)


def count(consultation):
    """Return how many public texts each mode has, by its key, its further figures, and how many people wrote.

    One query, and those of the modes with further figures.
    """
    public = Submission.objects.filter(consultation=consultation).public()
    figures = with_people(public.aggregate(**texts_and_people(modes()))) | {"passages": {}}
    for mode in modes():
        figures |= load(mode.figures)(consultation) if mode.figures else {}
    return figures


def texts_and_people(counted):
    """Return the aggregates that count the texts of modes, and who wrote any text."""
    texts = {mode.key: Count("pk", filter=Q(kind__in=mode.kind_keys)) for mode in counted if mode.kinds}
    return texts | {
        "named": Count("author_key", distinct=True, filter=~Q(author_key="")),
        "nameless": Count("pk", filter=Q(author_key="")),
    }


def with_people(figures):
    """Return counted figures with `people` in the place of its two parts; who left no trace counts as one each."""
    named, nameless = figures.pop("named"), figures.pop("nameless")
    return figures | {"people": named + nameless}
