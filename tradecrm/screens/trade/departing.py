"""The dialogs of a shipment's steps: departing with what it posts, the copy of the B/L, any dated step."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.flows import SHIPMENT
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _
from tradecrm.core.ways import Thing
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import ActionSpec, Fact, FieldSpec, FormSpec, PanelSpec, Section, Tone
from tradecrm.screens.trade.words import way_field
from tradecrm.services.trade.departure import DepartShipment, SendBlCopy, depart_shipment, send_bl_copy
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.shipment_card import departure, shipment_card
from tradecrm.services.trade.taking_back_departure import (
    TAKEN_BACK,
    TakeDepartureBack,
    effects,
    take_departure_back,
)

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind


def _key(link: Link) -> int:
    return int(str(link.param("shipment") or 0))


def blank_departure(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a departure: the planned day if it has come, else today."""
    card = shipment_card(reader, _key(link))
    planned = card.values["etd"]
    day = planned if planned is not None and planned <= reader.today else reader.today
    return Draft(
        {
            "shipment": card.id,
            "number": card.values["number"],
            "day": day,
            "mode": card.values["mode"],
            "bl_no": card.values["bl_no"],
            "invoice_number": "",
            "rate": None,
            "base": reader.base,
        }
    )


def build_departure(draft: Draft) -> DepartShipment:
    """Answer the command that posts the departure."""
    return DepartShipment(
        shipment_id=int(draft.number("shipment") or 0),
        day=draft.day("day") or date.min,
        bl_no=draft.text("bl_no").strip(),
        invoice_number=draft.text("invoice_number").strip(),
        rate=draft.number("rate"),
    )


def departure_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what departing on the typed day posts: rate, deposit share, balance (sections 2.1 and 3.3)."""
    day = draft.day("day")
    if day is None:
        return ()
    found = departure(reader, int(draft.number("shipment") or 0), day, draft.number("rate"))
    rate = "" if found.rate is None else f"{found.rate.normalize():f}"
    facts = [Fact(_("Invoice amount"), format_money(found.total, found.currency), strong=True)]
    if found.on_delivery:
        return (*facts, Fact(found.rate_note, "", Tone.WARN))
    if found.rate is None:
        facts.append(Fact(_("Middle rate of that day"), _("missing"), Tone.BAD))
        facts.append(Fact(found.rate_note, "", muted=True))
    elif draft.number("rate") is not None:
        facts.append(Fact(_("Rate as typed"), rate))
    else:
        facts.append(Fact(_("Middle rate of that day"), rate))
        if found.rate_note:
            facts.append(Fact(found.rate_note, "", Tone.WARN))
    for part in found.deposits:
        if part.why:
            facts.append(Fact(part.why, "", Tone.BAD))
            continue
        words = _("Deposit of {contract}, of {left}").format(
            contract=part.contract, left=format_money(part.left, found.currency)
        )
        facts.append(Fact(words, format_money(part.share, found.currency), Tone.GOOD))
    facts.append(Fact(_("Balance to collect"), format_money(found.balance, found.currency)))
    if found.balance_base is not None and found.currency != reader.base:
        facts.append(
            Fact(
                _("Balance in {currency}").format(currency=reader.base),
                _money(found.balance_base, reader.base),
            )
        )
    return tuple(facts)


def _money(amount: Decimal, currency: str) -> str:
    return format_money(amount, currency).split(" ", 1)[1]


def _about(draft: Draft) -> str:
    return draft.text("number")


DEPART_FORM = FormSpec(
    key="depart",
    title=N_("Depart"),
    kind="shipment",
    sections=(
        Section(
            "",
            (
                way_field(Thing.LEFT, K.DATE, key="day", required=True, span=6),
                way_field(Thing.LADING, K.CODE, span=6),
                FieldSpec("invoice_number", N_("Invoice no."), K.CODE, hint=N_("next number"), span=6),
                FieldSpec(
                    "rate", N_("Other rate than the table's"), K.RATE, hint=N_("from the table"), span=6
                ),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_departure,
    save=depart_shipment,
    build=build_departure,
    heading=_about,
    panels=(PanelSpec("post", N_("What is posted"), query=departure_facts, depends=("day", "rate")),),
    saved=N_("The shipment has departed."),
)


def blank_day(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a dated step, dated today."""
    card = shipment_card(reader, _key(link))
    target = str(link.param("step") or "")
    title = next((each.verb for each in SHIPMENT.transitions if each.target == target), "")
    number = card.values["number"]
    return Draft(
        {
            "shipment": card.id,
            "number": f"{number} · {_(title)}" if title else number,
            "day": reader.today,
            "step": target,
        }
    )


