"""The answer when something broke on our side: nobody loses what they wrote, and nobody is told more than we know.

A form that was being sent comes back with its words and a button that sends it again. It carries the same token, so
that a form which had been saved all the same leads to its first receipt.
"""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader

from portal.http.same_origin import Sender, sender_of

AWAY_STATUS, BROKEN_STATUS = 503, 500
RETRY_SECONDS = 30
DOOR_ADDRESSES = "/account/"  # passwords and codes are never sent back


def is_database_away() -> bool:
    """Return whether the error that is being answered says that the database cannot be reached, or takes nothing."""
    error = sys.exc_info()[1]
    return isinstance(error, OperationalError | InterfaceError)


def outage_response(request: HttpRequest) -> HttpResponse:
    """Return the page, made without the database: 503 when that is what is missing, else 500."""
    is_away = is_database_away()
    fields = sent_fields(request)
    context: dict[str, Any] = {
        "is_away": is_away,
        "is_form": request.method == "POST",
        "address": request.get_full_path(),
        "fields": fields,
        "words": [value for _name, value in fields if is_written(value)],
    }
    page = loader.get_template("500.html").render(context)
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(RETRY_SECONDS)} if is_away else {})
    return HttpResponse(page, status=AWAY_STATUS if is_away else BROKEN_STATUS, headers=headers)


def sent_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of the form that was sent; none with files, at the door, or from elsewhere."""
    if request.method != "POST" or request.path.startswith(DOOR_ADDRESSES):
        return []
    try:
        if request.FILES or sender_of(request) is Sender.ANOTHER_SITE:
            return []
        return [(name, value) for name, values in request.POST.lists() for value in values]
    except Exception:  # noqa: BLE001  (whatever broke, this page has to come)
        return []


def is_written(value: str) -> bool:
    """Return whether somebody wrote a value: it has several words."""
    return len(value.split()) > 1
