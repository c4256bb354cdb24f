"""Closing lines of a contract short: what is still open will not be shipped, for a reason (section 1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import ContractLine, ContractVersion, SalesContract
from tradecrm.services.figures.quantities import gone_quantities, taken_quantities
from tradecrm.services.trade.contract_followers import contract_changed
from tradecrm.services.trade.contract_text import contract_as_kept, encode_contract
from tradecrm.services.trade.versions import new_version, put_in_force
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
CLOSABLE = frozenset({"effective", "partly_shipped"})


@dataclass(frozen=True, slots=True)
class ShortClose:
    """How much of each line (id, quantity) will not be shipped any more, and why."""

    contract_id: int
    lines: tuple[tuple[int, Decimal], ...]
    reason: str


def check_short_close(command: ShortClose) -> list[Problem]:
    """Answer what is wrong with closing short."""
    problems = []
    if not command.reason.strip():
        problems.append(Problem("reason", _("Say why the rest is not shipped.")))
    if not any(quantity for _line, quantity in command.lines):
        problems.append(Problem("lines", _("Say how much of which line is closed short.")))
    for place, (_line, quantity) in enumerate(command.lines):
        if quantity < 0:
            problems.append(Problem(f"lines.{place}.closing", _("The quantity must not be below zero.")))
    return problems


@operation("contract.write", check=check_short_close)
def short_close(work: Work, command: ShortClose) -> str:
    """Close lines short and answer the contract's state: short-closed when nothing is open any more.

    Raises Refusal for a contract that is not in force, and for more than is open beside what is on shipments.
    The reason is kept as a version of the contract.
    """
    contract = work.get(SalesContract, command.contract_id, _("Contract"))
    if contract.status not in CLOSABLE:
        raise Refusal.of(_("{number} is not in force; nothing of it is open.").format(number=contract.number))
    lines = {
        line.id: line
        for line in work.session.scalars(select(ContractLine).where(ContractLine.contract_id == contract.id))
    }
    taken = taken_quantities(work, list(lines))
    problems = []
    for place, (key, quantity) in enumerate(command.lines):
        line = lines.get(key)
        if line is None:
            problems.append(Problem("lines", _("A line does not belong to this contract any more.")))
            continue
        left = max(ZERO, line.quantity - taken.get(key, ZERO) - line.short_closed)
        if quantity > left:
            words = _("{goods}: only {quantity} are open beside what is on shipments.").format(
                goods=line.item_no or line.description_en, quantity=f"{left.normalize():,f} {line.unit}"
            )
            problems.append(Problem(f"lines.{place}.closing", words))
        line.short_closed += quantity
    if problems:
        raise Refusal(problems)
    gone = gone_quantities(work, contract.id)
    if all(gone.get(line.id, ZERO) + line.short_closed >= line.quantity for line in lines.values()):
        contract.status = "short_closed"
    contract.updated_at = work.now
    contract_changed(work, contract)
    _keep_reason(work, contract, command.reason.strip())
    return contract.status


def _keep_reason(work: Work, contract: SalesContract, reason: str) -> None:
    """Keep why as a version of the contract, so that its history tells it."""
    version = new_version(work, ContractVersion, contract, effective_on=work.today)
    version.reason = _("Closed short: {reason}").format(reason=reason)[:300]
    version.total = contract.total
    version.content = encode_contract(contract_as_kept(work, contract))
    work.add(version)
    put_in_force(work, ContractVersion, contract, version)


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line with what was ordered, what is on shipments or closed short already, and what is open."""

    line_id: int
    goods: str
    unit: str
    ordered: Decimal
    taken: Decimal
    open: Decimal


def open_lines(reader: Reader, contract_id: int) -> tuple[OpenLine, ...]:
    """Answer the lines of a contract, in their order, with what is open of each."""
    lines = reader.session.scalars(
        select(ContractLine).where(ContractLine.contract_id == contract_id).order_by(ContractLine.position)
    ).all()
    taken = taken_quantities(reader, [line.id for line in lines])
    return tuple(
        OpenLine(
            line.id,
            f"{line.item_no}  {line.description_en}".strip(),
            line.unit,
            line.quantity,
            taken.get(line.id, ZERO),
            max(ZERO, line.quantity - taken.get(line.id, ZERO) - line.short_closed),
        )
        for line in lines
    )
