"""The rebate receivable (应收出口退税): booked with the revenue, corrected by filed claims, then paid (16.12).

A shipment is corrected once all of its declared items are filed: the difference between what its claims bring
and what its purchases booked is a variance on the shipment, dated when it became known (section 2.11).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.allocate import Basis, allocate
from tradecrm.core.costs import CostStatus
from tradecrm.models import (
    CostLine,
    DeclarationLine,
    GoodsReturn,
    GoodsReturnLine,
    RebateClaim,
    RebateClaimLine,
    Shipment,
)
from tradecrm.services.claims.declarations import declared_items
from tradecrm.services.figures.rebate_kept import REB, kept_rebate
from tradecrm.services.money.ledger import COST, REBATE, Row, Source, post
from tradecrm.services.trade.closing import demand_unclosed
from tradecrm.services.trade.rebate_booking import book_rebate
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)
OPEN = frozenset({"collecting", "ready"})
"""States of a claim that was not filed yet: what it will bring is not known."""
SETTLED = frozenset({"received", "refused"})


@dataclass(frozen=True, slots=True)
class ClaimShare:
    """What one claim brings a shipment, in base: by its state claimed, approved or nothing; and what came of it."""

    claim_id: int
    number: str
    status: str
    effective: Decimal
    received: Decimal


def effective_total(claim: RebateClaim) -> Decimal:
    """Answer what a claim brings: as claimed until it is approved, then as approved, nothing when refused."""
    if claim.status == "refused":
        return ZERO
    return claim.claimed if claim.approved is None else claim.approved


def claim_shares(reader: Reader, shipment_id: int) -> list[ClaimShare]:
    """Answer what each claim that holds items of a shipment brings it, shared by what its lines claim."""
    ids = (
        select(RebateClaimLine.claim_id)
        .join(DeclarationLine, DeclarationLine.id == RebateClaimLine.declaration_line_id)
        .where(DeclarationLine.shipment_id == shipment_id)
    )
    found = []
    for claim in reader.session.scalars(
        select(RebateClaim).where(RebateClaim.id.in_(ids)).order_by(RebateClaim.id)
    ):
        brings = shares_of(reader, claim, effective_total(claim)).get(shipment_id, ZERO)
        came = shares_of(reader, claim, claim.received).get(shipment_id, ZERO)
        found.append(ClaimShare(claim.id, claim.number, claim.status, brings, came))
    return found


def shares_of(reader: Reader, claim: RebateClaim, amount: Decimal) -> dict[int, Decimal]:
    """Share an amount of a claim over its shipments by what their lines claim, to the cent (section 2.6)."""
    rows = reader.session.execute(
        select(DeclarationLine.shipment_id, func.sum(RebateClaimLine.rebate))
        .join(DeclarationLine, DeclarationLine.id == RebateClaimLine.declaration_line_id)
        .where(RebateClaimLine.claim_id == claim.id)
        .group_by(DeclarationLine.shipment_id)
        .order_by(DeclarationLine.shipment_id)
    ).all()
    weights = [weight for _key, weight in rows]
    if not rows or sum(weights, ZERO) == 0:
        return {}
    parts = allocate(amount, weights, reader.base)
    return {key: part for (key, _weight), part in zip(rows, parts, strict=True)}


def wholly_filed(reader: Reader, shipment_id: int, shares: Sequence[ClaimShare]) -> bool:
    """Tell whether every declared item that bears a rebate stands in filed claims."""
    if not shares or any(share.status in OPEN for share in shares):
        return False
    return all(
        item.left <= 0 for item in declared_items(reader, shipment_id=shipment_id) if item.rebate_rate > 0
    )


def true_up(work: Work, claim: RebateClaim, shipment: Shipment, day: date, why: str) -> Decimal:
    """Bring a shipment's booked rebate to what its claims bring; answers the correction (negative: less rebate).

    While not everything is filed, corrections made before are taken back. Refused for a closed shipment.
    """
    shares = claim_shares(work, shipment.id)
    filed = wholly_filed(work, shipment.id, shares)
    book_rebate(work, shipment, day, filed=filed)
    kept = kept_rebate(work, shipment.id)
    wanted = ZERO
    if filed:
        brought = sum((share.effective for share in shares), ZERO)
        wanted = brought - returned_claims(work, shipment.id) - kept.expected
    change = wanted - kept.corrected
    if change != 0:
        demand_unclosed(work, shipment.id)
        memo = f"{claim.number} {why}"
        book_correction(
            work, Source("rebate_claim", claim.id, memo[:300]), shipment, day, change, claim.number
        )
    shipment.rebate_state = rebate_state(work, shipment.id)
    shipment.updated_at = work.now
    return change


def returned_claims(reader: Reader, shipment_id: int) -> Decimal:
    """Answer the rebate in base that filed claims of a shipment hold of goods that have come back (section 1.10)."""
    owed = reader.session.scalar(
        select(func.sum(GoodsReturnLine.owed))
        .join(GoodsReturn, GoodsReturn.id == GoodsReturnLine.return_id)
        .where(
            GoodsReturn.shipment_id == shipment_id,
            GoodsReturn.status == "received",
            GoodsReturnLine.claimed != 0,
        )
    )
    return owed or ZERO


def repaid_rebate(reader: Reader, shipment_id: int) -> Decimal:
    """Answer the rebate in base that was paid back to the tax office for goods of a shipment that came back."""
    paid = reader.session.scalar(
        select(func.sum(GoodsReturnLine.owed))
        .join(GoodsReturn, GoodsReturn.id == GoodsReturnLine.return_id)
        .where(GoodsReturn.shipment_id == shipment_id, GoodsReturn.repaid_on.is_not(None))
    )
    return paid or ZERO


def book_correction(
    work: Work, source: Source, shipment: Shipment, day: date, change: Decimal, number: str = ""
) -> None:
    """Post a correction of a rebate and write it as a cost of the shipment, dated when it became known."""
    rows = (
        Row(REBATE, work.base, change, change, REB, shipment_id=shipment.id),
        Row(COST, work.base, -change, -change, REB, shipment_id=shipment.id),
    )
    post(work, day, "rebate_adjust", source, rows)
    work.add(
        CostLine(
            shipment_id=shipment.id,
            owner_id=shipment.owner_id,
            category=REB,
            description=source.memo,
            currency=work.base,
            amount=-change,
            rate=Decimal(1),
            base_amount=-change,
            status=CostStatus.INVOICED.value,
            basis=Basis.VALUE.value,
            bill_number=number,
            bill_date=day,
        )
    )


def rebate_state(reader: Reader, shipment_id: int) -> str:
    """Answer how the rebate of a shipment stands by its claims: received, refused, or empty while it is open.

    Claims win over what was marked by hand: a shipment with declared items in a claim follows them alone.
    """
    shares = claim_shares(reader, shipment_id)
    settled = all(share.status in SETTLED for share in shares)
    if not settled or not wholly_filed(reader, shipment_id, shares):
        return ""
    return "received" if any(share.status == "received" for share in shares) else "refused"
