"""The names below a chart stand whole: wrapped within the height kept for them, in both scripts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from tradecrm.core.table import Chart, ChartKind, Series
from tradecrm.ui.charts.chart import NAMES_WRAPPED, ChartView
from tradecrm.ui.charts.scale import in_lines
from tradecrm.ui.theme import Theme

ENGLISH = ("Revenue", "Ocean or air freight and surcharges", "Customs broker, inspection, CO fee", "Profit")
CHINESE = ("收入", "海运费／空运费及附加费", "报关、商检、产地证费", "利润")


@pytest.mark.parametrize("names", [ENGLISH, CHINESE])
@pytest.mark.parametrize("width", [330, 420, 600])
def test_wrapped_names_have_their_full_height(names: tuple[str, ...], width: int, qtbot: QtBot) -> None:
    values = tuple(Decimal(value) for value in (100, -20, -30, 50))
    fall = Chart(ChartKind.WATERFALL, "Profit", names, (Series("CNY", values),), "CNY", frozenset({0, 3}))
    view = ChartView(Theme(), fall)
    qtbot.addWidget(view)
    view.resize(width, 300)
    view.show()
    metrics, slot = view._metrics(), view._slot()
    if view._turned:
        assert max(metrics.horizontalAdvance(name) for name in names) > slot * 2
        return
    for name in names:
        box = metrics.boundingRect(QRectF(0, 0, slot - 6, 1000), NAMES_WRAPPED, name)
        assert view._plot.bottom() + 5 + box.height() <= view.height()
        assert box.height() <= metrics.lineSpacing() * view._lines + 2


def test_a_slanted_name_goes_on_in_a_second_line() -> None:
    def width(text: str) -> float:
        return 6.0 * len(text)

    assert in_lines("Southern Cross Garden Pty Ltd", 2, width, 90) == ("Southern Cross", "Garden Pty Ltd")
    assert in_lines("Göta AB", 2, width, 90) == ("Göta AB",)
    assert in_lines("Southern Cross Garden Pty Ltd", 1, width, 90) == ("Southern Cross Garden Pty Ltd",)
    assert in_lines("海运费及附加费", 2, width, 24) == ("海运费", "及附加费")
