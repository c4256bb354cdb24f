"""The lines behind a shipment's profit, its exchange differences, and the profits of a period (section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.costs import COST_CATEGORIES, CostSide, CostStatus, cost_category
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.profit import CostLine, fx_amount, ratio
from tradecrm.core.table import Chart, ChartKind, RowStyle, Series, Table, TableColumn, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import FIRST, LAST, PARTY, Params, ReportParam
from tradecrm.reports.profit import SHIPMENT, VERBS
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.papers import item_links, party_names, receipts_of
from tradecrm.services.figures.prior import LateCost, late_costs
from tradecrm.services.figures.profit import CostRow, ShipmentProfit, shipment_profit
from tradecrm.services.figures.profit_rows import ProfitRow, estimate_version, fx_rows, profit_rows
from tradecrm.services.kept_words import cost_words

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

PART = ReportParam(
    "part",
    N_("Part of the profit"),
    FieldKind.CHOICE,
    choices=(
        ("", N_("Trading profit")),
        ("revenue", N_("Revenue")),
        ("costs", N_("Costs")),
        ("fx", N_("Exchange differences")),
        ("after_fx", N_("Profit after FX")),
        ("export", N_("Export total cost K")),
        ("net_income", N_("FX net income N")),
        *((category.code, category.title) for category in COST_CATEGORIES),
    ),
)
VERSION = ReportParam(
    "version",
    N_("Version"),
    FieldKind.CHOICE,
    lambda _reader: "actual",
    (("actual", N_("Actual")), ("estimate", N_("Estimate"))),
)

STATUS_TITLES = {
    CostStatus.ESTIMATED.value: N_("Estimated"),
    CostStatus.ACCRUED.value: N_("Accrued"),
    CostStatus.INVOICED.value: N_("Invoiced"),
    CostStatus.PAID.value: N_("Paid"),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line that a number is made of; ``sign`` is +1 for income and -1 for cost."""

    category: str
    words: str
    party_id: int | None
    currency: str
    amount: Decimal
    base_amount: Decimal
    status: str
    link: Link
    sign: int


def _actual(reader: Reader, profit: ShipmentProfit) -> list[_Entry]:
    """Answer revenue, costs and exchange differences of a shipment as they are."""
    return [*_revenue(reader, profit), *map(_cost, profit.costs), *_gains(reader, profit)]


def _revenue(reader: Reader, profit: ShipmentProfit) -> list[_Entry]:
    receipts = receipts_of(reader, (part.deposit_item_id for part in profit.revenue))
    invoice = Link.to("shipment", id=profit.shipment_id)
    if profit.invoice_item_id is not None:
        invoice = Link.to("receivable", id=profit.invoice_item_id)
    found = []
    for part in profit.revenue:
        words, link = _("Revenue on the balance"), invoice
        if part.deposit_item_id in receipts:
            key, number = receipts[part.deposit_item_id]
            words, link = _("Revenue on deposit {number}").format(number=number), Link.to("receipt", id=key)
        elif part.note_item_id is not None:
            words, link = (
                _("Note {number}").format(number=part.note),
                Link.to("receivable", id=part.note_item_id),
            )
        party, code = profit.customer_id, profit.currency
        found.append(_Entry("revenue", words, party, code, part.amount, part.base_amount, "", link, 1))
    return found


def _cost(cost: CostRow) -> _Entry:
    return _Entry(
        cost.category,
        cost_words(cost.description) or _(cost_category(cost.category).title),
        cost.party_id,
        cost.currency,
        cost.amount,
        cost.base_amount,
        cost.status,
        Link.to("cost", id=cost.cost_id),
        -1,
    )


def _gains(reader: Reader, profit: ShipmentProfit) -> list[_Entry]:
    found = []
    for line in fx_rows(reader, profit.shipment_id):
        links = item_links(reader, [(line.credit_item_id, line.credit_kind)], line.side)
        words, link = f"{line.credit_number} / {line.debit_number}", links[line.credit_item_id]
        if line.fx:
            found.append(_Entry("fx_gain", words, None, reader.base, line.fx, line.fx, "", link, 1))
    return found


