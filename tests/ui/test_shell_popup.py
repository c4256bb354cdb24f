"""The corner window: lists what is due, offers done, later and open, and never takes the focus."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.shell_parts import shell
from tradecrm.core.links import Link
from tradecrm.ui.popup import DueActions, DueList, DueRow, Popup, count_icon, later_menu
from tradecrm.ui.theme import Mode, Theme

FRIDAY = date(2026, 5, 22)


class Heard:
    def __init__(self) -> None:
        self.done: list[int] = []
        self.later: list[tuple[int, int | date]] = []
        self.opened: list[Link] = []

    def actions(self) -> DueActions:
        return DueActions(
            self.done.append, lambda number, when: self.later.append((number, when)), self.opened.append
        )


def test_done_and_open_reach_the_services(qtbot: QtBot) -> None:
    heard = Heard()
    popup = Popup(Theme(Mode.LIGHT), heard.actions(), lambda: FRIDAY)
    qtbot.addWidget(popup)
    popup.show_due(
        [DueRow(7, "<b>Collect</b> USD 10,794.00", "3 days late", "bad", Link.to("shipment", id=3))]
    )
    assert popup.isVisible()
    buttons = {button.text(): button for button in popup.findChildren(QPushButton) if button.text()}
    buttons["Done"].click()
    buttons["Open"].click()
    assert (heard.done, heard.opened) == ([7], [Link.to("shipment", id=3)])
    assert "<b>Collect</b> USD 10,794.00" in [label.text() for label in popup.findChildren(QLabel)]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in popup.findChildren(QLabel))
    popup.show_due([])
    assert not popup.isVisible()


def test_it_never_takes_the_focus(qtbot: QtBot, tmp_path: Path) -> None:
    with shell(tmp_path) as (window, _context):
        popup = Popup(window.theme, Heard().actions(), lambda: FRIDAY)
        qtbot.addWidget(popup)
        popup.show_due([DueRow(1, "Ask for the draft B/L", "Today")])
        assert popup.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        assert popup.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
        assert window.isActiveWindow()


def test_later_offers_an_hour_tomorrow_and_monday(qtbot: QtBot) -> None:
    picked: list[int | date] = []
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = later_menu(parent, FRIDAY, picked.append)
    for action in menu.actions()[:3]:
        action.trigger()
    assert picked == [1, date(2026, 5, 23), date(2026, 5, 25)]


def test_the_tray_icon_carries_the_count(qtbot: QtBot) -> None:
    theme = Theme(Mode.LIGHT)
    images = [count_icon(theme, count).pixmap(64, 64).toImage() for count in (0, 3, 120)]
    assert images[0] != images[1] != images[2]


def test_a_long_reminder_stands_whole_below_the_bell(qtbot: QtBot) -> None:
    rows = DueList(Theme(Mode.LIGHT), Heard().actions(), lambda: FRIDAY)
    qtbot.addWidget(rows)
    title = "Remind Hudson Lighting Distributors Inc. of USD 42,323.80 on CI-2604-0006"
    rows.show_rows([DueRow(number, title, "146 days late", "bad") for number in range(8)])
    rows.stand(360)
    rows.show()
    labels = [label for label in rows.findChildren(QLabel) if label.text() == title]
    assert len(labels) == 8
    line = labels[0].fontMetrics().height()
    assert all(label.height() >= label.heightForWidth(label.width()) > line for label in labels)
