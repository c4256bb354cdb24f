"""What the papers of a shipment are drawn from: invoice, packing list, advice, instruction, customs, origin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from tradecrm.core.text import _
from tradecrm.models import (
    Container,
    ContractLine,
    CostLine,
    LetterOfCredit,
    Party,
    Product,
    Proforma,
    SalesContract,
    Shipment,
    ShipmentDocument,
    ShipmentLine,
)
from tradecrm.services.trade.paper_parts import (
    BankFacts,
    Frame,
    PartyFacts,
    bank_facts,
    frame_facts,
    party_facts,
)
from tradecrm.services.work import Reader

LOADED = frozenset({"loaded", "declared", "departed", "arrived", "delivered", "closed"})
"""States in which the quantities on board are final: what is loaded wins over what was planned (1.10)."""


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """Goods on board: price and amount in the invoice's currency, weights in kg, volume in cubic meters."""

    contract: str
    item_no: str
    description_en: str
    description_cn: str
    specification: str
    hs_code: str
    unit: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    amount: Decimal
    per_carton: Decimal | None
    cartons: int
    net_weight: Decimal
    gross_weight: Decimal
    volume: Decimal
    declared_name: str
    declared_elements: str
    statutory_unit: str
    origin: str
    product_hs_code: str


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """A container on the papers: its type, number and seal."""

    kind: str
    number: str
    seal: str


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """The letter of credit (信用证) that the papers are presented under."""

    number: str
    issued_on: date | None
    issuing_bank: str
    beneficiary: str
    goods: str
    marks: str
    currency: str
    amount: Decimal
    tolerance_over: Decimal
    expires_on: date
    latest_shipment: date | None
    port_of_loading: str
    port_of_discharge: str


@dataclass(frozen=True, slots=True)
class ContractShare:
    """A contract with goods on board, with what its papers say."""

    number: str
    customer_po: str
    proforma: str
    incoterm: str
    incoterm_place: str
    terms: str
    marks: str
    packing: str
    insurance: str
    signatory: str
    port_of_loading: str
    port_of_discharge: str


@dataclass(frozen=True, slots=True)
class ShipmentFacts:
    """A shipment with all that its papers show (domain.md section 10.1, columns CI, PL, SA, customs data).

    ``freight`` and ``insurance`` are (amount, currency) pairs for customs; a cost or a factory is not here.
    """

    id: int
    number: str
    invoice_number: str
    invoice_date: date
    status: str
    currency: str
    total: Decimal
    customer_id: int
    mode: str
    carrier: str
    vessel: str
    voyage: str
    booking_no: str
    bl_no: str
    bl_type: str
    port_of_loading: str
    port_of_discharge: str
    etd: date | None
    eta: date | None
    departed_on: date | None
    consignee: str
    notify_party: str
    marks: str
    remarks: str
    declaration_no: str
    export_date: date | None
    fob_usd: Decimal | None
    container_plan: str
    buyer: PartyFacts
    forwarder: PartyFacts | None
    lines: tuple[ShippedLine, ...]
    containers: tuple[ContainerFacts, ...]
    contracts: tuple[ContractShare, ...]
    credit: CreditFacts | None
    bank: BankFacts | None
    frame: Frame
    freight: tuple[tuple[Decimal, str], ...] = ()
    insurance: tuple[tuple[Decimal, str], ...] = ()
    document_numbers: tuple[tuple[str, str], ...] = ()

    @property
    def loaded(self) -> bool:
        """Tell whether quantities are final; before that every paper is a draft."""
        return self.status in LOADED


_SAME = (
    "id",
    "number",
    "status",
    "currency",
    "total",
    "customer_id",
    "mode",
    "carrier",
    "vessel",
    "voyage",
    "booking_no",
    "bl_no",
    "bl_type",
    "port_of_loading",
    "port_of_discharge",
    "etd",
    "eta",
    "departed_on",
    "consignee",
    "notify_party",
    "remarks",
    "declaration_no",
    "export_date",
    "container_plan",
)


def shipment_facts(reader: Reader, shipment_id: int, paper: str = "invoice") -> ShipmentFacts:
    """Answer what the papers of a shipment show; NotFound when the actor may not see it, NotAllowed to print."""
    reader.actor.demand("shipment.read")
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    contracts = _contracts(reader, shipment_id)
    first = contracts[0][0] if contracts else None
    marks = shipment.marks or "\n".join(dict.fromkeys(each.marks for _key, each in contracts if each.marks))
    account, contact = _account(reader, first)
    return ShipmentFacts(
        **{name: getattr(shipment, name) for name in _SAME},
        invoice_number=shipment.invoice_number or "",
        invoice_date=shipment.invoice_date or shipment.departed_on or shipment.day,
        fob_usd=shipment.customs_fob_usd,
        marks=marks,
        buyer=party_facts(reader, shipment.customer_id, contact),
        forwarder=_forwarder(reader, shipment.forwarder_id),
        lines=_lines(reader, shipment_id),
        containers=_containers(reader, shipment_id),
        contracts=tuple(each for _key, each in contracts),
        credit=_credit(reader, shipment.credit_id),
        bank=bank_facts(reader, account),
        frame=frame_facts(reader, paper, shipment.customer_id, draft=shipment.status not in LOADED),
        freight=_costs(reader, shipment_id, "FRT"),
        insurance=_costs(reader, shipment_id, "INS"),
        document_numbers=_document_numbers(reader, shipment_id),
    )


