"""A whole deal around one contract (一笔业务): every paper with its state, and where the chain stands (section 1.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select

from tradecrm.core.links import Link
from tradecrm.core.text import N_, _
from tradecrm.models import (
    ApprovalRequest,
    ApprovalTurn,
    AuditEntry,
    ContractLine,
    Party,
    Person,
    SalesContract,
    Task,
)
from tradecrm.services.trade.deal_papers import (
    DealPaper,
    documents_of,
    freight_of,
    money_of,
    papers_before,
    purchases_of,
    returns_of,
    shipments_of,
)
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """A paper that waits for approval, and the people whose turn it is."""

    kind: str
    id: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DealTask:
    """Something to do about the deal's customer."""

    id: int
    title: str
    due_on: date
    person: str


@dataclass(frozen=True, slots=True)
class DealEvent:
    """What somebody did to a paper of the deal, as the audit trail has it; ``state`` is the one it came into."""

    at: datetime
    person: str
    kind: str
    number: str
    action: str
    operation: str
    link: Link | None
    state: str = ""


@dataclass(frozen=True, slots=True)
class DealLine:
    """How far a line of the contract is: ordered, bought, shipped or planned, given up; in its unit."""

    position: int
    description: str
    unit: str
    ordered: Decimal
    bought: Decimal
    planned: Decimal
    shipped: Decimal
    short_closed: Decimal

    @property
    def open_quantity(self) -> Decimal:
        """Answer what neither left nor is given up (section 1.4)."""
        return max(ZERO, self.ordered - self.shipped - self.short_closed)

    @property
    def overbought(self) -> Decimal:
        """Answer what was bought for the line beyond what is sold, as after the customer ordered less (1.3)."""
        return max(ZERO, self.bought - max(self.ordered - self.short_closed, self.shipped + self.planned))


@dataclass(frozen=True, slots=True)
class Deal:
    """Everything about one contract that its page shows; ``papers`` in the order of the chain.

    ``loading`` says what stands against loading a shipment, ``closing`` what against closing one that arrived;
    ``deposit_short`` is what is missing of the deposit beyond the tolerance.
    """

    contract_id: int
    number: str
    status: str
    customer_id: int
    customer: str
    currency: str
    total: Decimal
    deposit_due: Decimal
    deposit_received: Decimal
    papers: tuple[DealPaper, ...]
    lines: tuple[DealLine, ...]
    waiting: tuple[WaitingFor, ...]
    tasks: tuple[DealTask, ...]
    history: tuple[DealEvent, ...]
    loading: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    deposit_short: Decimal = ZERO

    def of(self, *kinds: str) -> tuple[DealPaper, ...]:
        """Answer the papers of these kinds."""
        return tuple(paper for paper in self.papers if paper.kind in kinds)


KIND_TITLES: dict[str, str] = {
    "inquiry": N_("Inquiry"),
    "quotation": N_("Quotation"),
    "proforma": N_("Proforma invoice"),
    "sales_contract": N_("Sales contract"),
    "purchase_contract": N_("Purchase contract"),
    "freight_inquiry": N_("Freight inquiry"),
    "shipment": N_("Shipment"),
    "shipment_document": N_("Document"),
    "goods_return": N_("Goods returned"),
    "receivable": N_("Receivable"),
    "payable": N_("Payable"),
    "receipt": N_("Receipt"),
}
"""The kinds of paper of a deal, in the order of the chain."""


def deal(reader: Reader, contract_id: int) -> Deal:
    """Answer the whole deal of a contract the actor may see; NotFound otherwise.

    What a person may not see (purchases, freight, receivables) is left out; no figure changes by that.
    """
    from tradecrm.services.figures.deposits import deposit_received, deposit_short

    contract = reader.get(SalesContract, contract_id, _("Contract"))
    name = reader.session.scalar(select(Party.name).where(Party.id == contract.customer_id)) or ""
    shipments = shipments_of(reader, contract_id)
    papers = [
        *papers_before(reader, contract),
        DealPaper(
            "sales_contract",
            contract.id,
            contract.number,
            contract.day,
            contract.status,
            contract.currency,
            contract.total,
            name,
            Link.to("contract", id=contract.id),
        ),
        *purchases_of(reader, contract_id),
        *freight_of(reader, contract_id, [paper.id for paper in shipments]),
        *shipments,
        *documents_of(reader, shipments),
        *returns_of(reader, shipments),
        *money_of(reader, contract_id, [paper.id for paper in shipments]),
    ]
    received = deposit_received(reader, contract_id)
    return Deal(
        contract.id,
        contract.number,
        contract.status,
        contract.customer_id,
        name,
        contract.currency,
        contract.total,
        contract.deposit_due,
        received,
        tuple(papers),
        _lines(reader, contract_id),
        _waiting(reader, papers),
        _tasks(reader, contract.customer_id),
        _history(reader, papers),
        _loading(reader, shipments),
        _closing(reader, shipments),
        deposit_short(reader, contract.deposit_due, received),
    )


_TO_LOAD = frozenset({"booked", "cargo_ready"})
_TO_CLOSE = frozenset({"arrived", "delivered"})
_ASKED = 5
"""So many shipments are asked what stops them; a deal of more says so of the first ones."""


