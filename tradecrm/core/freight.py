"""Freight quotes (运费报价): what a charge comes to, what is valid, which is cheapest (domain.md section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal

from tradecrm.core.money import convert, line_amount, round_money, round_to
from tradecrm.core.text import N_, _

ZERO = Decimal(0)
_KG_PER_TON = Decimal(1000)
_CM3_PER_M3 = Decimal(1_000_000)
_LEAST_RT = Decimal(1)
_HALF_KG = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Divisors:
    """How many cm³ count as one kilogram by air and by express (section 9.3)."""

    air: Decimal = Decimal(6000)
    express: Decimal = Decimal(5000)

    def by_volume(self, mode: str, volume: Decimal) -> Decimal:
        """Answer the kilograms that ``volume`` in m³ counts as; none by any other mode."""
        divisor = {"AIR": self.air, "EXPRESS": self.express}.get(mode)
        return ZERO if divisor is None else volume * _CM3_PER_M3 / divisor


USUAL_DIVISORS = Divisors()

CONTAINER, RT, KG, BL, SHIPMENT, PERCENT = "container", "rt", "kg", "bl", "shipment", "percent"
UNITS: tuple[tuple[str, str], ...] = (
    (CONTAINER, N_("per container")),
    (RT, N_("per revenue ton")),
    (KG, N_("per kg")),
    (BL, N_("per B/L or waybill")),
    (SHIPMENT, N_("per shipment")),
    (PERCENT, N_("% of freight")),
)
"""What a charge is for one of; a surcharge in percent is of the base freight (section 9.3)."""


@dataclass(frozen=True, slots=True)
class ChargeKind:
    """A charge that forwarders quote: its code, title, cost category (section 2.3) and usual unit."""

    code: str
    title: str
    category: str
    unit: str


CHARGE_KINDS: tuple[ChargeKind, ...] = (
    ChargeKind("FREIGHT", N_("Base freight"), "FRT", CONTAINER),
    ChargeKind("ALL_IN", N_("All-in freight"), "FRT", SHIPMENT),
    ChargeKind("BAF", N_("Bunker surcharge (BAF, FAF)"), "FRT", CONTAINER),
    ChargeKind("PSS", N_("Peak season surcharge (PSS)"), "FRT", CONTAINER),
    ChargeKind("SURCHARGE", N_("Other freight surcharge"), "FRT", CONTAINER),
    ChargeKind("AMS", N_("Manifest filing (AMS, ENS)"), "FRT", BL),
    ChargeKind("THC", N_("Terminal handling at origin (THC)"), "PRT", CONTAINER),
    ChargeKind("DOC", N_("Documents fee"), "PRT", BL),
    ChargeKind("SEAL", N_("Seal"), "PRT", CONTAINER),
    ChargeKind("VGM", N_("VGM weighing"), "PRT", CONTAINER),
    ChargeKind("TLX", N_("Telex release fee"), "PRT", BL),
    ChargeKind("LOCAL", N_("Local charges"), "PRT", SHIPMENT),
    ChargeKind("HAULAGE", N_("Inland haulage"), "INL", CONTAINER),
    ChargeKind("CUSTOMS", N_("Customs clearance"), "CUS", SHIPMENT),
    ChargeKind("DEST", N_("Destination charges"), "DES", SHIPMENT),
    ChargeKind("OTHER", N_("Other charge"), "OTH", SHIPMENT),
)
"""The charges of a quote, in the order of a comparison."""

BASE_FREIGHT = "FREIGHT"


def charge_kind(code: str) -> ChargeKind:
    """Answer the kind of a charge; raises KeyError for an unknown code."""
    return {kind.code: kind for kind in CHARGE_KINDS}[code]


def revenue_tons(volume: Decimal, gross_weight: Decimal) -> Decimal:
    """Answer the revenue tons of less than a container: the larger of m³ and tons, at least 1 (section 9.3)."""
    return max(volume, gross_weight / _KG_PER_TON, _LEAST_RT)


def chargeable_weight(
    mode: str, volume: Decimal, gross_weight: Decimal, divisors: Divisors = USUAL_DIVISORS
) -> Decimal:
    """Answer the chargeable kg by air (cm³ / 6000) or express (/ 5000), up to the next 0.5 (section 9.3).

    ``volume`` in m³, ``gross_weight`` in kg; any other mode is charged by its gross weight.
    """
    halves = (max(gross_weight, divisors.by_volume(mode, volume)) / _HALF_KG).to_integral_value(ROUND_CEILING)
    return halves * _HALF_KG


@dataclass(frozen=True, slots=True)
class Cargo:
    """What is to be carried, and how the quotes must fit: route, containers, planned departure."""

    mode: str
    port_of_loading: str
    port_of_discharge: str
    container_type: str = ""
    container_count: int = 0
    target_etd: date | None = None
    volume: Decimal = ZERO
    gross_weight: Decimal = ZERO
    divisors: Divisors = USUAL_DIVISORS


def usual_unit(kind: ChargeKind, mode: str) -> str:
    """Answer the unit that a charge is quoted in by a mode: no container is charged where none travels."""
    if kind.unit != CONTAINER or mode == "FCL":
        return kind.unit
    return {"LCL": RT, "AIR": KG, "EXPRESS": KG}.get(mode, SHIPMENT)


def usual_quantity(unit: str, cargo: Cargo) -> Decimal:
    """Answer how many units of a charge the cargo is: containers, revenue tons, chargeable kg, or one."""
    if unit == CONTAINER:
        return Decimal(max(cargo.container_count, 1))
    if unit == RT:
        return revenue_tons(cargo.volume, cargo.gross_weight)
    if unit == KG:
        return chargeable_weight(cargo.mode, cargo.volume, cargo.gross_weight, cargo.divisors)
    return Decimal(1)


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge of a quote: price a unit in ``currency``; for the unit percent the price is the percentage."""

    code: str
    unit: str
    quantity: Decimal
    currency: str
    price: Decimal


