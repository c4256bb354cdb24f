"""Taking back a departure or a delivery noted too early: all that it posted is reversed (domain.md 1.3, 3.1, 16.7)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from tradecrm.core.agency import Agency
from tradecrm.core.flows import SHIPMENT
from tradecrm.core.money import convert
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rebate import EXPORT_VAT_CODES, TaxRegime
from tradecrm.core.text import _
from tradecrm.core.ways import NO_TITLE_MODES
from tradecrm.models import (
    Allocation,
    AuditEntry,
    CommissionLine,
    CommissionRun,
    CostLine,
    DeclarationLine,
    Earmark,
    GoodsReceipt,
    GoodsReturn,
    Item,
    LedgerEntry,
    Milestone,
    Note,
    Presentation,
    PurchaseContract,
    PurchaseLine,
    RebateClaimLine,
    SalesContract,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.control.audit import kind_of
from tradecrm.services.data.search_own import renew_terms
from tradecrm.services.figures.quantities import amounts_on_board, gone_quantities
from tradecrm.services.figures.rebate_kept import REB, kept_rebate
from tradecrm.services.figures.transit_kept import TRANSIT
from tradecrm.services.money.allocations import unallocate_row
from tradecrm.services.money.ledger import AR, COST, REBATE, Row, Source, post
from tradecrm.services.money.taking_back import standing_rows, take_back
from tradecrm.services.trade.agency import contracts_of, fee_of
from tradecrm.services.trade.checklist import date_checklist
from tradecrm.services.trade.contract_followers import contract_changed
from tradecrm.services.trade.milestones import take_back as take_milestone_back
from tradecrm.services.trade.purchase_receipts import settle_state
from tradecrm.services.trade.revenue import RevenueEvent, revenue_event
from tradecrm.services.trade.transit import settle_transit
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
TAKEN_BACK = frozenset({"departed", "delivered"})
"""The states of a shipment whose step posted something, and may be taken back so."""
_CAME_IN = frozenset({"partly_received", "received", "invoiced"})
_STATES = (("DECL", "declared"), ("LOAD", "loaded"), ("CRD", "cargo_ready"), ("BKG", "booked"))


@dataclass(frozen=True, slots=True)
class TakeDepartureBack:
    """The departure, or the delivery, of a shipment was noted wrongly: ``reason`` says why it is taken back."""

    shipment_id: int
    reason: str


@operation("shipment.write")
def take_departure_back(work: Work, command: TakeDepartureBack) -> str:
    """Bring a shipment to where it stood before it left, or before it was delivered; answers its state.

    Reversed on the days on which it was posted, so that the figures of every day are as if it had not happened.
    Refused while anything stands on it, and where the books of those days are closed.
    """
    shipment = work.get(Shipment, command.shipment_id, _("Shipment"))
    reason = command.reason.strip()
    if not reason:
        raise Refusal.of(_("Say why it is taken back."), "reason")
    invoice = _invoice(work, shipment)
    posts = _posted(work, shipment)
    problems = [Problem("", words) for words in _stands(work, shipment, invoice if posts else None)]
    if problems:
        raise Refusal(problems)
    contracts = contracts_of(work, shipment.id)
    if posts:
        _take_revenue_back(work, shipment, contracts, invoice, reason)
    if shipment.status == "delivered":
        take_milestone_back(work, shipment, "DELIV", reason)
        shipment.delivered_on = None
        if shipment.recognized_on is None:
            settle_transit(work, shipment, _last_day(work, shipment, (COST, TRANSIT)))
        shipment.status = SHIPMENT.step("delivered", "undeliver").target
    else:
        _put_ashore(work, shipment, contracts, reason)
    shipment.updated_at = work.now
    renew_terms(work, "shipment", shipment)
    return shipment.status


@dataclass(frozen=True, slots=True)
class Effects:
    """What taking a departure or delivery back does: the state after it, what is reversed, or what is against it."""

    status: str
    departure: bool
    number: str
    total: Decimal
    currency: str
    day: date | None
    deposits: Decimal
    against: tuple[str, ...]


def effects(reader: Reader, shipment_id: int) -> Effects:
    """Answer what `take_departure_back` would do with a shipment, amounts in its currency; changes nothing."""
    shipment = reader.get(Shipment, shipment_id, _("Shipment"))
    invoice = _invoice(reader, shipment)
    left = shipment.status == "departed"
    if not _posted(reader, shipment):
        invoice = None
    return Effects(
        _state_before(reader, shipment) if left else SHIPMENT.step("delivered", "undeliver").target,
        left,
        "" if invoice is None else invoice.number,
        ZERO if invoice is None else invoice.amount,
        shipment.currency,
        None if invoice is None else _free_from(reader, invoice),
        ZERO if invoice is None else sum((part for _item, part in _deposits(reader, invoice)), ZERO),
        tuple(_stands(reader, shipment, invoice)),
    )


def _posted(reader: Reader, shipment: Shipment) -> bool:
    """Tell whether the last step brought the revenue; a delivery on the day of departure may not have."""
    if shipment.status == "departed":
        return True
    event = revenue_event(reader, contracts_of(reader, shipment.id))
    return event is RevenueEvent.DELIVERED and shipment.recognized_on == shipment.delivered_on


def _invoice(work: Reader, shipment: Shipment) -> Item | None:
    of_shipment = select(Item).where(Item.shipment_id == shipment.id, Item.side == AR, Item.kind == "INV")
    return work.session.scalars(of_shipment).one_or_none()


def _stands(work: Reader, shipment: Shipment, invoice: Item | None) -> Iterator[str]:
    """Answer what stands against it, a sentence for each with what to do instead."""
    number = shipment.number
    if shipment.status not in TAKEN_BACK:
        words = {
            "arrived": _("{number} has arrived. Take that step back first, then the departure."),
            "closed": _("{number} is closed and its result stands. Ask to reopen it first."),
        }.get(shipment.status, _("{number} has not left; there is no departure to take back."))
        yield words.format(number=number)
        return
    closed = work.settings.closed_until
    posted = shipment.recognized_on or shipment.departed_on
    if closed is not None and posted is not None and posted <= closed:
        yield _(
            "The books are closed until {closed}, and {number} was posted on {day}. Reopen that month, or enter "
            "the goods as returned."
        ).format(closed=closed, number=number, day=posted)
    if invoice is not None:
        yield from _settled(work, invoice)
    yield from _papers(work, shipment, invoice)


def _settled(work: Reader, invoice: Item) -> Iterator[str]:
    """Answer what was paid on the invoice otherwise than by the deposits that the posting itself applied."""
    own = _deposits(work, invoice)
    for item in _posted_with(work, invoice):
        for row in standing_rows(work, item.id):
            key = (row.credit_item_id, row.debit_amount)
            if key in own and row.day == invoice.day:
                own.remove(key)
                continue
            other_id = row.credit_item_id if row.debit_item_id == item.id else row.debit_item_id
            yield _("{number} is settled with {other}. Take that settlement back first.").format(
                number=item.number, other=work.session.get_one(Item, other_id).number
            )


def _deposits(work: Reader, invoice: Item) -> list[tuple[int, Decimal]]:
    """Answer what the posting of an invoice took of deposits: (receipt's item, amount), as it settled them."""
    credits_of = [row for row in standing_rows(work, invoice.id) if row.day == invoice.day]
    marks = _marks(work, invoice, {row.credit_item_id for row in credits_of})
    return [(mark.item_id, -mark.amount) for mark in marks]


def _marks(work: Reader, invoice: Item, items: set[int]) -> list[Earmark]:
    """Answer the dated rows by which an invoice took its deposits; those of another shipment stay."""
    if invoice.shipment_id is None or not items:
        return []
    on_board = [contract.id for contract in contracts_of(work, invoice.shipment_id)]
    wanted = {(row.credit_item_id, row.debit_amount) for row in standing_rows(work, invoice.id)}
    rows = work.session.scalars(
        select(Earmark)
        .where(
            Earmark.item_id.in_(items),
            Earmark.contract_id.in_(on_board),
            Earmark.day == invoice.day,
            Earmark.applied.is_(True),
            Earmark.amount < 0,
        )
        .order_by(Earmark.id.desc())
    ).all()
    found = []
    for row in rows:
        if (row.item_id, -row.amount) in wanted:
            wanted.remove((row.item_id, -row.amount))
            found.append(row)
    return found


def _free_from(work: Reader, invoice: Item) -> date:
    """Answer the day an invoice is reversed on: its own, or the first on which nothing settled it any more.

    What settled it and was taken back later stood in between, and stays in the reports of those days (section 3.1).
    """
    undo, made = aliased(Allocation), aliased(Allocation)
    items = [item.id for item in _posted_with(work, invoice)]
    latest = work.session.scalar(
        select(func.max(undo.day))
        .join(made, made.id == undo.reverses_id)
        .where(undo.debit_item_id.in_(items) | undo.credit_item_id.in_(items), undo.day > made.day)
    )
    return max(invoice.day, latest or invoice.day)


def _posted_with(work: Reader, invoice: Item) -> Sequence[Item]:
    """Answer the invoice and what is owed to a principal by the same posting."""
    same = select(Item).where(Item.posting_id == invoice.posting_id).order_by(Item.id)
    return work.session.scalars(same).all()


def _papers(work: Reader, shipment: Shipment, invoice: Item | None) -> Iterator[str]:
    """Answer the papers that stand on the step: notes, goods returned, claims, the bank's, the carrier's."""
    number = shipment.number
    if invoice is not None:
        for note in work.session.scalars(
            select(Note).where(Note.invoice_id == invoice.id, Note.reversed_on.is_(None))
        ):
            yield _("{note} corrects the invoice of {number}. Take it back first.").format(
                note=note.number, number=number
            )
    for paper in work.session.scalars(
        select(GoodsReturn).where(GoodsReturn.shipment_id == shipment.id, GoodsReturn.status != "reversed")
    ):
        yield _("{paper} says that goods of {number} came back. Take it back first.").format(
            paper=paper.number, number=number
        )
    if _has(work, Presentation.shipment_id == shipment.id):
        yield _(
            "The papers of {number} were handed to the bank. Enter the goods as returned instead."
        ).format(number=number)
    if shipment.bl_released_on is not None and shipment.mode not in NO_TITLE_MODES:
        yield _("The B/L of {number} was given up. Enter the goods as returned instead.").format(
            number=number
        )
    declared = RebateClaimLine.declaration_line_id.in_(
        select(DeclarationLine.id).where(DeclarationLine.shipment_id == shipment.id)
    )
    if _has(work, declared):
        yield _("{number} is in a rebate claim. Take it out of the claim first.").format(number=number)
    run = work.session.scalar(
        select(func.count(CommissionLine.id))
        .join(CommissionRun, CommissionRun.id == CommissionLine.run_id)
        .where(CommissionLine.shipment_id == shipment.id, CommissionRun.posting_id.is_not(None))
    )
    if run:
        yield _("The commission on {number} is posted. Reverse that commission first.").format(number=number)
    closed = work.session.scalars(
        select(PurchaseContract)
        .where(PurchaseContract.status == "closed", PurchaseContract.id.in_(_bought_for(shipment)))
        .limit(1)
    ).first()
    if closed is not None and shipment.status == "departed":
        yield _("The purchase {purchase} is closed. Reopen it first.").format(purchase=closed.number)


def _has(work: Reader, which: ColumnElement[bool]) -> bool:
    return bool(work.session.scalar(select(exists().where(which))))


def _take_revenue_back(
    work: Work, shipment: Shipment, contracts: Sequence[SalesContract], invoice: Item | None, reason: str
) -> None:
    """Reverse the invoice, let its deposits go, and take back what was accrued with it."""
    source = Source("shipment", shipment.id, reason[:300])
    if invoice is not None:
        day = invoice.day
        linked = {row.credit_item_id for row in standing_rows(work, invoice.id)}
        for mark in _marks(work, invoice, linked):
            work.add(
                Earmark(
                    item_id=mark.item_id,
                    contract_id=mark.contract_id,
                    day=day,
                    amount=-mark.amount,
                    applied=True,
                )
            )
        items = _posted_with(work, invoice)
        for row in standing_rows(work, invoice.id):
            unallocate_row(work, row.id, day, reason)
        backs = take_back(work, items, _free_from(work, invoice), source, "invoice")
        for item in (*items, *backs):  # Neither is this shipment's invoice any more; the ledger keeps both.
            item.shipment_id = item.contract_id = None
        _drop_agent_fee(work, shipment, contracts)
    shipment.recognized_on = shipment.recognition_rate = None
    work.session.flush()
    _take_rebate_back(work, shipment, source)


def _drop_agent_fee(work: Work, shipment: Shipment, contracts: Sequence[SalesContract]) -> None:
    """Take off the accrued fee of the agent that the invoice brought, unless its bill has come."""
    first = contracts[0]
    if first.agency != Agency.VIA_AGENT.value:
        return
    amounts = amounts_on_board(work, shipment, contracts)
    fee = fee_of([(each, amounts[each.id]) for each in contracts], shipment.currency)
    for line in work.session.scalars(
        select(CostLine).where(
            CostLine.shipment_id == shipment.id,
            CostLine.category == "OTH",
            CostLine.party_id == first.agency_party_id,
            CostLine.status == "accrued",
            CostLine.item_id.is_(None),
            CostLine.amount == fee,
        )
    ).all():
        work.session.delete(line)


def _take_rebate_back(work: Work, shipment: Shipment, source: Source) -> None:
    """Take a trader's rebate back that bills brought after the revenue; it is booked again with the next revenue."""
    if shipment.tax_regime != TaxRegime.TRADER.value:
        return
    held = convert(kept_rebate(work, shipment.id).booked, Decimal(1), work.base)
    if held != 0:
        rows = (
            Row(REBATE, work.base, -held, -held, REB, shipment_id=shipment.id),
            Row(COST, work.base, held, held, REB, shipment_id=shipment.id),
        )
        post(work, _last_day(work, shipment, (REBATE,)), "rebate_adjust", source, rows)


def _last_day(work: Work, shipment: Shipment, books: tuple[str, ...]) -> date:
    """Answer the latest day on which something of a shipment was posted to these books, today where nothing was."""
    latest = work.session.scalar(
        select(func.max(LedgerEntry.day)).where(
            LedgerEntry.shipment_id == shipment.id, LedgerEntry.book.in_(books)
        )
    )
    return latest or work.today


def _put_ashore(work: Work, shipment: Shipment, contracts: Sequence[SalesContract], reason: str) -> None:
    """Take back that the goods left: day, papers' days, goods come in directly, the state of the contracts."""
    take_milestone_back(work, shipment, "ATD", reason)
    shipment.status = _state_before(work, shipment)
    if shipment.status not in {"loaded", "declared"}:
        shipment.loaded_on = None
    if shipment.mode in NO_TITLE_MODES:
        shipment.bl_released_on = None
    shipment.departed_on = shipment.invoice_date = shipment.bl_copy_sent_on = None
    shipment.bl_no = ""
    shipment.invoice_number = None
    work.session.flush()
    settle_transit(work, shipment, _last_day(work, shipment, (COST, TRANSIT)))
    _take_receipts_back(work, shipment)
    _drop_export_vat(work, shipment)
    for contract in contracts:
        gone = gone_quantities(work, contract.id)
        contract.status = "partly_shipped" if any(gone.values()) else "effective"
        contract.updated_at = work.now
        contract_changed(work, contract)
    date_checklist(work, shipment)


def _state_before(work: Reader, shipment: Shipment) -> str:
    """Answer how far the shipment was when it left: the last milestone before the departure that was met."""
    met = set(
        work.session.scalars(
            select(Milestone.code).where(
                Milestone.shipment_id == shipment.id, Milestone.actual_on.is_not(None)
            )
        )
    )
    back = SHIPMENT.step("departed", "undepart").target
    return next((back if state == back else state for code, state in _STATES if code in met), "planned")


def _take_receipts_back(work: Work, shipment: Shipment) -> None:
    """Take back that goods came in from their factories with this shipment (section 9.1)."""
    purchases = work.session.scalars(
        select(PurchaseContract).where(PurchaseContract.id.in_(_bought_for(shipment)))
    ).all()
    for receipt in work.session.scalars(
        select(GoodsReceipt).where(GoodsReceipt.shipment_line_id.in_(_goods_of(shipment)))
    ).all():
        work.session.delete(receipt)
    work.session.flush()
    for purchase in purchases:
        purchase.status = _state_before_goods(work, purchase)
        settle_state(work, purchase)


def _state_before_goods(work: Reader, purchase: PurchaseContract) -> str:
    """Answer how far a purchase was when its first goods came in, as its history tells: sent, confirmed, produced."""
    history = (
        select(AuditEntry.detail)
        .where(
            AuditEntry.kind == kind_of(PurchaseContract),
            AuditEntry.record_id == purchase.id,
            AuditEntry.action == "update",
        )
        .order_by(AuditEntry.id.desc())
    )
    for detail in work.session.scalars(history):
        before, after = json.loads(detail).get("status") or ("", "")
        if after in _CAME_IN and before not in _CAME_IN:
            return str(before)
    return "confirmed"


def _goods_of(shipment: Shipment) -> ColumnElement[int]:
    return select(ShipmentLine.id).where(ShipmentLine.shipment_id == shipment.id).scalar_subquery()


def _bought_for(shipment: Shipment) -> ColumnElement[int]:
    """Answer the purchases of which goods came in with a shipment."""
    return (
        select(PurchaseLine.purchase_id)
        .join(GoodsReceipt, GoodsReceipt.purchase_line_id == PurchaseLine.id)
        .where(GoodsReceipt.shipment_line_id.in_(_goods_of(shipment)))
        .scalar_subquery()
    )


def _drop_export_vat(work: Work, shipment: Shipment) -> None:
    """Take off the VAT that the export was reckoned to cost; leaving reckons it again (section 2.2)."""
    code = EXPORT_VAT_CODES.get(TaxRegime(shipment.tax_regime))
    for line in work.session.scalars(
        select(CostLine).where(
            CostLine.shipment_id == shipment.id, CostLine.category == code, CostLine.item_id.is_(None)
        )
    ).all():
        work.session.delete(line)
