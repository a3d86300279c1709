from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.statistics.suppression import suppressed, suppressed_table


@pytest.mark.parametrize(("count", "published"), [(0, 0), (1, None), (4, None), (5, 5), (900, 900)])
def test_small_numbers_are_not_shown(count, published):
    assert suppressed(count) == published


def test_a_lone_hidden_cell_takes_the_next_smallest_with_it():
    assert suppressed_table({"a": 2, "b": 50, "c": 9, "d": 0}) == {"a": None, "b": 50, "c": None, "d": 0}


def test_hidden_cells_that_hide_each_other_are_enough():
    assert suppressed_table({"a": 3, "b": 4, "c": 9}) == {"a": None, "b": None, "c": 9}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 60), max_size=8))
def test_no_small_number_is_shown_and_a_hidden_one_is_never_alone(cells):
    shown = suppressed_table(cells)
    hidden = [count for key, count in cells.items() if shown[key] is None]

    assert all(suppressed(count) is not None for key, count in cells.items() if shown[key] is not None)
    assert len(hidden) != 1 or len(cells) == 1


def published_as(cells):
    """Return what everybody sees of a table: its cells and its total."""
    return tuple(suppressed_table(dict(enumerate(cells))).values()), suppressed(sum(cells))


@pytest.mark.parametrize(("number", "most"), [(2, 40), (3, 24), (4, 16)])
def test_nobody_who_knows_the_rule_works_out_a_small_number(number, most):
    tables = [cells for cells in product(range(most + 1), repeat=number) if sum(cells) <= most]
    meant = defaultdict(list)
    for cells in tables:
        meant[published_as(cells)].append(cells)

    found = {
        (seen, place)
        for seen, possible in meant.items()
        for place in range(number)
        if len({cells[place] for cells in possible}) == 1 and suppressed(possible[0][place]) is None
    }
    assert found == set()


@pytest.mark.parametrize(
    ("cells", "hidden"), [({"a": 8}, "a"), ({"a": 8, "b": 20, "c": 0}, "a"), ({"a": 3, "b": 9}, "ab")]
)
def test_a_total_that_is_hidden_does_not_follow_from_its_table(cells, hidden):
    shown = suppressed_table(cells, total_is_public=False)

    assert "".join(key for key, count in shown.items() if count is None) == hidden
