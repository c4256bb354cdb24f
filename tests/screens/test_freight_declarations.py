"""The freight forms read a record and build the same record; the comparison's grid says what was quoted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.services.conftest import TODAY
from tests.services.freight_kit import Freight, asked, charge, prepare, quote, quotes
from tests.services.page_books import write_book
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.screens.trade.freight import (
    FREIGHT_FORM,
    INQUIRY_ACTIONS,
    freight_of_shipment,
    load_inquiry,
    quote_facts,
)
from tradecrm.screens.trade.freight_bill import BILL_FORM, difference_facts
from tradecrm.screens.trade.freight_compare import blank_choice, choice_facts, comparison_table
from tradecrm.screens.trade.freight_list import freight_facts
from tradecrm.screens.trade.freight_quote import QUOTE_FORM, fault_facts, load_quote, total_facts
from tradecrm.screens.trade.shipment_draft import load_shipment
from tradecrm.services.book import Book, Seat
from tradecrm.services.trade.freight import SaveFreightInquiry
from tradecrm.services.trade.freight_bills import SaveFreightBill, save_freight_bill
from tradecrm.services.trade.freight_card import comparison, inquiry_draft, quote_card
from tradecrm.services.trade.freight_choice import ChooseQuote, choose_quote
from tradecrm.storage.store import open_book

D = Decimal


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    path = tmp_path / "book.tcrm"
    write_book(path, full=False)
    clock = FixedClock.on(TODAY)
    book = Book(open_book(path, "Tests", clock), clock)
    yield book.seat()
    book.close()


@pytest.fixture
def kit(seat: Seat) -> Freight:
    return prepare(seat)


def test_what_is_read_is_what_would_be_saved(seat: Seat, kit: Freight) -> None:
    inquiry = asked(seat, kit)
    (first, *_others) = quotes(seat, kit, inquiry)
    draft = seat.ask(FREIGHT_FORM.load, inquiry)
    built = FREIGHT_FORM.build(draft)
    assert isinstance(built, SaveFreightInquiry)
    assert built == seat.ask(inquiry_draft, inquiry)
    assert list(FREIGHT_FORM.check(draft)) == []
    loaded = seat.ask(QUOTE_FORM.load, first)
    assert QUOTE_FORM.build(loaded) == replace(seat.ask(quote_card, first).command, received_at=None)
    assert list(QUOTE_FORM.check(loaded)) == []
    seat.perform(choose_quote, ChooseQuote(inquiry, first))
    bill = BILL_FORM.build(
        seat.ask(BILL_FORM.blank, Link.to("freight_bill", shipment=kit.shipment)).put(number="SW-1")
    )
    assert isinstance(bill, SaveFreightBill)
    key = seat.perform(save_freight_bill, bill).value
    again = BILL_FORM.build(seat.ask(BILL_FORM.load, key))
    assert isinstance(again, SaveFreightBill)
    assert [(line.code, line.amount) for line in again.lines] == [("FREIGHT", D(1900)), ("THC", D(1100))]


def test_the_grid_shows_each_charge_in_its_currency(seat: Seat, kit: Freight) -> None:
    inquiry = asked(seat, kit)
    quotes(seat, kit, inquiry)
    percent = (
        charge("FREIGHT", "USD", "1500", "container"), charge("BAF", "USD", "12", "percent"),
    )  # fmt: skip
    quote(seat, inquiry, kit.forwarders[1], percent, container_type="40GP")
    table = comparison_table(seat.ask(comparison, inquiry))
    rows = {str(row.cells[0]): row.cells[1:] for row in (*table.rows, *table.totals)}
    assert rows["Base freight · USD"] == (D(1900), D(1760), None, D(1500))
    assert rows["Bunker surcharge (BAF, FAF) · USD"] == (None, D(150), None, D(180))
    assert rows["All-in in CNY"] == ("14,400.00", "14,420.00", "14,950.00", "11,760.00")
    assert rows["Per m³"] == ("240.00", "240.33", "249.17", "196.00")
    assert rows["Rank"] == ("1", "2", "3", "not valid")
    assert "Carrier" not in rows


def test_the_panels_tell_rank_sum_and_why(seat: Seat, kit: Freight) -> None:
    inquiry = asked(seat, kit)
    _first, second, _third = quotes(seat, kit, inquiry)
    draft = seat.ask(load_quote, second)
    assert [fact.value for fact in total_facts(draft)] == ["1,910.00", "1,050.00", "CNY 14,420.00", "7"]
    assert [fact.label for fact in seat.ask(fault_facts, draft)] == ["Rank 2 of 3"]
    choice = seat.ask(blank_choice, Link.to("freight_choose", inquiry=inquiry, quote=second))
    assert "not the cheapest" in choice_facts(choice)[0].label
    seat.perform(choose_quote, ChooseQuote(inquiry, second, "direct"))
    form = seat.ask(load_inquiry, inquiry)
    assert [fact.value for fact in seat.ask(quote_facts, form)][1:4] == [
        "CNY 14,400.00", "CNY 14,420.00", "CNY 14,950.00",
    ]  # fmt: skip
    shipment = seat.ask(load_shipment, kit.shipment)
    assert [fact.value for fact in seat.ask(freight_of_shipment, shipment)] == ["Chosen", "Sinoway Freight"]
    assert [fact.strong for fact in seat.ask(freight_facts, inquiry)] == [False, False, False, True, False]
    bill = seat.ask(BILL_FORM.blank, Link.to("freight_bill", shipment=kit.shipment))
    bill = BILL_FORM.derive(bill.put_cell("lines", 1, "amount", D(210)), "lines.1.amount")
    assert "+60.00" in [fact.value for fact in difference_facts(bill)]


def test_every_action_of_the_inquiry_can_be_reached() -> None:
    states = ("draft", "sent", "quoting", "comparing", "submitted", "chosen", "booked", "void")
    for action in INQUIRY_ACTIONS:
        rows = [{"id": 1, "status": state, "shipment": object()} for state in states]
        assert action.enabled is not None
        assert any(action.enabled([row]) for row in rows), action.key
        assert not action.enabled([rows[-1]]) or action.key == "compare"
