"""Movements of accounts: moving average, fees, backdated entries, taking back (domain.md sections 4 and 16.6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.bank_kit import bring_in, entry_over, line, open_yuan, statement
from tests.services.money_kit import customer
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.models import LedgerEntry, Transfer
from tradecrm.services.book import Seat
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.account_reversals import TakeBack, reverse_expense, reverse_transfer
from tradecrm.services.money.accounts import (
    BookExpense,
    MakeTransfer,
    OpenAccount,
    book_expense,
    make_transfer,
    open_account,
)
from tradecrm.services.money.matching import MatchRows, Pair, match_rows, propose_matches
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import (
    RecordReceipt,
    ReverseReceipt,
    record_receipt,
    reverse_receipt,
)
from tradecrm.services.money.reconciling import FinishReconciliation, finish_reconciliation
from tradecrm.services.work import Reader

D = Decimal
MAY = (date(2026, 5, 4), date(2026, 5, 11), date(2026, 5, 18), date(2026, 5, 25))


def rates(seat: Seat) -> None:
    for day in MAY:
        seat.perform(save_rate, SaveRate(RateType.MID, "USD", day, "7.06"))
        seat.perform(save_rate, SaveRate(RateType.MID, "EUR", day, "7.80"))


def dollars(seat: Seat, balance: str = "12000", rate: str = "7.1") -> int:
    command = OpenAccount("Dollars", "BANK", "USD", date(2026, 4, 1), D(balance), D(rate))
    return seat.perform(open_account, command).value


def held(seat: Seat, account: int, day: date = date(2026, 6, 15)) -> tuple[Decimal, Decimal]:
    found = seat.ask(balance_at, account, day)
    return found.amount, found.base


def booked(reader: Reader, book: str, category: str) -> list[tuple[date, Decimal]]:
    rows = reader.session.execute(
        select(LedgerEntry.day, LedgerEntry.base_amount)
        .where(LedgerEntry.book == book, LedgerEntry.category == category)
        .order_by(LedgerEntry.day, LedgerEntry.id)
    )
    return [(day, amount) for day, amount in rows]


def receive(seat: Seat, account: int, day: date, amount: str) -> int:
    """Book an income at the MID rate of 7.06."""
    return seat.perform(book_expense, BookExpense(day, account, "OTHER", D(amount), "Received")).value


def test_settlement_at_the_moving_average_and_a_backdated_receipt(seat: Seat) -> None:
    """Section 4: 30,000 carried 212,280.00; settling 22,000 takes 155,672.00, gains 418.00, leaves 56,608.00.

    Entered in the wrong order it ends the same: the settlement is corrected on its own day (16.6).
    """
    rates(seat)
    account, yuan = dollars(seat), open_yuan(seat)
    sell = MakeTransfer(MAY[2], account, yuan, D(11000), D("78045"))
    seat.perform(make_transfer, sell)
    assert booked_gain(seat) == D("78045") - D("78100")
    receive(seat, account, MAY[0], "18000")
    assert held(seat, account) == (D(19000), D("134444.00"))
    corrected = seat.ask(booked, "BANK", "AVERAGE")
    assert corrected == [(MAY[2], D("264.00"))]
    assert booked_gain(seat) == D("78045") - D("77836")
    seat.perform(make_transfer, MakeTransfer(MAY[2], account, yuan, D(11000), D("78045")))
    assert held(seat, account) == (D(8000), D("56608.00"))
    assert booked_gain(seat) == D("418.00")
    receive(seat, account, MAY[3], "5")
    assert len(seat.ask(booked, "BANK", "AVERAGE")) == 1


def booked_gain(seat: Seat) -> Decimal:
    return -sum((amount for _day, amount in seat.ask(booked, "FX", "EXCHANGE")), D(0))


def test_foreign_to_foreign_with_a_fee(seat: Seat) -> None:
    """Base out at the average, base in at the MID of the day; the fee at the average of the account it leaves."""
    rates(seat)
    account = dollars(seat)
    euros = seat.perform(open_account, OpenAccount("Euros", "BANK", "EUR", date(2026, 4, 1))).value
    command = MakeTransfer(MAY[1], account, euros, D(1100), D(1000), fee=D(15))
    seat.perform(make_transfer, command)
    assert held(seat, euros) == (D(1000), D(7800))
    assert held(seat, account) == (D(12000 - 1115), D("77283.50"))
    assert booked_gain(seat) == D(7800) - D(7810)
    assert seat.ask(booked, "EXPENSE", "FEE") == [(MAY[1], D("106.50"))]
    with pytest.raises(Refusal, match="below zero"):
        seat.perform(make_transfer, MakeTransfer(MAY[1], account, euros, D(10880), D(1000), fee=D(15)))


def test_a_backdated_payment_may_not_overdraw_a_later_day(seat: Seat) -> None:
    """Negative on any later day is refused, unless the account may be overdrawn (section 4)."""
    account = open_yuan(seat, "100")
    receive(seat, account, MAY[0], "50")
    seat.perform(book_expense, BookExpense(MAY[2], account, "OFFICE", D(-120), "Paper"))
    with pytest.raises(Refusal, match=r"holds CNY 30\.00; CNY 31\.00 would leave it below zero"):
        seat.perform(book_expense, BookExpense(MAY[1], account, "OFFICE", D(-31), "Ink"))
    assert held(seat, account)[0] == D(30)


def test_transfers_and_expenses_are_taken_back_once_with_a_reason(seat: Seat) -> None:
    rates(seat)
    account, yuan = dollars(seat), open_yuan(seat, "0")
    before = held(seat, account)
    key = seat.perform(make_transfer, MakeTransfer(MAY[1], account, yuan, D(1000), D(7060), fee=D(5))).value
    with pytest.raises(Refusal, match="Say why"):
        seat.perform(reverse_transfer, TakeBack(key, " "))
    with pytest.raises(Refusal, match="from then until today"):
        seat.perform(reverse_transfer, TakeBack(key, "Twice", MAY[0]))
    seat.perform(reverse_transfer, TakeBack(key, "Entered twice", MAY[2]))
    assert held(seat, account) == before
    assert held(seat, account, MAY[1]) != before
    assert held(seat, yuan)[0] == 0
    with pytest.raises(Refusal, match="already"):
        seat.perform(reverse_transfer, TakeBack(key, "Again"))
    income = receive(seat, yuan, MAY[1], "100")
    seat.perform(book_expense, BookExpense(MAY[2], yuan, "FEE", D(-60), "Fee"))
    with pytest.raises(Refusal, match="below zero"):
        seat.perform(reverse_expense, TakeBack(income, "Not ours"))


def test_overdrafts_and_money_that_proves_no_collection_are_warned_of(seat: Seat) -> None:
    """Block or warn for overdraft accounts (section 4); the owner's account is no evidence of collection (16.20)."""
    rates(seat)
    seat.perform(save_rate, SaveRate(RateType.BUY, "USD", MAY[0], "7.05"))
    command = OpenAccount("Lin Yue USD", "BANK", "USD", MAY[0], holder="owner", allow_negative=True)
    account = seat.perform(open_account, command).value
    receipt = RecordReceipt(MAY[0], customer(seat), account, D(100))
    (warning,) = seat.perform(record_receipt, receipt).warnings
    assert "no evidence of collection" in warning
    drawn = seat.perform(book_expense, BookExpense(MAY[1], account, "FEE", D(-130), "Fee"))
    assert drawn.warnings == ("Lin Yue USD is overdrawn: USD −30.00 after this.",)


