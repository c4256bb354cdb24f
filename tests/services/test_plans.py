"""The heavy queries read the indexes made for them: their plans are pinned (performance.md, Lessons)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bench.books import make_book, opened
from bench.story import TODAY, Size
from tests.services.statement_kit import statements_read
from tradecrm.core.clock import FixedClock
from tradecrm.services.book import Book
from tradecrm.services.control.reminders import today_rows
from tradecrm.services.data.search import search
from tradecrm.services.figures.accounts import account_balances
from tradecrm.services.figures.aging import AgingQuery, aging, aging_totals
from tradecrm.services.figures.cash import CashOptions, cash_projection
from tradecrm.services.figures.closing import ClosingRates
from tradecrm.services.figures.desktop import overdue_figure
from tradecrm.services.figures.exposure import overdue_days
from tradecrm.services.figures.plan_rows import PlanOptions
from tradecrm.services.figures.prior import late_total
from tradecrm.services.figures.profit import profits_between
from tradecrm.services.work import Reader

PAST = date(2025, 3, 31)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    path: Path = tmp_path_factory.mktemp("plans") / "plans.tcrm"
    make_book(path, Size(50, 200, 300, 100))
    made = opened(path)
    yield made
    made.close()


def plans(book: Book, query: Callable[[Reader], Any]) -> list[str]:
    """Answer the plan of every statement of a query, a text each."""
    seat = book.seat()
    with statements_read(book) as asked:
        seat.ask(query)
    found = []
    with book.store.reader.connect() as connection:
        for statement, values in asked:
            if not statement.lstrip().startswith(("SELECT", "WITH")):
                continue
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            found.append("\n".join(row[3] for row in rows))
    return found


def plan_over(found: list[str], table: str) -> str:
    return "\n".join(plan for plan in found if f" {table} " in plan)


def test_aging_of_today_reads_the_open_items_alone(book: Book) -> None:
    found = plan_over(plans(book, lambda reader: aging(reader, AgingQuery("AR", TODAY))), "instalment")
    assert found == "SEARCH instalment USING COVERING INDEX ix_instalment_open (side=?)"
    totals = plan_over(plans(book, lambda r: aging_totals(r, AgingQuery("AR", TODAY))), "instalment")
    assert "COVERING INDEX ix_instalment_open" in totals


def added_up(reader: Reader) -> tuple[Decimal | None, int, tuple[str, ...]]:
    """Answer what the rows of the aging say is overdue: each part converted by itself (domain.md 3.6.5)."""
    rates = ClosingRates(reader, reader.today)
    late = [row for row in aging(reader, AgingQuery("AR", reader.today)) if any(row.buckets[1:])]
    values = [rates.value(amount, row.currency) for row in late for amount in row.amounts[1:]]
    known = [value for value in values if value is not None]
    total = sum(known, Decimal(0)) if len(known) == len(values) else None
    return total, len({row.party_id for row in late}), tuple(sorted(rates.notes))


@pytest.mark.parametrize("later", [0, 1, 3, 90])
def test_the_overdue_of_the_desktop_is_added_up_by_the_store(book: Book, later: int) -> None:
    """On a day with rates, on days with older ones (a note each), and on one without: then the sum is unknown."""
    seat = Book(book.store, FixedClock.on(TODAY + timedelta(days=later))).seat()
    figure, expected = seat.ask(overdue_figure), seat.ask(added_up)
    assert (figure.amount, figure.customers, tuple(sorted(figure.notes))) == expected
    assert figure.customers > 10
    assert (figure.amount is None) is (later == 90)
    assert bool(figure.notes) is bool(later)


def test_the_overdue_of_the_desktop_reads_the_open_items_alone(book: Book) -> None:
    found = plan_over(plans(book, overdue_figure), "instalment")
    assert "SEARCH instalment USING COVERING INDEX ix_instalment_open (side=?)" in found
    assert "FOR GROUP BY" not in found


def test_one_party_of_today_is_found_at_once(book: Book) -> None:
    query = AgingQuery("AR", TODAY, parties=(3,), currency="USD")
    found = plan_over(plans(book, lambda reader: aging(reader, query)), "instalment")
    assert found == (
        "SEARCH instalment USING COVERING INDEX ix_instalment_open (side=? AND party_id=? AND currency=?)"
    )


def test_aging_of_a_past_day_reads_what_was_open_then(book: Book) -> None:
    found = plan_over(plans(book, lambda reader: aging(reader, AgingQuery("AR", PAST))), "instalment")
    assert "SCAN instalment" not in found
    assert "SCAN allocation" not in found
    searches = [line for line in found.splitlines() if "instalment" in line and "SEARCH" in line]
    settled = "INDEX ix_instalment_settled (side=? AND is_whole=? AND settled_on"
    redated = "INDEX ix_instalment_redated (side=? AND due_changes>?)"
    assert sum(settled in line for line in searches) == 4
    assert sum(redated in line for line in searches) == len(searches) - 4
    assert "allocation USING COVERING INDEX ix_allocation_debit (debit_item_id=? AND day<?)" in found
    assert "allocation USING COVERING INDEX ix_allocation_credit (credit_item_id=? AND day<?)" in found


def test_one_party_of_a_past_day_is_found_by_the_party(book: Book) -> None:
    query = AgingQuery("AR", PAST, parties=(3,))
    found = plan_over(plans(book, lambda reader: aging(reader, query)), "instalment")
    searches = [line for line in found.splitlines() if "SEARCH instalment" in line]
    assert sum("INDEX ix_instalment_party (party_id=? AND settled_on" in line for line in searches) == 4
    assert not any("ix_instalment_settled" in line for line in searches)


def test_the_cash_projection_adds_up_the_open_items_in_their_index(book: Book) -> None:
    options = CashOptions(PlanOptions(TODAY + timedelta(days=91)))
    found = plans(book, lambda reader: cash_projection(reader, options))
    over = [plan for plan in found if "ix_instalment_open" in plan]
    sums = [plan for plan in over if "TEMP B-TREE FOR GROUP BY" in plan]
    assert len(sums) == 2, "receivables and payables"
    assert all("SEARCH instalment USING COVERING INDEX ix_instalment_open (side=?)" in plan for plan in sums)
    assert not any("SCAN instalment" in plan for plan in found)


def test_payment_reminders_walk_by_due_day(book: Book) -> None:
    found = plan_over(plans(book, today_rows), "instalment")
    assert "INDEX ix_instalment_due (side=? AND due_on>? AND due_on<?)" in found
    assert "SCAN instalment" not in found


def test_balances_add_up_months_and_the_days_of_one(book: Book) -> None:
    found = plans(book, lambda reader: account_balances(reader, PAST))
    days = plan_over(found, "ledger_entry")
    assert "COVERING INDEX ix_ledger_entry_account (account_id=? AND day>? AND day<?)" in days
    assert not any("SCAN ledger_entry" in plan for plan in found)


@pytest.mark.parametrize("text", ["k", "ker", "宁", "宁波", "2606", "P-2606-00", "info@kern"])
def test_search_walks_no_table(book: Book, text: str) -> None:
    for plan in plans(book, lambda reader: search(reader, text)):
        tables = [line for line in plan.splitlines() if line.startswith("SCAN")]
        assert all("search_index" in line or "subquery" in line or "anon_" in line for line in tables), plan


def test_what_a_customer_owes_past_its_day_is_found_at_once(book: Book) -> None:
    def oldest(reader: Reader) -> Any:
        return overdue_days(reader, 1)

    plan = plan_over(plans(book, oldest), "instalment")
    assert "ix_instalment_open (side=? AND party_id=?)" in plan, plan


def test_late_costs_are_found_among_their_own(book: Book) -> None:
    """Most books have none, and every desktop asks (section 2.11)."""
    plan = "\n".join(plans(book, lambda reader: late_total(reader, PAST, TODAY)))
    assert "SEARCH ledger_entry USING COVERING INDEX ix_ledger_entry_party (book=? AND party_id>?)" in plan, (
        plan
    )
    assert "SCAN" not in plan, plan


def test_profits_of_a_period_look_at_the_rows_of_each_shipment(book: Book) -> None:
    plan = "\n".join(plans(book, lambda reader: profits_between(reader, PAST, TODAY)))
    assert "SEARCH ledger_entry USING COVERING INDEX" in plan, plan
    assert "SEARCH cost_line USING INDEX" in plan, plan
    assert "SCAN" not in plan, plan
