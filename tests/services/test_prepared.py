"""Statements run past the library's engine answer what its engine answers, in both stores."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Select, bindparam, func, inspect, select

from tests.services.conftest import Seats
from tests.services.statement_kit import statements_read
from tradecrm.core.errors import NotAllowed, NotFound
from tradecrm.core.rates import RateType
from tradecrm.models import AuditEntry, Party, Rate
from tradecrm.services.book import Book
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.prepared import prepared_rows
from tradecrm.services.work import Reader, Work, operation

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
        row._asdict() for row in prepared_rows(reader.session, statement, **values)
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


def test_many_rows_are_read_as_few_are(book: Book) -> None:
    seat = book.seat()
    for day in range(1, 29):
        for currency, rate in (("USD", "7.1234567891"), ("EUR", "7.8")):
            seat.perform(save_rate, SaveRate(RateType.MID, currency, date(2026, 2, day), rate, "test"))
    usual, prepared = seat.ask(_both, _LISTED, currencies=["EUR", "USD"], first=date(2026, 2, 1))
    assert prepared == usual
    assert len(prepared) == 56


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


@operation("party.write")
def _write_aside(work: Work, command: tuple[str, int, bool]) -> dict[str, Any]:
    """Add a record with few of its columns said, or with the session's own means; answer it read again."""
    name, owner, usual = command
    party = Party(name=name, code=name, country="NO", owner_id=owner, is_customer=True)
    if usual:
        with work.session.begin_nested():
            work.add(party)
    else:
        work.add(party)
    assert work.get(Party, party.id, "Customer") is party
    party.website = "https://example.com"
    work.session.flush()
    work.session.expire(party)
    return {column.key: getattr(party, column.key) for column in inspect(Party).column_attrs}


def test_a_record_written_past_the_library_is_the_one_the_library_writes(book: Book) -> None:
    seat = book.seat()
    owner = seat.actor.person_id
    usual = seat.perform(_write_aside, ("Usual AS", owner, True))
    plain = seat.perform(_write_aside, ("Plain AS", owner, False))
    told = {name for name, value in plain.value.items() if value != usual.value[name]}
    assert told <= {"id", "name", "code", "created_at", "updated_at"}
    assert plain.value["version"] == usual.value["version"] == 2
    assert plain.changes == usual.changes

    def history(reader: Reader, key: int) -> list[tuple[str, str]]:
        rows = select(AuditEntry.action, AuditEntry.detail).where(
            AuditEntry.kind == "party", AuditEntry.record_id == key
        )
        return [(action, detail) for action, detail in reader.session.execute(rows.order_by(AuditEntry.id))]

    assert seat.ask(history, plain.value["id"]) == seat.ask(history, usual.value["id"])
    assert [action for action, _detail in seat.ask(history, plain.value["id"])] == ["insert", "update"]


def test_a_record_for_somebody_out_of_scope_is_not_written(seats: Seats) -> None:
    theirs = seats.other.actor.person_id
    with pytest.raises(NotAllowed, match="belongs to someone else"):
        seats.sales.perform(_write_aside, ("Foreign AS", theirs, False))
    found = select(Party.id).where(Party.name == "Foreign AS")
    assert seats.owner.ask(lambda reader: reader.session.scalars(found).all()) == []


@operation("party.write")
def _keep_grade(work: Work, command: tuple[int, str]) -> tuple[str, str]:
    """Write a column plainly; answer what a record says that was read before, and what is kept."""
    key, name = command
    party = work.get(Party, key, "Customer")
    work.keep(Party, [{"id": key, "name": name}])
    kept = work.session.scalar(select(Party.__table__.c.name).where(Party.__table__.c.id == key))
    return party.name, str(kept)


def test_a_record_that_was_read_says_what_is_kept_past_the_session(book: Book) -> None:
    seat = book.seat()
    key = seat.perform(save_party, SaveParty(name="Nordic Tools AS", country="NO")).value
    outcome = seat.perform(_keep_grade, (key, "Nordic Tools ASA"))
    assert outcome.value == ("Nordic Tools ASA", "Nordic Tools ASA")
    assert "party" in outcome.changes
