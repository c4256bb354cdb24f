"""Debit and credit notes and opening balances, on either side (借项/贷项通知, 期初; domain.md sections 3.1 and 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select

from tradecrm.core.money import convert, currency_problems, decimal_problems, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import GoodsReturn, GoodsReturnNote, Item, Note, Party
from tradecrm.services.money.allocations import Allocate, allocate_items
from tradecrm.services.money.earmarks import drop_earmarks
from tradecrm.services.money.ledger import AR, EQUITY, EXPENSE, REVENUE, NewItem, Part, Row, Source, add_item
from tradecrm.services.money.note_costs import NotePart, cost_rows, costs_of, note_costs, write_costs
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.taking_back import (
    demand_past,
    demand_side,
    item_to_take_back,
    keep_paid_marks,
    take_back,
)
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)
KINDS = ("DN", "CN", "OPEN")
SIDES = ("AR", "AP")
REVENUE_NOTE = "REVENUE"
OTHER_NOTE = "OTHER"
OPENING_NOTE = "OPENING"
_SERIES = {"DN": "debit_note", "CN": "credit_note", "OPEN": "opening"}


@dataclass(frozen=True, slots=True)
class WriteNote:
    """A note as typed: ``amount`` in ``currency`` without sign for DN and CN, signed for an opening balance.

    A note on an invoice or bill (``invoice_id``) takes its party, currency and booking rate; a credit note then
    settles it at once as far as it is open, unless ``settle`` is off. ``category`` says what it changes: REVENUE,
    OTHER, or a category of cost of the shipment. ``rate`` None takes the middle rate of the day. ``reference`` is
    the number on the other party's paper. ``parts`` says which costs of the bill change, else all in proportion.
    """

    kind: str
    side: str
    day: date
    amount: Decimal
    reason: str
    party_id: int = 0
    currency: str = ""
    category: str = ""
    rate: Decimal | None = None
    invoice_id: int | None = None
    contract_id: int | None = None
    shipment_id: int | None = None
    due_on: date | None = None
    reference: str = ""
    settle: bool = True
    parts: tuple[NotePart, ...] = ()


def check_note(command: WriteNote) -> Sequence[Problem]:
    """Answer what is wrong with a note."""
    problems = []
    if command.kind not in KINDS or command.side not in SIDES:
        problems.append(Problem("kind", _("Choose a debit note, a credit note or an opening balance.")))
    if command.kind == "OPEN" and command.amount == 0:
        problems.append(Problem("amount", _("The amount must not be zero.")))
    if command.kind != "OPEN" and command.amount <= 0:
        problems.append(Problem("amount", _("The amount must be above zero.")))
    if command.kind != "OPEN" and not command.reason.strip():
        problems.append(Problem("reason", _("Say what the note is for; it is printed on it.")))
    if command.rate is not None and command.rate <= 0:
        problems.append(Problem("rate", _("The rate must be above zero.")))
    if command.invoice_id is None and not command.party_id:
        problems.append(Problem("party", _("Choose whom the note is for.")))
    return problems


@operation("receipt.write", check=check_note)
def write_note(work: Work, command: WriteNote) -> int:
    """Post a note and answer its id.

    Refuses a note above its invoice, a day after today or closed, and a missing rate.
    """
    demand_side(work, command.side)
    demand_past(work, command.day)
    invoice = None if command.invoice_id is None else work.get(Item, command.invoice_id, _("Invoice"))
    if invoice is not None:
        _check_invoice(work, command, invoice)
    party = work.get(Party, command.party_id if invoice is None else invoice.party_id, _("Party"))
    currency = command.currency if invoice is None else invoice.currency
    wrong = currency_problems("currency", currency) or decimal_problems(("amount", command.amount, currency))
    if wrong:
        raise Refusal(wrong)
    note = work.add(
        Note(
            number=work.number(_SERIES[command.kind], command.day),
            kind=command.kind,
            side=command.side,
            day=command.day,
            party_id=party.id,
            currency=currency,
            amount=command.amount,
            rate=_rate(work, command, currency, invoice),
            category=_category(command),
            reason=command.reason.strip(),
            invoice_id=command.invoice_id,
            contract_id=command.contract_id if invoice is None else invoice.contract_id,
            shipment_id=command.shipment_id if invoice is None else invoice.shipment_id,
            owner_id=party.owner_id or work.actor.person_id,
        )
    )
    _demand_own_goods(work, note)
    item = _post(work, command, note)
    work.keep(Note, [{"id": note.id, "item_id": item.id}])
    if invoice is not None and command.settle and item.amount < 0 < invoice.open_amount:
        allocate_items(work, (Allocate(invoice.id, item.id, min(-item.amount, invoice.open_amount)),))
        keep_paid_marks(work, {invoice.id})
    return note.id


def _check_invoice(work: Work, command: WriteNote, invoice: Item) -> None:
    """Refuse a note on what is no invoice of that side, before its day, or credit beyond what was invoiced."""
    if invoice.side != command.side or invoice.amount <= 0 or command.kind == "OPEN":
        raise Refusal.of(
            _("{number} is not an invoice that can be corrected.").format(number=invoice.number), "invoice"
        )
    if command.day < invoice.day:
        raise Refusal.of(
            _("{number} is of {made}; its note cannot be dated before.").format(
                number=invoice.number, made=invoice.day
            ),
            "day",
        )
    if command.kind != "CN":
        return
    earlier = (
        work.session.scalar(
            select(func.sum(Note.amount)).where(
                Note.invoice_id == invoice.id, Note.kind == "CN", Note.reversed_on.is_(None)
            )
        )
        or ZERO
    )
    if earlier + command.amount > invoice.amount:
        raise Refusal.of(
            _("{number} is of {amount}; credit notes of {earlier} stand already.").format(
                number=invoice.number,
                amount=format_money(invoice.amount, invoice.currency),
                earlier=format_money(earlier, invoice.currency),
            ),
            "amount",
        )


def _rate(work: Work, command: WriteNote, currency: str, invoice: Item | None) -> Decimal:
    """Answer the rate of a note: the booking rate of its invoice (section 3.4), typed, or the day's middle rate."""
    if invoice is not None:
        return invoice.rate
    return rate_for(work, RateType.MID, currency, command.day, manual=command.rate).rate


