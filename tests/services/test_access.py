"""Permissions: every class has its rule, and three people of three scopes see no more than theirs (architecture 5)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import aliased

import tradecrm
from tests.services.conftest import TODAY, Seats, hire, open_copy
from tests.services.server_kit import Databases
from tests.services.trading_kit import trade
from tradecrm.core.clock import FixedClock
from tradecrm.core.errors import NotAllowed, NotFound
from tradecrm.models import Base, Contact, Item, Party, PartyKey, Receipt, SalesContract, Task
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.access import OPEN_TO_ALL, RULES
from tradecrm.services.control.roles import ROLES, VERB_TITLES
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.control.tasks import SaveTask, save_task
from tradecrm.services.crm.parties import ContactDraft, SaveParty, party_card, party_picker, save_party
from tradecrm.services.data.lists import ListColumn, ListRequest, ListSource, count_and_sums, fetch_window
from tradecrm.services.data.search import list_search, search
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.work import Reader, Work, operation
from tradecrm.storage.server import ServerStore, open_server_book

PARTIES = ListSource(
    "party",
    Party.id,
    (ListColumn("name", Party.name), ListColumn("country", Party.country)),
    search=list_search("party", Party.id),
)


def test_every_mapped_class_has_a_rule_or_is_open_to_all() -> None:
    mapped = {mapper.class_ for mapper in Base.registry.mappers}
    assert mapped - set(RULES) - OPEN_TO_ALL == set()
    assert set(RULES) & OPEN_TO_ALL == set()


@pytest.fixture(scope="module")
def populated(blank_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer the closed book of three people, in a file."""
    path = tmp_path_factory.mktemp("people") / "people.tcrm"
    shutil.copyfile(blank_book, path)
    populate(open_copy(path))
    return path


@pytest.fixture(scope="module")
def populated_on_server(databases: Databases) -> Iterator[ServerStore]:
    """Answer the same book on a server, open."""
    store = open_server_book(databases.copy())
    populate(Book(store, FixedClock.on(TODAY)))
    databases.keep(store.place)
    yield store
    store.close()
    databases.drop(store.place)


def populate(book: Book) -> None:
    """Give each of three people a customer with a contact and a task, and the owner a whole deal."""
    seats = hire(book)
    named = {"Mine": seats.sales, "Boss": seats.manager, "Theirs": seats.other}
    for name, who in named.items():
        draft = SaveParty(name=f"{name} Anchor", country="US", contacts=(ContactDraft(f"{name} Contact"),))
        key = who.perform(save_party, draft).value
        who.perform(save_task, SaveTask(f"{name} task", TODAY, party_id=key))
    trade(seats.owner)
    book.close()


@pytest.fixture
def people(request: pytest.FixtureRequest, kind_of_store: str, tmp_path: Path) -> Iterator[Seats]:
    """Answer the seats at a copy of the populated book, in a file and on a server."""
    if kind_of_store == "server":
        book = Book(request.getfixturevalue("populated_on_server"), FixedClock.on(TODAY))
    else:
        path = tmp_path / "people.tcrm"
        shutil.copyfile(request.getfixturevalue("populated"), path)
        book = open_copy(path)
    yield Seats(*(book.seat(key) for key, _name in book.people()))
    if kind_of_store == "server":
        request.getfixturevalue("databases").renew(book.store)
    else:
        book.close()


SEEN = {
    "owner": {"Mine Anchor", "Boss Anchor", "Theirs Anchor", "Kern Tool Corp.", "宁波明灯厂"},
    "manager": {"Mine Anchor", "Boss Anchor", "宁波明灯厂"},
    "sales": {"Mine Anchor", "宁波明灯厂"},
    "other": {"Theirs Anchor", "宁波明灯厂"},
}


def names(query: Callable[[], Any]) -> Callable[[Reader], set[str]]:
    def ask(reader: Reader) -> set[str]:
        return {name for name in reader.session.scalars(query()) if name is not None}

    return ask


def subquery_names() -> Any:
    inner = select(Party.id).where(
        Party.name.like("%o%") | Party.name.like("%i%") | Party.is_supplier.is_(True)
    )
    return select(Contact.name).where(Contact.party_id.in_(inner))


def exists_names() -> Any:
    return select(Task.title).where(exists().where(Party.id == Task.party_id))


