"""Bank accounts of partners and the guard against redirected money (domain.md section 6)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.services.approval_kit import switch
from tests.services.conftest import Seats, hire
from tradecrm.core.problems import Refusal
from tradecrm.models import ApprovalRequest
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.crm.party_banks import SavePartyBank, party_bank_card, payee_banks, save_party_bank
from tradecrm.services.work import Reader


@pytest.fixture
def people(book: Book) -> Seats:
    return hire(book)


def factory(seat: Seat) -> int:
    return seat.perform(
        save_party, SaveParty(name="Cixi Lamps", country="CN", is_customer=False, is_supplier=True)
    ).value


def account(party: int, number: str = "6222 0001", **more: object) -> SavePartyBank:
    return SavePartyBank(party, "ICBC Cixi", number, "CNY", is_main=True, **more)  # type: ignore[arg-type]


def waiting(reader: Reader) -> int | None:
    return reader.session.scalar(select(ApprovalRequest.id).where(ApprovalRequest.status == "pending"))


def printed(seat: Seat, party: int) -> str:
    found = seat.ask(payee_banks, (party,)).get((party, "CNY"))
    return "" if found is None else found.number


def test_without_a_rule_an_account_counts_at_once(seat: Seat) -> None:
    party = factory(seat)
    seat.perform(save_party_bank, account(party))
    assert printed(seat, party) == "6222 0001"


def test_a_changed_account_counts_once_the_owner_confirmed_it(people: Seats) -> None:
    party = factory(people.owner)
    key = people.owner.perform(save_party_bank, account(party)).value
    switch(people.owner, "party_bank", "bank_changed")
    version = people.sales.ask(party_bank_card, key).version
    change = account(party, "9999 6666", id=key, version=version)
    assert "once it is confirmed" in people.sales.perform(save_party_bank, change).warnings[0]
    assert printed(people.owner, party) == ""
    request = people.owner.ask(waiting)
    assert request is not None
    people.owner.perform(decide, Decide(request, "approve", "called the factory"))
    assert printed(people.owner, party) == "9999 6666"


def test_a_refused_account_is_never_printed(people: Seats) -> None:
    party = factory(people.owner)
    switch(people.owner, "party_bank", "bank_changed")
    people.sales.perform(save_party_bank, account(party, "9999 6666"))
    request = people.owner.ask(waiting)
    assert request is not None
    people.owner.perform(decide, Decide(request, "reject", "not theirs"))
    assert printed(people.owner, party) == ""


def test_what_is_no_account_is_refused(seat: Seat) -> None:
    party = factory(seat)
    with pytest.raises(Refusal, match="SWIFT"):
        seat.perform(save_party_bank, account(party, swift="ICBK"))
    assert printed(seat, party) == ""
