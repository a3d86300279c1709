"""How the sample agency's officer coded the answers to one question."""

from django.contrib.auth import get_user_model

from consultations.models import Question, Submission
from portal.demo import loader
from search.index.documents import findable_revision
from search.models import Coding, CodingFrame


def load_codes(name, page):
    """Begin a coding frame for one question of a consultation, and code some of its answers."""
    if not (loader.DEMO_FOLDER / "texts" / f"{name}-codes.toml").exists():
        return
    sample = loader.texts(f"{name}-codes")
    [asked] = [entry["label"] for entry in loader.texts(name)["question"] if entry["id"] == sample["question"]]
    officer = get_user_model().objects.get(email=loader.address("officer"))
    frame = CodingFrame.begin(page, Question.objects.get(page=page, label=asked), officer)
    named = [(entry["name"], entry.get("definition", "")) for entry in sample["code"]]
    for code, entry in zip(frame.name_codes(named, officer), sample["code"], strict=True):
        code.frame = frame
        for begins in entry["answers"]:
            answer = Submission.objects.get(question=frame.question, current__text__startswith=begins)
            Coding.give(code, answer, findable_revision(answer).number, officer)
