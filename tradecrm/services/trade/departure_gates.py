"""What must hold when goods leave, and the papers that get their dates from it (domain.md sections 1.3, 1.5, 16.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tradecrm.models import LetterOfCredit, SalesContract, Shipment
from tradecrm.services.trade.checklist import date_checklist, date_credit_papers
from tradecrm.services.trade.gates import demand_loading, demand_release, has_no_title
from tradecrm.services.trade.letters import letter_of, problems_of
from tradecrm.services.trade.milestones import meet_state
from tradecrm.services.work import Work


def pass_gates(
    work: Work, shipment: Shipment, contracts: Sequence[SalesContract], day: date
) -> LetterOfCredit | None:
    """Refuse what a gate stops: the guard of loading where that step was skipped, and the release of the goods.

    Without a document of title nothing can be withheld later, so the release gate is tested now (section 16.2).
    Answers the letter of credit of the shipment.
    """
    letter = letter_of(work, shipment)
    if shipment.status not in {"loaded", "declared"}:
        demand_loading(work, shipment, contracts, letter)
        shipment.loaded_on = day
    if has_no_title(shipment):
        demand_release(work, shipment, "waybill")
        shipment.bl_released_on = day
    meet_state(work, shipment, "departed", day)
    if letter is not None:
        for sentence in problems_of(work, shipment, letter, day):
            work.warn(sentence)
    return letter


def date_papers(work: Work, shipment: Shipment, letter: LetterOfCredit | None) -> None:
    """Date the papers that wait for the on-board date, those of a letter of credit by its deadline."""
    date_checklist(work, shipment)
    if letter is not None:
        date_credit_papers(work, shipment, letter)
