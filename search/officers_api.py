"""The officers' API: with a token, search and export within its owner's current scope."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer
from pydantic import Field, create_model

from consultations.models import ConsultationPage
from consultations.models import Question as QuestionOfPage
from consultations.modes.table import kind_choices
from portal.api.problems import Problem, problem
from portal.audit import record
from search.access.scope import EXPORT_PERMISSION, permitted_visibilities, scope_query
from search.desk import results
from search.desk.forms import MAX_PAGE, DeskForm
from search.desk.hints import hints_in_words
from search.desk.looking import record_search
from search.engines.configured import get_engine
from search.exports import contents
from search.exports.writers import INTEGER_COLUMNS, UNKNOWN_INTEGERS, jsonl_bytes
from search.language.query import Nothing
from search.language.query import Query as Question
from search.models import ApiToken, Code, Tag

JSONL_CONTENT_TYPE = "application/jsonl"
NOT_COMPLETE = (
    "{found:,} of {all:,} texts can be found yet, so the file would not be whole. Ask again in a minute, or with "
    "incomplete=true for what there is."
)
ERROR_RESPONSES = {401: Problem, 403: Problem, 422: Problem, 503: Problem}


class TokenBearer(HttpBearer):
    """Authentication by a valid token."""

    def authenticate(self, request, token: str) -> ApiToken | None:
        """Return the valid token; None otherwise."""
        return ApiToken.find_valid(token)


router = Router(tags=["Desk"], auth=TokenBearer())


class SearchParameters(Schema):
    """A query, with the parameters of the desk's address."""

    q: str | None = Field(None, max_length=500, description='words, | or, - without, "exact words", begin*, ( )')
    consultation: list[str] = Field([], description="numbers from the desk's address, or none")
    kind: list[str] = []
    status: list[str] = []
    language: list[str] = []
    channel: list[str] = []
    answer: list[str] = Field([], description="a question's number from the desk's address, or such as 12=Weekly")
    mark: list[str] = Field([], description="unread or flagged, by the token's owner")
    tag: list[str] = Field([], description="a tag's name in the desk's address")
    month: list[str] = Field([], description="such as 2026-11")
    since: date | None = None
    until: date | None = None
    sort: Literal["newest", "oldest", "relevance"] = "newest"


class PagedSearchParameters(SearchParameters):
    """A query and a page number."""

    page: int = Field(1, ge=1, le=MAX_PAGE)


class ExportParameters(SearchParameters):
    """A query, and whether a part of the result will do."""

    incomplete: bool = Field(False, description="true: also while some texts cannot be found yet")


CELL_TYPES: dict[str, Any] = dict.fromkeys(INTEGER_COLUMNS, int) | dict.fromkeys(UNKNOWN_INTEGERS, int | None)
EXPORTED_CELLS: dict[str, Any] = {name: (CELL_TYPES.get(name, str), ...) for name in contents.EXPORT_COLUMNS}
ExportedSubmission: Any = create_model(
    "Line",
    __base__=Schema,
    __doc__="One submission, as an export holds it: of a published one exactly what the public sees.",
    **EXPORTED_CELLS,
)


class FoundSubmission(ExportedSubmission):
    """One submission that was found."""

    address: str = Field(description="the submission on the desk")


class SearchPage(Schema):
    """One page of a result."""

    total: int
    page: int
    pages: int
    pending: int = Field(description="changes that the index has not seen yet")
    not_found_yet: int = Field(description="texts that you may find and the index has never had; numbers lack them")
    facets: dict[str, dict[str, int]]
    submissions: list[FoundSubmission]


