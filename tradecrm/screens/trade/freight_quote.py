"""The form of a forwarder's quote: its terms, its charges, and what it comes to while typing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from tradecrm.core.fields import FieldKind
from tradecrm.core.freight import CHARGE_KINDS, UNITS, Charge, charge_amounts
from tradecrm.core.links import Link
from tradecrm.core.money import convert, format_amount, format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.core.ways import NO_TITLE_MODES, Thing
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    Choice,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    PickerSpec,
    Row,
    Section,
    Step,
    Tone,
)
from tradecrm.screens.trade.freight import CONTAINERS
from tradecrm.screens.trade.words import way_field
from tradecrm.services.trade.freight_card import (
    asked_forwarders,
    comparison,
    quote_card,
    quote_start,
)
from tradecrm.services.trade.freight_quotes import (
    ASKING,
    ChargeDraft,
    SaveFreightQuote,
    WithdrawFreightQuote,
    check_quote,
    quote_rate,
    save_freight_quote,
    withdraw_freight_quote,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
CHARGES = tuple(Choice(kind.code, kind.title) for kind in CHARGE_KINDS)
UNIT_CHOICES = tuple(Choice(unit, title) for unit, title in UNITS)
_FIRST = ("FREIGHT", "THC", "DOC")
"""Charges that a new quote begins with; a price of nothing is left out when it is saved."""
_PLAIN = ("carrier", "port_of_loading", "port_of_discharge", "container_type", "remarks")


def forwarders_of_inquiry(reader: Reader, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer the forwarders that were asked, those that did not answer yet first."""
    inquiry = int(str(within.get("inquiry") or 0))
    typed = text.strip().casefold()
    return [Ref(key, name) for key, name in asked_forwarders(reader, inquiry) if typed in name.casefold()][
        :20
    ]


ASKED = PickerSpec(forwarders_of_inquiry, None, "customer")


def _start(reader: Reader, inquiry_id: int) -> dict[str, Value]:
    """Answer what every quote of an inquiry knows: usual units and quantities, base currency, rates of today."""
    start = quote_start(reader, inquiry_id)
    rates = {code: quote_rate(reader, code, reader.today) for code in ("USD", "EUR", "HKD")}
    extra = {"usual": start.usual, "quantities": start.quantities, "rates": rates}
    return {
        "inquiry": inquiry_id,
        "inquiry_number": start.inquiry,
        "inquiry_status": start.status,
        "mode": start.mode,
        "base": start.base,
        "start": Ref(0, "", extra=extra),
    }


def load_quote(reader: Reader, quote_id: int) -> Draft:
    """Answer the draft of a quote; raises NotFound."""
    card = quote_card(reader, quote_id)
    command = card.command
    values = _start(reader, command.inquiry_id)
    values.update({name: getattr(command, name) for name in (*_PLAIN, *_FIGURES, "etd", "received_at")})
    values.update(
        forwarder=Ref(command.forwarder_id, card.forwarder),
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        withdrawn=card.withdrawn,
    )
    charges: tuple[Line, ...] = tuple(
        {
            "code": each.code,
            "unit": each.unit,
            "quantity": each.quantity,
            "currency": each.currency,
            "price": each.price,
            "description": each.description,
        }
        for each in command.charges
    )
    return derive_quote(Draft(values, {"charges": charges}, command.id, command.version), "")


_FIGURES = ("container_count", "transit_days", "free_days")


