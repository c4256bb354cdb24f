"""Collection plan, payment plan and cash projection over a book: domain.md sections 3.8, 16.12 and 16.13."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.services.conftest import TODAY
from tests.services.money_kit import Invoice, customer, enter_item
from tests.services.test_running_example import dollars, example
from tests.services.trading_kit import rates
from tradecrm.core.plans import Every, Ground
from tradecrm.core.presets import preset_terms
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import encode_terms
from tradecrm.models import RebateClaim, RebateReceipt
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.data.sample.running_example import Example
from tradecrm.services.figures.cash import CashOptions, cash_projection
from tradecrm.services.figures.collection import collection_plan
from tradecrm.services.figures.delays import average_delays
from tradecrm.services.figures.payment_plan import payment_plan
from tradecrm.services.figures.plan_rows import PlanOptions, PlanRow
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.due_dates import SavePromise, save_promise
from tradecrm.services.money.planned import SavePlannedFlow, save_planned_flow
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contracts import ContractLineDraft, MoveContract, SaveContract, move_contract
from tradecrm.services.trade.contracts import save_contract as keep_contract
from tradecrm.services.trade.purchases import PurchaseLineDraft, SavePurchase, save_purchase
from tradecrm.services.work import Work, operation

__all__ = ["dollars", "example"]

D = Decimal
DAY = timedelta(days=1)
OPTIONS = PlanOptions(TODAY + 91 * DAY)


def shown(rows: list[PlanRow]) -> set[tuple[str, Decimal, date | None, Ground]]:
    return {(row.kind, row.amount, row.day, row.expected.ground) for row in rows}


def account(seat: Seat, currency: str, opening: int = 0) -> int:
    command = OpenAccount(currency, "BANK", currency, TODAY - 100 * DAY, D(opening))
    return seat.perform(open_account, command).value


def test_t1_has_its_unshipped_balance_and_no_deposit_to_ask_for(seat: Seat, example: Example) -> None:
    """§16.13 on T1: 4,320.00 unshipped less the 1,296.00 of the deposit that is left."""
    rows = seat.ask(collection_plan, OPTIONS)
    assert {(row.kind, row.amount) for row in rows} == {("unshipped", D("3024.00"))}
    assert all(row.expected.ground in (Ground.ESTIMATED, Ground.UNKNOWN) for row in rows)


def test_a_signed_contract_asks_for_its_deposit_then_waits_for_shipment(seat: Seat) -> None:
    rates(seat)
    line = ContractLineDraft(None, "Lamp", D(1000), D("12.40"))
    terms = encode_terms(preset_terms("TT_30_70"))
    command = SaveContract(
        customer(seat), TODAY - 2 * DAY, "USD", "FOB", "Ningbo", terms, (line,), latest_shipment=TODAY + 20 * DAY
    )  # fmt: skip
    contract = seat.perform(keep_contract, command).value
    assert seat.ask(collection_plan, OPTIONS) == [], "a draft promises nothing"
    seat.perform(move_contract, MoveContract(contract, "signed", TODAY))
    assert shown(seat.ask(collection_plan, OPTIONS)) == {
        ("deposit", D("3720.00"), TODAY - 2 * DAY, Ground.ESTIMATED),
        ("unshipped", D("8680.00"), TODAY + 27 * DAY, Ground.ESTIMATED),
    }


def test_expected_days_follow_promise_delay_and_due_date(seat: Seat) -> None:
    """§3.8: 10 days late on 3,000 and 2 early on 1,000 make 7 days; the promise of an instalment comes first."""
    bank, party = account(seat, "USD"), customer(seat)
    for number, amount, due, paid in (
        ("CI-1", D(3000), TODAY - 60 * DAY, TODAY - 50 * DAY),
        ("CI-2", D(1000), TODAY - 40 * DAY, TODAY - 42 * DAY),
        ("CI-0", D(9000), TODAY - 420 * DAY, TODAY - 380 * DAY),
    ):
        day = min(due, paid) - 5 * DAY
        item = seat.perform(
            enter_item, Invoice(party, day, amount, number=number, due=((amount, due),))
        ).value
        if number != "CI-0":
            receipt = RecordReceipt(paid, party, bank, amount, rate=D(7), allocations=(Share(item, amount),))
            seat.perform(record_receipt, receipt)
    (delay,) = seat.ask(average_delays).values()
    assert (delay.days(), delay.count) == (7, 2)
    due = TODAY + 10 * DAY
    parts = ((D(400), due), (D(600), due + 30 * DAY))
    seat.perform(enter_item, Invoice(party, TODAY - DAY, D(1000), number="CI-3", due=parts))
    rows = {row.amount: row for row in seat.ask(collection_plan, OPTIONS) if row.number == "CI-3"}
    assert rows[D(400)].day == due
    seat.perform(save_promise, SavePromise(rows[D(400)].instalment_id or 0, due + 3 * DAY))
    late = {row.amount: row for row in seat.ask(collection_plan, replace(OPTIONS, with_delay=True))}
    assert (late[D(400)].day, late[D(400)].expected.ground) == (due + 3 * DAY, Ground.PROMISED)
    assert (late[D(600)].day, late[D(600)].expected.ground) == (due + 37 * DAY, Ground.DELAYED)
    (plan,) = seat.ask(cash_projection, CashOptions(replace(OPTIONS, with_delay=True)))
    days = {each.day: each.incoming for each in plan.projection.days}
    assert days == {TODAY: D(9000), due + 3 * DAY: D(400), due + 37 * DAY: D(600)}


def test_a_split_invoice_counts_each_instalment_on_the_day_it_was_filled(seat: Seat) -> None:
    bank, party = account(seat, "USD"), customer(seat)
    first, second = TODAY - 50 * DAY, TODAY - 20 * DAY
    parts = ((D(300), first), (D(700), second))
    item = seat.perform(enter_item, Invoice(party, TODAY - 60 * DAY, D(1000), due=parts)).value
    for paid, amount in ((TODAY - 45 * DAY, D(300)), (TODAY - 40 * DAY, D(200)), (TODAY - 10 * DAY, D(500))):
        receipt = RecordReceipt(paid, party, bank, amount, rate=D(7), allocations=(Share(item, amount),))
        seat.perform(record_receipt, receipt)
    (delay,) = seat.ask(average_delays).values()
    assert (delay.weighted, delay.amount, delay.count) == (D(5 * 300 + 10 * 700), D(1000), 2)


def test_a_purchase_is_planned_by_deposit_and_delivery(seat: Seat) -> None:
    supplier = seat.perform(
        save_party, SaveParty(name="宁波明灯厂", is_customer=False, is_supplier=True, country="CN")
    ).value
    terms = encode_terms(preset_terms("TT_30_70"))
    line = PurchaseLineDraft(None, "台灯", D(1000), D(60))
    command = SavePurchase(
        supplier, TODAY, (line,), terms=terms, delivery_on=TODAY + 30 * DAY, stock_purchase=True
    )
    purchase = seat.perform(save_purchase, command).value
    assert seat.ask(payment_plan, OPTIONS) == []
    from tradecrm.services.trade.purchase_moves import MovePurchase, move_purchase

    for step in ("submit", "send"):
        seat.perform(move_purchase, MovePurchase(purchase, step))
    assert {(row.kind, row.amount) for row in seat.ask(payment_plan, OPTIONS)} == {
        ("purchase_deposit", D(-18000)),
        ("purchase", D(-42000)),
    }
    balance = next(row for row in seat.ask(payment_plan, OPTIONS) if row.kind == "purchase")
    assert balance.day == TODAY + 37 * DAY


@operation("settings.write")
def file_rebates(work: Work, bank: int) -> None:
    """Keep a rebate that came 40 days after filing, and one that is filed and waits."""
    claims = [
        RebateClaim(
            number=f"TS-{state}", day=TODAY, status=state, filed_on=TODAY - back * DAY, claimed=D(claimed),
            received=D(received), owner_id=1,
        )
        for state, back, claimed, received in (("received", 90, 500, 500), ("filed", 30, 800, 0))
    ]  # fmt: skip
    paid, _waiting = (work.add(claim) for claim in claims)
    receipt = RebateReceipt(
        claim_id=paid.id, day=TODAY - 50 * DAY, account_id=bank, amount=D(500), posting_id=1, owner_id=1
    )
    work.add(receipt)


def test_rent_repeats_and_rebates_come_after_their_usual_days(seat: Seat) -> None:
    """§16.12: a filed rebate is expected at its filing date + average days."""
    bank = account(seat, "CNY", 1000)
    seat.perform(file_rebates, bank)
    rent = SavePlannedFlow("Rent", "OFFICE", "CNY", D(-900), Every.MONTHLY, TODAY + 5 * DAY)
    seat.perform(save_planned_flow, rent)
    rows = shown(seat.ask(payment_plan, replace(OPTIONS, until=TODAY + 40 * DAY)))
    assert rows == {
        ("rebate", D(800), TODAY + 10 * DAY, Ground.ESTIMATED),
        ("planned", D(-900), date(2026, 6, 20), Ground.DUE),
        ("planned", D(-900), date(2026, 7, 20), Ground.DUE),
    }
    (plan,) = seat.ask(cash_projection, CashOptions(replace(OPTIONS, until=TODAY + 70 * DAY)))
    assert [(each.day, each.balance) for each in plan.projection.days] == [
        (date(2026, 6, 20), D(100)),
        (date(2026, 6, 25), D(900)),
        (date(2026, 7, 20), D(0)),
        (date(2026, 8, 20), D(-900)),
    ]
    assert plan.projection.first_negative == date(2026, 8, 20)
    assert [period.balance for period in plan.periods][-1] == D(-900)


def test_planned_money_is_refused_where_it_cannot_be(seat: Seat) -> None:
    euros = account(seat, "EUR")
    rent = SavePlannedFlow("Rent", "OFFICE", "CNY", D(-900), Every.MONTHLY, TODAY)
    for wrong, words in (
        (replace(rent, title=" "), "what the money is for"),
        (replace(rent, amount=D(0)), "above zero"),
        (replace(rent, until=TODAY - DAY), "before it begins"),
        (replace(rent, account_id=euros), "EUR is in EUR, the planned money in CNY"),
    ):
        with pytest.raises(Refusal, match=words):
            seat.perform(save_planned_flow, wrong)
    assert seat.ask(payment_plan, OPTIONS) == []
