"""The document checklist of a shipment at work (单证清单): laid by rules, copied from a credit, moved on (1.5)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, select

from tradecrm.core.checklist import (
    PAPER_TITLES,
    TRANSPORT_TITLES,
    Paper,
    PaperRow,
    Voyage,
    advice_day,
    checklist,
    credit_papers,
)
from tradecrm.core.errors import Conflict
from tradecrm.core.milestones import SEA
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.core.trade_flows import DOCUMENT
from tradecrm.core.ways import issued_after_leaving
from tradecrm.models import LetterOfCredit, Party, SalesContract, Shipment, ShipmentDocument, ShipmentLine
from tradecrm.services.trade.open_shipments import demand_open
from tradecrm.services.work import Reader, Work, operation

DONE = ("sent", "not_needed")


def _voyage(reader: Reader, shipment: Shipment) -> Voyage:
    keys = {"shipment": shipment.id, "customer": shipment.customer_id}
    found = reader.session.execute(_rule_and_country(), keys).one()
    return Voyage(shipment.mode, found[0] or "", found[1] or "", shipment.etd, shipment.departed_on)


@functools.cache
def _rule_and_country() -> Select[Any]:
    incoterm = (
        select(SalesContract.incoterm)
        .join(ShipmentLine, ShipmentLine.contract_id == SalesContract.id)
        .where(ShipmentLine.shipment_id == bindparam("shipment"))
        .order_by(SalesContract.id)
        .limit(1)
    )
    country = select(Party.country).where(Party.id == bindparam("customer"))
    return select(incoterm.scalar_subquery(), country.scalar_subquery())


def lay_checklist(work: Work, shipment: Shipment) -> None:
    """Write the papers that a shipment needs and that are not on its list yet (section 1.5)."""
    have = set(
        work.session.scalars(select(ShipmentDocument.kind).where(ShipmentDocument.shipment_id == shipment.id))
    )
    for row in checklist(_voyage(work, shipment)):
        if row.kind.value not in have:
            work.session.add(_new_row(work, shipment, row, of_credit=False))
    work.session.flush()


def _new_row(work: Work, shipment: Shipment, row: PaperRow, *, of_credit: bool) -> ShipmentDocument:
    return ShipmentDocument(
        shipment_id=shipment.id,
        owner_id=shipment.owner_id,
        kind=row.kind.value,
        title=row.title,
        originals=row.originals,
        copies=row.copies,
        issuer=row.issuer,
        due_on=row.due_on,
        status=DOCUMENT.start,
        wording=row.wording,
        of_credit=of_credit,
        created_at=work.now,
        updated_at=work.now,
    )


def date_checklist(work: Work, shipment: Shipment) -> None:
    """Date again what is not sent, when the ship has another day or has left; a credit's own days stay.

    Goods that go another way have another transport paper, unless a person or a credit named it.
    """
    voyage = _voyage(work, shipment)
    rows = {row.kind.value: row for row in checklist(voyage)}
    days = {kind: row.due_on for kind, row in rows.items()}
    days[Paper.ADVICE.value] = advice_day(voyage)
    for row in work.session.scalars(_not_done(), {"shipment": shipment.id}):
        named = rows[row.kind] if row.kind == Paper.TRANSPORT.value and not row.of_credit else None
        if named is not None and row.title in TRANSPORT_TITLES - {named.title}:
            row.title, row.originals = named.title, named.originals
            row.updated_at = work.now
        if not row.of_credit and row.kind in days and row.due_on != days[row.kind]:
            row.due_on = days[row.kind]
            row.updated_at = work.now


@functools.cache
def _not_done() -> Select[ShipmentDocument]:
    return select(ShipmentDocument).where(
        ShipmentDocument.shipment_id == bindparam("shipment"), ShipmentDocument.status.not_in(DONE)
    )


@dataclass(frozen=True, slots=True)
class CopyCredit:
    """Copy field 46A of the shipment's letter of credit into its checklist."""

    shipment_id: int


