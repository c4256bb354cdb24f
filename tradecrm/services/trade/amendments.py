"""Amending a contract in force: a new version, approved where a protected field changed (domain.md section 1.3).

The old version stays in force until then. What is on shipments cannot be amended away; those still planned
take the new prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.credit import CreditAnswer
from tradecrm.core.money import format_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.models import ContractLine, ContractVersion, SalesContract
from tradecrm.services.control.approval_titles import approval_title
from tradecrm.services.control.approvals import (
    Reason,
    Subject,
    active_triggers,
    ask_approval,
)
from tradecrm.services.data.search import keep_search_terms
from tradecrm.services.figures.debtors import debtor
from tradecrm.services.figures.deposits import deposit_received
from tradecrm.services.figures.quantities import gone_quantities, taken_quantities
from tradecrm.services.trade.contract_approval import (
    Asked,
    AskedLine,
    asked_of,
    contract_figures,
    contract_reasons,
    protected_fields,
)
from tradecrm.services.trade.contract_followers import contract_changed
from tradecrm.services.trade.contract_text import contract_as_kept, decode_contract, encode_contract
from tradecrm.services.trade.contracts import (
    HEADER,
    SaveContract,
    check_contract,
    deposit_due,
    write_lines,
)
from tradecrm.services.trade.credit import answer_credit
from tradecrm.services.trade.releases import CREDIT, consume, usable_release
from tradecrm.services.trade.shipped_shares import amended_prices, carry_prices
from tradecrm.services.trade.versions import (
    VersionRow,
    drop_version,
    keep_first,
    put_in_force,
    shown,
    version_to_write,
    versions_of,
)
from tradecrm.services.work import Reader, Work, operation

KIND = "contract_version"
ZERO = Decimal(0)
AMENDABLE = frozenset({"effective", "partly_shipped"})


@dataclass(frozen=True, slots=True)
class AmendContract:
    """A contract in force as it shall be from now on, and why; ``contract`` names the version that was read."""

    contract: SaveContract
    reason: str


@dataclass(frozen=True, slots=True)
class DropAmendment:
    """An amendment that is not wanted any more; the version in force stays."""

    version_id: int


def check_amendment(command: AmendContract) -> list[Problem]:
    """Answer what is wrong with an amendment."""
    problems = check_contract(command.contract)
    if not command.reason.strip():
        problems.append(Problem("reason", _("Say why the contract is amended; it stands in its history.")))
    return problems


@operation("contract.write", check=check_amendment)
def amend_contract(work: Work, command: AmendContract) -> int:
    """Write an amendment and answer its id: in force at once, or waiting for approval.

    Raises Refusal for a contract that is not in force, while another amendment waits, and for what contradicts
    the goods on shipments; Conflict when the contract was changed meanwhile.
    """
    contract = work.get(SalesContract, command.contract.id or 0, _("Contract"))
    work.demand_version(contract, command.contract.version, contract.number)
    _demand_amendable(contract)
    _demand_shippable(work, contract, command.contract)
    keep_first(
        work,
        ContractVersion,
        contract,
        lambda: encode_contract(contract_as_kept(work, contract)),
        effective_on=contract.effective_on,
    )
    _tell_of_gone(work, contract, command.contract)
    version = version_to_write(work, ContractVersion, contract)
    version.reason = command.reason.strip()
    version.total = amended_prices(work, contract, command.contract).total
    version.content = encode_contract(command.contract)
    work.add(version)
    subject = _subject(work, contract, version, command.contract)
    if subject.protected == protected_fields(asked_of(work, contract)):
        subject = replace(subject, reasons=())
    if ask_approval(work, subject) == "approved":
        _put_in_force(work, contract, version)
    else:
        version.status = "submitted"
        answer = _credit_answer(work, contract, command.contract)
        for sentence in () if answer is None else (*answer.stops, *answer.warnings):
            work.warn(sentence)
    return version.id


def _credit_answer(work: Work, contract: SalesContract, new: SaveContract) -> CreditAnswer | None:
    """Answer what the customer's credit says to the increase alone (section 5, check 4); None without one."""
    total = amended_prices(work, contract, new).total
    if new.currency != contract.currency:
        return answer_credit(work, debtor(contract), total, new.currency)
    if total <= contract.total:
        return None
    return answer_credit(work, debtor(contract), total - contract.total, contract.currency)


