"""Visitors: keyed hashes, by which two texts of the same person can be matched without storing who it is."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

VISITOR_COOKIE = "visitor"
KEY_SALT = "consultations.identity"  # part of every stored hash, so it must never change
VISITOR_COOKIE_SECONDS = 365 * 24 * 3600


def person_key(kind: str, name: str) -> str:
    """Return the keyed hash of a person: `kind` is such as "email", `name` identifies the person within the kind."""
    return salted_hmac(KEY_SALT, f"{kind}:{name}", algorithm="sha256").hexdigest()[:32]


def visitor_key(request: HttpRequest) -> str:
    """Return the key of the account or the browser; '' for a browser without our cookie."""
    if request.user.is_authenticated:
        return person_key("user", str(request.user.pk))
    cookie = request.get_signed_cookie(VISITOR_COOKIE, default="", salt=VISITOR_COOKIE)
    return person_key("visitor", cookie) if cookie else ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The sender of a form: the key of the account or the browser, and the cookie value for a new browser."""

    key: str
    new_name: str = ""

    @classmethod
    def of(cls, request: HttpRequest, token: str) -> "Visitor":
        """Return the sender of a request.

        A new browser's cookie value is derived from the form's token: three quick taps, all sent before the cookie
        arrives, then have the same visitor. Only this browser knows the token, or only we do.
        """
        if key := visitor_key(request):
            return cls(key)
        name = person_key("token", token)
        return cls(person_key("visitor", name), name)

    def remembered(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Return the response, with the cookie for a new browser."""
        if self.new_name:
            response.set_signed_cookie(
                VISITOR_COOKIE,
                self.new_name,
                salt=VISITOR_COOKIE,
                max_age=VISITOR_COOKIE_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response
