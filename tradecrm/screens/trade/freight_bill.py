"""The forwarder's bill beside its quote: quoted, billed, difference, and accepted or disputed line by line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.spec import (
    ActionSpec,
    Choice,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    Row,
    Section,
    Step,
    Tone,
)
from tradecrm.screens.trade.freight_quote import CHARGES
from tradecrm.screens.trade.pickers import FORWARDER
from tradecrm.screens.trade.words import signed, state_badges
from tradecrm.services.trade.freight_bills import (
    ACCEPTED,
    DISPUTED,
    DRAFT,
    DROPPED,
    OPEN,
    PARTLY,
    POSTED,
    BillLineDraft,
    ConfirmFreightBill,
    PostFreightBill,
    SaveFreightBill,
    accept_as_quoted,
    check_bill,
    post_freight_bill,
    save_freight_bill,
)
from tradecrm.services.trade.freight_card import BillCard, bill_card, bill_start

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
LINE_STATES = (
    Choice(OPEN, N_("Undecided"), Tone.WARN),
    Choice(ACCEPTED, N_("Accepted"), Tone.GOOD),
    Choice(DISPUTED, N_("Disputed"), Tone.BAD),
    Choice(DROPPED, N_("Dropped")),
)
BILL_STATES = (
    Choice(DRAFT, N_("Draft")),
    Choice(PARTLY, N_("Partly posted"), Tone.WARN),
    Choice(POSTED, N_("Posted"), Tone.GOOD),
)


def _draft(card: BillCard) -> Draft:
    values: dict[str, Value] = {
        "shipment_id": card.shipment_id,
        "shipment": card.shipment,
        "forwarder": None if card.forwarder_id is None else Ref(card.forwarder_id, card.forwarder),
        "number": card.number,
        "day": card.day,
        "status": card.status if card.id is not None else "",
        "remarks": card.remarks,
        "inquiry": card.inquiry_id,
    }
    lines: tuple[Line, ...] = tuple(
        {
            "line": each.id,
            "code": each.code,
            "description": each.description,
            "currency": each.currency,
            "quoted": each.quoted,
            "amount": each.amount,
            "rate": each.rate,
            "state": each.state,
            "reason": each.reason,
            "posted": each.posted,
        }
        for each in card.lines
    )
    return derive_bill(Draft(values, {"lines": lines}, card.id, card.version), "")


def load_bill(reader: Reader, bill_id: int) -> Draft:
    """Answer the draft of a bill; raises NotFound."""
    return _draft(bill_card(reader, bill_id))


def blank_bill(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new bill of the shipment that the link names, begun with what was quoted."""
    return _draft(bill_start(reader, int(link.param("shipment") or 0)))


def derive_bill(draft: Draft, changed: str) -> Draft:
    """Compute the difference of each line from its quote; pure."""
    del changed
    rows = []
    for row in draft.rows():
        quoted, amount = as_number(row.get("quoted")), as_number(row.get("amount"))
        difference = None if quoted is None or amount is None else amount - quoted
        fresh = {"difference": difference, "state": row.get("state") or OPEN}
        rows.append(row if all(row.get(key) == value for key, value in fresh.items()) else {**row, **fresh})
    return draft.put_rows("lines", rows)


def build_bill(draft: Draft) -> SaveFreightBill:
    """Answer the command that saves the draft."""
    return SaveFreightBill(
        shipment_id=int(draft.number("shipment_id") or 0),
        forwarder_id=draft.ref_id("forwarder") or 0,
        number=draft.text("number").strip(),
        day=draft.day("day") or date.min,
        lines=tuple(_line(row) for row in draft.rows()),
        remarks=draft.text("remarks").strip(),
        id=draft.id,
        version=draft.version,
    )


def _line(row: Line) -> BillLineDraft:
    key = as_number(row.get("line"))
    return BillLineDraft(
        code=str(row.get("code") or ""),
        currency=str(row.get("currency") or ""),
        amount=as_number(row.get("amount")) or ZERO,
        state=str(row.get("state") or OPEN),
        description=str(row.get("description") or "").strip(),
        rate=as_number(row.get("rate")),
        reason=str(row.get("reason") or "").strip(),
        id=None if key is None else int(key),
    )


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed."""
    return [problem for problem in check_bill(build_bill(draft)) if problem.field != "number"]


def difference_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer by currency what was quoted, what is billed, and the difference; what is accepted so far."""
    facts = []
    currencies = list(dict.fromkeys(str(row.get("currency") or "") for row in draft.rows()))
    for currency in currencies:
        rows = [row for row in draft.rows() if row.get("currency") == currency]
        if len(currency) != 3:
            continue
        quoted, billed = _total(rows, "quoted"), _total(rows, "amount")
        accepted = _total([row for row in rows if row.get("state") == ACCEPTED], "amount")
        more = billed - quoted
        tone = Tone.BAD if more > 0 else Tone.GOOD
        facts += [
            Fact(_("Quoted"), format_money(quoted, currency), muted=True),
            Fact(_("Billed"), format_money(billed, currency), strong=True),
            Fact(_("Difference"), signed(more, currency), tone if more else Tone.NEUTRAL),
            Fact(_("Accepted"), format_money(accepted, currency)),
        ]
    facts.append(Fact(_("Shipment"), draft.text("shipment"), link=_shipment_link(draft)))
    return tuple(facts)


