"""The list of bank accounts, and the forms that open one, move money between two, and book an expense (section 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradecrm.core.carrying import cross_rate
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.core.money import format_money
from tradecrm.core.rates import shown_rate
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Ref
from tradecrm.screens.money.account_details import CHANGE_DETAILS
from tradecrm.screens.money.holds import available_facts
from tradecrm.screens.money.pickers import (
    ACCOUNT,
    ACCOUNT_KINDS,
    DIRECTIONS,
    EXPENSE_KINDS,
    HOLDERS,
    account_named,
    account_ref,
    check_directed,
)
from tradecrm.screens.spec import (
    ActionSpec,
    Badge,
    ColumnSpec,
    Fact,
    FieldSpec,
    FormSpec,
    ListSpec,
    PanelSpec,
    Row,
    Section,
    Tone,
    ViewSpec,
)
from tradecrm.services.money.account_details import account_values
from tradecrm.services.money.accounts import (
    BookExpense,
    MakeTransfer,
    OpenAccount,
    book_expense,
    make_transfer,
    open_account,
)
from tradecrm.services.money.cards import account_card, expense_values, transfer_values
from tradecrm.services.money.lists import ACCOUNTS

ZERO = Decimal(0)
_WATCHES = frozenset(
    {"account", "receipt", "payment", "transfer", "account_expense", "account_hold", "ledger_entry"}
)


def open_card(row: Row) -> Link:
    """Answer the page of an account's row."""
    return Link.to("account", id=row["id"])


def account_facts(reader: Any, identity: int) -> tuple[Fact, ...]:
    """Answer what stands beside an account: balance, carrying, and the bank's particulars."""
    card = account_card(reader, identity)
    facts = [Fact(N_("Balance"), format_money(card.balance, card.currency), strong=True)]
    facts += available_facts(reader, identity)
    if card.currency != card.base:
        facts.append(Fact(N_("Carried at"), format_money(card.carrying, card.base)))
        if card.balance:
            facts.append(Fact(N_("Average rate"), shown_rate(card.carrying / card.balance)))
        if card.kind == "CASH" or card.holder == "owner":
            facts.append(Fact(N_("No evidence of collecting foreign exchange"), "", Tone.WARN))
    plain = (
        (N_("Bank"), card.bank),
        (N_("Account number"), card.number),
        (N_("SWIFT"), card.swift),
        (N_("Bank's address"), card.bank_address),
        (N_("Opened"), card.opened_on.isoformat()),
    )
    return (*facts, *(Fact(label, value) for label, value in plain if value))


def _from_row(target: str) -> Any:
    return lambda rows: Link.to(target, account=rows[0]["id"])


def _one(rows: Any) -> bool:
    return len(rows) == 1


ACCOUNT_ACTIONS = (
    ActionSpec(
        "receipt", N_("Record receipt"), "receipts", needs="receipt.write", enabled=_one, opens=_from_row("receipt")
    ),
    ActionSpec(
        "payment", N_("Record payment"), "payables", needs="payment.write", enabled=_one, opens=_from_row("payment")
    ),
    ActionSpec(
        "transfer",
        N_("Transfer or exchange"),
        "refresh",
        needs="account.write",
        enabled=_one,
        opens=_from_row("transfer"),
    ),
    ActionSpec(
        "expense",
        N_("Book expense"),
        "minus",
        needs="account.write",
        enabled=_one,
        opens=_from_row("expense"),
    ),
    ActionSpec(
        "account_hold",
        N_("Hold money"),
        "lock",
        needs="account.write",
        enabled=_one,
        opens=_from_row("account_hold"),
    ),
    ActionSpec(
        "bank_desk",
        N_("Reconcile"),
        "check",
        needs="account.write",
        enabled=_one,
        opens=_from_row("bank_desk"),
    ),
    CHANGE_DETAILS,
)  # fmt: skip

