"""Freight inquiries: made from the data in one action, sent to enough forwarders, telling none too much."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.services.conftest import TODAY, Seats
from tests.services.freight_kit import CUSTOMER, ETD, FACTORY, asked, inquiry_of, prepare
from tradecrm.core.errors import Conflict, NotFound
from tradecrm.core.problems import Refusal
from tradecrm.services.book import Seat
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.crm.parties import SaveParty, party_card, save_party
from tradecrm.services.trade.contract_card import contract_card
from tradecrm.services.trade.freight import (
    InviteDraft,
    MakeFreightInquiry,
    SaveFreightInquiry,
    SendFreightInquiry,
    VoidFreightInquiry,
    make_freight_inquiry,
    save_freight_inquiry,
    send_freight_inquiry,
    void_freight_inquiry,
)
from tradecrm.services.trade.freight_card import inquiry_card, inquiry_draft

D = Decimal


def test_an_inquiry_takes_everything_from_the_shipment(seat: Seat) -> None:
    """Section 10.1: ports, cargo, HS, packages, G.W., CBM, container, planned departure, Incoterm; nothing typed."""
    kit = prepare(seat)
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    row = seat.ask(inquiry_of, made)
    assert row.number.startswith("FI-2606-")
    assert (row.status, row.mode, row.incoterm) == ("draft", "FCL", "CIF")
    assert (row.port_of_loading, row.port_of_discharge) == ("Ningbo", "Rotterdam")
    assert (row.cargo, row.hs_code) == ("Desk lamp / 台灯", "9405")
    # 9,600 / 24 = 400 cartons of 0.150 m³; 9,600 x 0.9 + 400 x 0.9 kg.
    assert (row.packages, row.gross_weight, row.volume) == (400, D(9000), D(60))
    # Section 9.3: 60 m³ go into one 40HQ (67 m³), not into a 40GP (57 m³).
    assert (row.container_type, row.container_count) == ("40HQ", 1)
    assert (row.target_etd, row.quote_by) == (ETD, TODAY + timedelta(days=2))
    card = seat.ask(inquiry_card, made)
    assert len(card.invites) == 3


def test_a_contract_without_a_shipment_can_be_asked_for_too(seat: Seat) -> None:
    kit = prepare(seat)
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(contract_id=kit.contract)).value
    row = seat.ask(inquiry_of, made)
    assert (row.shipment_id, row.contract_id) == (None, kit.contract)
    assert (row.packages, row.volume, row.container_type) == (400, D(60), "40HQ")


def test_one_inquiry_of_a_shipment_at_a_time(seat: Seat) -> None:
    kit = prepare(seat)
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    with pytest.raises(Refusal, match="asks for this freight already"):
        seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment))
    seat.perform(void_freight_inquiry, VoidFreightInquiry(made))
    again = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    assert again != made
    with pytest.raises(Refusal, match="Choose the shipment or the contract"):
        seat.perform(make_freight_inquiry, MakeFreightInquiry())


def test_fewer_than_three_forwarders_are_not_sent(seat: Seat) -> None:
    """Section 1.3: Draft → Sent [≥3 distinct forwarders invited]."""
    kit = prepare(seat, forwarders=2)
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    with pytest.raises(Refusal, match="3 forwarders must be asked, 2 are on the inquiry"):
        seat.perform(send_freight_inquiry, SendFreightInquiry(made))
    assert seat.ask(inquiry_of, made).status == "draft"
    seat.perform(change_settings, ChangeSettings((("freight_quotes_needed", 2),)))
    seat.perform(send_freight_inquiry, SendFreightInquiry(made))
    assert seat.ask(inquiry_of, made).status == "sent"
    assert all(invite.sent_at for invite in seat.ask(inquiry_card, made).invites)


def test_a_forwarder_twice_is_refused_and_a_declined_one_does_not_count(seat: Seat) -> None:
    kit = prepare(seat)
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    draft = seat.ask(inquiry_draft, made)
    one = InviteDraft(kit.forwarders[0])
    with pytest.raises(Refusal, match="asked on an earlier line"):
        seat.perform(save_freight_inquiry, replace(draft, invites=(one, one, one)))
    declined = tuple(InviteDraft(key, declined=at == 0) for at, key in enumerate(kit.forwarders[:3]))
    seat.perform(save_freight_inquiry, replace(draft, invites=declined))
    with pytest.raises(Refusal, match="2 are on the inquiry"):
        seat.perform(send_freight_inquiry, SendFreightInquiry(made))


def test_only_forwarders_are_asked(seat: Seat) -> None:
    kit = prepare(seat)
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    factory = seat.perform(
        save_party, SaveParty(name="Some Factory", is_customer=False, is_supplier=True)
    ).value
    draft = seat.ask(inquiry_draft, made)
    with pytest.raises(Refusal, match="Some Factory is not marked as a forwarder"):
        seat.perform(save_freight_inquiry, replace(draft, invites=(InviteDraft(factory),)))
    assert len(seat.ask(inquiry_card, made).invites) == 3


@pytest.mark.parametrize("name", [CUSTOMER, FACTORY, CUSTOMER.upper()])
@pytest.mark.parametrize("field", ["cargo", "remarks"])
def test_names_of_customer_and_factory_are_not_sent(seat: Seat, name: str, field: str) -> None:
    """Section 10.1: never shows customer, prices or factory."""
    kit = prepare(seat)
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    draft = replace(seat.ask(inquiry_draft, made), **{field: f"lamps for {name}, urgent"})  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="must not learn") as caught:
        seat.perform(save_freight_inquiry, draft)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert name not in str(getattr(seat.ask(inquiry_of, made), field))


def test_a_customer_that_is_renamed_after_drafting_stops_the_sending(seat: Seat) -> None:
    kit = prepare(seat)
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    customer = seat.ask(contract_card, kit.contract).values["customer_id"]
    seat.perform(save_party, replace(seat.ask(party_card, customer).draft, name="Desk lamp"))
    with pytest.raises(Refusal, match="It names Desk lamp"):
        seat.perform(send_freight_inquiry, SendFreightInquiry(made))
    assert seat.ask(inquiry_of, made).status == "draft"


def test_what_a_forwarder_would_ask_back_for_is_said_at_once(seat: Seat) -> None:
    kit = prepare(seat)
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    draft = replace(
        seat.ask(inquiry_draft, made), target_etd=None, container_type="", port_of_discharge="",
        quote_by=TODAY - timedelta(days=1),
    )  # fmt: skip
    seat.perform(save_freight_inquiry, draft)
    with pytest.raises(Refusal) as caught:
        seat.perform(send_freight_inquiry, SendFreightInquiry(made))
    assert {problem.field for problem in caught.value.problems} == {
        "target_etd", "container_type", "port_of_discharge", "quote_by",
    }  # fmt: skip


def test_what_was_asked_stays_but_the_departure_may_move(seat: Seat) -> None:
    kit = prepare(seat)
    made = asked(seat, kit)
    draft = seat.ask(inquiry_draft, made)
    with pytest.raises(Refusal, match="asked for this already"):
        seat.perform(save_freight_inquiry, replace(draft, container_count=2))
    with pytest.raises(Refusal, match="asked already; mark it as declined"):
        seat.perform(save_freight_inquiry, replace(draft, invites=draft.invites[1:]))
    more = (*draft.invites, InviteDraft(_other(draft, kit.forwarders)))
    seat.perform(save_freight_inquiry, replace(draft, target_etd=ETD + timedelta(days=7), invites=more))
    card = seat.ask(inquiry_card, made)
    assert card.values["target_etd"] == ETD + timedelta(days=7)
    assert [bool(invite.sent_at) for invite in card.invites] == [True] * 4
    with pytest.raises(Conflict):
        seat.perform(save_freight_inquiry, draft)


def _other(draft: SaveFreightInquiry, forwarders: tuple[int, ...]) -> int:
    known = {invite.forwarder_id for invite in draft.invites}
    return next(key for key in forwarders if key not in known)


def test_the_next_inquiry_asks_those_of_the_last(seat: Seat) -> None:
    kit = prepare(seat)
    made = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    draft = seat.ask(inquiry_draft, made)
    invites = tuple(InviteDraft(key, "en") for key in kit.forwarders)
    seat.perform(save_freight_inquiry, replace(draft, invites=invites))
    other = seat.perform(make_freight_inquiry, MakeFreightInquiry(contract_id=kit.contract)).value
    assert seat.ask(inquiry_draft, other).invites == invites


def test_switched_off_nothing_is_asked(seat: Seat) -> None:
    """Feature T7: on or off by setting."""
    kit = prepare(seat)
    seat.perform(change_settings, ChangeSettings((("freight_inquiries", False),)))
    with pytest.raises(Refusal, match="switched off"):
        seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment))
    with pytest.raises(Refusal, match="From 1 to 9"):
        seat.perform(change_settings, ChangeSettings((("freight_quotes_needed", 0),)))


def test_others_do_not_see_the_inquiry(seats: Seats) -> None:
    kit = prepare(seats.sales, rates=seats.owner)
    made = seats.sales.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    assert seats.manager.ask(inquiry_card, made).values["status"] == "draft"
    with pytest.raises(NotFound):
        seats.other.ask(inquiry_card, made)
    with pytest.raises(NotFound):
        seats.other.perform(send_freight_inquiry, SendFreightInquiry(made))
