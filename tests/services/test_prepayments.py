"""Prepayments to factories, payments taken back, payers learned, deposits moved (sections 3.1, 3.3, 3.4, 6)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services import shipping_kit
from tests.services.approval_kit import switch
from tests.services.conftest import TODAY
from tests.services.money_kit import Invoice, customer, enter_item
from tests.services.purchase_kit import plan_shipment
from tests.services.settling_kit import MAY, Bill, Firm, books, counts, enter_bill, found, opened
from tests.services.test_purchases_received import buy
from tradecrm.core.presets import preset_terms
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import encode_terms
from tradecrm.models import CostLine, Item, Note, Payment, Receipt
from tradecrm.services.book import Book, Seat
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.deposits import deposit_received, deposits_left
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.allocations import Allocate, Unallocate, allocate, unallocate
from tradecrm.services.money.earmarks import MoveDeposit, kept_of, move_deposit
from tradecrm.services.money.notes import ReverseNote, WriteNote, reverse_note, write_note
from tradecrm.services.money.payers import party_of_payer
from tradecrm.services.money.payments import RecordPayment, ReversePayment, record_payment, reverse_payment
from tradecrm.services.money.prepayments import AskPrepayment, ask_prepayment, open_purchases, prepaid_of
from tradecrm.services.money.receipts import (
    RecordReceipt,
    ReverseReceipt,
    Share,
    record_receipt,
    reverse_receipt,
)
from tradecrm.services.money.refunds import RecordRefund, ReverseRefund, record_refund, reverse_refund
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.purchase_bills import BillPurchase, bill_purchase
from tradecrm.services.work import Reader

D = Decimal
PAID = date(2026, 4, 14)


def _items_of(reader: Reader, note: int) -> int:
    return reader.session.get_one(Note, note).item_id or 0


def _newest(seat: Seat, kind: str) -> int:
    def read(reader: Reader) -> int:
        return reader.session.scalars(
            select(Item.id).where(Item.kind == kind).order_by(Item.id.desc()).limit(1)
        ).one()

    return seat.ask(read)


def test_a_prepayment_is_kept_for_its_purchase_and_settles_its_bill(seat: Seat, book: Book) -> None:
    """Section 6: 30 % of 47,460.00 as agreed; more only when approved; applied when the bill comes (3.3)."""
    deal, lantern, _kit = buy(seat)
    account = seat.perform(open_account, OpenAccount("CNY", "BANK", "CNY", PAID, D(90_000))).value
    switch(seat, "prepayment", "prepayment")
    due = next(row for row in seat.ask(open_purchases, deal.lantern_factory, "CNY") if row.id == lantern)
    assert due.missing == D("14238.00")

    def pay(amount: Decimal) -> int:
        share = (Share(lantern, amount),)
        command = RecordPayment(PAID, deal.lantern_factory, account, amount, earmarks=share)
        return seat.perform(record_payment, command).value

    first = pay(D("14238.00"))
    before = counts(seat)
    with pytest.raises(Refusal, match=r"51\.1 % are prepaid, more than 30 %\. Ask for approval"):
        pay(D(10_000))
    assert counts(seat) == before
    assert seat.perform(ask_prepayment, AskPrepayment(lantern, D("24238.00"), "buys material")).value
    pay(D(10_000))
    assert seat.ask(prepaid_of, lantern) == D("24238.00")
    shipment = plan_shipment(seat, deal)
    bill = seat.perform(bill_purchase, BillPurchase(lantern, shipment, MAY)).value
    assert opened(seat, bill) == (D(23_222), D(23_222))
    assert seat.ask(kept_of, _newest(seat, "PAY"), "AP") == {}
    seat.perform(reverse_payment, ReversePayment(first))
    assert seat.ask(prepaid_of, lantern) == D(10_000)
    assert check_book(book.store.reader) == []


def test_a_payment_taken_back_leaves_its_bill_open_again(seat: Seat, book: Book) -> None:
    """Section 16.7 mirrored; 16.6 and 4: a fee leaves at the carrying rate of the account."""
    firm = found(seat)
    bill = seat.perform(enter_bill, Bill(firm.party, date(2026, 3, 2), D(1000), D("7.2"), "USD")).value
    start = books(seat)
    command = RecordPayment(
        MAY, firm.party, firm.usd, D(1000), D("7.15"), (Share(bill, D(1000)),), charge=D(20), payee="Wu Li"
    )
    key = seat.perform(record_payment, command).value
    after = books(seat)
    moved = {name: after.get(name, D(0)) - start.get(name, D(0)) for name in {*start, *after}}
    assert (moved["BANK"], moved["EXPENSE"], moved["AP"]) == (D(-7242), D(142), D(7200))
    # Settled at 7.15 against 7.20 booked: 50.00; the account gave 7,100.00 for 7,150.00: 50.00 more.
    assert moved["FX"] == D(-100)

    def read(reader: Reader) -> tuple[str, str | None]:
        party = party_of_payer(reader, "wu li")
        return reader.session.get_one(Payment, key).payee, None if party is None else party.name

    assert seat.ask(read) == ("Wu Li", "Kern Tool Corp.")
    seat.perform(reverse_payment, ReversePayment(key))
    assert opened(seat, bill) == (D(1000), D(7200))
    assert books(seat) == start
    with pytest.raises(Refusal, match="reversed already"):
        seat.perform(reverse_payment, ReversePayment(key))
    assert check_book(book.store.reader) == []


def test_paid_costs_are_billed_again_when_the_payment_comes_back(seat: Seat) -> None:
    from tests.services.trading_kit import trade

    trade(seat)

    def status(reader: Reader) -> str:
        return reader.session.scalars(select(CostLine.status).where(CostLine.item_id.is_not(None))).one()

    def payment(reader: Reader) -> int:
        return reader.session.scalars(select(Payment.id)).one()

    assert seat.ask(status) == "paid"
    seat.perform(reverse_payment, ReversePayment(seat.ask(payment)))
    assert seat.ask(status) == "invoiced"


def test_a_deposit_that_bounced_is_received_no_longer_nor_left_for_an_earlier_day(
    seat: Seat, book: Book
) -> None:
    """Section 16.4 and 16.7: 2,232.00 of 3,720.00 were applied to the first invoice, which is open again."""
    from tests.services.trading_kit import DAY, trade

    deal = trade(seat)
    assert seat.ask(deposit_received, deal.contract) == D(3720)
    assert sum(part.amount for part in seat.ask(deposits_left, deal.contract, TODAY)) == D(1488)
    first = seat.ask(lambda reader: reader.session.scalars(select(Receipt.id).order_by(Receipt.id)).first())
    assert first is not None
    before = opened(seat, deal.invoice)[0]
    seat.perform(reverse_receipt, ReverseReceipt(first, TODAY, "Bounced"))
    assert opened(seat, deal.invoice)[0] == before + D(2232)
    assert seat.ask(deposit_received, deal.contract) == 0
    assert seat.ask(deposits_left, deal.contract, DAY) == []
    fine = RecordReceipt(TODAY, deal.customer, 2, D(10), earmarks=(Share(deal.contract, D("0.001")),))
    with pytest.raises(Refusal, match="more decimals than USD allows"):
        seat.perform(record_receipt, fine)
    assert check_book(book.store.reader) == []


def test_who_pays_for_whom_is_flagged_and_learned(seat: Seat) -> None:
    """Sections 3.4 and 16.19: the payer differs from the customer; the bank's own wording of its name does not."""
    firm = found(seat)

    def receive(payer: str) -> tuple[bool, str | None]:
        command = RecordReceipt(MAY, firm.party, firm.usd, D(10), payer=payer)
        key = seat.perform(record_receipt, command).value

        def read(reader: Reader) -> tuple[bool, str | None]:
            party = party_of_payer(reader, payer)
            return reader.session.get_one(Receipt, key).third_party, None if party is None else party.name

        return seat.ask(read)

    assert receive("KERN TOOL CORP, Commerzbank") == (False, None)
    assert receive("Kernholding GmbH") == (True, "Kern Tool Corp.")


