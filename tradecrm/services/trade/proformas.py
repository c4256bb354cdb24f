"""Proforma invoices (形式发票): written, issued, confirmed, canceled, and turned into the contract (section 1.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _
from tradecrm.core.trade_flows import PROFORMA
from tradecrm.models import Party, Proforma, ProformaLine, Quotation, SalesContract
from tradecrm.services.control.approvals import (
    WithdrawRequest,
    demand_unchanged,
    pending_request,
    withdraw_request,
)
from tradecrm.services.data.search import keep_search_terms
from tradecrm.services.figures.numbers import number_taken
from tradecrm.services.trade.contract_followers import contract_changed
from tradecrm.services.trade.floors import keep_floors, terms_of
from tradecrm.services.trade.sale_approval import request_approval
from tradecrm.services.trade.sale_contracts import write_contract
from tradecrm.services.trade.sale_papers import (
    SalePaperDraft,
    check_sale_paper,
    fill_sale_head,
    protected_of,
    sale_customer,
    write_sale_lines,
)
from tradecrm.services.work import Reader, Work, operation


@dataclass(frozen=True, slots=True)
class SaveProforma(SalePaperDraft):
    """A proforma invoice as typed; with ``is_contract`` the sales contract is made of it in the same step."""

    quotation_id: int | None = None
    is_contract: bool = False
    latest_shipment: date | None = None


def check_proforma(command: SaveProforma) -> list[Problem]:
    """Answer everything that is wrong with a proforma invoice, each at its field."""
    problems = check_sale_paper(command)
    if command.latest_shipment is not None and command.latest_shipment < command.day:
        problems.append(
            Problem("latest_shipment", _("The latest shipment date is before the date of the paper."))
        )
    return problems


@operation("quotation.write", check=check_proforma)
def save_proforma(work: Work, command: SaveProforma) -> int:
    """Write a new proforma invoice or a new state of a draft and answer its id.

    One that is itself the contract is written once; from then on the contract is edited, and it follows.
    """
    customer = sale_customer(work, command)
    costs = _quotation(work, command.quotation_id)
    if costs is not None and costs.customer_id != customer.id:
        raise Refusal.of(
            _("Quotation {number} is for another customer.").format(number=costs.number), "quotation_id"
        )
    proforma = _to_write(work, command, customer)
    fill_sale_head(work, proforma, command)
    proforma.quotation_id = command.quotation_id
    proforma.is_contract = command.is_contract
    proforma.latest_shipment = command.latest_shipment
    work.add(proforma)
    rows = write_sale_lines(work, ProformaLine, "proforma_id", proforma, command.lines)
    keep_floors(work, proforma, rows, terms_of(work, proforma, costs))
    keep_search_terms(work, "proforma", proforma.id)
    if proforma.is_contract:
        _write_contract(work, proforma, proforma.day, proforma.number)
    return proforma.id


def _to_write(work: Work, command: SaveProforma, customer: Party) -> Proforma:
    """Answer the paper to fill: a new one with its number, or the draft that was read, in the same version."""
    if command.id is None:
        number = command.number.strip() or work.number("proforma", command.day)
        if command.number.strip() and number_taken(work.session, "proforma", number):
            raise Refusal.of(
                _("There is already a proforma invoice {number}.").format(number=number), "number"
            )
        return Proforma(number=number, status=PROFORMA.start, owner_id=customer.owner_id)
    proforma = work.get(Proforma, command.id, _("Proforma invoice"))
    work.demand_version(proforma, command.version, proforma.number)
    _demand_own_flow(work, proforma)
    if proforma.status != "draft":
        raise Refusal.of(
            _("{number} is “{status}” and cannot be edited.").format(
                number=proforma.number, status=_(PROFORMA.state(proforma.status).title)
            )
        )
    return proforma


def _quotation(reader: Reader, quotation_id: int | None) -> Quotation | None:
    if quotation_id is None:
        return None
    return reader.get(Quotation, quotation_id, _("Quotation"))


def proforma_lines(reader: Reader, proforma_id: int) -> list[ProformaLine]:
    """Answer the lines of a proforma invoice in their order."""
    statement = select(ProformaLine).where(ProformaLine.proforma_id == proforma_id)
    return list(reader.session.scalars(statement.order_by(ProformaLine.position)))


def _write_contract(work: Work, proforma: Proforma, day: date, number: str) -> int:
    """Write the contract of a proforma invoice and link both with the quotation behind them."""
    contract = write_contract(
        work,
        proforma,
        proforma_lines(work, proforma.id),
        day,
        number=number,
        latest_shipment=proforma.latest_shipment,
    )
    quotation = _quotation(work, proforma.quotation_id)
    contract.quotation_id = proforma.quotation_id
    contract.inquiry_id = None if quotation is None else quotation.inquiry_id
    contract.is_proforma = proforma.is_contract
    proforma.contract_id = contract.id
    work.session.flush()
    contract_changed(work, contract)
    return contract.id


def _demand_own_flow(work: Work, proforma: Proforma) -> None:
    """Refuse to change a proforma invoice that is the contract: it follows the contract (section 1.3)."""
    if proforma.is_contract and proforma.contract_id is not None:
        contract = work.get(SalesContract, proforma.contract_id, _("Contract"))
        raise Refusal.of(
            _("{number} is itself the contract. Work on contract {contract}; this paper follows it.").format(
                number=proforma.number, contract=contract.number
            )
        )


@dataclass(frozen=True, slots=True)
class MoveProforma:
    """A step of a proforma invoice on a day: submit, issue, confirm, return, cancel or void."""

    proforma_id: int
    step: str
    day: date
    reason: str = ""


@operation("quotation.write")
def move_proforma(work: Work, command: MoveProforma) -> str:
    """Take a proforma invoice one step on and answer the state it is in now.

    Issuing a draft asks for approval first where a rule demands it; then the answer is “submitted”.
    """
    proforma = work.get(Proforma, command.proforma_id, _("Proforma invoice"))
    _demand_own_flow(work, proforma)
    target = PROFORMA.step(proforma.status, command.step).target
    step = _STEPS.get(command.step)
    if step is None:
        raise Refusal.of(_("A person cannot take this step; it follows from other records."))
    step(work, proforma, command, target)
    proforma.updated_at = work.now
    work.session.flush()
    return proforma.status


def _issue(work: Work, proforma: Proforma, command: MoveProforma, target: str) -> None:
    """Issue what may be issued; a draft is asked about first, and must still be valid."""
    if proforma.valid_until is not None and proforma.valid_until < command.day:
        raise Refusal.of(
            _("{number} was valid until {day}. Give it a new date first.").format(
                number=proforma.number, day=f"{proforma.valid_until:%Y-%m-%d}"
            ),
            "valid_until",
        )
    rows = proforma_lines(work, proforma.id)
    if proforma.status == "submitted":
        if pending_request(work, "proforma", proforma.id) is not None:
            raise Refusal.of(_("{number} waits for approval.").format(number=proforma.number))
        if not demand_unchanged(work, "proforma", proforma.id, protected_of(proforma, rows)):
            raise Refusal.of(
                _(
                    "{number} is not what was approved any more. Return it to draft and submit it again."
                ).format(number=proforma.number)
            )
        proforma.status = target
        return
    proforma.status = "submitted"
    costs = _quotation(work, proforma.quotation_id)
    if request_approval(work, "proforma", proforma, rows, costs) == "approved":
        proforma.status = target
    elif proforma.status == "submitted":
        work.warn(_("{number} waits for approval; it is issued with it.").format(number=proforma.number))


def _return(work: Work, proforma: Proforma, command: MoveProforma, target: str) -> None:
    """Take a paper that waits back to draft; its request is withdrawn by whoever submitted it."""
    waiting = pending_request(work, "proforma", proforma.id)
    if waiting is not None:
        withdraw_request.within(work, WithdrawRequest(waiting.id, command.reason))
    proforma.status = target


def _simple(_work: Work, proforma: Proforma, _command: MoveProforma, target: str) -> None:
    proforma.status = target


def _cancel(work: Work, proforma: Proforma, command: MoveProforma, target: str) -> None:
    """Cancel a paper with a reason, unless a contract that is in force was made of it."""
    if not command.reason.strip():
        raise Refusal.of(_("Say why it is canceled."), "reason")
    if proforma.contract_id is not None:
        contract = work.get(SalesContract, proforma.contract_id, _("Contract"))
        if contract.status not in {"canceled", "void"}:
            raise Refusal.of(
                _("Contract {contract} was made of {number}; cancel the contract first.").format(
                    contract=contract.number, number=proforma.number
                )
            )
    proforma.status = target
    proforma.remarks = f"{proforma.remarks}\n{command.reason.strip()}".strip()


_STEPS: dict[str, Callable[[Work, Proforma, MoveProforma, str], None]] = {
    "submit": _issue,
    "issue": _issue,
    "confirm": _simple,
    "return": _return,
    "cancel": _cancel,
    "void": _simple,
}


def proforma_approved(work: Work, proforma_id: int) -> None:
    """Issue a proforma invoice whose approval was given."""
    proforma = work.get(Proforma, proforma_id, _("Proforma invoice"))
    proforma.status = PROFORMA.step(proforma.status, "issue").target
    proforma.updated_at = work.now


def proforma_returned(work: Work, proforma_id: int) -> None:
    """Take a proforma invoice back to draft that was not approved, or whose request was withdrawn."""
    proforma = work.get(Proforma, proforma_id, _("Proforma invoice"))
    proforma.status = PROFORMA.step(proforma.status, "return").target
    proforma.updated_at = work.now


@dataclass(frozen=True, slots=True)
class ContractOfProforma:
    """The sales contract to be made of an issued or confirmed proforma invoice, dated ``day``."""

    proforma_id: int
    day: date


@operation("contract.write")
def contract_of_proforma(work: Work, command: ContractOfProforma) -> int:
    """Make the contract of a proforma invoice and answer its id; one paper becomes one contract (section 1.1)."""
    proforma = work.get(Proforma, command.proforma_id, _("Proforma invoice"))
    if proforma.status not in {"issued", "confirmed"}:
        raise Refusal.of(
            _("{number} is “{status}”; issue it before a contract is made of it.").format(
                number=proforma.number, status=_(PROFORMA.state(proforma.status).title)
            )
        )
    if proforma.contract_id is not None:
        contract = work.get(SalesContract, proforma.contract_id, _("Contract"))
        if contract.status not in {"canceled", "void"}:
            raise Refusal.of(
                _("Contract {contract} was made of {number} already.").format(
                    contract=contract.number, number=proforma.number
                )
            )
    return _write_contract(work, proforma, command.day, "")
