"""Proforma invoices: issued, confirmed, canceled, fulfilled, and where one is itself the contract (section 1.3)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.approval_kit import switch, waiting
from tests.services.conftest import TODAY, Seats
from tests.services.quoting_kit import DAY, TERMS, Offer, offer_book, quote, t1_lines
from tradecrm.core.problems import Refusal
from tradecrm.models import Proforma, SalesContract
from tradecrm.services.book import Seat
from tradecrm.services.control.approval_rules import LevelDraft
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.data.check import check_state
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.trade.contract_card import contract_card
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.proforma_card import ProformaCard, proforma_card
from tradecrm.services.trade.proformas import (
    ContractOfProforma,
    MoveProforma,
    SaveProforma,
    contract_of_proforma,
    move_proforma,
    save_proforma,
)
from tradecrm.services.trade.quotation_makes import ProformaOfQuotation, proforma_of_quotation
from tradecrm.services.trade.quotation_moves import MoveQuotation, move_quotation
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader


@pytest.fixture
def offer(seat: Seat) -> Offer:
    return offer_book(seat)


def draft(offer: Offer, **more: object) -> SaveProforma:
    values: dict[str, object] = {"lines": t1_lines(offer), "terms": TERMS} | more
    return SaveProforma(offer.customer, DAY, "USD", "CIF", "Rotterdam", **values)  # type: ignore[arg-type]


def write(seat: Seat, offer: Offer, **more: object) -> int:
    return seat.perform(save_proforma, draft(offer, **more)).value


def move(seat: Seat, key: int, step: str, reason: str = "") -> str:
    return seat.perform(move_proforma, MoveProforma(key, step, DAY, reason)).value


def card(seat: Seat, key: int) -> ProformaCard:
    return seat.ask(proforma_card, key)


def contracts(reader: Reader) -> list[str]:
    return list(reader.session.scalars(select(SalesContract.number)))


def test_it_goes_its_way(seat: Seat, offer: Offer) -> None:
    key = write(seat, offer)
    assert (card(seat, key).number, card(seat, key).total) == ("PI-2603-0001", Decimal("19740.00"))
    assert move(seat, key, "issue") == "issued"
    assert move(seat, key, "confirm") == "confirmed"
    before = card(seat, key)
    with pytest.raises(Refusal, match="is “Confirmed” and cannot be edited"):
        seat.perform(save_proforma, draft(offer, id=key, version=before.version))
    with pytest.raises(Refusal, match="Say why it is canceled"):
        move(seat, key, "cancel")
    with pytest.raises(Refusal, match="follows from other records"):
        move(seat, key, "fulfill")
    assert card(seat, key) == before
    assert move(seat, key, "cancel", "The buyer withdrew") == "canceled"


def test_wrong_steps_and_dates_are_refused(seat: Seat, offer: Offer) -> None:
    key = write(seat, offer, valid_until=DAY)
    with pytest.raises(Refusal, match="not possible while the state is “Draft”"):
        move(seat, key, "confirm")
    with pytest.raises(Refusal, match="was valid until 2026-03-20"):
        seat.perform(move_proforma, MoveProforma(key, "issue", TODAY))
    with pytest.raises(Refusal, match="issue it before a contract is made of it"):
        seat.perform(contract_of_proforma, ContractOfProforma(key, DAY))
    with pytest.raises(Refusal, match="before the date of the paper"):
        write(seat, offer, latest_shipment=DAY.replace(day=1))
    assert card(seat, key).status == "draft"
    assert seat.ask(contracts) == []


def test_a_quotation_becomes_a_proforma_and_that_a_contract(seat: Seat, offer: Offer) -> None:
    quotation = quote(seat, offer, marks="VELD", customer_po="PO-1")
    with pytest.raises(Refusal, match="only what was sent to the customer"):
        seat.perform(proforma_of_quotation, ProformaOfQuotation(quotation, DAY))
    seat.perform(move_quotation, MoveQuotation(quotation, "send", DAY))
    key = seat.perform(proforma_of_quotation, ProformaOfQuotation(quotation, DAY)).value
    made = card(seat, key)
    assert (made.values["marks"], made.values["customer_po"], made.total) == (
        "VELD",
        "PO-1",
        Decimal("19740.00"),
    )
    assert [part.kind for part in made.before] == ["quotation"]
    move(seat, key, "issue")
    contract = seat.perform(contract_of_proforma, ContractOfProforma(key, TODAY)).value
    with pytest.raises(Refusal, match="was made of PI-2603-0001 already"):
        seat.perform(contract_of_proforma, ContractOfProforma(key, TODAY))
    with pytest.raises(Refusal, match="cancel the contract first"):
        move(seat, key, "cancel", "No")
    assert len(seat.ask(contracts)) == 1
    values = seat.ask(contract_card, contract).values
    assert (values["total"], values["deposit_due"]) == (Decimal("19740.00"), Decimal("5922.00"))

    def links(reader: Reader) -> tuple[int | None, bool]:
        row = reader.get(SalesContract, contract, "Contract")
        return row.quotation_id, row.is_proforma

    assert seat.ask(links) == (quotation, False)


def test_one_that_is_the_contract_follows_it(seat: Seat, offer: Offer) -> None:
    """Section 1.3: with is_contract it follows the SC row; both bear one number."""
    key = write(seat, offer, is_contract=True, terms="OA;B@BL+30D", number="PI-77")
    made = card(seat, key)
    contract = made.contract_id
    assert contract is not None
    values = seat.ask(contract_card, contract).values
    assert (values["number"], values["status"], values["total"]) == ("PI-77", "draft", made.total)
    before = card(seat, key)
    for refused in (
        lambda: move(seat, key, "issue"),
        lambda: seat.perform(save_proforma, draft(offer, id=key, version=before.version)),
    ):
        with pytest.raises(Refusal, match=r"PI-77 is itself the contract\. Work on contract PI-77"):
            refused()
    assert card(seat, key) == before
    states = []
    for target in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(contract, target, DAY))
        states.append(card(seat, key).status)
    assert states == ["issued", "confirmed"]
    lines = tuple(
        ShipmentLineDraft(line.id, line.values["quantity"])
        for line in seat.ask(contract_card, contract).lines
    )
    shipment = seat.perform(save_shipment, SaveShipment(DAY, lines, etd=DAY)).value
    seat.perform(depart_shipment, DepartShipment(shipment, DAY, rate=Decimal(7)))
    assert card(seat, key).status == "fulfilled"


def test_a_contract_edited_before_it_binds_is_copied_back(seat: Seat, offer: Offer) -> None:
    key = write(seat, offer, is_contract=True)
    contract = card(seat, key).contract_id
    assert contract is not None
    version = seat.ask(contract_card, contract).version
    line = ContractLineDraft(offer.lantern, "Lantern, red", Decimal(100), Decimal(7))
    changed = SaveContract(
        offer.customer, DAY, "USD", "FOB", "Ningbo", TERMS, (line,), id=contract, version=version,
        customer_po="SK-881",
    )  # fmt: skip
    seat.perform(save_contract, changed)
    after = card(seat, key)
    assert (after.total, after.values["incoterm"]) == (Decimal("700.00"), "FOB")
    assert [line.values["description_en"] for line in after.lines] == ["Lantern, red"]
    faults = seat.ask(lambda reader: list(check_state(reader.session.connection())))
    assert faults == [], "it is found by the order number that was typed into the contract"
    seat.perform(move_contract, MoveContract(contract, "void", DAY))
    assert card(seat, key).status == "void"


def test_another_bank_account_needs_the_owner(seats: Seats) -> None:
    """Section 6, fraud guard: our bank account on the PI changed."""
    owner = seats.owner
    offer = offer_book(owner)
    first, second = (
        owner.perform(open_account, OpenAccount(name, "BANK", "USD", DAY)).value for name in ("A", "B")
    )
    switch(owner, "proforma", "bank_account", (LevelDraft("manager"),))
    key = write(owner, offer, bank_account_id=first)
    assert move(owner, key, "issue") == "issued"
    other = write(owner, offer, bank_account_id=second)
    assert move(owner, other, "issue") == "submitted"
    request = waiting(owner, other, "proforma")
    assert "another one than on PI-2603-0001" in request.reasons[0].sentence
    with pytest.raises(Refusal, match="waits for approval"):
        move(owner, other, "issue")
    assert card(owner, other).status == "submitted"
    seats.manager.perform(decide, Decide(request.id, "reject", "Ask them by phone"))
    assert card(owner, other).status == "draft"
    move(owner, other, "submit")
    assert move(owner, other, "return") == "draft"
    move(owner, other, "issue")
    seats.manager.perform(decide, Decide(waiting(owner, other, "proforma").id, "approve"))
    assert card(owner, other).status == "issued"


def test_it_is_fulfilled_when_its_contract_has_shipped(seat: Seat, offer: Offer) -> None:
    key = write(seat, offer, terms="OA;B@BL+30D")
    move(seat, key, "issue")
    move(seat, key, "confirm")
    contract = seat.perform(contract_of_proforma, ContractOfProforma(key, DAY)).value
    for target in ("signed", "effective"):
        seat.perform(move_contract, MoveContract(contract, target, DAY))
    assert card(seat, key).status == "confirmed"
    lines = tuple(
        ShipmentLineDraft(line.id, line.values["quantity"])
        for line in seat.ask(contract_card, contract).lines
    )
    shipment = seat.perform(save_shipment, SaveShipment(DAY, lines, etd=DAY)).value
    seat.perform(depart_shipment, DepartShipment(shipment, DAY, rate=Decimal(7)))
    assert card(seat, key).status == "fulfilled"


def test_a_quotation_of_another_customer_is_refused(seat: Seat, offer: Offer) -> None:
    other = seat.perform(save_party, SaveParty(name="Kern", country="DE")).value
    quotation = quote(seat, offer)
    with pytest.raises(Refusal, match="is for another customer"):
        seat.perform(save_proforma, replace(draft(offer, quotation_id=quotation), customer_id=other))
    assert seat.ask(lambda reader: list(reader.session.scalars(select(Proforma.id)))) == []
