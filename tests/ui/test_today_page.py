"""Today and the reminders: by keyboard; nothing twice over a restart; what is put off comes due again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.desk_book import Desk, desk, new_book
from tradecrm.core.links import Link
from tradecrm.services.book import Book
from tradecrm.services.control.reminders import TASK_DUE, reminder_rules, today_rows
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.tasks import TaskDialog
from tradecrm.ui.pages.today import TodayPage
from tradecrm.ui.quiet import QuietHours
from tradecrm.ui.reminding import Reminding


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = new_book(tmp_path)
    yield made
    made.close()


def page_of(one: Desk) -> TodayPage:
    one.window.open_link(Link.to("today"))
    one.settle()
    page = one.window.tabs.front_page()
    assert isinstance(page, TodayPage)
    return page


def shown(page: TodayPage) -> list[str]:
    return [line.what.text() for line in page.lines]


def popup_texts(reminding: Reminding) -> str:
    return " | ".join(label.text() for label in reminding.popup.findChildren(QLabel) if not label.isHidden())


def remind(one: Desk) -> Reminding:
    reminding = Reminding(one.window, one.context)
    reminding.look()
    one.settle()
    return reminding


def test_groups_run_from_late_to_later(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        page = page_of(one)
        assert shown(page)[0] == "Reply to the inquiry"
        assert shown(page)[1].startswith("Deposit of CNY 205.50")
        assert shown(page)[2] == "Book the vessel"


def test_keys_open_and_finish(qtbot: QtBot, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk(book) as one:
        page = page_of(one)
        opened: list[Link] = []
        monkeypatch.setattr(one.window, "open_link", opened.append)
        QTest.keyClick(page, Qt.Key.Key_Down)
        QTest.keyClick(page, Qt.Key.Key_Return)
        assert [link.target for link in opened] == ["contract"]
        QTest.keyClick(page, Qt.Key.Key_Up)
        QTest.keyClick(page, Qt.Key.Key_D)
        one.settle()
        assert "Reply to the inquiry" not in shown(page)
    assert all(row.rule != TASK_DUE for row in book.seat().ask(today_rows))


def test_a_task_is_added(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        page = page_of(one)
        page.add_task()
        dialog = page.findChild(TaskDialog)
        assert dialog is not None
        dialog.keep()
        one.settle()
        assert not dialog.form.problem.isHidden(), "a task without words is refused"
        dialog.form.title.setText("Ask for samples")
        dialog.keep()
        one.settle()
        assert "Ask for samples" in shown(page)


def test_a_rule_is_switched_off(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        page = page_of(one)
        box = next(
            box for box in page.findChildren(QCheckBox) if box.text() == "Contract waiting for its deposit"
        )
        box.click()
        one.settle()
        assert not any(text.startswith("Deposit") for text in shown(page))
    off = [rule.key for rule in book.seat().ask(reminder_rules) if not rule.active]
    assert off == ["deposit_waiting"]


def test_a_page_left_open_overnight_tells_of_the_new_day(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        page = page_of(one)
        reminding = remind(one)
        before = [label.text() for label in page.findChildren(QLabel)]
        one.clock.moment += timedelta(days=1)
        reminding.look()
        one.settle()
        after = [label.text() for label in page.findChildren(QLabel)]
        days = [one.clock.moment.date() - timedelta(days=back) for back in (1, 0)]
        old, new = (f"{day:%A}" for day in days)
        assert any(old in text for text in before)
        assert not any(old in text for text in after)
        assert any(new in text for text in after)
        reminding.stop()


def test_what_was_missed_comes_once_over_a_restart(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        reminding = remind(one)
        assert "While the program was closed" in popup_texts(reminding)
        assert "Reply to the inquiry" in popup_texts(reminding)
        reminding.popup.hide()
        reminding.look()
        one.settle()
        assert reminding.popup.isHidden()
        reminding.stop()
    with desk(book) as one:
        reminding = remind(one)
        assert reminding.popup.isHidden()
        assert len(one.window._due) == 2, "the bell still counts what waits"
        reminding.stop()


def test_what_is_put_off_comes_due_again(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        reminding = remind(one)
        number = next(key for key, row in reminding._numbers.items() if row.rule == TASK_DUE)
        reminding.actions.later(number, 1)
        one.settle()
        assert "Reply to the inquiry" not in popup_texts(reminding)
        assert all(row.title != "Reply to the inquiry" for row in one.window._due)
        one.clock.moment += timedelta(minutes=59)
        reminding.look()
        one.settle()
        assert "Reply to the inquiry" not in popup_texts(reminding)
        one.clock.moment += timedelta(minutes=2)
        reminding.look()
        one.settle()
        assert "Reply to the inquiry" in popup_texts(reminding)
        reminding.actions.done(number)
        one.settle()
        assert "Reply to the inquiry" not in popup_texts(reminding)
        reminding.stop()


NIGHT = QuietHours(time(22), time(7, 30))


def at(one: Desk, hour: int, minute: int = 0) -> None:
    """Put the clock to an hour of its day, as this computer counts."""
    day = one.clock.moment.astimezone().date()
    one.clock.moment = datetime.combine(day, time(hour, minute)).astimezone()


@pytest.mark.parametrize(
    ("hours", "hour", "minute", "quiet"),
    [
        (NIGHT, 21, 59, False),
        (NIGHT, 22, 0, True),
        (NIGHT, 3, 0, True),
        (NIGHT, 7, 29, True),
        (NIGHT, 7, 30, False),
        (QuietHours(time(12), time(13)), 12, 30, True),
        (QuietHours(time(12), time(13)), 13, 0, False),
        (QuietHours(), 3, 0, False),
    ],
)
def test_quiet_hours_go_over_midnight(hours: QuietHours, hour: int, minute: int, quiet: bool) -> None:
    moment = datetime.combine(date(2026, 6, 15), time(hour, minute)).astimezone()
    assert hours.holds(moment) is quiet
    assert QuietHours.from_text(hours.as_text()) == hours


@pytest.mark.parametrize("text", ["", "22:00", "late-early", "25:00-07:00"])
def test_what_cannot_be_read_is_never_quiet(text: str) -> None:
    assert QuietHours.from_text(text) == QuietHours()


def test_in_quiet_hours_only_the_bell_counts(
    qtbot: QtBot, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """look.md, "Today and reminders"."""
    with desk(book) as one:
        reminding = Reminding(one.window, one.context)
        told: list[str] = []
        monkeypatch.setattr(reminding.tray, "tell", lambda title, _text: told.append(title))
        one.context.keep_quiet(NIGHT)
        at(one, 23)
        reminding.look()
        one.settle()
        assert reminding.popup.isHidden()
        assert told == []
        assert len(one.window._due) == 2, "the bell counts on"
        at(one, 7, 31)
        reminding.look()
        one.settle()
        assert reminding.popup.isVisible(), "what was silent comes when the quiet hours are over"
        assert "Reply to the inquiry" in popup_texts(reminding)
        assert len(told) == 1
        at(one, 22, 1)
        reminding.look()
        one.settle()
        assert reminding.popup.isHidden(), "an open window goes away too"
        reminding.stop()


def test_keys_of_the_corner_window(qtbot: QtBot, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk(book) as one:
        opened: list[Link] = []
        monkeypatch.setattr(PageContext, "open", lambda _context, link: opened.append(link))
        reminding = remind(one)
        QTest.keyClick(reminding.popup, Qt.Key.Key_Down)
        QTest.keyClick(reminding.popup, Qt.Key.Key_Return)
        assert [link.target for link in opened] == ["contract"]
        QTest.keyClick(reminding.popup, Qt.Key.Key_Up)
        QTest.keyClick(reminding.popup, Qt.Key.Key_D)
        one.settle()
        assert "Reply to the inquiry" not in popup_texts(reminding)
        QTest.keyClick(reminding.popup, Qt.Key.Key_S)
        menus = [menu for menu in reminding.popup.findChildren(QMenu) if menu.isVisible()]
        assert [action.text() for action in menus[0].actions()][:2] == ["In 1 hour", "Tomorrow"]
        menus[0].close()
        QTest.keyClick(reminding.popup, Qt.Key.Key_Escape)
        assert reminding.popup.isHidden()
        reminding.stop()
