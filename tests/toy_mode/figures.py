"""How much is pledged."""

from consultations.models import Submission
from tests.toy_mode.forms import DAYS_BY_TEXT


def figures(consultation):
    texts = Submission.objects.filter(consultation=consultation, kind="pledge").public()
    return {"pledged_days": sum(DAYS_BY_TEXT.get(text, 0) for text in texts.values_list("cleared__text", flat=True))}
