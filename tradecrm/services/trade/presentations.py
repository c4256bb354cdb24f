"""Documents presented under a letter of credit or sent for collection: deadline, states, what falls due (1.3, 1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.checklist import Paper
from tradecrm.core.letters import PRESENTATION, presentation_deadline
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import Method, decode_terms
from tradecrm.core.text import _
from tradecrm.models import Instalment, Item, LetterOfCredit, Presentation, Shipment, ShipmentDocument
from tradecrm.services.control.holidays import banking_days
from tradecrm.services.figures.drawings import drawing_of
from tradecrm.services.trade.agency import contracts_of
from tradecrm.services.trade.bills_of_lading import presentation_from
from tradecrm.services.trade.departure import date_event
from tradecrm.services.trade.gates import TO_BANK, demand_release
from tradecrm.services.trade.letters import letter_of, letter_problems
from tradecrm.services.work import Reader, Work, operation

_BANK = frozenset({Method.LC, Method.DP, Method.DA})


def deadline_of(reader: Reader, shipment: Shipment, letter: LetterOfCredit) -> date | None:
    """Answer the last day to present the papers of a shipment, None before it is on board (section 1.7).

    Banks of the place of presentation count; without an original transport document only the expiry does.
    """
    start = presentation_from(reader, shipment)
    if start is None:
        return None
    papers = reader.session.scalars(
        select(ShipmentDocument.kind).where(
            ShipmentDocument.shipment_id == shipment.id,
            ShipmentDocument.of_credit.is_(True),
            ShipmentDocument.originals > 0,
        )
    ).all()
    return presentation_deadline(
        start,
        letter.expires_on,
        letter.presentation_days,
        usual=reader.settings.presentation_days,
        holidays=banking_days(reader, letter.expiry_country),
        transport_document=not papers or Paper.TRANSPORT.value in papers,
    )


@dataclass(frozen=True, slots=True)
class PresentDocuments:
    """The papers of a shipment went to the bank on ``day``; ``amount`` None is what is drawn for the invoice."""

    shipment_id: int
    day: date
    amount: Decimal | None = None
    discrepancies: str = ""


@operation("shipment.write")
def present_documents(work: Work, command: PresentDocuments) -> int:
    """Note that the papers were presented; answers the presentation's id. What is due from it gets its date."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    methods = {decode_terms(contract.terms).method for contract in contracts_of(work, shipment.id)}
    if not methods & _BANK:
        raise Refusal.of(_("The terms of {number} hand no papers to a bank.").format(number=shipment.number))
    if shipment.departed_on is None or command.day < shipment.departed_on:
        raise Refusal.of(_("The papers go out when the goods have left."), "day")
    if command.day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    if _presented(work, shipment.id) is not None:
        raise Refusal.of(_("The papers of {number} are at the bank already.").format(number=shipment.number))
    letter = letter_of(work, shipment)
    if letter is None and methods == {Method.LC}:
        raise Refusal.of(_("{number} has no letter of credit.").format(number=shipment.number))
    deadline = None if letter is None else deadline_of(work, shipment, letter)
    found = [command.discrepancies.strip()] if command.discrepancies.strip() else []
    if deadline is not None and command.day > deadline:
        found.append(_("Presented after {day}.").format(day=deadline.isoformat()))
    found += letter_problems(work, shipment.id)
    row = work.add(
        Presentation(
            shipment_id=shipment.id,
            owner_id=shipment.owner_id,
            credit_id=None if letter is None else letter.id,
            amount=drawing_of(work, shipment.id) if command.amount is None else command.amount,
            deadline=deadline,
            presented_on=command.day,
            status=PRESENTATION.start,
            discrepancies="\n".join(found),
        )
    )
    for sentence in found:
        work.warn(sentence)
    shipment.presented_on = command.day
    if shipment.bl_released_on is None:
        demand_release(work, shipment, TO_BANK)
        shipment.bl_released_on = command.day
    shipment.updated_at = work.now
    date_event(work, shipment, "PRESENT", command.day)
    return row.id


