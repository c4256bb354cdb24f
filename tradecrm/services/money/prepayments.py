"""Prepayments to suppliers (预付账款): kept for a purchase contract, applied when its bill comes (3.1, 3.3, 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.money import convert, fits_currency, format_money, format_number
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import ApprovalRequest, Item, Party, PurchaseContract, PurchaseEarmark
from tradecrm.services.control.approval_people import sight_of_firm
from tradecrm.services.control.approval_titles import approval_title
from tradecrm.services.control.approvals import Figure, Reason, Subject, active_triggers, ask_approval
from tradecrm.services.money.allocations import Allocate, allocate_items
from tradecrm.services.money.earmarks import demand_contract
from tradecrm.services.money.rates import rate_for
from tradecrm.services.money.receipts import Share
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
KIND = "prepayment"
_AWAITING = ("approved", "sent", "confirmed", "in_production", "partly_received", "received")


@dataclass(frozen=True, slots=True)
class OpenPurchase:
    """A purchase contract that may be prepaid: its total, what was agreed to prepay, and what has been paid of it."""

    id: int
    number: str
    currency: str
    total: Decimal
    deposit_due: Decimal
    prepaid: Decimal

    @property
    def missing(self) -> Decimal:
        """Answer what of the agreed prepayment has not been paid yet."""
        return max(ZERO, self.deposit_due - self.prepaid)


def prepaid_of(reader: Reader, purchase_id: int) -> Decimal:
    """Answer the money kept so far for a purchase contract, in its currency, applied to bills or not."""
    mark = PurchaseEarmark
    query = select(func.sum(mark.amount)).where(mark.purchase_id == purchase_id, mark.applied.is_(False))
    return reader.session.scalar(query) or ZERO


def open_purchases(reader: Reader, party_id: int, currency: str) -> tuple[OpenPurchase, ...]:
    """Answer the purchase contracts of a supplier that may be prepaid, the oldest first."""
    query = (
        select(PurchaseContract)
        .where(
            PurchaseContract.supplier_id == party_id,
            PurchaseContract.currency == currency,
            PurchaseContract.status.in_(_AWAITING),
        )
        .order_by(PurchaseContract.day, PurchaseContract.number)
    )
    return tuple(
        OpenPurchase(row.id, row.number, row.currency, row.total, row.deposit_due, prepaid_of(reader, row.id))
        for row in reader.session.scalars(query)
    )


def prepayment_start(reader: Reader, purchase_id: int) -> OpenPurchase:
    """Answer what asking to prepay a purchase contract begins with."""
    row = reader.get(PurchaseContract, purchase_id, _("Purchase contract"))
    prepaid = prepaid_of(reader, row.id)
    return OpenPurchase(row.id, row.number, row.currency, row.total, row.deposit_due, prepaid)


def keep_for_purchases(work: Work, item: Item, shares: Sequence[Share]) -> None:
    """Keep parts of a payment for purchase contracts; refused for another's, and unapproved above the limits."""
    for share in shares:
        demand_contract(work, item, share.id)
        purchase = work.get(PurchaseContract, share.id, _("Purchase contract"))
        _demand_approved(work, purchase, prepaid_of(work, purchase.id) + share.amount)
        work.add(PurchaseEarmark(item_id=item.id, purchase_id=purchase.id, day=item.day, amount=share.amount))


def apply_prepayments(work: Work, bill: Item, purchase_id: int) -> None:
    """Settle a bill with what was prepaid for its purchase contract, the oldest payment first (section 16.5)."""
    mark = PurchaseEarmark
    rows = work.session.execute(
        select(mark.item_id, func.sum(mark.amount))
        .join(Item, Item.id == mark.item_id)
        .where(mark.purchase_id == purchase_id, Item.party_id == bill.party_id)
        .where(Item.currency == bill.currency, Item.day <= work.today)
        .group_by(mark.item_id, Item.day)
        .order_by(Item.day, mark.item_id)
    ).all()
    left, commands = bill.open_amount, []
    for item_id, kept in rows:
        part = min(left, kept, -work.session.get_one(Item, item_id).open_amount)
        if part <= 0:
            continue
        commands.append(Allocate(bill.id, item_id, part))
        work.add(mark(item_id=item_id, purchase_id=purchase_id, day=bill.day, amount=-part, applied=True))
        left -= part
    allocate_items(work, commands)


