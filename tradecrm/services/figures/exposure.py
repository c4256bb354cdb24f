"""What a customer uses of its credit today, over plain tables: the same for everyone (domain.md section 5)."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    case,
    false,
    func,
    literal_column,
    select,
    type_coerce,
)

from tradecrm.core.adjusting import SharedLine, shipped_share
from tradecrm.core.credit import CreditRule, Exposure, contract_backlog, insured_part
from tradecrm.core.errors import RateMissing
from tradecrm.core.money import line_amount, round_money
from tradecrm.core.rates import RateType
from tradecrm.models import (
    ContractLine,
    CreditTerms,
    Earmark,
    Instalment,
    Item,
    LetterOfCredit,
    Party,
    Presentation,
    SalesContract,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.figures.debtors import owed_by
from tradecrm.services.figures.plain import plain, plain_rows
from tradecrm.services.figures.quantities import GONE
from tradecrm.services.money.rates import rate_for
from tradecrm.services.work import Reader

ZERO = Decimal(0)
IN_FORCE = ("effective", "partly_shipped")
Sums = dict[str, Decimal]
"""Amounts by currency."""
_MEMBERS: BindParameter[Any] = bindparam("members", expanding=True)
_CONTRACTS: BindParameter[Any] = bindparam("contracts", expanding=True)


@dataclass(frozen=True, slots=True)
class CreditState:
    """The credit of a customer today; ``missing`` says which rate is not there when no exposure can be told."""

    customer_id: int
    rule: CreditRule
    exposure: Exposure | None
    overdue_days: int
    members: tuple[int, ...]
    missing: str = ""


def credit_state(reader: Reader, customer_id: int) -> CreditState | None:
    """Answer the credit of a customer, None when none is kept; a parent's limit is shared by its children."""
    own = plain_rows(reader, _terms_of(), party=customer_id).one_or_none()
    if own is None:
        return None
    holder = own
    if own.group_id is not None:
        parent = plain_rows(reader, _terms_of(), party=own.group_id).one_or_none()
        holder = parent if parent is not None else own
    head = holder.party_id
    children = plain_rows(reader, _children_of(), head=head).scalars()
    members = tuple(sorted({head, customer_id, *children}))
    rule = CreditRule(
        customer=own.name,
        limit=holder.limit,
        currency=holder.currency,
        valid_from=holder.valid_from,
        valid_until=holder.valid_until,
        max_overdue_days=own.max_overdue_days,
        hold=own.hold or holder.hold,
        hold_reason=own.hold_reason or holder.hold_reason,
    )
    overdue = overdue_days(reader, customer_id)
    if rule.limit is None:
        return CreditState(customer_id, rule, None, overdue, members)
    try:
        exposure = _exposure(reader, members, rule.currency, holder.cover_share, holder.cover_amount)
    except RateMissing as missing:
        return CreditState(customer_id, rule, None, overdue, members, str(missing))
    return CreditState(customer_id, rule, exposure, overdue, members)


@functools.cache
def _terms_of() -> Select[Any]:
    kept = plain(CreditTerms)
    return (
        select(kept, plain(Party).name)
        .join_from(CreditTerms.__table__, Party.__table__, plain(Party).id == kept.party_id)
        .where(kept.party_id == bindparam("party"))
    )


@functools.cache
def _children_of() -> Select[Any]:
    kept = plain(CreditTerms)
    return select(kept.party_id).where(kept.group_id == bindparam("head"))


def in_currency(reader: Reader, amounts: Sums, currency: str) -> Decimal:
    """Answer amounts of several currencies in one, each converted once at today's middle rate; raises RateMissing."""
    total = ZERO
    for each, amount in sorted(amounts.items()):
        if each == currency or amount == 0:
            total += amount
            continue
        own = rate_for(reader, RateType.MID, each, reader.today).rate
        other = rate_for(reader, RateType.MID, currency, reader.today).rate
        total += round_money(amount * own / other, currency)
    return total


