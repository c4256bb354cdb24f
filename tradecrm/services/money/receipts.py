"""Money from customers: receipts with bank charges, earmarks and allocations (domain.md sections 3.1 to 3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.money import convert, decimal_problems
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import Account, Allocation, Earmark, Item, Party, Receipt, SalesContract
from tradecrm.services.data.search_own import write_new_terms
from tradecrm.services.figures.debtors import debtor
from tradecrm.services.money.accounts import is_evidence
from tradecrm.services.money.allocations import Allocate, allocate_items, unallocate_row
from tradecrm.services.money.bank_kept import (
    bearers,
    kept_parts,
    take_back_cost_lines,
    write_cost_lines,
)
from tradecrm.services.money.earmarks import drop_earmarks
from tradecrm.services.money.ledger import (
    AR,
    BANK,
    NewItem,
    Row,
    Source,
    add_item,
    demand_rows_cover,
)
from tradecrm.services.money.payers import is_third_party, learn_payer
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.reconciling import demand_not_reconciled
from tradecrm.services.money.taking_back import other_rows
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the money for one invoice (``id`` an item) or one contract (``id`` a contract)."""

    id: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RecordReceipt:
    """Money from a customer on an account: ``gross`` is what the customer sent, ``charge`` what banks kept.

    ``interest`` is what a bank that bought the bill for good kept besides (贴现息, section 16.18). ``rate`` None takes
    the bank buying rate of the day. ``earmarks`` keep money for contracts (deposits), ``allocations`` settle
    invoices now; what is neither stays unapplied.
    """

    day: date
    party_id: int
    account_id: int
    gross: Decimal
    charge: Decimal = ZERO
    rate: Decimal | None = None
    earmarks: tuple[Share, ...] = ()
    allocations: tuple[Share, ...] = ()
    payer: str = ""
    reference: str = ""
    interest: Decimal = ZERO


def check_receipt(command: RecordReceipt) -> list[Problem]:
    """Answer what is wrong with a receipt."""
    problems = []
    if command.gross <= 0:
        problems.append(Problem("gross", _("The amount received must be above zero.")))
    if command.charge < 0 or command.charge >= command.gross > 0:
        problems.append(Problem("charge", _("The bank charge must be less than the amount.")))
    elif command.interest < 0 or command.charge + command.interest >= command.gross > 0:
        problems.append(Problem("interest", _("Charge and interest together must be less than the amount.")))
    if command.rate is not None and command.rate <= 0:
        problems.append(Problem("rate", _("The rate must be above zero.")))
    shares = (*command.earmarks, *command.allocations)
    if any(share.amount <= 0 for share in shares):
        problems.append(Problem("allocations", _("Each part must be above zero.")))
    used = sum((share.amount for share in shares), ZERO)
    if used > command.gross:
        problems.append(
            Problem(
                "allocations",
                _("The parts add up to {used}, more than the {gross} received.").format(
                    used=used, gross=command.gross
                ),
            )
        )
    return problems


@operation("receipt.write", check=check_receipt)
def record_receipt(work: Work, command: RecordReceipt) -> int:
    """Post a receipt, earmark and allocate it; answers its id."""
    party: Any = work.look(Party, command.party_id, _("Customer"))
    account: Any = work.look(Account, command.account_id, _("Account"))
    _check_amounts(work, command, account)
    _warn_without_evidence(work, account)
    rate = rate_for(work, RateType.BUY, account.currency, command.day, manual=command.rate).rate
    value = convert(command.gross, rate, work.base)
    receipt = work.add(
        Receipt(
            number=work.number("receipt", command.day),
            day=command.day,
            party_id=party.id,
            account_id=account.id,
            currency=account.currency,
            gross=command.gross,
            charge=command.charge,
            interest=command.interest,
            rate=rate,
            payer=command.payer,
            third_party=is_third_party(command.payer, (party.name, party.name_local)),
            reference=command.reference,
            owner_id=party.owner_id,
        )
    )
    new = NewItem(
        side=AR,
        kind="RCT",
        number=receipt.number,
        party_id=party.id,
        day=command.day,
        currency=account.currency,
        amount=-command.gross,
        rate=rate,
        base_amount=-value,
        owner_id=party.owner_id,
    )
    item = add_item(
        work,
        new,
        "receipt",
        Source("receipt", receipt.id, receipt.number),
        _split(work, command, receipt, value),
    )
    work.keep(Receipt, [{"id": receipt.id, "item_id": item.id}])
    _use(work, command, item)
    if receipt.third_party:
        learn_payer(work, work.get(Party, party.id, _("Customer")), command.payer)
    write_new_terms(work, "receipt", receipt)
    return receipt.id


