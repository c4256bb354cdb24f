"""The aging report (账龄分析表): a row a party and currency, base columns, the check against the ledger (3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.aging import AgingBasis, bucket_labels, check_edges
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.table import Chart, ChartKind, RowStyle, Series, Table, TableColumn, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.build import ZERO, Linked, column, money, more_note, report_link, row
from tradecrm.reports.params import AS_OF, CURRENCY, LIMIT, PARTY, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.aging import AgingQuery, AgingRow, aging, ledger_balances
from tradecrm.services.figures.aging_detail import UNAPPLIED, aging_detail, carrying
from tradecrm.services.figures.aging_memo import later_receipts
from tradecrm.services.figures.closing import ClosingRates, add_known
from tradecrm.services.figures.papers import party_names

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

SIDES = (("AR", N_("Receivables")), ("AP", N_("Payables")))
BASES = (("DUE", N_("By due date")), ("DOCUMENT", N_("By document date")))
MODES = (("closing", N_("At the closing rate")), ("booking", N_("As booked")))
CHART_PARTIES = 12

SIDE = ReportParam("side", N_("Side"), FieldKind.CHOICE, lambda _reader: "AR", SIDES)
BASIS = ReportParam(
    "basis", N_("Aged by"), FieldKind.CHOICE, lambda reader: reader.settings.aging_basis, BASES
)
EDGES = ReportParam(
    "edges",
    N_("Bucket edges (days)"),
    FieldKind.TEXT,
    lambda reader: ",".join(map(str, reader.settings.aging_edges)),
    kept=True,
    more=True,
)
MODE = ReportParam(
    "mode",
    N_("Base amounts"),
    FieldKind.CHOICE,
    lambda reader: reader.settings.aging_base_mode,
    MODES,
    more=True,
)
KINDS = (
    ("", N_("All")),
    ("customer", N_("Customers")),
    ("factory", N_("Factories")),
    ("forwarder", N_("Forwarders")),
    ("service", N_("Other services")),
)
ROLE = ReportParam("role", N_("Kind of partner"), FieldKind.CHOICE, lambda _reader: "", KINDS, more=True)
PERSON = ReportParam("person", N_("Salesperson"), FieldKind.REF, ref="person")
MEMO = ReportParam("memo", N_("Show what came later"), FieldKind.BOOL, lambda _reader: False, more=True)
NET = ReportParam("net", N_("Set off what is unapplied"), FieldKind.BOOL, lambda _reader: False, more=True)


def read_edges(text: str) -> tuple[int, ...]:
    """Read typed edges such as ``30,60,90``; raises Refusal at the parameter."""
    parts = [part.strip() for part in text.replace("/", ",").split(",") if part.strip()]
    edges = tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()
    problems = check_edges(edges)
    if problems:
        raise Refusal(problems)
    return edges


def kept_party(params: Params) -> tuple[int, ...]:
    """Answer the partner that a report keeps to, or nothing where it has them all."""
    party = params.number("party")
    return () if party is None else (party,)


def aging_query(params: Params) -> AgingQuery:
    """Answer what the figures are asked for by the parameters that all aging reports share."""
    return AgingQuery(
        side=params.text("side"),
        as_of=params.day("as_of"),
        basis=AgingBasis(params.text("basis")),
        edges=read_edges(params.text("edges")),
        parties=kept_party(params),
        currency=params.text("currency") or None,
        owner_id=None if params.values.get("person") is None else params.number("person"),
        role=str(params.values.get("role") or ""),
    )


def detail_link(
    query: AgingQuery, *, party: int | None = None, currency: str | None = None, bucket: str = ""
) -> Link:
    """Answer the link to the instalments behind a cell."""
    return report_link(
        "aging_detail",
        side=query.side,
        as_of=query.as_of,
        basis=query.basis.value,
        edges=",".join(map(str, query.edges)),
        party=party or query.party_id,
        currency=currency or query.currency,
        bucket=bucket,
        person=query.owner_id,
        role=query.role,
    )


def side_words(side: str) -> tuple[str, str]:
    """Answer the titles (of the report, of the party) of a side."""
    if side == "AP":
        return _("Aging of payables"), _("Supplier")
    return _("Aging of receivables"), _("Customer")


def base_label(mode: str, currency: str) -> str:
    """Answer the head of the base column."""
    if mode == "booking":
        return _("Total in {currency} as booked").format(currency=currency)
    return _("Total in {currency} at closing").format(currency=currency)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the report: document amounts (buckets, then unapplied) and the same in base."""

    party_id: int
    currency: str
    amounts: tuple[Decimal, ...]
    base: tuple[Decimal | None, ...]

    @property
    def total(self) -> Decimal:
        """Answer the balance in the row's currency."""
        return sum(self.amounts, ZERO)

    @property
    def base_total(self) -> Decimal | None:
        """Answer the balance in base; None when a rate is missing."""
        return add_known(list(self.base))


