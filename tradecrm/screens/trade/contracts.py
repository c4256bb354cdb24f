"""The form of a sales contract (外销合同): fields in the order of work, lines, state actions, its chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.presets import PRESETS, preset
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Line, as_number
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    Choice,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    Row,
    Section,
    Step,
    Tone,
)
from tradecrm.screens.trade.adjusting import ADJUSTING
from tradecrm.screens.trade.agency import AGENCY, agency_facts
from tradecrm.screens.trade.amendment import VERSIONS_PANEL, amendment_form
from tradecrm.screens.trade.contract_draft import (
    OWN_TERMS,
    blank_contract,
    build_contract,
    check_draft,
    derive_contract,
    load_contract,
)
from tradecrm.screens.trade.contract_list import NEW_SHIPMENT
from tradecrm.screens.trade.contract_panels import (
    amount_words,
    goods_words,
    price_memory,
    profit_facts,
    terms_facts,
    total_words,
)
from tradecrm.screens.trade.contract_purchases import SPLIT, chain_with_purchases, purchases_facts
from tradecrm.screens.trade.freight import ASK_FREIGHT_EARLY
from tradecrm.screens.trade.order_counting import COUNT_ACTION
from tradecrm.screens.trade.pickers import ACCOUNT, CUSTOMER, PRODUCT, SUPPLIER
from tradecrm.screens.trade.repricing import repriced_badges
from tradecrm.screens.trade.words import CONTRACT_STATES, INCOTERMS, ZERO, state_badges
from tradecrm.services.trade.amendments import AMENDABLE
from tradecrm.services.trade.contract_card import ChainPart
from tradecrm.services.trade.contracts import (
    EDITABLE,
    MoveContract,
    move_contract,
    next_states,
    save_contract,
)
from tradecrm.services.trade.short_close import CLOSABLE

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

K = FieldKind
TERMS = (*(Choice(each.code, each.title) for each in PRESETS), Choice(OWN_TERMS, N_("Own terms, as agreed")))
DEPOSIT_RULES = (
    Choice("PRO_RATA", N_("In proportion to each shipment")),
    Choice("FIRST", N_("With the first shipments")),
    Choice("LAST", N_("With the last shipment")),
    Choice("MANUAL", N_("By hand")),
)
_CHAIN_WORDS = {
    "inquiry": N_("Inquiry {number}"),
    "quotation": N_("Quotation {number}"),
    "proforma": N_("Proforma {number}"),
    "contract": N_("Contract {number}"),
    "purchase": N_("Purchase {number}"),
    "shipment": N_("Shipment {number}"),
    "bill": N_("Bill {number}"),
    "invoice": N_("Invoice {number}"),
    "receipt": N_("Receipt {number}"),
}


def chain_steps(parts: Sequence[ChainPart], kind: str) -> tuple[Step, ...]:
    """Answer the papers of a chain as the steps of a form; those of ``kind`` are where we are."""
    return tuple(
        Step(_(_CHAIN_WORDS[part.kind]).format(number=part.number), part.link, part.kind == kind)
        for part in parts
    )


def contract_steps(reader: Reader, contract_id: int) -> tuple[Step, ...]:
    """Answer the chain of a contract: itself, its purchases and shipments, their invoices, the receipts."""
    return chain_steps(chain_with_purchases(reader, contract_id), "contract")


_FROM_DRAFT = frozenset({"submitted", "signed"})


def today_of(row: Row) -> date:
    """Answer the day an action is dated with: the book's today, which the page puts into the row."""
    day = row["today"]
    assert isinstance(day, date)
    return day


def _move(key: str, title: str, target: str, done: str, *, primary: bool = False) -> ActionSpec:
    def command(rows: Sequence[Row]) -> MoveContract:
        return MoveContract(int(rows[0]["id"]), target, today_of(rows[0]))

    def enabled(rows: Sequence[Row]) -> bool:
        status = str(rows[0].get("status") or "draft")
        if status == "draft" and target in _FROM_DRAFT:
            # One of the two ways on: with approval, or the short one without.
            return bool(rows[0].get("asks_approval")) == (target == "submitted")
        return target in next_states(status)

    return ActionSpec(
        key,
        title,
        primary=primary,
        needs="contract.write",
        enabled=enabled,
        operation=move_contract,
        command=command,
        done=done,
    )


