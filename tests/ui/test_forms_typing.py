"""Nothing typed is lost: open editors are taken up before saving, unread texts stay, leaving asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.small_book import Host, small_context
from tests.ui.small_form import PRODUCTS, Desk, form
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.screens.spec import ActionSpec, FieldSpec, FormSpec
from tradecrm.ui.context import PageContext
from tradecrm.ui.forms.page import FormPage

Room = tuple[PageContext, Host]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def room(tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with small_context(tmp_path / "book.db", rows=1) as made:
        yield made


def priced(desk: Desk) -> FormSpec:
    """Answer the form with a freight in each line, typed in the currency of the head, and an action."""
    spec = form(desk)
    freight = FieldSpec("freight", "Freight", FieldKind.MONEY, currency_from=".currency")
    lines = replace(spec.lines[0], columns=(*spec.lines[0].columns[:5], freight, spec.lines[0].columns[5]))
    copy = ActionSpec("copy", "Copy", opens=lambda rows: Link.to("copy", id=rows[0]["id"]))
    return replace(spec, lines=(lines,), actions=(copy,))


def opened(qtbot: QtBot, room: Room, desk: Desk, link: Link | None = None) -> FormPage:
    page = FormPage(room[0], link or Link.to("quotation", id=63), priced(desk))
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: page.loaded)
    settle(qtbot, page)
    return page


def settle(qtbot: QtBot, page: FormPage) -> None:
    qtbot.waitUntil(lambda: not page.context.jobs._open)


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def type_cell(page: FormPage, row: int, column: int, text: str) -> QWidget:
    """Type over a cell and leave its editor open."""
    grid = page.grids()[0]
    grid.setFocus()
    grid.setCurrentIndex(grid.grid.index(row, column))
    QTest.keyClicks(grid, text[0])
    editor = focused()
    QTest.keyClicks(editor, text[1:])
    return editor


def type_field(page: FormPage, key: str, text: str) -> QLineEdit:
    editor = page.boxes[key].editor
    assert isinstance(editor, QLineEdit)
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    return editor


def test_saving_takes_up_the_cell_being_typed(qtbot: QtBot, room: Room) -> None:
    desk = Desk()
    page = opened(qtbot, room, desk)
    editor = type_cell(page, 1, 2, "250")
    QTest.keyClick(editor, Qt.Key.Key_S, CONTROL)
    qtbot.waitUntil(lambda: bool(desk.saved))
    settle(qtbot, page)
    assert desk.saved[0].rows()[1]["quantity"] == Decimal(250)
    assert desk.saved[0].rows()[1]["amount"] == Decimal("3600.00")


def test_saving_takes_up_a_short_date_being_typed(qtbot: QtBot, room: Room) -> None:
    desk = Desk()
    page = opened(qtbot, room, desk)
    editor = type_field(page, "valid", "t")
    QTest.keyClick(editor, Qt.Key.Key_S, CONTROL)
    qtbot.waitUntil(lambda: bool(desk.saved))
    assert str(desk.saved[0].day("valid")) == "2026-05-20"


@pytest.mark.parametrize("leave", [Qt.Key.Key_Tab, Qt.Key.Key_Return])
def test_an_unreadable_field_keeps_text_and_problem_until_mended(
    qtbot: QtBot, room: Room, leave: Qt.Key
) -> None:
    desk = Desk()
    page = opened(qtbot, room, desk)
    editor = type_field(page, "rate", "7.1x")
    QTest.keyClick(editor, leave)
    assert focused() is not editor
    for field in ("rate", "place"):
        page.boxes[field].editor.setFocus()
        assert editor.text() == "7.1x"
        assert '"7.1x" is not a number' in page.boxes["rate"].problem.text()
    page.save()
    assert desk.saved == []
    assert focused() is editor
    assert page.title().endswith("•")
    QTest.keyClick(editor, Qt.Key.Key_End)
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    assert page.boxes["rate"].problem.text() == ""
    page.save()
    qtbot.waitUntil(lambda: bool(desk.saved))
    assert desk.saved[0].number("rate") == Decimal("7.1")


def test_an_unreadable_field_is_stepped_back_to_its_value(qtbot: QtBot, room: Room) -> None:
    page = opened(qtbot, room, Desk())
    type_field(page, "place", "Bremen")
    editor = type_field(page, "rate", "x")
    page.boxes["deposit"].editor.setFocus()
    page.undo()
    assert editor.text() == "7.0000"
    assert page.boxes["rate"].problem.text() == ""


def test_an_unreadable_cell_keeps_its_text_moves_with_its_line_and_is_mended(
    qtbot: QtBot, room: Room
) -> None:
    desk = Desk()
    page = opened(qtbot, room, desk)
    grid = page.grids()[0]
    QTest.keyClick(type_cell(page, 2, 2, "many"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(grid.grid.typed))
    assert grid.grid.look(2, 2).text == "many"
    page.save()
    assert desk.saved == []
    grid.deleted.emit([0])
    assert grid.grid.look(1, 2).text == "many"
    assert '"many" is not a number' in grid.grid.problems[1, "quantity"]
    grid.moved.emit(1, -1)
    assert grid.grid.look(0, 2).text == "many"
    grid.setCurrentIndex(grid.grid.index(0, 2))
    QTest.keyClick(grid, Qt.Key.Key_F2)
    editor = focused()
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "many"
    editor.selectAll()
    QTest.keyClicks(editor, "40")
    QTest.keyClick(editor, Qt.Key.Key_S, CONTROL)
    qtbot.waitUntil(lambda: bool(desk.saved))
    assert desk.saved[0].rows()[0]["quantity"] == Decimal(40)
    assert grid.grid.problems == {}


def test_a_typed_amount_has_no_more_decimals_than_its_currency(qtbot: QtBot, room: Room) -> None:
    desk = Desk()
    page = opened(qtbot, room, desk)
    grid = page.grids()[0]
    QTest.keyClick(type_cell(page, 0, 5, "12.345"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(grid.grid.typed))
    assert grid.grid.problems[0, "freight"] == "USD has 2 decimals; round the amount."
    assert grid.grid.look(0, 5).text == "12.345"
    page.save()
    assert desk.saved == []


def test_pasted_amounts_prices_and_quantities_are_checked_at_their_cells(qtbot: QtBot, room: Room) -> None:
    page = opened(qtbot, room, Desk())
    grid = page.grids()[0]
    QApplication.clipboard().setText("1.123456\tpcs\t1.23456789\t98.5\r\n2\tpcs\t3\t7\r\n")
    page.session.put("currency", "JPY")
    page._show()
    grid.setCurrentIndex(grid.grid.index(0, 2))
    grid.paste()
    settle(qtbot, page)
    assert set(grid.grid.problems) == {(0, "quantity"), (0, "price"), (0, "freight")}
    assert grid.grid.problems[0, "freight"] == "JPY has 0 decimals; round the amount."
    assert grid.grid.look(0, 4).text == "1.23456789"
    page.session.put("currency", "USD")
    page._show()
    assert (0, "freight") not in grid.grid.problems


def test_an_empty_cell_beside_a_product_leaves_what_the_product_brings(qtbot: QtBot, room: Room) -> None:
    """Pasted from a sheet with gaps; what is wrong in it is told at once, and one step takes it all back."""
    page = opened(qtbot, room, Desk())
    grid = page.grids()[0]
    before = page.session.draft
    QApplication.clipboard().setText("HS-08\t\t40\t\t\t$3.50\nLN-210\tLantern\t\t\t-1")
    grid.setCurrentIndex(grid.grid.index(1, 0))
    grid.paste()
    settle(qtbot, page)
    hose, lantern = page.session.draft.rows()[1:3]
    assert hose["description"] == "Hose reel 20 m"
    assert (hose["unit"], hose["quantity"], hose["price"]) == ("pcs", Decimal(40), Decimal("9.1"))
    assert hose["freight"] == Decimal("3.50")
    assert (lantern["description"], lantern["price"]) == ("Lantern", Decimal(-1))
    assert grid.grid.problems == {(2, "price"): "A price is more than zero."}
    page.undo()
    assert page.session.draft.lines == before.lines


def test_an_amount_that_no_longer_fits_a_changed_currency_is_told(qtbot: QtBot, room: Room) -> None:
    desk = Desk()
    page = opened(qtbot, room, desk)
    type_field(page, "deposit", "12.50")
    page.session.put("currency", "JPY")
    page._show()
    assert page.boxes["deposit"].problem.text() == "JPY has 0 decimals; round the amount."
    page.save()
    assert desk.saved == []


def test_an_action_takes_up_what_is_typed_and_asks_to_save_first(qtbot: QtBot, room: Room) -> None:
    page = opened(qtbot, room, Desk())
    button = next(each for each in page.findChildren(QPushButton) if each.text() == "Copy")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # as buttons are on a Mac
    button.click()
    assert room[1].opened == [Link.to("copy", id=63)]
    type_cell(page, 0, 2, "9")
    assert button.isEnabled()
    button.click()
    assert room[1].opened == [Link.to("copy", id=63)]
    assert page.session.draft.rows()[0]["quantity"] == Decimal(9)
    assert room[1].toasts == ["Save first; Copy works on what is saved."]


def answer(words: str) -> None:
    """Press the button of the question that is asked next."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(button for button in box.buttons() if button.text() == words).click()

    QTimer.singleShot(0, press)


