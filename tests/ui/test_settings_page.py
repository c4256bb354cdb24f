"""The settings: the firm's particulars, rules of money, backups verified and told, closing with a backup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTime
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.desk_book import Desk, desk, new_book
from tradecrm.core.errors import BookDamaged
from tradecrm.core.links import Link
from tradecrm.core.money import Rounding
from tradecrm.core.pricing import Cifc, Insuring
from tradecrm.services.book import Book
from tradecrm.services.control.settings import Settings
from tradecrm.services.data.safekeeping import ASKED, back_up_book, backup_rows, restore_book
from tradecrm.ui import safekeeping
from tradecrm.ui.pages.settings import SettingsPage, read_settings
from tradecrm.ui.pages.settings_backups import BackupsPanel
from tradecrm.ui.pages.settings_parts import QuietPanel, TwoLines
from tradecrm.ui.quiet import QuietHours
from tradecrm.ui.safekeeping import Safekeeping
from tradecrm.ui.shell.state import ShellState


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = new_book(tmp_path)
    yield made
    made.close()


def keep(one: Desk) -> Safekeeping:
    keeper = one.context.keeper = Safekeeping(one.window, one.context, one.book, lambda _path: None)
    one.settle()
    return keeper


def page_of(one: Desk) -> SettingsPage:
    one.window.open_link(Link.to("settings"))
    one.settle()
    page = one.window.tabs.front_page()
    assert isinstance(page, SettingsPage)
    return page


def dirty(page: SettingsPage) -> bool:
    return page.unsaved


def status(one: Desk) -> str:
    return " ".join(label.text() for label in one.window.status.findChildren(QLabel))


def test_particulars_and_edges_are_kept(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        page = page_of(one)
        assert not dirty(page)
        page._fields["company_name_local"].setText("宁波港务贸易有限公司")
        page._days["aging_edges"][0].setText("15, 45")
        page._boxes["deposit_policy"].setCurrentIndex(2)
        assert dirty(page)
        page.save()
        one.settle()
        assert not dirty(page)
    kept = book.seat().ask(read_settings)
    assert kept.company_name_local == "宁波港务贸易有限公司"
    assert kept.aging_edges == (15, 45)
    assert kept.deposit_policy == "LAST"


@pytest.mark.parametrize("typed", ["60, 30", "thirty"])
def test_wrong_edges_are_told_and_not_kept(qtbot: QtBot, book: Book, typed: str) -> None:
    with desk(book) as one:
        page = page_of(one)
        page._days["aging_edges"][0].setText(typed)
        page.save()
        one.settle()
        assert "30, 60, 90" in page._problem.text()
        assert page._days["aging_edges"][0].property("problem"), "the field is marked, and has the keyboard"
        assert page.focusWidget() is page._days["aging_edges"][0]
    assert book.seat().ask(read_settings).aging_edges == (30, 60, 90)


def test_every_setting_has_its_field(qtbot: QtBot, book: Book) -> None:
    """Periods are closed on a page of their own, and the language of a book is chosen when it is made."""
    with desk(book) as one:
        page = page_of(one)
        shown = {*page._fields, *page._boxes, *page._numbers, *page._days}
        assert shown | {"closed_until", "language"} == {field.name for field in fields(Settings)}


def test_rules_of_prices_are_chosen_and_the_rounding_of_a_used_book_stays(qtbot: QtBot, book: Book) -> None:
    """Section 11: the mode is the firm's; what the book holds keeps it, and the page says so at the box."""
    with desk(book) as one:
        page = page_of(one)
        for name, place in (("vat_rounding", 1), ("cifc_method", 1), ("insured_whole", 1)):
            page._boxes[name].setCurrentIndex(place)
        for name, typed in (("least_premium", "12.5"), ("presentation_days", "15"), ("rate_warning", "1.5")):
            page._numbers[name][0].setText(typed)
        page.save()
        one.settle()
        kept = book.seat().ask(read_settings)
        assert kept.vat_rounding == "TOTAL"
        assert kept.insuring == Insuring(Cifc.TWO_STEP, whole=True, least=Decimal("12.5"))
        assert (kept.presentation_days, kept.rate_warning) == (15, Decimal("0.015"))
        assert not dirty(page)
        page._boxes["rounding"].setCurrentIndex(1)
        page.save()
        one.settle()
        assert "cannot change any more" in page._problem.text()
        assert page._boxes["rounding"].property("problem")
    assert book.seat().ask(read_settings).rounding is Rounding.HALF_UP


def test_currencies_shown_without_decimals_are_chosen_and_told_when_wrong(qtbot: QtBot, book: Book) -> None:
    """Section 11, a display setting: off at first, codes as a person types them, and every open page follows."""
    with desk(book) as one:
        one.window.open_link(Link.to("contracts"))
        one.settle()
        behind = one.window.tabs._tabs[-1]
        page = page_of(one)
        field = page._days["shown_whole"][0]
        assert (field.text(), book.shown_whole(), behind.stale) == ("", frozenset(), False)
        for wrong in ("forint", "JPY"):
            field.setText(wrong)
            page.save()
            one.settle()
            assert "HUF, IDR, TWD" in page._problem.text()
            assert field.property("problem")
        field.setText("twd；cny、huf")
        page.save()
        one.settle()
        assert page._problem.isHidden()
        assert book.seat().ask(read_settings).shown_whole == ("CNY", "HUF", "TWD")
        assert book.shown_whole() == {"CNY", "HUF", "TWD"}
        assert book.shown_whole() == {"CNY", "HUF", "TWD"}
        assert behind.stale, "it draws its amounts again when it is next shown"
        field.setText("")
        page.save()
        one.settle()
    assert book.seat().ask(read_settings).shown_whole == ()