def _category(command: WriteNote) -> str:
    """Answer what a note changes when nothing was chosen."""
    if command.kind == "OPEN":
        return OPENING_NOTE
    return command.category or (REVENUE_NOTE if command.side == AR else OTHER_NOTE)


def _post(work: Work, command: WriteNote, note: Note) -> Item:
    """Post the item of a note against revenue, costs of its shipment, other income, or the opening of the books."""
    amount = -note.amount if note.kind == "CN" else note.amount
    value = convert(amount, note.rate, work.base)
    costs = note_costs(work, note, amount, value, command.parts)
    if costs:
        note.category = costs[0].category
    whole = bool(costs) or note.category in (REVENUE_NOTE, OPENING_NOTE)
    new = NewItem(
        side=note.side,
        kind=note.kind,
        number=command.reference.strip() or note.number,
        party_id=note.party_id,
        day=note.day,
        currency=note.currency,
        amount=amount,
        rate=note.rate,
        base_amount=value,
        contract_id=note.contract_id if whole else None,
        # What is no revenue of a shipment stays out of its result, and so out of its items.
        shipment_id=note.shipment_id if whole else None,
        owner_id=note.owner_id,
        parts=(Part(amount, "", command.due_on or note.day, note.day),) if amount > 0 else (),
    )
    against = tuple(cost_rows(work, note, costs)) if costs else (_against(note, work.base, amount, value),)
    item = add_item(work, new, "note", Source("note", note.id, note.reason[:300]), against)
    write_costs(work, note, item, costs)
    return item


def _against(note: Note, base: str, amount: Decimal, value: Decimal) -> Row:
    """Answer the row of the ledger that balances a note which changes no cost of a shipment."""
    sign = -1 if note.side == AR else 1
    if note.category == REVENUE_NOTE:
        return Row(
            REVENUE,
            note.currency,
            sign * amount,
            sign * value,
            party_id=note.party_id,
            contract_id=note.contract_id,
            shipment_id=note.shipment_id,
        )
    book = EQUITY if note.category == OPENING_NOTE else EXPENSE
    return Row(book, base, sign * value, sign * value, note.category, party_id=note.party_id)


@dataclass(frozen=True, slots=True)
class ReverseNote:
    """Take a note or an opening balance back on ``day`` (default today)."""

    note_id: int
    day: date | None = None
    reason: str = ""


@operation("receipt.write")
def reverse_note(work: Work, command: ReverseNote) -> int:
    """Reverse a note: what it settled or what settled it is open again. Answers the reversing item's id."""
    note = work.get(Note, command.note_id, _("Note"))
    demand_side(work, note.side)
    item = item_to_take_back(work, note)
    _demand_no_return(work, note)
    day = command.day or work.today
    source = Source("note", note.id, command.reason[:300])
    (back,) = take_back(work, (item,), day, source, "note")
    drop_earmarks(work, item, day)
    write_costs(work, note, back, [cost.reversed() for cost in costs_of(work, item.id)])
    note.reversed_on = day
    if (note.kind, note.side, note.category) == ("DN", "AR", REVENUE_NOTE):
        from tradecrm.services.trade.recharges import take_charge_back  # It stands above money.

        take_charge_back(work, note)
    return back.id


def _demand_no_return(work: Work, note: Note) -> None:
    """Refuse to take a note alone back that goods returned brought: cost and rebate would not follow (1.10)."""
    number = work.session.scalars(
        select(GoodsReturn.number)
        .outerjoin(GoodsReturnNote, GoodsReturnNote.return_id == GoodsReturn.id)
        .where(
            GoodsReturn.status == "received",
            or_(GoodsReturn.note_id == note.id, GoodsReturnNote.note_id == note.id),
        )
    ).first()
    if number is not None:
        raise Refusal.of(
            _(
                "{number} belongs to the goods returned {paper}: take that back, and the note goes with it."
            ).format(number=note.number, paper=number)
        )


def _demand_own_goods(work: Work, note: Note) -> None:
    """Refuse to change the revenue of goods exported for a principal: most of it is the principal's (section 1.10)."""
    from tradecrm.services.trade.agency import exported_for  # It stands above money.

    if note.side != AR or note.category != REVENUE_NOTE or note.shipment_id is None:
        return
    contract = exported_for(work, note.shipment_id)
    if contract is not None:
        raise Refusal.of(
            _(
                "The goods are a principal's: under {contract} only the fee is revenue. Write this note as "
                "“Other income or expense”, and one of the same kind on what is owed to the principal."
            ).format(contract=contract.number),
            "category",
        )
