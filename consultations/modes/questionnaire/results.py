"""What people answered, in numbers: how often each choice was made, and by how many of how many."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from consultations.conditions import with_conditions
from consultations.measures import kept_number
from consultations.models import ClosedAnswer, Question, Submission
from consultations.modes.questionnaire.lines import table_lines
from consultations.ranks import ranked
from consultations.shares import SMALLEST_BASE, Share

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RankedChoice:
    """One choice of an order: who put it first, who gave it a place, the mean of its places, and its points.

    A first place of five is worth five points, the last one, none nothing (Borda): the mean place alone would put a
    choice first that a single person placed. ``points_of`` is what it would have if everybody put it first.
    """

    label: str
    first: Share
    placed: int
    mean_place: Decimal | None
    points: int
    points_of: int


@dataclass(frozen=True, slots=True)
class Result:
    """One question with its numbers.

    ``base`` is how many answered it, ``shares`` every choice in its order, ``quartiles`` five numbers with their names,
    ``ranking`` the choices of an order, the one with most points first.
    """

    question: Question
    base: int
    shares: tuple[Share, ...] = ()
    quartiles: tuple[tuple[str, str], ...] = ()
    ranking: tuple[RankedChoice, ...] = ()
    asked: int | None = None  # how many it was asked of; None for everybody

    @property
    def enough_asked(self):
        """Return whether it may be said to everybody of how many it was asked."""
        return self.asked is not None and self.asked >= SMALLEST_BASE

    @property
    def enough(self):
        """Return whether enough people answered to show numbers to everybody."""
        return self.base >= SMALLEST_BASE


def results(questions, texts):
    """Return the numbers of each question; ``texts`` says how many answers each open one has.

    Two queries, and one more if some questions are asked of some people only. Questions have to stand in their order.
    """
    questions = with_conditions(questions)
    closed = ClosedAnswer.objects.filter(question__in=questions)
    counts: dict[int, dict[str, int]] = {}
    for pk, value, n in closed.values_list("question", "value").annotate(n=Count("pk")):
        counts.setdefault(pk, {})[value] = n
    people = dict(closed.values_list("question").annotate(n=Count("response", distinct=True)))
    asked = asked_of(questions)
    found = (
        Result(each, texts.get(each.pk, 0))
        if each.is_open
        else tallied(each, counts.get(each.pk, {}), people.get(each.pk, 0))
        for each in questions
    )
    return [replace(each, asked=asked.get(each.question.pk)) for each in found]


def asked_of(questions):
    """Return of how many people each question was asked that is not asked of everybody; no query without one.

    An answer to the earlier question exists only where that one was asked, so a chain needs no more.
    """
    conditions = {each.pk: each.condition for each in questions if each.condition}
    if not conditions:
        return {}
    counted = ClosedAnswer.objects.filter(question__in=questions).aggregate(
        **{
            str(pk): Count(
                "response", distinct=True, filter=Q(question=condition.earlier.pk, value__in=condition.values)
            )
            for pk, condition in conditions.items()
        }
    )
    return {int(pk): n for pk, n in counted.items()}


def tallied(question, counts, base):
    """Return a closed question's numbers, those of choices that nobody made too."""
    shares = tuple(Share(line.label, total(counts, line.values), base) for line in table_lines(question, counts))
    return Result(
        question,
        base,
        shares,
        quartiles_of(question, counts) if question.is_number else (),
        ranking_of(shares, counts, base) if question.is_ranking else (),
    )


def ranking_of(firsts, counts: Mapping[str, int], base):
    """Return the choices of an order with their places; ``firsts`` says who put each first."""
    most = len(firsts)
    choices = []
    for share in firsts:
        given = {place: counts.get(ranked(place, share.label), 0) for place in range(1, most + 1)}
        placed = sum(given.values())
        sum_of_places = sum(place * n for place, n in given.items())
        mean = round(Decimal(sum_of_places) / placed, 1) if placed else None
        points = (most + 1) * placed - sum_of_places
        choices.append(RankedChoice(share.label, share, placed, mean, points, most * base))
    return tuple(sorted(choices, key=lambda choice: -choice.points))


def total(counts: Mapping[str, int], values) -> int:
    """Return how often any of these values was given."""
    return sum(counts.get(value, 0) for value in values)


def quartiles_of(question, counts: Mapping[str, int]):
    """Return the smallest number, the quartiles and the largest, each with its name; () without answers."""
    numbers = sorted(Decimal(value) for value, n in counts.items() for _each in range(n))
    if not numbers:
        return ()
    names = (_("Smallest"), _("A quarter up to"), _("Median"), _("Three quarters up to"), _("Largest"))
    return tuple((name, question.said(quantile(numbers, quarter))) for quarter, name in enumerate(names))


def quantile(numbers: list[Decimal], quarter: int) -> str:
    """Return the number below which so many quarters of sorted numbers lie, between two neighbours in proportion."""
    place = Decimal(len(numbers) - 1) * quarter / 4
    below, above = numbers[int(place)], numbers[min(int(place) + 1, len(numbers) - 1)]
    return kept_number((below + (above - below) * (place % 1)).quantize(HUNDREDTH))


def public_results(consultation):
    """Return what everybody may know of each question of a consultation."""
    questions = list(consultation.questions.all())
    public = Submission.objects.filter(question__in=questions).public()
    return results(questions, dict(public.values_list("question").annotate(n=Count("pk"))))
