"""The sources behind the lists of notes, write-offs, refunds, contra entries and allocations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased

from tradecrm.core.fields import FieldKind
from tradecrm.models import (
    Account,
    Allocation,
    Contra,
    Item,
    Note,
    Party,
    Refund,
    WriteOffRequest,
)
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.services.kept_words import reason_words

K = FieldKind
_Invoice = aliased(Item)
_Own = aliased(Item)
_Debit = aliased(Item)
_Credit = aliased(Item)
_Back = aliased(Allocation)

_NOTE_STATE: ColumnElement[str] = case(
    (Note.reversed_on.is_not(None), "reversed"),
    (func.coalesce(_Own.open_amount, 0) == 0, "settled"),
    else_="open",
)

NOTES = ListSource(
    key="notes",
    identity=Note.id,
    columns=(
        ListColumn("number", Note.number, K.CODE, nullable=False),
        ListColumn("kind", Note.kind, K.CHOICE, nullable=False),
        ListColumn("side", Note.side, K.CHOICE, nullable=False),
        ListColumn("day", Note.day, K.DATE, nullable=False),
        ListColumn("party", Party.name),
        ListColumn("party_id", Note.party_id, K.INTEGER, nullable=False),
        ListColumn("currency", Note.currency, K.CURRENCY, nullable=False),
        ListColumn("amount", _Own.amount, K.MONEY, "currency", summed=True),
        ListColumn("open", _Own.open_amount, K.MONEY, "currency", summed=True),
        ListColumn("invoice", _Invoice.number, K.CODE),
        ListColumn("invoice_id", Note.invoice_id, K.INTEGER),
        ListColumn("item_id", Note.item_id, K.INTEGER),
        ListColumn("reason", Note.reason, nullable=False, shown=reason_words),
        ListColumn("state", _NOTE_STATE, K.CHOICE, nullable=False),
    ),
    joins=lambda query: (
        query.outerjoin(Party, Party.id == Note.party_id)
        .outerjoin(_Own, _Own.id == Note.item_id)
        .outerjoin(_Invoice, _Invoice.id == Note.invoice_id)
    ),
    joined=frozenset({"party", "amount", "open", "invoice", "state"}),
    searched=("number", "party", "reason", "invoice"),
)

WRITE_OFFS = ListSource(
    key="write_offs",
    identity=WriteOffRequest.id,
    columns=(
        ListColumn("number", WriteOffRequest.number, K.CODE, nullable=False),
        ListColumn("kind", WriteOffRequest.kind, K.CHOICE, nullable=False),
        ListColumn("day", WriteOffRequest.day, K.DATE, nullable=False),
        ListColumn("side", _Invoice.side, K.CHOICE),
        ListColumn("party", Party.name),
        ListColumn("party_id", _Invoice.party_id, K.INTEGER),
        ListColumn("invoice", _Invoice.number, K.CODE),
        ListColumn("item_id", WriteOffRequest.item_id, K.INTEGER, nullable=False),
        ListColumn("currency", _Invoice.currency, K.CURRENCY),
        ListColumn("amount", WriteOffRequest.amount, K.MONEY, "currency", summed=True, nullable=False),
        ListColumn("state", WriteOffRequest.status, K.CHOICE, nullable=False),
        ListColumn("reason", WriteOffRequest.reason, nullable=False),
    ),
    joins=lambda query: query.outerjoin(_Invoice, _Invoice.id == WriteOffRequest.item_id).outerjoin(
        Party, Party.id == _Invoice.party_id
    ),
    joined=frozenset({"side", "party", "party_id", "invoice", "currency"}),
    searched=("number", "party", "invoice", "reason"),
)

REFUNDS = ListSource(
    key="refunds",
    identity=Refund.id,
    columns=(
        ListColumn("number", Refund.number, K.CODE, nullable=False),
        ListColumn("side", Refund.side, K.CHOICE, nullable=False),
        ListColumn("day", Refund.day, K.DATE, nullable=False),
        ListColumn("party", Party.name),
        ListColumn("party_id", Refund.party_id, K.INTEGER, nullable=False),
        ListColumn("account", Account.name),
        ListColumn("account_id", Refund.account_id, K.INTEGER, nullable=False),
        ListColumn("currency", Refund.currency, K.CURRENCY, nullable=False),
        ListColumn("amount", Refund.amount, K.MONEY, "currency", summed=True, nullable=False),
        ListColumn("charge", Refund.charge, K.MONEY, "currency", nullable=False),
        ListColumn("reason", Refund.reason, nullable=False),
        ListColumn("reference", Refund.reference, nullable=False),
        ListColumn("reversed", Refund.reversed_on, K.DATE),
    ),
    joins=lambda query: query.outerjoin(Party, Party.id == Refund.party_id).outerjoin(
        Account, Account.id == Refund.account_id
    ),
    joined=frozenset({"party", "account"}),
    searched=("number", "party", "reason", "reference"),
)

CONTRAS = ListSource(
    key="contras",
    identity=Contra.id,
    columns=(
        ListColumn("number", Contra.number, K.CODE, nullable=False),
        ListColumn("day", Contra.day, K.DATE, nullable=False),
        ListColumn("party", Party.name),
        ListColumn("party_id", Contra.party_id, K.INTEGER, nullable=False),
        ListColumn("currency", Contra.receivable_currency, K.CURRENCY, nullable=False),
        ListColumn("amount", Contra.receivable_amount, K.MONEY, "currency", summed=True, nullable=False),
        ListColumn("payable_currency", Contra.payable_currency, K.CURRENCY, nullable=False),
        ListColumn(
            "payable", Contra.payable_amount, K.MONEY, "payable_currency", summed=True, nullable=False
        ),
        ListColumn("reason", Contra.reason, nullable=False),
        ListColumn("reversed", Contra.reversed_on, K.DATE),
    ),
    joins=lambda query: query.outerjoin(Party, Party.id == Contra.party_id),
    joined=frozenset({"party"}),
    searched=("number", "party", "reason"),
)

_UNDONE = select(_Back.id).where(_Back.reverses_id == Allocation.id).correlate(Allocation).exists()
_ROW_STATE: ColumnElement[str] = case(
    (Allocation.reverses_id.is_not(None), "undoes"), (_UNDONE, "undone"), else_="stands"
)


def _items(query: Select[Any]) -> Select[Any]:
    return (
        query.outerjoin(Party, Party.id == Allocation.party_id)
        .outerjoin(_Debit, _Debit.id == Allocation.debit_item_id)
        .outerjoin(_Credit, _Credit.id == Allocation.credit_item_id)
    )


ALLOCATIONS = ListSource(
    key="allocations",
    identity=Allocation.id,
    columns=(
        ListColumn("day", Allocation.day, K.DATE, nullable=False),
        ListColumn("side", Allocation.side, K.CHOICE, nullable=False),
        ListColumn("party", Party.name),
        ListColumn("party_id", Allocation.party_id, K.INTEGER, nullable=False),
        ListColumn("debit", _Debit.number, K.CODE),
        ListColumn("debit_id", Allocation.debit_item_id, K.INTEGER, nullable=False),
        ListColumn("credit", _Credit.number, K.CODE),
        ListColumn("credit_id", Allocation.credit_item_id, K.INTEGER, nullable=False),
        ListColumn("currency", _Debit.currency, K.CURRENCY),
        ListColumn("amount", Allocation.debit_amount, K.MONEY, "currency", nullable=False),
        ListColumn("credit_currency", _Credit.currency, K.CURRENCY),
        ListColumn("credit_amount", Allocation.credit_amount, K.MONEY, "credit_currency", nullable=False),
        ListColumn("fx", Allocation.fx, K.MONEY, summed=True, nullable=False),
        ListColumn("state", _ROW_STATE, K.CHOICE, nullable=False),
        ListColumn("reason", Allocation.reason, nullable=False),
    ),
    joins=_items,
    joined=frozenset({"party", "debit", "credit", "currency", "credit_currency"}),
    searched=("party", "debit", "credit", "reason"),
)
"""Every dated row by which items settled each other; ``fx`` in base money."""
