"""The reading pane: one submission in full, as far as a person may see it."""

from consultations.models import Submission
from search.access.scope import may_find, permitted_visibilities, readable_revisions
from search.access.user_filters import codes_by_submission, read_marks_by_submission, tags_by_submission
from search.desk import results, suggestions
from search.desk.answers import describe_response
from search.desk.campaigns import copies_of_letter
from search.index.documents import campaign_letter_id, findable_revision
from search.language.query import Query, SearchUnavailable
from search.language.snippets import Highlighter


def with_details():
    """Select submissions with the relations that the pane displays."""
    return Submission.objects.select_related("current", "cleared", "consultation", "parent", "question")


def pane_context(user, one: Submission, query: Query) -> dict:
    """Return the template context of the pane, with the query's words highlighted."""
    scope, revision = permitted_visibilities(user), findable_revision(one)
    highlighter = Highlighter.for_query(query.node, [one.language or "und"])
    return {
        "submission": one,
        "revision": revision,
        "title": highlighter.highlight(revision.title, one.language),
        "text": highlighter.highlight(revision.text, one.language),
        "earlier": [other for other in readable_revisions(scope, one) if other.pk != revision.pk],
        "parent": one.parent if one.parent and may_find(scope, one.parent) else None,
        "answered": describe_response(one.response_id),
        "language": results.language_label(one.language or "und"),
        "copies": copies_of_letter(scope, campaign_letter_id(one)).count(),
        "mark": read_marks_by_submission(user, [one.pk]).get(one.pk),
        "tags": tags_by_submission([one.pk]).get(one.pk, []),
        "codes": codes_by_submission([one.pk]).get(one.pk, []),
        "similar": None,
    }


def similar_rows(user, one: Submission) -> list[results.ResultRow]:
    """Return rows of similar texts, most similar first; none while the index is unavailable."""
    try:
        ids = suggestions.similar_ids(user, one.pk)
        query = Query(only_ids=tuple(ids), size=max(len(ids), 1))
        result = results.search_as(user, query)
    except SearchUnavailable:
        return []
    rows = results.result_rows(user, query, result, results.label_values(query, result))
    return sorted(rows, key=lambda row: ids.index(row.submission.pk))
