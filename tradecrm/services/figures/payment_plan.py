"""The payment plan (付款计划): bills, what is not billed yet, planned money, expected rebates (section 3.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import case, func, select, type_coerce

from tradecrm.core.costs import UNBILLED
from tradecrm.core.dates import Holidays, add_months
from tradecrm.core.links import Link
from tradecrm.core.plans import Every, Expected, Ground, average_delay, repeats
from tradecrm.core.terms import decode_terms, due_date
from tradecrm.models import (
    CostLine,
    DeclarationLine,
    ExpenseClaim,
    LedgerEntry,
    Loan,
    LoanMove,
    Party,
    PlannedFlow,
    Posting,
    PurchaseContract,
    PurchaseEarmark,
    PurchaseLine,
    RebateClaim,
    RebateClaimLine,
    RebateReceipt,
    Shipment,
)
from tradecrm.services.control.holidays import banking_days
from tradecrm.services.figures.collection import open_rows
from tradecrm.services.figures.loans import CAPITAL, owed_of
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.plan_rows import (
    ZERO,
    Accounts,
    Estimates,
    PlanOptions,
    PlanRow,
    Voyage,
    estimated,
    undelivered_parts,
)
from tradecrm.services.figures.rebate_kept import REB
from tradecrm.services.work import Reader

_ORDERED = ("approved", "sent", "confirmed", "in_production", "partly_received", "received")
"""States of a purchase whose goods are still to be billed."""

_CHUNK = 500


def payment_plan(reader: Reader, options: PlanOptions) -> list[PlanRow]:
    """Answer what is to be paid, and what comes in outside of sales, in no particular order.

    The rows of kind ``bill`` add up to the aging's buckets of payables; purchases and costs that are not billed are
    estimates, planned money is what the firm entered itself.
    """
    reader.actor.demand("receivable.read")
    accounts = Accounts(reader)
    return [*open_rows(reader, "AP", options, accounts), *other_rows(reader, options, accounts)]


def other_rows(reader: Reader, options: PlanOptions, accounts: Accounts) -> list[PlanRow]:
    """Answer everything of the payment plan but the open bills."""
    rows = [*_purchases(reader, options, accounts), *_costs(reader, options, accounts)]
    if options.party_id is None:
        rows += planned_rows(reader, options, accounts)
        rows += [*_rebates(reader, options, accounts), *_unfiled(reader, options, accounts)]
        rows += [*_claims(reader, options, accounts), *_loans(reader, options, accounts)]
    return rows


def _purchases(reader: Reader, options: PlanOptions, accounts: Accounts) -> list[PlanRow]:
    """Answer what purchase contracts still cost beyond their bills: deposits, and balances due by delivery."""
    statement = select(PurchaseContract).where(PurchaseContract.status.in_(_ORDERED))
    if options.party_id is not None:
        statement = statement.where(PurchaseContract.supplier_id == options.party_id)
    if options.currency is not None:
        statement = statement.where(PurchaseContract.currency == options.currency)
    purchases = reader.session.scalars(statement).all()
    keys = [each.id for each in purchases]
    billed, paid = _billed(reader, keys), _prepaid(reader, keys)
    estimates = Estimates(reader)
    rows = []
    for each in purchases:
        rest = each.total - billed.get(each.id, ZERO)
        money = paid.get(each.id, (ZERO, ZERO))
        asked, later = undelivered_parts(each, rest, money, Voyage(each.delivery_on), estimates)
        parts = [("purchase_deposit", *part) for part in asked] + [("purchase", *part) for part in later]
        rows += [
            PlanRow(
                kind, each.number, each.supplier_id, each.currency, -amount, None, estimated(day),
                accounts.of(each.currency), Link.to("purchase", id=each.id),
            )
            for kind, amount, day in parts
            if amount
        ]  # fmt: skip
    return rows


def _billed(reader: Reader, purchases: Sequence[int]) -> dict[int, Decimal]:
    """Answer what of each purchase contract has come as bills, in its currency."""
    found: dict[int, Decimal] = {}
    for start in range(0, len(purchases), _CHUNK):
        rows = reader.session.execute(
            select(PurchaseLine.purchase_id, func.sum(CostLine.amount))
            .join(CostLine, CostLine.purchase_line_id == PurchaseLine.id)
            .where(
                PurchaseLine.purchase_id.in_(purchases[start : start + _CHUNK]),
                CostLine.item_id.is_not(None),
            )
            .group_by(PurchaseLine.purchase_id)
        )
        found.update(dict(rows.all()))
    return found


def _prepaid(reader: Reader, purchases: Sequence[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """Answer for each purchase (money ever paid in advance, what of it no bill has taken yet)."""
    mark = PurchaseEarmark
    kept = case((mark.applied.is_(False), mark.amount), else_=ZERO)
    found: dict[int, tuple[Decimal, Decimal]] = {}
    for start in range(0, len(purchases), _CHUNK):
        rows = reader.session.execute(
            select(mark.purchase_id, func.sum(kept), func.sum(mark.amount))
            .where(mark.purchase_id.in_(purchases[start : start + _CHUNK]))
            .group_by(mark.purchase_id)
        )
        found.update({key: (ever, left) for key, ever, left in rows})
    return found


def _costs(reader: Reader, options: PlanOptions, accounts: Accounts) -> list[PlanRow]:
    """Answer the costs of shipments under way that nobody has billed yet, by the payee's usual terms."""
    cost = CostLine
    statement = (
        select(cost, Shipment, Party.terms)
        .join(Shipment, Shipment.id == cost.shipment_id)
        .outerjoin(Party, Party.id == cost.party_id)
        .where(
            cost.status.in_(UNBILLED),
            cost.purchase_line_id.is_(None),
            cost.amount > ZERO,
            Shipment.no_further_bill.is_(False),
            Shipment.status.not_in(("void", "closed")),
        )
    )
    if options.party_id is not None:
        statement = statement.where(cost.party_id == options.party_id)
    if options.currency is not None:
        statement = statement.where(cost.currency == options.currency)
    holidays = banking_days(reader)
    return [
        PlanRow(
            "cost",
            shipment.number,
            line.party_id,
            line.currency,
            -line.amount,
            None,
            estimated(_bill_day(reader.today, Voyage.of(shipment), terms or "", holidays)),
            accounts.of(line.currency),
            Link.to("cost", id=line.id),
        )
        for line, shipment, terms in reader.session.execute(statement)
    ]


