"""The history of a customer in words: papers, changes of the record, imports."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.conftest import Seats
from tests.services.test_imports import batch
from tests.services.trading_kit import trade
from tradecrm.core.errors import NotFound
from tradecrm.core.links import Link
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import (
    ArchiveParty,
    SaveParty,
    archive_party,
    party_card,
    party_picker,
    save_party,
)
from tradecrm.services.data.history import party_history
from tradecrm.services.data.imports import run_import


def test_papers_and_changes_are_told_newest_first(seat: Seat) -> None:
    deal = trade(seat)
    draft = seat.ask(party_card, deal.customer).draft
    seat.perform(save_party, replace(draft, city="Berlin", country="AT"))
    seat.perform(archive_party, ArchiveParty(deal.customer, draft.version + 1))
    rows = seat.ask(party_history, deal.customer)
    texts = [row.text for row in rows]
    assert "Contract SC-2605-0001 over USD 12,400.00" in texts
    assert "Shipment SH-2605-0001 departed" in texts
    assert "Receipt RC-2605-0001 of USD 3,720.00" in texts
    assert "City: “” became “Berlin”" in texts
    assert "Country: “DE” became “AT”" in texts
    assert {"Archived", "Entered"} <= set(texts)
    assert [row.day for row in rows] == sorted((row.day for row in rows), reverse=True)
    assert {row.person for row in rows if row.text == "Archived"} == {"Lin Yue"}
    assert [row.link for row in rows if row.text.startswith("Contract")] == [
        Link.to("contract", id=deal.contract)
    ]


def test_an_imported_customer_says_where_it_came_from(seat: Seat) -> None:
    seat.perform(run_import, batch("customers", {"name": "Nordlys", "country": "NO"}))
    key = seat.ask(party_picker)[0].id
    assert [row.text for row in seat.ask(party_history, key)] == ["Imported from list.xlsx"]


def test_a_new_owner_is_told_by_name_and_hidden_history_is_not_found(seats: Seats) -> None:
    key = seats.sales.perform(save_party, SaveParty(name="Anchor")).value
    with pytest.raises(NotFound):
        seats.other.ask(party_history, key)
    draft = seats.owner.ask(party_card, key).draft
    seats.owner.perform(save_party, replace(draft, owner_id=seats.other.actor.person_id))
    assert "Salesperson: “Zhao Lei” became “Wu Fan”" in [r.text for r in seats.owner.ask(party_history, key)]
    with pytest.raises(NotFound):
        seats.sales.ask(party_history, key)
