"""Quotations go their way: every step, every guard in words, and T1 from offer to contract (sections 1.3, 1.9, 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.approval_kit import switch, waiting
from tests.services.conftest import TODAY, Seats
from tests.services.quoting_kit import DAY, Offer, offer_book, quote, t1_lines
from tradecrm.core.problems import Refusal
from tradecrm.models import ContractLine, Quotation, SalesContract
from tradecrm.services.book import Seat
from tradecrm.services.control.approval_rules import LevelDraft
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.trade.contract_card import contract_card
from tradecrm.services.trade.contracts import MoveContract, move_contract
from tradecrm.services.trade.quotation_card import QuotationCard, quotation_card
from tradecrm.services.trade.quotation_makes import ContractOfQuotation, contract_of_quotation
from tradecrm.services.trade.quotation_moves import (
    ExpireQuotations,
    MoveQuotation,
    ReviseQuotation,
    count_expired,
    expire_quotations,
    move_quotation,
    revise_quotation,
)
from tradecrm.services.trade.quotations import quotation_draft, save_quotation
from tradecrm.services.work import Reader

ORDER = date(2026, 3, 28)


@pytest.fixture
def offer(seat: Seat) -> Offer:
    return offer_book(seat)


def move(seat: Seat, key: int, step: str, reason: str = "", day: date = DAY) -> str:
    return seat.perform(move_quotation, MoveQuotation(key, step, day, reason)).value


def card(seat: Seat, key: int) -> QuotationCard:
    return seat.ask(quotation_card, key)


def sent(seat: Seat, offer: Offer, **more: object) -> int:
    key = quote(seat, offer, **more)
    assert move(seat, key, "send") == "sent"
    return key


def test_a_trader_alone_sends_at_once(seat: Seat, offer: Offer) -> None:
    """Approval off: it passes by itself and only the log says so (section 16.3)."""
    key = sent(seat, offer)
    assert (card(seat, key).status, card(seat, key).sent_on) == ("sent", DAY)


@pytest.mark.parametrize(
    ("steps", "last"),
    [
        (("submit",), "approved"),
        (("submit", "return"), "draft"),
        (("send", "accept"), "accepted"),
        (("void",), "void"),
    ],
)
def test_the_ways_of_section_1_3(seat: Seat, offer: Offer, steps: tuple[str, ...], last: str) -> None:
    key = quote(seat, offer)
    for step in steps:
        state = move(seat, key, step)
    assert state == card(seat, key).status == last


def test_an_answer_of_no_has_a_reason_and_is_kept(seat: Seat, offer: Offer) -> None:
    key = sent(seat, offer)
    before = card(seat, key)
    with pytest.raises(Refusal, match="Say why the customer did not accept"):
        move(seat, key, "reject")
    assert card(seat, key) == before
    move(seat, key, "reject", "Too dear")
    assert (card(seat, key).status, card(seat, key).answer) == ("rejected", "Too dear")


@pytest.mark.parametrize(("answer", "reason"), [("accept", "Yes"), ("reject", "Too dear")])
def test_an_answer_noted_by_mistake_is_taken_back(seat: Seat, offer: Offer, answer: str, reason: str) -> None:
    key = sent(seat, offer)
    move(seat, key, answer, reason)
    assert move(seat, key, "unanswer") == "sent"
    assert card(seat, key).answer == ""
    move(seat, key, "accept")


def test_an_answer_that_became_an_order_stays(seat: Seat, offer: Offer) -> None:
    """The order goes first; nothing changes until then."""
    key = sent(seat, offer)
    contract = seat.perform(contract_of_quotation, ContractOfQuotation(key, DAY)).value
    before = card(seat, key)
    with pytest.raises(Refusal, match="SC-2603-0001 was made of QT-2603-0001"):
        move(seat, key, "unanswer")
    assert card(seat, key) == before
    seat.perform(move_contract, MoveContract(contract, "void", DAY))
    assert move(seat, key, "unanswer") == "sent"


@pytest.mark.parametrize(
    ("step", "words"),
    [("accept", "Accepted by the customer"), ("expire", "Expired"), ("return", "Return to draft")],
)
def test_a_step_from_the_wrong_state_is_refused(seat: Seat, offer: Offer, step: str, words: str) -> None:
    key = quote(seat, offer)
    before = card(seat, key)
    with pytest.raises(Refusal, match=f"“{words}” is not possible while the state is “Draft”"):
        move(seat, key, step)
    assert card(seat, key) == before


def test_nobody_expires_a_quotation_by_hand(seat: Seat, offer: Offer) -> None:
    key = sent(seat, offer)
    with pytest.raises(Refusal, match="follows from other records"):
        move(seat, key, "expire")
    assert card(seat, key).status == "sent"


def test_what_was_sent_is_revised_not_edited(seat: Seat, offer: Offer) -> None:
    key = sent(seat, offer)
    before = card(seat, key)
    draft = seat.ask(lambda reader: quotation_draft(reader, reader.get(Quotation, key, "Quotation")))
    with pytest.raises(Refusal, match="cannot be edited as it stands; make a new revision"):
        seat.perform(save_quotation, replace(draft, remarks="x"))
    assert card(seat, key) == before


def test_of_all_revisions_only_one_is_current(seat: Seat, offer: Offer) -> None:
    first = sent(seat, offer, valid_until=DAY + timedelta(days=30))
    second = seat.perform(revise_quotation, ReviseQuotation(first)).value
    old, new = card(seat, first), card(seat, second)
    assert (old.status, old.current) == ("superseded", False)
    assert (new.number, new.revision, new.status, new.current) == (old.number, 1, "draft", True)
    assert (new.values["day"], new.values["valid_until"], new.total) == (TODAY, None, old.total)
    assert [row.revision for row in new.revisions] == [1, 0]
    with pytest.raises(Refusal, match="not possible while the state is “Superseded”"):
        seat.perform(revise_quotation, ReviseQuotation(first))
    with pytest.raises(Refusal, match="not possible while the state is “Superseded”"):
        move(seat, first, "accept")
    assert len(card(seat, second).revisions) == 2


def test_an_offer_without_prices_is_not_sent(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer, lines=(replace(t1_lines(offer)[0], price=Decimal(0)),))
    with pytest.raises(Refusal, match="QT-2603-0001 has no prices yet"):
        move(seat, key, "submit")
    with pytest.raises(Refusal, match="QT-2603-0001 has no prices yet"):
        move(seat, key, "send")
    assert card(seat, key).status == "draft"


def test_a_draft_is_not_revised(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer)
    with pytest.raises(Refusal, match="not possible while the state is “Draft”"):
        seat.perform(revise_quotation, ReviseQuotation(key))
    assert len(card(seat, key).revisions) == 1


def test_it_expires_the_day_after_its_validity(seat: Seat, offer: Offer) -> None:
    key = sent(seat, offer, valid_until=DAY)
    open_end = sent(seat, offer)
    assert [seat.ask(count_expired, DAY + timedelta(days=late)) for late in (0, 1)] == [0, 1]
    assert seat.perform(expire_quotations, ExpireQuotations(DAY)).value == 0
    assert seat.perform(expire_quotations, ExpireQuotations(DAY + timedelta(days=1))).value == 1
    assert (card(seat, key).status, card(seat, open_end).status) == ("expired", "sent")
    assert seat.perform(revise_quotation, ReviseQuotation(key)).value


def test_nothing_is_sent_or_accepted_after_the_validity(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer, valid_until=DAY)
    with pytest.raises(Refusal, match="was valid until 2026-03-20"):
        move(seat, key, "send", day=DAY + timedelta(days=1))
    assert card(seat, key).status == "draft"
    move(seat, key, "send")
    with pytest.raises(Refusal, match="was valid until 2026-03-20"):
        move(seat, key, "accept", day=DAY + timedelta(days=1))
    with pytest.raises(Refusal, match="was valid until 2026-03-20"):
        seat.perform(contract_of_quotation, ContractOfQuotation(key, DAY + timedelta(days=1)))
    assert card(seat, key).status == "sent"
    assert seat.ask(_contracts) == []


def _contracts(reader: Reader) -> list[str]:
    return list(reader.session.scalars(select(SalesContract.number)))


@pytest.fixture
def firm(seats: Seats) -> tuple[Seats, Offer]:
    """Answer a firm of four in which offers need approval, and the offer of a salesperson."""
    offer = offer_book(seats.owner)
    for trigger in ("below_floor", "low_margin", "hidden_commission"):
        switch(seats.owner, "quotation", trigger, (LevelDraft("manager"),))
    return seats, offer


def test_a_price_below_the_floor_waits_for_the_manager(firm: tuple[Seats, Offer]) -> None:
    """Domain.md section 6: below the floor, low margin and hidden commission make one request."""
    seats, offer = firm
    low = replace(t1_lines(offer)[0], price=Decimal("5.40"))
    key = quote(seats.owner, offer, lines=(low,), commission_rate=Decimal("0.03"), commission_hidden=True)
    outcome = seats.owner.perform(move_quotation, MoveQuotation(key, "send", DAY))
    assert outcome.value == "submitted"
    assert "waits for approval" in outcome.warnings[-1]
    request = waiting(seats.owner, key, "quotation")
    assert [reason.trigger for reason in request.reasons] == [
        "below_floor",
        "low_margin",
        "hidden_commission",
    ]
    assert "5.40 is below the floor of 5.62 USD" in request.reasons[0].sentence
    assert {figure.title for figure in request.figures} >= {"Margin", "Amount", "Customer"}
    for step in ("send", "accept"):
        with pytest.raises(Refusal, match="not possible while the state is “Submitted”"):
            move(seats.owner, key, step)
    assert card(seats.owner, key).status == "submitted"


def test_the_floor_of_a_taxed_export_bears_its_output_vat(firm: tuple[Seats, Offer]) -> None:
    """E 35.00 at 7.00, 8 % margin, 13 / 113 of the price as output VAT: 5 / 0.804956 = 6.2115 (sections 2.2, 6)."""
    seats, offer = firm
    seats.owner.perform(change_settings, ChangeSettings((("tax_regime", "TAXED"),)))
    low = replace(t1_lines(offer)[0], price=Decimal("6.20"))
    key = quote(seats.owner, offer, lines=(low,))
    assert move(seats.owner, key, "submit") == "submitted"
    assert "6.20 is below the floor of 6.22 USD" in waiting(seats.owner, key, "quotation").reasons[0].sentence


def test_a_good_price_passes_without_asking(firm: tuple[Seats, Offer]) -> None:
    seats, offer = firm
    assert move(seats.owner, quote(seats.owner, offer), "send") == "sent"


def test_an_unknown_cost_is_asked_about(firm: tuple[Seats, Offer]) -> None:
    seats, offer = firm
    line = replace(t1_lines(offer)[0], product_id=None)
    key = quote(seats.owner, offer, lines=(line,))
    assert move(seats.owner, key, "submit") == "submitted"
    (reason,) = waiting(seats.owner, key, "quotation").reasons
    assert reason.sentence == "The margin is not known: lines without a factory price: 1."


def test_approved_it_is_sent_and_a_changed_price_voids_the_approval(firm: tuple[Seats, Offer]) -> None:
    seats, offer = firm
    low = replace(t1_lines(offer)[0], price=Decimal("5.40"))
    key = quote(seats.owner, offer, lines=(low,))
    move(seats.owner, key, "submit")
    seats.manager.perform(decide, Decide(waiting(seats.owner, key, "quotation").id, "approve"))
    assert card(seats.owner, key).status == "approved"
    draft = seats.owner.ask(lambda reader: quotation_draft(reader, reader.get(Quotation, key, "Quotation")))
    seats.owner.perform(save_quotation, replace(draft, remarks="Samples follow", version=draft.version))
    assert card(seats.owner, key).status == "approved"
    draft = seats.owner.ask(lambda reader: quotation_draft(reader, reader.get(Quotation, key, "Quotation")))
    lines = (replace(draft.lines[0], price=Decimal("5.30")),)
    outcome = seats.owner.perform(save_quotation, replace(draft, lines=lines))
    assert "needs a new approval" in outcome.warnings[-1]
    assert card(seats.owner, key).status == "draft"
    assert move(seats.owner, key, "send") == "submitted"


def test_rejected_or_withdrawn_it_is_a_draft_again(firm: tuple[Seats, Offer]) -> None:
    seats, offer = firm
    low = replace(t1_lines(offer)[0], price=Decimal("5.40"))
    key = quote(seats.owner, offer, lines=(low,))
    move(seats.owner, key, "submit")
    request = waiting(seats.owner, key, "quotation").id
    seats.manager.perform(decide, Decide(request, "reject", "Not under 5.50"))
    assert card(seats.owner, key).status == "draft"
    move(seats.owner, key, "submit")
    assert move(seats.owner, key, "return") == "draft"
    with pytest.raises(Refusal, match="decided already"):
        seats.manager.perform(decide, Decide(request, "approve"))
    assert card(seats.owner, key).status == "draft"


def test_t1_becomes_its_contract_with_nothing_typed_twice(seat: Seat, offer: Offer) -> None:
    """Section 1.9: SC over 19,740.00 CIF Rotterdam, deposit due 5,922.00, with cost and packing as offered."""
    key = sent(seat, offer, customer_po="PO-1", marks="VELD\nROTTERDAM", port_of_loading="Ningbo")
    made = seat.perform(contract_of_quotation, ContractOfQuotation(key, ORDER)).value
    found = seat.ask(contract_card, made)
    assert card(seat, key).status == "accepted"
    values = found.values
    assert (values["total"], values["deposit_due"], values["currency"]) == (
        Decimal("19740.00"),
        Decimal("5922.00"),
        "USD",
    )
    assert (values["incoterm"], values["incoterm_place"], values["day"]) == ("CIF", "Rotterdam", ORDER)
    assert (values["marks"], values["customer_po"], values["budget_rate"]) == ("VELD\nROTTERDAM", "PO-1", 7)
    assert [line.values["amount"] for line in found.lines] == [Decimal("8220.00"), Decimal("11520.00")]
    assert [line.values["cost"] for line in found.lines] == [Decimal("39.55"), Decimal("72.32")]
    assert [line.values["rebate_rate"] for line in found.lines] == [Decimal("0.13"), Decimal("0.09")]
    assert [line.supplier for line in found.lines] == ["Factory A", "Factory B"]

    def links(reader: Reader) -> tuple[int | None, Decimal | None]:
        contract = reader.get(SalesContract, made, "Contract")
        packing = select(ContractLine.per_carton).where(ContractLine.contract_id == made)
        return contract.quotation_id, reader.session.scalars(packing.order_by(ContractLine.position)).first()

    assert seat.ask(links) == (key, Decimal(24))
    assert [part.kind for part in card(seat, key).after] == ["contract"]


def test_a_draft_does_not_become_a_contract(seat: Seat, offer: Offer) -> None:
    key = quote(seat, offer)
    with pytest.raises(Refusal, match="is “Draft”; only what was sent to the customer"):
        seat.perform(contract_of_quotation, ContractOfQuotation(key, ORDER))
    assert seat.ask(_contracts) == []
    assert card(seat, key).status == "draft"
