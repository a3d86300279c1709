"""Codes by group: every figure equals a plain count, small ones are hidden, and differences are told from chance."""

import csv
import io
from itertools import product
from math import comb
from random import Random

import pytest
from django.urls import reverse

from search.coding.groups import Cell, chance_of, fisher_p, group_table, kept_in, wilson_interval
from search.coding.texts import texts_of
from search.models import Coding


@pytest.fixture
def coded(frame, answer, officer):
    """Sixty answers coded by chance; those of people who ride daily have “Lighting” far more often."""
    chance, codes, made = Random(7), list(frame.codes_in_use), []
    for number in range(60):
        often = chance.choice([["Daily"], ["Weekly"], ["Never"], None])
        lines = chance.sample(["N1", "N2", "N3"], chance.randint(1, 2))
        text = answer(f"Text {number}", often, lines)
        likely = 0.9 if often == ["Daily"] else 0.2
        given = [code for code in codes if chance.random() < (likely if code.name == "Lighting" else 0.3)]
        for code in given:
            Coding.give(code, text, 1, officer)
        made.append((often or [], lines, {code.name for code in given}))
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("which", [1, 2])
def test_every_figure_is_that_of_a_plain_count(frame, officer, questions, coded, which):
    table = group_table(frame, texts_of(frame, officer), str(questions[which].pk))

    known = [(answers[which - 1], codes) for *answers, codes in coded if codes and answers[which - 1]]
    for line, (at, (value, _label, base)) in product(table.lines, enumerate(table.groups)):
        group = [codes for values, codes in known if value in values]
        others = [codes for values, codes in known if value not in values]
        cell = line.cells[at]
        assert (base, cell.base, cell.count) == (
            len(group),
            len(group),
            sum(line.code.name in codes for codes in group),
        )
        assert (cell.others_base, cell.others) == (len(others), sum(line.code.name in codes for codes in others))
    assert (table.base, [line.total.base for line in table.lines]) == (len(known), [len(known)] * 4)
    assert table.without == sum(bool(codes) and not answers[which - 1] for *answers, codes in coded)


@pytest.mark.django_db
def test_what_differs_is_said_in_a_sentence(client, officer, frame, questions, coded):
    client.force_login(officer)
    page = client.get(reverse("coding_groups", args=[frame.pk]), {"by": questions[1].pk}).content.decode()
    assert "“Lighting” is said more often by “Daily”" in page
    assert "▲ higher" in page


@pytest.mark.django_db
def test_file_leaves_out_what_stays_in_the_house(client, officer, frame, questions, coded):
    client.force_login(officer)
    asked = {"by": questions[1].pk}
    data = client.get(reverse("coding_groups_file", args=[frame.pk]), asked).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    table = client.get(reverse("coding_groups", args=[frame.pk]), asked).context["table"]

    cells = [cell for line in table.lines for cell in (*line.cells, line.total)]
    assert len(rows) == len(cells)
    assert {cell.is_kept for cell in cells} == {True, False}
    for row, cell in zip(rows, cells, strict=True):
        left_out = cell.is_kept or cell.per_cent is None
        assert (row["count"], row["base"]) == (("", "") if left_out else (str(cell.count), str(cell.base)))


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["channel", "language"])
def test_texts_without_a_question_are_compared_by_what_is_known_of_them(client, officer, frame, coded, by):
    client.force_login(officer)
    table = client.get(reverse("coding_groups", args=[frame.pk]), {"by": by}).context["table"]
    assert (
        sum(base for _value, _label, base in table.groups) == table.base == sum(bool(codes) for *_rest, codes in coded)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["", "x", "0", "99999999999999999999"])
def test_group_that_is_none_shows_no_table_and_no_file(client, officer, frame, by):
    client.force_login(officer)
    assert client.get(reverse("coding_groups", args=[frame.pk]), {"by": by}).context["table"] is None
    assert client.get(reverse("coding_groups_file", args=[frame.pk]), {"by": by}).status_code == 404


def kept(*rows):
    """Return which figures of a table with bases of fifty stay in the house, row by row."""
    found = kept_in([[Cell(count, 50) for count in row] for row in rows])
    return [[(row, at) in found for at in range(len(counts))] for row, counts in enumerate(rows)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(10, 20, 30)], [[False, False, False]]),
        ([(4, 20, 30)], [[True, True, False]]),
        ([(4, 3, 30)], [[True, True, False]]),
        ([(0, 20, 50)], [[False, False, False]]),
        ([(47, 20, 30)], [[True, True, False]]),  # three of fifty lack it
        ([(4, 0, 30)], [[True, False, True]]),
        ([(4, 0)], [[True, True]]),
        ([(4,)], [[True]]),
    ],
)
def test_small_figure_cannot_be_worked_out_from_a_sum(rows, expected):
    assert kept(*rows) == expected


def test_no_row_and_no_column_keeps_a_single_figure():
    found = kept((4, 20, 30), (20, 30, 40), (30, 10, 40))
    assert found[0][0]
    assert all(sum(each) != 1 for each in (*found, *zip(*found, strict=True)))


def test_group_of_fewer_than_five_stays_in_the_house():
    assert sorted(at for _row, at in kept_in([[Cell(0, 4), Cell(10, 20), Cell(9, 20)]])) == [0, 2]


@pytest.mark.django_db
def test_largest_difference_is_said_although_the_file_leaves_it_out(client, officer, frame, code, questions, answer):
    client.force_login(officer)
    other = frame.codes.get(name="Waiting alone")
    for often, given in (("Daily", 10), ("Weekly", 1)):
        for number in range(12):
            Coding.give(code if number < given else other, answer(f"{often} {number}", [often]), 1, officer)

    page = client.get(reverse("coding_groups", args=[frame.pk]), {"by": questions[1].pk})

    assert "“Lighting” is said more often by “Daily”: 83 %, elsewhere 8 %." in page.content.decode()
    assert page.context["table"].lines[0].cells[0].is_kept


@pytest.mark.parametrize(
    ("count", "base", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (31, 67, 0.3486, 0.5808), (0, 0, 0, 1)],
)
def test_interval_is_wilsons(count, base, low, high):
    assert wilson_interval(count, base) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("count", "base", "others", "others_base"), [(3, 10, 1, 12), (8, 9, 2, 11), (0, 5, 7, 7), (2, 4, 2, 4)]
)
def test_chance_of_small_figures_counts_every_table(count, base, others, others_base):
    together, everybody = count + others, base + others_base
    tables = {n: comb(base, n) * comb(others_base, together - n) for n in range(together + 1)}
    expected = sum(ways for ways in tables.values() if ways <= tables[count]) / comb(everybody, together)
    assert fisher_p(count, base, others, others_base) == pytest.approx(expected)
    assert chance_of(count, base, others, others_base) == pytest.approx(expected)


def test_chance_of_large_figures_is_that_of_chi_squared():
    assert chance_of(30, 100, 50, 100) == pytest.approx(0.0038924, rel=1e-4)  # chi² = 8.3333 with one degree of freedom
    assert chance_of(30, 100, 60, 200) == 1.0
    assert chance_of(0, 100, 0, 100) == 1.0
