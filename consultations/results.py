"""What people answered, in numbers: how often each choice was made, and by how many of how many."""

from dataclasses import dataclass

from django.db.models import Count

from consultations.models import ClosedAnswer, Question, Submission

SMALLEST_BASE = 5  # answers: under it a share says nothing, and a number says who


@dataclass(frozen=True, slots=True)
class Share:
    """One choice: how many made it, out of how many."""

    value: str
    label: str
    count: int
    base: int

    @property
    def per_cent(self):
        """Return the share in whole per cent; None when the base is too small to say it."""
        return round(100 * self.count / self.base) if self.base >= SMALLEST_BASE else None


@dataclass(frozen=True, slots=True)
class Tallied:
    """One question with its numbers; ``base`` is how many people answered it."""

    question: Question
    base: int
    shares: tuple[Share, ...] = ()

    @property
    def enough(self):
        """Return whether enough people answered to show numbers to everybody."""
        return self.base >= SMALLEST_BASE


def tally(question, counts, base):
    """Return a closed question's numbers, every choice in its order, those that nobody made too."""
    return Tallied(question, base, tuple(Share(v, words, counts.get(v, 0), base) for v, words in question.options))


def public_results(consultation):
    """Return what everybody may know of each question: two queries for the numbers, one for the texts."""
    questions = list(consultation.questions.all())
    closed = ClosedAnswer.objects.filter(question__in=questions)
    counts = {
        (question, value): n for question, value, n in closed.values_list("question", "value").annotate(n=Count("pk"))
    }
    people = dict(closed.values_list("question").annotate(n=Count("response", distinct=True)))
    texts = public_texts(questions)
    return [
        Tallied(question, texts.get(question.pk, 0))
        if question.is_open
        else tally(question, {v: n for (pk, v), n in counts.items() if pk == question.pk}, people.get(question.pk, 0))
        for question in questions
    ]


def public_texts(questions):
    """Count the public answers to open questions, by the question's id."""
    return dict(
        Submission.objects.filter(question__in=questions).public().values_list("question").annotate(n=Count("pk"))
    )
