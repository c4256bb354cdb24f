"""What the paper of a purchase contract is drawn from; nothing of the customer is among it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.errors import NotFound, TradeError
from tradecrm.core.text import _
from tradecrm.models import PurchaseContract, PurchaseLine
from tradecrm.services.control.approval_cards import subjects_waiting
from tradecrm.services.crm.party_banks import PartyBankCard, payee_banks
from tradecrm.services.trade.paper_parts import Frame, Frames, PartyFacts, one_party, only, parties_facts
from tradecrm.services.work import Reader, not_found


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
    return only(purchases_facts(reader, (purchase_id,)), purchase_id)


def purchases_facts(reader: Reader, ids: Sequence[int]) -> dict[int, PurchaseFacts | TradeError]:
    """Answer what the papers of many purchase contracts show, or why one cannot be printed; NotAllowed."""
    reader.actor.demand("purchase.read")
    purchases = reader.get_all(PurchaseContract, ids)
    suppliers = [each.supplier_id for each in purchases.values()]
    waiting = subjects_waiting(reader, "purchase_contract", purchases)
    parties = parties_facts(reader, ((each, None) for each in suppliers))
    frames = Frames(reader, "purchase", suppliers)
    banks = payee_banks(reader, suppliers)
    lines = _lines(reader, ids)
    found: dict[int, PurchaseFacts | TradeError] = {}
    for key in ids:
        purchase = purchases.get(key)
        if purchase is None:
            found[key] = not_found(_("Purchase contract"), key)
            continue
        try:
            supplier = one_party(parties, purchase.supplier_id)
        except NotFound as error:
            found[key] = error
            continue
        draft = key in waiting or purchase.status in {"draft", "submitted"}
        found[key] = PurchaseFacts(
            **{name: getattr(purchase, name) for name in _SAME},
            special=purchase.clauses,
            supplier=supplier,
            lines=tuple(lines.get(key, ())),
            frame=frames.of(purchase.supplier_id, draft=draft),
            bank=banks.get((purchase.supplier_id, purchase.currency)),
        )
    return found


def _lines(reader: Reader, ids: Sequence[int]) -> dict[int, list[PurchaseLineFacts]]:
    """Answer the lines of many purchase contracts, by contract, in their order."""
    columns: tuple[Any, ...] = tuple(getattr(PurchaseLine, each.name) for each in fields(PurchaseLineFacts))
    rows = reader.session.execute(
        select(PurchaseLine.purchase_id, *columns)
        .where(PurchaseLine.purchase_id.in_(list(ids)))
        .order_by(PurchaseLine.purchase_id, PurchaseLine.position)
    )
    found: dict[int, list[PurchaseLineFacts]] = {}
    for key, *values in rows:
        found.setdefault(key, []).append(PurchaseLineFacts(*values))
    return found
