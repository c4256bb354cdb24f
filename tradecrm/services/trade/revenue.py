"""Recognizing the revenue of a shipment: receivable, deposits applied, tranches (sections 1.3, 2.1, 3.2, 3.3)."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tradecrm.core.agency import Agency
from tradecrm.core.carrying import Tranche, carrying_released
from tradecrm.core.dates import Holidays
from tradecrm.core.deposits import split_invoice
from tradecrm.core.money import convert
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import ADVANCE_EVENTS, Event, PaymentTerms, decode_terms, due_date, encode_terms
from tradecrm.core.text import _
from tradecrm.models import Earmark, Item, SalesContract, Shipment
from tradecrm.services.control.holidays import banking_days
from tradecrm.services.figures.debtors import debtor
from tradecrm.services.figures.deposits import deposits_left
from tradecrm.services.figures.quantities import amounts_on_board
from tradecrm.services.money.allocations import Allocate, allocate_items
from tradecrm.services.money.ledger import AP, AR, REVENUE, NewItem, Part, Row, Source, TranchePart, add_items
from tradecrm.services.trade.agency import fee_of, write_agent_fee
from tradecrm.services.trade.deposit_shares import deposit_assigned, deposit_taken
from tradecrm.services.trade.rebate_booking import deduction_rows
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)
DELIVERED_RULES = frozenset({"DAP", "DPU", "DDP"})
"""Rules under which the seller bears the risk to the named place: revenue comes with delivery (section 1.3)."""


class RevenueEvent(enum.StrEnum):
    """What dates revenue and receivable of a shipment: on board, invoice, export by customs, delivery."""

    ON_BOARD = "on_board"
    INVOICE = "invoice"
    EXPORT = "export"
    DELIVERED = "delivered"


def revenue_event(reader: Reader, contracts: Iterable[SalesContract]) -> RevenueEvent:
    """Answer what recognizes the revenue of a shipment of these contracts: delivery under D rules, else as set."""
    if any(contract.incoterm in DELIVERED_RULES for contract in contracts):
        return RevenueEvent.DELIVERED
    return RevenueEvent(reader.settings.revenue_event)


def event_day(shipment: Shipment, event: RevenueEvent) -> date | None:
    """Answer the day of a revenue event, None while it has not happened; refuses an export without its date."""
    if event is RevenueEvent.DELIVERED:
        return shipment.delivered_on
    if event is RevenueEvent.EXPORT:
        if shipment.export_date is None:
            raise Refusal.of(
                _("Enter the export date of the declaration of {number} first: it dates the revenue.").format(
                    number=shipment.number
                )
            )
        return shipment.export_date
    return shipment.invoice_date if event is RevenueEvent.INVOICE else shipment.departed_on


@dataclass(frozen=True, slots=True)
class _Taken:
    """What an invoice takes of one receipt's deposit for one contract."""

    contract_id: int
    item_id: int
    amount: Decimal


def recognize(
    work: Work,
    shipment: Shipment,
    contracts: Sequence[SalesContract],
    day: date,
    rate: Decimal,
    deposits: tuple[tuple[int, Decimal], ...] = (),
) -> int:
    """Post receivable and revenue of a shipment's invoice on ``day`` and apply deposits; answers the item's id.

    ``contracts`` are those with goods on board; ``deposits`` gives shares by hand: (contract id, amount).
    """
    sums = amounts_on_board(work, shipment, contracts)
    shares = [(contract, sums[contract.id]) for contract in contracts]
    by_hand = dict(deposits)
    taken = [
        part
        for contract, amount in shares
        for part in _deposit_of(work, shipment, contract, amount, by_hand.get(contract.id))
    ]
    item = _post_invoice(work, shipment, rate, shares, taken)
    for part in taken:
        work.add(
            Earmark(
                item_id=part.item_id, contract_id=part.contract_id, day=day, amount=-part.amount, applied=True
            )
        )
    allocate_items(work, [Allocate(item.id, part.item_id, part.amount) for part in taken])
    return item.id


def _deposit_of(
    work: Work, shipment: Shipment, contract: SalesContract, amount: Decimal, by_hand: Decimal | None
) -> list[_Taken]:
    """Answer what the invoice takes of a contract's deposits, oldest receipt first (sections 3.3 and 16.5)."""
    left = deposits_left(work, contract.id, shipment.recognized_on or work.today)
    available = sum((part.amount for part in left), ZERO)
    if available == 0:
        return []
    share = deposit_taken(work, shipment, contract, amount, available, by_hand)
    taken = []
    for part in left:
        use = min(share, part.amount)
        if use > 0:
            taken.append(_Taken(contract.id, part.item_id, use))
            share -= use
    return taken


