"""Price conversion between trade terms, and from cost to price (domain.md section 2.7)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from tradecrm.core.problems import Refusal
from tradecrm.core.text import N_, _

_ZERO = Decimal(0)
_ONE = Decimal(1)


class PriceBasis(enum.StrEnum):
    """What a price holds: goods on board, with freight, with insurance; the C forms with commission (含佣价)."""

    FOB = "FOB"
    CFR = "CFR"
    CIF = "CIF"
    FOBC = "FOBC"
    CFRC = "CFRC"
    CIFC = "CIFC"


class Cifc(enum.StrEnum):
    """How a commission-inclusive CIF price is reckoned: insuring the invoiced value, or the net CIF value."""

    ONE_STEP = "one_step"
    TWO_STEP = "two_step"


CIFC_TITLES: tuple[tuple[Cifc, str], ...] = (
    (Cifc.ONE_STEP, N_("In one step: the invoiced value is insured")),
    (Cifc.TWO_STEP, N_("In two steps: the net CIF value is insured")),
)


@dataclass(frozen=True, slots=True)
class Insuring:
    """How the firm insures (section 2.7): by one step or two, and what the insurer asks for.

    ``whole`` rounds the insured amount up to a whole unit of its currency; ``least`` is the least premium, in the
    currency of the price, 0 for none.
    """

    way: Cifc = Cifc.ONE_STEP
    whole: bool = False
    least: Decimal = _ZERO

    def amount(self, price: Decimal, markup: Decimal, commission: Decimal = _ZERO) -> Decimal:
        """Answer what is insured of a CIF price: in two steps its net value, ``markup`` m more, up to a whole unit."""
        net = price * (1 - commission) if self.way is Cifc.TWO_STEP else price
        insured = net * (1 + markup)
        return insured.to_integral_value(ROUND_CEILING) if self.whole else insured


PLAIN_INSURING = Insuring()
"""In one step, to the cent, without a least premium: as a firm insures that has set nothing."""

_COMMISSIONED = {PriceBasis.FOBC: PriceBasis.FOB, PriceBasis.CFRC: PriceBasis.CFR}


@dataclass(frozen=True, slots=True)
class PriceParts:
    """What stands between cost and price, letters as in section 2.7.

    ``freight`` F is in the price's currency and for the same quantity as the price; the others are fractions:
    ``insurance_rate`` R, ``insurance_markup`` m, ``commission`` c, ``bank_fee`` b.
    """

    freight: Decimal = _ZERO
    insurance_rate: Decimal = _ZERO
    insurance_markup: Decimal = Decimal("0.1")
    commission: Decimal = _ZERO
    bank_fee: Decimal = _ZERO

    @property
    def insured(self) -> Decimal:
        """Answer ``(1 + m) x R``, the premium as a fraction of the price it insures."""
        return (1 + self.insurance_markup) * self.insurance_rate

    def loads(self, insuring: Insuring, least: Decimal = _ZERO) -> tuple[PriceParts, ...]:
        """Answer what a price made from cost carries; the dearer holds where the least premium may be more.

        In two steps the premium is a fraction of the net price only. ``least`` is the part of the least premium that
        falls to this price: it comes with the freight, whatever the price.
        """
        if not self.insurance_rate:
            return (self,)
        found = self
        if insuring.way is Cifc.TWO_STEP:
            found = replace(self, insurance_rate=self.insurance_rate * (1 - self.commission))
        if not least:
            return (found,)
        return found, replace(self, freight=self.freight + least, insurance_rate=_ZERO)


def _share(left: Decimal) -> Decimal:
    """Answer what is left of the price after the deductions; raises Refusal when that is nothing."""
    if left <= 0:
        raise Refusal.of(
            _(
                "Insurance, commission, fees and margin together take 100 % of the price or more. "
                "Lower one of them."
            ),
            "price",
        )
    return left


def cfr_from_fob(fob: Decimal, parts: PriceParts) -> Decimal:
    """Answer ``FOB + F``."""
    return fob + parts.freight


def cif_from_cfr(cfr: Decimal, parts: PriceParts) -> Decimal:
    """Answer ``CFR / (1 - (1+m)R)``, unrounded; raises Refusal when the premium takes the whole price."""
    return cfr / _share(1 - parts.insured)


def cfr_from_cif(cif: Decimal, parts: PriceParts) -> Decimal:
    """Answer ``CIF x (1 - (1+m)R)``, unrounded."""
    return cif * _share(1 - parts.insured)


def with_commission(net: Decimal, parts: PriceParts) -> Decimal:
    """Answer the commission-inclusive price ``net / (1 - c)``, unrounded."""
    return net / _share(1 - parts.commission)


def without_commission(price: Decimal, parts: PriceParts) -> Decimal:
    """Answer the net price ``price x (1 - c)``, unrounded."""
    return price * _share(1 - parts.commission)


def cifc_from_cfr(cfr: Decimal, parts: PriceParts, way: Cifc = Cifc.ONE_STEP) -> Decimal:
    """Answer CIFC from CFR: ``CFR / (1 - (1+m)R - c)``, or by way of the net CIF in two steps; unrounded."""
    if way is Cifc.TWO_STEP:
        return with_commission(cif_from_cfr(cfr, parts), parts)
    return cfr / _share(1 - parts.insured - parts.commission)


def cfr_from_cifc(price: Decimal, parts: PriceParts, way: Cifc = Cifc.ONE_STEP) -> Decimal:
    """Answer CFR from CIFC, the inverse of ``cifc_from_cfr``; unrounded."""
    if way is Cifc.TWO_STEP:
        return cfr_from_cif(without_commission(price, parts), parts)
    return price * _share(1 - parts.insured - parts.commission)


def to_fob(price: Decimal, basis: PriceBasis, parts: PriceParts, way: Cifc = Cifc.ONE_STEP) -> Decimal:
    """Answer the FOB price inside a price on any basis, unrounded."""
    if basis is PriceBasis.CIFC:
        return cfr_from_cifc(price, parts, way) - parts.freight
    if basis in _COMMISSIONED:
        price, basis = without_commission(price, parts), _COMMISSIONED[basis]
    if basis is PriceBasis.CIF:
        price = cfr_from_cif(price, parts)
    return price if basis is PriceBasis.FOB else price - parts.freight


def from_fob(fob: Decimal, basis: PriceBasis, parts: PriceParts, way: Cifc = Cifc.ONE_STEP) -> Decimal:
    """Answer the price on ``basis`` made from an FOB price, unrounded; raises Refusal where nothing is left."""
    cfr = cfr_from_fob(fob, parts)
    if basis is PriceBasis.CIFC:
        return cifc_from_cfr(cfr, parts, way)
    if basis is PriceBasis.CIF:
        return cif_from_cfr(cfr, parts)
    if basis in _COMMISSIONED:
        net = fob if _COMMISSIONED[basis] is PriceBasis.FOB else cfr
        return with_commission(net, parts)
    return fob if basis is PriceBasis.FOB else cfr


def convert_price(
    price: Decimal,
    source: PriceBasis,
    target: PriceBasis,
    parts: PriceParts,
    *,
    way: Cifc = Cifc.ONE_STEP,
    anew: PriceParts | None = None,
) -> Decimal:
    """Answer ``price`` on another basis, unrounded; ``anew`` re-quotes with other parts (insurance mark-up, freight).

    Goes back to FOB and forward again, so that a premium is never put upon a premium.
    """
    return from_fob(to_fob(price, source, parts, way), target, anew or parts, way)


def commission_in(price: Decimal, parts: PriceParts) -> Decimal:
    """Answer the commission inside a commission-inclusive price, ``price x c``, unrounded."""
    return price * parts.commission


def bearing_vat(parts: PriceParts, share: Decimal) -> PriceParts:
    """Answer the parts of a price that bears VAT of its own FOB value (MANUFACTURER, TAXED), ``share`` of it.

    The FOB value is the price less premium and freight; what the freight spares of the VAT is left to the caller.
    """
    return replace(parts, bank_fee=parts.bank_fee + share * (1 - parts.insured))


def price_from_cost(
    cost: Decimal,
    rate: Decimal,
    parts: PriceParts,
    *,
    margin: Decimal = _ZERO,
    markup: Decimal = _ZERO,
) -> Decimal:
    """Answer the price for ``cost`` K (base money) at ``rate``, unrounded (section 2.7, last two rows).

    ``margin`` p is a fraction of the price, ``markup`` k a fraction of the cost; give one of them. Raises Refusal
    for a rate that is not above zero and when the deductions leave nothing of the price.
    """
    if rate <= 0:
        raise Refusal.of(_("The rate must be above zero."), "rate")
    share = _share(_ONE - parts.insured - parts.commission - parts.bank_fee - margin)
    return (cost * (1 + markup) / rate + parts.freight) / share
