"""The cost lines of a shipment as its page shows them, and one of them as its form edits it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, select

from tradecrm.core.costs import BILLED
from tradecrm.core.errors import RateMissing
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import ContractLine, CostLine, Party, Person, Shipment, ShipmentLine
from tradecrm.services.kept_words import cost_words
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.contract_card import budget_rates
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class CostCard:
    """A cost line: amounts in its currency and in base; ``goods`` names the shipment line of a purchase.

    ``joint`` tells that its shipment shares a container with others (section 16.8), ``closed`` that its result stands.
    """

    id: int
    version: int
    shipment_id: int
    shipment: str
    category: str
    description: str
    party_id: int | None
    party: str
    currency: str
    amount: Decimal
    rate: Decimal
    base_amount: Decimal
    status: str
    bill_number: str
    bill_date: date | None
    item_id: int | None
    receipt_id: int | None
    shipment_line_id: int | None
    goods: str
    vat_rate: Decimal | None
    rebate_rate: Decimal | None
    net_amount: Decimal | None
    rebate: Decimal
    basis: str
    manual_parts: str
    recharged: bool
    joint: bool
    closed: bool

    @property
    def billed(self) -> bool:
        """Tell whether the cost is in the ledger, by a bill, a receipt or a claim, and so cannot be edited."""
        return self.status in BILLED


def _cards(reader: Reader, *conditions: ColumnElement[bool]) -> tuple[CostCard, ...]:
    rows = reader.session.execute(
        select(
            CostLine,
            Shipment.number,
            Shipment.joint_id,
            Shipment.status,
            Party.name,
            ContractLine.description_en,
        )
        .join(Shipment, Shipment.id == CostLine.shipment_id)
        .outerjoin(Party, Party.id == CostLine.party_id)
        .outerjoin(ShipmentLine, ShipmentLine.id == CostLine.shipment_line_id)
        .outerjoin(ContractLine, ContractLine.id == ShipmentLine.contract_line_id)
        .where(*conditions)
        .order_by(CostLine.id)
    )
    return tuple(
        CostCard(
            shipment=number,
            joint=joint is not None,
            closed=state == "closed",
            party=party or "",
            goods=goods or "",
            description=cost_words(line.description),
            **{name: getattr(line, name) for name in _COLUMNS},
        )
        for line, number, joint, state, party, goods in rows
    )


_MADE = frozenset({"shipment", "joint", "closed", "party", "goods", "description"})
_COLUMNS = tuple(field.name for field in fields(CostCard) if field.name not in _MADE)


def shipment_costs(reader: Reader, shipment_id: int) -> tuple[CostCard, ...]:
    """Answer the cost lines of a shipment in order of entry."""
    return _cards(reader, CostLine.shipment_id == shipment_id)


def cost_card(reader: Reader, cost_id: int) -> CostCard:
    """Answer one cost line; raises NotFound."""
    reader.get(CostLine, cost_id, _("Cost line"))
    return _cards(reader, CostLine.id == cost_id)[0]


@dataclass(frozen=True, slots=True)
class CostStart:
    """What a new cost of a shipment begins with: how it travels, its money, and rates of estimate by currency.

    ``owner`` is its salesperson.
    """

    shipment_id: int
    shipment: str
    currency: str
    base: str
    forwarder_id: int | None
    forwarder: str
    rates: dict[str, Decimal]
    mode: str
    owner: str


def cost_start(reader: Reader, shipment_id: int) -> CostStart:
    """Answer what a new cost of a shipment begins with; raises NotFound."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    name = None
    if shipment.forwarder_id is not None:
        name = reader.session.scalar(select(Party.name).where(Party.id == shipment.forwarder_id))
    return CostStart(
        shipment.id,
        shipment.number,
        shipment.currency,
        reader.base,
        shipment.forwarder_id,
        name or "",
        budget_rates(reader, shipment.departed_on or reader.today),
        shipment.mode,
        reader.session.scalar(select(Person.name).where(Person.id == shipment.owner_id)) or "",
    )


def bill_rate(reader: Reader, currency: str, day: date) -> Decimal | None:
    """Answer the selling rate a bill of that day is booked at; None when the table has none."""
    try:
        return rate_for(reader, RateType.SELL, currency, day).rate
    except RateMissing:
        return None
