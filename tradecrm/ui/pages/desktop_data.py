"""What the cards of the desktop read: one query a card, each on a reader lane."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.aging import bucket_labels
from tradecrm.core.dates import add_months, month_end
from tradecrm.core.errors import RateMissing
from tradecrm.core.links import Link
from tradecrm.core.money import format_amount
from tradecrm.core.rates import FoundRate, RateType
from tradecrm.core.table import Chart, ChartKind, Series
from tradecrm.core.text import _
from tradecrm.services.control.first_steps import FirstSteps, first_steps
from tradecrm.services.figures.accounts import Balances, account_balances
from tradecrm.services.figures.aging import AgingQuery, aging_totals
from tradecrm.services.figures.closing import ClosingRates, add_known
from tradecrm.services.figures.orders import orders_by_month
from tradecrm.services.money.rates import rate_for
from tradecrm.services.work import Reader
from tradecrm.ui.charts.bricks import Part
from tradecrm.ui.words import month_name

MONTHS = 12
DOLLAR = "USD"


@dataclass(frozen=True, slots=True)
class Head:
    """The line above the cards: whose desktop, which day and hour, the middle rate of USD (None: none is known)."""

    name: str
    today: date
    hour: int
    base: str
    dollar: FoundRate | None
    steps: FirstSteps


@dataclass(frozen=True, slots=True)
class Ages:
    """Receivables by age in base; ``parts`` is empty while nothing is open, ``notes`` say which rates lack."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    known: bool


def read_head(reader: Reader) -> Head:
    """Answer the head of the desktop."""
    dollar = None
    if reader.base != DOLLAR:
        try:
            dollar = rate_for(reader, RateType.MID, DOLLAR, reader.today)
        except RateMissing:
            dollar = None
    hour = reader.clock.now().astimezone().hour
    return Head(reader.actor.name, reader.today, hour, reader.base, dollar, first_steps(reader))


def read_orders(reader: Reader) -> Chart:
    """Answer the orders of the last twelve months as a chart; each month opens its contracts."""
    last = month_end(reader.today)
    first = add_months(reader.today.replace(day=1), 1 - MONTHS)
    months = orders_by_month(reader, first, last)
    links = tuple(
        Link.to("report/orders", first=one.first.isoformat(), last=month_end(one.first).isoformat())
        for one in months
    )
    values = tuple(one.base_amount for one in months)
    shown = values if any(values) else ()
    return Chart(
        ChartKind.BAR,
        _("Orders by month"),
        tuple(month_name(one.first) for one in months) if shown else (),
        (Series(_("Orders"), shown, links),),
        reader.base,
    )


def read_ages(reader: Reader) -> Ages:
    """Answer receivables by age at closing rates, each part opening its rows (domain.md section 3.6)."""
    from tradecrm.reports.aging import detail_link

    edges = reader.settings.aging_edges
    query = AgingQuery("AR", reader.today, edges=edges)
    rates = ClosingRates(reader, reader.today)
    rows = aging_totals(reader, query)
    labels = bucket_labels(edges)
    parts = []
    known = True
    for index, label in enumerate(labels):
        value = add_known([rates.value(row.amounts[index], row.currency) for row in rows])
        known = known and value is not None
        text = "–" if value is None else format_amount(value, reader.base).partition(".")[0]
        parts.append(Part(label, value or Decimal(0), text, detail_link(query, bucket=str(index))))
    some = any(any(row.buckets) for row in rows)
    return Ages(tuple(parts) if some else (), tuple(rates.notes), known)


def read_accounts(reader: Reader) -> Balances:
    """Answer the balances of all accounts today."""
    return account_balances(reader, reader.today)
