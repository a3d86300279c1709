"""What a request may bring, by type, before a view, a session or a database sees it; docs/architecture.md lists it.

What people do not see is dropped, so that nobody loses a text to a sign that a program slipped into it. What no page of
ours can have sent is refused, with a page or for programs with a problem that says so.
"""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from portal.api.addresses import API_PREFIX
from portal.http.addresses import STAFF_AREA, parts_of
from portal.http.library_faults import answer_to_unfit_input
from portal.http.refusals import TOO_LARGE, OutOfBounds, refuse_input
from portal.http.signs import (
    CONTROL_IN_ADDRESS,
    NOT_KEPT,
    address_without_controls,
    document_without_controls,
    nesting_depth,
    without_controls,
)

ADDRESS_LENGTH = 8000  # bytes of path and query, escaped; gunicorn takes 8190 at most
PATH_LENGTH = 2000  # characters
PATH_PART_BYTES = 255  # between two slashes: what a file system takes for a name
LARGEST_ID = 2**63 - 1  # of the databases' bigint
DEEPEST_JSON = 100  # a page of blocks inside blocks has some twenty
BODY_LENGTH = re.compile(r"[0-9]{0,15}")
JSON_BEGIN = re.compile(r"\s*[\[{]")
HEADERS_WITH_ADDRESS = ("HTTP_REFERER", "HTTP_ORIGIN")


class InputBoundsMiddleware:
    """Keeps every request within what the site can read and store."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            check_address(request)
            bound_headers(request)
            if request.method not in ("GET", "HEAD"):
                bound_body(request)
        except OutOfBounds as error:
            return refuse_input(request, error.status, str(error))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Answer 404 for a number in the address that no row can have."""
        if any(isinstance(value, int) and value > LARGEST_ID for value in kwargs.values()):
            raise Http404

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for views of libraries that break over what was sent."""
        return answer_to_unfit_input(request, error)


def check_address(request: HttpRequest) -> None:
    """Refuse an address that cannot be ours; drop control characters of a page's query."""
    query = request.META.get("QUERY_STRING", "")
    if len(request.get_full_path()) > ADDRESS_LENGTH:
        raise OutOfBounds("an address that is too long", 414)
    longest_part = max(len(part.encode("utf-8", "replace")) for part in request.path.split("/"))
    if len(request.path) > PATH_LENGTH or longest_part > PATH_PART_BYTES or NOT_KEPT.search(request.path):
        raise Http404
    is_program = request.path.startswith(API_PREFIX)  # which is told of each parameter: portal.api.parameters
    if CONTROL_IN_ADDRESS.search(query) and not is_program:
        request.META["QUERY_STRING"] = address_without_controls(query)
        request.__dict__.pop("GET", None)  # in case that somebody has read it


def bound_headers(request: HttpRequest) -> None:
    """Drop cookies with control characters, which are none of ours, and addresses that cannot be read."""
    if not BODY_LENGTH.fullmatch(request.META.get("CONTENT_LENGTH", "")):
        raise OutOfBounds("a length that is no number")
    if any(NOT_KEPT.search(value) for value in request.COOKIES.values()):
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if not NOT_KEPT.search(value)}
    for name in HEADERS_WITH_ADDRESS:
        if name in request.META and parts_of(request.META[name]) is None:
            del request.META[name]


def bound_body(request: HttpRequest) -> None:
    """Drop what is not kept from a form; refuse JSON that is nested too deep to be read."""
    try:
        sent = request.POST
        document = request.body if request.content_type == "application/json" else b""
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent) as error:
        raise OutOfBounds("a form that is too large", TOO_LARGE) from error
    except (UnreadablePostError, MultiPartParserError) as error:
        raise OutOfBounds("a body that cannot be read") from error
    check_nesting(document.decode("utf-8", "replace"))
    is_staff = request.path.startswith(STAFF_AREA)
    read = staff_value if is_staff else without_controls
    pairs = [(without_controls(name), [read(value) for value in some]) for name, some in sent.lists()]
    if pairs != list(sent.lists()):
        request.POST = form_of(pairs, request.encoding)  # type: ignore[assignment]  # immutable by then


def staff_value(value: str) -> str:
    """Return a value of a form of the staff area, in whose fields the editor sends JSON, too."""
    if JSON_BEGIN.match(value):
        check_nesting(value)
        value = document_without_controls(value)
    return without_controls(value)


def check_nesting(document: str) -> None:
    """Refuse a document in which more stands in each other than can be read."""
    if nesting_depth(document) > DEEPEST_JSON:
        raise OutOfBounds("a document that is nested too deep")


def form_of(pairs: list[tuple[str, list[str]]], encoding: str | None) -> QueryDict:
    """Return a form with these values."""
    form = QueryDict(mutable=True, encoding=encoding)
    for name, values in pairs:
        form.setlist(name, values)
    form._mutable = False  # as Django leaves it
    return form