def _estimated(reader: Reader, profit: ShipmentProfit) -> list[_Entry]:
    """Answer the lines of the compared estimate; they open the shipment."""
    version = estimate_version(reader, profit.shipment_id)
    if version is None:
        return []
    link = Link.to("shipment", id=profit.shipment_id)
    words = _("Revenue, estimate {number}").format(number=version.version_no)
    status = CostStatus.ESTIMATED.value
    revenue = _Entry(
        "revenue",
        words,
        profit.customer_id,
        profit.currency,
        profit.invoice_total,
        version.revenue_base,
        status,
        link,
        1,
    )
    costs = [
        _Entry(
            line.category,
            _(cost_category(line.category).title),
            None,
            line.currency,
            line.amount,
            line.base_amount,
            status,
            link,
            -1,
        )
        for line in version.rows
    ]
    return [revenue, *costs]


def _is_side(entry: _Entry, side: CostSide) -> bool:
    return entry.sign < 0 and cost_category(entry.category).side is side


def _chosen(entries: Sequence[_Entry], part: str) -> list[_Entry]:
    """Keep the lines a number is made of; the parts are the choices of ``PART``."""
    if part == "revenue" or part in {category.code for category in COST_CATEGORIES}:
        return [entry for entry in entries if entry.category == part]
    if part == "after_fx":
        return list(entries)
    if part == "":
        return [entry for entry in entries if entry.category != "fx_gain"]
    if part == "costs":
        return [entry for entry in entries if entry.sign < 0]
    if part in {"fx", "net_income"}:
        goods = [entry for entry in entries if entry.category == "revenue" and part == "net_income"]
        return [*goods, *(entry for entry in entries if _is_side(entry, CostSide.FX))]
    assert part == "export", part
    return [entry for entry in entries if _is_side(entry, CostSide.EXPORT)]


def run_lines(reader: Reader, params: Params) -> Table:
    """Answer the lines a number of the profit sheet is made of; their total is that number.

    In a part of costs only, costs count positive; with revenue they count negative. The part ``net_income``
    counts in the contract's currency.
    """
    profit = shipment_profit(reader, params.number("shipment") or 0)
    part, version = params.text("part"), params.text("version")
    entries = _actual(reader, profit) if version == "actual" else _estimated(reader, profit)
    chosen = _chosen(entries, part)
    rate = _reference_rate(reader, profit, version)
    counted = [_counted(entry, part, profit, rate) for entry in chosen]
    code = profit.currency if part == "net_income" else reader.base
    names = party_names(reader, (entry.party_id for entry in chosen))
    total = row(
        (
            _("Total"),
            *[None] * 4,
            Linked(
                sum(counted, ZERO),
                report_link("shipment_lines", shipment=profit.shipment_id, part=part, version=version),
            ),
            None,
        ),
        currency=code,
        style=RowStyle.TOTAL,
    )
    return Table(
        "shipment_lines",
        _("Lines of the profit of {number}").format(number=profit.number),
        _("Estimate") if version == "estimate" else _("Actual"),
        _line_columns(code),
        tuple(_line_row(entry, value, names) for entry, value in zip(chosen, counted, strict=True)),
        (total,) if chosen else (),
    )


def _reference_rate(reader: Reader, profit: ShipmentProfit, version: str) -> Decimal:
    """Answer the rate at which costs in other currencies are brought into the contract's (section 2.4)."""
    found = estimate_version(reader, profit.shipment_id) if version == "estimate" else None
    return profit.rate if found is None else found.rate


