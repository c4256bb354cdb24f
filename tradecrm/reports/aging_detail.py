"""The instalments behind the aging (账龄明细), and the open invoices (应收账款): rows that open their papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.aging import bucket_labels
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.aging import (
    BASES,
    BASIS,
    EDGES,
    PERSON,
    ROLE,
    SIDE,
    aging_query,
    detail_link,
    kept_party,
    side_words,
)
from tradecrm.reports.build import ZERO, Linked, column, money, more_note, report_link, row
from tradecrm.reports.params import AS_OF, CURRENCY, LIMIT, PARTY, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.aging import AgingQuery
from tradecrm.services.figures.aging_detail import UNAPPLIED, AgingPart, aging_detail
from tradecrm.services.figures.closing import ClosingRates, add_known
from tradecrm.services.figures.papers import item_links, party_names

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

UNAPPLIED_NAME = "unapplied"
OVERDUE_NAME = "overdue"

BUCKET = ReportParam("bucket", N_("Bucket (0, 1, …, unapplied, overdue)"), internal=True)
"""A key of the program's own, set by the cell of the aging that is opened; the subtitle says it in words."""


def parts_of(reader: Reader, query: AgingQuery, bucket: str) -> list[AgingPart]:
    """Answer the instalments of a named bucket: its index, ``unapplied``, ``overdue``, or all when empty.

    Raises Refusal for a bucket that the edges do not make.
    """
    if bucket == "":
        return aging_detail(reader, query)
    if bucket == UNAPPLIED_NAME:
        return aging_detail(reader, query, UNAPPLIED)
    if bucket == OVERDUE_NAME:
        return [part for part in aging_detail(reader, query) if part.bucket > 0]
    if not bucket.isdecimal() or int(bucket) > len(query.edges) + 1:
        raise Refusal.of(_("There is no bucket {bucket}.").format(bucket=bucket), "bucket")
    return aging_detail(reader, query, int(bucket))


def _bucket_title(query: AgingQuery, bucket: str) -> str:
    named = {"": _("all buckets"), UNAPPLIED_NAME: _("unapplied"), OVERDUE_NAME: _("overdue")}
    return named[bucket] if bucket in named else bucket_labels(query.edges, query.basis)[int(bucket)]


def run_aging_detail(reader: Reader, params: Params) -> Table:
    """Answer the instalments of a cell of the aging; their open amounts add up to it."""
    query, bucket = aging_query(params), params.text("bucket")
    parts = parts_of(reader, query, bucket)
    shown = parts[: params.number("limit") or len(parts)]
    links = item_links(reader, ((part.item_id, part.kind) for part in shown), query.side)
    names = party_names(reader, (part.party_id for part in shown))
    labels = bucket_labels(query.edges, query.basis)
    rates = ClosingRates(reader, query.as_of)
    totals = _totals(query, bucket, parts, rates, reader.base)
    subtitle = " · ".join(
        (
            _("As of {day}").format(day=query.as_of.isoformat()),
            _(dict(BASES)[query.basis.value]),
            _bucket_title(query, bucket),
        )
    )
    notes = [*rates.notes]
    if len(shown) < len(parts):
        notes.append(more_note(len(shown), len(parts)))
    return Table(
        "aging_detail",
        _("Payables in detail") if query.side == "AP" else _("Receivables in detail"),
        subtitle,
        _detail_columns(query.side),
        tuple(_detail_row(part, names, links, labels) for part in shown),
        totals,
        tuple(notes),
    )


def _detail_columns(side: str) -> tuple[TableColumn, ...]:
    return (
        column("party", side_words(side)[1]),
        column("number", _("Number"), FieldKind.CODE),
        column("instalment", _("Instalment"), FieldKind.INTEGER),
        column("document_day", _("Document date"), FieldKind.DATE),
        column("due_on", _("Due"), FieldKind.DATE),
        column("days", _("Days"), FieldKind.INTEGER),
        column("bucket", _("Bucket")),
        column("currency", _("Currency"), FieldKind.CURRENCY),
        money("amount", _("Amount")),
        money("open", _("Open amount")),
    )


def _detail_row(
    part: AgingPart, names: dict[int, str], links: dict[int, Link], labels: Sequence[str]
) -> TableRow:
    paper = links[part.item_id]
    credit = part.bucket == UNAPPLIED
    return row(
        (
            Linked(names.get(part.party_id, ""), Link.to("customer", id=part.party_id)),
            Linked(part.number, paper),
            Linked(part.position, paper),
            part.document_day,
            part.due_on,
            Linked(part.days, paper),
            _("Unapplied") if credit else labels[part.bucket],
            part.currency,
            Linked(part.amount, paper),
            Linked(part.open_amount, paper),
        ),
        currency=part.currency,
    )


