"""Everything asked of the book can be asked of a firm's PostgreSQL server too: schema, lists, figures, reports."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import ClauseElement, Engine, Select, create_mock_engine, event
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.ddl import DDLElement

import tradecrm.screens
import tradecrm.services
from tests.services.test_running_example import dollars, example
from tradecrm.core.fields import FieldKind
from tradecrm.core.listing import Filter, Op, Period, SortKey, operators
from tradecrm.models import Base
from tradecrm.reports.registry import report_table
from tradecrm.screens.spec import ListSpec
from tradecrm.services.book import Seat
from tradecrm.services.data.lists import (
    ListRequest,
    ListSource,
    count_and_sums,
    fetch_rows,
    matching_ids,
    ordered_ids,
)
from tradecrm.services.data.sample.running_example import Example
from tradecrm.services.figures import desktop, orders, shipments_under_way
from tradecrm.services.figures.accounts import account_balances
from tradecrm.services.figures.aging import AgingQuery, aging, aging_totals
from tradecrm.services.figures.aging_detail import aging_detail
from tradecrm.services.figures.profit import profits_between, shipment_profit
from tradecrm.storage.server_objects import postgresql_objects

__all__ = ["dollars", "example"]

SERVER = create_mock_engine("postgresql+psycopg://", lambda *_given: None).dialect
DAY = date(2026, 6, 1)


def on_server(statement: ClauseElement) -> str:
    """Answer the statement as the server would get it; raises what cannot be said there."""
    text = str(statement.compile(dialect=SERVER))
    # What SQLAlchemy writes where it divides as floating point: never near money.
    assert "+ 0.0" not in text, text
    assert "FLOAT" not in text.upper(), text
    return text


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        yield importlib.import_module(found.name)


def sources() -> dict[str, ListSource]:
    """Answer every list that any screen or service declares, by its place."""
    found: dict[str, ListSource] = {}
    for package in (tradecrm.services, tradecrm.screens):
        for module in modules(package):
            for name, value in vars(module).items():
                source = value.source if isinstance(value, ListSpec) else value
                if isinstance(source, ListSource) and source not in found.values():
                    found[f"{module.__name__}.{name}"] = source
    return found


SOURCES = sources()


@contextmanager
def listening() -> Iterator[list[ClauseElement]]:
    """Collect every statement that is run meanwhile."""
    heard: list[ClauseElement] = []

    def hear(_connection: Any, statement: Any, *_rest: Any) -> None:
        if isinstance(statement, ClauseElement) and not isinstance(statement, DDLElement):
            heard.append(statement)

    event.listen(Engine, "before_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_execute", hear)


def test_every_table_and_index_and_trigger_can_be_made_on_the_server() -> None:
    assert len(Base.metadata.sorted_tables) > 20
    for table in Base.metadata.sorted_tables:
        assert on_server(CreateTable(table)).strip().startswith(f"CREATE TABLE {table.name}")
        for index in table.indexes:
            assert "CREATE" in on_server(CreateIndex(index))
    objects = postgresql_objects(Base.metadata)
    assert any("ledger_entry_no_delete" in statement for statement in objects)


def test_there_are_lists_to_walk() -> None:
    assert len(SOURCES) >= 5


def values_for(kind: FieldKind, op: Op) -> tuple[Any, ...]:
    if op in (Op.YES, Op.NO, Op.EMPTY, Op.FILLED):
        return ()
    if op is Op.PERIOD:
        return (Period.THIS_MONTH,)
    samples: dict[FieldKind, Any] = {
        FieldKind.DATE: DAY,
        FieldKind.DATETIME: DAY,
        FieldKind.INTEGER: 3,
        FieldKind.BOOL: True,
    }
    numbers = (
        FieldKind.MONEY,
        FieldKind.PRICE,
        FieldKind.QUANTITY,
        FieldKind.RATE,
        FieldKind.PERCENT,
        FieldKind.VOLUME,
        FieldKind.WEIGHT,
    )
    sample = Decimal("1.5") if kind in numbers else samples.get(kind, "a")
    return (sample, sample) if op is Op.BETWEEN else (sample,)


@pytest.mark.parametrize("place", SOURCES)
def test_every_column_of_every_list_is_read_ordered_and_filtered(seat: Seat, place: str) -> None:
    source = SOURCES[place]

    def ask(reader: Any) -> None:
        ordered_ids(reader, source, ListRequest())
        fetch_rows(reader, source, [1, 2])
        for column in source.columns:
            for descending in (False, True):
                request = ListRequest(sort=(SortKey(column.key, descending),))
                assert isinstance(matching_ids(reader, source, request), Select)
                ordered_ids(reader, source, request)
            for op in operators(column.kind):
                chosen = Filter(column.key, op, values_for(column.kind, op))
                ordered_ids(reader, source, ListRequest(filters=(chosen,)))

    with listening() as heard:
        seat.ask(ask)
    texts = [on_server(statement) for statement in heard]
    assert any("NULLS LAST" in text for text in texts) or all(not c.nullable for c in source.columns)
    with listening() as heard:
        seat.ask(count_and_sums, source, ListRequest())
    texts = [on_server(statement) for statement in heard]
    summed = sum(column.summed for column in source.columns)
    assert sum(text.count("CAST(sum(") for text in texts) == summed


def test_every_figure_is_asked_in_words_the_server_knows(seat: Seat, example: Example, dollars: int) -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    with listening() as heard:
        for side in ("AR", "AP"):
            for day in (DAY, date(2026, 6, 15)):
                query = AgingQuery(side=side, as_of=day)
                for figure in (aging, aging_totals, aging_detail):
                    seat.ask(figure, query)
        seat.ask(account_balances, DAY)
        seat.ask(shipment_profit, example.shipment)
        seat.ask(profits_between, first, last)
        seat.ask(desktop.desktop_figures)
        seat.ask(orders.orders_between, first, last)
        seat.ask(orders.orders_by_month, first, last)
        seat.ask(shipments_under_way.shipments_under_way)
        for key, given in (
            ("account_statement", {"account": dollars, "first": "2026-04-01", "last": "2026-06-15"}),
            ("account_months", {"account": dollars, "first": "2026-01-01"}),
            ("shipment_profit", {"shipment": example.shipment}),
            ("trial", {}),
        ):
            seat.ask(report_table, key, given)
    assert len(heard) > 20
    for statement in heard:
        on_server(statement)


def test_every_posting_is_written_in_words_the_server_knows(seat: Seat) -> None:
    from tests.services.trading_kit import trade

    with listening() as heard:
        inspect.unwrap(trade)(seat)
    assert len(heard) > 30
    for statement in heard:
        on_server(statement)
