"""How typical a word is of some texts against others: the log-likelihood ratio, corpus linguistics' *keyness*."""

from math import log

SIGNIFICANT_KEYNESS = 6.63  # of words that are no more frequent in truth, one in a hundred reaches this much
MIN_TEXTS_WITH_WORD = 3  # texts that a typical word is in


def keyness(here: int, texts: int, there: int, others: int) -> float:
    """Return the log-likelihood ratio of a word that ``here`` of some texts and ``there`` of the others hold.

    0 when it is no more frequent here. After T. Dunning, "Accurate Methods for the Statistics of Surprise and
    Coincidence", 1993; counted over texts, so a word that one text repeats is no more typical.
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
