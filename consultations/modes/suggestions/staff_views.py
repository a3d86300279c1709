"""The staff's list of suggestions for a text, passage by passage, and the page on which the agency answers one."""

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, OuterRef, Q, Subquery, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.paginator import WagtailPaginator

from consultations.models import AnsweredMeanwhile, Kind, Submission, SuggestionAnswer, Verdict
from consultations.modes.suggestions.answering import STAFF, answer, may_answer
from consultations.modes.suggestions.forms import AnswerForm
from consultations.modes.suggestions.mode import SUGGESTIONS
from consultations.modes.suggestions.shown import shown, suggestions_on, with_answers
from consultations.stages import EXPORT_TEXTS, editable_by, visible_to

SUGGESTIONS_ON_A_PAGE = 50
UNANSWERED = "unanswered"
CONDITIONS = {UNANSWERED: Q(verdict=None), **{value: Q(verdict=value) for value in Verdict.values}}


def page_for(request, pk):
    """Return a consultation to those who answer for it, edit it, or take its texts away."""
    page = get_object_or_404(visible_to(request.user), pk=pk)
    reads = request.user.has_perm(EXPORT_TEXTS) or editable_by(request.user).filter(pk=pk).exists()
    if not (reads or may_answer(request.user, page)):
        raise PermissionDenied
    return page


@require_GET
@permission_required(STAFF)
def answer_suggestions(request, pk):
    """List the public suggestions in the order of the text, all of them or one answer's."""
    page = page_for(request, pk)
    chosen = request.GET.get("answer", "")
    found = suggestions_on(page).annotate(verdict=Subquery(in_force().values("verdict")))
    counts = dict(found.values_list("verdict").annotate(n=Count("pk")))
    narrowed = found.filter(CONDITIONS[chosen]) if chosen in CONDITIONS else found
    listed = WagtailPaginator(in_order_of_text(with_answers(narrowed), page), SUGGESTIONS_ON_A_PAGE).get_page(
        request.GET.get("p")
    )
    listed.object_list = shown(page, listed.object_list)
    context = {
        "page": page,
        "listed": listed,
        "tabs": tabs(counts, chosen),
        "may_answer": may_answer(request.user, page),
        "is_on": SUGGESTIONS.is_on(page),
        "header": [
            {"url": reverse("staff_consultations"), "label": _("Consultations")},
            {"url": "", "label": _("Suggestions for the text")},
        ],
    }
    return render(request, "consultations/suggestions/answers.html", context)


def in_force():
    """Select the answer in force of each suggestion in a query."""
    return SuggestionAnswer.objects.in_force().filter(suggestion=OuterRef("pk"))


def tabs(counts, chosen):
    """Return the tabs of the list, each with its number; ``counts`` are by verdict, None for no answer."""
    numbers = {
        "": sum(counts.values()),
        UNANSWERED: counts.get(None, 0),
        **{v: counts.get(v, 0) for v in Verdict.values},
    }
    labels = {"": _("All"), UNANSWERED: _("Not answered"), **dict(Verdict.choices)}
    return [
        {
            "url": f"?answer={name}" if name else "?",
            "label": label,
            "count": numbers[name],
            "is_here": name == (chosen if chosen in CONDITIONS else ""),
        }
        for name, label in labels.items()
    ]


def in_order_of_text(suggestions, page):
    """Order suggestions as their passages stand in the text, those of passages that are gone last; supported first."""
    places = [When(passage=key, then=Value(place)) for place, key in enumerate(page.passage_titles)]
    # Without a passage it would be a number alone, which PostgreSQL reads as the number of a column.
    by_place = [Case(*places, default=Value(len(places)))] if places else []
    return suggestions.order_by(*by_place, "passage", "-support_count", "received_at", "pk")


def suggestion_as_it_stands(page, suggestions, reference):
    """Return one of these suggestions with its answers; raise Http404 when it is not among them."""
    [seen] = shown(page, [get_object_or_404(with_answers(suggestions), reference=reference)])
    return seen


def initial_answer(seen):
    """Return what the form for an answer begins with: the answer in force, and what of both was read."""
    read = {"read": seen.answer and seen.answer.pk, "revision": seen.submission.cleared_id}
    return {**read, "verdict": seen.answer.verdict, "reason": seen.answer.reason} if seen.answer else read


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(STAFF)
def answer_suggestion(request, pk, reference):
    """Show a suggestion with the answers that it had, and take in the agency's answer or its correction."""
    page = page_for(request, pk)
    if not may_answer(request.user, page):
        raise PermissionDenied
    # One that is not public any more is refused below, where what was typed stands in the form.
    found = Submission.objects.filter(consultation=page, kind=Kind.SUGGESTION)
    found = found if request.method == "POST" else found.public()
    seen = suggestion_as_it_stands(page, found, reference)
    suggestion = seen.submission
    form = AnswerForm(request.POST or None, initial=initial_answer(seen))
    if form.is_valid():
        try:
            answer(suggestion, actor=request.user, **form.cleaned_data)
        except AnsweredMeanwhile as refusal:
            form.add_error(None, str(refusal))
            seen = suggestion_as_it_stands(page, found, reference)  # as whatever came first has left it
            form.initial = initial_answer(seen)
        else:
            messages.success(request, _("Your answer to %s is public.") % suggestion.reference)
            return redirect(f"{reverse('consultation_suggestions', args=[pk])}?answer={UNANSWERED}")
    context = {
        "page": page,
        "suggestion": seen,
        "form": form,
        "header": [
            {"url": reverse("staff_consultations"), "label": _("Consultations")},
            {"url": reverse("consultation_suggestions", args=[pk]), "label": _("Suggestions for the text")},
            {"url": "", "label": suggestion.reference},
        ],
    }
    return render(request, "consultations/suggestions/answer.html", context, status=422 if form.errors else 200)
