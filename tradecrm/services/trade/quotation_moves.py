"""Quotations on their way (section 1.3): submitted, sent, answered, expired, revised, each step with its guard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.core.trade_flows import QUOTATION
from tradecrm.models import Proforma, Quotation, SalesContract
from tradecrm.services.control.approvals import (
    WithdrawRequest,
    demand_unchanged,
    pending_request,
    void_approval,
    withdraw_request,
)
from tradecrm.services.trade.credit import credit_warning
from tradecrm.services.trade.inquiry_moves import quote_inquiry
from tradecrm.services.trade.quotations import lines_of, quotation_draft, write_quotation
from tradecrm.services.trade.sale_approval import request_approval
from tradecrm.services.trade.sale_papers import protected_of
from tradecrm.services.work import Reader, Work, operation


@dataclass(frozen=True, slots=True)
class MoveQuotation:
    """A step of a quotation on a day, such as submit, accept, unanswer or void; a rejection has a reason."""

    quotation_id: int
    step: str
    day: date
    reason: str = ""


@operation("quotation.write")
def move_quotation(work: Work, command: MoveQuotation) -> str:
    """Take a quotation one step on and answer the state it is in now.

    Sending a draft asks for approval first where a rule demands it; then the answer is “submitted”. Raises
    Refusal in words where the step is not possible from the state, or its guard says no.
    """
    quotation = work.get(Quotation, command.quotation_id, _("Quotation"))
    step = _STEPS.get(command.step)
    if step is None:
        QUOTATION.step(quotation.status, command.step)
        raise Refusal.of(_("A person cannot take this step; it follows from other records."))
    step(work, quotation, command)
    quotation.updated_at = work.now
    work.session.flush()
    return quotation.status


def _submit(work: Work, quotation: Quotation, _command: MoveQuotation) -> None:
    """Ask for approval; without a reason, or for a trader alone, the quotation is approved at once."""
    target = QUOTATION.step(quotation.status, "submit").target
    if quotation.total == 0:
        raise Refusal.of(
            _("{number} has no prices yet. Enter them before it is sent.").format(number=quotation.number),
            "lines",
        )
    quotation.status = target
    answer = request_approval(work, "quotation", quotation, lines_of(work, quotation.id), quotation)
    if answer == "approved" and quotation.status == target:
        quotation.status = QUOTATION.step(target, "approve").target


def _send(work: Work, quotation: Quotation, command: MoveQuotation) -> None:
    """Send what is approved; the offer must still be valid. The inquiry behind it is quoted from now on."""
    if quotation.status == "draft":
        _demand_valid(quotation, command.day)
        _submit(work, quotation, command)
        if quotation.status == "submitted":
            work.warn(
                _("{number} waits for approval; it can be sent afterwards.").format(number=quotation.number)
            )
            return
    target = QUOTATION.step(quotation.status, "send").target
    _demand_valid(quotation, command.day)
    rows = lines_of(work, quotation.id)
    if not demand_unchanged(work, "quotation", quotation.id, protected_of(quotation, rows)):
        raise Refusal.of(
            _("{number} is not what was approved any more. Return it to draft and submit it again.").format(
                number=quotation.number
            )
        )
    quotation.status = target
    quotation.sent_on = command.day
    for sentence in credit_warning(work, quotation.customer_id, quotation.total, quotation.currency):
        work.warn(sentence)
    if quotation.inquiry_id is not None:
        quote_inquiry(work, quotation.inquiry_id)


def _accept(_work: Work, quotation: Quotation, command: MoveQuotation) -> None:
    target = QUOTATION.step(quotation.status, "accept").target
    _demand_valid(quotation, command.day)
    quotation.status = target
    quotation.answer = command.reason.strip()


def _reject(_work: Work, quotation: Quotation, command: MoveQuotation) -> None:
    target = QUOTATION.step(quotation.status, "reject").target
    if not command.reason.strip():
        raise Refusal.of(_("Say why the customer did not accept, such as the price."), "reason")
    quotation.status = target
    quotation.answer = command.reason.strip()


def _unanswer(work: Work, quotation: Quotation, _command: MoveQuotation) -> None:
    """Take back an answer noted by mistake: the quotation is open again, unless an order was made of it."""
    target = QUOTATION.step(quotation.status, "unanswer").target
    for entity in (Proforma, SalesContract):
        number = work.session.scalar(
            select(entity.number)
            .where(entity.quotation_id == quotation.id, entity.status.not_in(("canceled", "void")))
            .limit(1)
        )
        if number is not None:
            raise Refusal.of(
                _(
                    "{number} was made of {quotation}. Void or cancel it before the answer is taken back."
                ).format(number=number, quotation=quotation.number)
            )
    quotation.status = target
    quotation.answer = ""


def _return(work: Work, quotation: Quotation, command: MoveQuotation) -> None:
    """Take a quotation back to draft; its request is withdrawn by whoever submitted it."""
    target = QUOTATION.step(quotation.status, "return").target
    waiting = pending_request(work, "quotation", quotation.id)
    if waiting is not None:
        withdraw_request.within(work, WithdrawRequest(waiting.id, command.reason))
    else:
        void_approval(work, "quotation", quotation.id, _("The quotation was taken back."))
    quotation.status = target


def _void(work: Work, quotation: Quotation, _command: MoveQuotation) -> None:
    target = QUOTATION.step(quotation.status, "void").target
    void_approval(work, "quotation", quotation.id, _("The quotation was taken back."))
    quotation.status = target


_STEPS: dict[str, Callable[[Work, Quotation, MoveQuotation], None]] = {
    "submit": _submit,
    "send": _send,
    "accept": _accept,
    "reject": _reject,
    "unanswer": _unanswer,
    "return": _return,
    "void": _void,
}


def _demand_valid(quotation: Quotation, day: date) -> None:
    """Refuse what comes after the end of the validity."""
    if quotation.valid_until is not None and quotation.valid_until < day:
        raise Refusal.of(
            _("{number} was valid until {day}. Give it a new date, or make a new revision.").format(
                number=quotation.number, day=f"{quotation.valid_until:%Y-%m-%d}"
            ),
            "valid_until",
        )


def quotation_approved(work: Work, quotation_id: int) -> None:
    """Take a quotation on whose approval was given."""
    quotation = work.get(Quotation, quotation_id, _("Quotation"))
    quotation.status = QUOTATION.step(quotation.status, "approve").target
    quotation.updated_at = work.now


def quotation_returned(work: Work, quotation_id: int) -> None:
    """Take a quotation back to draft that was not approved, or whose request was withdrawn (section 16.3)."""
    quotation = work.get(Quotation, quotation_id, _("Quotation"))
    quotation.status = QUOTATION.step(quotation.status, "return").target
    quotation.updated_at = work.now


@dataclass(frozen=True, slots=True)
class ReviseQuotation:
    """A new revision of a quotation that was sent, rejected or has expired."""

    quotation_id: int


@operation("quotation.write")
def revise_quotation(work: Work, command: ReviseQuotation) -> int:
    """Make the next revision as a draft of today and answer its id; the old one is superseded (section 1.3)."""
    old = work.get(Quotation, command.quotation_id, _("Quotation"))
    target = QUOTATION.step(old.status, "revise").target
    draft = quotation_draft(work, old, fresh=True)
    if draft.valid_until is not None and draft.valid_until < work.today:
        draft = replace(draft, valid_until=None)
    last = work.session.scalar(select(func.max(Quotation.revision)).where(Quotation.number == old.number))
    old.status = target
    old.current = False
    old.updated_at = work.now
    work.session.flush()
    new = Quotation(
        number=old.number,
        revision=(last or 0) + 1,
        current=True,
        status=QUOTATION.start,
        owner_id=old.owner_id,
    )
    return write_quotation(work, new, replace(draft, day=work.today))


def count_expired(reader: Reader, day: date) -> int:
    """Answer how many sent quotations were valid only until a day before ``day``."""
    statement = select(func.count(Quotation.id)).where(
        Quotation.status == "sent", Quotation.valid_until < day
    )
    return reader.session.scalar(statement) or 0


@dataclass(frozen=True, slots=True)
class ExpireQuotations:
    """The quotations whose validity has ended before ``day``."""

    day: date


@operation("quotation.write")
def expire_quotations(work: Work, command: ExpireQuotations) -> int:
    """Mark sent quotations as expired whose validity is past and answer how many; run once a day (section 1.3)."""
    rows = work.session.scalars(
        select(Quotation).where(Quotation.status == "sent", Quotation.valid_until < command.day)
    ).all()
    for quotation in rows:
        quotation.status = QUOTATION.step(quotation.status, "expire").target
        quotation.updated_at = work.now
    return len(rows)