def set_off(values: Sequence[Decimal | None]) -> tuple[Decimal | None, ...]:
    """Net the unapplied credit (last value, negative) against the oldest buckets first."""
    known = [value for value in values if value is not None]
    if len(known) != len(values):
        return tuple(values)
    left, netted = -known[-1], list(known[:-1])
    for index in range(len(netted) - 1, -1, -1):
        taken = min(max(netted[index], ZERO), max(left, ZERO))
        netted[index] -= taken
        left -= taken
    return (*netted, -left)


def aging_lines(
    reader: Reader, query: AgingQuery, mode: str, rates: ClosingRates, *, net: bool
) -> list[Line]:
    """Answer every row with its base columns: closing rounds once a cell, booking is the carrying (3.6.5)."""
    booked = _booked(reader, query) if mode == "booking" else {}
    lines = []
    for found in aging(reader, query):
        amounts: tuple[Decimal | None, ...] = (*found.amounts, found.advance)
        if net:
            amounts = set_off(amounts)
        exact = tuple(value for value in amounts if value is not None)
        base = _base(found, exact, booked, rates, mode)
        lines.append(
            Line(found.party_id, found.currency, exact, set_off(base) if net and mode == "booking" else base)
        )
    return lines


def _base(
    found: AgingRow,
    exact: tuple[Decimal, ...],
    booked: dict[tuple[int, str, int], Decimal],
    rates: ClosingRates,
    mode: str,
) -> tuple[Decimal | None, ...]:
    if mode == "booking":
        places = [*range(len(exact) - 1), UNAPPLIED]
        return tuple(booked.get((found.party_id, found.currency, place), ZERO) for place in places)
    return tuple(rates.value(amount, found.currency) for amount in exact)


def _booked(reader: Reader, query: AgingQuery) -> dict[tuple[int, str, int], Decimal]:
    """Answer the carrying of each cell."""
    parts = aging_detail(reader, query)
    sums: dict[tuple[int, str, int], Decimal] = {}
    for part, value in zip(parts, carrying(reader, query, parts), strict=True):
        key = (part.party_id, part.currency, part.bucket)
        sums[key] = sums.get(key, ZERO) + value
    return sums


def run_aging(reader: Reader, params: Params) -> Table:
    """Answer the aging of all visible parties; totals are of all rows, also of those beyond the limit."""
    query, mode, net = aging_query(params), params.text("mode"), params.flag("net")
    rates = ClosingRates(reader, query.as_of)
    lines = aging_lines(reader, query, mode, rates, net=net)
    limit = params.number("limit") or len(lines)
    shown = lines[:limit]
    chart_lines = _largest(lines)
    names = party_names(reader, (line.party_id for line in (*shown, *chart_lines)))
    shown = sorted(shown, key=lambda line: (names.get(line.party_id, ""), line.party_id, line.currency))
    ledger = ledger_balances(reader, query.side, query.as_of, query.party_id)
    notes = [*rates.notes]
    notes += _differences(lines, ledger, names) or _agreement(lines)
    memo = later_receipts(reader, query) if params.flag("memo") else None
    if len(shown) < len(lines):
        notes.append(more_note(len(shown), len(lines)))
    title = side_words(query.side)[0]
    subtitle = " · ".join(
        (
            _("As of {day}").format(day=query.as_of.isoformat()),
            _(dict(BASES)[query.basis.value]),
            _(dict(MODES)[mode]),
        )
    )
    return Table(
        "aging",
        title,
        subtitle,
        _columns(query, mode, reader.base, memo=memo is not None),
        tuple(_row(query, line, names, ledger, memo) for line in shown),
        _padded(_totals(query, lines, ledger, reader.base), memo),
        tuple(notes),
        _chart(query, chart_lines, names, reader.base),
    )