def _split(work: Work, command: RecordReceipt, receipt: Receipt, value: Decimal) -> tuple[Row, ...]:
    """Answer where a receipt went: the account has what the bank did not keep, costs bear the rest.

    Shipments among them get their cost lines.
    """
    kept, parts = receipt.charge + receipt.interest, []
    if kept:
        settled = [(share.id, share.amount) for share in command.allocations]
        bearing = bearers(work, settled, [share.id for share in command.earmarks])
        parts = kept_parts(work, receipt, bearing)
        write_cost_lines(work, receipt, parts)
    kept_value = sum((part.base_amount for part in parts), ZERO)
    bank = Row(
        BANK,
        receipt.currency,
        receipt.gross - kept,
        value - kept_value,
        "RECEIPT",
        receipt.account_id,
        receipt.party_id,
    )
    return (bank, *(part.row(receipt) for part in parts))


def _warn_without_evidence(work: Work, account: Account) -> None:
    """Say that foreign money on such an account does not prove yet that it was collected (section 16.20)."""
    if account.currency != work.base and not is_evidence(account):
        work.warn(
            _(
                "{account} is cash or the owner's: no evidence of collection until it reaches the company's bank."
            ).format(account=account.name)
        )


def _check_amounts(work: Work, command: RecordReceipt, account: Account) -> None:
    """Refuse amounts that the account's currency cannot hold, and a day that has not come yet."""
    problems = decimal_problems(
        ("gross", command.gross, account.currency),
        ("charge", command.charge, account.currency),
        ("interest", command.interest, account.currency),
        *(("earmarks", share.amount, account.currency) for share in command.earmarks),
    )
    if command.day > work.today:
        problems.append(
            Problem("day", _("A receipt cannot be dated after today; money expected later is a plan."))
        )
    if problems:
        raise Refusal(problems)


def _use(work: Work, command: RecordReceipt, item: Item) -> None:
    """Earmark the money for contracts and allocate it to invoices, each checked for itself."""
    for share in command.earmarks:
        contract = work.get(SalesContract, share.id, _("Contract"))
        if debtor(contract) != item.party_id or contract.currency != item.currency:
            raise Refusal.of(
                _("{number} is another customer's or in another currency.").format(number=contract.number),
                "earmarks",
            )
        work.add(Earmark(item_id=item.id, contract_id=contract.id, day=item.day, amount=share.amount))
    allocate_items(work, [Allocate(share.id, item.id, share.amount) for share in command.allocations])


@dataclass(frozen=True, slots=True)
class ReverseReceipt:
    """Take a receipt back that bounced or was entered wrongly, on ``day`` (default today)."""

    receipt_id: int
    day: date | None = None
    reason: str = ""


@operation("receipt.write")
def reverse_receipt(work: Work, command: ReverseReceipt) -> int:
    """Reverse a receipt: its allocations, then an item of its own against it, all on one day (section 16.7).

    Answers the id of the reversing item.
    """
    receipt = work.get(Receipt, command.receipt_id, _("Receipt"))
    if receipt.reversed_on is not None:
        raise Refusal.of(_("{number} has been reversed already.").format(number=receipt.number))
    day = command.day or work.today
    item = work.session.get_one(Item, receipt.item_id)
    demand_not_reconciled(work, item.posting_id, day)
    for row_id in _standing(work, item.id):
        unallocate_row(work, row_id, day)
    drop_earmarks(work, item, day)
    back = _post_back(work, receipt, item, day, command.reason)
    allocate_items(work, (Allocate(back.id, item.id, receipt.gross, day=day),))
    receipt.reversed_on = day
    return back.id


def _post_back(work: Work, receipt: Receipt, item: Item, day: date, reason: str) -> Item:
    """Post the item that takes a receipt back: the bank, what it kept, and the shipments' cost lines with it."""
    take_back_cost_lines(work, receipt)
    against = other_rows(work, item.posting_id, (item,))
    demand_rows_cover(work, day, against)
    new = NewItem(
        side=AR,
        kind="RFD",
        number=f"{receipt.number}-R",
        party_id=item.party_id,
        day=day,
        currency=item.currency,
        amount=receipt.gross,
        rate=receipt.rate,
        base_amount=-item.base_amount,
        owner_id=item.owner_id,
        reverses_id=item.id,
    )
    return add_item(
        work,
        new,
        "receipt",
        Source("receipt", receipt.id, reason),
        against,
    )


def _standing(work: Work, item_id: int) -> Sequence[int]:
    """Answer the ids of a credit item's allocations that were not taken back."""
    undone = select(Allocation.reverses_id).where(Allocation.reverses_id.is_not(None))
    return work.session.scalars(
        select(Allocation.id).where(
            Allocation.credit_item_id == item_id,
            Allocation.reverses_id.is_(None),
            Allocation.id.not_in(undone),
        )
    ).all()
