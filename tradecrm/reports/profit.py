"""The profit sheet of a shipment (每票利润表): estimate, actual, variance, measures (section 2.10)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.costs import COST_CATEGORIES, cost_category
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money, format_number, round_to
from tradecrm.core.profit import ShipmentResult, Variance, cost_variance, sheet_flagged
from tradecrm.core.table import Cell, Chart, ChartKind, RowStyle, Series, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.collected import COLLECTED
from tradecrm.services.figures.papers import party_names, receipts_of
from tradecrm.services.figures.prior import EVER, late_by_shipment
from tradecrm.services.figures.profit import CostRow, ShipmentProfit, shipment_profit
from tradecrm.services.kept_words import cost_words

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

SHIPMENT = ReportParam("shipment", N_("Shipment"), FieldKind.REF, ref="shipment", required=True)
VERBS = ("report.run", "profit.read")
FLAG = "!"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A shipment's profit with what is printed beside it; ``waits`` for all to be collected, to know R.

    ``late`` is what was billed after closing, in base; no figure of the sheet holds it (section 2.11).
    """

    profit: ShipmentProfit
    customer: str
    receipts: dict[int, tuple[int, str]]
    base: str
    threshold: Decimal
    smallest: Decimal
    min_margin: Decimal
    profit_drop: Decimal
    waits: bool
    late: Decimal

    def lines_link(self, part: str = "", version: str = "") -> Link:
        """Answer the link to the lines behind a number."""
        return report_link("shipment_lines", shipment=self.profit.shipment_id, part=part, version=version)

    @property
    def flagged(self) -> bool:
        """Tell whether margin or profit fell so far that someone should look (section 2.10)."""
        result, estimate = self.profit.result, self.profit.estimate
        if estimate is None:
            return result.margin is not None and result.margin < self.min_margin
        return sheet_flagged(
            actual_margin=result.margin,
            estimated_profit=estimate.trading_profit,
            actual_profit=result.trading_profit,
            minimum_margin=self.min_margin,
            worst_drop=self.profit_drop,
        )


def run_profit(reader: Reader, params: Params) -> Table:
    """Answer the profit sheet of one shipment."""
    profit = shipment_profit(reader, params.number("shipment") or 0)
    sheet = Sheet(
        profit,
        party_names(reader, [profit.customer_id]).get(profit.customer_id, ""),
        receipts_of(reader, (part.deposit_item_id for part in profit.revenue)),
        reader.base,
        reader.settings.variance_threshold,
        reader.settings.variance_minimum,
        reader.settings.min_margin,
        reader.settings.profit_drop,
        reader.settings.reference_rate == COLLECTED and profit.collected is None,
        late_by_shipment(reader, (profit.shipment_id,)).get(profit.shipment_id, ZERO),
    )
    base = reader.base
    rows = (
        *_revenue_rows(sheet),
        *_cost_rows(sheet),
        *_result_rows(sheet),
        *_measure_rows(sheet),
    )
    return Table(
        "shipment_profit",
        _("Profit of shipment {number}").format(number=profit.number),
        " · ".join((sheet.customer, format_money(profit.invoice_total, profit.currency))),
        (
            column("item", _("Item")),
            money("estimate", _("Estimate in {currency}").format(currency=base)),
            money("actual", _("Actual in {currency}").format(currency=base)),
            money("variance", _("Variance in {currency}").format(currency=base)),
            column("percent", _("Variance %"), FieldKind.PERCENT),
            column("flag", _("Look at")),
        ),
        rows,
        (),
        _notes(sheet),
        _waterfall(sheet),
    )


def _notes(sheet: Sheet) -> tuple[str, ...]:
    notes = []
    if sheet.profit.provisional:
        notes.append(_("Provisional: not departed yet, or costs are still estimated."))
        notes.append(
            _("{share} of the costs are not billed yet.").format(
                share=f"{round_to(sheet.profit.provisional_share * 100, 1):f} %"
            )
        )
    if sheet.waits:
        notes.append(
            _("R is the recognition rate until receipts have settled all receivables of the shipment.")
        )
    if sheet.profit.estimate is None:
        notes.append(_("No estimate was kept for this shipment; only actual figures are shown."))
    if sheet.flagged:
        notes.append(
            _("The margin is below {margin}, or the profit fell by more than 20 % of the estimate.").format(
                margin=f"{(sheet.min_margin * 100).normalize():f} %"
            )
        )
    return tuple(notes)


