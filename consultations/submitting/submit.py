"""Take in a text from the website, whatever the mode."""

from datetime import UTC, datetime, timedelta

from django.shortcuts import render
from django.utils import timezone

from consultations.submitting import bot_checks
from consultations.submitting.once import Sending
from portal.accounts.visitors import person_key

CLOSING_GRACE = timedelta(minutes=15)  # for a form that was opened before the closing moment


def take_in(request, page, form_class, show_again, *, enabled, parent=None):
    """Save a valid form and redirect to its receipt.

    Show an invalid one again with what was typed, and once a form whose author should know something first.
    """
    sending = Sending.of(request)
    if not (enabled and still_takes(page, request.POST.get("stamp", ""))):
        sending.refuse_second()
        context = {"page": page, "typed": request.POST.get("text", "")}
        return render(request, "consultations/too_late.html", context, status=409)
    form = form_class(request.POST, request=request, consultation=page, parent=parent)
    if not form.is_valid():
        sending.refuse_second()  # the first may have used up the puzzle
        return show_again(request, page, form)
    draft = form.draft(author_key=author_key(request, sending, form))
    if form.look_over(draft):
        return show_again(request, page, form)
    return sending.answer(request, sending.take_in(lambda note: form.save(draft, alongside=note)))


def author_key(request, sending, form):
    """Return the author's key: the account's, else the e-mail address's, else the browser's."""
    email = form.cleaned_data["author_email"].lower()
    if email and not request.user.is_authenticated:
        return person_key("email", email)
    return sending.visitor.key


def still_takes(page, stamp):
    """Return whether a form may still be sent: while it is open, and a little longer if it was opened in time."""
    if page.is_open:
        return True
    made = bot_checks.stamped_at(stamp)
    if made is None or timezone.now() > page.closes_at + CLOSING_GRACE:
        return False
    minute = datetime.fromtimestamp(made, UTC)
    return page.opens_at < minute + timedelta(seconds=bot_checks.STAMP_SECONDS) and minute < page.closes_at
