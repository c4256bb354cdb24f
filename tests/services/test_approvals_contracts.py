"""Approval of sales contracts: every trigger of domain.md section 6, what an edit voids, the short way (16.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.services.approval_kit import customer, draft, move, requests, said, state, switch, waiting
from tests.services.conftest import Seats
from tests.services.trading_kit import rates
from tradecrm.core.errors import Conflict, NotAllowed
from tradecrm.core.problems import Refusal
from tradecrm.screens.trade.contract_draft import build_contract, load_contract
from tradecrm.services.book import Seat
from tradecrm.services.control.approval_rules import (
    LevelDraft,
    SaveRule,
    SwitchRules,
    approval_rules,
    save_rule,
    switch_rules,
)
from tradecrm.services.control.approvals import Decide, decide
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.trade.contracts import ContractLineDraft, SaveContract, save_contract

CONTRACT = "sales_contract"


def typed(seat: Seat, contract: int) -> SaveContract:
    """Answer the contract as its form would save it unchanged."""
    return build_contract(seat.ask(load_contract, contract))


def reasons(seats: Seats, contract: int) -> str:
    """Submit a contract of the salesperson and answer why it waits; empty when it passed."""
    if move(seats.sales, contract, "submitted") == "approved":
        return ""
    return " ".join(each.sentence for each in waiting(seats.sales, contract).reasons)


def known(seats: Seats) -> int:
    """Answer a customer of the salesperson with whom a contract was signed before."""
    party = customer(seats.sales)
    move(seats.sales, draft(seats.sales, party), "signed")
    return party


@pytest.mark.parametrize(("quantity", "price", "waits"), [(1000, "50", False), (1000, "50.01", True)])
def test_above_50000_usd_strictly(seats: Seats, quantity: int, price: str, waits: bool) -> None:
    switch(seats.owner, CONTRACT, "amount")
    contract = draft(seats.sales, customer(seats.sales), quantity=quantity, price=price)
    found = reasons(seats, contract)
    assert bool(found) is waits
    assert not waits or found == "The amount of USD 50,010.00 is above USD 50,000.00."


def test_an_amount_in_other_money_is_compared_at_budget_rates_or_does_not_pass(seats: Seats) -> None:
    switch(seats.owner, CONTRACT, "amount")
    party = customer(seats.sales)
    line = typed(seats.sales, draft(seats.sales, party, price="52", quantity=900)).lines
    euros = replace(
        typed(seats.sales, draft(seats.sales, party)), id=None, number="", version=None, currency="EUR", lines=line,
        budget_rate=Decimal("7.8"),
    )  # fmt: skip
    first = seats.sales.perform(save_contract, euros).value
    assert "a budget rate is missing" in reasons(seats, first)
    rates(seats.owner)  # USD at 7.1: EUR 46,800 x 7.8 / 7.1 = USD 51,414
    second = seats.sales.perform(save_contract, euros).value
    assert reasons(seats, second) == "The amount of EUR 46,800.00 is above USD 50,000.00."


def test_first_order_of_a_customer(seats: Seats) -> None:
    switch(seats.owner, CONTRACT, "first_order")
    party = customer(seats.sales)
    first = draft(seats.sales, party)
    assert reasons(seats, first) == "Kern Tool Corp. orders for the first time."
    request = waiting(seats.sales, first).id
    seats.manager.perform(decide, Decide(request, "approve"))
    seats.owner.perform(decide, Decide(request, "approve"))
    move(seats.sales, first, "signed")
    assert reasons(seats, draft(seats.sales, party)) == ""


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ("TT_30_70", ""),
        ("LC_SIGHT", ""),
        ("OA_N", "The goods go before the money is sure"),
        ("DA_N", "The goods go before the money is sure"),
        ("DP", "The deposit of 0.0 % is below 30.0 %."),
    ],
)
def test_risky_terms(seats: Seats, terms: str, words: str) -> None:
    switch(seats.owner, CONTRACT, "risky_terms")
    found = reasons(seats, draft(seats.sales, customer(seats.sales), terms=terms))
    assert found.startswith(words)
    assert bool(found) is bool(words)


def test_low_margin_is_strict_and_an_unknown_one_does_not_pass(seats: Seats) -> None:
    # 88,040 base revenue at 7.1; net cost 60,000 - 60,000/1.13 x 13 % = 53,097.35: margin 39.7 %.
    switch(seats.owner, CONTRACT, "low_margin", threshold="0.3")
    party = customer(seats.sales)
    assert reasons(seats, draft(seats.sales, party)) == ""
    switch(seats.owner, CONTRACT, "low_margin", threshold="0.4")
    assert "39.7 % is below 40.0 %" in reasons(seats, draft(seats.sales, party))
    bare = replace(
        typed(seats.sales, draft(seats.sales, party)),
        lines=tuple(replace(line, cost=None) for line in typed(seats.sales, draft(seats.sales, party)).lines),
        id=None,
        number="",
        version=None,
    )
    unknown = seats.sales.perform(save_contract, bare).value
    assert "The margin is not known" in reasons(seats, unknown)
    # Without a refund all VAT is cost (2.2): 28,040 of 88,040 are left.
    seats.owner.perform(change_settings, ChangeSettings((("tax_regime", "NO_REFUND"),)))
    assert "31.8 % is below 40.0 %" in reasons(seats, draft(seats.sales, party))


def test_a_hidden_commission_and_another_bank_account_go_to_the_owner(seats: Seats) -> None:
    switch(seats.owner, CONTRACT, "hidden_commission")
    switch(seats.owner, CONTRACT, "bank_account")
    opened = date(2026, 1, 1)
    one, two = (
        seats.owner.perform(open_account, OpenAccount(name, "BANK", "USD", opened)).value
        for name in ("HSBC", "BOC")
    )
    party = customer(seats.sales)
    first = draft(seats.sales, party, bank_account_id=one)
    move(seats.sales, first, "signed")  # the first account is no change
    changed = draft(seats.sales, party, bank_account_id=two, commission_rate=Decimal("0.03"))
    found = reasons(seats, changed)
    assert "a hidden commission of 3.00 %" in found
    assert "It is to be paid to BOC; the last contract of Kern Tool Corp. was paid to HSBC." in found
    assert waiting(seats.sales, changed).waits_for == ("Lin Yue",)


def test_a_draft_is_not_signed_past_an_active_rule(seats: Seats) -> None:
    switch(seats.owner, CONTRACT, "first_order")
    contract = draft(seats.sales, customer(seats.sales))
    with pytest.raises(Refusal, match="needs approval before it is signed") as caught:
        move(seats.sales, contract, "signed")
    assert "orders for the first time" in said(caught.value)
    assert (seats.sales.ask(state, contract), seats.sales.ask(requests)) == ("draft", [])


def test_the_short_way_stays_while_nothing_asks_for_approval(seats: Seats) -> None:
    contract = draft(seats.sales, customer(seats.sales))
    assert move(seats.sales, contract, "signed") == "signed"
    assert [row[1] for row in seats.sales.ask(requests)] == ["approved"]  # section 16.3: passed, logged
    again = replace(typed(seats.sales, contract), lines=_dearer(typed(seats.sales, contract)))
    seats.sales.perform(save_contract, again)
    assert seats.sales.ask(state, contract) == "signed"
    assert [row[1] for row in seats.sales.ask(requests)] == ["void", "approved"]


def _dearer(command: SaveContract) -> tuple[ContractLineDraft, ...]:
    return tuple(replace(line, price=line.price + 1) for line in command.lines)


def approved(seats: Seats) -> int:
    """Answer a contract that manager and owner approved."""
    switch(seats.owner, CONTRACT, "first_order")
    contract = draft(seats.sales, customer(seats.sales))
    move(seats.sales, contract, "submitted")
    request = waiting(seats.sales, contract).id
    seats.manager.perform(decide, Decide(request, "approve"))
    seats.owner.perform(decide, Decide(request, "approve"))
    return contract


@pytest.mark.parametrize("signed", [False, True])
def test_a_protected_field_changed_after_approval_makes_a_draft_again(seats: Seats, signed: bool) -> None:
    contract = approved(seats)
    if signed:
        move(seats.sales, contract, "signed")
    seats.sales.perform(save_contract, replace(typed(seats.sales, contract), remarks="Call before loading"))
    assert seats.sales.ask(state, contract) == ("signed" if signed else "approved")
    command = typed(seats.sales, contract)
    outcome = seats.sales.perform(save_contract, replace(command, lines=_dearer(command)))
    assert seats.sales.ask(state, contract) == "draft"
    assert "is a draft again" in outcome.warnings[-1]
    assert [row[1] for row in seats.sales.ask(requests)] == ["void"]
    with pytest.raises(Refusal, match="needs approval"):
        move(seats.sales, contract, "signed")


def test_a_submitted_contract_is_not_edited_and_may_be_taken_back(seats: Seats) -> None:
    switch(seats.owner, CONTRACT, "first_order")
    contract = draft(seats.sales, customer(seats.sales))
    move(seats.sales, contract, "submitted")
    command = typed(seats.sales, contract)
    with pytest.raises(Refusal, match="Take it back to draft before you change it"):
        seats.sales.perform(save_contract, replace(command, remarks="x"))
    with pytest.raises(Refusal, match="not possible from there"):
        move(seats.sales, contract, "approved")  # only a decision approves
    with pytest.raises(Refusal, match="not possible from there"):
        move(seats.sales, contract, "signed")
    assert seats.sales.ask(state, contract) == "submitted"
    assert move(seats.sales, contract, "draft") == "draft"
    assert [row[1] for row in seats.sales.ask(requests)] == ["void"]


def test_rules_are_refused_in_words(seats: Seats) -> None:
    owner = seats.owner
    fine = SaveRule(CONTRACT, "amount", True, "50000", (LevelDraft("owner"),), 0)
    wrong = [
        (replace(fine, trigger="weather"), "There is no approval rule weather"),
        (replace(fine, threshold="much"), "The threshold is a number"),
        (replace(fine, threshold="-1"), "must not be below zero"),
        (replace(fine, trigger="low_margin", threshold="8"), "a share not above 100 %"),
        (replace(fine, trigger="first_order"), "This rule has no threshold"),
        (replace(fine, levels=()), "at least one level"),
        (replace(fine, levels=(LevelDraft("emperor"),)), "Choose a role or a person"),
        (replace(fine, levels=(LevelDraft("owner", mode="MOST"),)), "any of them or by all"),
        (replace(fine, levels=(LevelDraft("owner", ceiling=Decimal(0)),)), "ceiling must be above zero"),
    ]
    before = owner.ask(approval_rules)
    for command, words in wrong:
        with pytest.raises(Refusal, match=words):
            owner.perform(save_rule, command)
    with pytest.raises(NotAllowed):
        seats.sales.perform(save_rule, fine)
    with pytest.raises(Refusal, match="There is no approval for weather"):
        owner.perform(switch_rules, SwitchRules("weather", active=True))
    assert owner.ask(approval_rules) == before
    owner.perform(save_rule, fine)
    with pytest.raises(Conflict):
        owner.perform(save_rule, fine)
    (kept,) = (row for row in owner.ask(approval_rules, CONTRACT) if row.trigger == "amount")
    assert (kept.active, kept.levels) == (True, (LevelDraft("owner"),))