def _compared(
    sheet: Sheet,
    words: str,
    estimate: Decimal | None,
    actual: Decimal,
    part: str,
    *,
    style: RowStyle = RowStyle.NORMAL,
    flag: bool = False,
) -> TableRow:
    """Answer a row of estimate, actual and variance; without an estimate only the actual stands.

    ``part`` names the lines that every one of its numbers opens.
    """
    link = sheet.lines_link(part)
    if estimate is None:
        cells: tuple[Cell | Linked, ...] = (words, None, Linked(actual, link), None, None, None)
        return row(cells, currency=sheet.base, style=style)
    found: Variance = cost_variance(estimate, actual)
    return row(
        (
            words,
            Linked(estimate, sheet.lines_link(part, "estimate")),
            Linked(actual, link),
            Linked(found.difference, link),
            Linked(found.fraction, link),
            FLAG if flag else None,
        ),
        currency=sheet.base,
        style=style,
    )


def _revenue_rows(sheet: Sheet) -> tuple[TableRow, ...]:
    """Answer the revenue by tranche, then as a whole."""
    profit = sheet.profit
    papers = Link.to("shipment", id=profit.shipment_id)
    if profit.invoice_item_id is not None:
        papers = Link.to("receivable", id=profit.invoice_item_id)
    rows = [row((_("Revenue"), *[None] * 5), style=RowStyle.SECTION)]
    for part in profit.revenue:
        words, link = _("Balance"), papers
        if part.deposit_item_id is not None:
            receipt = sheet.receipts.get(part.deposit_item_id)
            words = _("Deposit {number}").format(number=receipt[1] if receipt else "").strip()
            link = Link.to("receipt", id=receipt[0]) if receipt else papers
        elif part.note_item_id is not None:
            words, link = (
                _("Note {number}").format(number=part.note),
                Link.to("receivable", id=part.note_item_id),
            )
        amount = f"{words} · {format_money(part.amount, profit.currency)}"
        rows.append(
            row(
                (amount, None, Linked(part.base_amount, link), None, None, None), level=1, currency=sheet.base
            )
        )
    estimate = profit.estimate_revenue
    rows.append(
        _compared(
            sheet,
            _("Revenue in all"),
            estimate,
            profit.result.revenue,
            "revenue",
            style=RowStyle.SUBTOTAL,
        )
    )
    return tuple(rows)


def _by_category(sheet: Sheet) -> list[tuple[str, str, Decimal | None, list[CostRow]]]:
    """Answer (code, title, estimate, actual lines) of each category that occurs, in the order of section 2.3."""
    estimates = dict(sheet.profit.estimate_costs)
    found = []
    for category in COST_CATEGORIES:
        lines = [line for line in sheet.profit.costs if line.category == category.code]
        if lines or category.code in estimates:
            known = None if sheet.profit.estimate is None else estimates.get(category.code, ZERO)
            found.append((category.code, _(category.title), known, lines))
    return found


def _cost_rows(sheet: Sheet) -> tuple[TableRow, ...]:
    """Answer a row a category, with its lines below where there are several, then all costs."""
    rows = [row((_("Costs"), *[None] * 5), style=RowStyle.SECTION)]
    for code, words, estimate, lines in _by_category(sheet):
        actual = sum((line.base_amount for line in lines), ZERO)
        flag = (
            estimate is not None
            and cost_variance(estimate, actual, threshold=sheet.threshold, minimum=sheet.smallest).flagged
        )
        rows.append(
            _compared(
                sheet,
                words,
                estimate,
                actual,
                code,
                flag=flag,
            )
        )
        if len(lines) > 1:
            rows.extend(_line_row(line, sheet.base) for line in lines)
    result, estimated = sheet.profit.result, sheet.profit.estimate
    rows.append(
        _compared(
            sheet,
            _("Costs in all"),
            None if estimated is None else estimated.total_cost,
            result.total_cost,
            "costs",
            style=RowStyle.SUBTOTAL,
        )
    )
    return tuple(rows)


def _line_row(line: CostRow, base: str) -> TableRow:
    words = cost_words(line.description) or _(cost_category(line.category).title)
    link = Link.to("cost", id=line.cost_id)
    cells = (words, None, Linked(line.base_amount, link), None, None, None)
    return row(cells, currency=base, level=1, style=RowStyle.MUTED)


def _result_rows(sheet: Sheet) -> tuple[TableRow, ...]:
    """Answer the trading profit, the realized exchange difference below it, and the profit after it."""
    result, estimated = sheet.profit.result, sheet.profit.estimate
    fx = report_link("realized_fx", shipment=sheet.profit.shipment_id)
    return (
        _compared(
            sheet,
            _("Trading profit"),
            None if estimated is None else estimated.trading_profit,
            result.trading_profit,
            "",
            style=RowStyle.TOTAL,
            flag=sheet.flagged,
        ),
        row(
            (_("Realized exchange difference"), None, Linked(result.realized_fx, fx), None, None, None),
            currency=sheet.base,
        ),
        _compared(
            sheet,
            _("Profit after exchange differences"),
            None if estimated is None else estimated.profit_after_fx,
            result.profit_after_fx,
            "after_fx",
            style=RowStyle.TOTAL,
        ),
        *_late_rows(sheet),
    )


