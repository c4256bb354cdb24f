"""The month of a manufacturer who exports (免抵退税), from shipments and VAT invoices (sections 2.2 and 16.11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.rebate import ExportedGoods, TaxRegime
from tradecrm.models import Shipment, VatInvoice
from tradecrm.services.trade.export_vat import fob_of_goods
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Exported:
    """Goods of one shipment line that left in the month; ``goods.fob`` is their FOB value in base currency."""

    shipment_id: int
    shipment: str
    day: date
    hs_code: str
    name: str
    goods: ExportedGoods


def month_exports(reader: Reader, first: date, last: date) -> tuple[Exported, ...]:
    """Answer what left under the manufacturer's regime, by day of export and line.

    Raises Refusal for a shipment whose freight exceeds its invoice; RateMissing as rates say.
    """
    day = func.coalesce(Shipment.export_date, Shipment.departed_on)
    shipments = reader.session.scalars(
        select(Shipment)
        .where(
            Shipment.tax_regime == TaxRegime.MANUFACTURER.value,
            Shipment.departed_on.is_not(None),
            day >= first,
            day <= last,
        )
        .order_by(day, Shipment.id)
    ).all()
    return tuple(
        Exported(
            shipment.id,
            shipment.number,
            shipment.export_date or shipment.departed_on or first,
            line.hs_code,
            line.description_en,
            ExportedGoods(fob, line.vat_rate, line.rebate_rate),
        )
        for shipment in shipments
        for _goods, line, fob in fob_of_goods(reader, shipment)
    )


def by_code(found: Sequence[Exported]) -> tuple[tuple[str, ExportedGoods], ...]:
    """Answer the goods summed by HS code and rates: each is rounded once (16.11)."""
    sums: dict[tuple[str, Decimal, Decimal], Decimal] = {}
    for each in found:
        key = (each.hs_code, each.goods.vat, each.goods.table_rate)
        sums[key] = sums.get(key, ZERO) + each.goods.fob
    return tuple((code, ExportedGoods(fob, vat, rate)) for (code, vat, rate), fob in sorted(sums.items()))


def month_input_vat(reader: Reader, first: date, last: date) -> Decimal:
    """Answer the VAT of the special invoices that were received in the month, in base currency."""
    statement = select(func.sum(VatInvoice.vat)).where(
        VatInvoice.kind == "special", VatInvoice.received_on >= first, VatInvoice.received_on <= last
    )
    return reader.session.scalar(statement) or ZERO
