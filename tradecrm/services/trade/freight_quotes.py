"""Quotes of forwarders (货代报价) with their charges: recorded, withdrawn, compared (domain.md sections 1.2 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.clock import local_day
from tradecrm.core.errors import Conflict, RateMissing
from tradecrm.core.freight import (
    BASE_FREIGHT,
    CHARGE_KINDS,
    CONTAINER,
    KG,
    PERCENT,
    RT,
    UNITS,
    Charge,
    Quoted,
    Ranked,
    charge_kind,
    compare,
    usual_quantity,
)
from tradecrm.core.money import currency_problems
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.text import _
from tradecrm.core.trade_flows import FREIGHT_INQUIRY
from tradecrm.models import FreightCharge, FreightInquiry, FreightInvite, FreightQuote, Party
from tradecrm.services.money.rates import rate_for
from tradecrm.services.trade.freight import cargo_of, demand_on, quotes_of
from tradecrm.services.work import Reader, Work, operation

ZERO = Decimal(0)
ASKING = frozenset({"sent", "quoting", "comparing"})
"""States in which quotes come in."""
_CODES = frozenset(kind.code for kind in CHARGE_KINDS)
_UNITS = frozenset(unit for unit, _title in UNITS)


@dataclass(frozen=True, slots=True)
class ChargeDraft:
    """A charge as typed; the price of a charge in percent is the percentage of the base freight."""

    code: str
    unit: str
    quantity: Decimal
    currency: str
    price: Decimal
    description: str = ""


@dataclass(frozen=True, slots=True)
class SaveFreightQuote:
    """A forwarder's quote as it came; ``received_at`` None is now, ``id`` and ``version`` name the edited one."""

    inquiry_id: int
    forwarder_id: int
    charges: tuple[ChargeDraft, ...]
    port_of_loading: str
    port_of_discharge: str
    container_type: str = ""
    container_count: int = 0
    carrier: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    etd: date | None = None
    transit_days: int | None = None
    free_days: int | None = None
    remarks: str = ""
    received_at: datetime | None = None
    id: int | None = None
    version: int | None = None


_HEADER = (
    "port_of_loading",
    "port_of_discharge",
    "container_type",
    "container_count",
    "carrier",
    "valid_from",
    "valid_until",
    "etd",
    "transit_days",
    "free_days",
    "remarks",
)


def check_quote(command: SaveFreightQuote) -> list[Problem]:
    """Answer what is wrong with a quote, each at its field."""
    problems = []
    if not command.charges:
        problems.append(Problem("charges", _("Enter at least one charge.")))
    if command.valid_from and command.valid_until and command.valid_until < command.valid_from:
        problems.append(Problem("valid_until", _("The quote ends before it begins.")))
    for name in ("transit_days", "free_days", "container_count"):
        value = getattr(command, name)
        if value is not None and value < 0:
            problems.append(Problem(name, _("It must not be below zero.")))
    freight = {
        each.currency for each in command.charges if each.code == BASE_FREIGHT and each.unit != PERCENT
    }
    for number, charge in enumerate(command.charges):
        problems += _check_charge(f"charges.{number}", charge, freight)
    return problems


def _check_charge(place: str, charge: ChargeDraft, freight: set[str]) -> list[Problem]:
    problems = []
    if charge.code not in _CODES:
        problems.append(Problem(f"{place}.code", _("Choose what is charged.")))
    if charge.unit not in _UNITS:
        problems.append(Problem(f"{place}.unit", _("Choose what the charge is for one of.")))
    if charge.quantity <= 0:
        problems.append(Problem(f"{place}.quantity", _("The quantity must be above zero.")))
    if charge.price < 0:
        problems.append(Problem(f"{place}.price", _("The price must not be below zero.")))
    if unknown := currency_problems(f"{place}.currency", charge.currency):
        problems += unknown
    elif charge.unit == PERCENT and charge.currency not in freight:
        words = _("There is no base freight in {currency} that the percentage could be of.")
        problems.append(Problem(f"{place}.currency", words.format(currency=charge.currency)))
    return problems


