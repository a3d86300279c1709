import numpy as np

from moderation.review.agreement import Agreement, agreement_on, alpha

YES, NO = frozenset({"hate"}), frozenset()


def test_alpha_is_that_of_the_worked_example():
    # Ten texts, two readers, two values: the first example of “Computing Krippendorff’s Alpha-Reliability”.
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]

    assert round(alpha(np.array([first, second]).T), 3) == 0.095


def test_perfect_agreement_is_one():
    result = agreement_on("hate", [(YES, YES)] * 15 + [(NO, NO)] * 15)

    assert (result.alpha, result.low, result.high, result.worrying) == (1.0, 1.0, 1.0, False)


def test_too_few_texts_give_no_figure():
    assert agreement_on("hate", [(YES, NO)] * 9) == Agreement("hate", 9, None, None, None)


def test_texts_of_other_clauses_alone_give_no_figure():
    assert agreement_on("hate", [(frozenset({"spam"}), NO)] * 50) == Agreement("hate", 0, None, None, None)


def test_nothing_to_tell_apart_gives_no_figure():
    assert agreement_on("hate", [(YES, YES)] * 40) == Agreement("hate", 40, None, None, None)


def test_disagreement_over_many_texts_is_worrying():
    result = agreement_on("hate", [(YES, NO), (NO, YES), (YES, YES), (NO, NO)] * 20)

    assert result.worrying
    assert result.low < result.alpha < result.high < 0.4


def test_interval_is_the_same_every_time():
    pairs = [(YES, NO), (YES, YES), (NO, NO)] * 12

    assert agreement_on("hate", pairs) == agreement_on("hate", pairs)
