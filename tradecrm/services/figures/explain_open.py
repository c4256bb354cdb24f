"""How an aging row, an open amount and a realized exchange difference come about (sections 3.1, 3.5, 3.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from tradecrm.core.aging import bucket_labels
from tradecrm.core.carrying import Side, cross_parts
from tradecrm.core.errors import RateMissing
from tradecrm.core.links import Link
from tradecrm.core.money import convert, format_amount
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.models import Allocation, Item, Party, Tranche
from tradecrm.services.figures.aging import AgingQuery, ledger_balances
from tradecrm.services.figures.aging_detail import UNAPPLIED, AgingPart, aging_detail
from tradecrm.services.figures.explain import ZERO, Ask, ExplainedStep, Explanation, joined, less, wanted_id
from tradecrm.services.money.rates import rate_for
from tradecrm.services.work import Reader


def explain_aging(reader: Reader, ask: Ask) -> Explanation:
    """Explain a party's row of the aging in one currency: each bucket of its instalments, and the ledger balance."""
    if ask.party_id is None or not ask.currency:
        raise Refusal.of(_("Say of which partner and in which currency."), "party")
    party = reader.get(Party, ask.party_id, _("Partner"))
    code = ask.currency
    query = AgingQuery(ask.side, ask.as_of, ask.basis, ask.edges, (ask.party_id,), code)
    parts = aging_detail(reader, query)
    labels = bucket_labels(ask.edges, ask.basis)
    steps: list[ExplainedStep] = []
    buckets = [*range(len(labels)), UNAPPLIED]
    for bucket in buckets:
        own = [part for part in parts if part.bucket == bucket]
        if own:
            words = _("Unapplied") if bucket == UNAPPLIED else labels[bucket]
            steps += _bucket(words, own, code, _detail(ask, bucket))
    total = sum((part.open_amount for part in parts), ZERO)
    ledger = ledger_balances(reader, ask.side, ask.as_of, ask.party_id).get((ask.party_id, code), ZERO)
    sums = [format_amount(step.value or ZERO, code) for step in steps if step.result]
    behind = _ledger_link(ask)
    steps = [
        ExplainedStep(s.words, s.formula, s.value, s.currency, s.link, unit=s.unit) if s.result else s
        for s in steps
    ]
    steps += [
        ExplainedStep(_("Total of the row"), joined(sums), total, code, _detail(ask, None), result=True),
        ExplainedStep(
            _("Ledger balance"),
            _("all rows of the ledger up to {day}").format(day=ask.as_of),
            ledger,
            code,
            behind,
        ),
        ExplainedStep(
            _("Difference"),
            less(format_amount(total, code), format_amount(ledger, code)),
            total - ledger,
            code,
            behind,
        ),
    ]
    return Explanation(
        _("Aging of {party} in {currency} as of {day}").format(
            party=party.name, currency=code, day=ask.as_of
        ),
        _("Σ buckets + unapplied = ledger balance; open = amount − what was settled up to the day"),
        tuple(steps),
    )


def _detail(ask: Ask, bucket: int | None) -> Link:
    words = {None: None, UNAPPLIED: "unapplied"}.get(bucket, str(bucket))
    given: dict[str, Any] = {
        "side": ask.side,
        "as_of": ask.as_of.isoformat(),
        "basis": ask.basis.value,
        "edges": ",".join(map(str, ask.edges)),
        "party": ask.party_id,
        "currency": ask.currency,
    }
    return Link.to("report/aging_detail", **given, **({} if words is None else {"bucket": words}))


def _ledger_link(ask: Ask) -> Link:
    return Link.to(
        "report/ledger_entries",
        book=ask.side,
        party=ask.party_id,
        currency=ask.currency,
        last=ask.as_of.isoformat(),
    )


def _bucket(words: str, own: list[AgingPart], code: str, link: Link) -> list[ExplainedStep]:
    """Answer the steps of a bucket: its instalments, then their sum, marked as a result for the total."""
    rows = [
        ExplainedStep(
            f"{part.number} · {part.position}",
            _days(part),
            part.open_amount,
            code,
            Link.to("report/explained", figure="open", id=part.item_id),
        )
        for part in own
    ]
    amounts = [format_amount(part.open_amount, code) for part in own]
    total = sum((part.open_amount for part in own), ZERO)
    return [*rows, ExplainedStep(words, joined(amounts), total, code, link, result=True)]


