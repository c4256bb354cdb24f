"""A deal whose customer orders less and at another price after the goods were bought (domain.md sections 1.3, 16.4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.services.purchase_kit import TODAY, put_into_effect, sign_deal
from tradecrm.core.links import Link
from tradecrm.screens.trade.amendment import blank_amendment, build_amendment
from tradecrm.services.book import Seat
from tradecrm.services.trade.amendments import amend_contract
from tradecrm.services.trade.deal import deal
from tradecrm.services.trade.deal_steps import DealStep, StepState, deal_steps
from tradecrm.services.trade.purchase_split import SplitContract, split_contract

D = Decimal


def test_the_map_says_what_was_bought_too_much_and_what_of_the_deposit_is_missing(seat: Seat) -> None:
    """1,000 lanterns of 1,200, kits at 20.00: 6,850 + 16,000 = 22,850, deposit 6,855.00 of which 5,922.00 came."""
    sold = sign_deal(seat)
    put_into_effect(seat, sold)
    seat.perform(split_contract, SplitContract(sold.contract, TODAY))

    def steps() -> dict[str, DealStep]:
        return {step.key: step for step in deal_steps(seat.ask(deal, sold.contract))}

    assert (steps()["deposit"].state, steps()["purchase_contract"].stops) == (StepState.DONE, ())
    command = build_amendment(
        seat.ask(blank_amendment, Link.to("amendment", contract=sold.contract)).put(reason="Less is wanted")
    )
    lanterns, kits = command.contract.lines
    fewer = (replace(lanterns, quantity=D(1000)), replace(kits, price=D(20)))
    seat.perform(amend_contract, replace(command, contract=replace(command.contract, lines=fewer)))

    deposit, buying = steps()["deposit"], steps()["purchase_contract"]
    assert (deposit.state, deposit.waits_for) == (StepState.STOPPED, "Waits for Veld B.V.")
    assert deposit.words == "5,922.00 of 6,855.00"
    assert buying.stops == (
        "Solar garden lantern: 200 pcs bought more than sold. Amend the purchase, or keep them for stock.",
    )
