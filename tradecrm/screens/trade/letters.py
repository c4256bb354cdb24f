"""The list and the form of letters of credit (信用证), domain.md section 1.7."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from tradecrm.core.fields import FieldKind
from tradecrm.core.letters import LETTER_OF_CREDIT
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Ref, Value
from tradecrm.screens.spec import (
    ActionSpec,
    Choice,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    ListSpec,
    PanelSpec,
    PickerSpec,
    Row,
    Section,
    Tone,
    ViewSpec,
)
from tradecrm.screens.trade.letter_about import SAID, about_facts, derive_letter
from tradecrm.screens.trade.pickers import CUSTOMER
from tradecrm.screens.trade.words import state_badges, states
from tradecrm.services.trade.letter_start import contracts_for_letter, letter_start
from tradecrm.services.trade.letters import (
    MoveLetter,
    SaveLetter,
    check_letter,
    letter_card,
    move_letter,
    save_letter,
)
from tradecrm.services.trade.lists import LETTERS

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
LETTER_STATES = states(LETTER_OF_CREDIT)
TENORS = (Choice("SIGHT", N_("At sight")), Choice("USANCE", N_("Usance")))
BASES = (Choice("SIGHT", N_("after sight")), Choice("BL", N_("after the B/L date")))
_PLAIN = (
    "number", "currency", "amount", "expires_on", "issuing_bank", "advising_bank", "confirming_bank",
    "confirmed", "tolerance_over", "tolerance_under", "issued_on", "expiry_place", "expiry_country",
    "latest_shipment", "presentation_days", "tenor", "tenor_days", "tenor_basis", "partial_allowed",
    "transhipment_allowed", "port_of_loading", "port_of_discharge", "beneficiary", "goods", "marks",
    "documents", "remarks",
)  # fmt: skip


def contracts(reader: Reader, text: str, within: Mapping[str, Any]) -> Sequence[Ref]:
    """Answer the contracts that a letter of credit may be for, of the customer chosen on it."""
    customer = within.get("customer")
    key = int(customer.id) if isinstance(customer, Ref) else None
    return [
        Ref(
            one.contract_id,
            one.contract,
            one.contract,
            f"{one.customer}  {format_money(one.total, one.currency)}",
        )
        for one in contracts_for_letter(reader, text, key, 20)
    ]


CONTRACT = PickerSpec(contracts, None, "contract")


def load_letter(reader: Reader, letter_id: int) -> Draft:
    """Answer the draft of a letter of credit; raises NotFound."""
    card = letter_card(reader, letter_id)
    values: dict[str, Value] = {name: getattr(card.command, name) for name in _PLAIN}
    values["customer"] = Ref(card.command.customer_id, card.customer)
    contract = card.command.contract_id
    values["contract"] = None if contract is None else Ref(contract, card.contract, card.contract)
    values["status"] = card.status
    return Draft(values, id=card.command.id, version=card.command.version)


def blank_letter(reader: Reader, link: Link) -> Draft:
    """Answer the draft of a new letter of credit, with what its contract says where the link names one."""
    values: dict[str, Value] = {
        "currency": "USD",
        "confirmed": False,
        "expiry_country": "CN",
        "tenor": "SIGHT",
        "tenor_basis": "SIGHT",
        "tenor_days": 0,
        "partial_allowed": True,
        "transhipment_allowed": True,
        "tolerance_over": Decimal(0),
        "tolerance_under": Decimal(0),
    }
    key = link.param("contract")
    if key:
        start = letter_start(reader, int(str(key)))
        values.update(
            customer=Ref(start.customer_id, start.customer),
            contract=Ref(start.contract_id, start.contract, start.contract),
            currency=start.currency,
            amount=start.total,
            latest_shipment=start.latest_shipment,
            port_of_loading=start.port_of_loading,
            port_of_discharge=start.port_of_discharge,
            partial_allowed=start.partial_allowed,
            transhipment_allowed=start.transhipment_allowed,
        )
    return Draft(values)


def build_letter(draft: Draft) -> SaveLetter:
    """Answer the command that saves the draft."""
    days = draft.number("presentation_days")
    texts = {name: draft.text(name) for name in _TEXTS}
    return SaveLetter(
        customer_id=draft.ref_id("customer") or 0,
        contract_id=draft.ref_id("contract"),
        amount=draft.number("amount") or Decimal(0),
        expires_on=draft.day("expires_on") or date.min,
        issued_on=draft.day("issued_on"),
        latest_shipment=draft.day("latest_shipment"),
        tolerance_over=draft.number("tolerance_over") or Decimal(0),
        tolerance_under=draft.number("tolerance_under") or Decimal(0),
        presentation_days=None if days is None else int(days),
        tenor_days=int(draft.number("tenor_days") or 0),
        confirmed=draft.flag("confirmed"),
        partial_allowed=draft.flag("partial_allowed"),
        transhipment_allowed=draft.flag("transhipment_allowed"),
        id=draft.id,
        version=draft.version,
        **texts,
    )


_TEXTS = (
    "number", "currency", "issuing_bank", "advising_bank", "confirming_bank", "expiry_place",
    "expiry_country", "tenor", "tenor_basis", "port_of_loading", "port_of_discharge", "beneficiary", "goods",
    "marks", "documents", "remarks",
)  # fmt: skip


def check_draft(draft: Draft) -> Sequence[Problem]:
    """Answer what the operation would refuse while it is typed."""
    if draft.ref("customer") is None or draft.day("expires_on") is None or draft.number("amount") is None:
        return ()
    return check_letter(replace(build_letter(draft), number=draft.text("number") or "-"))


def letter_facts(reader: Reader, draft: Draft) -> tuple[Fact, ...]:
    """Answer what of the credit is drawn, by which shipments, and where it differs from the contract."""
    if draft.id is None:
        return (Fact(_("What differs from the contract stands here once it is saved."), "", muted=True),)
    card = letter_card(reader, draft.id)
    currency = card.command.currency
    facts = [
        Fact(_("Drawn"), format_money(card.drawn, currency), strong=True),
        Fact(_("Still free"), format_money(card.command.amount - card.drawn, currency)),
    ]
    if card.command.contract_id is not None:
        facts.append(
            Fact(_("Contract"), card.contract, link=Link.to("contract", id=card.command.contract_id))
        )
    facts += [
        Fact(number, format_money(total, currency), link=Link.to("shipment", id=key), muted=gone is None)
        for key, number, total, gone in card.shipments
    ]
    facts += [Fact(sentence, "", Tone.BAD) for sentence in card.differences]
    if not card.differences:
        facts.append(Fact(_("It fits its contract."), "", Tone.GOOD))
    return tuple(facts)


def _can(key: str) -> Sequence[str]:
    return next(step.sources for step in LETTER_OF_CREDIT.transitions if step.key == key)


def _step(key: str, *, primary: bool = False, done: str) -> ActionSpec:
    title = next(step.verb for step in LETTER_OF_CREDIT.transitions if step.key == key)
    return ActionSpec(
        key,
        title,
        primary=primary,
        needs="shipment.write",
        enabled=lambda rows: rows[0].get("status") in _can(key),
        operation=move_letter,
        command=lambda rows: MoveLetter(int(rows[0]["id"]), key),
        done=done,
    )


def _locked(draft: Draft) -> str:
    if draft.text("status") in {"used", "canceled"}:
        return _("This letter of credit is over; reopen it to change it.")
    return ""


def _usance(draft: Draft) -> bool:
    return draft.text("tenor") == "USANCE"


LETTER_FORM = FormSpec(
    key="letter_of_credit",
    title=N_("New letter of credit"),
    kind="letter_of_credit",
    sections=(
        Section(
            "",
            (
                FieldSpec("number", N_("L/C number"), K.CODE, required=True, span=3),
                FieldSpec("customer", N_("Customer"), K.REF, picker=CUSTOMER, required=True, span=6),
                FieldSpec("contract", N_("Contract"), K.REF, picker=CONTRACT, within=("customer",), span=3),
                FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=2),
                FieldSpec(
                    "amount",
                    N_("Amount"),
                    K.MONEY,
                    required=True,
                    span=3,
                    currency_from="currency",
                    hint=N_("or: about 50,000"),
                    words_to=SAID,
                ),
                FieldSpec("tolerance_over", N_("Tolerance over"), K.PERCENT, span=2),
                FieldSpec("tolerance_under", N_("Tolerance under"), K.PERCENT, span=2),
                FieldSpec("issued_on", N_("Issued on"), K.DATE, span=3),
                FieldSpec("latest_shipment", N_("Latest shipment"), K.DATE, span=3),
                FieldSpec("expires_on", N_("Expires on"), K.DATE, required=True, span=3),
                FieldSpec("expiry_place", N_("Place of expiry"), span=3),
                FieldSpec("expiry_country", N_("Country of expiry"), K.COUNTRY, span=3),
                FieldSpec(
                    "presentation_days",
                    N_("Days to present"),
                    K.INTEGER,
                    hint=N_("as in the settings"),
                    span=3,
                ),
                FieldSpec("tenor", N_("Payable"), K.CHOICE, choices=TENORS, span=3),
                FieldSpec("tenor_days", N_("Days"), K.INTEGER, span=2, visible=_usance),
                FieldSpec("tenor_basis", N_("Counted"), K.CHOICE, choices=BASES, span=3, visible=_usance),
                FieldSpec("port_of_loading", N_("44E Port or airport of departure"), span=3),
                FieldSpec("port_of_discharge", N_("44F Port or airport of arrival"), span=3),
                FieldSpec("partial_allowed", N_("Partial shipments allowed"), K.BOOL, span=3),
                FieldSpec("transhipment_allowed", N_("Transhipment allowed"), K.BOOL, span=3),
            ),
        ),
        Section(
            N_("Banks"),
            (
                FieldSpec("issuing_bank", N_("Issuing bank"), span=6),
                FieldSpec("advising_bank", N_("Advising bank"), span=6),
                FieldSpec("confirming_bank", N_("Confirming bank"), span=6),
                FieldSpec("confirmed", N_("Confirmed by this bank"), K.BOOL, span=3),
            ),
        ),
        Section(
            N_("Wording"),
            (
                FieldSpec("documents", N_("46A Documents required"), K.LONG_TEXT, span=12),
                FieldSpec("goods", N_("45A Description of goods"), K.LONG_TEXT, span=6),
                FieldSpec("marks", N_("Shipping marks"), K.LONG_TEXT, span=6),
                FieldSpec("beneficiary", N_("Beneficiary"), K.LONG_TEXT, span=6),
                FieldSpec("remarks", N_("Remarks"), K.LONG_TEXT, span=6),
            ),
        ),
    ),
    load=load_letter,
    blank=blank_letter,
    save=save_letter,
    build=build_letter,
    derive=derive_letter,
    check=check_draft,
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    badges=partial(state_badges, LETTER_STATES),
    locked=_locked,
    panels=(
        PanelSpec("about", N_("“About” in the credit"), compute=about_facts),
        PanelSpec("use", N_("Use of the credit"), query=letter_facts),
    ),
    actions=(
        _step("check", primary=True, done=N_("The letter of credit is checked.")),
        _step("amend", done=N_("An amendment is asked for.")),
        _step("use", done=N_("The letter of credit is used up.")),
        _step("reopen", done=N_("The letter of credit is open again.")),
        _step("cancel", done=N_("The letter of credit is canceled.")),
    ),
    watches=frozenset({"letter_of_credit", "shipment", "sales_contract"}),
    needs="shipment.write",
    saved=N_("The letter of credit is saved; check it before goods are shipped."),
)


def _opens(row: Row) -> Link:
    return Link.to("letter_of_credit", id=row["id"])


LETTER_LIST = ListSpec(
    key="letters_of_credit",
    title=N_("Letters of credit"),
    kind="letter_of_credit",
    source=LETTERS,
    columns=(
        ColumnSpec("number", N_("L/C number"), K.CODE, 150, link=_opens),
        ColumnSpec(
            "customer", N_("Customer"), width=200, link=lambda row: Link.to("customer", id=row["customer_id"])
        ),
        ColumnSpec("contract", N_("Contract"), K.CODE, 120),
        ColumnSpec("currency", N_("Currency"), K.CURRENCY),
        ColumnSpec("amount", N_("Amount"), K.MONEY, currency_key="currency", summed=True),
        ColumnSpec("latest_shipment", N_("Latest shipment"), K.DATE),
        ColumnSpec("expires_on", N_("Expires on"), K.DATE),
        ColumnSpec("status", N_("State"), K.CHOICE, choices=LETTER_STATES),
        ColumnSpec("issuing_bank", N_("Issuing bank"), hidden_by_default=True),
    ),
    opens=_opens,
    default_sort=(SortKey("expires_on", descending=True),),
    views=(
        ViewSpec(
            "open",
            N_("Open"),
            (Filter("status", Op.ANY_OF, ("received", "checked", "amending")),),
            (SortKey("expires_on"),),
        ),
    ),
    quick_filters=("status",),
    new=Link.to("letter_of_credit"),
    new_title=N_("New letter of credit"),
    watches=frozenset({"letter_of_credit", "party"}),
    empty_title=N_("No letters of credit yet"),
    empty_text=N_(
        "Enter a letter of credit when the bank advises it; shipments are then checked against it, "
        "and its documents go into their checklists."
    ),
    icon="bank",
)
