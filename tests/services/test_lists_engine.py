"""The list engine on a small real book of its own: windows, order, filters, sums, text with signs of LIKE."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import ForeignKey, create_engine, create_mock_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from tradecrm.core.clock import FixedClock
from tradecrm.core.fields import FieldKind
from tradecrm.core.listing import Filter, Op, Period, SortKey, operators, period_range
from tradecrm.core.problems import Refusal
from tradecrm.services.data import lists
from tradecrm.services.data.lists import ListColumn, ListRequest, ListSource

TODAY = date(2026, 5, 20)
ROWS = 1000


class Base(DeclarativeBase):
    pass


class Party(Base):
    __tablename__ = "party"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Bill(Base):
    __tablename__ = "bill"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    currency: Mapped[str]
    amount: Mapped[int]
    day: Mapped[date | None]
    paid: Mapped[bool | None]
    party: Mapped[Party | None] = relationship()


SOURCE = ListSource(
    key="bill",
    identity=Bill.id,
    columns=(
        ListColumn("number", Bill.number, FieldKind.CODE, nullable=False),
        ListColumn("party", Party.name),
        ListColumn("currency", Bill.currency, FieldKind.CURRENCY),
        ListColumn("amount", Bill.amount, FieldKind.MONEY, currency="currency", summed=True),
        ListColumn("day", Bill.day, FieldKind.DATE),
        ListColumn("paid", Bill.paid, FieldKind.BOOL),
    ),
    joins=lambda query: query.outerjoin(Bill.party),
    joined=frozenset({"party"}),
    searched=("number", "party"),
)


@dataclass
class Asking:
    session: Session
    clock: FixedClock
    actor: Any = None


class Discreet:
    def can(self, verb: str) -> bool:
        return verb != "profit.read"


@pytest.fixture
def reader() -> Iterator[Asking]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Party(id=n, name=f"Party {n % 7} {'100%' if n == 3 else ''}") for n in range(1, 21)])
        session.add_all(
            Bill(
                id=n,
                number=f"CI_{n:05d}",
                party_id=None if n % 10 == 0 else n % 20 + 1,
                currency="USD" if n % 3 else "JPY",
                amount=n * 10**13,
                day=None if n % 25 == 0 else TODAY - timedelta(days=n % 90),
                paid=(True, False, None)[n % 3],
            )
            for n in range(1, ROWS + 1)
        )
        session.commit()
        yield Asking(session, FixedClock.on(TODAY))
    engine.dispose()


def plain(reader: Asking) -> list[Bill]:
    return list(reader.session.query(Bill))


def found(reader: Any, **asked: Any) -> list[int]:
    return list(lists.fetch_window(reader, SOURCE, ListRequest(limit=ROWS, **asked)).ids)


def test_windows_follow_each_other_without_gap_or_repetition(reader: Any) -> None:
    request = ListRequest(sort=(SortKey("party"), SortKey("day", descending=True)))
    seen: list[int] = []
    for offset in range(0, ROWS, 256):
        window = lists.fetch_window(reader, SOURCE, request.window(offset))
        assert window.offset == offset
        seen += window.ids
    assert sorted(seen) == list(range(1, ROWS + 1))
    assert seen == list(lists.ordered_ids(reader, SOURCE, request))


@pytest.mark.parametrize("descending", [False, True])
def test_empty_values_come_last_in_either_direction(reader: Any, descending: bool) -> None:
    ids = found(reader, sort=(SortKey("day", descending),))
    days = {bill.id: bill.day for bill in plain(reader)}
    ordered = [days[number] for number in ids]
    filled = [day for day in ordered if day is not None]
    assert ordered == filled + [None] * (ROWS - len(filled))
    assert filled == sorted(filled, reverse=descending)


def test_rows_by_number_keep_the_order_asked_and_leave_out_what_is_gone(reader: Any) -> None:
    window = lists.fetch_rows(reader, SOURCE, [700, 4, 99999, 12])
    assert window.ids == (700, 4, 12)
    assert [row[window.keys.index("number")] for row in window.rows] == ["CI_00700", "CI_00004", "CI_00012"]


def test_count_and_sums_cover_all_matching_rows_by_currency(reader: Any) -> None:
    totals = lists.count_and_sums(reader, SOURCE, ListRequest(filters=(Filter("paid", Op.YES),)))
    matching = [bill for bill in plain(reader) if bill.paid]
    assert totals.count == len(matching)
    expected = {
        code: Decimal(sum(b.amount for b in matching if b.currency == code))
        for code in {b.currency for b in matching}
    }
    assert totals.sums == {"amount": expected}


def test_a_sum_is_the_same_with_a_search_that_needs_the_join(reader: Any) -> None:
    totals = lists.count_and_sums(reader, SOURCE, ListRequest(search="party 5"))
    matching = [b for b in plain(reader) if b.party is not None and b.party.name.startswith("Party 5")]
    assert totals.count == len(matching) > 0
    assert sum(totals.sums["amount"].values()) == sum(b.amount for b in matching)


def test_percent_and_underscore_are_letters_in_a_search(reader: Any) -> None:
    hundred = found(reader, search="100%")
    assert hundred
    assert all(b.party_id == 3 for b in plain(reader) if b.id in set(hundred))
    assert found(reader, search="CI%") == []
    assert len(found(reader, search="ci_0000")) == 9


@pytest.mark.parametrize(
    ("chosen", "holds"),
    [
        (Filter("number", Op.STARTS, ("CI_0001",)), lambda b: b.number.startswith("CI_0001")),
        (Filter("party", Op.EMPTY), lambda b: b.party is None),
        (Filter("party", Op.FILLED), lambda b: b.party is not None),
        (Filter("currency", Op.ANY_OF, ("JPY",)), lambda b: b.currency == "JPY"),
        (Filter("currency", Op.NONE_OF, ("JPY",)), lambda b: b.currency != "JPY"),
        (Filter("currency", Op.ANY_OF, ()), lambda b: False),
        (Filter("amount", Op.BETWEEN, (5 * 10**13, 7 * 10**13)), lambda b: 5 <= b.id <= 7),
        (Filter("amount", Op.AT_LEAST, (990 * 10**13,)), lambda b: b.id >= 990),
        (Filter("paid", Op.NO), lambda b: not b.paid),
        (Filter("day", Op.PERIOD, (Period.THIS_MONTH,)), lambda b: b.day and b.day >= date(2026, 5, 1)),
        (Filter("day", Op.PERIOD, (Period.BEFORE_TODAY,)), lambda b: b.day and b.day < TODAY),
        (Filter("day", Op.IS, (TODAY,)), lambda b: b.day == TODAY),
    ],
)
def test_each_filter_equals_a_plain_scan(reader: Any, chosen: Filter, holds: Any) -> None:
    assert sorted(found(reader, filters=(chosen,))) == [b.id for b in plain(reader) if holds(b)]


def test_a_filter_that_does_not_fit_the_kind_is_refused_in_words(reader: Any) -> None:
    with pytest.raises(Refusal, match="cannot be filtered that way"):
        found(reader, filters=(Filter("paid", Op.CONTAINS, ("x",)),))
    with pytest.raises(Refusal, match="no value"):
        found(reader, filters=(Filter("number", Op.CONTAINS),))


def test_a_hidden_field_is_in_no_row_no_sum_no_filter_and_no_order(reader: Any) -> None:
    reader.actor = Discreet()
    columns = tuple(
        ListColumn("amount", Bill.amount, FieldKind.MONEY, "currency", summed=True, needs="profit.read")
        if column.key == "amount"
        else column
        for column in SOURCE.columns
    )
    source = ListSource("bill", Bill.id, columns, SOURCE.joins, joined=SOURCE.joined)
    request = ListRequest(
        filters=(Filter("amount", Op.AT_LEAST, (990 * 10**13,)),), sort=(SortKey("amount", descending=True),)
    )
    window = lists.fetch_window(reader, source, request)
    assert "amount" not in window.keys
    assert window.ids[0] == 1
    assert lists.count_and_sums(reader, source, request) == lists.Totals(ROWS, {})


def test_periods_end_where_months_and_weeks_end() -> None:
    assert period_range(Period.LAST_MONTH, date(2026, 3, 31)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert period_range(Period.NEXT_MONTH, date(2026, 11, 30)) == (date(2026, 12, 1), date(2026, 12, 31))
    assert period_range(Period.THIS_WEEK, date(2026, 5, 24)) == (date(2026, 5, 18), date(2026, 5, 24))


@pytest.mark.parametrize("kind", list(FieldKind))
def test_every_kind_of_field_can_be_asked_something(kind: FieldKind) -> None:
    assert operators(kind)


def test_deep_windows_read_an_index_and_compile_for_a_server(reader: Any) -> None:
    query = lists.matching_ids(reader, SOURCE, ListRequest(search="a", sort=(SortKey("day"),), offset=900))
    text = str(query.compile(dialect=create_mock_engine("postgresql+psycopg://", print).dialect))
    assert "NULLS LAST" in text
    assert "LIMIT" in text
    assert "bill.number," not in text.split("FROM", maxsplit=1)[0]
