"""The dialog that books a bill for a closed shipment as a late cost (domain.md section 2.11)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.costs import CostCurrency, cost_category
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import convert, format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.spec import Fact, FieldSpec, FormSpec, PanelSpec, Section
from tradecrm.screens.trade.costs import BY_FORWARDER
from tradecrm.screens.trade.pickers import PAYEE
from tradecrm.screens.trade.words import COST_CHOICES
from tradecrm.services.trade.cost_card import bill_rate, cost_start
from tradecrm.services.trade.late_costs import BillLate, bill_late, check_late

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)


def blank_late(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a late bill of the closed shipment that the link names, at today's selling rates."""
    start = cost_start(reader, int(link.param("shipment") or 0))
    rates = {code: bill_rate(reader, code, reader.today) for code in {start.currency, "USD"}}
    forwarder = Ref(start.forwarder_id, start.forwarder) if start.forwarder_id else None
    return Draft(
        {
            "shipment_id": start.shipment_id,
            "shipment": start.shipment,
            "category": "",
            "party": None,
            "currency": start.base,
            "amount": None,
            "rate": Decimal(1),
            "day": reader.today,
            "bill_number": "",
            "due_on": reader.today,
            "description": "",
            "base": start.base,
            "owner": start.owner,
            "start": Ref(0, "", extra={"currency": start.currency, "rates": rates, "forwarder": forwarder}),
        }
    )


def derive_late(draft: Draft, changed: str) -> Draft:
    """Take currency and payee that go with the category, and the rate that goes with the currency."""
    start = draft.ref("start")
    extra = start.extra if start is not None else {}
    if changed == "category" and draft.text("category"):
        codes = {
            CostCurrency.BASE: draft.text("base"),
            CostCurrency.USD: "USD",
            CostCurrency.CONTRACT: str(extra.get("currency") or ""),
        }
        usual = cost_category(draft.text("category")).currency
        draft = draft.put(currency=codes.get(usual, draft.text("currency")))
        forwarder = extra.get("forwarder")
        takes = draft.ref("party") is None and draft.text("category") in BY_FORWARDER
        if takes and isinstance(forwarder, Ref):
            draft = draft.put(party=forwarder)
    if changed in {"category", "currency"}:
        rates = extra.get("rates")
        kept = rates.get(draft.text("currency")) if isinstance(rates, dict) else None
        draft = draft.put(rate=Decimal(1) if draft.text("currency") == draft.text("base") else kept)
    return draft


def build_late(draft: Draft) -> BillLate:
    """Answer the command that books the bill; without a rate that of its day is taken."""
    return BillLate(
        shipment_id=int(draft.number("shipment_id") or 0),
        category=draft.text("category"),
        party_id=draft.ref_id("party") or 0,
        currency=draft.text("currency"),
        amount=draft.number("amount") or ZERO,
        day=draft.day("day") or date.min,
        bill_number=draft.text("bill_number").strip(),
        description=draft.text("description"),
        rate=draft.number("rate"),
        due_on=draft.day("due_on"),
    )


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed."""
    if not draft.text("category") or draft.number("amount") is None:
        return []
    return check_late(build_late(draft))


def late_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer what booking the bill posts: a payable, and a late cost of the salesperson's month."""
    amount, rate, day = draft.number("amount"), draft.number("rate"), draft.day("day")
    party, base = draft.ref("party"), draft.text("base")
    facts = [Fact(_("The result of {number} stands.").format(number=draft.text("shipment")), "", muted=True)]
    if amount is None or rate is None or day is None:
        return tuple(facts)
    payable = _("Payable to {name}").format(name=party.label if party is not None else "…")
    words = _("Late cost of {month}").format(month=f"{day:%Y-%m}")
    if draft.text("owner"):
        words = _("Late cost of {name}, {month}").format(name=draft.text("owner"), month=f"{day:%Y-%m}")
    return (
        Fact(payable, format_money(amount, draft.text("currency"))),
        Fact(words, format_money(convert(amount, rate, base), base), strong=True),
        *facts,
    )


LATE_BILL_FORM = FormSpec(
    key="bill_late",
    title=N_("Enter late bill"),
    kind="shipment",
    sections=(
        Section(
            "",
            (
                FieldSpec("category", N_("Category"), K.CHOICE, choices=COST_CHOICES, required=True, span=6),
                FieldSpec("party", N_("Payee"), K.REF, picker=PAYEE, required=True, span=6),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=4),
                FieldSpec("amount", N_("Amount"), K.MONEY, required=True, span=4, currency_from="currency"),
                FieldSpec("rate", N_("Rate"), K.RATE, span=4),
                FieldSpec("day", N_("Bill date"), K.DATE, required=True, span=4),
                FieldSpec("bill_number", N_("Bill no."), K.CODE, hint=N_("next number"), span=4),
                FieldSpec("due_on", N_("Due on"), K.DATE, span=4),
                FieldSpec("description", N_("For what"), span=12),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_late,
    save=bill_late,
    build=build_late,
    derive=derive_late,
    check=check_draft,
    panels=(PanelSpec("bill", N_("What is booked"), compute=late_facts),),
    heading=lambda draft: f"{_('Enter late bill')} · {draft.text('shipment')}",
    saved=N_("The bill is booked as a payable; the closed result stands."),
)
