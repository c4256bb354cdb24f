"""Closing (结案): what still stands against closing a shipment or a contract, and opening one again (section 1.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.money import format_money
from tradecrm.core.phrases import enumerated
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import N_, _, ngettext
from tradecrm.models import (
    ContractLine,
    CostLine,
    DeclarationLine,
    GoodsReceipt,
    GoodsReturn,
    GoodsReturnLine,
    Item,
    RebateClaim,
    RebateClaimLine,
    SalesContract,
    Shipment,
    ShipmentDocument,
    ShipmentLine,
)
from tradecrm.services.control.settings import APART
from tradecrm.services.figures.quantities import gone_quantities
from tradecrm.services.trade.checklist import DONE
from tradecrm.services.trade.contract_followers import contract_changed
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
_DAYS_AFTER_ARRIVAL = 30
REBATE_TITLES: tuple[tuple[str, str], ...] = (
    ("", N_("Not filed yet")),
    ("received", N_("Received")),
    ("refused", N_("Refused")),
    ("none", N_("Not applicable")),
)
_SETTLED = frozenset({"received", "refused", "none"})


def closing_gaps(reader: Reader, shipment_id: int) -> tuple[str, ...]:
    """Answer what stands against closing a shipment, a sentence for each (section 1.8); empty when it may close."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    gaps = [
        *_delivery_gap(reader, shipment),
        *_revenue_gap(shipment),
        *_paper_gaps(reader, shipment),
        *_money_gaps(reader, shipment),
        *_cost_gaps(reader, shipment),
        *_purchase_gaps(reader, shipment),
        *_return_gaps(reader, shipment),
    ]
    return tuple(gaps)


def _delivery_gap(reader: Reader, shipment: Shipment) -> list[str]:
    waited = (
        shipment.arrived_on is not None
        and shipment.arrived_on + timedelta(days=_DAYS_AFTER_ARRIVAL) <= reader.today
    )
    if shipment.status == "delivered" or waited:
        return []
    return [
        _("{number} is not delivered, and has not been at its port for {days} days.").format(
            number=shipment.number, days=_DAYS_AFTER_ARRIVAL
        )
    ]


def _revenue_gap(shipment: Shipment) -> list[str]:
    """Answer that the revenue still waits for the delivery that brings it (section 1.3)."""
    if shipment.recognized_on is not None or shipment.total == 0:
        return []
    return [
        _("The revenue of {number} comes with its delivery: note the delivery first.").format(
            number=shipment.number
        )
    ]


def _paper_gaps(reader: Reader, shipment: Shipment) -> list[str]:
    titles = reader.session.scalars(
        select(ShipmentDocument.title)
        .where(ShipmentDocument.shipment_id == shipment.id, ShipmentDocument.status.not_in(DONE))
        .order_by(ShipmentDocument.id)
    ).all()
    if not titles:
        return []
    names = ", ".join(_(title) for title in titles)
    return [_("Papers not sent yet: {names}.").format(names=names)]


def _money_gaps(reader: Reader, shipment: Shipment) -> list[str]:
    gaps = []
    rows = reader.session.execute(
        select(Item.side, Item.currency, func.sum(Item.open_amount))
        .where(Item.shipment_id == shipment.id, Item.open_amount != 0)
        .group_by(Item.side, Item.currency)
    ).all()
    for side, currency, amount in rows:
        if side == "AR":
            gaps.append(_("The customer still owes {amount}.").format(amount=format_money(amount, currency)))
        elif not shipment.no_further_bill:
            gaps.append(_("Bills of {amount} are not paid.").format(amount=format_money(amount, currency)))
    return gaps


