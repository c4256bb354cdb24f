"""A forwarder's bill (货代账单) laid over its quote; only accepted lines become payables (domain.md section 2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.costs import CostStatus
from tradecrm.core.errors import Conflict
from tradecrm.core.freight import CHARGE_KINDS, charge_amounts, charge_kind
from tradecrm.core.money import currency_problems, fits_currency
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import (
    CostLine,
    FreightBill,
    FreightBillLine,
    FreightCharge,
    FreightInquiry,
    FreightQuote,
    Party,
    Shipment,
)
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.closing import is_late
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.freight_quotes import charges_of, plain_charges
from tradecrm.services.trade.late_costs import late_line, waiting_line
from tradecrm.services.trade.open_shipments import demand_open
from tradecrm.services.work import Reader, Work, operation

OPEN, ACCEPTED, DISPUTED, DROPPED = "open", "accepted", "disputed", "dropped"
LINE_STATES = (OPEN, ACCEPTED, DISPUTED, DROPPED)
DRAFT, PARTLY, POSTED = "draft", "partly", "posted"
_CODES = frozenset(kind.code for kind in CHARGE_KINDS)


@dataclass(frozen=True, slots=True)
class BillLineDraft:
    """A line as billed: charge, amount in its currency, and whether it is accepted, disputed or dropped.

    ``rate`` None: the selling rate of the bill's day. A disputed line says why.
    """

    code: str
    currency: str
    amount: Decimal
    state: str = OPEN
    description: str = ""
    rate: Decimal | None = None
    reason: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class SaveFreightBill:
    """A forwarder's bill for a shipment; ``id`` and ``version`` name the one that is edited."""

    shipment_id: int
    forwarder_id: int
    number: str
    day: date
    lines: tuple[BillLineDraft, ...]
    remarks: str = ""
    id: int | None = None
    version: int | None = None


def check_bill(command: SaveFreightBill) -> list[Problem]:
    """Answer what is wrong with a bill, each at its field."""
    problems = []
    if not command.number.strip():
        problems.append(Problem("number", _("Enter the number on the forwarder's bill.")))
    if not command.lines:
        problems.append(Problem("lines", _("Enter at least one line of the bill.")))
    for number, line in enumerate(command.lines):
        problems += _check_line(f"lines.{number}", line)
    return problems


def _check_line(place: str, line: BillLineDraft) -> list[Problem]:
    problems = []
    if line.code not in _CODES:
        problems.append(Problem(f"{place}.code", _("Choose what is charged.")))
    if line.state not in LINE_STATES:
        problems.append(Problem(f"{place}.state", _("Choose: undecided, accepted, disputed or dropped.")))
    if unknown := currency_problems(f"{place}.currency", line.currency):
        problems += unknown
    elif line.amount < 0 or not fits_currency(line.amount, line.currency):
        words = _("The amount must not be below zero and must fit {currency}.")
        problems.append(Problem(f"{place}.amount", words.format(currency=line.currency)))
    if line.state == ACCEPTED and line.amount == 0:
        problems.append(Problem(f"{place}.amount", _("Nothing is billed on this line; leave it open.")))
    if line.state == DISPUTED and not line.reason.strip():
        problems.append(Problem(f"{place}.reason", _("Say what is wrong with it; the forwarder will ask.")))
    return problems


@operation("freight.write", check=check_bill)
def save_freight_bill(work: Work, command: SaveFreightBill) -> int:
    """Write a bill with what was quoted beside each line; a posted line cannot be changed. Answers its id."""
    if command.day > work.today:
        raise Refusal.of(_("A bill cannot be dated after today."), "day")
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    if not is_late(work, shipment.id):
        demand_open(shipment)
    party = work.get(Party, command.forwarder_id, _("Forwarder"))
    if not party.is_forwarder:
        raise Refusal.of(_("{name} is not marked as a forwarder.").format(name=party.name), "forwarder")
    bill = _bill_to_write(work, command, shipment, party)
    bill.number, bill.day, bill.remarks = command.number.strip(), command.day, command.remarks
    bill.updated_at = work.now
    work.add(bill)
    _write_lines(work, bill, command.lines)
    return bill.id