def _days(part: AgingPart) -> str:
    if part.bucket == UNAPPLIED:
        return _("not aged")
    if part.days is None:
        return _("due date not known")
    return _("due {day}, {days} days").format(day=part.due_on or part.document_day, days=part.days)


def explain_open(reader: Reader, ask: Ask) -> Explanation:
    """Explain the open amount of an item: amount less its settlements up to the day, in its money and in base."""
    item = reader.get(Item, wanted_id(ask), _("Item"))
    code, base = item.currency, reader.base
    rows = reader.session.scalars(
        select(Allocation)
        .where(
            or_(Allocation.debit_item_id == item.id, Allocation.credit_item_id == item.id),
            Allocation.day <= ask.as_of,
        )
        .order_by(Allocation.day, Allocation.id)
    ).all()
    paper = Link.to("receivable", id=item.id)
    sign = 1 if item.amount >= 0 else -1
    steps = [ExplainedStep(_("Amount of {number}").format(number=item.number), "", item.amount, code, paper)]
    left, left_base = item.amount, item.base_amount
    numbers = _numbers(reader, [_other(row, item.id) for row in rows])
    for row in rows:
        mine = row.debit_item_id == item.id
        taken = row.debit_amount if mine else row.credit_amount
        released = row.debit_base if mine else row.credit_base
        left, left_base = left - sign * taken, left_base - sign * released
        words = (
            _("Settled on {day} by {number}")
            if row.reverses_id is None
            else _("Taken back on {day}: {number}")
        )
        other = _other(row, item.id)
        steps.append(
            ExplainedStep(
                words.format(day=row.day, number=numbers.get(other, "")),
                _("carrying {amount}").format(amount=format_amount(released, base)),
                -sign * taken,
                code,
                Link.to("report/explained", figure="difference", id=row.id),
            )
        )
    amounts = [format_amount(step.value or ZERO, code) for step in steps]
    steps.append(ExplainedStep(_("Open amount"), joined(amounts), left, code, paper, result=True))
    if code != base:
        steps += _in_base(reader, item, left_base, paper)
    return Explanation(
        _("Open amount of {number} as of {day}").format(number=item.number, day=ask.as_of),
        _("Open = amount − Σ settlements up to the day; what was taken back counts again from its day"),
        tuple(steps),
    )


def _in_base(reader: Reader, item: Item, left_base: Decimal, paper: Link) -> list[ExplainedStep]:
    """Answer what the item was booked at, part by part under policy A, and what of that is still carried."""
    base, booked = reader.base, item.base_amount
    parts = [_part(reader, item, tranche) for tranche in _tranches(reader, item.id)]
    formula = joined([format_amount(step.value or ZERO, base) for step in parts])
    if not parts:
        formula = f"{format_amount(item.amount, item.currency)} × {item.rate.normalize():f}"
        if convert(item.amount, item.rate, base) != booked:
            formula = _("{amount}, worth what the money paid ahead was").format(
                amount=format_amount(item.amount, item.currency)
            )
    still = less(format_amount(booked, base), format_amount(booked - left_base, base))
    return [
        *parts,
        ExplainedStep(_("Booked in {currency}").format(currency=base), formula, booked, base, paper),
        ExplainedStep(_("Still carried in {currency}").format(currency=base), still, left_base, base, paper),
    ]


def _tranches(reader: Reader, item_id: int) -> list[Tranche]:
    """Answer the parts of an item that have a booking rate of their own, none where it has one rate."""
    statement = select(Tranche).where(Tranche.item_id == item_id).order_by(Tranche.position)
    return list(reader.session.scalars(statement))


def _part(reader: Reader, item: Item, tranche: Tranche) -> ExplainedStep:
    """Answer what one part was booked at: a deposit at the carrying of its receipt, the rest at the item's rate."""
    shown, base = format_amount(tranche.amount, item.currency), reader.base
    if tranche.credit_item_id is None:
        words, formula = _("The rest of it"), f"{shown} × {item.rate.normalize():f}"
        return ExplainedStep(words, formula, tranche.base_amount, base, Link.to("receivable", id=item.id))
    credit = reader.get(Item, tranche.credit_item_id, _("Receipt"))
    return _side_step(reader, _("Paid ahead by {number}"), credit, tranche.amount, tranche.base_amount, 0)