def _waits(rows: Sequence[Row]) -> bool:
    row = rows[0]
    return row.get("status") in {"signed", "effective", "partly_shipped"} and (
        row.get("received") or ZERO
    ) < (row.get("deposit_due") or ZERO)


def _receipt(rows: Sequence[Row]) -> Link:
    """Answer a new receipt from this customer for the deposit, into the account the contract is paid to."""
    names = {"party": "customer_id", "account": "pay_to"}
    found = {name: int(rows[0][key]) for name, key in names.items() if rows[0].get(key)}
    return Link.to("receipt", contract=int(rows[0]["id"]), **found)


DEPOSIT = ActionSpec(
    "deposit",
    N_("Deposit received"),
    icon="receipts",
    primary=True,
    needs="receipt.write",
    enabled=_waits,
    opens=_receipt,
)
DEAL = ActionSpec(
    "deal",
    N_("Whole deal"),
    icon="contracts",
    opens=lambda rows: Link.to("deal", id=int(rows[0]["id"])),
)
ESTIMATE = ActionSpec(
    "estimate",
    N_("Profit estimate"),
    icon="reports",
    needs="profit.read",
    opens=lambda rows: Link.to("estimate", contract=int(rows[0]["id"])),
)
RESULT = ActionSpec(
    "result",
    N_("Result of the contract"),
    icon="reports",
    needs="profit.read",
    opens=lambda rows: Link.to("report/contract_profit", contract=int(rows[0]["id"])),
)
APPROVAL = ActionSpec(
    "approval",
    N_("Open approval"),
    icon="check",
    primary=True,
    enabled=lambda rows: rows[0].get("status") == "submitted",
    opens=lambda rows: Link.to("approval", id=int(rows[0]["request"])) if rows[0].get("request") else None,
)


def _may_ask(rows: Sequence[Row]) -> bool:
    """Tell whether credit may stop it: taking effect, or an amendment for more."""
    return rows[0].get("status") in {"signed", "effective", "partly_shipped"}


def _waits_for_letter(rows: Sequence[Row]) -> bool:
    return rows[0].get("status") in {"approved", "signed", "effective", "partly_shipped"}


LETTER = ActionSpec(
    "letter",
    N_("Enter letter of credit"),
    needs="shipment.write",
    enabled=_waits_for_letter,
    opens=lambda rows: Link.to("letter_of_credit", contract=int(rows[0]["id"])),
)
RELEASE = ActionSpec(
    "release",
    N_("Ask for a release"),
    needs="shipment.write",
    enabled=_may_ask,
    opens=lambda rows: Link.to("contract_release", contract=int(rows[0]["id"])),
)
CONTRACT_ACTIONS = (
    DEAL,
    ESTIMATE,
    RESULT,
    APPROVAL,
    COUNT_ACTION,
    _move("submit", N_("Submit for approval"), "submitted", N_("The contract is submitted."), primary=True),
    _move("sign", N_("Mark as signed"), "signed", N_("The contract is signed."), primary=True),
    DEPOSIT,
    _move("effect", N_("Put into effect"), "effective", N_("The contract is in effect."), primary=True),
    ActionSpec(
        NEW_SHIPMENT.key,
        NEW_SHIPMENT.title,
        icon=NEW_SHIPMENT.icon,
        primary=True,
        needs=NEW_SHIPMENT.needs,
        enabled=NEW_SHIPMENT.enabled,
        opens=NEW_SHIPMENT.opens,
    ),
    SPLIT,
    _move("draft", N_("Back to draft"), "draft", N_("The contract is a draft again.")),
    _move("close", N_("Close contract"), "closed", N_("The contract is closed.")),
    _move("reopen", N_("Reopen"), "shipped", N_("The contract is open again.")),
    ActionSpec(
        "short",
        N_("Close short"),
        needs="contract.write",
        enabled=lambda rows: rows[0].get("status") in CLOSABLE,
        opens=lambda rows: Link.to("short_close", id=int(rows[0]["id"])),
    ),
    ActionSpec(
        "amend",
        N_("Amend"),
        icon="edit",
        needs="contract.write",
        enabled=lambda rows: rows[0].get("status") in AMENDABLE,
        opens=lambda rows: Link.to("amendment", contract=int(rows[0]["id"])),
    ),
    _move("cancel", N_("Cancel contract"), "canceled", N_("The contract is canceled.")),
    _move("void", N_("Void the draft"), "void", N_("The draft is void.")),
    ASK_FREIGHT_EARLY,
    LETTER,
    RELEASE,
)


