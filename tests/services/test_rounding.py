"""The firm's rounding (domain.md section 11): half to even wherever its book is worked on, kept for good once used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.money_kit import Invoice, customer, enter_item
from tradecrm.core.money import Rounding, round_money, rounding, rounding_of
from tradecrm.core.presets import preset_terms
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.terms import encode_terms
from tradecrm.models import SalesContract, Setting
from tradecrm.models.money import Item
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.data.check import check_state
from tradecrm.services.figures.closing import ClosingRates
from tradecrm.services.figures.desktop import overdue_figure
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.contracts import ContractLineDraft, SaveContract, save_contract
from tradecrm.services.work import Reader, Work, operation

D = Decimal
EVEN = ChangeSettings((("rounding", Rounding.HALF_EVEN),))
HALVES = ("0.50", "1.50", "0.10")
"""At 7.13: 3.565, 10.695 and 0.713; half up 3.57 + 10.70 + 0.71, half to even 3.56 + 10.70 + 0.71."""


@dataclass(frozen=True)
class Even:
    """A book whose firm rounds half to even, with a contract and three open items."""

    book: Book
    contract: int


def contract_of(party: int, price: str) -> SaveContract:
    """Answer a contract over one piece at a price of three decimals, with a discount of 3 % on the whole."""
    line = ContractLineDraft(None, "Desk lamp", D(1), D(price), unit="pcs")
    terms = encode_terms(preset_terms("TT_30_70"))
    return SaveContract(party, TODAY, "USD", "FOB", "Ningbo", terms, (line,), adjustment_rate=D("-0.03"))


@pytest.fixture(scope="module")
def even(module_book: Book) -> Even:
    seat = module_book.seat()
    seat.perform(change_settings, EVEN)
    seat.perform(save_rate, SaveRate(RateType.MID, "USD", TODAY, "7.13", "bank"))
    seat.perform(save_rate, SaveRate(RateType.BUDGET, "USD", date(TODAY.year, 1, 1), "7.1", "firm"))
    due = TODAY - timedelta(days=5)
    for number, amount in enumerate(HALVES):
        party = customer(seat, f"Buyer {number} Corp.")
        item = Invoice(party, TODAY - timedelta(days=40), D(amount), D("7.13"), due=((D(amount), due),))
        seat.perform(enter_item, item)
    return Even(module_book, seat.perform(save_contract, contract_of(party, "4.345")).value)


def line_total(reader: Reader, contract: int) -> Decimal:
    return reader.get(SalesContract, contract, "Contract").total


def booked_values(reader: Reader) -> list[Decimal]:
    return list(reader.session.scalars(select(Item.base_amount).order_by(Item.id)))


def closing_value(reader: Reader) -> Decimal | None:
    return ClosingRates(reader, reader.today).value(D("0.50"), "USD")


def test_a_line_and_a_conversion_are_rounded_to_even(even: Even) -> None:
    """The example of section 11, 4.345 half even 4.34, less 3 %; at 7.13 half a dollar is 3.565 yuan."""
    seat = even.book.seat()
    assert seat.ask(line_total, even.contract) == D("4.34") - D("0.13")
    assert seat.ask(closing_value) == D("3.56")
    assert seat.ask(booked_values) == [D("3.56"), D("10.70"), D("0.71")]


def test_what_the_store_adds_up_is_rounded_as_one_by_one(even: Even) -> None:
    figure = even.book.seat().ask(overdue_figure)
    assert figure.amount == D("3.56") + D("10.70") + D("0.71")


def test_the_check_of_a_book_rounds_as_its_firm(even: Even) -> None:
    """The same book is found at fault where its setting does not say how its amounts were rounded."""
    with even.book.store.reader.connect() as connection:
        assert check_state(connection) == []

    found = even.book.seat().perform(_look_half_up, None).value
    assert any("4.21" in sentence and "4.22" in sentence for sentence in found)


@operation("settings.write")
def _look_half_up(work: Work, _command: None) -> list[str]:
    """Answer what the check finds with the other setting; the setting is as it was afterwards."""
    row = work.session.get(Setting, "rounding")
    assert row is not None
    kept, row.value = row.value, '"ROUND_HALF_UP"'
    work.session.flush()
    found = [fault.sentence for fault in check_state(work.session.connection())]
    row.value = kept
    return found


def test_the_rounding_of_a_book_with_amounts_is_kept(even: Even) -> None:
    seat = even.book.seat()
    back = ChangeSettings((("rounding", Rounding.HALF_UP),))
    with pytest.raises(Refusal, match="cannot change any more"):
        seat.perform(change_settings, back)
    assert seat.ask(lambda reader: reader.settings.rounding) is Rounding.HALF_EVEN
    seat.perform(change_settings, EVEN)  # What is kept already may be saved again.


def test_what_is_reckoned_beside_a_query_is_rounded_as_the_book(even: Even) -> None:
    """A window reckons on its own thread what somebody types; the book knows its firm's rounding without a query."""
    again = Book(even.book.store, even.book.clock)
    assert again.rounding() is Rounding.HALF_UP
    again.seat()
    with rounding_of(again.rounding):
        assert round_money(D("4.345"), "USD") == D("4.34")
    assert rounding() is Rounding.HALF_UP


def test_a_rounding_nobody_knows_is_refused(seat: Seat) -> None:
    with pytest.raises(Refusal, match="rounded"):
        seat.perform(change_settings, ChangeSettings((("rounding", "ROUND_DOWN"),)))
    assert seat.ask(lambda reader: reader.settings.rounding) is Rounding.HALF_UP
