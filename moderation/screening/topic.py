"""What a consultation is about, as words with weights, for the rule that suggests a text may be off topic."""

from collections import Counter
from math import log

from django.core.cache import cache
from django.utils.html import strip_tags

from consultations.models import Submission
from moderation.text.normalised import Text

TOPIC_TEXTS = 500  # published texts that show what people talk about there
TOPIC_CACHE_SECONDS = 600  # seconds that an answer is kept
MIN_TOPIC_WORD_CHARACTERS = 4  # letters: shorter words are mostly grammar


def topic_of(consultation):
    """Return the consultation's words with their weights; empty for an enquiry that belongs to none."""
    if consultation is None:
        return {}
    return cache.get_or_set(
        f"topic:{consultation.pk}", lambda: word_weights(topic_texts(consultation)), TOPIC_CACHE_SECONDS
    )


def topic_texts(consultation):
    """Return what the page says and what people said there, latest first."""
    said = Submission.objects.filter(consultation=consultation).public().order_by("-id")
    own = f"{consultation.title} {consultation.summary} {strip_tags(str(consultation.body))}"
    return [own, *said.values_list("cleared__text", flat=True)[:TOPIC_TEXTS]]


def word_weights(texts):
    """Return each word's weight: the more texts use it, the more it tells; the page itself counts ten times."""
    counts = Counter()
    for place, text in enumerate(texts):
        words = {word for word in Text(text).words if len(word) >= MIN_TOPIC_WORD_CHARACTERS}
        counts.update(dict.fromkeys(words, 1 if place else 10))
    return {word: 1 + log(count) for word, count in counts.items()}