def _cost_gaps(reader: Reader, shipment: Shipment) -> list[str]:
    gaps = []
    estimated = reader.session.scalar(
        select(func.count())
        .select_from(CostLine)
        .where(CostLine.shipment_id == shipment.id, CostLine.status == "estimated")
    )
    if estimated:
        gaps.append(
            ngettext(
                "{count} cost is still estimated.", "{count} costs are still estimated.", estimated
            ).format(count=estimated)
        )
    accrued = reader.session.scalar(
        select(func.count())
        .select_from(CostLine)
        .where(CostLine.shipment_id == shipment.id, CostLine.status == "accrued")
    )
    if accrued and not shipment.no_further_bill:
        gaps.append(
            ngettext("{count} bill has not come.", "{count} bills have not come.", accrued).format(
                count=accrued
            )
        )
    if shipment.rebate_state not in _SETTLED and _has_rebate(reader, shipment):
        gaps.append(_("The VAT rebate is neither received, refused nor marked as not applicable."))
    return gaps


def _purchase_gaps(reader: Reader, shipment: Shipment) -> list[str]:
    """Answer the goods that came from a factory and cost nothing yet: their bill was never entered (section 1.8)."""
    if shipment.no_further_bill:
        return []
    bought = select(CostLine.shipment_line_id).where(
        CostLine.shipment_id == shipment.id,
        CostLine.category == "PUR",
        CostLine.shipment_line_id.is_not(None),
    )
    goods = reader.session.scalars(
        select(ContractLine.description_en)
        .join(ShipmentLine, ShipmentLine.contract_line_id == ContractLine.id)
        .where(
            ShipmentLine.shipment_id == shipment.id,
            ShipmentLine.id.in_(
                select(GoodsReceipt.shipment_line_id).where(GoodsReceipt.shipment_line_id.is_not(None))
            ),
            ShipmentLine.id.not_in(bought),
        )
        .order_by(ShipmentLine.position)
    ).all()
    if not goods:
        return []
    words = _("The factory's bill is missing for {goods}; enter it from the purchase contract.")
    return [words.format(goods=enumerated(goods))]


def _return_gaps(reader: Reader, shipment: Shipment) -> list[str]:
    """Answer the returns whose rebate the tax office still waits for (section 1.10)."""
    numbers = reader.session.scalars(
        select(GoodsReturn.number)
        .join(GoodsReturnLine, GoodsReturnLine.return_id == GoodsReturn.id)
        .where(
            GoodsReturn.shipment_id == shipment.id,
            GoodsReturn.status == "received",
            GoodsReturn.repaid_on.is_(None),
            GoodsReturnLine.owed != 0,
        )
        .distinct()
        .order_by(GoodsReturn.number)
    )
    words = _("The rebate of {number} is not paid back to the tax office.")
    return [words.format(number=number) for number in numbers]


def _has_rebate(reader: Reader, shipment: Shipment) -> bool:
    statement = select(CostLine.id).where(CostLine.shipment_id == shipment.id, CostLine.rebate != 0).limit(1)
    return reader.session.scalar(statement) is not None


def close_shipment(work: Work, shipment: Shipment) -> None:
    """Refuse what stands against closing, each in a sentence; then close, and close contracts that are complete."""
    gaps = closing_gaps(work, shipment.id)
    if gaps:
        raise Refusal([Problem("", sentence) for sentence in gaps])
    shipment.closed_on = work.today
    shipment.status = "closed"
    work.session.flush()
    for contract in _contracts(work, shipment.id):
        if contract.status == "shipped" and not contract_gaps(work, contract.id):
            contract.status = "closed"
            contract.updated_at = work.now
            contract_changed(work, contract)


def _contracts(reader: Reader, shipment_id: int) -> Sequence[SalesContract]:
    ids = select(ShipmentLine.contract_id).where(ShipmentLine.shipment_id == shipment_id)
    return reader.session.scalars(select(SalesContract).where(SalesContract.id.in_(ids))).all()


