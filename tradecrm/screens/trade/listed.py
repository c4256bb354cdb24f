"""Prices of the price lists in the lines of an offer: taken with the product, and again with the quantity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradecrm.core.incoterms import RULES
from tradecrm.core.links import Link
from tradecrm.core.price_policy import ListPrice, best_price, price_basis
from tradecrm.screens.draft import Draft, Line, Ref, as_number
from tradecrm.screens.spec import PickerSpec
from tradecrm.screens.trade.pickers import product_ref
from tradecrm.services.trade.price_lists import customer_prices
from tradecrm.services.trade.products import product_picker

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

_LIMIT = 20


def quoted_products(reader: Reader, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer products with the listed prices that the customer of the offer may have in its currency."""
    customer, currency = within.get("customer"), str(within.get("currency") or "")
    choices = product_picker(reader, text, _LIMIT)
    party = int(customer.id) if isinstance(customer, Ref) else 0
    grade, prices = customer_prices(reader, [each.id for each in choices], currency, party)
    refs = []
    for choice in choices:
        ref = product_ref(choice)
        listed = {"listed": tuple(prices.get(choice.id, ())), "grade": grade}
        refs.append(replace(ref, extra={**ref.extra, **listed}))
    return refs


QUOTED_PRODUCT = PickerSpec(quoted_products, Link.to("product"), "product")
WITHIN = (".customer", ".currency")
"""What the picker of products asks of the head of the offer."""


def take_listed(draft: Draft, changed: str) -> Draft:
    """Take the listed price of a line whose product or quantity changed; a price typed by hand stays.

    A list counts when its Incoterm holds the same as the offer's: goods, freight, insurance. Pure.
    """
    parts = changed.split(".", 2)
    if len(parts) != 3 or parts[2] not in {"product", "quantity"}:
        return draft
    rows, number = list(draft.rows()), int(parts[1])
    product = rows[number].get("product") if number < len(rows) else None
    listed = product.extra.get("listed") if isinstance(product, Ref) else None
    if not isinstance(product, Ref) or not isinstance(listed, tuple) or not listed:
        return draft
    found = _holding(draft, rows[number], listed, str(product.extra.get("grade") or ""))
    price = as_number(rows[number].get("price"))
    known = {each.price for each in listed} | {as_number(product.extra.get("price")), None}
    if found is None or (parts[2] == "quantity" and price not in known):
        return draft
    rows[number] = {**rows[number], "price": found.price}
    return draft.put_rows("lines", rows)


def _holding(draft: Draft, line: Line, listed: tuple[ListPrice, ...], grade: str) -> ListPrice | None:
    """Answer the listed price that holds for the quantity of a line, None where no list has one."""
    incoterm, day = draft.text("incoterm"), draft.day("day")
    if incoterm not in RULES or day is None:
        return None
    return best_price(
        [each for each in listed if price_basis(each.incoterm) is price_basis(incoterm)],
        party_id=draft.ref_id("customer") or 0,
        grade=grade,
        day=day,
        quantity=as_number(line.get("quantity")) or Decimal(1),
    )