def _other(row: Allocation, item_id: int) -> int:
    return row.credit_item_id if row.debit_item_id == item_id else row.debit_item_id


def _numbers(reader: Reader, keys: list[int]) -> dict[int, str]:
    rows = reader.session.execute(select(Item.id, Item.number).where(Item.id.in_(keys)))
    return dict(rows.all())


def explain_difference(reader: Reader, ask: Ask) -> Explanation:
    """Explain the realized exchange difference of one settlement: worth of the money less carrying released (3.5)."""
    row = reader.get(Allocation, wanted_id(ask), _("Allocation"))
    debit = reader.get(Item, row.debit_item_id, _("Invoice"))
    credit = reader.get(Item, row.credit_item_id, _("Receipt"))
    base = reader.base
    worth, carried = format_amount(row.credit_base, base), format_amount(row.debit_base, base)
    receivable = row.side == Side.AR.value
    formula = less(worth, carried) if receivable else less(carried, worth)
    notes: tuple[str, ...] = ()
    if debit.currency != credit.currency:
        notes = _cross(reader, row, debit)
    return Explanation(
        _("Exchange difference of {debit} settled by {credit} on {day}").format(
            debit=debit.number, credit=credit.number, day=row.day
        ),
        _("Realized = worth of the money received − carrying released")
        if receivable
        else _("Realized = carrying released − worth of the money paid"),
        (
            _side_step(
                reader,
                _("Worth of the money of {number}"),
                credit,
                row.credit_amount,
                row.credit_base,
                debit.id,
            ),
            _side_step(
                reader,
                _("Carrying released of {number}"),
                debit,
                row.debit_amount,
                row.debit_base,
                credit.id,
            ),
            ExplainedStep(
                _("Realized exchange difference"),
                formula,
                row.fx,
                base,
                Link.to("receivable", id=debit.id),
                result=True,
            ),
        ),
        notes,
    )


def _side_step(
    reader: Reader, words: str, item: Item, amount: Decimal, value: Decimal, other_id: int
) -> ExplainedStep:
    """Answer what one side released: its share of the booked base, or what was left of it.

    Under policy A it is the share of a part: of the deposit of the receipt ``other_id``, else of the rest.
    """
    code, base = item.currency, reader.base
    shown = format_amount(amount, code)
    link = Link.to("report/explained", figure="open", id=item.id)
    words = words.format(number=item.number)
    if code == base:
        return ExplainedStep(words, shown, value, base, link)
    whole, booked = abs(item.amount), abs(item.base_amount)
    parts = {tranche.credit_item_id: tranche for tranche in _tranches(reader, item.id)}
    part = parts.get(other_id) or parts.get(None)
    if part is not None:
        whole, booked = part.amount, part.base_amount
    if amount == whole and convert(amount, item.rate, base) == value:
        return ExplainedStep(words, f"{shown} × {item.rate.normalize():f}", value, base, link)
    formula = f"{format_amount(booked, base)} × {shown} ÷ {format_amount(whole, code)}"
    if convert(booked, amount / whole, base) != value:
        formula = _("{amount}, all that was still carried").format(amount=shown)
    return ExplainedStep(words, formula, value, base, link)


def _cross(reader: Reader, row: Allocation, debit: Item) -> tuple[str, ...]:
    """Say how much of a cross-currency difference each currency caused; information only (section 3.5)."""
    try:
        rate = rate_for(reader, RateType.MID, debit.currency, row.day).rate
    except RateMissing:
        return ()
    own, other = cross_parts(row.debit_amount, rate, row.debit_base, row.credit_base, reader.base)
    return (
        _("Of this {own} comes from {currency} itself at {rate}, {other} from the other currency.").format(
            own=format_amount(own, reader.base),
            currency=debit.currency,
            rate=f"{rate.normalize():f}",
            other=format_amount(other, reader.base),
        ),
    )
