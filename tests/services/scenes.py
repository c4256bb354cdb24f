"""Scenes that many tests begin with: played once a run in each store, then put into other books as they were kept."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import event

from tests.services.server_kit import Databases
from tradecrm.core.text import current_language
from tradecrm.services.book import Book, Seat
from tradecrm.storage.held import BookStore
from tradecrm.storage.server import ServerStore
from tradecrm.storage.store import Store

Args = ParamSpec("Args")
Value = TypeVar("Value")
Steps = tuple[Hashable, ...]


class _Files:
    """Keeps books in files by what they hold."""

    def __init__(self) -> None:
        self._contents: dict[Steps, bytes] = {}

    def keep(self, store: Store, steps: Steps) -> None:
        self._contents[steps] = self._free(store).path.read_bytes()

    def put(self, store: Store, steps: Steps) -> bool:
        if steps not in self._contents:
            return False
        self._free(store).path.write_bytes(self._contents[steps])
        store.mark_changed()
        return True

    def _free(self, store: Store) -> Store:
        """End the connections, by which all that was written comes into the one file; they are made again."""
        store.reader.dispose()
        store.writer.dispose()
        assert not store.path.with_name(f"{store.path.name}-wal").exists()
        return store


class _Served:
    """Keeps the rows of books on a server beside them, in the same database."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._places: dict[tuple[str, Steps], str] = {}

    def keep(self, store: ServerStore, steps: Steps) -> None:
        place = f"scene_{len(self._places)}"
        self._databases.keep(store.place, place)
        self._places[store.place.database, steps] = place

    def put(self, store: ServerStore, steps: Steps) -> bool:
        place = self._places.get((store.place.database, steps))
        if place is not None:
            self._databases.put(store.place, place)
        return place is not None


class Scenes:
    """What was played so far, and which open books hold nothing but such scenes since they were blank."""

    def __init__(self) -> None:
        self._values: dict[Steps, Any] = {}
        self._steps: WeakKeyDictionary[BookStore, Steps] = WeakKeyDictionary()
        self._heard: WeakKeyDictionary[BookStore, bool] = WeakKeyDictionary()
        self._files = _Files()
        self._served: dict[Databases, _Served] = {}
        self._databases: WeakKeyDictionary[BookStore, Databases] = WeakKeyDictionary()

    def begin(self, book: Book, databases: Databases | None = None) -> Book:
        """Take note of a blank book, until something else than a scene is written into it; answers it."""
        store = book.store
        if store not in self._heard:
            event.listen(store.writer, "begin", lambda _connection: self._steps.pop(store, None))
            self._heard[store] = True
        if databases is not None:
            self._databases[store] = databases
        self._steps[store] = ()
        return book

    def play(self, name: Hashable, seat: Seat, act: Callable[[], Value]) -> Value:
        """Answer what ``act`` answers, after the book holds what it writes: played, or put there."""
        store = seat.book.store
        before = self._steps.get(store)
        if before is None:
            return act()
        steps = (*before, (name, seat.actor.person_id, seat.book.clock.now(), current_language()))
        kept: Any = self._files
        if isinstance(store, ServerStore):
            databases = self._databases[store]
            kept = self._served.setdefault(databases, _Served(databases))
        if not kept.put(store, steps):
            self._values[steps] = act()
            kept.keep(store, steps)
        self._steps[store] = steps
        value: Value = self._values[steps]
        return value


@functools.cache
def scenes() -> Scenes:
    """Answer the scenes of this run."""
    return Scenes()


def played_once(
    play: Callable[Concatenate[Seat, Args], Value],
) -> Callable[Concatenate[Seat, Args], Value]:
    """Let a scene be played once a run on a blank book, or on one that holds such scenes alone.

    It answers ids or other frozen values, and is a function of its arguments, the person, the day and the language.
    """

    @functools.wraps(play)
    def played(seat: Seat, *args: Args.args, **kwargs: Args.kwargs) -> Value:
        if any(isinstance(each, Seat) for each in (*args, *kwargs.values())):
            return play(seat, *args, **kwargs)
        name = (play.__module__, play.__qualname__, args, tuple(sorted(kwargs.items())))
        return scenes().play(name, seat, lambda: play(seat, *args, **kwargs))

    return played  # type: ignore[return-value]  # pytest gives a fixture its seat by name