@operation("freight.write", check=check_quote)
def save_freight_quote(work: Work, command: SaveFreightQuote) -> int:
    """Write a quote of a forwarder that was asked; with enough valid ones comparing begins. Answers its id."""
    demand_on(work)
    inquiry = work.get(FreightInquiry, command.inquiry_id, _("Freight inquiry"))
    party = work.get(Party, command.forwarder_id, _("Forwarder"))
    _demand_asked(work, inquiry, party)
    quote = _quote_to_write(work, command, inquiry)
    for name in _HEADER:
        setattr(quote, name, getattr(command, name))
    quote.forwarder_id = party.id
    quote.received_at = command.received_at or quote.received_at or work.now
    quote.updated_at = work.now
    work.add(quote)
    _write_charges(work, quote, command.charges)
    _warn_of_less(work, inquiry, command.charges)
    if inquiry.status == "sent":
        inquiry.status = FREIGHT_INQUIRY.step("sent", "quote").target
    _begin_comparing(work, inquiry)
    inquiry.updated_at = work.now
    return quote.id


def _demand_asked(work: Work, inquiry: FreightInquiry, party: Party) -> None:
    """Refuse a quote before the inquiry is sent, after the choice, or of a forwarder that was not asked."""
    if inquiry.status not in ASKING:
        raise Refusal.of(
            _("{number} is “{status}”; quotes come in between sending and choosing.").format(
                number=inquiry.number, status=_(FREIGHT_INQUIRY.state(inquiry.status).title)
            )
        )
    asked = work.session.scalars(
        select(FreightInvite.id).where(
            FreightInvite.inquiry_id == inquiry.id, FreightInvite.forwarder_id == party.id
        )
    ).one_or_none()
    if asked is None:
        raise Refusal.of(
            _("{name} was not asked. Add it to the forwarders of {number} first.").format(
                name=party.name, number=inquiry.number
            ),
            "forwarder",
        )


def _quote_to_write(work: Work, command: SaveFreightQuote, inquiry: FreightInquiry) -> FreightQuote:
    """Answer the quote to fill: a new one, or the one that was read in the same version."""
    if command.id is None:
        return FreightQuote(inquiry_id=inquiry.id, owner_id=inquiry.owner_id)
    quote = work.get(FreightQuote, command.id, _("Freight quote"))
    if quote.version != command.version:
        raise Conflict(_("This quote was changed by someone else meanwhile. Nothing was saved."))
    if quote.inquiry_id != inquiry.id:
        raise Refusal.of(_("This quote belongs to another inquiry."))
    if quote.withdrawn:
        raise Refusal.of(_("The forwarder withdrew this quote; enter its new one as a new quote."))
    return quote


def _write_charges(work: Work, quote: FreightQuote, charges: Sequence[ChargeDraft]) -> None:
    for old in work.session.scalars(select(FreightCharge).where(FreightCharge.quote_id == quote.id)):
        work.session.delete(old)
    work.session.flush()
    work.session.add_all(
        FreightCharge(
            quote_id=quote.id,
            position=position,
            code=draft.code,
            unit=draft.unit,
            quantity=draft.quantity,
            currency=draft.currency,
            price=draft.price,
            description=draft.description,
            owner_id=quote.owner_id,
        )
        for position, draft in enumerate(charges, 1)
    )
    work.session.flush()


def _warn_of_less(work: Work, inquiry: FreightInquiry, charges: Sequence[ChargeDraft]) -> None:
    """Warn of charges for less than is to be carried: such a quote looks cheaper than it is."""
    cargo = cargo_of(work, inquiry)
    for each in charges:
        asked = usual_quantity(each.unit, cargo)
        if each.unit in (CONTAINER, RT, KG) and each.quantity < asked:
            words = _(
                "{charge}: it is charged for {quantity}, and {asked} is to be carried. Check the quantity."
            )
            work.warn(
                words.format(
                    charge=_(charge_kind(each.code).title),
                    quantity=f"{each.quantity.normalize():,f}",
                    asked=f"{asked.normalize():,f}",
                )
            )


