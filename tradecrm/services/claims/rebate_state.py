"""How the rebate and the collection of one shipment stand, for its declaration page (domain.md 1.8, 2.11, 16.12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.money import format_money
from tradecrm.core.rebate_claims import filing_deadline, last_day
from tradecrm.core.text import _
from tradecrm.models import CostLine, Shipment, VatInvoiceLine
from tradecrm.services.claims.collections import Collection, MatchRow, collection_of, collection_rows
from tradecrm.services.claims.rebate_ledger import claim_shares, repaid_rebate
from tradecrm.services.claims.rebates import rebate_state_title
from tradecrm.services.figures.rebate_kept import kept_rebate
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RebateStanding:
    """A shipment's rebate in base: estimated by its purchases, corrected by claims, received; and the days that count.

    ``claims`` are (id, number, words of state and amount); ``at_risk`` tells that its invoices are overdue.
    """

    estimated: Decimal
    corrected: Decimal
    received: Decimal
    claims: tuple[tuple[int, str, str], ...]
    deadline: date | None
    last: date | None
    at_risk: bool
    collection: Collection

    @property
    def open(self) -> Decimal:
        """Answer what the tax office still owes."""
        return self.estimated + self.corrected - self.received


def rebate_standing(reader: Reader, shipment_id: int) -> RebateStanding:
    """Answer how the rebate of a shipment stands; raises NotFound."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    kept = kept_rebate(reader, shipment.id)
    claims, received = [], ZERO
    for share in claim_shares(reader, shipment.id):
        words = f"{rebate_state_title(share.status)} · {format_money(share.effective, reader.base)}"
        claims.append((share.claim_id, share.number, words))
        received += share.received
    received -= repaid_rebate(reader, shipment.id)
    exported = shipment.export_date or shipment.departed_on
    settled = bool(shipment.rebate_state)
    return RebateStanding(
        kept.expected,
        kept.corrected,
        received,
        tuple(claims),
        None if exported is None or settled else filing_deadline(exported, reader.settings.rebate_filing_day),
        None if exported is None or settled else last_day(exported),
        not settled and _late(reader, shipment),
        collection_of(reader, shipment),
    )


def _late(reader: Reader, shipment: Shipment) -> bool:
    """Tell whether purchases of the shipment have no VAT invoice although the days of section 2.11 have passed."""
    wait = timedelta(days=reader.settings.rebate_invoice_days)
    if shipment.departed_on is None or shipment.departed_on + wait > reader.today:
        return False
    invoiced = select(VatInvoiceLine.purchase_line_id).where(VatInvoiceLine.purchase_line_id.is_not(None))
    missing = select(CostLine.id).where(
        CostLine.shipment_id == shipment.id,
        CostLine.rebate != 0,
        CostLine.purchase_line_id.not_in(invoiced),
    )
    return reader.session.scalars(missing.limit(1)).first() is not None and not claim_shares(
        reader, shipment.id
    )


@dataclass(frozen=True, slots=True)
class CollectionCard:
    """A shipment's collection with the receipts that may prove it."""

    number: str
    collection: Collection
    rows: tuple[MatchRow, ...]


def collection_card(reader: Reader, shipment_id: int) -> CollectionCard:
    """Answer the collection of a shipment; raises NotFound."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    return CollectionCard(
        shipment.number, collection_of(reader, shipment), collection_rows(reader, shipment.id)
    )
