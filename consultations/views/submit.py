"""Taking part: comment, reply, propose, support."""

from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.access import consultation_or_404, submission_or_404
from consultations.models import Kind, Support
from consultations.submitting import bot_checks
from consultations.submitting.forms import IdeaForm, SubmissionForm, SupportForm
from consultations.submitting.once import Sending, once
from consultations.views import pages
from portal.accounts.visitors import person_key, visitor_key
from portal.http.page_cache import public_page
from portal.http.same_origin import same_origin_form

CLOSING_GRACE = timedelta(minutes=15)  # for a form that was opened before the closing moment


@same_origin_form
@require_POST
@once
def comment(request, slug):
    """Take in a comment on the consultation."""
    page = consultation_or_404(request, slug, with_content=False)
    return take_in(request, page, SubmissionForm, show_comment_again, enabled="comments" in page.modes)


def show_comment_again(request, page, form):
    """Render the consultation with a comment that was sent."""
    return pages.show_consultation(request, page, {"comments": form})


@same_origin_form
@public_page("page")
@once
def thread(request, slug, reference):
    """Show a comment with its replies, and take in a reply."""
    page = consultation_or_404(request, slug, with_content=request.method != "POST")
    submission = submission_or_404(page, reference, kind=Kind.COMMENT)
    if submission.is_reply:
        return redirect(submission.get_absolute_url())
    return show_or_take_in(request, page, submission, pages.show_thread)


@same_origin_form
@public_page("sort", "page")
@once
def idea(request, slug, reference):
    """Show an idea with the comments on it, and take in a comment."""
    page = consultation_or_404(request, slug, with_content=request.method != "POST")
    submission = submission_or_404(page, reference, kind=Kind.IDEA)
    return show_or_take_in(request, page, submission, pages.show_idea)


@same_origin_form
@public_page()
@once
def propose(request, slug):
    """Show the form for an idea, and take it in."""
    page = consultation_or_404(request, slug, with_content=request.method != "POST")
    if "ideas" not in page.modes:
        raise Http404("This consultation takes no ideas.")
    if request.method == "POST":
        return take_in(request, page, IdeaForm, pages.show_proposal, enabled=True)
    if not page.is_open:
        return redirect("consultations:ideas", slug)
    return pages.show_proposal(request, page)


@same_origin_form
@require_POST
def support(request, slug, reference):
    """Support a public submission and go back to it; a second time changes nothing.

    A new browser without script is asked first: what it sends then carries a token, so that it counts once.
    """
    page = consultation_or_404(request, slug, with_content=False)
    submission = submission_or_404(page, reference)
    response = redirect(submission.get_absolute_url())
    if not (submission.is_public and page.is_open):
        return response
    sending = Sending.of(request)
    form = SupportForm(request.POST, request=request)
    if not form.is_valid() or (sending.visitor.new_name and not sending.has_token):
        context = {"page": page, "submission": submission, "form": form}
        return render(request, "consultations/support.html", context, status=422)
    Support.give(submission, sending.visitor.key)
    messages.success(request, _("You support this."))
    return sending.visitor.remembered(request, response)


@same_origin_form
@require_POST
def take_back(request, slug, reference):
    """Take a support back and go to what it was for; a second time changes nothing."""
    page = consultation_or_404(request, slug, with_content=False)
    submission = submission_or_404(page, reference)
    if page.is_open and (key := visitor_key(request)):
        Support.take_back(submission, key)
        messages.success(request, _("You have taken your support back."))
    return redirect(submission.get_absolute_url())


def show_or_take_in(request, page, parent, show):
    """Show a submission, or take in what was written under it."""
    if request.method != "POST":
        return show(request, page, parent)

    def show_again(request, page, form):
        return show(request, page, parent, form)

    return take_in(request, page, SubmissionForm, show_again, enabled="comments" in page.modes, parent=parent)


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