def _build_copy(draft: Draft) -> SendBlCopy:
    return SendBlCopy(int(draft.number("shipment") or 0), draft.day("day") or date.min)


def _build_move(draft: Draft) -> MoveShipment:
    return MoveShipment(int(draft.number("shipment") or 0), draft.text("step"), draft.day("day") or date.min)


_DAY = (Section("", (FieldSpec("day", N_("On"), K.DATE, required=True, span=12),)),)

COPY_FORM = FormSpec(
    key="bl_copy",
    title=N_("B/L copy sent"),
    verb=N_("Record"),
    kind="shipment",
    sections=_DAY,
    load=load_nothing,
    blank=blank_day,
    save=send_bl_copy,
    build=_build_copy,
    heading=_about,
    saved=N_("Noted; what was due against the copy of the B/L has its date now."),
)
ARRIVE_FORM = FormSpec(
    key="move_on",
    title=N_("Next step"),
    kind="shipment",
    sections=_DAY,
    load=load_nothing,
    blank=blank_day,
    save=move_shipment,
    build=_build_move,
    heading=_about,
    saved=N_("The shipment has moved on."),
)


def _blank_back(reader: Reader, link: Link) -> Draft:
    """Answer the draft of taking a departure or a delivery back."""
    card = shipment_card(reader, _key(link))
    return Draft({"shipment": card.id, "number": card.values["number"], "reason": ""})


def back_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what taking it back does, or what stands against it with what to do instead."""
    found = effects(reader, int(draft.number("shipment") or 0))
    if found.against:
        return tuple(Fact(words, "", Tone.BAD) for words in found.against)
    facts = [Fact(_("It stands again as"), _(SHIPMENT.state(found.status).title), strong=True)]
    if found.number:
        amount = format_money(found.total, found.currency)
        facts.append(Fact(_("Invoice {number} is reversed").format(number=found.number), amount))
        facts.append(Fact(_("Reversed as of"), f"{found.day:%Y-%m-%d}"))
    if found.deposits:
        words = format_money(found.deposits, found.currency)
        facts.append(Fact(_("Deposit let go for the next invoice"), words, Tone.GOOD))
    if found.departure:
        facts.append(Fact(_("B/L number, invoice number and days are cleared."), "", muted=True))
    facts.append(
        Fact(_("Wrong day only? Take it back, then note it again on the right day."), "", muted=True)
    )
    return tuple(facts)


BACK_FORM = FormSpec(
    key="undepart",
    title=N_("Take back departure or delivery"),
    verb=N_("Take back"),
    kind="shipment",
    sections=(
        Section("", (FieldSpec("reason", N_("Why it is taken back"), K.TEXT, required=True, span=12),)),
    ),
    load=load_nothing,
    blank=_blank_back,
    save=take_departure_back,
    build=lambda draft: TakeDepartureBack(int(draft.number("shipment") or 0), draft.text("reason")),
    heading=_about,
    panels=(PanelSpec("back", N_("What will happen"), query=back_facts),),
    saved=N_("It is taken back; note it again when it has happened."),
)
TAKE_BACK = ActionSpec(
    "undepart",
    N_("Take back departure or delivery…"),
    needs="shipment.write",
    enabled=lambda rows: rows[0].get("status") in TAKEN_BACK,
    opens=lambda rows: Link.to("undepart", shipment=int(rows[0]["id"])),
)
