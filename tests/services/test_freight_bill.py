"""The forwarder's bill over its quote: only accepted lines are posted, in place of the estimates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.freight_kit import Freight, asked, costs, prepare, quotes
from tradecrm.core.errors import Conflict
from tradecrm.core.problems import Refusal
from tradecrm.models import Item
from tradecrm.services.book import Seat
from tradecrm.services.trade.freight_bills import (
    BillLineDraft,
    ConfirmFreightBill,
    PostFreightBill,
    SaveFreightBill,
    accept_as_quoted,
    post_freight_bill,
    save_freight_bill,
)
from tradecrm.services.trade.freight_card import BillCard, bill_card, bill_start, inquiry_card
from tradecrm.services.trade.freight_choice import ChooseQuote, GiveUpQuote, choose_quote, give_up_quote
from tradecrm.services.work import Reader

D = Decimal


def payables(reader: Reader) -> list[tuple[str, str, Decimal]]:
    rows = reader.session.scalars(select(Item).where(Item.side == "AP").order_by(Item.id))
    return [(row.number, row.currency, row.amount) for row in rows]


@pytest.fixture
def kit(seat: Seat) -> Freight:
    made = prepare(seat)
    inquiry = asked(seat, made)
    seat.perform(choose_quote, ChooseQuote(inquiry, quotes(seat, made, inquiry)[1], "no transhipment"))
    return made


def command(card: BillCard, **more: object) -> SaveFreightBill:
    lines = tuple(
        BillLineDraft(
            each.code,
            each.currency,
            each.amount,
            each.state,
            each.description,
            each.rate,
            each.reason,
            each.id,
        )
        for each in card.lines
    )
    made = SaveFreightBill(
        card.shipment_id, card.forwarder_id or 0, card.number or "SW-88", card.day, lines,
        id=card.id, version=card.version,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_bill_begins_with_what_was_quoted(seat: Seat, kit: Freight) -> None:
    start = seat.ask(bill_start, kit.shipment)
    assert start.forwarder == "Sinoway Freight"
    assert [(line.code, line.currency, line.quoted, line.amount) for line in start.lines] == [
        ("FREIGHT", "USD", D(1760), D(1760)), ("BAF", "USD", D(150), D(150)), ("THC", "CNY", D(1050), D(1050)),
    ]  # fmt: skip


def test_only_accepted_lines_are_posted_and_replace_their_estimates(seat: Seat, kit: Freight) -> None:
    lines = command(seat.ask(bill_start, kit.shipment)).lines
    billed = (
        replace(lines[0], state="accepted"),
        replace(lines[1], amount=D(210), state="disputed", reason="150 was quoted"),
        replace(lines[2], amount=D(1080), state="accepted"),
        BillLineDraft("DOC", "CNY", D(450)),
    )
    bill = seat.perform(save_freight_bill, command(seat.ask(bill_start, kit.shipment), lines=billed)).value
    assert payables_of(seat) == []
    assert seat.perform(post_freight_bill, PostFreightBill(bill)).value == 2
    assert payables_of(seat) == [("SW-88", "USD", D(1760)), ("SW-88", "CNY", D(1080))]
    # The disputed surcharge stays an estimate; the accepted lines count as billed, in their estimates' place.
    assert seat.ask(costs, kit.shipment) == [
        ("FRT", "USD", D(1760), D(12320), "invoiced"),
        ("FRT", "USD", D(150), D(1050), "estimated"),
        ("PRT", "CNY", D(1080), D(1080), "invoiced"),
    ]
    card = seat.ask(bill_card, bill)
    assert card.status == "partly"
    assert [line.posted for line in card.lines] == [True, False, True, False]
    assert [line.quoted for line in card.lines] == [D(1760), D(150), D(1050), None]


def payables_of(seat: Seat) -> list[tuple[str, str, Decimal]]:
    return seat.ask(payables)


def test_a_dispute_is_settled_and_a_line_that_was_not_quoted_becomes_a_cost(seat: Seat, kit: Freight) -> None:
    test_only_accepted_lines_are_posted_and_replace_their_estimates(seat, kit)
    bill = seat.ask(inquiry_card, 1).bills[0][0]
    card = seat.ask(bill_card, bill)
    lines = list(command(card).lines)
    lines[1] = replace(lines[1], amount=D(150), state="accepted")
    lines[3] = replace(lines[3], state="accepted")
    seat.perform(save_freight_bill, command(card, lines=tuple(lines)))
    assert seat.perform(post_freight_bill, PostFreightBill(bill)).value == 2
    assert seat.ask(bill_card, bill).status == "posted"
    assert [(row[0], row[2], row[4]) for row in seat.ask(costs, kit.shipment)] == [
        ("FRT", D(1760), "invoiced"), ("FRT", D(150), "invoiced"), ("PRT", D(1080), "invoiced"),
        ("PRT", D(450), "invoiced"),
    ]  # fmt: skip
    with pytest.raises(Refusal, match="is posted and cannot be edited"):
        seat.perform(save_freight_bill, command(seat.ask(bill_card, bill)))


def test_lines_billed_as_quoted_are_accepted_at_once(seat: Seat, kit: Freight) -> None:
    start = seat.ask(bill_start, kit.shipment)
    lines = command(start).lines
    bill = seat.perform(
        save_freight_bill, command(start, lines=(*lines[:2], replace(lines[2], amount=D(1051))))
    ).value
    assert seat.perform(accept_as_quoted, ConfirmFreightBill(bill)).value == 2
    assert [line.state for line in seat.ask(bill_card, bill).lines] == ["accepted", "accepted", "open"]
    with pytest.raises(Refusal, match="decide on each line"):
        seat.perform(accept_as_quoted, ConfirmFreightBill(bill))


def test_nothing_accepted_posts_nothing(seat: Seat, kit: Freight) -> None:
    before = seat.ask(costs, kit.shipment)
    bill = seat.perform(save_freight_bill, command(seat.ask(bill_start, kit.shipment))).value
    with pytest.raises(Refusal, match="Accept lines first"):
        seat.perform(post_freight_bill, PostFreightBill(bill))
    assert (seat.ask(payables), seat.ask(costs, kit.shipment)) == ([], before)
    assert seat.ask(bill_card, bill).status == "draft"


def test_a_bill_with_a_fault_is_refused(seat: Seat, kit: Freight) -> None:
    start = command(seat.ask(bill_start, kit.shipment))
    line = start.lines[0]
    for change, field in (
        ({"number": " "}, "number"),
        ({"lines": ()}, "lines"),
        ({"day": TODAY + timedelta(days=1)}, "day"),
        ({"lines": (replace(line, state="disputed"),)}, "lines.0.reason"),
        ({"lines": (replace(line, amount=D("0.001")),)}, "lines.0.amount"),
        ({"lines": (replace(line, amount=D(-1)),)}, "lines.0.amount"),
        ({"lines": (replace(line, amount=D(0), state="accepted"),)}, "lines.0.amount"),
        ({"lines": (replace(line, code="?"),)}, "lines.0.code"),
        ({"lines": (replace(line, state="?"),)}, "lines.0.state"),
        ({"lines": (replace(line, currency="usd"),)}, "lines.0.currency"),
    ):
        with pytest.raises(Refusal) as caught:
            seat.perform(save_freight_bill, replace(start, **change))
        assert [problem.field for problem in caught.value.problems] == [field]
    assert seat.ask(inquiry_card, 1).bills == ()


def test_a_posted_line_stays_and_a_bill_is_entered_once(seat: Seat, kit: Freight) -> None:
    start = seat.ask(bill_start, kit.shipment)
    lines = command(start).lines
    first = (replace(lines[0], state="accepted"), *lines[1:])
    bill = seat.perform(save_freight_bill, command(start, lines=first)).value
    seat.perform(post_freight_bill, PostFreightBill(bill))
    with pytest.raises(Refusal, match="SW-88 of Sinoway Freight is entered already"):
        seat.perform(save_freight_bill, command(start))
    card = seat.ask(bill_card, bill)
    kept = command(card)
    for lines_, words in (
        ((replace(kept.lines[0], amount=D(1)), *kept.lines[1:]), "is posted and cannot be changed"),
        (kept.lines[1:], "cannot be deleted"),
    ):
        with pytest.raises(Refusal, match=words):
            seat.perform(save_freight_bill, replace(kept, lines=lines_))
    with pytest.raises(Refusal, match="its number and day stay"):
        seat.perform(save_freight_bill, replace(kept, number="SW-89"))
    with pytest.raises(Refusal, match="stays with its shipment"):
        seat.perform(save_freight_bill, replace(kept, forwarder_id=kit.forwarders[0]))
    seat.perform(save_freight_bill, replace(kept, remarks="checked"))
    with pytest.raises(Conflict):
        seat.perform(save_freight_bill, kept)


def test_a_forwarder_whose_bill_is_entered_cannot_withdraw(seat: Seat, kit: Freight) -> None:
    seat.perform(save_freight_bill, command(seat.ask(bill_start, kit.shipment)))
    with pytest.raises(Refusal, match="cannot withdraw any more"):
        seat.perform(give_up_quote, GiveUpQuote(1, "no space"))
    assert len(seat.ask(costs, kit.shipment)) == 3


def test_a_bill_in_another_currency_takes_the_place_of_the_estimate(seat: Seat, kit: Freight) -> None:
    start = seat.ask(bill_start, kit.shipment)
    lines = (BillLineDraft("FREIGHT", "CNY", D(12400), "accepted"),)
    bill = seat.perform(save_freight_bill, command(start, lines=lines)).value
    seat.perform(post_freight_bill, PostFreightBill(bill))
    assert seat.ask(costs, kit.shipment)[0] == ("FRT", "CNY", D(12400), D(12400), "invoiced")
    assert seat.ask(bill_card, bill).lines[0].quoted is None