@operation("shipment.write")
def copy_credit(work: Work, command: CopyCredit) -> int:
    """Write a row for each item of field 46A, word for word, over a row of the same paper; answers how many."""
    from tradecrm.services.trade.letters import letter_of

    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    letter = letter_of(work, shipment)
    if letter is None:
        raise Refusal.of(_("{number} has no letter of credit.").format(number=shipment.number))
    items = credit_papers(letter.documents)
    if not items:
        raise Refusal.of(
            _("Letter of credit {number} names no documents; enter its field 46A.").format(
                number=letter.number
            )
        )
    rows = list(
        work.session.scalars(select(ShipmentDocument).where(ShipmentDocument.shipment_id == shipment.id))
    )
    known = {row.wording for row in rows if row.of_credit}
    taken = [row for row in rows if row.of_credit and row.wording]
    free = {row.kind: row for row in rows if row not in taken and row.kind != Paper.OTHER.value}
    count = 0
    for item in items:
        if item.wording in known:
            continue
        row = free.pop(item.kind.value, None)
        if row is None:
            work.session.add(_new_row(work, shipment, item, of_credit=True))
        else:
            row.wording, row.of_credit = item.wording, True
            row.originals, row.copies = item.originals, item.copies
            row.updated_at = work.now
        count += 1
    shipment.credit_id = letter.id
    work.session.flush()
    date_credit_papers(work, shipment, letter)
    return count


def date_credit_papers(work: Work, shipment: Shipment, letter: LetterOfCredit) -> None:
    """Date the papers of a credit by its presentation deadline, once the goods are on board.

    Where field 46A was not taken over, the bill of lading stands for them all: it is always presented.
    """
    from tradecrm.services.trade.presentations import deadline_of

    deadline = deadline_of(work, shipment, letter)
    rows = work.session.scalars(
        select(ShipmentDocument).where(ShipmentDocument.shipment_id == shipment.id)
    ).all()
    demanded = [row for row in rows if row.of_credit]
    if not demanded and deadline is not None:
        demanded = [row for row in rows if row.kind == Paper.TRANSPORT.value]
    for row in demanded:
        if row.status not in DONE:
            row.of_credit, row.due_on, row.updated_at = True, deadline, work.now


@dataclass(frozen=True, slots=True)
class SaveDocument:
    """A row of the checklist as typed; ``id`` and ``version`` name the one that is edited."""

    shipment_id: int
    kind: str
    title: str = ""
    originals: int = 1
    copies: int = 0
    issuer: str = ""
    due_on: date | None = None
    number: str = ""
    wording: str = ""
    responsible_id: int | None = None
    id: int | None = None
    version: int | None = None


def check_document(command: SaveDocument) -> list[Problem]:
    """Answer what is wrong with a row."""
    problems = []
    if command.kind not in {kind.value for kind in Paper}:
        problems.append(Problem("kind", _("Choose the kind of paper.")))
    if command.kind == Paper.OTHER.value and not command.title.strip():
        problems.append(Problem("title", _("Give the paper a name.")))
    if min(command.originals, command.copies) < 0 or max(command.originals, command.copies) > 99:
        problems.append(Problem("originals", _("Originals and copies are numbers from 0 to 99.")))
    return problems


