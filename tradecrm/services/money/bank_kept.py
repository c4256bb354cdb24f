"""What banks kept of a receipt: charges (国外扣费) and interest (贴现息), costs of what it settled (3.4, 16.18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.allocate import allocate
from tradecrm.core.money import convert
from tradecrm.core.text import N_, _
from tradecrm.models import CostLine, Item, Receipt
from tradecrm.services.money.ledger import COST, Row
from tradecrm.services.work import Work

CHARGE, INTEREST = "BKF", "INT"
WORDS: Mapping[str, str] = {
    CHARGE: N_("Bank charge on {number}"),
    INTEREST: N_("Interest kept from {number}"),
}


@dataclass(frozen=True, slots=True)
class Bearer:
    """A shipment or contract that bears a part of what was kept, in proportion to ``weight``."""

    weight: Decimal
    shipment_id: int | None = None
    contract_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A part of what a bank kept, in the receipt's currency and in base."""

    category: str
    amount: Decimal
    base_amount: Decimal
    shipment_id: int | None
    contract_id: int | None

    def row(self, receipt: Receipt) -> Row:
        """Answer the row of the ledger that books it as a cost."""
        return Row(
            COST,
            receipt.currency,
            self.amount,
            self.base_amount,
            self.category,
            party_id=receipt.party_id,
            shipment_id=self.shipment_id,
            contract_id=self.contract_id,
        )


def bearers(work: Work, settled: Sequence[tuple[int, Decimal]], contracts: Sequence[int]) -> list[Bearer]:
    """Answer what bears the cost: the shipments of the (item, amount) settled, else the first deposit's contract."""
    weights: dict[int | None, Bearer] = {}
    for item_id, amount in settled:
        item = work.get(Item, item_id, _("Invoice"))
        before = weights.get(item.shipment_id)
        weights[item.shipment_id] = Bearer(
            amount + (Decimal(0) if before is None else before.weight),
            item.shipment_id,
            item.contract_id if before is None or before.contract_id == item.contract_id else None,
        )
    if weights:
        return list(weights.values())
    return [Bearer(Decimal(1), None, contracts[0] if contracts else None)]


def kept_parts(work: Work, receipt: Receipt, bearing: Sequence[Bearer]) -> list[Kept]:
    """Answer charge and interest of a receipt by value over what bears them, to the cent in both currencies (2.6)."""
    found = []
    weights = [bearer.weight for bearer in bearing]
    for category, amount in ((CHARGE, receipt.charge), (INTEREST, receipt.interest)):
        if amount == 0:
            continue
        base = convert(amount, receipt.rate, work.base)
        parts = zip(
            bearing,
            allocate(amount, weights, receipt.currency),
            allocate(base, weights, work.base),
            strict=True,
        )
        found += [
            Kept(category, part, value, bearer.shipment_id, bearer.contract_id)
            for bearer, part, value in parts
        ]
    return found


def write_cost_lines(work: Work, receipt: Receipt, parts: Sequence[Kept]) -> None:
    """Show what banks kept among the costs of the shipments that bear it (BKF is FX side, INT export side)."""
    for part in parts:
        if part.shipment_id is not None and (part.amount or part.base_amount):
            _write(work, receipt, part.shipment_id, part.category, part.amount, part.base_amount)


def take_back_cost_lines(work: Work, receipt: Receipt) -> None:
    """Set a line below zero against each of a receipt's among the costs."""
    lines = work.session.scalars(
        select(CostLine).where(CostLine.receipt_id == receipt.id).order_by(CostLine.id)
    )
    for line in lines.all():
        _write(work, receipt, line.shipment_id, line.category, -line.amount, -line.base_amount)


def _write(
    work: Work, receipt: Receipt, shipment_id: int, category: str, amount: Decimal, base_amount: Decimal
) -> None:
    work.add(
        CostLine(
            shipment_id=shipment_id,
            category=category,
            description=_(WORDS[category]).format(number=receipt.number),
            currency=receipt.currency,
            amount=amount,
            rate=receipt.rate,
            base_amount=base_amount,
            status="paid",
            basis="value",
            receipt_id=receipt.id,
            owner_id=receipt.owner_id,
        )
    )
