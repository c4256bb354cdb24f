"""What a customer uses of its credit today, over plain tables: the same for everyone (domain.md section 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import false, func, literal_column, select

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
from tradecrm.services.figures.plain import plain
from tradecrm.services.figures.quantities import GONE
from tradecrm.services.money.rates import rate_for
from tradecrm.services.work import Reader

ZERO = Decimal(0)
IN_FORCE = ("effective", "partly_shipped")
Sums = dict[str, Decimal]
"""Amounts by currency."""


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
    kept = plain(CreditTerms)
    own = reader.session.execute(select(kept).where(kept.party_id == customer_id)).one_or_none()
    if own is None:
        return None
    holder, members = own, (customer_id,)
    if own.group_id is not None:
        parent = reader.session.execute(select(kept).where(kept.party_id == own.group_id)).one_or_none()
        holder = parent if parent is not None else own
    head = holder.party_id
    children = reader.session.scalars(select(kept.party_id).where(kept.group_id == head))
    members = tuple(sorted({head, customer_id, *children}))
    rule = CreditRule(
        customer=_name(reader, customer_id),
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


def _name(reader: Reader, customer_id: int) -> str:
    party = plain(Party)
    return reader.session.scalar(select(party.name).where(party.id == customer_id)) or ""


def overdue_days(reader: Reader, customer_id: int) -> int:
    """Answer how many days the oldest unpaid instalment is past its day, 0 when none is."""
    part = plain(Instalment)
    # A currency at a time, for then the index by party serves; the least of all would be looked for by day.
    oldest = reader.session.scalars(
        select(func.min(part.due_on))
        .where(
            part.side == "AR",
            part.party_id == customer_id,
            # Written out, not bound: only so the partial index of what is open serves.
            part.is_credit == false(),
            part.open_amount != literal_column("0"),
        )
        .group_by(part.currency)
    )
    first = min((day for day in oldest if day is not None), default=None)
    return 0 if first is None else max(0, (reader.today - first).days)


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
    item = plain(Item)
    debits: Sums = {}
    credits_: Sums = {}
    for sums, criterion, sign in ((debits, item.open_amount > 0, 1), (credits_, item.open_amount < 0, -1)):
        rows = reader.session.execute(
            select(item.currency, func.sum(item.open_amount))
            .where(item.side == "AR", item.party_id.in_(members), criterion, item.day <= reader.today)
            .group_by(item.currency)
        )
        sums.update({currency: sign * amount for currency, amount in rows})
    return debits, credits_


def _earmarked(reader: Reader, members: Sequence[int]) -> Sums:
    """Answer what of the open credits is kept for contracts."""
    item, mark = plain(Item), plain(Earmark)
    rows = reader.session.execute(
        select(item.currency, func.sum(mark.amount))
        .join_from(Earmark.__table__, Item.__table__, item.id == mark.item_id)
        .where(item.side == "AR", item.party_id.in_(members), item.open_amount < 0)
        .group_by(item.currency)
    )
    return dict(rows.all())


def _undelivered(reader: Reader, members: Sequence[int]) -> tuple[Sums, Sums]:
    """Answer what left without an invoice and what is still to be delivered, both less the deposits kept."""
    contract, mark = plain(SalesContract), plain(Earmark)
    contracts = reader.session.execute(
        select(contract.id, contract.currency).where(
            owed_by(contract, members), contract.status.in_((*IN_FORCE, "shipped"))
        )
    ).all()
    keys = [row.id for row in contracts]
    if not keys:
        return {}, {}
    deposits: dict[int, Decimal] = dict(
        reader.session.execute(
            select(mark.contract_id, func.sum(mark.amount))
            .where(mark.contract_id.in_(keys))
            .group_by(mark.contract_id)
        ).all()
    )
    gone = unposted_values(reader, keys)
    letters = _undrawn_letters(reader, keys) if reader.settings.credit_letters_out else {}
    values = open_values(reader, keys)
    unposted: defaultdict[str, Decimal] = defaultdict(Decimal)
    backlog: defaultdict[str, Decimal] = defaultdict(Decimal)
    for key, currency in contracts:
        deposit = max(ZERO, deposits.get(key, ZERO))
        left = max(ZERO, deposit - gone.get(key, ZERO))
        unposted[currency] += contract_backlog(gone.get(key, ZERO), deposit)
        ahead = contract_backlog(values.get(key, ZERO), left)
        backlog[currency] += ahead - min(ahead, letters.get((key, currency), ZERO))
    return dict(unposted), dict(backlog)


def _undrawn_letters(reader: Reader, contracts: Sequence[int]) -> dict[tuple[int, str], Decimal]:
    """Answer what is not drawn yet of confirmed letters of credit, by contract and currency (section 16.17)."""
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
    rows = reader.session.execute(
        select(letter.contract_id, letter.currency, letter.amount, drawn).where(
            letter.contract_id.in_(contracts),
            letter.confirmed.is_(True),
            letter.status.in_(("checked", "used")),
            letter.expires_on >= reader.today,
        )
    )
    found: defaultdict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for contract_id, currency, amount, used in rows:
        found[contract_id, currency] += max(ZERO, amount - (used or ZERO))
    return found


def open_values(reader: Reader, contracts: Sequence[int]) -> dict[int, Decimal]:
    """Answer the undelivered part of contracts: open quantity times price and its part of a discount on the whole."""
    line, shipment, goods = plain(ContractLine), plain(Shipment), plain(ShipmentLine)
    sums = reader.session.execute(
        select(goods.contract_line_id, func.sum(goods.quantity), func.sum(goods.adjusted))
        .join_from(ShipmentLine.__table__, Shipment.__table__, shipment.id == goods.shipment_id)
        .where(goods.contract_id.in_(contracts), shipment.status.in_(sorted(GONE)))
        .group_by(goods.contract_line_id)
    )
    gone = {key: (quantity, adjusted) for key, quantity, adjusted in sums}
    found: defaultdict[int, Decimal] = defaultdict(Decimal)
    contract = plain(SalesContract)
    rows = reader.session.execute(
        select(
            line.id, line.contract_id, line.quantity, line.short_closed, line.price, line.discount,
            line.adjusted, contract.currency,
        )
        .join_from(ContractLine.__table__, SalesContract.__table__, contract.id == line.contract_id)
        .where(line.contract_id.in_(contracts))
    )  # fmt: skip
    for row in rows:
        shipped, invoiced = gone.get(row.id, (ZERO, ZERO))
        left = max(ZERO, row.quantity - shipped - row.short_closed)
        share = shipped_share(SharedLine(row.quantity, row.adjusted, shipped, invoiced), left, row.currency)
        found[row.contract_id] += line_amount(left, row.price, row.currency, row.discount) + share
    return dict(found)


def unposted_values(reader: Reader, contracts: Sequence[int]) -> dict[int, Decimal]:
    """Answer what of each contract has left without its invoice being posted."""
    goods, shipment, item = plain(ShipmentLine), plain(Shipment), plain(Item)
    posted = select(item.id).where(item.shipment_id == shipment.id, item.side == "AR", item.kind == "INV")
    rows = reader.session.execute(
        select(goods.contract_id, func.sum(goods.amount))
        .join_from(ShipmentLine.__table__, Shipment.__table__, shipment.id == goods.shipment_id)
        .where(goods.contract_id.in_(contracts), shipment.status.in_(sorted(GONE)), ~posted.exists())
        .group_by(goods.contract_id)
    )
    return dict(rows.all())


def _documents_secured(reader: Reader, members: Sequence[int]) -> Sums:
    """Answer what banks answer for: documents accepted, or complying under a confirmed letter of credit."""
    shown, letter, item = plain(Presentation), plain(LetterOfCredit), plain(Item)
    rows = reader.session.execute(
        select(letter.currency, shown.amount, item.open_amount)
        .join_from(Presentation.__table__, LetterOfCredit.__table__, letter.id == shown.credit_id)
        .join(
            Item.__table__,
            (item.shipment_id == shown.shipment_id) & (item.side == "AR") & (item.kind == "INV"),
        )
        .where(
            letter.customer_id.in_(members),
            item.open_amount > 0,
            (shown.status == "accepted")
            | ((shown.status == "presented") & letter.confirmed.is_(True) & (shown.discrepancies == "")),
        )
    )
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for currency, amount, still_open in rows:
        found[currency] += min(amount, still_open)
    return dict(found)