def _badges(draft: Draft) -> tuple[Badge, ...]:
    found = [*state_badges(CONTRACT_STATES, draft), *repriced_badges(draft)]
    if draft.text("waits_for"):
        found.append(Badge(_("Waits for {names}").format(names=draft.text("waits_for")), Tone.WARN))
    due, received = draft.number("deposit_due") or ZERO, draft.number("received") or ZERO
    if draft.text("status") == "signed" and received < due:
        found.append(Badge(N_("Waiting for deposit"), Tone.WARN))
    return tuple(found)


def _locked(draft: Draft) -> str:
    if draft.id is None or draft.text("status") in EDITABLE:
        return ""
    if draft.text("status") == "submitted":
        return _("{number} waits for approval. Take it back to draft before you change it.").format(
            number=draft.text("number")
        )
    title = next((c.label for c in CONTRACT_STATES if c.value == draft.text("status")), "")
    if draft.text("status") in AMENDABLE:
        return _("{number} is “{state}”. To change what was agreed, choose Amend under More.").format(
            number=draft.text("number"), state=_(title)
        )
    return _("{number} is “{state}” and cannot be edited any more.").format(
        number=draft.text("number"), state=_(title)
    )


def has_days(draft: Draft) -> bool:
    """Tell whether the chosen terms ask for a number of days."""
    code = draft.text("terms_preset")
    return bool(code) and code != OWN_TERMS and preset(code).days is not None


def _prints(draft: Draft) -> Link | None:
    return Link.to("paper", kind="contract", id=draft.id) if draft.id is not None else None


def _is_new(draft: Draft) -> bool:
    return draft.id is None


_HEAD = Section(
    "",
    (
        FieldSpec("customer", N_("Customer"), K.REF, picker=CUSTOMER, required=True, span=6),
        FieldSpec("number", N_("Number"), K.CODE, hint=N_("next number"), span=3, visible=_is_new),
        FieldSpec("day", N_("Date"), K.DATE, required=True, span=3),
        FieldSpec("currency", N_("Currency"), K.CURRENCY, required=True, span=3),
        FieldSpec("budget_rate", N_("Budget rate"), K.RATE, span=3),
        FieldSpec("incoterm", N_("Incoterm"), K.CHOICE, choices=INCOTERMS, required=True, span=3),
        FieldSpec("incoterm_place", N_("Named place"), required=True, span=3),
        FieldSpec("latest_shipment", N_("Latest shipment"), K.DATE, span=3),
        FieldSpec("terms_preset", N_("Payment terms"), K.CHOICE, choices=TERMS, required=True, span=6),
        FieldSpec("terms_days", N_("Days"), K.INTEGER, span=3, visible=has_days),
        FieldSpec("port_of_loading", N_("Port of loading"), span=3),
        FieldSpec("port_of_discharge", N_("Port of discharge"), span=3),
        FieldSpec("customer_po", N_("Customer's order no."), K.CODE, span=3),
        FieldSpec("commission_rate", N_("Commission"), K.PERCENT, span=3),
    ),
)
_MORE = Section(
    N_("More terms"),
    (
        FieldSpec("tolerance_over", N_("More allowed"), K.PERCENT, span=3),
        FieldSpec("tolerance_under", N_("Less allowed"), K.PERCENT, span=3),
        FieldSpec("deposit_policy", N_("Deposit applied"), K.CHOICE, choices=DEPOSIT_RULES, span=6),
        FieldSpec("partial_allowed", N_("Partial shipment allowed"), K.BOOL, span=6),
        FieldSpec("transhipment_allowed", N_("Transhipment allowed"), K.BOOL, span=6),
        FieldSpec(
            "bank_account", N_("Bank account to pay to"), K.REF, picker=ACCOUNT, within=("currency",), span=6
        ),
        FieldSpec("signatory", N_("Signed by"), span=6),
        FieldSpec("packing", N_("Packing"), K.LONG_TEXT, span=6),
        FieldSpec("marks", N_("Shipping marks"), K.LONG_TEXT, span=6),
        FieldSpec("remarks", N_("Remarks and clauses"), K.LONG_TEXT),
    ),
    after_lines=True,
)


