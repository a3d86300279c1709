"""Whether an index is the one that the database's marks speak of: not lost, not older, not another database's."""

from consultations.models import Submission
from search.engines.engine import GenerationMark
from search.index.indices import SubmissionIndex
from search.language.query import SearchUnavailable
from search.models import IndexState

UNKNOWN_INDEX = (
    "The {name} index is not the one that the database knows: it was lost, moved, or put back from an older copy. "
    "Run manage.py search_rebuild."
)


def raise_if_unknown(index: SubmissionIndex) -> GenerationMark:
    """Return an index's mark; raise SearchUnavailable for one that lacks what the database believes it has.

    One query. On a new site, which has no state yet, any empty index will do.
    """
    mark = index.engine.generation_mark()
    state = IndexState.objects.filter(name=index.name).first()
    if not (state.knows(*mark) if state else _is_new(index, mark)):
        raise SearchUnavailable(UNKNOWN_INDEX.format(name=index.name))
    return mark


def _is_new(index: SubmissionIndex, mark: GenerationMark) -> bool:
    """Return whether nothing was written to an index that has no state; of marks, only the open one's tell that."""
    marked = not index.redacted_only and Submission.objects.filter(indexed_version__gt=0).exists()
    return not mark.writes and not marked


def prepare_to_write(index: SubmissionIndex) -> None:
    """Let the database know a new site's index before anything is written to it; raise as ``raise_if_unknown``."""
    generation, _writes = raise_if_unknown(index)
    IndexState.objects.get_or_create(name=index.name, defaults={"generation": generation})


def note_writes(index: SubmissionIndex) -> None:
    """Note in the database how many writes an index has taken."""
    IndexState.note(index.name, *index.engine.generation_mark())
