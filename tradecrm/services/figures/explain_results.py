"""How a shipment's profit, a customer's usual delay and an expected day come about (sections 2.4 and 3.8)."""

from __future__ import annotations

from decimal import Decimal

from tradecrm.core.links import Link
from tradecrm.core.money import format_amount, round_to
from tradecrm.core.plans import GROUND_TITLES
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Instalment, Item, Party
from tradecrm.services.figures.collection import open_rows
from tradecrm.services.figures.delays import average_delays, paid_instalments
from tradecrm.services.figures.explain import ZERO, Ask, ExplainedStep, Explanation, joined, less, wanted_id
from tradecrm.services.figures.plan_rows import Accounts, PlanOptions
from tradecrm.services.figures.profit import ShipmentProfit, shipment_profit
from tradecrm.services.work import Reader


def explain_shipment(reader: Reader, ask: Ask) -> Explanation:
    """Explain the measures of a shipment's profit, each with its numbers (section 2.4)."""
    reader.actor.demand("profit.read")
    profit = shipment_profit(reader, wanted_id(ask))
    return Explanation(
        _("Profit of shipment {number}").format(number=profit.number),
        _("Trading profit = revenue − all costs; rebates are costs below zero"),
        tuple(_measures(profit, reader.base)),
        (_("Some costs are not billed yet; the result is provisional."),) if profit.provisional else (),
    )


def _measures(profit: ShipmentProfit, base: str) -> list[ExplainedStep]:
    found, shipment = profit.result, profit.shipment_id

    def lines(part: str) -> Link:
        return Link.to("report/shipment_lines", shipment=shipment, part=part)

    def text(value: Decimal) -> str:
        return format_amount(value, base)

    sheet = Link.to("report/shipment_profit", shipment=shipment)
    differences = Link.to("report/realized_fx", shipment=shipment)
    revenue = joined([text(row.base_amount) for row in profit.revenue])
    costs = joined([text(row.base_amount) for row in profit.costs])
    after = joined([text(found.trading_profit), text(found.realized_fx)])
    net, cost = format_amount(found.fx_net_income, profit.currency), text(found.export_cost)
    steps = [
        ExplainedStep(_("Revenue"), revenue, found.revenue, base, lines("revenue")),
        ExplainedStep(_("Costs"), costs, found.total_cost, base, lines("costs")),
        ExplainedStep(
            _("Trading profit"),
            less(text(found.revenue), text(found.total_cost)),
            found.trading_profit,
            base,
            sheet,
            result=True,
        ),
        ExplainedStep(_("Realized exchange difference"), "", found.realized_fx, base, differences),
        ExplainedStep(_("Profit after exchange differences"), after, found.profit_after_fx, base, sheet),
    ]
    if found.margin is not None:
        formula = f"{text(found.trading_profit)} ÷ {text(found.revenue)}"
        steps.append(ExplainedStep(_("Margin"), formula, found.margin, "", sheet, unit="share"))
    if found.cost_per_unit is not None:
        formula = f"{cost} ÷ {net}"
        words = _("Export cost per {currency} 1").format(currency=profit.currency)
        steps.append(ExplainedStep(words, formula, found.cost_per_unit, "", sheet, unit="rate"))
    return steps + _against_reference(profit, base)


def _against_reference(profit: ShipmentProfit, base: str) -> list[ExplainedStep]:
    """Explain the reference rate R, the profit at it, and its share of K (section 2.4)."""
    found, came = profit.result, profit.collected
    sheet = Link.to("report/shipment_profit", shipment=profit.shipment_id)
    words, how = _("Reference rate R: the rate of the estimate"), ""
    if came is not None:
        words = _("Reference rate R: the rate collected")
        how = f"{format_amount(came.base_amount, base)} ÷ {format_amount(came.amount, profit.currency)}"
    elif profit.booked:
        words = _("Reference rate R: the recognition rate")
    rate = round_to(found.reference_rate, 4)
    net, cost = format_amount(found.fx_net_income, profit.currency), format_amount(found.export_cost, base)
    steps = [
        ExplainedStep(words, how, found.reference_rate, "", sheet, unit="rate"),
        ExplainedStep(
            _("Profit at the reference rate (N × R − K)"),
            f"{net} × {rate:f} − {cost}",
            found.reference_profit,
            base,
            sheet,
        ),
    ]
    if found.profit_rate is not None:
        formula = f"{format_amount(found.reference_profit, base)} ÷ {cost}"
        words = _("Profit rate at the reference rate")
        steps.append(ExplainedStep(words, formula, found.profit_rate, "", sheet, unit="share"))
    return steps