def _post_invoice(
    work: Work,
    shipment: Shipment,
    rate: Decimal,
    contracts: list[tuple[SalesContract, Decimal]],
    taken: list[_Taken],
) -> Item:
    """Post the receivable with its tranches (policy A) and instalments against revenue, and the rebate (16.12)."""
    tranches = _tranches(work, shipment, rate, taken)
    base_amount = sum((part.base_amount for part in tranches), ZERO)
    events = event_dates(shipment)
    holidays = banking_days(work)
    parts: list[Part] = []
    for contract, amount in contracts:
        received = sum((part.amount for part in taken if part.contract_id == contract.id), ZERO)
        assigned = deposit_assigned(work, contract, amount, received)
        known = {**events, Event.ORDER: contract.day}
        parts.extend(_parts(shipment, contract, amount, assigned, known, holidays))
    new = NewItem(
        side=AR,
        kind="INV",
        number=shipment.invoice_number or "",
        party_id=debtor(contracts[0][0]),
        day=shipment.recognized_on or work.today,
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
    owed = _principals_part(work, new, contracts)
    revenue = Row(
        REVENUE,
        shipment.currency,
        -shipment.total + sum((each.amount for each in owed), ZERO),
        -base_amount + sum((each.base_amount for each in owed), ZERO),
        party_id=shipment.customer_id,
        contract_id=new.contract_id,
        shipment_id=shipment.id,
    )
    if contracts[0][0].agency == Agency.VIA_AGENT.value:
        write_agent_fee(work, shipment, contracts, rate)
    source = Source("shipment", shipment.id, shipment.invoice_number or "")
    return add_items(work, (new, *owed), "invoice", source, (revenue, *deduction_rows(work, shipment)))[0]


def _principals_part(
    work: Work, invoice: NewItem, contracts: list[tuple[SalesContract, Decimal]]
) -> tuple[NewItem, ...]:
    """Answer the payable to the principal whose goods the firm exports: the invoice less the fee (section 1.10).

    The fee is the firm's at the recognition rate; what a deposit was worth otherwise is the principal's.
    """
    first = contracts[0][0]
    if first.agency != Agency.AS_AGENT.value or first.agency_party_id is None:
        return ()
    fee = fee_of(contracts, invoice.currency)
    payable = replace(
        invoice,
        side=AP,
        party_id=first.agency_party_id,
        amount=invoice.amount - fee,
        base_amount=invoice.base_amount - convert(fee, invoice.rate, work.base),
        parts=(Part(invoice.amount - fee),),
        contract_id=None,
        tranches=(),
    )
    return (payable,)


def _tranches(work: Work, shipment: Shipment, rate: Decimal, taken: list[_Taken]) -> tuple[TranchePart, ...]:
    """Answer the invoice's parts by rate: each deposit at its own carrying under policy A, the rest at ``rate``."""
    rest = shipment.total
    parts = []
    if work.settings.fx_policy == "A":
        parts = _at_own_carrying(work, taken)
        rest -= sum((part.amount for part in taken), ZERO)
    if rest != 0 or not parts:
        parts.append(TranchePart(rest, convert(rest, rate, work.base)))
    return tuple(parts)


def _at_own_carrying(work: Work, taken: list[_Taken]) -> list[TranchePart]:
    """Answer the deposit parts at what their receipts are carried at, to the cent that applying them releases (3.5)."""
    carried: dict[int, Tranche] = {}
    parts = []
    for part in taken:
        held = carried.get(part.item_id) or _carrying(work.session.get_one(Item, part.item_id))
        base = carrying_released(held, part.amount, work.base)
        carried[part.item_id] = replace(
            held, open_amount=held.open_amount - part.amount, open_base=held.open_base - base
        )
        parts.append(TranchePart(part.amount, base, part.item_id))
    return parts


def _carrying(receipt: Item) -> Tranche:
    return Tranche(
        abs(receipt.amount), abs(receipt.base_amount), abs(receipt.open_amount), abs(receipt.open_base)
    )


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
    day = shipment.recognized_on or contract.day
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
