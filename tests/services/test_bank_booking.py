"""What a row of the bank is, booked and matched at once (domain.md sections 3.4 and 4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.bank_kit import book as enter
from tests.services.bank_kit import bring_in, line, open_yuan, statement
from tests.services.money_kit import Invoice, customer, enter_item
from tests.services.test_reconciling import accept
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.models import BankRow, Receipt
from tradecrm.screens.money.bank_booking import (
    ROW_EXPENSE,
    ROW_RECEIPT,
    ROW_TRANSFER,
    blank_row_transfer,
    kept_fee,
)
from tradecrm.services.book import Seat
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.bank_booking import BookRow, receipt_of_row, recorded_receipt, row_card
from tradecrm.services.money.cards import receipt_card
from tradecrm.services.money.receipts import RecordReceipt, ReverseReceipt, record_receipt, reverse_receipt
from tradecrm.services.money.reconciling import agreement
from tradecrm.services.work import Reader

D = Decimal
DAY = date(2026, 5, 12)


def rows(reader: Reader) -> list[tuple[int, str]]:
    return [(key, status) for key, status in reader.session.execute(select(BankRow.id, BankRow.status))]


def test_a_receipt_from_a_row_finds_customer_fee_and_invoices(seat: Seat) -> None:
    """The bank credits net of charges; the invoice the text names comes before the oldest (3.1 and 3.4)."""
    account, kern = open_yuan(seat), customer(seat)
    for number, amount, day in (
        ("CI-26001", "500", date(2026, 4, 1)),
        ("CI-26002", "1000", date(2026, 4, 20)),
    ):
        invoice = Invoice(kern, day, D(amount), D(1), "CNY", number)
        seat.perform(enter_item, invoice)
    bring_in(seat, account, statement(line(DAY, "980", "KERN TOOL CORP", "pmt CI26002"), opening="30000"))
    card = seat.ask(row_card, 1)
    assert (card.party_id, card.guess) == (kern, "receipt")
    draft = seat.ask(ROW_RECEIPT.blank, Link.to("row_receipt", row=1))
    assert (draft.number("charge"), draft.number("gross")) == (D(20), D(1000))
    assert {one["number"]: one["amount"] for one in draft.rows("items")} == {
        "CI-26001": None,
        "CI-26002": D(1000),
    }
    receipt = seat.perform(ROW_RECEIPT.save, ROW_RECEIPT.build(draft)).value
    assert [(one.number, one.amount) for one in seat.ask(receipt_card, receipt).settled] == [
        ("CI-26002", D(1000))
    ]
    assert seat.ask(rows) == [(1, "matched")]


def test_a_bill_the_bank_bought_keeps_interest_from_its_invoice(seat: Seat) -> None:
    """Forfaiting: the words say so, the rest of the one invoice is interest, and the row is matched (16.18)."""
    account, kern = open_yuan(seat), customer(seat)
    for number, amount in (("CI-26001", "20000"), ("CI-26002", "50000")):
        seat.perform(enter_item, Invoice(kern, date(2026, 4, 1), D(amount), D(1), "CNY", number))
    bring_in(
        seat, account, statement(line(DAY, "19480", "KERN TOOL CORP", "福费廷 CI-26001"), opening="30000")
    )
    assert seat.ask(row_card, 1).guess == "receipt"
    draft = seat.ask(ROW_RECEIPT.blank, Link.to("row_receipt", row=1))
    assert [draft.number(key) for key in ("charge", "interest", "gross")] == [D(0), D(520), D(20000)]
    receipt = seat.perform(ROW_RECEIPT.save, ROW_RECEIPT.build(draft)).value
    card = seat.ask(receipt_card, receipt)
    assert (card.interest, [(one.number, one.amount) for one in card.settled]) == (
        D(520),
        [("CI-26001", D(20000))],
    )
    assert seat.ask(rows) == [(1, "matched")]


def test_what_does_not_make_the_row_s_amount_is_refused_whole(seat: Seat) -> None:
    account, kern = open_yuan(seat), customer(seat)
    bring_in(seat, account, statement(line(DAY, "980", "KERN"), opening="30000"))
    with pytest.raises(Refusal, match="what you booked moves another amount"):
        seat.perform(receipt_of_row, BookRow(1, RecordReceipt(DAY, kern, account, D(1000))))
    assert seat.ask(rows) == [(1, "open")]
    assert seat.ask(lambda reader: reader.session.scalar(select(func.count()).select_from(Receipt))) == 0


def test_fees_interest_and_transfers_are_known_by_their_words(seat: Seat) -> None:
    account = open_yuan(seat)
    till = seat.perform(open_account, OpenAccount("Till", "CASH", "CNY", DAY)).value
    words = (("-20", "手续费", "FEE"), ("15", "结息", "INTEREST"), ("-500", "内部转账 to till", ""))
    lines = [line(DAY, amount, text=text) for amount, text, _category in words]
    bring_in(seat, account, statement(*lines, opening="30000"))
    for number, (_amount, _text, category) in enumerate(words, 1):
        card = seat.ask(row_card, number)
        assert (card.guess, card.category) == (("expense", category) if category else ("transfer", ""))
    for number in (1, 2):
        draft = seat.ask(ROW_EXPENSE.blank, Link.to("row_expense", row=number))
        seat.perform(ROW_EXPENSE.save, ROW_EXPENSE.build(draft))
    draft = seat.ask(blank_row_transfer, Link.to("row_transfer", row=3))
    target = seat.ask(ROW_TRANSFER.blank, Link.to("row_transfer", row=3)).ref("from_account")
    assert target is not None
    draft = draft.put(to_account=type(target)(till, "Till", extra={"currency": "CNY"}), to_amount=D(500))
    seat.perform(ROW_TRANSFER.save, ROW_TRANSFER.build(draft))
    assert {status for _key, status in seat.ask(rows)} == {"matched"}
    assert seat.ask(agreement, account, DAY).difference == 0


def test_as_of_a_day_what_the_bank_showed_later_is_still_on_its_way(seat: Seat) -> None:
    """As of D counts what had happened by D, on both sides (section 0)."""
    account = open_yuan(seat)
    enter(seat, account, date(2026, 5, 30), "-100")
    enter(seat, account, date(2026, 6, 2), "40")
    file = statement(line(date(2026, 5, 29), "40"), line(date(2026, 6, 1), "-100"), opening="30000")
    bring_in(seat, account, file)
    before = seat.ask(agreement, account, date(2026, 5, 31))
    assert (before.outstanding, before.credits_, before.difference) == (D(100), D(40), D(0))
    accept(seat, account)
    after = seat.ask(agreement, account, date(2026, 5, 31))
    assert (after.outstanding, after.credits_, after.difference) == (D(100), D(40), D(0))
    today = seat.ask(agreement, account, date(2026, 6, 15))
    assert (today.outstanding, today.credits_, today.difference) == (D(0), D(0), D(0))


def test_the_fee_that_banks_kept_is_taken_from_the_one_invoice_nearly_paid() -> None:
    assert kept_fee(D(980), [D(500), D(1000)]) == D(20)
    assert kept_fee(D(980), [D(990), D(1000)]) == 0
    assert kept_fee(D(980), [D(1100)]) == 0


def test_what_a_message_tells_again_is_known_by_its_net_amount_and_near_day(seat: Seat) -> None:
    """Charge and interest are kept before the account (3.4); taken back, or of another day, it is none."""
    account, kern = open_yuan(seat), customer(seat)
    first = seat.perform(
        record_receipt, RecordReceipt(DAY, kern, account, D(500), D(20), interest=D(3))
    ).value
    number = seat.ask(receipt_card, first).number

    def told(amount: int, day: date, key: int | None = account) -> str:
        return seat.ask(recorded_receipt, D(amount), "CNY", day, key)

    assert told(477, DAY) == told(477, date(2026, 5, 17)) == told(477, DAY, None) == number
    assert told(500, DAY) == told(477, date(2026, 5, 18)) == told(477, DAY, account + 99) == ""
    seat.perform(reverse_receipt, ReverseReceipt(first, date(2026, 5, 20), "bounced"))
    assert told(477, DAY) == ""
