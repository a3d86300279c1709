"""Methods of HTTP: those that pages of ours ask with, and no others."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from portal.api.addresses import API_PREFIX
from portal.http.addresses import STAFF_AREA

METHODS = ("GET", "HEAD", "OPTIONS", "POST")
STAFF_METHODS = (*METHODS, "PATCH")  # Wagtail's editor notes so what somebody has closed


class MethodMiddleware:
    """Answers 405 to a method that nothing of ours asks with; a view would take it for a question.

    The API says so itself, in a problem.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_staff = request.path.startswith(STAFF_AREA)
        taken = STAFF_METHODS if is_staff else METHODS
        if request.method not in taken and not request.path.startswith(API_PREFIX):
            return HttpResponseNotAllowed(taken)
        return self.get_response(request)
