"""Notes, write-offs, refunds and contra entries (domain.md sections 3.1, 3.4, 3.5, 16.7, 16.14)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.approval_kit import switch
from tests.services.conftest import TODAY, Seats
from tests.services.money_kit import Invoice, customer, enter_item
from tests.services.settling_kit import (
    MARCH,
    MAY,
    Bill,
    Firm,
    books,
    counts,
    enter_bill,
    found,
    invoice,
    last_fx,
    opened,
)
from tradecrm.core.errors import RateMissing
from tradecrm.core.problems import Refusal
from tradecrm.models import ApprovalRequest, Item, Note, WriteOffRequest
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.periods import ClosePeriod, close_period
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.aging import ledger_balances
from tradecrm.services.money.allocations import Allocate, allocate
from tradecrm.services.money.contra import RecordContra, ReverseContra, record_contra, reverse_contra
from tradecrm.services.money.notes import ReverseNote, WriteNote, reverse_note, write_note
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.money.refunds import RecordRefund, ReverseRefund, record_refund, reverse_refund
from tradecrm.services.money.write_offs import ReverseWriteOff, WriteOff, reverse_write_off, write_off
from tradecrm.services.work import Reader

D = Decimal


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return found(seat)


def _item_of(seat: Seat, entity: type[Note], key: int) -> int:
    def read(reader: Reader) -> int:
        return reader.session.get_one(entity, key).item_id or 0

    return seat.ask(read)


def _receipt_item(seat: Seat) -> int:
    def read(reader: Reader) -> int:
        query = select(Item.id).where(Item.kind == "RCT").order_by(Item.id.desc()).limit(1)
        return reader.session.scalars(query).one()

    return seat.ask(read)


def test_discount_for_early_payment_is_a_note_at_the_booking_rate(seat: Seat, firm: Firm, book: Book) -> None:
    """Section 3.4: 2 % of 8,650.00 booked at 7.1120; what is then short in base is exchange difference."""
    sale = invoice(seat, firm, "8650")
    seat.perform(write_note, WriteNote("CN", "AR", MAY, D(173), "2 % for early payment", invoice_id=sale))
    assert last_fx(seat) == D(0)
    assert opened(seat, sale) == (D(8477), D("61518.80") - D("1230.38"))
    receipt = RecordReceipt(
        MAY, firm.party, firm.usd, D(8477), rate=D("7.09"), allocations=(Share(sale, D(8477)),)
    )
    seat.perform(record_receipt, receipt)
    assert last_fx(seat) == D("60101.93") - D("60288.42")
    assert opened(seat, sale) == (D(0), D(0))
    assert books(seat)["REVENUE"] == -D("60288.42")
    assert check_book(book.store.reader) == []


def test_a_note_on_a_paid_invoice_is_credit_in_hand_and_can_be_taken_back(seat: Seat, firm: Firm) -> None:
    sale = invoice(seat, firm, "100")
    paid = seat.perform(enter_item, Invoice(firm.party, MAY, D(-100), D("7.05"), number="R1")).value
    seat.perform(allocate, Allocate(sale, paid, D(100)))
    note = seat.perform(write_note, WriteNote("CN", "AR", MAY, D(30), "claim", invoice_id=sale)).value
    item = _item_of(seat, Note, note)
    assert opened(seat, item) == (D(-30), D("-213.36"))
    seat.perform(reverse_note, ReverseNote(note))
    assert opened(seat, item) == (D(0), D(0))
    with pytest.raises(Refusal, match="reversed already"):
        seat.perform(reverse_note, ReverseNote(note))
    assert books(seat)["REVENUE"] == -D("711.20")


def test_notes_and_opening_balances_of_both_sides_stand_in_the_ledger(seat: Seat, firm: Firm) -> None:
    """Section 3.1: DN and CN raise and lower what is owed, on either side; OPEN has either sign and its due date."""
    due = TODAY + timedelta(days=20)

    def note(kind: str, side: str, amount: str, currency: str = "USD") -> int:
        command = WriteNote(
            kind, side, MAY, D(amount), "as agreed", firm.party, currency, rate=D("7.00"), due_on=due
        )
        return _item_of(seat, Note, seat.perform(write_note, command).value)

    debit, opening = note("DN", "AR", "250"), note("OPEN", "AR", "-40")
    note("CN", "AP", "60"), note("OPEN", "AP", "900")
    assert seat.ask(ledger_balances, "AR", TODAY) == {(firm.party, "USD"): D(210)}
    assert seat.ask(ledger_balances, "AP", TODAY) == {(firm.party, "USD"): D(840)}
    seat.perform(allocate, Allocate(debit, opening, D(40)))
    assert opened(seat, debit) == (D(210), D(1470))
    assert sum(books(seat).values()) == 0


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"day": TODAY + timedelta(days=1)}, "after today"),
        ({"day": MARCH - timedelta(days=1)}, "cannot be dated before"),
        ({"amount": D("100.01")}, r"I1 is of USD 100\.00; credit notes of USD 0\.00 stand already"),
        ({"side": "AP"}, "not an invoice that can be corrected"),
        ({"reason": " "}, "Say what the note is for"),
        ({"amount": D(0)}, "above zero"),
    ],
)
def test_a_note_that_cannot_be_is_refused_in_words(
    seat: Seat, firm: Firm, command: dict[str, object], words: str
) -> None:
    sale = invoice(seat, firm, "100")
    before = counts(seat)
    values = {"kind": "CN", "side": "AR", "day": MAY, "amount": D(1), "reason": "claim", "invoice_id": sale}
    with pytest.raises(Refusal, match=words):
        seat.perform(write_note, WriteNote(**{**values, **command}))  # type: ignore[arg-type]
    assert (counts(seat), opened(seat, sale)[0]) == (before, D(100))


def test_a_missing_rate_is_an_error_and_never_one(seat: Seat, firm: Firm) -> None:
    before = counts(seat)
    with pytest.raises(RateMissing, match="JPY"):
        seat.perform(write_note, WriteNote("DN", "AR", MAY, D(5000), "sample fee", firm.party, "JPY"))
    assert counts(seat) == before


def test_a_small_rest_goes_at_once_and_only_once_an_invoice(seat: Seat, firm: Firm) -> None:
    """Sections 3.4 and 16.14: within 50 and within 0.5 %, at the booking rate of the invoice, once."""
    sale = invoice(seat, firm, "8650")
    first = seat.perform(write_off, WriteOff(sale, D(20), MAY, "bank fees")).value
    assert opened(seat, sale) == (D(8630), D("61518.80") - D("142.24"))
    assert books(seat)["WRITEOFF"] == D("142.24")
    seat.perform(reverse_write_off, ReverseWriteOff(first))
    assert opened(seat, sale) == (D(8650), D("61518.80"))
    with pytest.raises(Refusal, match="not possible while the state is “Reversed”"):
        seat.perform(reverse_write_off, ReverseWriteOff(first))
    assert "WRITEOFF" not in books(seat)


def _status(seat: Seat, key: int) -> str:
    def read(reader: Reader) -> str:
        return reader.session.get_one(WriteOffRequest, key).status

    return seat.ask(read)


def _pending(reader: Reader) -> int:
    return reader.session.scalars(select(ApprovalRequest.id).where(ApprovalRequest.status == "pending")).one()


def test_above_the_limits_finance_decides(seats: Seats, book: Book) -> None:
    """Section 6, write-off above tolerance; 16.14: a second small one of an invoice is above it too."""
    from tradecrm.services.control.people import AddPerson, add_person

    finance = book.seat(seats.owner.perform(add_person, AddPerson("Sun Li", "finance")).value)
    owner = seats.owner
    switch(owner, "write_off", "above_tolerance")
    firm = found(owner)
    sale = invoice(owner, firm, "8650")
    owner.perform(write_off, WriteOff(sale, D(20), MAY, "bank fees"))
    second = owner.perform(write_off, WriteOff(sale, D(10), MAY, "bank fees again")).value
    assert (_status(owner, second), opened(owner, sale)[0]) == ("pending", D(8630))
    finance.perform(decide, Decide(finance.ask(_pending), "reject", "The bank will pay it back"))
    assert (_status(owner, second), opened(owner, sale)[0]) == ("rejected", D(8630))
    third = owner.perform(write_off, WriteOff(sale, D("43.26"), MAY, "short")).value
    finance.perform(decide, Decide(finance.ask(_pending), "approve"))
    assert (_status(owner, third), opened(owner, sale)[0]) == ("posted", D("8586.74"))


def test_bad_debt_and_its_recovery(seat: Seat, firm: Firm, book: Book) -> None:
    """Section 3.4: a later recovery is a receipt against the reversed write-off."""
    sale = invoice(seat, firm, "1000", "7.00")
    lost = seat.perform(write_off, WriteOff(sale, D(1000), MAY, "insolvent", "bad_debt")).value
    assert opened(seat, sale) == (D(0), D(0))
    assert books(seat)["WRITEOFF"] == D(7000)
    seat.perform(reverse_write_off, ReverseWriteOff(lost))
    recovered = RecordReceipt(TODAY, firm.party, firm.usd, D(400), allocations=(Share(sale, D(400)),))
    seat.perform(record_receipt, recovered)
    assert opened(seat, sale)[0] == D(600)
    assert "WRITEOFF" not in books(seat)
    assert check_book(book.store.reader) == []


def test_a_rest_of_a_bill_is_income(seat: Seat, firm: Firm) -> None:
    bill = seat.perform(enter_bill, Bill(firm.party, MARCH, D(10_000))).value
    seat.perform(write_off, WriteOff(bill, D("0.50"), MAY, "rounding"))
    assert opened(seat, bill) == (D("9999.50"), D("9999.50"))
    assert books(seat)["WRITEOFF"] == D("-0.50")


@pytest.mark.parametrize(
    ("amount", "kind", "words"),
    [
        (D("100.01"), "bad_debt", r"I1 has only USD 100\.00 open; USD 100\.01 cannot be written off"),
        (D(1), "forfeit", "no deposit in hand"),
        (D("0.001"), "small", "cannot be written off"),
    ],
)
def test_write_offs_refused(seat: Seat, firm: Firm, amount: Decimal, kind: str, words: str) -> None:
    sale = invoice(seat, firm, "100")
    before = counts(seat)
    with pytest.raises(Refusal, match=words):
        seat.perform(write_off, WriteOff(sale, amount, MAY, "given up", kind))
    assert (counts(seat), opened(seat, sale)[0]) == (before, D(100))


def test_too_much_is_given_back_and_the_bank_values_it(seat: Seat, firm: Firm, book: Book) -> None:
    """Sections 3.4 and 16.6: refund at the selling rate, the account gives its moving average, the rest is FX."""
    receipt = RecordReceipt(MAY, firm.party, firm.usd, D(5000), rate=D("7.05"))
    seat.perform(record_receipt, receipt)
    money = _receipt_item(seat)
    refund = RecordRefund(
        "AR", MAY, firm.party, firm.usd, (Share(money, D(1200)),), "paid twice", D(10), D("7.08")
    )
    key = seat.perform(record_refund, refund).value
    assert last_fx(seat) == D(1200) * D("7.05") - D(1200) * D("7.08")
    assert opened(seat, money) == (D(-3800), D("-26790.00"))
    # 25,000 USD carried 142,000 + 35,250 = 7.09 on average; 1,210 leave.
    assert books(seat)["BANK"] == D(500_000) + D("177250.00") - D("8578.90")
    assert books(seat)["FX"] == D("36.00") - (D("8496.00") + D("70.80") - D("8578.90"))
    seat.perform(reverse_refund, ReverseRefund(key))
    assert opened(seat, money) == (D(-5000), D("-35250.00"))
    assert books(seat)["BANK"] == D(500_000) + D("177250.00")
    assert check_book(book.store.reader) == []


def test_a_supplier_gives_a_prepayment_back(seat: Seat, firm: Firm) -> None:
    paid = seat.perform(enter_bill, Bill(firm.party, MARCH, D(-3000), number="P1")).value
    refund = RecordRefund("AP", MAY, firm.party, firm.cny, (Share(paid, D(3000)),), "order canceled", D(5))
    seat.perform(record_refund, refund)
    assert opened(seat, paid) == (D(0), D(0))
    assert books(seat)["BANK"] == D(142_000) + D(500_000) + D(2995)


def test_refunds_refused(seat: Seat, firm: Firm) -> None:
    mine = seat.perform(enter_item, Invoice(firm.party, MARCH, D(-100), number="R1")).value
    other = customer(seat, "Åberg & Co AB")
    theirs = seat.perform(enter_item, Invoice(other, MARCH, D(-100), number="R2")).value
    sale = invoice(seat, firm, "100")
    before = counts(seat)

    def refused(share: Share, words: str, day: date = MAY, account: int = firm.usd) -> None:
        with pytest.raises(Refusal, match=words):
            seat.perform(record_refund, RecordRefund("AR", day, firm.party, account, (share,), "paid twice"))

    refused(Share(mine, D("100.01")), r"R1 has only USD 100\.00 open")
    refused(Share(theirs, D(10)), "no money of this partner")
    refused(Share(sale, D(10)), "no money of this partner")
    refused(Share(mine, D(10)), "give it back from an account in USD", account=firm.cny)
    refused(Share(mine, D(10)), "after today", day=TODAY + timedelta(days=1))
    seat.perform(close_period, ClosePeriod(MAY, confirmed=True))
    refused(Share(mine, D(10)), "closed until 2026-05-04")
    assert counts(seat) == before


def test_both_sides_of_a_partner_meet_in_one_posting(seat: Seat, firm: Firm, book: Book) -> None:
    """Section 3.1: USD 1,000 owed by the partner against CNY 7,050 owed to it; the base value is one and the same."""
    sale = invoice(seat, firm, "1500", "7.11")
    bill = seat.perform(enter_bill, Bill(firm.party, MARCH, D(9000))).value
    before = counts(seat)[0]
    command = RecordContra(
        MAY, firm.party, (Share(sale, D(1000)),), (Share(bill, D(7050)),), "as agreed by mail"
    )
    key = seat.perform(record_contra, command).value
    assert opened(seat, sale) == (D(500), D(3555))
    assert opened(seat, bill) == (D(1950), D(1950))
    assert books(seat)["FX"] == D(60)
    assert counts(seat)[0] == before + 2, "one posting for both sides, one for the exchange difference"
    seat.perform(reverse_contra, ReverseContra(key))
    assert opened(seat, sale) == (D(1500), D("10665.00"))
    assert opened(seat, bill) == (D(9000), D(9000))
    assert "FX" not in books(seat)
    assert check_book(book.store.reader) == []
    with pytest.raises(Refusal, match="reversed already"):
        seat.perform(reverse_contra, ReverseContra(key))


def test_a_contra_entry_that_cannot_be_is_refused(seat: Seat, firm: Firm) -> None:
    sale = invoice(seat, firm, "1500", "7.11")
    bill = seat.perform(enter_bill, Bill(firm.party, MARCH, D(900), D("7.1"), "USD")).value
    before = counts(seat)

    def refused(receivable: Share, payable: Share, words: str) -> None:
        command = RecordContra(MAY, firm.party, (receivable,), (payable,), "as agreed")
        with pytest.raises(Refusal, match=words):
            seat.perform(record_contra, command)

    refused(Share(sale, D(100)), Share(bill, D(90)), "within one currency both must be equal")
    refused(Share(sale, D(901)), Share(bill, D(901)), r"B-1 has only USD 900\.00 open")
    refused(Share(bill, D(9)), Share(sale, D(9)), "not an open paper of this partner on that side")
    assert counts(seat) == before


def test_who_may_only_receive_writes_no_supplier_note(seats: Seats) -> None:
    from tradecrm.core.errors import NotAllowed

    firm = found(seats.owner)
    before = counts(seats.owner)
    with pytest.raises(NotAllowed, match="record payments"):
        seats.manager.perform(write_note, WriteNote("DN", "AP", MAY, D(10), "claim", firm.party, "CNY"))
    assert counts(seats.owner) == before


def test_the_result_of_a_shipment_is_net_of_its_notes(seat: Seat, book: Book) -> None:
    """Section 16.8: N uses the invoice net of credit notes; a supplier's note lowers the costs of its bill."""
    from tests.services.trading_kit import trade
    from tradecrm.models import CostLine
    from tradecrm.services.figures.profit import profits_between, shipment_profit

    deal = trade(seat)
    before = seat.ask(shipment_profit, deal.shipment).result
    note = WriteNote("CN", "AR", TODAY, D(140), "two cartons wet", invoice_id=deal.invoice)
    seat.perform(write_note, note)

    def bill(reader: Reader) -> int:
        query = select(CostLine.item_id).where(CostLine.item_id.is_not(None))
        return reader.session.scalars(query).one() or 0

    lowered = WriteNote("CN", "AP", TODAY, D(200), "truck was late", invoice_id=seat.ask(bill))
    written = seat.perform(write_note, lowered).value
    after = seat.ask(shipment_profit, deal.shipment)
    assert after.result.revenue == before.revenue - D(140) * D("7.12")
    assert after.result.fx_net_income == before.fx_net_income - D(140)
    assert after.result.total_cost == before.total_cost - D(200)
    (listed,) = seat.ask(profits_between, MARCH, TODAY)
    assert (listed.revenue, listed.cost) == (after.result.revenue, after.result.total_cost)
    seat.perform(reverse_note, ReverseNote(written))
    assert seat.ask(shipment_profit, deal.shipment).result.total_cost == before.total_cost
