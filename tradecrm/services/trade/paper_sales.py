"""What the papers of a sale are drawn from: quotation, proforma invoice, sales contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.errors import NotFound, TradeError
from tradecrm.core.text import N_, _
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
from tradecrm.services.control.approval_cards import subjects_waiting
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
from tradecrm.services.trade.product_pictures import product_pictures
from tradecrm.services.work import Reader, not_found

ZERO = Decimal(0)
_UNAPPROVED = frozenset({"draft", "submitted"})


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of goods; price and amount in the paper's currency, ``adjusted`` its share of the whole's discount."""

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
    adjusted: Decimal = ZERO
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
    adjustment: Decimal = ZERO
    adjustment_rate: Decimal | None = None
    adjustment_text: str = ""


Read = dict[int, SaleFacts | TradeError]
"""What was read of many papers: the facts of each, or why that one cannot be printed."""


def contract_facts(reader: Reader, contract_id: int) -> SaleFacts:
    """Answer what the paper of a contract shows; NotFound when the actor may not see it, NotAllowed to print."""
    return only(contracts_facts(reader, (contract_id,)), contract_id)


def contracts_facts(reader: Reader, ids: Sequence[int]) -> Read:
    """Answer what the papers of many contracts show, in a handful of statements; NotAllowed to see or print."""
    reader.actor.demand("contract.read")
    found = _Sales(reader, "contract", SalesContract, ids)
    quotations = _numbers(reader, Quotation, (each.quotation_id for each in found.records.values()))

    def own(contract: SalesContract) -> dict[str, Any]:
        return {
            "references": (
                ("customer_po", contract.customer_po),
                ("quotation", quotations.get(contract.quotation_id, "")),
            ),
            "latest_shipment": contract.latest_shipment,
            "tolerance_over": contract.tolerance_over,
            "tolerance_under": contract.tolerance_under,
            "insurance": contract.insurance_clause,
        }

    return found.facts("sales_contract", own, _goods(reader, ContractLine, "contract_id", ids))


def quotation_facts(reader: Reader, quotation_id: int) -> SaleFacts:
    """Answer what the paper of a revision of a quotation shows; raises as `contract_facts`."""
    return only(quotations_facts(reader, (quotation_id,)), quotation_id)


def quotations_facts(reader: Reader, ids: Sequence[int]) -> Read:
    """Answer what the papers of many quotations show; raises as `contracts_facts`."""
    reader.actor.demand("quotation.read")
    found = _Sales(reader, "quotation", Quotation, ids)
    inquiries = _numbers(reader, Inquiry, (each.inquiry_id for each in found.records.values()))

    def own(quotation: Quotation) -> dict[str, Any]:
        return {
            "references": (
                ("revision", str(quotation.revision) if quotation.revision else ""),
                ("inquiry", inquiries.get(quotation.inquiry_id, "")),
                ("customer_po", quotation.customer_po),
            ),
            "valid_until": quotation.valid_until,
            "lead_time": quotation.lead_time,
        }

    return found.facts("quotation", own, _goods(reader, QuotationLine, "quotation_id", ids))


def proforma_facts(reader: Reader, proforma_id: int) -> SaleFacts:
    """Answer what the paper of a proforma invoice shows; raises as `contract_facts`."""
    return only(proformas_facts(reader, (proforma_id,)), proforma_id)


def proformas_facts(reader: Reader, ids: Sequence[int]) -> Read:
    """Answer what the papers of many proforma invoices show; raises as `contracts_facts`."""
    reader.actor.demand("quotation.read")
    found = _Sales(reader, "proforma", Proforma, ids)
    quotations = _numbers(reader, Quotation, (each.quotation_id for each in found.records.values()))
    contracts = _numbers(reader, SalesContract, (each.contract_id for each in found.records.values()))

    def own(proforma: Proforma) -> dict[str, Any]:
        return {
            "references": (
                ("customer_po", proforma.customer_po),
                ("quotation", quotations.get(proforma.quotation_id, "")),
                ("contract", contracts.get(proforma.contract_id, "")),
            ),
            "latest_shipment": proforma.latest_shipment,
            "valid_until": proforma.valid_until,
            "lead_time": proforma.lead_time,
        }

    return found.facts("proforma", own, _goods(reader, ProformaLine, "proforma_id", ids))


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
    "adjustment",
    "adjustment_rate",
    "adjustment_text",
)
_WHAT = {"contract": N_("Contract"), "quotation": N_("Quotation"), "proforma": N_("Proforma invoice")}


