"""Money to factories, forwarders and others: payments settled against bills (domain.md sections 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.money import convert, fits_currency
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import Account, CostLine, Item, Party, Payment
from tradecrm.services.money.accounts import take_out
from tradecrm.services.money.allocations import Allocate, allocate_items
from tradecrm.services.money.ledger import AP, BANK, FX, NewItem, Row, Source, add_item
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.receipts import Share
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RecordPayment:
    """Money to a payee from an account, in the account's currency; ``rate`` None takes the bank selling rate.

    ``allocations`` settle bills in the same currency; what is left is a prepayment.
    """

    day: date
    party_id: int
    account_id: int
    amount: Decimal
    rate: Decimal | None = None
    allocations: tuple[Share, ...] = ()
    reference: str = ""


def check_payment(command: RecordPayment) -> list[Problem]:
    """Answer what is wrong with a payment."""
    problems = []
    if command.amount <= 0:
        problems.append(Problem("amount", _("The amount must be above zero.")))
    if command.rate is not None and command.rate <= 0:
        problems.append(Problem("rate", _("The rate must be above zero.")))
    used = sum((share.amount for share in command.allocations), ZERO)
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
    if not fits_currency(command.amount, account.currency):
        raise Refusal.of(
            _("{amount} has more decimals than {currency} allows.").format(
                amount=command.amount, currency=account.currency
            ),
            "amount",
        )
    if command.day > work.today:
        raise Refusal.of(_("A payment cannot be dated after today; money due later is a plan."), "day")
    rate = rate_for(work, RateType.SELL, account.currency, command.day, manual=command.rate).rate
    value = convert(command.amount, rate, work.base)
    taken = take_out(work, account, command.day, command.amount)
    payment = work.add(
        Payment(
            number=work.number("payment", command.day),
            day=command.day,
            party_id=party.id,
            account_id=account.id,
            currency=account.currency,
            amount=command.amount,
            rate=rate,
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
    gain = value - taken
    against = (
        Row(BANK, account.currency, -command.amount, -taken, "PAYMENT", account.id, party.id),
        Row(FX, work.base, -gain, -gain, "EXCHANGE"),
    )
    item = add_item(work, new, "payment", Source("payment", payment.id, payment.number), against)
    payment.item_id = item.id
    allocate_items(work, [Allocate(share.id, item.id, share.amount) for share in command.allocations])
    for share in command.allocations:
        _mark_paid(work, share.id)
    return payment.id


def _mark_paid(work: Work, bill_id: int) -> None:
    """Mark the cost lines of a bill as paid once nothing of it is open."""
    from sqlalchemy import select

    bill = work.session.get_one(Item, bill_id)
    if bill.open_amount == 0:
        for line in work.session.scalars(select(CostLine).where(CostLine.item_id == bill.id)):
            line.status = "paid"
