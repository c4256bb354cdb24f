"""A row of a collection or payment plan, and what plans share: accounts, options, rates, estimates (section 3.8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.allocate import allocate
from tradecrm.core.dates import Holidays
from tradecrm.core.errors import RateMissing
from tradecrm.core.links import Link
from tradecrm.core.money import convert, round_money
from tradecrm.core.plans import Expected, Ground, undelivered
from tradecrm.core.rates import RateType
from tradecrm.core.terms import Event, PaymentTerms, decode_terms, due_date, split_instalments
from tradecrm.core.text import N_
from tradecrm.models import Account, PurchaseContract, SalesContract, Shipment
from tradecrm.services.control.holidays import banking_days
from tradecrm.services.money.rates import rate_for
from tradecrm.services.work import Reader

ZERO = Decimal(0)

KIND_TITLES: Mapping[str, str] = {
    "invoice": N_("Invoice"),
    "deposit": N_("Deposit asked for"),
    "unshipped": N_("Contract, not shipped yet"),
    "bill": N_("Bill"),
    "purchase_deposit": N_("Deposit to the supplier"),
    "purchase": N_("Purchase, not billed yet"),
    "cost": N_("Cost, not billed yet"),
    "planned": N_("Planned income or expense"),
    "rebate": N_("Export rebate"),
    "claim": N_("Expense claim"),
    "hold": N_("Held money coming free"),
    "loan": N_("Loan to be repaid"),
}
"""Kinds of rows: what is expected of them is estimated, but for invoices, bills, loans and planned money."""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How a plan is made: with customers' usual delay (``floor`` takes early payers as on time), and for whom.

    ``until`` ends planned money that repeats.
    """

    until: date
    with_delay: bool = False
    floor: bool = False
    party_id: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """Money expected: signed in ``currency`` (income positive), when and why, on which account, of which paper."""

    kind: str
    number: str
    party_id: int | None
    currency: str
    amount: Decimal
    due_on: date | None
    expected: Expected
    account_id: int | None
    link: Link
    instalment_id: int | None = None

    @property
    def day(self) -> date | None:
        """Answer the expected day, None when it is not known."""
        return self.expected.day


class Accounts:
    """Which account money goes through: the one of its contract where that fits, else the usual one of its currency.

    Usual is the oldest account in use that the firm has at a bank; without any, money belongs to no account.
    """

    def __init__(self, reader: Reader) -> None:
        rows = reader.session.execute(
            select(Account.id, Account.name, Account.currency, Account.archived)
            .where(Account.opened_on <= reader.today)
            .order_by(Account.kind != "BANK", Account.holder != "company", Account.id)
        ).all()
        self.names = {row.id: row.name for row in rows}
        self.currencies = {row.id: row.currency for row in rows}
        self._usual: dict[str, int] = {}
        for row in rows:
            if not row.archived:
                self._usual.setdefault(row.currency, row.id)

    def of(self, currency: str, named: int | None = None) -> int | None:
        """Answer the account of money in ``currency`` whose contract names ``named``."""
        if named is not None and self.currencies.get(named) == currency:
            return named
        return self._usual.get(currency)


@dataclass(slots=True)
class PlanRates:
    """The rates at which a plan is brought into base: BUDGET or MID of today; a missing one leaves a note."""

    reader: Reader
    kind: RateType
    notes: list[str] = field(default_factory=list)
    _known: dict[str, Decimal | None] = field(default_factory=dict)

    def value(self, amount: Decimal, currency: str) -> Decimal | None:
        """Answer ``amount`` in base, rounded once; None when there is no rate."""
        if currency not in self._known:
            try:
                found = rate_for(self.reader, self.kind, currency, self.reader.today)
                self._known[currency] = found.rate
            except RateMissing as missing:
                self._known[currency] = None
                self.notes.append(str(missing))
        rate = self._known[currency]
        return None if rate is None else convert(amount, rate, self.reader.base)


@dataclass(frozen=True, slots=True)
class Voyage:
    """When the goods leave and arrive, as known or planned."""

    leaves: date | None
    arrives: date | None = None

    @classmethod
    def of(cls, row: Shipment | None) -> Voyage:
        """Answer the voyage of a shipment."""
        if row is None:
            return cls(None)
        return cls(row.departed_on or row.etd, row.arrived_on or row.eta)