def _bill_day(today: date, voyage: Voyage, terms: str, holidays: Holidays) -> date | None:
    """Answer when a cost of a voyage is paid: its bill comes with the voyage, today at the earliest."""
    if voyage.leaves is None:
        return None
    billed = max(voyage.leaves, today)
    if not terms:
        return billed
    read = decode_terms(terms)
    line = read.lines[-1]
    return due_date(line, {line.event: billed}, method=read.method, holidays=holidays) or billed


def planned_rows(reader: Reader, options: PlanOptions, accounts: Accounts) -> list[PlanRow]:
    """Answer the money the firm plans outside of trade, a row each time it repeats until ``options.until``."""
    statement = select(PlannedFlow).where(PlannedFlow.active.is_(True))
    if options.currency is not None:
        statement = statement.where(PlannedFlow.currency == options.currency)
    return [
        PlanRow(
            "planned",
            flow.title,
            None,
            flow.currency,
            flow.amount,
            day,
            Expected(day, Ground.DUE),
            accounts.of(flow.currency, flow.account_id),
            Link.to("planned_flow", id=flow.id),
        )
        for flow in reader.session.scalars(statement)
        for day in repeats(flow.first_on, Every(flow.repeats), flow.until, reader.today, options.until)
    ]


def _rebates(reader: Reader, options: PlanOptions, accounts: Accounts) -> list[PlanRow]:
    """Answer the rebates filed and not received, at filing date + average days (section 16.12)."""
    if options.currency not in (None, reader.base):
        return []
    days = _rebate_days(reader)
    statement = select(RebateClaim).where(RebateClaim.status.in_(("filed", "approved", "partly_received")))
    rows = []
    for claim in reader.session.scalars(statement):
        rest = (claim.claimed if claim.approved is None else claim.approved) - claim.received
        day = None
        if claim.filed_on is not None and days is not None:
            day = max(date.fromordinal(claim.filed_on.toordinal() + days), reader.today)
        if rest > 0:
            rows.append(
                PlanRow(
                    "rebate", claim.number, None, reader.base, rest, None, estimated(day),
                    accounts.of(reader.base), Link.to("rebate_claim", id=claim.id),
                )
            )  # fmt: skip
    return rows


