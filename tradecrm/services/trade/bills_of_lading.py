"""Several bills of lading (提单) of one shipment, and the on-board dates that count then (sections 3.2 and 16.16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tradecrm.core.letters import presentation_start
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import BillOfLading, Container, Shipment
from tradecrm.services.trade.open_shipments import open_shipment
from tradecrm.services.work import Reader, Work, operation


@dataclass(frozen=True, slots=True)
class SaveBill:
    """A bill of lading as typed; ``id`` None is a new one, vessel and voyage empty are the shipment's."""

    shipment_id: int
    number: str
    vessel: str = ""
    voyage: str = ""
    on_board_on: date | None = None
    issued_on: date | None = None
    originals: int = 3
    id: int | None = None


def check_bill(command: SaveBill) -> list[Problem]:
    """Answer what is wrong with a bill of lading, each at its field."""
    problems = []
    if not command.number.strip():
        problems.append(Problem("number", _("Give the number of the bill of lading.")))
    if not 0 <= command.originals <= 9:
        problems.append(Problem("originals", _("A bill of lading has from 0 to 9 originals.")))
    on_board, issued = command.on_board_on, command.issued_on
    if on_board is not None and issued is not None and issued < on_board:
        problems.append(
            Problem("issued_on", _("A bill of lading that says “on board” is not issued before that day."))
        )
    return problems


@operation("shipment.write", check=check_bill)
def save_bill(work: Work, command: SaveBill) -> int:
    """Write a bill of lading; the invoice's instalments from B/L follow the latest on-board date. Answers its id."""
    shipment = open_shipment(work, command.shipment_id)
    rows = bills_of(work, shipment.id)
    row = next((each for each in rows if each.id == command.id), None)
    number = command.number.strip().upper()
    if any(each.number == number and each is not row for each in rows):
        raise Refusal.of(_("{number} is on this shipment already.").format(number=number), "number")
    _check_days(work, shipment, command)
    if row is None:
        place = max((each.position for each in rows), default=0) + 1
        row = BillOfLading(shipment_id=shipment.id, owner_id=shipment.owner_id, position=place)
    row.number = number
    row.vessel = command.vessel.strip() or shipment.vessel
    row.voyage = command.voyage.strip() or shipment.voyage
    row.on_board_on, row.issued_on = command.on_board_on, command.issued_on
    row.originals = command.originals
    row.updated_at = work.now
    work.add(row)
    _follow(work, shipment)
    return row.id


def _check_days(work: Work, shipment: Shipment, command: SaveBill) -> None:
    if max(command.on_board_on or date.min, command.issued_on or date.min) > work.today:
        raise Refusal.of(_("What has happened cannot be dated after today."), "on_board_on")
    if command.on_board_on is not None and shipment.departed_on is None:
        raise Refusal.of(
            _("{number} has not left yet: the on-board date comes with its departure.").format(
                number=shipment.number
            ),
            "on_board_on",
        )


def bills_of(reader: Reader, shipment_id: int) -> Sequence[BillOfLading]:
    """Answer the bills of lading of a shipment in their order; none where a single one is kept on the shipment."""
    return reader.session.scalars(
        select(BillOfLading).where(BillOfLading.shipment_id == shipment_id).order_by(BillOfLading.position)
    ).all()


def _follow(work: Work, shipment: Shipment) -> None:
    """Keep the shipment's B/L number and what is due from the B/L in step with its bills."""
    from tradecrm.services.trade.departure import date_event

    rows = bills_of(work, shipment.id)
    shipment.bl_no = " / ".join(row.number for row in rows)[:60]
    shipment.updated_at = work.now
    days = [row.on_board_on for row in rows if row.on_board_on is not None]
    if shipment.departed_on is not None and days:
        # Several bills in one draft: the latest on-board date starts the term (section 3.2).
        date_event(work, shipment, "BL", max(days))


@dataclass(frozen=True, slots=True)
class DropBill:
    """Take a bill of lading off that was entered by mistake."""

    bill_id: int


@operation("shipment.write")
def drop_bill(work: Work, command: DropBill) -> int:
    """Take a bill of lading off, its containers keep their rows; answers the shipment's id."""
    row = work.get(BillOfLading, command.bill_id, _("Bill of lading"))
    shipment = work.get(Shipment, row.shipment_id, _("Shipment"))
    if shipment.bl_released_on is not None or shipment.status == "closed":
        raise Refusal.of(
            _("The bills of lading of {number} have been given up; they stand.").format(
                number=shipment.number
            )
        )
    for box in work.session.scalars(select(Container).where(Container.bl_id == row.id)):
        box.bl_id = None
    work.session.flush()
    work.session.delete(row)
    work.session.flush()
    _follow(work, shipment)
    return shipment.id


def presentation_from(reader: Reader, shipment: Shipment) -> date | None:
    """Answer the on-board date from which papers must be presented (section 16.16), None before departure."""
    rows = bills_of(reader, shipment.id)
    found = [(row.vessel, row.voyage, row.on_board_on) for row in rows if row.on_board_on is not None]
    return presentation_start(found) if found else shipment.departed_on
