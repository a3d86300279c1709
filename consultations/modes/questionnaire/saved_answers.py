"""Answers as they are saved: whatever stands in a form, and what of it fits the questions when somebody comes back.

Answers are by the id of their question, with its words as they were: an editor may have changed or deleted it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from consultations.models import Question, SavedAnswer
from consultations.plain_text import plain
from consultations.ranks import place_of

FIELD_PREFIX = "question-"
FIELD_OF_QUESTION = re.compile(rf"{FIELD_PREFIX}([0-9]{{1,18}})")
TAKES_SEVERAL = (Question.Kind.SEVERAL, Question.Kind.RANKING)  # kinds whose field holds a list
Given = Mapping[int, SavedAnswer]


def answers_in(data: Any, questions: Iterable[Any], earlier: Given) -> dict[int, SavedAnswer]:
    """Return what was answered in a form, also to questions that are gone since; their words are those of ``earlier``.

    Nothing is checked: what is incomplete or wrong today can be put right another day.
    """
    asked = {question.pk: question for question in questions}
    given = {}
    for name in data:
        if found := FIELD_OF_QUESTION.fullmatch(name):
            pk = int(found[1])
            question = asked.get(pk)
            sent = data.getlist(name)
            values = tuple(filter(None, sent if question and question.has_choices else map(plain, sent)))
            if question and question.is_ranking:
                values = tuple(sorted(values, key=place_of))
            if values:
                given[pk] = SavedAnswer(label_when_answered(pk, values, question, earlier), values)
    return given


def label_when_answered(pk: int, values: tuple[str, ...], question: Any, earlier: Given) -> str:
    """Return the words of the question that was answered: whoever leaves an answer as it was has not read new ones."""
    is_as_it_was = pk in earlier and set(earlier[pk].values) == set(values)
    return label_of(earlier, pk) if question is None or is_as_it_was else question.label


def label_of(given: Given, pk: int) -> str:
    """Return the words of a question that is gone, if the answers know them."""
    return given[pk].label if pk in given else ""


def fits(question: Any, values: tuple[str, ...]) -> bool:
    """Return whether values can stand in a question's field as it is now."""
    if question.kind in TAKES_SEVERAL:
        return set(values) <= set(question.values)
    return len(values) == 1 and (not question.has_choices or values[0] in question.values)


def initial_of(given: Given, questions: Iterable[Any]) -> dict[str, Any]:
    """Return what stands in the fields of a form when somebody comes back."""
    return {
        f"{FIELD_PREFIX}{question.pk}": list(given[question.pk].values)
        if question.kind in TAKES_SEVERAL
        else given[question.pk].values[0]
        for question in questions
        if question.pk in given and fits(question, given[question.pk].values)
    }


def leftovers(given: Given, questions: Iterable[Any]) -> dict[int, SavedAnswer]:
    """Return the answers that have no place in the form: their question is gone, or a choice is not offered now."""
    asked = {question.pk: question for question in questions}
    return {pk: each for pk, each in given.items() if pk not in asked or not fits(asked[pk], each.values)}


def to_copy(given: Given, questions: Iterable[Any]) -> list[SavedAnswer]:
    """Return the answers that their writer has to look at: those without a place, and those to reworded questions."""
    questions = list(questions)
    labels, without_place = {question.pk: question.label for question in questions}, leftovers(given, questions)
    return [each for pk, each in given.items() if pk in without_place or each.label != labels[pk]]


def without_question(given: Given, questions: Iterable[Any]) -> dict[int, SavedAnswer]:
    """Return the answers to questions that are not asked any more."""
    asked = {question.pk for question in questions}
    return {pk: each for pk, each in given.items() if pk not in asked}


def answers_as_text(given: Given) -> str:
    """Return answers as a text to copy."""
    return "\n\n".join(f"{each.label}\n{'; '.join(each.values)}".strip() for each in given.values())


class Difference(NamedTuple):
    """One question that two people have answered otherwise; () is no answer."""

    pk: int
    label: str
    is_open: bool
    mine: tuple[str, ...]
    theirs: tuple[str, ...]

    @property
    def can_keep_both(self) -> bool:
        """Return whether both answers can stand one below the other."""
        return self.is_open and bool(self.mine and self.theirs)


def differences(mine: Given, theirs: Given, questions: Iterable[Any]) -> list[Difference]:
    """Return where two people's answers differ, in the order of the questions; those that are gone come last."""
    asked = {question.pk: question for question in questions}
    found = []
    for pk in dict.fromkeys((*asked, *theirs, *mine)):
        ours, others = (side[pk].values if pk in side else () for side in (mine, theirs))
        if set(ours) != set(others):
            label = asked[pk].label if pk in asked else label_of(theirs, pk) or label_of(mine, pk)
            is_open = pk not in asked or asked[pk].is_open
            found.append(Difference(pk, label, is_open, ours, others))
    return found
