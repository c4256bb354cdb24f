"""What the paper of a purchase contract is drawn from; nothing of the customer is among it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.text import _
from tradecrm.models import PurchaseContract, PurchaseLine
from tradecrm.services.control.approval_cards import pending_request
from tradecrm.services.crm.party_banks import PartyBankCard, payee_bank
from tradecrm.services.trade.paper_parts import Frame, PartyFacts, frame_facts, party_facts
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class PurchaseLineFacts:
    """A line bought from the factory; price and amount with or without VAT, as the contract says."""

    item_no: str
    description_cn: str
    description_en: str
    specification: str
    unit: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    vat_rate: Decimal
    delivery_on: date | None
    per_carton: Decimal | None


@dataclass(frozen=True, slots=True)
class PurchaseFacts:
    """A purchase contract with all its paper shows (domain.md section 10.1, column PC).

    The link to the sales contract is internal: neither its number nor the customer is here.
    """

    id: int
    number: str
    day: date
    currency: str
    total: Decimal
    vat_included: bool
    invoice_type: str
    terms: str
    delivery_on: date | None
    delivery_place: str
    packing: str
    marks: str
    quality: str
    special: str
    remarks: str
    signatory: str
    supplier: PartyFacts
    lines: tuple[PurchaseLineFacts, ...]
    frame: Frame
    bank: PartyBankCard | None = None


_SAME = (
    "id",
    "number",
    "day",
    "currency",
    "total",
    "vat_included",
    "invoice_type",
    "terms",
    "delivery_on",
    "delivery_place",
    "packing",
    "marks",
    "quality",
    "remarks",
    "signatory",
)


def purchase_facts(reader: Reader, purchase_id: int) -> PurchaseFacts:
    """Answer what the paper of a purchase contract shows; NotFound, or NotAllowed to see or print it."""
    reader.actor.demand("purchase.read")
    purchase = reader.get(PurchaseContract, purchase_id, _("Purchase contract"))
    pending = pending_request(reader, "purchase_contract", purchase_id) is not None
    draft = pending or purchase.status in {"draft", "submitted"}
    columns: tuple[Any, ...] = tuple(getattr(PurchaseLine, field.name) for field in fields(PurchaseLineFacts))
    rows = reader.session.execute(
        select(*columns).where(PurchaseLine.purchase_id == purchase_id).order_by(PurchaseLine.position)
    )
    return PurchaseFacts(
        **{name: getattr(purchase, name) for name in _SAME},
        special=purchase.clauses,
        supplier=party_facts(reader, purchase.supplier_id),
        lines=tuple(PurchaseLineFacts(*row) for row in rows),
        frame=frame_facts(reader, "purchase", purchase.supplier_id, draft=draft),
        bank=payee_bank(reader, purchase.supplier_id, purchase.currency),
    )
