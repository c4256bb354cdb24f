"""The rebate of goods that came back (退运补税, domain.md sections 1.8 and 1.10): cut from claims, or paid back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tradecrm.core.money import round_money
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rebate_claims import plain_code
from tradecrm.core.text import _
from tradecrm.models import (
    Account,
    ContractLine,
    CostLine,
    GoodsReturn,
    GoodsReturnLine,
    Product,
    RebateClaim,
    RebateClaimLine,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.claims.declarations import declared_items
from tradecrm.services.claims.rebate_ledger import (
    OPEN,
    book_correction,
    claim_shares,
    effective_total,
    true_up,
)
from tradecrm.services.claims.rebates import shipments_in
from tradecrm.services.figures.rebate_kept import REB, kept_rebate
from tradecrm.services.money.accounts import take_out
from tradecrm.services.money.ledger import BANK, REBATE, Row, Source, post, reverse
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
Goods = tuple[str, str]
"""What customs sees of goods: the digits of their HS code, and their unit."""


def split_claims(work: Work, shipment: Shipment, lines: Sequence[GoodsReturnLine]) -> None:
    """Cut what came back from claims that are not filed; note of the rest what is claimed and owed (section 1.10).

    What nobody has claimed yet goes first, then claims that are not filed, then filed ones.
    """
    used: dict[Goods, Decimal] = {}
    for line in lines:
        key = _goods(work, line.shipment_line_id)
        items = [
            item
            for item in declared_items(work, shipment_id=shipment.id)
            if _key(item.hs_code, item.unit) == key
        ]
        if not items:
            line.owed = line.rebate if shipment.rebate_state == "received" else ZERO
            continue
        ids = [item.id for item in items]
        free = sum((max(ZERO, item.left) for item in items), ZERO) - used.get(key, ZERO)
        rest = line.quantity - max(ZERO, min(line.quantity, free))
        rest -= _cut(work, ids, rest)
        used[key] = used.get(key, ZERO) + line.quantity - rest
        line.claimed, line.owed = _owed(work, shipment, ids, rest, key)
        if not claim_shares(work, shipment.id) and shipment.rebate_state == "received":
            line.owed = line.rebate
        work.session.flush()


def _key(hs_code: str, unit: str) -> Goods:
    return plain_code(hs_code), unit.strip().casefold()


def _goods(reader: Reader, shipment_line_id: int) -> Goods:
    code, product_code, unit = reader.session.execute(
        select(ContractLine.hs_code, Product.hs_code, ContractLine.unit)
        .join(ShipmentLine, ShipmentLine.contract_line_id == ContractLine.id)
        .outerjoin(Product, Product.id == ContractLine.product_id)
        .where(ShipmentLine.id == shipment_line_id)
    ).one()
    return _key(code or product_code or "", unit)


def _claimed_rows(work: Work, items: Sequence[int]) -> list[tuple[RebateClaimLine, RebateClaim]]:
    return [
        (row, claim)
        for row, claim in work.session.execute(
            select(RebateClaimLine, RebateClaim)
            .join(RebateClaim, RebateClaim.id == RebateClaimLine.claim_id)
            .where(RebateClaimLine.declaration_line_id.in_(items))
            .order_by(RebateClaimLine.id)
        )
    ]


def _cut(work: Work, items: Sequence[int], quantity: Decimal) -> Decimal:
    """Take up to ``quantity`` out of claims that are not filed, the last matched first; answers how much that was."""
    left = quantity
    for row, claim in reversed(_claimed_rows(work, items)):
        if claim.status not in OPEN or left <= 0:
            continue
        part = min(left, row.quantity)
        left -= part
        if part == row.quantity:
            work.session.delete(row)
        else:
            row.net = round_money(row.net * (row.quantity - part) / row.quantity, work.base)
            row.rebate = round_money(row.net * row.rebate_rate, work.base)
            row.quantity -= part
        work.session.flush()
        claim.claimed = work.session.scalar(
            select(func.sum(RebateClaimLine.rebate)).where(RebateClaimLine.claim_id == claim.id)
        ) or ZERO  # fmt: skip
        claim.updated_at = work.now
        work.warn(
            _("Rebate claim {number} is less by what came back; it now claims {amount}.").format(
                number=claim.number, amount=claim.claimed
            )
        )
    work.session.flush()
    return quantity - left


def _owed(
    work: Work, shipment: Shipment, items: Sequence[int], quantity: Decimal, key: Goods
) -> tuple[Decimal, Decimal]:
    """Answer how much of ``quantity`` filed claims hold, and the rebate of it in base, as far as it was granted."""
    skipped = sum(
        (
            line.claimed
            for line in _received(work, shipment.id)
            if line.claimed and _goods(work, line.shipment_line_id) == key
        ),
        ZERO,
    )
    left, owed = quantity, ZERO
    for row, claim in _claimed_rows(work, items):
        if claim.status in OPEN:
            continue
        before = min(skipped, row.quantity)
        skipped -= before
        part = min(left, row.quantity - before)
        left -= part
        if claim.claimed:
            granted = effective_total(claim) / claim.claimed
            owed += round_money(row.rebate * part / row.quantity * granted, work.base)
    return quantity - left, owed


def _received(reader: Reader, shipment_id: int) -> Sequence[GoodsReturnLine]:
    return reader.session.scalars(
        select(GoodsReturnLine)
        .join(GoodsReturn, GoodsReturn.id == GoodsReturnLine.return_id)
        .where(GoodsReturn.shipment_id == shipment_id, GoodsReturn.status == "received")
    ).all()


def settle_rebate(work: Work, paper: GoodsReturn, shipment: Shipment, day: date, given: Decimal) -> None:
    """Bring the booked rebate to what claims bring once goods are back, or out again; ``given`` fell away before this.

    A rebate that was given up is not booked, so nothing of it can fall away; where all of it came back and goes
    out again, only what the return itself corrected still tells so.
    """
    filed = [share for share in claim_shares(work, shipment.id) if share.status not in OPEN]
    if filed:
        claim = work.get(RebateClaim, filed[-1].claim_id, _("Rebate claim"))
        true_up(work, claim, shipment, day, paper.number)
        return
    kept = kept_rebate(work, shipment.id)
    given_up = kept.corrected != 0 or _corrected_by(work, paper)
    if given != 0 and given_up and kept.expected + kept.corrected == -given:
        source = Source("goods_return", paper.id, paper.number)
        book_correction(work, source, shipment, day, given, paper.number)


def _corrected_by(reader: Reader, paper: GoodsReturn) -> bool:
    """Tell whether a return corrected the rebate of its shipment, as where that had been given up."""
    line = CostLine
    of_paper = line.shipment_id == paper.shipment_id, line.category == REB, line.bill_number == paper.number
    return reader.session.scalar(select(line.id).where(*of_paper).limit(1)) is not None


def owed_of(reader: Reader, paper: GoodsReturn) -> Decimal:
    """Answer the rebate in base that a return obliges to pay back to the tax office."""
    owed = reader.session.scalar(
        select(func.sum(GoodsReturnLine.owed)).where(GoodsReturnLine.return_id == paper.id)
    )
    return (owed or ZERO) if paper.status == "received" else ZERO


def demand_nothing_owed(work: Work, claim: RebateClaim) -> None:
    """Refuse to undo the filing of a claim whose goods came back after it: what is owed hangs on the filing."""
    ids = [shipment.id for shipment in shipments_in(work, claim.id)]
    number = work.session.scalars(
        select(GoodsReturn.number)
        .join(GoodsReturnLine, GoodsReturnLine.return_id == GoodsReturn.id)
        .where(
            GoodsReturn.shipment_id.in_(ids), GoodsReturn.status == "received", GoodsReturnLine.claimed != 0
        )
        .order_by(GoodsReturn.id)
    ).first()
    if number is not None:
        raise Refusal.of(
            _(
                "Goods of {claim} came back by {number} after it was filed, and their rebate is owed. "
                "Take {number} back first; then it is cut from the claim."
            ).format(claim=claim.number, number=number)
        )


@dataclass(frozen=True, slots=True)
class PayRebateBack:
    """The rebate of returned goods was paid back to the tax office (补缴已退税款) from an account in base currency."""

    return_id: int
    account_id: int
    day: date


@operation("rebate.write")
def pay_rebate_back(work: Work, command: PayRebateBack) -> Decimal:
    """Book the payment against what is owed to the tax office; answers the amount in base."""
    paper = work.get(GoodsReturn, command.return_id, _("Goods returned"))
    account = work.get(Account, command.account_id, _("Account"))
    owed = owed_of(work, paper)
    problems = []
    if owed == 0 or paper.repaid_on is not None or paper.received_on is None:
        problems.append(Problem("", _("{number} owes the tax office nothing.").format(number=paper.number)))
    elif not paper.received_on <= command.day <= work.today:
        problems.append(
            Problem("day", _("It is paid back on the day the goods came back or later, up to today."))
        )
    if account.currency != work.base:
        problems.append(
            Problem(
                "account",
                _("The tax office is paid in {base}; choose such an account.").format(base=work.base),
            )
        )
    if problems:
        raise Refusal(problems)
    take_out(work, account, command.day, owed)
    rows = (
        Row(REBATE, work.base, owed, owed, REB, shipment_id=paper.shipment_id),
        Row(BANK, account.currency, -owed, -owed, "REBATE", account.id),
    )
    source = Source("goods_return", paper.id, paper.number)
    paper.repay_posting_id = post(work, command.day, "rebate_receipt", source, rows)
    paper.repaid_on = command.day
    paper.updated_at = work.now
    return owed


@dataclass(frozen=True, slots=True)
class TakeRepaymentBack:
    """The payment back to the tax office was entered wrongly; it is taken back on ``day``."""

    return_id: int
    day: date


@operation("rebate.write")
def take_repayment_back(work: Work, command: TakeRepaymentBack) -> int:
    """Reverse the payment; the rebate is owed again. Answers the reversing posting."""
    paper = work.get(GoodsReturn, command.return_id, _("Goods returned"))
    if paper.repaid_on is None or paper.repay_posting_id is None:
        raise Refusal.of(_("{number} was not paid back to the tax office.").format(number=paper.number))
    if not paper.repaid_on <= command.day <= work.today:
        raise Refusal.of(_("It is taken back on the day it was paid or later, up to today."), "day")
    posting = reverse(work, paper.repay_posting_id, command.day, paper.number)
    paper.repaid_on, paper.repay_posting_id = None, None
    paper.updated_at = work.now
    return posting
