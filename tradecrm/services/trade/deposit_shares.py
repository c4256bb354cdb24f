"""What a shipment's invoice takes of the deposits of its contracts, before it leaves and when it is booked (3.3)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, bindparam, select

from tradecrm.core.deposits import DepositPolicy, asked_before, deposit_share
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import ADVANCE_EVENTS, Event, decode_terms
from tradecrm.models import ContractLine, SalesContract, Shipment
from tradecrm.services.figures.deposits import deposit_left, deposit_received
from tradecrm.services.figures.quantities import GONE, gone_quantities, on_board, shipped_amount, unrecognized
from tradecrm.services.work import Reader

ZERO = Decimal(0)


def deposit_taken(
    reader: Reader,
    shipment: Shipment,
    contract: SalesContract,
    amount: Decimal,
    left: Decimal,
    by_hand: Decimal | None = None,
) -> Decimal:
    """Answer what an invoice with ``amount`` of a contract takes of the ``left`` deposit, in their currency.

    By the policy of the contract (section 3.3); ``by_hand`` is the share that MANUAL asks for. Raises Refusal as
    `deposit_share` does.
    """
    if left <= 0:
        return ZERO
    received = deposit_received(reader, contract.id)
    before = _paid_before(reader, shipment, contract, amount, received)
    return deposit_share(
        DepositPolicy(contract.deposit_policy),
        deposit=received if before is None else min(received, before.deposit),
        left=left,
        invoice=amount,
        open_amount=amount,
        contract_total=contract.total,
        currency=shipment.currency,
        final=_is_final(reader, shipment, contract.id),
        manual=by_hand,
        before=ZERO if before is None else before.own,
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """What terms that ask for money before each shipment make of it: the deposit, and what came for this one."""

    deposit: Decimal
    own: Decimal


def _paid_before(
    reader: Reader, shipment: Shipment, contract: SalesContract, amount: Decimal, received: Decimal
) -> _Before | None:
    """Answer what of the money received came for this shipment (出货前付款); None where terms ask for a deposit only.

    The deposit comes first, then what was asked for before each shipment, in the order in which they left.
    """
    terms = decode_terms(contract.terms)
    if all(line.event is not Event.BEFORE_SHIP for line in terms.lines):
        return None

    def asked(total: Decimal, event: Event) -> Decimal:
        return asked_before(min(total, contract.total), contract.currency, terms, event)

    gone = shipped_amount(reader, contract.id) - (amount if shipment.status in GONE else ZERO)
    earlier = asked(gone, Event.BEFORE_SHIP)
    deposit = asked(contract.total, Event.ORDER)
    due = asked(gone + amount, Event.BEFORE_SHIP) - earlier
    return _Before(deposit, max(ZERO, min(due, received - deposit - earlier)))


def deposit_assigned(reader: Reader, contract: SalesContract, amount: Decimal, taken: Decimal) -> Decimal:
    """Answer the part of a booked invoice that the terms want paid before the goods go, received or not (3.2).

    ``amount`` is the contract's part of the invoice, ``taken`` what it takes of deposits: never less than that.
    What is assigned and was not received is due on the item date.
    """
    terms = decode_terms(contract.terms)

    def asked(total: Decimal) -> Decimal:
        return asked_before(min(total, contract.total), contract.currency, terms, *ADVANCE_EVENTS)

    gone = shipped_amount(reader, contract.id)
    policy, whole = contract.deposit_policy, asked(contract.total)
    if policy == DepositPolicy.FIRST:
        due = whole - (gone - amount)
    elif policy == DepositPolicy.LAST:
        due = whole - max(ZERO, contract.total - gone)
    else:
        due = asked(gone) - asked(gone - amount)
    return max(taken, min(amount, due)) if policy != DepositPolicy.MANUAL else taken


def deposit_expected(
    reader: Reader, shipment: Shipment, contract: SalesContract, amount: Decimal, until: date
) -> Decimal:
    """Answer what the invoice of goods that are not booked yet will take of the deposit kept on ``until``.

    A share by hand is not known before: as much as the invoice can take is expected then.
    """
    left = deposit_left(reader, contract.id, until)
    if contract.deposit_policy == DepositPolicy.MANUAL.value:
        return min(amount, left)
    try:
        return deposit_taken(reader, shipment, contract, amount, left)
    except Refusal:
        return ZERO


def _is_final(reader: Reader, shipment: Shipment, contract_id: int) -> bool:
    """Tell whether nothing of a contract is open once the shipment has left, and no other waits for its revenue."""
    if unrecognized(reader, contract_id, but=shipment.id):
        return False
    going = {} if shipment.status in GONE else on_board(reader, shipment.id, contract_id)
    return _nothing_left(reader, contract_id, going)


def all_gone(reader: Reader, contract_id: int) -> bool:
    """Tell whether all that a contract did not close short has left."""
    return _nothing_left(reader, contract_id, {})


def _nothing_left(reader: Reader, contract_id: int, going: dict[int, Decimal]) -> bool:
    """Tell whether nothing is open of a contract after what has left and what is ``going``, by contract line."""
    reader.session.flush()
    gone = gone_quantities(reader, contract_id)
    rows = reader.session.scalars(_lines_of(), {"contract": contract_id})
    return all(
        gone.get(row.id, ZERO) + going.get(row.id, ZERO) >= row.quantity - row.short_closed for row in rows
    )


@functools.cache
def _lines_of() -> Select[ContractLine]:
    lines = select(ContractLine).where(ContractLine.contract_id == bindparam("contract"))
    return lines.order_by(ContractLine.position)
