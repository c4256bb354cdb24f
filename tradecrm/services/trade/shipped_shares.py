"""What shipments take of a contract's prices and discount, and what an amendment does to them (1.3, 2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.adjusting import Priced, SharedLine, shipped_share
from tradecrm.core.checklist import Paper
from tradecrm.core.money import format_money, line_amount
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import N_, _
from tradecrm.models import (
    ContractLine,
    IssuedPaper,
    SalesContract,
    Shipment,
    ShipmentDocument,
    ShipmentLine,
)
from tradecrm.services.control.approval_people import for_the_firm, sight_of_firm
from tradecrm.services.figures.quantities import GONE, fixed_shares, taken_shares
from tradecrm.services.trade.contracts import SaveContract, priced_lines
from tradecrm.services.trade.releases import void_outgrown
from tradecrm.services.work import Reader, Work

ZERO = Decimal(0)


def price_goods(
    work: Work, shipment: Shipment, goods: Sequence[tuple[ShipmentLine, ContractLine]]
) -> Decimal:
    """Write amount and share of each line of a shipment and answer its total, in the shipment's currency."""
    taken = taken_shares(work, [line.id for _row, line in goods], but=shipment.id)
    total = ZERO
    for row, line in goods:
        others = taken.get(line.id, (ZERO, ZERO))
        shared = SharedLine(line.quantity, line.adjusted, *others)
        row.adjusted = shipped_share(shared, row.quantity, shipment.currency)
        plain = line_amount(row.quantity, line.price, shipment.currency, line.discount)
        row.amount = plain + row.adjusted
        total += row.amount
    return total


def amended_prices(reader: Reader, contract: SalesContract, new: SaveContract) -> Priced:
    """Answer the amounts of an amended contract; what was invoiced of its discount stays as it was.

    Lines that have left or were invoiced in full keep their share. Raises Refusal where the goods still to go
    cannot bear the rest.
    """
    gone = fixed_shares(reader, contract.id, _invoiced(reader, contract.id))
    left = {
        place: gone[line.id]
        for place, line in enumerate(new.lines)
        if line.id is not None and line.id in gone
    }
    kept = {place: adjusted for place, (much, adjusted) in left.items() if much >= new.lines[place].quantity}
    prices = priced_lines(new, kept)
    problems = []
    for place, (much, adjusted) in left.items():
        line = new.lines[place]
        if place in kept:
            continue
        still = line_amount(line.quantity - much, line.price, new.currency, line.discount)
        rest = prices.shares[place] - adjusted
        if still + rest < 0:
            words = _(
                "{goods}: goods for {amount} are still to go; they cannot bear a discount of {discount}. "
                "Give it by a credit note instead."
            )
            told = words.format(
                goods=line.item_no or line.description_en,
                amount=format_money(still, new.currency),
                discount=format_money(-rest, new.currency),
            )
            problems.append(Problem("adjustment", told))
    if problems:
        raise Refusal(problems)
    return prices


def carry_prices(work: Work, contract: SalesContract) -> None:
    """Let the shipments of a contract that have not left take its prices and discount as they are now.

    They take the discount in the order they were planned; what has left stays as it was invoiced, and so does what
    went out on an invoice or was declared before (section 1.3): a sentence says so. Every change of an amount is
    told, and a release that it outgrows is void.
    """
    with for_the_firm(work) as firm:
        invoiced = _invoiced(firm, contract.id)
        taken = fixed_shares(firm, contract.id, invoiced)
        kept: dict[int, tuple[Shipment, str]] = {}
        changed: dict[int, tuple[Shipment, Decimal]] = {}
        for row, line, shipment in _planned(firm, contract.id):
            if shipment.id in invoiced:
                plain = line_amount(row.quantity, line.price, shipment.currency, line.discount)
                if row.amount != plain + row.adjusted:
                    kept[shipment.id] = (shipment, invoiced[shipment.id])
                continue
            before = shipment.total
            if _price_anew(row, line, shipment, taken):
                changed.setdefault(shipment.id, (shipment, before))
                shipment.updated_at = firm.now
        for shipment, before in changed.values():
            _tell_carried(firm, shipment, before)
        for shipment, words in kept.values():
            firm.warn(
                _(words).format(
                    number=shipment.number, amount=format_money(shipment.total, shipment.currency)
                )
            )


