"""The form of a freight inquiry (运费询价): cargo and route, the forwarders asked, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from tradecrm.core.containers import CONTAINER_TYPES
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.core.trade_flows import FREIGHT_INQUIRY
from tradecrm.core.ways import NO_TITLE_MODES, Thing, name_of
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Line, Ref, Value, as_number
from tradecrm.screens.spec import (
    ActionSpec,
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
from tradecrm.screens.trade.pickers import FORWARDER
from tradecrm.screens.trade.words import INCOTERMS, MODES, state_badges, states, way_field
from tradecrm.services.trade.freight import (
    OPEN,
    QUOTE_DAYS,
    InviteDraft,
    MakeFreightInquiry,
    SaveFreightInquiry,
    SendFreightInquiry,
    VoidFreightInquiry,
    cargo_facts,
    check_inquiry,
    make_freight_inquiry,
    save_freight_inquiry,
    send_freight_inquiry,
    void_freight_inquiry,
)
from tradecrm.services.trade.freight_card import comparison, inquiry_card, running_inquiry
from tradecrm.services.trade.freight_cargo import CargoFacts
from tradecrm.services.trade.freight_choice import BookFreight, GiveUpQuote, book_freight, give_up_quote
from tradecrm.services.trade.freight_lists import forwarders_to_ask, shipments_to_ask

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
ZERO = Decimal(0)
FREIGHT_STATES = states(FREIGHT_INQUIRY)
LANGUAGES = (Choice("zh", N_("Chinese")), Choice("en", N_("English")))
CONTAINERS = (Choice("", "–"), *(Choice(each.code, each.code) for each in CONTAINER_TYPES))
_CARGO = tuple(field.name for field in fields(CargoFacts))
_ASKED = frozenset({"sent", "quoting", "comparing"})


def shipments_for_freight(reader: Reader, text: str, _within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer shipments that have not left and whose freight nobody asked for, each with its cargo."""
    found = []
    for each in shipments_to_ask(reader, text):
        facts = cargo_facts(reader, MakeFreightInquiry(shipment_id=each.id))
        extra: dict[str, object] = {name: getattr(facts, name) for name in _CARGO}
        extra["invites"] = tuple(
            {"forwarder": Ref(key, name), "language": language}
            for key, name, language in forwarders_to_ask(reader, facts.port_of_discharge)
        )
        found.append(Ref(each.id, each.number, detail=each.route, extra=extra))
    return found


SHIPMENT_TO_ASK = PickerSpec(shipments_for_freight, None, "shipment")


def load_inquiry(reader: Reader, inquiry_id: int) -> Draft:
    """Answer the draft of an inquiry; raises NotFound."""
    card = inquiry_card(reader, inquiry_id)
    values: dict[str, Value] = dict(card.values)
    values["shipment"] = Ref(card.values["shipment_id"], card.shipment) if card.shipment else None
    values["contract"] = card.contract
    values["chosen"] = card.chosen
    values["bills"] = len(card.bills)
    invites = tuple(
        {
            "forwarder": Ref(each.forwarder_id, each.name),
            "language": each.language,
            "email": each.email,
            "sent_at": each.sent_at,
            "declined": each.declined,
            "quotes": each.quotes or None,
        }
        for each in card.invites
    )
    return Draft(values, {"invites": invites}, card.id, card.version)


