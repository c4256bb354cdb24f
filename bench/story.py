"""One seeded story of a firm's money: which invoices, receipts and expenses happen on which day.

Money is in integers of 1/10,000, rates in integers of 1/10^10, as the book keeps them. The story settles its own
items by the rules of domain.md section 3.5, so that both ways of writing it must come to the same figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

TODAY = date(2026, 6, 15)
FIRST = date(2023, 6, 16)
DAYS = (TODAY - FIRST).days + 1
BASE = "CNY"
CURRENCIES = ("USD", "USD", "USD", "EUR", "GBP", "JPY", "CNY")
"""The currencies of customers, those of more customers more often."""

ACCOUNTS = ("USD", "USD", "USD", "EUR", "EUR", "GBP", "JPY", "CNY", "CNY", "CNY")
"""The currency of each account, in order of their ids."""

_RATES = {"USD": 7_120, "EUR": 7_850, "GBP": 9_060, "JPY": 48, "CNY": 1_000}
"""Base units for 1,000 units of the currency, about which the rates of the days swing."""

_UNIT = {"JPY": 10_000}
_CENT = 100
_ADVANCES = 0.03
_RATE_ONE = 10**10


@dataclass(frozen=True, slots=True)
class Size:
    """How large a book is."""

    parties: int
    invoices: int
    receipts: int
    expenses: int


SCALES = {
    "S": Size(2_000, 10_000, 15_000, 8_000),
    "M": Size(20_000, 100_000, 150_000, 80_000),
    "L": Size(100_000, 1_000_000, 1_500_000, 800_000),
}


@dataclass(slots=True)
class Invoice:
    """An invoice with its instalments (amount, due day) and how it ends; ``id`` is given on its day."""

    day: date
    party: int
    currency: str
    amount: int
    rate: int
    base: int
    document_day: date
    parts: tuple[tuple[int, date], ...]
    open_amount: int = 0
    open_base: int = 0
    settled_on: date | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """A part of a receipt for an invoice, with the base released on both sides."""

    invoice: Invoice
    amount: int
    debit_base: int
    credit_base: int


@dataclass(slots=True)
class Receipt:
    """Money from a customer: gross with the charge in it, and what it settles."""

    day: date
    party: int
    account: int
    currency: str
    gross: int
    charge: int
    rate: int
    base: int
    charge_base: int
    open_amount: int
    open_base: int
    settled: list[Settled] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Expense:
    """A fee on an account in base currency; the amount is negative."""

    day: date
    account: int
    amount: int


def convert(amount: int, rate: int) -> int:
    """Answer an amount in base currency, rounded half up to the cent."""
    return (2 * amount * rate + _CENT * _RATE_ONE) // (2 * _CENT * _RATE_ONE) * _CENT


def share(base: int, part: int, whole: int) -> int:
    """Answer the part of a base amount, rounded half up to the cent (section 3.5)."""
    return (2 * base * part + _CENT * whole) // (2 * _CENT * whole) * _CENT


class Story:
    """Answers the events of each day in order; the same seed and size tell the same story."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        self.size = size
        self._rng = Random(seed)
        self._due: dict[date, list[Receipt]] = defaultdict(list)
        self._rates = {code: self._course(code) for code in _RATES}
        self._accounts = {
            code: [at for at, each in enumerate(ACCOUNTS, 1) if each == code] for code in _RATES
        }

    def _course(self, code: str) -> list[int]:
        """Answer the rate of every day: within 4 % of the usual one, changing each week."""
        middle = _RATES[code] * _RATE_ONE // 1_000
        if code == BASE:
            return [middle] * DAYS
        weeks = [1 + (self._rng.random() - 0.5) * 0.08 for _week in range(DAYS // 7 + 1)]
        return [int(middle * weeks[day // 7]) // 10**4 * 10**4 for day in range(DAYS)]

    def rate(self, code: str, day: date) -> int:
        """Answer the rate of a currency on a day."""
        return self._rates[code][(day - FIRST).days]

    def opening(self, code: str) -> int:
        """Answer the opening balance of an account: enough for all its expenses."""
        return (1_000_000 + 100 * self.size.expenses) * 10_000 if code == BASE else 0

    def days(self) -> Iterator[tuple[date, list[Invoice], list[Receipt], list[Expense]]]:
        """Answer, a day, the invoices and receipts and expenses of it, to be entered in this order."""
        made = spent = received = 0
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            due = self._due.pop(day, [])
            invoices: list[Invoice] = []
            while made < self.size.invoices * (number + 1) // DAYS:
                deal = self._deal(day, self.size.invoices - made)
                made += len(deal)
                invoices += deal
            receipts = due
            for _each in range(int(len(due) * _ADVANCES + self._rng.random())):
                if received + len(receipts) < self.size.receipts:
                    receipts.append(self._advance(day))
            received += len(receipts)
            expenses = []
            while spent < self.size.expenses * (number + 1) // DAYS:
                spent += 1
                account = self._rng.choice(self._accounts[BASE])
                expenses.append(Expense(day, account, -(5 + int(self._rng.random() * 60)) * 10_000))
            yield day, invoices, receipts, expenses

    def _deal(self, day: date, room: int) -> list[Invoice]:
        """Make one to three invoices of a customer on a day, and plan how they are paid."""
        chance = self._rng.random
        party = 1 + int(chance() ** 1.4 * self.size.parties)
        code = CURRENCIES[party * 7919 % len(CURRENCIES)]
        if chance() < 0.1:
            code = CURRENCIES[int(chance() * len(CURRENCIES))]
        count = min(room, 1 if (joint := chance()) < 0.94 else 2 if joint < 0.98 else 3)
        invoices = [self._invoice(day, party, code) for _each in range(count)]
        last = invoices[0].parts[-1][1] + timedelta(days=int(chance() ** 2 * 60) - 8)
        last = max(last, day + timedelta(days=2))
        fate = chance()
        if fate < 0.015:
            return invoices
        if count > 1:
            self._pay(last, invoices, [each.amount for each in invoices])
            return invoices
        invoice = invoices[0]
        if fate < 0.045:
            self._pay(last, invoices, [self._part(invoice, 0.2 + 0.6 * chance())])
            return invoices
        pieces = 1 if (times := chance()) < 0.4 else 2 if times < 0.87 else 3
        left = invoice.amount
        for piece in range(pieces - 1):
            first = piece == 0 and len(invoice.parts) > 1
            amount = invoice.parts[0][0] if first else self._part(invoice, 0.15 + 0.2 * chance())
            early = day + timedelta(days=1 + int((last - day).days * (piece + 1) / (pieces + 1)))
            self._pay(min(early, last), invoices, [amount])
            left -= amount
        self._pay(last, invoices, [left], over=chance() < 0.02)
        return invoices

    def _part(self, invoice: Invoice, of: float) -> int:
        unit = _UNIT.get(invoice.currency, _CENT)
        return max(unit, int(invoice.amount * of) // unit * unit)

    def _invoice(self, day: date, party: int, code: str) -> Invoice:
        chance = self._rng.random
        unit = _UNIT.get(code, _CENT)
        size = 300 + 60_000 * chance() ** 3
        amount = int(size * (150 if code == "JPY" else 1) * 10_000) // unit * unit
        rate = self.rate(code, day)
        base = convert(amount, rate)
        due = day + timedelta(days=(30, 45, 60, 90)[int(chance() * 4)])
        if chance() < 0.45:
            first = amount * 3 // 10 // unit * unit
            parts: tuple[tuple[int, date], ...] = ((first, day), (amount - first, due))
        else:
            parts = ((amount, due),)
        document_day = day - timedelta(days=int(chance() * 4))
        return Invoice(day, party, code, amount, rate, base, document_day, parts, amount, base)

    def _pay(self, day: date, invoices: list[Invoice], amounts: list[int], *, over: bool = False) -> None:
        """Plan a receipt that settles so much of each invoice; what lies after today does not happen."""
        if day > TODAY:
            return
        first = invoices[0]
        receipt = self._receipt(day, first.party, first.currency, sum(amounts), over=over)
        for invoice, amount in zip(invoices, amounts, strict=True):
            if amount == invoice.open_amount:
                debit = invoice.open_base
            else:
                debit = min(share(invoice.base, amount, invoice.amount), invoice.open_base)
            if amount == receipt.open_amount:
                credit = receipt.open_base
            else:
                credit = min(share(receipt.base, amount, receipt.gross), receipt.open_base)
            receipt.settled.append(Settled(invoice, amount, debit, credit))
            invoice.open_amount -= amount
            invoice.open_base -= debit
            invoice.settled_on = day if invoice.open_amount == 0 else None
            receipt.open_amount -= amount
            receipt.open_base -= credit
        self._due[day].append(receipt)

    def _receipt(self, day: date, party: int, code: str, amount: int, *, over: bool = False) -> Receipt:
        chance = self._rng.random
        unit = _UNIT.get(code, _CENT)
        gross = amount + (unit * int(1 + chance() * 20_000) if over else 0)
        charge = 0
        if code != BASE and chance() < 0.3:
            charge = min((15 + int(chance() * 20)) * (150 if code == "JPY" else 1) * 10_000, gross // 10)
            charge = charge // unit * unit
        rate = self.rate(code, day)
        base = convert(gross, rate)
        account = self._accounts[code][int(chance() * len(self._accounts[code]))]
        return Receipt(
            day, party, account, code, gross, charge, rate, base, convert(charge, rate), gross, base
        )

    def _advance(self, day: date) -> Receipt:
        """Make a receipt that settles nothing yet."""
        chance = self._rng.random
        party = 1 + int(chance() * self.size.parties)
        code = CURRENCIES[party * 7919 % len(CURRENCIES)]
        unit = _UNIT.get(code, _CENT)
        amount = int((200 + 5_000 * chance()) * (150 if code == "JPY" else 1) * 10_000) // unit * unit
        return self._receipt(day, party, code, amount)
