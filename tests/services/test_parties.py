"""Customers and other partners: written whole, found again, guarded by version; duplicates (domain.md 7.4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.conftest import Seats
from tradecrm.core.errors import Conflict, NotAllowed, NotFound
from tradecrm.core.problems import Refusal
from tradecrm.services.book import Book, Seat
from tradecrm.services.crm.parties import (
    AddressDraft,
    ArchiveParty,
    ContactDraft,
    SaveParty,
    archive_party,
    party_card,
    party_picker,
    save_party,
)
from tradecrm.services.data.check import check_book
from tradecrm.services.data.search import search
from tradecrm.services.data.search_keys import write_party_keys

KERN = SaveParty(
    name="The Kern Tool Corp.",
    name_local="科恩工具",
    country="DE",
    tax_no="DE 811-234-567",
    website="https://www.kerntool.de/about",
    email="sales@kerntool.de",
    phone="+49 7424 133 0",
    contacts=(ContactDraft("Anna Weiß", "Buyer", "anna@kerntool.de", is_main=True),),
    addresses=(AddressDraft("registered", "Max-Planck-Str. 1, 78549 Spaichingen", "Spaichingen", "DE"),),
)


def fields_of(caught: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [problem.field for problem in caught.value.problems]


def test_a_partner_is_written_whole_and_read_back(book: Book, seat: Seat) -> None:
    outcome = seat.perform(save_party, KERN)
    assert {"party", "contact", "address"} <= outcome.changes
    card = seat.ask(party_card, outcome.value)
    assert card.code == "P-2606-0001"
    assert card.owner == "Lin Yue"
    assert replace(card.draft.contacts[0], id=None) == KERN.contacts[0]
    assert replace(card.draft.addresses[0], id=None) == KERN.addresses[0]
    assert replace(
        card.draft, id=None, version=0, code="", owner_id=None, contacts=(), addresses=()
    ) == replace(KERN, contacts=(), addresses=())
    assert check_book(book.store.reader) == []


def test_lines_that_are_left_out_are_removed_and_search_follows(book: Book, seat: Seat) -> None:
    key = seat.perform(save_party, KERN).value
    card = seat.ask(party_card, key)
    boris = ContactDraft("Boris Їжак", email="boris@kerntool.de")
    seat.perform(save_party, replace(card.draft, name="Kern Werkzeug", contacts=(boris,), addresses=()))
    after = seat.ask(party_card, key)
    assert [contact.name for contact in after.draft.contacts] == ["Boris Їжак"]
    assert after.draft.addresses == ()
    assert after.draft.version == card.draft.version + 1
    for text, count in (("їжак", 1), ("anna", 0), ("werkz", 1), ("kegj", 1), ("科恩", 1)):
        assert seat.ask(search, text, ["party"]).count == count, text
    assert check_book(book.store.reader) == []


def test_a_stale_version_is_refused(seat: Seat) -> None:
    key = seat.perform(save_party, KERN).value
    draft = seat.ask(party_card, key).draft
    seat.perform(save_party, replace(draft, city="Aldingen"))
    with pytest.raises(Conflict, match="Kern Tool"):
        seat.perform(save_party, replace(draft, city="Trossingen"))
    with pytest.raises(Conflict):
        seat.perform(archive_party, ArchiveParty(key, draft.version))
    assert seat.ask(party_card, key).draft.city == "Aldingen"


def test_every_problem_stands_at_its_field(seat: Seat) -> None:
    bad = SaveParty(
        name=" ",
        is_customer=False,
        country="XX",
        currency="YUAN",
        email="no mail",
        website="nowhere",
        city="x" * 121,
        contacts=(ContactDraft("", email="@"),),
        addresses=(AddressDraft(text=" "),),
    )
    with pytest.raises(Refusal) as caught:
        seat.perform(save_party, bad)
    assert set(fields_of(caught)) == {
        "name", "is_customer", "country", "currency", "email", "website", "city",
        "contacts.0.name", "contacts.0.email", "addresses.0.text",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("twin", "field"),
    [
        (SaveParty(name="Other", tax_no="de811234567"), "tax_no"),
        (SaveParty(name="Other", email="Sales@KernTool.de "), "email"),
        (SaveParty(name="Other", phone="0049 7424 1330"), "phone"),
        (SaveParty(name="Other", website="shop.kerntool.de"), "website"),
        (SaveParty(name="Other", contacts=(ContactDraft("Jo", email="jo@mail.kerntool.de"),)), "website"),
        (SaveParty(name="KERN TOOL GmbH", country="DE"), "name"),
    ],
)
def test_a_strong_key_blocks_and_names_the_owner_but_no_contact(
    seats: Seats, twin: SaveParty, field: str
) -> None:
    seats.sales.perform(save_party, KERN)
    with pytest.raises(Refusal) as caught:
        seats.other.perform(save_party, twin)
    assert field in fields_of(caught)
    text = str(caught.value)
    assert "Zhao Lei" in text
    assert "Anna" not in text
    assert "7424" not in text


def test_medium_and_weak_likeness_warns(seat: Seat) -> None:
    seat.perform(save_party, KERN)
    abroad = seat.perform(save_party, SaveParty(name="Kern Tool Ltd", country="PL"))
    assert "the same name" in " ".join(abroad.warnings)
    alike = seat.perform(save_party, SaveParty(name="Kern Tools", country="FR"))
    assert "similar" in " ".join(alike.warnings)
    assert seat.perform(save_party, SaveParty(name="Kern Toys", country="IT")).warnings == ()
    same = SaveParty(name="Quite different", country="DE", contacts=(ContactDraft("Anna Weiß"),))
    assert "contact of the same name" in " ".join(seat.perform(save_party, same).warnings)
    assert seat.perform(save_party, SaveParty(name="Nobody like this", country="SE")).warnings == ()


def test_archived_and_hidden_records_are_found_too(seats: Seats) -> None:
    key = seats.sales.perform(save_party, KERN).value
    seats.sales.perform(archive_party, ArchiveParty(key, 1))
    with pytest.raises(
        Refusal, match=r"Kern.* has the same tax number\. It belongs to Zhao Lei \(archived\)"
    ):
        seats.other.perform(save_party, SaveParty(name="X", tax_no="DE811234567"))


def test_a_key_that_more_than_twenty_share_says_nothing(book: Book, seat: Seat) -> None:
    shops = [
        seat.perform(save_party, SaveParty(name=f"{chr(65 + number) * 9} Shop", country="US")).value
        for number in range(21)
    ]
    hotline = {("phone", "+12025550143")}
    caller = SaveParty(name="Zenith", country="US", phone="+1 202 555 0143")
    with book.store.writer.begin() as connection:
        write_party_keys(connection, dict.fromkeys(shops[:20], hotline))
    with pytest.raises(Refusal, match="phone"):
        seat.perform(save_party, caller)
    with book.store.writer.begin() as connection:
        write_party_keys(connection, {shops[20]: hotline})
    assert seat.perform(save_party, caller).value


def test_saving_again_is_not_blocked_by_a_likeness_that_was_there(seat: Seat) -> None:
    seat.perform(save_party, SaveParty(name="Aurora Glass", country="IT"))
    key = seat.perform(save_party, SaveParty(name="Aurora Glass", country="ES")).value
    draft = seat.ask(party_card, key).draft
    seat.perform(save_party, replace(draft, note="branch"))
    with pytest.raises(Refusal, match="the same name"):
        seat.perform(save_party, SaveParty(name="AURORA GLASS SRL", country="IT"))


def test_umlauts_written_out_are_the_same_name(seat: Seat) -> None:
    seat.perform(save_party, SaveParty(name="Jürgens Bau", country="DE"))
    with pytest.raises(Refusal, match="Jürgens"):
        seat.perform(save_party, SaveParty(name="Juergens Bau", country="DE"))


def test_a_code_is_one_partner_even_if_it_is_hidden(seats: Seats) -> None:
    seats.sales.perform(save_party, SaveParty(name="Anchor", code="A1"))
    with pytest.raises(Refusal, match="taken"):
        seats.other.perform(save_party, SaveParty(name="Beacon", code="A1"))


def test_scopes_hold_for_cards_pickers_and_saves(seats: Seats) -> None:
    mine = seats.sales.perform(save_party, SaveParty(name="Anchor Mine", country="US")).value
    factory = SaveParty(name="Anchor Works", is_customer=False, is_supplier=True)
    seats.sales.perform(save_party, factory)
    assert [c.name for c in seats.other.ask(party_picker, "anchor")] == ["Anchor Works"]
    assert {c.name for c in seats.manager.ask(party_picker)} == {"Anchor Mine", "Anchor Works"}
    assert [c.name for c in seats.owner.ask(party_picker, "anc", ["is_customer"])] == ["Anchor Mine"]
    with pytest.raises(NotFound):
        seats.other.ask(party_card, mine)
    draft = seats.sales.ask(party_card, mine).draft
    with pytest.raises(NotFound):
        seats.other.perform(save_party, replace(draft, name="Taken"))
    with pytest.raises(NotAllowed):
        seats.sales.perform(save_party, replace(draft, owner_id=seats.other.actor.person_id))


def test_archived_partners_leave_the_picker_but_not_the_search(seat: Seat) -> None:
    key = seat.perform(save_party, KERN).value
    seat.perform(archive_party, ArchiveParty(key, 1))
    assert seat.ask(party_picker, "kern") == ()
    assert seat.ask(search, "kern").count == 1
