"""Money given back: to a customer what was paid too much, by a supplier what was prepaid (退款; section 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.money import convert, decimal_problems, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import Account, Item, Party, Refund
from tradecrm.services.money.accounts import take_out
from tradecrm.services.money.allocations import Allocate, allocate_items
from tradecrm.services.money.earmarks import free_earmarks
from tradecrm.services.money.ledger import AR, BANK, COST, FX, NewItem, Row, Source, add_item
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.receipts import Share
from tradecrm.services.money.taking_back import demand_past, demand_side, item_to_take_back, take_back
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RecordRefund:
    """Money given back over an account, in its currency; ``shares`` say of which receipts, notes or prepayments.

    AR: it goes out to the customer, AP: it comes in from the supplier. ``charge`` is what the bank kept on top
    (AR) or of it (AP). ``rate`` None takes the bank's selling (AR) or buying (AP) rate of the day.
    """

    side: str
    day: date
    party_id: int
    account_id: int
    shares: tuple[Share, ...]
    reason: str
    charge: Decimal = ZERO
    rate: Decimal | None = None
    reference: str = ""

    @property
    def amount(self) -> Decimal:
        """Answer what is given back, the sum of its parts."""
        return sum((share.amount for share in self.shares), ZERO)


def check_refund(command: RecordRefund) -> Sequence[Problem]:
    """Answer what is wrong with a refund."""
    problems = []
    if command.side not in ("AR", "AP"):
        problems.append(Problem("side", _("Choose whether a customer or a supplier gets or gives back.")))
    if not command.shares or any(share.amount <= 0 for share in command.shares):
        problems.append(
            Problem("items", _("Enter how much of which receipt, note or prepayment is given back."))
        )
    if command.charge < 0 or (command.side == "AP" and command.charge >= command.amount > 0):
        problems.append(Problem("charge", _("The bank charge must be less than the amount.")))
    if command.rate is not None and command.rate <= 0:
        problems.append(Problem("rate", _("The rate must be above zero.")))
    if not command.reason.strip():
        problems.append(Problem("reason", _("Say why the money is given back.")))
    return problems


@operation("receipt.write", check=check_refund)
def record_refund(work: Work, command: RecordRefund) -> int:
    """Post a refund against money in hand and answer its id.

    Each credit is checked for itself; deposits kept on it are let go as far as it is used up.
    """
    demand_side(work, command.side)
    demand_past(work, command.day)
    party = work.get(Party, command.party_id, _("Party"))
    account = work.get(Account, command.account_id, _("Account"))
    _check(work, command, account)
    kind = RateType.SELL if command.side == AR else RateType.BUY
    rate = rate_for(work, kind, account.currency, command.day, manual=command.rate).rate
    refund = work.add(
        Refund(
            number=work.number("refund", command.day),
            side=command.side,
            day=command.day,
            party_id=party.id,
            account_id=account.id,
            currency=account.currency,
            amount=command.amount,
            charge=command.charge,
            rate=rate,
            reason=command.reason.strip(),
            reference=command.reference.strip(),
            owner_id=party.owner_id or work.actor.person_id,
        )
    )
    item = _post(work, refund, account)
    work.keep(Refund, [{"id": refund.id, "item_id": item.id}])
    allocate_items(work, [Allocate(item.id, share.id, share.amount) for share in command.shares])
    for share in command.shares:
        free_earmarks(work, work.session.get_one(Item, share.id), command.day)
    return refund.id


def _check(work: Work, command: RecordRefund, account: Account) -> None:
    """Refuse amounts that the account cannot hold, and credits of another party, side or currency."""
    problems = decimal_problems(
        ("items", command.amount, account.currency),
        ("charge", command.charge, account.currency),
    )
    for share in command.shares:
        credit = work.get(Item, share.id, _("Receipt"))
        if credit.currency != account.currency:
            problems.append(
                Problem(
                    "account",
                    _("{number} is in {currency}; give it back from an account in {currency}.").format(
                        number=credit.number, currency=credit.currency
                    ),
                )
            )
        elif (credit.party_id, credit.side) != (command.party_id, command.side) or credit.amount >= 0:
            problems.append(
                Problem(
                    "items", _("{number} is no money of this partner in hand.").format(number=credit.number)
                )
            )
        elif share.amount > -credit.open_amount:
            problems.append(
                Problem(
                    "items",
                    _("{number} has only {open} open.").format(
                        number=credit.number, open=format_money(-credit.open_amount, credit.currency)
                    ),
                )
            )
    if problems:
        raise Refusal(problems)


def _post(work: Work, refund: Refund, account: Account) -> Item:
    """Post the item of a refund with the bank, its charge, and the account's exchange difference (section 16.6)."""
    value = convert(refund.amount, refund.rate, work.base)
    out = refund.side == AR
    new = NewItem(
        side=refund.side,
        kind="RFD",
        number=refund.number,
        party_id=refund.party_id,
        day=refund.day,
        currency=refund.currency,
        amount=refund.amount,
        rate=refund.rate,
        base_amount=value,
        owner_id=refund.owner_id,
    )
    charge = convert(refund.charge, refund.rate, work.base)
    kept = Row(COST, refund.currency, refund.charge, charge, "BKF", party_id=refund.party_id)
    if out:
        taken = take_out(work, account, refund.day, refund.amount + refund.charge)
        gain = value + charge - taken
        moved, worth = -(refund.amount + refund.charge), -taken
    else:
        gain, moved, worth = ZERO, refund.amount - refund.charge, value - charge
    bank = Row(BANK, refund.currency, moved, worth, "REFUND", account.id, refund.party_id)
    difference = Row(FX, work.base, -gain, -gain, "EXCHANGE")
    source = Source("refund", refund.id, refund.reason[:300])
    return add_item(work, new, "refund", source, (bank, kept, difference))


@dataclass(frozen=True, slots=True)
class ReverseRefund:
    """Take a refund back that was not carried out or entered wrongly, on ``day`` (default today)."""

    refund_id: int
    day: date | None = None
    reason: str = ""


@operation("receipt.write")
def reverse_refund(work: Work, command: ReverseRefund) -> int:
    """Reverse a refund: the money is in hand again. Answers the reversing item's id."""
    refund = work.get(Refund, command.refund_id, _("Refund"))
    demand_side(work, refund.side)
    item = item_to_take_back(work, refund)
    day = command.day or work.today
    (back,) = take_back(work, (item,), day, Source("refund", refund.id, command.reason[:300]), "refund")
    refund.reversed_on = day
    return back.id
