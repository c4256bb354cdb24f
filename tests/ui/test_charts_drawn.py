"""Charts: right when empty, negative, with one point, with forty; hover says the value, a click opens it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tradecrm.core.links import Link
from tradecrm.core.table import Chart, ChartKind, Series
from tradecrm.core.text import use_language
from tradecrm.ui.charts.bricks import AgingStrip, FigureCard, Milestones, Part, Strip
from tradecrm.ui.charts.chart import ChartView
from tradecrm.ui.charts.scale import exact, extent, floats, short, ticks
from tradecrm.ui.theme import Mode, Theme


def chart(
    kind: ChartKind,
    *runs: Sequence[str | int | None],
    totals: frozenset[int] = frozenset(),
    unit: str = "CNY",
) -> Chart:
    count = max((len(run) for run in runs), default=0)
    series = tuple(
        Series(
            f"series {number}",
            tuple(None if value is None else Decimal(value) for value in run),
            tuple(Link.to("row", n=index) for index in range(len(run))),
        )
        for number, run in enumerate(runs)
    )
    return Chart(kind, "Orders", tuple(f"month {index}" for index in range(count)), series, unit, totals)


def drawn(view: ChartView) -> QImage:
    view.resize(640, 320)
    return view.grab().toImage()


def colors(image: QImage) -> set[str]:
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }


def test_ticks_are_round_hold_zero_and_cover_everything() -> None:
    assert ticks(Decimal(0), Decimal(97)) == tuple(map(Decimal, (0, 25, 50, 75, 100)))
    for low, high in ((-35, 12), (-9, -1), (0, 0), (1, 3)):
        answer = ticks(Decimal(low), Decimal(high))
        assert answer[0] <= low
        assert answer[-1] >= high
        assert 0 in answer
        assert len({after - before for before, after in itertools.pairwise(answer)}) == 1
    tiny = ticks(Decimal(0), Decimal("0.0031"))
    assert tiny[-1] >= Decimal("0.0031")


def test_axis_numbers_are_short_in_both_languages() -> None:
    assert [short(Decimal(value)) for value in (0, 950, 1500, -35000, 1200000)] == [
        "0",
        "950",
        "1.5k",
        "−35k",
        "1.2M",
    ]
    use_language("zh_CN")
    try:
        assert [short(Decimal(value)) for value in (35000, 120000000)] == ["3.5万", "1.2亿"]
    finally:
        use_language("en")


def test_the_tip_says_the_exact_value() -> None:
    assert exact(Decimal("1234.5"), "USD") == "USD 1,234.50"
    assert exact(Decimal(1234), "JPY") == "JPY 1,234"
    assert exact(Decimal(12), "shipments") == "12 shipments"


def test_waterfall_floats_on_the_sum_before() -> None:
    """domain.md section 2: revenue less costs leaves the profit, which stands on zero."""
    fall = chart(ChartKind.WATERFALL, ["100", "-130", None, "20", "-10"], totals=frozenset({0, 4}))
    spans = [None if span is None else tuple(map(int, span)) for span in floats(fall)]
    assert spans == [(0, 100), (100, -30), None, (-30, -10), (0, -10)]
    assert extent(fall) == (Decimal(-30), Decimal(100))


def test_stacked_extent_adds_what_is_above_and_below_apart() -> None:
    assert extent(chart(ChartKind.STACKED, [10, -5], [20, -7], [-4, 3])) == (Decimal(-12), Decimal(30))


@pytest.mark.parametrize("kind", list(ChartKind))
@pytest.mark.parametrize(
    "values",
    [
        ["5"],
        ["0"],
        ["-5"],
        ["-3", "4", None, "-9"],
        [str(n * 37 % 23 - 5) for n in range(40)],
        ["1e13", "-1e13"],
    ],
    ids=["one", "zero", "negative", "mixed", "forty", "huge"],
)
def test_every_value_has_a_mark_inside_the_plot(
    qtbot: QtBot, kind: ChartKind, values: list[str | None]
) -> None:
    view = ChartView(Theme(Mode.LIGHT), chart(kind, values))
    qtbot.addWidget(view)
    drawn(view)
    assert [mark.value for mark in view.marks] == [Decimal(value) for value in values if value is not None]
    for mark in view.marks:
        assert view.rect().toRectF().contains(mark.rect), (mark, view.rect())


@pytest.mark.parametrize("empty", [None, chart(ChartKind.BAR), chart(ChartKind.LINE, [None, None])])
def test_an_empty_chart_is_a_sentence(qtbot: QtBot, empty: Chart | None) -> None:
    view = ChartView(Theme(Mode.LIGHT), empty, "No orders yet: the first contract draws this chart.")
    qtbot.addWidget(view)
    image = drawn(view)
    assert view.marks == ()
    assert len(colors(image)) > 1, "the sentence is drawn"


def test_a_gap_in_a_line_is_no_value(qtbot: QtBot) -> None:
    view = ChartView(Theme(Mode.LIGHT), chart(ChartKind.LINE, [1, None, 3]))
    qtbot.addWidget(view)
    drawn(view)
    assert [mark.category for mark in view.marks] == ["month 0", "month 2"]


def test_hover_says_and_click_opens_and_keys_do_both(qtbot: QtBot) -> None:
    view = ChartView(Theme(Mode.LIGHT), chart(ChartKind.BAR, [10, 20], [5, 6]))
    qtbot.addWidget(view)
    drawn(view)
    view.show()
    mark = view.marks[2]
    assert view.tip(mark) == "month 1 • series 0\nCNY 20.00"
    with qtbot.waitSignal(view.opened) as told:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=mark.rect.center().toPoint())
    assert told.args == [Link.to("row", n=1)]
    with qtbot.assertNotEmitted(view.opened):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    with qtbot.waitSignal(view.opened) as told:
        QTest.keyClick(view, Qt.Key.Key_Right)
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [Link.to("row", n=0)]


def test_colors_follow_the_theme(qtbot: QtBot) -> None:
    theme = Theme(Mode.LIGHT)
    view = ChartView(theme, chart(ChartKind.BAR, [10, 20]))
    qtbot.addWidget(view)
    assert "#2358d5" in colors(drawn(view))
    theme.set_mode(Mode.DARK)
    shown = colors(drawn(view))
    assert "#7ca5ff" in shown
    assert "#2358d5" not in shown


def test_a_loss_at_the_end_of_a_waterfall_is_red_and_nothing_else_is(qtbot: QtBot) -> None:
    theme = Theme(Mode.LIGHT)
    view = ChartView(theme, chart(ChartKind.WATERFALL, [100, -130, -20, -50], totals=frozenset({0, 3})))
    qtbot.addWidget(view)
    drawn(view)
    assert [mark.color == theme.bad for mark in view.marks] == [False, False, False, True]


def test_strip_parts_share_the_width(qtbot: QtBot) -> None:
    strip = Strip(Theme(Mode.LIGHT))
    qtbot.addWidget(strip)
    strip.resize(400, 14)
    strip.show_parts(
        [
            Part("Not due", Decimal(300), "300"),
            Part("1–30", Decimal(0), "0"),
            Part("31–60", Decimal(100), "100"),
        ]
    )
    assert strip.spans() == [(0, 0.0, 300.0), (2, 300.0, 100.0)]
    strip.show_parts([Part("Not due", Decimal(0), "0"), Part("1–30", Decimal(-5), "-5")])
    assert strip.spans() == []
    strip.grab()


def test_strip_and_card_open_their_rows(qtbot: QtBot) -> None:
    theme = Theme(Mode.LIGHT)
    aging = AgingStrip(theme)
    qtbot.addWidget(aging)
    aging.show_parts([Part("Not due", Decimal(5), "5.00", Link.to("report/aging", bucket=0))])
    aging.resize(300, 80)
    aging.show()
    strip = aging.findChild(Strip)
    assert strip is not None
    with qtbot.waitSignal(aging.opened) as told:
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
    assert told.args == [Link.to("report/aging", bucket=0)]
    card = FigureCard(theme, "Receivables overdue")
    qtbot.addWidget(card)
    card.show_figure("CNY 131,906", "6 customers", "bad", Link.to("receivables"))
    card.show()
    with qtbot.waitSignal(card.opened):
        QTest.keyClick(card._figure, Qt.Key.Key_Return)


def test_milestones_draw_done_ones_in_the_accent(qtbot: QtBot) -> None:
    theme = Theme(Mode.LIGHT)
    dots = Milestones(theme, 2, 3, "Shipped")
    qtbot.addWidget(dots)
    dots.resize(dots.sizeHint())
    image = dots.grab().toImage()
    names = [QColor(image.pixel(20 * index + 8, 4)).name() for index in range(3)]
    assert names == ["#2358d5", "#2358d5", "#e2e5ea"]
