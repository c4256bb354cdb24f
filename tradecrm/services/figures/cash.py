"""Cash projection (现金流预测): what each account will hold, and the first day it falls short (section 3.8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, false, literal, literal_column, null, select

from tradecrm.core.links import Link
from tradecrm.core.plans import Projection, Step, next_period, periods_between, project
from tradecrm.models import Account, AccountHold, Instalment, Item, SalesContract
from tradecrm.models.base import AMOUNT_SCALE, from_scaled, to_scaled
from tradecrm.services.data.lean import lean_rows
from tradecrm.services.data.sums import whole
from tradecrm.services.figures.accounts import account_sums
from tradecrm.services.figures.collection import (
    Timing,
    contract_rows,
    open_conditions,
    open_parts,
)
from tradecrm.services.figures.holds import held_sums
from tradecrm.services.figures.payment_plan import other_rows
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.plan_rows import ZERO, Accounts, PlanOptions, PlanRow, estimated
from tradecrm.services.work import Reader

_CHUNK = 500


Key = tuple[int | None, str, date | None]
"""An account (None: no account), its currency, and a day (None: nobody can tell)."""


class Flow(NamedTuple):
    """Money expected on an account (None: no account) in ``currency`` on a day (None: nobody can tell), signed."""

    account_id: int | None
    currency: str
    day: date | None
    amount: Decimal


class Holder(NamedTuple):
    """Where money is (None: no account): its currency, its balance today, and what of that is held."""

    account_id: int | None
    name: str
    currency: str
    balance: Decimal
    held: Decimal


@dataclass(frozen=True, slots=True)
class Period:
    """A week or month of an account: what comes in and goes out, its balance at the end, and the least in it."""

    first: date
    last: date
    incoming: Decimal
    outgoing: Decimal
    balance: Decimal
    least: Decimal


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """The running cash of an account, or of a currency without one: all amounts in its currency.

    ``held`` is what of the balance cannot be used and is not counted. ``overdue`` is part of the first period;
    ``later`` (after the horizon) and ``undated`` are in none.
    """

    account_id: int | None
    name: str
    currency: str
    held: Decimal
    projection: Projection
    periods: tuple[Period, ...]
    overdue: Decimal
    later: Decimal
    undated: Decimal


@dataclass(frozen=True, slots=True)
class CashOptions:
    """How the projection is made: the plan's options, the step, and whether overdue invoices are still expected."""

    plan: PlanOptions
    step: Step = Step.WEEK
    late_expected: bool = True


def cash_projection(reader: Reader, options: CashOptions) -> tuple[AccountPlan, ...]:
    """Answer ``opening + in − out`` of every account with a balance or with money expected, by currency and name.

    Opening is what is available today: the balance without what is held (section 16.19). What is overdue
    counts today; invoices only where they are still expected.
    """
    reader.actor.demand("account.read")
    accounts = Accounts(reader)
    opening = {key: from_scaled(sums[0]) for key, sums in account_sums(reader, reader.today).items()}
    held = held_sums(reader)
    groups: dict[tuple[int | None, str], list[Flow]] = defaultdict(list)
    for key, balance in opening.items():
        if balance and key in accounts.currencies:
            groups[key, accounts.currencies[key]] = []
    for flow in _flows(reader, options, accounts):
        groups[flow.account_id, flow.currency].append(flow)
    plans = [
        _account(
            reader.today,
            Holder(
                key,
                accounts.names.get(key or 0, ""),
                code,
                opening.get(key or 0, ZERO),
                held.get(key or 0, ZERO),
            ),
            own,
            options,
        )
        for (key, code), own in groups.items()
    ]
    return tuple(sorted(plans, key=lambda plan: (plan.currency, plan.account_id is None, plan.name)))


def holds_back(reader: Reader, options: PlanOptions) -> list[PlanRow]:
    """Answer held money of accounts as it is expected back: on its day; without one, or past it, nobody can tell.

    Past its day it does not count by itself: the money is available when someone says that it was released.
    """
    if options.party_id is not None:
        return []
    rows = reader.session.execute(
        select(AccountHold, Account.currency)
        .join(Account, Account.id == AccountHold.account_id)
        .where(AccountHold.released_on.is_(None))
        .order_by(AccountHold.id)
    )
    return [
        PlanRow(
            "hold",
            hold.reason,
            None,
            currency,
            hold.amount,
            None,
            estimated(hold.expected_on if hold.expected_on and hold.expected_on >= reader.today else None),
            hold.account_id,
            Link.to("account_hold", id=hold.id),
        )
        for hold, currency in rows
        if options.currency in (None, currency)
    ]


def _account(today: date, of: Holder, flows: Sequence[Flow], options: CashOptions) -> AccountPlan:
    until = options.plan.until
    dated = [(flow.day, flow.amount) for flow in flows if flow.day is not None and flow.day <= until]
    projection = project(of.balance - of.held, today, dated)
    return AccountPlan(
        of.account_id,
        of.name,
        of.currency,
        of.held,
        projection,
        tuple(_periods(projection, today, until, options.step)),
        sum((amount for day, amount in dated if day < today), ZERO),
        sum((flow.amount for flow in flows if flow.day is not None and flow.day > until), ZERO),
        sum((flow.amount for flow in flows if flow.day is None), ZERO),
    )


