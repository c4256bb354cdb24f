"""VAT that an export costs under the regimes of manufacturers and of taxed exports (domain.md section 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.allocate import Basis, allocate
from tradecrm.core.costs import CostStatus
from tradecrm.core.errors import RateMissing
from tradecrm.core.money import convert
from tradecrm.core.problems import Refusal
from tradecrm.core.profit import CostLine as Cost
from tradecrm.core.profit import fx_net_income
from tradecrm.core.rates import RateType
from tradecrm.core.rebate import BEFORE_FOB, EXPORT_VAT_CODES, TaxRegime, export_vat
from tradecrm.core.text import _
from tradecrm.models import ContractLine, CostLine, Shipment, ShipmentLine
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.closing import demand_unclosed
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ReckonExportVat:
    """Reckon what VAT the export of a shipment costs, by the FOB value of each line."""

    shipment_id: int


@operation("shipment.write")
def reckon_export_vat(work: Work, command: ReckonExportVat) -> Decimal:
    """Write the VAT of each line as an accrued cost, replacing an earlier reckoning; answers the sum in base.

    A manufacturer bears ``FOB x (v - r)``, a taxed export ``FOB / (1 + v) x v``, with v and r of the line and FOB
    its share, by value, of the invoice less freight and insurance at the declared rate. Refused before departure and
    under another regime; RateMissing as rates say.
    """
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    regime = TaxRegime(shipment.tax_regime)
    if regime not in EXPORT_VAT_CODES:
        raise Refusal.of(
            _("Under the tax regime of {number} an export costs no VAT.").format(number=shipment.number)
        )
    if shipment.departed_on is None:
        raise Refusal.of(
            _("{number} has not left; its FOB value is known on departure.").format(number=shipment.number)
        )
    demand_unclosed(work, shipment.id)
    code = EXPORT_VAT_CODES[regime]
    for old in work.session.scalars(
        select(CostLine).where(
            CostLine.shipment_id == shipment.id, CostLine.category == code, CostLine.item_id.is_(None)
        )
    ):
        work.session.delete(old)
    work.session.flush()
    total = ZERO
    for goods, line, fob in fob_of_goods(work, shipment):
        amount = export_vat(fob, line.vat_rate, line.rebate_rate, regime, work.base)
        total += amount
        if amount:
            _write(work, shipment, goods.id, code, amount, line.description_en)
    work.session.flush()
    return total


def follow_export_vat(work: Work, shipment: Shipment) -> None:
    """Reckon the VAT of an export once it left, and again when its freight or insurance changes; warn if it cannot be.

    Without it the result would be too good by it. A closed shipment keeps its own (section 1.8).
    """
    regime = TaxRegime(shipment.tax_regime)
    if regime not in EXPORT_VAT_CODES or shipment.departed_on is None or shipment.status == "closed":
        return
    try:
        reckon_export_vat.within(work, ReckonExportVat(shipment.id))
    except (Refusal, RateMissing) as error:
        words = _("The VAT that the export of {number} costs could not be reckoned: {reason}")
        work.warn(words.format(number=shipment.number, reason=error))


def expected_export_vat(reader: Reader, shipment: Shipment, rate: Decimal) -> tuple[str, Decimal]:
    """Answer category and sum in base of the VAT that an export will cost, FOB at ``rate``; 0 where it costs none."""
    regime = TaxRegime(shipment.tax_regime)
    if regime not in EXPORT_VAT_CODES:
        return "", ZERO
    try:
        goods = fob_of_goods(reader, shipment, rate)
    except Refusal:  # Freight above the price: leaving says so.
        goods = []
    vat = (export_vat(fob, line.vat_rate, line.rebate_rate, regime, reader.base) for _g, line, fob in goods)
    return EXPORT_VAT_CODES[regime], sum(vat, ZERO)


def fob_of_goods(
    reader: Reader, shipment: Shipment, rate: Decimal | None = None
) -> list[tuple[ShipmentLine, ContractLine, Decimal]]:
    """Answer the goods of a shipment with their share of its FOB value in base, by value (16.11).

    ``rate`` None is the rate that the firm declares at.

    Raises Refusal where freight and insurance leave nothing; RateMissing as rates say.
    """
    rows = reader.session.execute(
        select(ShipmentLine, ContractLine)
        .join(ContractLine, ContractLine.id == ShipmentLine.contract_line_id)
        .where(ShipmentLine.shipment_id == shipment.id)
        .order_by(ShipmentLine.position)
    ).all()
    shares = allocate(_fob(reader, shipment, rate), [goods.amount for goods, _line in rows], reader.base)
    return [(goods, line, fob) for (goods, line), fob in zip(rows, shares, strict=True)]


def _fob(reader: Reader, shipment: Shipment, rate: Decimal | None) -> Decimal:
    """Answer the FOB value in base currency: the invoice less freight and insurance, at the declared rate (16.11)."""
    if rate is None:
        rate = _declared_rate(reader, shipment)
    before = reader.session.execute(
        select(CostLine.category, CostLine.currency, CostLine.amount, CostLine.base_amount).where(
            CostLine.shipment_id == shipment.id, CostLine.category.in_(BEFORE_FOB)
        )
    )
    costs = [Cost(*row) for row in before]
    fob = fx_net_income(shipment.total, shipment.currency, costs, shipment.recognition_rate or rate)
    if fob <= 0:
        raise Refusal.of(
            _("Freight and insurance of {number} exceed its revenue; check its costs.").format(
                number=shipment.number
            )
        )
    return convert(fob, rate, reader.base)


def _declared_rate(reader: Reader, shipment: Shipment) -> Decimal:
    """Answer the rate that the firm declares exports at: the middle rate of the day, or of the month's first day."""
    day = shipment.export_date or shipment.departed_on or reader.today
    if reader.settings.declared_rate == "month_first":
        day = day.replace(day=1)
    return rate_for(reader, RateType.MID, shipment.currency, day).rate


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