def _totals(
    query: AgingQuery, bucket: str, parts: Sequence[AgingPart], rates: ClosingRates, base: str
) -> tuple[TableRow, ...]:
    """Answer a total a currency, and all in base: rounded once a party, currency and bucket, as the aging is."""
    by_currency: dict[str, Decimal] = {}
    cells: dict[tuple[int, str, int], Decimal] = {}
    for part in parts:
        by_currency[part.currency] = by_currency.get(part.currency, ZERO) + part.open_amount
        key = (part.party_id, part.currency, part.bucket)
        cells[key] = cells.get(key, ZERO) + part.open_amount
    rows = [
        _total_row(code, amount, detail_link(query, currency=code, bucket=bucket))
        for code, amount in sorted(by_currency.items())
    ]
    if parts:
        worth = add_known([rates.value(amount, key[1]) for key, amount in cells.items()])
        rows.append(_total_row(base, worth, detail_link(query, bucket=bucket), in_base=True))
    return tuple(rows)


def _total_row(code: str, amount: Decimal | None, link: Link, *, in_base: bool = False) -> TableRow:
    words = _("All in {currency} at closing") if in_base else _("Total {currency}")
    cells = (
        words.format(currency=code),
        None,
        None,
        None,
        None,
        None,
        None,
        code,
        None,
        Linked(amount, link),
    )
    return row(cells, currency=code, style=RowStyle.TOTAL)


def run_receivables(reader: Reader, params: Params) -> Table:
    """Answer the open invoices as of a day, the longest overdue first; credits are left out."""
    query = AgingQuery(
        "AR",
        params.day("as_of"),
        parties=kept_party(params),
        currency=params.text("currency") or None,
    )
    items: dict[int, list[AgingPart]] = {}
    for part in aging_detail(reader, query):
        if part.bucket != UNAPPLIED:
            items.setdefault(part.item_id, []).append(part)
    ordered = sorted(items.values(), key=lambda parts: (_first_due(parts), parts[0].number))
    shown = ordered[: params.number("limit") or len(ordered)]
    names = party_names(reader, (parts[0].party_id for parts in shown))
    sums: dict[str, Decimal] = {}
    for parts in ordered:
        code = parts[0].currency
        sums[code] = sums.get(code, ZERO) + _open(parts)
    return Table(
        "receivables",
        _("Open invoices"),
        _("As of {day}").format(day=query.as_of.isoformat()),
        (
            column("number", _("Number"), FieldKind.CODE),
            column("party", _("Customer")),
            column("document_day", _("Document date"), FieldKind.DATE),
            column("due_on", _("Due"), FieldKind.DATE),
            column("days", _("Days overdue"), FieldKind.INTEGER),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("amount", _("Amount")),
            money("open", _("Open amount")),
        ),
        tuple(_item_row(parts, names, query) for parts in shown),
        tuple(
            row(
                (
                    _("Total {currency}").format(currency=code),
                    *[None] * 4,
                    code,
                    None,
                    Linked(
                        amount,
                        report_link(
                            "receivables", as_of=query.as_of, currency=code, party=query.party_id, limit=0
                        ),
                    ),
                ),
                currency=code,
                style=RowStyle.TOTAL,
            )
            for code, amount in sorted(sums.items())
        ),
        () if len(shown) == len(ordered) else (more_note(len(shown), len(ordered)),),
    )


def _first_due(parts: list[AgingPart]) -> date:
    return min((part.due_on or date.max for part in parts), default=date.max)


def _open(parts: list[AgingPart]) -> Decimal:
    return sum((part.open_amount for part in parts), ZERO)


def _item_row(parts: list[AgingPart], names: dict[int, str], query: AgingQuery) -> TableRow:
    first, due = parts[0], _first_due(parts)
    paper = Link.to("receivable", id=first.item_id)
    late = (query.as_of - due).days if due != date.max else 0
    return row(
        (
            Linked(first.number, paper),
            Linked(names.get(first.party_id, ""), Link.to("customer", id=first.party_id)),
            first.document_day,
            None if due == date.max else due,
            Linked(late, paper) if late > 0 else None,
            first.currency,
            Linked(first.item_amount, paper),
            Linked(_open(parts), paper),
        ),
        currency=first.currency,
    )


AGING_DETAIL = ReportSpec(
    "aging_detail",
    N_("Receivables and payables in detail"),
    (AS_OF, SIDE, BASIS, EDGES, PARTY, CURRENCY, BUCKET, ROLE, PERSON, LIMIT),
    run_aging_detail,
    ("report.run", "receivable.read"),
    main=False,
)

RECEIVABLES = ReportSpec(
    "receivables",
    N_("Open invoices"),
    (AS_OF, PARTY, CURRENCY, LIMIT),
    run_receivables,
    ("report.run", "receivable.read"),
)
