"""What a posting comes from: the paper that opens when a person clicks a row of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from tradecrm.core.links import Link
from tradecrm.core.text import N_, _
from tradecrm.models import (
    Account,
    AccountExpense,
    CommissionRun,
    Contra,
    CostLine,
    ExpenseClaim,
    GoodsReturn,
    Item,
    Loan,
    Note,
    Party,
    Payment,
    Person,
    PlannedFlow,
    PurchaseContract,
    RebateClaim,
    Receipt,
    Refund,
    Revaluation,
    SalesContract,
    Shipment,
    Transfer,
    WriteOffRequest,
)
from tradecrm.services.work import Reader

_SOURCES = {
    "receipt": "receipt",
    "payment": "payment",
    "transfer": "transfer",
    "account_expense": "expense",
    "account": "account",
    "cost_line": "cost",
    "purchase_contract": "purchase",
    "item": "receivable",
    "note": "note",
    "write_off": "write_off",
    "refund": "refund",
    "contra": "contra",
    "shipment": "shipment",
    "expense_claim": "expense_claim",
    "rebate_claim": "rebate_claim",
    "commission_run": "commission_run",
    "revaluation": "revaluation",
    "loan": "loan",
    "goods_return": "goods_return",
}
"""Kind of source of a posting -> target of the page that shows it."""

_RECORDS: dict[str, tuple[Any, Any]] = {
    "person": (Person, Person.name),
    "customer": (Party, Party.name),
    "contract": (SalesContract, SalesContract.number),
    "purchase": (PurchaseContract, PurchaseContract.number),
    "shipment": (Shipment, Shipment.number),
    "declaration": (Shipment, Shipment.number),
    "receivable": (Item, Item.number),
    "receipt": (Receipt, Receipt.number),
    "planned_flow": (PlannedFlow, PlannedFlow.title),
    "payment": (Payment, Payment.number),
    "account": (Account, Account.name),
    "transfer": (Transfer, Transfer.number),
    "expense": (AccountExpense, AccountExpense.number),
    "cost": (CostLine, CostLine.category),
    "note": (Note, Note.number),
    "write_off": (WriteOffRequest, WriteOffRequest.number),
    "refund": (Refund, Refund.number),
    "contra": (Contra, Contra.number),
    "expense_claim": (ExpenseClaim, ExpenseClaim.number),
    "rebate_claim": (RebateClaim, RebateClaim.number),
    "commission_run": (CommissionRun, CommissionRun.number),
    "revaluation": (Revaluation, Revaluation.day),
    "loan": (Loan, Loan.number),
    "goods_return": (GoodsReturn, GoodsReturn.number),
}

_ENTRY_TITLES = {
    "opening": N_("Opening balance"),
    "receipt": N_("Receipt"),
    "payment": N_("Payment"),
    "transfer": N_("Transfer"),
    "expense": N_("Income or expense"),
    "invoice": N_("Invoice"),
    "bill": N_("Bill"),
    "allocation": N_("Exchange difference"),
    "average": N_("Average corrected"),
    "loan": N_("Loan"),
    "write_off": N_("Write-off"),
    "note": N_("Debit or credit note"),
    "refund": N_("Refund"),
    "contra": N_("Contra entry"),
    "expense_claim": N_("Expense claim"),
    "rebate_adjust": N_("Rebate adjusted"),
    "rebate_receipt": N_("Rebate received"),
    "transit": N_("Goods in transit"),
    "goods_return": N_("Goods returned"),
    "commission": N_("Sales commission"),
    "commission_pay": N_("Commission paid"),
    "revaluation": N_("Revaluation"),
}


def source_link(kind: str, key: int) -> Link | None:
    """Answer what opens the paper a posting comes from."""
    target = _SOURCES.get(kind)
    return None if target is None else Link.to(target, id=key)


def entry_title(kind: str) -> str:
    """Answer the translated name of a kind of posting; an unknown one is shown as it is."""
    return _(_ENTRY_TITLES[kind]) if kind in _ENTRY_TITLES else kind


def record_name(reader: Reader, target: str, key: int) -> str | None:
    """Answer the number or name of the record a link opens; None when it is not there or may not be seen."""
    known = _RECORDS.get(target)
    if known is None:
        return None
    entity, name = known
    found = reader.session.scalars(select(name).where(entity.id == key)).one_or_none()
    return None if found is None else str(found)


def find_record(reader: Reader, target: str, text: str) -> int | None:
    """Answer the id of the record with that number, name, code or id; None when there is not exactly one."""
    entity, name = _RECORDS[target]
    columns = [name, Party.code] if entity is Party else [name]
    for column in columns:
        found = reader.session.scalars(select(entity.id).where(column == text).limit(2)).all()
        if len(found) == 1:
            return int(found[0])
    if text.isdecimal() and record_name(reader, target, int(text)) is not None:
        return int(text)
    return None


def party_names(reader: Reader, keys: Iterable[int | None]) -> dict[int, str]:
    """Answer the names of the parties among ``keys`` that the actor may see."""
    wanted = sorted({key for key in keys if key is not None})
    found: dict[int, str] = {}
    for start in range(0, len(wanted), 500):
        rows = select(Party.id, Party.name).where(Party.id.in_(wanted[start : start + 500]))
        found.update(dict(reader.session.execute(rows).all()))
    return found


def receipts_of(reader: Reader, item_ids: Iterable[int | None]) -> dict[int, tuple[int, str]]:
    """Answer, a receivable item of a receipt, the receipt's id and number."""
    wanted = sorted({key for key in item_ids if key is not None})
    rows = reader.session.execute(
        select(Receipt.item_id, Receipt.id, Receipt.number).where(Receipt.item_id.in_(wanted))
    )
    return {item_id: (key, number) for item_id, key, number in rows if item_id is not None}


def item_links(reader: Reader, items: Iterable[tuple[int, str]], side: str) -> dict[int, Link]:
    """Answer what opens each (item id, kind): the receipt, payment or cost behind it, else the receivable."""
    pairs = list(items)
    links = {key: Link.to("receivable", id=key) for key, _kind in pairs}
    entities: tuple[tuple[Any, str], ...] = ((Receipt, "receipt"),)
    if side == "AP":
        entities = ((Payment, "payment"), (CostLine, "cost"))
    keys = sorted(links) if side == "AP" else [key for key, kind in pairs if kind == "RCT"]
    for entity, target in entities:
        for start in range(0, len(keys), 500):
            rows = reader.session.execute(
                select(entity.item_id, entity.id).where(entity.item_id.in_(keys[start : start + 500]))
            )
            links.update({item_id: Link.to(target, id=key) for item_id, key in rows})
    return links