def overdue_days(reader: Reader, customer_id: int) -> int:
    """Answer how many days the oldest unpaid instalment is past its day, 0 when none is."""
    oldest = plain_rows(reader, _oldest_due(), party=customer_id).scalars()
    first = min((day for day in oldest if day is not None), default=None)
    return 0 if first is None else max(0, (reader.today - first).days)


@functools.cache
def _oldest_due() -> Select[Any]:
    part = plain(Instalment)
    # A currency at a time, for then the index by party serves; the least of all would be looked for by day.
    return (
        select(func.min(part.due_on))
        .where(
            part.side == "AR",
            part.party_id == bindparam("party"),
            # Written out, not bound: only so the partial index of what is open serves.
            part.is_credit == false(),
            part.open_amount != literal_column("0"),
        )
        .group_by(part.currency)
    )


def _exposure(
    reader: Reader, members: Sequence[int], currency: str, cover_share: Decimal, cover: Decimal
) -> Exposure:
    debits, credits_ = _open_items(reader, members)
    kept = _earmarked(reader, members)
    free = {each: amount - kept.get(each, ZERO) for each, amount in credits_.items()}
    unposted, backlog = _undelivered(reader, members)
    receivable = in_currency(reader, debits, currency)
    by_bank = in_currency(reader, _documents_secured(reader, members), currency)
    return Exposure(
        currency,
        receivable=receivable,
        unapplied=in_currency(reader, free, currency),
        unposted=in_currency(reader, unposted, currency),
        backlog=in_currency(reader, backlog, currency) if reader.settings.credit_backlog else ZERO,
        secured=by_bank + insured_part(receivable - by_bank, cover_share, cover),
    )


def _open_items(reader: Reader, members: Sequence[int]) -> tuple[Sums, Sums]:
    """Answer what the customers' items leave open: debits, and credits as amounts above zero."""
    rows = plain_rows(reader, _open_sums(), members=members, today=reader.today).all()
    debits = {currency: owed for currency, owed, _left in rows if owed}
    return debits, {currency: -left for currency, _owed, left in rows if left}


@functools.cache
def _open_sums() -> Select[Any]:
    item = plain(Item)
    today = bindparam("today", type_=item.day.type)
    nothing: ColumnElement[Any] = literal_column("0")
    owed = case((item.open_amount > nothing, item.open_amount), else_=nothing)
    left = case((item.open_amount < nothing, item.open_amount), else_=nothing)
    kind = item.open_amount.type
    return (
        select(item.currency, type_coerce(func.sum(owed), kind), type_coerce(func.sum(left), kind))
        # Written out, not bound: only so the partial index of what is open serves.
        .where(item.side == "AR", item.party_id.in_(_MEMBERS), item.open_amount != nothing, item.day <= today)
        .group_by(item.currency)
    )


def _earmarked(reader: Reader, members: Sequence[int]) -> Sums:
    """Answer what of the open credits is kept for contracts."""
    return dict(plain_rows(reader, _kept_sums(), members=members).all())


@functools.cache
def _kept_sums() -> Select[Any]:
    item, mark = plain(Item), plain(Earmark)
    return (
        select(item.currency, func.sum(mark.amount))
        .join_from(Earmark.__table__, Item.__table__, item.id == mark.item_id)
        .where(item.side == "AR", item.party_id.in_(_MEMBERS), item.open_amount < 0)
        .group_by(item.currency)
    )


def _undelivered(reader: Reader, members: Sequence[int]) -> tuple[Sums, Sums]:
    """Answer what left without an invoice and what is still to be delivered, both less the deposits kept."""
    contracts = plain_rows(reader, _contracts_owed(), members=members).all()
    keys = [row.id for row in contracts]
    if not keys:
        return {}, {}
    gone = {row.id: row.unposted for row in contracts if row.unposted}
    letters = _undrawn_letters(reader, keys) if reader.settings.credit_letters_out else {}
    values = open_values(reader, keys)
    unposted: defaultdict[str, Decimal] = defaultdict(Decimal)
    backlog: defaultdict[str, Decimal] = defaultdict(Decimal)
    for key, currency, kept, _unposted in contracts:
        deposit = max(ZERO, kept or ZERO)
        left = max(ZERO, deposit - gone.get(key, ZERO))
        unposted[currency] += contract_backlog(gone.get(key, ZERO), deposit)
        ahead = contract_backlog(values.get(key, ZERO), left)
        backlog[currency] += ahead - min(ahead, letters.get((key, currency), ZERO))
    return dict(unposted), dict(backlog)


