"""Goods that come back from a customer (退运): credited, off the shipment's result, rebate given back (1.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.money import decimal_problems, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.returns import returned_credit
from tradecrm.core.text import N_, _
from tradecrm.core.trade_flows import GOODS_RETURN
from tradecrm.models import (
    ContractLine,
    GoodsReturn,
    GoodsReturnLine,
    GoodsReturnNote,
    Item,
    Note,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.claims.return_rebates import settle_rebate, split_claims
from tradecrm.services.money.ledger import demand_open_period, reverse
from tradecrm.services.money.note_costs import NotePart
from tradecrm.services.money.notes import ReverseNote, WriteNote, reverse_note, write_note
from tradecrm.services.money.taking_back import standing_rows
from tradecrm.services.trade.agency import exported_for
from tradecrm.services.trade.closing import demand_unclosed
from tradecrm.services.trade.return_costs import (
    SCRAP_FATE,
    STOCK_FATE,
    SUPPLIER_FATE,
    Back,
    ReturnedCost,
    bear_again,
    relieve,
    returned_before,
    returned_costs,
)
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
_NOTHING = Back()
FATES: tuple[tuple[str, str], ...] = (
    (STOCK_FATE, N_("Into stock")),
    (SUPPLIER_FATE, N_("Back to the supplier")),
    (SCRAP_FATE, N_("Scrapped")),
)


@dataclass(frozen=True, slots=True)
class ReturnLineDraft:
    """Goods of a shipment line that come back; ``amount`` None credits them at the price they were invoiced at."""

    shipment_line_id: int
    quantity: Decimal
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SaveReturn:
    """Goods of a shipment that are coming back: which, why, and where they go."""

    shipment_id: int
    day: date
    lines: tuple[ReturnLineDraft, ...]
    reason: str
    fate: str = STOCK_FATE
    remarks: str = ""
    id: int | None = None
    version: int | None = None


def check_return(command: SaveReturn) -> list[Problem]:
    """Answer what is wrong with a return before anything is looked up."""
    problems = []
    if not command.lines:
        problems.append(Problem("lines", _("Say which goods come back.")))
    for at, line in enumerate(command.lines):
        if line.quantity <= 0:
            problems.append(Problem(f"lines.{at}.quantity", _("The quantity must be above zero.")))
        if line.amount is not None and line.amount < 0:
            problems.append(Problem(f"lines.{at}.amount", _("The amount must not be below zero.")))
        if any(line.shipment_line_id == other.shipment_line_id for other in command.lines[:at]):
            problems.append(Problem(f"lines.{at}.goods", _("These goods stand on a line above already.")))
    if command.fate not in dict(FATES):
        problems.append(Problem("fate", _("Choose where the goods go.")))
    if not command.reason.strip():
        problems.append(Problem("reason", _("Say why the goods come back; the credit note says it.")))
    return problems


@operation("shipment.write", check=check_return)
def save_return(work: Work, command: SaveReturn) -> int:
    """Write goods that are coming back, or change what has not come yet; answers the return's id."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    _demand_returnable(work, shipment)
    _demand_day(work, shipment, command.day)
    paper = _to_write(work, command, shipment)
    _demand_quantities(work, shipment, command.lines)
    paper.day, paper.fate = command.day, command.fate
    paper.reason, paper.remarks = command.reason.strip(), command.remarks.strip()
    paper.updated_at = work.now
    work.add(paper)
    for old in return_lines(work, paper.id):
        work.session.delete(old)
    work.session.flush()
    before = returned_before(work, shipment.id)
    for position, draft in enumerate(command.lines, 1):
        goods = work.get(ShipmentLine, draft.shipment_line_id, _("Shipment line"))
        amount = draft.amount
        if amount is None:
            back = before.get(goods.id, _NOTHING)
            amount = returned_credit(
                draft.quantity,
                shipped=goods.quantity,
                invoiced=goods.amount,
                back=back.quantity,
                credited=back.amount,
                currency=shipment.currency,
            )
        work.session.add(
            GoodsReturnLine(
                return_id=paper.id,
                owner_id=paper.owner_id,
                shipment_line_id=goods.id,
                position=position,
                quantity=draft.quantity,
                amount=amount,
            )
        )
    work.session.flush()
    return paper.id


