"""The form that records a receipt and shows it afterwards (sections 3.1 to 3.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradecrm.core.errors import RateMissing
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import convert, format_money
from tradecrm.core.problems import Problem
from tradecrm.core.rates import shown_rate
from tradecrm.core.text import N_, _
from tradecrm.screens.crm.pickers import CUSTOMER
from tradecrm.screens.draft import Draft, Line, Ref, as_number
from tradecrm.screens.money.pickers import (
    ACCOUNT,
    SETTLED_COLUMNS,
    account_named,
    account_ref,
    is_new,
    party_named,
)
from tradecrm.screens.money.receipt_list import MONEY_CHANGES, used_facts
from tradecrm.screens.money.settled import standing_lines
from tradecrm.screens.money.taking_back import reverse_action
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    Choice,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    Section,
    Tone,
)
from tradecrm.services.money.allocations import OpenItem, plan_oldest_first
from tradecrm.services.money.bill_advances import ToRepay, loans_to_repay
from tradecrm.services.money.cards import receipt_card, table_rate
from tradecrm.services.money.payers import is_third_party
from tradecrm.services.money.receipts import (
    RecordReceipt,
    Share,
    record_receipt,
)
from tradecrm.services.money.receivables import open_contracts, open_items

ZERO = Decimal(0)
BEARERS = (
    Choice("SHA", N_("Ours: a cost of the shipment")),
    Choice("OUR", N_("The buyer's: the rest stays open")),
)
"""Who bears what banks keep on the way (section 3.4)."""


def blank_receipt(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a receipt: today, and the customer and account the link names."""
    values: dict[str, Any] = {
        "day": reader.today,
        "charge": ZERO,
        "interest": ZERO,
        "order": "charge",
        "currency": "",
    }
    values |= party_named(reader, link)
    account = account_named(reader, link)
    if account is not None:
        values |= {"account": account, "currency": account.extra["currency"]}
    values |= {"base": reader.base, "rate": None, "rate_words": "", "bearer": "SHA"}
    return _for_deposit(with_book(reader, Draft(values)), link.param("contract"))


def _for_deposit(draft: Draft, contract: object) -> Draft:
    """Answer the draft with what is missing of a contract's deposit typed already, as its page asks for."""
    rows = draft.rows("deposits")
    missing = [as_number(line["missing"]) for line in rows if line["contract_id"] == contract]
    if contract is None or not missing or not missing[0]:
        return draft
    rows = tuple({**line, "amount": missing[0]} if line["contract_id"] == contract else line for line in rows)
    return derive_receipt(draft.put_rows("deposits", rows).put(gross=missing[0]), "gross")


def with_book(reader: Any, draft: Draft) -> Draft:
    """Answer the draft with the open invoices and contracts of its customer and the table's rate of its day.

    Amounts typed before stay with their invoice or contract.
    """
    currency, party, day = draft.text("currency"), draft.ref_id("party"), draft.day("day")
    if party is None or not currency:
        return draft.put_rows("items", ()).put_rows("deposits", ())
    typed = {line["item_id"]: line.get("amount") for line in draft.rows("items")}
    items: list[Line] = [
        {
            "item_id": row.id,
            "number": row.number,
            "kind": row.kind,
            "day": row.day,
            "due": row.due_on,
            "open": row.open_amount,
            "amount": typed.get(row.id),
        }
        for row in open_items(reader, party, currency)
    ]
    kept = {line["contract_id"]: line.get("amount") for line in draft.rows("deposits")}
    deposits: list[Line] = [
        {
            "contract_id": row.id,
            "number": row.number,
            "total": row.total,
            "missing": row.missing,
            "amount": kept.get(row.id),
        }
        for row in open_contracts(reader, party, currency)
    ]
    rate, words = ZERO, ""
    try:
        found = table_rate(reader, "BUY", currency, day or reader.today)
        rate = found.rate
        words = _("Bank buying rate of {day}").format(day=found.day) if currency != reader.base else ""
    except RateMissing as missing:
        words = str(missing)
    values: dict[str, Any] = {"rate_words": words, "table_rate": rate or None}
    return draft.put(**values).put_rows("items", items).put_rows("deposits", deposits)


