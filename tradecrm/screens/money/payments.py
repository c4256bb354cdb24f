"""The list of payments, and the form that records one and shows it afterwards (sections 3 and 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradecrm.core.errors import RateMissing
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem
from tradecrm.core.text import N_, _
from tradecrm.screens.crm.pickers import PAYEE
from tradecrm.screens.draft import Draft, Line, Ref
from tradecrm.screens.money.pickers import (
    ACCOUNT,
    SETTLED_COLUMNS,
    account_named,
    account_ref,
    currency_of_account,
    party_named,
)
from tradecrm.screens.money.receipt_list import MONEY_CHANGES
from tradecrm.screens.money.receipts import part_problems, shares, used
from tradecrm.screens.money.settled import settle_action, standing_facts, standing_lines
from tradecrm.screens.money.taking_back import reverse_action
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    ListSpec,
    PanelSpec,
    Row,
    Section,
    Tone,
    ViewSpec,
)
from tradecrm.services.money.cards import account_choices, payment_card, table_rate
from tradecrm.services.money.lists import PAYMENTS
from tradecrm.services.money.payments import RecordPayment, record_payment
from tradecrm.services.money.prepayments import open_purchases, prepayment_start
from tradecrm.services.money.receivables import open_items

ZERO = Decimal(0)


def open_payment(row: Row) -> Link:
    """Answer the page of a payment's row."""
    return Link.to("payment", id=row["id"])


def payment_facts(reader: Any, identity: int) -> tuple[Fact, ...]:
    """Answer what the preview beside the list shows of a payment."""
    card = payment_card(reader, identity)
    facts = [
        Fact(N_("Payee"), card.party, link=Link.to("customer", id=card.party_id)),
        Fact(N_("Account"), card.account, link=Link.to("account", id=card.account_id)),
        Fact(N_("Amount paid"), format_money(card.amount, card.currency), strong=True),
    ]
    if card.charge:
        facts.append(Fact(N_("Bank charge"), format_money(card.charge, card.currency)))
    facts += standing_facts(card.settled, card.currency)
    for kept in card.kept:
        link = Link.to("purchase", id=kept.contract_id)
        title = _("Prepaid for {number}").format(number=kept.number)
        facts.append(Fact(title, format_money(kept.amount, card.currency), link=link))
    facts.append(Fact(N_("Unapplied"), format_money(card.unapplied, card.currency)))
    return tuple(facts)


PAYMENT_LIST = ListSpec(
    key="payments",
    title=N_("Payments"),
    kind="payment",
    source=PAYMENTS,
    columns=(
        ColumnSpec("number", N_("Number"), FieldKind.CODE, link=open_payment),
        ColumnSpec("day", N_("Day"), FieldKind.DATE),
        ColumnSpec("party", N_("Payee"), width=260, link=lambda row: Link.to("customer", id=row["party_id"])),
        ColumnSpec("currency", N_("Currency"), FieldKind.CURRENCY),
        ColumnSpec("amount", N_("Amount paid"), FieldKind.MONEY, currency_key="currency", summed=True),
        ColumnSpec("unapplied", N_("Unapplied"), FieldKind.MONEY, currency_key="currency"),
        ColumnSpec("account", N_("Account"), link=lambda row: Link.to("account", id=row["account_id"])),
        ColumnSpec("reference", N_("Reference")),
        ColumnSpec(
            "charge", N_("Bank charge"), FieldKind.MONEY, currency_key="currency", hidden_by_default=True
        ),
        ColumnSpec("payee", N_("Paid to the name of"), hidden_by_default=True),
        ColumnSpec("rate", N_("Rate"), FieldKind.RATE, hidden_by_default=True),
        ColumnSpec("reversed", N_("Reversed"), FieldKind.DATE, tone=lambda _row: Tone.WARN),
    ),
    opens=open_payment,
    default_sort=(SortKey("day", descending=True),),
    views=(
        ViewSpec("month", N_("This month"), (Filter("day", Op.PERIOD, ("this_month",)),)),
        ViewSpec(
            "unapplied", N_("Not fully applied"), (Filter("unapplied", Op.AT_LEAST, (Decimal("0.01"),)),)
        ),
        ViewSpec("reversed", N_("Reversed"), (Filter("reversed", Op.FILLED),)),
    ),
    actions=(settle_action("AP"),),
    new=Link.to("payment"),
    new_title=N_("Record payment"),
    watches=MONEY_CHANGES,
    preview=payment_facts,
    empty_title=N_("No payments yet"),
    empty_text=N_("Money to factories, forwarders and others stands here, with the bills it settled."),
    icon="payables",
)


