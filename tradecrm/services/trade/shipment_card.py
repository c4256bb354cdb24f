"""A shipment as its page shows it: goods with what is open, costs, its chain, and what departing would post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tradecrm.core.adjusting import SharedLine
from tradecrm.core.costs import UNBILLED
from tradecrm.core.errors import RateMissing
from tradecrm.core.money import convert
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import ContractLine, CostLine, Estimate, Party, SalesContract, Shipment, ShipmentLine
from tradecrm.services.figures.deposits import deposit_left
from tradecrm.services.figures.quantities import (
    contract_amounts,
    taken_shares,
)
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.agency import contracts_of, exported_by
from tradecrm.services.trade.contract_card import ChainPart, papers_of
from tradecrm.services.trade.deposit_shares import deposit_taken
from tradecrm.services.trade.revenue import RevenueEvent, revenue_event
from tradecrm.services.trade.sale_papers import PACKING
from tradecrm.services.trade.shipments import SHIPPABLE
from tradecrm.services.work import Reader

ZERO = Decimal(0)
HEAD = (
    "number",
    "day",
    "status",
    "customer_id",
    "currency",
    "mode",
    "forwarder_id",
    "carrier",
    "vessel",
    "voyage",
    "booking_no",
    "bl_no",
    "port_of_loading",
    "port_of_discharge",
    "etd",
    "eta",
    "departed_on",
    "arrived_on",
    "bl_copy_sent_on",
    "invoice_number",
    "recognition_rate",
    "tax_regime",
    "total",
    "remarks",
    "joint_id",
)


@dataclass(frozen=True, slots=True)
class Goods:
    """A contract line that may be shipped: ``most`` is ordered and tolerance, ``taken`` on other shipments (1.4).

    ``shared`` is its share of a discount on the whole contract, and what other shipments take of that.
    """

    line_id: int
    contract_id: int
    contract: str
    customer_id: int
    currency: str
    position: int
    item_no: str
    description_en: str
    description_cn: str
    unit: str
    price: Decimal
    discount: Decimal
    ordered: Decimal
    most: Decimal
    taken: Decimal
    shared: SharedLine
    packing: dict[str, Decimal | None]

    @property
    def open(self) -> Decimal:
        """Answer what is still to be put on a shipment, without tolerance."""
        return max(ZERO, self.ordered - self.taken)


@dataclass(frozen=True, slots=True)
class ShipmentCard:
    """A shipment as its form edits it; ``goods`` pairs each contract line with the quantity on board.

    ``mixed`` are the contract lines without a carton of their own.
    """

    id: int
    version: int
    customer_code: str
    customer: str
    forwarder: str
    invoice_item: int | None
    values: dict[str, Any]
    goods: tuple[tuple[Goods, Decimal], ...]
    unbilled: int
    purchases_missing: bool
    estimates: int
    mixed: frozenset[int]


def _goods(reader: Reader, statement: Any, *, but: int | None = None) -> list[Goods]:
    """Answer the goods of selected (contract line, contract) rows, with what other shipments take."""
    rows = reader.session.execute(statement).all()
    taken = taken_shares(reader, [line.id for line, _contract in rows], but=but)
    none = (ZERO, ZERO)
    return [
        Goods(
            line.id,
            contract.id,
            contract.number,
            contract.customer_id,
            contract.currency,
            line.position,
            line.item_no,
            line.description_en,
            line.description_cn,
            line.unit,
            line.price,
            line.discount,
            line.quantity - line.short_closed,
            line.quantity * (1 + contract.tolerance_over),
            taken.get(line.id, none)[0],
            SharedLine(line.quantity, line.adjusted, *taken.get(line.id, none)),
            {name: getattr(line, name) for name in PACKING},
        )
        for line, contract in rows
    ]


def shipment_card(reader: Reader, shipment_id: int) -> ShipmentCard:
    """Answer one shipment; raises NotFound."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    customer = reader.session.execute(
        select(Party.code, Party.name).where(Party.id == shipment.customer_id)
    ).one_or_none()
    forwarder = None
    if shipment.forwarder_id is not None:
        forwarder = reader.session.scalar(select(Party.name).where(Party.id == shipment.forwarder_id))
    rows = reader.session.execute(
        select(ShipmentLine.contract_line_id, ShipmentLine.quantity, ShipmentLine.cartons)
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(ShipmentLine.position)
    ).all()
    quantities = {line: quantity for line, quantity, _cartons in rows}
    statement = (
        select(ContractLine, SalesContract)
        .join(SalesContract, SalesContract.id == ContractLine.contract_id)
        .where(ContractLine.id.in_(list(quantities)))
    )
    goods = {one.line_id: one for one in _goods(reader, statement, but=shipment_id)}
    invoices, _receipts = papers_of(reader, [shipment_id], [])
    return ShipmentCard(
        shipment.id,
        shipment.version,
        "" if customer is None else customer[0],
        "" if customer is None else customer[1],
        forwarder or "",
        int(str(invoices[0].link.param("id"))) if invoices else None,
        {key: getattr(shipment, key) for key in HEAD},
        tuple((goods[key], quantity) for key, quantity in quantities.items() if key in goods),
        *_costs_left(reader, shipment_id),
        mixed=frozenset(line for line, _quantity, cartons in rows if not cartons),
    )


