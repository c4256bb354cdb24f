"""The statements that reach a book's store, for tests of how many there are and how the store answers them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tradecrm.services.book import Book


@contextmanager
def statements_read(book: Book) -> Iterator[list[tuple[str, Any]]]:
    """Gather text and values of each statement that readers of the book send, until the block ends."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        said.append((statement, values))

    engine = book.store.reader
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)
