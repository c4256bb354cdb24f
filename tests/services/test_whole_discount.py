"""A discount or charge on the whole from quotation to invoice: domain.md sections 2.6, 6, 11 and 12.11."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.services.approval_kit import customer, draft, move, state, switch
from tests.services.conftest import TODAY
from tests.services.quoting_kit import Offer, offer_book, quote, t1_quotation
from tests.services.trading_kit import rates
from tradecrm.core.presets import preset_terms
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import encode_terms
from tradecrm.models import ContractLine, Proforma, Quotation, SalesContract, Shipment, ShipmentLine
from tradecrm.models.money import Item
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approval_values import Figure
from tradecrm.services.data.check import check_state
from tradecrm.services.figures.exposure import open_values
from tradecrm.services.trade.amendments import AmendContract, amend_contract
from tradecrm.services.trade.contract_approval import asked_of, contract_figures
from tradecrm.services.trade.contract_text import contract_as_kept
from tradecrm.services.trade.contracts import MoveContract, SaveContract, move_contract, save_contract
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.proformas import (
    ContractOfProforma,
    MoveProforma,
    contract_of_proforma,
    move_proforma,
)
from tradecrm.services.trade.quotation_makes import ProformaOfQuotation, proforma_of_quotation
from tradecrm.services.trade.quotation_moves import (
    MoveQuotation,
    ReviseQuotation,
    move_quotation,
    revise_quotation,
)
from tradecrm.services.trade.quotations import lines_of, save_quotation
from tradecrm.services.trade.sale_approval import sale_reasons
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader, Work, operation

D = Decimal
OFF = {"adjustment_rate": D("-0.03"), "adjustment_text": "Early order"}


@pytest.fixture
def offer(seat: Seat) -> Offer:
    rates(seat)
    return offer_book(seat)


def paper(reader: Reader, entity: Any, key: int) -> tuple[Decimal, Decimal | None, Decimal]:
    """Answer adjustment, rate and total of a paper."""
    found = reader.get(entity, key, "Paper")
    return found.adjustment, found.adjustment_rate, found.total


def kept(reader: Reader, contract: int) -> SaveContract:
    """Answer a contract as it stands."""
    return contract_as_kept(reader, reader.get(SalesContract, contract, "Contract"))


def shares(reader: Reader, contract: int) -> list[tuple[Decimal, Decimal]]:
    """Answer amount and share of each line of a contract."""
    rows = reader.session.execute(
        select(ContractLine.amount, ContractLine.adjusted)
        .where(ContractLine.contract_id == contract)
        .order_by(ContractLine.position)
    )
    return [(amount, adjusted) for amount, adjusted in rows]


def line_ids(reader: Reader, contract: int) -> list[int]:
    return list(
        reader.session.scalars(
            select(ContractLine.id)
            .where(ContractLine.contract_id == contract)
            .order_by(ContractLine.position)
        )
    )


def shipped(reader: Reader, shipment: int) -> list[tuple[Decimal, Decimal]]:
    rows = reader.session.execute(
        select(ShipmentLine.amount, ShipmentLine.adjusted)
        .where(ShipmentLine.shipment_id == shipment)
        .order_by(ShipmentLine.position)
    )
    return [(amount, adjusted) for amount, adjusted in rows]


def faults(reader: Reader) -> list[str]:
    """Answer the faults of the check of the whole book."""
    return [fault.sentence for fault in check_state(reader.session.connection())]


def in_force(seat: Seat, offer: Offer, **more: Any) -> int:
    """Take the offer of T1 over its proforma invoice to a contract in force, paid against documents."""
    command = replace(t1_quotation(offer, day=TODAY, **more), terms=encode_terms(preset_terms("DP")))
    key = seat.perform(save_quotation, command).value
    for step in ("submit", "send"):
        seat.perform(move_quotation, MoveQuotation(key, step, TODAY))
    proforma = seat.perform(proforma_of_quotation, ProformaOfQuotation(key, TODAY)).value
    seat.perform(move_proforma, MoveProforma(proforma, "issue", TODAY))
    contract = seat.perform(contract_of_proforma, ContractOfProforma(proforma, TODAY)).value
    for target in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(contract, target, TODAY))
    return contract


def ship(seat: Seat, contract: int, first: int, second: int) -> int:
    """Plan a shipment of both goods of T1."""
    one, two = seat.ask(line_ids, contract)
    goods = (ShipmentLineDraft(one, D(first)), ShipmentLineDraft(two, D(second)))
    return seat.perform(
        save_shipment, SaveShipment(TODAY, tuple(each for each in goods if each.quantity))
    ).value


def depart(seat: Seat, shipment: int) -> int:
    return seat.perform(depart_shipment, DepartShipment(shipment, TODAY, f"BL{shipment}")).value


def test_it_is_carried_from_the_quotation_to_the_receivable(seat: Seat, offer: Offer) -> None:
    """T1: 8,220.00 and 11,520.00, less 3 % of 19,740.00 = 592.20, shared 246.60 and 345.60."""
    contract = in_force(seat, offer, **OFF)
    quotation = seat.ask(lambda reader: reader.session.scalars(select(Quotation.id)).one())
    proforma = seat.ask(lambda reader: reader.session.scalars(select(Proforma.id)).one())
    expected = (D("-592.20"), D("-0.03"), D("19147.80"))
    assert seat.ask(paper, Quotation, quotation) == expected
    assert seat.ask(paper, Proforma, proforma) == expected
    assert seat.ask(paper, SalesContract, contract) == expected
    assert seat.ask(shares, contract) == [(D("7973.40"), D("-246.60")), (D("11174.40"), D("-345.60"))]
    assert seat.ask(open_values, [contract]) == {contract: D("19147.80")}
    first = ship(seat, contract, 700, 333)
    # 246.60 x 700 / 1,200 = 143.85; 345.60 x 333 / 800 = 143.856, rounded.
    assert seat.ask(shipped, first) == [(D("4651.15"), D("-143.85")), (D("4651.34"), D("-143.86"))]
    invoice = depart(seat, first)
    assert seat.ask(lambda reader: reader.get(Item, invoice, "Item").amount) == D("9302.49")
    assert seat.ask(open_values, [contract]) == {contract: D("9845.31")}
    second = ship(seat, contract, 500, 467)
    assert [adjusted for _amount, adjusted in seat.ask(shipped, second)] == [D("-102.75"), D("-201.74")]
    assert seat.ask(lambda reader: reader.get(Shipment, second, "Shipment").total) == D("9845.31")
    assert seat.ask(faults) == []


def test_a_revision_keeps_it_and_the_whole_stands_the_check(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer, day=TODAY, adjustment=D("100.01"), adjustment_text="Pallets")
    for step in ("submit", "send"):
        seat.perform(move_quotation, MoveQuotation(key, step, TODAY))
    again = seat.perform(revise_quotation, ReviseQuotation(key)).value
    assert seat.ask(paper, Quotation, again) == (D("100.01"), None, D("19840.01"))
    assert seat.ask(faults) == []


def test_a_proforma_that_is_the_contract_follows_its_discount(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer, day=TODAY, **OFF)
    for step in ("submit", "send"):
        seat.perform(move_quotation, MoveQuotation(key, step, TODAY))
    proforma = seat.perform(proforma_of_quotation, ProformaOfQuotation(key, TODAY, is_contract=True)).value
    contract = seat.ask(lambda reader: reader.session.scalars(select(SalesContract.id)).one())
    seat.perform(save_contract, replace(seat.ask(kept, contract), adjustment_rate=None, adjustment=D(-100)))
    assert seat.ask(paper, Proforma, proforma) == (D(-100), None, D(19640))
    figures = seat.ask(
        lambda reader: contract_figures(reader, asked_of(reader, reader.get(SalesContract, contract, "")))
    )
    assert Figure("Discount on the whole", "USD −100.00") in figures
    assert seat.ask(faults) == []


def test_a_price_falls_below_its_floor_by_the_discount_on_the_whole(seat: Seat, offer: Offer) -> None:
    """Section 6: the price after line and header discount is held against the floor."""
    switch(seat, "quotation", "below_floor")

    def reasons(reader: Reader, key: int) -> list[str]:
        quotation = reader.get(Quotation, key, "Quotation")
        found = sale_reasons(reader, "quotation", quotation, lines_of(reader, key), quotation)
        return [each.sentence for each in found]

    assert seat.ask(reasons, quote(seat, offer)) == []
    lower = quote(seat, offer, adjustment_rate=D("-0.25"))
    (one, *_others) = seat.ask(reasons, lower)
    assert "5.1375 is below the floor" in one  # 6.85 less 25 %
    assert seat.ask(reasons, quote(seat, offer, adjustment=D(300))) == []


def test_an_amendment_leaves_what_was_invoiced_and_shares_the_rest_anew(seat: Seat, offer: Offer) -> None:
    contract = in_force(seat, offer)
    depart(seat, ship(seat, contract, 1200, 400))
    planned = ship(seat, contract, 0, 400)
    now = seat.ask(kept, contract)
    seat.perform(amend_contract, AmendContract(replace(now, adjustment=D("-40.01")), "They complained"))
    # The lamps have all left at full price; of the kits the 400 to go bear all of it.
    assert seat.ask(shares, contract) == [(D("8220.00"), D(0)), (D("11479.99"), D("-40.01"))]
    assert seat.ask(shipped, planned) == [(D("5719.99"), D("-40.01"))]
    assert seat.ask(lambda reader: reader.get(Shipment, planned, "Shipment").total) == D("5719.99")
    assert seat.ask(faults) == []
    later = seat.ask(kept, contract)
    with pytest.raises(Refusal, match="credit note"):
        seat.perform(amend_contract, AmendContract(replace(later, adjustment=D(-5800)), "Much more"))
    assert seat.ask(paper, SalesContract, contract)[0] == D("-40.01")


def test_a_discount_that_leaves_nothing_is_refused(seat: Seat, offer: Offer) -> None:
    with pytest.raises(Refusal, match="takes all of USD 19,740"):
        quote(seat, offer, adjustment=D(-19740))
    contract = in_force(seat, offer)
    now = seat.ask(kept, contract)
    fresh = replace(now, id=None, version=None, number="", adjustment_rate=D(-1))
    with pytest.raises(Refusal, match="less than 100 %"):
        seat.perform(save_contract, fresh)


@operation("contract.write")
def broken(work: Work, statement: str) -> list[str]:
    """Change rows behind the rules' back and answer what the check says; nothing of it stays."""
    with work.session.begin_nested() as change:
        work.session.connection().exec_driver_sql(statement)
        found = [fault.sentence for fault in check_state(work.session.connection())]
        change.rollback()
    return found


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE sales_contract SET adjustment = adjustment - 10000", "its rate makes USD"),
        ("UPDATE contract_line SET adjusted = adjusted - 10000 WHERE position = 1", "lines share -593.20"),
        ("UPDATE proforma_line SET adjusted = 0", "lines share 0.00"),
        ("UPDATE quotation SET total = total + 10000", "its lines and the discount or charge make"),
        ("UPDATE quotation_line SET amount = amount + 10000 WHERE position = 1", "price and discounts make"),
        ("UPDATE shipment_line SET adjusted = 0 WHERE position = 1", "is shipped in full with 0.00"),
    ],
)
def test_the_check_names_what_does_not_add_up(shipped_in_full: Seat, statement: str, says: str) -> None:
    found = shipped_in_full.perform(broken, statement).value
    assert any(says in sentence for sentence in found), found


@pytest.fixture(scope="module")
def shipped_in_full(module_book: Book) -> Seat:
    """Answer the seat of a firm that shipped all of a contract with 3 % off in one go."""
    seat = module_book.seat()
    rates(seat)
    ship(seat, in_force(seat, offer_book(seat), **OFF), 1200, 800)
    return seat


def test_a_changed_discount_voids_the_approval(seat: Seat) -> None:
    """Section 6: the discount is among what may not change once a contract is approved."""
    contract = draft(seat, customer(seat))
    move(seat, contract, "submitted")
    assert seat.ask(state, contract) == "approved"
    switch(seat, "sales_contract", "first_order")
    now = seat.ask(kept, contract)
    assert seat.perform(save_contract, replace(now, remarks="In twelves")).warnings == ()
    assert seat.ask(state, contract) == "approved"
    again = seat.ask(kept, contract)
    warned = seat.perform(save_contract, replace(again, adjustment_rate=D("-0.01")))
    assert "is a draft again" in warned.warnings[0]
    assert seat.ask(state, contract) == "draft"