def _counted(entry: _Entry, part: str, profit: ShipmentProfit, rate: Decimal) -> Decimal:
    if part == "net_income":
        line = CostLine(entry.category, entry.currency, entry.amount, entry.base_amount)
        return entry.sign * fx_amount(line, profit.currency, rate)
    costs_only = part not in {"", "after_fx", "revenue"}
    return entry.base_amount if costs_only else entry.sign * entry.base_amount


def _line_columns(code: str) -> tuple[TableColumn, ...]:
    return (
        column("category", _("Category")),
        column("words", _("Description")),
        column("party", _("Partner")),
        column("currency", _("Currency"), FieldKind.CURRENCY),
        money("amount", _("Amount")),
        money("counted", _("Counts in {currency}").format(currency=code), code),
        column("status", _("Status")),
    )


def _line_row(entry: _Entry, value: Decimal, names: dict[int, str]) -> TableRow:
    party = entry.party_id if entry.party_id in names else None
    return row(
        (
            _category(entry),
            Linked(entry.words, entry.link),
            Linked(names.get(party or 0, ""), None if party is None else Link.to("customer", id=party)),
            entry.currency,
            Linked(entry.amount, entry.link),
            Linked(value, entry.link),
            _(STATUS_TITLES[entry.status]) if entry.status else "",
        ),
        currency=entry.currency,
    )


def _category(entry: _Entry) -> str:
    if entry.category == "revenue":
        return _("Revenue")
    if entry.category == "fx_gain":
        return _("Exchange difference")
    return _(cost_category(entry.category).title)


def run_fx(reader: Reader, params: Params) -> Table:
    """Answer the allocations on a shipment with their realized exchange differences (section 3.5)."""
    shipment = params.number("shipment") or 0
    found, base = fx_rows(reader, shipment), reader.base
    debit, credit = {}, {}
    for side in ("AR", "AP"):
        mine = [line for line in found if line.side == side]
        debit.update(item_links(reader, ((line.debit_item_id, "INV") for line in mine), side))
        credit.update(item_links(reader, ((line.credit_item_id, line.credit_kind) for line in mine), side))
    rows = tuple(
        row(
            (
                line.day,
                Linked(line.debit_number, debit[line.debit_item_id]),
                Linked(line.credit_number, credit[line.credit_item_id]),
                line.currency,
                Linked(line.amount, credit[line.credit_item_id]),
                Linked(line.debit_base, debit[line.debit_item_id]),
                Linked(line.credit_base, credit[line.credit_item_id]),
                Linked(line.fx, credit[line.credit_item_id]),
            ),
            currency=line.currency,
        )
        for line in found
    )
    itself = report_link("realized_fx", shipment=shipment)
    total = Linked(sum((line.fx for line in found), ZERO), itself)
    return Table(
        "realized_fx",
        _("Realized exchange differences"),
        "",
        (
            column("day", _("Date"), FieldKind.DATE),
            column("debit", _("Invoice or bill"), FieldKind.CODE),
            column("credit", _("Settled by"), FieldKind.CODE),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("amount", _("Amount")),
            money("debit_base", _("Released of the invoice"), base),
            money("credit_base", _("Worth of the money"), base),
            money("fx", _("Exchange difference"), base),
        ),
        rows,
        (row((_("Total"), *[None] * 6, total), style=RowStyle.TOTAL),) if rows else (),
    )


