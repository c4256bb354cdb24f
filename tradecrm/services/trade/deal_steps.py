"""The process map of a deal (流程图): each step's state, what stops it and whom it waits for (domain.md section 1)."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tradecrm.core.flow import Flow
from tradecrm.core.flows import SALES_CONTRACT, SHIPMENT
from tradecrm.core.links import Link
from tradecrm.core.money import format_amount, format_money
from tradecrm.core.phrases import enumerated
from tradecrm.core.text import N_, _
from tradecrm.core.trade_flows import (
    DOCUMENT,
    FREIGHT_INQUIRY,
    GOODS_RETURN,
    INQUIRY,
    PROFORMA,
    PURCHASE_CONTRACT,
    QUOTATION,
)
from tradecrm.services.trade.deal import Deal
from tradecrm.services.trade.deal_papers import DealPaper

ZERO = Decimal(0)


class StepState(enum.StrEnum):
    """Where a step stands: nothing yet, under way, held up, done, or not part of this deal."""

    AHEAD = "ahead"
    ACTIVE = "active"
    STOPPED = "stopped"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class DealStep:
    """A step of the process map: how far it is in words, what stops it, who it waits for, and its papers."""

    key: str
    title: str
    state: StepState
    words: str
    stops: tuple[str, ...] = ()
    waits_for: str = ""
    papers: tuple[DealPaper, ...] = ()

    @property
    def link(self) -> Link | None:
        """Answer what the step opens: its latest paper."""
        return self.papers[-1].link if self.papers else None


FLOWS: dict[str, Flow] = {
    flow.kind: flow
    for flow in (
        INQUIRY,
        QUOTATION,
        PROFORMA,
        SALES_CONTRACT,
        PURCHASE_CONTRACT,
        FREIGHT_INQUIRY,
        SHIPMENT,
        DOCUMENT,
        GOODS_RETURN,
    )
}
_AFTER = frozenset({"effective", "partly_shipped", "shipped", "closed", "short_closed"})
_GONE = frozenset({"departed", "arrived", "delivered", "closed"})


def status_words(paper: DealPaper) -> str:
    """Answer the state of a paper in words; money says paid, partly paid or open."""
    flow = FLOWS.get(paper.kind)
    if flow is not None:
        return _(flow.state(paper.status).title)
    return {"paid": _("Paid"), "partly_paid": _("Partly paid"), "posted": _("Posted")}.get(
        paper.status, _("Unpaid")
    )


def deal_steps(deal: Deal) -> tuple[DealStep, ...]:
    """Answer the steps from inquiry to closing, in order; goods that came back stand before the collection."""
    makers: tuple[Callable[[Deal], DealStep], ...] = (
        _inquiry,
        _quotation,
        _proforma,
        _contract,
        _deposit,
        _purchase,
        _freight,
        _shipment,
        _papers,
        _money,
        _closing,
    )
    steps = [make(deal) for make in makers]
    back = [paper for paper in deal.of("goods_return") if paper.status != "reversed"]
    if back:
        done = all(paper.status == "received" for paper in back)
        state = StepState.DONE if done else StepState.ACTIVE
        step = DealStep("goods_return", N_("Goods returned"), state, _last(back), papers=tuple(back))
        steps.insert(len(makers) - 2, step)
    return tuple(steps)


def _waiting(deal: Deal, papers: Sequence[DealPaper]) -> str:
    """Answer whose decision the papers wait for, empty when nobody's."""
    keys = {(paper.kind, paper.id) for paper in papers}
    names = sorted({name for each in deal.waiting if (each.kind, each.id) in keys for name in each.people})
    return _("Waits for the approval of {people}").format(people=enumerated(names)) if names else ""


def _last(papers: Sequence[DealPaper]) -> str:
    """Answer number and state of a single paper; of several, how many stand in each state."""
    if len(papers) == 1:
        return f"{papers[0].number}  {status_words(papers[0])}"
    counts = Counter(status_words(paper) for paper in papers)
    return enumerated(f"{count} {words}" for words, count in counts.items())


