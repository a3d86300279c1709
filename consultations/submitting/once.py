"""Save a form once, however often it is sent: taps in a row, Back and Send again, a retry of the network.

With script, the form carries a random token. The same token with the same words is the same form, and leads to the
first receipt; with other words it is another form. Without a token, the same words to the same place from the same
network address within some minutes are probably the same form.

Who sends them first tells nothing: of three taps, the browser throws away the first two answers with their cookies. So
the receipt is the sender's who opens it first. Until then every sending leads there; afterwards only the browser that
opened it, and others are asked, because a library has one address for many people.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from consultations.models import SentForm
from consultations.models.sent_form import FormTaken
from portal.accounts.visitors import Visitor, visitor_key
from portal.http.client_address import network_address

TOKEN_FIELD = "token"  # noqa: S105  (a name, not a secret)
TERMS_FIELD = "terms_read"
VERSION_FIELD = "text_version"
READ_FIELDS = frozenset({TERMS_FIELD, VERSION_FIELD})  # what stood beside the form when somebody began to write
TOKEN_LENGTH = range(16, 65)  # characters of a token that was made at random
UNTOKENED_FORM_SECONDS = 600  # how long the same words from one address count as the same form
NO_COOKIE = "-"  # the visitor key of a browser that opens a receipt and keeps no cookie
# Fields that may differ when the same form is sent again.
VOLATILE_FIELDS = frozenset(
    {TOKEN_FIELD, "stamp", *READ_FIELDS, "captcha_0", "captcha_1", "sent_anyway", "csrfmiddlewaretoken"}
)


class Outcome(Protocol):
    """What comes of a form: it has a reference and a receipt."""

    reference: str

    def get_receipt_url(self) -> str:
        """Return the sender's own address of the receipt."""


class SentBefore(Exception):
    """The same form was saved already; ``outcome`` is what came of it."""

    def __init__(self, sending: "Sending", form: SentForm, outcome: Outcome):
        super().__init__(str(form))
        self.sending, self.form, self.outcome = sending, form, outcome


@dataclass(frozen=True, slots=True)
class Sending:
    """One request that sends a form: who sends it, and the key that it shares with the same form sent again."""

    visitor: Visitor
    key: str
    has_token: bool

    @classmethod
    def of(cls, request: HttpRequest) -> "Sending":
        """Return what a request sends."""
        token = request.POST.get(TOKEN_FIELD, "")
        has_token = len(token) in TOKEN_LENGTH
        sender = token if has_token else network_address(request)
        words = json.dumps([has_token, sender, request.path, content_of(request)])
        key = salted_hmac("consultations.sent_form", words, algorithm="sha256").hexdigest()
        return cls(Visitor.of(request, token if has_token else f"{key} {current_window()}"), key, has_token)

    def raise_if_sent_before(self) -> None:
        """Raise SentBefore when the same form was saved before."""
        found = SentForm.objects.filter(key=self.key).first()
        if found is None:
            return
        outcome = found.outcome
        if self.has_lapsed(found, outcome):
            found.delete()
            return
        raise SentBefore(self, found, outcome)

    def has_lapsed(self, form: SentForm, outcome: Outcome | None) -> bool:
        """Return whether the earlier form no longer counts: its outcome is gone, or it had no token and is old."""
        if outcome is None:
            return True
        return not self.has_token and form.created_at < timezone.now() - timedelta(seconds=UNTOKENED_FORM_SECONDS)

    def save_once(self, save: Callable[[Callable[[Any], None]], Any]) -> Any:
        """Return what ``save`` stores; raise SentBefore when a quicker request saved the same form.

        ``save`` is given a function, and calls it with what it stored in the same transaction.
        """
        try:
            return save(self.note)
        except FormTaken:
            self.raise_if_sent_before()
            return save(self.note)  # what was noted is withdrawn, or long ago

    def note(self, outcome: Any) -> None:
        """Record what came of the form; a new browser counts as its sender once it has opened the receipt."""
        known = "" if self.visitor.new_name else self.visitor.key
        SentForm.note(outcome, key=self.key, visitor_key=known)  # type: ignore[no-untyped-call]

    def leads_to_receipt(self, form: SentForm) -> bool:
        """Return whether this sender may see the receipt of the same form that was sent before."""
        is_same_browser = not self.visitor.new_name and self.visitor.key == form.visitor_key
        return self.has_token or is_same_browser or form.visitor_key == ""

    def redirect_to_receipt(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        """Redirect to the receipt of what was saved, and let the browser remember the visitor."""
        return self.visitor.remembered(request, HttpResponseRedirect(f"{outcome.get_receipt_url()}&new=1"))


def content_of(request: HttpRequest) -> list[tuple[str, list[str]]]:
    """Return the fields that were sent and their values, without those that differ from one sending to the next."""
    return sorted((name, values) for name, values in request.POST.lists() if name not in VOLATILE_FIELDS)


def sent_again(request: HttpRequest) -> list[tuple[str, list[str]]]:
    """Return the fields with which a page of ours sends the same form once more, under the terms that were read."""
    left_out = VOLATILE_FIELDS - READ_FIELDS
    return sorted((name, values) for name, values in request.POST.lists() if name not in left_out)


def current_window() -> int:
    """Return the number of the time within which the same form without a token has the same new visitor.

    It is as long as such a form counts, so that whoever sends the same words afterwards is another visitor.
    """
    return int(timezone.now().timestamp()) // UNTOKENED_FORM_SECONDS


def note_receipt_opened(request: HttpRequest, outcome: Outcome) -> None:
    """Record whose receipt it is: that of the browser which opens it first."""
    SentForm.note_opened(outcome, visitor_key=visitor_key(request) or NO_COOKIE)  # type: ignore[no-untyped-call]


def new_token() -> str:
    """Return a token for a form that is rendered for one person."""
    return secrets.token_urlsafe(16)


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view that saves a form: a form that was saved before gets the response of respond_to_duplicate."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except SentBefore as second:
            return respond_to_duplicate(request, second)

    return answered


def respond_to_duplicate(request: HttpRequest, second: SentBefore) -> HttpResponse:
    """Redirect the same browser to the first receipt; ask another one whether it is somebody else's form."""
    sending = second.sending
    if sending.leads_to_receipt(second.form):
        return sending.redirect_to_receipt(request, second.outcome)
    context = {
        "outcome": second.outcome,
        "is_public": getattr(second.outcome, "is_public", False),
        "content": sent_again(request),
        "stamp": request.POST.get("stamp", ""),
        "token": new_token(),
    }
    return render(request, "consultations/sent_before.html", context, status=409)
