"""The collection plan (收款计划): open instalments, deposits asked for and goods not shipped yet (3.8, 16.13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, literal_column, select

from tradecrm.core.links import Link
from tradecrm.core.plans import Expected, expected_day
from tradecrm.models import Earmark, Instalment, Item, Promise, SalesContract, Shipment, ShipmentLine
from tradecrm.services.figures.debtors import debtor, owed_by
from tradecrm.services.figures.delays import Delay, average_delays
from tradecrm.services.figures.exposure import open_values, unposted_values
from tradecrm.services.figures.plan_rows import (
    ZERO,
    Accounts,
    Estimates,
    PlanOptions,
    PlanRow,
    Voyage,
    estimated,
    undelivered_parts,
)
from tradecrm.services.figures.quantities import GONE
from tradecrm.services.work import Reader

AGREED = ("signed", "effective", "partly_shipped")
"""States of a contract whose goods are still to be paid for."""

_CHUNK = 500


def collection_plan(reader: Reader, options: PlanOptions) -> list[PlanRow]:
    """Answer what is to come from customers, in no particular order; what is open is as of today.

    The rows of kind ``invoice`` add up to the aging's buckets; the others are estimates that stand in no ledger.
    """
    reader.actor.demand("receivable.read")
    accounts = Accounts(reader)
    return [*open_rows(reader, "AR", options, accounts), *contract_rows(reader, options, accounts)]


def latest_promises(reader: Reader, ids: Any = None) -> dict[int, date | None]:
    """Answer what was promised last for each instalment; None takes a promise back. ``ids`` keeps to some."""
    statement = select(Promise.instalment_id, Promise.promised_on).order_by(Promise.id)
    if ids is not None:
        statement = statement.where(Promise.instalment_id.in_(ids))
    return dict(reader.session.execute(statement).all())


def open_parts(side: str, options: PlanOptions) -> Any:
    """Select the open debit instalments of a side with what a plan needs of their papers."""
    part = Instalment
    return (
        select(
            part.id,
            part.party_id,
            part.currency,
            part.due_on,
            part.open_amount,
            part.term,
            Item.id.label("item_id"),
            Item.number,
            SalesContract.bank_account_id,
            Shipment,
        )
        .join(Item, Item.id == part.item_id)
        .outerjoin(SalesContract, SalesContract.id == Item.contract_id)
        .outerjoin(Shipment, Shipment.id == Item.shipment_id)
        .where(*open_conditions(side, options))
    )


def open_conditions(side: str, options: PlanOptions) -> list[ColumnElement[bool]]:
    """Answer which instalments are open debits of a side, within the filters."""
    part = Instalment
    found: list[ColumnElement[bool]] = [
        part.side == side,
        # Written out, not bound: only so the partial indexes of what is open serve.
        part.is_credit == false(),
        part.open_amount != literal_column("0"),
    ]
    if options.party_id is not None:
        found.append(part.party_id == options.party_id)
    if options.currency is not None:
        found.append(part.currency == options.currency)
    return found


class Timing:
    """When open instalments are expected: what was promised, the usual delay of each customer, estimates."""

    def __init__(self, reader: Reader, side: str, options: PlanOptions) -> None:
        self._estimates = Estimates(reader)
        self._floor = options.floor
        self.promises: Mapping[int, date | None] = {} if side == "AP" else latest_promises(reader)
        self.delays: Mapping[tuple[int, str], Delay] = {}
        if side == "AR" and options.with_delay:
            self.delays = average_delays(reader, options.party_id)

    def delay(self, party_id: int, currency: str) -> int | None:
        """Answer the usual delay of a customer in days, None when it is not counted or not known."""
        found = self.delays.get((party_id, currency))
        return None if found is None else found.days(floor=self._floor)

    def after_delay(self, party_id: int, currency: str, due: date) -> date:
        """Answer the due day moved by the usual delay of the customer."""
        return due + timedelta(days=self.delay(party_id, currency) or 0)

    def expected(self, row: Any) -> Expected:
        """Answer when the rest of an instalment is expected (section 3.8)."""
        guess = None if row.due_on is not None else self._estimates.due(row.term, Voyage.of(row.Shipment))
        return expected_day(
            self.promises.get(row.id), row.due_on, self.delay(row.party_id, row.currency), guess
        )


def open_rows(reader: Reader, side: str, options: PlanOptions, accounts: Accounts) -> list[PlanRow]:
    """Answer a row for each open instalment of invoices (AR) or bills (AP)."""
    timing = Timing(reader, side, options)
    sign = 1 if side == "AR" else -1
    return [
        PlanRow(
            "invoice" if side == "AR" else "bill",
            row.number,
            row.party_id,
            row.currency,
            sign * row.open_amount,
            row.due_on,
            timing.expected(row),
            accounts.of(row.currency, row.bank_account_id),
            Link.to("receivable", id=row.item_id),
            row.id,
        )
        for row in reader.session.execute(open_parts(side, options))
    ]


def contract_rows(reader: Reader, options: PlanOptions, accounts: Accounts) -> list[PlanRow]:
    """Answer the deposits asked for and the balances of goods not invoiced yet, all estimated (section 16.13)."""
    contract = SalesContract
    statement = select(contract).where(contract.status.in_(AGREED))
    if options.party_id is not None:
        statement = statement.where(owed_by(contract, (options.party_id,)))
    if options.currency is not None:
        statement = statement.where(contract.currency == options.currency)
    contracts = reader.session.scalars(statement).all()
    keys = [each.id for each in contracts]
    if not keys:
        return []
    rest: dict[int, Decimal] = {}
    money: dict[int, tuple[Decimal, Decimal]] = {}
    voyages: dict[int, Voyage] = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        rest.update(open_values(reader, chunk))
        for key, amount in unposted_values(reader, chunk).items():
            rest[key] = rest.get(key, ZERO) + amount
        money.update(_deposits(reader, chunk))
        voyages.update(_planned(reader, chunk))
    estimates = Estimates(reader)
    return [
        row
        for each in contracts
        for row in _contract(
            each,
            rest.get(each.id, ZERO),
            money.get(each.id, (ZERO, ZERO)),
            voyages.get(each.id) or Voyage(each.latest_shipment),
            estimates,
            accounts,
        )
    ]


def _deposits(reader: Reader, contracts: Sequence[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """Answer for each contract (deposit money received, what of it no invoice has taken yet)."""
    kept = case((Earmark.applied.is_(False), Earmark.amount), else_=ZERO)
    rows = reader.session.execute(
        select(Earmark.contract_id, func.sum(kept), func.sum(Earmark.amount))
        .where(Earmark.contract_id.in_(contracts))
        .group_by(Earmark.contract_id)
    )
    return {key: (received, left) for key, received, left in rows}


def _planned(reader: Reader, contracts: Iterable[int]) -> dict[int, Voyage]:
    """Answer the earliest planned voyage that takes goods of each contract along."""
    rows = reader.session.execute(
        select(ShipmentLine.contract_id, Shipment.etd, Shipment.eta)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(
            ShipmentLine.contract_id.in_(list(contracts)),
            Shipment.status.not_in((*GONE, "void")),
            Shipment.etd.is_not(None),
        )
        .order_by(Shipment.etd.desc())
    )
    return {key: Voyage(etd, eta) for key, etd, eta in rows}


def _contract(
    each: SalesContract,
    rest: Decimal,
    money: tuple[Decimal, Decimal],
    voyage: Voyage,
    estimates: Estimates,
    accounts: Accounts,
) -> list[PlanRow]:
    asked, later = undelivered_parts(each, rest, money, voyage, estimates)
    parts = [("deposit", *part) for part in asked] + [("unshipped", *part) for part in later]
    return [
        PlanRow(
            kind,
            each.number,
            debtor(each),
            each.currency,
            amount,
            None,
            estimated(day),
            accounts.of(each.currency, each.bank_account_id),
            Link.to("contract", id=each.id),
        )
        for kind, amount, day in parts
        if amount
    ]
