"""The way of a purchase contract from draft to closed, with what each step asks for (domain.md section 1.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from tradecrm.core.flows import SALES_CONTRACT
from tradecrm.core.money import format_money
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.core.trade_flows import PURCHASE_CONTRACT
from tradecrm.models import (
    ContractLine,
    CostLine,
    Item,
    PurchaseContract,
    PurchaseLine,
    PurchaseLink,
    SalesContract,
)
from tradecrm.services.control.approvals import ask_approval, demand_unchanged, void_approval
from tradecrm.services.figures.purchased import received_quantities
from tradecrm.services.trade.ends import end_purchase
from tradecrm.services.trade.purchase_approval import approval_subject
from tradecrm.services.trade.purchases import (
    KIND,
    protected_fields,
    purchase_lines,
    state_title,
    warn_over_purchase,
)
from tradecrm.services.trade.shipment_purchases import refresh_purchases
from tradecrm.services.work import Reader, Work, operation

APPROVED_CONTRACT = frozenset({"approved", "signed", "effective", "partly_shipped", "shipped"})
"""States of a sales contract that is approved or later; before that nothing is bought for it (section 1.3)."""
IN_FORCE = frozenset({"effective", "partly_shipped", "shipped"})


@dataclass(frozen=True, slots=True)
class SubmitPurchase:
    """Submit a purchase contract for approval; without a reason to ask it is approved at once."""

    purchase_id: int


@operation("purchase.write")
def submit_purchase(work: Work, command: SubmitPurchase) -> str:
    """Submit a draft; answers its state. The sales contracts behind it must be approved, or it is for stock."""
    purchase = work.get(PurchaseContract, command.purchase_id, _("Purchase contract"))
    step = PURCHASE_CONTRACT.step(purchase.status, "submit")
    contracts = sold_contracts(work, purchase.id)
    _demand_contracts(work, purchase, contracts)
    warn_over_purchase(work, sorted(_linked_lines(work, purchase.id)))
    answer = ask_approval(work, approval_subject(work, purchase, contracts))
    purchase.status = "approved" if answer == "approved" else step.target
    purchase.updated_at = work.now
    return purchase.status


def sold_contracts(reader: Reader, purchase_id: int) -> list[SalesContract]:
    """Answer the sales contracts a purchase is for."""
    ids = (
        select(ContractLine.contract_id)
        .join(PurchaseLink, PurchaseLink.contract_line_id == ContractLine.id)
        .join(PurchaseLine, PurchaseLine.id == PurchaseLink.purchase_line_id)
        .where(PurchaseLine.purchase_id == purchase_id)
    )
    return list(
        reader.session.scalars(
            select(SalesContract).where(SalesContract.id.in_(ids)).order_by(SalesContract.id)
        )
    )


def _linked_lines(reader: Reader, purchase_id: int) -> set[int]:
    statement = (
        select(PurchaseLink.contract_line_id)
        .join(PurchaseLine, PurchaseLine.id == PurchaseLink.purchase_line_id)
        .where(PurchaseLine.purchase_id == purchase_id)
    )
    return set(reader.session.scalars(statement))


def _demand_contracts(work: Work, purchase: PurchaseContract, contracts: Sequence[SalesContract]) -> None:
    """Refuse goods for a contract that is not approved, and goods for nobody that are not for stock (section 1.3)."""
    if purchase.stock_purchase:
        return
    for contract in contracts:
        if contract.status not in APPROVED_CONTRACT:
            raise Refusal.of(
                _(
                    "{number} waits: sales contract {contract} is “{status}”. "
                    "Have it approved first, or mark the purchase as one for stock."
                ).format(
                    number=purchase.number,
                    contract=contract.number,
                    status=_(SALES_CONTRACT.state(contract.status).title),
                )
            )
    for line in purchase_lines(work, purchase.id):
        linked = select(func.count()).where(PurchaseLink.purchase_line_id == line.id)
        if not work.session.scalar(linked):
            raise Refusal.of(
                _(
                    "{number} line {line} is bought for no sales contract. "
                    "Choose what it is for, or mark the purchase as one for stock."
                ).format(number=purchase.number, line=line.position)
            )


def on_approved(work: Work, purchase_id: int) -> None:
    """Take a submitted purchase contract on, now that it is approved."""
    _set_status(work, purchase_id, "approve")


def on_returned(work: Work, purchase_id: int) -> None:
    """Take a purchase contract back to draft: it was rejected or withdrawn (section 16.3)."""
    _set_status(work, purchase_id, "return")


def _set_status(work: Work, purchase_id: int, key: str) -> None:
    purchase = work.get(PurchaseContract, purchase_id, _("Purchase contract"))
    purchase.status = PURCHASE_CONTRACT.step(purchase.status, key).target
    purchase.updated_at = work.now


@dataclass(frozen=True, slots=True)
class MovePurchase:
    """Take a purchase contract one step of its flow further, by the key of the step: such as ``send``."""

    purchase_id: int
    step: str


@operation("purchase.write")
def move_purchase(work: Work, command: MovePurchase) -> str:
    """Carry out a step a person may do; answers the state. Receipts of goods move the contract by themselves."""
    purchase = work.get(PurchaseContract, command.purchase_id, _("Purchase contract"))
    if command.step == "submit":
        return submit_purchase.within(work, SubmitPurchase(purchase.id))
    step = PURCHASE_CONTRACT.step(purchase.status, command.step)
    if step.automatic:
        raise Refusal.of(
            _("{number} is “{status}”; that step follows by itself.").format(
                number=purchase.number, status=state_title(purchase.status)
            )
        )
    guard = _GUARDS.get(step.key)
    if guard is not None:
        guard(work, purchase)
    purchase.status = step.target
    purchase.updated_at = work.now
    if step.key == "send":
        refresh_purchases(work, sorted(_linked_lines(work, purchase.id)))
    return purchase.status


def _guard_send(work: Work, purchase: PurchaseContract) -> None:
    """Refuse what changed after approval; warn while a sales contract behind it is not in effect (section 16.3)."""
    protected = protected_fields(purchase, purchase_lines(work, purchase.id))
    if not demand_unchanged(work, KIND, purchase.id, protected):
        raise Refusal.of(
            _("{number} was changed after it was approved. Return it to draft and submit it again.").format(
                number=purchase.number
            )
        )
    for contract in sold_contracts(work, purchase.id):
        if contract.status not in IN_FORCE:
            work.warn(
                _("{number} goes to the factory while {contract} is not in effect yet.").format(
                    number=purchase.number, contract=contract.number
                )
            )


def _guard_return(work: Work, purchase: PurchaseContract) -> None:
    void_approval(work, KIND, purchase.id, _("Returned to draft."))


def _guard_cancel(work: Work, purchase: PurchaseContract) -> None:
    """Refuse to cancel what has receipts or bills (section 1.3)."""
    if any(received_quantities(work, purchase.id).values()):
        raise Refusal.of(
            _("{number} cannot be canceled: goods of it have come in.").format(number=purchase.number)
        )
    if any(line.invoiced for line in purchase_lines(work, purchase.id)):
        raise Refusal.of(
            _("{number} cannot be canceled: the factory has billed it.").format(number=purchase.number)
        )
    void_approval(work, KIND, purchase.id, _("The contract was canceled."))
    end_purchase(work, purchase)
    _leave_costs(work, purchase)


def _leave_costs(work: Work, purchase: PurchaseContract) -> None:
    """Take the estimated costs of shipments away from a canceled purchase; they count by the sold line again."""
    lines = [line.id for line in purchase_lines(work, purchase.id)]
    linked = _linked_lines(work, purchase.id)
    for cost in work.session.scalars(select(CostLine).where(CostLine.purchase_line_id.in_(lines))):
        cost.purchase_line_id = None
    work.session.flush()
    purchase.status = "canceled"
    work.session.flush()
    refresh_purchases(work, sorted(linked))


def _guard_invoice(work: Work, purchase: PurchaseContract) -> None:
    """Refuse “invoiced” while goods that came in are not billed."""
    received = received_quantities(work, purchase.id)
    for line in purchase_lines(work, purchase.id):
        came = received.get(line.id, line.invoiced)
        if line.invoiced < came:
            raise Refusal.of(
                _("{number} line {line}: {received} {unit} came in, {invoiced} are billed.").format(
                    number=purchase.number,
                    line=line.position,
                    received=f"{came.normalize():,f}",
                    invoiced=f"{line.invoiced.normalize():,f}",
                    unit=line.unit,
                )
            )


def _guard_close(work: Work, purchase: PurchaseContract) -> None:
    """Refuse to close while a bill of the factory is unpaid."""
    lines = select(PurchaseLine.id).where(PurchaseLine.purchase_id == purchase.id)
    bills = select(CostLine.item_id).where(CostLine.purchase_line_id.in_(lines))
    unpaid = work.session.scalars(
        select(Item).where(Item.id.in_(bills), Item.open_amount != 0).order_by(Item.id)
    ).first()
    if unpaid is not None:
        raise Refusal.of(
            _("{number} cannot be closed: {open} of bill {bill} are unpaid.").format(
                number=purchase.number,
                open=format_money(unpaid.open_amount, unpaid.currency),
                bill=unpaid.number,
            )
        )


_GUARDS = {
    "send": _guard_send,
    "return": _guard_return,
    "cancel": _guard_cancel,
    "invoice": _guard_invoice,
    "close": _guard_close,
}
