"""The table of bank holidays and make-up days (调休) on screen, and the dialog that adds days (section 16.15)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import Table, TableColumn, TableRow
from tradecrm.core.text import N_, _
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import FieldSpec, FormSpec, Section
from tradecrm.services.control.holidays import SaveHoliday, holiday_rows, save_holiday

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
DROP = "drop_holiday"
"""Target of the link that takes a day out; the page does it itself."""


def holidays_table(reader: Reader, country: str = "CN") -> Table:
    """Answer the days on which banks are closed, or work although it is a weekend."""
    rows = tuple(
        TableRow(
            (
                row.day,
                _("Banks work (make-up day)") if row.working else _("Banks are closed"),
                row.name,
                _("Remove"),
            ),
            (None, None, None, Link.to(DROP, id=row.id)),
        )
        for row in holiday_rows(reader, country)
    )
    columns = (
        TableColumn("day", _("Day"), K.DATE),
        TableColumn("what", _("State")),
        TableColumn("name", _("Name")),
        TableColumn("drop", ""),
    )
    return Table("holidays", _("Bank holidays"), "", columns, rows)


def _blank(reader: Reader, link: Link) -> Draft:
    del link
    return Draft({"first": reader.today, "last": None, "working": False, "name": "", "country": "CN"})


HOLIDAY_FORM = FormSpec(
    key="holiday",
    title=N_("Add days"),
    kind="holiday",
    sections=(
        Section(
            "",
            (
                FieldSpec("first", N_("First day"), K.DATE, required=True, span=4),
                FieldSpec("last", N_("Last day"), K.DATE, span=4, hint=N_("one day")),
                FieldSpec("country", N_("Country"), K.COUNTRY, required=True, span=4),
                FieldSpec("name", N_("Name"), span=8),
                FieldSpec("working", N_("Banks work (make-up day)"), K.BOOL, span=4),
            ),
        ),
    ),
    load=load_nothing,
    blank=_blank,
    save=save_holiday,
    build=lambda draft: SaveHoliday(
        draft.day("first") or date.min,
        draft.day("last"),
        working=draft.flag("working"),
        name=draft.text("name"),
        country=draft.text("country"),
    ),
    saved=N_("The days are entered."),
)
