"""Exposure per currency and month, with what a change of the rate does to the result in base (section 3.5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.table import Chart, ChartKind, RowStyle, Series, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import CURRENCY, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.closing import add_known
from tradecrm.services.figures.currency_risk import Risk, RiskRow, currency_risk

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

VERBS = ("report.run", "account.read")
PARTS: tuple[tuple[str, str], ...] = (
    ("bank", N_("On accounts")),
    ("receivable", N_("Receivables")),
    ("payable", N_("Payables")),
    ("ahead", N_("Contracts and purchases ahead")),
)
PART = ReportParam("part", N_("What"), FieldKind.CHOICE, choices=(("", N_("All")), *PARTS))
MONTH = ReportParam("month", N_("Month"), FieldKind.DATE)
ONE = Decimal(1)


def run_exposure(reader: Reader, _params: Params) -> Table:
    """Answer the exposure with the effect of one percent."""
    return exposure_table(currency_risk(reader), ONE)


def exposure_table(risk: Risk, percent: Decimal) -> Table:
    """Answer the exposure by currency and month, and what a change of all rates by ``percent`` does."""
    rows = [_month_row(risk, code, month, percent) for code, month in risk.months()]
    codes = [code for code, _rate in risk.rates]
    totals = tuple(_currency_row(risk, code, percent) for code in codes)
    effect = add_known([risk.effect(risk.amount(code), code, percent) for code in codes])
    everything = report_link("fx_exposure_rows")
    last = row(
        (_("Effect on the result"), *[None] * 7, Linked(effect, everything)),
        currency=risk.base,
        style=RowStyle.TOTAL,
    )
    return Table(
        "fx_exposure",
        _("Exposure to exchange rates"),
        _("As of {day}; nothing is covered forward").format(day=risk.day.isoformat()),
        (
            column("currency", _("Currency"), FieldKind.CURRENCY),
            column("month", _("Month")),
            *(money(part, _(title)) for part, title in PARTS),
            money("net", _("Net")),
            money("worth", _("In {currency}").format(currency=risk.base), risk.base),
            money("effect", _("Effect of {percent} %").format(percent=signed(percent)), risk.base),
        ),
        tuple(rows),
        (last, *totals) if rows else (),
        risk.notes,
        _chart(risk, percent) if rows else None,
    )


def signed(percent: Decimal) -> str:
    """Answer a change as it is read: +3, −2.5."""
    text = f"{abs(percent).normalize():f}"
    return f"−{text}" if percent < 0 else f"+{text}"


def _figures(risk: Risk, code: str, month: date | None, percent: Decimal) -> list[Linked]:
    figures = []
    for part in (*(part for part, _title in PARTS), ""):
        behind = report_link("fx_exposure_rows", currency=code, month=month, part=part)
        figures.append(Linked(risk.amount(code, month, part), behind))
    net = risk.amount(code, month)
    behind = report_link("fx_exposure_rows", currency=code, month=month)
    worth = risk.effect(net, code, Decimal(100))
    return [*figures, Linked(worth, behind), Linked(risk.effect(net, code, percent), behind)]


def _month_row(risk: Risk, code: str, month: date, percent: Decimal) -> TableRow:
    return row((code, f"{month:%Y-%m}", *_figures(risk, code, month, percent)), currency=code)


def _currency_row(risk: Risk, code: str, percent: Decimal) -> TableRow:
    return row((code, _("Total"), *_figures(risk, code, None, percent)), currency=code, style=RowStyle.TOTAL)


def _chart(risk: Risk, percent: Decimal) -> Chart:
    """Answer a bar for each month and currency: what the change does to the result."""
    months = sorted({month for _code, month in risk.months()})
    series = tuple(
        Series(
            code,
            tuple(risk.effect(risk.amount(code, month), code, percent) for month in months),
            tuple(report_link("fx_exposure_rows", currency=code, month=month) for month in months),
        )
        for code, rate in risk.rates
        if rate is not None
    )
    title = _("Effect of {percent} % on the result").format(percent=signed(percent))
    return Chart(ChartKind.STACKED, title, tuple(f"{month:%Y-%m}" for month in months), series, risk.base)


def run_rows(reader: Reader, params: Params) -> Table:
    """Answer the accounts and papers behind an exposure."""
    risk = currency_risk(reader)
    month = params.values["month"]
    chosen = risk.of(params.text("currency"), month if isinstance(month, date) else None, params.text("part"))
    codes = sorted({each.currency for each in chosen})
    return Table(
        "fx_exposure_rows",
        _("What moves with the rate"),
        _("As of {day}").format(day=risk.day.isoformat()),
        (
            column("part", _("What")),
            column("kind", _("Kind")),
            column("number", _("Paper")),
            column("day", _("Expected"), FieldKind.DATE),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("amount", _("Amount")),
        ),
        tuple(_risk_row(each) for each in chosen),
        tuple(
            row(
                (
                    _("Total"), None, None, None, code,
                    Linked(
                        sum((each.amount for each in chosen if each.currency == code), ZERO),
                        report_link(
                            "fx_exposure_rows", currency=code, month=month, part=params.text("part")
                        ),
                    ),
                ),
                currency=code,
                style=RowStyle.TOTAL,
            )
            for code in codes
        ),
    )  # fmt: skip


def _risk_row(each: RiskRow) -> TableRow:
    return row(
        (
            _(dict(PARTS)[each.part]),
            _(each.kind) if each.kind else "",
            Linked(each.number, each.link),
            each.day,
            each.currency,
            Linked(each.amount, each.link),
        ),
        currency=each.currency,
    )


FX_EXPOSURE = ReportSpec("fx_exposure", N_("Exposure to exchange rates"), (), run_exposure, VERBS)
FX_EXPOSURE_ROWS = ReportSpec(
    "fx_exposure_rows", N_("What moves with the rate"), (CURRENCY, MONTH, PART), run_rows, VERBS, main=False
)
