"""Statements run past the library's engine answer what its engine answers, in both stores."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Select, bindparam, func, select

from tests.services.conftest import Seats
from tests.services.statement_kit import statements_read
from tradecrm.core.errors import NotFound
from tradecrm.core.rates import RateType
from tradecrm.models import Party, Rate
from tradecrm.services.book import Book
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.prepared import prepared_rows
from tradecrm.services.work import Reader

_RATES: Any = Rate.__table__.c
_LISTED = (
    select(_RATES.currency, _RATES.day, func.min(_RATES.rate).label("least"), func.count().label("many"))
    .where(
        _RATES.currency.in_(bindparam("currencies", expanding=True)),
        _RATES.day >= bindparam("first", type_=_RATES.day.type),
        _RATES.kind.in_(("MID", "BUDGET")),
        _RATES.rate > Decimal("0.5"),
    )
    .group_by(_RATES.currency, _RATES.day)
    .order_by(_RATES.currency, _RATES.day)
)


def _both(reader: Reader, /, statement: Select[Any], **values: Any) -> tuple[list[Any], list[Any]]:
    """Answer the rows as the library reads them, and as they are read past it."""
    usual = reader.session.execute(statement, values).mappings().all()
    return [dict(row) for row in usual], [
        dict(row) for row in prepared_rows(reader.session, statement, **values).mappings()
    ]


@pytest.mark.parametrize("currencies", [[], ["USD"], ["EUR", "JPY", "USD"], ("USD", "EUR")])
def test_rows_are_those_of_the_library_for_lists_of_any_length(book: Book, currencies: Any) -> None:
    seat = book.seat()
    for currency, rate in (("USD", "7.1234567891"), ("EUR", "7.8"), ("JPY", "0.05")):
        for day in (date(2026, 5, 1), date(2026, 6, 1)):
            seat.perform(save_rate, SaveRate(RateType.MID, currency, day, rate, "test"))
    usual, prepared = seat.ask(_both, _LISTED, currencies=currencies, first=date(2026, 5, 2))
    assert prepared == usual
    assert [row["currency"] for row in prepared] == sorted({*currencies} - {"JPY"})


def test_listeners_hear_of_what_the_store_is_asked(book: Book) -> None:
    seat = book.seat()
    statement = select(_RATES.currency).where(_RATES.currency == bindparam("currency"))

    def ask(reader: Reader) -> list[str]:
        return list(prepared_rows(reader.session, statement, currency="USD").scalars())

    with statements_read(book) as said:
        assert seat.ask(ask) == []
    assert sum("rate.currency" in text for text, _values in said) == 1


def test_looking_at_a_record_keeps_to_the_scope(seats: Seats) -> None:
    hers = seats.sales.perform(save_party, SaveParty(name="Nordic Tools AS", country="NO")).value

    def look(reader: Reader) -> str:
        return str(reader.look(Party, hers, "Customer").name)

    assert seats.owner.ask(look) == seats.sales.ask(look) == "Nordic Tools AS"
    with pytest.raises(NotFound, match=str(hers)):
        seats.other.ask(look)