def charge_amounts(charges: Sequence[Charge]) -> tuple[Decimal, ...]:
    """Answer what each charge comes to in its currency, rounded.

    Surcharges in percent are of the base freight in their own currency and add up, never compounded
    (section 9.3); where there is no base freight in that currency they come to nothing.
    """
    freight: dict[str, Decimal] = {}
    for each in charges:
        if each.code == BASE_FREIGHT and each.unit != PERCENT:
            amount = line_amount(each.quantity, each.price, each.currency)
            freight[each.currency] = freight.get(each.currency, ZERO) + amount
    return tuple(
        round_money(freight.get(each.currency, ZERO) * each.price / 100, each.currency)
        if each.unit == PERCENT
        else line_amount(each.quantity, each.price, each.currency)
        for each in charges
    )


@dataclass(frozen=True, slots=True)
class Quoted:
    """A forwarder's quote as it is compared; ``rates`` are base units per 1 unit of each currency known."""

    id: int
    party_id: int
    port_of_loading: str
    port_of_discharge: str
    container_type: str
    container_count: int
    valid_from: date | None
    valid_until: date | None
    transit_days: int | None
    free_days: int | None
    received_at: datetime
    charges: tuple[Charge, ...]
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """A quote in the comparison: its charges in base, all-in, per m³ and per container, its rank, what is wrong.

    ``rank`` is 1 for the cheapest valid quote and None for one that is not valid; ``faults`` say why, in words.
    """

    quote: Quoted
    base_amounts: tuple[Decimal | None, ...]
    all_in: Decimal | None
    per_volume: Decimal | None
    per_container: Decimal | None
    faults: tuple[str, ...]
    rank: int | None = None

    @property
    def valid(self) -> bool:
        """Tell whether the quote may be counted and chosen."""
        return not self.faults


