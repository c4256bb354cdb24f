"""What stands against closing a period (结账前检查): each check with the records behind it (issue of money, item 8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select

from tradecrm.core.costs import UNBILLED, cost_category
from tradecrm.core.dates import month_end
from tradecrm.core.links import Link
from tradecrm.core.rates import RateType, rate_title
from tradecrm.core.text import N_, _
from tradecrm.models import (
    Account,
    BankRow,
    CostLine,
    ExpenseClaim,
    LedgerEntry,
    Party,
    Reconciliation,
    SalesContract,
    Shipment,
    VatInvoiceLine,
    WriteOffRequest,
)
from tradecrm.services.figures.accounts import account_balances
from tradecrm.services.figures.revaluing import valuation
from tradecrm.services.kept_words import cost_words
from tradecrm.services.work import Reader

ZERO = Decimal(0)
BEFORE_DEPARTURE = ("planned", "booked", "rolled", "cargo_ready", "loaded", "declared")
_REBATE_ENDED = ("received", "refused", "none")


@dataclass(frozen=True, slots=True)
class Finding:
    """One record that stands against closing: its name, what opens it, its day, and an amount where there is one."""

    name: str
    link: Link | None
    day: date | None = None
    detail: str = ""
    currency: str = ""
    amount: Decimal | None = None


Find = Callable[[Reader, date], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """A check before closing: what it looks for; with ``blocking`` the books stay open while it finds something."""

    key: str
    title: str
    blocking: bool
    find: Find


def _unbalanced(reader: Reader, until: date) -> list[Finding]:
    total = reader.session.scalar(select(func.sum(LedgerEntry.base_amount)).where(LedgerEntry.day <= until))
    if not total:
        return []
    return [
        Finding(_("Ledger"), Link.to("report/trial", as_of=until.isoformat()), until, "", reader.base, total)
    ]


def _rates_missing(reader: Reader, until: date) -> list[Finding]:
    link = Link.to("report/unrealized", as_of=until.isoformat())
    return [Finding(code, link, until, rate_title(RateType.MID)) for code in valuation(reader, until).missing]


def _negative(reader: Reader, until: date) -> list[Finding]:
    allowed = set(reader.session.scalars(select(Account.id).where(Account.allow_negative.is_(True))))
    return [
        Finding(row.name, Link.to("account", id=row.account_id), until, "", row.currency, row.balance)
        for row in account_balances(reader, until).rows
        if row.balance < 0 and row.account_id not in allowed
    ]


def _stale(reader: Reader, until: date) -> list[Finding]:
    from tradecrm.services.money.revaluations import is_stale

    found = valuation(reader, until)
    if not is_stale(reader, until, found):
        return []
    link = Link.to("report/unrealized", as_of=until.isoformat())
    return [Finding(_("Revaluation of {day}").format(day=until), link, until, "", reader.base, found.total)]


def _not_revalued(reader: Reader, until: date) -> list[Finding]:
    from tradecrm.services.money.revaluations import revaluation_of

    if revaluation_of(reader, until) is not None:
        return []
    found = valuation(reader, until)
    if not found.rows:
        return []
    link = Link.to("report/unrealized", as_of=until.isoformat())
    return [Finding(_("Revaluation of {day}").format(day=until), link, until, "", reader.base, found.total)]


def _shipments(reader: Reader, *conditions: ColumnElement[bool]) -> list[Finding]:
    rows = reader.session.execute(
        select(
            Shipment.id, Shipment.number, Shipment.departed_on, Shipment.etd, Party.name, Shipment.currency,
            Shipment.total,
        )
        .join(Party, Party.id == Shipment.customer_id)
        .where(*conditions)
        .order_by(Shipment.number)
    )  # fmt: skip
    return [
        Finding(number, Link.to("shipment", id=key), departed or etd, name, currency, total)
        for key, number, departed, etd, name, currency, total in rows
    ]


def _not_departed(reader: Reader, until: date) -> list[Finding]:
    return _shipments(reader, Shipment.etd <= until, Shipment.status.in_(BEFORE_DEPARTURE))


def _without_costs(reader: Reader, until: date) -> list[Finding]:
    costs = select(CostLine.id).where(CostLine.shipment_id == Shipment.id).exists()
    return _shipments(reader, Shipment.departed_on <= until, Shipment.status != "void", ~costs)


def _cost_name(category: str, words: str) -> str:
    return f"{_(cost_category(category).title)} {cost_words(words)}".strip()


def _costs(reader: Reader, until: date, *conditions: ColumnElement[bool]) -> list[Finding]:
    rows = reader.session.execute(
        select(
            CostLine.id, Shipment.number, Shipment.departed_on, CostLine.category, CostLine.description,
            CostLine.currency, CostLine.amount,
        )
        .join(Shipment, Shipment.id == CostLine.shipment_id)
        .where(Shipment.departed_on <= until, Shipment.status != "void", *conditions)
        .order_by(Shipment.number, CostLine.id)
    )  # fmt: skip
    return [
        Finding(number, Link.to("cost", id=key), day, _cost_name(category, words), currency, amount)
        for key, number, day, category, words, currency, amount in rows
    ]


def _provisional(reader: Reader, until: date) -> list[Finding]:
    return _costs(reader, until, CostLine.status.in_(UNBILLED))


def _vat_missing(reader: Reader, until: date) -> list[Finding]:
    there = (
        select(VatInvoiceLine.id).where(VatInvoiceLine.purchase_line_id == CostLine.purchase_line_id).exists()
    )
    return _costs(
        reader,
        until,
        CostLine.category == "PUR",
        CostLine.rebate != ZERO,
        Shipment.rebate_state.not_in(_REBATE_ENDED),
        ~there,
    )


def _not_reconciled(reader: Reader, until: date) -> list[Finding]:
    agreed = (
        select(Reconciliation.id)
        .where(
            Reconciliation.account_id == Account.id,
            Reconciliation.status == "finished",
            Reconciliation.until >= until,
        )
        .exists()
    )
    rows = reader.session.execute(
        select(Account.id, Account.name, Account.currency)
        .where(Account.kind != "CASH", Account.archived.is_(False), Account.opened_on <= until, ~agreed)
        .order_by(Account.currency, Account.name)
    )
    return [Finding(name, Link.to("account", id=key), until, code) for key, name, code in rows]


def _bank_rows(reader: Reader, until: date) -> list[Finding]:
    rows = reader.session.execute(
        select(
            Account.id,
            Account.name,
            BankRow.day,
            BankRow.name,
            BankRow.text,
            Account.currency,
            BankRow.amount,
        )
        .join(Account, Account.id == BankRow.account_id)
        .where(BankRow.status == "open", BankRow.day <= until)
        .order_by(Account.name, BankRow.day, BankRow.id)
    )
    return [
        Finding(account, Link.to("account", id=key), day, f"{name} {text}".strip(), currency, amount)
        for key, account, day, name, text, currency, amount in rows
    ]


def _drafts(reader: Reader, until: date) -> list[Finding]:
    found: list[Finding] = []
    papers: tuple[tuple[Any, Any, tuple[str, ...], str, str], ...] = (
        (SalesContract, SalesContract.total, ("draft", "submitted"), "contract", N_("Sales contract")),
        (ExpenseClaim, ExpenseClaim.total_base, ("draft", "submitted", "approved"), "expense_claim",
         N_("Expense claim")),
        (WriteOffRequest, WriteOffRequest.amount, ("pending",), "write_off", N_("Write-off")),
    )  # fmt: skip
    for entity, amount, states, target, title in papers:
        currency = entity.currency if hasattr(entity, "currency") else None
        rows = reader.session.execute(
            select(entity.id, entity.number, entity.day, amount, *(() if currency is None else (currency,)))
            .where(entity.day <= until, entity.status.in_(states))
            .order_by(entity.day, entity.number)
        )
        found.extend(
            Finding(row.number, Link.to(target, id=row.id), row.day, _(title), "".join(row[4:]), row[3])
            for row in rows
        )
    return found


CHECKS: tuple[Check, ...] = (
    Check("ledger", N_("The ledger is out of balance"), True, _unbalanced),
    Check("rates", N_("Closing rates are missing"), True, _rates_missing),
    Check("negative", N_("Accounts below zero"), True, _negative),
    Check("stale", N_("Revaluation no longer fits what was open"), True, _stale),
    Check("revaluation", N_("Nothing was revalued on that day"), False, _not_revalued),
    Check("reconciliation", N_("Accounts not reconciled with the bank"), False, _not_reconciled),
    Check("bank_rows", N_("Bank statement lines not matched"), False, _bank_rows),
    Check("not_departed", N_("Shipments due to leave that have not departed"), False, _not_departed),
    Check("without_costs", N_("Departed shipments without any cost"), False, _without_costs),
    Check("provisional", N_("Costs still estimated or without a bill"), False, _provisional),
    Check("vat", N_("VAT invoices missing"), False, _vat_missing),
    Check("drafts", N_("Papers not finished"), False, _drafts),
)  # fmt: skip
"""Everything looked at before a period is closed, the blocking ones first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found: how many records."""

    check: Check
    count: int


def run_checks(reader: Reader, until: date) -> tuple[Answer, ...]:
    """Answer what every check finds as of ``until``."""
    reader.actor.demand("period.close")
    return tuple(Answer(check, len(check.find(reader, until))) for check in CHECKS)


def suggested_end(today: date, closed: date | None) -> date:
    """Answer the day a person will want to close until: the month end after the last one, or the latest past."""
    latest = month_end(today, -1)
    return latest if closed is None or closed >= latest else min(latest, month_end(closed, 1))