@functools.cache
def _contracts_owed() -> Select[Any]:
    """Build the contracts that may still be owed for, with what is kept for each and what left it without invoice."""
    contract, mark = plain(SalesContract), plain(Earmark)
    kept = select(func.sum(mark.amount)).where(mark.contract_id == contract.id)
    gone = _unposted_goods(func.sum(plain(ShipmentLine).amount)).where(
        plain(ShipmentLine).contract_id == contract.id
    )
    return select(
        contract.id,
        contract.currency,
        kept.correlate(SalesContract.__table__).scalar_subquery(),
        gone.correlate(SalesContract.__table__).scalar_subquery().label("unposted"),
    ).where(owed_by(contract, _MEMBERS), contract.status.in_((*IN_FORCE, "shipped")))


def _undrawn_letters(reader: Reader, contracts: Sequence[int]) -> dict[tuple[int, str], Decimal]:
    """Answer what is not drawn yet of confirmed letters of credit, by contract and currency (section 16.17)."""
    rows = plain_rows(reader, _letters_drawn(), contracts=contracts, today=reader.today)
    found: defaultdict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for contract_id, currency, amount, used in rows:
        found[contract_id, currency] += max(ZERO, amount - (used or ZERO))
    return found


@functools.cache
def _letters_drawn() -> Select[Any]:
    letter, shipment, line = plain(LetterOfCredit), plain(Shipment), plain(ShipmentLine)
    of_contract = (
        select(line.shipment_id)
        .where(line.contract_id == letter.contract_id)
        .correlate(LetterOfCredit.__table__)
    )
    drawn = (
        select(func.sum(shipment.total))
        .where(
            (shipment.credit_id == letter.id) | (shipment.credit_id.is_(None) & shipment.id.in_(of_contract)),
            shipment.status.in_(sorted(GONE)),
        )
        .correlate(LetterOfCredit.__table__)
        .scalar_subquery()
    )
    return select(letter.contract_id, letter.currency, letter.amount, drawn).where(
        letter.contract_id.in_(_CONTRACTS),
        letter.confirmed.is_(True),
        letter.status.in_(("checked", "used")),
        letter.expires_on >= bindparam("today", type_=letter.expires_on.type),
    )


def open_values(reader: Reader, contracts: Sequence[int]) -> dict[int, Decimal]:
    """Answer the undelivered part of contracts: open quantity times price and its part of a discount on the whole."""
    sums = plain_rows(reader, _gone_sums(), contracts=contracts)
    gone = {key: (quantity, adjusted) for key, quantity, adjusted in sums}
    found: defaultdict[int, Decimal] = defaultdict(Decimal)
    rows = plain_rows(reader, _ordered(), contracts=contracts)
    for row in rows:
        shipped, invoiced = gone.get(row.id, (ZERO, ZERO))
        left = max(ZERO, row.quantity - shipped - row.short_closed)
        share = shipped_share(SharedLine(row.quantity, row.adjusted, shipped, invoiced), left, row.currency)
        found[row.contract_id] += line_amount(left, row.price, row.currency, row.discount) + share
    return dict(found)


@functools.cache
def _gone_sums() -> Select[Any]:
    shipment, goods = plain(Shipment), plain(ShipmentLine)
    return (
        select(goods.contract_line_id, func.sum(goods.quantity), func.sum(goods.adjusted))
        .join_from(ShipmentLine.__table__, Shipment.__table__, shipment.id == goods.shipment_id)
        .where(goods.contract_id.in_(_CONTRACTS), shipment.status.in_(sorted(GONE)))
        .group_by(goods.contract_line_id)
    )


