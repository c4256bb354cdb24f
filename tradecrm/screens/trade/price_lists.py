"""The form of a price list (价格表): for whom, how long, prices from a quantity on, and their floors."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rebate import TaxRegime
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.spec import (
    Badge,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    Section,
    Tone,
)
from tradecrm.screens.trade.pickers import CUSTOMER, PRODUCT
from tradecrm.screens.trade.words import INCOTERMS, figure, percent
from tradecrm.services.trade.contract_card import budget_rates
from tradecrm.services.trade.floors import Bought, cost_floor
from tradecrm.services.trade.price_lists import (
    PriceLineDraft,
    SavePriceList,
    check_price_list,
    price_list_card,
    save_price_list,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
_COPIED = ("cost", "vat_rate", "rebate_rate")


def _hidden(reader: Reader) -> dict[str, Value]:
    """Answer what the suggested floors need and no field shows."""
    settings = reader.settings
    return {
        "rates": Ref(0, "", extra=budget_rates(reader, reader.today)),
        "regime": settings.tax_regime,
        "least_margin": settings.min_margin,
        "price_step": settings.price_step,
        "sees_cost": reader.actor.can("profit.read"),
    }


def load_price_list(reader: Reader, list_id: int) -> Draft:
    """Answer a price list's draft; raises NotFound."""
    card = price_list_card(reader, list_id)
    values: dict[str, Value] = dict(card.values)
    party = card.values["party_id"]
    values["customer"] = None if party is None else Ref(party, card.customer)
    values.update(_hidden(reader))
    lines: list[Line] = [
        {
            "product": Ref(line.product_id, line.name, line.code),
            "description": line.name,
            "unit": line.unit,
            "from_quantity": line.from_quantity,
            "price": line.price,
            "floor": line.floor,
            **{name: getattr(line, name) for name in _COPIED},
        }
        for line in card.lines
    ]
    return derive_price_list(Draft(values, {"lines": tuple(lines)}, card.id, card.version), "")


