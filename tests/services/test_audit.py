"""The audit trail: written by the session at every change, in the same transaction, and never changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from tests.services.conftest import Seats
from tradecrm.core.problems import Refusal
from tradecrm.models import AuditEntry, Party
from tradecrm.services.book import Book, Seat
from tradecrm.services.crm.parties import ContactDraft, SaveParty, party_card, save_party
from tradecrm.services.work import Reader, Work, operation

DRAFT = SaveParty(name="Anchor", country="US", contacts=(ContactDraft("Jo"),))


def trail(reader: Reader) -> list[tuple[str, str, str, dict[str, Any]]]:
    entries = reader.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(e.operation, e.action, e.kind, json.loads(e.detail)) for e in entries]


def test_each_change_says_who_what_and_how_it_was(seat: Seat) -> None:
    key = seat.perform(save_party, DRAFT).value
    draft = seat.ask(party_card, key).draft
    seat.perform(save_party, replace(draft, city="Boston", contacts=()))
    mine = [entry for entry in seat.ask(trail) if entry[0] == "save_party"]
    assert ("save_party", "insert", "party", {}) in mine
    assert ("save_party", "insert", "contact", {}) in mine
    assert ("save_party", "update", "party", {"city": ["", "Boston"]}) in mine
    gone = [detail for _operation, action, kind, detail in mine if (action, kind) == ("delete", "contact")]
    assert [detail["name"] for detail in gone] == ["Jo"]


def test_what_is_refused_leaves_no_trace(seat: Seat) -> None:
    seat.perform(save_party, DRAFT)
    before = seat.ask(trail)
    with pytest.raises(Refusal):
        seat.perform(save_party, DRAFT)
    assert seat.ask(trail) == before


@operation("party.write")
def save_in_parts(work: Work, names: tuple[str, ...]) -> None:
    """Save parties, each in a part of its own; one whose name is in capitals goes back, with all within it."""
    for name in names:
        part = work.session.begin_nested()
        save_party.within(work, SaveParty(name=name))
        if name.isupper():
            inner = work.session.begin_nested()
            save_party.within(work, SaveParty(name=f"{name} 2"))
            inner.commit()
            part.rollback()
        else:
            part.commit()


def test_a_part_that_goes_back_leaves_no_trace_and_the_others_keep_their_order(seat: Seat) -> None:
    seat.perform(save_in_parts, ("Anchor", "BEACON", "Cove", "DOCK", "Estuary"))
    mine = [entry for entry in seat.ask(trail) if entry[0] == "save_in_parts"]
    assert [(action, kind) for _operation, action, kind, _detail in mine] == [("insert", "party")] * 3
    names = select(Party.name).join(AuditEntry, AuditEntry.record_id == Party.id)
    told = names.where(AuditEntry.operation == "save_in_parts").order_by(AuditEntry.id)
    assert seat.ask(lambda reader: list(reader.session.scalars(told))) == ["Anchor", "Cove", "Estuary"]


def test_a_trail_longer_than_is_held_at_once_is_whole(seat: Seat) -> None:
    people = tuple(ContactDraft(f"Jo {number}") for number in range(1_205))
    seat.perform(save_party, replace(DRAFT, contacts=people))
    kinds = [kind for operation, _action, kind, _detail in seat.ask(trail) if operation == "save_party"]
    assert (kinds.count("contact"), kinds.count("party")) == (1_205, 1)


def test_a_person_sees_the_trail_of_their_scope(seats: Seats) -> None:
    seats.sales.perform(save_party, DRAFT)
    assert {kind for _operation, _action, kind, _detail in seats.sales.ask(trail)} == {"party", "contact"}
    assert seats.other.ask(trail) == []
    assert len(seats.owner.ask(trail)) > len(seats.manager.ask(trail)) > 0


@pytest.mark.parametrize("statement", [update(AuditEntry).values(operation="x"), delete(AuditEntry)])
def test_the_trail_cannot_be_changed_even_past_the_program(book: Book, statement: Any) -> None:
    with pytest.raises(DBAPIError, match="append-only"), book.store.writer.begin() as connection:
        connection.execute(statement)