def _planned(reader: Reader, contract_id: int) -> Sequence[tuple[ShipmentLine, ContractLine, Shipment]]:
    """Answer the goods of a contract on shipments that have not left, in the order they were planned."""
    rows = reader.session.execute(
        select(ShipmentLine, ContractLine, Shipment)
        .join(ContractLine, ContractLine.id == ShipmentLine.contract_line_id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(ShipmentLine.contract_id == contract_id, Shipment.status.not_in(sorted(GONE | {"void"})))
        .order_by(Shipment.id, ShipmentLine.position)
    )
    return [(row, line, shipment) for row, line, shipment in rows]


def _price_anew(
    row: ShipmentLine, line: ContractLine, shipment: Shipment, taken: dict[int, tuple[Decimal, Decimal]]
) -> bool:
    """Write amount and share of a planned line and the shipment's total; tell whether anything changed."""
    much, adjusted = taken.get(line.id, (ZERO, ZERO))
    shared = SharedLine(line.quantity, line.adjusted, much, adjusted)
    share = shipped_share(shared, row.quantity, shipment.currency)
    taken[line.id] = (much + row.quantity, adjusted + share)
    amount = line_amount(row.quantity, line.price, shipment.currency, line.discount) + share
    if (amount, share) == (row.amount, row.adjusted):
        return False
    shipment.total += amount - row.amount
    row.amount, row.adjusted = amount, share
    return True


def _tell_carried(work: Work, shipment: Shipment, before: Decimal) -> None:
    if shipment.total == before:
        return
    words = _("{number} is not shipped yet and takes the new prices: {amount} instead of {before}.")
    work.warn(
        words.format(
            number=shipment.number,
            amount=format_money(shipment.total, shipment.currency),
            before=format_money(before, shipment.currency),
        )
    )
    void_outgrown(work, shipment)


def _invoiced(reader: Reader, contract_id: int) -> dict[int, str]:
    """Answer the planned shipments of a contract that bind what they cost, each with the sentence that says why.

    Their invoice went out and was not taken back to be amended, or they were declared at the customs.
    """
    lines = select(ShipmentLine.shipment_id).where(ShipmentLine.contract_id == contract_id)
    waiting = (Shipment.id.in_(lines), Shipment.status.not_in(sorted(GONE | {"void"})))
    with sight_of_firm(reader):
        papers = reader.session.execute(
            select(Shipment.id, Shipment.status, ShipmentDocument.status)
            .outerjoin(
                ShipmentDocument,
                (ShipmentDocument.shipment_id == Shipment.id)
                & (ShipmentDocument.kind == Paper.INVOICE.value),
            )
            .where(*waiting)
        ).all()
        filed = set(
            reader.session.scalars(
                select(IssuedPaper.subject_id).where(
                    IssuedPaper.subject_kind == "shipment",
                    IssuedPaper.kind == "invoice",
                    IssuedPaper.subject_id.in_(lines),
                )
            )
        )
    amended = {key for key, _status, paper in papers if paper == "amended"}
    out = {key for key, _status, paper in papers if paper in _OUT} | (filed - amended)
    return {
        key: _DECLARED if status == "declared" else _INVOICED
        for key, status, _paper in papers
        if status == "declared" or key in out
    }


_OUT = ("issued", "sent")
_INVOICED = N_(
    "{number} keeps {amount}: its commercial invoice went out before the amendment. Mark the invoice as amended and "
    "save the shipment again, and it takes the new prices."
)
_DECLARED = N_(
    "{number} keeps {amount}: it was declared to the customs before the amendment. Have the declaration corrected and "
    "save the shipment again, and it takes the new prices."
)
