"""Figures of the trade against hand-written SQL: profit, estimate and actual, exposure; and opening a large deal."""

from __future__ import annotations

import gc
import statistics
import sys
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from bench.measure import PROCESSOR, Line, ratio, seconds, spell
from bench.story import TODAY
from bench.task_quotation import Host
from bench.trade_books import add_deal, trading
from bench.trade_limits import exposure_of, profit_of
from tradecrm.core.links import Link
from tradecrm.services.book import Book, Seat
from tradecrm.services.figures.estimate_actual import compared_shipments
from tradecrm.services.figures.exposure import credit_state
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.figures.profit_rows import profit_rows
from tradecrm.services.trade.credit import SaveCreditTerms, save_credit_terms
from tradecrm.services.trade.deal import deal
from tradecrm.ui.context import PageContext
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.pages.deal import DealPage
from tradecrm.ui.theme import Mode, Theme

GOAL = 3
DEAL_MS = 100
PAPERS = 40
_ROUNDS = 9
_YEAR = (date(TODAY.year, 1, 1), date(TODAY.year, 12, 31))
_DAYS = (_YEAR[0].isoformat(), _YEAR[1].isoformat())

_COSTS = "SELECT sum(base_amount - rebate) FROM cost_line WHERE shipment_id = s.id"
_SOLD = """SELECT sum(base_amount) FROM item
    WHERE shipment_id = s.id AND side = 'AR' AND kind IN ('INV', 'DN', 'CN')"""
_GAINS = (
    """SELECT sum(a.fx) FROM item i JOIN allocation a ON a.debit_item_id = i.id WHERE i.shipment_id = s.id"""
)
PROFITS = f"""SELECT s.id, s.number, s.recognized_on, s.customer_id, p.name, ({_SOLD}), ({_COSTS}), ({_GAINS})
    FROM shipment s JOIN party p ON p.id = s.customer_id
    WHERE s.recognized_on BETWEEN ? AND ? ORDER BY s.recognized_on, s.id"""
ESTIMATES = """SELECT s.id, l.contract_id, sum(l.amount), c.total, e.revenue_base,
        (SELECT sum(base_amount) FROM estimate_line WHERE estimate_id = e.id)
    FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id JOIN sales_contract c ON c.id = l.contract_id
    JOIN estimate e ON e.contract_id = c.id AND e.status = 'approved'
    WHERE s.recognized_on BETWEEN ? AND ? GROUP BY s.id, l.contract_id"""


def run(path: Path, scale: str) -> Iterator[Line]:
    """Measure on a copy of the book that has deals of this year in it."""
    with trading(path, scale) as book:
        seat = book.seat()
        party = 7
        seat.perform(save_credit_terms, SaveCreditTerms(party, Decimal(500_000)))
        with book.store.reader.connect() as connection:
            raw: Any = connection.connection.driver_connection

            def limit(*statements: str, values: tuple[Any, ...]) -> Callable[[], Any]:
                return lambda: [raw.execute(each, values).fetchall() for each in statements]

            shipment = raw.execute("SELECT max(id) FROM shipment").fetchone()[0]
            _alike(seat, raw, shipment, party)
            yield ratio(
                "profit of one shipment",
                GOAL,
                _many(lambda: seat.ask(shipment_profit, shipment)),
                _many(lambda: profit_of(raw, shipment)),
                _ROUNDS,
                clock=PROCESSOR,
            )
            yield ratio(
                "exposure of one customer",
                GOAL,
                _many(lambda: seat.ask(credit_state, party)),
                _many(lambda: exposure_of(raw, party, TODAY)),
                _ROUNDS,
                clock=PROCESSOR,
            )
            count = len(seat.ask(profit_rows, *_YEAR))
            yield ratio(
                f"profit of all {count:,} shipments of a year",
                GOAL,
                lambda: seat.ask(profit_rows, *_YEAR),
                limit(PROFITS, values=_DAYS),
                clock=PROCESSOR,
            )
            yield ratio(
                f"estimate against actual of {count:,} shipments",
                GOAL,
                lambda: seat.ask(compared_shipments, *_YEAR),
                limit(PROFITS, ESTIMATES, values=_DAYS),
                clock=PROCESSOR,
            )
        yield _deal(book)


def _alike(seat: Seat, raw: Any, shipment: int, party: int) -> None:
    """Demand that the limits come to our figures: what answers something else is no limit."""
    sheet, state = seat.ask(shipment_profit, shipment), seat.ask(credit_state, party)
    if sheet.estimate is None or state is None or state.exposure is None:
        raise AssertionError("there is nothing to compare the limits with")
    found = (sheet.result.profit_after_fx, sheet.estimate.trading_profit)
    if profit_of(raw, shipment) != found or exposure_of(raw, party, TODAY) != state.exposure.total:
        raise AssertionError("the limits do not come to the figures of the services")


def _many(work: Callable[[], Any]) -> Callable[[], Any]:
    """Repeat what takes a moment."""
    return lambda: [work() for _turn in range(20)]


def _deal(book: Book) -> Line:
    """Open a deal of forty papers and an empty one in turn."""
    seat = book.seat()
    full, empty = add_deal(seat, 1, TODAY.replace(day=2), shipments=8), add_deal(seat, 2, TODAY, shipments=0)
    papers = len(seat.ask(deal, full).papers)
    if papers < PAPERS:
        raise AssertionError(f"the deal has {papers} papers, not {PAPERS}")
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    theme, jobs = Theme(Mode.LIGHT), Jobs()
    theme.apply(application)
    context = PageContext(seat, theme, jobs, Host())

    def opened(contract: int) -> float:
        gc.collect()

        def show() -> None:
            page = DealPage(context, Link.to("deal", id=contract))
            page.resize(1366, 860)
            page.show()
            while not jobs.idle:
                application.processEvents()
            application.processEvents()
            page.hide()
            page.deleteLater()

        return seconds(show)

    times = [(opened(full), opened(empty)) for _turn in range(_ROUNDS)][1:]
    jobs.close()
    more = statistics.median(mine - theirs for mine, theirs in times)
    note = f"empty {spell(statistics.median(theirs for _mine, theirs in times))}"
    ours = f"ours {spell(statistics.median(mine for mine, _theirs in times))}"
    return Line(
        f"a deal of {papers} papers opened, over an empty one", more * 1000, DEAL_MS, "ms", ours, note
    )
