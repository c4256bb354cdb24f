"""Unrealized exchange differences as of any day (未实现汇兑损益, section 3.5): by book and currency, and by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.table import Cell, RowStyle, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, book_title, column, money, report_link, row
from tradecrm.reports.params import AS_OF, CURRENCY, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.papers import item_links
from tradecrm.services.figures.revaluing import Group, Valuation, ValuedRow, names_of, valuation
from tradecrm.services.money.revaluations import posted_valuation

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

VERBS = ("report.run", "account.read")
BOOK = ReportParam(
    "book",
    N_("Book of the ledger"),
    FieldKind.CHOICE,
    choices=(
        ("", N_("All")),
        ("AR", N_("Receivables")),
        ("AP", N_("Payables")),
        ("BANK", N_("Bank and cash")),
        ("LOAN", N_("Loans")),
    ),
)
POSTED = ReportParam("revaluation", N_("Revaluation"), FieldKind.INTEGER)
"""As it was posted, not as it would be now."""


def run_unrealized(reader: Reader, params: Params) -> Table:
    """Answer what is open in foreign currency by book and currency, at the closing rate against its carrying."""
    return unrealized_table(valuation(reader, params.day("as_of")))


def unrealized_table(found: Valuation, posted: int | None = None) -> Table:
    """Answer the table of a valuation, with the rates it was made by; ``posted`` names the revaluation it is of."""
    base = found.base
    groups = found.groups()
    everything = report_link("unrealized_rows", as_of=found.day, revaluation=posted)
    carrying = sum((group.carrying for group in groups), ZERO)
    value = None if found.total is None else carrying + found.total
    total = row(
        (
            _("Total"),
            None,
            Linked(sum(group.count for group in groups), everything),
            None,
            None,
            Linked(carrying, everything),
            Linked(value, everything),
            Linked(found.total, everything),
        ),
        currency=base,
        style=RowStyle.TOTAL,
    )
    return Table(
        "unrealized",
        _("Unrealized exchange differences"),
        _("As of {day}").format(day=found.day.isoformat()),
        (
            column("book", _("Book")),
            column("currency", _("Currency"), FieldKind.CURRENCY),
            column("count", _("Open items"), FieldKind.INTEGER),
            money("amount", _("Open amount")),
            column("rate", _("Closing rate"), FieldKind.RATE),
            money("carrying", _("Carrying in {currency}").format(currency=base), base),
            money("value", _("Worth in {currency} at closing").format(currency=base), base),
            money("difference", _("Unrealized difference"), base),
        ),
        tuple(_group_row(group, found, posted) for group in groups),
        (total,) if groups else (),
        found.notes,
    )


def _group_row(group: Group, found: Valuation, posted: int | None) -> TableRow:
    behind = report_link(
        "unrealized_rows", as_of=found.day, book=group.book, currency=group.currency, revaluation=posted
    )
    value = None if group.difference is None else group.carrying + group.difference
    return row(
        (
            book_title(group.book),
            group.currency,
            Linked(group.count, behind),
            Linked(group.amount, behind),
            Linked(group.rate, behind),
            Linked(group.carrying, behind),
            Linked(value, behind),
            Linked(group.difference, behind),
        ),
        currency=group.currency,
    )


def run_rows(reader: Reader, params: Params) -> Table:
    """Answer each open item or account with the formula of its difference, numbers put in."""
    day, posted = params.day("as_of"), params.number("revaluation")
    found = valuation(reader, day) if posted is None else posted_valuation(reader, posted)
    found = found.of(params.text("book"), params.text("currency"))
    base, names, links = found.base, names_of(reader, found.rows), _links(reader, found.rows)
    own = report_link(
        "unrealized_rows",
        as_of=day,
        book=params.text("book"),
        currency=params.text("currency"),
        revaluation=posted,
    )
    total = row(
        (_("Total"), *[None] * 5, Linked(found.total, own), None), currency=base, style=RowStyle.TOTAL
    )
    return Table(
        "unrealized_rows",
        _("Unrealized differences, item by item"),
        _("As of {day}").format(day=day.isoformat()),
        (
            column("book", _("Book")),
            column("paper", _("Paper")),
            column("party", _("Partner")),
            money("amount", _("Open amount")),
            column("rate", _("Closing rate"), FieldKind.RATE),
            money("carrying", _("Carrying in {currency}").format(currency=base), base),
            money("difference", _("Unrealized difference"), base),
            column("formula", _("How it is reckoned")),
        ),
        tuple(_valued_row(each, names, links, base) for each in found.rows),
        (total,) if found.rows else (),
        found.notes,
    )


def _links(reader: Reader, rows: Iterable[ValuedRow]) -> dict[tuple[str, int], Link]:
    """Answer the paper of each row."""
    links = {("BANK", each.key): Link.to("account", id=each.key) for each in rows if each.book == "BANK"}
    links |= {("LOAN", each.key): Link.to("loan", id=each.key) for each in rows if each.book == "LOAN"}
    for side in ("AR", "AP"):
        items = [(each.key, "") for each in rows if each.book == side]
        links |= {(side, key): link for key, link in item_links(reader, items, side).items()}
    return links


def _valued_row(
    each: ValuedRow,
    names: Mapping[tuple[str, int], tuple[str, str]],
    links: Mapping[tuple[str, int], Link],
    base: str,
) -> TableRow:
    name, party = names.get((each.book, each.key), ("", ""))
    link = links.get((each.book, each.key))
    value = each.value
    formula: Cell = None
    if value is not None and each.rate is not None:
        formula = _("{amount} × {rate} = {value}, less {carrying}").format(
            amount=format_money(each.amount, each.currency),
            rate=f"{each.rate.normalize():f}",
            value=format_money(value, base),
            carrying=format_money(each.carrying, base),
        )
    return row(
        (
            book_title(each.book),
            Linked(name, link),
            party,
            Linked(each.amount, link),
            Linked(each.rate, link),
            Linked(each.carrying, link),
            Linked(each.difference, link),
            formula,
        ),
        currency=each.currency,
    )


UNREALIZED = ReportSpec("unrealized", N_("Unrealized exchange differences"), (AS_OF,), run_unrealized, VERBS)
UNREALIZED_ROWS = ReportSpec(
    "unrealized_rows",
    N_("Unrealized differences, item by item"),
    (AS_OF, BOOK, CURRENCY, POSTED),
    run_rows,
    VERBS,
    main=False,
)
