"""Profit estimates of a contract: versions, approval, what is compared (domain.md sections 2.5, 2.10, 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.example_kit import t1
from tests.services.quoting_kit import DAY, offer_book, quote
from tradecrm.core.presets import preset_terms
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import encode_terms
from tradecrm.models import Estimate, SalesContract
from tradecrm.screens.trade.contract_draft import build_contract, load_contract
from tradecrm.services.book import Book, Seat
from tradecrm.services.control.approval_rules import SwitchRules, switch_rules
from tradecrm.services.control.approvals import Decide, decide, pending_request
from tradecrm.services.control.people import AddPerson, add_person
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.data.sample.running_example import Example
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.trade.contract_approval import contract_subject
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.estimate_card import contract_estimate, estimate_card
from tradecrm.services.trade.estimates import (
    EstimateRowDraft,
    SaveEstimate,
    SubmitEstimate,
    demand_estimate,
    save_estimate,
    submit_estimate,
)
from tradecrm.services.trade.quotation_makes import ContractOfQuotation, contract_of_quotation
from tradecrm.services.trade.quotation_moves import MoveQuotation, move_quotation
from tradecrm.services.work import Reader, Work, operation

D = Decimal


@pytest.fixture
def example(seat: Seat) -> Example:
    return t1(seat)


def _save(seat: Seat, contract: int, rate: str = "7.00") -> int:
    rows = seat.ask(contract_estimate, contract).rows
    return seat.perform(save_estimate, SaveEstimate(contract, D(rate), rows)).value


def _count(reader: Reader) -> int:
    return reader.session.scalar(select(func.count()).select_from(Estimate)) or 0


def test_proposal_holds_purchases_rebates_and_what_the_incoterm_asks(seat: Seat, example: Example) -> None:
    card = seat.ask(contract_estimate, example.contract)
    rows = [(row.category, row.amount) for row in card.rows]
    # Section 2.2: 47,460 at 13/13 gives 5,460; 800 x 72.32 = 57,856 at 13/9 gives 4,608.
    assert rows[:4] == [
        ("PUR", D("47460.00")),
        ("REB", D("-5460.00")),
        ("PUR", D("57856.00")),
        ("REB", D("-4608.00")),
    ]
    assert {"FRT", "INS", "CUS", "INL", "PRT"} <= {row.category for row in card.rows}


@pytest.mark.parametrize(
    ("regime", "code", "vat"),
    [("MANUFACTURER", "NCV", "3225.60"), ("TAXED", "OVT", "15896.82"), ("NO_REFUND", "", "0")],
)
def test_the_proposal_holds_the_vat_that_the_export_costs(
    seat: Seat, example: Example, regime: str, code: str, vat: str
) -> None:
    """FOB 138,180.00: lanterns 57,540.00, kits 80,640.00; 4 % of the kits, or 13 / 113 of each (section 2.2)."""
    seat.perform(change_settings, ChangeSettings((("tax_regime", regime),)))
    card = seat.ask(contract_estimate, example.contract)
    found = {row.category: row.amount for row in card.rows if row.category in {"NCV", "OVT"}}
    assert (card.rate, found) == (D("7.00"), {code: D(vat)} if code else {})


def test_every_saving_is_a_version_and_approval_supersedes_the_last(seat: Seat, example: Example) -> None:
    first, second = _save(seat, example.contract), _save(seat, example.contract, "7.10")
    with pytest.raises(Refusal, match="Only the newest draft"):
        seat.perform(submit_estimate, SubmitEstimate(first))
    assert seat.perform(submit_estimate, SubmitEstimate(second)).value == "approved"
    third = _save(seat, example.contract, "7.05")
    seat.perform(submit_estimate, SubmitEstimate(third))
    versions = seat.ask(estimate_card, third).versions
    assert [(row.version_no, row.status) for row in versions] == [
        (3, "approved"),
        (2, "superseded"),
        (1, "draft"),
    ]
    assert versions[0].revenue == D("139167.00")  # 19,740.00 x 7.05


def test_a_shipment_without_its_own_estimate_takes_its_share_of_the_contract(
    seat: Seat, example: Example
) -> None:
    seat.perform(submit_estimate, SubmitEstimate(_save(seat, example.contract)))
    second = seat.ask(shipment_profit, example.second_shipment)
    # Shipment 2 is 4,320.00 of 19,740.00: 138,180.00 x 4,320 / 19,740 = 30,240.00.
    assert second.estimate_revenue == D("30240.00")
    first = seat.ask(shipment_profit, example.shipment)
    assert first.estimate_revenue == D("107940.00")  # its own version, 15,420.00 x 7.00


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (EstimateRowDraft("XXX", "USD", D(1)), "category"),
        (EstimateRowDraft("FRT", "USD", D(-1)), "above zero"),
        (EstimateRowDraft("REB", "CNY", D(1)), "below zero"),
        (EstimateRowDraft("FRT", "USD", D("1.234")), "more decimals"),
        (EstimateRowDraft("FRT", "EUR", D(1)), "rate"),
    ],
)
def test_a_wrong_row_is_refused_and_nothing_is_kept(
    seat: Seat, example: Example, row: EstimateRowDraft, words: str
) -> None:
    before = seat.ask(_count)
    with pytest.raises(Exception, match=words):
        seat.perform(save_estimate, SaveEstimate(example.contract, D(7), (row,)))
    assert seat.ask(_count) == before


@operation("contract.write")
def _demand(work: Work, contract_id: int) -> None:
    demand_estimate(work, work.get(SalesContract, contract_id, "Contract"))


def test_where_the_rule_is_on_a_contract_needs_an_approved_estimate(
    seat: Seat, book: Book, example: Example
) -> None:
    seat.perform(_demand, example.contract)
    manager = seat.perform(add_person, AddPerson("Wang Fang", "manager")).value
    seat.perform(add_person, AddPerson("Second owner", "owner"))
    seat.perform(switch_rules, SwitchRules("estimate", True))
    with pytest.raises(Refusal, match="has no approved profit estimate"):
        seat.perform(_demand, example.contract)
    estimate = _save(seat, example.contract)
    assert seat.perform(submit_estimate, SubmitEstimate(estimate)).value == "pending"
    with pytest.raises(Refusal, match="has no approved"):
        seat.perform(_demand, example.contract)
    request = seat.ask(pending_request, "estimate", estimate)
    assert request is not None
    with pytest.raises(Refusal, match="nobody approves their own"):
        seat.perform(decide, Decide(request.id, "approve"))
    book.seat(manager).perform(decide, Decide(request.id, "approve"))
    seat.perform(_demand, example.contract)


def test_rejected_estimate_is_a_draft_again(seat: Seat, book: Book, example: Example) -> None:
    manager = seat.perform(add_person, AddPerson("Wang Fang", "manager")).value
    seat.perform(switch_rules, SwitchRules("estimate", True))
    estimate = _save(seat, example.contract)
    seat.perform(submit_estimate, SubmitEstimate(estimate))
    request = seat.ask(pending_request, "estimate", estimate)
    assert request is not None
    book.seat(manager).perform(decide, Decide(request.id, "reject", "Freight is missing"))
    assert seat.ask(estimate_card, estimate).status == "draft"


def test_signing_waits_for_the_estimate_and_nothing_changes(seat: Seat, example: Example) -> None:
    line = ContractLineDraft(None, "Desk lamp", D(100), D("12.40"), cost=D(60))
    terms = encode_terms(preset_terms("OA_N", 30))
    command = SaveContract(
        example.cast.customer, date(2026, 6, 1), "USD", "FOB", "Ningbo", terms, (line,), budget_rate=D(7)
    )
    contract = seat.perform(save_contract, command).value
    seat.perform(add_person, AddPerson("Wang Fang", "manager"))
    seat.perform(switch_rules, SwitchRules("estimate", True))
    with pytest.raises(Refusal, match="has no approved profit estimate"):
        seat.perform(move_contract, MoveContract(contract, "signed", date(2026, 6, 15)))

    def status(reader: Reader) -> str:
        return reader.session.get_one(SalesContract, contract).status

    assert seat.ask(status) == "draft"


def test_an_approver_of_a_contract_reads_the_margin_with_its_freight(seat: Seat) -> None:
    """T1 at 7.00: 138,180.00 less purchases 95,248.00 net of rebate; 26.0 % after freight of 7,000.00, 31.1 % without.

    An approved estimate with costs of 120,000.00 says 13.2 %, until the amount is another one.
    """
    offer = offer_book(seat)
    quotation = quote(seat, offer, freight=D(1000), freight_currency="USD", rate=D(7))
    seat.perform(move_quotation, MoveQuotation(quotation, "send", DAY))
    contract = seat.perform(contract_of_quotation, ContractOfQuotation(quotation, DAY)).value

    def margin() -> list[tuple[str, str]]:
        figures = seat.ask(
            lambda reader: contract_subject(reader, reader.get(SalesContract, contract, ""))
        ).figures
        return [(each.title, each.text) for each in figures if each.title.startswith("Margin")]

    assert margin() == [("Margin with the costs of the quotation", "26.0 %")]
    version = seat.perform(
        save_estimate, SaveEstimate(contract, D(7), (EstimateRowDraft("PUR", "CNY", D(120_000)),))
    ).value
    assert margin() == [("Margin with the costs of the quotation", "26.0 %")]
    seat.perform(submit_estimate, SubmitEstimate(version))
    assert margin() == [("Margin by the approved estimate", "13.2 %")]
    draft = build_contract(seat.ask(load_contract, contract))
    seat.perform(save_contract, replace(draft, lines=draft.lines[:1]))
    assert margin() == [("Margin before freight", "27.0 %")]
