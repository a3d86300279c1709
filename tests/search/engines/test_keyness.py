"""How typical a word is: against figures worked out elsewhere, and where there is nothing to compare."""

import math

import pytest

from search.engines.keyness import SIGNIFICANT_KEYNESS, keyness


def by_entropies(here, texts, there, others):
    """The same figure by its other definition: twice the mutual information of holding the word and being a hit."""

    def entropy(*parts):
        return -sum(part * math.log(part / sum(parts)) for part in parts if part)

    table = entropy(here, texts - here, there, others - there)
    held, either = here + there, texts + others
    return 2 * (entropy(texts, others) + entropy(held, either - held) - table)


@pytest.mark.parametrize(
    "counts", [(2, 5, 0, 300), (2, 5, 15, 300), (40, 300, 2, 300), (300, 300, 1, 50), (5, 5, 5, 6)]
)
def test_keyness_is_twice_the_mutual_information(counts):
    assert keyness(*counts) == pytest.approx(by_entropies(*counts))


def test_everyday_words_of_few_hits_are_not_typical_and_rare_ones_are():
    assert keyness(2, 5, 15, 300) < SIGNIFICANT_KEYNESS < keyness(2, 5, 0, 300)


@pytest.mark.parametrize("counts", [(0, 5, 3, 300), (1, 5, 60, 300), (1, 5, 80, 300), (3, 3, 0, 0), (0, 0, 3, 9)])
def test_no_more_frequent_than_elsewhere_is_not_typical_at_all(counts):
    assert keyness(*counts) == 0
