"""Money to factories, forwarders and others: payments settled against bills (domain.md sections 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.money import convert, decimal_problems, round_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import Account, Party, Payment
from tradecrm.services.money.accounts import take_out
from tradecrm.services.money.allocations import Allocate, allocate_items
from tradecrm.services.money.earmarks import drop_earmarks
from tradecrm.services.money.ledger import AP, BANK, EXPENSE, FX, NewItem, Row, Source, add_item
from tradecrm.services.money.payers import is_third_party, learn_payer
from tradecrm.services.money.prepayments import keep_for_purchases
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.receipts import Share
from tradecrm.services.money.taking_back import item_to_take_back, keep_paid_marks, take_back
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RecordPayment:
    """Money to a payee from an account, in the account's currency; ``rate`` None takes the bank selling rate.

    ``charge`` is the bank's fee on top. ``allocations`` settle bills in the same currency, ``earmarks`` keep money
    for purchase contracts; what is left is a prepayment. ``payee`` is the name the money went to, if another.
    """

    day: date
    party_id: int
    account_id: int
    amount: Decimal
    rate: Decimal | None = None
    allocations: tuple[Share, ...] = ()
    reference: str = ""
    charge: Decimal = ZERO
    payee: str = ""
    earmarks: tuple[Share, ...] = ()


def check_payment(command: RecordPayment) -> list[Problem]:
    """Answer what is wrong with a payment."""
    problems = []
    if command.amount <= 0:
        problems.append(Problem("amount", _("The amount must be above zero.")))
    if command.rate is not None and command.rate <= 0:
        problems.append(Problem("rate", _("The rate must be above zero.")))
    if command.charge < 0:
        problems.append(Problem("charge", _("The bank charge cannot be below zero.")))
    if any(share.amount <= 0 for share in (*command.earmarks, *command.allocations)):
        problems.append(Problem("allocations", _("Each part must be above zero.")))
    used = sum((share.amount for share in (*command.earmarks, *command.allocations)), ZERO)
    if used > command.amount:
        problems.append(
            Problem(
                "allocations",
                _("The parts add up to {used}, more than the {amount} paid.").format(
                    used=used, amount=command.amount
                ),
            )
        )
    return problems


@operation("payment.write", check=check_payment)
def record_payment(work: Work, command: RecordPayment) -> int:
    """Post a payment and settle bills with it; answers its id.

    A payment from a foreign account settles at the payment rate while the account gives its carrying; the
    difference is the account's realized exchange gain or loss (section 16.6).
    """
    party = work.get(Party, command.party_id, _("Payee"))
    account = work.get(Account, command.account_id, _("Account"))
    _check_amounts(work, command, account)
    rate = rate_for(work, RateType.SELL, account.currency, command.day, manual=command.rate).rate
    value = convert(command.amount, rate, work.base)
    taken = take_out(work, account, command.day, command.amount + command.charge)
    payment = work.add(
        Payment(
            number=work.number("payment", command.day),
            day=command.day,
            party_id=party.id,
            account_id=account.id,
            currency=account.currency,
            amount=command.amount,
            rate=rate,
            charge=command.charge,
            payee=command.payee.strip(),
            reference=command.reference,
            owner_id=work.actor.person_id,
        )
    )
    new = NewItem(
        side=AP,
        kind="PAY",
        number=payment.number,
        party_id=party.id,
        day=command.day,
        currency=account.currency,
        amount=-command.amount,
        rate=rate,
        base_amount=-value,
    )
    against = _against(work, command, account, value, taken)
    item = add_item(work, new, "payment", Source("payment", payment.id, payment.number), against)
    work.keep(Payment, [{"id": payment.id, "item_id": item.id}])
    allocate_items(work, [Allocate(share.id, item.id, share.amount) for share in command.allocations])
    keep_paid_marks(work, {share.id for share in command.allocations})
    keep_for_purchases(work, item, command.earmarks)
    if is_third_party(command.payee, (party.name, party.name_local)):
        learn_payer(work, party, command.payee)
    return payment.id


def _against(
    work: Work, command: RecordPayment, account: Account, value: Decimal, taken: Decimal
) -> tuple[Row, ...]:
    """Answer the bank with its fee, and the exchange difference of the account (section 16.6).

    A fee leaves at the carrying rate of the account (section 4), the rest at the payment rate.
    """
    whole = command.amount + command.charge
    fee = round_money(taken * command.charge / whole, work.base)
    gain = value - (taken - fee)
    return (
        Row(BANK, account.currency, -whole, -taken, "PAYMENT", account.id, command.party_id),
        Row(EXPENSE, work.base, fee, fee, "FEE"),
        Row(FX, work.base, -gain, -gain, "EXCHANGE"),
    )


def _check_amounts(work: Work, command: RecordPayment, account: Account) -> None:
    """Refuse amounts that the account's currency cannot hold, and a day that has not come yet."""
    problems = decimal_problems(
        ("amount", command.amount, account.currency),
        ("charge", command.charge, account.currency),
        *(("earmarks", share.amount, account.currency) for share in command.earmarks),
    )
    if command.day > work.today:
        problems.append(
            Problem("day", _("A payment cannot be dated after today; money due later is a plan."))
        )
    if problems:
        raise Refusal(problems)


@dataclass(frozen=True, slots=True)
class ReversePayment:
    """Take a payment back that the bank returned or that was entered wrongly, on ``day`` (default today)."""

    payment_id: int
    day: date | None = None
    reason: str = ""


@operation("payment.write")
def reverse_payment(work: Work, command: ReversePayment) -> int:
    """Reverse a payment: its bills are open again, what it kept for purchases is let go (section 16.7 mirrored).

    Answers the id of the reversing item.
    """
    payment = work.get(Payment, command.payment_id, _("Payment"))
    item = item_to_take_back(work, payment)
    day = command.day or work.today
    source = Source("payment", payment.id, command.reason[:300])
    (back,) = take_back(work, (item,), day, source, "payment")
    drop_earmarks(work, item, day)
    payment.reversed_on = day
    return back.id
