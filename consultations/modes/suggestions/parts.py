"""The parts of suggestions as they are shown: what moderators have covered of them is looked at beside the whole."""

from collections import defaultdict
from dataclasses import dataclass

from consultations.models import Revision
from consultations.suggested_words import SuggestedWords, words_in, words_left


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one text; ``words`` is None where a redaction has run over two of them."""

    words: SuggestedWords | None
    has_old_words: bool  # as they were sent, so that they can be looked for in the passage


def parts_of(revisions: list[Revision]) -> dict[int, Parts]:
    """Return the parts of some texts by their ids: one query, and none if all of them are first ones."""
    later = {revision.submission_id for revision in revisions if revision.number > 1}
    by_author = Revision.objects.filter(submission__in=later, origin=Revision.Origin.AUTHOR).order_by("number")
    found: dict[int, list[Revision]] = defaultdict(list)
    for each in by_author if later else ():
        found[each.submission_id].append(each)
    return {revision.pk: parts_beside(revision, found[revision.submission_id]) for revision in revisions}


def parts_beside(revision: Revision, by_author: list[Revision]) -> Parts:
    """Return the parts of one text beside all that its author wrote, in their order; [] for a first text."""
    words = words_in(revision.text)
    if revision.origin == Revision.Origin.REDACTION:
        whole = next(each for each in reversed(by_author) if each.number < revision.number)
        words = words_left(revision.text, whole.text)
    first = words_in(by_author[0].text) if by_author else words
    return Parts(words, words is not None and first is not None and words.old == first.old)