def _contract(seat: Seat, firm: Firm, number: str) -> int:
    line = ContractLineDraft(None, "Desk lamp", D(100), D("10"))
    terms = encode_terms(preset_terms("TT_30_70"))
    command = SaveContract(firm.party, MAY, "USD", "FOB", "Ningbo", terms, (line,), number=number)
    return seat.perform(save_contract, command).value


def test_a_deposit_moves_to_another_contract_by_dated_rows(seat: Seat) -> None:
    """Sections 3.3 and 16.4: moved, given free, or let go with what is refunded; never beyond what is kept."""
    firm = found(seat)
    first, second = _contract(seat, firm, "SC-1"), _contract(seat, firm, "SC-2")
    command = RecordReceipt(MAY, firm.party, firm.usd, D(900), earmarks=(Share(first, D(900)),))
    seat.perform(record_receipt, command)
    money = _newest(seat, "RCT")
    seat.perform(move_deposit, MoveDeposit(money, first, D(400), second))
    seat.perform(move_deposit, MoveDeposit(money, first, D(100)))
    assert seat.ask(kept_of, money) == {first: D(400), second: D(400)}
    assert seat.ask(deposit_received, second) == D(400)

    def refused(words: str, **values: object) -> None:
        move = {"item_id": money, "from_id": first, "amount": D(1), "to_id": second, **values}
        with pytest.raises(Refusal, match=words):
            seat.perform(move_deposit, MoveDeposit(**move))  # type: ignore[arg-type]

    refused(r"keeps USD 400\.00 for that contract", amount=D(401))
    refused("another contract", to_id=first)
    refused("after today", day=TODAY + timedelta(days=1))
    refused("cannot be moved before", day=MAY)
    other = Firm(customer(seat, "Åberg & Co AB"), firm.usd, firm.cny)
    refused("another partner's", to_id=_contract(seat, other, "SC-3"))
    assert seat.ask(kept_of, money) == {first: D(400), second: D(400)}
    refund = RecordRefund("AR", TODAY, firm.party, firm.usd, (Share(money, D(300)),), "order canceled")
    seat.perform(record_refund, refund)
    assert seat.ask(kept_of, money) == {first: D(400), second: D(200)}


