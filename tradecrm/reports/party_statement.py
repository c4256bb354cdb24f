"""The statement of account of a partner (对账单): a section a currency, opening to closing, aging below (3.7)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.aging import bucket_labels
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.table import RowStyle, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.aging import SIDE
from tradecrm.reports.build import ZERO, Linked, column, money, report_link, row
from tradecrm.reports.params import CURRENCY, FIRST, LAST, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.aging import AgingQuery, aging
from tradecrm.services.figures.papers import party_names
from tradecrm.services.figures.statement import EntryFilter, EntryRow, ledger_rows, ledger_totals

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

PARTNER = ReportParam("party", N_("Partner"), FieldKind.REF, ref="customer", required=True)


def run_statement(reader: Reader, params: Params) -> Table:
    """Answer what a partner was invoiced and paid in a period, with the running balance in each currency.

    A positive balance is owed to us (receivables) or by us (payables).
    """
    party, side = params.number("party") or 0, params.text("side")
    first, last = params.day("first"), params.day("last")
    totals = ledger_totals(reader, EntryFilter(last, book=side, party_id=party))
    only = params.text("currency")
    rows: list[TableRow] = []
    for code in [total.currency for total in totals if only in ("", total.currency)]:
        query = EntryFilter(last, first, side, currency=code, party_id=party, limit=0)
        rows.extend(_section(reader, query))
    name = party_names(reader, [party]).get(party, "")
    return Table(
        "party_statement",
        _("Statement of account of {party}").format(party=name),
        _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat()),
        (
            column("day", _("Date"), FieldKind.DATE),
            column("kind", _("Kind")),
            column("paper", _("Paper")),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("debit", _("Debit")),
            money("credit", _("Credit")),
            money("balance", _("Balance")),
        ),
        tuple(rows),
        (),
        tuple(_aging_notes(reader, AgingQuery(side, last, party_id=party, currency=only or None))),
    )


def _section(reader: Reader, query: EntryFilter) -> list[TableRow]:
    """Answer opening, entries and closing of one currency; allocations move nothing and are left out."""
    sign = 1 if query.book == "AR" else -1
    assert query.first is not None
    before = query.first - timedelta(days=1)
    earlier = EntryFilter(before, book=query.book, currency=query.currency, party_id=query.party_id)
    opening = sign * sum((total.amount for total in ledger_totals(reader, earlier)), ZERO)
    entries = [entry for entry in ledger_rows(reader, query) if entry.amount]
    code, closing = query.currency or "", opening
    rows = [_edge(_("Balance before"), opening, earlier, code, RowStyle.MUTED)]
    for entry in entries:
        closing += sign * entry.amount
        rows.append(_entry(entry, sign * entry.amount, closing, query))
    ending = EntryFilter(query.last, book=query.book, currency=query.currency, party_id=query.party_id)
    rows.append(_edge(_("Balance at the end"), closing, ending, code, RowStyle.SUBTOTAL))
    return rows


def _behind(query: EntryFilter) -> Link:
    return report_link(
        "ledger_entries", book=query.book, party=query.party_id, currency=query.currency, last=query.last
    )


def _edge(words: str, amount: Decimal, query: EntryFilter, code: str, style: RowStyle) -> TableRow:
    cells = (query.last, words, None, code, None, None, Linked(amount, _behind(query)))
    return row(cells, currency=code, style=style)


def _entry(entry: EntryRow, amount: Decimal, balance: Decimal, query: EntryFilter) -> TableRow:
    words = _("{what}, taken back").format(what=entry.title) if entry.reversal else entry.title
    until = EntryFilter(entry.day, book=query.book, currency=query.currency, party_id=query.party_id)
    return row(
        (
            entry.day,
            words,
            Linked(entry.memo, entry.link),
            entry.currency,
            Linked(amount, entry.link) if amount > 0 else None,
            Linked(-amount, entry.link) if amount < 0 else None,
            Linked(balance, _behind(until)),
        ),
        currency=entry.currency,
    )


def _aging_notes(reader: Reader, query: AgingQuery) -> list[str]:
    """Answer the aging at the end of the period, one line a currency."""
    notes = []
    for found in aging(reader, query):
        labels = (*bucket_labels(query.edges, query.basis), _("Unapplied"))
        amounts = (*found.amounts, found.advance)
        parts = [
            f"{label} {format_money(amount, found.currency)}"
            for label, amount in zip(labels, amounts, strict=True)
            if amount
        ]
        notes.append(_("By age: {parts}").format(parts="; ".join(parts)))
    return notes


PARTY_STATEMENT = ReportSpec(
    "party_statement",
    N_("Statement of account"),
    (PARTNER, SIDE, FIRST, LAST, CURRENCY),
    run_statement,
    ("report.run", "receivable.read"),
)
