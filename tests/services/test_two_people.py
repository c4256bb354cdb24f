"""Two people at two computers and one server: one after the other, never half, the second told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier, Event

import pytest

from tests.services.conftest import TODAY, on_server
from tests.services.money_kit import Invoice, customer, enter_item
from tests.services.server_kit import Databases
from tradecrm.core.clock import FixedClock
from tradecrm.core.errors import BookLocked, Conflict
from tradecrm.core.problems import Refusal
from tradecrm.models import Allocation, Item
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.crm.parties import SaveParty, party_card, save_party
from tradecrm.services.data.check import check_book
from tradecrm.services.money.allocations import Allocate, allocate
from tradecrm.services.work import Reader, Work, operation
from tradecrm.storage.server import open_server_book

D = Decimal
ROUNDS = 6


@pytest.fixture
def two(databases: Databases) -> Iterator[tuple[Seat, Seat]]:
    """Answer the owner's seat at two computers, each with connections of its own."""
    with on_server(databases) as first:
        address = first.store.place
        second = Book(open_server_book(address), FixedClock.on(TODAY))  # type: ignore[arg-type]
        yield first.seat(), second.seat()
        second.close()


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Run the actions at the same moment, each in a thread; answers what each answered or raised."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return action()
        except (Refusal, Conflict) as told:
            return told

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_two_people_allocate_the_same_invoice_and_one_is_told(two: tuple[Seat, Seat]) -> None:
    """Domain.md section 3.1: nothing is settled beyond its amount, on no day, whoever asks first."""
    here, there = two
    party = customer(here)
    for number in range(ROUNDS):
        day = date(2026, 3, 2)
        invoice = here.perform(enter_item, Invoice(party, day, D(1000), number=f"I{number}")).value
        paid = [
            here.perform(enter_item, Invoice(party, day, D(-1000), number=f"R{number}{each}")).value
            for each in "ab"
        ]
        answers = at_once(
            lambda: here.perform(allocate, Allocate(invoice, paid[0], D(1000))),  # noqa: B023 - run at once
            lambda: there.perform(allocate, Allocate(invoice, paid[1], D(1000))),  # noqa: B023
        )
        told = [each for each in answers if isinstance(each, Refusal)]
        assert len(told) == 1, answers
        assert f"I{number} has only USD 0.00 open" in str(told[0])

        def left(reader: Reader) -> tuple[Decimal, int]:
            rows = reader.session.query(Allocation).filter_by(debit_item_id=invoice)  # noqa: B023
            return reader.session.get_one(Item, invoice).open_amount, rows.count()  # noqa: B023

        assert there.ask(left) == (D(0), 1)
    assert check_book(there.book.store.reader) == []


def test_two_people_number_at_once_and_no_number_is_given_twice(two: tuple[Seat, Seat]) -> None:
    """Domain.md section 0: a number is given once, and none is left out."""
    here, there = two

    @operation("party.write")
    def take(work: Work, kind: str) -> str:
        return work.number(kind, TODAY)

    def several(seat: Seat) -> list[str]:
        return [seat.perform(take, "contract").value for _ in range(ROUNDS)]

    mine, theirs = at_once(lambda: several(here), lambda: several(there))
    assert isinstance(mine, list)
    assert isinstance(theirs, list)
    assert sorted(mine + theirs) == [f"SC-2606-{number:04d}" for number in range(1, 2 * ROUNDS + 1)]


def test_whoever_saves_what_another_has_saved_meanwhile_is_told(two: tuple[Seat, Seat]) -> None:
    here, there = two
    party = customer(here)
    version = here.ask(party_card, party).draft.version
    here.perform(save_party, SaveParty(id=party, version=version, name="Kern Tools Inc.", country="US"))
    with pytest.raises((Conflict, Refusal), match=r"was changed by someone else meanwhile"):
        there.perform(save_party, SaveParty(id=party, version=version, name="Kern Tooling", country="US"))
    assert there.ask(party_card, party).draft.name == "Kern Tools Inc."


def test_a_reader_sees_one_state_while_another_writes(two: tuple[Seat, Seat]) -> None:
    here, there = two
    party = customer(here)

    def twice(reader: Reader) -> tuple[int, int]:
        first = reader.session.query(Item).count()
        here.perform(enter_item, Invoice(party, date(2026, 3, 2), D(10)))
        return first, reader.session.query(Item).count()

    assert there.ask(twice) == (0, 0)
    assert there.ask(lambda reader: reader.session.query(Item).count()) == 1


def test_whoever_waits_too_long_for_the_turn_to_write_is_told(two: tuple[Seat, Seat]) -> None:
    here, there = two
    begun, enough = Event(), Event()

    @operation("settings.write")
    def linger(work: Work, command: None) -> None:
        work.session.connection()
        begun.set()
        enough.wait(30)

    with there.book.store.writer.connect() as connection:
        # The connection is kept: its next transactions wait no longer than this.
        connection.exec_driver_sql("SET SESSION lock_timeout = '50ms'")
        connection.commit()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(here.perform, linger, None)
        begun.wait(30)
        try:
            with pytest.raises(BookLocked, match=r"Someone else has been saving .* Nothing was changed"):
                there.perform(change_settings, ChangeSettings((("company_name", "Other"),)))
        finally:
            enough.set()
        waiting.result()
    there.perform(change_settings, ChangeSettings((("company_name", "Other"),)))
