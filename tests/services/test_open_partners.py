"""A factory is everyone's: who may write parties may add a contact to one that a colleague entered."""

from __future__ import annotations

from dataclasses import replace

from tests.services.conftest import Seats
from tradecrm.services.crm.parties import ContactDraft, SaveParty, party_card, save_party


def test_a_contact_is_added_to_a_colleagues_factory(seats: Seats) -> None:
    factory = SaveParty(name="Yuyao Brightfield Lighting", is_customer=False, is_supplier=True, country="CN")
    key = seats.owner.perform(save_party, factory).value
    card = seats.sales.ask(party_card, key)
    draft = replace(card.draft, contacts=(ContactDraft("Ms. Lou", phone="+86 574 6261 0088", is_main=True),))
    seats.sales.perform(save_party, draft)
    assert [contact.name for contact in seats.other.ask(party_card, key).draft.contacts] == ["Ms. Lou"]