def blank_inquiry(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new inquiry; choosing its shipment gives the cargo."""
    del link
    return Draft(
        {
            "day": reader.today,
            "quote_by": reader.today + timedelta(days=QUOTE_DAYS),
            "mode": "FCL",
            "container_type": "",
            "shipment": None,
            "dangerous": False,
            "status": "",
            "contract_id": None,
        }
    )


def derive_inquiry(draft: Draft, changed: str) -> Draft:
    """Take the cargo of the chosen shipment; a new forwarder is asked in Chinese unless said otherwise."""
    if changed == "shipment":
        shipment = draft.ref("shipment")
        if shipment is not None and shipment.extra:
            extra = cast("Mapping[str, Any]", shipment.extra)
            draft = draft.put(**{name: extra.get(name) for name in _CARGO})
            if not draft.rows("invites"):
                draft = draft.put_rows("invites", extra["invites"])
    rows = [row if row.get("language") else {**row, "language": "zh"} for row in draft.rows("invites")]
    return draft.put_rows("invites", rows)


def build_inquiry(draft: Draft) -> SaveFreightInquiry:
    """Answer the command that saves the draft."""
    texts = ("port_of_loading", "port_of_discharge", "cargo", "mode", "place_of_delivery", "incoterm",
             "container_type", "hs_code", "remarks")  # fmt: skip
    return SaveFreightInquiry(
        day=draft.day("day") or date.min,
        invites=tuple(_invite(row) for row in draft.rows("invites")),
        shipment_id=draft.ref_id("shipment"),
        contract_id=_whole(draft, "contract_id"),
        container_count=_whole(draft, "container_count") or 0,
        packages=_whole(draft, "packages") or 0,
        gross_weight=draft.number("gross_weight") or ZERO,
        volume=draft.number("volume") or ZERO,
        ready_on=draft.day("ready_on"),
        target_etd=draft.day("target_etd"),
        quote_by=draft.day("quote_by"),
        dangerous=draft.flag("dangerous"),
        id=draft.id,
        version=draft.version,
        **{name: draft.text(name).strip() for name in texts},
    )


def _whole(draft: Draft, name: str) -> int | None:
    number = draft.number(name)
    return None if number is None else int(number)


def _invite(row: Line) -> InviteDraft:
    forwarder = row.get("forwarder")
    return InviteDraft(
        int(forwarder.id) if isinstance(forwarder, Ref) else 0,
        str(row.get("language") or "zh"),
        bool(row.get("declined")),
    )


def check_draft(draft: Draft) -> list[Problem]:
    """Answer what the operation would refuse while it is typed."""
    missing = [
        Problem(f"invites.{number}.forwarder", _("Choose a forwarder."))
        for number, row in enumerate(draft.rows("invites"))
        if not isinstance(row.get("forwarder"), Ref)
    ]
    return missing or check_inquiry(build_inquiry(draft))


def _locked(draft: Draft) -> str:
    status = draft.text("status")
    if not status or status in OPEN:
        return ""
    return _("{number} is “{status}” and cannot be edited.").format(
        number=draft.text("number"), status=_(FREIGHT_INQUIRY.state(status).title)
    )


def inquiry_steps(reader: Reader, inquiry_id: int) -> tuple[Step, ...]:
    """Answer what the freight is asked for, and the inquiry itself."""
    card = inquiry_card(reader, inquiry_id)
    steps = []
    if card.contract:
        words = _("Contract {number}").format(number=card.contract)
        steps.append(Step(words, Link.to("contract", id=card.values["contract_id"])))
    if card.shipment:
        words = _("Shipment {number}").format(number=card.shipment)
        steps.append(Step(words, Link.to("shipment", id=card.values["shipment_id"])))
    steps.append(Step(_("Freight inquiry {number}").format(number=card.values["number"]), current=True))
    steps += [
        Step(_("Bill {number}").format(number=number), Link.to("freight_bill", id=key))
        for key, number in card.bills
    ]
    return tuple(steps)


def quote_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer the quotes in their order with what they come to, and how many are wanted."""
    if draft.id is None:
        return (Fact(_("Quotes stand here once the inquiry is sent."), "", muted=True),)
    found = comparison(reader, draft.id)
    words = _("{valid} of {needed} valid quotes").format(valid=found.valid, needed=found.needed)
    tone = Tone.GOOD if found.valid >= found.needed else Tone.WARN
    facts = [Fact(words, "", tone)]
    if found.quotes:
        facts = [Fact(words, _("Compare"), tone, Link.to("freight_compare", id=draft.id))]
    for one in found.quotes:
        amount = "–" if one.ranked.all_in is None else format_money(one.ranked.all_in, found.base)
        chosen = one.ranked.quote.id == found.chosen_quote_id
        link = Link.to("freight_quote", id=one.ranked.quote.id)
        facts.append(Fact(one.forwarder, amount, link=link, strong=chosen, muted=not one.ranked.valid))
    if found.choice_reason:
        facts.append(Fact(_("Why"), found.choice_reason, muted=True))
    return tuple(facts)


def freight_of_shipment(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer how far the freight of a shipment is: its inquiry, the quotes, the forwarder chosen, its bills."""
    key = None if draft.id is None else running_inquiry(reader, draft.id)
    if key is None:
        return (Fact(_("Nobody was asked for the freight yet."), "", muted=True),)
    card = inquiry_card(reader, key)
    state = _(FREIGHT_INQUIRY.state(card.values["status"]).title)
    facts = [Fact(card.values["number"], state, link=Link.to("freight_inquiry", id=key), strong=True)]
    if card.chosen:
        facts.append(Fact(_("Forwarder"), card.chosen, link=Link.to("freight_compare", id=key)))
    facts += [Fact(_("Bill"), number, link=Link.to("freight_bill", id=bill)) for bill, number in card.bills]
    return tuple(facts)


def _status(rows: Sequence[Row]) -> str:
    return str(rows[0].get("status") or "")


def _opens(target: str, states: frozenset[str]) -> dict[str, Any]:
    return {
        "enabled": lambda rows: _status(rows) in states,
        "opens": lambda rows: Link.to(target, inquiry=int(rows[0]["id"])),
    }


def _compare_link(rows: Sequence[Row]) -> Link:
    return Link.to("freight_compare", id=int(rows[0]["id"]))


INQUIRY_ACTIONS = (
    ActionSpec(
        "messages",
        N_("Messages"),
        icon="mail",
        primary=True,
        enabled=lambda rows: _status(rows) == "draft",
        opens=lambda rows: Link.to("freight_messages", id=int(rows[0]["id"])),
    ),
    ActionSpec(
        "send",
        N_("Mark as sent"),
        primary=True,
        needs="freight.write",
        enabled=lambda rows: _status(rows) == "draft",
        operation=send_freight_inquiry,
        command=lambda rows: SendFreightInquiry(int(rows[0]["id"])),
        done=N_("The inquiry is sent; enter the quotes as they come."),
    ),
    ActionSpec(
        "quote",
        N_("Enter quote"),
        icon="plus",
        primary=True,
        needs="freight.write",
        **_opens("freight_quote", _ASKED),
    ),
    ActionSpec(
        "compare",
        N_("Compare quotes"),
        icon="chart",
        primary=True,
        enabled=lambda rows: _status(rows) not in {"", "draft", "sent"},
        opens=_compare_link,
    ),
    ActionSpec(
        "book",
        N_("Mark as booked"),
        primary=True,
        needs="freight.write",
        enabled=lambda rows: _status(rows) == "chosen",
        operation=book_freight,
        command=lambda rows: BookFreight(int(rows[0]["id"])),
        done=N_("Space is booked with the chosen forwarder."),
    ),
    ActionSpec(
        "bill",
        N_("Enter the forwarder's bill"),
        primary=True,
        needs="freight.write",
        enabled=lambda rows: _status(rows) in {"chosen", "booked"} and rows[0].get("shipment") is not None,
        opens=lambda rows: Link.to("freight_bill", shipment=int(rows[0]["shipment"].id)),
    ),
    ActionSpec(
        "again",
        N_("Messages again"),
        enabled=lambda rows: _status(rows) in _ASKED,
        opens=lambda rows: Link.to("freight_messages", id=int(rows[0]["id"])),
    ),
    ActionSpec(
        "withdrawn",
        N_("The forwarder withdraws"),
        needs="freight.write",
        enabled=lambda rows: _status(rows) == "chosen",
        opens=lambda rows: Link.to("freight_give_up", inquiry=int(rows[0]["id"])),
    ),
    ActionSpec(
        "void",
        N_("Void the inquiry"),
        needs="freight.write",
        enabled=lambda rows: _status(rows) in OPEN,
        operation=void_freight_inquiry,
        command=lambda rows: VoidFreightInquiry(int(rows[0]["id"])),
        done=N_("The inquiry is void."),
    ),
)

ASK_FREIGHT = ActionSpec(
    "ask_freight",
    N_("Ask for freight"),
    icon="mail",
    needs="freight.write",
    enabled=lambda rows: _status(rows) in {"planned", "booked", "rolled", "cargo_ready"},
    operation=make_freight_inquiry,
    command=lambda rows: MakeFreightInquiry(shipment_id=int(rows[0]["id"])),
    done=N_("The freight inquiry is drawn up from the shipment."),
    leads_to=lambda value: Link.to("freight_inquiry", id=int(value)),
)
"""On the page of a shipment."""


def takes_bills(rows: Sequence[Row]) -> bool:
    """Tell whether a shipment takes a bill: a closed one where late bills are booked apart (section 2.11)."""
    status = _status(rows)
    return bool(rows[0].get("late_bills")) if status == "closed" else status not in {"", "void"}


FORWARDERS_BILL = ActionSpec(
    "forwarders_bill",
    N_("Enter the forwarder's bill"),
    needs="freight.write",
    enabled=lambda rows: rows[0].get("forwarder") is not None and takes_bills(rows),
    opens=lambda rows: Link.to("freight_bill", shipment=int(rows[0]["id"])),
)
"""On the page of a shipment that has its forwarder."""

ASK_FREIGHT_EARLY = ActionSpec(
    "ask_freight",
    N_("Ask for freight"),
    icon="mail",
    needs="freight.write",
    enabled=lambda rows: _status(rows) in {"approved", "signed", "effective"},
    operation=make_freight_inquiry,
    command=lambda rows: MakeFreightInquiry(contract_id=int(rows[0]["id"])),
    done=N_("The freight inquiry is drawn up from the contract."),
    leads_to=lambda value: Link.to("freight_inquiry", id=int(value)),
)
"""On the page of a contract, before its shipment is planned."""


def _is_new(draft: Draft) -> bool:
    return draft.id is None and draft.get("contract_id") is None


def _full_container(draft: Draft) -> bool:
    return draft.text("mode") == "FCL"


def _departure_label(draft: Draft) -> str:
    mode = draft.text("mode")
    return name_of(Thing.ETD, mode) if mode in NO_TITLE_MODES else N_("Planned departure")


_HEAD = Section(
    "",
    (
        FieldSpec("shipment", N_("Shipment"), K.REF, picker=SHIPMENT_TO_ASK, span=6, visible=_is_new),
        FieldSpec("day", N_("Date"), K.DATE, required=True, span=3),
        FieldSpec("quote_by", N_("Quotes wanted by"), K.DATE, span=3),
        FieldSpec("mode", N_("Mode"), K.CHOICE, choices=MODES, required=True, span=3),
        FieldSpec("incoterm", N_("Incoterm"), K.CHOICE, choices=INCOTERMS, span=3),
        way_field(Thing.LOADING, required=True),
        way_field(Thing.DISCHARGE, required=True),
        FieldSpec("place_of_delivery", N_("Place of delivery"), span=3),
        FieldSpec("ready_on", N_("Cargo ready on"), K.DATE, span=3),
        FieldSpec("target_etd", N_("Planned departure"), K.DATE, span=3, label_for=_departure_label),
        FieldSpec(
            "container_type",
            N_("Container type"),
            K.CHOICE,
            choices=CONTAINERS,
            span=3,
            visible=_full_container,
        ),
        FieldSpec("container_count", N_("How many"), K.INTEGER, span=3, visible=_full_container),
        FieldSpec("packages", N_("Packages"), K.INTEGER, span=3),
        FieldSpec("gross_weight", N_("Gross weight, kg"), K.WEIGHT, span=3),
        FieldSpec("volume", N_("Volume, m³"), K.VOLUME, span=3),
        FieldSpec("hs_code", N_("HS code"), K.CODE, span=3),
        FieldSpec("dangerous", N_("Dangerous goods"), K.BOOL, span=3),
        FieldSpec("cargo", N_("Cargo, as forwarders read it"), K.LONG_TEXT, required=True, span=6),
        FieldSpec("remarks", N_("Remarks to the forwarders"), K.LONG_TEXT, span=6),
    ),
)
_INVITES = LinesSpec(
    "invites",
    N_("Forwarders asked"),
    (
        FieldSpec("forwarder", N_("Forwarder"), K.REF, picker=FORWARDER, required=True, width=220),
        FieldSpec("language", N_("Language"), K.CHOICE, choices=LANGUAGES, width=90),
        FieldSpec("email", N_("E-mail"), K.EMAIL, width=180, read_only=True),
        FieldSpec("sent_at", N_("Asked at"), K.DATETIME, width=130, read_only=True),
        FieldSpec("quotes", N_("Quotes"), K.INTEGER, width=70, read_only=True),
        FieldSpec("declined", N_("Declined"), K.BOOL, width=80),
    ),
    summary=lambda draft: [_("{count} asked").format(count=len(draft.rows("invites")))],
    placeholder=N_("type a forwarder"),
)

FREIGHT_FORM = FormSpec(
    key="freight_inquiry",
    title=N_("New freight inquiry"),
    kind="freight_inquiry",
    sections=(_HEAD,),
    load=load_inquiry,
    blank=blank_inquiry,
    save=save_freight_inquiry,
    build=build_inquiry,
    lines=(_INVITES,),
    derive=derive_inquiry,
    check=check_draft,
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    badges=partial(state_badges, FREIGHT_STATES),
    locked=_locked,
    steps=inquiry_steps,
    panels=(PanelSpec("quotes", N_("Quotes"), query=quote_facts),),
    actions=INQUIRY_ACTIONS,
    prints=lambda draft: Link.to("paper", kind="freight_inquiry", id=draft.id),
    watches=frozenset({"freight_inquiry", "freight_invite", "freight_quote", "freight_bill", "rate"}),
    needs="freight.write",
    saved=N_("The freight inquiry is saved."),
)


def blank_give_up(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a forwarder's withdrawal from the inquiry that the link names."""
    card = inquiry_card(reader, int(link.param("inquiry") or 0))
    return Draft({"inquiry": card.id, "forwarder": card.chosen, "reason": ""})


GIVE_UP_FORM = FormSpec(
    key="freight_give_up",
    title=N_("The forwarder withdraws"),
    verb=N_("Record"),
    kind="freight_inquiry",
    sections=(
        Section(
            "",
            (
                FieldSpec("forwarder", N_("Forwarder"), read_only=True, span=12),
                FieldSpec("reason", N_("Why it withdraws"), required=True, span=12),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_give_up,
    save=give_up_quote,
    build=lambda draft: GiveUpQuote(int(as_number(draft.get("inquiry")) or 0), draft.text("reason")),
    needs="freight.write",
    saved=N_("The quotes are compared again; the estimates of this forwarder are gone."),
)