def run_profits(reader: Reader, params: Params) -> Table:
    """Answer the shipments whose revenue is booked in a period with revenue, cost, profit and margin in base.

    Below them stand the late costs of the period, which no shipment's result holds (section 2.11).
    """
    first, last, party = params.day("first"), params.day("last"), params.number("party")
    found, base = profit_rows(reader, first, last, party), reader.base
    late = late_costs(reader, first, last, customer_id=party)
    itself = report_link("profits", first=first, last=last, party=party)
    after = sum((line.base_amount for line in late), ZERO)
    sums = [
        sum((line.revenue for line in found), ZERO),
        sum((line.cost for line in found), ZERO) + after,
        sum((line.profit for line in found), ZERO) - after,
    ]
    fx = sum((line.realized_fx for line in found), ZERO)
    cells = (*sums, ratio(sums[2], sums[0]), fx)
    total = row((_("Total"), None, None, *(Linked(value, itself) for value in cells)), style=RowStyle.TOTAL)
    return Table(
        "profits",
        _("Profit of shipments"),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("number", _("Shipment"), FieldKind.CODE),
            column("day", _("Revenue date"), FieldKind.DATE),
            column("customer", _("Customer")),
            money("revenue", _("Revenue"), base),
            money("cost", _("Costs"), base),
            money("profit", _("Trading profit"), base),
            column("margin", _("Margin"), FieldKind.PERCENT),
            money("realized_fx", _("Realized exchange difference"), base),
        ),
        (*(_profit_row(line) for line in found), *_late_rows(late, first, last, party)),
        (total,) if found or late else (),
        (),
        _profit_chart(found, base),
    )


def _profit_row(line: ProfitRow) -> TableRow:
    sheet = report_link("shipment_profit", shipment=line.shipment_id)
    revenue = report_link("shipment_lines", shipment=line.shipment_id, part="revenue")
    costs = report_link("shipment_lines", shipment=line.shipment_id, part="costs")
    return row(
        (
            Linked(line.number, Link.to("shipment", id=line.shipment_id)),
            line.day,
            Linked(line.customer, Link.to("customer", id=line.customer_id)),
            Linked(line.revenue, revenue),
            Linked(line.cost, costs),
            Linked(line.profit, sheet),
            Linked(line.margin, sheet),
            Linked(line.realized_fx, report_link("realized_fx", shipment=line.shipment_id)),
        )
    )


def _late_rows(late: Sequence[LateCost], first: date, last: date, party: int | None) -> tuple[TableRow, ...]:
    """Answer a row for each closed shipment with late costs, below a heading that opens every one of them."""
    if not late:
        return ()
    everything = report_link("late_costs", first=first, last=last, party=party)
    heading = Linked(_("Late costs of closed shipments"), everything)
    rows = [row((heading, *[None] * 7), style=RowStyle.SECTION)]
    for key in dict.fromkeys(line.shipment_id for line in sorted(late, key=lambda line: line.day)):
        lines = [line for line in late if line.shipment_id == key]
        cost = sum((line.base_amount for line in lines), ZERO)
        bills = report_link("late_costs", first=first, last=last, shipment=key)
        rows.append(
            row(
                (
                    Linked(lines[0].shipment, Link.to("shipment", id=key)),
                    max(line.day for line in lines),
                    Linked(lines[0].customer, Link.to("customer", id=lines[0].customer_id)),
                    None,
                    Linked(cost, bills),
                    Linked(-cost, bills),
                    None,
                    None,
                )
            )
        )
    return tuple(rows)


def _profit_chart(found: Sequence[ProfitRow], base: str) -> Chart | None:
    """Answer the last forty shipments' profits as bars."""
    last = found[-40:]
    if not last:
        return None
    links = tuple(report_link("shipment_profit", shipment=line.shipment_id) for line in last)
    series = Series(_("Trading profit"), tuple(line.profit for line in last), links)
    numbers = tuple(line.number for line in last)
    return Chart(ChartKind.BAR, _("Profit by shipment"), numbers, (series,), base)


SHIPMENT_LINES = ReportSpec(
    "shipment_lines",
    N_("Lines of a shipment's profit"),
    (SHIPMENT, PART, VERSION),
    run_lines,
    (*VERBS, "shipment.read"),
    main=False,
)
REALIZED_FX = ReportSpec(
    "realized_fx",
    N_("Realized exchange differences of a shipment"),
    (SHIPMENT,),
    run_fx,
    (*VERBS, "shipment.read"),
    main=False,
)
PROFITS = ReportSpec("profits", N_("Profit of shipments"), (FIRST, LAST, PARTY), run_profits, VERBS)