def test_what_was_in_hand_when_the_books_began_is_kept_for_a_contract(seat: Seat) -> None:
    """A negative opening is a deposit received before (3.1): the contract has it, and its invoice takes it (3.3)."""
    firm = shipping_kit.start(seat)
    contract = firm.contract(shipping_kit.DEPOSIT, 1_000, effective=False)
    begun = shipping_kit.DAY - timedelta(days=5)
    command = WriteNote("OPEN", "AR", begun, D(-300), "Paid in 2025", firm.customer, "USD", rate=D("6.80"))
    note, spare = (seat.perform(write_note, command).value for _each in range(2))
    money, other = seat.ask(_items_of, note), seat.ask(_items_of, spare)
    for item in (money, other):
        seat.perform(move_deposit, MoveDeposit(item, None, D(300), contract, shipping_kit.DAY))
    with pytest.raises(Refusal, match="in hand and kept for no contract"):
        seat.perform(move_deposit, MoveDeposit(money, None, D(1), contract))
    assert seat.ask(deposit_received, contract) == D(600)
    seat.perform(reverse_note, ReverseNote(spare, TODAY, "counted twice"))
    assert seat.ask(deposit_received, contract) == D(300)
    seat.perform(move_contract, MoveContract(contract, "effective", shipping_kit.DAY))
    shipment = firm.shipment(contract)
    firm.depart(shipment)
    taken = seat.ask(lambda reader: reader.session.get_one(Item, money).open_amount)
    assert taken == 0
    assert seat.ask(shipment_profit, shipment).result.revenue == D(300) * D("6.80") + D(700) * 7
    assert check_book(seat.book.store.reader) == []


def test_money_in_hand_again_is_kept_for_its_contract_again_and_not_received_twice(seat: Seat) -> None:
    """Sections 3.3 and 16.4: what a refund or a settlement let go is a deposit again, once that is taken back."""
    firm = found(seat)
    first, second = _contract(seat, firm, "SC-1"), _contract(seat, firm, "SC-2")
    command = RecordReceipt(MAY, firm.party, firm.usd, D(900), earmarks=(Share(first, D(900)),))
    seat.perform(record_receipt, command)
    money = _newest(seat, "RCT")

    def again(amount: int, day: date = TODAY, to_id: int | None = first) -> None:
        seat.perform(move_deposit, MoveDeposit(money, None, D(amount), to_id, day))

    refund = RecordRefund("AR", MAY, firm.party, firm.usd, (Share(money, D(300)),), "order canceled")
    seat.perform(reverse_refund, ReverseRefund(seat.perform(record_refund, refund).value))
    assert seat.ask(kept_of, money) == {first: D(600)}
    with pytest.raises(Refusal, match=r"USD 300\.00 is in hand and kept for no contract; USD 301\.00"):
        again(301)
    with pytest.raises(Refusal, match="it cannot be kept for a contract before"):
        again(300, MAY)
    with pytest.raises(Refusal, match="another contract"):
        again(300, to_id=None)
    again(300)
    assert seat.ask(kept_of, money) == {first: D(900)}
    bill = seat.perform(enter_item, Invoice(firm.party, MAY, D(500), contract_id=first)).value
    row = seat.perform(allocate, Allocate(bill, money, D(500))).value
    assert (seat.ask(kept_of, money), seat.ask(deposit_received, first)) == ({first: D(400)}, D(900))
    seat.perform(unallocate, Unallocate(row))
    again(500)
    assert (seat.ask(kept_of, money), seat.ask(deposit_received, first)) == ({first: D(900)}, D(900))
    seat.perform(move_deposit, MoveDeposit(money, first, D(200)))
    again(200, to_id=second)
    assert seat.ask(kept_of, money) == {first: D(700), second: D(200)}
    assert (seat.ask(deposit_received, first), seat.ask(deposit_received, second)) == (D(700), D(200))
    assert not check_book(seat.book.store.reader)