def _lines(reader: Reader, shipment_id: int) -> tuple[ShippedLine, ...]:
    line, sold = ShipmentLine, ContractLine
    empty = func.coalesce
    rows = reader.session.execute(
        select(
            SalesContract.number,
            sold.item_no,
            sold.description_en,
            sold.description_cn,
            sold.specification,
            sold.hs_code,
            sold.unit,
            line.quantity,
            sold.price,
            sold.discount,
            line.amount,
            sold.per_carton,
            line.cartons,
            line.net_weight,
            line.gross_weight,
            line.volume,
            empty(Product.declared_name, ""),
            empty(Product.declared_elements, ""),
            empty(Product.statutory_unit, ""),
            empty(Product.origin, ""),
            empty(Product.hs_code, ""),
        )
        .join(sold, sold.id == line.contract_line_id)
        .join(SalesContract, SalesContract.id == line.contract_id)
        .outerjoin(Product, Product.id == sold.product_id)
        .where(line.shipment_id == shipment_id)
        .order_by(line.position)
    )
    found: Iterable[Any] = rows
    return tuple(ShippedLine(*row) for row in found)


def _contracts(reader: Reader, shipment_id: int) -> list[tuple[int, ContractShare]]:
    """Answer the contracts with goods on board, in the order of the lines."""
    found = []
    rows = reader.session.scalars(
        select(SalesContract)
        .join(ShipmentLine, ShipmentLine.contract_id == SalesContract.id)
        .where(ShipmentLine.shipment_id == shipment_id)
        .group_by(SalesContract.id)
        .order_by(func.min(ShipmentLine.position))
    )
    for contract in rows:
        proforma = reader.session.scalars(
            select(Proforma.number).where(Proforma.contract_id == contract.id).order_by(Proforma.id.desc())
        ).first()
        share = ContractShare(
            contract.number,
            contract.customer_po,
            proforma or "",
            contract.incoterm,
            contract.incoterm_place,
            contract.terms,
            contract.marks,
            contract.packing,
            contract.insurance_clause,
            contract.signatory,
            contract.port_of_loading,
            contract.port_of_discharge,
        )
        found.append((contract.id, share))
    return found


def _account(reader: Reader, contract_id: int | None) -> tuple[int | None, int | None]:
    """Answer the account and the contact of the first contract."""
    row = reader.session.execute(
        select(SalesContract.bank_account_id, SalesContract.contact_id).where(
            SalesContract.id == (contract_id or 0)
        )
    ).first()
    return (None, None) if row is None else (row[0], row[1])


def _forwarder(reader: Reader, party_id: int | None) -> PartyFacts | None:
    return None if party_id is None else party_facts(reader, party_id)


def _containers(reader: Reader, shipment_id: int) -> tuple[ContainerFacts, ...]:
    rows = reader.session.execute(
        select(Container.kind, Container.number, Container.seal)
        .where(Container.shipment_id == shipment_id)
        .order_by(Container.position)
    )
    return tuple(ContainerFacts(*row) for row in rows)


def _credit(reader: Reader, credit_id: int | None) -> CreditFacts | None:
    if credit_id is None:
        return None
    credit = reader.get(LetterOfCredit, credit_id, _("Letter of credit"))
    names = CreditFacts.__dataclass_fields__
    values: dict[str, Any] = {name: getattr(credit, name) for name in names}
    return CreditFacts(**values)


def _costs(reader: Reader, shipment_id: int, category: str) -> tuple[tuple[Decimal, str], ...]:
    """Answer the sum of a cost by currency, as customs ask for it."""
    sums: dict[str, Decimal] = {}
    for currency, amount in reader.session.execute(
        select(CostLine.currency, CostLine.amount).where(
            CostLine.shipment_id == shipment_id, CostLine.category == category
        )
    ):
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    return tuple((amount, currency) for currency, amount in sorted(sums.items()))


def _document_numbers(reader: Reader, shipment_id: int) -> tuple[tuple[str, str], ...]:
    """Answer the numbers written on the document checklist, by kind of document."""
    rows = reader.session.execute(
        select(ShipmentDocument.kind, ShipmentDocument.number)
        .where(ShipmentDocument.shipment_id == shipment_id, ShipmentDocument.number != "")
        .order_by(ShipmentDocument.id)
    )
    return tuple((kind, number) for kind, number in rows)


def factory_names(reader: Reader) -> tuple[str, ...]:
    """Answer the names of all factories the actor may see, which never stand on a customer's paper (10.1)."""
    rows = reader.session.execute(
        select(Party.name, Party.name_local).where(Party.is_supplier.is_(True), Party.is_customer.is_(False))
    )
    return tuple(sorted({name for row in rows for name in row if name}))
