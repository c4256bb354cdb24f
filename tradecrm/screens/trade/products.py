"""Products: the list, and the form with packing data, prices and tax rates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradecrm.core.containers import CONTAINER_TYPES, ContainerType, fit_cartons
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_number, round_to
from tradecrm.core.packing import Carton, carton_volume
from tradecrm.core.problems import Problem
from tradecrm.core.rebate import purchase_vat
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    ListSpec,
    PanelSpec,
    Row,
    Section,
    Tone,
    ViewSpec,
)
from tradecrm.screens.trade.pickers import SUPPLIER
from tradecrm.services.trade.container_types import container_types
from tradecrm.services.trade.lists import PRODUCTS
from tradecrm.services.trade.products import (
    COLUMNS,
    ArchiveProduct,
    SaveProduct,
    archive_product,
    check_product,
    product_card,
    save_product,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
_IN_USE = (Filter("archived", Op.NO),)


def _supplier_link(row: Row) -> Link | None:
    return Link.to("customer", id=row["supplier_id"]) if row.get("supplier_id") else None


def _archive(rows: Sequence[Row], *, archived: bool) -> ArchiveProduct:
    return ArchiveProduct(int(rows[0]["id"]), int(rows[0]["version"]), archived)


ARCHIVE = ActionSpec(
    "archive",
    N_("Put away"),
    needs="product.write",
    enabled=lambda rows: len(rows) == 1 and not rows[0].get("archived"),
    operation=archive_product,
    command=lambda rows: _archive(rows, archived=True),
    done=N_("The product is put away; papers keep their copies of it."),
)
TAKE_OUT = ActionSpec(
    "take_out",
    N_("Take out again"),
    needs="product.write",
    enabled=lambda rows: len(rows) == 1 and bool(rows[0].get("archived")),
    operation=archive_product,
    command=lambda rows: _archive(rows, archived=False),
    done=N_("The product is in use again."),
)

PRODUCT_LIST = ListSpec(
    key="products",
    title=N_("Products"),
    kind="product",
    source=PRODUCTS,
    columns=(
        ColumnSpec("code", N_("Item no."), K.CODE, link=lambda row: Link.to("product", id=row["id"])),
        ColumnSpec("name_en", N_("English name"), width=240),
        ColumnSpec("name_cn", N_("Chinese name"), width=170),
        ColumnSpec("unit", N_("Unit"), width=60),
        ColumnSpec("price", N_("Price"), K.PRICE, currency_key="price_currency"),
        ColumnSpec("price_currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("cost", N_("Factory price"), K.PRICE),
        ColumnSpec("supplier", N_("Supplier"), width=190, link=_supplier_link),
        ColumnSpec("vat_rate", N_("VAT"), K.PERCENT, hidden_by_default=True),
        ColumnSpec("rebate_rate", N_("Rebate"), K.PERCENT, hidden_by_default=True),
        ColumnSpec("per_carton", N_("Pieces a carton"), K.QUANTITY, hidden_by_default=True),
        ColumnSpec("category", N_("Category"), hidden_by_default=True),
        ColumnSpec("hs_code", N_("HS code"), K.CODE, hidden_by_default=True),
        ColumnSpec("specification", N_("Specification"), hidden_by_default=True),
        ColumnSpec("archived", N_("Put away"), K.BOOL, hidden_by_default=True),
        ColumnSpec("updated_at", N_("Last changed"), K.DATETIME, hidden_by_default=True),
    ),
    opens=lambda row: Link.to("product", id=row["id"]),
    default_sort=(SortKey("code"),),
    views=(
        ViewSpec("in_use", N_("In use"), _IN_USE),
        ViewSpec("no_price", N_("Without a price"), (*_IN_USE, Filter("price", Op.EMPTY))),
        ViewSpec("no_packing", N_("Without packing data"), (*_IN_USE, Filter("per_carton", Op.EMPTY))),
        ViewSpec("put_away", N_("Put away"), (Filter("archived", Op.YES),)),
    ),
    quick_filters=("category", "supplier"),
    actions=(ARCHIVE, TAKE_OUT),
    new=Link.to("product"),
    new_title=N_("New product"),
    import_kind="product",
    paste_kind="product",
    watches=frozenset({"product"}),
    empty_title=N_("No products yet"),
    empty_text=N_(
        "Products hold names, prices, tax rates and packing data, so that lines of contracts fill themselves."
    ),
    icon="products",
)


def load_product(reader: Reader, product_id: int) -> Draft:
    """Answer a product's draft; raises NotFound."""
    card = product_card(reader, product_id)
    values: dict[str, Any] = {name: getattr(card.draft, name) for name in COLUMNS}
    supplier = values.pop("supplier_id")
    values["supplier"] = None if supplier is None else Ref(supplier, card.supplier)
    values["archived"] = card.archived
    values["base"] = reader.base
    values["room"] = _room(reader)
    return derive_product(Draft(values, id=card.id, version=card.draft.version), "")


