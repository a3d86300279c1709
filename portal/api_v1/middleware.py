"""What all answers to programs have in common: how often one may ask, what is fresh, and who may read it where."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from portal.api.addresses import API_PREFIX
from portal.api.problems import CONTENT_TYPE, problem
from portal.api.rates import share_of
from portal.api_v1.freshness import etag

API = f"{API_PREFIX}/"
DESK = f"{API}desk/"
ANSWER_TYPES = ("application/json", "application/jsonl", CONTENT_TYPE)
# A name of ours for whoever saves an answer, none that an address could bring; people may look at it all the same.
DISPOSITION = 'inline; filename="consultations.json"'
PREFLIGHT = {"Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Headers": "If-None-Match"}


class ApiMiddleware:
    """Guard the addresses for programs; whatever else is asked for passes by."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, in the place of the view where that saves work."""
        if not request.path.startswith(API):
            return self.get_response(request)
        if request.method != "HEAD":
            return self.answer(request)
        request.method = "GET"
        response = without_body(self.answer(request))
        request.method = "HEAD"
        return response

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer within what an address may ask, and tell how much of that is left."""
        share = share_of(request)
        is_open = not request.path.startswith(DESK)
        response = too_many(share.wait) if share.wait else refuse_unfit(request)
        response = response or (self.open_data(request) if is_open else self.desk(request))
        if response.status_code == 405:
            response = not_allowed(response)
        response.setdefault("Content-Disposition", DISPOSITION)
        for name, value in share.headers.items():
            response[name] = value
        if is_open:
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, RateLimit, RateLimit-Policy, Retry-After"
        return response

    def open_data(self, request: HttpRequest) -> HttpResponse:
        """Answer with open data, or that nothing has changed; every copy asks again before it is used."""
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=PREFLIGHT)
        tag = etag(request)
        response = unchanged(request, tag) or self.get_response(request)
        response["Cache-Control"] = "public, no-cache"
        if response.status_code == 200:
            response["ETag"] = tag
        return response

    def desk(self, request: HttpRequest) -> HttpResponse:
        """Answer an officer's tool; nobody keeps a copy."""
        response = self.get_response(request)
        response["Cache-Control"] = "private, no-store"
        return response


def without_body(response: HttpResponse) -> HttpResponse:
    """Return the same head; what would have been sent as it is read is not read."""
    if response.streaming:
        return HttpResponse(status=response.status_code, headers=dict(response.items()))
    response.content = b""  # Content-Length was written before, and stays that of the body
    return response


def unchanged(request: HttpRequest, tag: str) -> HttpResponse | None:
    """Return the answer that nothing has changed, if the asker has the same tag."""
    is_asked = request.method == "GET" and "If-None-Match" in request.headers  # to a writer Django would answer 412
    return get_conditional_response(request, etag=tag) if is_asked else None


def too_many(wait: int) -> HttpResponse:
    """Say when to ask again."""
    response = problem(429, f"Too many requests from this address. Ask again in {wait} seconds.")
    response["Retry-After"] = wait
    response["Cache-Control"] = "no-store"
    return response


def refuse_unfit(request: HttpRequest) -> HttpResponse | None:
    """Refuse a question with a body, which nothing here reads, and one that takes no form that we answer in."""
    if request.method != "GET":
        return None
    if request.headers.get("Content-Length", "0") not in ("", "0") or "Transfer-Encoding" in request.headers:
        return problem(415, "Nothing here reads a body: ask with parameters in the address.")
    if not any(map(request.accepts, ANSWER_TYPES)):
        return problem(406, "Answers are JSON: ask with “Accept: application/json”, or without Accept.")
    return None


def not_allowed(refused: HttpResponse) -> HttpResponse:
    """Say that nothing can be written here."""
    response = problem(405, "This interface is for reading: ask with GET.")
    response["Allow"] = ", ".join(dict.fromkeys([*refused["Allow"].split(", "), "HEAD"]))
    return response