def _periods(projection: Projection, today: date, until: date, step: Step) -> Iterator[Period]:
    """Yield the periods from today to the horizon; the first begins today."""
    balance = projection.opening
    days = list(projection.days)
    for start in periods_between(today, until, step):
        after = next_period(start, step)
        own = [each for each in days if start <= each.day < after]
        incoming = sum((each.incoming for each in own), ZERO)
        outgoing = sum((each.outgoing for each in own), ZERO)
        least = min([balance, *(each.balance for each in own)])
        balance += incoming - outgoing
        last = min(after - timedelta(days=1), until)
        yield Period(max(start, today), last, incoming, outgoing, balance, least)


def _flows(reader: Reader, options: CashOptions, accounts: Accounts) -> Iterator[Flow]:
    """Yield everything expected, open invoices and bills added up by the store."""
    today, plan = reader.today, options.plan
    for flow in open_flows(reader, "AR", plan, accounts):
        if options.late_expected or flow.day is None or flow.day >= today:
            yield flow
    yield from open_flows(reader, "AP", plan, accounts)
    others = (*contract_rows(reader, plan, accounts), *other_rows(reader, plan, accounts))
    for row in (*others, *holds_back(reader, plan)):
        yield Flow(row.account_id, row.currency, row.day, row.amount)


def open_flows(reader: Reader, side: str, options: PlanOptions, accounts: Accounts) -> Iterator[Flow]:
    """Yield what is open of invoices or bills, added up by currency, account and expected day.

    The store adds up by due day, from one index where no contract names an unusual account; instalments that were
    promised, or that wait for an event, are then looked at one by one and moved to their day.
    """
    timing = Timing(reader, side, options)
    sums: dict[Key, int] = defaultdict(int)
    named = side == "AR" and _names_accounts(reader, accounts)
    for currency, due_on, party_id, account, amount in _sums(reader, side, options, timing, named=named):
        day = timing.after_delay(party_id, currency, due_on) if timing.delays else due_on
        sums[accounts.of(currency, account), currency, day] += amount
    for key, amount in _moves(reader, side, options, accounts, timing):
        sums[key] += amount
    sign = 1 if side == "AR" else -1
    for (account, currency, day), amount in sums.items():
        if amount:
            yield Flow(account, currency, day, from_scaled(sign * amount))


def _moves(
    reader: Reader, side: str, options: PlanOptions, accounts: Accounts, timing: Timing
) -> Iterator[tuple[Key, int]]:
    """Yield what waits for an event, and what is taken from its due day and put on the day it was promised for."""
    for row in reader.session.execute(open_parts(side, options).where(Instalment.due_on.is_(None))):
        account = accounts.of(row.currency, row.bank_account_id)
        yield (account, row.currency, timing.expected(row).day), to_scaled(row.open_amount, AMOUNT_SCALE)
    promised = [key for key, day in timing.promises.items() if day is not None]
    for start in range(0, len(promised), _CHUNK):
        chunk = Instalment.id.in_(promised[start : start + _CHUNK])
        dated = open_parts(side, options).where(chunk, Instalment.due_on.is_not(None))
        for row in reader.session.execute(dated):
            account, amount = (
                accounts.of(row.currency, row.bank_account_id),
                to_scaled(row.open_amount, AMOUNT_SCALE),
            )
            due = timing.after_delay(row.party_id, row.currency, row.due_on)
            yield (account, row.currency, due), -amount
            yield (account, row.currency, timing.promises[row.id]), amount


def _names_accounts(reader: Reader, accounts: Accounts) -> bool:
    """Tell whether a contract names an account that money of its currency would not go to anyway."""
    rows = reader.session.execute(
        select(SalesContract.currency, SalesContract.bank_account_id)
        .where(SalesContract.bank_account_id.is_not(None))
        .distinct()
    )
    return any(accounts.of(currency, named) != accounts.of(currency) for currency, named in rows)


def _sums(
    reader: Reader, side: str, options: PlanOptions, timing: Timing, *, named: bool
) -> Iterable[tuple[Any, ...]]:
    """Answer (currency, due day, party, account of the contract, scaled sum); party only where delays differ."""
    if _everything(reader, options) and not timing.delays and not named:
        found = lean_rows(reader, _all_sums, values={"side": side})
        return [(code, date.fromisoformat(due), 0, None, amount) for code, due, amount in found]
    part = Instalment
    party: Any = part.party_id if timing.delays else literal(0, Integer)
    account: Any = SalesContract.bank_account_id if named else null()
    keys: list[Any] = [part.currency, part.due_on]
    if timing.delays:
        keys.append(part.party_id)
    if named:
        keys.append(SalesContract.bank_account_id)
    statement = (
        select(part.currency, part.due_on, party, account, whole(part.open_amount))
        .where(*open_conditions(side, options), part.due_on.is_not(None))
        .group_by(*keys)
    )
    if named:
        statement = statement.join(Item, Item.id == part.item_id).outerjoin(
            SalesContract, SalesContract.id == Item.contract_id
        )
    return reader.session.execute(statement)


def _everything(reader: Reader, options: PlanOptions) -> bool:
    """Tell whether the plan is of everyone, for someone who sees everyone."""
    return reader.actor.owners is None and options.party_id is None and options.currency is None


def _all_sums() -> Any:
    """Select the open debits of a side by currency and due day, from their index alone."""
    part = plain(Instalment)
    return (
        select(part.currency, part.due_on, whole(part.open_amount))
        .where(
            part.side == bindparam("side"),
            part.is_credit == false(),
            part.open_amount != literal_column("0"),
            part.due_on.is_not(None),
        )
        .group_by(part.currency, part.due_on)
    )