class _Sales:
    """The records behind many papers of one kind, with parties, banks and frames, each read once for all."""

    def __init__(self, reader: Reader, paper: str, entity: Any, ids: Sequence[int]) -> None:
        self._reader = reader
        self._paper = paper
        self._ids = ids
        self.records: dict[int, Any] = reader.get_all(entity, ids)
        records = self.records.values()
        self._parties = parties_facts(reader, ((each.customer_id, each.contact_id) for each in records))
        self._banks = banks_facts(reader, (each.bank_account_id for each in records))
        self._frames = Frames(reader, paper, (each.customer_id for each in records))

    def facts(self, subject: str, own: Callable[[Any], dict[str, Any]], goods: dict[int, _Goods]) -> Read:
        """Answer the facts of every paper; ``own`` answers what only this kind has, ``subject`` what is approved."""
        waiting = subjects_waiting(self._reader, subject, self.records)
        found: Read = {}
        for key in self._ids:
            record = self.records.get(key)
            if record is None:
                found[key] = not_found(_(_WHAT[self._paper]), key)
                continue
            try:
                shared = self._shared(record, draft=record.status in _UNAPPROVED or key in waiting)
            except NotFound as error:
                found[key] = error
                continue
            lines = goods.get(key, _Goods())
            found[key] = SaleFacts(
                self._paper,
                **shared,
                lines=tuple(lines.lines),
                origin=", ".join(lines.origins),
                **own(record),
            )
        return found

    def _shared(self, record: Any, *, draft: bool) -> dict[str, Any]:
        """Answer the facts that all three have under the same names."""
        return {
            **{name: getattr(record, name) for name in _SAME},
            "special": record.clauses,
            "buyer": one_party(self._parties, record.customer_id, record.contact_id),
            "bank": self._banks.get(record.bank_account_id),
            "frame": self._frames.of(record.customer_id, draft=draft),
            "open_commission": ZERO if record.commission_hidden else record.commission_rate,
        }


@dataclass(slots=True)
class _Goods:
    """The lines of one paper, and the countries its products come from in order of name."""

    lines: list[LineFacts] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)


def _goods(reader: Reader, entity: Any, owner: str, ids: Sequence[int]) -> dict[int, _Goods]:
    """Answer the goods of many papers, by paper."""
    parent = getattr(entity, owner)
    columns: tuple[Any, ...] = tuple(getattr(entity, each.name) for each in fields(LineFacts)[:-1])
    found: dict[int, _Goods] = {}
    rows = reader.session.execute(
        select(parent, *columns).where(parent.in_(list(ids))).order_by(parent, entity.position)
    )
    for key, *values in rows:
        found.setdefault(key, _Goods()).lines.append(LineFacts(*values))
    for key, origin in reader.session.execute(
        select(parent, Product.origin)
        .join(Product, entity.product_id == Product.id)
        .where(parent.in_(list(ids)), Product.origin != "")
        .distinct()
        .order_by(Product.origin)
    ):
        found[key].origins.append(origin)
    if entity is not ContractLine:  # An offer shows the goods; a contract names them.
        products = {line.product_id for goods in found.values() for line in goods.lines}
        shown = product_pictures(reader, (each for each in products if each))
        for goods in found.values():
            goods.lines = [
                replace(line, picture=shown.get(line.product_id or 0, b"")) for line in goods.lines
            ]
    return found


def _numbers(reader: Reader, entity: Any, keys: Iterable[int | None]) -> dict[int | None, str]:
    """Answer the numbers of records the papers refer to; what is not the actor's is left out."""
    wanted = sorted({key for key in keys if key is not None})
    if not wanted:
        return {}
    rows = reader.session.execute(select(entity.id, entity.number).where(entity.id.in_(wanted)))
    return {key: number or "" for key, number in rows}
