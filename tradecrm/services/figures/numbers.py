"""Which numbers of papers are taken, whoever asks: a number is unique in the book, not in a person's scope."""

from __future__ import annotations

import functools
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tradecrm.models import (
    AccountExpense,
    CommissionRun,
    Contra,
    ExpenseClaim,
    FreightInquiry,
    GoodsReturn,
    ImportJob,
    Inquiry,
    Item,
    LetterOfCredit,
    Loan,
    Note,
    Party,
    Payment,
    Proforma,
    PurchaseContract,
    Quotation,
    RebateClaim,
    Receipt,
    Refund,
    SalesContract,
    Shipment,
    Transfer,
    WriteOffRequest,
)
from tradecrm.services.prepared import prepared_rows

_WHERE: dict[str, tuple[Any, str]] = {
    "contract": (SalesContract, "number"),
    "shipment": (Shipment, "number"),
    "invoice": (Shipment, "invoice_number"),
    "receipt": (Receipt, "number"),
    "payment": (Payment, "number"),
    "transfer": (Transfer, "number"),
    "expense": (AccountExpense, "number"),
    "bill": (Item, "number"),
    "loan": (Loan, "number"),
    "party": (Party, "code"),
    "inquiry": (Inquiry, "number"),
    "quotation": (Quotation, "number"),
    "proforma": (Proforma, "number"),
    "purchase": (PurchaseContract, "number"),
    "freight": (FreightInquiry, "number"),
    "import_job": (ImportJob, "number"),
    "letter": (LetterOfCredit, "number"),
    "debit_note": (Note, "number"),
    "credit_note": (Note, "number"),
    "opening": (Note, "number"),
    "write_off": (WriteOffRequest, "number"),
    "refund": (Refund, "number"),
    "contra": (Contra, "number"),
    "claim": (ExpenseClaim, "number"),
    "rebate": (RebateClaim, "number"),
    "commission": (CommissionRun, "number"),
    "goods_return": (GoodsReturn, "number"),
}


def number_taken(session: Session, kind: str, number: str) -> bool:
    """Tell whether a paper of ``kind`` has ``number`` already, typed by hand or given by the program."""
    return prepared_rows(session, _holder(kind), number=number).first() is not None


@functools.cache
def _holder(kind: str) -> Select[Any]:
    entity, column = _WHERE[kind]
    table = entity.__table__
    return select(table.c.id).where(table.c[column] == bindparam("number")).limit(1)
