"""Inquiries on their way (section 1.3): assigned, quoted, won, lost with a reason, reopened."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.core.trade_flows import INQUIRY
from tradecrm.models import Inquiry, InquiryLine, Person, Quotation
from tradecrm.services.control.approval_people import for_the_firm
from tradecrm.services.work import Work, operation

MANUAL = ("lose", "reopen", "void")


@dataclass(frozen=True, slots=True)
class MoveInquiry:
    """A step of an inquiry: lose (with a reason), reopen or void."""

    inquiry_id: int
    step: str
    reason: str = ""


@operation("quotation.write")
def move_inquiry(work: Work, command: MoveInquiry) -> str:
    """Take an inquiry one step on and answer the state it is in now; raises Refusal in words."""
    inquiry = work.get(Inquiry, command.inquiry_id, _("Inquiry"))
    target = INQUIRY.step(inquiry.status, command.step).target
    if command.step not in MANUAL:
        raise Refusal.of(_("A person cannot take this step; it follows from other records."))
    if command.step == "lose" and not command.reason.strip():
        raise Refusal.of(_("Say why the inquiry was lost, such as the price or a competitor."), "reason")
    if command.step == "void" and _quoted(work, inquiry.id):
        raise Refusal.of(_("{number} has quotations; mark it as lost instead.").format(number=inquiry.number))
    inquiry.status = target
    inquiry.lost_reason = command.reason.strip() if command.step == "lose" else ""
    inquiry.updated_at = work.now
    return inquiry.status


def _quoted(work: Work, inquiry_id: int) -> bool:
    """Tell whether a quotation answers the inquiry that is not void."""
    statement = (
        select(func.count())
        .select_from(Quotation)
        .where(Quotation.inquiry_id == inquiry_id, Quotation.status != "void")
    )
    return bool(work.session.scalar(statement))


@dataclass(frozen=True, slots=True)
class AssignInquiry:
    """An inquiry handed to the person who shall answer it."""

    inquiry_id: int
    person_id: int


@operation("quotation.write")
def assign_inquiry(work: Work, command: AssignInquiry) -> str:
    """Hand an inquiry to a person, with its lines; a new one is assigned from now on."""
    inquiry = work.get(Inquiry, command.inquiry_id, _("Inquiry"))
    person = work.get(Person, command.person_id, _("Person"))
    if not person.active:
        raise Refusal.of(_("{name} does not work here any more.").format(name=person.name), "person_id")
    if inquiry.status not in {"new", "assigned"}:
        INQUIRY.step(inquiry.status, "assign")
    if inquiry.status == "new":
        inquiry.status = INQUIRY.step(inquiry.status, "assign").target
    for line in work.session.scalars(select(InquiryLine).where(InquiryLine.inquiry_id == inquiry.id)):
        line.owner_id = person.id
    inquiry.owner_id = person.id
    inquiry.updated_at = work.now
    return inquiry.status


def quote_inquiry(work: Work, inquiry_id: int) -> None:
    """Mark an inquiry as quoted by the first quotation that is sent."""
    with for_the_firm(work) as firm:
        inquiry = firm.get(Inquiry, inquiry_id, _("Inquiry"))
        if inquiry.status in {"new", "assigned"}:
            inquiry.status = INQUIRY.step(inquiry.status, "quote").target
            inquiry.updated_at = work.now


def win_inquiry(work: Work, inquiry_id: int) -> None:
    """Mark an inquiry as won by the contract that takes effect, also one that was given up too early."""
    with for_the_firm(work) as firm:
        inquiry = firm.get(Inquiry, inquiry_id, _("Inquiry"))
        if inquiry.status == "lost":
            inquiry.status = INQUIRY.step(inquiry.status, "reopen").target
        if inquiry.status in {"new", "assigned", "quoted"}:
            inquiry.status = INQUIRY.step(inquiry.status, "win").target
            inquiry.lost_reason = ""
            inquiry.updated_at = work.now