def blank_payment(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a payment: today, and the payee and account the link names."""
    values: dict[str, Any] = {"day": reader.today, "base": reader.base, "currency": "", "charge": ZERO}
    values |= party_named(reader, link)
    account = account_named(reader, link)
    if account is not None:
        values |= {"account": account, "currency": account.extra["currency"]}
    return _for_purchase(reader, with_bills(reader, Draft(values)), link.param("purchase"))


def _for_purchase(reader: Any, draft: Draft, purchase: object) -> Draft:
    """Answer the draft with what is agreed and missing of a purchase's prepayment typed already."""
    if purchase is None:
        return draft
    start = prepayment_start(reader, int(str(purchase)))
    if not draft.text("currency"):
        accounts = account_choices(reader, limit=10_000)
        chosen = next((each for each in accounts if each.currency == start.currency), None)
        if chosen is None:
            return draft
        account = account_ref(chosen.id, chosen.name, chosen.currency)
        draft = with_bills(reader, draft.put(account=account, currency=chosen.currency))
    rows = draft.rows("purchases")
    if not start.missing or not any(line["contract_id"] == start.id for line in rows):
        return draft
    rows = tuple(
        {**line, "amount": start.missing} if line["contract_id"] == start.id else line for line in rows
    )
    return draft.put_rows("purchases", rows).put(amount=start.missing)


def with_bills(reader: Any, draft: Draft) -> Draft:
    """Answer the draft with the open bills of its payee in the account's currency, and the table's rate."""
    currency, party = draft.text("currency"), draft.ref_id("party")
    if party is None or not currency:
        return draft.put_rows("items", ()).put_rows("purchases", ())
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
        for row in open_items(reader, party, currency, "AP")
    ]
    kept = {line["contract_id"]: line.get("amount") for line in draft.rows("purchases")}
    purchases: list[Line] = [
        {
            "contract_id": row.id,
            "number": row.number,
            "total": row.total,
            "missing": row.missing,
            "amount": kept.get(row.id),
        }
        for row in open_purchases(reader, party, currency)
    ]
    draft = draft.put_rows("purchases", purchases)
    values: dict[str, Any] = {"rate_words": "", "table_rate": None}
    try:
        found = table_rate(reader, "SELL", currency, draft.day("day") or reader.today)
        values["table_rate"] = found.rate
        if currency != draft.text("base"):
            values["rate_words"] = _("Bank selling rate of {day}").format(day=found.day)
    except RateMissing as missing:
        values["rate_words"] = str(missing)
    return draft.put(**values).put_rows("items", items)


def load_payment(reader: Any, identity: int) -> Draft:
    """Answer a posted payment as a draft nobody can type in."""
    card = payment_card(reader, identity)
    values: dict[str, Any] = {
        "number": card.number,
        "party": Ref(card.party_id, card.party),
        "account": account_ref(card.account_id, card.account, card.currency),
        "currency": card.currency,
        "day": card.day,
        "amount": card.amount,
        "rate": card.rate,
        "charge": card.charge,
        "payee": card.payee or None,
        "reference": card.reference,
        "reversed_on": card.reversed_on,
        "item_id": card.item_id,
        "keeps": bool(card.kept or card.unapplied),
    }
    purchases: list[Line] = [
        {"contract_id": kept.contract_id, "number": kept.number, "amount": kept.amount} for kept in card.kept
    ]
    return (
        Draft(values, id=card.id, version=1)
        .put_rows("items", standing_lines(card.settled))
        .put_rows("purchases", purchases)
    )


def build_payment(draft: Draft) -> RecordPayment:
    """Answer the command that posts what was typed."""
    day = draft.day("day")
    assert day is not None
    return RecordPayment(
        day,
        draft.ref_id("party") or 0,
        draft.ref_id("account") or 0,
        draft.number("amount") or ZERO,
        draft.number("rate"),
        shares(draft, "items", "item_id"),
        draft.text("reference"),
        draft.number("charge") or ZERO,
        draft.text("payee"),
        shares(draft, "purchases", "contract_id"),
    )


def check_payment_draft(draft: Draft) -> list[Problem]:
    """Answer what is wrong while typing: nothing paid, parts above what is open, more used than paid."""
    if draft.id is not None:
        return []
    problems = part_problems(draft, "items", "purchases")
    amount = draft.number("amount")
    if amount is not None and amount <= 0:
        problems.append(Problem("amount", _("The amount must be above zero.")))
    over = used(draft, "items") + used(draft, "purchases") - (amount or ZERO)
    if over > 0 and amount is not None and amount > 0:
        message = _("The parts are {over} more than what was paid.").format(
            over=format_money(over, draft.text("currency"))
        )
        problems.append(Problem("items", message))
    if draft.text("rate_words") and not draft.get("table_rate") and not draft.get("rate"):
        problems.append(Problem("rate", draft.text("rate_words")))
    return problems