def _early(deal: Deal, key: str, title: str, done: frozenset[str]) -> DealStep:
    """Make a step before the contract: skipped when the deal began later."""
    papers = deal.of(key)
    waits = _waiting(deal, papers)
    if not papers:
        return DealStep(key, title, StepState.SKIPPED, _("Not used"))
    state = StepState.DONE if papers[-1].status in done or deal.status in _AFTER else StepState.ACTIVE
    return DealStep(
        key, title, StepState.STOPPED if waits else state, _last(papers), waits_for=waits, papers=papers
    )


def _inquiry(deal: Deal) -> DealStep:
    return _early(deal, "inquiry", N_("Inquiry"), frozenset({"quoted", "won"}))


def _quotation(deal: Deal) -> DealStep:
    return _early(deal, "quotation", N_("Quotation"), frozenset({"accepted"}))


def _proforma(deal: Deal) -> DealStep:
    return _early(deal, "proforma", N_("Proforma invoice"), frozenset({"confirmed", "fulfilled"}))


def _contract(deal: Deal) -> DealStep:
    papers = deal.of("sales_contract")
    waits = _waiting(deal, papers)
    stops: list[str] = []
    if deal.status == "draft":
        stops.append(_("Not signed yet."))
    elif deal.status in {"canceled", "void"}:
        stops.append(_("The contract is canceled."))
    state = StepState.DONE if deal.status in _AFTER else StepState.ACTIVE
    if waits or deal.status in {"canceled", "void"}:
        state = StepState.STOPPED
    words = _(SALES_CONTRACT.state(deal.status).title)
    return DealStep("sales_contract", N_("Sales contract"), state, words, tuple(stops), waits, papers)


def _deposit(deal: Deal) -> DealStep:
    papers = deal.of("receipt")
    if deal.deposit_due == 0:
        return DealStep("deposit", N_("Deposit"), StepState.SKIPPED, _("None agreed"))
    received = format_amount(deal.deposit_received, deal.currency)
    due = format_amount(deal.deposit_due, deal.currency)
    words = _("{received} of {due}").format(received=received, due=due)
    short = deal.deposit_short and not any(paper.status in _GONE for paper in deal.of("shipment"))
    if deal.deposit_received >= deal.deposit_due or (deal.status in _AFTER and not short):
        return DealStep("deposit", N_("Deposit"), StepState.DONE, words, papers=papers)
    waiting = deal.status == "signed" or deal.status in _AFTER
    waits = _("Waits for {name}").format(name=deal.customer) if waiting else ""
    state = StepState.STOPPED if waits else StepState.AHEAD
    return DealStep("deposit", N_("Deposit"), state, words, (), waits, papers)


def _purchase(deal: Deal) -> DealStep:
    papers = deal.of("purchase_contract")
    short = [line for line in deal.lines if line.bought < line.ordered - line.short_closed]
    waits = _waiting(deal, papers)
    gone = all(line.shipped >= line.ordered - line.short_closed for line in deal.lines)
    title = N_("Purchasing")
    if not papers:
        state = StepState.SKIPPED if gone else StepState.AHEAD
        return DealStep("purchase_contract", title, state, _("Not used") if gone else _("Nothing bought yet"))
    stops = tuple(
        _("{goods}: {quantity} {unit} not bought yet.").format(
            goods=line.description,
            quantity=f"{(line.ordered - line.short_closed - line.bought).normalize():,f}",
            unit=line.unit,
        )
        for line in short[:3]
    )
    stops += tuple(
        _(
            "{goods}: {quantity} {unit} bought more than sold. Amend the purchase, or keep them for stock."
        ).format(goods=line.description, quantity=f"{line.overbought.normalize():,f}", unit=line.unit)
        for line in deal.lines
        if line.overbought and not gone
    )
    done = not short and all(paper.status in {"received", "invoiced", "closed"} for paper in papers)
    state = StepState.STOPPED if waits else StepState.DONE if done or gone else StepState.ACTIVE
    stops = () if state is StepState.DONE else stops
    return DealStep("purchase_contract", title, state, _last(papers), stops, waits, papers)