def test_what_is_reconciled_is_not_taken_back(seat: Seat) -> None:
    """A reconciled entry must be un-reconciled first (section 4)."""
    account, other = (
        open_yuan(seat),
        seat.perform(open_account, OpenAccount("Till", "CASH", "CNY", MAY[0])).value,
    )
    key = seat.perform(make_transfer, MakeTransfer(MAY[1], account, other, D(500), D(500))).value
    file = statement(line(MAY[1], "-500"), opening="30000", from_day=MAY[0], to_day=MAY[3])
    bring_in(seat, account, file)
    (found,) = seat.ask(propose_matches, account)
    seat.perform(match_rows, MatchRows((Pair(found.row_id, found.entry_ids),)))
    seat.perform(finish_reconciliation, FinishReconciliation(account, MAY[3], D(29500)))
    with pytest.raises(Refusal, match="reconciled with the bank until 2026-05-25"):
        seat.perform(reverse_transfer, TakeBack(key, "Wrong till"))
    assert seat.ask(lambda reader: reader.get(Transfer, key, "Transfer").reversed_on) is None
    assert entry_over(seat, other, "500")


def test_a_payment_taken_back_brings_what_it_took_after_a_backdated_receipt(seat: Seat) -> None:
    """Section 16.6: 12,000 at 7.10; 6,000 paid, then 18,000 at 7.06 entered for before: it took 42,456.00.

    Taken back it brings the same again, and nothing of exchange is left of it.
    """
    rates(seat)
    account = dollars(seat)
    fee = seat.perform(book_expense, BookExpense(MAY[1], account, "FEE", D(-6000), "Fee")).value
    receive(seat, account, MAY[0], "18000")
    assert held(seat, account) == (D(24000), D("212280.00") - D("42456.00"))
    seat.perform(reverse_expense, TakeBack(fee, "Returned", MAY[2]))
    assert held(seat, account) == (D(30000), D("212280.00"))
    assert booked_gain(seat) == 0
    receive(seat, account, MAY[0], "0.01")
    assert held(seat, account) == (D("30000.01"), D("212280.07"))
    assert booked_gain(seat) == 0