def _unfiled(reader: Reader, options: PlanOptions, accounts: Accounts) -> list[PlanRow]:
    """Answer the rebates booked with their revenue and not filed yet: on no day, as nobody can tell it (16.12)."""
    if options.currency not in (None, reader.base):
        return []
    entry, posting = plain(LedgerEntry), plain(Posting)
    # Asked for by shipment, of the open ones alone: the ledger keeps an index of its rows by shipment and book.
    booked = (
        select(func.sum(entry.base_amount))
        .join(Posting.__table__, posting.id == entry.posting_id)
        .where(
            entry.shipment_id == Shipment.id,
            entry.book == "REBATE",
            entry.category == REB,
            posting.kind != "rebate_receipt",
        )
        .correlate(Shipment.__table__)
        .scalar_subquery()
    )
    filed = (
        select(func.sum(RebateClaimLine.rebate))
        .join(DeclarationLine, DeclarationLine.id == RebateClaimLine.declaration_line_id)
        .join(RebateClaim, RebateClaim.id == RebateClaimLine.claim_id)
        .where(DeclarationLine.shipment_id == Shipment.id, RebateClaim.filed_on.is_not(None))
        .correlate(Shipment)
        .scalar_subquery()
    )
    kind = entry.base_amount.type
    statement = select(
        Shipment.id, Shipment.number, type_coerce(booked, kind), type_coerce(filed, kind)
    ).where(
        Shipment.departed_on.is_not(None),
        Shipment.rebate_state == "",
        Shipment.status.not_in(("void", "closed")),
    )
    found = (
        (key, number, (made or ZERO) - (taken or ZERO))
        for key, number, made, taken in reader.session.execute(statement)
    )
    return [
        PlanRow(
            "rebate", number, None, reader.base, rest, None, estimated(None),
            accounts.of(reader.base), Link.to("declaration", id=key),
        )
        for key, number, rest in found
        if rest > 0
    ]  # fmt: skip


def _rebate_days(reader: Reader) -> int | None:
    """Answer after how many days rebates came in the last two years, weighed by amount; None without any."""
    since = add_months(reader.today, -24)
    rows = reader.session.execute(
        select(RebateReceipt.day, RebateClaim.filed_on, RebateReceipt.amount)
        .join(RebateClaim, RebateClaim.id == RebateReceipt.claim_id)
        .where(RebateClaim.filed_on.is_not(None), RebateReceipt.day >= since, RebateReceipt.amount > ZERO)
    ).all()
    total = sum((amount for _day, _filed, amount in rows), ZERO)
    if not total:
        return None
    weighed = sum(((day - filed).days * amount for day, filed, amount in rows if filed is not None), ZERO)
    return average_delay(weighed, total)


def _claims(reader: Reader, options: PlanOptions, accounts: Accounts) -> list[PlanRow]:
    """Answer the expense claims that are approved and not paid; they are due at once."""
    if options.currency not in (None, reader.base):
        return []
    statement = select(ExpenseClaim).where(ExpenseClaim.status == "approved", ExpenseClaim.total_base > ZERO)
    return [
        PlanRow(
            "claim", claim.number, None, reader.base, -claim.total_base, None, estimated(reader.today),
            accounts.of(reader.base, claim.account_id), Link.to("expense_claim", id=claim.id),
        )
        for claim in reader.session.scalars(statement)
    ]  # fmt: skip


def _loans(reader: Reader, options: PlanOptions, accounts: Accounts) -> list[PlanRow]:
    """Answer what is owed on loans, due on their day, through the account their money went through last."""
    through = (
        select(LoanMove.account_id)
        .where(LoanMove.loan_id == Loan.id)
        .order_by(LoanMove.id.desc())
        .limit(1)
        .correlate(Loan)
        .scalar_subquery()
    )
    owed = type_coerce(owed_of(Loan.id), LoanMove.amount.type)
    statement = select(Loan, owed, through).where(Loan.kind != CAPITAL)
    if options.currency is not None:
        statement = statement.where(Loan.currency == options.currency)
    return [
        PlanRow(
            "loan", loan.number, None, loan.currency, -amount, loan.due_on,
            estimated(None) if loan.due_on is None else Expected(loan.due_on, Ground.DUE),
            accounts.of(loan.currency, account_id), Link.to("loan", id=loan.id),
        )
        for loan, amount, account_id in reader.session.execute(statement)
        if amount > 0
    ]  # fmt: skip