def _costs_left(reader: Reader, shipment_id: int) -> tuple[int, bool, int]:
    """Answer how many costs wait for a bill, whether purchases can be drafted, how many estimates were kept."""
    costs = reader.session.execute(
        select(CostLine.shipment_line_id, CostLine.status).where(CostLine.shipment_id == shipment_id)
    ).all()
    bought = {row.shipment_line_id for row in costs}
    wanted = reader.session.scalars(
        select(ShipmentLine.id)
        .join(ContractLine, ContractLine.id == ShipmentLine.contract_line_id)
        .where(ShipmentLine.shipment_id == shipment_id, ContractLine.cost.is_not(None))
    )
    kept = reader.session.scalar(
        select(func.count()).select_from(Estimate).where(Estimate.shipment_id == shipment_id)
    )
    waiting = sum(1 for row in costs if row.status in UNBILLED)
    return waiting, any(line not in bought for line in wanted), kept or 0


def open_goods(
    reader: Reader, *, contract_id: int | None = None, customer_id: int | None = None, but: int | None = None
) -> tuple[Goods, ...]:
    """Answer the lines of contracts in force with something open, of a contract or of a customer."""
    statement = (
        select(ContractLine, SalesContract)
        .join(SalesContract, SalesContract.id == ContractLine.contract_id)
        .where(SalesContract.status.in_(sorted(SHIPPABLE)))
        .order_by(SalesContract.day, SalesContract.id, ContractLine.position)
    )
    if contract_id is not None:
        statement = statement.where(SalesContract.id == contract_id)
    if customer_id is not None:
        statement = statement.where(SalesContract.customer_id == customer_id)
    return tuple(one for one in _goods(reader, statement.limit(500), but=but) if one.open > 0)


@dataclass(frozen=True, slots=True)
class ContractChoice:
    """A contract in force in a picker, with what a new shipment takes over from it."""

    id: int
    number: str
    customer_id: int
    customer_code: str
    customer: str
    currency: str
    total: Decimal
    port_of_loading: str
    port_of_discharge: str


def shippable_contracts(
    reader: Reader, text: str = "", customer_id: int | None = None, limit: int = 20
) -> tuple[ContractChoice, ...]:
    """Answer contracts in force whose number or customer holds ``text``, newest first."""
    from tradecrm.services.data.list_filters import like_pattern

    statement = (
        select(SalesContract, Party.code, Party.name)
        .outerjoin(Party, Party.id == SalesContract.customer_id)
        .where(SalesContract.status.in_(sorted(SHIPPABLE)))
        .order_by(SalesContract.day.desc(), SalesContract.id.desc())
        .limit(limit)
    )
    if text.strip():
        pattern = like_pattern(text.strip())
        statement = statement.where(
            SalesContract.number.ilike(pattern, escape="\\")
            | Party.name.ilike(pattern, escape="\\")
            | Party.name_local.ilike(pattern, escape="\\")
        )
    if customer_id is not None:
        statement = statement.where(SalesContract.customer_id == customer_id)
    return tuple(_choice(row, code, name) for row, code, name in reader.session.execute(statement))


def contract_choice(reader: Reader, contract_id: int) -> ContractChoice:
    """Answer one contract as a new shipment takes it over; raises NotFound."""
    contract = reader.get(SalesContract, contract_id, _("Contract"))
    found = reader.session.execute(
        select(Party.code, Party.name).where(Party.id == contract.customer_id)
    ).one_or_none()
    return _choice(contract, *(("", "") if found is None else (found[0], found[1])))


def _choice(row: SalesContract, code: str | None, name: str | None) -> ContractChoice:
    return ContractChoice(
        row.id,
        row.number,
        row.customer_id,
        code or "",
        name or "",
        row.currency,
        row.total,
        row.port_of_loading,
        row.port_of_discharge,
    )