def _bill_to_write(work: Work, command: SaveFreightBill, shipment: Shipment, party: Party) -> FreightBill:
    """Answer the bill to fill: a new one, or the one that was read in the same version."""
    written = "".join(command.number.split()).lower()  # SW-88 and sw -88 are one bill.
    same = work.session.scalars(
        select(FreightBill.id).where(
            FreightBill.forwarder_id == party.id,
            func.replace(func.lower(FreightBill.number), " ", "") == written,
        )
    ).first()
    if same is not None and same != command.id:
        raise Refusal.of(
            _("Bill {number} of {name} is entered already.").format(
                number=command.number.strip(), name=party.name
            ),
            "number",
        )
    if command.id is None:
        return FreightBill(
            shipment_id=shipment.id, forwarder_id=party.id, status=DRAFT, owner_id=shipment.owner_id
        )
    bill = work.get(FreightBill, command.id, _("Freight bill"))
    if bill.version != command.version:
        raise Conflict(_("This bill was changed by someone else meanwhile. Nothing was saved."))
    if bill.status == POSTED:
        raise Refusal.of(_("Bill {number} is posted and cannot be edited.").format(number=bill.number))
    if (bill.shipment_id, bill.forwarder_id) != (shipment.id, party.id):
        raise Refusal.of(_("A bill stays with its shipment and forwarder; enter another bill instead."))
    if bill.status == PARTLY and (bill.number, bill.day) != (command.number.strip(), command.day):
        raise Refusal.of(_("Lines of this bill are posted; its number and day stay."), "number")
    return bill


def _write_lines(work: Work, bill: FreightBill, lines: Sequence[BillLineDraft]) -> None:
    """Write the lines in their order; what was quoted stands beside the first line of its charge."""
    old = {
        row.id: row
        for row in work.session.scalars(select(FreightBillLine).where(FreightBillLine.bill_id == bill.id))
    }
    quoted = quoted_amounts(work, bill.shipment_id, bill.forwarder_id)
    kept: list[FreightBillLine] = []
    undone = 0
    for draft in lines:
        row = old.pop(draft.id, None) if draft.id is not None else None
        if row is None:
            row = FreightBillLine(bill_id=bill.id, owner_id=bill.owner_id)
        elif row.cost_line_id is not None:
            _demand_unchanged(row, draft)
        accepted = _was_accepted(row)
        row.quoted = quoted.pop((draft.code, draft.currency), None)
        for name in ("code", "currency", "amount", "rate", "state", "description", "reason"):
            setattr(row, name, getattr(draft, name))
        if accepted is not None and row.state == ACCEPTED and accepted != _was_accepted(row):
            row.state = OPEN
            undone += 1
        kept.append(row)
    if undone:
        work.warn(
            _("Accepted lines that were changed, and wait to be accepted again: {count}.").format(
                count=undone
            )
        )
    for gone in old.values():
        if gone.cost_line_id is not None:
            raise Refusal.of(_("A line that is posted cannot be deleted."), "lines")
        work.session.delete(gone)
    # Positions are unique: those kept move out of the way before they are numbered anew.
    for place, row in enumerate(kept, 1):
        row.position = -place
        work.session.add(row)
    work.session.flush()
    for place, row in enumerate(kept, 1):
        row.position = place
    work.session.flush()


def _was_accepted(row: FreightBillLine) -> tuple[str, str, Decimal, Decimal | None] | None:
    """Answer what was accepted of a line: charge, currency, amount and rate; None while it is not."""
    return (row.code, row.currency, row.amount, row.rate) if row.state == ACCEPTED else None


def _demand_unchanged(row: FreightBillLine, draft: BillLineDraft) -> None:
    same = (row.code, row.currency, row.amount, row.state, row.rate) == (
        draft.code,
        draft.currency,
        draft.amount,
        draft.state,
        draft.rate,
    )
    if not same:
        raise Refusal.of(
            _("“{line}” is posted and cannot be changed.").format(
                line=row.description or _(charge_kind(row.code).title)
            ),
            "lines",
        )


def chosen_charges(reader: Reader, shipment_id: int, forwarder_id: int) -> tuple[FreightCharge, ...]:
    """Answer the charges of the quote that was chosen for a shipment, none when it is another forwarder's."""
    quote = reader.session.scalars(
        select(FreightQuote.id)
        .join(FreightInquiry, FreightInquiry.chosen_quote_id == FreightQuote.id)
        .where(
            FreightInquiry.shipment_id == shipment_id,
            FreightInquiry.status.in_(("chosen", "booked")),
            FreightQuote.forwarder_id == forwarder_id,
        )
        .limit(1)
    ).one_or_none()
    return () if quote is None else charges_of(reader, [quote]).get(quote, ())


def quoted_amounts(reader: Reader, shipment_id: int, forwarder_id: int) -> dict[tuple[str, str], Decimal]:
    """Answer what was quoted by charge and currency, of the chosen quote."""
    charges = chosen_charges(reader, shipment_id, forwarder_id)
    found: dict[tuple[str, str], Decimal] = {}
    for charge, amount in zip(charges, charge_amounts(plain_charges(charges)), strict=True):
        key = (charge.code, charge.currency)
        found[key] = found.get(key, Decimal(0)) + amount
    return found


@dataclass(frozen=True, slots=True)
class PostFreightBill:
    """Post the accepted lines of a bill as payables."""

    bill_id: int


