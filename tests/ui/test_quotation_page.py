"""The editor of a quotation as a person uses it: typing, pasting, playing with the rate, converting, saving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.services.quoting_kit import Offer, offer_book, quote, t1_lines, t1_quotation
from tests.ui.trade_room import TODAY, Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.screens.trade.quotation_draft import estimate_of
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.trade.quotation_card import quotation_card
from tradecrm.services.trade.quotation_moves import MoveQuotation, move_quotation
from tradecrm.services.trade.quotations import save_quotation
from tradecrm.ui.context import PageContext
from tradecrm.ui.lists.preview import FactsCard
from tradecrm.ui.pages.quotation import QuotationPage

D = Decimal


@pytest.fixture(scope="module")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("quotations") / "book.tcrm"
    write_book(path, full=False)
    return path


@pytest.fixture
def room(empty_book: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with trade_room(tmp_path, empty_book) as made:
        yield made


@pytest.fixture
def offer(room: Room) -> Offer:
    return offer_book(room.seat)


def settle(qtbot: QtBot, room: Room) -> None:
    qtbot.waitUntil(lambda: not room.context.jobs._open, timeout=10_000)


def opened(
    qtbot: QtBot, room: Room, link: Link | None = None, context: PageContext | None = None
) -> QuotationPage:
    page = QuotationPage(context or room.context, link or Link.to("quotation"))
    qtbot.addWidget(page)
    (context or room.context).changed.connect(page.reload)
    page.resize(1178, 698)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: page.loaded, timeout=10_000)
    settle(qtbot, room)
    return page


def t1(qtbot: QtBot, room: Room, offer: Offer, **more: Any) -> QuotationPage:
    """Open the quotation of T1 with its costs beside the goods."""
    values = {"freight": D(820), "insurance_rate": D("0.0015"), "domestic_cost": D(2860), "day": TODAY} | more
    return opened(qtbot, room, Link.to("quotation", id=quote(room.seat, offer, **values)))


def place(page: QuotationPage, key: str) -> int:
    return [column.key for column in page.grid.grid.lines.columns].index(key)


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def write(widget: QWidget, text: str) -> None:
    for sign in text:
        QApplication.sendEvent(
            widget, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
        )


def type_cell(page: QuotationPage, row: int, key: str, text: str) -> QLineEdit:
    """Type over a cell and leave its editor open."""
    page.grid.setFocus()
    page.grid.setCurrentIndex(page.grid.grid.index(row, place(page, key)))
    QTest.keyClicks(page.grid, text[0])
    editor = focused()
    QTest.keyClicks(editor, text[1:])
    assert isinstance(editor, QLineEdit)
    return editor


def texts(card: QWidget) -> str:
    QApplication.processEvents()
    return " | ".join(label.text() for label in card.findChildren(QLabel) if not label.isHidden())


def profit(page: QuotationPage) -> FactsCard:
    return page.panels.cards["profit"]


def pick(qtbot: QtBot, room: Room, editor: Any, text: str) -> None:
    """Type into a picker and take the first record it offers."""
    write(editor, text)
    qtbot.waitUntil(editor.offers, timeout=10_000)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, room)


def test_a_quotation_is_typed_by_keyboard_alone(qtbot: QtBot, room: Room, offer: Offer) -> None:
    page = opened(qtbot, room)
    assert focused() is page.boxes["customer"].editor
    pick(qtbot, room, focused(), "Veld")
    place_box: Any = page.boxes["incoterm_place"].editor
    while focused() is not place_box:
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
    write(focused(), "Ningbo")
    seen = []
    while focused() is not page.grid:
        seen.append(focused())
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        assert len(seen) < 20, "Tab never reaches the lines"
    page.grid.setCurrentIndex(page.grid.grid.index(0, 0))
    QTest.keyClick(page.grid, Qt.Key.Key_F2)
    pick(qtbot, room, focused(), "LN-1")
    qtbot.waitUntil(lambda: bool(page.session.draft.rows()))
    assert page.session.draft.rows()[0]["description_en"] == "Lantern"
    QTest.keyClick(type_cell(page, 0, "quantity", "1200"), Qt.Key.Key_Return)
    QTest.keyClick(type_cell(page, 0, "price", "6.85"), Qt.Key.Key_Return)
    QTest.keyClick(page.grid, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.session.draft.id is not None, timeout=10_000)
    settle(qtbot, room)
    card = room.seat.ask(quotation_card, page.session.draft.id or 0)
    assert (card.number, card.total) == ("QT-2606-0001", D("8220.00"))
    assert card.lines[0].values["cost"] == D("39.55")
    assert card.values["rate"] == 7


def test_a_discount_on_the_whole_moves_total_profit_and_floor_and_is_kept(
    qtbot: QtBot, room: Room, offer: Offer
) -> None:
    page = t1(qtbot, room, offer)
    before = profit(page)
    assert "Revenue 19,740.00" in texts(before)
    assert page.boxes["adjust_rate"].isHidden()
    page.session.put("adjust", "discount_rate")
    page.session.put("adjust_rate", D("0.3"))
    page.session.settle()
    page._show()
    assert not page.boxes["adjust_rate"].isHidden()
    assert page.lines[0].total_label.text() == "Goods USD 19,740.00 · discount 30 % −5,922.00 · Total"
    assert page.lines[0].total.text() == "USD 13,818.00"
    assert "Revenue 13,818.00" in texts(before)
    assert page.session.draft.rows()[0]["amount"] == D("8220.00")
    assert page.session.draft.flag("below_floor"), "6.85 less 30 % is 4.795"
    QTest.keyClick(page.grid, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, room)
    card = room.seat.ask(quotation_card, page.session.draft.id or 0)
    assert card.total == D("13818.00")
    assert card.values["adjustment_rate"] == D("-0.3")


def test_the_estimate_follows_each_key_and_escape_takes_it_back(
    qtbot: QtBot, room: Room, offer: Offer
) -> None:
    """Revenue of T1 at the budget rate: 19,740.00 x 7.00 = 138,180.00 (section 2.1)."""
    page = t1(qtbot, room, offer)
    assert "138,180.00" in texts(profit(page))
    editor = type_cell(page, 0, "price", "7")
    assert "139,440.00" in texts(profit(page)), "1,200 x 7.00 + 11,520.00 at 7.00"
    assert page.lines[0].total.text() == "USD 19,920.00"
    QTest.keyClicks(editor, ".5")
    assert "143,640.00" in texts(profit(page))
    assert page.session.draft.rows()[0]["price"] == D("6.85"), "nothing is taken up yet"
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert "138,180.00" in texts(profit(page))
    assert page.lines[0].total.text() == "USD 19,740.00"
    assert not page.session.dirty


def test_a_block_from_a_spreadsheet_fills_the_lines(qtbot: QtBot, room: Room, offer: Offer) -> None:
    page = opened(qtbot, room)
    QApplication.clipboard().setText("LN-1\tLantern\t1,200\tpcs\t6.85\nGK-1\tGarden kit\t800\tset\t14.40")
    page.grid.setFocus()
    page.grid.setCurrentIndex(page.grid.grid.index(0, 0))
    page.grid.paste()
    settle(qtbot, room)
    rows = page.session.draft.rows()
    assert [row["amount"] for row in rows] == [D("8220.00"), D("11520.00")]
    assert [row["cost"] for row in rows] == [D("39.55"), D("72.32")]
    assert page.lines[0].total.text() == "USD 19,740.00"
    page.undo()
    assert not page.session.draft.rows(), "the whole block is one step"


def test_the_rate_is_played_with_and_the_quotation_stays(qtbot: QtBot, room: Room, offer: Offer) -> None:
    page = t1(qtbot, room, offer)
    page.what_if.slider.setFocus()
    for _step in range(10):
        QTest.keyClick(page.what_if.slider, Qt.Key.Key_Right)
    assert page.what_if.rate == D("7.07")
    assert "139,561.80" in texts(profit(page)), "19,740.00 x 7.07"
    assert "7.0700" in page.what_if.label.text()
    assert not page.session.dirty
    QTest.mouseClick(page.what_if.back, Qt.MouseButton.LeftButton)
    assert "138,180.00" in texts(profit(page))
    assert page.what_if.rate is None


def test_the_break_even_rate_is_shown_and_loses_nothing(qtbot: QtBot, room: Room, offer: Offer) -> None:
    page = t1(qtbot, room, offer)
    found = estimate_of(page.session.draft)
    assert found is not None
    assert found.break_even is not None
    assert f"{found.break_even:.4f}" in texts(profit(page))
    at_it = estimate_of(page.session.draft, found.break_even)
    assert at_it is not None
    assert abs(at_it.profit) <= D("0.05")


def test_the_lowest_price_for_a_wished_margin_is_taken_and_undone(
    qtbot: QtBot, room: Room, offer: Offer
) -> None:
    page = t1(qtbot, room, offer, lines=t1_lines(offer)[:1])
    page.grid.setCurrentIndex(page.grid.grid.index(0, place(page, "price")))
    editor = page.lowest.margin
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(editor, "30")
    QTest.mouseClick(page.lowest.take, Qt.MouseButton.LeftButton)
    margin = page.session.draft.rows()[0]["margin"]
    assert isinstance(margin, Decimal)
    assert D("0.299") <= margin <= D("0.302"), "rounded up to the cent"
    page.undo()
    assert page.session.draft.rows()[0]["price"] == D("6.85")


def test_a_margin_that_takes_the_whole_price_is_refused_in_words(
    qtbot: QtBot, room: Room, offer: Offer
) -> None:
    page = t1(qtbot, room, offer)
    editor = page.lowest.margin
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(editor, "100")
    assert "100 % of the price" in texts(page.lowest)
    assert page.lowest.take.isHidden()


def test_all_lines_are_converted_to_another_term_in_one_step(qtbot: QtBot, room: Room, offer: Offer) -> None:
    """FOB 12.40 with freight 0.96 a unit, 0.32 % and 10 % becomes CIF 13.41 (section 2.7)."""
    line = t1_lines(offer)[0]
    lines = (type(line)(offer.lantern, "Lantern", D(1000), D("12.40")),)
    offered = t1_quotation(offer, lines=lines, port_of_discharge="Rotterdam")
    key = room.seat.perform(save_quotation, replace(offered, incoterm="FOB", incoterm_place="Ningbo")).value
    page = opened(qtbot, room, Link.to("quotation", id=key))
    dialog = page.convert()
    settle(qtbot, room)
    for name, text in (("freight", "960"), ("insurance_rate", "0.32")):
        editor: Any = dialog.boxes[name].editor
        editor.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClicks(editor, text)
    assert "13.4072" in texts(dialog.panels)
    box: Any = dialog.boxes["all_lines"].editor
    box.click()
    QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    draft = page.session.draft
    assert draft.rows()[0]["price"] == D("13.41")
    assert (draft.text("incoterm"), draft.text("incoterm_place")) == ("CIF", "Rotterdam")
    assert (draft.number("freight"), draft.number("insurance_rate")) == (D(960), D("0.0032"))
    page.undo()
    assert page.session.draft.rows()[0]["price"] == D("12.40")
    assert page.session.draft.text("incoterm") == "FOB"


def test_a_conversion_that_leaves_nothing_of_the_price_is_refused_in_words(
    qtbot: QtBot, room: Room, offer: Offer
) -> None:
    page = t1(qtbot, room, offer)
    dialog = page.convert()
    settle(qtbot, room)
    for name, text in (("commission_rate", "99.9"), ("target", "")):
        editor: Any = dialog.boxes[name].editor
        if text:
            editor.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClicks(editor, text)
        else:
            editor.setCurrentIndex(editor.findData("CIFC"))
            editor.activated.emit(editor.currentIndex())
    assert "100 % of the price" in texts(dialog)
    QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert page.session.draft.rows()[0]["price"] == D("6.85")
    dialog.reject()


def test_the_price_memory_follows_the_line(qtbot: QtBot, room: Room, offer: Offer) -> None:
    old = quote(room.seat, offer, lines=t1_lines(offer)[:1], day=date(2026, 3, 1))
    room.seat.perform(move_quotation, MoveQuotation(old, "send", date(2026, 3, 2)))
    page = t1(qtbot, room, offer)
    page.grid.setCurrentIndex(page.grid.grid.index(0, 0))
    settle(qtbot, room)
    assert page.memory.heading.text() == "Price memory: LN-1 to Veld B.V."
    assert "QT-2603-0001  2026-03  1,200 pcs  CIF" in texts(page.memory)
    page.grid.setCurrentIndex(page.grid.grid.index(1, 0))
    settle(qtbot, room)
    assert page.memory.heading.text() == "Price memory: GK-1 to Veld B.V."
    assert "QT-2603" not in texts(page.memory)
    assert "Factory B" in texts(page.memory)


def test_a_price_below_the_floor_asks_for_approval_first(qtbot: QtBot, room: Room, offer: Offer) -> None:
    page = t1(qtbot, room, offer)
    shown = [action.key for button, action in page._next if not button.isHidden()]
    assert shown == ["send"]
    low = quote(
        room.seat, offer, lines=(type(t1_lines(offer)[0])(offer.lantern, "Lantern", D(9), D("1.00")),)
    )
    page = opened(qtbot, room, Link.to("quotation", id=low))
    assert "Below floor on line 1" in texts(page.head)
    shown = [action.key for button, action in page._next if not button.isHidden()]
    assert shown == ["submit_now"]


def test_a_missing_rate_stands_at_its_field(qtbot: QtBot, room: Room, offer: Offer) -> None:
    page = t1(qtbot, room, offer)
    editor: Any = page.boxes["currency"].editor
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    editor.selectAll()
    pick(qtbot, room, editor, "EUR")
    page.save()
    assert "no budget rate of EUR" in page.boxes["rate"].problem.text()
    assert room.seat.ask(quotation_card, page.session.draft.id or 0).values["currency"] == "USD"


def test_who_may_not_see_costs_sees_none_and_keeps_them(qtbot: QtBot, room: Room, offer: Offer) -> None:
    """Section 6, visibility: no cost, floor, margin or profit; saving leaves the costs as they were."""
    person = room.seat.perform(add_person, AddPerson("Zhao Lei", "sales")).value
    sales = room.seat.book.seat(person)
    context = PageContext(sales, room.context.theme, room.context.jobs, room.host)
    from tradecrm.services.crm.parties import SaveParty, save_party

    mine = sales.perform(save_party, SaveParty(name="Mine Ltd.", country="US")).value
    key = quote(sales, offer, customer_id=mine, day=TODAY)
    page = opened(qtbot, room, Link.to("quotation", id=key), context)
    for column in ("cost", "floor", "margin", "supplier"):
        assert page.grid.isColumnHidden(place(page, column)), column
    assert profit(page).isHidden()
    assert page.what_if.isHidden()
    assert page.session.draft.rows()[0]["cost"] is None
    assert "39.55" not in texts(page)
    QTest.keyClick(type_cell(page, 0, "quantity", "1300"), Qt.Key.Key_Return)
    page.save()
    qtbot.waitUntil(lambda: not page.saving, timeout=10_000)
    settle(qtbot, room)
    card = room.seat.ask(quotation_card, key)
    assert [line.values["cost"] for line in card.lines] == [D("39.55"), D("72.32")]
    assert card.lines[0].values["quantity"] == 1300


def test_two_hundred_lines_stand_in_the_grid(qtbot: QtBot, room: Room, offer: Offer) -> None:
    make = type(t1_lines(offer)[0])
    lines = tuple(make(offer.lantern, f"Lantern {n}", D(24 * (n + 1)), D("6.85")) for n in range(200))
    page = opened(qtbot, room, Link.to("quotation", id=quote(room.seat, offer, lines=lines)))
    assert page.grid.grid.rowCount() == 201
    cartons = sum(n + 1 for n in range(200))
    assert f"{cartons:,} cartons" in page.lines[0].summary.text()
    assert "× 45HQ" in page.lines[0].summary.text()
    editor = type_cell(page, 150, "price", "9")
    assert page.session.draft.rows()[150]["price"] == D("6.85")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.session.draft.rows()[150]["amount"] == D(24 * 151) * 9)
    assert page.session.draft.rows()[149]["amount"] == D(24 * 150) * D("6.85")
