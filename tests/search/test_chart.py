from search.chart import HEIGHT, Bar, chart


def test_chart_fills_the_months_between():
    drawn = chart((("2025-12", 4), ("2026-02", 1)), ("2026-02",))

    assert drawn.bars == (
        Bar("2025-12", 4, ticked=False, x=0, y=0, height=HEIGHT),
        Bar("2026-01", 0, ticked=False, x=24, y=HEIGHT, height=0),
        Bar("2026-02", 1, ticked=True, x=48, y=HEIGHT - 18, height=18),
    )
    assert (drawn.width, drawn.peak.month) == (68, "2025-12")


def test_a_small_month_is_still_seen():
    assert [bar.height for bar in chart((("2026-01", 1), ("2026-02", 10_000))).bars] == [1, HEIGHT]


def test_there_is_no_chart_of_nothing():
    assert chart(()) is None
