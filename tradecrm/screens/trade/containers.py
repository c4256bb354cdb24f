"""Containers and bills of lading of a shipment on its page, and the table of container capacity (1.6, 9.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tradecrm.core.containers import CONTAINER_TYPES
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import Table, TableColumn, TableRow
from tradecrm.core.text import N_, _, ngettext
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Ref, Value
from tradecrm.screens.spec import Choice, FieldSpec, FormSpec, PickerSpec, Section
from tradecrm.screens.trade.shipping import dialog_spec, shipment_of, start_dialog
from tradecrm.services.trade.bills_of_lading import SaveBill, bills_of, save_bill
from tradecrm.services.trade.container_types import SaveContainerType, container_types, save_container_type
from tradecrm.services.trade.containers import SaveContainer, container_rows, save_container

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
DROP_CONTAINER = "drop_container"
DROP_BILL = "drop_bill_of_lading"
"""Targets of the links that take a row out; the card of the page does it itself."""
_KINDS = tuple(Choice(each.code, each.code) for each in CONTAINER_TYPES)
_DAYS = ("picked_up_on", "gated_in_on", "returned_on")


def containers_table(reader: Reader, shipment_id: int) -> Table:
    """Answer the containers of a shipment; the first cell opens one, the last takes it off."""
    rows = container_rows(reader, shipment_id)
    found = []
    for row in rows:
        late = "" if row.free_days is None else _("{count} days free").format(count=row.free_days)
        if row.detention:
            late = ngettext("{count} day over", "{count} days over", row.detention).format(
                count=row.detention
            )
        cells = (
            row.kind,
            row.number or _("no number yet"),
            row.seal,
            row.packages,
            row.gross_weight,
            row.volume,
            row.returned_on,
            late,
            _("Remove"),
        )
        edit = Link.to("container", shipment=shipment_id, container=row.id)
        links = (edit, edit, *(None,) * 6, Link.to(DROP_CONTAINER, id=row.id))
        found.append(TableRow(cells, links))
    columns = (
        TableColumn("kind", _("Type")),
        TableColumn("number", _("Container no.")),
        TableColumn("seal", _("Seal no.")),
        TableColumn("packages", _("Packages"), K.INTEGER),
        TableColumn("gross_weight", _("Gross weight, kg"), K.WEIGHT),
        TableColumn("volume", _("Volume, m³"), K.VOLUME),
        TableColumn("returned", _("Empty back on"), K.DATE),
        TableColumn("detention", _("Detention")),
        TableColumn("drop", ""),
    )
    return Table("containers", _("Containers"), "", columns, tuple(found))


def bills_table(reader: Reader, shipment_id: int) -> Table:
    """Answer the bills of lading of a shipment that has several; the first cell opens one."""
    found = []
    for row in bills_of(reader, shipment_id):
        way = " / ".join(part for part in (row.vessel, row.voyage) if part)
        cells = (row.number, way, row.on_board_on, row.issued_on, row.originals, _("Remove"))
        edit = Link.to("bill_of_lading", shipment=shipment_id, bill=row.id)
        found.append(TableRow(cells, (edit, *(None,) * 4, Link.to(DROP_BILL, id=row.id))))
    columns = (
        TableColumn("number", _("B/L no.")),
        TableColumn("way", _("Vessel and voyage")),
        TableColumn("on_board", _("On board on"), K.DATE),
        TableColumn("issued", _("Date of issue"), K.DATE),
        TableColumn("originals", _("Originals"), K.INTEGER),
        TableColumn("drop", ""),
    )
    return Table("bills_of_lading", _("Bills of lading"), "", columns, tuple(found))


def _bills(reader: Reader, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer the bills of lading of the shipment whose number holds ``text``."""
    rows = bills_of(reader, int(within.get("shipment") or 0))
    return [Ref(row.id, row.number) for row in rows if text.upper() in row.number]


_NUMBERS = ("packages", "gross_weight", "volume", "vgm", "free_days")


def _blank_container(reader: Reader, link: Link) -> Draft:
    draft = start_dialog(reader, link, kind="40HQ", box="", seal="", packages=0, bl=None)
    draft = draft.put(gross_weight=ZERO, volume=ZERO, vgm=None, free_days=None, **dict.fromkeys(_DAYS))
    key = int(str(link.param("container") or 0))
    rows = container_rows(reader, shipment_of(draft))
    row = next((each for each in rows if each.id == key), None)
    if row is None:
        return draft.put(kind=rows[-1].kind) if rows else draft
    values: dict[str, Value] = {name: getattr(row, name) for name in (*_NUMBERS, *_DAYS, "kind", "seal")}
    bill = None if row.bl_id is None else Ref(row.bl_id, row.bl_number)
    return draft.put(container=row.id, box=row.number, bl=bill, **values)


def _whole(draft: Draft, name: str) -> int | None:
    number = draft.number(name)
    return None if number is None else int(number)


def _build_container(draft: Draft) -> SaveContainer:
    return SaveContainer(
        shipment_id=shipment_of(draft),
        kind=draft.text("kind"),
        number=draft.text("box"),
        seal=draft.text("seal"),
        bl_id=draft.ref_id("bl"),
        packages=_whole(draft, "packages") or 0,
        gross_weight=draft.number("gross_weight") or ZERO,
        volume=draft.number("volume") or ZERO,
        vgm=draft.number("vgm"),
        picked_up_on=draft.day("picked_up_on"),
        gated_in_on=draft.day("gated_in_on"),
        free_days=_whole(draft, "free_days"),
        returned_on=draft.day("returned_on"),
        id=_whole(draft, "container"),
    )


