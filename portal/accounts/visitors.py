"""Visitors: keyed hashes tell whether two texts are by the same person, without keeping who it is."""

import secrets
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

VISITOR_COOKIE = "visitor"
KEY_SALT = "consultations.identity"  # part of every stored key: it never changes
VISITOR_COOKIE_SECONDS = 365 * 24 * 3600


def person_key(kind: str, name: str) -> str:
    """Return a keyed hash that is the same for the same person: a kind such as email, and a name of that kind."""
    return salted_hmac(KEY_SALT, f"{kind}:{name}", algorithm="sha256").hexdigest()[:32]


def visitor_key(request: HttpRequest) -> str:
    """Return the key of the account or of the browser; '' for a browser we have not met."""
    if request.user.is_authenticated:
        return person_key("user", str(request.user.pk))
    cookie = request.get_signed_cookie(VISITOR_COOKIE, default="", salt=VISITOR_COOKIE)
    return person_key("visitor", cookie) if cookie else ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sends a form: the key of the account or of the browser, and the name that a new browser is given."""

    key: str
    new_name: str = ""

    @classmethod
    def of(cls, request: HttpRequest, token: str = "") -> "Visitor":
        """Return who sends the request.

        A new browser's name is made of the form's token, so that three quick taps, of which none has the cookie
        yet, come from one visitor. Only that browser knows the token.
        """
        if key := visitor_key(request):
            return cls(key)
        name = person_key("token", token) if token else secrets.token_urlsafe(16)
        return cls(person_key("visitor", name), name)

    def remembered(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Return the response; a new browser gets its cookie with it."""
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
