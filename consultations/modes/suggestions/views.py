"""To list suggestions for a text, to read one with the comments on it, and to make one."""

from django.http import Http404
from django.shortcuts import render

from consultations.access import consultation_or_404, submission_or_404
from consultations.models import Kind
from consultations.modes.comments.views import show_or_submit_comment, show_with_comments
from consultations.modes.suggestions.answering import may_answer
from consultations.modes.suggestions.forms import SuggestionForm
from consultations.modes.suggestions.mode import SUGGESTIONS
from consultations.modes.suggestions.shown import shown, suggestions_on, with_answers
from consultations.submission_lists import SORTS, chosen_sort, mark_supported, page_of
from consultations.submitting.once import once
from consultations.submitting.submit import writing_page
from portal.accounts.visitors import visitor_key
from portal.http.page_cache import public_page
from portal.http.same_origin import same_origin_form


@public_page("passage", "sort", "page")
def suggestions(request, slug):
    """List the suggestions for a text, or for one of its passages."""
    page = consultation_or_404(request, slug)
    found, sort, key = suggestions_on(page), chosen_sort(request), request.GET.get("passage", "")
    passage = {"id": key, "title": page.passage_titles[key]} if key in page.passage_titles else None
    if passage:
        found = found.filter(passage=key)
    listed = page_of(with_answers(found).order_by(*SORTS[sort]), request.GET.get("page"))
    if not (listed.paginator.count or SUGGESTIONS.is_on(page)):
        raise Http404("This consultation has no suggestions.")
    mark_supported(listed.object_list, visitor_key(request))
    listed.object_list = shown(page, listed.object_list)
    context = {"page": page, "suggestions": listed, "sort": sort, "passage": passage}
    return render(request, "consultations/suggestions/suggestions.html", context)


@same_origin_form
@public_page("sort", "page")
@once
def suggestion(request, slug, reference):
    """Show a suggestion with the comments on it, and take in a comment."""
    page = consultation_or_404(request, slug, with_content=request.method != "POST")
    submission = submission_or_404(page, reference, kind=Kind.SUGGESTION)
    return show_or_submit_comment(request, page, submission, show_suggestion)


def show_suggestion(request, page, suggestion, form=None):
    """Render a suggestion with the comments on it."""
    context = {
        "suggestion": shown(page, [suggestion])[0],
        "may_answer": suggestion.is_public and may_answer(request.user, page),
    }
    template = "consultations/suggestions/suggestion.html"
    return show_with_comments(request, page, suggestion, template, form=form, **context)


@same_origin_form
@public_page("passage")
@once
def suggest(request, slug):
    """Show the form for other words in the passage that the address names, and take them in."""
    return writing_page(
        request,
        slug,
        SuggestionForm,
        mode=SUGGESTIONS,
        template="consultations/suggestions/suggest.html",
        when_over="consultations:suggestions",
        initial={"passage": request.GET.get("passage", "")},
    )
