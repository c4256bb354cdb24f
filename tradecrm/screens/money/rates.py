"""The list of exchange rates, the form for one, and the grid that takes many (section 0)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType, parse_quote
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft
from tradecrm.screens.money.pickers import RATE_KINDS
from tradecrm.screens.spec import (
    ActionSpec,
    ColumnSpec,
    FieldSpec,
    FormSpec,
    LinesSpec,
    ListSpec,
    Row,
    Section,
    ViewSpec,
)
from tradecrm.services.money.cards import rate_values
from tradecrm.services.money.lists import RATES
from tradecrm.services.money.rates import SaveRate, SaveRates, save_rate, save_rates

_WATCHES = frozenset({"rate"})


def open_rate(row: Row) -> Link:
    """Answer the form of a rate's row."""
    return Link.to("rate", id=row["id"])


def _always(rows: Sequence[Row]) -> bool:  # noqa: ARG001 - the shape of every condition
    return True


RATE_LIST = ListSpec(
    key="rates",
    title=N_("Rates"),
    kind="rate",
    source=RATES,
    columns=(
        ColumnSpec("day", N_("Day"), FieldKind.DATE, link=open_rate),
        ColumnSpec("kind", N_("Kind"), FieldKind.CHOICE, choices=RATE_KINDS, width=140),
        ColumnSpec("currency", N_("Currency"), FieldKind.CURRENCY),
        ColumnSpec("rate", N_("Rate"), FieldKind.RATE),
        ColumnSpec("quote", N_("Quote as typed")),
        ColumnSpec("source", N_("Source"), width=220),
    ),
    opens=open_rate,
    default_sort=(SortKey("day", descending=True),),
    views=tuple(
        ViewSpec(choice.value.lower(), choice.label, (Filter("kind", Op.ANY_OF, (choice.value,)),))
        for choice in RATE_KINDS
    ),
    actions=(
        ActionSpec(
            "several",
            N_("Type several"),
            "plus",
            needs="rate.write",
            enabled=_always,
            opens=lambda _rows: Link.to("rates_entry"),
        ),
    ),
    new=Link.to("rate"),
    new_title=N_("New rate"),
    import_kind="rates",
    paste_kind="rates",
    watches=_WATCHES,
    empty_title=N_("No rates yet"),
    empty_text=N_("Rates turn foreign amounts into the base currency. Type today's, or bring in your bank's table."),
    icon="rates",
)  # fmt: skip


def quote_problems(field: str, text: str) -> list[Problem]:
    """Answer why a quote cannot be read, at ``field``."""
    if not text.strip():
        return []
    try:
        parse_quote(text)
    except Refusal as refusal:
        return [Problem(field, problem.message) for problem in refusal.problems]
    return []


def blank_rate(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a rate: today, of the kind and currency the link names."""
    return Draft(
        {
            "kind": str(link.param("kind") or RateType.MID.value),
            "currency": link.param("currency") or None,
            "day": reader.today,
        }
    )


def build_rate(draft: Draft) -> SaveRate:
    """Answer the command that enters the rate."""
    day = draft.day("day")
    assert day is not None
    return SaveRate(
        RateType(draft.text("kind")), draft.text("currency"), day, draft.text("quote"), draft.text("source")
    )


RATE_FORM = FormSpec(
    key="rate",
    title=N_("New rate"),
    kind="rate",
    sections=(
        Section(
            "",
            (
                FieldSpec("kind", N_("Kind"), FieldKind.CHOICE, choices=RATE_KINDS, required=True, span=2),
                FieldSpec("currency", N_("Currency"), FieldKind.CURRENCY, required=True, span=2),
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True, span=2),
                FieldSpec(
                    "quote", N_("Quote"), required=True, span=3, hint=N_("7.06, 706/100 or 1/0.1416")
                ),
                FieldSpec("source", N_("Source"), span=3),
            ),
        ),
    ),
    load=lambda reader, identity: Draft(rate_values(reader, identity), id=identity, version=1),
    blank=blank_rate,
    save=save_rate,
    build=build_rate,
    check=lambda draft: quote_problems("quote", draft.text("quote")),
    heading=lambda draft: (
        _("{currency} on {day}").format(currency=draft.text("currency"), day=draft.day("day"))
        if draft.text("currency") and draft.day("day")
        else ""
    ),
    watches=_WATCHES,
    needs="rate.write",
    saved=N_("The rate is kept."),
)  # fmt: skip


def derive_rates(draft: Draft, changed: str) -> Draft:
    """Let a new line take kind, currency, day and source over from the one above it."""
    parts = changed.split(".")
    if len(parts) != 3 or not parts[1].isdigit():
        return draft
    number, rows = int(parts[1]), list(draft.rows("rates"))
    if number >= len(rows):
        return draft
    above: Any = rows[number - 1] if number else {"kind": "MID", "day": draft.get("today")}
    line = dict(rows[number])
    for key in ("kind", "day", "source", "currency"):
        if line.get(key) in (None, "") and key != parts[2]:
            line[key] = above.get(key)
    rows[number] = line
    return draft.put_rows("rates", rows)


def check_rate_lines(draft: Draft) -> list[Problem]:
    """Answer the quotes that cannot be read, each at its cell, and that nothing was typed."""
    rows = draft.rows("rates")
    if not rows:
        return [Problem("rates", _("Type at least one rate."))]
    return [
        problem
        for number, line in enumerate(rows)
        for problem in quote_problems(f"rates.{number}.quote", str(line.get("quote") or ""))
    ]


def build_rates(draft: Draft) -> SaveRates:
    """Answer the command that enters all lines."""
    return SaveRates(
        tuple(
            SaveRate(
                RateType(str(line["kind"])),
                str(line["currency"]),
                line["day"],  # type: ignore[arg-type]
                str(line["quote"]),
                str(line.get("source") or ""),
            )
            for line in draft.rows("rates")
        )
    )


RATES_FORM = FormSpec(
    key="rates_entry",
    title=N_("Type several rates"),
    kind="rate",
    sections=(),
    load=lambda _reader, _identity: Draft(),
    blank=lambda reader, _link: Draft({"today": reader.today}),
    save=save_rates,
    build=build_rates,
    lines=(
        LinesSpec(
            "rates",
            N_("Rates"),
            (
                FieldSpec("currency", N_("Currency"), FieldKind.CURRENCY, required=True, width=110),
                FieldSpec("quote", N_("Quote"), required=True, width=140),
                FieldSpec("kind", N_("Kind"), FieldKind.CHOICE, choices=RATE_KINDS, required=True, width=160),
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True, width=120),
                FieldSpec("source", N_("Source"), width=240),
            ),
            placeholder=N_("type a currency, then its quote"),
        ),
    ),
    derive=derive_rates,
    check=check_rate_lines,
    needs="rate.write",
)
