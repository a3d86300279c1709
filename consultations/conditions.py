"""Which questions are asked of whom: of everybody, or of those who chose something in an earlier question."""

import json
from typing import NamedTuple

from django.utils.translation import gettext as _


class Condition(NamedTuple):
    """What somebody has to have chosen to be asked; any of the values will do."""

    number: int  # of the earlier question, from 1 on
    earlier: object
    values: tuple[str, ...]

    @property
    def choices_said(self):
        """Return the values in words."""
        return _(" or ").join(f"“{self.earlier.said(value)}”" for value in self.values)

    @property
    def sentence(self):
        """Return what whoever answers reads where no script hides the question."""
        said = _("Answer this only if you chose %(choices)s in question %(number)d, “%(question)s”.")
        return said % {"choices": self.choices_said, "number": self.number, "question": self.earlier.label}

    @property
    def for_script(self):
        """Return id and values of the earlier question as JSON."""
        return json.dumps([self.earlier.pk, self.values])

    @property
    def asked_of(self):
        """Return of whom the question was asked."""
        said = _("Asked of those who chose %(choices)s in “%(question)s”.")
        return said % {"choices": self.choices_said, "question": self.earlier.label}


def condition_of(question, before):
    """Return the condition of a question after these; None if everybody is asked, or the condition is faulty."""
    if question.shown_after is None or condition_fault(question, before):
        return None
    return Condition(question.shown_after, before[question.shown_after - 1], tuple(question.shown_for_values))


def with_conditions(questions):
    """Give each question its condition, and return all in a list; they have to stand in their order."""
    questions = list(questions)
    for number, question in enumerate(questions):
        question.condition = condition_of(question, questions[:number])
    return questions


def applying(questions, chosen):
    """Return the ids of the questions that are asked of somebody; ``chosen`` returns what they chose in a question."""
    applies = set()
    for question in questions:
        condition = question.condition
        if condition is None or (
            condition.earlier.pk in applies and set(condition.values) & set(chosen(condition.earlier))
        ):
            applies.add(question.pk)
    return applies


def condition_fault(question, before):
    """Return what is wrong with a question's condition, after these questions: (field, sentence), or None."""
    number, values = question.shown_after, question.shown_for_values
    if number is None:
        return ("shown_after", _("Say after which question; or leave both empty.")) if values else None
    if not 1 <= number <= len(before):
        return "shown_after", _("There is no question %d before this one. It may have been moved or deleted.") % number
    earlier = before[number - 1]
    if not earlier.has_choices or earlier.is_ranking:
        return "shown_after", _("Question %d has no choices that this one could depend on.") % number
    if not values:
        return "shown_for", _("Write for which answers, one a line.")
    if missing := [value for value in values if value not in earlier.values]:
        said = _("“%(value)s” is no answer to question %(number)d. Possible: %(possible)s.")
        return "shown_for", said % {"value": missing[0], "number": number, "possible": "; ".join(earlier.values)}
    return None