def bills_total(draft: Draft) -> tuple[str, str]:
    """Answer the figure below the bills: what of the money goes to them."""
    currency = draft.text("currency")
    return (N_("To bills"), format_money(used(draft, "items"), currency)) if currency else ("", "")


def paid_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer live where the money goes: bills, and what stays as a prepayment."""
    currency = draft.text("currency")
    if not currency:
        return (Fact(N_("Choose the payee and the account the money leaves."), "", muted=True),)
    amount, items = draft.number("amount") or ZERO, used(draft, "items")
    purchases = used(draft, "purchases")
    left = amount - items - purchases
    facts = [
        Fact(N_("Amount paid"), format_money(amount, currency), strong=True),
        Fact(N_("To bills"), format_money(items, currency)),
        Fact(N_("Prepaid for purchases"), format_money(purchases, currency)),
        Fact(
            N_("Stays as prepayment") if left >= 0 else N_("Too much is used"),
            format_money(left, currency),
            Tone.BAD if left < 0 else Tone.WARN if left else Tone.GOOD,
            strong=True,
        ),
    ]
    if draft.text("rate_words"):
        facts.append(Fact(draft.text("rate_words"), "", muted=True))
    return tuple(facts)


PAYMENT_FORM = FormSpec(
    key="payment",
    title=N_("Record payment"),
    kind="payment",
    sections=(
        Section(
            "",
            (
                FieldSpec("party", N_("Payee"), FieldKind.REF, picker=PAYEE, required=True, span=5),
                FieldSpec("account", N_("Paid from account"), FieldKind.REF, picker=ACCOUNT, required=True, span=4),
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True, span=3),
                FieldSpec("amount", N_("Amount"), FieldKind.MONEY, currency_from="currency", required=True, span=3),
                FieldSpec("rate", N_("Rate, if the bank's own"), FieldKind.RATE, span=3, hint=N_("from the table")),
                FieldSpec("charge", N_("Bank charge"), FieldKind.MONEY, currency_from="currency", span=3),
                FieldSpec("reference", N_("Reference"), span=3),
                FieldSpec("payee", N_("Paid to the name of, if another"), span=6),
            ),
        ),
    ),
    load=load_payment,
    blank=blank_payment,
    save=record_payment,
    build=build_payment,
    lines=(
        LinesSpec(
            "items",
            N_("Open bills"),
            SETTLED_COLUMNS,
            total=bills_total,
            fixed=True,
            kept_title=N_("Settled"),
        ),
        LinesSpec(
            "purchases",
            N_("Prepayments for purchase contracts"),
            (
                FieldSpec("number", N_("Contract"), FieldKind.CODE, read_only=True, width=150),
                FieldSpec("total", N_("Contract total"), FieldKind.MONEY, currency_from=".currency", read_only=True),
                FieldSpec(
                    "missing", N_("Agreed and not prepaid"), FieldKind.MONEY, currency_from=".currency",
                    read_only=True,
                ),
                FieldSpec("amount", N_("Prepaid now"), FieldKind.MONEY, currency_from=".currency", width=130),
            ),
            fixed=True,
        ),
    ),
    derive=currency_of_account,
    check=check_payment_draft,
    heading=lambda draft: draft.text("number"),
    badges=lambda draft: (
        () if draft.id is None else (Badge(N_("Reversed"), Tone.WARN),) if draft.get("reversed_on") else
        (Badge(N_("Posted"), Tone.GOOD),)
    ),
    locked=lambda draft: "" if draft.id is None else _("This payment is posted. To correct it, reverse it."),
    panels=(
        PanelSpec("use", N_("Use of the money"), compute=lambda draft: paid_facts(draft) if draft.id is None else ()),
        PanelSpec(
            "settled",
            N_("Settled"),
            query=lambda reader, draft: () if draft.id is None else payment_facts(reader, draft.id),
        ),
    ),
    actions=(
        reverse_action("reverse_payment", "payment.write"),
        ActionSpec(
            "move_deposit",
            N_("Move a prepayment"),
            "refresh",
            needs="payment.write",
            enabled=lambda rows: bool(rows[0].get("keeps")) and not rows[0].get("reversed_on"),
            opens=lambda rows: Link.to("move_deposit", item=rows[0]["item_id"], side="AP"),
        ),
    ),
    watches=MONEY_CHANGES,
    needs="payment.write",
    saved=N_("The payment is posted."),
)  # fmt: skip