ACCOUNT_LIST = ListSpec(
    key="bank_accounts",
    title=N_("Bank accounts"),
    kind="account",
    source=ACCOUNTS,
    columns=(
        ColumnSpec("name", N_("Account name"), width=220, link=open_card),
        ColumnSpec("kind", N_("Kind"), FieldKind.CHOICE, choices=ACCOUNT_KINDS),
        ColumnSpec("currency", N_("Currency"), FieldKind.CURRENCY),
        ColumnSpec("balance", N_("Balance"), FieldKind.MONEY, currency_key="currency", summed=True),
        ColumnSpec("available", N_("Available balance"), FieldKind.MONEY, currency_key="currency"),
        ColumnSpec("carrying", N_("Carried at, in base"), FieldKind.MONEY, summed=True),
        ColumnSpec("bank", N_("Bank"), width=200),
        ColumnSpec("number", N_("Account number"), FieldKind.CODE),
        ColumnSpec("swift", N_("SWIFT"), FieldKind.CODE, hidden_by_default=True),
        ColumnSpec("holder", N_("Holder"), FieldKind.CHOICE, choices=HOLDERS, hidden_by_default=True),
        ColumnSpec("opened", N_("Opened"), FieldKind.DATE, hidden_by_default=True),
        ColumnSpec("archived", N_("Archived"), FieldKind.BOOL, hidden_by_default=True),
    ),
    opens=open_card,
    default_sort=(SortKey("currency"), SortKey("name")),
    views=(
        ViewSpec("bank", N_("Banks"), (Filter("kind", Op.ANY_OF, ("BANK",)),)),
        ViewSpec("cash", N_("Cash"), (Filter("kind", Op.ANY_OF, ("CASH",)),)),
    ),
    actions=ACCOUNT_ACTIONS,
    new=Link.to("account_form"),
    new_title=N_("Open account"),
    import_kind="accounts",
    watches=_WATCHES,
    preview=account_facts,
    empty_title=N_("No accounts yet"),
    empty_text=N_("Your bank, cash and wallet accounts stand here with their balances. Open one, or bring in a list."),
    icon="bank",
)  # fmt: skip


