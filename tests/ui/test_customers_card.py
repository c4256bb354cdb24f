"""The list and the card of customers: views, contacts and addresses as lines, history, archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.services.trading_kit import Deal
from tests.ui.money_book import Room, make_trading_book, registry, room_of
from tradecrm.core.links import Link
from tradecrm.services.crm.parties import party_card, save_party
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.trade_form import TradeFormPage


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Deal]:
    folder = tmp_path_factory.mktemp("customers")
    return folder / "trading.tcrm", make_trading_book(folder)


@pytest.fixture
def room(made: tuple[Path, Deal], tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with room_of(made[0], tmp_path / "book.tcrm", made[1], qtbot) as opened:
        yield opened


def card(room: Room, **params: int | str) -> TradeFormPage:
    page = room.page(Link.to("customer", **params))
    assert isinstance(page, TradeFormPage)
    return page


def test_the_list_begins_with_customers_in_use(room: Room) -> None:
    page = room.page(Link.to("customers"))
    assert isinstance(page, ListPage)
    assert page.link() == Link.to("customers")
    row = page.model.row(0)
    assert row is not None
    assert row["name"] == "Kern Tool Corp."
    assert page.model.rowCount() == 1
    page.bar.search.setText("weiss nobody")
    room.settle()
    assert page.model.rowCount() == 0


def test_factories_are_among_the_partners(room: Room) -> None:
    page = room.page(Link.to("partners", view="suppliers"))
    assert isinstance(page, ListPage)
    row = page.model.row(0)
    assert row is not None
    assert row["name"] == "宁波明灯厂"


def test_walking_through_the_fields_changes_nothing(room: Room) -> None:
    page = card(room, id=room.deal.customer)
    for box in page.boxes.values():
        box.editor.setFocus()
        box.editor.commit()
    assert not page.session.dirty


def test_contacts_and_addresses_are_saved_with_the_customer(room: Room) -> None:
    page = card(room, id=room.deal.customer)
    page.session.put("city", "Bremen")
    page.session.put_cell("contacts", 1, "name", "Jörg Brandt")
    page.session.put_cell("addresses", 0, "text", "Am Wall 1\n28195 Bremen")
    page.save()
    room.settle()
    kept = room.context.seat.ask(party_card, room.deal.customer).draft
    assert kept.city == "Bremen"
    assert [contact.name for contact in kept.contacts] == ["Anna Weiß", "Jörg Brandt"]
    assert kept.addresses[0].text.startswith("Am Wall")
    assert room.host.toasts[-1] == "The card is saved."
    words = " ".join(label.text() for label in page.panels.findChildren(QLabel))
    assert "City" in words
    assert "Bremen" in words


def test_a_refusal_stands_at_its_field(room: Room) -> None:
    """The same tax number is a strong key (domain.md section 7.4)."""
    page = card(room)
    page.session.put("name", "Another Name Ltd")
    page.session.put("country", "DE")
    page.session.put("tax_no", "DE1")
    page.save()
    room.settle()
    assert "Kern Tool Corp." in page.boxes["tax_no"].problem.text()
    assert page.session.draft.id is None


def test_a_customer_is_archived_and_taken_out_again(room: Room) -> None:
    page = card(room, id=room.deal.customer)

    def choose(words: str, other: str) -> None:
        found = {action.text(): action for action in page.more.menu().actions()}
        assert other not in found
        found[words].trigger()
        room.settle()

    choose("Archive", "Take out of the archive")
    assert room.context.seat.ask(party_card, room.deal.customer).archived
    choose("Take out of the archive", "Archive")
    assert not room.context.seat.ask(party_card, room.deal.customer).archived


def test_the_open_balance_opens_its_rows(room: Room) -> None:
    from tradecrm.screens.crm.customer_facts import balance_facts
    from tradecrm.screens.draft import Draft

    facts = room.context.seat.ask(balance_facts, Draft(id=room.deal.customer))
    links = [fact.link for fact in facts if fact.link is not None]
    assert links
    assert all(link.target in registry() for link in links)
    assert "USD 1,220.00" in facts[0].label


def test_a_book_without_customers_offers_the_two_ways_to_begin(room: Room) -> None:
    page = room.page(Link.to("customers"))
    assert isinstance(page, ListPage)
    draft = room.context.seat.ask(party_card, room.deal.customer).draft
    room.context.seat.perform(save_party, replace(draft, is_customer=False, is_service=True))
    page.reload()
    room.settle()
    room.settle()
    assert page.empty.heading.text() == "No customers yet"