def test_what_bounces_and_empties_an_account_takes_all_base(seat: Seat) -> None:
    """Section 4: 12,000 at 7.10 and 12,000 at 7.05; half is spent at 7.075, the rest bounces: nothing is left.

    What the account no longer has cannot bounce.
    """
    rates(seat)
    account, yuan = dollars(seat), open_yuan(seat)
    command = RecordReceipt(MAY[0], customer(seat), account, D(12000), rate=D("7.05"))
    receipt = seat.perform(record_receipt, command).value
    sold = seat.perform(make_transfer, MakeTransfer(MAY[1], account, yuan, D(12001), D(84900))).value
    with pytest.raises(Refusal, match="would leave it below zero"):
        seat.perform(reverse_receipt, ReverseReceipt(receipt, MAY[2], "Bounced"))
    assert held(seat, account)[0] == D(11999)
    seat.perform(reverse_transfer, TakeBack(sold, "Wrong", MAY[1]))
    seat.perform(make_transfer, MakeTransfer(MAY[1], account, yuan, D(12000), D(84900)))
    seat.perform(reverse_receipt, ReverseReceipt(receipt, MAY[2], "Bounced"))
    assert held(seat, account) == (D(0), D(0))
    assert booked_gain(seat) == D(84900) - D("85200.00")


def test_nothing_is_booked_before_the_opening_balance_or_after_today(seat: Seat) -> None:
    """Section 4: the opening balance holds what came before it; what comes later is a plan (section 3.1)."""
    rates(seat)
    account, yuan = dollars(seat), open_yuan(seat)
    later = date(2026, 7, 1)
    early = RecordReceipt(date(2026, 3, 31), customer(seat), account, D(5), rate=D("7.1"))
    with pytest.raises(Refusal, match="its opening balance holds what came before"):
        seat.perform(record_receipt, early)
    with pytest.raises(Refusal, match="after today"):
        receive(seat, yuan, later, "5")
    with pytest.raises(Refusal, match="after today"):
        seat.perform(make_transfer, MakeTransfer(later, yuan, account, D(71), D(10)))
    with pytest.raises(Refusal, match="after today"):
        seat.perform(open_account, OpenAccount("Later", "BANK", "CNY", later, D(1)))
    assert held(seat, account, later) == (D(12000), D(85200))