def blank_price_list(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new price list that begins today."""
    values: dict[str, Value] = {
        "name": str(link.param("name") or ""),
        "currency": "USD",
        "incoterm": "FOB",
        "grade": "",
        "customer": None,
        "valid_from": reader.today,
        "active": True,
        **_hidden(reader),
    }
    return Draft(values)


def derive_price_list(draft: Draft, changed: str) -> Draft:
    """Fill a line from its product and show the floor that its cost makes (domain.md section 6)."""
    rows = [dict(row) for row in draft.rows()]
    if changed.startswith("lines.") and changed.endswith(".product"):
        number = int(changed.split(".", 2)[1])
        product = rows[number].get("product") if number < len(rows) else None
        if isinstance(product, Ref) and product.extra:
            extra = cast("Mapping[str, Any]", product.extra)
            rows[number].update({name: extra.get(name) for name in (*_COPIED, "unit")})
            rows[number]["description"] = product.label
            if rows[number].get("price") is None and extra.get("price_currency") == draft.text("currency"):
                rows[number]["price"] = extra.get("price")
    for row in rows:
        row["cost_floor"] = _cost_floor(draft, row)
    return draft.put_rows("lines", rows)


def _cost_floor(draft: Draft, row: Line) -> Decimal | None:
    """Answer the floor from net cost and least margin at the budget rate; None where it cannot be known."""
    rates = draft.ref("rates")
    rate = as_number(rates.extra.get(draft.text("currency"))) if rates is not None else None
    cost, vat, rebate = (as_number(row.get(name)) for name in _COPIED)
    if not rate or cost is None or vat is None or rebate is None or not draft.flag("sees_cost"):
        return None
    goods = Bought(cost, vat, rebate, TaxRegime(draft.text("regime") or "TRADER"))
    margin, step = draft.number("least_margin") or ZERO, draft.number("price_step") or Decimal("0.01")
    try:
        return cost_floor(goods, rate, margin, step=step)
    except Refusal:
        return None


def build_price_list(draft: Draft) -> SavePriceList:
    """Answer the command that saves the draft."""
    return SavePriceList(
        name=draft.text("name"),
        currency=draft.text("currency"),
        incoterm=draft.text("incoterm"),
        grade=draft.text("grade").strip(),
        party_id=draft.ref_id("customer"),
        valid_from=draft.day("valid_from"),
        valid_until=draft.day("valid_until"),
        max_discount=draft.number("max_discount"),
        active=draft.flag("active"),
        lines=tuple(
            PriceLineDraft(
                _product(row),
                as_number(row.get("price")) or ZERO,
                as_number(row.get("from_quantity")) or ZERO,
                as_number(row.get("floor")),
            )
            for row in draft.rows()
        ),
        id=draft.id,
        version=draft.version,
    )


def _product(row: Line) -> int:
    product = row.get("product")
    return int(product.id) if isinstance(product, Ref) else 0


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed, at the fields of this form."""
    found = check_price_list(build_price_list(draft))
    found += [
        Problem(f"lines.{number}.product", _("Choose the product."))
        for number, row in enumerate(draft.rows())
        if not _product(row)
    ]
    return found


def _policy_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer in words whom the list is for and what it does to a quotation."""
    if draft.ref("customer") is not None:
        who = _("For this customer only; it goes before every other list.")
    elif draft.text("grade").strip():
        who = _("For customers of grade {grade}; it goes before the list for everyone.").format(
            grade=draft.text("grade").strip()
        )
    else:
        who = _("For everyone, where no list of the customer or the grade has a price.")
    facts = [Fact(who, "", muted=True)]
    discount = draft.number("max_discount")
    if discount is not None:
        facts.append(Fact(_("More discount needs approval"), f"> {percent(discount)}"))
    floors = [row for row in draft.rows() if as_number(row.get("floor")) is not None]
    facts.append(Fact(_("Floors set by hand"), f"{len(floors)}"))
    facts.append(Fact(_("Other floors: cost and least margin"), percent(draft.number("least_margin"))))
    below = [
        number
        for number, row in enumerate(draft.rows(), 1)
        if (as_number(row.get("floor")) or as_number(row.get("price")) or ZERO)
        < (as_number(row.get("cost_floor")) or ZERO)
    ]
    if below:
        words = ", ".join(str(number) for number in below[:_SHOWN])
        facts.append(Fact(_("Lines under the least margin"), words, Tone.WARN))
    return tuple(facts)


_SHOWN = 6


def _badges(draft: Draft) -> tuple[Badge, ...]:
    return () if draft.flag("active") else (Badge(N_("Not in use")),)


def _summary(draft: Draft) -> list[str]:
    products = {_product(row) for row in draft.rows()} - {0}
    return [
        _("{products} products, {prices} prices").format(
            products=figure(Decimal(len(products)), 0), prices=figure(Decimal(len(draft.rows())), 0)
        )
    ]


PRICE_LIST_FORM = FormSpec(
    key="price_list",
    title=N_("New price list"),
    kind="price_list",
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Name"), required=True, span=4),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=2),
                FieldSpec("incoterm", N_("Incoterm"), K.CHOICE, choices=INCOTERMS, required=True, span=2),
                FieldSpec("valid_from", N_("Valid from"), K.DATE, span=2),
                FieldSpec("valid_until", N_("Valid until"), K.DATE, span=2),
                FieldSpec("customer", N_("For one customer"), K.REF, picker=CUSTOMER, span=4),
                FieldSpec("grade", N_("For a grade"), hint=N_("such as A"), span=2),
                FieldSpec("max_discount", N_("Most discount"), K.PERCENT, span=2),
                FieldSpec("active", N_("In use"), K.BOOL, span=2),
            ),
        ),
    ),
    load=load_price_list,
    blank=blank_price_list,
    save=save_price_list,
    build=build_price_list,
    lines=(
        LinesSpec(
            "lines",
            "",
            (
                FieldSpec("product", N_("Product"), K.REF, picker=PRODUCT, required=True, width=110),
                FieldSpec("description", N_("Description"), width=240, read_only=True),
                FieldSpec("unit", N_("Unit"), width=56, read_only=True),
                FieldSpec("from_quantity", N_("From quantity"), K.QUANTITY, width=100),
                FieldSpec("price", N_("Price"), K.PRICE, required=True, width=90, currency_from=".currency"),
                FieldSpec("floor", N_("Floor"), K.PRICE, width=90, currency_from=".currency"),
                FieldSpec(
                    "cost_floor",
                    N_("Floor by cost"),
                    K.PRICE,
                    width=100,
                    read_only=True,
                    currency_from=".currency",
                    visible=lambda draft: draft.flag("sees_cost"),
                ),
            ),
            summary=_summary,
            placeholder=N_("type an item no. or a name"),
        ),
    ),
    derive=derive_price_list,
    check=check_draft,
    heading=lambda draft: draft.text("name") if draft.id is not None else "",
    badges=_badges,
    panels=(PanelSpec("policy", N_("What it does"), compute=_policy_facts),),
    watches=frozenset({"price_list", "price_list_line", "product"}),
    needs="price.write",
    saved=N_("The price list is saved."),
)