CONTAINER_FORM = dialog_spec(
    "container",
    N_("Container"),
    (
        FieldSpec("kind", N_("Type"), K.CHOICE, choices=_KINDS, required=True, span=3),
        FieldSpec("box", N_("Container no."), K.CODE, span=5, hint="ABCU1234560"),
        FieldSpec("seal", N_("Seal no."), K.CODE, span=4),
        FieldSpec("packages", N_("Packages"), K.INTEGER, span=3),
        FieldSpec("gross_weight", N_("Gross weight, kg"), K.WEIGHT, span=3),
        FieldSpec("volume", N_("Volume, m³"), K.VOLUME, span=3),
        FieldSpec("vgm", N_("VGM, kg"), K.WEIGHT, span=3),
        FieldSpec("picked_up_on", N_("Picked up on"), K.DATE, span=3),
        FieldSpec("gated_in_on", N_("In the yard on"), K.DATE, span=3),
        FieldSpec("free_days", N_("Free days"), K.INTEGER, span=3, hint=N_("as quoted")),
        FieldSpec("returned_on", N_("Empty back on"), K.DATE, span=3),
        FieldSpec(
            "bl",
            N_("Bill of lading"),
            K.REF,
            picker=PickerSpec(_bills),
            within=("shipment",),
            span=6,
            hint=N_("where there are several"),
        ),
    ),
    _blank_container,
    save_container,
    _build_container,
    N_("The container is saved."),
    verb=N_("Save"),
)


def _blank_bill(reader: Reader, link: Link) -> Draft:
    draft = start_dialog(reader, link, bl_no="", vessel="", voyage="", originals=3)
    draft = draft.put(on_board_on=None, issued_on=None)
    key = int(str(link.param("bill") or 0))
    row = next((each for each in bills_of(reader, shipment_of(draft)) if each.id == key), None)
    if row is None:
        return draft
    names = ("vessel", "voyage", "originals", "on_board_on", "issued_on")
    values: dict[str, Value] = {name: getattr(row, name) for name in names}
    return draft.put(bill=row.id, bl_no=row.number, **values)


BILL_OF_LADING_FORM = dialog_spec(
    "bill_of_lading",
    N_("Bill of lading"),
    (
        FieldSpec("bl_no", N_("B/L no."), K.CODE, required=True, span=6),
        FieldSpec("originals", N_("Originals"), K.INTEGER, span=6),
        FieldSpec("vessel", N_("Vessel"), span=6, hint=N_("as the shipment")),
        FieldSpec("voyage", N_("Voyage"), span=6, hint=N_("as the shipment")),
        FieldSpec("on_board_on", N_("On board on"), K.DATE, span=6),
        FieldSpec("issued_on", N_("Date of issue"), K.DATE, span=6),
    ),
    _blank_bill,
    save_bill,
    lambda draft: SaveBill(
        shipment_of(draft),
        draft.text("bl_no"),
        draft.text("vessel"),
        draft.text("voyage"),
        draft.day("on_board_on"),
        draft.day("issued_on"),
        _whole(draft, "originals") or 0,
        _whole(draft, "bill"),
    ),
    N_("The bill of lading is saved."),
    verb=N_("Save"),
)


def capacity_table(reader: Reader) -> Table:
    """Answer the table of container capacity; a row opens its limits."""
    rows = tuple(
        TableRow(
            (
                each.code,
                f"{each.length} × {each.width} × {each.height}",
                (each.length * each.width * each.height).quantize(Decimal(1)),
                each.usable,
                each.payload,
            ),
            (Link.to("container_type", code=each.code),) * 5,
        )
        for each in container_types(reader)
    )
    columns = (
        TableColumn("code", _("Type")),
        TableColumn("size", _("Inside, m")),
        TableColumn("whole", _("Inside, m³"), K.QUANTITY),
        TableColumn("usable", _("Usable, m³"), K.QUANTITY),
        TableColumn("payload", _("Payload, kg"), K.QUANTITY),
    )
    return Table("container_types", _("Container capacity"), "", columns, rows)


def _blank_type(reader: Reader, link: Link) -> Draft:
    code = str(link.param("code") or "")
    each = next(one for one in container_types(reader) if one.code == code)
    return Draft({"code": code, "number": code, "usable": each.usable, "payload": each.payload})


CONTAINER_TYPE_FORM = FormSpec(
    key="container_type",
    title=N_("Container capacity"),
    kind="container_type",
    verb=N_("Save"),
    sections=(
        Section(
            "",
            (
                FieldSpec("usable", N_("Usable, m³"), K.QUANTITY, required=True, span=6),
                FieldSpec("payload", N_("Payload, kg"), K.QUANTITY, required=True, span=6),
            ),
        ),
    ),
    load=load_nothing,
    blank=_blank_type,
    save=save_container_type,
    build=lambda draft: SaveContainerType(
        draft.text("code"), draft.number("usable") or ZERO, draft.number("payload") or ZERO
    ),
    heading=lambda draft: draft.text("number"),
    saved=N_("The capacity is saved."),
)
