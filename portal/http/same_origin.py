"""Refuse forms that another site's page sends, without a token in the form or a cookie in the browser.

Browsers say themselves where a request comes from: in `Sec-Fetch-Site` to every address of https, in `Origin` with
every form, in `Referer` unless somebody told them not to. Who says nothing is not refused: the form asks for a puzzle.
"""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]


class Sender(Enum):
    """Whose page sent a form."""

    OURS = "ours"
    ANOTHER_SITE = "another site"
    UNKNOWN = "unknown"


def sender_of(request: HttpRequest) -> Sender:
    """Return whose page the request was sent from, as the browser tells it."""
    if site := request.headers.get("Sec-Fetch-Site"):
        # "none" is a person's own doing: reloading what was sent, going back to it.
        return Sender.OURS if site in ("same-origin", "none") else Sender.ANOTHER_SITE
    origin = request.headers.get("Origin", "null")
    if origin == "null":
        origin = origin_of(request.headers.get("Referer", ""))
    if not origin:
        return Sender.UNKNOWN
    return Sender.OURS if origin in own_origins(request) else Sender.ANOTHER_SITE


def own_origins(request: HttpRequest) -> set[str]:
    """Return the origins whose forms are ours: the address that was asked for, and what the settings trust."""
    return {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}


def origin_of(address: str) -> str:
    """Return scheme and host of an address; '' for none."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def same_origin_form(view: View) -> View:
    """Take a public view out of Django's check by token, and refuse what other sites' pages send to it."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and sender_of(request) is Sender.ANOTHER_SITE:
            return render(request, "portal/other_site.html", status=403)
        return view(request, *args, **kwargs)

    return checked