def blank_product(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new product, with the name a picker was asked for."""
    start = SaveProduct()
    values: dict[str, Any] = {name: getattr(start, name) for name in COLUMNS if name != "supplier_id"}
    values.update(name_en=str(link.param("name") or ""), supplier=None, archived=False, base=reader.base)
    values["room"] = _room(reader)
    return Draft(values)


def _room(reader: Reader) -> Ref:
    return Ref(0, "", extra={"types": container_types(reader)})


def _types(draft: Draft) -> tuple[ContainerType, ...]:
    room = draft.ref("room")
    found = room.extra.get("types") if room is not None else None
    return found if isinstance(found, tuple) else CONTAINER_TYPES


def build_product(draft: Draft) -> SaveProduct:
    """Answer the command that saves the draft."""
    values = {name: draft.get(name) for name in COLUMNS if name != "supplier_id"}
    for name in ("vat_rate", "rebate_rate"):
        values[name] = draft.number(name) or ZERO
    texts = (
        "code",
        "name_en",
        "name_cn",
        "specification",
        "category",
        "unit",
        "hs_code",
        "price_currency",
        "floor_currency",
    )
    values.update({name: draft.text(name) for name in texts})
    return SaveProduct(
        **values,  # type: ignore[arg-type]
        supplier_id=draft.ref_id("supplier"),
        id=draft.id,
        version=draft.version or 0,
    )


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse, while it is typed."""
    return check_product(build_product(draft))


def _carton(draft: Draft) -> Carton | None:
    pieces = draft.number("per_carton")
    sizes = [draft.number(name) for name in ("carton_length", "carton_width", "carton_height")]
    if not pieces or pieces < 0:
        return None
    return Carton(
        pieces,
        sizes[0] or ZERO,
        sizes[1] or ZERO,
        sizes[2] or ZERO,
        draft.number("unit_net_weight") or ZERO,
        draft.number("carton_tare"),
    )


def derive_product(draft: Draft, changed: str) -> Draft:
    """Keep the volume of a carton beside its three lengths, and its full weight beside its parts (section 9.2)."""
    draft = _weigh_carton(draft, changed)
    carton = _carton(draft)
    volume = carton_volume(carton) if carton is not None else ZERO
    return draft.put(volume=round_to(volume, 4) if volume else None)


def _weigh_carton(draft: Draft, changed: str) -> Draft:
    """Take the empty carton from a full one that was typed, else the full one from its parts.

    Of goods that are only known by the full carton the pieces weigh nothing, and all of it counts as the carton:
    the gross weight is right, and a net weight typed later is taken out of it.
    """
    full, tare = draft.number("carton_gross"), draft.number("carton_tare")
    net = (draft.number("unit_net_weight") or ZERO) * (draft.number("per_carton") or ZERO)
    by_full = full is not None and full == tare and changed in ("unit_net_weight", "per_carton")
    if (changed == "carton_gross" or by_full) and full is not None:
        return draft.put(carton_tare=full - net)
    whole = net + (tare or ZERO)
    return draft.put(carton_gross=whole or None)


def packing_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what fits where: volume and weight of a carton, and how many pieces a container takes (9.2)."""
    carton = _carton(draft)
    volume = carton_volume(carton) if carton is not None else ZERO
    if carton is None or volume <= 0:
        return (
            Fact(_("Type pieces a carton and its size to see what fits into a container."), "", muted=True),
        )
    net = carton.unit_net * carton.pieces
    facts = [
        Fact(_("A carton"), f"{format_number(volume, 4)} m³", strong=True),
        Fact(_("Net weight of a carton"), f"{format_number(net, 2)} kg"),
        Fact(_("Gross weight of a carton"), f"{format_number(net + (carton.tare or ZERO), 2)} kg"),
    ]
    for each in _types(draft):
        pieces = (fit_cartons(carton, each).cartons * carton.pieces).normalize()
        words = _("{container} at {volume} m³").format(container=each.code, volume=each.usable.normalize())
        facts.append(Fact(words, f"{pieces:,f} {draft.text('unit')}".strip()))
    return tuple(facts)


def tax_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer the rebate and the net cost of one piece (section 2.2)."""
    cost, vat, rebate = draft.number("cost"), draft.number("vat_rate"), draft.number("rebate_rate")
    if not cost or vat is None or rebate is None:
        return ()
    found = purchase_vat(cost, vat, rebate)
    return (
        Fact(_("Factory price, VAT included"), format_number(cost, 2)),
        Fact(_("Rebate of one"), format_number(found.rebate, 2), Tone.GOOD),
        Fact(_("VAT that stays a cost"), format_number(found.non_refundable, 2)),
        Fact(
            _("Net cost of one"), f"{draft.text('base')} {format_number(cost - found.rebate, 2)}", strong=True
        ),
    )


def _badges(draft: Draft) -> tuple[Badge, ...]:
    return (Badge(N_("Put away")),) if draft.flag("archived") else ()


_INCHES = N_("or 9.5 in")

PRODUCT_FORM = FormSpec(
    key="product",
    title=N_("New product"),
    kind="product",
    sections=(
        Section(
            "",
            (
                FieldSpec("code", N_("Item no."), K.CODE, required=True, span=3),
                FieldSpec("name_en", N_("English name"), required=True, span=9),
                FieldSpec("name_cn", N_("Chinese name"), span=6),
                FieldSpec("category", N_("Category"), span=3),
                FieldSpec("unit", N_("Unit"), required=True, span=3),
                FieldSpec("specification", N_("Specification"), K.LONG_TEXT),
            ),
        ),
        Section(
            N_("Price and tax"),
            (
                FieldSpec("price", N_("Selling price"), K.PRICE, span=2),
                FieldSpec("price_currency", N_("Currency"), K.CURRENCY, span=2),
                FieldSpec("cost", N_("Factory price, VAT included"), K.PRICE, span=3),
                FieldSpec("vat_rate", N_("VAT"), K.PERCENT, span=2),
                FieldSpec("rebate_rate", N_("Rebate"), K.PERCENT, span=3),
                FieldSpec("floor", N_("Lowest price, FOB"), K.PRICE, span=2),
                FieldSpec("floor_currency", N_("Currency"), K.CURRENCY, span=2),
                FieldSpec("supplier", N_("Supplier"), K.REF, picker=SUPPLIER, span=5),
                FieldSpec("hs_code", N_("HS code"), K.CODE, span=3),
            ),
        ),
        Section(
            N_("Packing"),
            (
                FieldSpec("per_carton", N_("Pieces a carton"), K.QUANTITY, span=3),
                FieldSpec("carton_length", N_("Length, cm"), K.LENGTH, hint=_INCHES, span=2),
                FieldSpec("carton_width", N_("Width, cm"), K.LENGTH, hint=_INCHES, span=2),
                FieldSpec("carton_height", N_("Height, cm"), K.LENGTH, hint=_INCHES, span=2),
                FieldSpec("volume", N_("Volume, m³"), K.VOLUME, span=3, read_only=True),
                FieldSpec("unit_net_weight", N_("Net weight of one, kg"), K.WEIGHT, span=3),
                FieldSpec("carton_tare", N_("Empty carton, kg"), K.WEIGHT, span=3),
                FieldSpec("carton_gross", N_("Full carton, kg"), K.WEIGHT, span=3),
            ),
        ),
    ),
    load=load_product,
    blank=blank_product,
    save=save_product,
    build=build_product,
    derive=derive_product,
    check=check_draft,
    heading=lambda draft: draft.text("code") if draft.id is not None else "",
    badges=_badges,
    panels=(
        PanelSpec("packing", N_("What fits"), compute=packing_facts),
        PanelSpec("tax", N_("Cost of one"), compute=tax_facts),
    ),
    actions=(ARCHIVE, TAKE_OUT),
    watches=frozenset({"product"}),
    needs="product.write",
    saved=N_("The product is saved."),
)
