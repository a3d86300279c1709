"""What people answered: the numbers of closed questions, the texts of open ones."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from consultations.access import consultation_or_404, submission_or_404
from consultations.models import Kind, Question, State, Submission
from consultations.modes.questionnaire.results import public_results
from consultations.submission_lists import mark_supported, page_of, placed
from portal.accounts.visitors import visitor_key
from portal.http.page_cache import public_page


@public_page()
def overview(request, slug):
    """Show each question with what people answered."""
    page = with_questions(request, slug)
    context = {"page": page, "results": public_results(page), "responses": page.responses.not_withdrawn().count()}
    return render(request, "consultations/questionnaire/answers.html", context)


@public_page("page")
def to_question(request, slug, pk):
    """List the public answers to one open question, newest first."""
    page = with_questions(request, slug)
    question = get_object_or_404(page.questions.filter(kind=Question.Kind.OPEN), pk=pk)
    found = Submission.objects.filter(question=question).public().with_text().order_by("-received_at", "-id")
    shown = page_of(found, request.GET.get("page"))
    shown.object_list = [placed(each, page) for each in shown.object_list]
    mark_supported(shown.object_list, visitor_key(request))
    context = {"page": page, "question": question, "answers": shown}
    return render(request, "consultations/questionnaire/answers_to.html", context)


@public_page()
def answer(request, slug, reference):
    """Show one public answer under its question."""
    page = consultation_or_404(request, slug)
    found = submission_or_404(page, reference, kind=Kind.ANSWER)
    mark_supported([found], visitor_key(request))
    return render(request, "consultations/questionnaire/answer.html", {"page": page, "answer": found})


def with_questions(request, slug):
    """Return a consultation that asks questions and has opened."""
    page = consultation_or_404(request, slug)
    if page.state == State.UPCOMING or not page.questions.exists():
        raise Http404("Nobody has answered anything here.")
    return page