def blank_account(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a new account."""
    return Draft(
        {
            "name": link.param("name") or None,
            "kind": "BANK",
            "holder": "company",
            "currency": reader.base,
            "opened_on": reader.today,
            "opening_balance": ZERO,
        }
    )


def load_account(reader: Any, identity: int) -> Draft:
    """Answer an open account as a draft nobody can type in, with its opening balance as it was posted."""
    values = account_values(reader, identity)
    return Draft(values, id=identity, version=int(values.pop("version")))


def build_account(draft: Draft) -> OpenAccount:
    """Answer the command that opens the account."""
    day = draft.day("opened_on")
    assert day is not None
    return OpenAccount(
        draft.text("name"),
        draft.text("kind"),
        draft.text("currency"),
        day,
        draft.number("opening_balance") or ZERO,
        draft.number("opening_rate"),
        draft.text("bank"),
        draft.text("number"),
        draft.text("swift"),
        draft.text("bank_address"),
        draft.text("holder") or "company",
        draft.flag("allow_negative"),
    )


ACCOUNT_FORM = FormSpec(
    key="account_form",
    title=N_("Open account"),
    kind="account",
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Account name"), required=True, span=5),
                FieldSpec("kind", N_("Kind"), FieldKind.CHOICE, choices=ACCOUNT_KINDS, required=True, span=2),
                FieldSpec("currency", N_("Currency"), FieldKind.CURRENCY, required=True, span=2),
                FieldSpec("holder", N_("Holder"), FieldKind.CHOICE, choices=HOLDERS, required=True, span=3),
                FieldSpec("bank", N_("Bank"), span=5),
                FieldSpec("number", N_("Account number"), FieldKind.CODE, span=4),
                FieldSpec("swift", N_("SWIFT"), FieldKind.CODE, span=3),
                FieldSpec("bank_address", N_("Bank's address"), span=12),
            ),
        ),
        Section(
            N_("Opening"),
            (
                FieldSpec("opened_on", N_("Opening date"), FieldKind.DATE, required=True, span=3),
                FieldSpec(
                    "opening_balance",
                    N_("Opening balance"),
                    FieldKind.MONEY,
                    currency_from="currency",
                    span=3,
                ),
                FieldSpec(
                    "opening_rate",
                    N_("Rate of the opening balance"),
                    FieldKind.RATE,
                    span=3,
                    hint=N_("middle rate of the day"),
                ),
                FieldSpec("allow_negative", N_("May be overdrawn"), FieldKind.BOOL, span=3),
            ),
        ),
    ),
    load=load_account,
    blank=blank_account,
    save=open_account,
    build=build_account,
    heading=lambda draft: draft.text("name") if draft.id else "",
    locked=lambda draft: "" if draft.id is None else _("The account is open; its opening balance is posted."),
    actions=(CHANGE_DETAILS,),
    watches=frozenset({"account"}),
    needs="account.write",
    saved=N_("The account is open."),
)


def _currency(value: object) -> str:
    return str(value.extra.get("currency", "")) if isinstance(value, Ref) else ""


def _may_take_back(rows: Any) -> bool:
    return len(rows) == 1 and rows[0].get("id") is not None and not rows[0].get("reversed_on")


def _take_back(kind: str) -> ActionSpec:
    """Answer the action that takes a posted transfer or expense back, with the day and the reason."""
    return ActionSpec(
        "reverse",
        N_("Reverse"),
        "undo",
        needs="account.write",
        enabled=_may_take_back,
        opens=lambda rows: Link.to(f"reverse_{kind}", id=rows[0]["id"]),
    )


def locked_booking(draft: Draft) -> str:
    """Answer why something posted on an account cannot be typed in."""
    if draft.id is None:
        return ""
    if draft.get("reversed_on"):
        return _("This was taken back on {day}.").format(day=draft.get("reversed_on"))
    return _("This is posted. To correct it, reverse it and enter it anew.")


def booking_badges(draft: Draft) -> tuple[Badge, ...]:
    """Answer whether something posted on an account stands or was taken back."""
    if draft.id is None:
        return ()
    return (Badge(N_("Reversed"), Tone.WARN) if draft.get("reversed_on") else Badge(N_("Posted"), Tone.GOOD),)


def blank_transfer(reader: Any, link: Link) -> Draft:
    """Answer the beginning of a transfer: today, from the account the link names."""
    source = account_named(reader, link)
    return Draft({"day": reader.today, "from_account": source, "from_currency": _currency(source)})


def load_transfer(reader: Any, identity: int) -> Draft:
    """Answer a posted transfer as a draft nobody can type in."""
    values = transfer_values(reader, identity)
    source, target = account_ref(*values["from_account"]), account_ref(*values["to_account"])
    values |= {
        "from_account": source,
        "to_account": target,
        "from_currency": _currency(source),
        "to_currency": _currency(target),
    }
    return Draft(values, id=identity, version=1)


def derive_transfer(draft: Draft, changed: str) -> Draft:
    """Let the accounts bring their currencies; within one currency both amounts are equal."""
    source, target = _currency(draft.get("from_account")), _currency(draft.get("to_account"))
    draft = draft.put(from_currency=source, to_currency=target)
    if source and source == target and changed in {"from_amount", "from_account", "to_account"}:
        draft = draft.put(to_amount=draft.get("from_amount"))
    return draft


def transfer_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer the rate that follows from both amounts, with the 6 decimals of a cross rate (section 4)."""
    given, got = draft.number("from_amount"), draft.number("to_amount")
    source, target = draft.text("from_currency"), draft.text("to_currency")
    if not (given and got and source and target) or source == target:
        return (Fact(N_("With two currencies, type both amounts as the bank booked them."), "", muted=True),)
    return (
        Fact(
            _("{source} 1 in {target}").format(source=source, target=target),
            f"{cross_rate(given, got):f}",
            strong=True,
        ),
        Fact(_("{source} 1 in {target}").format(source=target, target=source), f"{cross_rate(got, given):f}"),
    )


def build_transfer(draft: Draft) -> MakeTransfer:
    """Answer the command that posts the transfer."""
    day = draft.day("day")
    assert day is not None
    return MakeTransfer(
        day,
        draft.ref_id("from_account") or 0,
        draft.ref_id("to_account") or 0,
        draft.number("from_amount") or ZERO,
        draft.number("to_amount") or ZERO,
        draft.text("reference"),
        draft.number("fee") or ZERO,
    )


TRANSFER_FORM = FormSpec(
    key="transfer",
    title=N_("Transfer or exchange"),
    kind="transfer",
    sections=(
        Section(
            "",
            (
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True, span=3),
                FieldSpec("reference", N_("Reference"), span=6),
                FieldSpec("fee", N_("Bank fee"), FieldKind.MONEY, currency_from="from_currency", span=3),
                FieldSpec("from_account", N_("From account"), FieldKind.REF, picker=ACCOUNT, required=True, span=8),
                FieldSpec(
                    "from_amount",
                    N_("Amount that leaves"),
                    FieldKind.MONEY,
                    currency_from="from_currency",
                    required=True,
                    span=4,
                ),
                FieldSpec("to_account", N_("To account"), FieldKind.REF, picker=ACCOUNT, required=True, span=8),
                FieldSpec(
                    "to_amount",
                    N_("Amount that arrives"),
                    FieldKind.MONEY,
                    currency_from="to_currency",
                    required=True,
                    span=4,
                ),
            ),
        ),
    ),
    load=load_transfer,
    blank=blank_transfer,
    save=make_transfer,
    build=build_transfer,
    derive=derive_transfer,
    heading=lambda draft: draft.text("number"),
    locked=locked_booking,
    badges=booking_badges,
    actions=(_take_back("transfer"),),
    panels=(PanelSpec("rate", N_("Rate"), compute=transfer_facts),),
    needs="account.write",
    saved=N_("The transfer is posted."),
)  # fmt: skip


