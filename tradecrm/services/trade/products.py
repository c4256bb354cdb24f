"""Products with their packing data: written, archived, shown as a card and picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.currencies import is_currency
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Party, Product
from tradecrm.models.base import Scaled
from tradecrm.services.data.search import keep_search_terms, tiers
from tradecrm.services.work import Reader, Work, operation


@dataclass(frozen=True, slots=True)
class SaveProduct:
    """A product to be written: lengths in cm, weights in kg, rates as fractions, cost in base with VAT.

    Without ``id`` a new one. ``per_carton`` is pieces a carton, ``unit_net_weight`` the weight of one piece.
    ``floor`` is the lowest FOB price without approval, in ``floor_currency`` (section 6).
    """

    code: str = ""
    name_en: str = ""
    name_cn: str = ""
    specification: str = ""
    category: str = ""
    unit: str = "pcs"
    hs_code: str = ""
    price: Decimal | None = None
    price_currency: str = "USD"
    cost: Decimal | None = None
    vat_rate: Decimal = Decimal("0.13")
    rebate_rate: Decimal = Decimal("0.13")
    supplier_id: int | None = None
    per_carton: Decimal | None = None
    carton_length: Decimal | None = None
    carton_width: Decimal | None = None
    carton_height: Decimal | None = None
    unit_net_weight: Decimal | None = None
    carton_tare: Decimal | None = None
    floor: Decimal | None = None
    floor_currency: str = "USD"
    id: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class ArchiveProduct:
    """A product put away, or taken out again; papers keep their copies of it."""

    product_id: int
    version: int
    archived: bool = True


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product as its page shows it; ``draft`` is what its form edits."""

    id: int
    archived: bool
    supplier: str
    created_at: datetime
    updated_at: datetime
    draft: SaveProduct


COLUMNS = tuple(field.name for field in fields(SaveProduct) if field.name not in {"id", "version"})
_POSITIVE = ("per_carton", "carton_length", "carton_width", "carton_height")
_NOT_NEGATIVE = ("price", "cost", "floor", "unit_net_weight", "carton_tare")


def check_product(command: SaveProduct) -> list[Problem]:
    """Answer everything that is wrong with a product, each at its field (packing: domain.md section 9.2)."""
    problems = []
    if not command.code.strip():
        problems.append(Problem("code", _("Give the item number.")))
    if not command.name_en.strip():
        problems.append(Problem("name_en", _("Give the English name, as papers print it.")))
    if not command.unit.strip():
        problems.append(Problem("unit", _("Give the unit, such as pcs or set.")))
    for name in ("price_currency", "floor_currency"):
        code = getattr(command, name)
        if not is_currency(code):
            problems.append(Problem(name, _("There is no currency with the code {code}.").format(code=code)))
    digits = command.hs_code.replace(".", "").replace(" ", "")
    if digits and not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 13):
        problems.append(Problem("hs_code", _("An HS code is a number of 4 to 13 digits.")))
    problems += [
        Problem(name, _("A rate is between 0 and 100 %."))
        for name in ("vat_rate", "rebate_rate")
        if not 0 <= getattr(command, name) <= 1
    ]
    if command.rebate_rate > command.vat_rate:
        problems.append(Problem("rebate_rate", _("The rebate cannot be more than the VAT paid.")))
    return problems + _check_numbers(command) + _check_lengths(command)


def _check_numbers(command: SaveProduct) -> list[Problem]:
    problems = []
    for name in (*_POSITIVE, *_NOT_NEGATIVE):
        value = getattr(command, name)
        if value is None:
            continue
        if value < 0 or (value == 0 and name in _POSITIVE):
            problems.append(Problem(name, _("This must be above zero.")))
        scale = _type_of(name).scale
        if value != round(value, scale):
            problems.append(Problem(name, _("This has more than {scale} decimals.").format(scale=scale)))
    sizes = [getattr(command, name) for name in _POSITIVE[1:]]
    if any(sizes) and not all(sizes):
        problems.append(Problem("carton_length", _("A carton has length, width and height; give all three.")))
    if all(sizes) and command.per_carton is None:
        problems.append(Problem("per_carton", _("Say how many pieces go into a carton.")))
    return problems


