"""Interest a bank keeps that buys a bill for good, and what it is a cost of (domain.md sections 2.3, 2.6 and 16.18)."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY
from tests.services.test_check import plant
from tests.services.trading_kit import Deal, line_of, trade
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.models import CostLine, LedgerEntry, Receipt, Shipment
from tradecrm.screens.draft import Ref
from tradecrm.screens.money.loans import LOAN_FORM, MOVE_FORM
from tradecrm.screens.money.receipts import repay_link
from tradecrm.services.book import Book, Seat
from tradecrm.services.data.check import check_book, verify_book
from tradecrm.services.figures.journal import journal
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.bill_advances import loans_to_repay
from tradecrm.services.money.loan_reversals import ReverseLoanMove, reverse_loan_move
from tradecrm.services.money.loans import MoveLoan, OpenLoan, move_loan, open_loan
from tradecrm.services.money.receipts import (
    RecordReceipt,
    ReverseReceipt,
    Share,
    record_receipt,
    reverse_receipt,
)
from tradecrm.services.money.receivables import open_items
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader
from tradecrm.storage.store import open_book

D = Decimal


def costs(reader: Reader) -> list[tuple[int, str, Decimal, Decimal]]:
    """Answer (shipment, category, amount, base) of what banks kept of receipts, in order."""
    rows = reader.session.execute(
        select(CostLine.shipment_id, CostLine.category, CostLine.amount, CostLine.base_amount)
        .where(CostLine.receipt_id.is_not(None))
        .order_by(CostLine.id)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]


def booked(reader: Reader, category: str) -> Decimal:
    return reader.session.scalar(
        select(func.sum(LedgerEntry.base_amount)).where(LedgerEntry.category == category)
    ) or D(0)


def second_invoice(seat: Seat, deal: Deal) -> int:
    """Ship the other 400 lamps and answer the invoice over them."""
    goods = (ShipmentLineDraft(seat.ask(line_of, deal.contract), D(400)),)
    shipment = seat.perform(save_shipment, SaveShipment(TODAY, goods, etd=TODAY)).value
    return seat.perform(depart_shipment, DepartShipment(shipment, TODAY, "BL8")).value


def test_interest_is_a_cost_of_the_shipments_by_value(seat: Seat) -> None:
    """Gross settles; 1,500 and 500 bear charge 40.01 and interest 100.01 three to one, to the cent in base too."""
    deal = trade(seat)
    second = second_invoice(seat, deal)
    seat.perform(reverse_receipt, ReverseReceipt(seat.ask(first_paid)))
    before = seat.ask(costs)
    account, profit = seat.ask(dollar_account), seat.ask(shipment_profit, deal.shipment)
    held = seat.ask(balance_at, account, TODAY)
    shares = (Share(deal.invoice, D(1500)), Share(second, D(500)))
    command = RecordReceipt(
        TODAY, deal.customer, account, D(2000), D("40.01"), D("7.1"), allocations=shares, interest=D("100.01")
    )
    receipt = seat.perform(record_receipt, command).value
    other = seat.ask(other_shipment, deal.shipment)
    assert seat.ask(costs)[len(before) :] == [
        (deal.shipment, "BKF", D("30.01"), D("213.05")),
        (other, "BKF", D("10.00"), D("71.02")),
        (deal.shipment, "INT", D("75.01"), D("532.55")),
        (other, "INT", D("25.00"), D("177.52")),
    ]
    now = seat.ask(balance_at, account, TODAY)
    assert now.amount - held.amount == D(2000) - D("140.02")
    assert now.base - held.base == D(14200) - D("284.07") - D("710.07")
    after = seat.ask(shipment_profit, deal.shipment)
    assert profit.result.trading_profit - after.result.trading_profit == D("213.05") + D("532.55")
    assert after.result.export_cost - profit.result.export_cost == D("532.55")
    assert seat.ask(booked, "INT") == D("710.07")
    line = next(each for each in seat.ask(journal, TODAY, TODAY).lines if each.base_amount == D("532.55"))
    assert line.code == "660302"
    seat.perform(reverse_receipt, ReverseReceipt(receipt))
    assert seat.ask(booked, "INT") == 0
    assert sum(row[3] for row in seat.ask(costs)[len(before) :]) == 0
    assert {row.id for row in seat.ask(open_items, deal.customer, "USD")} == {deal.invoice, second}
    if seat.book.store.reader.dialect.name == "sqlite":
        assert check_book(seat.book.store.reader) == []


def first_paid(reader: Reader) -> int:
    """Answer the receipt of 2,000 that the small firm begins with."""
    return reader.session.scalars(select(Receipt.id).where(Receipt.gross == 2000)).one()


def dollar_account(reader: Reader) -> int:
    return reader.session.scalars(select(Receipt.account_id).limit(1)).one()


def other_shipment(reader: Reader, shipment: int) -> int:
    return reader.session.scalars(select(Shipment.id).where(Shipment.id != shipment)).one()


def test_interest_and_charge_leave_something(seat: Seat) -> None:
    deal = trade(seat)
    account, before = seat.ask(dollar_account), seat.ask(costs)
    for charge, interest in ((D(0), D(100)), (D(60), D(40)), (D(0), D(-1))):
        command = RecordReceipt(TODAY, deal.customer, account, D(100), charge, interest=interest)
        with pytest.raises(Refusal, match="Charge and interest together"):
            seat.perform(record_receipt, command)
    with pytest.raises(Refusal, match="more decimals"):
        seat.perform(
            record_receipt, RecordReceipt(TODAY, deal.customer, account, D(100), interest=D("0.001"))
        )
    assert seat.ask(costs) == before


def test_the_check_compares_what_was_kept(blank_book: Path, tmp_path: Path) -> None:
    path, clock = tmp_path / "kept.tcrm", FixedClock.on(TODAY)
    shutil.copyfile(blank_book, path)
    book = Book(open_book(path, "Tests", clock), clock)
    trade(book.seat())
    book.close()
    plant(path, "UPDATE receipt SET interest = 50000 WHERE charge > 0")
    found = verify_book(path)
    assert any(
        "left 1,980.00 on its account; gross less charge and interest is 1,975.00" in row for row in found
    )
    assert any("kept 5.00 of interest; 0.00 is booked as a cost" in row for row in found)


def test_an_advance_on_a_bill_is_proposed_and_repaid_with_its_money(seat: Seat) -> None:
    """With recourse the invoice stays open; the loan takes what is open, the receipt proposes repaying (16.18)."""
    deal = trade(seat)
    account = seat.ask(dollar_account)
    (before,) = seat.ask(open_items, deal.customer, "USD")
    for link in (Link.to("loan", item=deal.invoice), Link.to("loan", shipment=deal.shipment)):
        draft = seat.ask(LOAN_FORM.blank, link)
        assert (draft.text("kind"), draft.number("amount"), draft.ref_id("shipment")) == (
            "negotiation",
            before.open_amount,
            deal.shipment,
        )
    draft = draft.put(lender="Bank of China", amount=D(900))
    with pytest.raises(Refusal, match="Choose the account"):
        seat.perform(LOAN_FORM.save, LOAN_FORM.build(draft))
    held = seat.ask(balance_at, account, TODAY).amount
    loan = seat.perform(LOAN_FORM.save, LOAN_FORM.build(draft.put(account=Ref(account, "USD")))).value
    assert seat.ask(balance_at, account, TODAY).amount - held == D(900)
    assert seat.ask(open_items, deal.customer, "USD")[0].open_amount == before.open_amount
    again = seat.ask(LOAN_FORM.blank, Link.to("loan", shipment=deal.shipment))
    assert again.number("amount") == before.open_amount - 900
    command = RecordReceipt(TODAY, deal.customer, account, D(700), allocations=(Share(deal.invoice, D(700)),))
    receipt = seat.perform(record_receipt, command).value
    (found,) = seat.ask(loans_to_repay, receipt)
    assert (found.loan_id, found.amount, found.account_id) == (loan, D(700), account)
    repay = seat.ask(MOVE_FORM.blank, repay_link(found))
    assert (repay.number("amount"), repay.ref_id("account"), repay.text("kind")) == (D(700), account, "repay")
    seat.perform(MOVE_FORM.save, MOVE_FORM.build(repay.put(amount=D(900))))
    assert seat.ask(loans_to_repay, receipt) == ()


def test_interest_on_an_advance_is_a_cost_of_its_shipment(seat: Seat) -> None:
    """INT on the export side (section 2.3), at what the dollars stood for; taken back, the cost goes with it."""
    deal = trade(seat)
    account = seat.ask(dollar_account)
    command = OpenLoan(
        "negotiation", "Bank", "USD", TODAY, shipment_id=deal.shipment, amount=D(900), account_id=account
    )
    loan = seat.perform(open_loan, command).value
    before = seat.ask(shipment_profit, deal.shipment).result
    move = seat.perform(move_loan, MoveLoan(loan, "interest", TODAY, account, D(10))).value
    after = seat.ask(shipment_profit, deal.shipment).result
    cost = seat.ask(booked, "INT")
    assert D(70) < cost < D(72)
    assert (after.export_cost - before.export_cost, before.trading_profit - after.trading_profit) == (
        cost,
        cost,
    )
    seat.perform(reverse_loan_move, ReverseLoanMove(move, TODAY, "Not charged"))
    assert seat.ask(shipment_profit, deal.shipment).result == before
    assert seat.ask(booked, "INT") == 0
    if seat.book.store.reader.dialect.name == "sqlite":
        assert check_book(seat.book.store.reader) == []
