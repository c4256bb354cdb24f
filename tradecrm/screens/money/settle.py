"""The page that settles a party's open papers with what is in hand: typed on either side, seen before it is posted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tradecrm.core.carrying import cross_parts
from tradecrm.core.errors import RateMissing
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.pairing import Part, pair_up
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.table import Table, TableColumn, TableRow
from tradecrm.core.text import N_, _
from tradecrm.screens.crm.pickers import PARTNER
from tradecrm.screens.dialogs import load_nothing
from tradecrm.screens.draft import Draft, Line, as_number
from tradecrm.screens.money.pickers import ITEM_KINDS, SIDES, party_named
from tradecrm.screens.money.receipt_list import MONEY_CHANGES
from tradecrm.screens.spec import Fact, FieldSpec, FormSpec, LinesSpec, PanelSpec, Section, Tone
from tradecrm.services.money.allocations import (
    Allocate,
    OpenItem,
    Unallocate,
    plan_allocations,
    plan_oldest_first,
    settle,
    unallocate,
)
from tradecrm.services.money.cards import table_rate
from tradecrm.services.money.earmarks import kept_of
from tradecrm.services.money.receivables import OpenRow, open_items
from tradecrm.services.money.settling_cards import StandingRow, standing_allocations

K = FieldKind
ZERO = Decimal(0)
BOTH = ("debits", "credits")


def blank_settle(reader: Any, link: Link) -> Draft:
    """Answer the page for the party and side that the link names, with what both have open."""
    values: dict[str, Any] = {
        "side": str(link.param("side") or "AR"),
        "day": None,
        "base": reader.base,
        "currency": "",
        "credit_currency": "",
    }
    values |= party_named(reader, link)
    return with_open(reader, Draft(values))


def with_open(reader: Any, draft: Draft) -> Draft:
    """Answer the draft with the open debits and credits of its party, side and currencies; what was typed stays."""
    party, side = draft.ref_id("party"), draft.text("side") or "AR"
    if party is None:
        return draft.put_rows("debits", ()).put_rows("credits", ())
    debits = open_items(reader, party, None, side)
    credits_ = open_items(reader, party, None, side, credits_=True)
    draft = _with_currencies(draft, debits, credits_)
    found = draft
    for key, rows, currency in (
        ("debits", debits, draft.text("currency")),
        ("credits", credits_, draft.text("credit_currency")),
    ):
        typed = {line["item_id"]: line.get("amount") for line in draft.rows(key)}
        lines = [
            _line(reader, row, typed.get(row.id), side, is_credit=key == "credits")
            for row in rows
            if row.currency == currency
        ]
        found = found.put_rows(key, lines)
    return found


def _line(reader: Any, row: OpenRow, amount: Any, side: str, *, is_credit: bool) -> Line:
    kept = next(iter(kept_of(reader, row.id, side)), None) if is_credit else None
    return {
        "item_id": row.id,
        "number": row.number,
        "kind": row.kind,
        "day": row.day,
        "due": row.due_on,
        "open": row.open_amount,
        "amount": amount,
        "contract_id": kept if is_credit else row.contract_id,
        "kept": _("yes") if kept is not None else "",
    }


def _with_currencies(draft: Draft, debits: tuple[OpenRow, ...], credits_: tuple[OpenRow, ...]) -> Draft:
    """Answer the draft with currencies that hold something: the same on both sides where there is one."""
    left = list(dict.fromkeys(row.currency for row in debits))
    right = list(dict.fromkeys(row.currency for row in credits_))
    both = [code for code in left if code in right]
    if draft.text("currency") not in left:
        draft = draft.put(currency=(both or left or [""])[0])
    if draft.text("credit_currency") not in right:
        same = draft.text("currency")
        draft = draft.put(credit_currency=same if same in right else (right or [""])[0])
    return draft


def typed_parts(draft: Draft, key: str) -> list[Part]:
    """Answer the amounts typed on one side, in the order shown."""
    parts = []
    for line in draft.rows(key):
        amount, contract = as_number(line.get("amount")), line.get("contract_id")
        if amount:
            owner = contract if isinstance(contract, int) else None
            parts.append(Part(int(str(line["item_id"])), amount, owner))
    return parts


def _total(draft: Draft, key: str) -> Decimal:
    return sum((part.amount for part in typed_parts(draft, key)), ZERO)


def _crosses(draft: Draft) -> bool:
    return draft.text("currency") != draft.text("credit_currency")


def commands_of(draft: Draft) -> tuple[Allocate, ...]:
    """Answer the allocations that the typed amounts mean."""
    pairs = pair_up(
        typed_parts(draft, "debits"),
        typed_parts(draft, "credits"),
        draft.text("currency"),
        draft.text("credit_currency"),
    )
    crosses = _crosses(draft)
    return tuple(
        Allocate(
            pair.debit_id,
            pair.credit_id,
            pair.amount,
            pair.credit_amount if crosses else None,
            draft.day("day"),
        )
        for pair in pairs
    )


def propose(draft: Draft, *, earmarked: bool) -> Draft:
    """Answer the draft with amounts proposed in one currency: oldest due first, or money for its own contract first."""
    if _crosses(draft):
        return draft
    left = {int(str(line["item_id"])): as_number(line.get("open")) or ZERO for line in draft.rows("debits")}
    given: dict[int, Decimal] = {}
    taken: dict[int, Decimal] = {}
    for credit in draft.rows("credits"):
        key, contract = int(str(credit["item_id"])), credit.get("contract_id")
        items = [
            OpenItem(
                int(str(line["item_id"])),
                left[int(str(line["item_id"]))],
                line.get("due"),  # type: ignore[arg-type]
                line["day"],  # type: ignore[arg-type]
                str(line["number"]),
                earmarked and contract is not None and line.get("contract_id") == contract,
            )
            for line in draft.rows("debits")
        ]
        if earmarked:
            items = [item for item in items if item.earmarked]
        for debit, part in plan_oldest_first(as_number(credit.get("open")) or ZERO, items):
            left[debit] -= part
            taken[debit] = taken.get(debit, ZERO) + part
            given[key] = given.get(key, ZERO) + part
    draft = draft.put_rows("debits", [_proposed(line, taken) for line in draft.rows("debits")])
    return draft.put_rows("credits", [_proposed(line, given) for line in draft.rows("credits")])


def _proposed(line: Line, amounts: dict[int, Decimal]) -> Line:
    return {**line, "amount": amounts.get(int(str(line["item_id"])))}


def check_settle(draft: Draft) -> list[Problem]:
    """Answer what is wrong while typing: more than is open, and sides that do not add up to the same."""
    problems = []
    for key, code in (("debits", draft.text("currency")), ("credits", draft.text("credit_currency"))):
        for number, line in enumerate(draft.rows(key)):
            amount, opened = as_number(line.get("amount")), as_number(line.get("open")) or ZERO
            if amount is not None and amount < 0:
                problems.append(Problem(f"{key}.{number}.amount", _("Each part must be above zero.")))
            elif amount is not None and amount > opened:
                message = _("{number} has only {open} open.").format(
                    number=line.get("number"), open=format_money(opened, code)
                )
                problems.append(Problem(f"{key}.{number}.amount", message))
    debits, credits_ = _total(draft, "debits"), _total(draft, "credits")
    if draft.get("party") and not problems and not (debits and credits_):
        problems.append(
            Problem("debits", _("Enter what is settled at the left, and with what at the right."))
        )
    elif not _crosses(draft) and debits != credits_ and draft.get("party"):
        code = draft.text("currency")
        message = _("{left} at the left and {right} at the right: both sides must be equal.").format(
            left=format_money(debits, code), right=format_money(credits_, code)
        )
        problems.append(Problem("credits", message))
    return problems


def settle_facts(draft: Draft) -> tuple[Fact, ...]:
    """Answer live what both sides add up to, what is left between them, and the rate that follows."""
    if draft.get("party") is None:
        return (Fact(N_("Choose whose papers are to be settled."), "", muted=True),)
    left, right = draft.text("currency"), draft.text("credit_currency")
    if not left or not right:
        words = N_("Nothing is open.") if not left else N_("No money is in hand to settle it with.")
        return (Fact(words, "", muted=True),)
    debits, credits_ = _total(draft, "debits"), _total(draft, "credits")
    facts = [
        Fact(N_("To be settled"), format_money(debits, left), strong=True),
        Fact(N_("With"), format_money(credits_, right), strong=True),
    ]
    if _crosses(draft):
        if debits and credits_:
            rate = f"{debits / credits_:.6f} {left}/{right}"
            facts.append(Fact(N_("Rate that follows"), rate))
    else:
        tone = Tone.GOOD if debits == credits_ else Tone.WARN
        facts.append(Fact(N_("Difference"), format_money(debits - credits_, left), tone))
    return tuple(facts)


def effect_facts(reader: Any, draft: Draft) -> tuple[Fact, ...]:
    """Answer what posting would do: each pair with its day, the exchange difference, and what remains open."""
    commands = commands_of(draft)
    if not commands or check_settle(draft):
        return (Fact(_("What posting would do stands here once both sides agree."), "", muted=True),)
    try:
        rows, standings = plan_allocations(reader, commands)
    except Refusal as refusal:
        return tuple(Fact(problem.message, "", Tone.BAD) for problem in refusal.problems)
    gain = sum((row.fx for row in rows), ZERO)
    tone = Tone.BAD if gain < 0 else Tone.GOOD if gain > 0 else Tone.NEUTRAL
    facts = [Fact(_("Exchange difference"), format_money(gain, reader.base), tone, strong=True)]
    for row in rows:
        debit, credit = standings[row.debit_item_id].item, standings[row.credit_item_id].item
        amount = format_money(row.debit_amount, debit.currency)
        facts.append(Fact(f"{credit.number} → {debit.number}", f"{amount} · {row.day}"))
        if debit.currency != credit.currency:
            facts += _parts(reader, debit.currency, row)
    for standing in standings.values():
        item = standing.item
        taken = sum((standing.taken(row) for row in standing.rows), ZERO)
        rest = format_money(abs(item.amount) - taken, item.currency)
        facts.append(Fact(_("{number} then open").format(number=item.number), rest, muted=True))
    return tuple(facts)


def _parts(reader: Any, currency: str, row: Any) -> list[Fact]:
    """Answer the standard and the alternate part of a cross-currency difference, for information (section 3.5)."""
    try:
        rate = Decimal(1) if currency == reader.base else table_rate(reader, "MID", currency, row.day).rate
    except RateMissing:
        return []
    standard, alternate = cross_parts(row.debit_amount, rate, row.debit_base, row.credit_base, reader.base)
    sign = 1 if row.side == "AR" else -1
    return [
        Fact(_("of it by the rate of {currency}").format(currency=currency),
             format_money(sign * standard, reader.base), muted=True),
        Fact(_("of it by the cross rate"), format_money(sign * alternate, reader.base), muted=True),
    ]  # fmt: skip


def standing_table(reader: Any, party_id: int, side: str) -> tuple[tuple[StandingRow, ...], Table]:
    """Answer the allocations that stand, and the table that shows them."""
    rows = standing_allocations(reader, party_id, side)
    columns = (
        TableColumn("day", _("Day"), K.DATE),
        TableColumn("debit", _("What is owed"), K.CODE),
        TableColumn("credit", _("What is in hand"), K.CODE),
        TableColumn("amount", _("Amount"), K.MONEY),
        TableColumn("fx", _("Exchange difference"), K.MONEY, reader.base),
    )
    cells = tuple(
        TableRow(
            (row.day, row.debit, row.credit, row.amount, row.fx),
            (
                None,
                Link.to("receivable", id=row.debit_id),
                Link.to("receivable", id=row.credit_id),
                None,
                None,
            ),
            currency=row.currency,
        )
        for row in rows
    )
    return rows, Table("standing", "", "", columns, cells)


def _totals(key: str) -> Any:
    def total(draft: Draft) -> tuple[str, str]:
        code = draft.text("currency" if key == "debits" else "credit_currency")
        return (N_("Settled now"), format_money(_total(draft, key), code)) if code else ("", "")

    return total


def _columns(currency: str, last: str, *, is_credit: bool) -> tuple[FieldSpec, ...]:
    columns = [
        FieldSpec("number", N_("Number"), K.CODE, read_only=True, width=116),
        FieldSpec("kind", N_("Kind"), K.CHOICE, choices=ITEM_KINDS, read_only=True, width=84),
        FieldSpec("day", N_("Day"), K.DATE, read_only=True, more=not is_credit),
    ]
    if is_credit:
        columns.append(FieldSpec("kept", N_("Kept for a contract"), read_only=True, width=60, more=True))
    else:
        columns.append(FieldSpec("due", N_("Due"), K.DATE, read_only=True))
    columns += [
        FieldSpec("open", N_("Open amount"), K.MONEY, currency_from=f".{currency}", read_only=True, width=97),
        FieldSpec("amount", last, K.MONEY, currency_from=f".{currency}", width=97),
    ]
    return tuple(columns)


def _heading(draft: Draft) -> str:
    party = draft.ref("party")
    return _("Settle {name}").format(name="" if party is None else party.label).strip()


SETTLE_FORM = FormSpec(
    key="settle",
    title=N_("Settle"),
    kind="allocation",
    sections=(
        Section(
            "",
            (
                FieldSpec("party", N_("Partner"), K.REF, picker=PARTNER, required=True, span=4),
                FieldSpec("side", N_("Side"), K.CHOICE, choices=SIDES, required=True, span=2),
                FieldSpec("currency", N_("Currency at the left"), K.CURRENCY, span=2),
                FieldSpec("credit_currency", N_("Currency at the right"), K.CURRENCY, span=2),
                FieldSpec("day", N_("Day"), K.DATE, span=2, hint=N_("earliest possible")),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_settle,
    save=settle,
    build=commands_of,
    lines=(
        LinesSpec(
            "debits",
            N_("What is owed"),
            _columns("currency", N_("Settle"), is_credit=False),
            total=_totals("debits"),
            fixed=True,
        ),
        LinesSpec(
            "credits",
            N_("What is in hand"),
            _columns("credit_currency", N_("Use"), is_credit=True),
            total=_totals("credits"),
            fixed=True,
        ),
    ),
    check=check_settle,
    heading=_heading,
    panels=(
        PanelSpec("sums", N_("Both sides"), compute=settle_facts),
        PanelSpec("effect", N_("After posting"), query=effect_facts, depends=(*BOTH, "day")),
    ),
    watches=MONEY_CHANGES,
    needs="receipt.write",
)


def blank_unallocate(reader: Any, link: Link) -> Draft:
    """Answer the dialog that takes the allocation of the link back, dated today."""
    return Draft(
        {
            "allocation": Decimal(int(str(link.param("allocation") or 0))),
            "title": str(link.param("title") or ""),
            "day": reader.today,
            "reason": "",
        }
    )


UNALLOCATE_FORM = FormSpec(
    key="unallocate",
    title=N_("Take back"),
    kind="allocation",
    sections=(
        Section(
            "",
            (
                FieldSpec("day", N_("On"), K.DATE, required=True, span=4),
                FieldSpec("reason", N_("Reason"), required=True, span=8),
            ),
        ),
    ),
    load=load_nothing,
    blank=blank_unallocate,
    save=unallocate,
    build=lambda draft: Unallocate(
        int(draft.number("allocation") or 0), draft.day("day") or date.min, draft.text("reason")
    ),
    heading=lambda draft: draft.text("title"),
    saved=N_("It is taken back from that day on; reports of earlier days stay as they are."),
)