def contract_gaps(reader: Reader, contract_id: int) -> tuple[str, ...]:
    """Answer what stands against closing a contract: lines that are open, shipments not closed (section 1.8)."""
    gone = gone_quantities(reader, contract_id)
    lines = reader.session.scalars(
        select(ContractLine).where(ContractLine.contract_id == contract_id).order_by(ContractLine.position)
    )
    gaps = [
        _("Line {position}: {open} {unit} are neither shipped nor closed short.").format(
            position=line.position,
            open=f"{(line.quantity - line.short_closed - gone.get(line.id, ZERO)).normalize():,f}",
            unit=line.unit,
        )
        for line in lines
        if gone.get(line.id, ZERO) < line.quantity - line.short_closed
    ]
    open_ones = reader.session.scalars(
        select(Shipment.number)
        .where(
            Shipment.id.in_(select(ShipmentLine.shipment_id).where(ShipmentLine.contract_id == contract_id)),
            Shipment.status.not_in(("closed", "void")),
        )
        .order_by(Shipment.number)
    ).all()
    if open_ones:
        gaps.append(_("Shipments not closed yet: {numbers}.").format(numbers=", ".join(open_ones)))
    return tuple(gaps)


def demand_closable(work: Work, contract: SalesContract) -> None:
    """Refuse to close a contract with open lines or shipments."""
    gaps = contract_gaps(work, contract.id)
    if gaps:
        raise Refusal([Problem("", sentence) for sentence in gaps])


def open_again(work: Work, shipment_id: int) -> None:
    """Open a closed shipment again, with the contracts that were closed by it; only an approved release may."""
    shipment = work.get(Shipment, shipment_id, _("Shipment"))
    if shipment.status != "closed":
        raise Refusal.of(_("{number} is not closed.").format(number=shipment.number))
    shipment.status = "delivered" if shipment.delivered_on is not None else "arrived"
    shipment.closed_on = None
    shipment.updated_at = work.now
    for contract in _contracts(work, shipment.id):
        if contract.status == "closed":
            contract.status = "shipped"
            contract.updated_at = work.now
            contract_changed(work, contract)


@dataclass(frozen=True, slots=True)
class MarkSettled:
    """What is said of a shipment's rebate (empty: still open), and whether further bills are expected."""

    shipment_id: int
    rebate_state: str
    no_further_bill: bool


@operation("shipment.write")
def mark_settled(work: Work, command: MarkSettled) -> None:
    """Note how the rebate ended and that no further bill is expected; a closed shipment is left as it is."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    if command.rebate_state not in dict(REBATE_TITLES):
        raise Refusal.of(_("Choose how the rebate ended."), "rebate_state")
    demand_unclosed(work, shipment.id)
    if command.rebate_state != shipment.rebate_state:
        _demand_no_claim(work, shipment)
    shipment.rebate_state = command.rebate_state
    shipment.no_further_bill = command.no_further_bill
    shipment.updated_at = work.now


def _demand_no_claim(work: Work, shipment: Shipment) -> None:
    """Refuse to say by hand how a rebate ended that a claim follows: the claim wins (section 1.8)."""
    number = work.session.scalars(
        select(RebateClaim.number)
        .join(RebateClaimLine, RebateClaimLine.claim_id == RebateClaim.id)
        .join(DeclarationLine, DeclarationLine.id == RebateClaimLine.declaration_line_id)
        .where(DeclarationLine.shipment_id == shipment.id)
    ).first()
    if number is not None:
        raise Refusal.of(
            _("The rebate of {number} is in claim {claim} and follows from it.").format(
                number=shipment.number, claim=number
            ),
            "rebate_state",
        )


def demand_unclosed(work: Work, shipment_id: int) -> None:
    """Refuse to change what a closed shipment's result is made of: closing freezes it (section 1.8)."""
    number = work.session.scalar(
        select(Shipment.number).where(Shipment.id == shipment_id, Shipment.status == "closed")
    )
    if number is not None:
        raise Refusal.of(
            _("{number} is closed and its result stands. Ask to reopen it first.").format(number=number)
        )


def is_late(work: Work, shipment_id: int) -> bool:
    """Tell whether a bill comes for a closed shipment and is booked apart, its result as it was (section 2.11).

    Refused where the firm reopens such a shipment instead.
    """
    if work.settings.late_bills != APART:
        demand_unclosed(work, shipment_id)
        return False
    state = work.session.scalar(select(Shipment.status).where(Shipment.id == shipment_id))
    return state == "closed"
