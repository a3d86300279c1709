"""What went wrong, as JSON that a program and its author can read (RFC 9457)."""

import json
import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from portal.api.parameters import UnfitParameters, refuse_unfit_parameters

logger = logging.getLogger("django.request")
CONTENT_TYPE = "application/problem+json"
NOT_ALLOWED = "The owner of this token may no longer search."
TITLES = {
    400: "Not understood",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "No such form",
    413: "Too large",
    414: "Address too long",
    415: "No body is read",
    422: "Not a valid question",
    429: "Too many requests",
    500: "Broken",
    503: "Not available now",
}


class Fault(Schema):
    """One part of a question that cannot be read."""

    where: str = Field(description="the part of the request, such as query.limit")
    what: str = Field(description="what is wrong with it")


class Problem(Schema):
    """Why there is no answer."""

    title: str = Field(description="what kind of problem it is")
    status: int = Field(description="the HTTP status, once more")
    detail: str = Field(description="what happened, and what to do about it")
    errors: list[Fault] = Field(default=[], description="the parts that cannot be read, if that is the problem")


def problem(status: int, detail: str, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    """Return the answer that tells of a problem."""
    about: dict[str, Any] = {"title": TITLES.get(status, "Problem"), "status": status, "detail": detail}
    body = json.dumps(about | {"errors": errors or []}, ensure_ascii=False)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers=headers)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Answer for addresses that are none."""
    return problem(404, "There is nothing at this address. /api/ says what there is.")


def tell_http_error(_request: HttpRequest, error: Any) -> HttpResponse:
    """Answer for a request that a router refused."""
    return problem(error.status_code, error.message)


def tell_validation_error(_request: HttpRequest, error: Any) -> HttpResponse:
    """Answer for values that are not what the document says."""
    return not_valid(error)


def tell_unfit_parameters(_request: HttpRequest, error: Any) -> HttpResponse:
    """Answer for parameters that an address does not know."""
    names = ", ".join(fault["where"] for fault in error.faults)
    return problem(422, f"This cannot be asked here: {names}.", error.faults)


def tell_unexpected_error(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer for an error that nobody foresaw, and write it to the log."""
    logger.error("Internal Server Error: %s", request.path, exc_info=error, extra={"request": request})
    return problem(500, "Something broke that nobody foresaw. It was written down; try again later.")


def answer_with_problems(api: NinjaAPI) -> None:
    """Have an API tell of everything that goes wrong in this form, parameters that it does not know among it."""
    api.add_decorator(refuse_unfit_parameters)
    api.add_exception_handler(UnfitParameters, tell_unfit_parameters)
    api.add_exception_handler(Exception, tell_unexpected_error)
    api.add_exception_handler(HttpError, tell_http_error)
    api.add_exception_handler(PermissionDenied, lambda request, error: problem(403, NOT_ALLOWED))
    api.add_exception_handler(ValidationError, tell_validation_error)


def not_valid(error: ValidationError) -> HttpResponse:
    """Say which parts of a question cannot be read."""
    faults = [{"where": ".".join(map(str, one["loc"])), "what": one["msg"]} for one in error.errors]
    names = ", ".join(dict.fromkeys(fault["where"] for fault in faults))
    return problem(422, f"This cannot be read: {names}.", faults)
