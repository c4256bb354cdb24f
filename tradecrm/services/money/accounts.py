"""Bank, cash and wallet accounts: opening, transfers, exchange, expenses, and their balances (section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.money import convert, currency_problems, decimal_problems, format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType, shown_rate
from tradecrm.core.text import _
from tradecrm.models import Account, AccountExpense, Transfer
from tradecrm.services.figures.holds import available_from
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.ledger import BANK, EQUITY, EXPENSE, FX, Row, Source, post
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.taking_back import demand_past
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)


def demand_cover(work: Work, account: Account, day: date, amount: Decimal) -> None:
    """Refuse an outflow that leaves the account below zero on ``day`` or any later day; warn where it may go.

    What is held on a day cannot be paid with (section 16.19).
    """
    least, held = available_from(work, account.id, day)
    if least < amount and account.allow_negative:
        work.warn(
            _("{account} is overdrawn: {least} after this.").format(
                account=account.name, least=format_money(least - amount, account.currency)
            )
        )
    elif least < amount:
        words = _("{account} holds {least}; {amount} would leave it below zero.")
        if held:
            words = _(
                "{account} has {least} available, {held} of its balance is held; {amount} is more than that."
            )
        raise Refusal.of(
            words.format(
                account=account.name,
                least=format_money(least, account.currency),
                held=format_money(held, account.currency),
                amount=format_money(amount, account.currency),
            ),
            "amount",
        )


def is_evidence(account: Account) -> bool:
    """Tell whether money on an account proves that it was collected: not cash, nor the owner's own (16.20)."""
    return account.kind != "CASH" and account.holder != "owner"


def take_out(work: Work, account: Account, day: date, amount: Decimal) -> Decimal:
    """Check the cover of an outflow and answer the base amount it takes along (moving average, section 4)."""
    return take_out_parts(work, account, day, (amount,))[0]


def take_out_parts(work: Work, account: Account, day: date, amounts: Sequence[Decimal]) -> list[Decimal]:
    """Check the cover of outflows that follow one another and answer the base amount each takes along."""
    demand_cover(work, account, day, sum(amounts, ZERO))
    if account.currency == work.base:
        return list(amounts)
    balance, taken = balance_at(work, account.id, day), []
    for amount in amounts:
        middle = None
        if balance.amount <= 0:
            middle = rate_for(work, RateType.MID, account.currency, day).rate
        base, balance = balance.outflow(amount, work.base, middle)
        taken.append(base)
    return taken


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """A new account in one currency; ``opening_rate`` values a foreign opening balance (None: the MID rate)."""

    name: str
    kind: str
    currency: str
    opened_on: date
    opening_balance: Decimal = ZERO
    opening_rate: Decimal | None = None
    bank: str = ""
    number: str = ""
    swift: str = ""
    bank_address: str = ""
    holder: str = "company"
    allow_negative: bool = False


ACCOUNT_KINDS = ("BANK", "CASH", "WALLET")


def name_problems(name: str) -> list[Problem]:
    """Answer what is wrong with the name of an account by itself."""
    return [] if name.strip() else [Problem("name", _("An account needs a name."))]


def free_name(work: Work, typed: str, *, but: int | None = None) -> str:
    """Answer the name of an account without blanks around it; refused where another than ``but`` has it."""
    name = typed.strip()
    if work.session.scalar(select(Account.id).where(Account.name == name, Account.id != but)) is not None:
        raise Refusal.of(_("There is already an account named {name}.").format(name=name), "name")
    return name


def check_account(command: OpenAccount) -> list[Problem]:
    """Answer what is wrong with a new account."""
    problems = name_problems(command.name)
    if command.kind not in ACCOUNT_KINDS:
        problems.append(Problem("kind", _("Choose bank, cash or wallet.")))
    problems += currency_problems("currency", command.currency) or decimal_problems(
        ("opening_balance", command.opening_balance, command.currency)
    )
    if command.opening_balance < 0 and not command.allow_negative:
        problems.append(Problem("opening_balance", _("The opening balance is below zero.")))
    return problems


@operation("account.write", check=check_account)
def open_account(work: Work, command: OpenAccount) -> int:
    """Open an account and post its opening balance; answers its id."""
    name = free_name(work, command.name)
    account = work.add(
        Account(
            name=name,
            kind=command.kind,
            holder=command.holder,
            bank=command.bank,
            number=command.number,
            swift=command.swift,
            bank_address=command.bank_address,
            currency=command.currency,
            opened_on=command.opened_on,
            allow_negative=command.allow_negative,
        )
    )
    if command.opening_balance != 0:
        demand_past(work, command.opened_on)
        rate = rate_for(
            work, RateType.MID, command.currency, command.opened_on, manual=command.opening_rate
        ).rate
        value = convert(command.opening_balance, rate, work.base)
        rows = (
            Row(BANK, command.currency, command.opening_balance, value, "OPENING", account_id=account.id),
            Row(EQUITY, work.base, -value, -value, "OPENING"),
        )
        post(work, command.opened_on, "opening", Source("account", account.id), rows)
    return account.id


@dataclass(frozen=True, slots=True)
class MakeTransfer:
    """Money from one account to another; both amounts as the bank booked them (equal within one currency).

    ``fee`` is what the bank took for it from the account the money leaves, in that account's currency.
    """

    day: date
    from_account_id: int
    to_account_id: int
    from_amount: Decimal
    to_amount: Decimal
    reference: str = ""
    fee: Decimal = ZERO


