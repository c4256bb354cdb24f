"""The dialogs of a shipment on its way: milestones, rolling, releases, the bank, papers, settling."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from tradecrm.core.checklist import PAPER_TITLES
from tradecrm.core.fields import FieldKind
from tradecrm.core.letters import PRESENTATION
from tradecrm.core.links import Link
from tradecrm.core.milestones import milestone_kind
from tradecrm.core.text import N_, _
from tradecrm.core.trade_flows import DOCUMENT
from tradecrm.core.ways import Thing
from tradecrm.screens.dialogs import dialog_form
from tradecrm.screens.draft import Draft, Ref, Value
from tradecrm.screens.spec import Choice, Fact, FieldSpec, PanelSpec, Tone
from tradecrm.screens.trade.pickers import PAYEE
from tradecrm.screens.trade.words import has_title, way_field
from tradecrm.services.trade.checklist import (
    MoveDocument,
    SaveDocument,
    SendDocuments,
    document_rows,
    move_document,
    save_document,
    send_documents,
)
from tradecrm.services.trade.closing import REBATE_TITLES, MarkSettled, mark_settled
from tradecrm.services.trade.gates import loading_stops, release_stops
from tradecrm.services.trade.letter_start import letter_start
from tradecrm.services.trade.milestones import (
    MeetMilestone,
    PlanMilestone,
    meet_milestone,
    milestone_history,
    plan_milestone,
)
from tradecrm.services.trade.moving import (
    MoveShipment,
    ReleaseBl,
    SaveShippingData,
    move_shipment,
    release_bl,
    save_shipping_data,
)
from tradecrm.services.trade.presentations import (
    MovePresentation,
    PresentDocuments,
    move_presentation,
    present_documents,
)
from tradecrm.services.trade.releases import KIND_TITLES, AskRelease, ask_release, contract_stops
from tradecrm.services.trade.shipment_card import shipment_card, shipping_data

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
_DAY = FieldSpec("day", N_("On"), K.DATE, required=True, span=6)
_REASON = FieldSpec("reason", N_("Reason"), span=12)


def shipment_of(draft: Draft) -> int:
    """Answer the shipment that a dialog is about."""
    return _id(draft)


def _id(draft: Draft, name: str = "shipment") -> int:
    return int(draft.number(name) or 0)


def _on(draft: Draft, name: str = "day") -> date:
    return draft.day(name) or date.min


def start_dialog(reader: Reader, link: Link, **values: Value) -> Draft:
    """Answer a draft for the shipment that the link names, dated today."""
    card = shipment_card(reader, int(str(link.param("shipment") or 0)))
    head: dict[str, Value] = {"shipment": card.id, "number": card.values["number"], "day": reader.today}
    return Draft({**head, **values})


dialog_spec = partial(dialog_form, kind="shipment")
"""Makes a dialog of the shipment's page."""


def _blank_milestone(reader: Reader, link: Link) -> Draft:
    draft = start_dialog(reader, link, code=str(link.param("code") or ""), reason="")
    title = _(milestone_kind(draft.text("code"), shipping_data(reader, _id(draft)).mode).title)
    return draft.put(number=f"{draft.text('number')} · {title}")