def blank_expense(reader: Any, link: Link) -> Draft:
    """Answer the beginning of an expense: today, on the account the link names."""
    account = account_named(reader, link)
    values: dict[str, Any] = {"day": reader.today, "account": account, "currency": _currency(account)}
    return Draft(values | {"category": "FEE", "direction": "out"})


def load_expense(reader: Any, identity: int) -> Draft:
    """Answer a posted income or expense as a draft nobody can type in."""
    values = expense_values(reader, identity)
    account = account_ref(*values["account"])
    values |= {"account": account, "currency": _currency(account)}
    values["direction"] = "out" if values["amount"] < 0 else "in"
    values["amount"] = abs(values["amount"])
    return Draft(values, id=identity, version=1)


def build_expense(draft: Draft) -> BookExpense:
    """Answer the command that posts the expense; what goes out is negative."""
    day, amount = draft.day("day"), draft.number("amount") or ZERO
    assert day is not None
    signed = -amount if draft.text("direction") != "in" else amount
    return BookExpense(
        day, draft.ref_id("account") or 0, draft.text("category"), signed, draft.text("description")
    )


EXPENSE_FORM = FormSpec(
    key="expense",
    title=N_("Book expense"),
    kind="account_expense",
    sections=(
        Section(
            "",
            (
                FieldSpec("account", N_("Account"), FieldKind.REF, picker=ACCOUNT, required=True, span=6),
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True, span=3),
                FieldSpec(
                    "direction",
                    N_("Direction"),
                    FieldKind.CHOICE,
                    choices=DIRECTIONS,
                    required=True,
                    span=3,
                ),
                FieldSpec("category", N_("Category"), FieldKind.CHOICE, choices=EXPENSE_KINDS, required=True, span=3),
                FieldSpec(
                    "amount", N_("Amount"), FieldKind.MONEY, currency_from="currency", required=True, span=3
                ),
                FieldSpec("description", N_("What it was for"), required=True, span=6),
            ),
        ),
    ),
    load=load_expense,
    blank=blank_expense,
    save=book_expense,
    build=build_expense,
    check=check_directed,
    derive=lambda draft, changed: (
        draft.put(currency=_currency(draft.get("account"))) if changed == "account" else draft
    ),
    heading=lambda draft: draft.text("number"),
    locked=locked_booking,
    badges=booking_badges,
    actions=(_take_back("expense"),),
    needs="account.write",
    saved=N_("The expense is posted."),
)  # fmt: skip
