"""Price lists (价格表): written with quantity breaks and floors, and asked for the price that holds (section 6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.currencies import is_currency
from tradecrm.core.incoterms import RULES
from tradecrm.core.price_policy import ListPrice, best_price
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Party, PriceList, PriceListLine, Product
from tradecrm.services.trade.sale_papers import name_of
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
PRICE_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class PriceLineDraft:
    """A price as typed, from a quantity on; price and floor in the currency of the list."""

    product_id: int
    price: Decimal
    from_quantity: Decimal = ZERO
    floor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SavePriceList:
    """A price list as typed: for one ``party_id``, for a ``grade``, or with neither for everyone.

    ``max_discount`` is a fraction, None for no limit; ``id`` and ``version`` name the one that is edited.
    """

    name: str
    currency: str
    incoterm: str = "FOB"
    grade: str = ""
    party_id: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    max_discount: Decimal | None = None
    active: bool = True
    lines: tuple[PriceLineDraft, ...] = ()
    id: int | None = None
    version: int | None = None


HEADER = (
    "name",
    "currency",
    "incoterm",
    "grade",
    "party_id",
    "valid_from",
    "valid_until",
    "max_discount",
    "active",
)
"""What is typed into the head of a price list."""


def check_price_list(command: SavePriceList) -> list[Problem]:
    """Answer everything that is wrong with a price list, each at its field."""
    problems = []
    if not command.name.strip():
        problems.append(Problem("name", _("Give the price list a name.")))
    if not is_currency(command.currency):
        problems.append(
            Problem("currency", _("There is no currency with the code {code}.").format(code=command.currency))
        )
    if command.incoterm not in RULES:
        problems.append(
            Problem(
                "incoterm",
                _("{rule} is not one of the eleven Incoterms 2020 rules.").format(
                    rule=command.incoterm or "?"
                ),
            )
        )
    if command.grade and command.party_id is not None:
        problems.append(Problem("grade", _("A list is for a grade or for one customer, not for both.")))
    if command.valid_from and command.valid_until and command.valid_until < command.valid_from:
        problems.append(Problem("valid_until", _("The validity ends before it begins.")))
    if command.max_discount is not None and not ZERO <= command.max_discount < 1:
        problems.append(Problem("max_discount", _("The discount must be between 0 and 100 %.")))
    return problems + _check_lines(command)


def _check_lines(command: SavePriceList) -> list[Problem]:
    """Answer what is wrong with the lines; a product has one price from each quantity."""
    problems = []
    seen: set[tuple[int, Decimal]] = set()
    for position, line in enumerate(command.lines):
        at = f"lines.{position}"
        if line.price <= 0:
            problems.append(Problem(f"{at}.price", _("The price must be above zero.")))
        if line.from_quantity < 0:
            problems.append(Problem(f"{at}.from_quantity", _("This must not be below zero.")))
        if line.floor is not None and line.floor > line.price:
            problems.append(Problem(f"{at}.floor", _("The floor is above the price.")))
        for name in ("price", "floor"):
            value = getattr(line, name)
            if value is not None and value != round(value, PRICE_DECIMALS):
                words = _("This has more than {scale} decimals.").format(scale=PRICE_DECIMALS)
                problems.append(Problem(f"{at}.{name}", words))
        key = (line.product_id, line.from_quantity)
        if key in seen:
            problems.append(
                Problem(f"{at}.from_quantity", _("This product has a price from this quantity already."))
            )
        seen.add(key)
    return problems


@operation("price.write", check=check_price_list)
def save_price_list(work: Work, command: SavePriceList) -> int:
    """Write a price list with all its lines and answer its id; a name stands for one list only.

    Raises Conflict when it is no longer the version that was read. Papers keep the prices they were given.
    """
    name = command.name.strip()
    holder = work.session.scalar(select(PriceList.id).where(PriceList.name == name))
    if holder is not None and holder != command.id:
        raise Refusal.of(_("There is a price list {name} already.").format(name=name), "name")
    if command.party_id is not None:
        customer = work.get(Party, command.party_id, _("Customer"))
        if not customer.is_customer:
            raise Refusal.of(_("{name} is not a customer.").format(name=customer.name), "party_id")
    row = PriceList() if command.id is None else work.get(PriceList, command.id, _("Price list"))
    if command.id is not None:
        work.demand_version(row, command.version, row.name)
    for key in HEADER:
        value = getattr(command, key)
        setattr(row, key, value.strip() if isinstance(value, str) else value)
    row.updated_at = work.now
    work.add(row)
    _write_lines(work, row, command)
    return row.id


def _write_lines(work: Work, row: PriceList, command: SavePriceList) -> None:
    for old in work.session.scalars(select(PriceListLine).where(PriceListLine.price_list_id == row.id)):
        work.session.delete(old)
    work.session.flush()
    for line in command.lines:
        work.get(Product, line.product_id, _("Product"))
        work.session.add(
            PriceListLine(
                price_list_id=row.id,
                product_id=line.product_id,
                from_quantity=line.from_quantity,
                price=line.price,
                floor=line.floor,
            )
        )
    work.session.flush()


@dataclass(frozen=True, slots=True)
class PriceLineCard:
    """A line of a price list with its product in words, factory price in base currency and tax rates."""

    product_id: int
    code: str
    name: str
    unit: str
    from_quantity: Decimal
    price: Decimal
    floor: Decimal | None
    cost: Decimal | None
    vat_rate: Decimal
    rebate_rate: Decimal


@dataclass(frozen=True, slots=True)
class PriceListCard:
    """A price list as its form edits it: ``values`` holds the columns of the head by name."""

    id: int
    version: int
    customer: str
    values: dict[str, Any]
    lines: tuple[PriceLineCard, ...]


def price_list_card(reader: Reader, list_id: int) -> PriceListCard:
    """Answer one price list, its lines by item number and quantity; raises NotFound."""
    row = reader.get(PriceList, list_id, _("Price list"))
    lines = reader.session.execute(
        select(PriceListLine, Product)
        .join(Product, Product.id == PriceListLine.product_id)
        .where(PriceListLine.price_list_id == list_id)
        .order_by(Product.code, PriceListLine.from_quantity)
    )
    return PriceListCard(
        row.id,
        row.version,
        name_of(reader, Party, row.party_id),
        {name: getattr(row, name) for name in HEADER},
        tuple(
            PriceLineCard(
                product.id,
                product.code,
                product.name_en,
                product.unit,
                line.from_quantity,
                line.price,
                line.floor,
                product.cost,
                product.vat_rate,
                product.rebate_rate,
            )
            for line, product in lines
        ),
    )


def prices_for(
    reader: Reader, products: Collection[int], currency: str, party_id: int, grade: str
) -> dict[int, list[ListPrice]]:
    """Answer the listed prices of products in a currency that may be a customer's, of lists in use, by product."""
    if not products:
        return {}
    rows = reader.session.execute(
        select(PriceListLine, PriceList)
        .join(PriceList, PriceList.id == PriceListLine.price_list_id)
        .where(
            PriceListLine.product_id.in_(sorted(products)),
            PriceList.currency == currency,
            PriceList.active.is_(True),
            PriceList.party_id.is_(None) | (PriceList.party_id == party_id),
            PriceList.grade.in_(("", grade)),
        )
    )
    found: dict[int, list[ListPrice]] = {}
    for line, row in rows:
        found.setdefault(line.product_id, []).append(
            ListPrice(
                row.name,
                row.incoterm,
                line.price,
                line.floor,
                line.from_quantity,
                row.grade,
                row.party_id,
                row.valid_from,
                row.valid_until,
                row.max_discount,
            )
        )
    return found


def customer_prices(
    reader: Reader, products: Collection[int], currency: str, customer_id: int
) -> tuple[str, dict[int, list[ListPrice]]]:
    """Answer the grade of a customer and the listed prices that may be theirs, by product."""
    grade = reader.session.scalar(select(Party.grade).where(Party.id == customer_id)) or ""
    return grade, prices_for(reader, products, currency, customer_id, grade)


@dataclass(frozen=True, slots=True)
class PriceQuestion:
    """What a price is asked for: products with their quantities, for a customer, in a currency, on a day."""

    customer_id: int
    currency: str
    day: date
    quantities: tuple[tuple[int, Decimal], ...]


def listed_prices(reader: Reader, question: PriceQuestion) -> tuple[ListPrice | None, ...]:
    """Answer the listed price that holds for each product and quantity asked, None where no list has one.

    The customer's own list goes before that of the grade, that before everyone's; prices stay in the list's
    Incoterm.
    """
    products = {product for product, _quantity in question.quantities}
    grade, found = customer_prices(reader, products, question.currency, question.customer_id)
    return tuple(
        best_price(
            found.get(product, ()),
            party_id=question.customer_id,
            grade=grade,
            day=question.day,
            quantity=quantity,
        )
        for product, quantity in question.quantities
    )
