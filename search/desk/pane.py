"""The reading pane: one submission whole, as far as a person may see it, with the own marks."""

from consultations.models import Submission
from search.access.scope import may_find, readable_revisions, visible
from search.access.user_filters import marks_on, tags_on
from search.desk import results, suggestions
from search.desk.answers import chosen_with
from search.desk.campaigns import members
from search.index.documents import letter_of, shown_revision
from search.language.query import Query, SearchUnavailable
from search.language.snippets import Marker


def whole():
    """Select submissions with all that the pane reads of them."""
    return Submission.objects.select_related("current", "cleared", "consultation", "parent", "question")


def pane(user, one: Submission, query: Query) -> dict:
    """Return what the pane shows of a submission, with the words of the question marked."""
    scope, revision = visible(user), shown_revision(one)
    marker = Marker.of(query.node, [one.language or "und"])
    return {
        "submission": one,
        "revision": revision,
        "title": marker.title(revision.title, one.language),
        "text": marker.title(revision.text, one.language),
        "earlier": [other for other in readable_revisions(scope, one) if other.pk != revision.pk],
        "parent": one.parent if one.parent and may_find(scope, one.parent) else None,
        "answered": chosen_with(one.response_id),
        "language": results.language_name(one.language or "und"),
        "copies": members(scope, letter_of(one)).count(),
        "mark": marks_on(user, [one.pk]).get(one.pk),
        "tags": tags_on([one.pk]).get(one.pk, []),
        "similar": None,
    }


def alike(user, one: Submission) -> list[results.Row]:
    """Return rows of similar texts, most alike first; none when the index cannot answer."""
    try:
        ids = suggestions.similar(user, one.pk)
        query = Query(among=tuple(ids), size=max(len(ids), 1))
        result = results.look(user, query)
    except SearchUnavailable:
        return []
    rows = results.rows(user, query, result, results.labels(query, result))
    return sorted(rows, key=lambda row: ids.index(row.submission.pk))
