"""The rebate receivable by shipment (应收出口退税): booked, received, open, and the ledger beside it (16.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.table import RowStyle, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import AS_OF, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.claims.rebate_figures import RebateRow, rebate_entries, rebate_rows

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

SHIPMENT = ReportParam("shipment", N_("Shipment"), FieldKind.REF, ref="shipment")
OPEN_ONLY = ReportParam("open_only", N_("Only what is open"), FieldKind.BOOL, lambda _reader: False)
VERBS = ("report.run", "account.read")


def run_rebates(reader: Reader, params: Params) -> Table:
    """Answer what the tax office owes as of a day, shipment by shipment; the sum is that of the ledger."""
    day, base = params.day("as_of"), reader.base
    found = rebate_rows(reader, day)
    shown = [each for each in found if each.open != 0 or not params.flag("open_only")]
    whole = report_link("rebate_entries", as_of=day)
    sums = [sum((getattr(each, name) for each in found), ZERO) for name in ("booked", "received", "open")]
    total = row(
        (_("Total"), None, None, *(Linked(each, whole) for each in sums), None),
        currency=base,
        style=RowStyle.TOTAL,
    )
    return Table(
        "rebates",
        _("Export rebate receivable"),
        _("As of {day}").format(day=day.isoformat()),
        (
            column("shipment", _("Shipment"), FieldKind.CODE),
            column("exported", _("Export date"), FieldKind.DATE),
            column("deadline", _("To be filed by"), FieldKind.DATE),
            money("booked", _("Booked so far"), base),
            money("received", _("Received so far"), base),
            money("open", _("Still to come"), base),
            column("state", _("Claims")),
        ),
        tuple(_row(each, base, report_link("rebate_entries", as_of=day, shipment=each.shipment_id)) for each in shown),
        (total,) if found else (),
        (_("The tax office owes {amount} by the ledger; it is no customer and ages nowhere.").format(
            amount=format_money(sums[2], base)
        ),) if found else (),
    )  # fmt: skip


def _row(each: RebateRow, base: str, entries: Link) -> TableRow:
    return row(
        (
            Linked(each.number, Link.to("shipment", id=each.shipment_id)),
            each.exported,
            each.deadline,
            Linked(each.booked, entries),
            Linked(each.received, entries),
            Linked(each.open, entries),
            each.words,
        ),
        currency=base,
    )


def run_entries(reader: Reader, params: Params) -> Table:
    """Answer the ledger rows behind the rebate receivable, of one shipment or of all; each opens its paper."""
    day, base = params.day("as_of"), reader.base
    found = rebate_entries(reader, day, params.number("shipment"))
    again = report_link("rebate_entries", as_of=day, shipment=params.number("shipment"))
    whole = sum((each.amount for each in found), ZERO)
    total = row((_("Total"), None, None, Linked(whole, again)), currency=base, style=RowStyle.TOTAL)
    return Table(
        "rebate_entries",
        _("Export rebate receivable in detail"),
        _("As of {day}").format(day=day.isoformat()),
        (
            column("day", _("Day"), FieldKind.DATE),
            column("what", _("Entry")),
            column("shipment", _("Shipment"), FieldKind.CODE),
            money("amount", _("In {currency}").format(currency=base), base),
        ),
        tuple(
            row(
                (
                    each.day,
                    Linked(each.words, each.link),
                    Linked(each.shipment, Link.to("shipment", id=each.shipment_id)),
                    Linked(each.amount, each.link),
                ),
                currency=base,
            )
            for each in found
        ),
        (total,) if found else (),
    )


REBATES = ReportSpec("rebates", N_("Export rebate receivable"), (AS_OF, OPEN_ONLY), run_rebates, VERBS)
REBATE_ENTRIES = ReportSpec(
    "rebate_entries",
    N_("Export rebate receivable in detail"),
    (AS_OF, SHIPMENT),
    run_entries,
    VERBS,
    main=False,
)