def _freight(deal: Deal) -> DealStep:
    papers = deal.of("freight_inquiry")
    waits = _waiting(deal, papers)
    if not papers:
        gone = any(paper.status in _GONE for paper in deal.of("shipment"))
        state = StepState.SKIPPED if gone else StepState.AHEAD
        return DealStep(
            "freight_inquiry", N_("Freight"), state, _("Not used") if gone else _("Not asked yet")
        )
    done = all(paper.status in {"chosen", "booked"} for paper in papers)
    state = StepState.STOPPED if waits else StepState.DONE if done else StepState.ACTIVE
    return DealStep("freight_inquiry", N_("Freight"), state, _last(papers), (), waits, papers)


def _shipment(deal: Deal) -> DealStep:
    papers = deal.of("shipment")
    waits = _waiting(deal, papers)
    left = [line for line in deal.lines if line.shipped + line.planned < line.ordered - line.short_closed]
    stops = [
        _("{number} should have left on {day}.").format(number=paper.number, day=f"{paper.day:%Y-%m-%d}")
        for paper in papers
        if paper.late
    ]
    stops += [
        _("{goods}: {quantity} {unit} on no shipment yet.").format(
            goods=line.description,
            quantity=f"{(line.ordered - line.short_closed - line.shipped - line.planned).normalize():,f}",
            unit=line.unit,
        )
        for line in left[:3]
        if deal.status in _AFTER
    ]
    stops += deal.loading
    if not papers:
        return DealStep("shipment", N_("Shipment"), StepState.AHEAD, _("Nothing planned yet"), tuple(stops))
    done = not left and all(paper.status in _GONE for paper in papers)
    late = any(paper.late for paper in papers)
    held = waits or late or deal.loading
    state = StepState.STOPPED if held else StepState.DONE if done else StepState.ACTIVE
    return DealStep("shipment", N_("Shipment"), state, _last(papers), tuple(stops), waits, papers)


def _papers(deal: Deal) -> DealStep:
    papers = deal.of("shipment_document")
    if not papers:
        return DealStep("shipment_document", N_("Documents"), StepState.AHEAD, _("None yet"))
    sent = sum(1 for paper in papers if paper.status == "sent")
    words = _("{sent} of {count} sent").format(sent=sent, count=len(papers))
    late = [paper for paper in papers if paper.late]
    stops = tuple(
        _("{paper} of {shipment} was due on {day}.").format(
            paper=paper.number, shipment=paper.party, day=f"{paper.day:%Y-%m-%d}"
        )
        for paper in late[:3]
    )
    state = StepState.DONE if sent == len(papers) else StepState.ACTIVE
    return DealStep(
        "shipment_document", N_("Documents"), StepState.STOPPED if late else state, words, stops, "", papers
    )


def _money(deal: Deal) -> DealStep:
    papers = deal.of("receivable")
    if not papers:
        return DealStep("receivable", N_("Collection"), StepState.AHEAD, _("Nothing invoiced yet"))
    unpaid = [paper for paper in papers if paper.open_amount]
    if not unpaid:
        return DealStep("receivable", N_("Collection"), StepState.DONE, _("Everything paid"), papers=papers)
    owed = sum((paper.open_amount or ZERO for paper in unpaid), ZERO)
    if owed < 0:
        words = _("{amount} to give back or settle").format(amount=format_money(-owed, deal.currency))
        return DealStep("receivable", N_("Collection"), StepState.ACTIVE, words, (), "", papers)
    words = _("{amount} open").format(amount=format_money(owed, deal.currency))
    waits = _("Waits for {name}").format(name=deal.customer)
    return DealStep("receivable", N_("Collection"), StepState.ACTIVE, words, (), waits, papers)


def _closing(deal: Deal) -> DealStep:
    shipments = deal.of("shipment")
    if deal.status in {"closed", "short_closed"}:
        return DealStep(
            "closing", N_("Close-out"), StepState.DONE, _(SALES_CONTRACT.state(deal.status).title)
        )
    words = _("{closed} of {count} shipments closed").format(
        closed=sum(1 for paper in shipments if paper.status == "closed"), count=len(shipments)
    )
    if not shipments:
        return DealStep("closing", N_("Close-out"), StepState.AHEAD, _("Nothing shipped yet"))
    begun = any(paper.status in {"arrived", "delivered", "closed"} for paper in shipments)
    state = StepState.ACTIVE if begun else StepState.AHEAD
    return DealStep("closing", N_("Close-out"), state, words, deal.closing)
