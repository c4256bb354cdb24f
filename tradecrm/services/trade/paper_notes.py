"""What debit and credit notes are drawn from: the receivable that was posted, and what it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Instalment, Item, Posting, SalesContract, Shipment
from tradecrm.services.trade.paper_parts import (
    BankFacts,
    Frame,
    PartyFacts,
    bank_facts,
    frame_facts,
    party_facts,
)
from tradecrm.services.work import Reader

KINDS = {"DN": "debit_note", "CN": "credit_note"}
"""Kind of a receivable -> kind of its paper."""


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """A debit or credit note (``kind``); ``amount`` is positive, the title carries the sign (section 10.2)."""

    kind: str
    id: int
    number: str
    day: date
    currency: str
    amount: Decimal
    reason: str
    contract: str
    invoice: str
    due: date | None
    party: PartyFacts
    bank: BankFacts | None
    frame: Frame


def note_facts(reader: Reader, item_id: int) -> NoteFacts:
    """Answer what the paper of a note shows; Refusal for a receivable that is no note, NotFound, NotAllowed."""
    reader.actor.demand("receivable.read")
    item = reader.get(Item, item_id, _("Receivable"))
    kind = KINDS.get(item.kind) if item.side == "AR" else None
    if kind is None:
        raise Refusal.of(
            _("{number} is no debit or credit note to a customer.").format(number=item.number), "number"
        )
    contract = reader.session.get(SalesContract, item.contract_id) if item.contract_id else None
    invoice = reader.session.scalars(
        select(Shipment.invoice_number).where(Shipment.id == (item.shipment_id or 0))
    ).first()
    due = reader.session.scalars(
        select(Instalment.due_on).where(Instalment.item_id == item.id).order_by(Instalment.due_on)
    ).first()
    return NoteFacts(
        kind,
        item.id,
        item.number,
        item.document_day,
        item.currency,
        abs(item.amount),
        reader.session.scalars(select(Posting.memo).where(Posting.id == item.posting_id)).first() or "",
        contract.number if contract else "",
        invoice or "",
        due if kind == "debit_note" else None,
        party_facts(reader, item.party_id),
        bank_facts(reader, contract.bank_account_id) if contract and kind == "debit_note" else None,
        frame_facts(reader, kind, item.party_id, draft=False),
    )