def check_transfer(command: MakeTransfer) -> list[Problem]:
    """Answer what is wrong with a transfer."""
    problems = []
    if command.from_account_id == command.to_account_id:
        problems.append(Problem("to_account_id", _("Choose two different accounts.")))
    if command.from_amount <= 0:
        problems.append(Problem("from_amount", _("The amount must be above zero.")))
    if command.to_amount <= 0:
        problems.append(Problem("to_amount", _("The amount must be above zero.")))
    if command.fee < 0:
        problems.append(Problem("fee", _("The fee must not be below zero.")))
    return problems


@operation("account.write", check=check_transfer)
def make_transfer(work: Work, command: MakeTransfer) -> int:
    """Post a transfer, settlement or purchase of exchange with its realized difference; answers its id."""
    demand_past(work, command.day)
    source = work.get(Account, command.from_account_id, _("Account"))
    target = work.get(Account, command.to_account_id, _("Account"))
    same = source.currency == target.currency
    if same and command.from_amount != command.to_amount:
        raise Refusal.of(
            _("Both accounts are in {currency}: the two amounts must be equal.").format(
                currency=source.currency
            ),
            "to_amount",
        )
    _check_decimals(command, source, target)
    taken, fee = take_out_parts(work, source, command.day, (command.from_amount, command.fee))
    received = taken if same else _value_received(work, command, source, target)
    record = work.add(
        Transfer(
            number=work.number("transfer", command.day),
            day=command.day,
            from_account_id=source.id,
            to_account_id=target.id,
            from_amount=command.from_amount,
            to_amount=command.to_amount,
            reference=command.reference,
            owner_id=work.actor.person_id,
        )
    )
    gain = received - taken
    rows = (
        Row(BANK, source.currency, -command.from_amount, -taken, "TRANSFER", account_id=source.id),
        Row(BANK, target.currency, command.to_amount, received, "TRANSFER", account_id=target.id),
        Row(FX, work.base, -gain, -gain, "EXCHANGE"),
        Row(BANK, source.currency, -command.fee, -fee, "FEE", account_id=source.id),
        Row(EXPENSE, work.base, fee, fee, "FEE"),
    )
    post(work, command.day, "transfer", Source("transfer", record.id, record.number), rows)
    return record.id


def _check_decimals(command: MakeTransfer, source: Account, target: Account) -> None:
    """Refuse amounts that an account's currency cannot hold."""
    problems = decimal_problems(
        ("from_amount", command.from_amount, source.currency),
        ("fee", command.fee, source.currency),
        ("to_amount", command.to_amount, target.currency),
    )
    if problems:
        raise Refusal(problems)


def _value_received(work: Work, command: MakeTransfer, source: Account, target: Account) -> Decimal:
    """Answer the base value of what arrives; warns when the bank's rate strays too far from the table (section 4)."""
    if target.currency == work.base:
        foreign, implied = source.currency, command.to_amount / command.from_amount
        received = command.to_amount
    else:
        middle = rate_for(work, RateType.MID, target.currency, command.day).rate
        foreign = target.currency
        received = convert(command.to_amount, middle, work.base)
        if source.currency != work.base:
            return received
        implied = command.from_amount / command.to_amount
        received = command.from_amount
    table = rate_for(work, RateType.MID, foreign, command.day).rate
    most = work.settings.rate_warning
    if abs(implied / table - 1) > most:
        work.warn(
            _("The bank's rate of {implied} is more than {most} % from the table rate of {table}.").format(
                implied=shown_rate(implied), table=shown_rate(table), most=f"{(most * 100).normalize():f}"
            )
        )
    return received


@dataclass(frozen=True, slots=True)
class BookExpense:
    """A fee, interest or other income (positive) or expense (negative) booked straight on an account."""

    day: date
    account_id: int
    category: str
    amount: Decimal
    description: str


EXPENSE_CATEGORIES = ("FEE", "INTEREST", "OFFICE", "SALARY", "TRAVEL", "TAX", "OTHER")


def check_expense(command: BookExpense) -> list[Problem]:
    """Answer what is wrong with an expense."""
    problems = []
    if command.amount == 0:
        problems.append(Problem("amount", _("The amount must not be zero.")))
    if command.category not in EXPENSE_CATEGORIES:
        problems.append(Problem("category", _("Choose a category.")))
    if not command.description.strip():
        problems.append(Problem("description", _("Say what it was for.")))
    return problems


@operation("account.write", check=check_expense)
def book_expense(work: Work, command: BookExpense) -> int:
    """Post an income or expense on an account; answers its id."""
    demand_past(work, command.day)
    account = work.get(Account, command.account_id, _("Account"))
    if command.amount < 0:
        value = -take_out(work, account, command.day, -command.amount)
    else:
        rate = rate_for(work, RateType.MID, account.currency, command.day).rate
        value = convert(command.amount, rate, work.base)
    record = work.add(
        AccountExpense(
            number=work.number("expense", command.day),
            day=command.day,
            account_id=account.id,
            category=command.category,
            amount=command.amount,
            description=command.description.strip(),
            owner_id=work.actor.person_id,
        )
    )
    rows = (
        Row(BANK, account.currency, command.amount, value, command.category, account_id=account.id),
        Row(EXPENSE, work.base, -value, -value, command.category),
    )
    post(work, command.day, "expense", Source("account_expense", record.id, command.description), rows)
    return record.id