def _begin_comparing(work: Work, inquiry: FreightInquiry) -> None:
    """Take an inquiry on to comparing once it has as many valid quotes as the setting wants."""
    valid = [one for one in ranked_quotes(work, inquiry) if one.valid]
    if inquiry.status == "quoting" and len(valid) >= work.settings.freight_quotes_needed:
        inquiry.status = FREIGHT_INQUIRY.step(inquiry.status, "compare").target


@dataclass(frozen=True, slots=True)
class WithdrawFreightQuote:
    """A forwarder takes its quote back before it was chosen."""

    quote_id: int


@operation("freight.write")
def withdraw_freight_quote(work: Work, command: WithdrawFreightQuote) -> None:
    """Mark a quote as withdrawn; it stays to be seen. A chosen one is given up through the inquiry instead."""
    quote = work.get(FreightQuote, command.quote_id, _("Freight quote"))
    inquiry = work.get(FreightInquiry, quote.inquiry_id, _("Freight inquiry"))
    if quote.withdrawn:
        raise Refusal.of(_("This quote is withdrawn already."))
    if inquiry.status not in ASKING:
        raise Refusal.of(
            _("{number} is “{status}”; a chosen quote is withdrawn at the comparison.").format(
                number=inquiry.number, status=_(FREIGHT_INQUIRY.state(inquiry.status).title)
            )
        )
    quote.withdrawn = True
    quote.updated_at = work.now


def ranked_quotes(reader: Reader, inquiry: FreightInquiry) -> tuple[Ranked, ...]:
    """Answer the quotes of an inquiry in their order, with all-in, figures and what is wrong (section 6)."""
    quotes = quotes_of(reader, inquiry.id)
    charges = charges_of(reader, [quote.id for quote in quotes])
    rates: dict[tuple[int, str], Decimal] = {}
    for quote in quotes:
        for currency in {charge.currency for charge in charges.get(quote.id, ())}:
            rate = quote_rate(reader, currency, local_day(quote.received_at))
            if rate is not None:
                rates[quote.id, currency] = rate
    found = [_quoted(quote, charges.get(quote.id, ())) for quote in quotes]
    return compare(cargo_of(reader, inquiry), found, rates, reader.base)


def charges_of(reader: Reader, quote_ids: Sequence[int]) -> dict[int, tuple[FreightCharge, ...]]:
    """Answer the charges of each quote in their order."""
    found: dict[int, tuple[FreightCharge, ...]] = {}
    rows = reader.session.scalars(
        select(FreightCharge)
        .where(FreightCharge.quote_id.in_(quote_ids))
        .order_by(FreightCharge.quote_id, FreightCharge.position)
    )
    for row in rows:
        found[row.quote_id] = (*found.get(row.quote_id, ()), row)
    return found


def plain_charges(charges: Sequence[FreightCharge]) -> tuple[Charge, ...]:
    """Answer charges as the comparison takes them."""
    return tuple(Charge(row.code, row.unit, row.quantity, row.currency, row.price) for row in charges)


def _quoted(quote: FreightQuote, charges: Sequence[FreightCharge]) -> Quoted:
    return Quoted(
        id=quote.id,
        party_id=quote.forwarder_id,
        port_of_loading=quote.port_of_loading,
        port_of_discharge=quote.port_of_discharge,
        container_type=quote.container_type,
        container_count=quote.container_count,
        valid_from=quote.valid_from,
        valid_until=quote.valid_until,
        transit_days=quote.transit_days,
        free_days=quote.free_days,
        received_at=quote.received_at,
        charges=plain_charges(charges),
        withdrawn=quote.withdrawn,
    )


def quote_rate(reader: Reader, currency: str, day: date) -> Decimal | None:
    """Answer the rate a quote is compared at: bank selling of the day it came, else the budget rate, else None."""
    for kind in (RateType.SELL, RateType.BUDGET):
        try:
            return rate_for(reader, kind, currency, day).rate
        except RateMissing:
            continue
    return None