def _agreement(lines: list[Line]) -> list[str]:
    """Say that the aging is the ledger: the check line of section 3.6.6."""
    return [_("Checked: buckets + unapplied = ledger balance in every row.")] if lines else []


def _padded(totals: tuple[TableRow, ...], memo: object) -> tuple[TableRow, ...]:
    """Leave the memo column of the totals empty: what came later is a memo of each row."""
    if memo is None:
        return totals
    return tuple(replace(each, cells=(*each.cells, None), links=(*each.links, None)) for each in totals)


def _columns(query: AgingQuery, mode: str, base: str, *, memo: bool) -> tuple[TableColumn, ...]:
    labels = bucket_labels(query.edges, query.basis)
    return (
        column("party", side_words(query.side)[1]),
        column("currency", _("Currency"), FieldKind.CURRENCY),
        *(money(f"bucket_{index}", label) for index, label in enumerate(labels)),
        money("unapplied", _("Unapplied")),
        money("total", _("Total")),
        money("ledger", _("Ledger balance")),
        money("base_total", base_label(mode, base), base),
        *((money("later", _("Paid later") if query.side == "AP" else _("Received later")),) if memo else ()),
    )


def _buckets(query: AgingQuery) -> list[str]:
    """Answer the name of each amount column in links."""
    return [*map(str, range(len(query.edges) + 2)), "unapplied"]


def _row(
    query: AgingQuery,
    line: Line,
    names: dict[int, str],
    ledger: dict[tuple[int, str], Decimal],
    memo: dict[tuple[int, str], Decimal] | None,
) -> TableRow:
    party, code = line.party_id, line.currency
    all_parts = detail_link(query, party=party, currency=code)
    behind = report_link("ledger_entries", book=query.side, party=party, currency=code, last=query.as_of)
    return row(
        (
            Linked(names.get(party, ""), Link.to("customer", id=party)),
            code,
            *(
                Linked(amount, detail_link(query, party=party, currency=code, bucket=bucket))
                for amount, bucket in zip(line.amounts, _buckets(query), strict=True)
            ),
            Linked(line.total, all_parts),
            Linked(ledger.get((party, code), ZERO), behind),
            Linked(line.base_total, all_parts),
            *(() if memo is None else (Linked(memo.get((party, code)), _later_link(query, party, code)),)),
        ),
        currency=code,
    )


def _later_link(query: AgingQuery, party: int, code: str) -> Link:
    """Answer the link to what was entered for a partner from the day after on."""
    return report_link(
        "party_statement", party=party, side=query.side, currency=code, first=query.as_of + timedelta(days=1)
    )


def _totals(
    query: AgingQuery, lines: list[Line], ledger: dict[tuple[int, str], Decimal], base: str
) -> tuple[TableRow, ...]:
    """Answer a total a currency, then all in base: the sums of what stands in the rows."""
    by_currency: dict[str, list[Line]] = {}
    for line in lines:
        by_currency.setdefault(line.currency, []).append(line)
    rows = [_total_row(query, code, group, ledger) for code, group in sorted(by_currency.items())]
    if lines:
        rows.append(_base_row(query, lines, base))
    return tuple(rows)


