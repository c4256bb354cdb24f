"""The history of a customer in words: papers, changes of the record, imports."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.services.conftest import Seats
from tests.services.test_imports import batch
from tests.services.trading_kit import trade
from tradecrm.core.errors import NotFound
from tradecrm.core.links import Link
from tradecrm.core.text import current_language, use_language
from tradecrm.services.book import Seat
from tradecrm.services.crm.cards import party_changes, party_papers
from tradecrm.services.crm.parties import (
    ArchiveParty,
    SaveParty,
    archive_party,
    party_card,
    party_picker,
    save_party,
)
from tradecrm.services.data.imports import run_import


def test_papers_and_changes_are_told_newest_first(seat: Seat) -> None:
    deal = trade(seat)
    draft = seat.ask(party_card, deal.customer).draft
    seat.perform(save_party, replace(draft, city="Berlin", country="AT"))
    seat.perform(archive_party, ArchiveParty(deal.customer, draft.version + 1))
    papers = seat.ask(party_papers, deal.customer)
    assert {(paper.title, paper.number, paper.currency, paper.amount) for paper in papers} >= {
        ("Sales contract", "SC-2605-0001", "USD", Decimal(12400)),
        ("Shipment", "SH-2605-0001", "USD", Decimal(7440)),
        ("Receipt", "RC-2605-0001", "USD", Decimal(3720)),
    }
    assert [paper.day for paper in papers] == sorted((paper.day for paper in papers), reverse=True)
    assert Link.to("contract", id=deal.contract) in [paper.link for paper in papers]
    changes = seat.ask(party_changes, deal.customer)
    assert [change.text for change in changes] == [
        "Archived: no → yes",
        "Country: Germany → Austria; City: — → Berlin",
        "Entered",
    ]
    assert {change.person for change in changes} == {"Lin Yue"}


def test_an_imported_customer_says_where_it_came_from(seat: Seat) -> None:
    seat.perform(run_import, batch("customers", {"name": "Nordlys", "country": "NO"}))
    key = seat.ask(party_picker)[0].id
    assert [change.text for change in seat.ask(party_changes, key)] == ["Imported from list.xlsx"]


def test_a_new_owner_is_told_by_name_and_hidden_history_is_not_found(seats: Seats) -> None:
    key = seats.sales.perform(save_party, SaveParty(name="Anchor")).value
    with pytest.raises(NotFound):
        seats.other.ask(party_changes, key)
    draft = seats.owner.ask(party_card, key).draft
    seats.owner.perform(save_party, replace(draft, owner_id=seats.other.actor.person_id))
    assert "Salesperson: Zhao Lei → Wu Fan" in [each.text for each in seats.owner.ask(party_changes, key)]
    with pytest.raises(NotFound):
        seats.sales.ask(party_changes, key)


def test_a_change_is_told_in_the_words_of_the_reader(seat: Seat) -> None:
    """Terms and countries are kept as codes; who reads them reads what the form shows (section 3.2)."""
    key = seat.perform(
        save_party, SaveParty(name="Anchor", country="DE", terms="TT;P30@ORDER;B@BL_COPY+7D")
    ).value
    draft = seat.ask(party_card, key).draft
    seat.perform(save_party, replace(draft, country="FR", terms="TT;P100@BL+60D", counted=False))
    before = current_language()
    told = {}
    try:
        for language in ("en", "zh_CN"):
            use_language(language)
            told[language] = seat.ask(party_changes, key)[0].text
    finally:
        use_language(before)
    assert told["en"].startswith("Country: Germany → France; ")
    assert "New orders count in orders and targets: yes → no" in told["en"]
    assert "德国 → 法国" in told["zh_CN"]
    for text in told.values():
        assert "60" in text
        assert "TT;" not in text