def _loading(reader: Reader, shipments: Sequence[DealPaper]) -> tuple[str, ...]:
    """Answer what stands against loading the shipments that are about to be (sections 1.3 and 5)."""
    from tradecrm.services.trade.gates import loading_stops

    waiting = [paper for paper in shipments if paper.status in _TO_LOAD][:_ASKED]
    return tuple(
        f"{paper.number}: {stop.sentence}" for paper in waiting for stop in loading_stops(reader, paper.id)
    )


def _closing(reader: Reader, shipments: Sequence[DealPaper]) -> tuple[str, ...]:
    """Answer what stands against closing the shipments that arrived (section 1.8)."""
    from tradecrm.services.trade.closing import closing_gaps

    waiting = [paper for paper in shipments if paper.status in _TO_CLOSE][:_ASKED]
    return tuple(f"{paper.number}: {gap}" for paper in waiting for gap in closing_gaps(reader, paper.id))


def _lines(reader: Reader, contract_id: int) -> tuple[DealLine, ...]:
    """Answer how far each line of the contract is bought and shipped."""
    from tradecrm.services.figures.purchased import bought_quantities
    from tradecrm.services.figures.quantities import gone_quantities, taken_quantities

    rows = reader.session.scalars(
        select(ContractLine).where(ContractLine.contract_id == contract_id).order_by(ContractLine.position)
    ).all()
    keys = [row.id for row in rows]
    taken, bought = taken_quantities(reader, keys), bought_quantities(reader, keys)
    gone = gone_quantities(reader, contract_id)
    return tuple(
        DealLine(
            row.position,
            row.description_en,
            row.unit,
            row.quantity,
            bought.get(row.id, ZERO),
            taken.get(row.id, ZERO) - gone.get(row.id, ZERO),
            gone.get(row.id, ZERO),
            row.short_closed,
        )
        for row in rows
    )


def _waiting(reader: Reader, papers: Iterable[DealPaper]) -> tuple[WaitingFor, ...]:
    """Answer which papers wait for approval, and whose turn it is."""
    keys = [(paper.kind, paper.id) for paper in papers]
    wanted = or_(
        *(
            and_(
                ApprovalRequest.subject_kind == kind,
                ApprovalRequest.subject_id.in_([key for each, key in keys if each == kind]),
            )
            for kind in sorted({kind for kind, _key in keys})
        )
    )
    rows = reader.session.execute(
        select(ApprovalRequest.subject_kind, ApprovalRequest.subject_id, Person.name)
        .join(ApprovalTurn, ApprovalTurn.request_id == ApprovalRequest.id)
        .join(Person, Person.id == ApprovalTurn.person_id)
        .where(
            wanted,
            ApprovalRequest.status == "pending",
            ApprovalTurn.level == ApprovalRequest.level,
            ApprovalTurn.done.is_(False),
        )
        .order_by(ApprovalRequest.id, Person.name)
    ).all()
    people: dict[tuple[str, int], list[str]] = {}
    for kind, key, person in rows:
        people.setdefault((kind, key), []).append(person)
    return tuple(WaitingFor(kind, key, tuple(names)) for (kind, key), names in people.items())


def _tasks(reader: Reader, customer_id: int) -> tuple[DealTask, ...]:
    """Answer what is still to be done about the customer, the earliest first."""
    rows = reader.session.execute(
        select(Task, Person.name)
        .join(Person, Person.id == Task.owner_id)
        .where(Task.party_id == customer_id, Task.done_at.is_(None))
        .order_by(Task.due_on, Task.id)
        .limit(20)
    )
    return tuple(DealTask(task.id, task.title, task.due_on, name) for task, name in rows)


_AUDITED = frozenset(
    {
        "inquiry",
        "quotation",
        "proforma",
        "sales_contract",
        "purchase_contract",
        "freight_inquiry",
        "shipment",
        "shipment_document",
        "goods_return",
        "receipt",
    }
)


def _history(reader: Reader, papers: Sequence[DealPaper], limit: int = 60) -> tuple[DealEvent, ...]:
    """Answer what was done to the papers of the deal, newest first."""
    known: dict[tuple[str, int], DealPaper] = {
        (paper.kind, paper.id): paper for paper in papers if paper.kind in _AUDITED
    }
    of_kind: dict[str, list[int]] = {}
    for kind, key in known:
        of_kind.setdefault(kind, []).append(key)
    entry: Any = AuditEntry
    rows = reader.session.execute(
        select(
            AuditEntry.at,
            Person.name,
            entry.kind,
            entry.record_id,
            entry.action,
            entry.operation,
            entry.detail,
        )
        .join(Person, Person.id == AuditEntry.person_id)
        .where(or_(*(and_(entry.kind == kind, entry.record_id.in_(keys)) for kind, keys in of_kind.items())))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return tuple(
        DealEvent(
            at, person, kind, known[kind, key].number, action, name, known[kind, key].link, _state(detail)
        )
        for at, person, kind, key, action, name, detail in rows
    )


def _state(detail: str) -> str:
    """Answer the state that an entry of the audit trail put its record into, empty where it kept its own."""
    changed = json.loads(detail).get("status") if '"status"' in detail else None
    return str(changed[1]) if isinstance(changed, list) and len(changed) == 2 else ""