@operation("freight.write")
def post_freight_bill(work: Work, command: PostFreightBill) -> int:
    """Book each accepted line as a payable in place of its estimate; answers how many were booked.

    Open and disputed lines wait, and post nothing; refused when no line is accepted.
    """
    bill = work.get(FreightBill, command.bill_id, _("Freight bill"))
    lines = list(
        work.session.scalars(
            select(FreightBillLine)
            .where(FreightBillLine.bill_id == bill.id)
            .order_by(FreightBillLine.position)
        )
    )
    ready = [line for line in lines if line.state == ACCEPTED and line.cost_line_id is None]
    if not ready:
        raise Refusal.of(
            _("No line of bill {number} is accepted and not posted yet. Accept lines first.").format(
                number=bill.number
            )
        )
    for line in ready:
        _post_line(work, bill, line)
    waits = any(line.state in (OPEN, DISPUTED) for line in lines)
    bill.status = PARTLY if waits else POSTED
    bill.updated_at = work.now
    return len(ready)


def _post_line(work: Work, bill: FreightBill, line: FreightBillLine) -> None:
    """Bill the estimate that the charge became, or a new cost where nothing was quoted."""
    rate = line.rate
    if rate is None:
        rate = rate_for(work, RateType.SELL, line.currency, bill.day).rate
    cost_of = _late_cost if is_late(work, bill.shipment_id) else _cost
    cost_id = cost_of(work, bill, line, rate)
    line.cost_line_id = cost_id
    work.session.flush()
    bill_cost.within(
        work,
        BillCost(cost_id=cost_id, day=bill.day, bill_number=bill.number, amount=line.amount, rate=rate),
    )


def _late_cost(work: Work, bill: FreightBill, line: FreightBillLine, rate: Decimal) -> int:
    """Answer the cost of a closed shipment that a line bills: what was accrued, else one that counts nothing (2.11)."""
    kind = charge_kind(line.code)
    cost = waiting_line(work, bill.shipment_id, kind.category, bill.forwarder_id, line.currency)
    if cost is not None:
        cost.party_id = bill.forwarder_id
        return cost.id
    fresh = CostLine(
        category=kind.category,
        party_id=bill.forwarder_id,
        currency=line.currency,
        description=line.description or _(kind.title),
        rate=rate,
    )
    return late_line(work, work.get(Shipment, bill.shipment_id, _("Shipment")), fresh).id


def _cost(work: Work, bill: FreightBill, line: FreightBillLine, rate: Decimal) -> int:
    """Write the cost that a line bills: over the estimate of its charge, else anew; answers its id."""
    estimate = _estimate_of(work, bill, line)
    kind = charge_kind(line.code)
    return save_cost.within(
        work,
        SaveCost(
            shipment_id=bill.shipment_id,
            category=kind.category if estimate is None else estimate.category,
            currency=line.currency,
            amount=line.amount,
            status=CostStatus.ACCRUED.value,
            party_id=bill.forwarder_id,
            rate=rate,
            description=line.description or _(kind.title),
            basis="" if estimate is None else estimate.basis,
            id=None if estimate is None else estimate.id,
            version=None if estimate is None else estimate.version,
        ),
    )


def _estimate_of(work: Work, bill: FreightBill, line: FreightBillLine) -> CostLine | None:
    """Answer the unbilled estimate that the line replaces: its charge's, by code, the same currency first."""
    charges = [
        charge
        for charge in chosen_charges(work, bill.shipment_id, bill.forwarder_id)
        if charge.code == line.code and charge.cost_line_id is not None
    ]
    charges.sort(key=lambda charge: charge.currency != line.currency)
    for charge in charges:
        cost = work.session.scalars(
            select(CostLine).where(
                CostLine.id == charge.cost_line_id,
                CostLine.item_id.is_(None),
                CostLine.status == CostStatus.ESTIMATED.value,
            )
        ).one_or_none()
        if cost is not None:
            return cost
    return None


@dataclass(frozen=True, slots=True)
class ConfirmFreightBill:
    """Accept every open line whose amount is what was quoted."""

    bill_id: int


@operation("freight.write")
def accept_as_quoted(work: Work, command: ConfirmFreightBill) -> int:
    """Accept the open lines that are billed as quoted; answers how many. Lines that differ stay open."""
    bill = work.get(FreightBill, command.bill_id, _("Freight bill"))
    count = 0
    for line in work.session.scalars(select(FreightBillLine).where(FreightBillLine.bill_id == bill.id)):
        if line.state == OPEN and line.amount > 0 and line.quoted == line.amount:
            line.state = ACCEPTED
            count += 1
    if count == 0:
        raise Refusal.of(_("No open line is billed as it was quoted; decide on each line."))
    bill.updated_at = work.now
    return count
