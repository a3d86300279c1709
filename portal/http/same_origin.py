"""Refuse cross-site form posts without a CSRF token or cookie.

Browsers report the origin of a request: `Sec-Fetch-Site` on every https request, `Origin` with every form, `Referer`
unless disabled. A request without any of these headers is accepted, but its form asks for a captcha.
"""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from portal.http.addresses import parts_of
from portal.http.security_events import SecurityEvent, mark_refusal

View = Callable[..., HttpResponseBase]


class Sender(Enum):
    """The site whose page sent a form."""

    OURS = "ours"
    ANOTHER_SITE = "another site"
    UNKNOWN = "unknown"


def sender_of(request: HttpRequest) -> Sender:
    """Return the site that sent the request, by the browser's headers."""
    if site := request.headers.get("Sec-Fetch-Site"):
        # "none" means that the user started the request, for example by reloading a sent form.
        return Sender.OURS if site in ("same-origin", "none") else Sender.ANOTHER_SITE
    origin = request.headers.get("Origin", "null")
    if origin == "null":
        origin = origin_of(request.headers.get("Referer", ""))
    if not origin:
        return Sender.UNKNOWN
    return Sender.OURS if origin in own_origins(request) else Sender.ANOTHER_SITE


def own_origins(request: HttpRequest) -> set[str]:
    """Return our own origins: the request's host and the trusted origins of the settings."""
    return {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}


def origin_of(address: str) -> str:
    """Return the scheme and host of an address; '' if there is none."""
    parts = parts_of(address)
    return f"{parts.scheme}://{parts.netloc}" if parts and parts.netloc else ""


def same_origin_form(view: View) -> View:
    """Exempt a public view from Django's CSRF token check; refuse cross-site posts instead."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and sender_of(request) is Sender.ANOTHER_SITE:
            mark_refusal(request, SecurityEvent.OTHER_SITE)
            return render(request, "portal/other_site.html", status=403)
        return view(request, *args, **kwargs)

    return checked
