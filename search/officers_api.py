"""The desk for an officer's own tools: with a token, what its owner may find at that moment, and nothing more."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer
from pydantic import Field, create_model

from portal.api.problems import Problem, problem
from portal.audit import record
from search.access.scope import EXPORT, scoped, visible
from search.desk import results
from search.desk.forms import LAST_PAGE, DeskForm
from search.engines.configured import engine
from search.exports import contents
from search.exports.writers import NUMBERS, jsonl_bytes
from search.language.query import Query as Question
from search.models import ApiToken

LINES = "application/jsonl"
REFUSALS = {401: Problem, 403: Problem, 422: Problem, 503: Problem}


class TokenBearer(HttpBearer):
    """Let in who shows a token that is valid."""

    def authenticate(self, request, token: str) -> ApiToken | None:
        """Return the token; None for one that opens nothing."""
        return ApiToken.behind(token)


router = Router(tags=["Desk"], auth=TokenBearer())


class Asked(Schema):
    """A question to the index, with the parameters of the desk's own address."""

    q: str | None = Field(None, max_length=500, description='words, | or, - without, "exact words", begin*, ( )')
    consultation: list[str] = Field([], description="numbers from the desk's address, or none")
    kind: list[str] = []
    status: list[str] = []
    language: list[str] = []
    channel: list[str] = []
    answer: list[str] = Field([], description="a question's number from the desk's address, or such as 12=Weekly")
    month: list[str] = Field([], description="such as 2026-11")
    since: date | None = None
    until: date | None = None
    sort: Literal["newest", "oldest", "relevance"] = "newest"


class AskedForPage(Asked):
    """A question, and which page of the answer."""

    page: int = Field(1, ge=1, le=LAST_PAGE)


Line = create_model(
    "Line",
    __base__=Schema,
    __doc__="One submission, as an export holds it: of a published one exactly what the public sees.",
    **{name: (int if name in NUMBERS else str, ...) for name in contents.COLUMNS},
)


class Row(Line):
    """One submission that was found."""

    address: str = Field(description="the submission on the desk")


class Found(Schema):
    """One page of a result."""

    total: int
    page: int
    pages: int
    pending: int = Field(description="changes that the index has not seen yet")
    facets: dict[str, dict[str, int]]
    submissions: list[Row]


@router.get("/search", response={200: Found} | REFUSALS, url_name="desk_search", summary="Search submissions")
def search(request, asked: Query[AskedForPage]):
    """Return one page of what the token's owner may find, twenty submissions each."""
    owner, query = request.auth.owner, question(request)
    result = results.look(owner, query)
    ids = [hit.id for hit in result.hits]
    return {
        "total": result.total,
        "page": query.page,
        "pages": min(-(-result.total // query.size), LAST_PAGE),
        "pending": result.pending,
        "facets": {name: dict(counts) for name, counts in result.facets.items()},
        "submissions": [as_data(row) for row in contents.rows(visible(owner), ids)],
    }


@router.get("/export", response={200: None} | REFUSALS, url_name="desk_export", summary="Export submissions")
def export(request, asked: Query[Asked]) -> HttpResponseBase:
    """Return the whole result as JSON Lines, one submission a line, while it is read. Needs the permission to export.

    Each export is written in the audit ledger.
    """
    owner, query = request.auth.owner, question(request)
    if not owner.has_perm(EXPORT):
        raise HttpError(403, "The owner of this token may not export.")
    results.look(owner, query)  # tells an embedded index what changed
    bound = scoped(owner, query)
    ids = list(engine().iterate(bound))
    return StreamingHttpResponse(taken_away(request.auth, ids), content_type=LINES)


def taken_away(token: ApiToken, ids: list[int]) -> Iterator[bytes]:
    """Write in the ledger what is taken away, when the first line is read, and pass it on."""
    owner = token.owner
    with transaction.atomic():
        record("submissions.exported", by=owner, subject=token, format="jsonl", count=len(ids), sealed=False)
    yield from jsonl_bytes(list(contents.COLUMNS), contents.rows(visible(owner), ids))


def question(request) -> Question:
    """Return what was asked, by the rules of the desk's own form; raise for what breaks them."""
    form = DeskForm(request.GET)
    if not form.is_valid():
        raise Unreadable(form.errors)
    return form.to_query()


class Unreadable(Exception):
    """A question breaks the rules of the desk's form."""

    def __init__(self, errors):
        self.faults = [{"where": f"query.{name}", "what": " ".join(said)} for name, said in errors.items()]
        super().__init__(self.faults)


def tell_unreadable(request, error: Unreadable):
    """Say which parts of a question break the rules."""
    return problem(422, "This question cannot be asked.", error.faults)


def as_data(row: tuple) -> dict[str, Any]:
    """Return a row of an export as an object, with its address."""
    known = dict(zip(contents.COLUMNS, row, strict=True))
    address = settings.SITE_URL + reverse("desk_submission", args=[known["reference"]])
    return known | {"received_at": known["received_at"].isoformat(), "address": address}