class Estimates:
    """Due days of what waits for an event: it happens as planned, and today at the earliest (section 3.2)."""

    def __init__(self, reader: Reader) -> None:
        self.today = reader.today
        self._reader = reader
        self._holidays: Holidays | None = None

    @property
    def holidays(self) -> Holidays:
        """Answer the banking days, read once."""
        if self._holidays is None:
            self._holidays = banking_days(self._reader)
        return self._holidays

    def due(self, term: str, voyage: Voyage) -> date | None:
        """Answer the estimated due day by a stored line of terms, None when no voyage is planned."""
        if not term:
            return None
        terms = decode_terms(term)
        return self._line_due(terms, 0, voyage, {})

    def _line_due(
        self, terms: PaymentTerms, at: int, voyage: Voyage, known: Mapping[Event, date]
    ) -> date | None:
        line = terms.lines[at]
        if line.event in known:
            return due_date(line, known, method=terms.method, holidays=self.holidays)
        planned = voyage.arrives or voyage.leaves if line.event is Event.ARRIVAL else voyage.leaves
        if planned is None:
            return None
        events = {line.event: max(planned, self.today)}
        return due_date(line, events, method=terms.method, holidays=self.holidays)

    def deposit(
        self, terms: str, total: Decimal, currency: str, received: Decimal, missing: Decimal, ordered: date,
        voyage: Voyage,
    ) -> list[tuple[Decimal, date | None]]:  # fmt: skip
        """Answer the parts of a deposit that are still missing, each with its day; received money fills the first."""
        read = decode_terms(terms)
        known, found, left = {Event.ORDER: ordered}, [], missing
        for at, part in enumerate(split_instalments(total, currency, read)):
            if part.line.event is not Event.ORDER:
                continue
            paid = min(received, part.amount)
            received -= paid
            asked = min(left, part.amount - paid)
            left -= asked
            if asked > 0:
                found.append((asked, self._line_due(read, at, voyage, known)))
        if left > 0:
            found.append((left, ordered))
        return found

    def balance(
        self, terms: str, total: Decimal, currency: str, amount: Decimal, voyage: Voyage
    ) -> list[tuple[Decimal, date | None]]:
        """Answer what is to be paid beside the deposit, each part with its estimated day by its line of terms."""
        read = decode_terms(terms)
        parts = list(enumerate(split_instalments(total, currency, read)))
        late = [(at, part) for at, part in parts if part.line.event is not Event.ORDER]
        late = late or parts[-1:]
        weights = [abs(part.amount) or Decimal(1) for _at, part in late]
        shares = allocate(amount, weights, currency)
        return [
            (share, self._line_due(read, at, voyage, {}))
            for (at, _part), share in zip(late, shares, strict=True)
        ]


def undelivered_parts(
    paper: SalesContract | PurchaseContract,
    rest: Decimal,
    money: tuple[Decimal, Decimal],
    voyage: Voyage,
    estimates: Estimates,
) -> tuple[list[tuple[Decimal, date | None]], list[tuple[Decimal, date | None]]]:
    """Answer the deposit still missing and the balance of a contract's goods that are not invoiced yet, by day.

    ``rest`` is what is not invoiced, ``money`` the deposit (received, of it not taken by an invoice), all in the
    contract's currency (section 16.13).
    """
    received, left = money
    terms, total, currency = paper.terms, paper.total, paper.currency
    share = round_money(paper.deposit_due * rest / total, currency) if total else ZERO
    found = undelivered(
        rest=rest, total=total, deposit_due=paper.deposit_due, received=received, left=left, share=share
    )
    asked, later = [], []
    if found.deposit:
        asked = estimates.deposit(terms, total, currency, received, found.deposit, paper.day, voyage)
    if found.balance:
        later = estimates.balance(terms, total, currency, found.balance, voyage)
    return asked, later


def estimated(day: date | None) -> Expected:
    """Answer an estimated day, or that nobody can tell."""
    return Expected(day, Ground.UNKNOWN if day is None else Ground.ESTIMATED)


def by_day(rows: Iterable[PlanRow]) -> Sequence[PlanRow]:
    """Answer rows by expected day, the undated last, then by paper."""
    return sorted(rows, key=lambda row: (row.day or date.max, row.number, row.currency))
