"""To list ideas, to read one with the comments on it, and to propose one."""

from django.shortcuts import render

from consultations.access import consultation_or_404, submission_or_404
from consultations.counts import counts
from consultations.folding import ids_with_words
from consultations.models import Kind, Submission
from consultations.modes.comments.threads import with_comment_count
from consultations.modes.comments.views import show_or_submit_comment, show_with_comments
from consultations.modes.ideas.forms import IdeaForm
from consultations.modes.ideas.mode import IDEAS
from consultations.submission_lists import SORTS, chosen_sort, mark_supported, page_of, placed
from consultations.submitting.once import once
from consultations.submitting.submit import writing_page
from portal.accounts.visitors import visitor_key
from portal.http.page_cache import public_page
from portal.http.same_origin import same_origin_form


@public_page("sort", "page", "q")
def ideas(request, slug):
    """List the ideas of a consultation."""
    page = consultation_or_404(request, slug)
    sort = chosen_sort(request)
    found = Submission.objects.filter(consultation=page, kind=Kind.IDEA, parent=None).public().with_text()
    if words := request.GET.get("q", "").strip()[:100]:
        texts = found.values_list("pk", "cleared__title", "cleared__text")
        found = found.filter(pk__in=ids_with_words(texts.iterator(), words))
    count = None if words else counts(page)["ideas"]
    shown = page_of(with_comment_count(found, page).order_by(*SORTS[sort]), request.GET.get("page"), count)
    shown.object_list = [placed(idea, page) for idea in shown.object_list]
    mark_supported(shown.object_list, visitor_key(request))
    context = {"page": page, "ideas": shown, "sort": sort, "q": words}
    return render(request, "consultations/ideas/ideas.html", context)


@same_origin_form
@public_page("sort", "page")
@once
def idea(request, slug, reference):
    """Show an idea with the comments on it, and take in a comment."""
    page = consultation_or_404(request, slug, with_content=request.method != "POST")
    submission = submission_or_404(page, reference, kind=Kind.IDEA)
    return show_or_submit_comment(request, page, submission, show_idea)


def show_idea(request, page, idea, form=None):
    """Render an idea with the comments on it."""
    return show_with_comments(request, page, idea, "consultations/ideas/idea.html", form=form, idea=idea)


@same_origin_form
@public_page()
@once
def propose(request, slug):
    """Show the form for an idea, and take it in."""
    template = "consultations/ideas/propose.html"
    return writing_page(request, slug, IdeaForm, mode=IDEAS, template=template, when_over="consultations:ideas")