def _late_rows(sheet: Sheet) -> tuple[TableRow, ...]:
    """Answer what was billed after the shipment was closed: it stands below its result and opens its bills."""
    if not sheet.late:
        return ()
    bills = report_link("late_costs", first=EVER, shipment=sheet.profit.shipment_id)
    words = _("Late costs, billed after closing and not in this result")
    return (row((words, None, Linked(sheet.late, bills), None, None, None), currency=sheet.base),)


def _measure_rows(sheet: Sheet) -> tuple[TableRow, ...]:
    """Answer the measures of section 2.4: N and K as money, ratios as texts, n/a where they have no meaning."""
    result, estimated = sheet.profit.result, sheet.profit.estimate
    shown = _measures(result, sheet)
    before = [(words, None, part, code) for words, _value, part, code in shown]
    known = before if estimated is None else _measures(estimated, sheet)
    rows = [row((_("Measures"), *[None] * 5), style=RowStyle.SECTION)]
    for (words, value, part, code), old in zip(shown, known, strict=True):
        estimate = Linked(old[1], sheet.lines_link(part, "estimate"))
        cells = (words, estimate, Linked(value, sheet.lines_link(part)), None, None, None)
        rows.append(row(cells, currency=code))
    return tuple(rows)


def _measures(result: ShipmentResult, sheet: Sheet) -> list[tuple[str, Cell, str, str]]:
    """Answer (words, value, the part of the lines behind it, currency of a money value)."""
    code, base = sheet.profit.currency, sheet.base
    unit = _("n/a") if result.cost_per_unit is None else f"{result.cost_per_unit:.4f}"
    rate = f"{round_to(result.reference_rate, 4):.4f}"
    return [
        (_("FX net income N in {currency}").format(currency=code), result.fx_net_income, "net_income", code),
        (_("Export total cost K"), result.export_cost, "export", base),
        (_("Export cost of 1 {currency} (K/N)").format(currency=code), unit, "export", base),
        (_reference_words(sheet), rate, "", base),
        (_("Profit at the reference rate (N × R − K)"), result.reference_profit, "", base),
        (_("Profit rate at the reference rate"), percent(result.profit_rate), "", base),
        (_("Margin on revenue"), percent(result.margin), "", base),
        (_("Mark-up on cost"), percent(result.markup), "", base),
    ]


def _reference_words(sheet: Sheet) -> str:
    """Answer which rate R is, of what really was; the estimate's own stands beside it (section 2.4)."""
    if sheet.profit.collected is not None:
        return _("Reference rate R: the rate collected")
    if sheet.profit.booked:
        return _("Reference rate R: the recognition rate")
    return _("Reference rate R: the rate of the estimate")


def percent(fraction: Decimal | None) -> str:
    """Answer a fraction as ``20.41 %``, with a true minus sign as the figures beside it; n/a for None."""
    return _("n/a") if fraction is None else f"{format_number(round_to(fraction * 100, 2), 2)} %"


def _waterfall(sheet: Sheet) -> Chart:
    """Answer the way from revenue over each cost to the profit after exchange differences."""
    result = sheet.profit.result
    steps: list[tuple[str, Decimal, Link | None]] = [
        (_("Revenue"), result.revenue, sheet.lines_link("revenue"))
    ]
    for code, words, _estimate, lines in _by_category(sheet):
        amount = sum((line.base_amount for line in lines), ZERO)
        if amount:
            steps.append((words, -amount, sheet.lines_link(code)))
    totals = {0, len(steps)}
    steps.append((_("Trading profit"), result.trading_profit, sheet.lines_link()))
    if result.realized_fx:
        fx = report_link("realized_fx", shipment=sheet.profit.shipment_id)
        steps.append((_("Exchange difference"), result.realized_fx, fx))
        totals.add(len(steps))
        steps.append((_("Profit after FX"), result.profit_after_fx, sheet.lines_link("after_fx")))
    series = Series(
        _("Amount"), tuple(amount for _w, amount, _l in steps), tuple(link for _w, _a, link in steps)
    )
    return Chart(
        ChartKind.WATERFALL,
        _("From revenue to profit"),
        tuple(words for words, _a, _l in steps),
        (series,),
        sheet.base,
        frozenset(totals),
    )


SHIPMENT_PROFIT = ReportSpec(
    "shipment_profit", N_("Profit of a shipment"), (SHIPMENT,), run_profit, (*VERBS, "shipment.read")
)
