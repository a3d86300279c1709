import pytest

from search.desk.chart import CHART_HEIGHT, MonthBar, chart


def test_chart_fills_the_months_between():
    drawn = chart((("2025-07", 4), ("2025-12", 4), ("2026-02", 1)), ("2026-02",))

    assert [(bar.month, bar.count, bar.x) for bar in drawn.bars] == [
        (month, count, 24 * place)
        for place, (month, count) in enumerate(
            zip(
                ["2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"],
                [4, 0, 0, 0, 0, 4, 0, 1],
                strict=True,
            )
        )
    ]
    assert drawn.bars[-1] == MonthBar("2026-02", 1, ticked=True, x=168, y=CHART_HEIGHT - 18, height=18)
    assert (drawn.width, drawn.peak.month) == (188, "2025-07")


@pytest.mark.parametrize(("last", "first"), [("2026-02", "2025-09"), ("2026-06", "2026-01"), ("2026-12", "2026-07")])
def test_chart_shows_half_a_year_at_least(last, first):
    months = [bar.month for bar in chart(((last, 3),)).bars]

    assert (months[0], months[-1], len(months)) == (first, last, 6)


def test_a_small_month_is_still_seen():
    assert [bar.height for bar in chart((("2026-01", 1), ("2026-02", 10_000))).bars][-2:] == [1, CHART_HEIGHT]


def test_there_is_no_chart_of_nothing():
    assert chart(()) is None