def _reasons(
    reader: Reader, purchase: PurchaseContract, amount: Decimal
) -> tuple[tuple[Reason, ...], Decimal]:
    """Answer why prepaying ``amount`` needs approval, and the amount in base; nothing up to what its terms agree."""
    rate = rate_for(reader, RateType.BUDGET, purchase.currency, purchase.day).rate
    base = convert(amount, rate, reader.base)
    if amount <= purchase.deposit_due or purchase.total <= 0:
        return (), base
    triggers = active_triggers(reader, KIND)
    share, most = triggers.get("prepayment"), triggers.get("prepayment_amount")
    reasons = []
    if share is not None and amount / purchase.total > share:
        sentence = _("{percent} % are prepaid, more than {limit} %.").format(
            percent=format_number(amount / purchase.total * 100, 1), limit=format_number(share * 100, 0)
        )
        reasons.append(Reason("prepayment", sentence))
    if most is not None and base > most:
        sentence = _("{amount} are prepaid, more than {limit}.").format(
            amount=format_money(base, reader.base), limit=format_money(most, reader.base)
        )
        reasons.append(Reason("prepayment_amount", sentence))
    return tuple(reasons), base


def _demand_approved(work: Work, purchase: PurchaseContract, amount: Decimal) -> None:
    """Refuse to prepay more than the terms and the rules allow without an approval of that much (section 6)."""
    reasons, base = _reasons(work, purchase, amount)
    if not reasons:
        return
    query = select(func.max(ApprovalRequest.base_amount)).where(
        ApprovalRequest.subject_kind == KIND,
        ApprovalRequest.subject_id == purchase.id,
        ApprovalRequest.status == "approved",
    )
    with sight_of_firm(work):
        approved = work.session.scalar(query) or ZERO
    if approved < base:
        raise Refusal.of(
            _("{number}: {reason} Ask for approval on its page first.").format(
                number=purchase.number, reason=reasons[0].sentence
            ),
            "purchases",
        )


@dataclass(frozen=True, slots=True)
class AskPrepayment:
    """The wish to prepay ``amount`` in all of a purchase contract, in its currency, beyond what its terms agree."""

    purchase_id: int
    amount: Decimal
    reason: str


def check_prepayment(command: AskPrepayment) -> Sequence[Problem]:
    """Answer what is wrong with the wish to prepay."""
    problems = []
    if command.amount <= 0:
        problems.append(Problem("amount", _("The amount must be above zero.")))
    if not command.reason.strip():
        problems.append(Problem("reason", _("Say why so much is prepaid.")))
    return problems


@operation("purchase.write", check=check_prepayment)
def ask_prepayment(work: Work, command: AskPrepayment) -> str:
    """Ask for approval of a prepayment; answers “approved” or “pending”. Refused beyond the contract's total."""
    purchase = work.get(PurchaseContract, command.purchase_id, _("Purchase contract"))
    if command.amount > purchase.total or not fits_currency(command.amount, purchase.currency):
        raise Refusal.of(
            _("{number} is of {total}; no more can be prepaid.").format(
                number=purchase.number, total=format_money(purchase.total, purchase.currency)
            ),
            "amount",
        )
    reasons, base = _reasons(work, purchase, command.amount)
    supplier = work.session.scalar(select(Party.name).where(Party.id == purchase.supplier_id)) or ""
    subject = Subject(
        kind=KIND,
        id=purchase.id,
        title=approval_title(KIND, number=purchase.number),
        reasons=reasons,
        protected=(("amount", str(command.amount)), ("supplier", str(purchase.supplier_id))),
        figures=(
            Figure(_("Supplier"), supplier),
            Figure(_("Contract total"), format_money(purchase.total, purchase.currency)),
            Figure(_("Agreed prepayment"), format_money(purchase.deposit_due, purchase.currency)),
            Figure(_("To be prepaid"), format_money(command.amount, purchase.currency)),
            Figure(_("Reason"), command.reason.strip()),
        ),
        base_amount=base,
    )
    return ask_approval(work, subject)