def load_receipt(reader: Any, identity: int) -> Draft:
    """Answer a posted receipt as a draft nobody can type in."""
    card = receipt_card(reader, identity)
    values: dict[str, Any] = {
        "number": card.number,
        "party": Ref(card.party_id, card.party),
        "account": account_ref(card.account_id, card.account, card.currency),
        "currency": card.currency,
        "base": reader.base,
        "day": card.day,
        "gross": card.gross,
        "charge": card.charge,
        "interest": card.interest,
        "credited": card.gross - card.charge - card.interest,
        "rate": card.rate,
        "payer": card.payer or None,
        "third_party": card.third_party,
        "item_id": card.item_id,
        "keeps": bool(card.kept or card.unapplied),
        "reference": card.reference or None,
        "reversed_on": card.reversed_on,
        "unapplied": card.unapplied,
    }
    deposits: list[Line] = [
        {"contract_id": kept.contract_id, "number": kept.number, "amount": kept.amount} for kept in card.kept
    ]
    draft = Draft(values, id=card.id, version=1)
    return draft.put_rows("items", standing_lines(card.settled)).put_rows("deposits", deposits)


def shares(draft: Draft, collection: str, key: str) -> tuple[Share, ...]:
    """Answer the parts typed into a grid."""
    parts = []
    for line in draft.rows(collection):
        amount, number = as_number(line.get("amount")), line.get(key)
        if amount is not None and amount != 0 and isinstance(number, int):
            parts.append(Share(number, amount))
    return tuple(parts)


def used(draft: Draft, collection: str) -> Decimal:
    """Answer the sum of the parts typed into a grid."""
    return sum((as_number(line.get("amount")) or ZERO for line in draft.rows(collection)), ZERO)


def part_problems(draft: Draft, *collections: str) -> list[Problem]:
    """Answer the parts of money that are below zero, or above what their paper has open, each at its cell."""
    problems = []
    for key in collections:
        for number, line in enumerate(draft.rows(key)):
            amount, opened = as_number(line.get("amount")), as_number(line.get("open"))
            if amount is not None and amount < 0:
                problems.append(Problem(f"{key}.{number}.amount", _("Each part must be above zero.")))
            elif amount is not None and opened is not None and amount > opened:
                message = _("{number} has only {open} open.").format(
                    number=line.get("number"), open=format_money(opened, draft.text("currency"))
                )
                problems.append(Problem(f"{key}.{number}.amount", message))
    return problems


def build_receipt(draft: Draft) -> RecordReceipt:
    """Answer the command that posts what was typed."""
    day = draft.day("day")
    assert day is not None
    return RecordReceipt(
        day,
        draft.ref_id("party") or 0,
        draft.ref_id("account") or 0,
        draft.number("gross") or ZERO,
        draft.number("charge") or ZERO,
        draft.number("rate"),
        shares(draft, "deposits", "contract_id"),
        shares(draft, "items", "item_id"),
        draft.text("payer"),
        draft.text("reference"),
        draft.number("interest") or ZERO,
    )


_THREE = ("credited", "charge", "gross")


def derive_receipt(draft: Draft, changed: str) -> Draft:
    """Let the third of credited, charge and gross follow the two typed last, beside the interest as typed.

    The account brings the currency.
    """
    if changed == "account":
        account = draft.ref("account")
        currency = "" if account is None else str(account.extra.get("currency", ""))
        return draft.put(currency=currency)
    if draft.text("bearer") == "OUR" and changed in ("bearer", "credited", "gross"):
        amount = (
            draft.number("gross") if changed == "gross" else draft.number("credited") or draft.number("gross")
        )
        return draft.put(credited=amount, gross=amount, charge=ZERO, interest=ZERO, order="credited gross")
    if changed not in (*_THREE, "interest"):
        return draft
    order = [key for key in draft.text("order").split() if key in _THREE and key != changed]
    if changed != "interest":
        # Interest is only ever typed: it is told by the bank, the other three follow one another.
        order.insert(0, changed)
    order = order[:2]
    draft = draft.put(order=" ".join(order))
    if len(order) < 2:
        return draft
    (third,) = set(_THREE) - set(order)
    credited, charge, gross = (draft.number(key) for key in _THREE)
    interest = draft.number("interest") or ZERO
    values: dict[str, Decimal | None] = {third: None}
    if third == "gross" and credited is not None:
        values[third] = credited + (charge or ZERO) + interest
    elif third == "credited" and gross is not None:
        values[third] = gross - (charge or ZERO) - interest
    elif third == "charge" and gross is not None and credited is not None:
        values[third] = gross - credited - interest
    return draft.put(**values)


