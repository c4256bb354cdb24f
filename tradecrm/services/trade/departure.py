"""Departure of a shipment: revenue and receivable are posted, deposits applied (sections 1.3, 2.1, 3.2, 3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.terms import Event, decode_terms, due_date
from tradecrm.core.text import _
from tradecrm.core.ways import issued_after_leaving
from tradecrm.models import (
    Instalment,
    Item,
    SalesContract,
    Shipment,
)
from tradecrm.services.control.holidays import banking_days
from tradecrm.services.data.search_own import renew_terms
from tradecrm.services.figures.numbers import number_taken
from tradecrm.services.figures.quantities import GONE
from tradecrm.services.money.due_dates import change_due
from tradecrm.services.money.ledger import AR
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.standing import keep_item
from tradecrm.services.trade.agency import contracts_of
from tradecrm.services.trade.contract_followers import contract_changed
from tradecrm.services.trade.departure_gates import date_papers, pass_gates
from tradecrm.services.trade.deposit_shares import all_gone
from tradecrm.services.trade.export_vat import follow_export_vat
from tradecrm.services.trade.purchase_receipts import receive_direct
from tradecrm.services.trade.revenue import (
    RevenueEvent,
    event_day,
    recognize,
    revenue_event,
)
from tradecrm.services.trade.shipments import SHIPPABLE
from tradecrm.services.trade.transit import settle_transit
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


@operation("shipment.write")
def depart_shipment(work: Work, command: DepartShipment) -> int:
    """Let a shipment leave: its commercial invoice, receivable and revenue; answers the receivable's id.

    0 where revenue comes with delivery: until then the goods are in transit (section 1.3).
    """
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    on_board = contracts_of(work, shipment.id)
    _check(work, command, shipment, on_board)
    event = revenue_event(work, on_board)
    item = 0
    with work.session.no_autoflush:  # Nothing read here hangs on what is set: the shipment is written once.
        letter = pass_gates(work, shipment, on_board, command.day)
        rate = _leave(work, command, shipment, event)
    if shipment.recognized_on is not None and rate is not None:
        item = recognize(work, shipment, on_board, shipment.recognized_on, rate, command.deposits)
    else:
        settle_transit(work, shipment, command.day)
    _move_contracts(work, on_board)
    date_papers(work, shipment, letter)
    receive_direct(work, shipment)
    follow_export_vat(work, shipment)
    renew_terms(work, "shipment", shipment)
    return item


def _leave(work: Work, command: DepartShipment, shipment: Shipment, event: RevenueEvent) -> Decimal | None:
    """Mark the shipment as gone, with the number of its invoice; answers the rate that the revenue is booked at.

    None while the revenue event has not happened.
    """
    number = command.invoice_number.strip() or work.number("invoice", command.day)
    if command.invoice_number.strip() and number_taken(work.session, "invoice", number):
        raise Refusal.of(_("There is already an invoice {number}.").format(number=number), "invoice_number")
    shipment.departed_on = command.day
    shipment.bl_no = command.bl_no or shipment.bl_no
    shipment.invoice_date = command.invoice_date or command.day
    shipment.invoice_number = number
    day = shipment.recognized_on = event_day(shipment, event)
    rate = None
    if day is not None:
        rate = rate_for(work, RateType.MID, shipment.currency, day, manual=command.rate).rate
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


def _move_contracts(work: Work, contracts: Sequence[SalesContract]) -> None:
    """Set each contract to partly shipped or shipped by what has left."""
    for contract in contracts:
        contract.status = "shipped" if all_gone(work, contract.id) else "partly_shipped"
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
        raise Refusal.of(_(issued_after_leaving(shipment.mode)), "day")
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
