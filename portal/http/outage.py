"""The answer when something broke on our side: nobody loses what they wrote, and nobody is told more than we know.

A form of ours that was being sent comes back with its words and a button that sends it again. It carries the same
token, so that a form which had been saved all the same leads to its first receipt.
"""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader

from portal.http.same_origin import Sender, sender_of

AWAY_STATUS, BROKEN_STATUS = 503, 500
RETRY_SECONDS = 30
DOOR_ADDRESSES = ("/account/", "/_util/", "/admin/login/", "/admin/password_reset/")  # nothing comes back from there
SECRET_FIELD_NAMES = ("password", "code", "csrf", "captcha")  # what holds one of these words does not come back


def is_database_away() -> bool:
    """Return whether the error that is being answered says that the database cannot be reached, or takes nothing."""
    error = sys.exc_info()[1]
    return isinstance(error, OperationalError | InterfaceError)


def outage_response(request: HttpRequest) -> HttpResponse:
    """Return the page, made without the database: 503 when that is what is missing, else 500."""
    is_away = is_database_away()
    fields, can_send_again = sent_fields(request)
    context: dict[str, Any] = {
        "is_away": is_away,
        "is_form": request.method == "POST",
        "address": request.get_full_path(),
        "fields": fields if can_send_again else [],
        "words": [value for _name, value in fields if is_written(value)],
    }
    page = loader.get_template("500.html").render(context)
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(RETRY_SECONDS)} if is_away else {})
    return HttpResponse(page, status=AWAY_STATUS if is_away else BROKEN_STATUS, headers=headers)


def sent_fields(request: HttpRequest) -> tuple[list[tuple[str, str]], bool]:
    """Return the fields of the form that was sent, and whether it may be sent again from our page.

    There are none with files, at the door, or from another site. A form of which nobody says whose it is would become
    one of ours here, and one that had a token of the site would be refused without it: their words come back, to copy.
    """
    if request.method != "POST" or request.path.startswith(DOOR_ADDRESSES):
        return [], False
    try:
        sender = sender_of(request)
        if request.FILES or sender is Sender.ANOTHER_SITE:
            return [], False
        sent = request.POST.lists()
        fields = [(name, value) for name, values in sent if not is_secret(name) for value in values]
        return fields, sender is Sender.OURS and "csrfmiddlewaretoken" not in request.POST
    except Exception:  # noqa: BLE001  (whatever broke, this page has to come)
        return [], False


def is_secret(name: str) -> bool:
    """Return whether a field holds a password, a code, or the answer to a puzzle, by its name."""
    return any(word in name.lower() for word in SECRET_FIELD_NAMES)


def is_written(value: str) -> bool:
    """Return whether somebody wrote a value: it has several words."""
    return len(value.split()) > 1
