"""Customer credit at work: its terms, and the checks at quotation, contract, loading and release (section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.credit import CreditAnswer, check_credit, contract_backlog
from tradecrm.core.errors import Conflict, RateMissing
from tradecrm.core.money import currency_problems, decimal_problems
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import CreditTerms, Party, SalesContract, Shipment
from tradecrm.services.figures.debtors import debtor
from tradecrm.services.figures.deposits import deposit_left
from tradecrm.services.figures.exposure import (
    CreditState,
    Sums,
    credit_state,
    in_currency,
    loaded_values,
    open_values,
)
from tradecrm.services.figures.quantities import amounts_on_board
from tradecrm.services.trade.agency import owing_party
from tradecrm.services.trade.deposit_shares import deposit_expected
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SaveCreditTerms:
    """The credit of a customer; ``limit`` None is not checked, 0 prepayment only, shares are fractions."""

    party_id: int
    limit: Decimal | None
    currency: str = "USD"
    valid_from: date | None = None
    valid_until: date | None = None
    max_overdue_days: int = 15
    hold: bool = False
    hold_reason: str = ""
    cover_amount: Decimal = ZERO
    cover_share: Decimal = ZERO
    group_id: int | None = None
    version: int | None = None


def check_terms(command: SaveCreditTerms) -> list[Problem]:
    """Answer what is wrong with the terms, each at its field."""
    problems = currency_problems("currency", command.currency)
    if command.limit is not None and not problems:
        problems += decimal_problems(("limit", command.limit, command.currency))
    if command.limit is not None and command.limit < 0:
        problems.append(Problem("limit", _("A limit is not below zero; leave it empty for no limit.")))
    if command.valid_from and command.valid_until and command.valid_until < command.valid_from:
        problems.append(Problem("valid_until", _("The limit cannot end before it begins.")))
    if not 0 <= command.max_overdue_days <= 3650:
        problems.append(Problem("max_overdue_days", _("The days overdue are a number from 0 to 3650.")))
    if command.hold and not command.hold_reason.strip():
        problems.append(Problem("hold_reason", _("Say why the customer is on hold.")))
    if command.cover_amount < 0 or not 0 <= command.cover_share <= 1:
        problems.append(Problem("cover_share", _("The covered share is from 0 to 100 %.")))
    if command.group_id == command.party_id:
        problems.append(Problem("group_id", _("A customer cannot be its own parent.")))
    return problems


@operation("credit.write", check=check_terms)
def save_credit_terms(work: Work, command: SaveCreditTerms) -> int:
    """Write the credit of a customer; answers the id of the terms. What was loaded before stays loaded."""
    party = work.get(Party, command.party_id, _("Customer"))
    row = work.session.scalars(select(CreditTerms).where(CreditTerms.party_id == party.id)).one_or_none()
    if row is None:
        row = CreditTerms(party_id=party.id, owner_id=party.owner_id)
    elif row.version != command.version:
        raise Conflict(
            _("The credit of {name} was changed by someone else meanwhile. Nothing was saved.").format(
                name=party.name
            )
        )
    _check_group(work, command, party)
    for name in _FIELDS:
        setattr(row, name, getattr(command, name))
    row.approved_by_id = work.actor.person_id
    row.updated_at = work.now
    return work.add(row).id


_FIELDS = (
    "limit",
    "currency",
    "valid_from",
    "valid_until",
    "max_overdue_days",
    "hold",
    "hold_reason",
    "cover_amount",
    "cover_share",
    "group_id",
)


def _check_group(work: Work, command: SaveCreditTerms, party: Party) -> None:
    """Refuse a parent without a limit of its own, and a chain of parents."""
    if command.group_id is None:
        return
    parent = work.session.scalars(
        select(CreditTerms).where(CreditTerms.party_id == command.group_id)
    ).one_or_none()
    if parent is None or parent.group_id is not None:
        raise Refusal.of(
            _("Choose a parent that has a limit of its own; {name} cannot share another one's.").format(
                name=party.name
            ),
            "group_id",
        )
    if work.session.scalar(select(CreditTerms.id).where(CreditTerms.group_id == party.id).limit(1)):
        raise Refusal.of(_("{name} is a parent itself.").format(name=party.name), "group_id")


def answer_credit(reader: Reader, customer_id: int, added: Decimal, currency: str) -> CreditAnswer | None:
    """Answer what credit says to ``added`` more in ``currency``, None where credit is off or none is kept."""
    if not reader.settings.credit_check:
        return None
    state = credit_state(reader, customer_id)
    return None if state is None else _judge(reader, state, {currency: added})


def _judge(reader: Reader, state: CreditState, added: Sums) -> CreditAnswer:
    """Check a state; a rate that is missing stops, with its reason (section 5)."""
    missing = state.missing
    more = ZERO
    if not missing and state.exposure is not None:
        try:
            more = in_currency(reader, added, state.rule.currency)
        except RateMissing as error:
            missing = str(error)
    answer = check_credit(
        state.rule,
        None if missing else state.exposure,
        more,
        today=reader.today,
        overdue_days=state.overdue_days,
        warn_at=reader.settings.credit_warn,
    )
    return replace(answer, stops=(*answer.stops, missing)) if missing else answer


def credit_warning(reader: Reader, customer_id: int, amount: Decimal, currency: str) -> tuple[str, ...]:
    """Answer the sentences that warn when ``amount`` is quoted to a customer: nothing is stopped yet (section 5)."""
    answer = answer_credit(reader, customer_id, amount, currency)
    return () if answer is None else (*answer.stops, *answer.warnings)


def contract_credit(reader: Reader, contract_id: int, more: Decimal = ZERO) -> CreditAnswer | None:
    """Answer what credit says to a contract taking effect: its total and ``more``, less the deposit received for it."""
    contract = reader.get(SalesContract, contract_id, _("Contract"))
    added = contract_backlog(contract.total + more, deposit_left(reader, contract.id, reader.today))
    return answer_credit(reader, debtor(contract), added, contract.currency)


def shipment_credit(
    reader: Reader, shipment: Shipment, contracts: Sequence[SalesContract], more: Decimal = ZERO
) -> CreditAnswer | None:
    """Answer what credit says to a shipment being loaded, with goods of ``contracts`` and ``more`` than planned.

    Added is its invoice less the deposit it takes, less the backlog that it releases: what was counted as an
    order is not counted again (section 5, check 2). The deposit is what its invoice will take by the contract's
    policy: one that waits for the last shipment covers nothing of the first.
    """
    if not reader.settings.credit_check:
        return None
    state = credit_state(reader, owing_party(shipment, contracts))
    if state is None:
        return None
    added = more
    amounts = amounts_on_board(reader, shipment, contracts)
    for contract in contracts:
        amount = amounts[contract.id]
        taken = deposit_expected(reader, shipment, contract, amount, reader.today)
        added += amount - taken - _released(reader, contract.id, amount, taken)
    sums = {} if reader.settings.credit_backlog else loaded_values(reader, state.members, shipment.id)
    sums[shipment.currency] = sums.get(shipment.currency, ZERO) + added
    return _judge(reader, state, sums)


def _released(reader: Reader, contract_id: int, amount: Decimal, taken: Decimal) -> Decimal:
    """Answer by how much the backlog shrinks when ``amount`` of a contract is invoiced, ``taken`` of its deposit."""
    if not reader.settings.credit_backlog:
        return ZERO
    value = open_values(reader, [contract_id]).get(contract_id, ZERO)
    deposit = deposit_left(reader, contract_id, reader.today)
    before = contract_backlog(value, deposit)
    after = contract_backlog(max(ZERO, value - amount), deposit - taken)
    return before - after


@dataclass(frozen=True, slots=True)
class CreditCard:
    """The credit of a customer as its panel shows it; ``terms`` None when none is kept."""

    terms: SaveCreditTerms | None
    state: CreditState | None
    answer: CreditAnswer | None
    group: str = ""


def credit_card(reader: Reader, customer_id: int) -> CreditCard:
    """Answer terms, exposure and what stands against more, for a customer the person may see."""
    reader.get(Party, customer_id, _("Customer"))
    row = reader.session.scalars(select(CreditTerms).where(CreditTerms.party_id == customer_id)).one_or_none()
    if row is None:
        return CreditCard(None, None, None)
    terms = SaveCreditTerms(
        customer_id, **{name: getattr(row, name) for name in _FIELDS}, version=row.version
    )
    state = credit_state(reader, customer_id)
    answer = None if state is None else _judge(reader, state, {})
    group = None
    if row.group_id is not None:
        group = reader.session.scalar(select(Party.name).where(Party.id == row.group_id))
    return CreditCard(terms, state, answer, group or "")