def _demand_credit(work: Work, contract: SalesContract, new: SaveContract) -> None:
    """Refuse an increase that the customer's credit does not bear; an approved release lets it pass once."""
    answer = _credit_answer(work, contract, new)
    if answer is None or answer.passes:
        return
    total = amended_prices(work, contract, new).total
    release = None
    if new.currency == contract.currency:
        release = usable_release(work, CREDIT, contract_id=contract.id, amount=total)
    if release is None:
        ask = _("Ask for a release of {number} up to {amount}, or settle it first.").format(
            number=contract.number, amount=format_money(total, new.currency)
        )
        raise Refusal([Problem("", sentence) for sentence in (*answer.stops, ask)])
    consume(work, release)


def _demand_amendable(contract: SalesContract) -> None:
    if contract.status not in AMENDABLE:
        raise Refusal.of(
            _("{number} is not in force, so there is nothing to amend. Edit it instead.").format(
                number=contract.number
            )
        )


def _demand_shippable(work: Work, contract: SalesContract, new: SaveContract) -> None:
    """Refuse what contradicts the goods on shipments or money received (sections 1.3 and 1.4)."""
    problems = []
    lines = tuple(
        work.session.scalars(
            select(ContractLine)
            .where(ContractLine.contract_id == contract.id)
            .order_by(ContractLine.position)
        )
    )
    taken = taken_quantities(work, [line.id for line in lines])
    places = {line.id: place for place, line in enumerate(new.lines) if line.id is not None}
    for line in lines:
        held = taken.get(line.id, ZERO)
        if held:
            problems += _check_line(line, held, new, places.get(line.id))
    if new.customer_id != contract.customer_id:
        problems.append(Problem("customer_id", _("The customer of a contract in force stays the same.")))
    if new.currency != contract.currency and (taken or deposit_received(work, contract.id)):
        problems.append(
            Problem("currency", _("The currency stays: goods are on shipments, or money was received."))
        )
    if problems:
        raise Refusal(problems)


def _check_line(line: ContractLine, held: Decimal, new: SaveContract, place: int | None) -> list[Problem]:
    goods = line.item_no or line.description_en
    shown = f"{held.normalize():,f} {line.unit}"
    if place is None:
        words = _("{goods}: {quantity} are on shipments, so the line cannot go.")
        return [Problem("lines", words.format(goods=goods, quantity=shown))]
    wanted = new.lines[place]
    problems = []
    if wanted.quantity * (1 + new.tolerance_over) < held:
        words = _("{goods}: {quantity} are on shipments already; the quantity cannot be less.")
        problems.append(Problem(f"lines.{place}.quantity", words.format(goods=goods, quantity=shown)))
    if (wanted.product_id, wanted.unit) != (line.product_id, line.unit):
        words = _("{goods}: {quantity} are on shipments; add another line for other goods.")
        problems.append(Problem(f"lines.{place}.product", words.format(goods=goods, quantity=shown)))
    return problems


def _tell_of_gone(work: Work, contract: SalesContract, new: SaveContract) -> None:
    """Warn that goods which left stay invoiced at the price they left at (section 1.10)."""
    gone = gone_quantities(work, contract.id)
    prices = {line.id: line.price for line in new.lines}
    for line in work.session.scalars(
        select(ContractLine).where(ContractLine.id.in_(sorted(gone))).order_by(ContractLine.position)
    ):
        if prices.get(line.id, line.price) != line.price:
            words = _(
                "{goods}: {quantity} {unit} left at {price} and stay invoiced so; the new price is for the rest. "
                "A debit or credit note changes what was invoiced."
            )
            work.warn(
                words.format(
                    goods=line.item_no or line.description_en,
                    quantity=f"{gone[line.id].normalize():,f}",
                    unit=line.unit,
                    price=f"{line.price.normalize():,f}",
                )
            )


