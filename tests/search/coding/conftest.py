import pytest
from django.urls import reverse

from search.models import CodingFrame
from tests.factories import questionnaire_for, response_to


@pytest.fixture
def questions(consultation):
    return questionnaire_for(consultation)


@pytest.fixture
def frame(consultation, questions, officer):
    """A frame for the open question, with two codes of its own."""
    made = CodingFrame.begin(consultation, questions[0], officer)
    made.name_codes([("Lighting", "Lamps at stops and on the way there."), ("Waiting alone", "")], officer)
    return made


@pytest.fixture
def code(frame):
    return frame.codes.get(name="Lighting")


@pytest.fixture
def answer(consultation, questions):
    """Take in an answer to the open question, with choices in the closed ones; return its submission."""

    def answer(text="A lamp at each stop, please.", *closed):
        given = {question: values for question, values in zip(questions[1:], closed, strict=False) if values}
        return response_to(consultation, {questions[0]: text, **given}).open_answers.get()

    return answer


@pytest.fixture
def press(client, officer):
    """Press a button of the pane: give=code, take_off=code, or name=words."""
    client.force_login(officer)

    def press(frame, text, **pressed):
        pressed = {name: getattr(value, "pk", value) for name, value in pressed.items()}
        return client.post(reverse("coding_text", args=[frame.pk, text.reference]), pressed, follow=True)

    return press
