"""What a file that officers take away says of answers: the question, and what else the person chose."""

from consultations.models import ClosedAnswer, Question
from consultations.plain_text import label_and_value


def answers_reader():
    """Return a function that reads the cells of many submissions; the words of questions are read once, now."""
    questions = dict(Question.objects.order_by().values_list("pk", "label"))

    def read(rows):
        chosen = chosen_in({row.response_id for row in rows} - {None})
        cells = ((questions.get(row.question_id, ""), "; ".join(chosen.get(row.response_id, ()))) for row in rows)
        return dict(zip((row.pk for row in rows), cells, strict=True))

    return read


def chosen_in(responses):
    """Return the closed answers of responses in words, in the order of the questions; no query for no response."""
    found: dict[int, list[str]] = {}
    if responses:
        answers = ClosedAnswer.objects.filter(response__in=responses).order_by("question__sort_order", "question", "pk")
        for response, question, value in answers.values_list("response", "question__label", "value"):
            found.setdefault(response, []).append(label_and_value(question, value))
    return found
