"""The statement of account of a partner (对账单), and a supplier's goods against bills (供应商对账), section 3.7."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.aging import bucket_labels
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.aging import SIDE
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import AS_OF, CURRENCY, FIRST, LAST, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.papers import party_names
from tradecrm.services.figures.party_statement import (
    PartyStatement,
    StatementAsk,
    StatementLine,
    StatementPart,
    StatementStyle,
    party_statement,
)
from tradecrm.services.figures.received import ReceivedLine, received_lines

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

PARTNER = ReportParam("party", N_("Partner"), FieldKind.REF, ref="customer", required=True)
STYLES = (("forward", N_("Carried forward")), ("open", N_("Open papers")))
STYLE = ReportParam("style", N_("Style"), FieldKind.CHOICE, lambda _reader: "forward", STYLES)
_KINDS = {
    "INV": N_("Invoice"),
    "DN": N_("Debit note"),
    "CN": N_("Credit note"),
    "OPEN": N_("Opening item"),
    "RCT": N_("Receipt"),
    "PAY": N_("Payment"),
    "RFD": N_("Refund"),
    "WOF": N_("Write-off"),
}


def statement_ask(params: Params) -> StatementAsk:
    """Answer what the statement is asked for by the parameters."""
    return StatementAsk(
        params.number("party") or 0,
        params.text("side"),
        params.day("first"),
        params.day("last"),
        StatementStyle(params.text("style")),
        params.text("currency") or None,
    )


def run_statement(reader: Reader, params: Params) -> Table:
    """Answer what a partner was invoiced and paid in a period, or what is open at its end, a part a currency.

    A positive balance is owed to us (receivables) or by us (payables).
    """
    found = party_statement(reader, statement_ask(params))
    rows = [each for part in found.parts for each in _part_rows(found, part)]
    first, last = found.ask.first.isoformat(), found.ask.last.isoformat()
    is_open = found.ask.style is StatementStyle.OPEN
    subtitle = (
        _("Open as of {day}").format(day=last)
        if is_open
        else _("{first} to {last}").format(first=first, last=last)
    )
    return Table(
        "party_statement",
        _("Statement of account of {party}").format(party=found.name),
        subtitle,
        _columns(found),
        tuple(rows),
        (),
        tuple(_by_age(found, part) for part in found.parts),
    )


def _columns(found: PartyStatement) -> tuple[TableColumn, ...]:
    is_open = found.ask.style is StatementStyle.OPEN
    more, less = (_("Billed"), _("Paid")) if found.ask.side == "AP" else (_("Debit"), _("Credit"))
    if is_open:
        more, less = _("Amount"), _("Paid so far")
    return (
        column("day", _("Date"), FieldKind.DATE),
        column("kind", _("Kind")),
        column("paper", _("Paper")),
        column("lading", _("B/L or waybill no."), FieldKind.CODE),
        column("order", _("Order"), FieldKind.CODE),
        column("due", _("Due"), FieldKind.DATE),
        column("currency", _("Currency"), FieldKind.CURRENCY),
        money("debit", more),
        money("credit", less),
        money("balance", _("Open amount") if is_open else _("Balance")),
    )


def _part_rows(found: PartyStatement, part: StatementPart) -> list[TableRow]:
    """Answer opening, papers and closing of one currency."""
    ask, code = found.ask, part.currency
    rows = []
    if ask.style is StatementStyle.FORWARD:
        before = ask.first - timedelta(days=1)
        rows.append(_edge(ask, code, _("Balance before"), part.opening, before, RowStyle.MUTED))
    rows += [_line_row(ask, code, line) for line in part.lines]
    rows.append(_edge(ask, code, _("Balance at the end"), part.closing, ask.last, RowStyle.SUBTOTAL))
    return rows


def _behind(ask: StatementAsk, code: str, day: date) -> Link:
    if ask.style is StatementStyle.OPEN:
        return report_link("aging_detail", side=ask.side, as_of=day, party=ask.party_id, currency=code)
    return report_link("ledger_entries", book=ask.side, party=ask.party_id, currency=code, last=day)


def _edge(ask: StatementAsk, code: str, words: str, amount: Decimal, day: date, style: RowStyle) -> TableRow:
    balance = Linked(amount, _behind(ask, code, day))
    return row((day, words, *[None] * 4, code, None, None, balance), currency=code, style=style)


def _line_row(ask: StatementAsk, code: str, line: StatementLine) -> TableRow:
    words = _(_KINDS[line.kind]) if line.kind in _KINDS and not line.words else line.words
    return row(
        (
            line.day,
            words or line.kind,
            Linked(line.number, line.link),
            line.lading,
            line.order,
            line.due_on,
            code,
            Linked(line.more, line.link),
            Linked(line.less, line.link),
            Linked(
                line.balance, line.link if ask.style is StatementStyle.OPEN else _behind(ask, code, line.day)
            ),
        ),
        currency=code,
    )


def _by_age(found: PartyStatement, part: StatementPart) -> str:
    """Answer the aging at the end of the period in one line."""
    labels = (*bucket_labels(found.edges), _("Unapplied"))
    amounts = (*part.buckets, part.unapplied)
    parts = [
        f"{label} {format_money(amount, part.currency)}"
        for label, amount in zip(labels, amounts, strict=True)
        if amount
    ]
    return _("By age: {parts}").format(parts="; ".join(parts) or "0")


def run_received(reader: Reader, params: Params) -> Table:
    """Answer what came in of each purchase line, what was billed and paid of it, and what is not billed."""
    supplier, day = params.number("party") or 0, params.day("as_of")
    found = received_lines(reader, supplier, day)
    name = party_names(reader, [supplier]).get(supplier, "")
    return Table(
        "supplier_reconciliation",
        _("Goods against bills of {party}").format(party=name),
        _("As of {day}").format(day=day.isoformat()),
        (
            column("purchase", _("Purchase contract"), FieldKind.CODE),
            column("goods", _("Goods")),
            column("ordered", _("Ordered"), FieldKind.QUANTITY),
            column("received", _("Received"), FieldKind.QUANTITY),
            column("price", _("Price"), FieldKind.PRICE),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("value", _("Received value")),
            money("billed", _("Billed")),
            money("paid", _("Paid")),
            money("unbilled", _("Not billed yet")),
        ),
        tuple(_received_row(line) for line in found),
        tuple(_received_totals(found, supplier, day)),
    )


def _received_row(line: ReceivedLine) -> TableRow:
    paper = Link.to("purchase", id=line.purchase_id)
    return row(
        (
            Linked(line.number, paper),
            line.goods,
            Linked(line.ordered, paper),
            Linked(line.received, paper),
            Linked(line.price, paper),
            line.currency,
            Linked(line.value, paper),
            Linked(line.billed, paper),
            Linked(line.paid, paper),
            Linked(line.unbilled, paper),
        ),
        currency=line.currency,
    )


def _received_totals(found: tuple[ReceivedLine, ...], supplier: int, day: date) -> list[TableRow]:
    itself = report_link("supplier_reconciliation", party=supplier, as_of=day)
    rows = []
    for code in sorted({line.currency for line in found}):
        own = [line for line in found if line.currency == code]
        sums = (
            sum((line.value for line in own), ZERO),
            sum((line.billed for line in own), ZERO),
            sum((line.paid for line in own), ZERO),
            sum((line.unbilled for line in own), ZERO),
        )
        words = _("Total {currency}").format(currency=code)
        cells = (words, *[None] * 4, code, *(Linked(value, itself) for value in sums))
        rows.append(row(cells, currency=code, style=RowStyle.TOTAL))
    return rows


PARTY_STATEMENT = ReportSpec(
    "party_statement",
    N_("Statement of account"),
    (PARTNER, SIDE, FIRST, LAST, STYLE, CURRENCY),
    run_statement,
    ("report.run", "receivable.read"),
)
SUPPLIER_RECONCILIATION = ReportSpec(
    "supplier_reconciliation",
    N_("Goods against bills of a supplier"),
    (PARTNER, AS_OF),
    run_received,
    ("report.run", "receivable.read", "purchase.price"),
)