def return_lines(reader: Reader, return_id: int) -> Sequence[GoodsReturnLine]:
    """Answer the lines of a return in their order."""
    return reader.session.scalars(
        select(GoodsReturnLine)
        .where(GoodsReturnLine.return_id == return_id)
        .order_by(GoodsReturnLine.position)
    ).all()


def _to_write(work: Work, command: SaveReturn, shipment: Shipment) -> GoodsReturn:
    if command.id is None:
        return GoodsReturn(
            number=work.number("goods_return", command.day),
            status=GOODS_RETURN.start,
            shipment_id=shipment.id,
            owner_id=shipment.owner_id,
        )
    paper = work.get(GoodsReturn, command.id, _("Goods returned"))
    if paper.status != GOODS_RETURN.start:
        raise Refusal.of(
            _("{number} is “{status}” and cannot be edited.").format(
                number=paper.number, status=_(GOODS_RETURN.state(paper.status).title)
            )
        )
    work.demand_version(paper, command.version, paper.number)
    if paper.shipment_id != shipment.id:
        raise Refusal.of(_("A return stays with its shipment; write another one instead."), "shipment")
    return paper


def _demand_returnable(work: Work, shipment: Shipment) -> None:
    """Refuse goods of a shipment that has not left, has no revenue yet, or is closed."""
    if shipment.departed_on is None:
        raise Refusal.of(
            _("{number} has not left; change the shipment instead.").format(number=shipment.number)
        )
    if shipment.recognized_on is None:
        raise Refusal.of(
            _("The revenue of {number} comes with its delivery: note the delivery first.").format(
                number=shipment.number
            )
        )
    demand_unclosed(work, shipment.id)
    principal = exported_for(work, shipment.id)
    if principal is not None:
        raise Refusal.of(
            _(
                "The goods of {number} are a principal's: {contract} only earns its fee. Write notes to the customer "
                "and to the principal instead."
            ).format(number=shipment.number, contract=principal.number)
        )


def _demand_day(work: Work, shipment: Shipment, day: date) -> None:
    if day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    left = max(shipment.departed_on or day, shipment.recognized_on or day)
    if day < left:
        raise Refusal.of(
            _("{number} left on {day}; its goods cannot come back before.").format(
                number=shipment.number, day=left
            ),
            "day",
        )


def _demand_quantities(work: Work, shipment: Shipment, lines: Sequence[ReturnLineDraft]) -> None:
    """Refuse goods of another shipment, more than was shipped and has not come back, and more than was invoiced."""
    before = returned_before(work, shipment.id)
    problems = []
    for at, draft in enumerate(lines):
        goods = work.get(ShipmentLine, draft.shipment_line_id, _("Shipment line"))
        if goods.shipment_id != shipment.id:
            problems.append(Problem(f"lines.{at}.goods", _("That line belongs to another shipment.")))
            continue
        back = before.get(goods.id, _NOTHING)
        sold = work.get(ContractLine, goods.contract_line_id, _("Contract line"))
        if draft.quantity > goods.quantity - back.quantity:
            words = _(
                "Of “{goods}” {number} shipped {shipped} {unit}; {back} came back before, so at most {left} can."
            )
            problems.append(
                Problem(
                    f"lines.{at}.quantity",
                    words.format(
                        goods=sold.description_en,
                        number=shipment.number,
                        shipped=_plain(goods.quantity),
                        back=_plain(back.quantity),
                        left=_plain(goods.quantity - back.quantity),
                        unit=sold.unit,
                    ),
                )
            )
        elif draft.amount is not None:
            problems += decimal_problems((f"lines.{at}.amount", draft.amount, shipment.currency))
            if draft.amount > goods.amount - back.amount:
                most = format_money(goods.amount - back.amount, shipment.currency)
                words = _("At most {most} of “{goods}” can still be credited.")
                problems.append(
                    Problem(f"lines.{at}.amount", words.format(most=most, goods=sold.description_en))
                )
    if problems:
        raise Refusal(problems)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():,f}"


