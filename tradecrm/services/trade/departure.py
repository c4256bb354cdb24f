"""Departure of a shipment: revenue and receivable are posted, deposits applied (sections 1.3, 2.1, 3.2, 3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.dates import Holidays
from tradecrm.core.deposits import DepositPolicy, deposit_share, split_invoice
from tradecrm.core.money import convert
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.terms import ADVANCE_EVENTS, Event, PaymentTerms, decode_terms, due_date, encode_terms
from tradecrm.core.text import _
from tradecrm.models import (
    ContractLine,
    Earmark,
    Instalment,
    Item,
    SalesContract,
    Shipment,
)
from tradecrm.services.control.holidays import banking_days
from tradecrm.services.data.search_own import renew_terms
from tradecrm.services.figures.deposits import deposit_received, deposits_left
from tradecrm.services.figures.numbers import number_taken
from tradecrm.services.figures.quantities import GONE, contract_amounts, gone_quantities
from tradecrm.services.money.allocations import Allocate, allocate_items
from tradecrm.services.money.due_dates import change_due
from tradecrm.services.money.ledger import AR, REVENUE, NewItem, Part, Row, Source, TranchePart, add_item
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.standing import keep_item
from tradecrm.services.trade.contract_followers import contract_changed
from tradecrm.services.trade.departure_gates import date_papers, pass_gates
from tradecrm.services.trade.gates import contracts_of
from tradecrm.services.trade.purchase_receipts import receive_direct
from tradecrm.services.trade.shipments import SHIPPABLE
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class DepartShipment:
    """The goods have left on ``day`` (on-board date); ``rate`` None takes the middle rate of that day.

    ``deposits`` gives the share of each contract by hand where its policy says so: (contract id, amount).
    """

    shipment_id: int
    day: date
    bl_no: str = ""
    invoice_number: str = ""
    invoice_date: date | None = None
    rate: Decimal | None = None
    deposits: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class _Taken:
    """What an invoice takes of one receipt's deposit for one contract."""

    contract_id: int
    item_id: int
    amount: Decimal


@operation("shipment.write")
def depart_shipment(work: Work, command: DepartShipment) -> int:
    """Post the commercial invoice of a shipment with its receivable and revenue; answers the receivable's id."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    on_board = contracts_of(work, shipment.id)
    _check(work, command, shipment, on_board)
    sums = contract_amounts(work, shipment.id)
    contracts = [(contract, sums[contract.id]) for contract in on_board]
    with work.session.no_autoflush:  # Nothing read here hangs on what is set: the shipment is written once.
        letter = pass_gates(work, shipment, command.day)
        rate = _leave(work, command, shipment)
    taken = [part for pair in contracts for part in _deposit_of(work, command, shipment, *pair)]
    item = _post_invoice(work, shipment, rate, contracts, taken)
    for part in taken:
        work.add(
            Earmark(
                item_id=part.item_id,
                contract_id=part.contract_id,
                day=command.day,
                amount=-part.amount,
                applied=True,
            )
        )
    allocate_items(work, [Allocate(item.id, part.item_id, part.amount) for part in taken])
    _move_contracts(work, contracts)
    date_papers(work, shipment, letter)
    receive_direct(work, shipment)
    renew_terms(work, "shipment", shipment)
    return item.id


def _leave(work: Work, command: DepartShipment, shipment: Shipment) -> Decimal:
    """Mark the shipment as gone, with the number of its invoice, and answer the rate that the invoice is booked at."""
    number = command.invoice_number.strip() or work.number("invoice", command.day)
    if command.invoice_number.strip() and number_taken(work.session, "invoice", number):
        raise Refusal.of(_("There is already an invoice {number}.").format(number=number), "invoice_number")
    rate = rate_for(work, RateType.MID, shipment.currency, command.day, manual=command.rate).rate
    shipment.departed_on = command.day
    shipment.bl_no = command.bl_no or shipment.bl_no
    shipment.invoice_date = command.invoice_date or command.day
    shipment.invoice_number = number
    shipment.recognition_rate = rate
    shipment.status = "departed"
    shipment.updated_at = work.now
    return rate


def _check(
    work: Work, command: DepartShipment, shipment: Shipment, contracts: Sequence[SalesContract]
) -> None:
    """Refuse a shipment that has gone already or is void, and a day after today."""
    problems = []
    if shipment.status in GONE or shipment.status in {"void", "rolled"}:
        problems.append(
            Problem(
                "", _("{number} cannot leave: it has left already or is void.").format(number=shipment.number)
            )
        )
    if command.day > work.today:
        problems.append(Problem("day", _("What has happened cannot be dated after today.")))
    problems.extend(
        Problem(
            "",
            _("{number} cannot leave: contract {contract} is not in effect any more.").format(
                number=shipment.number, contract=contract.number
            ),
        )
        for contract in contracts
        if contract.status not in SHIPPABLE
    )
    if problems:
        raise Refusal(problems)


def _deposit_of(
    work: Work, command: DepartShipment, shipment: Shipment, contract: SalesContract, amount: Decimal
) -> list[_Taken]:
    """Answer what the invoice takes of a contract's deposits, oldest receipt first (sections 3.3 and 16.5)."""
    left = deposits_left(work, contract.id, command.day)
    available = sum((part.amount for part in left), ZERO)
    if available == 0:
        return []
    share = deposit_share(
        DepositPolicy(contract.deposit_policy),
        deposit=deposit_received(work, contract.id),
        left=available,
        invoice=amount,
        open_amount=amount,
        contract_total=contract.total,
        currency=shipment.currency,
        final=_is_final(work, contract),
        manual=dict(command.deposits).get(contract.id),
    )
    taken = []
    for part in left:
        use = min(share, part.amount)
        if use > 0:
            taken.append(_Taken(contract.id, part.item_id, use))
            share -= use
    return taken


