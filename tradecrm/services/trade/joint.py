"""Shipments that share a container because their invoices cannot be one (拼柜, domain.md sections 1.10 and 16.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.allocate import Basis, allocate
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import CostLine, Shipment, ShipmentLine
from tradecrm.services.figures.joint_profit import joint_shipments
from tradecrm.services.figures.line_profit import GoodsWeights, weights_of
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.trade.closing import demand_unclosed
from tradecrm.services.trade.costs import SaveCost, is_booked, write_cost
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
_TRANSPORT = ("forwarder_id", "carrier", "vessel", "voyage", "booking_no", "etd", "eta")
SHARED_BY = (Basis.VOLUME, Basis.VALUE, Basis.GROSS_WEIGHT, Basis.NET_WEIGHT, Basis.CHARGEABLE, Basis.CARTONS,
             Basis.QUANTITY, Basis.EQUAL)  # fmt: skip
"""What a cost may be shared over the shipments of a container by; the usual one first."""


@dataclass(frozen=True, slots=True)
class JoinShipments:
    """Two shipments to one customer that travel in the same container."""

    shipment_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class PartShipment:
    """A shipment that travels in a container of its own after all."""

    shipment_id: int


@dataclass(frozen=True, slots=True)
class ShareCost:
    """A cost of one shipment that is borne by all that share its container, by ``basis``."""

    cost_id: int
    basis: str


@operation("shipment.write")
def join_shipments(work: Work, command: JoinShipments) -> int:
    """Let two shipments share a container; answers how many share it now. What travels with them is taken along.

    Refused for shipments of different customers, for a void one, and for two that share it already.
    """
    first = work.get(Shipment, command.shipment_id, _("Shipment"))
    other = work.get(Shipment, command.other_id, _("Shipment"))
    problem = _cannot_join(first, other)
    if problem:
        raise Refusal.of(problem, "other")
    members = {each.id: each for one in (first, other) for each in joint_shipments(work, one.id)}
    mark_joint(work, list(members.values()))
    for member in members.values():
        for name in _TRANSPORT:
            if member is not first and not getattr(member, name) and member.departed_on is None:
                setattr(member, name, getattr(first, name))
    return len(members)


def _cannot_join(first: Shipment, other: Shipment) -> str:
    numbers = {"first": first.number, "other": other.number}
    if first.id == other.id or (first.joint_id is not None and first.joint_id == other.joint_id):
        return _("{first} and {other} share a container already.").format(**numbers)
    if first.customer_id != other.customer_id:
        return _("{first} and {other} go to different customers; each has its own container.").format(
            **numbers
        )
    if "void" in (first.status, other.status):
        return _("{first} or {other} is void and travels nowhere.").format(**numbers)
    return ""


def mark_joint(work: Work, members: Sequence[Shipment]) -> None:
    """Note that shipments share a container: each names the first of them; one alone shares none."""
    key = min(each.id for each in members) if len(members) > 1 else None
    for each in members:
        each.joint_id = key
        each.updated_at = work.now
    work.session.flush()


@operation("shipment.write")
def part_shipment(work: Work, command: PartShipment) -> None:
    """Take a shipment out of the container it shares; refused where it shares none."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    others = [each for each in joint_shipments(work, shipment.id) if each.id != shipment.id]
    if shipment.joint_id is None:
        raise Refusal.of(_("{number} shares its container with no other.").format(number=shipment.number))
    mark_joint(work, (shipment,))
    mark_joint(work, others)


@operation("shipment.write")
def share_cost(work: Work, command: ShareCost) -> int:
    """Share an unbilled cost over the shipments of its container; answers on how many it stands now (2.6, 16.8).

    Each has its part in the money of the cost at its rate; the parts sum to it. Refused for a cost with its bill,
    a purchase, a cost of one line, a shipment that shares no container or is closed, and a basis that is empty.
    """
    line = work.get(CostLine, command.cost_id, _("Cost line"))
    members = joint_shipments(work, line.shipment_id or 0)
    _check_shareable(line, members, command.basis)
    for member in members:
        demand_unclosed(work, member.id)
    parts = allocate(line.amount, _weights(work, members, Basis(command.basis)), line.currency)
    bases = allocate(line.base_amount, parts, work.base) if any(parts) else parts
    for member, part, base in zip(members, parts, bases, strict=True):
        if member.id == line.shipment_id:
            line.amount, line.base_amount = part, base
            line.updated_at = work.now
        elif part:
            write_cost(work, _part(line, member, part)).base_amount = base
    work.session.flush()
    return sum(1 for part in parts if part)


def _check_shareable(line: CostLine, members: Sequence[Shipment], basis: str) -> None:
    problems = []
    if is_booked(line):
        problems.append(
            Problem("", _("This cost has its bill and cannot be edited; enter a correcting line instead."))
        )
    if line.category == "PUR" or line.shipment_line_id is not None:
        problems.append(Problem("", _("This cost is for certain goods, so it is not shared.")))
    if len(members) < 2:
        words = _("{number} shares its container with no other.")
        problems.append(Problem("", words.format(number=members[0].number)))
    if basis not in SHARED_BY:
        problems.append(Problem("basis", _("Choose what the cost is shared by.")))
    if problems:
        raise Refusal(problems)


def _part(line: CostLine, member: Shipment, amount: Decimal) -> SaveCost:
    return SaveCost(
        shipment_id=member.id,
        category=line.category,
        currency=line.currency,
        amount=amount,
        status=line.status,
        party_id=line.party_id,
        rate=line.rate,
        description=line.description,
        basis="" if line.basis == Basis.MANUAL.value else line.basis,
    )


def _weights(reader: Reader, members: Sequence[Shipment], basis: Basis) -> tuple[Decimal, ...]:
    """Answer what each shipment weighs under a basis; value in base money, for their currencies differ."""
    found = []
    for member in members:
        sums = reader.session.execute(
            select(
                func.sum(ShipmentLine.quantity),
                func.sum(ShipmentLine.net_weight),
                func.sum(ShipmentLine.gross_weight),
                func.sum(ShipmentLine.volume),
                func.sum(ShipmentLine.cartons),
            ).where(ShipmentLine.shipment_id == member.id)
        ).one()
        pieces, net, gross, volume, cartons = (value or ZERO for value in sums)
        value = shipment_profit(reader, member.id).result.revenue if basis is Basis.VALUE else ZERO
        found.append(
            GoodsWeights(member.id, 0, member.number, "", value, pieces, net, gross, volume, int(cartons))
        )
    return weights_of(found, basis, members[0].mode, reader.settings.divisors)
