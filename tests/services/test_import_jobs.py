"""Import jobs are written, refused in words, and read back with their landed cost (domain.md section 2.9)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY
from tradecrm.core.errors import Conflict
from tradecrm.core.problems import Refusal
from tradecrm.models import ImportJob, ImportJobLine
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.trade.import_jobs import (
    ImportLineDraft,
    SaveImportJob,
    import_job_card,
    job_costs,
    job_lines,
    save_import_job,
)
from tradecrm.services.work import Reader

D = Decimal
LINE = ImportLineDraft(None, "Linear motors", D(8000), D(30000), duty_rate=D("0.08"))


def supplier(seat: Seat) -> int:
    party = SaveParty(name="Rhein Motor GmbH", country="DE", is_customer=False, is_supplier=True)
    return seat.perform(save_party, party).value


def job(seat: Seat) -> SaveImportJob:
    return SaveImportJob(supplier(seat), TODAY, "EUR", D("7.80"), D("7.80"), (LINE,), port_cost=D(3280))


def written(reader: Reader) -> tuple[int, int]:
    count = reader.session.scalar
    return (
        count(select(func.count()).select_from(ImportJob)) or 0,
        count(select(func.count()).select_from(ImportJobLine)) or 0,
    )


def landed(reader: Reader, job_id: int) -> list[Decimal]:
    head = reader.get(ImportJob, job_id, "Import job")
    return [line.landed for line in job_costs(head, job_lines(reader, job_id), reader.base)]


def test_the_worked_example_is_kept(seat: Seat) -> None:
    made = seat.perform(save_import_job, job(seat)).value
    assert seat.ask(landed, made) == [D("256000.00")]
    card = seat.ask(import_job_card, made)
    assert (card.values["number"], card.supplier) == ("IM-2606-0001", "Rhein Motor GmbH")
    assert card.lines[0].values["duty_rate"] == D("0.08")


def test_an_edited_job_replaces_its_lines(seat: Seat) -> None:
    command = job(seat)
    made = seat.perform(save_import_job, command).value
    again = replace(
        command, id=made, version=1, remarks="two lots", lines=(LINE, replace(LINE, description="Spares"))
    )
    seat.perform(save_import_job, again)
    assert seat.ask(written) == (1, 2)
    with pytest.raises(Conflict, match="was changed by someone else"):
        seat.perform(save_import_job, again)
    assert seat.ask(written) == (1, 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lines": ()}, "needs at least one line"),
        ({"customs_rate": D(0)}, "The rate must be above zero"),
        ({"incoterm": "XYZ"}, "Choose the Incoterm"),
        ({"port_cost": D("-1")}, "must not be below zero"),
        ({"port_cost": D("1.001")}, "more decimals than CNY allows"),
        ({"basis": "gross_weight"}, "nothing to share the cost by"),
        ({"basis": "manual"}, "Choose by what the local costs are shared"),
        ({"lines": (replace(LINE, quantity=D(0)),)}, "The quantity must be above zero"),
        ({"lines": (replace(LINE, duty_rate=D(1)),)}, "between 0 and 100 %"),
        ({"lines": (replace(LINE, description=" "),)}, "Describe the goods"),
    ],
)
def test_a_job_that_cannot_be_reckoned_is_refused(seat: Seat, change: dict[str, object], words: str) -> None:
    command: SaveImportJob = replace(job(seat), **change)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match=words):
        seat.perform(save_import_job, command)
    assert seat.ask(written) == (0, 0)
