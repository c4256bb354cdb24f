"""Prices of a paper whose currency changes: put into the new money, so that JPY 545 does not become USD 545."""

from __future__ import annotations

from decimal import Decimal

from tradecrm.core.money import minor_units, round_money, round_to
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Line, Ref, as_number, with_cells
from tradecrm.screens.spec import Badge, Tone

_ONE = Decimal(1)
_FINE = 4
"""Decimals of a converted price below one; others have those of the money, two at least."""


def reprice(draft: Draft) -> Draft:
    """Put the prices into the currency of the head by the budget rates, rounded once (section 11, cross rate); pure.

    Going back to the currency they came from brings back the prices as they were typed. Without a rate of either
    currency they stay as they are.
    """
    currency, before = draft.text("currency"), draft.text("priced_in")
    new = budget_rate(draft, currency)
    if new is None or before == currency:
        return draft
    old, rows = budget_rate(draft, before), draft.rows()
    if old is None or not any(as_number(row.get("price")) for row in rows):
        return draft.put(priced_in=currency)
    prices = tuple(as_number(row.get("price")) for row in rows)
    typed = _typed_before(draft, currency, prices)
    made = typed or tuple(_price(each, old, new, currency) for each in prices)
    lines: list[Line] = []
    for row, price in zip(rows, made, strict=True):
        floor = _price(as_number(row.get("floor")), old, new, currency)
        lines.append(with_cells(row, price=price, **({"floor": floor} if "floor" in row else {})))
    fixed = draft.number("adjust_amount")
    if fixed:
        draft = draft.put(adjust_amount=round_money(fixed * old / new, currency))
    kept = Ref(0, "", extra={"currency": before, "prices": prices, "made": made})
    return draft.put_rows("lines", lines).put(
        priced_in=currency, priced_before=kept, repriced_from="" if typed else before
    )


def repriced_badges(draft: Draft) -> tuple[Badge, ...]:
    """Say that the prices were converted, until they are saved."""
    before = draft.text("repriced_from")
    if not before:
        return ()
    return (Badge(_("Prices converted from {currency}").format(currency=before), Tone.WARN),)


def budget_rate(draft: Draft, currency: str) -> Decimal | None:
    """Answer the budget rate of a currency, 1 for base, None where the table has none."""
    if currency and currency == draft.text("base"):
        return _ONE
    rates = draft.ref("rates")
    return as_number(rates.extra.get(currency)) if rates is not None else None


def _price(price: Decimal | None, old: Decimal, new: Decimal, currency: str) -> Decimal | None:
    if price is None:
        return None
    found = price * old / new
    return round_to(found, max(2, minor_units(currency)) if found >= 1 else _FINE)


def _typed_before(
    draft: Draft, currency: str, prices: tuple[Decimal | None, ...]
) -> tuple[Decimal | None, ...] | None:
    """Answer the prices as they were before they left this currency, None once one of them was typed anew."""
    kept = draft.ref("priced_before")
    if kept is None or kept.extra.get("currency") != currency or kept.extra.get("made") != prices:
        return None
    found = kept.extra.get("prices")
    return found if isinstance(found, tuple) else None
