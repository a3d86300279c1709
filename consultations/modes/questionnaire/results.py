"""What people answered, in numbers: how often each choice was made, and by how many of how many."""

from dataclasses import dataclass

from django.db.models import Count

from consultations.models import ClosedAnswer, Question, Submission
from consultations.shares import SMALLEST_BASE, Share


@dataclass(frozen=True, slots=True)
class Result:
    """One question with its numbers; ``base`` is how many answered it, ``shares`` every choice in its order."""

    question: Question
    base: int
    shares: tuple[Share, ...] = ()

    @property
    def enough(self):
        """Return whether enough people answered to show numbers to everybody."""
        return self.base >= SMALLEST_BASE


def results(questions, texts):
    """Return the numbers of each question; ``texts`` says how many answers each open one has. Two queries."""
    closed = ClosedAnswer.objects.filter(question__in=questions)
    counted = closed.values_list("question", "value").annotate(n=Count("pk"))
    counts = {(pk, value): n for pk, value, n in counted}
    people = dict(closed.values_list("question").annotate(n=Count("response", distinct=True)))
    return [
        Result(each, texts.get(each.pk, 0)) if each.is_open else tallied(each, counts, people.get(each.pk, 0))
        for each in questions
    ]


def tallied(question, counts, base):
    """Return a closed question's numbers, those of choices that nobody made too."""
    shares = (Share(words, counts.get((question.pk, value), 0), base) for value, words in question.options)
    return Result(question, base, tuple(shares))


def public_results(consultation):
    """Return what everybody may know of each question of a consultation."""
    questions = list(consultation.questions.all())
    public = Submission.objects.filter(question__in=questions).public()
    return results(questions, dict(public.values_list("question").annotate(n=Count("pk"))))