@operation("shipment.write", check=check_document)
def save_document(work: Work, command: SaveDocument) -> int:
    """Add a paper to the checklist or change one; answers its id."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    demand_open(shipment)
    if command.id is None:
        row = ShipmentDocument(shipment_id=shipment.id, owner_id=shipment.owner_id, status=DOCUMENT.start)
    else:
        row = work.get(ShipmentDocument, command.id, _("Paper"))
        if row.version != command.version:
            raise Conflict(_("This paper was changed by someone else meanwhile. Nothing was saved."))
    row.kind = command.kind
    row.title = command.title.strip() or dict(PAPER_TITLES)[Paper(command.kind)]
    row.originals, row.copies, row.issuer = command.originals, command.copies, command.issuer.strip()
    row.due_on, row.number, row.wording = command.due_on, command.number.strip(), command.wording.strip()
    row.responsible_id = command.responsible_id
    row.updated_at = work.now
    return work.add(row).id


@dataclass(frozen=True, slots=True)
class MoveDocument:
    """Take a paper along its flow on a day: draft, check, issue, send, amend, drop, want."""

    document_id: int
    step: str
    day: date | None = None


@operation("shipment.write")
def move_document(work: Work, command: MoveDocument) -> str:
    """Take the step; answers the state. A day to come, or sending before issuing, is refused."""
    row = work.get(ShipmentDocument, command.document_id, _("Paper"))
    shipment = work.get(Shipment, row.shipment_id, _("Shipment"))
    demand_open(shipment)
    day = command.day or work.today
    if day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    step = DOCUMENT.step(row.status, command.step)
    _demand_departed(shipment, row, command.step)
    if step.target == "issued":
        row.issued_on = day
        if row.kind == Paper.TRANSPORT.value:
            _note_issue(work, shipment, day)
    if step.target == "sent":
        if row.issued_on is not None and day < row.issued_on:
            raise Refusal.of(_("A paper is not sent before it is issued."), "day")
        row.sent_on = day
        _warn_of_originals(work, shipment, [row])
    row.status = step.target
    row.updated_at = work.now
    return row.status


def _demand_departed(shipment: Shipment, row: ShipmentDocument, step: str) -> None:
    if row.kind == Paper.TRANSPORT.value and step == "issue" and shipment.departed_on is None:
        raise Refusal.of(_(issued_after_leaving(shipment.mode)))


@dataclass(frozen=True, slots=True)
class SendDocuments:
    """Every paper of a shipment that is not sent yet went out on ``day`` (寄单)."""

    shipment_id: int
    day: date


@operation("shipment.write")
def send_documents(work: Work, command: SendDocuments) -> int:
    """Mark what is on the list as issued and sent; answers how many papers. Refused before departure."""
    from tradecrm.services.trade.milestones import meet

    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    demand_open(shipment)
    if shipment.departed_on is None or command.day < shipment.departed_on:
        raise Refusal.of(_("The papers go out when the goods have left."), "day")
    if command.day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    rows = list(
        work.session.scalars(
            select(ShipmentDocument).where(
                ShipmentDocument.shipment_id == shipment.id, ShipmentDocument.status.not_in(DONE)
            )
        )
    )
    for row in rows:
        row.issued_on = row.issued_on or command.day
        row.sent_on = command.day
        row.status = "sent"
        row.updated_at = work.now
    if any(row.kind == Paper.TRANSPORT.value for row in rows):
        _note_issue(work, shipment, command.day)
    _warn_of_originals(work, shipment, rows)
    meet(work, shipment, "DOCS_SENT", command.day)
    return len(rows)


def _warn_of_originals(work: Work, shipment: Shipment, rows: Sequence[ShipmentDocument]) -> None:
    """Warn that of the bill of lading only a copy may have gone, while its release gate is shut (section 1.6)."""
    from tradecrm.services.trade.gates import TO_BANK, has_no_title, release_stops

    transport = any(row.kind == Paper.TRANSPORT.value for row in rows)
    if not transport or shipment.bl_released_on is not None or has_no_title(shipment):
        return
    stops = release_stops(work, shipment.id, "original")
    if stops and release_stops(work, shipment.id, TO_BANK):
        words = _("Keep the originals of the bill of lading of {number}, send a copy only. {reason}")
        work.warn(words.format(number=shipment.number, reason=stops[0].sentence))


def _note_issue(work: Work, shipment: Shipment, day: date) -> None:
    """Note that the bill of lading was issued, at sea; one issued earlier keeps its day."""
    from tradecrm.services.trade.milestones import actual_days, meet

    if shipment.mode in SEA and "BL_ISSUE" not in actual_days(work, shipment):
        meet(work, shipment, "BL_ISSUE", day)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A row of the checklist as pages show it; ``late`` when its day passed before it was sent."""

    id: int
    version: int
    kind: str
    title: str
    originals: int
    copies: int
    issuer: str
    due_on: date | None
    status: str
    number: str
    issued_on: date | None
    sent_on: date | None
    wording: str
    of_credit: bool
    late: bool


def document_rows(reader: Reader, shipment_id: int) -> tuple[DocumentRow, ...]:
    """Answer the checklist of a shipment in the usual order; a paper without a number bears the shipment's own."""
    shipment = reader.session.get(Shipment, shipment_id)
    known: dict[str, str | None] = {}
    if shipment is not None:
        known = {
            Paper.INVOICE: shipment.invoice_number,
            Paper.PACKING: shipment.invoice_number,
            Paper.TRANSPORT: shipment.bl_no,
            Paper.DECLARATION: shipment.declaration_no,
        }
    order = {kind.value: place for place, (kind, _title) in enumerate(PAPER_TITLES)}
    rows = reader.session.scalars(select(ShipmentDocument).where(ShipmentDocument.shipment_id == shipment_id))
    return tuple(
        DocumentRow(
            row.id, row.version, row.kind, row.title, row.originals, row.copies, row.issuer, row.due_on,
            row.status, row.number or known.get(row.kind) or "", row.issued_on, row.sent_on, row.wording, row.of_credit,
            row.status not in DONE and row.due_on is not None and row.due_on < reader.today,
        )
        for row in sorted(rows, key=lambda row: (order.get(row.kind, 9), row.id))
    )  # fmt: skip
