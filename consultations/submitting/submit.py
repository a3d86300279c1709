"""Submit a text from the website, whatever the mode: from the form to its receipt."""

from datetime import UTC, datetime, timedelta

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from consultations.access import consultation_or_404
from consultations.submitting import bot_checks
from consultations.submitting.limits import TooManyTexts, count_refused_text
from consultations.submitting.once import Sending
from consultations.submitting.paused import answer_paused, typed_in
from portal.accounts.visitors import person_key

CLOSING_GRACE = timedelta(minutes=15)  # for a form that was opened before the closing moment


def submit_text(request, page, form_class, show_again, *, enabled, parent=None):
    """Save a valid form and redirect to its receipt.

    Redisplay an invalid form by ``show_again(request, page, form)``, and once a form whose pre-check has warnings.
    Answer 409 when the consultation does not take it: not ``enabled``, not open, or paused.
    """
    sending = Sending.of(request)
    if not (enabled and accepts_form(page, request.POST.get("stamp", ""))):
        sending.raise_if_sent_before()
        context = {"page": page, "typed": typed_in(request)}
        return render(request, "consultations/too_late.html", context, status=409)
    if page.pause:
        sending.raise_if_sent_before()
        return answer_paused(request, page)
    form = form_class(request.POST, request=request, consultation=page, parent=parent)
    if not form.is_valid():
        sending.raise_if_sent_before()  # the first may have used up the puzzle
        return show_again(request, page, form)
    draft = form.draft(author_key=author_key(request, sending, form))
    if form.needs_confirmation(draft):
        return show_again(request, page, form)
    try:
        stored = sending.save_once(lambda note: form.save(draft, alongside=lambda made: (note(made), form.count())))
    except TooManyTexts:
        count_refused_text(request, form.cleaned_data["stamp"])
        form.ask_for_puzzle()
        return show_again(request, page, form)
    return sending.redirect_to_receipt(request, stored)


def writing_page(request, slug, form_class, *, mode, template, when_over, initial=None):
    """Show the form of a mode on a page of its own, with ``initial`` values, and take in what is sent with it.

    Lead to the view named ``when_over`` once the consultation takes nothing; raise Http404 while the mode is off.
    """
    page = consultation_or_404(request, slug, with_content=request.method != "POST")
    if not mode.is_on(page):
        raise Http404(f"This consultation does not offer {mode.key}.")

    def show(request, page, form=None):
        form = form or form_class(request=request, consultation=page, initial=initial)
        return render(request, template, {"page": page, "form": form}, status=422 if form.errors else 200)

    if request.method == "POST":
        return submit_text(request, page, form_class, show, enabled=True)
    if not page.is_open:
        return redirect(when_over, slug)
    if page.pause:
        return answer_paused(request, page)
    return show(request, page)


def author_key(request, sending, form):
    """Return the author's key: the account's, else the e-mail address's, else the browser's."""
    email = form.cleaned_data["author_email"].lower()
    if email and not request.user.is_authenticated:
        return person_key("email", email)
    return sending.visitor.key


def accepts_form(page, stamp):
    """Return whether a form may be sent: while the page is open, and CLOSING_GRACE longer if it was shown in time."""
    if page.is_open:
        return True
    made = bot_checks.stamped_at(stamp)
    if made is None or timezone.now() > page.closes_at + CLOSING_GRACE:
        return False
    minute = datetime.fromtimestamp(made, UTC)
    return page.opens_at < minute + timedelta(seconds=bot_checks.STAMP_SECONDS) and minute < page.closes_at
