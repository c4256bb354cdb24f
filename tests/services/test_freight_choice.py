"""Quotes, comparison, choice with approval, the shipment's estimate, booking and withdrawal (sections 1.3 and 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.services.approval_kit import requests, switch
from tests.services.conftest import TODAY, Seats
from tests.services.freight_kit import (
    ETD,
    F1,
    F2,
    F3,
    Freight,
    asked,
    charge,
    costs,
    inquiry_of,
    prepare,
    quote,
    quotes,
)
from tradecrm.core.errors import Conflict
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.models import Shipment
from tradecrm.services.book import Seat
from tradecrm.services.control.approvals import Decide, WithdrawRequest, decide, withdraw_request
from tradecrm.services.control.reminders import FREIGHT_QUOTES, today_rows
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.data.search import search
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.costs import SaveCost, save_cost
from tradecrm.services.trade.freight import (
    MakeFreightInquiry,
    SendFreightInquiry,
    VoidFreightInquiry,
    make_freight_inquiry,
    save_freight_inquiry,
    send_freight_inquiry,
    void_freight_inquiry,
)
from tradecrm.services.trade.freight_card import comparison, inquiry_draft, quote_card, quote_start
from tradecrm.services.trade.freight_choice import (
    BookFreight,
    ChooseQuote,
    GiveUpQuote,
    book_freight,
    choose_quote,
    give_up_quote,
)
from tradecrm.services.trade.freight_quotes import (
    WithdrawFreightQuote,
    save_freight_quote,
    withdraw_freight_quote,
)
from tradecrm.services.work import Reader

D = Decimal


def forwarder_of(reader: Reader, shipment: int) -> int | None:
    return reader.get(Shipment, shipment, "Shipment").forwarder_id


def state(seat: Seat, inquiry: int) -> str:
    return seat.ask(inquiry_of, inquiry).status


def setting(seat: Seat) -> tuple[Freight, int, list[int]]:
    """Answer the kit, a sent inquiry and its three quotes of the worked example."""
    kit = prepare(seat)
    inquiry = asked(seat, kit)
    return kit, inquiry, quotes(seat, kit, inquiry)


def test_the_worked_example_is_ranked_and_the_cheapest_needs_no_reason(seat: Seat) -> None:
    """Section 6: F1 14,400; F2 14,420; F3 14,950 → ranking F1, F2, F3; F1 needs no approval."""
    kit, inquiry, (first, second, third) = setting(seat)
    found = seat.ask(comparison, inquiry)
    assert [(one.ranked.quote.id, one.ranked.all_in) for one in found.quotes] == [
        (first, D(14400)), (second, D(14420)), (third, D(14950)),
    ]  # fmt: skip
    assert [one.ranked.per_volume for one in found.quotes] == [D("240.00"), D("240.33"), D("249.17")]
    assert (found.valid, found.needed, found.status) == (3, 3, "comparing")
    assert found.quotes[0].reasons == ()
    assert seat.perform(choose_quote, ChooseQuote(inquiry, first)).value == "chosen"
    assert seat.ask(forwarder_of, kit.shipment) == kit.forwarders[0]
    # The chosen quote becomes the estimate: freight in dollars at the rate of the comparison, port charges in base.
    assert seat.ask(costs, kit.shipment) == [
        ("FRT", "USD", D(1900), D(13300), "estimated"),
        ("PRT", "CNY", D(1100), D(1100), "estimated"),
    ]


@pytest.mark.usefixtures("in_shanghai")
def test_a_quote_of_the_early_morning_takes_the_rate_of_that_day(seat: Seat) -> None:
    """Section 6: the rate of the day it came; half past seven in China is still yesterday in UTC."""
    kit = prepare(seat)
    inquiry = asked(seat, kit)
    seat.perform(save_rate, SaveRate(RateType.SELL, "USD", TODAY - timedelta(days=1), "6.00", "bank"))
    early = datetime.combine(TODAY - timedelta(days=1), time(23, 30), UTC)
    quote(seat, inquiry, kit.forwarders[0], F1, received_at=early)
    (found,) = seat.ask(comparison, inquiry).quotes
    assert found.ranked.all_in == D(14400)


def test_states_follow_the_quotes(seat: Seat) -> None:
    kit = prepare(seat)
    inquiry = asked(seat, kit)
    assert state(seat, inquiry) == "sent"
    quote(seat, inquiry, kit.forwarders[0], F1)
    assert state(seat, inquiry) == "quoting"
    quote(seat, inquiry, kit.forwarders[0], F2)
    quote(seat, inquiry, kit.forwarders[1], F2, valid_until=ETD - timedelta(days=1))
    quote(seat, inquiry, kit.forwarders[1], F2)
    assert state(seat, inquiry) == "quoting"
    quote(seat, inquiry, kit.forwarders[2], F3)
    assert state(seat, inquiry) == "comparing"


def test_earlier_estimates_give_way_to_the_quote(seat: Seat) -> None:
    kit, inquiry, (first, _second, _third) = setting(seat)
    for category, amount in (("FRT", 2000), ("PRT", 900), ("INL", 300)):
        seat.perform(save_cost, SaveCost(kit.shipment, category, "CNY", D(amount)))
    outcome = seat.perform(choose_quote, ChooseQuote(inquiry, first))
    assert any("2" in warning for warning in outcome.warnings)
    assert [(row[0], row[2]) for row in seat.ask(costs, kit.shipment)] == [
        ("INL", D(300)), ("FRT", D(1900)), ("PRT", D(1100)),
    ]  # fmt: skip


@pytest.mark.parametrize("few", [True, False])
def test_an_exception_wants_a_reason_even_of_a_trader_alone(seat: Seat, few: bool) -> None:
    kit = prepare(seat)
    inquiry = asked(seat, kit)
    if few:
        chosen = quote(seat, inquiry, kit.forwarders[0], F1)
        words = "Only 1 of 3 valid quotes"
    else:
        chosen = quotes(seat, kit, inquiry)[1]
        words = "not the cheapest: 20.00 more"
    before = state(seat, inquiry)
    with pytest.raises(Refusal, match=words):
        seat.perform(choose_quote, ChooseQuote(inquiry, chosen))
    assert state(seat, inquiry) == before
    assert seat.ask(costs, kit.shipment) == []
    assert seat.perform(choose_quote, ChooseQuote(inquiry, chosen, "sails two days sooner")).value == "chosen"
    assert seat.ask(inquiry_of, inquiry).choice_reason == "sails two days sooner"


def test_a_quote_that_is_not_valid_cannot_be_chosen(seat: Seat) -> None:
    kit, inquiry, _three = setting(seat)
    late = quote(seat, inquiry, kit.forwarders[0], (charge("ALL_IN", "CNY", "9000"),), container_type="40GP")
    with pytest.raises(Refusal, match=r"Bluewater Logistics is not valid\. It is for 1×40GP"):
        seat.perform(choose_quote, ChooseQuote(inquiry, late, "cheap"))
    assert state(seat, inquiry) == "comparing"
    with pytest.raises(Refusal, match="another inquiry"):
        seat.perform(choose_quote, ChooseQuote(inquiry, 999))


def pending(seats: Seats) -> tuple[Freight, int, list[int]]:
    """Answer an inquiry of the salesperson whose choice of the second best waits for the manager."""
    for trigger in ("few_quotes", "not_cheapest"):
        switch(seats.owner, "freight_inquiry", trigger)
    kit = prepare(seats.sales, rates=seats.owner)
    inquiry = asked(seats.sales, kit)
    three = quotes(seats.sales, kit, inquiry)
    answer = seats.sales.perform(choose_quote, ChooseQuote(inquiry, three[1], "no transhipment")).value
    assert answer == "submitted"
    return kit, inquiry, three


def request_id(reader: Reader) -> int:
    from sqlalchemy import select

    from tradecrm.models import ApprovalRequest

    return reader.session.scalars(select(ApprovalRequest.id).order_by(ApprovalRequest.id.desc())).first() or 0


def test_not_the_cheapest_waits_for_approval_and_is_taken_on_by_it(seats: Seats) -> None:
    kit, inquiry, _three = pending(seats)
    assert state(seats.sales, inquiry) == "submitted"
    waiting = seats.sales.ask(comparison, inquiry)
    assert (waiting.request_id, waiting.waits_for) == (seats.sales.ask(request_id), ("Chen Jie",))
    assert seats.sales.ask(costs, kit.shipment) == []
    with pytest.raises(Refusal):
        seats.sales.perform(decide, Decide(seats.sales.ask(request_id), "approve"))
    draft = seats.sales.ask(inquiry_draft, inquiry)
    with pytest.raises(Refusal, match="cannot be edited"):
        seats.sales.perform(save_freight_inquiry, draft)
    with pytest.raises(Refusal, match="between sending and choosing"):
        quote(seats.sales, inquiry, kit.forwarders[3], F3)
    seats.manager.perform(decide, Decide(seats.manager.ask(request_id), "approve"))
    assert state(seats.sales, inquiry) == "chosen"
    assert seats.sales.ask(forwarder_of, kit.shipment) == kit.forwarders[1]
    assert [row[:3] for row in seats.sales.ask(costs, kit.shipment)] == [
        ("FRT", "USD", D(1760)), ("FRT", "USD", D(150)), ("PRT", "CNY", D(1050)),
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["manager", "sales"])
def test_rejected_or_withdrawn_it_is_comparing_again(seats: Seats, by: str) -> None:
    kit, inquiry, three = pending(seats)
    key = seats.manager.ask(request_id)
    if by == "manager":
        seats.manager.perform(decide, Decide(key, "reject", "take the cheapest"))
    else:
        seats.sales.perform(withdraw_request, WithdrawRequest(key))
    assert state(seats.sales, inquiry) == "comparing"
    assert seats.sales.ask(inquiry_of, inquiry).chosen_quote_id is None
    assert seats.sales.ask(costs, kit.shipment) == []
    assert seats.sales.perform(choose_quote, ChooseQuote(inquiry, three[0])).value == "chosen"


def test_with_the_rules_on_the_cheapest_of_three_passes(seats: Seats) -> None:
    for trigger in ("few_quotes", "not_cheapest"):
        switch(seats.owner, "freight_inquiry", trigger)
    kit = prepare(seats.sales, rates=seats.owner)
    inquiry = asked(seats.sales, kit)
    three = quotes(seats.sales, kit, inquiry)
    assert seats.sales.perform(choose_quote, ChooseQuote(inquiry, three[0])).value == "chosen"
    mine = [row[1] for row in seats.owner.ask(requests) if row[0].startswith("FI-")]
    assert mine == ["approved"]


def test_the_forwarder_withdraws_and_quotes_are_compared_again(seat: Seat) -> None:
    """Section 1.3: Chosen → Comparing if the forwarder withdraws."""
    kit, inquiry, three = setting(seat)
    seat.perform(choose_quote, ChooseQuote(inquiry, three[0]))
    with pytest.raises(Refusal, match="Say why"):
        seat.perform(give_up_quote, GiveUpQuote(inquiry, " "))
    assert len(seat.ask(costs, kit.shipment)) == 2
    assert seat.perform(give_up_quote, GiveUpQuote(inquiry, "no space")).value == "comparing"
    assert seat.ask(costs, kit.shipment) == []
    assert seat.ask(forwarder_of, kit.shipment) is None
    found = seat.ask(comparison, inquiry)
    assert (found.valid, found.chosen_quote_id) == (2, None)
    assert "withdrew" in found.quotes[-1].ranked.faults[0]
    # Two valid quotes are left: the choice is an exception now.
    with pytest.raises(Refusal, match="Only 2 of 3"):
        seat.perform(choose_quote, ChooseQuote(inquiry, three[1]))


def test_booking_ends_it(seat: Seat) -> None:
    _kit, inquiry, three = setting(seat)
    with pytest.raises(Refusal, match="Book"):
        seat.perform(book_freight, BookFreight(inquiry))
    seat.perform(choose_quote, ChooseQuote(inquiry, three[0]))
    with pytest.raises(Refusal, match="Void"):
        seat.perform(void_freight_inquiry, VoidFreightInquiry(inquiry))
    with pytest.raises(Refusal, match="withdrawn at the comparison"):
        seat.perform(withdraw_freight_quote, WithdrawFreightQuote(three[0]))
    assert seat.perform(book_freight, BookFreight(inquiry)).value == "booked"
    with pytest.raises(Refusal, match="forwarder withdraws"):
        seat.perform(give_up_quote, GiveUpQuote(inquiry, "no space"))


def test_freight_asked_for_a_contract_is_given_to_its_shipment_when_booked(seat: Seat) -> None:
    kit = prepare(seat)
    inquiry = seat.perform(make_freight_inquiry, MakeFreightInquiry(contract_id=kit.contract)).value
    draft = replace(seat.ask(inquiry_draft, inquiry), target_etd=ETD)
    seat.perform(save_freight_inquiry, draft)
    seat.perform(send_freight_inquiry, SendFreightInquiry(inquiry))
    three = quotes(seat, kit, inquiry)
    seat.perform(choose_quote, ChooseQuote(inquiry, three[0]))
    assert seat.ask(costs, kit.shipment) == []
    seat.perform(book_freight, BookFreight(inquiry))
    assert seat.ask(inquiry_of, inquiry).shipment_id == kit.shipment
    assert [row[0] for row in seat.ask(costs, kit.shipment)] == ["FRT", "PRT"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"charges": ()}, "charges"),
        ({"charges": (charge("NONE", "USD", "1"),)}, "charges.0.code"),
        ({"charges": (charge("THC", "USD", "1", "box"),)}, "charges.0.unit"),
        ({"charges": (charge("THC", "usd", "1"),)}, "charges.0.currency"),
        ({"charges": (charge("THC", "USD", "-1"),)}, "charges.0.price"),
        ({"charges": (replace(F3[0], quantity=D(0)),)}, "charges.0.quantity"),
        ({"charges": (charge("BAF", "USD", "10", "percent"),)}, "charges.0.currency"),
        ({"valid_from": ETD, "valid_until": ETD - timedelta(days=1)}, "valid_until"),
        ({"transit_days": -1}, "transit_days"),
    ],
)
def test_a_quote_with_a_fault_is_refused_at_its_field(seat: Seat, change: dict[str, Any], field: str) -> None:
    kit = prepare(seat)
    inquiry = asked(seat, kit)
    with pytest.raises(Refusal) as caught:
        quote(seat, inquiry, kit.forwarders[0], **({"charges": F1} | change))
    assert [problem.field for problem in caught.value.problems] == [field]
    assert (state(seat, inquiry), seat.ask(comparison, inquiry).quotes) == ("sent", ())


def test_quotes_come_from_those_that_were_asked_and_after_asking(seat: Seat) -> None:
    kit = prepare(seat)
    inquiry = seat.perform(make_freight_inquiry, MakeFreightInquiry(shipment_id=kit.shipment)).value
    with pytest.raises(Refusal, match="between sending and choosing"):
        quote(seat, inquiry, kit.forwarders[0], F1)
    seat.perform(send_freight_inquiry, SendFreightInquiry(inquiry))
    invited = {invite.forwarder_id for invite in seat.ask(inquiry_draft, inquiry).invites}
    stranger = next(key for key in kit.forwarders if key not in invited)
    with pytest.raises(Refusal, match="was not asked"):
        quote(seat, inquiry, stranger, F1)
    start = seat.ask(quote_start, inquiry)
    assert len(start.waiting) == 3
    assert start.usual["FREIGHT"] == ("container", D(1))


def test_a_quote_is_changed_withdrawn_and_kept(seat: Seat) -> None:
    kit, inquiry, three = setting(seat)
    card = seat.ask(quote_card, three[0])
    assert card.amounts == (D(1900), D(1100))
    seat.perform(save_freight_quote, replace(card.command, transit_days=28))
    with pytest.raises(Conflict):
        seat.perform(save_freight_quote, card.command)
    seat.perform(withdraw_freight_quote, WithdrawFreightQuote(three[0]))
    with pytest.raises(Refusal, match="withdrawn already"):
        seat.perform(withdraw_freight_quote, WithdrawFreightQuote(three[0]))
    fresh = seat.ask(quote_card, three[0]).command
    with pytest.raises(Refusal, match="new quote"):
        seat.perform(save_freight_quote, fresh)
    assert seat.ask(comparison, inquiry).valid == 2
    quote(seat, inquiry, kit.forwarders[0], F1)
    assert seat.ask(comparison, inquiry).valid == 3


def test_a_rate_that_is_missing_makes_the_quote_not_valid(seat: Seat) -> None:
    kit = prepare(seat)
    inquiry = asked(seat, kit)
    quote(seat, inquiry, kit.forwarders[0], (charge("ALL_IN", "EUR", "1800"),))
    (one,) = seat.ask(comparison, inquiry).quotes
    assert one.ranked.faults == ("There is no rate of EUR for the day it came.",)


def test_switched_off_no_quote_is_taken(seat: Seat) -> None:
    kit, inquiry, three = setting(seat)
    seat.perform(change_settings, ChangeSettings((("freight_inquiries", False),)))
    with pytest.raises(Refusal, match="switched off"):
        quote(seat, inquiry, kit.forwarders[0], F1)
    with pytest.raises(Refusal, match="switched off"):
        seat.perform(choose_quote, ChooseQuote(inquiry, three[0]))


def test_the_day_for_the_quotes_is_reminded_of(seat: Seat) -> None:
    kit = prepare(seat)
    inquiry = asked(seat, kit)
    assert [row for row in seat.ask(today_rows) if row.rule == FREIGHT_QUOTES] == []
    draft = seat.ask(inquiry_draft, inquiry)
    seat.perform(save_freight_inquiry, replace(draft, quote_by=TODAY))
    (row,) = [row for row in seat.ask(today_rows) if row.rule == FREIGHT_QUOTES]
    assert (row.subject, row.days_late) == ("FI-2606-0001 (0/3)", 0)
    assert row.link == Link.to("freight_inquiry", id=inquiry)
    quotes(seat, kit, inquiry)
    assert [row for row in seat.ask(today_rows) if row.rule == FREIGHT_QUOTES] == []


def test_an_inquiry_is_found_by_number_port_and_cargo(seat: Seat) -> None:
    inquiry = asked(seat, prepare(seat))
    for typed in ("FI-2606", "rotterdam", "lamp", "台灯"):
        found = seat.ask(search, typed, ("freight_inquiry",)).hits
        assert [(hit.id, hit.link) for hit in found] == [(inquiry, Link.to("freight_inquiry", id=inquiry))]