@router.get(
    "/search", response={200: SearchPage} | ERROR_RESPONSES, url_name="desk_search", summary="Search submissions"
)
def search(request, asked: Query[PagedSearchParameters]):
    """Return one page of what the token's owner may find, twenty submissions per page."""
    owner, query = request.auth.owner, validated_query(request)
    result = results.search_as(owner, query)
    record_search("desk.searched_by_tool", owner, query, result, subject=request.auth)
    ids = [hit.id for hit in result.hits]
    return {
        "total": result.total,
        "page": query.page,
        "pages": min(-(-result.total // query.size), MAX_PAGE),
        "pending": result.pending,
        "not_found_yet": result.not_found_yet,
        "facets": {name: dict(counts) for name, counts in result.facets.items()},
        "submissions": [row_to_data(row) for row in contents.export_rows(permitted_visibilities(owner), ids)],
    }


@router.get("/export", response={200: None} | ERROR_RESPONSES, url_name="desk_export", summary="Export submissions")
def export(request, asked: Query[ExportParameters]) -> HttpResponseBase:
    """Stream the whole result as JSON Lines, one submission per line. Needs the permission to export.

    While there are texts that cannot be found yet the answer is 503, unless what there is will do. Each export is
    recorded in the audit ledger.
    """
    owner, query = request.auth.owner, validated_query(request)
    if not owner.has_perm(EXPORT_PERMISSION):
        raise HttpError(403, "The owner of this token may not export.")
    result = results.search_as(owner, query)  # tells an embedded index what changed
    if result.not_found_yet and not asked.incomplete:
        raise HttpError(503, NOT_COMPLETE.format(found=result.found_by_now, all=result.texts))
    bound = scope_query(owner, query)
    ids = list(get_engine().iterate(bound))
    return StreamingHttpResponse(stream_and_record(request.auth, ids), content_type=JSONL_CONTENT_TYPE)


def stream_and_record(token: ApiToken, ids: list[int]) -> Iterator[bytes]:
    """Record the export in the audit ledger when the first line is read, then yield the lines."""
    owner = token.owner
    with transaction.atomic():
        record("submissions.exported", actor=owner, subject=token, format="jsonl", count=len(ids), sealed=False)
    yield from jsonl_bytes(list(contents.EXPORT_COLUMNS), contents.export_rows(permitted_visibilities(owner), ids))


def validated_query(request) -> Question:
    """Return the query of a request for every single text, validated by the desk's form; raise InvalidQuery.

    What the desk shows as empty is an error here: a consultation, question, kind or tag that does not exist.
    """
    form = DeskForm(request.GET)
    if not form.is_valid():
        raise InvalidQuery(form.errors)
    query = replace(form.to_query(), collapse=False)
    if missing := names_of_nothing(query):
        raise InvalidQuery(missing)
    if isinstance(query.node, Nothing):
        raise InvalidQuery({"q": [hint.sentence for hint in hints_in_words(query.text)]})
    return query


def names_of_nothing(query: Question) -> dict[str, list[str]]:
    """Return what is wrong by parameter for values that name nothing; one query for each kind that is named."""
    pages = {value for value in query.filters.get("consultation", ()) if value != "none"}
    questions = {answer.partition("=")[0] for answer in query.answers}
    asked = {
        "consultation": (pages, ConsultationPage.objects.filter(pk__in=pages).values_list("pk", flat=True)),
        "answer": (questions, QuestionOfPage.objects.filter(pk__in=questions).values_list("pk", flat=True)),
        "kind": (set(query.filters.get("kind", ())), dict(kind_choices())),
        "code": (set(query.codes), Code.objects.filter(pk__in=query.codes).values_list("pk", flat=True)),
        "tag": (set(query.tags), Tag.objects.filter(slug__in=query.tags).values_list("slug", flat=True)),
    }
    missing = {name: sorted(values - set(map(str, known))) for name, (values, known) in asked.items() if values}
    return {name: [f"There is none named {value}." for value in values] for name, values in missing.items() if values}


class InvalidQuery(Exception):
    """The parameters violate the rules of the desk's form."""

    def __init__(self, errors):
        self.faults = [{"where": f"query.{name}", "what": " ".join(said)} for name, said in errors.items()]
        super().__init__(self.faults)


def on_invalid_query(request: HttpRequest, error: Any) -> HttpResponse:
    """Return a 422 problem that names the invalid parameters."""
    return problem(422, "This question cannot be asked.", error.faults)


def row_to_data(row: tuple) -> dict[str, Any]:
    """Return a row of an export as a mapping, with its address on the desk."""
    known = dict(zip(contents.EXPORT_COLUMNS, row, strict=True))
    address = settings.SITE_URL + reverse("desk_submission", args=[known["reference"]])
    return known | {"received_at": known["received_at"].isoformat(), "address": address}