def oldest_first(draft: Draft) -> Draft:
    """Answer the draft with what deposits leave of the money spread over the invoices, oldest due first (3.1)."""
    left = (draft.number("gross") or ZERO) - used(draft, "deposits")
    rows = draft.rows("items")
    items = [
        OpenItem(
            int(str(line["item_id"])),
            as_number(line.get("open")) or ZERO,
            line.get("due"),  # type: ignore[arg-type]
            line["day"],  # type: ignore[arg-type]
            str(line["number"]),
        )
        for line in rows
    ]
    plan = dict(plan_oldest_first(max(left, ZERO), items))
    return draft.put_rows("items", [{**line, "amount": plan.get(int(str(line["item_id"])))} for line in rows])


def check_receipt_draft(draft: Draft) -> list[Problem]:
    """Answer what is wrong while typing: parts above what is open, more used than received, a negative charge."""
    if draft.id is not None:
        return []
    problems = []
    gross, charge = draft.number("gross"), draft.number("charge")
    if gross is not None and gross <= 0:
        problems.append(Problem("gross", _("The amount received must be above zero.")))
    if charge is not None and charge < 0:
        problems.append(Problem("charge", _("The bank charge cannot be below zero.")))
    if (draft.number("interest") or ZERO) < 0:
        problems.append(Problem("interest", _("The interest cannot be below zero.")))
    problems += part_problems(draft, "items", "deposits")
    over = used(draft, "items") + used(draft, "deposits") - (gross or ZERO)
    if over > 0 and gross is not None and gross > 0:
        message = _("The parts are {over} more than what was received.").format(
            over=format_money(over, draft.text("currency"))
        )
        problems.append(Problem("items", message))
    if draft.text("rate_words") and not draft.get("table_rate") and not draft.get("rate"):
        problems.append(Problem("rate", draft.text("rate_words")))
    return problems


