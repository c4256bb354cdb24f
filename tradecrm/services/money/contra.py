"""What a party owes the firm set against what the firm owes it (对冲): the only way the sides meet (3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.money import convert, format_money, round_to
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import Contra, Item, Party
from tradecrm.services.money.allocations import Allocate, allocate_items
from tradecrm.services.money.ledger import AP, AR, NewItem, Source, add_items
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.receipts import Share
from tradecrm.services.money.taking_back import demand_past, keep_paid_marks, take_back
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)
_RATE_DECIMALS = 10


@dataclass(frozen=True, slots=True)
class RecordContra:
    """Open invoices of a party set against open bills of the same party; amounts in the currencies of the items.

    Within one currency both sides add up to the same; else both are agreed and the rate follows. ``rate`` values
    the receivable side in base money (None: the middle rate of the day; a side in base money decides itself).
    """

    day: date
    party_id: int
    receivables: tuple[Share, ...]
    payables: tuple[Share, ...]
    reason: str
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a contra: its items' currency, what is settled, at which rate, and what that is in base."""

    currency: str
    amount: Decimal
    rate: Decimal = ZERO
    base_amount: Decimal = ZERO


def check_contra(command: RecordContra) -> Sequence[Problem]:
    """Answer what is wrong with a contra entry."""
    problems = []
    shares = (*command.receivables, *command.payables)
    if not command.receivables or not command.payables or any(share.amount <= 0 for share in shares):
        problems.append(
            Problem("receivables", _("Enter what is settled of an invoice, and what of a bill, above zero."))
        )
    if not command.reason.strip():
        problems.append(Problem("reason", _("Say what was agreed with the partner.")))
    if command.rate is not None and command.rate <= 0:
        problems.append(Problem("rate", _("The rate must be above zero.")))
    return problems


@operation("payment.write", check=check_contra)
def record_contra(work: Work, command: RecordContra) -> int:
    """Post both sides in one posting and settle the invoices and bills with them; answers the contra's id."""
    work.actor.demand("receipt.write")
    demand_past(work, command.day)
    party = work.get(Party, command.party_id, _("Party"))
    receivable = _side(work, command, command.receivables, AR)
    payable = _side(work, command, command.payables, AP)
    receivable, payable = _valued(work, command, receivable, payable)
    contra = work.add(
        Contra(
            number=work.number("contra", command.day),
            day=command.day,
            party_id=party.id,
            receivable_currency=receivable.currency,
            receivable_amount=receivable.amount,
            payable_currency=payable.currency,
            payable_amount=payable.amount,
            base_amount=receivable.base_amount,
            reason=command.reason.strip(),
            owner_id=party.owner_id or work.actor.person_id,
        )
    )
    news = [_item(contra, AR, receivable), _item(contra, AP, payable)]
    source = Source("contra", contra.id, contra.reason[:300])
    credit, debit = add_items(work, news, "contra", source)
    contra.receivable_item_id, contra.payable_item_id = credit.id, debit.id
    allocate_items(
        work,
        [Allocate(share.id, credit.id, share.amount) for share in command.receivables]
        + [Allocate(share.id, debit.id, share.amount) for share in command.payables],
    )
    keep_paid_marks(work, {share.id for share in command.payables})
    return contra.id


def _side(work: Work, command: RecordContra, shares: Sequence[Share], side: str) -> _Side:
    """Answer what one side settles; Refusal for an item of another party, side, currency, or open for less."""
    currency = ""
    for share in shares:
        item = work.get(Item, share.id, _("Invoice"))
        if item.party_id != command.party_id or item.side != side or item.amount <= 0:
            raise Refusal.of(
                _("{number} is not an open paper of this partner on that side.").format(number=item.number),
                "receivables" if side == AR else "payables",
            )
        if share.amount > item.open_amount:
            raise Refusal.of(
                _("{number} has only {open} open.").format(
                    number=item.number, open=format_money(item.open_amount, item.currency)
                ),
                "receivables" if side == AR else "payables",
            )
        if currency not in ("", item.currency):
            raise Refusal.of(_("All papers of one side must be in one currency."), "receivables")
        currency = item.currency
    return _Side(currency, sum((share.amount for share in shares), ZERO))


def _valued(work: Work, command: RecordContra, receivable: _Side, payable: _Side) -> tuple[_Side, _Side]:
    """Answer both sides with one base value: of the side in base money, else of the receivable at its rate."""
    if receivable.currency == payable.currency and receivable.amount != payable.amount:
        raise Refusal.of(
            _("{receivable} cannot be set against {payable}: within one currency both must be equal.").format(
                receivable=format_money(receivable.amount, receivable.currency),
                payable=format_money(payable.amount, payable.currency),
            ),
            "payables",
        )
    if payable.currency == work.base:
        base = payable.amount
    else:
        rate = rate_for(work, RateType.MID, receivable.currency, command.day, manual=command.rate).rate
        base = convert(receivable.amount, rate, work.base)
    return _at(receivable, base), _at(payable, base)


def _at(side: _Side, base: Decimal) -> _Side:
    return _Side(side.currency, side.amount, round_to(base / side.amount, _RATE_DECIMALS), base)


def _item(contra: Contra, side: str, part: _Side) -> NewItem:
    """Answer the item that settles one side: a credit for either."""
    return NewItem(
        side=side,
        kind="CTR",
        number=contra.number,
        party_id=contra.party_id,
        day=contra.day,
        currency=part.currency,
        amount=-part.amount,
        rate=part.rate,
        base_amount=-part.base_amount,
        owner_id=contra.owner_id,
    )


@dataclass(frozen=True, slots=True)
class ReverseContra:
    """Take a contra entry back on ``day`` (default today); invoices and bills are open again."""

    contra_id: int
    day: date | None = None
    reason: str = ""


@operation("payment.write")
def reverse_contra(work: Work, command: ReverseContra) -> int:
    """Reverse both sides of a contra entry in one posting; answers the id of the reversing receivable item."""
    work.actor.demand("receipt.write")
    contra = work.get(Contra, command.contra_id, _("Contra entry"))
    if contra.reversed_on is not None:
        raise Refusal.of(_("{number} has been reversed already.").format(number=contra.number))
    day = command.day or work.today
    items = [work.session.get_one(Item, key) for key in (contra.receivable_item_id, contra.payable_item_id)]
    backs = take_back(work, items, day, Source("contra", contra.id, command.reason[:300]), "contra")
    contra.reversed_on = day
    return backs[0].id
