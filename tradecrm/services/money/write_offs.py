"""Giving up what is left: small rests at once, more by approval, bad debt, forfeited deposits (核销; section 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.money import convert, fits_currency, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.settling_flows import WRITE_OFF as FLOW
from tradecrm.core.text import N_, _
from tradecrm.models import Allocation, Item, Party, WriteOffRequest
from tradecrm.services.control.approval_titles import approval_title
from tradecrm.services.control.approvals import Figure, Reason, Subject, active_triggers, ask_approval
from tradecrm.services.money.allocations import Allocate, allocate_items
from tradecrm.services.money.earmarks import free_earmarks
from tradecrm.services.money.ledger import AR, WRITE_OFF, NewItem, Row, Source, add_item
from tradecrm.services.money.taking_back import demand_past, demand_side, keep_paid_marks, take_back
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
KIND = "write_off"
SMALL = "small"
BAD_DEBT = "bad_debt"
FORFEIT = "forfeit"
KIND_TITLES = (
    (SMALL, N_("Small difference")),
    (BAD_DEBT, N_("Bad debt")),
    (FORFEIT, N_("Deposit forfeited")),
)
"""What is given up, and why: the first two are rests of invoices and bills, the last is money in hand."""


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Give up ``amount`` of an open item, in its currency; ``kind`` is small, bad_debt or forfeit.

    A forfeit keeps money in hand (a deposit) as income; the others give up a rest of an invoice or bill.
    """

    item_id: int
    amount: Decimal
    day: date
    reason: str
    kind: str = SMALL


def check_write_off(command: WriteOff) -> Sequence[Problem]:
    """Answer what is wrong with a write-off."""
    problems = []
    if command.amount <= 0:
        problems.append(Problem("amount", _("The amount must be above zero.")))
    if command.kind not in {key for key, _title in KIND_TITLES}:
        problems.append(Problem("kind", _("Choose what kind of write-off it is.")))
    if command.kind != SMALL and not command.reason.strip():
        problems.append(Problem("reason", _("Say why it is given up.")))
    return problems


def small_limit(reader: Reader, item: Item) -> Decimal:
    """Answer what of an item may be given up without approval: within the amount and the share (section 3.4)."""
    settings = reader.settings
    return min(settings.write_off_limit, abs(item.amount) * settings.write_off_share)


def written_off(reader: Reader, item_id: int) -> Decimal:
    """Answer what of an item is written off now; what was taken back does not count."""
    written = select(Item.id).where(Item.kind == "WOF")
    return (
        reader.session.scalar(
            select(func.sum(Allocation.debit_amount)).where(
                Allocation.debit_item_id == item_id, Allocation.credit_item_id.in_(written)
            )
        )
        or ZERO
    )


def rest_limit(reader: Reader, item_id: int) -> tuple[Decimal, Decimal]:
    """Answer what of an item may be given up without approval, and what of it was given up before."""
    reader.actor.demand("receivable.read")
    return small_limit(reader, reader.get(Item, item_id, _("Invoice"))), written_off(reader, item_id)


def asks_approval(reader: Reader, kind: str) -> bool:
    """Tell whether a rule is on that has this kind of write-off decided, a small rest beyond its limits."""
    trigger = {BAD_DEBT: "bad_debt", FORFEIT: "forfeit"}.get(kind, "above_tolerance")
    return trigger in active_triggers(reader, KIND)


@operation("receipt.write", check=check_write_off)
def write_off(work: Work, command: WriteOff) -> int:
    """Write off at once within the limits, once per invoice (section 16.14); above them ask for approval.

    Answers the id of the write-off, posted or pending.
    """
    item = work.get(Item, command.item_id, _("Invoice"))
    demand_side(work, item.side)
    demand_past(work, command.day)
    _check_item(item, command)
    request = work.add(
        WriteOffRequest(
            number=work.number(KIND, command.day),
            item_id=item.id,
            kind=command.kind,
            day=command.day,
            amount=command.amount,
            reason=command.reason.strip(),
            status=FLOW.start,
            owner_id=item.owner_id,
        )
    )
    reasons = _reasons(work, item, command)
    if not reasons or ask_approval(work, _subject(work, request, item, reasons)) == "approved":
        _post(work, request, item)
    return request.id


def _check_item(item: Item, command: WriteOff) -> None:
    """Refuse what is not open that far, is not what can be given up, and a day before the item."""
    forfeit = command.kind == FORFEIT
    if (item.amount < 0) != forfeit or (forfeit and item.side != AR):
        raise Refusal.of(
            _("{number} is no deposit in hand, so it cannot be kept as forfeited.").format(number=item.number)
            if forfeit
            else _("{number} is not an invoice, so nothing of it can be written off.").format(
                number=item.number
            ),
            "kind",
        )
    if not fits_currency(command.amount, item.currency) or command.amount > abs(item.open_amount):
        raise Refusal.of(
            _("{number} has only {open} open; {amount} cannot be written off.").format(
                number=item.number,
                open=format_money(abs(item.open_amount), item.currency),
                amount=format_money(command.amount, item.currency),
            ),
            "amount",
        )
    if command.day < item.day:
        raise Refusal.of(
            _("{number} is of {made}; it cannot be written off before.").format(
                number=item.number, made=item.day
            ),
            "day",
        )


