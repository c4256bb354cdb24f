"""Rebate claims (退税申报): what an invoice line gives a declared item, when it must be filed (domain.md 1.8, 2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.dates import add_months, day_in_month
from tradecrm.core.money import round_money
from tradecrm.core.rebate import rebate_rate
from tradecrm.core.text import N_

ZERO = Decimal(0)
PRINTED_TOLERANCE = Decimal("0.05")
"""How far the lines of a printed invoice may stray from its totals, in base (section 11)."""

LAST_MONTHS = 36
FIRST_LIMITED = date(2026, 1, 1)
"""Exports from this day on are taxed as domestic sales when they are not claimed within LAST_MONTHS (section 1.8)."""

INVOICE_KINDS: tuple[tuple[str, str], ...] = (
    ("special", N_("Special VAT invoice")),
    ("ordinary", N_("Ordinary invoice")),
)


@dataclass(frozen=True, slots=True)
class InvoicedLine:
    """A line of a VAT invoice with what earlier claims took of it; amounts in base, the rate a fraction."""

    id: int
    hs_code: str
    unit: str
    quantity: Decimal
    net: Decimal
    vat_rate: Decimal
    used_quantity: Decimal = ZERO
    used_net: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """Answer the quantity that is still available."""
        return self.quantity - self.used_quantity


@dataclass(frozen=True, slots=True)
class DeclaredItem:
    """An item of a declaration with what is matched of it already; the rebate rate a fraction."""

    id: int
    hs_code: str
    unit: str
    quantity: Decimal
    rebate_rate: Decimal
    matched: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """Answer the quantity that no claim has taken yet."""
        return self.quantity - self.matched


@dataclass(frozen=True, slots=True)
class Match:
    """A declared item matched with a line of an invoice: E claimed in base, rate, and the rebate of it."""

    declared_id: int
    invoiced_id: int
    quantity: Decimal
    net: Decimal
    rate: Decimal
    rebate: Decimal


def plain_code(hs_code: str) -> str:
    """Answer the digits of an HS code: customs writes it with dots and without."""
    return "".join(sign for sign in hs_code if sign.isalnum()).upper()


def same_goods(declared: DeclaredItem, invoiced: InvoicedLine) -> bool:
    """Tell whether both are of one product and unit: the same HS code and the same unit (section 1.8)."""
    return plain_code(declared.hs_code) == plain_code(invoiced.hs_code) != "" and (
        declared.unit.strip().casefold() == invoiced.unit.strip().casefold()
    )


def claimed_net(invoiced: InvoicedLine, quantity: Decimal, currency: str = "CNY") -> Decimal:
    """Answer ``round(E x quantity / invoiced)``; what empties the line takes the rest of E, so none is lost."""
    if quantity == invoiced.left:
        return invoiced.net - invoiced.used_net
    return round_money(invoiced.net * quantity / invoiced.quantity, currency)


def match(declared: DeclaredItem, invoiced: InvoicedLine, quantity: Decimal, currency: str = "CNY") -> Match:
    """Answer the claim line of ``quantity``: E, ``min(rebate rate, VAT printed)`` and ``round(E x rate)`` (2.2)."""
    net = claimed_net(invoiced, quantity, currency)
    rate = rebate_rate(declared.rebate_rate, invoiced.vat_rate)
    return Match(declared.id, invoiced.id, quantity, net, rate, round_money(net * rate, currency))


def propose_matches(
    declared: Iterable[DeclaredItem], invoiced: Sequence[InvoicedLine], currency: str = "CNY"
) -> tuple[Match, ...]:
    """Match every declared item with invoices: one that holds all of it first, else several in their order.

    Items that bear no rebate are left out; what no invoice covers stays unmatched.
    """
    left = {line.id: line for line in invoiced}
    found = []
    for item in declared:
        need = item.left if item.rebate_rate > 0 else ZERO
        while need > 0:
            fitting = [line for line in left.values() if line.left > 0 and same_goods(item, line)]
            if not fitting:
                break
            line = min(
                (each for each in fitting if each.left >= need),
                key=lambda each: each.left,
                default=fitting[0],
            )
            part = match(item, line, min(need, line.left), currency)
            found.append(part)
            need -= part.quantity
            left[line.id] = InvoicedLine(
                line.id,
                line.hs_code,
                line.unit,
                line.quantity,
                line.net,
                line.vat_rate,
                line.used_quantity + part.quantity,
                line.used_net + part.net,
            )
    return tuple(found)


def filing_deadline(exported: date, month_day: str = "04-30") -> date:
    """Answer the last day of filing: ``month_day`` (MM-DD) of the year after the export (section 1.8)."""
    month, _dash, day = month_day.partition("-")
    return day_in_month(exported.year + 1, int(month), int(day))


def last_day(exported: date) -> date | None:
    """Answer the day after which the export is taxed as a domestic sale; None for exports before 2026."""
    return add_months(exported, LAST_MONTHS) if exported >= FIRST_LIMITED else None


def warning_stage(due_on: date, today: date, warnings: Sequence[int]) -> int | None:
    """Answer which warning holds today, such as 90, 30 or 7 days before; 0 once the day is past, None before all."""
    days = (due_on - today).days
    if days < 0:
        return 0
    reached = [each for each in warnings if days <= each]
    return min(reached) if reached else None