@dataclass(frozen=True, slots=True)
class ReceiveReturn:
    """The goods are back on ``day``."""

    return_id: int
    day: date


@operation("receipt.write")
def receive_return(work: Work, command: ReceiveReturn) -> int:
    """Credit the customer, relieve the shipment of the goods' cost, give their rebate back; answers the return's id.

    The customer's credit note settles the invoice as far as it is open. Goods that go back to the supplier credit
    the bill they were bought with; into stock they go at the cost they left with (section 9.1).
    """
    paper = work.get(GoodsReturn, command.return_id, _("Goods returned"))
    shipment = work.get(Shipment, paper.shipment_id, _("Shipment"))
    step = GOODS_RETURN.step(paper.status, "receive")
    lines = return_lines(work, paper.id)
    _demand_returnable(work, shipment)
    _demand_day(work, shipment, command.day)
    demand_open_period(work, command.day)
    drafts = [ReturnLineDraft(line.shipment_line_id, line.quantity, line.amount) for line in lines]
    _demand_quantities(work, shipment, drafts)
    parts = _reckon(work, paper, shipment, lines)
    paper.note_id = _credit(work, paper, shipment, command.day, sum((line.amount for line in lines), ZERO))
    split_claims(work, shipment, lines)
    if paper.fate == SUPPLIER_FATE:
        _credit_suppliers(work, paper, parts, command.day)
    else:
        paper.posting_id = relieve(work, paper, shipment, parts, command.day)
    paper.status, paper.received_on = step.target, command.day
    paper.updated_at = work.now
    work.session.flush()
    settle_rebate(work, paper, shipment, command.day, sum((line.rebate for line in lines), ZERO))
    return paper.id


def _reckon(
    work: Work, paper: GoodsReturn, shipment: Shipment, lines: Sequence[GoodsReturnLine]
) -> list[ReturnedCost]:
    """Reckon cost and rebate of each line and note them; refuses stock or supplier for goods that cost nothing."""
    before = returned_before(work, shipment.id)
    found = []
    for line in lines:
        goods = work.get(ShipmentLine, line.shipment_line_id, _("Shipment line"))
        parts = returned_costs(
            work, shipment, goods, line.quantity, paper.fate, before.get(goods.id, _NOTHING)
        )
        unbilled = paper.fate == SUPPLIER_FATE and any(part.cost.item_id is None for part in parts)
        if paper.fate != SCRAP_FATE and (not parts or unbilled):
            sold = work.get(ContractLine, goods.contract_line_id, _("Contract line"))
            raise Refusal.of(
                _(
                    "No factory's bill for “{goods}” stands on {number}, so nothing can go into stock or be "
                    "claimed from the supplier. Enter the bill, or choose “Scrapped”."
                ).format(goods=sold.description_en, number=shipment.number)
            )
        line.cost = ZERO
        if paper.fate != SCRAP_FATE:
            line.cost = sum((part.base_amount for part in parts), ZERO)
        line.rebate = sum((part.rebate for part in parts), ZERO)
        found += parts
    return found


def _credit(work: Work, paper: GoodsReturn, shipment: Shipment, day: date, amount: Decimal) -> int | None:
    """Write the customer's credit note on the invoice; None where the goods were free."""
    if amount == 0:
        return None
    invoice = work.session.scalars(
        select(Item).where(Item.shipment_id == shipment.id, Item.side == "AR", Item.kind == "INV")
    ).one()
    return write_note.within(work, WriteNote("CN", "AR", day, amount, paper.reason, invoice_id=invoice.id))


