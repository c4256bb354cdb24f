"""What the papers of a sale are drawn from: quotation, proforma invoice, sales contract."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.text import _
from tradecrm.models import (
    ContractLine,
    Inquiry,
    Product,
    Proforma,
    ProformaLine,
    Quotation,
    QuotationLine,
    SalesContract,
)
from tradecrm.services.control.approval_cards import pending_request
from tradecrm.services.trade.paper_parts import (
    BankFacts,
    Frame,
    PartyFacts,
    bank_facts,
    frame_facts,
    party_facts,
)
from tradecrm.services.trade.product_pictures import product_pictures
from tradecrm.services.work import Reader

ZERO = Decimal(0)
_UNAPPROVED = frozenset({"draft", "submitted"})


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of goods; price and amount in the paper's currency."""

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
    product_id: int | None = None
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """A quotation, proforma invoice or sales contract with all its paper shows (section 10.1, QT, PI, SC).

    ``references`` are (label key, number); a hidden commission is not among the facts at all.
    """

    kind: str
    id: int
    number: str
    day: date
    currency: str
    total: Decimal
    incoterm: str
    incoterm_place: str
    port_of_loading: str
    port_of_discharge: str
    terms: str
    partial_allowed: bool
    transhipment_allowed: bool
    packing: str
    marks: str
    remarks: str
    special: str
    signatory: str
    buyer: PartyFacts
    lines: tuple[LineFacts, ...]
    bank: BankFacts | None
    frame: Frame
    references: tuple[tuple[str, str], ...]
    origin: str
    open_commission: Decimal = ZERO
    latest_shipment: date | None = None
    valid_until: date | None = None
    lead_time: str = ""
    tolerance_over: Decimal = ZERO
    tolerance_under: Decimal = ZERO
    insurance: str = ""


def contract_facts(reader: Reader, contract_id: int) -> SaleFacts:
    """Answer what the paper of a contract shows; NotFound when the actor may not see it, NotAllowed to print."""
    reader.actor.demand("contract.read")
    contract = reader.get(SalesContract, contract_id, _("Contract"))
    return SaleFacts(
        "contract",
        **_shared(reader, "contract", contract, "sales_contract"),
        **_goods(reader, ContractLine, ContractLine.contract_id == contract_id),
        references=(
            ("customer_po", contract.customer_po),
            ("quotation", _quotation_number(reader, contract.quotation_id)),
        ),
        latest_shipment=contract.latest_shipment,
        tolerance_over=contract.tolerance_over,
        tolerance_under=contract.tolerance_under,
        insurance=contract.insurance_clause,
    )


def quotation_facts(reader: Reader, quotation_id: int) -> SaleFacts:
    """Answer what the paper of a revision of a quotation shows; raises as `contract_facts`."""
    reader.actor.demand("quotation.read")
    quotation = reader.get(Quotation, quotation_id, _("Quotation"))
    revision = str(quotation.revision) if quotation.revision else ""
    return SaleFacts(
        "quotation",
        **_shared(reader, "quotation", quotation, "quotation"),
        **_goods(reader, QuotationLine, QuotationLine.quotation_id == quotation_id),
        references=(
            ("revision", revision),
            ("inquiry", _number(reader, Inquiry, quotation.inquiry_id)),
            ("customer_po", quotation.customer_po),
        ),
        valid_until=quotation.valid_until,
        lead_time=quotation.lead_time,
    )


def proforma_facts(reader: Reader, proforma_id: int) -> SaleFacts:
    """Answer what the paper of a proforma invoice shows; raises as `contract_facts`."""
    reader.actor.demand("quotation.read")
    proforma = reader.get(Proforma, proforma_id, _("Proforma invoice"))
    return SaleFacts(
        "proforma",
        **_shared(reader, "proforma", proforma, "proforma"),
        **_goods(reader, ProformaLine, ProformaLine.proforma_id == proforma_id),
        references=(
            ("customer_po", proforma.customer_po),
            ("quotation", _quotation_number(reader, proforma.quotation_id)),
            ("contract", _number(reader, SalesContract, proforma.contract_id)),
        ),
        latest_shipment=proforma.latest_shipment,
        valid_until=proforma.valid_until,
        lead_time=proforma.lead_time,
    )


_SAME = (
    "id",
    "number",
    "day",
    "currency",
    "total",
    "incoterm",
    "incoterm_place",
    "port_of_loading",
    "port_of_discharge",
    "terms",
    "partial_allowed",
    "transhipment_allowed",
    "packing",
    "marks",
    "remarks",
    "signatory",
)


def _shared(reader: Reader, paper: str, record: Any, subject: str) -> dict[str, Any]:
    """Answer the facts that all three have under the same names."""
    draft = record.status in _UNAPPROVED or pending_request(reader, subject, record.id) is not None
    return {
        **{name: getattr(record, name) for name in _SAME},
        "special": record.clauses,
        "buyer": party_facts(reader, record.customer_id, record.contact_id),
        "bank": bank_facts(reader, record.bank_account_id),
        "frame": frame_facts(reader, paper, record.customer_id, draft=draft),
        "open_commission": ZERO if record.commission_hidden else record.commission_rate,
    }


def _goods(reader: Reader, entity: Any, condition: Any) -> dict[str, Any]:
    columns: tuple[Any, ...] = tuple(getattr(entity, field.name) for field in fields(LineFacts)[:-1])
    rows = reader.session.execute(select(*columns).where(condition).order_by(entity.position))
    origins = reader.session.scalars(
        select(Product.origin)
        .join(entity, entity.product_id == Product.id)
        .where(condition, Product.origin != "")
        .distinct()
        .order_by(Product.origin)
    )
    lines = tuple(LineFacts(*row) for row in rows)
    if entity is not ContractLine:  # An offer shows the goods; a contract names them.
        shown = product_pictures(reader, (line.product_id for line in lines if line.product_id))
        lines = tuple(replace(line, picture=shown.get(line.product_id or 0, b"")) for line in lines)
    return {"lines": lines, "origin": ", ".join(origins)}


def _number(reader: Reader, entity: Any, key: int | None) -> str:
    """Answer the number of a record the paper refers to, empty when there is none or it is not the actor's."""
    found: str | None = reader.session.scalars(select(entity.number).where(entity.id == (key or 0))).first()
    return found or ""


def _quotation_number(reader: Reader, key: int | None) -> str:
    return _number(reader, Quotation, key)
