"""People, departments and the settings of a new book."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.conftest import Seats
from tradecrm.core.clock import FixedClock
from tradecrm.core.errors import NotAllowed, NotFound
from tradecrm.core.problems import Refusal
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.people import (
    ROLE_TITLES,
    AddDepartment,
    AddPerson,
    ChangePerson,
    add_department,
    add_person,
    change_person,
    departments,
    people_rows,
)
from tradecrm.services.control.roles import ROLES
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.services.work import Reader
from tradecrm.storage.store import create_book


def company(reader: Reader) -> tuple[str, str, str]:
    return reader.settings.company_name, reader.base, reader.settings.language


def test_a_new_book_knows_its_firm_and_its_owner(tmp_path: Path, clock: FixedClock) -> None:
    store = create_book(tmp_path / "new.tcrm", "Tests", clock)
    with pytest.raises(Refusal) as caught:
        set_up_book(store, clock, SetUp(" ", base_currency="yuan", owner_name="", language="fr"))
    assert {p.field for p in caught.value.problems} == {
        "company_name",
        "base_currency",
        "owner_name",
        "language",
    }
    set_up_book(
        store, clock, SetUp("青岛蓝湾贸易有限公司", "EUR", "Mei", settings=(("company_tax_no", "91"),))
    )
    with pytest.raises(Refusal, match="already"):
        set_up_book(store, clock, SetUp("Again"))
    book = Book(store, clock)
    assert book.people() == ((1, "Mei"),)
    assert book.seat().ask(company) == ("青岛蓝湾贸易有限公司", "EUR", "zh_CN")
    book.close()


def test_only_the_owner_changes_people(seats: Seats) -> None:
    for who in (seats.manager, seats.sales):
        with pytest.raises(NotAllowed):
            who.perform(add_person, AddPerson("Someone", "owner"))
    rows = {row.name: row for row in seats.owner.ask(people_rows)}
    assert rows["Zhao Lei"].department == "Europe"
    assert rows["Wu Fan"].department == ""


def test_every_role_has_a_title() -> None:
    assert [key for key, _title in ROLE_TITLES] == list(ROLES)


def test_a_name_is_one_person_and_the_last_owner_stays(seat: Seat) -> None:
    with pytest.raises(Refusal, match="already"):
        seat.perform(add_person, AddPerson("Lin Yue", "sales"))
    with pytest.raises(Refusal) as caught:
        seat.perform(add_person, AddPerson(" ", "king"))
    assert [p.field for p in caught.value.problems] == ["name", "role"]
    with pytest.raises(NotFound):
        seat.perform(add_person, AddPerson("New", "sales", department_id=7))
    for change in (ChangePerson(1, "Lin Yue", "sales"), ChangePerson(1, "Lin Yue", "owner", active=False)):
        with pytest.raises(Refusal, match="only owner"):
            seat.perform(change_person, change)


def test_who_left_has_no_seat_and_keeps_the_name(book: Book, seats: Seats) -> None:
    left = seats.other.actor.person_id
    seats.owner.perform(change_person, ChangePerson(left, "Wu Fan", "sales", active=False))
    with pytest.raises(NotFound, match="no such person"):
        book.seat(left)
    assert [r.active for r in seats.owner.ask(people_rows) if r.id == left] == [False]


def test_a_department_sees_those_below_it(book: Book, seats: Seats) -> None:
    europe = seats.owner.ask(departments)[0][0]
    with pytest.raises(Refusal, match="already"):
        seats.owner.perform(add_department, AddDepartment("Europe"))
    with pytest.raises(Refusal, match="name"):
        seats.owner.perform(add_department, AddDepartment(""))
    north = seats.owner.perform(add_department, AddDepartment("North", europe)).value
    person = seats.owner.perform(add_person, AddPerson("Ye Qing", "sales", north)).value
    assert person in book.seat(seats.manager.actor.person_id).actor.team
