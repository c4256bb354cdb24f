"""The ledger: totals by book (试算平衡表), and the entries behind any total, each opening its paper."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import RowStyle, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import (
    BOOK_TITLES,
    ZERO,
    Linked,
    book_title,
    column,
    money,
    more_note,
    report_link,
    row,
)
from tradecrm.reports.params import AS_OF, CURRENCY, LAST, LIMIT, OFFSET, PARTY, Params, ReportParam
from tradecrm.reports.profit import SHIPMENT
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.statement import (
    EntryFilter,
    EntryRow,
    LedgerTotal,
    ledger_rows,
    ledger_totals,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

BOOK = ReportParam(
    "book", N_("Book of the ledger"), FieldKind.CHOICE, choices=(("", N_("All")), *BOOK_TITLES)
)
OF_SHIPMENT = ReportParam("shipment", SHIPMENT.title, FieldKind.REF, ref="shipment")
ANY_FIRST = ReportParam("first", N_("From"), FieldKind.DATE)


def run_trial(reader: Reader, params: Params) -> Table:
    """Answer the totals of the ledger by book and currency; their base amounts add up to zero."""
    day, base = params.day("as_of"), reader.base
    totals = ledger_totals(reader, EntryFilter(day))
    rows = []
    for total in totals:
        behind = report_link("ledger_entries", book=total.book, currency=total.currency, last=day)
        rows.append(
            row(
                (
                    Linked(book_title(total.book), behind),
                    total.currency,
                    Linked(total.count, behind),
                    Linked(total.amount, behind),
                    Linked(total.base_amount, behind),
                ),
                currency=total.currency,
            )
        )
    sums = sum((total.base_amount for total in totals), ZERO)
    everything = report_link("ledger_entries", last=day)
    count = sum(total.count for total in totals)
    last = row(
        (_("Total"), None, Linked(count, everything), None, Linked(sums, everything)), style=RowStyle.TOTAL
    )
    notes = () if sums == 0 else (_("The ledger is out of balance. Run the check of the book."),)
    return Table(
        "trial",
        _("Ledger totals"),
        _("As of {day}").format(day=day.isoformat()),
        (
            column("book", _("Book")),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            column("count", _("Entries"), FieldKind.INTEGER),
            money("amount", _("Balance")),
            money("base", _("Balance in {currency}").format(currency=base), base),
        ),
        tuple(rows),
        (last,) if rows else (),
        notes,
    )


def run_entries(reader: Reader, params: Params) -> Table:
    """Answer entries of the ledger; totals are of all entries, by currency, also beyond the page."""
    given = params.values["first"]
    query = EntryFilter(
        last=params.day("last"),
        first=None if given is None else params.day("first"),
        book=params.text("book") or None,
        currency=params.text("currency") or None,
        party_id=params.number("party"),
        shipment_id=params.number("shipment"),
        offset=params.number("offset") or 0,
        limit=params.number("limit") or 0,
    )
    base, found, totals = reader.base, ledger_rows(reader, query), ledger_totals(reader, query)
    count = sum(total.count for total in totals)
    notes = () if len(found) == count else (more_note(len(found), count),)
    return Table(
        "ledger_entries",
        _("Entries of the ledger"),
        _("Until {day}").format(day=query.last.isoformat()),
        (
            column("day", _("Date"), FieldKind.DATE),
            column("book", _("Book")),
            column("kind", _("Kind")),
            column("paper", _("Paper")),
            column("party", _("Partner")),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            money("amount", _("Amount")),
            money("base", _("In {currency}").format(currency=base), base),
        ),
        tuple(_entry_row(entry) for entry in found),
        _totals(query, totals),
        notes,
    )


def _totals(query: EntryFilter, totals: Sequence[LedgerTotal]) -> tuple[TableRow, ...]:
    """Answer a total a currency, and all in base."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for total in totals:
        amount, base_amount = sums.get(total.currency, (ZERO, ZERO))
        sums[total.currency] = amount + total.amount, base_amount + total.base_amount
    return tuple(
        row(
            (
                _("Total {currency}").format(currency=code),
                *[None] * 4,
                code,
                Linked(amount, _entries_link(query, code)),
                Linked(base_amount, _entries_link(query, code)),
            ),
            currency=code,
            style=RowStyle.TOTAL,
        )
        for code, (amount, base_amount) in sorted(sums.items())
    )


def _entries_link(query: EntryFilter, code: str) -> Link:
    return report_link(
        "ledger_entries",
        first=query.first,
        last=query.last,
        book=query.book,
        party=query.party_id,
        shipment=query.shipment_id,
        currency=code,
    )


def _entry_row(entry: EntryRow) -> TableRow:
    party = None if entry.party_id is None else Link.to("customer", id=entry.party_id)
    return row(
        (
            entry.day,
            book_title(entry.book),
            _("{what}, taken back").format(what=entry.title) if entry.reversal else entry.title,
            Linked(entry.memo, entry.link),
            Linked(entry.party, party),
            entry.currency,
            Linked(entry.amount, entry.link),
            Linked(entry.base_amount, entry.link),
        ),
        currency=entry.currency,
    )


TRIAL = ReportSpec("trial", N_("Ledger totals"), (AS_OF,), run_trial, ("report.run", "account.read"))
LEDGER_ENTRIES = ReportSpec(
    "ledger_entries",
    N_("Entries of the ledger"),
    (ANY_FIRST, LAST, BOOK, CURRENCY, PARTY, OF_SHIPMENT, OFFSET, LIMIT),
    run_entries,
    ("report.run", "receivable.read"),
    main=False,
)
