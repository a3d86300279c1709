"""Which statement comes next for somebody: drawn at random, new and clear ones more often.

The weight is that of Polis (compdemocracy/polis, `math/src/polismath/conv_man.clj`), without its groups: a statement
that few have answered comes up nine times as often as it would, and one that most people pass on sinks.
"""

from hashlib import sha256
from math import log

NEWNESS = 8  # by how much an unanswered statement is lifted
NEWNESS_HALF_LIFE = 5  # answers after which that is half as much
LUCK_BYTES = 8


def weight(agree: int, disagree: int, passed: int) -> float:
    """Return the weight with which a statement with these votes is drawn; above 0."""
    answers = agree + disagree + passed
    importance = (1 - (passed + 1) / (answers + 2)) * ((agree + 1) / (answers + 2))
    return (importance * (1 + NEWNESS * 2 ** (-answers / NEWNESS_HALF_LIFE))) ** 2


def luck(voter_key: str, statement_id: int) -> float:
    """Return a number between 0 and 1, both excluded: always the same one for this person and this statement."""
    digest = sha256(f"{voter_key}:{statement_id}".encode()).digest()
    return (int.from_bytes(digest[:LUCK_BYTES]) + 0.5) / 2 ** (8 * LUCK_BYTES)


def place_in_line(voter_key: str, statement_id: int, agree: int, disagree: int, passed: int) -> float:
    """Return where a statement stands for a person, the first with the lowest number.

    Taken in this order, statements are drawn without putting back, each time in proportion to their weights
    (Efraimidis and Spirakis, 2006). The order is a person's own, so that reloading a page draws nothing anew.
    """
    return -log(luck(voter_key, statement_id)) / weight(agree, disagree, passed)
