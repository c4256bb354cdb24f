"""The cross-check of a shipment's papers, from what the book holds (domain.md section 10.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.crosscheck import (
    CheckedContract,
    CheckedCredit,
    CheckedLine,
    CheckedLoad,
    CheckedPaper,
    CheckedShipment,
)
from tradecrm.core.text import _
from tradecrm.models import Container, ContractLine, SalesContract, Shipment, ShipmentDocument, ShipmentLine
from tradecrm.services.figures.drawings import drawing_of
from tradecrm.services.figures.quantities import taken_quantities
from tradecrm.services.trade.letters import letter_of
from tradecrm.services.trade.paper_shipment import (
    ShipmentFacts,
    ShippedLine,
    factory_names,
)
from tradecrm.services.trade.presentations import deadline_of
from tradecrm.services.work import Reader


def checked_shipment(reader: Reader, facts: ShipmentFacts) -> CheckedShipment:
    """Answer what is compared: the facts of the papers with the contracts, the products and the L/C behind them."""
    firm = facts.frame.firm
    shares = [(each.packing, each.insurance) for each in facts.contracts]
    return CheckedShipment(
        currency=facts.currency,
        total=facts.total,
        seller=(firm.company_name, firm.company_name_local),
        buyer=facts.buyer.name,
        consignee=facts.consignee,
        marks=facts.marks,
        port_of_loading=facts.port_of_loading,
        port_of_discharge=facts.port_of_discharge,
        departed_on=facts.departed_on,
        invoice_date=facts.invoice_date,
        lines=_lines(reader, facts),
        contracts=tuple(
            CheckedContract(
                each.number,
                each.incoterm,
                each.incoterm_place,
                each.marks,
                each.port_of_loading,
                each.port_of_discharge,
            )
            for each in facts.contracts
        ),
        credit=_credit(reader, facts),
        printed=(
            facts.marks,
            facts.consignee,
            facts.notify_party,
            *(text for pair in shares for text in pair),
            *(text for line in facts.lines for text in _texts(line)),
        ),
        factories=factory_names(reader),
        papers=_papers(reader, facts.id),
        loads=_loads(reader, facts.id),
        present_by=_present_by(reader, facts),
    )


def _papers(reader: Reader, shipment_id: int) -> tuple[CheckedPaper, ...]:
    rows = reader.session.execute(
        select(ShipmentDocument.title, ShipmentDocument.kind, ShipmentDocument.issued_on)
        .where(
            ShipmentDocument.shipment_id == shipment_id,
            ShipmentDocument.issued_on.is_not(None),
            # Sending notes what was not issued before as issued that day: it says nothing of the paper's date.
            ShipmentDocument.sent_on.is_(None) | (ShipmentDocument.sent_on != ShipmentDocument.issued_on),
        )
        .order_by(ShipmentDocument.id)
    )
    return tuple(CheckedPaper(_(title), kind, day) for title, kind, day in rows if day is not None)


def _loads(reader: Reader, shipment_id: int) -> tuple[CheckedLoad, ...]:
    """Answer what the containers hold together, once packages or weights were entered for all of them."""
    boxes = reader.session.execute(
        select(Container.packages, Container.gross_weight).where(Container.shipment_id == shipment_id)
    ).all()
    packages = [row.packages for row in boxes]
    weights = [row.gross_weight for row in boxes]
    if not boxes or not (all(packages) or all(weights)):
        return ()
    return (
        CheckedLoad(
            _("Containers"),
            sum(packages) if all(packages) else None,
            sum(weights, Decimal(0)) if all(weights) else None,
        ),
    )


def _present_by(reader: Reader, facts: ShipmentFacts) -> date | None:
    """Answer the last day to present under the letter of credit, None without one or before departure."""
    shipment = reader.get(Shipment, facts.id, _("Shipment"))
    letter = letter_of(reader, shipment)
    return None if letter is None else deadline_of(reader, shipment, letter)


def _texts(line: ShippedLine) -> tuple[str, ...]:
    return line.description_en, line.description_cn, line.specification


def _lines(reader: Reader, facts: ShipmentFacts) -> tuple[CheckedLine, ...]:
    rows = reader.session.execute(
        select(ContractLine.id, ContractLine.quantity, SalesContract.tolerance_over)
        .join(ShipmentLine, ShipmentLine.contract_line_id == ContractLine.id)
        .join(SalesContract, SalesContract.id == ContractLine.contract_id)
        .where(ShipmentLine.shipment_id == facts.id)
        .order_by(ShipmentLine.position)
    ).all()
    taken = taken_quantities(reader, [row[0] for row in rows])
    return tuple(
        CheckedLine(
            line.item_no or line.description_en or line.description_cn,
            line.description_en,
            line.quantity,
            line.price,
            line.discount,
            line.amount,
            line.per_carton,
            line.cartons,
            line.net_weight,
            line.gross_weight,
            line.volume,
            line.hs_code,
            line.product_hs_code,
            ordered * (1 + over),
            taken.get(key, line.quantity),
            line.adjusted,
        )
        for line, (key, ordered, over) in zip(facts.lines, rows, strict=True)
    )


def _credit(reader: Reader, facts: ShipmentFacts) -> CheckedCredit | None:
    credit = facts.credit
    if credit is None:
        return None
    return CheckedCredit(
        credit.number,
        credit.currency,
        credit.amount * (1 + credit.tolerance_over),
        credit.beneficiary,
        credit.goods,
        credit.marks,
        credit.port_of_loading,
        credit.port_of_discharge,
        credit.latest_shipment,
        credit.expires_on,
        drawing_of(reader, facts.id),
    )
