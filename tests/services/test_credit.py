"""Credit at work: exposure, and the checks at quotation, contract, loading and release (domain.md section 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.shipping_kit import COLLECTION, DEPOSIT, OPEN_ACCOUNT, Firm, invoices, start
from tradecrm.core.credit import CreditAnswer
from tradecrm.core.problems import Refusal
from tradecrm.models import ApprovalRequest, Release, SalesContract, Shipment, ShipmentLine
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approval_rules import LevelDraft, SaveRule, save_rule
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.figures.exposure import CreditState, credit_state
from tradecrm.services.money.receipts import RecordReceipt, record_receipt
from tradecrm.services.trade.agency import contracts_of
from tradecrm.services.trade.contracts import MoveContract, move_contract
from tradecrm.services.trade.credit import (
    SaveCreditTerms,
    answer_credit,
    contract_credit,
    credit_card,
    credit_warning,
    save_credit_terms,
    shipment_credit,
)
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.quotation_moves import MoveQuotation, move_quotation
from tradecrm.services.trade.quotations import SaveQuotation, save_quotation
from tradecrm.services.trade.releases import AskRelease, ask_release, releases_of
from tradecrm.services.trade.sale_papers import SaleLineDraft
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

LOAD = "loaded"


@pytest.fixture
def firm(seat: Seat) -> Firm:
    return start(seat)


def grant(firm: Firm, limit: int | None, **more: object) -> None:
    terms = SaveCreditTerms(firm.customer, None if limit is None else Decimal(limit))
    firm.seat.perform(save_credit_terms, replace(terms, **more))  # type: ignore[arg-type]


def state(firm: Firm) -> CreditState:
    found = firm.seat.ask(credit_state, firm.customer)
    assert found is not None
    return found


def used(firm: Firm) -> Decimal:
    exposure = state(firm).exposure
    assert exposure is not None
    return exposure.total


def statuses(reader: Reader) -> list[str]:
    return list(reader.session.scalars(select(Release.status).order_by(Release.id)))


def loading_credit(reader: Reader, shipment: int) -> CreditAnswer | None:
    """Answer what credit says to loading a shipment."""
    return shipment_credit(reader, reader.get(Shipment, shipment, ""), contracts_of(reader, shipment))


def contract_status(reader: Reader, contract_id: int) -> str:
    return reader.session.get_one(SalesContract, contract_id).status


def worked(firm: Firm) -> int:
    """Enter the example of section 5: receivable 21,000, unapplied 600, an order of 24,500 with 7,350 paid."""
    firm.depart(firm.shipment(firm.contract(total=21_000)))
    firm.seat.perform(record_receipt, RecordReceipt(TODAY, firm.customer, firm.account, Decimal(600)))
    order = firm.contract(DEPOSIT, 24_500, effective=False)
    firm.pay(7_350, order)
    firm.seat.perform(move_contract, MoveContract(order, "effective", TODAY))
    return order


def test_the_worked_example_of_section_5(firm: Firm) -> None:
    order = worked(firm)
    grant(firm, 50_000)
    assert used(firm) == Decimal(37_550)
    new = firm.contract(DEPOSIT, 18_000, effective=False)
    firm.pay(5_400, new)
    answer = firm.seat.ask(contract_credit, new)
    assert answer is not None
    assert (answer.after, answer.excess) == (Decimal(50_150), Decimal(150))
    said = firm.refused(move_contract, MoveContract(new, "effective", TODAY))
    assert "USD 150.00 too much" in said
    assert firm.seat.ask(contract_status, new) == "signed"
    shipment = firm.shipment(order)
    loading = firm.seat.ask(loading_credit, shipment)
    assert loading is not None
    assert loading.after == Decimal(37_550)


def test_a_release_lets_the_contract_take_effect_once(firm: Firm) -> None:
    worked(firm)
    grant(firm, 50_000)
    new = firm.contract(DEPOSIT, 18_000, effective=False)
    firm.pay(5_400, new)
    firm.seat.perform(ask_release, AskRelease("credit", "Known for years", contract_id=new))
    firm.seat.perform(move_contract, MoveContract(new, "effective", TODAY))
    assert firm.seat.ask(statuses) == ["consumed"]


def test_a_quotation_only_warns(firm: Firm) -> None:
    worked(firm)
    grant(firm, 50_000)
    assert credit_of(firm, 0) == ()
    assert "limit of USD 50,000.00 (80 %)" in credit_of(firm, 2_450)[0]
    assert "too much" in credit_of(firm, 13_000)[0]


def credit_of(firm: Firm, amount: int) -> tuple[str, ...]:
    return firm.seat.ask(lambda reader: credit_warning(reader, firm.customer, Decimal(amount), "USD"))


def test_loading_over_the_limit_is_stopped_and_nothing_changed(firm: Firm) -> None:
    shipment = firm.ready(firm.contract())
    grant(firm, 9_999)
    said = firm.refused(move_shipment, MoveShipment(shipment, LOAD, TODAY))
    assert "USD 1.00 too much" in said
    assert firm.status(shipment) == "cargo_ready"


def test_leaving_without_loading_meets_the_same_stop(firm: Firm) -> None:
    shipment = firm.shipment(firm.contract())
    grant(firm, 0)
    with pytest.raises(Refusal, match="prepayment only"):
        firm.depart(shipment)
    assert firm.status(shipment) == "planned"
    assert firm.seat.ask(invoices) == 0


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"hold": True, "hold_reason": "claim"}, "on hold: claim"),
        ({"valid_until": TODAY - timedelta(days=1)}, "ended on"),
    ],
)
def test_hold_and_an_ended_limit_stop_by_themselves(firm: Firm, terms: dict[str, object], words: str) -> None:
    shipment = firm.ready(firm.contract())
    grant(firm, 1_000_000, **terms)
    assert words in firm.refused(move_shipment, MoveShipment(shipment, LOAD, TODAY))
    assert firm.status(shipment) == "cargo_ready"


def test_an_instalment_overdue_too_long_stops(firm: Firm) -> None:
    old = firm.contract("OA;P100@BL+1D", 1_000)
    firm.depart(firm.shipment(old), TODAY - timedelta(days=17))
    shipment = firm.ready(firm.contract())
    grant(firm, None, max_overdue_days=16)
    assert state(firm).overdue_days == 16
    grant_again(firm, max_overdue_days=15)
    assert "16 days overdue; 15" in firm.refused(move_shipment, MoveShipment(shipment, LOAD, TODAY))


def grant_again(firm: Firm, **more: object) -> None:
    terms = firm.seat.ask(credit_card, firm.customer).terms
    assert terms is not None
    firm.seat.perform(save_credit_terms, replace(terms, **more))  # type: ignore[arg-type]


def test_a_missing_rate_stops_with_its_reason(firm: Firm) -> None:
    shipment = firm.ready(firm.contract())
    grant(firm, 1_000_000, currency="EUR")
    assert "EUR" in firm.refused(move_shipment, MoveShipment(shipment, LOAD, TODAY))
    assert firm.status(shipment) == "cargo_ready"


def test_without_terms_without_a_limit_or_switched_off_nothing_is_checked(firm: Firm) -> None:
    shipment = firm.ready(firm.contract())
    assert firm.seat.ask(loading_credit, shipment) is None
    grant(firm, None)
    answer = firm.seat.ask(loading_credit, shipment)
    assert answer is not None
    assert answer.passes
    grant_again(firm, limit=Decimal(0))
    firm.seat.perform(change_settings, ChangeSettings((("credit_check", False),)))
    firm.move(shipment, LOAD)
    assert firm.status(shipment) == "loaded"


def test_a_parent_s_limit_is_shared(firm: Firm) -> None:
    child = firm.seat.perform(save_party, SaveParty(name="Veld GmbH", country="DE")).value
    grant(firm, 12_000)
    firm.seat.perform(save_credit_terms, SaveCreditTerms(child, None, group_id=firm.customer))
    firm.depart(firm.shipment(firm.contract(total=10_000)))
    answer = firm.seat.ask(lambda reader: answer_credit(reader, child, Decimal(2_001), "USD"))
    assert answer is not None
    assert answer.excess == Decimal(1)
    again = replace(SaveCreditTerms(firm.customer, Decimal(1)), group_id=child, version=1)
    assert "limit of its own" in firm.refused(save_credit_terms, again)


def test_insurance_lowers_the_exposure_and_collection_does_not(firm: Firm) -> None:
    firm.depart(firm.shipment(firm.contract(COLLECTION)))
    grant(firm, 50_000)
    assert used(firm) == Decimal(10_000)
    grant_again(firm, cover_share=Decimal("0.9"), cover_amount=Decimal(8_000))
    assert used(firm) == Decimal(2_000)


def test_without_backlog_only_what_is_invoiced_counts(firm: Firm) -> None:
    contract = firm.contract()
    grant(firm, 9_999)
    firm.seat.perform(change_settings, ChangeSettings((("credit_backlog", False),)))
    assert used(firm) == 0
    answer = firm.seat.ask(loading_credit, firm.shipment(contract))
    assert answer is not None
    assert answer.excess == Decimal(1)


def test_a_release_is_used_once_and_void_above_its_maximum(firm: Firm) -> None:
    contract = firm.contract()
    first, second = firm.ready(contract, 400), firm.ready(contract, 600)
    grant(firm, 5_000)
    for shipment in (first, second):
        firm.seat.perform(ask_release, AskRelease("credit", "Good payer", shipment_id=shipment))
    firm.move(first, LOAD)
    assert firm.seat.ask(statuses) == ["consumed", "approved"]
    said = firm.refused(ask_release, AskRelease("credit", "Again", shipment_id=second))
    assert "already" in said
    card = firm.seat.ask(lambda reader: releases_of(reader, shipment_id=second))[0]
    assert (card.status, card.maximum) == ("approved", Decimal(6_000))
    assert card.valid_until == TODAY + timedelta(days=14)


def test_a_release_for_less_or_for_nothing_is_refused(firm: Firm) -> None:
    shipment = firm.ready(firm.contract())
    command = AskRelease("credit", "Good payer", shipment_id=shipment)
    assert "needs no release" in firm.refused(ask_release, command)
    grant(firm, 1)
    assert "would not help" in firm.refused(ask_release, replace(command, maximum=Decimal(9_999)))
    assert "Say why" in firm.refused(ask_release, replace(command, reason=" "))
    past = replace(command, valid_until=TODAY - timedelta(days=1))
    assert "before today" in firm.refused(ask_release, past)
    assert firm.seat.ask(statuses) == []


def test_a_release_waits_for_finance_and_a_rejected_one_does_not_load(firm: Firm, book: Book) -> None:
    finance = book.seat(firm.seat.perform(add_person, AddPerson("Gu Min", "finance")).value)
    level = (LevelDraft("finance"),)
    firm.seat.perform(save_rule, SaveRule("release", "over_credit", True, "", level, 0))
    shipment = firm.ready(firm.contract())
    grant(firm, 1)
    command = AskRelease("credit", "Good payer", shipment_id=shipment)
    for decision, end in (("reject", "rejected"), ("approve", "approved")):
        firm.seat.perform(ask_release, command)
        assert firm.seat.ask(statuses)[-1] == "requested"
        firm.refused(move_shipment, MoveShipment(shipment, LOAD, TODAY))
        request = firm.seat.ask(lambda reader: reader.session.scalars(select(ApprovalRequest.id)).all()[-1])
        finance.perform(decide, Decide(request, decision, "so it is"))
        assert firm.seat.ask(statuses)[-1] == end
    firm.move(shipment, LOAD)
    assert firm.seat.ask(statuses) == ["rejected", "consumed"]


def test_a_release_is_void_when_the_invoice_rises_above_it(firm: Firm) -> None:
    contract = firm.contract()
    shipment = firm.shipment(contract, 400)
    grant(firm, 1)
    firm.seat.perform(ask_release, AskRelease("credit", "Good payer", shipment_id=shipment))
    line = firm.seat.ask(lambda reader: reader.session.scalars(select(ShipmentLine.contract_line_id)).one())
    more = (ShipmentLineDraft(line, Decimal(401)),)
    version = firm.seat.ask(lambda reader: reader.session.get_one(Shipment, shipment).version)
    answer = firm.seat.perform(save_shipment, SaveShipment(TODAY, more, id=shipment, version=version))
    assert "is void" in answer.warnings[0]
    assert firm.seat.ask(statuses) == ["void"]


def test_terms_changed_meanwhile_are_not_overwritten(firm: Firm) -> None:
    grant(firm, 1_000)
    with pytest.raises(Exception, match="changed by someone else"):
        grant(firm, 2_000)
    assert state(firm).rule.limit == Decimal(1_000)


def test_sending_a_quotation_over_the_limit_warns_and_sends(firm: Firm) -> None:
    grant(firm, 100)
    line = SaleLineDraft(None, "Lamp", Decimal(1000), Decimal(10))
    command = SaveQuotation(
        customer_id=firm.customer,
        day=TODAY,
        currency="USD",
        incoterm="FOB",
        incoterm_place="Ningbo",
        terms=OPEN_ACCOUNT,
        valid_until=TODAY + timedelta(days=30),
        lines=(line,),
    )
    quotation = firm.seat.perform(save_quotation, command).value
    answer = firm.seat.perform(move_quotation, MoveQuotation(quotation, "send", TODAY))
    assert answer.value == "sent"
    assert any("too much" in sentence for sentence in answer.warnings)
