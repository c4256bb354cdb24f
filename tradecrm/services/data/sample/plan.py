"""The deals of the sample book, planned with a seed before anything is written: who buys what, when, at what price."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from tradecrm.core.money import round_money, round_to
from tradecrm.services.data.sample.quotes import budget
from tradecrm.services.data.sample.stock import Customer, Goods

D = Decimal
_SEASON = (1.1, 0.6, 1.2, 1.1, 0.9, 0.9, 1.0, 1.1, 1.2, 1.1, 1.1, 1.0)
_VALUES = {"A": (210, 420), "B": (110, 240), "C": (45, 110)}
_WEIGHTS = {"A": 4, "B": 2, "C": 1}
FCL_FROM = D(22)
"""Cubic meters from which on the goods fill a container."""


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """Goods of a deal: pieces in full cartons, the price in the deal's currency."""

    goods: Goods
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class Deal:
    """A contract to be: its customer's place in the list, day, lines, and how it will go.

    ``parts`` is the number of shipments, ``trouble`` "", "air" or "claim" (both end in a loss).
    """

    customer: int
    day: date
    lines: tuple[PlannedLine, ...]
    parts: int
    trouble: str

    @property
    def volume(self) -> Decimal:
        """Answer the volume of all goods, in cubic meters."""
        return sum((line.quantity * line.goods.volume for line in self.lines), D(0))


def local_costs(volume: Decimal) -> tuple[tuple[str, str, Decimal], ...]:
    """Answer what leaving Ningbo costs in CNY: (category, supplier, amount) by volume (section 2.3).

    For part of a container the forwarder declares the goods too, on the bill for the port.
    """
    if volume < FCL_FROM:
        return (
            ("INL", "V2", round_to(D(380) + 58 * volume, 0)),
            ("PRT", "W1", round_to(D(520) + 42 * volume, 0)),
        )
    return (
        ("INL", "V2", round_to(D(1650) + 12 * volume, 0)),
        ("PRT", "W1", round_to(D(1180) + 8 * volume, 0)),
        ("CUS", "V1", D(300)),
    )


def ocean_freight(customer: Customer, volume: Decimal) -> Decimal:
    """Answer the ocean freight in USD by volume; a full container costs less a cubic meter."""
    factor = D("0.72") if volume >= FCL_FROM else D("1.05")
    return round_to(max(D(85), customer.freight * volume * factor), 0)


def plan_deals(
    rng: random.Random,
    customers: Sequence[Customer],
    goods: Sequence[Goods],
    count: int,
    days: Sequence[date],
) -> tuple[Deal, ...]:
    """Answer ``count`` deals in order of their days, which lie among ``days`` by growth and season."""
    weights = [_busy(day, days[0]) for day in days]
    dates = sorted(rng.choices(days, weights, k=count))
    buyers = _buyers(rng, customers, count)
    air = next((n for n in range(count // 4, count) if customers[buyers[n]].incoterm == "CIF"), 0)
    claim = next((n for n in range(count // 2, count) if customers[buyers[n]].currency == "USD"), 1)
    return tuple(
        _deal(rng, customers, goods, buyers[n], day, {air: "air", claim: "claim"}.get(n, ""))
        for n, day in enumerate(dates)
    )


def _busy(day: date, first: date) -> float:
    """Answer how busy a day is: growth of about a third a year, and the season of its month."""
    return (1 + (day - first).days / 1000) * _SEASON[day.month - 1]


def _buyers(rng: random.Random, customers: Sequence[Customer], count: int) -> list[int]:
    """Answer a customer for each deal: nearly everyone buys once, the large ones again and again."""
    everyone = list(range(len(customers)))
    buyers = rng.sample(everyone, min(count, max(1, len(everyone) * 7 // 8)))
    weights = [_WEIGHTS[customers[n].grade] if n in set(buyers) else 0 for n in everyone]
    buyers += rng.choices(everyone, weights, k=count - len(buyers))
    rng.shuffle(buyers)
    return buyers


def _deal(
    rng: random.Random,
    customers: Sequence[Customer],
    goods: Sequence[Goods],
    buyer: int,
    day: date,
    trouble: str,
) -> Deal:
    customer = customers[buyer]
    fitting = [each for each in goods if each.kind in customer.kinds]
    chosen = rng.sample(fitting, min(len(fitting), rng.choice((1, 2, 2, 3, 3, 4))))
    low, high = _VALUES[customer.grade]
    spend = D(rng.randint(low, high)) * 1000 / len(chosen)
    quantities = [_pieces(each, spend * D(rng.randint(70, 130)) / 100) for each in chosen]
    volume = sum((n * each.volume for n, each in zip(quantities, chosen, strict=True)), D(0))
    parts = 1
    if customer.grade != "C" and volume > D(45):
        parts = 3 if volume > D(120) else 2
    elif customer.grade != "C" and rng.random() < 0.35:
        parts = 2
    margin = D(rng.choices((9, 11, 13, 15, 17, 19, 21, 24), (2, 3, 5, 6, 5, 4, 3, 1))[0]) / 100
    factor = _price_factor(customer, chosen, quantities, margin, parts)
    rate = budget(customer.currency, day.year)
    lines = tuple(
        PlannedLine(each, quantity, _price(each.net_cost * factor / rate, customer.currency))
        for each, quantity in zip(chosen, quantities, strict=True)
    )
    return Deal(buyer, day, lines, parts, trouble)


def _pieces(goods: Goods, spend: Decimal) -> Decimal:
    """Answer the pieces, in full cartons, that cost about ``spend`` CNY."""
    cartons = (spend / goods.cost / goods.per_carton).to_integral_value(ROUND_CEILING)
    step = D(10) if cartons > 60 else D(5) if cartons > 20 else D(2)
    return max(step, round_to(cartons / step, 0) * step) * goods.per_carton


def _price_factor(
    customer: Customer,
    chosen: Sequence[Goods],
    quantities: Sequence[Decimal],
    margin: Decimal,
    parts: int,
) -> Decimal:
    """Answer what the net cost is multiplied by, so that ``margin`` of the revenue is left after all costs."""
    pairs = list(zip(chosen, quantities, strict=True))
    net = sum((each.net_cost * n for each, n in pairs), D(0))
    part = sum((each.volume * n for each, n in pairs), D(0)) / parts
    other = sum((amount for _code, _party, amount in local_costs(part)), D(0)) * parts
    if customer.incoterm == "CIF":
        other += ocean_freight(customer, part) * D("7.1") * parts
    return (net + other) / net / (1 - margin)


def _price(value: Decimal, currency: str) -> Decimal:
    return round_money(value, currency) if currency == "JPY" else round_to(value, 2)


def split_parts(quantity: Decimal, per_carton: Decimal, parts: int) -> list[Decimal]:
    """Split pieces over shipments by full cartons; the first ones are the larger."""
    cartons = int(quantity / per_carton)
    shares = [cartons // parts + (1 if n < cartons % parts else 0) for n in range(parts)]
    return [share * per_carton for share in shares]


def workday(day: date) -> date:
    """Answer the day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day