@functools.cache
def _ordered() -> Select[Any]:
    line, contract = plain(ContractLine), plain(SalesContract)
    return (
        select(
            line.id, line.contract_id, line.quantity, line.short_closed, line.price, line.discount,
            line.adjusted, contract.currency,
        )
        .join_from(ContractLine.__table__, SalesContract.__table__, contract.id == line.contract_id)
        .where(line.contract_id.in_(_CONTRACTS))
    )  # fmt: skip


def loaded_values(reader: Reader, members: Sequence[int], but: int) -> Sums:
    """Answer what is loaded on other shipments than ``but`` and has not left, less its share of the deposits kept.

    It counts where orders do not: else a customer's goods would pass one by one before the first of them leaves.
    """
    rows = plain_rows(reader, _loaded(), members=members, but=but).all()
    values = open_values(reader, [row.id for row in rows]) if rows else {}
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for key, currency, amount, kept in rows:
        whole = max(values.get(key, ZERO), amount)
        share = round_money((kept or ZERO) * amount / whole, currency) if whole else ZERO
        found[currency] += contract_backlog(amount, share)
    return dict(found)


@functools.cache
def _loaded() -> Select[Any]:
    contract, goods, shipment, mark = (
        plain(entity) for entity in (SalesContract, ShipmentLine, Shipment, Earmark)
    )
    kept = select(func.sum(mark.amount)).where(mark.contract_id == contract.id)
    return (
        select(
            contract.id,
            contract.currency,
            type_coerce(func.sum(goods.amount), goods.amount.type),
            kept.correlate(SalesContract.__table__).scalar_subquery(),
        )
        .join_from(ShipmentLine.__table__, SalesContract.__table__, contract.id == goods.contract_id)
        .join(Shipment.__table__, shipment.id == goods.shipment_id)
        .where(
            owed_by(contract, _MEMBERS),
            shipment.status.in_(("loaded", "declared")),
            shipment.id != bindparam("but"),
        )
        .group_by(contract.id, contract.currency)
    )


def unposted_values(reader: Reader, contracts: Sequence[int]) -> dict[int, Decimal]:
    """Answer what of each contract has left without its invoice being posted."""
    return dict(plain_rows(reader, _unposted(), contracts=contracts).all())


@functools.cache
def _unposted() -> Select[Any]:
    goods = plain(ShipmentLine)
    return (
        _unposted_goods(goods.contract_id, func.sum(goods.amount))
        .where(goods.contract_id.in_(_CONTRACTS))
        .group_by(goods.contract_id)
    )


def _unposted_goods(*columns: Any) -> Select[Any]:
    goods, shipment, item = plain(ShipmentLine), plain(Shipment), plain(Item)
    posted = select(item.id).where(item.shipment_id == shipment.id, item.side == "AR", item.kind == "INV")
    return (
        select(*columns)
        .join_from(ShipmentLine.__table__, Shipment.__table__, shipment.id == goods.shipment_id)
        .where(shipment.status.in_(sorted(GONE)), ~posted.exists())
    )


def _documents_secured(reader: Reader, members: Sequence[int]) -> Sums:
    """Answer what banks answer for: documents accepted, or complying under a confirmed letter of credit."""
    rows = plain_rows(reader, _shown_documents(), members=members)
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for currency, amount, still_open in rows:
        found[currency] += min(amount, still_open)
    return dict(found)


@functools.cache
def _shown_documents() -> Select[Any]:
    shown, letter, item = plain(Presentation), plain(LetterOfCredit), plain(Item)
    return (
        select(letter.currency, shown.amount, item.open_amount)
        .join_from(Presentation.__table__, LetterOfCredit.__table__, letter.id == shown.credit_id)
        .join(
            Item.__table__,
            (item.shipment_id == shown.shipment_id) & (item.side == "AR") & (item.kind == "INV"),
        )
        .where(
            letter.customer_id.in_(_MEMBERS),
            item.open_amount > 0,
            (shown.status == "accepted")
            | ((shown.status == "presented") & letter.confirmed.is_(True) & (shown.discrepancies == "")),
        )
    )
