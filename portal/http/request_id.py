"""A number for each request: in its answer's header, on pages that tell of a fault, and in every line of the log."""

from contextvars import ContextVar
from uuid import uuid4

REQUEST_ID_HEADER = "X-Request-ID"
_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Return the number of the request that is being answered; '' outside of one."""
    return _current.get()


class RequestIdMiddleware:
    """Gives each request a number of our own: one that a browser sent could hold anything."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        number = uuid4().hex
        token = _current.set(number)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response[REQUEST_ID_HEADER] = number
        return response