def _history(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what was once planned or said of the milestone (section 1.6)."""
    rows = milestone_history(reader, _id(draft), draft.text("code"))
    if not rows:
        return (Fact(_("Nothing was changed so far."), "", muted=True),)
    return tuple(
        Fact(
            f"{row.at.isoformat()} {row.person}" + (f": {row.reason}" if row.reason else ""),
            f"{row.old.isoformat() if row.old else '—'} → {row.new.isoformat() if row.new else '—'}",
        )
        for row in rows
    )


_HISTORY = PanelSpec("history", N_("Earlier days"), query=_history)

MEET_FORM = dialog_spec(
    "milestone_met",
    N_("Note as done"),
    (_DAY, _REASON),
    _blank_milestone,
    meet_milestone,
    lambda draft: MeetMilestone(_id(draft), draft.text("code"), _on(draft), draft.text("reason")),
    N_("The milestone is noted."),
    (_HISTORY,),
)
PLAN_FORM = dialog_spec(
    "milestone_plan",
    N_("Plan another day"),
    (_DAY, _REASON),
    _blank_milestone,
    plan_milestone,
    lambda draft: PlanMilestone(_id(draft), draft.text("code"), _on(draft), draft.text("reason")),
    N_("The new day is planned; the old one stays in the history."),
    (_HISTORY,),
)


def _blank_roll(reader: Reader, link: Link) -> Draft:
    return start_dialog(reader, link, etd=None, eta=None, reason="")


ROLL_FORM = dialog_spec(
    "roll",
    N_("Rolled by the carrier"),
    (
        FieldSpec("etd", N_("New ETD"), K.DATE, required=True, span=6),
        FieldSpec("eta", N_("New ETA"), K.DATE, span=6, hint=N_("moves with the ETD")),
        _REASON,
    ),
    _blank_roll,
    move_shipment,
    lambda draft: MoveShipment(
        _id(draft), "rolled", _on(draft), draft.day("etd"), draft.day("eta"), draft.text("reason")
    ),
    N_("The shipment was rolled; what is not done yet has new days."),
    verb=N_("Record"),
)


def _blank_release(reader: Reader, link: Link) -> Draft:
    kind = str(link.param("kind") or "")
    if not kind:
        stops = loading_stops(reader, int(str(link.param("shipment") or 0)))
        kind = next((stop.kind for stop in stops), "bl")
    return start_dialog(reader, link, kind=kind, reason="", maximum=None, valid_until=None)


def _release_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what stands against loading, or against giving the bill of lading up."""
    kind, shipment = draft.text("kind"), _id(draft)
    if kind == "reopen":
        return (Fact(_("The result of the shipment may change again."), "", Tone.WARN),)
    stops = release_stops(reader, shipment, "original") if kind == "bl" else loading_stops(reader, shipment)
    found = tuple(Fact(stop.sentence, "", Tone.BAD) for stop in stops if stop.kind == kind)
    return found or (Fact(_("Nothing stands in the way."), "", Tone.GOOD),)


RELEASE_FORM = dialog_spec(
    "ask_release",
    N_("Ask for a release"),
    (
        FieldSpec(
            "kind",
            N_("What for"),
            K.CHOICE,
            choices=tuple(Choice(key, title) for key, title in KIND_TITLES),
            required=True,
            span=6,
        ),
        FieldSpec("valid_until", N_("Valid until"), K.DATE, hint=N_("14 days"), span=3),
        FieldSpec("maximum", N_("Up to"), K.MONEY, hint=N_("the invoice"), span=3),
        FieldSpec("reason", N_("Reason"), K.LONG_TEXT, required=True, span=12),
    ),
    _blank_release,
    ask_release,
    lambda draft: AskRelease(
        draft.text("kind"),
        draft.text("reason"),
        _id(draft),
        maximum=draft.number("maximum"),
        valid_until=draft.day("valid_until"),
    ),
    N_("The release is asked for."),
    (PanelSpec("stops", N_("What stands in the way"), query=_release_facts, depends=("kind",)),),
)


def _blank_contract(reader: Reader, link: Link) -> Draft:
    contract = letter_start(reader, int(str(link.param("contract") or 0)))
    return Draft({"contract": contract.contract_id, "number": contract.contract, "reason": ""})


def _contract_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    stops = contract_stops(reader, _id(draft, "contract"), draft.number("maximum"))
    found = tuple(Fact(sentence, "", Tone.BAD) for sentence in stops)
    return found or (Fact(_("Nothing stands in the way."), "", Tone.GOOD),)


CONTRACT_RELEASE_FORM = dialog_spec(
    "contract_release",
    N_("Ask for a release"),
    (
        FieldSpec("reason", N_("Reason"), K.LONG_TEXT, required=True, span=6),
        FieldSpec("maximum", N_("Up to"), K.MONEY, hint=N_("the contract"), span=3),
        FieldSpec("valid_until", N_("Valid until"), K.DATE, hint=N_("14 days"), span=3),
    ),
    _blank_contract,
    ask_release,
    lambda draft: AskRelease(
        "credit",
        draft.text("reason"),
        contract_id=_id(draft, "contract"),
        maximum=draft.number("maximum"),
        valid_until=draft.day("valid_until"),
    ),
    N_("The release is asked for."),
    (PanelSpec("stops", N_("What stands in the way"), query=_contract_facts, depends=("maximum",)),),
)
WAYS = (
    Choice("original", N_("Originals to the buyer")),
    Choice("telex", N_("Telex release")),
    Choice("waybill", N_("Sea waybill")),
    Choice("bank", N_("Originals to a bank")),
)


def _blank_bl(reader: Reader, link: Link) -> Draft:
    draft = start_dialog(reader, link)
    data = shipping_data(reader, _id(draft))
    return draft.put(way=data.bl_type)


def _bl_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    stops = release_stops(reader, _id(draft), draft.text("way"))
    found = tuple(Fact(stop.sentence, "", Tone.BAD) for stop in stops)
    return found or (Fact(_("Nothing stands in the way."), "", Tone.GOOD),)


BL_FORM = dialog_spec(
    "release_bl",
    N_("Give the B/L up"),
    (FieldSpec("way", N_("How"), K.CHOICE, choices=WAYS, required=True, span=6), _DAY),
    _blank_bl,
    release_bl,
    lambda draft: ReleaseBl(_id(draft), draft.text("way"), _on(draft)),
    N_("The bill of lading is given up."),
    (PanelSpec("stops", N_("What stands in the way"), query=_bl_facts, depends=("way",)),),
)


def _blank_day(reader: Reader, link: Link) -> Draft:
    return start_dialog(reader, link, note="")


PRESENT_FORM = dialog_spec(
    "present",
    N_("Present to the bank"),
    (_DAY, FieldSpec("note", N_("Discrepancies known"), K.LONG_TEXT, span=12)),
    _blank_day,
    present_documents,
    lambda draft: PresentDocuments(_id(draft), _on(draft), discrepancies=draft.text("note")),
    N_("The papers are at the bank; what was due on presentation has its date now."),
)
BANK_STEPS = (
    Choice("sight", N_("Received by the bank or the drawee")),
    *(Choice(step.key, step.title) for step in PRESENTATION.transitions),
)


def _blank_bank(reader: Reader, link: Link) -> Draft:
    return start_dialog(reader, link, step="sight", note="")


BANK_FORM = dialog_spec(
    "bank_answer",
    N_("Note the bank's answer"),
    (
        FieldSpec("step", N_("Answer"), K.CHOICE, choices=BANK_STEPS, required=True, span=6),
        _DAY,
        FieldSpec("note", N_("What the bank says"), K.LONG_TEXT, span=12),
    ),
    _blank_bank,
    move_presentation,
    lambda draft: MovePresentation(_id(draft), draft.text("step"), _on(draft), draft.text("note")),
    N_("The bank's answer is noted."),
)
SEND_FORM = dialog_spec(
    "send_papers",
    N_("Send all papers"),
    (_DAY,),
    _blank_day,
    send_documents,
    lambda draft: SendDocuments(_id(draft), _on(draft)),
    N_("The papers are marked as sent."),
)
PAPER_KINDS = tuple(Choice(kind.value, title) for kind, title in PAPER_TITLES)


def _blank_paper(reader: Reader, link: Link) -> Draft:
    draft = start_dialog(reader, link, kind="other", title="", originals=1, copies=0)
    key = int(str(link.param("paper") or 0))
    row = next((row for row in document_rows(reader, _id(draft)) if row.id == key), None)
    if row is None:
        return draft
    names = ("kind", "title", "originals", "copies", "issuer", "due_on", "wording", "version")
    values: dict[str, Value] = {name: getattr(row, name) for name in names}
    return draft.put(paper=row.id, paper_no=row.number, **values)


def _build_paper(draft: Draft) -> SaveDocument:
    paper = draft.number("paper")
    return SaveDocument(
        shipment_id=_id(draft),
        kind=draft.text("kind"),
        title=draft.text("title"),
        originals=int(draft.number("originals") or 0),
        copies=int(draft.number("copies") or 0),
        issuer=draft.text("issuer"),
        due_on=draft.day("due_on"),
        number=draft.text("paper_no"),
        wording=draft.text("wording"),
        id=None if paper is None else int(paper),
        version=None if paper is None else int(draft.number("version") or 0),
    )


PAPER_FORM = dialog_spec(
    "shipment_paper",
    N_("Paper of the checklist"),
    (
        FieldSpec("kind", N_("Kind"), K.CHOICE, choices=PAPER_KINDS, required=True, span=6),
        FieldSpec("title", N_("Title"), span=6),
        FieldSpec("originals", N_("Originals"), K.INTEGER, span=3),
        FieldSpec("copies", N_("Copies"), K.INTEGER, span=3),
        FieldSpec("due_on", N_("Due on"), K.DATE, span=3),
        FieldSpec("paper_no", N_("Paper no."), K.CODE, span=3),
        FieldSpec("issuer", N_("Issued by"), span=12),
        FieldSpec("wording", N_("As the letter of credit wants it"), K.LONG_TEXT, span=12),
    ),
    _blank_paper,
    save_document,
    _build_paper,
    N_("The checklist is saved."),
    verb=N_("Save"),
)
PAPER_STEPS = tuple(Choice(step.key, step.verb) for step in DOCUMENT.transitions)


def _blank_step(reader: Reader, link: Link) -> Draft:
    draft = start_dialog(reader, link)
    key = int(str(link.param("paper") or 0))
    row = next(row for row in document_rows(reader, _id(draft)) if row.id == key)
    step = next((step.key for step in DOCUMENT.next(row.status) if step.key in {"issue", "send"}), "")
    return draft.put(paper=key, step=step, number=f"{draft.text('number')} · {_(row.title)}")


STEP_FORM = dialog_spec(
    "paper_step",
    N_("Take the paper on"),
    (FieldSpec("step", N_("Step"), K.CHOICE, choices=PAPER_STEPS, required=True, span=6), _DAY),
    _blank_step,
    move_document,
    lambda draft: MoveDocument(_id(draft, "paper"), draft.text("step"), draft.day("day")),
    N_("The paper is taken on."),
)


def _blank_settle(reader: Reader, link: Link) -> Draft:
    draft = start_dialog(reader, link)
    data = shipping_data(reader, _id(draft))
    return draft.put(rebate_state=data.rebate_state, no_further_bill=data.no_further_bill)


SETTLE_FORM = dialog_spec(
    "settle",
    N_("Rebate and bills"),
    (
        FieldSpec(
            "rebate_state",
            N_("VAT rebate"),
            K.CHOICE,
            choices=tuple(Choice(key, title) for key, title in REBATE_TITLES),
            span=6,
        ),
        FieldSpec("no_further_bill", N_("No further bill is expected"), K.BOOL, span=6),
    ),
    _blank_settle,
    mark_settled,
    lambda draft: MarkSettled(
        _id(draft), draft.text("rebate_state"), no_further_bill=draft.flag("no_further_bill")
    ),
    N_("Noted."),
    verb=N_("Save"),
)
BL_TYPES = (
    Choice("original", N_("Original")),
    Choice("telex", N_("Telex release")),
    Choice("waybill", N_("Sea waybill")),
)
_TEXTS = (
    "bl_no",
    "bl_type",
    "declaration_no",
    "consignee",
    "notify_party",
    "marks",
    "agency_certificate",
)


def _blank_data(reader: Reader, link: Link) -> Draft:
    draft = start_dialog(reader, link)
    data = shipping_data(reader, _id(draft))
    values: dict[str, Value] = {name: getattr(data, name) for name in _TEXTS}
    broker = None if data.broker_id is None else Ref(data.broker_id, data.broker)
    return draft.put(
        mode=data.mode,
        export_date=data.export_date,
        broker=broker,
        agency_certified_on=data.agency_certified_on,
        by_agent=data.by_agent,
        **values,
    )


def _by_agent(draft: Draft) -> bool:
    return draft.flag("by_agent")


DATA_FORM = dialog_spec(
    "shipping_data",
    N_("Consignee, marks and declaration"),
    (
        way_field(Thing.LADING, K.CODE),
        FieldSpec(
            "bl_type",
            N_("Kind of B/L"),
            K.CHOICE,
            choices=BL_TYPES,
            required=True,
            span=3,
            visible=has_title,
        ),
        FieldSpec("broker", N_("Customs broker"), K.REF, picker=PAYEE, span=6),
        FieldSpec("declaration_no", N_("Declaration no."), K.CODE, span=6),
        FieldSpec("export_date", N_("Export date"), K.DATE, span=6),
        FieldSpec("consignee", N_("Consignee"), K.LONG_TEXT, span=6),
        FieldSpec("notify_party", N_("Notify party"), K.LONG_TEXT, span=6),
        FieldSpec("marks", N_("Shipping marks"), K.LONG_TEXT, span=12),
        FieldSpec(
            "agency_certificate", N_("Agent's certificate of export"), K.CODE, span=6, visible=_by_agent
        ),
        FieldSpec("agency_certified_on", N_("Certified on"), K.DATE, span=6, visible=_by_agent),
    ),
    _blank_data,
    save_shipping_data,
    lambda draft: SaveShippingData(
        _id(draft),
        draft.ref_id("broker"),
        export_date=draft.day("export_date"),
        agency_certified_on=draft.day("agency_certified_on"),
        **{name: draft.text(name) for name in _TEXTS},
    ),
    N_("The shipment is saved."),
    verb=N_("Save"),
)

SHIPPING_DIALOGS = (
    MEET_FORM,
    PLAN_FORM,
    ROLL_FORM,
    RELEASE_FORM,
    BL_FORM,
    PRESENT_FORM,
    BANK_FORM,
    SEND_FORM,
    PAPER_FORM,
    STEP_FORM,
    SETTLE_FORM,
    DATA_FORM,
)
"""Every dialog that the page of a shipment opens for what happens on the way."""
