"""How many questions a questionnaire has, and how many answered it."""

from consultations.models import Question, Response


def figures(consultation):
    """Return the number of questions, and of responses that stand: a query, and another if there are questions."""
    questions = Question.objects.filter(page=consultation).count()
    return {
        "questions": questions,
        "responses": questions and Response.objects.filter(consultation=consultation).not_withdrawn().count(),
    }


def draft_figures(draft):
    """Return the number of questions in a draft."""
    return {"questions": draft.questions.count()}