def explain_delay(reader: Reader, ask: Ask) -> Explanation:
    """Explain how late a customer usually pays in a currency: each instalment paid in the last 12 months."""
    if ask.party_id is None or not ask.currency:
        raise Refusal.of(_("Say of which partner and in which currency."), "party")
    party, code = reader.get(Party, ask.party_id, _("Partner")), ask.currency
    found = average_delays(reader, party.id).get((party.id, code))
    steps = []
    for paid in paid_instalments(reader, party.id):
        if paid.key[1] == code:
            days = (paid.paid_on - paid.due_on).days
            words = _("Due {due}, paid {paid}").format(due=paid.due_on, paid=paid.paid_on)
            formula = _("{days} days × {amount}").format(days=days, amount=format_amount(paid.amount, code))
            behind = Link.to("report/party_statement", party=party.id, side="AR")
            steps.append(ExplainedStep(words, formula, Decimal(days), "", behind, unit="days"))
    if found is not None:
        average = found.days()
        formula = f"{format_amount(found.weighted, code)} ÷ {format_amount(found.amount, code)}"
        customer = Link.to("customer", id=party.id)
        value = None if average is None else Decimal(average)
        steps.append(
            ExplainedStep(_("Usual delay in days"), formula, value, "", customer, result=True, unit="days")
        )
    return Explanation(
        _("How late {party} pays in {currency}").format(party=party.name, currency=code),
        _("Σ (days late × amount) ÷ Σ amount over the instalments paid in full in the last 12 months"),
        tuple(steps),
    )


def explain_expected(reader: Reader, ask: Ask) -> Explanation:
    """Explain on which day an open instalment is expected, and why (section 3.8)."""
    part = reader.get(Instalment, wanted_id(ask), _("Instalment"))
    item = reader.get(Item, part.item_id, _("Item"))
    options = PlanOptions(ask.as_of, with_delay=True, party_id=part.party_id, currency=part.currency)
    rows = {row.instalment_id: row for row in open_rows(reader, part.side, options, Accounts(reader))}
    found = rows.get(part.id)
    delays = average_delays(reader, part.party_id) if part.side == "AR" else {}
    delay = delays.get((part.party_id, part.currency))
    paper = Link.to("receivable", id=item.id)
    titles = dict(GROUND_TITLES)
    steps = [
        ExplainedStep(
            _("Open amount"),
            _("due {day}").format(day=part.due_on) if part.due_on else _("due date not known"),
            part.open_amount,
            part.currency,
            Link.to("report/explained", figure="open", id=item.id),
        )
    ]
    if delay is not None:
        how = Link.to("report/explained", figure="delay", party=part.party_id, currency=part.currency)
        days = Decimal(delay.days() or 0)
        steps.append(ExplainedStep(_("Usual delay in days"), "", days, "", how, unit="days"))
    words = _("Nothing of it is open any more.")
    if found is not None:
        words = f"{found.day or '—'} · {_(titles[found.expected.ground])}"
    amount = ZERO if found is None else abs(found.amount)
    steps.append(ExplainedStep(_("Expected"), words, amount, part.currency, paper, result=True))
    return Explanation(
        _("When {number} is expected").format(number=item.number),
        _("Promised day, else due day + usual delay, else the estimate by the planned voyage"),
        tuple(steps),
    )
