"""Commission by person (业务提成): reckoned, owed and paid, and the lines behind each sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradecrm.core.claim_flows import COMMISSION_RUN
from tradecrm.core.commission import BASIS_TITLES
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import RowStyle, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import FIRST, LAST, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.claims.commission_card import CommissionRow, commission_rows

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

PERSON = ReportParam("person", N_("Person"), FieldKind.INTEGER, internal=True)
STATE = ReportParam("state", N_("Status"), internal=True)


def run_commission(reader: Reader, params: Params) -> Table:
    """Answer the commission of each person in runs that end in a period, by what became of it."""
    first, last, base = params.day("first"), params.day("last"), reader.base
    people: dict[int, list[CommissionRow]] = {}
    for line in commission_rows(reader, first=first, last=last):
        people.setdefault(line.person_id, []).append(line)

    def cell(lines: list[CommissionRow], person: int | None, state: str) -> Linked:
        amount = sum((line.amount for line in lines if state in ("", line.status)), ZERO)
        link = report_link("commission_lines", first=first, last=last, person=person, state=state)
        return Linked(amount, link)

    rows = tuple(
        row(
            (
                lines[0].person,
                cell(lines, person, ""),
                *(cell(lines, person, state) for state in ("draft", "paid", "posted")),
            ),
            currency=base,
        )
        for person, lines in people.items()
    )
    everyone = [line for lines in people.values() for line in lines]
    total = row(
        (_("Total"), *(cell(everyone, None, state) for state in ("", "draft", "paid", "posted"))),
        currency=base,
        style=RowStyle.TOTAL,
    )
    return Table(
        "commission",
        _("Commission by person"),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("person", _("Person")),
            money("all", _("Reckoned"), base),
            money("draft", _("Not posted"), base),
            money("paid", _("Paid"), base),
            money("owed", _("Owed"), base),
        ),
        rows,
        (total,) if rows else (),
    )


def run_lines(reader: Reader, params: Params) -> Table:
    """Answer the lines of commission of a period, of a person, or of a state; each opens its run and its paper."""
    first, last, base = params.day("first"), params.day("last"), reader.base
    state = params.text("state")
    found = [
        line
        for line in commission_rows(reader, person_id=params.number("person"), first=first, last=last)
        if state in ("", line.status)
    ]
    again = report_link(
        "commission_lines", first=first, last=last, person=params.number("person"), state=state
    )
    whole = sum((line.amount for line in found), ZERO)
    total = row((_("Total"), *[None] * 5, Linked(whole, again), None), currency=base, style=RowStyle.TOTAL)
    return Table(
        "commission_lines",
        _("Commission in detail"),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("person", _("Person")),
            column("run", _("Commission run"), FieldKind.CODE),
            column("paper", _("Shipment or receipt"), FieldKind.CODE),
            column("basis", _("Reckoned on")),
            money("base", _("Amount in {currency}").format(currency=base), base),
            column("rate", _("Commission rate"), FieldKind.PERCENT),
            money("amount", _("Sales commission"), base),
            column("remark", _("Why")),
        ),
        tuple(_line(line, base) for line in found),
        (total,) if found else (),
    )


def paper_link(line: CommissionRow) -> Link | None:
    """Answer what opens the shipment or receipt of a line."""
    if line.shipment_id is not None:
        return Link.to("shipment", id=line.shipment_id)
    return None if line.receipt_id is None else Link.to("receipt", id=line.receipt_id)


def _line(line: CommissionRow, base: str) -> TableRow:
    run, paper = Link.to("commission_run", id=line.run_id), paper_link(line)
    return row(
        (
            line.person,
            Linked(f"{line.run} · {_(COMMISSION_RUN.state(line.status).title)}", run),
            Linked(line.paper, paper),
            _({basis.value: title for basis, title in BASIS_TITLES}[line.basis]),
            Linked(line.base_amount, paper),
            Linked(line.rate, run),
            Linked(line.amount, run),
            line.remark or None,
        ),
        currency=base,
    )


COMMISSION = ReportSpec("commission", N_("Commission by person"), (FIRST, LAST), run_commission)
COMMISSION_LINES = ReportSpec(
    "commission_lines", N_("Commission in detail"), (FIRST, LAST, PERSON, STATE), run_lines, main=False
)
