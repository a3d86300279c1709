import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.statistics.suppression import MIN_PUBLISHED_COUNT, suppressed, suppressed_table


@pytest.mark.parametrize(("count", "published"), [(0, 0), (1, None), (4, None), (5, 5), (900, 900)])
def test_small_numbers_are_not_shown(count, published):
    assert suppressed(count) == published


def test_a_lone_hidden_cell_takes_the_next_smallest_with_it():
    assert suppressed_table({"a": 2, "b": 50, "c": 9, "d": 0}) == {"a": None, "b": 50, "c": None, "d": 0}


def test_hidden_cells_that_hide_each_other_are_enough():
    assert suppressed_table({"a": 3, "b": 4, "c": 9}) == {"a": None, "b": None, "c": 9}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 60), max_size=8))
def test_what_is_hidden_is_never_a_single_small_number(cells):
    hidden = [count for key, count in suppressed_table(cells).items() if count is None]
    missing = sum(cells[key] for key, count in suppressed_table(cells).items() if count is None)

    assert (
        not hidden
        or missing >= MIN_PUBLISHED_COUNT
        or all(count in (0, None) for count in suppressed_table(cells).values())
    )