def _type_of(name: str) -> Scaled:
    kept: Any = getattr(Product, name).type
    assert isinstance(kept, Scaled)
    return kept


def _check_lengths(command: SaveProduct) -> list[Problem]:
    problems = []
    for name in COLUMNS:
        value = getattr(command, name)
        size = getattr(getattr(Product, name).type, "length", None)
        if isinstance(value, str) and size is not None and len(value.strip()) > size:
            problems.append(
                Problem(name, _("This is longer than {size} letters. Shorten it.").format(size=size))
            )
    return problems


@operation("product.write", check=check_product)
def save_product(work: Work, command: SaveProduct) -> int:
    """Write a product and answer its id; a code stands for one product only.

    Raises Conflict when it is no longer the version that was read.
    """
    code = command.code.strip()
    holder = work.session.scalar(select(Product.id).where(Product.code == code))
    if holder is not None and holder != command.id:
        raise Refusal.of(_("There is a product {code} already.").format(code=code), "code")
    if command.supplier_id is not None:
        work.get(Party, command.supplier_id, _("Supplier"))
    if command.id is None:
        product = Product(owner_id=work.actor.person_id)
    else:
        product = work.get(Product, command.id, _("Product"))
        work.demand_version(product, command.version, product.code)
    for name in COLUMNS:
        value = getattr(command, name)
        setattr(product, name, value.strip() if isinstance(value, str) else value)
    product.updated_at = work.now
    work.add(product)
    keep_search_terms(work, "product", product.id)
    return product.id


@operation("product.write")
def archive_product(work: Work, command: ArchiveProduct) -> None:
    """Put a product away or take it out again."""
    product = work.get(Product, command.product_id, _("Product"))
    work.demand_version(product, command.version, product.code)
    product.archived = command.archived
    product.updated_at = work.now


def product_card(reader: Reader, product_id: int) -> ProductCard:
    """Answer one product; raises NotFound."""
    product = reader.get(Product, product_id, _("Product"))
    supplier = ""
    if product.supplier_id is not None:
        supplier = reader.session.scalar(select(Party.name).where(Party.id == product.supplier_id)) or ""
    draft = SaveProduct(
        **{name: getattr(product, name) for name in COLUMNS}, id=product.id, version=product.version
    )
    return ProductCard(product.id, product.archived, supplier, product.created_at, product.updated_at, draft)


@dataclass(frozen=True, slots=True)
class ProductChoice:
    """A product in a picker, with everything a line of a paper copies from it."""

    id: int
    code: str
    name_en: str
    name_cn: str
    specification: str
    unit: str
    hs_code: str
    price: Decimal | None
    price_currency: str
    cost: Decimal | None
    vat_rate: Decimal
    rebate_rate: Decimal
    supplier_id: int | None
    per_carton: Decimal | None
    carton_length: Decimal | None
    carton_width: Decimal | None
    carton_height: Decimal | None
    unit_net_weight: Decimal | None
    carton_tare: Decimal | None


def product_picker(reader: Reader, text: str = "", limit: int = 50) -> tuple[ProductChoice, ...]:
    """Answer products for type-ahead, best first; without a text those last used. Archived ones are left out."""
    condition = Product.archived.is_(False)
    columns: Any = select(*(getattr(Product, field.name) for field in fields(ProductChoice)))
    if not text.strip():
        recent = columns.where(condition).order_by(Product.updated_at.desc(), Product.id.desc()).limit(limit)
        return _choices(reader.session.execute(recent))
    ids = [row[0] for _rank, row in tiers(reader, "product", text, condition)[0]][:limit]
    rows = {row.id: row for row in _choices(reader.session.execute(columns.where(Product.id.in_(ids))))}
    return tuple(rows[number] for number in ids)


def _choices(rows: Sequence[Any] | Any) -> tuple[ProductChoice, ...]:
    return tuple(ProductChoice(*row) for row in rows)