def _shipment_link(draft: Draft) -> Link:
    return Link.to("shipment", id=int(draft.number("shipment_id") or 0))


def _total(rows: Sequence[Line], name: str) -> Decimal:
    return sum((as_number(row.get(name)) or ZERO for row in rows), ZERO)


def _locked(draft: Draft) -> str:
    if draft.text("status") != POSTED:
        return ""
    return _("Bill {number} is posted and cannot be edited.").format(number=draft.text("number"))


def bill_steps(reader: Reader, bill_id: int) -> tuple[Step, ...]:
    """Answer the shipment, its freight inquiry, and the bill."""
    card = bill_card(reader, bill_id)
    steps = [
        Step(_("Shipment {number}").format(number=card.shipment), Link.to("shipment", id=card.shipment_id))
    ]
    if card.inquiry_id is not None:
        steps.append(Step(_("Freight inquiry"), Link.to("freight_inquiry", id=card.inquiry_id)))
    steps.append(Step(_("Bill {number}").format(number=card.number), current=True))
    return tuple(steps)


def _not_posted(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") in {DRAFT, PARTLY}


BILL_ACTIONS = (
    ActionSpec(
        "accept",
        N_("Accept what is as quoted"),
        icon="check",
        primary=True,
        needs="freight.write",
        enabled=_not_posted,
        operation=accept_as_quoted,
        command=lambda rows: ConfirmFreightBill(int(rows[0]["id"])),
        done=N_("The lines billed as quoted are accepted; post them when you have decided on the rest."),
    ),
    ActionSpec(
        "post",
        N_("Post accepted lines"),
        primary=True,
        needs="freight.write",
        enabled=_not_posted,
        operation=post_freight_bill,
        command=lambda rows: PostFreightBill(int(rows[0]["id"])),
        done=N_("The accepted lines are payables now, in place of their estimates."),
    ),
)


def _state_tone(line: Line) -> Tone:
    return {choice.value: choice.tone for choice in LINE_STATES}.get(str(line.get("state")), Tone.NEUTRAL)


def _difference_tone(line: Line) -> Tone:
    return Tone.BAD if (as_number(line.get("difference")) or ZERO) > 0 else Tone.NEUTRAL


BILL_FORM = FormSpec(
    key="freight_bill",
    title=N_("New forwarder's bill"),
    kind="freight_bill",
    sections=(
        Section(
            "",
            (
                FieldSpec("forwarder", N_("Forwarder"), K.REF, picker=FORWARDER, required=True, span=5),
                FieldSpec("number", N_("Bill no."), K.CODE, required=True, span=3),
                FieldSpec("day", N_("Bill date"), K.DATE, required=True, span=2),
                FieldSpec("remarks", N_("Remarks"), span=2),
            ),
        ),
    ),
    load=load_bill,
    blank=blank_bill,
    save=save_freight_bill,
    build=build_bill,
    lines=(
        LinesSpec(
            "lines",
            N_("Billed against quoted"),
            (
                FieldSpec("code", N_("Charge"), K.CHOICE, choices=CHARGES, required=True, width=150),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, width=60),
                FieldSpec(
                    "quoted", N_("Quoted"), K.MONEY, width=78, read_only=True, currency_from="currency"
                ),
                FieldSpec("amount", N_("Billed"), K.MONEY, width=78, currency_from="currency"),
                FieldSpec(
                    "difference",
                    N_("Difference"),
                    K.MONEY,
                    width=78,
                    read_only=True,
                    currency_from="currency",
                    tone=_difference_tone,
                ),
                FieldSpec("state", N_("Decision"), K.CHOICE, choices=LINE_STATES, width=84, tone=_state_tone),
                FieldSpec("reason", N_("Why disputed"), width=110),
                FieldSpec("posted", N_("Posted"), K.BOOL, width=60, read_only=True),
                FieldSpec("rate", N_("Rate"), K.RATE, width=70, more=True),
                FieldSpec("description", N_("For what"), width=140, more=True),
            ),
            placeholder=N_("choose a charge"),
        ),
    ),
    derive=derive_bill,
    check=check_draft,
    heading=lambda draft: _("Bill {number}").format(number=draft.text("number")) if draft.id else "",
    badges=partial(state_badges, BILL_STATES),
    locked=_locked,
    steps=bill_steps,
    panels=(PanelSpec("difference", N_("Against the quote"), compute=difference_facts),),
    actions=BILL_ACTIONS,
    watches=frozenset({"freight_bill", "freight_bill_line", "cost_line"}),
    needs="freight.write",
    saved=N_("The bill is saved."),
)
