"""Choosing a forwarder (货代选择): approval, the shipment's estimate, booking, withdrawal (domain.md 1.3 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tradecrm.core.clock import local_day
from tradecrm.core.costs import CostStatus
from tradecrm.core.freight import (
    FEW_QUOTES,
    Ranked,
    charge_amounts,
    charge_kind,
    choice_reasons,
)
from tradecrm.core.money import format_money
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.core.trade_flows import FREIGHT_INQUIRY
from tradecrm.models import (
    CostLine,
    FreightBill,
    FreightCharge,
    FreightInquiry,
    FreightQuote,
    Party,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.control.approvals import (
    Figure,
    Reason,
    Subject,
    active_triggers,
    ask_approval,
    void_approval,
)
from tradecrm.services.figures.quantities import GONE
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.trade.freight import demand_on
from tradecrm.services.trade.freight_quotes import (
    charges_of,
    plain_charges,
    quote_rate,
    ranked_quotes,
)
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.open_shipments import open_shipment
from tradecrm.services.work import Reader, Work, operation

KIND = "freight_inquiry"


def quotes_needed(reader: Reader) -> int:
    """Answer how many valid quotes a choice wants: the approval rule's number, else the setting."""
    ruled = active_triggers(reader, KIND).get(FEW_QUOTES)
    return int(ruled) if ruled is not None else reader.settings.freight_quotes_needed


@dataclass(frozen=True, slots=True)
class ChooseQuote:
    """The quote that was chosen; ``reason`` says why when there are too few, or it is not the cheapest."""

    inquiry_id: int
    quote_id: int
    reason: str = ""


@operation("freight.write")
def choose_quote(work: Work, command: ChooseQuote) -> str:
    """Choose a valid quote; answers “chosen”, or “submitted” when the choice waits for approval (section 6).

    The chosen quote becomes the shipment's forwarder and its estimated freight and port costs.
    """
    demand_on(work)
    inquiry = work.get(FreightInquiry, command.inquiry_id, _("Freight inquiry"))
    if inquiry.shipment_id is not None:
        open_shipment(work, inquiry.shipment_id)
    if inquiry.status in {"sent", "quoting"}:
        inquiry.status = FREIGHT_INQUIRY.step(inquiry.status, "compare").target
    FREIGHT_INQUIRY.step(inquiry.status, "submit")
    ranked = ranked_quotes(work, inquiry)
    chosen = _valid(work, ranked, command.quote_id)
    reasons = choice_reasons(ranked, command.quote_id, quotes_needed(work))
    why = command.reason.strip()
    if reasons and not why:
        raise Refusal.of(
            _("{reasons} Say why you choose it; the approver reads it.").format(
                reasons=" ".join(each.sentence for each in reasons)
            ),
            "reason",
        )
    inquiry.chosen_quote_id, inquiry.choice_reason = command.quote_id, why
    inquiry.updated_at = work.now
    answer = ask_approval(
        work,
        Subject(
            KIND,
            inquiry.id,
            inquiry.number,
            tuple(Reason(each.trigger, each.sentence) for each in reasons),
            _protected(inquiry, ranked),
            _figures(work, chosen, ranked, why),
            chosen.all_in,
        ),
    )
    if answer == "pending":
        inquiry.status = FREIGHT_INQUIRY.step(inquiry.status, "submit").target
    else:
        _take(work, inquiry)
    return inquiry.status


def _valid(reader: Reader, ranked: Sequence[Ranked], quote_id: int) -> Ranked:
    """Answer the quote to choose; Refusal when it is not valid, with the reasons."""
    found = next((one for one in ranked if one.quote.id == quote_id), None)
    if found is None:
        raise Refusal.of(_("This quote belongs to another inquiry."))
    if not found.valid:
        name = reader.get(Party, found.quote.party_id, _("Forwarder")).name
        raise Refusal.of(
            _("The quote of {name} is not valid. {reasons}").format(name=name, reasons=" ".join(found.faults))
        )
    return found


def _protected(inquiry: FreightInquiry, ranked: Sequence[Ranked]) -> tuple[tuple[str, str], ...]:
    """Answer what may not change once the choice is approved: the quote, and what the others came to."""
    return (
        ("chosen", str(inquiry.chosen_quote_id)),
        ("departure", str(inquiry.target_etd)),
        *((f"quote {one.quote.id}", str(one.all_in)) for one in ranked),
    )


