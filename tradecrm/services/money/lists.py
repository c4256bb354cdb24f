"""The sources behind the lists of receivables, payables, receipts, payments, accounts and rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, null, select, type_coerce

from tradecrm.core.fields import FieldKind
from tradecrm.models import (
    Account,
    AccountMonth,
    Instalment,
    Item,
    Party,
    Payment,
    Rate,
    Receipt,
    SalesContract,
    Shipment,
)
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.services.data.search import list_search
from tradecrm.services.figures.holds import held_of

_DEBITS = ("INV", "DN", "CN", "OPEN")
_DUE = (
    select(func.min(Instalment.due_on))
    .where(Instalment.item_id == Item.id, Instalment.open_amount != 0)
    .correlate(Item)
    .scalar_subquery()
)
_STATE: ColumnElement[str] = case(
    (Item.open_amount == 0, "paid"), (Item.open_amount != Item.amount, "partly"), else_="open"
)


def _item_joins(query: Select[Any]) -> Select[Any]:
    return (
        query.outerjoin(Party, Party.id == Item.party_id)
        .outerjoin(SalesContract, SalesContract.id == Item.contract_id)
        .outerjoin(Shipment, Shipment.id == Item.shipment_id)
    )


def _items(key: str, side: str) -> ListSource:
    return ListSource(
        key=key,
        identity=Item.id,
        columns=(
            ListColumn("number", Item.number, FieldKind.CODE, nullable=False),
            ListColumn("kind", Item.kind, FieldKind.CHOICE, nullable=False),
            ListColumn("party", Party.name),
            ListColumn("party_id", Item.party_id, FieldKind.INTEGER, nullable=False),
            ListColumn("day", Item.day, FieldKind.DATE, nullable=False),
            ListColumn("due", _DUE, FieldKind.DATE),
            ListColumn("currency", Item.currency, FieldKind.CURRENCY, nullable=False),
            ListColumn("amount", Item.amount, FieldKind.MONEY, "currency", summed=True, nullable=False),
            ListColumn("open", Item.open_amount, FieldKind.MONEY, "currency", summed=True, nullable=False),
            ListColumn("state", _STATE, FieldKind.CHOICE, nullable=False),
            ListColumn("contract", SalesContract.number, FieldKind.CODE),
            ListColumn("contract_id", Item.contract_id, FieldKind.INTEGER),
            ListColumn("shipment", Shipment.number, FieldKind.CODE),
            ListColumn("shipment_id", Item.shipment_id, FieldKind.INTEGER),
        ),
        joins=_item_joins,
        joined=frozenset({"party", "contract", "shipment"}),
        where=(Item.side == side, Item.kind.in_(_DEBITS)),
        searched=("number", "party"),
    )


RECEIVABLES = _items("receivables", "AR")
PAYABLES = _items("payables", "AP")

_UNAPPLIED = select(-Item.open_amount).where(Item.id == Receipt.item_id).correlate(Receipt).scalar_subquery()

RECEIPTS = ListSource(
    key="receipts",
    identity=Receipt.id,
    columns=(
        ListColumn("number", Receipt.number, FieldKind.CODE, nullable=False),
        ListColumn("day", Receipt.day, FieldKind.DATE, nullable=False),
        ListColumn("party", Party.name),
        ListColumn("party_id", Receipt.party_id, FieldKind.INTEGER, nullable=False),
        ListColumn("account", Account.name),
        ListColumn("account_id", Receipt.account_id, FieldKind.INTEGER, nullable=False),
        ListColumn("currency", Receipt.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn("gross", Receipt.gross, FieldKind.MONEY, "currency", summed=True, nullable=False),
        ListColumn("charge", Receipt.charge, FieldKind.MONEY, "currency", nullable=False),
        ListColumn("interest", Receipt.interest, FieldKind.MONEY, "currency", nullable=False),
        ListColumn("unapplied", _UNAPPLIED, FieldKind.MONEY, "currency"),
        ListColumn("rate", Receipt.rate, FieldKind.RATE, nullable=False),
        ListColumn("payer", Receipt.payer, nullable=False),
        ListColumn("third_party", Receipt.third_party, FieldKind.BOOL, nullable=False),
        ListColumn("reference", Receipt.reference, nullable=False),
        ListColumn("reversed", Receipt.reversed_on, FieldKind.DATE),
    ),
    joins=lambda query: query.outerjoin(Party, Party.id == Receipt.party_id).outerjoin(
        Account, Account.id == Receipt.account_id
    ),
    joined=frozenset({"party", "account"}),
    search=list_search("receipt", Receipt.id),
)

_UNAPPLIED_PAYMENT = (
    select(-Item.open_amount).where(Item.id == Payment.item_id).correlate(Payment).scalar_subquery()
)

PAYMENTS = ListSource(
    key="payments",
    identity=Payment.id,
    columns=(
        ListColumn("number", Payment.number, FieldKind.CODE, nullable=False),
        ListColumn("day", Payment.day, FieldKind.DATE, nullable=False),
        ListColumn("party", Party.name),
        ListColumn("party_id", Payment.party_id, FieldKind.INTEGER, nullable=False),
        ListColumn("account", Account.name),
        ListColumn("account_id", Payment.account_id, FieldKind.INTEGER, nullable=False),
        ListColumn("currency", Payment.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn("amount", Payment.amount, FieldKind.MONEY, "currency", summed=True, nullable=False),
        ListColumn("charge", Payment.charge, FieldKind.MONEY, "currency", nullable=False),
        ListColumn("unapplied", _UNAPPLIED_PAYMENT, FieldKind.MONEY, "currency"),
        ListColumn("payee", Payment.payee, nullable=False),
        ListColumn("rate", Payment.rate, FieldKind.RATE, nullable=False),
        ListColumn("reference", Payment.reference, nullable=False),
        ListColumn("reversed", Payment.reversed_on, FieldKind.DATE),
    ),
    joins=lambda query: query.outerjoin(Party, Party.id == Payment.party_id).outerjoin(
        Account, Account.id == Payment.account_id
    ),
    joined=frozenset({"party", "account"}),
    searched=("number", "party", "reference"),
)

_HELD = (
    select(func.coalesce(func.sum(AccountMonth.amount), Decimal(0)))
    .where(AccountMonth.account_id == Account.id)
    .correlate(Account)
    .scalar_subquery()
)
_CARRIED = (
    select(func.coalesce(func.sum(AccountMonth.base_amount), Decimal(0)))
    .where(AccountMonth.account_id == Account.id)
    .correlate(Account)
    .scalar_subquery()
)

_HOLDS = held_of(Account.id)
_AVAILABLE = type_coerce(case((Decimal(0) < _HOLDS, _HELD - _HOLDS), else_=null()), Receipt.gross.type)

ACCOUNTS = ListSource(
    key="bank_accounts",
    identity=Account.id,
    columns=(
        ListColumn("name", Account.name, nullable=False),
        ListColumn("kind", Account.kind, FieldKind.CHOICE, nullable=False),
        ListColumn("bank", Account.bank, nullable=False),
        ListColumn("number", Account.number, FieldKind.CODE, nullable=False),
        ListColumn("swift", Account.swift, FieldKind.CODE, nullable=False),
        ListColumn("holder", Account.holder, FieldKind.CHOICE, nullable=False),
        ListColumn("currency", Account.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn("opened", Account.opened_on, FieldKind.DATE, nullable=False),
        ListColumn("balance", _HELD, FieldKind.MONEY, "currency", summed=True, nullable=False),
        ListColumn("available", _AVAILABLE, FieldKind.MONEY, "currency"),
        ListColumn("carrying", _CARRIED, FieldKind.MONEY, summed=True, nullable=False),
        ListColumn("archived", Account.archived, FieldKind.BOOL, nullable=False),
    ),
    searched=("name", "bank", "number"),
)
"""Balances are the sums of the months kept of each account; ``carrying`` is in base currency.

``available`` is the balance without what is held, None where nothing is (section 16.19).
"""

RATES = ListSource(
    key="rates",
    identity=Rate.id,
    columns=(
        ListColumn("kind", Rate.kind, FieldKind.CHOICE, nullable=False),
        ListColumn("currency", Rate.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn("day", Rate.day, FieldKind.DATE, nullable=False),
        ListColumn("rate", Rate.rate, FieldKind.RATE, nullable=False),
        ListColumn("quote", Rate.quote, nullable=False),
        ListColumn("source", Rate.source, nullable=False),
    ),
    searched=("currency", "source"),
)
