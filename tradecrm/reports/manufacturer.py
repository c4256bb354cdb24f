"""A manufacturer's VAT of a month (免抵退税计算表): credited, refunded and carried on (sections 2.2 and 16.11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from tradecrm.core.allocate import allocate
from tradecrm.core.dates import month_end
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import decimal_problems, format_amount
from tradecrm.core.problems import Refusal
from tradecrm.core.rebate import ExportedGoods, ManufacturerMonth, manufacturer_month, rebate_rate
from tradecrm.core.table import RowStyle, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import Params, ReportParam, month_start
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.claims.manufacturer import by_code, month_exports, month_input_vat

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

VERBS = ("report.run", "account.read")
MONTH = ReportParam("month", N_("A day of the month"), FieldKind.DATE, month_start)
OUTPUT = ReportParam("output", N_("Output VAT at home"))
CARRIED = ReportParam("carried", N_("Credit carried in"))
INPUT = ReportParam("input", N_("Input VAT, if not as invoiced"))
DUTY_FREE = ReportParam("duty_free", N_("Duty-free inputs"), more=True)


def _typed(reader: Reader, params: Params, key: str) -> Decimal | None:
    """Read an amount in base currency, None when nothing is typed; raises Refusal at the parameter."""
    text = params.text(key).replace(",", "").strip()
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise Refusal.of(_("{text} is no amount. Write it as 58500.00.").format(text=text), key)
    if problems := decimal_problems((key, amount, reader.base)):
        raise Refusal(problems)
    return amount


def _spread(goods: Sequence[ExportedGoods], duty_free: Decimal, base: str) -> list[ExportedGoods]:
    """Answer the goods with the duty-free inputs shared by FOB value (section 2.6)."""
    if not duty_free or not goods:
        return list(goods)
    shares = allocate(duty_free, [each.fob for each in goods], base)
    return [replace(each, duty_free=share) for each, share in zip(goods, shares, strict=True)]


@dataclass(frozen=True, slots=True)
class _Taxes:
    """What the month is reckoned from besides the exports, in base currency."""

    paid: Decimal
    output: Decimal
    carried: Decimal
    duty_free: Decimal


def run_month(reader: Reader, params: Params) -> Table:
    """Answer the reckoning of the month step by step; what the program does not keep is typed."""
    first = params.day("month").replace(day=1)
    last, base = month_end(first), reader.base
    output, carried, duty_free = (
        _typed(reader, params, key) or ZERO for key in ("output", "carried", "duty_free")
    )
    typed = _typed(reader, params, "input")
    taxes = _Taxes(
        month_input_vat(reader, first, last) if typed is None else typed, output, carried, duty_free
    )
    sold = [each for _code, each in by_code(month_exports(reader, first, last))]
    goods = _spread(sold, duty_free, base)
    found = manufacturer_month(goods, input_vat=taxes.paid, output=output, carried=carried, currency=base)
    fob = sum((each.fob for each in goods), ZERO)
    anything = goods or taxes.paid or output or carried
    return Table(
        "manufacturer_month",
        _("Manufacturer's VAT of a month"),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("what", _("What")),
            column("how", _("Formula")),
            money("amount", _("In {currency}").format(currency=base), base),
        ),
        _steps(found, fob, taxes, base, report_link("manufacturer_goods", month=first)) if anything else (),
        (),
        () if goods else (_("Nothing left this month under the manufacturer's regime."),),
    )


def _steps(
    found: ManufacturerMonth, fob: Decimal, taxes: _Taxes, base: str, behind: Link
) -> tuple[TableRow, ...]:
    """Answer the lines of the sheet, each formula with its numbers put in."""

    def shown(amount: Decimal) -> str:
        return format_amount(amount, base)

    payable = f"{shown(taxes.output)} − ({shown(taxes.paid)} − {shown(found.non_creditable)}) − {shown(taxes.carried)}"
    lines = [
        (_("FOB value of the exports"), "", fob),
        (_("Duty-free inputs"), _("lower the FOB value in both formulas"), taxes.duty_free),
        (_("Not creditable"), _("FOB × (VAT rate − rebate rate)"), found.non_creditable),
        (_("Input VAT"), _("special invoices received in the month"), taxes.paid),
        (_("Output VAT at home"), "", taxes.output),
        (_("Credit carried in"), "", taxes.carried),
        (_("Tax payable; below zero it is left to credit"), payable, found.tax),
        (_("Most that credit and refund come to"), _("FOB × rebate rate"), found.cap),
        (_("Refunded by the tax office"), _("the smaller of the two"), found.refund),
        (_("Credited against tax at home"), f"{shown(found.cap)} − {shown(found.refund)}", found.credited),
        (_("Credit carried on"), "", found.carried),
    ]
    return tuple(
        row(
            (words, how, Linked(amount, Link.to("vat_invoices") if at == _PAID else behind)),
            currency=base,
            style=RowStyle.TOTAL if at in _RESULTS else RowStyle.NORMAL,
        )
        for at, (words, how, amount) in enumerate(lines)
        if at != _DUTY_FREE or amount
    )


_DUTY_FREE, _PAID = 1, 3
_RESULTS = frozenset((6, 8, 10))
"""Places of lines on the sheet."""


def run_goods(reader: Reader, params: Params) -> Table:
    """Answer the goods that left in the month with their FOB value, each opening its shipment."""
    first = params.day("month").replace(day=1)
    last, base = month_end(first), reader.base
    found = month_exports(reader, first, last)
    whole = sum((each.goods.fob for each in found), ZERO)
    total = row(
        (_("Total"), *[None] * 5, Linked(whole, report_link("manufacturer_goods", month=first))),
        currency=base,
        style=RowStyle.TOTAL,
    )
    rows = []
    for each in found:
        link = Link.to("shipment", id=each.shipment_id)
        rate = rebate_rate(each.goods.table_rate, each.goods.vat)
        cells = (
            Linked(each.shipment, link), each.day, each.hs_code, each.name, Linked(each.goods.vat, link),
            Linked(rate, link), Linked(each.goods.fob, link),
        )  # fmt: skip
        rows.append(row(cells, currency=base))
    return Table(
        "manufacturer_goods",
        _("Exports of a month by goods"),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("shipment", _("Shipment"), FieldKind.CODE),
            column("exported", _("Export date"), FieldKind.DATE),
            column("hs_code", _("HS code"), FieldKind.CODE),
            column("goods", _("Goods")),
            column("vat", _("VAT"), FieldKind.PERCENT),
            column("rebate", _("Rebate"), FieldKind.PERCENT),
            money("fob", _("FOB in {currency}").format(currency=base), base),
        ),
        tuple(rows),
        (total,) if found else (),
    )


MANUFACTURER_MONTH = ReportSpec(
    "manufacturer_month",
    N_("Manufacturer's VAT of a month"),
    (MONTH, OUTPUT, CARRIED, INPUT, DUTY_FREE),
    run_month,
    VERBS,
)
MANUFACTURER_GOODS = ReportSpec(
    "manufacturer_goods", N_("Exports of a month by goods"), (MONTH,), run_goods, VERBS, main=False
)
