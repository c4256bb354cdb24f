"""The comparison of freight quotes as a grid of charges and forwarders, and the choice of one (section 6)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.freight import CHARGE_KINDS, charge_kind
from tradecrm.core.links import Link
from tradecrm.core.money import format_amount, format_money
from tradecrm.core.table import Cell, RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import N_, _
from tradecrm.core.ways import Thing, name_of
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import Fact, FieldSpec, FormSpec, PanelSpec, Section, Tone
from tradecrm.services.trade.freight_card import Compared, Comparison, comparison
from tradecrm.services.trade.freight_choice import ChooseQuote, choose_quote

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
_ORDER = {kind.code: place for place, kind in enumerate(CHARGE_KINDS)}


def comparison_table(found: Comparison) -> Table:
    """Answer the grid: a row a charge and currency, a column a forwarder, below it what the quotes come to."""
    quotes = found.quotes
    links = (None, *(Link.to("freight_quote", id=one.ranked.quote.id) for one in quotes))
    rows = [
        TableRow(
            (f"{_(charge_kind(code).title)} · {currency}", *(_amount(one, code, currency) for one in quotes)),
            links,
            currency,
        )
        for code, currency in _charges(quotes)
    ]
    rows += _terms(found, links)
    totals = (
        _row(
            _("All-in in {currency}").format(currency=found.base),
            [_sum(one.ranked.all_in, found.base) for one in quotes],
            RowStyle.TOTAL,
        ),
        _row(_("Per m³"), [_sum(one.ranked.per_volume, found.base) for one in quotes], RowStyle.SUBTOTAL),
        _row(
            _("Per container"),
            [_sum(one.ranked.per_container, found.base) for one in quotes],
            RowStyle.SUBTOTAL,
        ),
        _row(_("Rank"), [_rank(found, one) for one in quotes], RowStyle.TOTAL),
    )
    columns = (
        TableColumn("charge", _("Charge")),
        *(TableColumn(f"quote{one.ranked.quote.id}", one.forwarder, K.MONEY, width=120) for one in quotes),
    )
    return Table(
        "freight_comparison", _("Comparison of freight quotes"), found.route, columns, tuple(rows), totals
    )


def _charges(quotes: tuple[Compared, ...]) -> list[tuple[str, str]]:
    """Answer each charge and currency that any forwarder names, in the order of the charges."""
    pairs = {(charge.code, charge.currency) for one in quotes for charge in one.ranked.quote.charges}
    return sorted(pairs, key=lambda pair: (_ORDER[pair[0]], pair[1]))


def _amount(one: Compared, code: str, currency: str) -> Decimal | None:
    found = [
        amount
        for charge, amount in zip(one.ranked.quote.charges, one.amounts, strict=True)
        if (charge.code, charge.currency) == (code, currency)
    ]
    return sum(found, ZERO) if found else None


def _terms(found: Comparison, links: tuple[Link | None, ...]) -> list[TableRow]:
    """Answer the rows that are no money: carrier, departure, days, validity."""
    quotes = found.quotes
    rows: list[tuple[str, list[Cell]]] = [
        (_(name_of(Thing.CARRIER, found.mode)), [one.carrier for one in quotes]),
        (_(name_of(Thing.ETD, found.mode)), [one.etd.isoformat() if one.etd else "" for one in quotes]),
        (_("Transit days"), [_days(one.ranked.quote.transit_days) for one in quotes]),
        (_("Free days at destination"), [_days(one.ranked.quote.free_days) for one in quotes]),
        (_("Valid until"), [one.valid_until.isoformat() if one.valid_until else "" for one in quotes]),
    ]
    return [TableRow((title, *cells), links, style=RowStyle.MUTED) for title, cells in rows if any(cells)]


def _row(title: str, cells: list[str], style: RowStyle) -> TableRow:
    return TableRow((title, *cells), style=style)


def _sum(amount: Decimal | None, base: str) -> str:
    return "–" if amount is None else format_amount(amount, base)


def _days(days: int | None) -> str:
    return "" if days is None else str(days)


def _rank(found: Comparison, one: Compared) -> str:
    if one.ranked.quote.id == found.chosen_quote_id:
        return _("{rank} ✓").format(rank=one.ranked.rank or "–")
    return _("not valid") if one.ranked.rank is None else str(one.ranked.rank)


def blank_choice(reader: Reader, link: Link) -> Draft:
    """Answer the draft of choosing the quote that the link names."""
    found = comparison(reader, int(link.param("inquiry") or 0))
    key = int(link.param("quote") or 0)
    one = next(each for each in found.quotes if each.ranked.quote.id == key)
    amount = "" if one.ranked.all_in is None else format_money(one.ranked.all_in, found.base)
    return Draft(
        {
            "inquiry": found.id,
            "quote": key,
            "forwarder": one.forwarder,
            "all_in": amount,
            "reasons": "\n".join(one.reasons),
            "reason": "",
        }
    )


def choice_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer why the choice needs approval, or that it needs none."""
    reasons = draft.text("reasons")
    if not reasons:
        return (Fact(_("The cheapest of enough valid quotes: no approval is needed."), "", Tone.GOOD),)
    return tuple(Fact(line, "", Tone.WARN) for line in reasons.splitlines())


def _has_reasons(draft: Draft) -> bool:
    return bool(draft.text("reasons"))


CHOOSE_FORM = FormSpec(
    key="freight_choose",
    title=N_("Choose this forwarder"),
    kind="freight_inquiry",
    sections=(
        Section(
            "",
            (
                FieldSpec("forwarder", N_("Forwarder"), read_only=True, span=8),
                FieldSpec("all_in", N_("All-in"), read_only=True, span=4),
                FieldSpec(
                    "reason",
                    N_("Why this one"),
                    hint=N_("the approver reads it"),
                    span=12,
                    visible=_has_reasons,
                ),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_choice,
    save=choose_quote,
    build=lambda draft: ChooseQuote(
        int(draft.number("inquiry") or 0), int(draft.number("quote") or 0), draft.text("reason")
    ),
    panels=(PanelSpec("approval", N_("Approval"), compute=choice_facts),),
    needs="freight.write",
)
