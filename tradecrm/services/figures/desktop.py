"""The four figures at the top of the desktop, each with the rows it opens (look.md; domain.md sections 2 to 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, literal, select

from tradecrm.core.dates import month_end
from tradecrm.core.links import Link
from tradecrm.core.money import minor_units
from tradecrm.core.profit import ratio
from tradecrm.services.data.sums import whole
from tradecrm.services.figures.accounts import account_balances
from tradecrm.services.figures.aging import AgingQuery, late_rows
from tradecrm.services.figures.closing import ClosingRates, add_known, rounded_units
from tradecrm.services.figures.orders import orders_between
from tradecrm.services.figures.prior import late_total
from tradecrm.services.figures.profit import profits_between
from tradecrm.services.work import Reader

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class OrdersFigure:
    """Contracts that took effect this month, in base at their budget rates (None: a rate is missing)."""

    count: int
    amount: Decimal | None
    link: Link


@dataclass(frozen=True, slots=True)
class ProfitFigure:
    """Trading profit in base of the shipments whose revenue is booked this month; ``margin`` is a fraction of it."""

    count: int
    revenue: Decimal
    profit: Decimal
    margin: Decimal | None
    link: Link


@dataclass(frozen=True, slots=True)
class OverdueFigure:
    """Receivables past due in base at closing rates, of how many customers, the oldest by how many days."""

    amount: Decimal | None
    customers: int
    oldest_days: int
    notes: tuple[str, ...]
    link: Link


@dataclass(frozen=True, slots=True)
class MoneyFigure:
    """Bank and cash in base at closing rates, on how many accounts in how many currencies."""

    amount: Decimal | None
    accounts: int
    currencies: int
    notes: tuple[str, ...]
    link: Link


@dataclass(frozen=True, slots=True)
class DesktopFigures:
    """The figures of ``day``; one that the actor may not see is None."""

    day: date
    base: str
    orders: OrdersFigure
    overdue: OverdueFigure
    profit: ProfitFigure | None
    money: MoneyFigure | None


def desktop_figures(reader: Reader) -> DesktopFigures:
    """Answer all figures as of today."""
    return DesktopFigures(
        reader.today,
        reader.base,
        orders_figure(reader),
        overdue_figure(reader),
        profit_figure(reader) if reader.actor.can("profit.read") else None,
        money_figure(reader) if reader.actor.can("account.read") else None,
    )


def _month(reader: Reader) -> tuple[date, date]:
    return reader.today.replace(day=1), month_end(reader.today)


def orders_figure(reader: Reader) -> OrdersFigure:
    """Answer the orders of this month."""
    first, last = _month(reader)
    orders = orders_between(reader, first, last)
    link = Link.to("report/orders", first=first.isoformat(), last=last.isoformat())
    return OrdersFigure(len(orders), add_known([order.base_amount for order in orders]), link)


def profit_figure(reader: Reader) -> ProfitFigure:
    """Answer the trading profit of the shipments whose revenue is booked this month, less its late costs (2.11)."""
    reader.actor.demand("profit.read")
    first, last = _month(reader)
    rows = profits_between(reader, first, last)
    revenue = sum((row.revenue for row in rows), ZERO)
    profit = sum((row.profit for row in rows), ZERO) - late_total(reader, first, last)
    link = Link.to("report/profits", first=first.isoformat(), last=last.isoformat())
    return ProfitFigure(len(rows), revenue, profit, ratio(profit, revenue), link)


def overdue_figure(reader: Reader) -> OverdueFigure:
    """Answer what is past due today: the aging's overdue buckets, each rounded as the aging rounds it (3.6.5)."""
    rates = ClosingRates(reader, reader.today)
    edges = reader.settings.aging_edges
    query = AgingQuery("AR", reader.today, edges=edges)
    times, part = rates.fractions()
    late, buckets = late_rows(reader, query, times)
    units = sum((rounded_units(bucket, late.c.times, part) for bucket in buckets), literal(0))
    total, known, rows, customers, oldest = reader.session.execute(
        select(
            whole(units),
            func.count(late.c.times),
            func.count(),
            func.count(late.c.party_id.distinct()),
            func.min(late.c.oldest),
        ).select_from(late)
    ).one()
    if known < rows or not rates.all_of_today():
        for currency in reader.session.scalars(select(late.c.currency).distinct().order_by(late.c.currency)):
            rates.rate(currency)
    # Without a rate the sum is unknown, not smaller.
    amount = Decimal(total).scaleb(-minor_units(reader.base)) if known == rows else None
    days = 0 if oldest is None else (reader.today - oldest) // timedelta(days=1)
    link = Link.to("report/aging_detail", as_of=reader.today.isoformat(), bucket="overdue", side="AR")
    return OverdueFigure(amount, customers, days, tuple(rates.notes), link)


def money_figure(reader: Reader) -> MoneyFigure:
    """Answer what stands on bank, cash and wallet accounts today."""
    balances = account_balances(reader, reader.today)
    open_rows = [row for row in balances.rows if not row.archived]
    link = Link.to("report/account_balances", as_of=reader.today.isoformat())
    return MoneyFigure(
        balances.closing,
        len(open_rows),
        len({row.currency for row in open_rows}),
        balances.notes,
        link,
    )