def shipment_chain(reader: Reader, shipment_id: int) -> tuple[ChainPart, ...]:
    """Answer the contracts a shipment comes from, itself, its invoice, and the receipts for it."""
    from tradecrm.core.links import Link

    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    ids = select(ShipmentLine.contract_id).where(ShipmentLine.shipment_id == shipment_id)
    contracts = reader.session.execute(
        select(SalesContract.id, SalesContract.number)
        .where(SalesContract.id.in_(ids))
        .order_by(SalesContract.id)
    ).all()
    invoices, receipts = papers_of(reader, [shipment_id], [row.id for row in contracts])
    return (
        *(ChainPart("contract", row.number, Link.to("contract", id=row.id)) for row in contracts),
        ChainPart("shipment", shipment.number, Link.to("shipment", id=shipment.id)),
        *invoices,
        *receipts,
    )


@dataclass(frozen=True, slots=True)
class DepositTaken:
    """What the invoice of a shipment would take of a contract's deposit; ``why`` says what stands against it."""

    contract: str
    left: Decimal
    share: Decimal
    why: str = ""


@dataclass(frozen=True, slots=True)
class Departure:
    """What departing on a day would post: rate (None: no middle rate on that day), revenue, deposits, balance.

    ``on_delivery`` tells that nothing is posted before the delivery (D rules, section 1.3).
    """

    number: str
    day: date
    currency: str
    total: Decimal
    rate: Decimal | None
    rate_note: str
    deposits: tuple[DepositTaken, ...]
    balance: Decimal
    balance_base: Decimal | None
    on_delivery: bool = False


def departure(reader: Reader, shipment_id: int, day: date, rate: Decimal | None = None) -> Departure:
    """Answer what `depart_shipment` on ``day`` would post, before anything is posted (sections 2.1 and 3.3)."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    later = revenue_event(reader, contracts_of(reader, shipment_id)) is RevenueEvent.DELIVERED
    if later:
        note = _("Revenue and receivable are booked on delivery; until then the goods are in transit.")
        return Departure(
            shipment.number,
            day,
            shipment.currency,
            shipment.total,
            None,
            note,
            (),
            shipment.total,
            None,
            later,
        )
    found, note = rate, ""
    if found is None:
        try:
            table = rate_for(reader, RateType.MID, shipment.currency, day)
            found = table.rate
            if table.day != day:
                note = _("rate of {day}").format(day=table.day.isoformat())
        except RateMissing as missing:
            note = str(missing)
    amounts = contract_amounts(reader, shipment_id)
    contracts = reader.session.scalars(
        select(SalesContract).where(SalesContract.id.in_(list(amounts))).order_by(SalesContract.id)
    )
    deposits = tuple(_taken(reader, shipment, row, amounts[row.id], day) for row in contracts)
    balance = shipment.total - sum((part.share for part in deposits), ZERO)
    return Departure(
        shipment.number,
        day,
        shipment.currency,
        shipment.total,
        found,
        note,
        tuple(part for part in deposits if part.left or part.why),
        balance,
        None if found is None else convert(balance, found, reader.base),
    )


def _taken(
    reader: Reader, shipment: Shipment, contract: SalesContract, amount: Decimal, day: date
) -> DepositTaken:
    left = deposit_left(reader, contract.id, day)
    if left == 0:
        return DepositTaken(contract.number, ZERO, ZERO)
    try:
        share = deposit_taken(reader, shipment, contract, amount, left)
    except Refusal as refusal:
        return DepositTaken(contract.number, left, ZERO, str(refusal))
    return DepositTaken(contract.number, left, min(share, left))


@dataclass(frozen=True, slots=True)
class ShippingData:
    """What the papers of a shipment need beside its goods, and how its rebate and B/L stand.

    ``by_agent`` tells that an agent exports for the firm, whose certificate the rebate needs (section 1.10).
    """

    bl_no: str
    bl_type: str
    bl_released_on: date | None
    broker_id: int | None
    broker: str
    declaration_no: str
    export_date: date | None
    consignee: str
    notify_party: str
    marks: str
    rebate_state: str
    no_further_bill: bool
    agency_certificate: str
    agency_certified_on: date | None
    by_agent: bool
    mode: str


def shipping_data(reader: Reader, shipment_id: int) -> ShippingData:
    """Answer the shipping data of one shipment; raises NotFound."""
    row = reader.get(Shipment, shipment_id, _("Shipment"))
    broker = None
    if row.broker_id is not None:
        broker = reader.session.scalar(select(Party.name).where(Party.id == row.broker_id))
    return ShippingData(
        row.bl_no,
        row.bl_type,
        row.bl_released_on,
        row.broker_id,
        broker or "",
        row.declaration_no,
        row.export_date,
        row.consignee,
        row.notify_party,
        row.marks,
        row.rebate_state,
        row.no_further_bill,
        row.agency_certificate,
        row.agency_certified_on,
        exported_by(reader, row.id) is not None,
        row.mode,
    )
