"""A scene that was put into a book is the scene as it is played; over anything else it is played."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.services.conftest import blank_copy
from tests.services.money_kit import customer
from tests.services.trading_kit import trade
from tradecrm.models import AuditEntry, Base
from tradecrm.services.book import Book
from tradecrm.services.data.check import check_book
from tradecrm.services.data.search import search


def everything(book: Book) -> dict[str, Any]:
    """Answer all rows of a book, what a search finds in it, and the number that the next record gets."""
    with book.store.reader.connect() as connection:
        found: dict[str, Any] = {
            # One flush notes its changes in any order.
            table.name: sorted(
                map(
                    repr,
                    connection.execute(
                        select(*(each for each in table.c if each is not AuditEntry.__table__.c.id))
                    ),
                )
            )
            for table in Base.metadata.sorted_tables
        }
    seat = book.seat()
    return found | {"search": seat.ask(search, "kern"), "next": customer(seat, "Next")}


def test_what_is_put_is_what_is_played(
    request: pytest.FixtureRequest, kind_of_store: str, tmp_path: Path
) -> None:
    books = []
    for play in (trade, trade, inspect.unwrap(trade)):
        with blank_copy(request, kind_of_store, tmp_path) as book:
            deal = play(book.seat())
            books.append(everything(book) | {"deal": deal})
            assert check_book(book.store.reader) == []
    assert books[0] == books[1] == books[2]


def test_over_what_was_written_a_scene_is_played(book: Book) -> None:
    seat = book.seat()
    first = customer(seat, "First")
    assert trade(seat).customer == first + 1