def _same_place(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def quote_faults(quote: Quoted, cargo: Cargo) -> tuple[str, ...]:
    """Answer why a quote is not valid: withdrawn, not for that departure, those ports, those containers."""
    faults = []
    if quote.withdrawn:
        faults.append(_("The forwarder withdrew it."))
    if not quote.charges:
        faults.append(_("It has no charges."))
    if quote.valid_until is None:
        faults.append(_("It does not say until when it is valid."))
    if cargo.target_etd is None:
        faults.append(_("The inquiry has no planned departure to hold it against."))
    elif quote.valid_until is not None and not (
        (quote.valid_from or date.min) <= cargo.target_etd <= quote.valid_until
    ):
        faults.append(
            _("Its validity does not cover the planned departure on {day}.").format(
                day=cargo.target_etd.isoformat()
            )
        )
    for asked, given in (
        (cargo.port_of_loading, quote.port_of_loading),
        (cargo.port_of_discharge, quote.port_of_discharge),
    ):
        if not _same_place(asked, given):
            faults.append(
                _("It is for {given}, not for {asked}.").format(given=given or "?", asked=asked or "?")
            )
    if cargo.mode == "FCL" and (quote.container_type, quote.container_count) != (
        cargo.container_type,
        cargo.container_count,
    ):
        faults.append(
            _("It is for {given}, not for {asked}.").format(
                given=f"{quote.container_count}×{quote.container_type or '?'}",
                asked=f"{cargo.container_count}×{cargo.container_type or '?'}",
            )
        )
    return tuple(faults)


def compare(
    cargo: Cargo, quotes: Sequence[Quoted], rates: dict[tuple[int, str], Decimal], base: str
) -> tuple[Ranked, ...]:
    """Rank quotes by all-in, transit days, free days, received time (section 6); those not valid come last.

    ``rates`` has base units per 1 unit by (quote id, currency); a charge whose rate is missing makes its quote
    not valid. Of two quotes of one forwarder the better counts, for three quotes mean three forwarders.
    """
    weighed = sorted((_weighed(cargo, quote, rates, base) for quote in quotes), key=_order)
    seen: set[int] = set()
    valid: list[Ranked] = []
    others: list[Ranked] = []
    for one in weighed:
        if not one.valid:
            others.append(one)
        elif one.quote.party_id in seen:
            again = _("A better quote of the same forwarder counts.")
            others.append(replace(one, faults=(again,)))
        else:
            seen.add(one.quote.party_id)
            valid.append(replace(one, rank=len(seen)))
    return (*valid, *others)


def _order(one: Ranked) -> tuple[bool, Decimal, int, int, datetime]:
    """Answer by what quotes are ordered; a transit time that is not known is the longest."""
    quote = one.quote
    transit = quote.transit_days if quote.transit_days is not None else 10_000
    return (not one.valid, one.all_in or ZERO, transit, -(quote.free_days or 0), quote.received_at)


def _weighed(cargo: Cargo, quote: Quoted, rates: dict[tuple[int, str], Decimal], base: str) -> Ranked:
    faults = list(quote_faults(quote, cargo))
    amounts: list[Decimal | None] = []
    for charge, amount in zip(quote.charges, charge_amounts(quote.charges), strict=True):
        rate = Decimal(1) if charge.currency == base else rates.get((quote.id, charge.currency))
        amounts.append(None if rate is None else convert(amount, rate, base))
        missing = _("There is no rate of {currency} for the day it came.").format(currency=charge.currency)
        if rate is None and missing not in faults:
            faults.append(missing)
    known = [each for each in amounts if each is not None]
    all_in = sum(known, ZERO) if len(known) == len(amounts) and known else None
    per_volume = per_container = None
    if all_in is not None:
        per_volume = round_to(all_in / cargo.volume, 2) if cargo.volume > 0 else None
        boxes = quote.container_count
        per_container = round_to(all_in / boxes, 2) if cargo.mode == "FCL" and boxes > 0 else None
    return Ranked(quote, tuple(amounts), all_in, per_volume, per_container, tuple(faults))


@dataclass(frozen=True, slots=True)
class ChoiceReason:
    """Why a choice needs approval: the trigger and the sentence (section 6, 货代选择)."""

    trigger: str
    sentence: str


FEW_QUOTES, NOT_CHEAPEST = "few_quotes", "not_cheapest"


def choice_reasons(ranked: Sequence[Ranked], chosen_id: int, needed: int) -> tuple[ChoiceReason, ...]:
    """Answer why choosing a quote needs approval: fewer valid quotes than needed, or a cheaper one is there."""
    valid = [one for one in ranked if one.valid]
    reasons = []
    if len(valid) < needed:
        reasons.append(
            ChoiceReason(
                FEW_QUOTES,
                _("Only {count} of {needed} valid quotes are there.").format(count=len(valid), needed=needed),
            )
        )
    chosen = next((one for one in valid if one.quote.id == chosen_id), None)
    cheapest = min((one.all_in for one in valid if one.all_in is not None), default=ZERO)
    if chosen is not None and chosen.all_in is not None and chosen.all_in > cheapest:
        more = chosen.all_in - cheapest
        reasons.append(
            ChoiceReason(
                NOT_CHEAPEST,
                _("It is not the cheapest: {more} more in base currency.").format(more=f"{more:,f}"),
            )
        )
    return tuple(reasons)
