"""Take a form in once, however often it is sent: taps in a row, Back and Send again, a retry of the network.

With script, the form carries a random token. The same token with the same words is the same form, and leads to the
first receipt; with other words it is another form. Without a token, the same words to the same place from the same
network address within some minutes are probably the same form. Whoever sends them is asked, because a library has one
address for many people; only a browser that holds the first sender's cookie is led to the receipt.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from consultations.models import SentForm
from consultations.models.sent_form import FormTaken
from portal.accounts.visitors import Visitor
from portal.http.client_address import network_address

TOKEN_FIELD = "token"  # noqa: S105  (a name, not a secret)
TOKEN_LENGTH = range(16, 65)  # characters of a token that was made at random
UNTOKENED_FORM_SECONDS = 600  # how long the same words from one address count as the same form
# Fields that may differ when the same form is sent again.
PASSING_FIELDS = frozenset({TOKEN_FIELD, "stamp", "captcha_0", "captcha_1", "sent_anyway", "csrfmiddlewaretoken"})


class Outcome(Protocol):
    """What comes of a form: it has a reference and a receipt."""

    reference: str

    def get_receipt_url(self) -> str:
        """Return the sender's own address of the receipt."""


class SentBefore(Exception):
    """The same form was taken in already."""

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
        return cls(Visitor.of(request, token if has_token else ""), key, has_token)

    def refuse_second(self) -> None:
        """Raise SentBefore when this form was taken in before."""
        found = SentForm.objects.filter(key=self.key).first()
        if found is None:
            return
        outcome = found.outcome
        if self.is_over(found, outcome):
            found.delete()
            return
        raise SentBefore(self, found, outcome)

    def is_over(self, form: SentForm, outcome: Outcome | None) -> bool:
        """Return whether sending it again is a wish of its own: the first is gone, or was sent a while ago."""
        if outcome is None:
            return True
        return not self.has_token and form.at < timezone.now() - timedelta(seconds=UNTOKENED_FORM_SECONDS)

    def take_in(self, save: Callable[[Callable[[Any], None]], Any]) -> Any:
        """Save what came in and return it; raise SentBefore when it was taken in before, or by a quicker request.

        ``save`` is given a function to call with what it stores, in the same transaction.
        """
        try:
            return save(self.note)
        except FormTaken:
            self.refuse_second()
            return save(self.note)  # what was noted is withdrawn, or long ago

    def note(self, outcome: Any) -> None:
        """Note what came of the form."""
        SentForm.note(outcome, key=self.key, visitor_key=self.visitor.key)  # type: ignore[no-untyped-call]

    def answer(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        """Lead to the receipt of what was taken in."""
        return self.visitor.remembered(request, redirect(outcome.get_receipt_url() + "&new=1"))


def content_of(request: HttpRequest) -> list[tuple[str, list[str]]]:
    """Return the fields that were sent and their values, without those that differ from one sending to the next."""
    return sorted((name, values) for name, values in request.POST.lists() if name not in PASSING_FIELDS)


def new_token() -> str:
    """Return a token for a form that is rendered for one person."""
    return secrets.token_urlsafe(16)


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer in a view's place when the form that it takes in was sent before."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except SentBefore as second:
            return answer_second(request, second)

    return answered


def answer_second(request: HttpRequest, second: SentBefore) -> HttpResponse:
    """Lead the same browser to the first receipt; ask anybody else whether they are somebody else."""
    sending = second.sending
    if sending.has_token or sending.visitor.key == second.form.visitor_key:
        return sending.answer(request, second.outcome)
    context = {
        "outcome": second.outcome,
        "is_public": getattr(second.outcome, "is_public", False),
        "content": content_of(request),
        "stamp": request.POST.get("stamp", ""),
        "token": new_token(),
    }
    return render(request, "consultations/sent_before.html", context, status=409)
