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
from consultations.submitting.forms import IdeaForm, SubmissionForm
from consultations.views import pages
from portal.accounts.visitors import meet, person_key

GRACE = timedelta(minutes=15)  # for a form that was opened before the closing moment


@require_POST
def comment(request, slug):
    """Take in a comment on the consultation."""
    page = consultation_or_404(request, slug, with_content=False)
    return take_in(request, page, SubmissionForm, show_comment_again, enabled="comments" in page.modes)


def show_comment_again(request, page, form):
    """Render the consultation with a comment that was sent."""
    return pages.show_consultation(request, page, {"comments": form})


def thread(request, slug, reference):
    """Show a comment with its replies, and take in a reply."""
    page = consultation_or_404(request, slug, with_content=request.method != "POST")
    submission = submission_or_404(page, reference, kind=Kind.COMMENT)
    if submission.is_reply:
        return redirect(submission.get_absolute_url())
    return show_or_take_in(request, page, submission, pages.show_thread)


def idea(request, slug, reference):
    """Show an idea with the comments on it, and take in a comment."""
    page = consultation_or_404(request, slug, with_content=request.method != "POST")
    submission = submission_or_404(page, reference, kind=Kind.IDEA)
    return show_or_take_in(request, page, submission, pages.show_idea)


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


@require_POST
def support(request, slug, reference):
    """Support a public submission, or take the support back, and go back to it."""
    page = consultation_or_404(request, slug, with_content=False)
    submission = submission_or_404(page, reference)
    response = redirect(submission.get_absolute_url())
    if submission.is_public and page.is_open:
        supported = Support.toggle(submission, meet(request, response))
        messages.success(request, _("You support this.") if supported else _("You have taken your support back."))
    return response


def show_or_take_in(request, page, parent, show):
    """Show a submission, or take in what was written under it."""
    if request.method != "POST":
        return show(request, page, parent)

    def show_again(request, page, form):
        return show(request, page, parent, form)

    return take_in(request, page, SubmissionForm, show_again, enabled="comments" in page.modes, parent=parent)


def take_in(request, page, form_class, show_again, *, enabled, parent=None):
    """Take in a valid form and lead to its receipt; show any other again with what was typed.

    So is one whose author should know something first, once.
    """
    if not (enabled and still_takes(page, request.POST.get("stamp", ""))):
        context = {"page": page, "typed": request.POST.get("text", "")}
        return render(request, "consultations/too_late.html", context, status=409)
    form = form_class(request.POST, request=request, consultation=page, parent=parent)
    if not form.is_valid():
        return show_again(request, page, form)
    response = redirect("consultations:receipt", "0000-0000")
    draft = form.draft(author_key=author_key(request, response, form))
    if form.look_over(draft):
        return show_again(request, page, form)
    submission = form.save(draft)
    response["Location"] = submission.get_receipt_url() + "&new=1"
    return response


def author_key(request, response, form):
    """Return the author's key: the account's, else the e-mail address's, else the browser's."""
    email = form.cleaned_data["author_email"].lower()
    if email and not request.user.is_authenticated:
        return person_key("email", email)
    return meet(request, response)


def still_takes(page, stamp):
    """Return whether a form may still be sent: while it is open, and a little longer if it was opened in time."""
    if page.is_open:
        return True
    made = bot_checks.stamped_at(stamp)
    if made is None or timezone.now() > page.closes_at + GRACE:
        return False
    return page.opens_at <= datetime.fromtimestamp(made, UTC) < page.closes_at
