"""Security events: somebody signed in or could not, or was refused; one line of the log and one count for each.

A line tells the kind, the status, the method and the pattern of the address, and the number of the request: nothing of
who asked, and nothing that was sent. Counts are for Prometheus (`portal.http.security_metrics`).
"""

import atexit
import logging
from collections import Counter
from collections.abc import Callable
from enum import StrEnum, auto
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import constants as levels
from django.core.signals import request_finished
from django.db import Error, connection, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse

from portal.http.addresses import STAFF_AREA
from portal.http.log_lines import route_of

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_WRITES = 10  # of counts: whoever attacks makes us write no more often
SECONDS_AFTER_FAILED_WRITE = 60  # a locked database keeps a thread until its time-out
ADD_COUNTS = """INSERT INTO portal_securityeventcount (kind, number) VALUES {rows}
    ON CONFLICT (kind) DO UPDATE SET number = portal_securityeventcount.number + excluded.number
"""


class SecurityEvent(StrEnum):
    """The kinds of security events; the values stand in the log and in the metrics."""

    SIGNED_IN = auto()
    SIGN_IN_FAILED = auto()
    SECOND_FACTOR_FAILED = auto()
    CODE_FAILED = auto()
    CODE_REPLAYED = auto()
    FORBIDDEN = auto()
    OTHER_SITE = auto()
    BAD_LINK = auto()
    BAD_TOKEN = auto()
    BAD_METHOD = auto()
    TOO_OFTEN = auto()
    UNREADABLE = auto()
    SIGN_IN_NEEDED = auto()
    SECOND_FACTOR_NEEDED = auto()


EVENT_OF_STATUS = {
    400: SecurityEvent.UNREADABLE,
    401: SecurityEvent.BAD_TOKEN,
    403: SecurityEvent.FORBIDDEN,
    405: SecurityEvent.BAD_METHOD,
    413: SecurityEvent.UNREADABLE,
    414: SecurityEvent.UNREADABLE,
    429: SecurityEvent.TOO_OFTEN,
}


class SecurityEventCount(models.Model):
    """How often a kind of security event has happened since the site was set up."""

    kind = models.CharField(max_length=40, primary_key=True)
    number = models.PositiveBigIntegerField()

    def __str__(self):
        return f"{self.kind}: {self.number}"


class EventCounts:
    """Counts of this process, on their way to the database."""

    def __init__(self) -> None:
        self.lock, self.waiting, self.due_at, self.is_storing = Lock(), Counter[str](), 0.0, False

    def add(self, kind: str) -> None:
        """Count one more."""
        with self.lock:
            self.waiting[str(kind)] += 1

    def store(self, *, at_once: bool = False) -> None:
        """Add what waits to the rows, if it is time; what a database that is away does not take waits on.

        One thread does it, so that a locked database keeps no further one.
        """
        with self.lock:
            if not self.waiting or self.is_storing or (monotonic() < self.due_at and not at_once):
                return
            counts, self.waiting, self.due_at = self.waiting, Counter(), monotonic() + SECONDS_BETWEEN_WRITES
            self.is_storing = True
        try:
            # In the same order everywhere, so that two processes do not wait for each other.
            add_counts(sorted(counts.items()))
        except Error:
            with self.lock:
                self.waiting += counts
                self.due_at = monotonic() + SECONDS_AFTER_FAILED_WRITE
        finally:
            self.is_storing = False

    def forget(self) -> None:
        """Drop what waits."""
        with self.lock:
            self.waiting.clear()


def add_counts(counts: list[tuple[str, int]]) -> None:
    """Add numbers to the rows of their kinds in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_COUNTS.format(rows=", ".join(["(%s, %s)"] * len(counts))), [*sum(counts, ())])


event_counts = EventCounts()


def note_security_event(kind: str, request: HttpRequest, status: int | None = None) -> None:
    """Write the line, and count."""
    route = route_of(request)
    told = {"kind": kind, "route": route} | ({"status": status} if status else {})
    logger.info("Security event %s: %s", kind, f"{status} {route}" if status else route, extra={"told": told})
    event_counts.add(kind)


def mark_refusal(request: HttpRequest, kind: str) -> None:
    """Say of what kind the refusal is that this request will be answered with, where its status does not tell."""
    request.security_event = kind  # type: ignore[attr-defined]


class SecurityEventMiddleware:
    """Notes each request that is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if kind := kind_of_refusal(request, response):
            note_security_event(kind, request, response.status_code)
        return response


def kind_of_refusal(request: HttpRequest, response: HttpResponse) -> str:
    """Return the kind of security event that an answer is; '' for any other answer."""
    if marked := getattr(request, "security_event", ""):
        return str(marked)
    if response.status_code in (301, 302, 303):
        return kind_of_redirect(request, urlsplit(response.get("Location", "")).path)
    return EVENT_OF_STATUS.get(response.status_code, "")


def kind_of_redirect(request: HttpRequest, target: str) -> str:
    """Return why somebody is led away from a page of staff; '' for who is only led on."""
    if not request.path.startswith(STAFF_AREA) or request.path == reverse("wagtailadmin_login"):
        return ""
    if target == resolve_url(settings.LOGIN_URL):
        return SecurityEvent.SIGN_IN_NEEDED
    if target == reverse("mfa_index"):
        return SecurityEvent.SECOND_FACTOR_NEEDED
    # Wagtail leads who may not see a page to the first one, with a message.
    said = getattr(getattr(request, "_messages", None), "_queued_messages", ())
    is_refused = target == reverse("wagtailadmin_home") and any(each.level == levels.ERROR for each in said)
    return SecurityEvent.FORBIDDEN if is_refused else ""


def store_counts(**_signal) -> None:
    """Write the counts after a request, when nobody waits for its answer any more."""
    event_counts.store()


def connect_security_events() -> None:
    """Write counts from now on, and what waits when the process ends."""
    request_finished.connect(store_counts, dispatch_uid="portal.http.security_events")
    atexit.register(event_counts.store, at_once=True)