def blank_quote(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new quote of the inquiry that the link names, for a forwarder that waits."""
    inquiry_id = int(link.param("inquiry") or 0)
    start = quote_start(reader, inquiry_id)
    values = _start(reader, inquiry_id)
    values.update(
        forwarder=Ref(*start.waiting[0]) if start.waiting else None,
        port_of_loading=start.port_of_loading,
        port_of_discharge=start.port_of_discharge,
        container_type=start.container_type,
        container_count=start.container_count,
        valid_from=reader.today,
        valid_until=None,
        withdrawn=False,
    )
    base = start.base
    charges: tuple[Line, ...] = tuple(
        {
            "code": code,
            "unit": start.usual[code][0],
            "quantity": start.usual[code][1],
            "currency": "USD" if code == "FREIGHT" else base,
            "price": None,
        }
        for code in _FIRST
    )
    return derive_quote(Draft(values, {"charges": charges}), "")


def _extra(draft: Draft) -> Mapping[str, Any]:
    start = draft.ref("start")
    return cast("Mapping[str, Any]", start.extra) if start is not None else {}


def derive_quote(draft: Draft, changed: str) -> Draft:
    """Take unit, quantity and currency that go with a charge, then compute the amounts; pure."""
    rows = list(draft.rows("charges"))
    if changed.startswith("charges."):
        _key, number, column = changed.split(".", 2)
        place = int(number)
        if place < len(rows):
            rows[place] = _filled(draft, rows[place], column)
    charges = [_charge(row) for row in rows]
    amounts = charge_amounts([each for each in charges if each is not None])
    found = iter(amounts)
    fresh = [
        {**row, "amount": None if charge is None else next(found)}
        for row, charge in zip(rows, charges, strict=True)
    ]
    same = all(new.get("amount") == old.get("amount") for new, old in zip(fresh, rows, strict=True))
    return draft.put_rows("charges", rows if same else fresh)


def _filled(draft: Draft, row: Line, column: str) -> Line:
    extra = _extra(draft)
    if column == "code" and row.get("code") in extra.get("usual", {}):
        unit, quantity = extra["usual"][row["code"]]
        usd = str(row["code"]) in {"FREIGHT", "BAF", "PSS", "SURCHARGE", "AMS"}
        currency = row.get("currency") or ("USD" if usd else draft.text("base"))
        return {**row, "unit": unit, "quantity": quantity, "currency": currency}
    if column == "unit" and row.get("unit") in extra.get("quantities", {}):
        return {**row, "quantity": extra["quantities"][row["unit"]]}
    return row


def _charge(row: Line) -> Charge | None:
    """Answer the charge of a line once it says enough."""
    quantity, price = as_number(row.get("quantity")), as_number(row.get("price"))
    currency = str(row.get("currency") or "")
    if quantity is None or price is None or len(currency) != 3 or not row.get("code"):
        return None
    return Charge(str(row["code"]), str(row.get("unit") or ""), quantity, currency, price)


def build_quote(draft: Draft) -> SaveFreightQuote:
    """Answer the command that saves the draft; lines without a price are left out."""
    charges = tuple(
        ChargeDraft(
            str(row.get("code") or ""),
            str(row.get("unit") or ""),
            as_number(row.get("quantity")) or ZERO,
            str(row.get("currency") or ""),
            as_number(row.get("price")) or ZERO,
            str(row.get("description") or "").strip(),
        )
        for row in draft.rows("charges")
        if as_number(row.get("price")) is not None
    )
    return SaveFreightQuote(
        inquiry_id=int(draft.number("inquiry") or 0),
        forwarder_id=draft.ref_id("forwarder") or 0,
        charges=charges,
        port_of_loading=draft.text("port_of_loading").strip(),
        port_of_discharge=draft.text("port_of_discharge").strip(),
        container_type=draft.text("container_type"),
        container_count=_whole(draft, "container_count") or 0,
        carrier=draft.text("carrier").strip(),
        valid_from=draft.day("valid_from"),
        valid_until=draft.day("valid_until"),
        etd=draft.day("etd"),
        transit_days=_whole(draft, "transit_days"),
        free_days=_whole(draft, "free_days"),
        remarks=draft.text("remarks").strip(),
        id=draft.id,
        version=draft.version,
    )


def _whole(draft: Draft, name: str) -> int | None:
    number = draft.number(name)
    return None if number is None else int(number)


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse, at the line of the form it stands on."""
    rows = draft.rows("charges")
    kept = [number for number, row in enumerate(rows) if as_number(row.get("price")) is not None]
    problems = []
    for problem in check_quote(build_quote(draft)):
        parts = problem.field.split(".")
        if parts[0] == "charges" and len(parts) == 3:
            field = f"charges.{kept[int(parts[1])]}.{parts[2]}"
            problems.append(Problem(field, problem.message))
        else:
            problems.append(problem)
    return problems


def total_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what the quote comes to by currency, and all-in in base at today's rates."""
    base, rates = draft.text("base"), _extra(draft).get("rates", {})
    sums: dict[str, Decimal] = {}
    for row in draft.rows("charges"):
        amount = as_number(row.get("amount"))
        if amount is not None:
            currency = str(row.get("currency") or "")
            sums[currency] = sums.get(currency, ZERO) + amount
    facts = [
        Fact(_("In {currency}").format(currency=currency), format_amount(amount, currency))
        for currency, amount in sums.items()
    ]
    known = [
        amount if currency == base else convert(amount, rates[currency], base)
        for currency, amount in sums.items()
        if currency == base or rates.get(currency) is not None
    ]
    if sums and len(known) == len(sums):
        facts.append(Fact(_("All-in"), format_money(sum(known, ZERO), base), strong=True))
    facts += [
        Fact(
            _("Rate of {currency}").format(currency=currency), f"{rates[currency].normalize():f}", muted=True
        )
        for currency in sums
        if currency != base and rates.get(currency) is not None
    ]
    return tuple(facts)


def fault_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer the rank of a saved quote, or why it is not valid."""
    if draft.id is None:
        return (Fact(_("Saved, the quote is held against the inquiry."), "", muted=True),)
    found = comparison(reader, int(draft.number("inquiry") or 0))
    one = next((each for each in found.quotes if each.ranked.quote.id == draft.id), None)
    link = Link.to("freight_compare", id=found.id)
    if one is None:
        return ()
    if one.ranked.valid:
        words = _("Rank {rank} of {count}").format(rank=one.ranked.rank, count=found.valid)
        return (Fact(words, _("Compare"), Tone.GOOD, link),)
    return tuple(Fact(fault, "", Tone.WARN) for fault in one.ranked.faults)


def _locked(draft: Draft) -> str:
    if draft.flag("withdrawn"):
        return _("The forwarder withdrew this quote; enter its new one as a new quote.")
    if draft.id is not None and draft.text("inquiry_status") not in ASKING:
        return _("The choice is made; the quote stays as it is.")
    return ""


def _badges(draft: Draft) -> tuple[Badge, ...]:
    return (Badge(N_("Withdrawn"), Tone.BAD),) if draft.flag("withdrawn") else ()


def _heading(draft: Draft) -> str:
    forwarder = draft.ref("forwarder")
    if draft.id is None or forwarder is None:
        return ""
    return _("Quote of {name}").format(name=forwarder.label)


def quote_steps(reader: Reader, quote_id: int) -> tuple[Step, ...]:
    """Answer the inquiry of a quote, and the quote itself."""
    card = quote_card(reader, quote_id)
    inquiry = _("Freight inquiry {number}").format(number=card.inquiry)
    return (
        Step(inquiry, Link.to("freight_inquiry", id=card.command.inquiry_id)),
        Step(_("Quote of {name}").format(name=card.forwarder), current=True),
    )


def _open(rows: Sequence[Row]) -> bool:
    return not rows[0].get("withdrawn") and rows[0].get("inquiry_status") in ASKING


QUOTE_ACTIONS = (
    ActionSpec(
        "compare",
        N_("Compare quotes"),
        icon="chart",
        primary=True,
        opens=lambda rows: Link.to("freight_compare", id=int(rows[0]["inquiry"])),
    ),
    ActionSpec(
        "next",
        N_("Enter another quote"),
        icon="plus",
        primary=True,
        needs="freight.write",
        enabled=lambda rows: rows[0].get("inquiry_status") in ASKING,
        opens=lambda rows: Link.to(
            "freight_quote", inquiry=int(rows[0]["inquiry"]), after=int(rows[0]["id"])
        ),
    ),
    ActionSpec(
        "withdraw",
        N_("The forwarder withdraws it"),
        needs="freight.write",
        enabled=_open,
        operation=withdraw_freight_quote,
        command=lambda rows: WithdrawFreightQuote(int(rows[0]["id"])),
        done=N_("The quote is withdrawn and does not count any more."),
    ),
)


def _by_sea(draft: Draft) -> bool:
    """Tell whether a container may wait at a port, or a forwarder named free days all the same."""
    return draft.text("mode") not in NO_TITLE_MODES or bool(draft.number("free_days"))


def _full_container(draft: Draft) -> bool:
    return draft.text("mode") == "FCL"


QUOTE_FORM = FormSpec(
    key="freight_quote",
    title=N_("New freight quote"),
    kind="freight_quote",
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "forwarder",
                    N_("Forwarder"),
                    K.REF,
                    picker=ASKED,
                    within=("inquiry",),
                    required=True,
                    span=6,
                ),
                way_field(Thing.CARRIER),
                way_field(Thing.ETD, K.DATE),
                FieldSpec("valid_from", N_("Valid from"), K.DATE, span=3),
                FieldSpec("valid_until", N_("Valid until"), K.DATE, span=3),
                FieldSpec("transit_days", N_("Transit days"), K.INTEGER, span=3),
                FieldSpec("free_days", N_("Free days at destination"), K.INTEGER, span=3, visible=_by_sea),
                way_field(Thing.LOADING, required=True),
                way_field(Thing.DISCHARGE, required=True),
                FieldSpec(
                    "container_type",
                    N_("Container type"),
                    K.CHOICE,
                    choices=CONTAINERS,
                    span=3,
                    visible=_full_container,
                ),
                FieldSpec("container_count", N_("How many"), K.INTEGER, span=3, visible=_full_container),
                FieldSpec("remarks", N_("Remarks"), span=12),
            ),
        ),
    ),
    load=load_quote,
    blank=blank_quote,
    save=save_freight_quote,
    build=build_quote,
    lines=(
        LinesSpec(
            "charges",
            N_("Charges"),
            (
                FieldSpec("code", N_("Charge"), K.CHOICE, choices=CHARGES, required=True, width=240),
                FieldSpec("unit", N_("Unit"), K.CHOICE, choices=UNIT_CHOICES, width=120),
                FieldSpec("quantity", N_("Quantity"), K.QUANTITY, width=80),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, width=70),
                FieldSpec("price", N_("Price or %"), K.PRICE, width=90),
                FieldSpec(
                    "amount", N_("Amount"), K.MONEY, width=100, read_only=True, currency_from="currency"
                ),
                FieldSpec("description", N_("Remarks"), width=140, more=True),
            ),
            placeholder=N_("choose a charge"),
        ),
    ),
    derive=derive_quote,
    check=check_draft,
    heading=_heading,
    badges=_badges,
    locked=_locked,
    steps=quote_steps,
    panels=(
        PanelSpec("total", N_("Comes to"), compute=total_facts),
        PanelSpec("rank", N_("In the comparison"), query=fault_facts),
    ),
    actions=QUOTE_ACTIONS,
    watches=frozenset({"freight_quote", "freight_inquiry", "freight_charge"}),
    needs="freight.write",
    saved=N_("The quote is saved."),
)