def _credit_suppliers(work: Work, paper: GoodsReturn, parts: Sequence[ReturnedCost], day: date) -> None:
    """Write a supplier's credit note on each bill that the goods were bought with."""
    bills: dict[int, list[ReturnedCost]] = {}
    for part in parts:
        if part.amount > 0 and part.cost.item_id is not None:
            bills.setdefault(part.cost.item_id, []).append(part)
    for bill, found in bills.items():
        note = write_note.within(
            work,
            WriteNote(
                "CN",
                "AP",
                day,
                sum((part.amount for part in found), ZERO),
                _("Goods returned {number}: {reason}").format(number=paper.number, reason=paper.reason),
                invoice_id=bill,
                parts=tuple(NotePart(part.cost.id, part.amount, part.rebate) for part in found),
            ),
        )
        work.add(GoodsReturnNote(return_id=paper.id, note_id=note, owner_id=paper.owner_id))


@dataclass(frozen=True, slots=True)
class ReverseReturn:
    """What was entered as come back did not: everything is taken back on ``day``."""

    return_id: int
    day: date
    reason: str


@operation("receipt.write")
def reverse_return(work: Work, command: ReverseReturn) -> int:
    """Take a return back, dated: notes, cost, stock and rebate stand as before; answers the return's id.

    Refused once the rebate was paid back, and while a note is settled with something else than its own invoice.
    """
    paper = work.get(GoodsReturn, command.return_id, _("Goods returned"))
    shipment = work.get(Shipment, paper.shipment_id, _("Shipment"))
    step = GOODS_RETURN.step(paper.status, "reverse")
    if not command.reason.strip():
        raise Refusal.of(_("Say why it is taken back."), "reason")
    received = paper.received_on
    paper.status = step.target
    paper.updated_at = work.now
    if received is not None:
        _undo(work, paper, shipment, command, received)
    return paper.id


def _undo(work: Work, paper: GoodsReturn, shipment: Shipment, command: ReverseReturn, received: date) -> None:
    demand_unclosed(work, shipment.id)
    if not received <= command.day <= work.today:
        raise Refusal.of(_("It is taken back on the day the goods came or later, up to today."), "day")
    demand_open_period(work, command.day)
    if paper.repaid_on is not None:
        raise Refusal.of(
            _(
                "The rebate of {number} was paid back to the tax office on {day}; take that payment back first."
            ).format(number=paper.number, day=paper.repaid_on)
        )
    notes = notes_of(work, paper)
    for note in notes:
        _demand_own(work, note)
    work.session.flush()
    for note in notes:
        reverse_note.within(work, ReverseNote(note.id, command.day, command.reason.strip()))
    if paper.posting_id is not None:
        reverse(work, paper.posting_id, command.day, command.reason.strip()[:300])
        bear_again(work, paper, command.day)
    work.session.flush()
    given = sum((line.rebate for line in return_lines(work, paper.id)), ZERO)
    settle_rebate(work, paper, shipment, command.day, -given)


def notes_of(reader: Reader, paper: GoodsReturn) -> list[Note]:
    """Answer the notes that a return brought: the customer's, then the suppliers'."""
    ids = reader.session.scalars(
        select(GoodsReturnNote.note_id)
        .where(GoodsReturnNote.return_id == paper.id)
        .order_by(GoodsReturnNote.id)
    ).all()
    keys = [key for key in (paper.note_id, *ids) if key is not None]
    found = reader.get_all(Note, keys)
    return [found[key] for key in keys if key in found]


def _demand_own(work: Work, note: Note) -> None:
    """Refuse to take a note back that pays something else than the invoice it corrects."""
    for row in standing_rows(work, note.item_id or 0):
        if row.debit_item_id != note.invoice_id:
            other = work.session.get_one(Item, row.debit_item_id)
            raise Refusal.of(
                _("{note} is settled with {other}. Take that settlement back first.").format(
                    note=note.number, other=other.number
                )
            )
