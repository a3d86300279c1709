"""Labels of the questionnaire answers in a query."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from consultations.models import ClosedAnswer, Question
from consultations.plain_text import label_and_value


def label_answers(answers: Iterable[str]) -> dict[str, str]:
    """Return the label of each answer key; one query, none without answers."""
    parts = {answer: answer.partition("=")[::2] for answer in answers}
    questions = Question.objects.in_bulk([int(question) for question, _value in parts.values()]) if parts else {}
    return {answer: answer_label(questions.get(int(pk)), value) for answer, (pk, value) in parts.items()}


def answer_label(question: Question | None, value: str) -> str:
    """Return question and value, or the question alone for any open answer to it."""
    label = question.label if question else _("A question that is gone")
    said = question.said(value) if question else value
    return label_and_value(label, said) if value else label


def describe_response(response_id: int | None) -> list[str]:
    """Return the closed answers of a response as texts, in the order of the questions; one query, none for None."""
    if response_id is None:
        return []
    chosen = ClosedAnswer.objects.filter(response=response_id).select_related("question")
    return [answer_label(each.question, each.value) for each in chosen.order_by("question__sort_order", "pk")]
