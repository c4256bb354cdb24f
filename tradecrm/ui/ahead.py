"""What the first page asks the book, asked while the page itself is still being imported."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tradecrm.core.links import Link
from tradecrm.ui.registry import first_queries

if TYPE_CHECKING:
    from tradecrm.services.book import Seat
    from tradecrm.ui.start import Opened


class Ahead:
    """Answers of a seat that were asked for early; each is given once, to the first who asks the same."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._answers: dict[Callable[..., Any], Future[Any]] = {}
        self._threads: list[threading.Thread] = []

    def begin(self, query: Callable[..., Any]) -> None:
        """Ask ``query(reader)`` on a thread of its own: the database works while others import."""
        answer: Future[Any] = Future()
        self._answers[query] = answer
        thread = threading.Thread(target=self._ask, args=(query, answer), name="ahead", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _ask(self, query: Callable[..., Any], answer: Future[Any]) -> None:
        try:
            answer.set_result(self._seat.ask(query))
        except Exception as error:  # noqa: BLE001 - whoever takes the answer is told
            answer.set_exception(error)

    def take(self, query: Callable[..., Any]) -> Callable[[], Any] | None:
        """Answer what waits for the answer of ``query``, None when it was not asked, or is taken already."""
        answer = self._answers.pop(query, None)
        return None if answer is None else answer.result

    def close(self) -> None:
        """Wait until nothing reads the book any more."""
        for thread in self._threads:
            thread.join()


def with_first_page(opened: Opened, front: Link) -> Opened:
    """Import the page that will stand in front, the others behind its back; the book answers it meanwhile."""
    ahead = Ahead(opened.seat)
    if len(opened.people) < 2:
        for query in first_queries(front.target):
            ahead.begin(query)
    opened.registry.get(front.target)
    return replace(opened, ahead=ahead)
