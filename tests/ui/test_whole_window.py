"""T1 goes from inquiry to closing through the window alone, and ends with the figures of section 2.5."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.whole_trade import begin
from tests.ui.desk_book import Desk, desk
from tests.ui.person import Person
from tests.ui.whole_window import (
    Play,
    ask_and_quote,
    buy,
    close_purchases,
    estimate_and_sign,
    order,
    take_deposit,
)
from tests.ui.whole_window_shipping import (
    FIRST,
    SECOND,
    Leg,
    add_costs,
    arrive_and_close,
    ask_freight,
    collect,
    depart,
    enter_bills,
    load,
    pay,
    plan,
    send_papers,
    write_papers,
)
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.models import Inquiry, Proforma, PurchaseContract, Quotation, SalesContract, Shipment
from tradecrm.services.book import Book
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.services.data.check import check_book
from tradecrm.services.trade.deal_steps import StepState
from tradecrm.services.work import Reader
from tradecrm.storage.store import create_book


@pytest.fixture
def firm(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    """Answer the window of a firm that has its accounts, rates, partners and products, and no trade yet."""
    clock = FixedClock.on(TODAY)
    store = create_book(tmp_path / "book.tcrm", "Tests", clock)
    set_up_book(store, clock, SetUp("Ningbo Harbor Trading", owner_name="Lin Yue", language="en"))
    book = Book(store, clock)
    begin(book.seat(), clock)
    with desk(book) as made:
        yield made
    book.close()


def ship(play: Play, leg: Leg) -> None:
    """Take a shipment from its plan to its closing."""
    for step in (plan, ask_freight, load, add_costs, depart, enter_bills, collect, pay, send_papers):
        step(play, leg)
    arrive_and_close(play, leg)


def profit_shown(play: Play, number: str) -> dict[str, str]:
    """Answer the actual column of the profit sheet on a shipment's page, by the words of its rows."""
    sheet = play.me.open(play.to_shipment(number)).profit.table.body.table
    return {sheet.look(row, 0).text: sheet.look(row, 2).text for row in range(sheet.rowCount())}


def states(reader: Reader) -> dict[str, list[str]]:
    """Answer the states of every paper of the trade."""
    papers = (Inquiry, Quotation, Proforma, SalesContract, PurchaseContract, Shipment)
    return {paper.__tablename__: list(reader.session.scalars(select(paper.status))) for paper in papers}


@pytest.mark.timeout(400)
def test_t1_from_inquiry_to_closing_through_the_window(firm: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    """Shipment 1 as section 2.5 says; shipment 2 as tests/services/test_whole_trade.py reckons by hand."""
    play = Play(Person(qtbot, firm))
    for step in (ask_and_quote, order, estimate_and_sign, take_deposit, buy):
        step(play)
    ship(play, FIRST)
    write_papers(play, FIRST, tmp_path)
    ship(play, SECOND)
    close_purchases(play)

    first = profit_shown(play, "SH-26001")
    assert (first["Revenue in all"], first["Costs in all"], first["Trading profit"]) == (
        "108,680.16",
        "86,499.35",
        "22,180.81",
    )
    assert first["Realized exchange difference"] == "\u2212323.82"
    assert first["Profit after exchange differences"] == "21,856.99"
    assert (first["FX net income N in USD"], first["Export total cost K"]) == ("14,238.16", "78,140.00")
    assert first["Export cost of 1 USD (K/N)"] == "5.4881"
    second = profit_shown(play, "SH-26002")
    assert (second["Revenue in all"], second["Costs in all"], second["Trading profit"]) == (
        "30,417.12",
        "23,348.81",
        "7,068.31",
    )
    assert second["Profit after exchange differences"] == "7,038.07"

    assert play.me.open(Link.to("today")).lines == ()
    steps = play.me.open(Link.to("deal", id=play.contract)).map.steps
    assert {step.state for step in steps} == {StepState.DONE}
    assert firm.context.seat.ask(states) == {
        "inquiry": ["won"],
        "quotation": ["accepted"],
        "proforma": ["fulfilled"],
        "sales_contract": ["closed"],
        "purchase_contract": ["closed", "closed"],
        "shipment": ["closed", "closed"],
    }
    assert check_book(firm.book.store.reader) == []
