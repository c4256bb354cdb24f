"""Quotations (报价单): writing a draft, copying, and the lines with their floors (domain.md sections 1.2, 1.3, 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Inquiry, Party, Quotation, QuotationLine
from tradecrm.services.control.approvals import active_triggers, void_approval
from tradecrm.services.data.search import keep_search_terms
from tradecrm.services.figures.numbers import number_taken
from tradecrm.services.trade.floors import keep_floors, terms_of
from tradecrm.services.trade.sale_approval import request_approval
from tradecrm.services.trade.sale_papers import (
    SALE_HEAD,
    SalePaperDraft,
    check_sale_paper,
    fill_sale_head,
    line_drafts,
    protected_of,
    sale_customer,
    write_sale_lines,
)
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
EDITABLE = frozenset({"draft", "approved"})
"""States in which a quotation is edited; one that was sent is revised, one that waits is returned first."""


VALID_DAYS = 30
"""How long a new quotation holds unless the seller says otherwise."""


@dataclass(frozen=True, slots=True)
class SaveQuotation(SalePaperDraft):
    """A quotation as typed, with the costs its estimate is made of (domain.md section 2.7).

    ``freight`` is in ``freight_currency``, ``domestic_cost`` in base currency, both for all the goods together;
    the rates are fractions of the price; ``insurance_markup`` None: that of the settings.
    """

    inquiry_id: int | None = None
    freight: Decimal = ZERO
    freight_currency: str = "USD"
    insurance_rate: Decimal = ZERO
    insurance_markup: Decimal | None = None
    bank_fee_rate: Decimal = ZERO
    domestic_cost: Decimal = ZERO


COSTS = (
    "freight",
    "freight_currency",
    "insurance_rate",
    "insurance_markup",
    "bank_fee_rate",
    "domestic_cost",
)
HEADER = (*SALE_HEAD, "inquiry_id", *COSTS)
"""What is typed into the head of a quotation."""


def check_quotation(command: SaveQuotation) -> list[Problem]:
    """Answer everything that is wrong with a quotation, each at its field."""
    problems = check_sale_paper(command)
    problems += [
        Problem(name, _("This must not be below zero."))
        for name in ("freight", "domestic_cost")
        if getattr(command, name) < 0
    ]
    for name in ("insurance_rate", "insurance_markup", "bank_fee_rate"):
        value = getattr(command, name)
        if value is not None and not ZERO <= value < 1:
            problems.append(Problem(name, _("A rate is between 0 and 100 %.")))
    return problems


@operation("quotation.write", check=check_quotation)
def save_quotation(work: Work, command: SaveQuotation) -> int:
    """Write a new quotation or a new state of a draft and answer its id.

    Each line keeps cost, packing and floor as they are today. Raises Conflict when it is no longer the version
    that was read, RateMissing without a budget rate.
    """
    customer = sale_customer(work, command)
    if command.inquiry_id is not None:
        _demand_same_customer(work, command.inquiry_id, customer)
    return write_quotation(work, _to_write(work, command, customer), command)


def write_quotation(work: Work, quotation: Quotation, command: SaveQuotation) -> int:
    """Fill a quotation with what was typed, its lines with their copies and floors; answers its id.

    One that was approved is a draft again where a protected field changed (section 6).
    """
    approved = protected_of(quotation, lines_of(work, quotation.id)) if quotation.status == "approved" else ()
    fill_sale_head(work, quotation, command)
    quotation.inquiry_id = command.inquiry_id
    for name in COSTS:
        setattr(quotation, name, getattr(command, name))
    if command.insurance_markup is None:
        quotation.insurance_markup = work.settings.insurance_markup
    work.add(quotation)
    rows = write_sale_lines(work, QuotationLine, "quotation_id", quotation, command.lines)
    keep_floors(work, quotation, rows, terms_of(work, quotation, quotation))
    if approved and approved != protected_of(quotation, rows):
        void_approval(work, "quotation", quotation.id, _("A protected field was changed."))
        _approve_anew(work, quotation, rows)
    keep_search_terms(work, "quotation", quotation.id)
    return quotation.id


def _approve_anew(work: Work, quotation: Quotation, rows: list[QuotationLine]) -> None:
    """Take a changed quotation back to draft; while no rule is on it passes by itself as it did before."""
    if not active_triggers(work, "quotation"):
        request_approval(work, "quotation", quotation, rows, quotation)
        return
    quotation.status = "draft"
    work.warn(
        _("{number} was approved as it stood; it is a draft again and needs a new approval.").format(
            number=quotation.number
        )
    )


def _demand_same_customer(work: Work, inquiry_id: int, customer: Party) -> None:
    inquiry = work.get(Inquiry, inquiry_id, _("Inquiry"))
    if inquiry.customer_id != customer.id:
        raise Refusal.of(
            _("Inquiry {number} is of another customer.").format(number=inquiry.number), "inquiry_id"
        )


def _to_write(work: Work, command: SaveQuotation, customer: Party) -> Quotation:
    """Answer the quotation to fill: a new one with its number, or the one that was read, in the same version."""
    if command.id is None:
        number = command.number.strip() or work.number("quotation", command.day)
        if command.number.strip() and number_taken(work.session, "quotation", number):
            raise Refusal.of(_("There is already a quotation {number}.").format(number=number), "number")
        return Quotation(number=number, revision=0, current=True, status="draft", owner_id=customer.owner_id)
    quotation = work.get(Quotation, command.id, _("Quotation"))
    work.demand_version(quotation, command.version, quotation.number)
    if quotation.status not in EDITABLE:
        raise Refusal.of(
            _("{number} cannot be edited as it stands; make a new revision or return it to draft.").format(
                number=quotation.number
            )
        )
    return quotation


def lines_of(reader: Reader, quotation_id: int) -> list[QuotationLine]:
    """Answer the lines of a quotation in their order."""
    statement = (
        select(QuotationLine)
        .where(QuotationLine.quotation_id == quotation_id)
        .order_by(QuotationLine.position)
    )
    return list(reader.session.scalars(statement))


def quotation_draft(reader: Reader, quotation: Quotation, *, fresh: bool = False) -> SaveQuotation:
    """Answer a quotation as its editor edits it; ``fresh``: as a new one, without number and marks of the old."""
    values = {name: getattr(quotation, name) for name in HEADER}
    lines = line_drafts(lines_of(reader, quotation.id), with_ids=not fresh)
    if fresh:
        return SaveQuotation(**values, lines=lines)
    return SaveQuotation(
        **values, lines=lines, number=quotation.number, id=quotation.id, version=quotation.version
    )


@dataclass(frozen=True, slots=True)
class CopyQuotation:
    """A quotation written anew with today's date, for another ``customer_id`` when one is given."""

    quotation_id: int
    customer_id: int | None = None


@operation("quotation.write")
def copy_quotation(work: Work, command: CopyQuotation) -> int:
    """Write a draft with the same goods and terms, dated today, and answer its id.

    Costs, floors and the rate are taken anew; inquiry, validity, contact and the customer's order number stay
    with the old one.
    """
    source = work.get(Quotation, command.quotation_id, _("Quotation"))
    draft = quotation_draft(work, source, fresh=True)
    lines = tuple(
        replace(line, cost=None, floor=None) if line.product_id is not None else line for line in draft.lines
    )
    same = command.customer_id in {None, source.customer_id}
    copy = replace(
        draft,
        lines=lines,
        customer_id=command.customer_id or source.customer_id,
        contact_id=source.contact_id if same else None,
        day=work.today,
        rate=None,
        valid_until=None,
        inquiry_id=None,
        customer_po="",
    )
    return save_quotation.within(work, copy)
