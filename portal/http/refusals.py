"""The answer to a request that is outside its bounds: a page with the way on, or for programs a problem."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.api.addresses import API_PREFIX
from portal.api.problems import problem
from portal.http.log_lines import route_of

logger = logging.getLogger(__name__)
TOO_LARGE = 413
FOR_PROGRAMS = {
    400: "This request cannot be read: its address, a header or its body is not what HTTP, UTF-8 and JSON allow.",
    TOO_LARGE: "This request is larger than what is taken.",
    414: "This address is longer than any of ours.",
}


class OutOfBounds(Exception):
    """A request brings what no page of ours sends; `reason` never holds what it brought."""

    def __init__(self, reason: str, status: int = 400):
        self.status = status
        super().__init__(reason)


def refuse_input(request: HttpRequest, status: int, reason: str) -> HttpResponse:
    """Return the answer, and write one line to the log."""
    logger.info("Refused with %d at %s: %s", status, route_of(request), reason)
    if request.path.startswith(API_PREFIX):
        return problem(status, FOR_PROGRAMS.get(status, FOR_PROGRAMS[400]))
    page = "portal/too_large.html" if status == TOO_LARGE else "portal/unreadable.html"
    return render(request, page, status=status)
