"""Keyness: the log-likelihood ratio of a word in some texts against others."""

from math import log

SIGNIFICANT_KEYNESS = 6.63  # of words that are no more frequent in truth, one in a hundred reaches this much
MIN_WORD_CHARACTERS = 4  # shorter words say little by themselves
MIN_TEXTS_WITH_WORD = 3  # texts that a typical word is in


def keyness(here: int, texts: int, there: int, others: int) -> float:
    """Return the log-likelihood ratio of a word found in ``here`` of ``texts`` and ``there`` of ``others`` documents.

    0 when the word is not relatively more frequent here. After T. Dunning, "Accurate Methods for the Statistics of
    Surprise and Coincidence", 1993. Documents are counted, so repetition within one text adds nothing.
    """
    if not texts or not others or here * others <= there * texts:
        return 0.0
    held, either = here + there, texts + others
    cells = (
        (here, texts * held),
        (there, others * held),
        (texts - here, texts * (either - held)),
        (others - there, others * (either - held)),
    )
    return 2 * sum(seen * log(seen * either / expected) for seen, expected in cells if seen)
