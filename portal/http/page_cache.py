"""Cache of public pages: one rendering is sent to all guests, who have no cookie of ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone

from portal.http import freshness
from portal.http.lifetime import noted_moments
from portal.http.page_store import Entry, Key, known_query, pages

RENDERING_LOCKS = 64
RENDERING_SECONDS = 2  # how long a request waits while another one renders the same page
READING = ("GET", "HEAD")
OFFER = "public_page"  # attribute of a response: (state, or None if not for a guest; parameters)

View = Callable[..., HttpResponseBase]


def public_page(*parameters: str) -> Callable[[View], View]:
    """Decorate a view that sends the same bytes to every guest; name the query parameters that it reads.

    The view does not see other parameters, so that they neither change the page nor fill the cache.
    """
    known = frozenset(parameters)

    def decorate(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in READING:
                return view(request, *args, **kwargs)
            if query := request.META.get("QUERY_STRING", ""):
                request.GET = QueryDict(known_query(query, known))
            state = freshness.state() if is_guest(request) else None
            method, request.method = request.method, "GET"
            response = view(request, *args, **kwargs)
            request.method = method
            setattr(response, OFFER, (state, known))
            return response

        return shown

    return decorate


def is_guest(request: HttpRequest) -> bool:
    """Return whether the request has nothing that identifies its sender."""
    if "HTTP_AUTHORIZATION" in request.META:
        return False
    return "HTTP_COOKIE" not in request.META or settings.PERSONAL_COOKIES.isdisjoint(request.COOKIES)


class PageCacheMiddleware:
    """Answers guests from the page cache; marks all other responses as private."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.locks = [Lock() for _n in range(RENDERING_LOCKS)]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in READING or not is_guest(request):
            return private(self.get_response(request))
        key = pages.key_of(request)
        if key is None:
            return self.render(request)
        if entry := pages.find(key, freshness.state()):
            return entry.answer(request)
        with self.one_at_a_time(key):
            entry = pages.find(key, freshness.state())
            return entry.answer(request) if entry else self.render(request)

    @contextmanager
    def one_at_a_time(self, key: Key) -> Iterator[None]:
        """Let one request render a page while others wait, for `RENDERING_SECONDS` at most."""
        lock = self.locks[hash(key) % RENDERING_LOCKS]
        held = lock.acquire(timeout=RENDERING_SECONDS)
        try:
            yield
        finally:
            if held:
                lock.release()

    def render(self, request: HttpRequest) -> HttpResponse:
        """Call the view, and cache its response if it is a public page."""
        began = timezone.now()
        with noted_moments() as moments:
            response = self.get_response(request)
        if not may_be_kept(response):
            return private(response)
        state, parameters = getattr(response, OFFER)
        entry = Entry.of(response, began, moments)
        pages.keep(request, entry, parameters, state)
        return entry.answer(request)


def may_be_kept(response: HttpResponse) -> bool:
    """Return whether the response may be cached and sent to all guests."""
    return (
        getattr(response, OFFER, (None,))[0] is not None
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "Cache-Control" not in response
        and "Content-Encoding" not in response
    )


def private(response: HttpResponse) -> HttpResponse:
    """Forbid shared caches to store the response and require revalidation, unless the view set its own headers."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response
