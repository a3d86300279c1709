"""A questionnaire, and answers to it that somebody saved."""

import pytest

from tests.consultations.modes.questionnaire.saving import WORDS, saved_by
from tests.factories import questionnaire_for


@pytest.fixture
def questions(consultation):
    return questionnaire_for(consultation)


@pytest.fixture
def saved(client, consultation, questions):
    what, often, lines, _safe = questions
    return saved_by(client, consultation, {what: WORDS, often: "Weekly", lines: ["N1", "N3"]})
