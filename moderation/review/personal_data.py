"""Whether a sentence that is kept for good says something personal."""

import re

from django.utils.translation import gettext as _

from consultations.lookalikes import LETTER_FOLDING
from moderation.detectors import DETECTORS, Context
from moderation.restrictions import in_force
from moderation.text.normalised import Text

PRIVATE_DETECTORS = ("email", "phone", "street_address", "card", "iban", "national_number")
WORD = re.compile(r"[^\W_]+")
SHORTEST_NAME = 3  # letters: "Li" is a part of too many words
QUOTED_WORDS = 5  # so many words in a row are a quotation


def personal_data_in(sentence, submission):
    """Return what is personal in a sentence about a submission, as a sentence for its writer; '' when nothing is.

    Contacts and numbers are found by the detectors, the author by the name and address given, the text by its words.
    """
    text, context = Text(sentence), Context(regions=tuple(in_force.settings().phone_regions.split()))
    if any(any(True for _match in DETECTORS[name].detect(text, context)) for name in PRIVATE_DETECTORS):
        return _("It says an address, a number or the like. This sentence is kept for good: leave it out.")
    if submission is None:
        return ""
    words = words_of(sentence)
    if set(names_of_author(submission)) & set(words):
        return _("It says the author's name. This sentence is kept for good: write “the author”.")
    if quotes(words, submission):
        return _("It quotes the text. This sentence is kept for good: say why, not what.")
    return ""


def words_of(text):
    """Return the words of a text as they look, without case and accents."""
    return WORD.findall(text.translate(LETTER_FOLDING))


def names_of_author(submission):
    """Return the words of the names under which the author wrote, and of the address before the @."""
    names = [submission.author_name, submission.author_email.partition("@")[0]]
    return [word for name in names for word in words_of(name) if len(word) >= SHORTEST_NAME and not word.isdigit()]


def quotes(words, submission):
    """Return whether several words in a row stand in the text, too."""
    runs = {tuple(words[at : at + QUOTED_WORDS]) for at in range(len(words) - QUOTED_WORDS + 1)}
    for title, text in submission.revisions.values_list("title", "text") if runs else ():
        theirs = words_of(f"{title}\n{text}")
        if any(tuple(theirs[at : at + QUOTED_WORDS]) in runs for at in range(len(theirs) - QUOTED_WORDS + 1)):
            return True
    return False
