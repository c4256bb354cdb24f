"""How the customers of the sample book pay: deposits, balances, late, short, too much, and one that bounces."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.money import round_money
from tradecrm.models import Instalment, Item
from tradecrm.services.data.sample.firm import SAMPLE_DAY, Claim, Firm
from tradecrm.services.data.sample.plan import workday
from tradecrm.services.money.receipts import (
    RecordReceipt,
    ReverseReceipt,
    Share,
    record_receipt,
    reverse_receipt,
)
from tradecrm.services.money.write_offs import WriteOff, write_off
from tradecrm.services.work import Work

D = Decimal
_TOGETHER = 9
"""A customer pays what it would pay within so many days in one sum."""


def _charge(firm: Firm, currency: str) -> Decimal:
    """Answer what the banks on the way keep, in the currency of the money; often nothing."""
    if firm.chance(40):
        return D(0)
    dollars = D(firm.rng.choice((15, 18, 20, 25, 28, 32)))
    return dollars * 150 if currency == "JPY" else dollars


def _payer(firm: Firm, customer: int) -> str:
    buyer = firm.buyers[customer]
    bank = firm.banks.get(buyer.country)
    return f"{buyer.name}, {bank}" if bank else buyer.name


def collect_deposit(
    firm: Firm, work: Work, day: date, customer: int, contract: int, number: str, amount: Decimal
) -> None:
    """Receive the deposit of a contract, earmarked for it."""
    currency = firm.buyers[customer].currency
    command = RecordReceipt(
        day,
        firm.customers[customer],
        firm.account(currency),
        amount,
        _charge(firm, currency),
        earmarks=(Share(contract, amount),),
        payer=_payer(firm, customer),
        reference=firm.words["deposit"].format(number=number),
    )
    record_receipt.within(work, command)


def expect_money(firm: Firm, work: Work, paper: date, customer: int, invoice: int) -> None:
    """Note when the customer will pay an invoice; ``paper`` is the day that its terms count from."""
    item = work.session.get_one(Item, invoice)
    if item.open_amount == 0:
        return
    due = _due(work, item, paper)
    if firm.stays_open(item.side, due):
        return
    pays = workday(due + timedelta(days=_delay(firm, customer)))
    pays = max(pays, workday(item.day + timedelta(days=3)))
    claim = Claim(customer, item.currency, invoice, item.number, pays)
    firm.claims.append(claim)
    firm.diary.at(pays, lambda w, at: _pay(firm, w, at, claim))


def _due(work: Work, item: Item, paper: date) -> date:
    """Answer the last due date of an invoice; where it waits for a paper, a week after that."""
    waits = work.session.scalar(
        select(func.count()).where(Instalment.item_id == item.id, Instalment.due_on.is_(None))
    )
    if waits:
        return paper + timedelta(days=7)
    last = work.session.scalar(select(func.max(Instalment.due_on)).where(Instalment.item_id == item.id))
    return last or paper


def _delay(firm: Firm, customer: int) -> int:
    """Answer how many days after the due date a customer pays: most keep it, some are slow by habit."""
    habit = customer % 7
    if habit == 3:
        return firm.rng.randint(12, 38)
    if habit == 5:
        return firm.rng.randint(4, 16)
    return firm.rng.randint(-3, 6)


def _pay(firm: Firm, work: Work, day: date, claim: Claim) -> None:
    """Receive the money for an invoice, and with it for others that the customer would pay soon."""
    if claim.paid:
        return
    soon = day + timedelta(days=_TOGETHER)
    chosen = [
        each
        for each in firm.claims
        if each is claim or (each.customer == claim.customer and not each.paid and each.pays_on <= soon)
    ]
    for each in chosen:
        each.paid = True
        firm.claims.remove(each)
    shares = [Share(each.item, work.session.get_one(Item, each.item).open_amount) for each in chosen]
    shares, written, extra = _strange(firm, claim.currency, shares)
    gross = sum((share.amount for share in shares), D(0)) + extra
    numbers = ", ".join(each.number for each in chosen)
    command = RecordReceipt(
        day,
        firm.customers[claim.customer],
        firm.account(claim.currency),
        gross,
        _charge(firm, claim.currency),
        allocations=tuple(shares),
        payer=_payer(firm, claim.customer),
        reference=firm.words["balance"].format(number=numbers)[:200],
    )
    receipt = record_receipt.within(work, command)
    if written > 0:
        write_off.within(work, WriteOff(shares[0].id, written, day, firm.words["short"]))
    if firm.counts.get("bounced", 0) < 2 and firm.chance(4):
        firm.counts["bounced"] = firm.counts.get("bounced", 0) + 1
        back = workday(day + timedelta(days=4))
        firm.diary.at(back, lambda w, at: _bounce(firm, w, at, receipt, claim))


def _strange(firm: Firm, currency: str, shares: list[Share]) -> tuple[list[Share], Decimal, Decimal]:
    """Answer the parts as they come, what is written off, and what comes beyond: now and then not as invoiced."""
    first = shares[0]
    number = firm.rng.randrange(100)
    if currency == "JPY" or first.amount < 9_000:
        return shares, D(0), D(0)
    if number < 9:
        short = D(firm.rng.choice((20, 25, 28, 30, 35)))
        return [Share(first.id, first.amount - short), *shares[1:]], short, D(0)
    if number < 12:
        short = round_money(first.amount * D("0.03"), currency)
        return [Share(first.id, first.amount - short), *shares[1:]], D(0), D(0)
    if number < 14:
        return shares, D(0), D(firm.rng.choice((50, 100, 120)))
    return shares, D(0), D(0)


def _bounce(firm: Firm, work: Work, day: date, receipt: int, claim: Claim) -> None:
    """Take a receipt back that the bank returned; the customer pays again two weeks later."""
    reverse_receipt.within(work, ReverseReceipt(receipt, day, firm.words["bounced"]))
    again = Claim(claim.customer, claim.currency, claim.item, claim.number, workday(day + timedelta(days=14)))
    firm.claims.append(again)
    firm.diary.at(again.pays_on, lambda w, at: _pay(firm, w, at, again))


def advance_payments(firm: Firm) -> None:
    """Note a few sums that customers sent lately for orders that are not drawn up yet."""
    good = [n for n, buyer in enumerate(firm.buyers) if buyer.grade == "A" and buyer.currency == "USD"]
    for count, customer in enumerate(good[:3]):
        amount = D(firm.rng.choice((2_500, 4_000, 5_000, 6_500)))
        day = workday(SAMPLE_DAY - timedelta(days=12 + 9 * count))

        def receive(work: Work, at: date, customer: int = customer, amount: Decimal = amount) -> None:
            command = RecordReceipt(
                at,
                firm.customers[customer],
                firm.account("USD"),
                amount,
                payer=_payer(firm, customer),
                reference=firm.words["advance"],
            )
            record_receipt.within(work, command)

        firm.diary.at(day, receive)