def _reasons(work: Work, item: Item, command: WriteOff) -> tuple[Reason, ...]:
    """Answer why a write-off needs approval: above the limits, the second of its invoice, bad debt, a forfeit."""
    if command.kind == FORFEIT:
        return (Reason("forfeit", _("A deposit is kept because its contract was not fulfilled.")),)
    if command.kind == BAD_DEBT:
        return (Reason("bad_debt", _("{number} is given up as bad debt.").format(number=item.number)),)
    limit, earlier = small_limit(work, item), written_off(work, item.id)
    amount = format_money(command.amount, item.currency)
    if earlier > 0:
        sentence = _("{amount} is written off, after {earlier} of the same invoice.").format(
            amount=amount, earlier=format_money(earlier, item.currency)
        )
        return (Reason("above_tolerance", sentence),)
    if command.amount > limit:
        sentence = _("{amount} is written off, above the limit of {limit}.").format(
            amount=amount, limit=format_money(limit, item.currency)
        )
        return (Reason("above_tolerance", sentence),)
    return ()


def _subject(work: Work, request: WriteOffRequest, item: Item, reasons: tuple[Reason, ...]) -> Subject:
    party = work.session.scalar(select(Party.name).where(Party.id == item.party_id)) or ""
    return Subject(
        kind=KIND,
        id=request.id,
        title=approval_title(KIND, number=request.number),
        reasons=tuple(each for each in reasons if each.trigger in active_triggers(work, KIND)),
        protected=(("item", str(item.id)), ("amount", str(request.amount)), ("kind", request.kind)),
        figures=(
            Figure(_("Partner"), party),
            Figure(_("Invoice"), item.number),
            Figure(_("Amount"), format_money(request.amount, item.currency)),
            Figure(_("Open amount"), format_money(abs(item.open_amount), item.currency)),
            Figure(_("Reason"), request.reason),
        ),
        base_amount=convert(request.amount, item.rate, work.base),
    )


def on_approved(work: Work, request_id: int) -> None:
    """Post a write-off that was approved; what was settled meanwhile is refused in words."""
    request = work.get(WriteOffRequest, request_id, _("Write-off"))
    _post(work, request, work.session.get_one(Item, request.item_id))


def on_returned(work: Work, request_id: int) -> None:
    """Close a write-off that was rejected or withdrawn; the item stays open."""
    request = work.get(WriteOffRequest, request_id, _("Write-off"))
    request.status = FLOW.step(request.status, "reject").target
    request.updated_at = work.now


def _post(work: Work, request: WriteOffRequest, item: Item) -> None:
    """Post a write-off at the booking rate of its item and settle it; a day closed meanwhile gives way."""
    request.status = FLOW.step(request.status, "post").target
    request.updated_at = work.now
    closed = work.settings.closed_until
    if closed is not None and request.day <= closed:
        request.day = min(closed + timedelta(days=1), work.today)
    # It stands on the other side of its item: a rest is given up, money in hand is kept.
    amount = -request.amount if item.amount > 0 else request.amount
    value = convert(amount, item.rate, work.base)
    sign = 1 if item.side == AR else -1
    credit = add_item(
        work,
        NewItem(
            side=item.side,
            kind="WOF",
            number=request.number,
            party_id=item.party_id,
            day=request.day,
            currency=item.currency,
            amount=amount,
            rate=item.rate,
            base_amount=value,
            owner_id=item.owner_id,
            shipment_id=item.shipment_id,
            contract_id=item.contract_id,
        ),
        "write_off",
        Source("write_off", request.id, request.reason[:300]),
        (
            Row(
                WRITE_OFF,
                work.base,
                -sign * value,
                -sign * value,
                request.kind.upper()[:8],
                party_id=item.party_id,
                shipment_id=item.shipment_id,
            ),
        ),
    )
    request.credit_item_id = credit.id
    if item.amount > 0:
        allocate_items(work, (Allocate(item.id, credit.id, request.amount),))
        keep_paid_marks(work, {item.id})
    else:
        allocate_items(work, (Allocate(credit.id, item.id, request.amount),))
        free_earmarks(work, item, request.day)


@dataclass(frozen=True, slots=True)
class ReverseWriteOff:
    """Take a write-off back on ``day`` (default today): the invoice is open again, for a late payment."""

    write_off_id: int
    day: date | None = None
    reason: str = ""


@operation("receipt.write")
def reverse_write_off(work: Work, command: ReverseWriteOff) -> int:
    """Reverse a posted write-off; a later recovery is a receipt for the invoice (3.4). Answers the item's id."""
    request = work.get(WriteOffRequest, command.write_off_id, _("Write-off"))
    request.status = FLOW.step(request.status, "reverse").target
    credit = work.session.get_one(Item, request.credit_item_id)
    demand_side(work, credit.side)
    day = command.day or work.today
    source = Source("write_off", request.id, command.reason[:300])
    (back,) = take_back(work, (credit,), day, source, "write_off")
    request.reversed_on = day
    request.updated_at = work.now
    return back.id