def margin_tone(line: Line) -> Tone:
    """Answer the tone of a line's margin: bad below zero, a warning below the usual least margin of 8 %."""
    margin = as_number(line.get("margin"))
    if margin is None:
        return Tone.NEUTRAL
    if margin < 0:
        return Tone.BAD
    return Tone.WARN if margin < _LEAST_MARGIN else Tone.NEUTRAL


_LEAST_MARGIN = Decimal("0.08")

_LINES = LinesSpec(
    "lines",
    "",
    (
        FieldSpec("product", N_("Product"), K.REF, picker=PRODUCT, width=80),
        FieldSpec("description_en", N_("Description"), required=True, width=190),
        FieldSpec("quantity", N_("Quantity"), K.QUANTITY, required=True, width=72),
        FieldSpec("unit", N_("Unit"), required=True, width=48),
        FieldSpec("price", N_("Price"), K.PRICE, required=True, width=70, currency_from=".currency"),
        FieldSpec("amount", N_("Amount"), K.MONEY, width=92, read_only=True, currency_from=".currency"),
        FieldSpec("cost", N_("Cost"), K.PRICE, width=64),
        FieldSpec("margin", N_("Margin"), K.PERCENT, width=64, read_only=True, tone=margin_tone),
        FieldSpec("vat_rate", N_("VAT"), K.PERCENT, width=64, more=True),
        FieldSpec("rebate_rate", N_("Rebate"), K.PERCENT, width=64, more=True),
        FieldSpec("description_cn", N_("Chinese description"), width=150, more=True),
        FieldSpec("discount", N_("Discount"), K.PERCENT, width=64, more=True),
        FieldSpec("supplier", N_("Supplier"), K.REF, picker=SUPPLIER, width=150, more=True),
    ),
    summary=goods_words,
    total=total_words,
    words=amount_words,
    placeholder=N_("type an item no. or a name"),
)

CONTRACT_FORM = FormSpec(
    key="contract",
    title=N_("New contract"),
    kind="sales_contract",
    sections=(_HEAD, ADJUSTING, _MORE, AGENCY),
    load=load_contract,
    blank=blank_contract,
    save=save_contract,
    build=build_contract,
    lines=(_LINES,),
    derive=derive_contract,
    check=check_draft,
    heading=lambda draft: draft.text("number") if draft.id is not None else "",
    badges=_badges,
    locked=_locked,
    steps=contract_steps,
    panels=(
        PanelSpec("terms", N_("Payment terms"), compute=terms_facts),
        PanelSpec("agency", N_("Agency export"), compute=agency_facts),
        PanelSpec("profit", N_("Profit estimate"), compute=profit_facts),
        PanelSpec("purchases", N_("Purchases"), query=purchases_facts),
        VERSIONS_PANEL,
        PanelSpec("memory", N_("Prices agreed before"), query=price_memory, depends=("customer", "lines")),
    ),
    actions=CONTRACT_ACTIONS,
    prints=_prints,
    watches=frozenset(
        {
            "sales_contract",
            "contract_line",
            "shipment",
            "receipt",
            "earmark",
            "item",
            "approval_request",
            "approval_turn",
            "approval_rule",
            "contract_version",
        }
    ),
    needs="contract.write",
    saved=N_("The contract is saved."),
)
AMENDMENT_FORM = amendment_form(replace(CONTRACT_FORM, sections=(_HEAD, ADJUSTING, _MORE)))
