"""Money held on an account (平台冻结款, 保证金): noted and released; its balance never changes (section 16.19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.errors import Conflict
from tradecrm.core.money import decimal_problems, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, AccountHold
from tradecrm.services.figures.holds import available_from
from tradecrm.services.work import Reader, Work, operation


@dataclass(frozen=True, slots=True)
class HoldMoney:
    """Money of an account that cannot be used from ``day`` on, in its currency, and when it should come free."""

    account_id: int
    day: date
    amount: Decimal
    reason: str
    expected_on: date | None = None


def check_hold(command: HoldMoney) -> list[Problem]:
    """Answer what is wrong with a hold."""
    problems = []
    if command.amount <= 0:
        problems.append(Problem("amount", _("The amount must be above zero.")))
    if not command.reason.strip():
        problems.append(Problem("reason", _("Say why the money is held.")))
    if command.expected_on is not None and command.expected_on < command.day:
        problems.append(Problem("expected_on", _("It cannot come free before it is held.")))
    return problems


@operation("account.write", check=check_hold)
def hold_money(work: Work, command: HoldMoney) -> int:
    """Note that money of an account is held; answers the hold's id. Refused above what is available then and since."""
    account = work.get(Account, command.account_id, _("Account"))
    if too_fine := decimal_problems(("amount", command.amount, account.currency)):
        raise Refusal(too_fine)
    _refuse_other_days(work, account.opened_on, command.day)
    least = available_from(work, account.id, command.day).amount
    if command.amount > least:
        raise Refusal.of(
            _("{account} has {least} available from {day} on; {amount} cannot be held of it.").format(
                account=account.name,
                least=format_money(least, account.currency),
                day=command.day,
                amount=format_money(command.amount, account.currency),
            ),
            "amount",
        )
    hold = AccountHold(
        account_id=account.id,
        day=command.day,
        amount=command.amount,
        reason=command.reason.strip()[:300],
        expected_on=command.expected_on,
    )
    return work.add(hold).id


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """Held money is available again from ``day`` on (None: today)."""

    hold_id: int
    day: date | None = None
    version: int | None = None


@operation("account.write")
def release_hold(work: Work, command: ReleaseHold) -> int:
    """Note that held money came free; answers the hold's id. Refused twice, and for a day before it or to come."""
    hold = work.get(AccountHold, command.hold_id, _("Held money"))
    day = command.day or work.today
    if hold.released_on is not None:
        raise Refusal.of(_("This money came free on {day} already.").format(day=hold.released_on))
    if command.version is not None and hold.version != command.version:
        raise Conflict(_("Someone else changed it meanwhile. Nothing was saved."))
    _refuse_other_days(work, hold.day, day)
    hold.released_on = day
    hold.updated_at = work.now
    return hold.id


def _refuse_other_days(work: Work, first: date, day: date) -> None:
    if not first <= day <= work.today:
        raise Refusal.of(_("Choose a day from {first} until today.").format(first=first), "day")


@dataclass(frozen=True, slots=True)
class HoldCard:
    """Held money as its page and its account's show it."""

    id: int
    version: int
    account_id: int
    account: str
    currency: str
    day: date
    amount: Decimal
    reason: str
    expected_on: date | None
    released_on: date | None


def hold_card(reader: Reader, hold_id: int) -> HoldCard:
    """Answer one hold; raises NotFound."""
    reader.actor.demand("account.read")
    hold = reader.get(AccountHold, hold_id, _("Held money"))
    return _card(hold, reader.get(Account, hold.account_id, _("Account")))


def holds_of(reader: Reader, account_id: int) -> Sequence[HoldCard]:
    """Answer the holds of an account: those that stand by their day, then the last that came free."""
    reader.actor.demand("account.read")
    account = reader.get(Account, account_id, _("Account"))
    rows = reader.session.scalars(
        select(AccountHold)
        .where(AccountHold.account_id == account.id)
        .order_by(AccountHold.day, AccountHold.id)
    ).all()
    standing = [_card(row, account) for row in rows if row.released_on is None]
    free = [_card(row, account) for row in rows if row.released_on is not None]
    return [*standing, *reversed(free[-_SHOWN:])]


_SHOWN = 5
"""So many of the holds that came free stand beside an account."""


def _card(hold: AccountHold, account: Account) -> HoldCard:
    return HoldCard(
        hold.id,
        hold.version,
        account.id,
        account.name,
        account.currency,
        hold.day,
        hold.amount,
        hold.reason,
        hold.expected_on,
        hold.released_on,
    )
