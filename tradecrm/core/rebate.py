"""Purchase cost and export VAT rebate (出口退税) under each tax regime (domain.md section 2.2)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tradecrm.core.money import round_money
from tradecrm.core.text import N_


class TaxRegime(enum.StrEnum):
    """How VAT is treated on an export."""

    TRADER = "TRADER"
    MANUFACTURER = "MANUFACTURER"
    NO_REFUND = "NO_REFUND"
    TAXED = "TAXED"
    NONE = "NONE"


REGIME_TITLES: tuple[tuple[TaxRegime, str], ...] = (
    (TaxRegime.TRADER, N_("Trading company, exempt and refunded")),
    (TaxRegime.MANUFACTURER, N_("Manufacturer, exempt, credited and refunded")),
    (TaxRegime.NO_REFUND, N_("Exempt without refund")),
    (TaxRegime.TAXED, N_("Taxed as a domestic sale")),
    (TaxRegime.NONE, N_("No Chinese VAT")),
)


@dataclass(frozen=True, slots=True)
class PurchaseVat:
    """A purchase in base money: P, E, input VAT, rebate, VAT that becomes cost, and the net purchase cost."""

    gross: Decimal
    net: Decimal
    input_vat: Decimal
    rebate: Decimal
    non_refundable: Decimal
    cost: Decimal


_CREDITED = frozenset((TaxRegime.MANUFACTURER, TaxRegime.TAXED))
"""The regimes under which input VAT is credited, and that by a special VAT invoice alone."""


def _keeps_nothing(regime: TaxRegime, special_invoice: bool) -> bool:
    """Tell whether input VAT of a purchase is lost, all of it."""
    return regime is TaxRegime.NO_REFUND or (regime in _CREDITED and not special_invoice)


def rebate_rate(table_rate: Decimal, invoice_vat: Decimal) -> Decimal:
    """Answer ``min(table rate, VAT rate printed on the invoice)``, both fractions."""
    return min(table_rate, invoice_vat)


def purchase_vat(
    gross: Decimal,
    vat: Decimal,
    table_rate: Decimal,
    regime: TaxRegime = TaxRegime.TRADER,
    *,
    printed_net: Decimal | None = None,
    special_invoice: bool = True,
    fob_base: Decimal = Decimal(0),
    currency: str = "CNY",
) -> PurchaseVat:
    """Answer cost and rebate of a VAT-inclusive purchase ``gross``; rates are fractions (section 2.2).

    ``printed_net`` is E of the special VAT invoice: it wins, and the rebate is then taken from it. ``fob_base``
    serves MANUFACTURER only; without a ``special_invoice`` nothing is credited under MANUFACTURER and TAXED.
    """
    net = printed_net if printed_net is not None else round_money(gross / (1 + vat), currency)
    input_vat = gross - net
    rebate = Decimal(0)
    lost = Decimal(0)
    if regime is TaxRegime.TRADER:
        rate = rebate_rate(table_rate, vat)
        rebate = (
            round_money(net * rate, currency)
            if printed_net is not None
            else round_money(gross * rate / (1 + vat), currency)
        )
        lost = input_vat - rebate
    elif regime is TaxRegime.MANUFACTURER:
        lost = round_money(fob_base * (vat - rebate_rate(table_rate, vat)), currency)
    if _keeps_nothing(regime, special_invoice):
        lost += input_vat
    return PurchaseVat(gross, net, input_vat, rebate, lost, net + lost)


def kept_back(found: PurchaseVat, regime: TaxRegime, *, special_invoice: bool = True) -> Decimal:
    """Answer the part of a purchase that does not become cost: the rebate, else the input VAT that is credited.

    A manufacturer credits it within the month, a taxed export against its output VAT, both by a special invoice
    only; a firm without Chinese VAT recovers it; NO_REFUND keeps nothing back (section 2.2).
    """
    if regime is TaxRegime.TRADER:
        return found.rebate
    if _keeps_nothing(regime, special_invoice):
        return Decimal(0)
    return found.input_vat


def deduction_code(regime: TaxRegime) -> str:
    """Answer the cost category under which `kept_back` stands: REB for a rebate, VAT for credited input VAT."""
    return "REB" if regime in {TaxRegime.TRADER, TaxRegime.NO_REFUND} else "VAT"


def output_vat(fob_base: Decimal, own_rate: Decimal, currency: str = "CNY") -> Decimal:
    """Answer the output VAT of regime TAXED, ``round(FOB / (1+w) x w)``, cost code OVT."""
    return round_money(fob_base / (1 + own_rate) * own_rate, currency)


EXPORT_VAT_CODES = {TaxRegime.MANUFACTURER: "NCV", TaxRegime.TAXED: "OVT"}
"""The cost category of the VAT that an export itself costs, of the regimes under which it does."""
BEFORE_FOB = frozenset(("FRT", "INS"))
"""The costs that an invoice holds beside its FOB value (section 16.11)."""


def export_vat(
    fob_base: Decimal, vat: Decimal, table_rate: Decimal, regime: TaxRegime, currency: str = "CNY"
) -> Decimal:
    """Answer the VAT that goods of an FOB value in base cost by being exported; rates are fractions (section 2.2)."""
    if regime is TaxRegime.TAXED:
        return output_vat(fob_base, vat, currency)
    if regime is TaxRegime.MANUFACTURER:
        return round_money(fob_base * (vat - rebate_rate(table_rate, vat)), currency)
    return Decimal(0)


def fob_share(vat: Decimal, table_rate: Decimal, regime: TaxRegime) -> Decimal:
    """Answer the fraction of the FOB value that `export_vat` is, unrounded: what a price has to bear of itself."""
    if regime is TaxRegime.TAXED:
        return vat / (1 + vat)
    return vat - rebate_rate(table_rate, vat) if regime is TaxRegime.MANUFACTURER else Decimal(0)


@dataclass(frozen=True, slots=True)
class ExportedGoods:
    """Goods of one HS code that left in a month: FOB value in base, statutory VAT rate and table rate (16.11).

    ``duty_free`` is the worth of inputs that came in free of duty for them.
    """

    fob: Decimal
    vat: Decimal
    table_rate: Decimal
    duty_free: Decimal = Decimal(0)

    def not_creditable(self, currency: str = "CNY") -> Decimal:
        """Answer ``FOB x (v - r)``, the input VAT that becomes cost."""
        rate = rebate_rate(self.table_rate, self.vat)
        return round_money((self.fob - self.duty_free) * (self.vat - rate), currency)

    def cap(self, currency: str = "CNY") -> Decimal:
        """Answer ``FOB x r``, the most that credit and refund may come to."""
        return round_money((self.fob - self.duty_free) * rebate_rate(self.table_rate, self.vat), currency)


@dataclass(frozen=True, slots=True)
class ManufacturerMonth:
    """The month of a manufacturer in base money; ``tax`` below zero is what remains to credit."""

    non_creditable: Decimal
    tax: Decimal
    cap: Decimal
    refund: Decimal
    credited: Decimal
    carried: Decimal


def manufacturer_month(
    goods: Sequence[ExportedGoods],
    *,
    input_vat: Decimal,
    output: Decimal,
    carried: Decimal = Decimal(0),
    currency: str = "CNY",
) -> ManufacturerMonth:
    """Answer the exempt-credit-refund (免抵退) figures of a month, summed over HS codes (sections 2.2 and 16.11)."""
    non_creditable = sum((each.not_creditable(currency) for each in goods), Decimal(0))
    cap = sum((each.cap(currency) for each in goods), Decimal(0))
    tax = output - (input_vat - non_creditable) - carried
    excess = max(Decimal(0), -tax)
    refund = min(cap, excess)
    return ManufacturerMonth(non_creditable, tax, cap, refund, cap - refund, excess - refund)