def _presented(reader: Reader, shipment_id: int) -> Presentation | None:
    statement = (
        select(Presentation)
        .where(Presentation.shipment_id == shipment_id)
        .order_by(Presentation.id.desc())
        .limit(1)
    )
    return reader.session.scalars(statement).one_or_none()


@dataclass(frozen=True, slots=True)
class MovePresentation:
    """What the bank said on a day: sight (received by it or the drawee), accept, refuse, pay."""

    shipment_id: int
    step: str
    day: date
    note: str = ""


@operation("shipment.write")
def move_presentation(work: Work, command: MovePresentation) -> str:
    """Take the step; answers the state. Sight and acceptance date what falls due from them (section 3.2)."""
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    row = _presented(work, shipment.id)
    if row is None or row.presented_on is None:
        raise Refusal.of(_("The papers of {number} are not at a bank yet.").format(number=shipment.number))
    if command.day > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "day")
    if command.day < row.presented_on:
        raise Refusal.of(
            _("The papers were presented on {day}; nothing follows before.").format(
                day=row.presented_on.isoformat()
            ),
            "day",
        )
    if command.step == "refuse" and not (command.note.strip() or row.discrepancies):
        raise Refusal.of(_("Say what the bank does not accept."), "note")
    if command.step == "sight":
        shipment.sight_on = command.day
        date_event(work, shipment, "SIGHT", command.day)
    else:
        row.status = PRESENTATION.step(row.status, command.step).target
    if command.step == "accept":
        row.accepted_on = shipment.accepted_on = command.day
        date_event(work, shipment, "ACCEPT", command.day)
    if command.step == "pay":
        row.paid_on = command.day
    if command.note.strip():
        row.discrepancies = "\n".join(part for part in (row.discrepancies, command.note.strip()) if part)
    work.session.flush()
    row.matures_on = _matures(work, shipment.id)
    row.updated_at = shipment.updated_at = work.now
    return row.status


def _matures(reader: Reader, shipment_id: int) -> date | None:
    """Answer the latest due date of the invoice, which is when the bank pays."""
    days = reader.session.scalars(
        select(Instalment.due_on)
        .join(Item, Item.id == Instalment.item_id)
        .where(Item.shipment_id == shipment_id, Item.side == "AR", Item.kind == "INV")
    ).all()
    return max((day for day in days if day is not None), default=None)


@dataclass(frozen=True, slots=True)
class BankView:
    """Where the papers of a shipment stand with a bank; ``letter`` is None for a collection."""

    at_bank: bool
    letter_id: int | None
    letter: str
    letter_status: str
    deadline: date | None
    presented_on: date | None
    sight_on: date | None
    accepted_on: date | None
    matures_on: date | None
    paid_on: date | None
    status: str
    discrepancies: str
    problems: tuple[str, ...]


def bank_view(reader: Reader, shipment_id: int) -> BankView | None:
    """Answer letter of credit and presentation of a shipment, None when its papers never go to a bank."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    letter = letter_of(reader, shipment)
    methods = {decode_terms(contract.terms).method for contract in contracts_of(reader, shipment_id)}
    if letter is None and not methods & _BANK:
        return None
    row = _presented(reader, shipment_id)
    deadline = None if letter is None else deadline_of(reader, shipment, letter)
    return BankView(
        at_bank=row is not None,
        letter_id=None if letter is None else letter.id,
        letter="" if letter is None else letter.number,
        letter_status="" if letter is None else letter.status,
        deadline=deadline if row is None else row.deadline,
        presented_on=None if row is None else row.presented_on,
        sight_on=shipment.sight_on,
        accepted_on=None if row is None else row.accepted_on,
        matures_on=None if row is None else row.matures_on,
        paid_on=None if row is None else row.paid_on,
        status="" if row is None else row.status,
        discrepancies="" if row is None else row.discrepancies,
        problems=letter_problems(reader, shipment_id),
    )
