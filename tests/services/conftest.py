"""A blank book built once in each store and copied per test; seats for an owner alone, and for three people."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.services.scenes import played_once, scenes
from tests.services.server_kit import Databases
from tradecrm.core.clock import FixedClock
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.people import AddDepartment, AddPerson, add_department, add_person
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.storage.doors import open_place
from tradecrm.storage.store import create_book, open_book

TODAY = date(2026, 6, 15)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out, where a test would run on a server, what is about files alone."""

    def left_out(item: pytest.Item) -> bool:
        call = getattr(item, "callspec", None)
        on_server = call is not None and call.params.get("kind_of_store") == "server"
        return on_server and item.get_closest_marker("file_book") is not None

    items[:] = [item for item in items if not left_out(item)]


@dataclass(frozen=True)
class Seats:
    """An owner who sees all, a manager who sees the department, a salesperson of it, and one of no department."""

    owner: Seat
    manager: Seat
    sales: Seat
    other: Seat


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock.on(TODAY)


@pytest.fixture(scope="session")
def blank_book(session_folder: Path) -> Path:
    """Answer the file of a book that was set up and closed."""
    path = session_folder / "blank" / "blank.tcrm"
    path.parent.mkdir()
    clock = FixedClock.on(TODAY)
    store = create_book(path, "Tests", clock)
    set_up_book(store, clock, SetUp("Ningbo Harbor Trading Co., Ltd.", owner_name="Lin Yue", language="en"))
    store.close()
    return path


def open_copy(path: Path) -> Book:
    """Open a book on the day of the tests; its caller closes it."""
    clock = FixedClock.on(TODAY)
    return Book(open_book(path, "Tests", clock), clock)


def open_again(book: Book) -> Book:
    """Open a closed book again, wherever it lies; its caller closes it."""
    return Book(open_place(book.place, "Tests", book.clock), book.clock)


def hire(book: Book) -> Seats:
    """Answer four people: scope all, team, own within that team, own outside of it."""
    owner = book.seat()
    return Seats(owner, *(book.seat(each) for each in _hire(owner)))


@played_once
def _hire(owner: Seat) -> tuple[int, ...]:
    europe = owner.perform(add_department, AddDepartment("Europe")).value
    manager = owner.perform(add_person, AddPerson("Chen Jie", "manager", europe)).value
    sales = owner.perform(add_person, AddPerson("Zhao Lei", "sales", europe)).value
    other = owner.perform(add_person, AddPerson("Wu Fan", "sales")).value
    return manager, sales, other


@contextmanager
def on_server(databases: Databases, clock: FixedClock | None = None) -> Iterator[Book]:
    """Answer a blank book on the server."""
    with databases.lent() as store:
        yield scenes().begin(Book(store, clock or FixedClock.on(TODAY)), databases)


@pytest.fixture(params=["file", "server"], scope="module")
def kind_of_store(request: pytest.FixtureRequest) -> str:
    """Answer where the books of a test lie; with the marker ``file_book`` only in files."""
    kind: str = request.param
    return kind


@contextmanager
def blank_copy(
    request: pytest.FixtureRequest, kind: str, folder: Path, clock: FixedClock | None = None
) -> Iterator[Book]:
    """Open a copy of the blank book of a store, a file's in ``folder``."""
    if kind == "server":
        with on_server(request.getfixturevalue("databases"), clock=clock) as opened:
            yield opened
        return
    clock = clock or FixedClock.on(TODAY)
    path = folder / "book.tcrm"
    shutil.copyfile(request.getfixturevalue("blank_book"), path)
    opened = scenes().begin(Book(open_book(path, "Tests", clock), clock))
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def book(
    request: pytest.FixtureRequest, kind_of_store: str, tmp_path: Path, clock: FixedClock
) -> Iterator[Book]:
    """Answer an open copy of the blank book, in a file and on a server."""
    with blank_copy(request, kind_of_store, tmp_path, clock) as opened:
        yield opened


@pytest.fixture(scope="module")
def module_book(
    request: pytest.FixtureRequest, kind_of_store: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Book]:
    """Answer such a copy for all tests of a module, which only read what its own fixture wrote."""
    with blank_copy(request, kind_of_store, tmp_path_factory.mktemp("module")) as opened:
        yield opened


@pytest.fixture
def seat(book: Book) -> Seat:
    """Answer the owner's seat."""
    return book.seat()


@pytest.fixture
def seats(book: Book) -> Seats:
    """Answer four people: scope all, team, own within that team, own outside of it."""
    return hire(book)
