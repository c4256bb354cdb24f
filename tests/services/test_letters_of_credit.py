"""Letters of credit at work: entering, checking, loading under one, presenting (domain.md sections 1.3, 1.7, 16.15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import COLLECTION, CREDIT_SIGHT, Firm, start
from tradecrm.models import Instalment, LetterOfCredit, SalesContract
from tradecrm.services.book import Seat
from tradecrm.services.control.holidays import (
    DropHoliday,
    SaveHoliday,
    drop_holiday,
    holiday_rows,
    save_holiday,
)
from tradecrm.services.control.reminders import today_rows
from tradecrm.services.trade.checklist import CopyCredit, copy_credit, document_rows
from tradecrm.services.trade.contracts import MoveContract, move_contract
from tradecrm.services.trade.letters import MoveLetter, SaveLetter, letter_card, move_letter, save_letter
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.presentations import (
    MovePresentation,
    PresentDocuments,
    bank_view,
    move_presentation,
    present_documents,
)
from tradecrm.services.trade.releases import AskRelease, ask_release
from tradecrm.services.trade.taking_back_departure import TakeDepartureBack, take_departure_back
from tradecrm.services.work import Reader

LATEST = TODAY + timedelta(days=20)
FIELD_46A = "+COMMERCIAL INVOICE IN TRIPLICATE\n+FULL SET OF BILLS OF LADING\n+BENEFICIARY'S CERTIFICATE"


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def letter(firm: Firm, contract: int, **changes: object) -> SaveLetter:
    command = SaveLetter(
        "LC-77", firm.customer, "USD", Decimal(10_000), LATEST + timedelta(days=21), contract,
        latest_shipment=LATEST, port_of_loading="Ningbo", documents=FIELD_46A,
    )  # fmt: skip
    return replace(command, **changes)  # type: ignore[arg-type]


def under_credit(firm: Firm, **changes: object) -> int:
    """Put a contract into effect under a checked letter of credit; answers the contract."""
    contract = firm.contract(CREDIT_SIGHT, effective=False)
    key = firm.seat.perform(save_letter, letter(firm, contract, **changes)).value
    firm.seat.perform(move_letter, MoveLetter(key, "check"))
    firm.seat.perform(move_contract, MoveContract(contract, "effective", TODAY))
    return contract


def state(reader: Reader) -> str:
    return reader.session.scalars(select(LetterOfCredit.status)).one()


def dues(reader: Reader) -> list[date | None]:
    return list(reader.session.scalars(select(Instalment.due_on)))


def test_a_contract_waits_for_its_letter_of_credit(firm: Firm) -> None:
    contract = firm.contract(CREDIT_SIGHT, effective=False)
    effect = MoveContract(contract, "effective", TODAY)
    assert "waits for its letter of credit" in firm.refused(move_contract, effect)
    key = firm.seat.perform(save_letter, letter(firm, contract)).value
    assert "to be checked" in firm.refused(move_contract, effect)
    status = firm.seat.ask(lambda reader: reader.session.get_one(SalesContract, contract).status)
    assert status == "signed"
    firm.seat.perform(move_letter, MoveLetter(key, "check"))
    firm.seat.perform(move_contract, effect)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": " "}, "Give the number"),
        ({"amount": Decimal(0)}, "above zero"),
        ({"latest_shipment": LATEST + timedelta(days=40)}, "after the expiry"),
        ({"tolerance_over": Decimal(2)}, "from 0 to 100"),
        ({"presentation_days": -1}, "from 0 to 366"),
        ({"tenor": "USANCE"}, "usance"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(firm: Firm, changes: dict[str, object], words: str) -> None:
    contract = firm.contract(CREDIT_SIGHT, effective=False)
    assert words in firm.refused(save_letter, letter(firm, contract, **changes))
    assert firm.seat.ask(lambda reader: reader.session.scalars(select(LetterOfCredit.id)).all()) == []


def test_checking_compares_with_the_contract(firm: Firm) -> None:
    contract = firm.contract(CREDIT_SIGHT, effective=False)
    short = letter(firm, contract, amount=Decimal(9_000), partial_allowed=False)
    key = firm.seat.perform(save_letter, short).value
    said = firm.refused(move_letter, MoveLetter(key, "check"))
    assert "USD 9,000.00, the contract over USD 10,000.00" in said
    assert "partial shipments" in said
    assert firm.seat.ask(state) == "received"
    firm.seat.perform(move_letter, MoveLetter(key, "amend"))
    card = firm.seat.ask(letter_card, key)
    assert len(card.differences) == 2
    mended = replace(card.command, amount=Decimal(10_000), partial_allowed=True)
    firm.seat.perform(save_letter, mended)
    firm.seat.perform(move_letter, MoveLetter(key, "check"))
    assert firm.seat.ask(state) == "checked"


def test_a_number_is_entered_once(firm: Firm) -> None:
    contract = firm.contract(CREDIT_SIGHT, effective=False)
    firm.seat.perform(save_letter, letter(firm, contract))
    assert "already a letter" in firm.refused(save_letter, letter(firm, contract))


def test_loading_against_the_credit_is_stopped(firm: Firm) -> None:
    contract = under_credit(firm, port_of_loading="Shanghai")
    shipment = firm.ready(contract)
    said = firm.refused(move_shipment, MoveShipment(shipment, "loaded", TODAY))
    assert "Shanghai as the port of loading, the shipment Ningbo" in said
    assert firm.status(shipment) == "cargo_ready"
    firm.seat.perform(ask_release, AskRelease("payment", "The bank agreed", shipment_id=shipment))
    firm.move(shipment, "loaded")


def test_the_second_drawing_may_not_pass_the_credit(firm: Firm) -> None:
    contract = under_credit(firm)
    card = firm.seat.ask(letter_card, 1)
    firm.depart(firm.shipment(contract, 600))
    firm.seat.perform(save_letter, replace(card.command, version=card.command.version, amount=Decimal(9_999)))
    shipment = firm.ready(contract, 400)
    said = firm.refused(move_shipment, MoveShipment(shipment, "loaded", TODAY))
    assert "more than USD 9,999.00" in said
    assert "has not been checked" in said


def test_a_deposit_is_not_drawn_under_the_credit(firm: Firm) -> None:
    """30 % by T/T and 70 % by L/C: a credit over 7,000 covers the contract, 600 of 1,000 draw 4,200 (1.7, 3.2)."""
    contract = firm.contract("LC;P30@ORDER;B@SIGHT+7W", effective=False)
    key = firm.seat.perform(save_letter, letter(firm, contract, amount=Decimal(7_000))).value
    firm.seat.perform(move_letter, MoveLetter(key, "check"))
    firm.pay(3_000, contract)
    firm.seat.perform(move_contract, MoveContract(contract, "effective", TODAY))
    first = firm.ready(contract, 600)
    firm.move(first, "loaded")
    firm.depart(first)
    assert firm.seat.ask(letter_card, key).drawn == Decimal(4_200)
    firm.move(firm.ready(contract, 400), "loaded")
    short = replace(firm.seat.ask(letter_card, key).command, amount=Decimal(6_999))
    firm.seat.perform(save_letter, short)
    assert "the contract over USD 7,000.00" in firm.seat.ask(letter_card, key).differences[0]


def test_field_46a_goes_into_the_checklist_once(firm: Firm) -> None:
    shipment = firm.shipment(under_credit(firm))
    assert firm.seat.perform(copy_credit, CopyCredit(shipment)).value == 3
    assert firm.seat.perform(copy_credit, CopyCredit(shipment)).value == 0
    rows = [row for row in firm.seat.ask(document_rows, shipment) if row.of_credit]
    assert [(row.kind, row.originals) for row in rows] == [
        ("commercial_invoice", 3), ("bill_of_lading", 3), ("other", 1),
    ]  # fmt: skip
    plain = firm.shipment(firm.contract())
    assert "no letter of credit" in firm.refused(copy_credit, CopyCredit(plain))


def test_the_deadline_follows_the_table_of_holidays(firm: Firm) -> None:
    shipment = firm.shipment(under_credit(firm))
    left = TODAY - timedelta(days=9)
    deadline = left + timedelta(days=21)
    assert deadline.weekday() == 5
    firm.depart(shipment, left)
    view = firm.seat.ask(bank_view, shipment)
    assert view is not None
    assert view.deadline == deadline + timedelta(days=2)
    firm.seat.perform(save_holiday, SaveHoliday(deadline, working=True, name="make-up day"))
    again = firm.seat.ask(bank_view, shipment)
    assert again is not None
    assert again.deadline == deadline
    row = firm.seat.ask(holiday_rows)[0]
    firm.seat.perform(drop_holiday, DropHoliday(row.id))
    assert firm.seat.ask(holiday_rows) == ()
    assert "a month later" in firm.refused(save_holiday, SaveHoliday(deadline, deadline - timedelta(days=1)))


def test_presenting_dates_what_is_due_and_sight_after_it(firm: Firm) -> None:
    shipment = firm.shipment(under_credit(firm))
    left = TODAY - timedelta(days=9)
    firm.depart(shipment, left)
    assert "have left" in firm.refused(
        present_documents, PresentDocuments(shipment, left - timedelta(days=1))
    )
    assert "not at a bank" in firm.refused(move_presentation, MovePresentation(shipment, "sight", TODAY))
    firm.seat.perform(present_documents, PresentDocuments(shipment, left + timedelta(days=2)))
    assert firm.seat.ask(dues) == [None]
    assert "at the bank already" in firm.refused(present_documents, PresentDocuments(shipment, TODAY))
    early = MovePresentation(shipment, "sight", left)
    assert "nothing follows before" in firm.refused(move_presentation, early)
    firm.seat.perform(move_presentation, MovePresentation(shipment, "sight", left + timedelta(days=3)))
    assert firm.seat.ask(dues) == [date(2026, 6, 18)]
    assert "does not accept" in firm.refused(move_presentation, MovePresentation(shipment, "refuse", TODAY))
    firm.seat.perform(move_presentation, MovePresentation(shipment, "refuse", TODAY, "Late shipment"))
    firm.seat.perform(move_presentation, MovePresentation(shipment, "accept", TODAY))
    firm.seat.perform(move_presentation, MovePresentation(shipment, "pay", TODAY))
    view = firm.seat.ask(bank_view, shipment)
    assert view is not None
    assert (view.status, view.discrepancies) == ("paid", "Late shipment")


def test_a_collection_is_due_after_acceptance(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract(COLLECTION))
    left = TODAY - timedelta(days=9)
    firm.depart(shipment, left)
    firm.seat.perform(present_documents, PresentDocuments(shipment, left))
    firm.seat.perform(move_presentation, MovePresentation(shipment, "accept", TODAY))
    assert firm.seat.ask(dues) == [date(2026, 9, 14)]


def test_open_account_has_nothing_to_present(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    firm.depart(shipment)
    assert "hand no papers" in firm.refused(present_documents, PresentDocuments(shipment, TODAY))
    assert firm.seat.ask(bank_view, shipment) is None


def test_presentation_is_reminded_of_by_the_bill_of_lading_where_46a_was_not_taken_over(firm: Firm) -> None:
    """Section 1.7: 21 days after the on-board date come before the expiry, whatever the checklist says of papers."""
    shipment = firm.shipment(under_credit(firm))
    firm.depart(shipment, TODAY - timedelta(days=17))
    view = firm.seat.ask(bank_view, shipment)
    assert view is not None

    def due(reader: Reader) -> list[date]:
        return [row.due_on for row in today_rows(reader) if row.rule == "credit_presentation"]

    assert firm.seat.ask(due) == [view.deadline]
    rows = firm.seat.ask(document_rows, shipment)
    assert [row.kind for row in rows if row.of_credit] == ["bill_of_lading"]
    firm.seat.perform(copy_credit, CopyCredit(shipment))
    again = [row for row in firm.seat.ask(document_rows, shipment) if row.kind == "bill_of_lading"]
    assert len(again) == 1
    assert again[0].wording


def test_presentation_reminds_until_done(firm: Firm) -> None:
    shipment = firm.shipment(under_credit(firm))
    firm.seat.perform(copy_credit, CopyCredit(shipment))
    firm.depart(shipment, TODAY - timedelta(days=17))

    def rules(reader: Reader) -> set[str]:
        return {row.rule for row in today_rows(reader)}

    assert "credit_presentation" in firm.seat.ask(rules)
    firm.seat.perform(present_documents, PresentDocuments(shipment, TODAY))
    assert "credit_presentation" not in firm.seat.ask(rules)


def test_a_departure_is_not_taken_back_once_the_bank_has_its_papers(firm: Firm) -> None:
    shipment = firm.shipment(under_credit(firm))
    firm.depart(shipment, TODAY - timedelta(days=9))
    firm.seat.perform(present_documents, PresentDocuments(shipment, TODAY - timedelta(days=7)))
    assert "were handed to the bank. Enter the goods as returned" in firm.refused(
        take_departure_back, TakeDepartureBack(shipment, "Wrong ship")
    )
    assert firm.status(shipment) == "departed"