def test_leaving_unchanged_asks_nothing(qtbot: QtBot, room: Room) -> None:
    assert opened(qtbot, room, Desk()).leave()


def test_leaving_saves_the_open_cell_too_and_closes(qtbot: QtBot, room: Room) -> None:
    desk = Desk()
    page = opened(qtbot, room, desk)
    type_cell(page, 0, 2, "9")
    answer("Save")
    assert page.leave()
    assert desk.saved[0].rows()[0]["quantity"] == Decimal(9)


def test_leaving_stays_when_saving_is_refused(qtbot: QtBot, room: Room) -> None:
    desk = Desk()
    page = opened(qtbot, room, desk)
    type_field(page, "place", "Antwerp")
    desk.refuse()
    answer("Save")
    assert not page.leave()
    assert page.session.draft.text("place") == "Antwerp"
    type_field(page, "rate", "x")
    answer("Save")
    assert not page.leave()


def test_leaving_discards_or_stays_as_asked(qtbot: QtBot, room: Room) -> None:
    desk = Desk()
    page = opened(qtbot, room, desk)
    type_field(page, "place", "Antwerp")
    answer("Go on typing")
    assert not page.leave()
    answer("Discard")
    assert page.leave()
    assert desk.saved == []


def test_a_product_typed_faster_than_it_is_found_is_set_in_when_found(qtbot: QtBot, room: Room) -> None:
    desk = Desk()
    page = opened(qtbot, room, desk)
    grid = page.grids()[0]
    QTest.keyClick(type_cell(page, 4, 0, "HS-08"), Qt.Key.Key_Tab)
    settle(qtbot, page)
    qtbot.waitUntil(lambda: len(page.session.draft.rows()) == 5)
    assert page.session.draft.rows()[4]["product"] == PRODUCTS[2]
    assert grid.grid.typed == {}


def test_walking_over_an_empty_field_says_and_changes_nothing(qtbot: QtBot, room: Room) -> None:
    page = opened(qtbot, room, Desk(), Link.to("quotation"))
    editor = page.boxes["place"].editor
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    editor.commit()
    assert page.session.draft.get("place") is None
    assert not page.session.touched
    assert not page.session.dirty
