"""The money side of the sample firm: paying bills, settling exchange, salaries, rent, fees and interest."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from tradecrm.core.money import round_money
from tradecrm.core.rates import RateType
from tradecrm.models import Item
from tradecrm.services.data.sample.firm import SAMPLE_DAY, SAMPLE_FIRST, Bill, Firm, scaled
from tradecrm.services.data.sample.plan import workday
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.accounts import (
    BookExpense,
    MakeTransfer,
    book_expense,
    make_transfer,
)
from tradecrm.services.money.payments import RecordPayment, record_payment
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.receipts import Share
from tradecrm.services.work import Work

_KEEP = {"USD": 45_000, "EUR": 12_000, "GBP": 6_000, "JPY": 600_000, "AUD": 8_000}
_MONTHLY = (
    (5, "OFFICE", "rent", 9_200),
    (10, "SALARY", "salary", 52_000),
    (15, "OTHER", "social", 13_600),
    (16, "TAX", "tax", 2_900),
    (28, "FEE", "bank_fee", 780),
)


def plan_treasury(firm: Firm) -> None:
    """Note the payments of every other Friday and every month's running costs in the diary."""
    friday = SAMPLE_FIRST + timedelta(days=13)
    while friday <= SAMPLE_DAY:
        firm.diary.at(friday, lambda work, day: _friday(firm, work, day))
        friday += timedelta(days=14)
    for month in range(24):
        year, number = divmod(11 + month, 12)
        _plan_month(firm, date(2024 + year, number + 1, 1))


def _plan_month(firm: Firm, first: date) -> None:
    growth = 1 + Decimal((first - SAMPLE_FIRST).days) / 4000
    for day, category, key, amount in _MONTHLY:
        spread = Decimal(firm.rng.randint(97, 104)) / 100
        value = -round_money(max(scaled(firm, amount), Decimal(200)) * growth * spread, "CNY")
        _plan_expense(firm, workday(first.replace(day=day)), "CNY", category, key, value)
    petty = max(scaled(firm, 2_500), Decimal(300))
    firm.diary.at(workday(first.replace(day=6)), lambda work, day: _petty_cash(firm, work, day, petty))
    office = -petty * firm.rng.randint(70, 95) / 100
    _plan_expense(firm, workday(first.replace(day=20)), "CASH", "OFFICE", "office", office)
    if first.month in {4, 10}:
        _plan_expense(firm, first.replace(day=18), "CNY", "TRAVEL", "fair", -scaled(firm, 46_000))
    if first.month % 3 == 0:
        for currency in ("CNY", "USD"):
            interest = Decimal(firm.rng.randint(6_000, 9_900)) / (100 if currency == "USD" else 10)
            _plan_expense(firm, first.replace(day=21), currency, "INTEREST", "interest", interest)


def _plan_expense(firm: Firm, day: date, account: str, category: str, key: str, amount: Decimal) -> None:
    def book(work: Work, at: date) -> None:
        command = BookExpense(at, firm.accounts[account], category, amount, firm.words[key])
        book_expense.within(work, command)

    firm.diary.at(day, book)


def _petty_cash(firm: Firm, work: Work, day: date, amount: Decimal) -> None:
    command = MakeTransfer(
        day, firm.account("CNY"), firm.accounts["CASH"], amount, amount, firm.words["petty"]
    )
    make_transfer.within(work, command)


def _friday(firm: Firm, work: Work, day: date) -> None:
    """Settle what the foreign accounts hold beyond need, then pay the bills that are due."""
    for currency in _KEEP:
        _settle(firm, work, day, currency)
    _pay_due(firm, work, day)


def _pay_due(firm: Firm, work: Work, day: date) -> None:
    """Pay what is due, each payee in one sum a currency."""
    due: dict[tuple[int, str, Decimal | None], list[Bill]] = defaultdict(list)
    for bill in firm.bills:
        if bill.due <= day:
            due[bill.party, bill.currency, bill.rate].append(bill)
    for bills in due.values():
        _pay(firm, work, day, bills)


def _settle(firm: Firm, work: Work, day: date, currency: str) -> None:
    keep = scaled(firm, _KEEP[currency])
    spare = balance_at(work, firm.account(currency), day).amount - keep
    spare = (spare / 1000).to_integral_value(rounding="ROUND_FLOOR") * 1000
    if spare < keep / 3 or spare <= 0:
        return
    rate = rate_for(work, RateType.BUY, currency, day).rate
    received = round_money(spare * rate, "CNY")
    command = MakeTransfer(
        day, firm.account(currency), firm.account("CNY"), spare, received, firm.words["settle"]
    )
    make_transfer.within(work, command)


def _pay(firm: Firm, work: Work, day: date, bills: list[Bill]) -> None:
    """Pay the bills of one payee in one currency, as many as the account covers."""
    account = firm.account(bills[0].currency)
    left = balance_at(work, account, day).amount
    shares = []
    for bill in bills:
        amount = work.session.get_one(Item, bill.item).open_amount
        if amount <= left:
            left -= amount
            shares.append(Share(bill.item, amount))
            firm.bills.remove(bill)
    if not shares:
        return
    command = RecordPayment(
        day,
        bills[0].party,
        account,
        sum((share.amount for share in shares), Decimal(0)),
        rate=bills[0].rate,
        allocations=tuple(shares),
    )
    record_payment.within(work, command)
