"""What the papers of a shipment are drawn from: invoice, packing list, advice, instruction, customs, origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import func, select

from tradecrm.core.errors import NotFound, TradeError
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
from tradecrm.services.trade.agreed_prices import AgreedGoods, Sold
from tradecrm.services.trade.paper_parts import (
    BankFacts,
    Frame,
    Frames,
    PartyFacts,
    banks_facts,
    one_party,
    only,
    parties_facts,
)
from tradecrm.services.work import Reader, not_found

LOADED = frozenset({"loaded", "declared", "departed", "arrived", "delivered", "closed"})
"""States in which the quantities on board are final: what is loaded wins over what was planned (1.10)."""


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """Goods on board: price and amount in the invoice's currency, weights in kg, volume in cubic meters.

    ``amount`` contains ``adjusted``, the line's part of the discount or charge on its whole contract.
    """

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
    adjusted: Decimal = Decimal(0)


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
    adjustment_rate: Decimal | None = None
    adjustment_text: str = ""


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
    return only(shipments_facts(reader, (shipment_id,), paper), shipment_id)


def shipments_facts(
    reader: Reader, ids: Sequence[int], paper: str = "invoice"
) -> dict[int, ShipmentFacts | TradeError]:
    """Answer what a paper of many shipments shows, or why one cannot be printed; NotAllowed to see or print."""
    reader.actor.demand("shipment.read")
    records = reader.get_all(Shipment, ids)
    goods = _Goods(reader, paper, records)
    found: dict[int, ShipmentFacts | TradeError] = {}
    for key in ids:
        if key not in records:
            found[key] = not_found(_("Shipment"), key)
            continue
        try:
            found[key] = goods.facts(records[key])
        except NotFound as error:
            found[key] = error
    return found


class _Goods:
    """What the papers of many shipments show beside the shipments themselves, read once for all of them."""

    def __init__(self, reader: Reader, paper: str, records: Mapping[int, Shipment]) -> None:
        ids, shipments = list(records), records.values()
        self._contracts = _contracts(reader, ids)
        first = {key: found[0] for key, found in self._contracts.items()}
        self._contact = {key: contract.contact_id for key, (contract, _share) in first.items()}
        self._account = {key: contract.bank_account_id for key, (contract, _share) in first.items()}
        self._parties = parties_facts(
            reader,
            [
                *((each.customer_id, self._contact.get(each.id)) for each in shipments),
                *((each.forwarder_id, None) for each in shipments if each.forwarder_id is not None),
            ],
        )
        self._banks = banks_facts(reader, self._account.values())
        self._frames = Frames(reader, paper, (each.customer_id for each in shipments))
        self._lines = _lines(reader, ids)
        self._containers = _containers(reader, ids)
        self._costs = _costs(reader, ids)
        self._numbers = _document_numbers(reader, ids)
        self._credits = reader.get_all(LetterOfCredit, (each.credit_id or 0 for each in shipments))

    def facts(self, shipment: Shipment) -> ShipmentFacts:
        """Answer the facts of one shipment; NotFound when the actor may not see a part of them."""
        key = shipment.id
        contracts = tuple(share for _contract, share in self._contracts.get(key, ()))
        marks = shipment.marks or "\n".join(dict.fromkeys(each.marks for each in contracts if each.marks))
        costs = self._costs.get(key, {})
        return ShipmentFacts(
            **{name: getattr(shipment, name) for name in _SAME},
            invoice_number=shipment.invoice_number or "",
            invoice_date=shipment.invoice_date or shipment.departed_on or shipment.day,
            fob_usd=shipment.customs_fob_usd,
            marks=marks,
            buyer=one_party(self._parties, shipment.customer_id, self._contact.get(key)),
            forwarder=None
            if shipment.forwarder_id is None
            else one_party(self._parties, shipment.forwarder_id),
            lines=tuple(self._lines.get(key, ())),
            containers=tuple(self._containers.get(key, ())),
            contracts=contracts,
            credit=self._credit(shipment.credit_id),
            bank=self._banks.get(self._account.get(key)),
            frame=self._frames.of(shipment.customer_id, draft=shipment.status not in LOADED),
            freight=_sums(costs.get("FRT", {})),
            insurance=_sums(costs.get("INS", {})),
            document_numbers=tuple(self._numbers.get(key, ())),
        )

    def _credit(self, credit_id: int | None) -> CreditFacts | None:
        if credit_id is None:
            return None
        credit = self._credits.get(credit_id)
        if credit is None:
            raise not_found(_("Letter of credit"), credit_id)
        return CreditFacts(**{name: getattr(credit, name) for name in CreditFacts.__dataclass_fields__})


def _lines(reader: Reader, ids: Sequence[int]) -> dict[int, list[ShippedLine]]:
    line, sold = ShipmentLine, ContractLine
    empty = func.coalesce
    rows = reader.session.execute(
        select(
            line.shipment_id,
            sold.contract_id,
            sold.id,
            SalesContract.currency,
            Shipment.departed_on,
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
            line.adjusted,
        )
        .join(sold, sold.id == line.contract_line_id)
        .join(SalesContract, SalesContract.id == line.contract_id)
        .join(Shipment, Shipment.id == line.shipment_id)
        .outerjoin(Product, Product.id == sold.product_id)
        .where(line.shipment_id.in_(ids))
        .order_by(line.shipment_id, line.position)
    ).all()
    agreed = AgreedGoods(reader, (row[1] for row in rows))

    def as_sold(goods: Sold, shown: ShippedLine) -> ShippedLine:
        then = agreed.of(goods)
        return shown if then is None else replace(shown, **{name: getattr(then, name) for name in _AGREED})

    found = []
    for key, contract, line_id, currency, left_on, *values in rows:
        shown = ShippedLine(*values)
        priced = shown.amount - shown.adjusted
        goods = Sold(key, contract, line_id, currency, shown.quantity, priced, left_on)
        found.append((key, as_sold(goods, shown)))
    return _by_shipment(found)


_AGREED = ("item_no", "description_en", "description_cn", "specification", "hs_code", "price", "discount")
"""What of a line an amendment may change after goods of it have left."""

Value = TypeVar("Value")


def _by_shipment(pairs: Iterable[tuple[int, Value]]) -> dict[int, list[Value]]:
    found: dict[int, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _contracts(reader: Reader, ids: Sequence[int]) -> dict[int, list[tuple[SalesContract, ContractShare]]]:
    """Answer the contracts with goods on board of each shipment, in the order of its lines."""
    pairs = reader.session.execute(
        select(ShipmentLine.shipment_id, ShipmentLine.contract_id)
        .where(ShipmentLine.shipment_id.in_(ids))
        .group_by(ShipmentLine.shipment_id, ShipmentLine.contract_id)
        .order_by(ShipmentLine.shipment_id, func.min(ShipmentLine.position))
    ).all()
    contracts = reader.get_all(SalesContract, (contract for _key, contract in pairs))
    proformas: dict[int | None, str] = {}
    for contract_id, number in reader.session.execute(
        select(Proforma.contract_id, Proforma.number)
        .where(Proforma.contract_id.in_(list(contracts)))
        .order_by(Proforma.id.desc())
    ):
        proformas.setdefault(contract_id, number)
    return _by_shipment(
        (key, (contracts[each], _share(contracts[each], proformas.get(each) or "")))
        for key, each in pairs
        if each in contracts
    )


def _share(contract: SalesContract, proforma: str) -> ContractShare:
    return ContractShare(
        contract.number,
        contract.customer_po,
        proforma,
        contract.incoterm,
        contract.incoterm_place,
        contract.terms,
        contract.marks,
        contract.packing,
        contract.insurance_clause,
        contract.signatory,
        contract.port_of_loading,
        contract.port_of_discharge,
        contract.adjustment_rate,
        contract.adjustment_text,
    )


def _containers(reader: Reader, ids: Sequence[int]) -> dict[int, list[ContainerFacts]]:
    rows = reader.session.execute(
        select(Container.shipment_id, Container.kind, Container.number, Container.seal)
        .where(Container.shipment_id.in_(ids))
        .order_by(Container.shipment_id, Container.position)
    )
    return _by_shipment((key, ContainerFacts(*values)) for key, *values in rows)


def _costs(reader: Reader, ids: Sequence[int]) -> dict[int, dict[str, dict[str, Decimal]]]:
    """Answer freight and insurance of each shipment by currency, as customs ask for them."""
    found: dict[int, dict[str, dict[str, Decimal]]] = {}
    rows = reader.session.execute(
        select(CostLine.shipment_id, CostLine.category, CostLine.currency, CostLine.amount).where(
            CostLine.shipment_id.in_(ids), CostLine.category.in_(("FRT", "INS"))
        )
    )
    for key, category, currency, amount in rows:
        sums = found.setdefault(key or 0, {}).setdefault(category, {})
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    return found


def _sums(costs: Mapping[str, Decimal]) -> tuple[tuple[Decimal, str], ...]:
    return tuple((amount, currency) for currency, amount in sorted(costs.items()))


def _document_numbers(reader: Reader, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Answer the numbers written on the document checklist of each shipment, by kind of document."""
    rows = reader.session.execute(
        select(ShipmentDocument.shipment_id, ShipmentDocument.kind, ShipmentDocument.number)
        .where(ShipmentDocument.shipment_id.in_(ids), ShipmentDocument.number != "")
        .order_by(ShipmentDocument.id)
    )
    return _by_shipment((key, (kind, number)) for key, kind, number in rows)


def factory_names(reader: Reader) -> tuple[str, ...]:
    """Answer the names of all factories the actor may see, which never stand on a customer's paper (10.1)."""
    rows = reader.session.execute(
        select(Party.name, Party.name_local).where(Party.is_supplier.is_(True), Party.is_customer.is_(False))
    )
    return tuple(sorted({name for row in rows for name in row if name}))