def _total_row(
    query: AgingQuery, code: str, group: list[Line], ledger: dict[tuple[int, str], Decimal]
) -> TableRow:
    all_parts = detail_link(query, currency=code)
    sums = [sum(values, ZERO) for values in zip(*(line.amounts for line in group), strict=True)]
    balance = sum((ledger.get((line.party_id, code), ZERO) for line in group), ZERO)
    behind = report_link(
        "ledger_entries", book=query.side, party=query.party_id, currency=code, last=query.as_of
    )
    return row(
        (
            _("Total {currency}").format(currency=code),
            code,
            *(
                Linked(value, detail_link(query, currency=code, bucket=bucket))
                for value, bucket in zip(sums, _buckets(query), strict=True)
            ),
            Linked(sum(sums, ZERO), all_parts),
            Linked(balance, behind),
            Linked(add_known([line.base_total for line in group]), all_parts),
        ),
        currency=code,
        style=RowStyle.TOTAL,
    )


def _base_row(query: AgingQuery, lines: list[Line], base: str) -> TableRow:
    sums = [add_known(list(values)) for values in zip(*(line.base for line in lines), strict=True)]
    total, all_parts = add_known(sums), detail_link(query)
    return row(
        (
            _("All in {currency}").format(currency=base),
            base,
            *(
                Linked(value, detail_link(query, bucket=bucket))
                for value, bucket in zip(sums, _buckets(query), strict=True)
            ),
            Linked(total, all_parts),
            None,
            Linked(total, all_parts),
        ),
        currency=base,
        style=RowStyle.TOTAL,
    )


def _differences(
    lines: list[Line], ledger: dict[tuple[int, str], Decimal], names: dict[int, str]
) -> list[str]:
    """Say where the aging and the ledger differ; nothing is said of a sound book (section 3.6.6)."""
    wrong = [line for line in lines if line.total != ledger.get((line.party_id, line.currency), ZERO)]
    return [
        _(
            "{party}: the ledger shows {ledger} {currency}, the aging {total}. Run the check of the book."
        ).format(
            party=names.get(line.party_id, line.party_id),
            ledger=ledger.get((line.party_id, line.currency), ZERO),
            currency=line.currency,
            total=line.total,
        )
        for line in wrong[:5]
    ]


def _largest(lines: list[Line]) -> list[Line]:
    """Answer the rows of the parties with the most open in base, largest first."""
    sums: dict[int, Decimal] = {}
    for line in lines:
        opened = add_known(list(line.base[:-1]))
        if opened:
            sums[line.party_id] = sums.get(line.party_id, ZERO) + opened
    chosen = sorted(sums, key=lambda party: (-sums[party], party))[:CHART_PARTIES]
    order = {party: place for place, party in enumerate(chosen)}
    return sorted((line for line in lines if line.party_id in order), key=lambda x: order[x.party_id])


def _chart(query: AgingQuery, lines: list[Line], names: dict[int, str], base: str) -> Chart | None:
    """Answer the buckets of the largest parties, stacked, in base."""
    parties = list(dict.fromkeys(line.party_id for line in lines))
    if not parties:
        return None
    series = []
    for index, label in enumerate(bucket_labels(query.edges, query.basis)):
        # Nothing is a gap, not a bar without height.
        values = tuple(
            add_known([line.base[index] for line in lines if line.party_id == party]) or None
            for party in parties
        )
        if any(values):
            links = tuple(detail_link(query, party=party, bucket=str(index)) for party in parties)
            series.append(Series(label, values, links))
    title = _("Open by age")
    shown = tuple(names.get(party, "") for party in parties)
    return Chart(ChartKind.STACKED, title, shown, tuple(series), base)


AGING = ReportSpec(
    "aging",
    N_("Aging"),
    (AS_OF, SIDE, BASIS, EDGES, MODE, NET, PARTY, CURRENCY, ROLE, PERSON, MEMO, LIMIT),
    run_aging,
    ("report.run", "receivable.read"),
)
