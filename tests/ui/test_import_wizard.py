"""Bringing a real spreadsheet in through the wizard: title rows, Chinese headers, questions, problems, undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.money_book import Room, make_trading_book, room_of
from tests.ui.walking import walk_by_tab
from tradecrm.core.errors import DiskFull
from tradecrm.core.links import Link
from tradecrm.services.book import Book
from tradecrm.services.crm.parties import party_picker
from tradecrm.services.data import safekeeping
from tradecrm.services.data.safekeeping import backup_rows
from tradecrm.services.data.search import search
from tradecrm.storage.store import open_book
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.import_history import ImportHistoryPage
from tradecrm.ui.pages.import_page import ImportPage
from tradecrm.ui.safekeeping import Safekeeping
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.shell.window import MainWindow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, object]:
    folder = tmp_path_factory.mktemp("import")
    return folder / "trading.tcrm", make_trading_book(folder)


@pytest.fixture
def room(made: tuple[Path, object], tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with room_of(made[0], tmp_path / "book.tcrm", made[1], qtbot) as opened:  # type: ignore[arg-type]
        yield opened


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A list of customers as people keep it: title rows, Chinese headers, open questions, faults, a total."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "客户"
    for row in (
        ["2026年客户名录"],
        ["制表：林悦", None, "单位：家"],
        [],
        ["客户名称", "国家", "联系人", "邮箱", "电话", "建档日期", "信用额度", "备注"],
        ["Blue Harbor Ltd", "英国", "Mary Poole", "info@blueharbor.co.uk", None, "03/04/2025", 20000, "展会"],
        ["Nordlys AS", "挪威", "Ola Nordmann", "ola@nordlys.no", None, "05/06/2025", 15000, None],
        ["Nordlys A/S", "挪威", None, "ola@nordlys.no", None, "07/08/2025", None, None],
        [None, "亚特兰蒂斯", "X", "nobody", None, None, "很多", None],
        ["Kern Tool Corp.", "德国", "Anna", None, None, "01/02/2025", None, None],
        ["合计", None, None, None, None, None, 35000, None],
    ):
        page.append(row)
    path = tmp_path / "customers.xlsx"
    book.save(path)
    return path


def wizard(room: Room, sheet: Path) -> ImportPage:
    """Drop the file on the page and wait for its columns."""
    page = room.page(Link.to("import", kind="customers"))
    assert isinstance(page, ImportPage)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(sheet))])
    drop = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.file.dropEvent(drop)
    room.settle()
    assert page.stack.currentWidget() is page.columns
    return page


def answer(page: ImportPage) -> None:
    """Answer every open question by the keyboard, each by its first real answer."""
    for combo in (*page.columns.fields.values(), *page.columns.answers.values()):
        if combo.property("problem"):
            combo.setFocus()
            QTest.keyClick(combo, Qt.Key.Key_Down)


def checked(room: Room, sheet: Path) -> ImportPage:
    page = wizard(room, sheet)
    answer(page)
    page.go.click()
    room.settle()
    assert page.stack.currentWidget() is page.check
    return page


def names(room: Room) -> set[str]:
    return {choice.name for choice in room.context.seat.ask(party_picker)}


def test_columns_are_guessed_and_what_is_open_is_asked(room: Room, sheet: Path) -> None:
    page = wizard(room, sheet)
    assert page.columns.headers.currentText() == "4"
    assert page.columns.mapping()[0] == "name"
    assert page.columns.mapping()[1] == "country"
    assert page.columns.open_questions() != []
    assert not page.go.isEnabled()
    answer(page)
    assert page.columns.open_questions() == []
    assert page.go.isEnabled()


def test_no_field_comes_from_two_columns(room: Room, sheet: Path) -> None:
    page = wizard(room, sheet)
    remark = page.columns.fields[7]
    remark.setCurrentIndex(remark.findData("name"))
    remark.activated.emit(remark.currentIndex())
    assert page.columns.mapping()[7] == "name"
    assert 0 not in page.columns.mapping()


def test_every_problem_stands_at_its_cell(room: Room, sheet: Path) -> None:
    """Duplicates in the file and against the book by strong keys (domain.md section 7.4)."""
    page = checked(room, sheet)
    listed = [page.check.problems.item(n).text() for n in range(page.check.problems.count())]
    assert any(text.startswith("客户!A8") for text in listed)
    assert any(text.startswith("客户!B8") and "亚特兰蒂斯" in text for text in listed)
    assert any("Row 7: the same as row 6" in text for text in listed)
    place = page.check.model.find("客户!D8")
    assert place is not None
    assert page.check.model.look(*place).problem
    assert "nobody" in page.check.model.tip(*place)
    fates = {
        number: page.check.model.look(row, 0).text for row, number in enumerate(page.check.model.numbers)
    }
    assert fates[5] == "New"
    assert fates[7] == "Same as row 6"
    assert fates[9] in {"In the book already", "Unchanged"}
    assert "2 new" in page.check.counts.text()
    assert "Blue Harbor Ltd" not in names(room)


def test_rows_are_brought_in_saved_and_taken_back(room: Room, sheet: Path, tmp_path: Path) -> None:
    before = names(room)
    page = checked(room, sheet)
    assert page.go.hasFocus()
    QTest.keyClick(page.go, Qt.Key.Key_Space)
    room.settle()
    assert page.stack.currentWidget() is page.done
    assert names(room) - before == {"Blue Harbor Ltd", "Nordlys AS"}
    page.save_refused_to(tmp_path / "refused.xlsx")
    room.settle()
    rows = list(load_workbook(tmp_path / "refused.xlsx").active.iter_rows(values_only=True))  # type: ignore[union-attr]
    flat = [" ".join(str(cell) for cell in row if cell is not None) for row in rows]
    assert any("Nordlys A/S" in text and "row 6" in text for text in flat)
    assert any("亚特兰蒂斯" in text and "客户!B8" in text for text in flat)
    page.done.undo.click()
    room.settle()
    assert names(room) == before
    assert room.context.seat.ask(search, "Harbor").hits == ()
    assert "2 records taken back" in page.done.counts.text()


def keep(room: Room, folder: Path) -> MainWindow:
    """Give the book its keeper, as the window does, with a window that the caller holds."""
    context = room.context
    window = MainWindow(context.theme, ShellState(folder / "window.json"), context.jobs)
    context.keeper = Safekeeping(window, context, context.seat.book, lambda _path: None)
    room.settle()
    return window


def test_a_backup_comes_before_an_import_and_is_told(room: Room, sheet: Path, tmp_path: Path) -> None:
    """safekeeping.md section 1: before every bulk import, checked."""
    window = keep(room, tmp_path)
    before = names(room)
    page = checked(room, sheet)
    assert backup_rows(room.context.seat.book) == (), "comparing makes none"
    QTest.keyClick(page.go, Qt.Key.Key_Space)
    room.settle()
    assert page.stack.currentWidget() is page.done
    (made,) = backup_rows(room.context.seat.book)
    assert made.why == "before an import"
    assert made.path.name in page.done.advice.text()
    kept = Book(open_book(made.path, "Li Na", room.context.seat.book.clock), room.context.seat.book.clock)
    assert {choice.name for choice in kept.seat().ask(party_picker)} == before
    kept.close()
    window.deleteLater()


def test_without_a_backup_nothing_is_brought_in_unless_asked(
    room: Room, sheet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object) -> None:
        raise DiskFull("There is no room left on the disk.")

    window = keep(room, tmp_path)
    before = names(room)
    page = checked(room, sheet)
    monkeypatch.setattr(safekeeping, "back_up_book", fails)
    page.go.click()
    room.settle()
    assert page.stack.currentWidget() is page.check
    assert names(room) == before
    assert "no room left" in page.banner.text.text()
    (anyway,) = [b for b in page.banner.findChildren(QPushButton) if b.text() == "Bring in without a backup"]
    anyway.click()
    room.settle()
    assert names(room) - before == {"Blue Harbor Ltd", "Nordlys AS"}
    window.deleteLater()


def test_an_earlier_import_is_taken_back_from_the_history(room: Room, sheet: Path) -> None:
    before = names(room)
    page = checked(room, sheet)
    page.go.click()
    room.settle()
    history = room.page(Link.to("imports"))
    assert isinstance(history, ImportHistoryPage)
    assert [run.file_name for run in history.runs] == ["customers.xlsx"]
    history.undo_button.click()
    room.settle()
    history.reload()
    room.settle()
    assert names(room) == before
    assert history.runs[0].undone_at is not None
    assert not history.undo_button.isEnabled()


def test_a_file_that_is_no_table_is_refused_in_words(room: Room, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(b"PK\x03\x04 nothing")
    page = room.page(Link.to("import", kind="customers"))
    assert isinstance(page, ImportPage)
    page.read(damaged)
    room.settle()
    assert page.stack.currentWidget() is page.file
    assert "damaged.xlsx" in page.banner.text.text()


COPIED = (
    "Company name\tCountry\tContact\tEmail\tRemark\r\n"
    'Blue Harbor Ltd\tGB\tMary Poole\tinfo@blueharbor.co.uk\t"met at the fair,\nbooth 12"\r\n'
    "Nordlys AS\tNO\tOla Nordmann\tola@nordlys.no\t\r\n"
)


def test_rows_copied_in_excel_are_pasted_into_a_list_and_brought_in(room: Room) -> None:
    QApplication.clipboard().setText(COPIED)
    customers = room.page(Link.to("customers"))
    assert isinstance(customers, ListPage)
    customers.table.setFocus()
    QTest.keyClick(customers.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    page = room.page(room.host.opened[-1])
    assert isinstance(page, ImportPage)
    assert page.stack.currentWidget() is page.columns
    assert page.link().param("paste") is None, "a tab that comes back does not read another clipboard"
    answer(page)
    QTest.keyClick(page.go, Qt.Key.Key_Space)
    room.settle()
    QTest.keyClick(page.go, Qt.Key.Key_Space)
    room.settle()
    assert page.stack.currentWidget() is page.done
    assert {"Blue Harbor Ltd", "Nordlys AS"} <= names(room)


OPEN_ROWS = (
    "Customer\tInvoice No\tInvoice date\tDue date\tCurrency\tOpen amount\tRate\n"
    "{name}\tCI-25101\t2025-12-02\t2026-01-31\tUSD\t12,000.00\t7.10\n"
    "{other}\tCI-25102\t2025-12-20\t\tUSD\t500.00\t7.00\n"
)


def test_what_was_open_at_the_beginning_is_pasted_summed_posted_whole_and_taken_back(room: Room) -> None:
    """One wrong name keeps all out; 12,000 x 7.10 + 500 x 7.00 = 88,700.00 is seen before anything is posted."""
    customer = next(row.name for row in room.context.seat.ask(party_picker, "Kern"))
    for other, ready in (("Nobody Ltd", False), (customer, True)):
        QApplication.clipboard().setText(OPEN_ROWS.format(name=customer, other=other))
        page = room.page(Link.to("import", kind="open_receivables", paste=1))
        assert isinstance(page, ImportPage)
        room.settle()
        page.go.click()
        room.settle()
        assert page.stack.currentWidget() is page.check
        assert page.go.isEnabled() is ready
        assert page.check.advice.isHidden() is ready
    assert isinstance(page, ImportPage)
    assert "USD 12,500.00 (in base currency 88,700.00)" in page.check.sums.text()
    page.go.click()
    room.settle()
    assert "USD 12,500.00" in page.done.counts.text()
    page.done.undo.click()
    room.settle()
    assert "2 records" in page.done.counts.text()


def test_a_clipboard_without_rows_is_said_and_a_copied_file_is_read(room: Room, sheet: Path) -> None:
    QApplication.clipboard().setText("  \n")
    page = room.page(Link.to("import", kind="customers", paste=1))
    assert isinstance(page, ImportPage)
    assert page.stack.currentWidget() is page.file
    assert "clipboard" in page.banner.text.text()
    copied = QMimeData()
    copied.setUrls([QUrl.fromLocalFile(str(sheet))])
    QApplication.clipboard().setMimeData(copied)
    QTest.keyClick(page.file.choose, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    room.settle()
    assert page.stack.currentWidget() is page.columns


def test_a_file_is_offered_to_drop_and_nothing_else(room: Room, sheet: Path) -> None:
    page = room.page(Link.to("import", kind="customers"))
    assert isinstance(page, ImportPage)
    assert page.file.acceptDrops()
    for urls, taken in (
        ([QUrl.fromLocalFile(str(sheet))], True),
        ([QUrl("https://example.com/x.xlsx")], False),
    ):
        data = QMimeData()
        data.setUrls(urls)
        none = Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(
            QPoint(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none
        )
        enter.ignore()
        page.file.dragEnterEvent(enter)
        assert enter.isAccepted() is taken


def test_the_wizard_goes_by_tab_and_space_alone(room: Room, sheet: Path) -> None:
    page = room.page(Link.to("import", kind="customers"))
    assert isinstance(page, ImportPage)
    page.activateWindow()
    room.qtbot.waitUntil(page.file.choose.hasFocus)
    reached = walk_by_tab(page)
    assert {page.file.kind, page.file.choose, page.file.history} <= set(reached)
    page.read(sheet)
    room.settle()
    reached = walk_by_tab(page)
    fields = [combo for combo in page.columns.fields.values() if combo.isVisible()]
    order = [reached.index(combo) for combo in fields]
    assert order == sorted(order), "columns are walked in the order they stand"
    assert page.back in reached
    answer(page)
    assert page.go in walk_by_tab(page)
