"""T1 goes from inquiry to closing through the services alone, and ends with the figures of section 2.5."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.whole_trade import Trade, play
from tradecrm.core.clock import FixedClock
from tradecrm.models import Inquiry, PurchaseContract, Quotation, SalesContract, Shipment
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.reminders import today_rows
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.trade.deal import deal
from tradecrm.services.trade.deal_steps import StepState, deal_steps
from tradecrm.services.work import Reader

D = Decimal


@pytest.fixture(scope="module")
def book(module_book: Book) -> Book:
    """Answer the book in which the trade was played once; the tests only read it."""
    return module_book


@pytest.fixture(scope="module")
def seat(book: Book) -> Seat:
    """Answer the owner's seat."""
    return book.seat()


@pytest.fixture(scope="module")
def trade(book: Book, seat: Seat) -> Trade:
    """Play the trade."""
    assert isinstance(book.clock, FixedClock)
    return play(seat, book.clock)


def _states(reader: Reader) -> dict[str, list[str]]:
    return {
        entity.__tablename__: list(reader.session.scalars(select(entity.status)))
        for entity in (Inquiry, Quotation, SalesContract, PurchaseContract, Shipment)
    }


def test_every_paper_ends_where_it_should_and_today_is_empty(seat: Seat, trade: Trade) -> None:
    assert seat.ask(_states) == {
        "inquiry": ["won"],
        "quotation": ["accepted"],
        "sales_contract": ["closed"],
        "purchase_contract": ["closed", "closed"],
        "shipment": ["closed", "closed"],
    }
    assert seat.ask(today_rows) == ()


def test_section_2_5_shipment_1(seat: Seat, trade: Trade) -> None:
    found = seat.ask(shipment_profit, trade.first).result
    assert (found.revenue, found.total_cost, found.trading_profit) == (
        D("108680.16"),
        D("86499.35"),
        D("22180.81"),
    )
    assert (found.realized_fx, found.profit_after_fx) == (D("-323.82"), D("21856.99"))
    assert (found.fx_net_income, found.export_cost, found.cost_per_unit) == (
        D("14238.16"),
        D("78140.00"),
        D("5.4881"),
    )


def test_shipment_2_as_reckoned_by_hand(seat: Seat, trade: Trade) -> None:
    """Deposit 1,296.00 x 7.02 = 9,097.92 and balance 3,024.00 x 7.05 = 21,319.20 make the revenue.

    Costs: purchase 300 x 72.32 = 21,696.00 less rebate 19,200.00 x 9 % = 1,728.00; freight 210.00 x 7.07 =
    1,484.70; insurance 7.13 x 7.05 = 50.27; inland 420, customs 300, port 260, courier 130; commission
    86.40 x 7.05 = 609.12; foreign charge 18.00 x 7.04 = 126.72. Exchange: 3,024.00 x (7.04 - 7.05) = -30.24.
    """
    found = seat.ask(shipment_profit, trade.second).result
    assert found.revenue == D("30417.12")
    assert found.total_cost == D("23348.81")
    assert found.trading_profit == D("7068.31")
    assert found.realized_fx == D("-30.24")
    assert found.profit_after_fx == D("7038.07")


def test_map_of_the_deal_is_done_from_end_to_end(seat: Seat, trade: Trade) -> None:
    steps = deal_steps(seat.ask(deal, trade.contract))
    assert {step.key: step.state for step in steps if step.state is not StepState.DONE} == {
        "proforma": StepState.SKIPPED
    }


def test_book_is_whole(book: Book, trade: Trade) -> None:
    assert check_book(book.store.reader) == []