def money_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer live where the money goes: invoices, deposits, and what stays unapplied."""
    currency = draft.text("currency")
    if not currency:
        return (Fact(N_("Choose the customer and the account the money came in on."), "", muted=True),)
    gross = draft.number("gross") or ZERO
    items, deposits = used(draft, "items"), used(draft, "deposits")
    left = gross - items - deposits
    rate = draft.number("rate") or draft.number("table_rate")
    facts = [
        Fact(N_("Received"), format_money(gross, currency), strong=True),
        Fact(N_("To invoices"), format_money(items, currency)),
        Fact(N_("Kept as deposits"), format_money(deposits, currency)),
        Fact(
            N_("Stays unapplied") if left >= 0 else N_("Too much is used"),
            format_money(left, currency),
            Tone.BAD if left < 0 else Tone.WARN if left else Tone.GOOD,
            strong=True,
        ),
    ]
    party, payer = draft.ref("party"), draft.text("payer")
    if party is not None and is_third_party(payer, (party.label,)):
        facts.append(
            Fact(_("{name} pays for the customer; this is flagged.").format(name=payer), "", Tone.WARN)
        )
    if draft.number("interest"):
        words = N_(
            "The interest is a cost of the shipments it settles; the bank has bought the bill for good."
        )
        facts.append(Fact(words, "", muted=True))
    if draft.text("bearer") == "OUR":
        facts.append(
            Fact(N_("What banks kept stays open on the invoice: the buyer bears it."), "", muted=True)
        )
    if rate and currency != draft.text("base"):
        worth = convert(gross, rate, draft.text("base"))
        facts.append(
            Fact(_("Worth at {rate}").format(rate=shown_rate(rate)), format_money(worth, draft.text("base")))
        )
        if draft.text("rate_words"):
            facts.append(Fact(draft.text("rate_words"), "", muted=True))
    return tuple(facts)


def settled_facts(reader: Any, draft: Draft) -> tuple[Fact, ...]:
    """Answer what a posted receipt settled, each part opening its paper, and the advances on it still owed."""
    if draft.id is None:
        return ()
    repay = (
        Fact(
            _("Repay {number}").format(number=loan.number),
            format_money(loan.amount, loan.currency),
            Tone.WARN,
            repay_link(loan),
        )
        for loan in loans_to_repay(reader, draft.id)
    )
    return (*used_facts(receipt_card(reader, draft.id)), *repay)


def repay_link(loan: ToRepay) -> Link:
    """Answer the page that pays an advance back with the money that came, from the account it came in on."""
    return Link.to(
        "loan_move", loan=loan.loan_id, kind="repay", amount=str(loan.amount), account=loan.account_id
    )


def items_total(draft: Draft) -> tuple[str, str]:
    """Answer the figure below the invoices: what of the money goes to them."""
    currency = draft.text("currency")
    return (N_("To invoices"), format_money(used(draft, "items"), currency)) if currency else ("", "")


def locked_receipt(draft: Draft) -> str:
    """Answer why a posted receipt cannot be typed in."""
    if draft.id is None:
        return ""
    if draft.get("reversed_on"):
        return _("This receipt was reversed on {day}.").format(day=draft.get("reversed_on"))
    return _("This receipt is posted. To correct it, reverse it and record it anew.")


def receipt_badges(draft: Draft) -> tuple[Badge, ...]:
    """Answer whether a receipt stands, and the flag of money that another than the customer paid (16.19)."""
    if draft.id is None:
        return ()
    state = Badge(N_("Reversed"), Tone.WARN) if draft.get("reversed_on") else Badge(N_("Posted"), Tone.GOOD)
    return (state, Badge(N_("Paid by another"), Tone.WARN)) if draft.flag("third_party") else (state,)


RECEIPT_FORM = FormSpec(
    key="receipt",
    title=N_("Record receipt"),
    kind="receipt",
    sections=(
        Section(
            "",
            (
                FieldSpec("party", N_("Customer"), FieldKind.REF, picker=CUSTOMER, required=True, span=5),
                FieldSpec("account", N_("Came in on account"), FieldKind.REF, picker=ACCOUNT, required=True, span=4),
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True, span=3),
                FieldSpec("credited", N_("Credited by the bank"), FieldKind.MONEY, currency_from="currency", span=3),
                FieldSpec(
                    "charge",
                    N_("Bank charge"),
                    FieldKind.MONEY,
                    currency_from="currency",
                    span=3,
                    visible=lambda draft: draft.text("bearer") != "OUR",
                ),
                FieldSpec(
                    "interest",
                    N_("Interest kept"),
                    FieldKind.MONEY,
                    currency_from="currency",
                    span=3,
                    visible=lambda draft: draft.text("bearer") != "OUR",
                ),
                FieldSpec(
                    "gross",
                    N_("Sent by the customer"),
                    FieldKind.MONEY,
                    currency_from="currency",
                    required=True,
                    span=3,
                ),
                FieldSpec("rate", N_("Rate, if the bank's own"), FieldKind.RATE, span=3, hint=N_("from the table")),
                FieldSpec("bearer", N_("Bank charges"), FieldKind.CHOICE, choices=BEARERS, span=4, visible=is_new),
                FieldSpec("payer", N_("Payer, if another"), span=3),
                FieldSpec("reference", N_("Reference"), span=2),
            ),
        ),
    ),
    load=load_receipt,
    blank=blank_receipt,
    save=record_receipt,
    build=build_receipt,
    lines=(
        LinesSpec(
            "items",
            N_("Open invoices"),
            SETTLED_COLUMNS,
            total=items_total,
            fixed=True,
            kept_title=N_("Settled"),
        ),
        LinesSpec(
            "deposits",
            N_("Deposits for contracts"),
            (
                FieldSpec("number", N_("Contract"), FieldKind.CODE, read_only=True, width=150),
                FieldSpec("total", N_("Contract total"), FieldKind.MONEY, currency_from=".currency", read_only=True),
                FieldSpec(
                    "missing", N_("Deposit still missing"), FieldKind.MONEY, currency_from=".currency", read_only=True
                ),
                FieldSpec("amount", N_("Kept for it"), FieldKind.MONEY, currency_from=".currency", width=130),
            ),
            fixed=True,
        ),
    ),
    derive=derive_receipt,
    check=check_receipt_draft,
    heading=lambda draft: draft.text("number"),
    badges=receipt_badges,
    locked=locked_receipt,
    panels=(
        PanelSpec("use", N_("Use of the money"), compute=lambda draft: money_facts(draft) if draft.id is None else ()),
        PanelSpec("settled", N_("Settled"), query=settled_facts),
    ),
    actions=(
        reverse_action("reverse_receipt", "receipt.write"),
        ActionSpec(
            "move_deposit",
            N_("Move a deposit"),
            "refresh",
            needs="receipt.write",
            enabled=lambda rows: bool(rows[0].get("keeps")) and not rows[0].get("reversed_on"),
            opens=lambda rows: Link.to("move_deposit", item=rows[0]["item_id"], side="AR"),
        ),
    ),
    watches=MONEY_CHANGES,
    needs="receipt.write",
)  # fmt: skip
