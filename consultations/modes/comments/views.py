"""To comment, to read a thread and to reply in it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse

from consultations.access import consultation_or_404, submission_or_404
from consultations.models import ConsultationPage, Kind, spokesperson_of
from consultations.modes.comments.forms import CommentForm, form_under
from consultations.modes.comments.mode import COMMENTS
from consultations.modes.comments.threads import (
    PINNED_MOST,
    comments_on,
    mark_own_support,
    number_pinned,
    page_of_threads,
    place_in_thread,
    whole_thread,
)
from consultations.outcomes import points_behind
from consultations.submission_lists import chosen_sort
from consultations.submitting.once import once
from consultations.submitting.submit import submit_text
from consultations.views.pages import show_consultation
from portal.audit import record
from portal.http.page_cache import public_page
from portal.http.same_origin import same_origin_form


@same_origin_form
@once
def comment(request, slug):
    """Take in a comment on the consultation; whoever reloads or follows a link is led to the consultation."""
    if request.method != "POST":
        return redirect(reverse("consultations:detail", args=[slug], query=request.GET))
    page = consultation_or_404(request, slug, with_content=False)
    return submit_text(request, page, CommentForm, show_comment_again, enabled=COMMENTS.is_on(page))


def show_comment_again(request, page, form):
    """Render the consultation with a comment that was sent."""
    return show_consultation(request, page, {COMMENTS.key: form})


@same_origin_form
@public_page("page")
@once
def thread(request, slug, reference):
    """Show a comment with its replies, and take in a reply."""
    page = consultation_or_404(request, slug, with_content=request.method != "POST")
    submission = submission_or_404(page, reference, kind=Kind.COMMENT)
    if submission.is_reply:
        return redirect(place_in_thread(submission))
    return show_or_submit_comment(request, page, submission, show_thread)


def show_thread(request, page, comment, form=None):
    """Render one comment with all its replies."""
    form = form or form_under(request, page, comment)
    thread, replies = whole_thread(comment, page, request.GET.get("page"))
    mark_own_support(request, [thread])
    context = {"page": page, "thread": thread, "replies": replies, "form": form, "pin": offer_of_pin(request, comment)}
    return render(request, "consultations/comments/thread.html", context, status=422 if form and form.errors else 200)


def show_or_submit_comment(request, page, parent, show):
    """Show a submission, or take in a comment on it."""
    if request.method != "POST":
        return show(request, page, parent)

    def show_again(request, page, form):
        return show(request, page, parent, form)

    return submit_text(request, page, CommentForm, show_again, enabled=COMMENTS.is_on(page), parent=parent)


def show_with_comments(request, page, submission, template, *, form=None, **context):
    """Render a submission that has a page of its own, with what came of it and the comments on it."""
    form = form or form_under(request, page, submission)
    sort = chosen_sort(request)
    threads = page_of_threads(
        comments_on(page, parent=submission, sort=sort), request.GET.get("page"), page, parent=submission
    )
    mark_own_support(request, threads, submission)
    points = points_behind(page, {submission.reference})
    context |= {"page": page, "form": form, "threads": threads, "sort": sort, "points": points}
    return render(request, template, context, status=422 if form and form.errors else 200)


def offer_of_pin(request, comment):
    """Return what a spokesperson may do with an official comment: "pin", "unpin", "full", or "" for nothing."""
    if not (comment.is_official and comment.parent_id is None and spokesperson_of(request.user)):
        return ""
    if comment.pinned_at:
        return "unpin"
    if not comment.is_public:
        return ""
    return "pin" if number_pinned(comment.consultation_id) < PINNED_MOST else "full"


@same_origin_form
def pin(request, slug, reference):
    """Put an official comment above the comments, once; there is room for `PINNED_MOST`."""
    return change_pin(request, slug, reference, "pin")


@same_origin_form
def unpin(request, slug, reference):
    """Put a pinned comment back among the others."""
    return change_pin(request, slug, reference, "unpin")


def change_pin(request, slug, reference, wish):
    """Do what a spokesperson wishes if it can be done, and go back to the comment, which says how it stands."""
    page = consultation_or_404(request, slug, with_content=False)
    comment = submission_or_404(page, reference, kind=Kind.COMMENT)
    if not spokesperson_of(request.user):
        raise PermissionDenied
    if request.method == "POST":
        do_if_offered(request, comment, wish)
    return redirect(comment.get_absolute_url())


@transaction.atomic
def do_if_offered(request, comment, wish):
    """Pin or unpin a comment, and note it in the ledger; two who pin at once are one after the other."""
    ConsultationPage.objects.select_for_update(of=("self",)).get(pk=comment.consultation_id)
    comment.lock()
    if offer_of_pin(request, comment) == wish:
        getattr(comment, wish)(request.user)
        record(f"comment.{wish}ned", actor=request.user, subject=comment)
