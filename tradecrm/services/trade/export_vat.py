"""VAT that an export costs under the regimes of manufacturers and of taxed exports (domain.md section 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.allocate import Basis, allocate
from tradecrm.core.costs import CostStatus
from tradecrm.core.money import round_money
from tradecrm.core.problems import Refusal
from tradecrm.core.rebate import TaxRegime, output_vat, rebate_rate
from tradecrm.core.text import _
from tradecrm.models import ContractLine, CostLine, Item, Shipment, ShipmentLine
from tradecrm.services.trade.closing import demand_unclosed
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)
CODES = {TaxRegime.MANUFACTURER: "NCV", TaxRegime.TAXED: "OVT"}
_BEFORE_FOB = ("FRT", "INS")


@dataclass(frozen=True, slots=True)
class ReckonExportVat:
    """Reckon what VAT the export of a shipment costs, by the FOB value of each line."""

    shipment_id: int


@operation("shipment.write")
def reckon_export_vat(work: Work, command: ReckonExportVat) -> Decimal:
    """Write the VAT of each line as an accrued cost, replacing an earlier reckoning; answers the sum in base.

    A manufacturer bears ``FOB x (v - r)``, a taxed export ``FOB / (1 + v) x v``, with v and r of the line and FOB
    its share, by value, of the revenue less freight and insurance. Refused before departure and under another
    regime.
    """
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    regime = TaxRegime(shipment.tax_regime)
    if regime not in CODES:
        raise Refusal.of(
            _("Under the tax regime of {number} an export costs no VAT.").format(number=shipment.number)
        )
    if shipment.departed_on is None:
        raise Refusal.of(
            _("{number} has not left; its FOB value is known on departure.").format(number=shipment.number)
        )
    demand_unclosed(work, shipment.id)
    code = CODES[regime]
    for old in work.session.scalars(
        select(CostLine).where(
            CostLine.shipment_id == shipment.id, CostLine.category == code, CostLine.item_id.is_(None)
        )
    ):
        work.session.delete(old)
    work.session.flush()
    rows = work.session.execute(
        select(ShipmentLine, ContractLine)
        .join(ContractLine, ContractLine.id == ShipmentLine.contract_line_id)
        .where(ShipmentLine.shipment_id == shipment.id)
        .order_by(ShipmentLine.position)
    ).all()
    fobs = allocate(_fob(work, shipment), [goods.amount for goods, _line in rows], work.base)
    total = ZERO
    for (goods, line), fob in zip(rows, fobs, strict=True):
        if regime is TaxRegime.TAXED:
            amount = output_vat(fob, line.vat_rate, work.base)
        else:
            amount = round_money(
                fob * (line.vat_rate - rebate_rate(line.rebate_rate, line.vat_rate)), work.base
            )
        total += amount
        if amount:
            _write(work, shipment, goods.id, code, amount, line.description_en)
    work.session.flush()
    return total


def _fob(work: Work, shipment: Shipment) -> Decimal:
    """Answer the FOB value in base currency: revenue less freight and insurance, each as booked."""
    revenue = work.session.scalars(
        select(Item.base_amount).where(Item.shipment_id == shipment.id, Item.side == "AR", Item.kind == "INV")
    ).all()
    before = work.session.scalars(
        select(CostLine.base_amount).where(
            CostLine.shipment_id == shipment.id, CostLine.category.in_(_BEFORE_FOB)
        )
    ).all()
    fob = sum(revenue, ZERO) - sum(before, ZERO)
    if fob <= 0:
        raise Refusal.of(
            _("Freight and insurance of {number} exceed its revenue; check its costs.").format(
                number=shipment.number
            )
        )
    return fob


def _write(
    work: Work, shipment: Shipment, shipment_line: int, code: str, amount: Decimal, words: str
) -> None:
    work.add(
        CostLine(
            shipment_id=shipment.id,
            shipment_line_id=shipment_line,
            owner_id=shipment.owner_id,
            category=code,
            description=words[:300],
            currency=work.base,
            amount=amount,
            rate=Decimal(1),
            base_amount=amount,
            status=CostStatus.ACCRUED.value,
            basis=Basis.DIRECT.value,
        )
    )
