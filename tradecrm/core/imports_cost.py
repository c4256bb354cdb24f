"""Customs value, duty, taxes and landed cost of goods brought in (进口), domain.md section 2.9."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tradecrm.core.allocate import Basis, allocate
from tradecrm.core.money import convert, round_money, round_to

ZERO = Decimal(0)
WITH_FREIGHT = frozenset({"CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP"})
"""Rules whose price holds the freight to the port of arrival."""
WITH_INSURANCE = frozenset({"CIF", "CIP", "DAP", "DPU", "DDP"})
"""Rules whose price holds the insurance."""
BASES = (Basis.VALUE, Basis.QUANTITY, Basis.GROSS_WEIGHT, Basis.EQUAL)
"""By what port and inland costs may be shared over the goods (section 2.6)."""


@dataclass(frozen=True, slots=True)
class ImportGoods:
    """Goods of an import job: ``amount`` in the supplier's currency, rates as fractions."""

    quantity: Decimal
    amount: Decimal
    weight: Decimal = ZERO
    duty_rate: Decimal = ZERO
    consumption_rate: Decimal = ZERO
    vat_rate: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class ImportTerms:
    """What an import job is reckoned with: freight and insurance in the supplier's currency, the rest in base."""

    incoterm: str
    currency: str
    booking_rate: Decimal
    customs_rate: Decimal
    base: str = "CNY"
    freight: Decimal = ZERO
    insurance: Decimal = ZERO
    port_cost: Decimal = ZERO
    inland_cost: Decimal = ZERO
    basis: Basis = Basis.VALUE


@dataclass(frozen=True, slots=True)
class Landed:
    """A line of an import job in base currency; ``unit_cost`` is the landed cost of one piece."""

    customs_value: Decimal
    duty: Decimal
    consumption_tax: Decimal
    import_vat: Decimal
    supplier: Decimal
    shared: Decimal
    landed: Decimal
    unit_cost: Decimal


def paid_apart(incoterm: str, freight: Decimal, insurance: Decimal) -> Decimal:
    """Answer what of freight and insurance is not in the supplier's price under ``incoterm``."""
    return (ZERO if incoterm in WITH_FREIGHT else freight) + (
        ZERO if incoterm in WITH_INSURANCE else insurance
    )


def landed_costs(terms: ImportTerms, goods: Sequence[ImportGoods]) -> tuple[Landed, ...]:
    """Answer customs value, taxes and landed cost of each line (section 2.9).

    Freight and insurance that the price does not hold are shared by value and belong to both the customs value
    and the landed cost. Import VAT is recoverable and no cost. Raises Refusal when there is nothing to share by.
    """
    apart = paid_apart(terms.incoterm, terms.freight, terms.insurance)
    foreign = _shared(apart, [line.amount for line in goods], terms.currency)
    local = _shared(terms.port_cost + terms.inland_cost, _weights(terms.basis, goods), terms.base)
    return tuple(_landed(terms, *parts) for parts in zip(goods, foreign, local, strict=True))


def _landed(terms: ImportTerms, line: ImportGoods, foreign: Decimal, local: Decimal) -> Landed:
    """Answer one line; ``foreign`` is its freight and insurance in the supplier's currency."""
    value = convert(line.amount + foreign, terms.customs_rate, terms.base)
    duty = round_money(value * line.duty_rate, terms.base)
    rate = line.consumption_rate
    consumption = round_money((value + duty) / (1 - rate) * rate, terms.base)
    vat = round_money((value + duty + consumption) * line.vat_rate, terms.base)
    supplier = convert(line.amount, terms.booking_rate, terms.base)
    shared = convert(foreign, terms.booking_rate, terms.base) + local
    landed = supplier + duty + consumption + shared
    return Landed(
        value, duty, consumption, vat, supplier, shared, landed, round_to(landed / line.quantity, 6)
    )


def _weights(basis: Basis, goods: Sequence[ImportGoods]) -> list[Decimal]:
    if basis is Basis.QUANTITY:
        return [line.quantity for line in goods]
    if basis is Basis.GROSS_WEIGHT:
        return [line.weight for line in goods]
    return [Decimal(1) if basis is Basis.EQUAL else line.amount for line in goods]


def _shared(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    return [ZERO for _weight in weights] if total == 0 else allocate(total, weights, currency)
