"""Following a shipment in the window: milestones, papers, board, credit, letters of credit, holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from tests.ui.driving import opened, settle
from tests.ui.trade_room import TODAY, Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.models import LetterOfCredit, SalesContract, Shipment
from tradecrm.services.control.holidays import holiday_rows
from tradecrm.services.trade.credit import credit_card
from tradecrm.services.trade.milestones import milestone_rows
from tradecrm.ui.context import PageFactory
from tradecrm.ui.pages.board import CardFrame
from tradecrm.ui.pages.crm import crm_pages
from tradecrm.ui.pages.trade import trade_pages
from tradecrm.ui.pages.trade_dialog import OperationDialog


@pytest.fixture(scope="module")
def full_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("full") / "book.tcrm"
    write_book(path, full=True)
    return path


@pytest.fixture
def room(full_book: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with trade_room(tmp_path, full_book) as made:
        yield made


@pytest.fixture(scope="module")
def pages() -> dict[str, PageFactory]:
    return {**crm_pages(), **trade_pages()}


def commit(qtbot: QtBot, room: Room, dialog: OperationDialog, **values: Any) -> None:
    """Fill a dialog and carry it out, as its button does."""
    qtbot.waitUntil(lambda: dialog.loaded, timeout=10_000)
    for key, value in values.items():
        dialog._on_typed(key, value)
    dialog.commit()
    settle(qtbot, room)


def second(room: Room) -> int:
    """Answer the second shipment of the example, which is planned."""
    return room.seat.ask(
        lambda reader: reader.session.scalars(select(Shipment.id).where(Shipment.number == "SH-26002")).one()
    )


def contract_of(room: Room) -> SalesContract:
    """Answer the contract of the example."""
    return room.seat.ask(lambda reader: reader.session.scalars(select(SalesContract)).one())


def status(room: Room, key: int) -> str:
    return room.seat.ask(lambda reader: reader.session.get_one(Shipment, key).status)


def test_a_milestone_noted_in_its_dialog_moves_the_shipment(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory]
) -> None:
    key = second(room)
    page = opened(qtbot, room, pages, Link.to("shipment", id=key))
    milestones, papers, _containers, _bills = page.way
    assert milestones.table.body.table.rowCount() == len(room.seat.ask(milestone_rows, key))
    assert papers.table.body.table.rowCount() == 6
    link = milestones.table.body.table.link(0, 0)
    assert link == Link.to("milestone_met", shipment=key, code="BKG")
    commit(qtbot, room, page.ask_for(link), day=TODAY)
    assert status(room, key) == "booked"


def test_a_container_is_entered_and_taken_off_again(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory]
) -> None:
    key = second(room)
    page = opened(qtbot, room, pages, Link.to("shipment", id=key))
    containers, bills = page.way[2], page.way[3]
    assert containers.isVisibleTo(page)
    assert not bills.isVisibleTo(page)
    link = Link.to("container", shipment=key)
    commit(qtbot, room, page.ask_for(link), box="CSQU3054383", seal="SL1", packages=40)
    table = containers.table.body.table
    assert [str(cell) for cell in table.rows[0].cells[:4]] == ["40HQ", "CSQU3054383", "SL1", "40"]
    containers._open(table.rows[0].links[-1])
    qtbot.waitUntil(lambda: table.rowCount() == 0, timeout=10_000)


def test_the_capacity_of_a_container_is_set(qtbot: QtBot, room: Room, pages: dict[str, PageFactory]) -> None:
    page = opened(qtbot, room, pages, Link.to("container_types"))
    link = page.table.body.table.link(2, 0)
    assert link == Link.to("container_type", code="40HQ")
    dialog = page.edit(link)
    commit(qtbot, room, dialog, payload=Decimal(22_000))
    qtbot.waitUntil(lambda: page.table.body.table.rows[2].cells[4] == 22_000, timeout=10_000)


def test_a_refusal_is_said_in_the_dialog_and_nothing_changed(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory]
) -> None:
    key = second(room)
    page = opened(qtbot, room, pages, Link.to("shipment", id=key))
    dialog = page.ask_for(Link.to("milestone_met", shipment=key, code="LOAD"))
    commit(qtbot, room, dialog, day=TODAY)
    assert dialog.isVisible()
    assert "not possible" in dialog.problem.text()
    assert status(room, key) == "planned"


def test_the_board_shows_the_shipment_and_opens_it(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory]
) -> None:
    page = opened(qtbot, room, pages, Link.to("board"))
    cards = page.findChildren(CardFrame)
    assert "SH-26002" in [frame.card.number for frame in cards]
    frame = next(frame for frame in cards if frame.card.number == "SH-26002")
    frame.setFocus()
    QTest.keyClick(frame, Qt.Key.Key_Space)
    assert room.host.links == [Link.to("shipment", id=second(room))]


def test_credit_is_set_from_the_customer(qtbot: QtBot, room: Room, pages: dict[str, PageFactory]) -> None:
    customer = contract_of(room).customer_id
    page = opened(qtbot, room, pages, Link.to("customer", id=customer))
    dialog = page.ask_for(Link.to("credit_terms", party=customer))
    commit(qtbot, room, dialog, limit=Decimal(50_000))
    terms = room.seat.ask(credit_card, customer).terms
    assert terms is not None
    assert terms.limit == Decimal(50_000)


def test_a_letter_of_credit_begins_with_its_contract(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory]
) -> None:
    link = Link.to("letter_of_credit", contract=contract_of(room).id)
    page = opened(qtbot, room, pages, link)
    assert page.session.draft.number("amount") == Decimal(19_740)
    page.session.put("number", "LC-1")
    page.session.put("expires_on", date(2026, 12, 31))
    page.save()
    settle(qtbot, room)
    numbers = room.seat.ask(lambda reader: reader.session.scalars(select(LetterOfCredit.number)).all())
    assert numbers == ["LC-1"]


def test_about_typed_before_the_amount_of_a_credit_is_proposed_as_tolerance(
    qtbot: QtBot, room: Room, pages: dict[str, PageFactory]
) -> None:
    """Section 1.4: ±10 % on that item; shown before it is saved, and the amount is what was typed."""
    link = Link.to("letter_of_credit", contract=contract_of(room).id)
    page = opened(qtbot, room, pages, link)
    box = page.boxes["amount"]
    box.editor.setFocus()
    box.editor.selectAll()
    QTest.keyClicks(box.editor, "about 20,000.00")
    box.editor.commit()
    settle(qtbot, room)
    draft = page.session.draft
    assert draft.number("amount") == Decimal(20_000)
    assert (draft.number("tolerance_over"), draft.number("tolerance_under")) == (Decimal("0.1"),) * 2
    facts = page.panels.cards["about"]
    assert "USD 18,000.00" in " ".join(label.text() for label in facts.findChildren(QLabel))
    box.editor.selectAll()
    QTest.keyClicks(box.editor, "20000")
    box.editor.commit()
    assert page.session.draft.number("tolerance_over") == 0
    page.session.put("goods", "ABOUT USD 20,000.00")
    assert page.session.draft.number("tolerance_over") == Decimal("0.1")
    page.session.put("number", "LC-2")
    page.session.put("expires_on", date(2026, 12, 31))
    page.save()
    settle(qtbot, room)
    saved = room.seat.ask(
        lambda reader: reader.session.scalars(
            select(LetterOfCredit).where(LetterOfCredit.number == "LC-2")
        ).one()
    )
    assert (saved.amount, saved.tolerance_over) == (Decimal(20_000), Decimal("0.1"))
    for field in ("goods", "tolerance_over", "tolerance_under"):
        page.session.put(field, "" if field == "goods" else Decimal(0))
    for amount in ("about 30000", "40000", "about 50000"):
        box.editor.selectAll()
        QTest.keyClicks(box.editor, amount)
        box.editor.commit()
        proposed = Decimal("0.1") if "about" in amount else Decimal(0)
        assert page.session.draft.number("tolerance_over") == proposed, "each time it is typed"


def test_holidays_are_added_and_removed(qtbot: QtBot, room: Room, pages: dict[str, PageFactory]) -> None:
    page = opened(qtbot, room, pages, Link.to("holidays"))
    commit(qtbot, room, page.ask_days(), first=date(2026, 10, 1), last=date(2026, 10, 3), name="National Day")
    assert len(room.seat.ask(holiday_rows)) == 3
    page._open(page.table.body.table.link(0, 3))
    settle(qtbot, room)
    assert len(room.seat.ask(holiday_rows)) == 2