OTHER = aliased(Party)
WAYS: dict[str, Callable[[], Any]] = {
    "entity": lambda: select(Party.name),
    "alias": lambda: select(OTHER.name),
    "cte": lambda: select(select(Party.name).cte().c.name),
    "subquery": lambda: select(select(Party.name).subquery().c.name),
    "scalar subquery": lambda: select(
        select(Party.name).where(Party.id == OTHER.id).correlate(OTHER).scalar_subquery()
    ).select_from(OTHER),
    "union": lambda: select(Party.name).union_all(select(Party.name)),
    "join": lambda: select(Party.name).join(PartyKey, PartyKey.party_id == Party.id),
    "outer join": lambda: (
        select(Party.name).select_from(PartyKey).outerjoin(Party, Party.id == PartyKey.party_id)
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", SEEN)
def test_every_form_of_statement_keeps_to_the_scope(people: Seats, who: str, way: str) -> None:
    seat: Seat = getattr(people, who)
    assert seat.ask(names(WAYS[way])) == SEEN[who]


@pytest.mark.parametrize("who", SEEN)
def test_lists_counts_search_and_pickers_keep_to_the_scope(people: Seats, who: str) -> None:
    seat: Seat = getattr(people, who)
    window = seat.ask(fetch_window, PARTIES, ListRequest())
    assert {row[0] for row in window.rows} == SEEN[who]
    assert seat.ask(count_and_sums, PARTIES, ListRequest()).count == len(SEEN[who])
    anchors = {name for name in SEEN[who] if "Anchor" in name}
    assert {row[0] for row in seat.ask(fetch_window, PARTIES, ListRequest(search="anchor")).rows} == anchors
    assert {hit.title for hit in seat.ask(search, "anchor", ["party"]).hits} == anchors
    assert {choice.name for choice in seat.ask(party_picker, "anchor")} == anchors
    assert {choice.name for choice in seat.ask(party_picker)} == SEEN[who]


def test_contacts_tasks_papers_and_money_follow_their_customer(people: Seats) -> None:
    assert people.sales.ask(names(subquery_names)) == {"Mine Contact"}
    assert people.manager.ask(names(subquery_names)) == {"Mine Contact", "Boss Contact"}
    assert people.sales.ask(names(exists_names)) == {"Mine task"}
    for kind in (SalesContract.number, Item.number, Receipt.number):
        assert people.sales.ask(names(lambda kind=kind: select(kind))) == set()  # type: ignore[misc]
        assert people.owner.ask(names(lambda kind=kind: select(kind)))  # type: ignore[misc]
    assert people.sales.ask(search, "SC-2605-0001").count == 0
    assert people.owner.ask(search, "SC-2605-0001").count == 1


def test_sums_and_counts_see_no_more_than_rows(people: Seats) -> None:
    def counted(reader: Reader) -> int:
        return reader.session.scalar(select(func.count()).select_from(Party)) or 0

    assert {who: getattr(people, who).ask(counted) for who in SEEN} == {who: len(SEEN[who]) for who in SEEN}


@operation("party.write")
def rename_all(work: Work, name: str) -> int:
    """Try to change every party by one ORM statement."""
    result: Any = work.session.execute(update(Party).values(note=name))
    return int(result.rowcount)


@operation("party.write")
def forget_keys(work: Work, _command: None) -> int:
    """Try to delete every key by one ORM statement."""
    result: Any = work.session.execute(delete(PartyKey))
    return int(result.rowcount)


@operation("party.write")
def plant_for(work: Work, owner_id: int) -> int:
    """Try to write a customer that belongs to someone else."""
    return work.add(Party(code="PLANT", name="Planted", is_customer=True, owner_id=owner_id)).id


def test_bulk_statements_touch_only_what_is_in_scope(people: Seats) -> None:
    assert people.sales.perform(rename_all, "x").value == len(SEEN["sales"])
    notes = people.owner.ask(names(lambda: select(Party.name).where(Party.note == "x")))
    assert notes == SEEN["sales"]
    before = people.owner.ask(names(lambda: select(PartyKey.value)))
    people.other.perform(forget_keys, None)
    after = people.owner.ask(names(lambda: select(PartyKey.value)))
    assert before - after == {"THEIRS ANCHOR", "宁波明灯厂"}


def test_writes_outside_the_scope_are_refused(people: Seats) -> None:
    theirs = people.other.ask(party_picker, "anchor")[0].id
    with pytest.raises(NotFound):
        people.sales.ask(party_card, theirs)
    with pytest.raises(NotAllowed, match="someone else"):
        people.sales.perform(plant_for, people.other.actor.person_id)
    mine = people.sales.ask(party_picker, "anchor")[0].id
    draft = people.sales.ask(party_card, mine).draft
    with pytest.raises(NotAllowed):
        people.sales.perform(save_party, replace(draft, owner_id=people.other.actor.person_id))
    people.manager.perform(save_party, replace(draft, owner_id=people.manager.actor.person_id))
    with pytest.raises(NotFound):
        people.sales.ask(party_card, mine)


def test_verbs_are_asked_before_anything_is_read(people: Seats) -> None:
    for who in (people.sales, people.manager):
        with pytest.raises(NotAllowed, match="may not change the settings of the firm"):
            who.perform(change_settings, ChangeSettings((("company_name", "X"),)))
        with pytest.raises(NotAllowed, match="may not keep bank accounts"):
            who.perform(open_account, OpenAccount("X", "BANK", "CNY", TODAY))


def test_a_session_that_reads_cannot_write(seat: Seat) -> None:
    def cheat(reader: Reader) -> None:
        reader.session.execute(update(Party).values(note="x"))

    with pytest.raises(Exception, match="read"):
        seat.ask(cheat)


def test_every_verb_the_program_asks_for_has_words() -> None:
    asked = {verb for role in ROLES.values() for verb in role.verbs} - {"*"}
    written = re.compile(r"""(?:demand|can|operation)\(\s*"([a-z_]+\.[a-z]+)"|needs="([a-z_]+\.[a-z]+)\"""")
    for path in Path(tradecrm.__file__).parent.rglob("*.py"):
        found = written.findall(path.read_text(encoding="utf-8"))
        asked |= {first or second for first, second in found}
    assert len(asked) > 20
    assert asked - set(VERB_TITLES) == set()


def test_roles_hold_verbs_of_a_known_form() -> None:
    assert all(verb == "*" or verb.count(".") == 1 for role in ROLES.values() for verb in role.verbs)