def _figures(reader: Reader, chosen: Ranked, ranked: Sequence[Ranked], why: str) -> tuple[Figure, ...]:
    valid = [one for one in ranked if one.valid and one.all_in is not None]
    names = dict(
        reader.session.execute(
            select(Party.id, Party.name).where(Party.id.in_([one.quote.party_id for one in valid]))
        ).all()
    )
    quotes = (
        Figure(names.get(one.quote.party_id, "?"), format_money(one.all_in, reader.base))
        for one in valid
        if one.all_in is not None
    )
    return (
        Figure(_("Chosen"), names.get(chosen.quote.party_id, "?")),
        Figure(_("Why"), why or _("cheapest valid quote")),
        *quotes,
    )


def choice_approved(work: Work, inquiry_id: int) -> None:
    """Take the choice on that was approved."""
    _take(work, work.get(FreightInquiry, inquiry_id, _("Freight inquiry")))


def choice_returned(work: Work, inquiry_id: int) -> None:
    """Take the inquiry back to comparing: the choice was rejected or withdrawn."""
    inquiry = work.get(FreightInquiry, inquiry_id, _("Freight inquiry"))
    inquiry.status = FREIGHT_INQUIRY.step(inquiry.status, "return").target
    inquiry.chosen_quote_id = None
    inquiry.updated_at = work.now


def _take(work: Work, inquiry: FreightInquiry) -> None:
    inquiry.status = FREIGHT_INQUIRY.step(inquiry.status, "choose").target
    inquiry.updated_at = work.now
    if inquiry.shipment_id is not None:
        _estimate(work, inquiry)


def _estimate(work: Work, inquiry: FreightInquiry) -> None:
    """Make the chosen quote the shipment's forwarder and estimated costs, one line a charge.

    Earlier estimates of the same categories give way, those of another payee left alone.
    """
    quote = work.get(FreightQuote, inquiry.chosen_quote_id or 0, _("Freight quote"))
    shipment = work.get(Shipment, inquiry.shipment_id or 0, _("Shipment"))
    charges = charges_of(work, [quote.id]).get(quote.id, ())
    categories = {charge_kind(charge.code).category for charge in charges}
    replaced = _drop_estimates(work, shipment, categories, quote.forwarder_id)
    if replaced:
        work.warn(
            _("Estimates that the quote replaces: {count}.").format(count=replaced),
        )
    for charge, amount in zip(charges, charge_amounts(plain_charges(charges)), strict=True):
        if amount == 0:
            continue
        kind = charge_kind(charge.code)
        charge.cost_line_id = save_cost.within(
            work,
            SaveCost(
                shipment_id=shipment.id,
                category=kind.category,
                currency=charge.currency,
                amount=amount,
                status=CostStatus.ESTIMATED.value,
                party_id=quote.forwarder_id,
                rate=quote_rate(work, charge.currency, local_day(quote.received_at)),
                description=charge.description or _(kind.title),
            ),
        )
    shipment.forwarder_id = quote.forwarder_id
    shipment.carrier = quote.carrier or shipment.carrier
    shipment.etd = shipment.etd or quote.etd
    shipment.updated_at = work.now
    work.session.flush()


def _drop_estimates(work: Work, shipment: Shipment, categories: set[str], forwarder_id: int) -> int:
    """Delete unbilled estimates of these categories with no payee, or with the forwarder; answers how many."""
    rows = work.session.scalars(
        select(CostLine).where(
            CostLine.shipment_id == shipment.id,
            CostLine.category.in_(categories),
            CostLine.status == CostStatus.ESTIMATED.value,
            CostLine.item_id.is_(None),
            CostLine.receipt_id.is_(None),
            CostLine.party_id.is_(None)
            | (CostLine.party_id == forwarder_id)
            | (CostLine.party_id == shipment.forwarder_id),
        )
    ).all()
    for row in rows:
        work.session.delete(row)
    work.session.flush()
    return len(rows)


@dataclass(frozen=True, slots=True)
class BookFreight:
    """Space is booked with the chosen forwarder."""

    inquiry_id: int