def _asked(work: Work, contract: SalesContract, new: SaveContract) -> Asked:
    """Answer a version as approval looks at it."""
    prices = amended_prices(work, contract, new)
    total = prices.total
    return replace(
        asked_of(work, contract),
        currency=new.currency,
        rate=Decimal(1) if new.currency == work.base else new.budget_rate,
        terms=new.terms,
        total=total,
        deposit_due=deposit_due(total, new.currency, new.terms),
        incoterm=f"{new.incoterm} {new.incoterm_place}",
        commission_rate=new.commission_rate,
        bank_account_id=new.bank_account_id,
        lines=tuple(
            AskedLine(
                line.item_no or line.description_en,
                line.unit,
                line.quantity,
                line.price,
                line.discount,
                line.cost,
                line.vat_rate,
                line.rebate_rate,
            )
            for line in new.lines
        ),
        adjustment=prices.adjustment,
        adjustment_rate=new.adjustment_rate,
    )


def _subject(work: Work, contract: SalesContract, version: ContractVersion, new: SaveContract) -> Subject:
    """Answer an amendment as the approval engine takes it."""
    asked = _asked(work, contract, new)
    triggers = active_triggers(work, KIND)
    reasons = contract_reasons(work, asked, triggers)
    if "protected_change" in triggers:
        changed = _("What was agreed with the customer changes: {reason}").format(reason=version.reason)
        reasons = (Reason("protected_change", changed), *reasons)
    return Subject(
        kind=KIND,
        id=version.id,
        title=approval_title(KIND, number=contract.number, version=version.version_no),
        reasons=reasons,
        protected=protected_fields(asked),
        figures=contract_figures(work, asked),
        base_amount=None if asked.rate is None else asked.total * asked.rate,
    )


def _put_in_force(work: Work, contract: SalesContract, version: ContractVersion) -> None:
    """Make a version the contract: lines keep their ids, shipments hang on them; the old one is superseded."""
    new = decode_contract(version.content)
    _demand_amendable(contract)
    _demand_shippable(work, contract, new)
    _demand_credit(work, contract, new)
    prices = amended_prices(work, contract, new)
    for name in HEADER:
        setattr(contract, name, getattr(new, name))
    contract.adjustment, contract.total = prices.adjustment, prices.total
    contract.deposit_due = deposit_due(contract.total, contract.currency, contract.terms)
    write_lines(work, contract, new.lines, prices)
    carry_prices(work, contract)
    _settle_state(work, contract)
    put_in_force(work, ContractVersion, contract, version)
    version.effective_on = work.today
    # Lines that the amendment added have their ids now: papers of what leaves look them up (1.10).
    version.content = encode_contract(contract_as_kept(work, contract))
    contract.updated_at = work.now
    contract_changed(work, contract)
    keep_search_terms(work, "sales_contract", contract.id)


def _settle_state(work: Work, contract: SalesContract) -> None:
    """Let the state follow what is still to go: an amendment down to what has left ends the shipping."""
    gone = gone_quantities(work, contract.id)
    lines = work.session.scalars(select(ContractLine).where(ContractLine.contract_id == contract.id)).all()
    for line in lines:
        line.short_closed = max(ZERO, min(line.short_closed, line.quantity - gone.get(line.id, ZERO)))
    if not gone:
        return
    done = all(gone.get(line.id, ZERO) >= line.quantity - line.short_closed for line in lines)
    contract.status = "shipped" if done else "partly_shipped"


def on_approved(work: Work, version_id: int) -> None:
    """Put an approved amendment in force; refused when goods were loaded meanwhile that contradict it."""
    version = work.get(ContractVersion, version_id, _("Version"))
    contract = work.get(SalesContract, version.contract_id, _("Contract"))
    _put_in_force(work, contract, version)


def on_returned(work: Work, version_id: int) -> None:
    """Make an amendment that was not approved a draft again; the contract in force is untouched."""
    work.get(ContractVersion, version_id, _("Version")).status = "draft"


@operation("contract.write")
def drop_amendment(work: Work, command: DropAmendment) -> None:
    """Drop an amendment that is not in force, with the approval it waits for."""
    drop_version(work, ContractVersion, KIND, command.version_id)


def contract_versions(reader: Reader, contract_id: int) -> Sequence[VersionRow]:
    """Answer the versions of a contract, the newest first; none while it was never amended."""
    return versions_of(reader, ContractVersion, contract_id)


def version_content(reader: Reader, version_id: int) -> tuple[VersionRow, SaveContract]:
    """Answer a version with the contract as it was or is to be; raises NotFound."""
    row = reader.get(ContractVersion, version_id, _("Version"))
    return shown(row), decode_contract(row.content)
