"""Recording that a payment reminder was sent, in the words it was sent in (section 3.8)."""

from __future__ import annotations

from dataclasses import dataclass

from tradecrm.core.dunning import STAGES
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Dunning, Instalment, Item
from tradecrm.services.work import Work, operation


@dataclass(frozen=True, slots=True)
class RecordDunning:
    """A letter that went to a customer: (instalment, stage) for each it names, and its text."""

    party_id: int
    lines: tuple[tuple[int, int], ...]
    text: str


def check_dunning(command: RecordDunning) -> list[Problem]:
    """Answer what is wrong with a letter."""
    problems = []
    if not command.lines:
        problems.append(Problem("lines", _("The letter names no instalment.")))
    if not command.text.strip():
        problems.append(Problem("text", _("The letter has no text.")))
    return problems


@operation("reminder.write", check=check_dunning)
def record_dunning(work: Work, command: RecordDunning) -> int:
    """Keep that a letter was sent today, a row an instalment; answers how many."""
    known = {stage.number for stage in STAGES}
    for instalment_id, stage in command.lines:
        part = work.get(Instalment, instalment_id, _("Instalment"))
        item = work.get(Item, part.item_id, _("Item"))
        if part.party_id != command.party_id or part.side != "AR" or part.is_credit:
            raise Refusal.of(_("{number} is no invoice of this customer.").format(number=item.number))
        if part.open_amount == 0 or stage not in known:
            raise Refusal.of(
                _("Nothing of this instalment of {number} is open any more.").format(number=item.number)
            )
        work.add(
            Dunning(
                party_id=part.party_id,
                instalment_id=part.id,
                stage=stage,
                day=work.today,
                person_id=work.actor.person_id,
                text=command.text.strip(),
                owner_id=item.owner_id,
            )
        )
    return len(command.lines)