@operation("freight.write")
def book_freight(work: Work, command: BookFreight) -> str:
    """Mark the chosen freight as booked, and with it its shipment, as the chosen quote has it.

    A choice for a contract is given to its planned shipment first.
    """
    inquiry = work.get(FreightInquiry, command.inquiry_id, _("Freight inquiry"))
    step = FREIGHT_INQUIRY.step(inquiry.status, "book")
    if inquiry.shipment_id is not None:
        open_shipment(work, inquiry.shipment_id)
    if inquiry.shipment_id is None:
        inquiry.shipment_id = _shipment_of(work, inquiry)
        _estimate(work, inquiry)
    inquiry.status = step.target
    inquiry.updated_at = work.now
    shipment = work.get(Shipment, inquiry.shipment_id, _("Shipment"))
    if shipment.status in {"planned", "rolled"} and work.actor.can("shipment.write"):
        move_shipment.within(work, MoveShipment(shipment.id, "booked", work.today))
    return inquiry.status


def _shipment_of(reader: Reader, inquiry: FreightInquiry) -> int:
    """Answer the one shipment of the contract that has not left; Refusal when there is none, or several."""
    lines = select(ShipmentLine.shipment_id).where(ShipmentLine.contract_id == inquiry.contract_id)
    found = reader.session.execute(
        select(Shipment.id, Shipment.number).where(
            Shipment.id.in_(lines), Shipment.status.not_in([*GONE, "void"])
        )
    ).all()
    taken = select(FreightInquiry.shipment_id).where(
        FreightInquiry.shipment_id.is_not(None), FreightInquiry.status != "void"
    )
    busy = set(reader.session.scalars(taken))
    free = [row for row in found if row.id not in busy]
    if len(free) == 1:
        key: int = free[0].id
        return key
    if not free:
        raise Refusal.of(_("Plan the shipment of the contract first; its freight is booked for a shipment."))
    raise Refusal.of(
        _(
            "Several shipments of the contract wait: {numbers}. Ask for their freight from each of them."
        ).format(numbers=", ".join(row.number for row in free))
    )


@dataclass(frozen=True, slots=True)
class GiveUpQuote:
    """The chosen forwarder withdraws before space is booked."""

    inquiry_id: int
    reason: str


@operation("freight.write")
def give_up_quote(work: Work, command: GiveUpQuote) -> str:
    """Go back to comparing without the chosen quote; its estimates and the forwarder leave the shipment."""
    inquiry = work.get(FreightInquiry, command.inquiry_id, _("Freight inquiry"))
    step = FREIGHT_INQUIRY.step(inquiry.status, "withdraw")
    if not command.reason.strip():
        raise Refusal.of(_("Say why the forwarder withdraws."), "reason")
    quote = work.get(FreightQuote, inquiry.chosen_quote_id or 0, _("Freight quote"))
    if inquiry.shipment_id is not None:
        _demand_no_bill(work, inquiry.shipment_id, quote.forwarder_id)
        _take_back(work, inquiry.shipment_id, quote)
    quote.withdrawn = True
    quote.remarks = "\n".join(part for part in (quote.remarks, command.reason.strip()) if part)
    quote.updated_at = work.now
    inquiry.status, inquiry.chosen_quote_id, inquiry.choice_reason = step.target, None, ""
    inquiry.updated_at = work.now
    void_approval(work, KIND, inquiry.id, command.reason.strip())
    return inquiry.status


def _demand_no_bill(work: Work, shipment_id: int, forwarder_id: int) -> None:
    number = work.session.scalars(
        select(FreightBill.number)
        .where(FreightBill.shipment_id == shipment_id, FreightBill.forwarder_id == forwarder_id)
        .limit(1)
    ).one_or_none()
    if number is not None:
        raise Refusal.of(
            _("The forwarder's bill {number} is entered already; it cannot withdraw any more.").format(
                number=number
            )
        )


def _take_back(work: Work, shipment_id: int, quote: FreightQuote) -> None:
    """Delete the estimates that a quote became, and clear the forwarder it named."""
    shipment = work.get(Shipment, shipment_id, _("Shipment"))
    charges = list(work.session.scalars(select(FreightCharge).where(FreightCharge.quote_id == quote.id)))
    lines = [charge.cost_line_id for charge in charges if charge.cost_line_id is not None]
    for charge in charges:
        charge.cost_line_id = None
    work.session.flush()
    for row in work.session.scalars(
        select(CostLine).where(CostLine.id.in_(lines), CostLine.item_id.is_(None))
    ):
        work.session.delete(row)
    if shipment.forwarder_id == quote.forwarder_id:
        shipment.forwarder_id = None
    shipment.updated_at = work.now
    work.session.flush()