def _is_final(work: Work, contract: SalesContract) -> bool:
    """Tell whether nothing of the contract is open once this shipment (already marked as gone) has left."""
    return all(
        shipped >= line.quantity - line.short_closed for line, shipped in shipped_lines(work, contract.id)
    )


def shipped_lines(work: Work, contract_id: int) -> list[tuple[ContractLine, Decimal]]:
    """Answer each line of a contract with the quantity that has left."""
    work.session.flush()
    gone = gone_quantities(work, contract_id)
    rows = work.session.scalars(
        select(ContractLine).where(ContractLine.contract_id == contract_id).order_by(ContractLine.position)
    )
    return [(row, gone.get(row.id, ZERO)) for row in rows]


def _post_invoice(
    work: Work,
    shipment: Shipment,
    rate: Decimal,
    contracts: list[tuple[SalesContract, Decimal]],
    taken: list[_Taken],
) -> Item:
    """Post the receivable with its tranches (policy A) and instalments against revenue."""
    tranches = _tranches(work, shipment, rate, taken)
    base_amount = sum((part.base_amount for part in tranches), ZERO)
    events = event_dates(shipment)
    holidays = banking_days(work)
    parts: list[Part] = []
    for contract, amount in contracts:
        assigned = sum((part.amount for part in taken if part.contract_id == contract.id), ZERO)
        known = {**events, Event.ORDER: contract.day}
        parts.extend(_parts(shipment, contract, amount, assigned, known, holidays))
    new = NewItem(
        side=AR,
        kind="INV",
        number=shipment.invoice_number or "",
        party_id=shipment.customer_id,
        day=shipment.departed_on or work.today,
        document_day=shipment.invoice_date,
        currency=shipment.currency,
        amount=shipment.total,
        rate=rate,
        base_amount=base_amount,
        contract_id=contracts[0][0].id if len(contracts) == 1 else None,
        shipment_id=shipment.id,
        owner_id=shipment.owner_id,
        parts=tuple(parts),
        tranches=tranches if len(tranches) > 1 else (),
    )
    revenue = Row(
        REVENUE,
        shipment.currency,
        -shipment.total,
        -base_amount,
        party_id=shipment.customer_id,
        contract_id=new.contract_id,
        shipment_id=shipment.id,
    )
    source = Source("shipment", shipment.id, shipment.invoice_number or "")
    return add_item(work, new, "invoice", source, (revenue,))