def test_warnings_before_the_last_day_of_filing_are_kept_the_earliest_first(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        page = page_of(one)
        page._days["rebate_warnings"][0].setText("10, 60")
        page.save()
        one.settle()
        assert book.seat().ask(read_settings).rebate_warnings == (60, 10)
        page._days["rebate_warnings"][0].setText("400, 10")
        page.save()
        one.settle()
        assert "from 1 to 366" in page._problem.text()
    assert book.seat().ask(read_settings).rebate_warnings == (60, 10)


def test_a_backup_is_made_listed_and_told(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        keeper = keep(one)
        assert "No backup yet" in status(one)
        page = page_of(one)
        next(button for button in page.findChildren(QPushButton) if button.text() == "Back up now").click()
        one.settle()
        assert "Last good backup today" in status(one)
        assert [row.why for row in backup_rows(book)] == ["asked for"]
        assert any(button.text() == "Restore…" for button in page.findChildren(QPushButton))
        keeper.look()
        one.settle()
        assert len(backup_rows(book)) == 1, "nothing changed since"


def test_a_backup_comes_after_half_an_hour_of_use(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        keeper = keep(one)
        keeper.look()
        one.settle()
        assert [row.why for row in backup_rows(book)] == ["during work"]
        book.store.mark_changed()
        one.clock.moment += timedelta(minutes=29)
        keeper.look()
        one.settle()
        assert len(backup_rows(book)) == 1
        one.clock.moment += timedelta(minutes=2)
        keeper.look()
        one.settle()
        assert len(backup_rows(book)) == 2


def test_closing_makes_a_backup_first(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        keep(one)
        assert not one.window.close(), "the backup comes first"
        qtbot.waitUntil(lambda: not one.window.isVisible(), timeout=30_000)
    assert [row.why for row in backup_rows(book)] == ["on closing"]


def test_a_failed_check_is_told_and_the_window_stays(
    qtbot: QtBot, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any) -> None:
        raise BookDamaged("The copy was not kept, because its check found: a broken balance.")

    monkeypatch.setattr(safekeeping, "back_up_book", fails)
    with desk(book) as one:
        keep(one)
        one.window.close()
        qtbot.waitUntil(lambda: bool(one.window.findChildren(QMessageBox)), timeout=30_000)
        box = one.window.findChildren(QMessageBox)[0]
        assert "a broken balance" in box.text()
        assert one.window.isVisible()
        leave = next(b for b in box.buttons() if b.text() == "Close without a backup")
        leave.click()
        assert not one.window.isVisible()
    assert backup_rows(book) == ()


def test_a_restored_book_is_as_it_was(tmp_path: Path) -> None:
    book = new_book(tmp_path)
    made = back_up_book(book, ASKED)
    path, clock = book.file.path, book.clock
    book.close()
    kept = restore_book(made.path, path, "Li Na", clock)
    assert kept is not None
    assert kept.is_file()
    assert path.is_file()


def test_a_long_address_stands_on_two_lines_and_is_kept_as_one(qtbot: QtBot, book: Book) -> None:
    address = "Room 1206, 188 Haiyan North Road, Yinzhou District, Ningbo 315000, China"
    with desk(book) as one:
        page = page_of(one)
        field = page._fields["company_address"]
        field.setText(address.replace(", Yin", ",\nYin"))
        assert isinstance(field, TwoLines)
        assert field.height() >= 2 * field.fontMetrics().lineSpacing()
        page.save()
        one.settle()
        assert not dirty(page)
    assert book.seat().ask(read_settings).company_address == address


def test_quiet_hours_act_at_once(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        panel = page_of(one).findChildren(QuietPanel)[0]
        heard: list[QuietHours] = []
        one.context.quieted.connect(heard.append)
        panel.box.click()
        assert heard[-1] == QuietHours(time(20), time(8))
        panel.end.setTime(QTime(7, 30))
        assert one.context.quiet == QuietHours(time(20), time(7, 30))
        panel.box.click()
        assert one.context.quiet == QuietHours()


def test_the_next_backup_goes_to_the_folder_chosen(qtbot: QtBot, book: Book, tmp_path: Path) -> None:
    other = tmp_path / "stick"
    other.mkdir()
    with desk(book) as one:
        keeper = keep(one)
        moved: list[Path] = []
        keeper.moved.connect(moved.append)
        panel = page_of(one).findChildren(BackupsPanel)[0]
        panel.change_folder(tmp_path / "not there")
        assert moved == []
        panel.change_folder(other)
        keeper.back_up()
        one.settle()
        assert moved == [other]
        assert [row.path.parent for row in backup_rows(book)] == [other]
        assert "Last good backup today" in status(one)


def test_restore_asks_and_hands_the_backup_over(qtbot: QtBot, book: Book) -> None:
    with desk(book) as one:
        handed: list[Path] = []
        keeper = one.context.keeper = Safekeeping(one.window, one.context, one.book, handed.append)
        keeper.back_up()
        one.settle()
        page = page_of(one)
        put = next(b for b in page.findChildren(QPushButton) if b.text() == "Restore…")
        put.click()
        box = page.findChildren(QMessageBox)[0]
        assert "taken back" in box.text()
        next(b for b in box.buttons() if b.text() == "Restore").click()
        assert handed == [backup_rows(book)[0].path]


def test_the_folder_is_remembered_while_it_is_there(tmp_path: Path) -> None:
    book, folder = tmp_path / "firm.tcrm", tmp_path / "backups"
    folder.mkdir()
    state = ShellState(tmp_path / "window.json")
    state.set("backups", {str(book.resolve()): str(folder)})
    assert state.backups_of(book) == folder
    folder.rmdir()
    assert state.backups_of(book) is None, "a stick that is away must not stop the backups"
    assert state.backups_of(tmp_path / "other.tcrm") is None
