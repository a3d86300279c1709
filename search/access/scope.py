"""Bind queries to what a person may find: the only way from a user to an engine."""

from collections.abc import Iterable
from dataclasses import replace

from django.core.exceptions import PermissionDenied

from consultations.models import Status
from search.access.user_filters import apply_user_filters
from search.index import documents
from search.index.documents import PUBLIC, RESTRICTED, VISIBILITY_BY_STATUS
from search.language.query import Query

SEARCH_PERMISSION = "consultations.search_submission"
UNPUBLISHED_PERMISSION = "consultations.read_unpublished_submission"
EXPORT_PERMISSION = "consultations.export_submission"
SEALED_PERMISSION = "consultations.read_sealed_submission"


def permitted_visibilities(user) -> tuple[str, ...]:
    """Return the visibilities of documents that a person may find; none without the permission to search."""
    if not user.has_perm(SEARCH_PERMISSION):
        return ()
    return (PUBLIC, RESTRICTED) if user.has_perm(UNPUBLISHED_PERMISSION) else (PUBLIC,)


def scope_of(user) -> dict[str, tuple[str, ...]]:
    """Return what no query of a person may leave; raises PermissionDenied for who may not search at all."""
    if not (visibilities := permitted_visibilities(user)):
        raise PermissionDenied
    return {"visibility": visibilities}


def scope_query(user, query: Query) -> Query:
    """Bind a query to a person's scope, read marks, tags and codes; raise PermissionDenied for who may not search."""
    return apply_user_filters(user, replace(query, scope=scope_of(user)))


def scope_query_to_sealed(user, query: Query) -> Query:
    """Bind a query to the sealed originals; raise PermissionDenied without the permission to read them."""
    if not user.has_perm(SEALED_PERMISSION):
        raise PermissionDenied
    return replace(query, scope={"visibility": (documents.SEALED,)})


def scope_query_as_asked(user, query: Query, scope: Iterable[str]) -> Query:
    """Bind a query to the intersection of the scope at the time of the request and the current scope."""
    now = scope_query(user, query)
    kept = tuple(each for each in (now.scope or {})["visibility"] if each in scope)
    return replace(now, scope={"visibility": kept})


def may_find(scope: tuple[str, ...], submission) -> bool:
    """Return whether a submission's row, not its document, lies in a scope."""
    return findable_revision_id(scope, submission) is not None


def findable_revision_id(scope: tuple[str, ...], row) -> int | None:
    """Return the id of the row's revision that may be found in a scope; see ``indexed_revision``."""
    shown = row.cleared_id if row.status == Status.PUBLISHED else row.current_id
    return shown if VISIBILITY_BY_STATUS.get(row.status) in scope else None


def readable_revisions(scope: tuple[str, ...], submission) -> list:
    """Return the revisions that may be read in a scope, latest first.

    Revisions before a redaction are sealed. A scope of public texts only contains the cleared revision only.
    """
    if RESTRICTED not in scope:
        return [submission.cleared] if submission.is_public else []
    revisions = sorted(submission.revisions.all(), key=lambda revision: -revision.number)
    sealed_below = max((r.number for r in revisions if r.origin == r.Origin.REDACTION), default=0)
    if submission.is_public:
        sealed_below = min(sealed_below, submission.cleared.number)  # a redaction that was taken back seals nothing
    return [revision for revision in revisions if revision.number >= sealed_below]