def _tranches(work: Work, shipment: Shipment, rate: Decimal, taken: list[_Taken]) -> tuple[TranchePart, ...]:
    """Answer the invoice's parts by rate: each deposit at its own carrying under policy A, the rest at ``rate``."""
    rest = shipment.total
    parts = []
    if work.settings.fx_policy == "A":
        for part in taken:
            receipt = work.session.get_one(Item, part.item_id)
            parts.append(
                TranchePart(part.amount, convert(part.amount, receipt.rate, work.base), part.item_id)
            )
            rest -= part.amount
    if rest != 0 or not parts:
        parts.append(TranchePart(rest, convert(rest, rate, work.base)))
    return tuple(parts)


def event_dates(shipment: Shipment) -> dict[Event, date]:
    """Answer the dates of the events of a shipment that have happened (section 3.2)."""
    known = {
        Event.BL: shipment.departed_on,
        Event.INVOICE: shipment.invoice_date,
        Event.BL_COPY: shipment.bl_copy_sent_on,
        Event.ARRIVAL: shipment.arrived_on,
        Event.PRESENT: shipment.presented_on,
        Event.SIGHT: shipment.sight_on,
        Event.ACCEPT: shipment.accepted_on,
    }
    return {event: day for event, day in known.items() if day is not None}


def _parts(
    shipment: Shipment,
    contract: SalesContract,
    amount: Decimal,
    assigned: Decimal,
    events: dict[Event, date],
    holidays: Holidays,
) -> list[Part]:
    """Answer the instalments of a contract's part of the invoice; a deposit share is due on the item date."""
    terms = decode_terms(contract.terms)
    day = shipment.departed_on or contract.day
    parts = []
    for instalment in split_invoice(amount, shipment.currency, terms, assigned):
        event = instalment.line.event
        due = (
            day
            if event in ADVANCE_EVENTS
            else due_date(instalment.line, events, method=terms.method, holidays=holidays)
        )
        known = None if due is None else max(day, events.get(event, day))
        term = encode_terms(PaymentTerms(terms.method, (instalment.line,)))
        if instalment.amount != 0:
            parts.append(Part(instalment.amount, term, due, known))
    return parts


def _move_contracts(work: Work, contracts: list[tuple[SalesContract, Decimal]]) -> None:
    """Set each contract to partly shipped or shipped by what has left."""
    for contract, _amount in contracts:
        contract.status = "shipped" if _is_final(work, contract) else "partly_shipped"
        contract.updated_at = work.now
        contract_changed(work, contract)


@dataclass(frozen=True, slots=True)
class SendBlCopy:
    """The copy of the bill of lading went to the customer on ``day``: the balance becomes due from then."""

    shipment_id: int
    day: date


@operation("shipment.write")
def send_bl_copy(work: Work, command: SendBlCopy) -> int:
    """Note the day and date the instalments that waited for it; answers how many were dated."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    if shipment.departed_on is None or command.day < shipment.departed_on:
        raise Refusal.of(_("The bill of lading is issued when the goods have left."), "day")
    if command.day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    shipment.bl_copy_sent_on = command.day
    shipment.updated_at = work.now
    return date_event(work, shipment, Event.BL_COPY.value, command.day)


def date_event(work: Work, shipment: Shipment, event: str, day: date) -> int:
    """Date the instalments of a shipment's invoice that wait for ``event``; answers how many."""
    item = work.session.scalars(
        select(Item).where(Item.shipment_id == shipment.id, Item.side == AR, Item.kind == "INV")
    ).first()
    if item is None:
        return 0
    count = 0
    holidays = banking_days(work)
    for part in work.session.scalars(select(Instalment).where(Instalment.item_id == item.id)):
        if not part.term:
            continue
        terms = decode_terms(part.term)
        line = terms.lines[0]
        if line.event.value == event:
            due = due_date(line, {line.event: day}, method=terms.method, holidays=holidays)
            change_due(work, part, max(day, item.day), due, event)
            count += 1
    keep_item(work, item)
    return count
