"""Goods of a closed shipment that cost nothing in its result, drawn for the factory's late bill (domain.md 2.11)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.rebate import TaxRegime, deduction_code
from tradecrm.core.text import _
from tradecrm.models import CostLine, Shipment, ShipmentLine
from tradecrm.services.figures.rebate_kept import REB
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.agency import exported_for
from tradecrm.services.trade.late_costs import late_line
from tradecrm.services.trade.shipment_purchases import Covered, covered
from tradecrm.services.work import Work

ZERO = Decimal(0)


def draw_late(work: Work, shipment: Shipment, purchase_id: int) -> None:
    """Draw what a purchase contract covers of a closed shipment's goods and no cost stands for, counting nothing.

    The lines have what the contract says as their amount, and no base amount. The VAT of the bill is a late cost
    like the rest, for the rebate of a closed shipment has ended (section 1.8); where input VAT is credited instead,
    it is refused.
    """
    if exported_for(work, shipment.id) is not None:
        return
    goods = work.session.scalars(
        select(ShipmentLine).where(ShipmentLine.shipment_id == shipment.id).order_by(ShipmentLine.position)
    ).all()
    for each in goods:
        _draw(work, shipment, each, purchase_id)


def _draw(work: Work, shipment: Shipment, goods: ShipmentLine, purchase_id: int) -> None:
    kept = work.session.scalars(
        select(CostLine).where(CostLine.shipment_line_id == goods.id, CostLine.category == "PUR")
    ).all()
    if any(cost.quantity is None for cost in kept):
        return
    left = goods.quantity - sum((cost.quantity or ZERO for cost in kept), ZERO)
    parts = [part for part in covered(work, goods, left) if part.purchase_id == purchase_id]
    if parts and deduction_code(TaxRegime(shipment.tax_regime)) != REB:
        raise Refusal.of(
            _(
                "The input VAT of this bill is credited, and {number} is closed. "
                "Ask to reopen it, and enter the bill then."
            ).format(number=shipment.number)
        )
    for part in parts:
        _add(work, shipment, goods, part)


def _add(work: Work, shipment: Shipment, goods: ShipmentLine, part: Covered) -> None:
    rate = rate_for(work, RateType.SELL, part.currency, work.today).rate
    late_line(
        work,
        shipment,
        CostLine(
            category="PUR",
            shipment_line_id=goods.id,
            party_id=part.supplier_id,
            currency=part.currency,
            amount=part.amount,
            rate=rate,
            vat_rate=part.vat_rate,
            rebate_rate=part.rebate_rate,
            purchase_line_id=part.purchase_line_id,
            quantity=part.quantity,
        ),
    )
