"""Visitors: keyed hashes tell whether two texts are by the same person, without keeping who it is."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

VISITOR_COOKIE = "visitor"
KEY_SALT = "consultations.identity"  # part of every stored key: it never changes
ONE_YEAR = 365 * 24 * 3600


def person_key(kind: str, name: str) -> str:
    """Return a keyed hash that is the same for the same person: a kind such as email, and a name of that kind."""
    return salted_hmac(KEY_SALT, f"{kind}:{name}", algorithm="sha256").hexdigest()[:32]


def visitor_key(request: HttpRequest) -> str:
    """Return the key of the account or of the browser; '' for a browser we have not met."""
    if request.user.is_authenticated:
        return person_key("user", str(request.user.pk))
    cookie = request.get_signed_cookie(VISITOR_COOKIE, default="", salt=VISITOR_COOKIE)
    return person_key("visitor", cookie) if cookie else ""


def meet(request: HttpRequest, response: HttpResponse) -> str:
    """Return the visitor's key, giving a new browser a cookie with its answer."""
    if key := visitor_key(request):
        return key
    name = secrets.token_urlsafe(16)
    response.set_signed_cookie(
        VISITOR_COOKIE,
        name,
        salt=VISITOR_COOKIE,
        max_age=ONE_YEAR,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return person_key("visitor", name)
