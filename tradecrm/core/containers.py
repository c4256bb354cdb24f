"""Which container goods fit into (装柜), and how many cartons one holds (domain.md section 9.3)."""

from __future__ import annotations

import enum
import itertools
import math
import re
import string
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradecrm.core.packing import Carton, carton_volume
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _

_CM_PER_M = 100
LCL_BELOW = Decimal(13)
"""Cubic meters below which a part load (拼箱) is suggested."""
LCL = "LCL"
"""Key of the price of a revenue ton among prices by container."""
_ENUMERATED = 10
"""Containers tried in every mix; of a larger number all but the last ten are of the largest type."""


@dataclass(frozen=True, slots=True)
class ContainerType:
    """A type of container: inside size in meters, usable cubic meters, payload in kg the road and carrier allow."""

    code: str
    length: Decimal
    width: Decimal
    height: Decimal
    usable: Decimal
    payload: Decimal


CONTAINER_TYPES: tuple[ContainerType, ...] = (
    ContainerType("20GP", Decimal("5.90"), Decimal("2.35"), Decimal("2.39"), Decimal(27), Decimal(21_000)),
    ContainerType("40GP", Decimal("12.03"), Decimal("2.35"), Decimal("2.39"), Decimal(57), Decimal(25_000)),
    ContainerType("40HQ", Decimal("12.03"), Decimal("2.35"), Decimal("2.69"), Decimal(67), Decimal(25_000)),
    ContainerType("45HQ", Decimal("13.56"), Decimal("2.35"), Decimal("2.70"), Decimal(76), Decimal(27_000)),
)
"""The table of section 9.3."""


class Binding(enum.StrEnum):
    """Which limit stops more cartons from going in."""

    VOLUME = "volume"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class CartonFit:
    """How many full cartons of one size a container takes, the limit that binds, and the count by size alone.

    ``geometric`` is an upper bound without mixing orientations, None where the carton's size is not known.
    """

    container: ContainerType
    cartons: int
    binding: Binding
    geometric: int | None


def fit_cartons(carton: Carton, container: ContainerType, *, this_side_up: bool = False) -> CartonFit:
    """Answer how many cartons fit: ``min(floor(usable / m3), floor(payload / G.W.))``, volume first in a tie.

    The gross weight of a carton is its own, else pieces and tare. Raises Refusal without a size.
    """
    volume = carton_volume(carton)
    if volume <= 0:
        raise Refusal.of(_("Enter length, width and height of the carton."), "carton_length")
    gross = carton.gross
    if gross is None:
        gross = carton.pieces * carton.unit_net + (carton.tare or Decimal(0))
    by_volume = int(container.usable / volume)
    by_weight = int(container.payload / gross) if gross > 0 else by_volume
    binding = Binding.WEIGHT if by_weight < by_volume else Binding.VOLUME
    return CartonFit(
        container, min(by_volume, by_weight), binding, _geometric(carton, container, upright=this_side_up)
    )


def _geometric(carton: Carton, container: ContainerType, *, upright: bool) -> int:
    """Answer the best ``floor(L/l) x floor(W/w) x floor(H/h)`` over 2 orientations, or 6 where any side may be up."""
    room = [side * _CM_PER_M for side in (container.length, container.width, container.height)]
    sides = (carton.length, carton.width, carton.height)
    turns = [way for way in itertools.permutations(sides) if not upright or way[2] == carton.height]
    return max(math.prod(int(inside / side) for inside, side in zip(room, way, strict=True)) for way in turns)


@dataclass(frozen=True, slots=True)
class Load:
    """What goods need: containers by type, largest first, or none for a part load (LCL)."""

    containers: tuple[tuple[str, int], ...]

    @property
    def is_lcl(self) -> bool:
        """Tell whether a part load is suggested."""
        return not self.containers


def needed_containers(
    volume: Decimal,
    gross: Decimal,
    types: Sequence[ContainerType] = CONTAINER_TYPES,
    prices: Mapping[str, Decimal] | None = None,
) -> Load | None:
    """Answer what carries ``volume`` m3 and ``gross`` kg, or None for goods without a volume.

    LCL below 13 m3, else fewest containers, then smallest. With ``prices`` of every type, each in one currency,
    the mix of least freight; a price under ``LCL`` is that of a revenue ton, and a part load may then be cheaper.
    """
    if volume <= 0 or not types:
        return None
    known = prices or {}
    if not all(each.code in known for each in types):
        return Load(()) if volume < LCL_BELOW else _load(_fewest(volume, gross, types))
    best = _cheapest(volume, gross, types, known)
    part_load = known.get(LCL)
    if part_load is None and volume < LCL_BELOW:
        return Load(())
    if part_load is not None:
        tons = max(volume, gross / 1000, Decimal(1))
        if part_load * tons < sum(known[each.code] for each in best):
            return Load(())
    return _load(best)


def _mixes(
    count: int, volume: Decimal, gross: Decimal, types: Sequence[ContainerType]
) -> list[tuple[ContainerType, ...]]:
    """Answer every mix of ``count`` containers that carries the goods."""
    return [
        mix
        for mix in itertools.combinations_with_replacement(types, count)
        if sum(each.usable for each in mix) >= volume and sum(each.payload for each in mix) >= gross
    ]


def _fewest(volume: Decimal, gross: Decimal, types: Sequence[ContainerType]) -> tuple[ContainerType, ...]:
    """Answer the fewest containers, of these the mix of least volume."""
    largest = max(types, key=lambda each: (each.usable, each.payload))
    heaviest = max(each.payload for each in types)
    count = max(_ceiling(volume, largest.usable), _ceiling(gross, heaviest), 1)
    while True:
        fixed = max(0, count - _ENUMERATED)
        mixes = _mixes(count - fixed, volume - fixed * largest.usable, gross - fixed * largest.payload, types)
        if mixes:
            return (*min(mixes, key=lambda mix: sum(each.usable for each in mix)), *(largest,) * fixed)
        count += 1


def _cheapest(
    volume: Decimal, gross: Decimal, types: Sequence[ContainerType], prices: Mapping[str, Decimal]
) -> tuple[ContainerType, ...]:
    """Answer the mix of least freight; of equal ones the fewest containers, then the least volume.

    No cheaper mix has more containers than the price of the best one buys of the cheapest type.
    """
    best = _fewest(volume, gross, types)
    fixed = max(0, len(best) - _ENUMERATED)
    largest = best[-1]
    rest_volume, rest_gross = volume - fixed * largest.usable, gross - fixed * largest.payload

    def weight(mix: tuple[ContainerType, ...]) -> tuple[Decimal, int, Decimal]:
        return (
            sum((prices[each.code] for each in mix), Decimal(0)),
            len(mix),
            sum((each.usable for each in mix), Decimal(0)),
        )

    found = [best[: len(best) - fixed]]
    for count in range(len(best) - fixed, _ENUMERATED + 1):
        found += _mixes(count, rest_volume, rest_gross, types)
    return (*min(found, key=weight), *(largest,) * fixed)


def detention_days(arrived: date, free_days: int, returned: date | None, today: date) -> int:
    """Answer the days a container is kept beyond its free days after arrival (滞箱, section 1.6); 0 within them."""
    return max(0, ((returned or today) - arrived).days - free_days)


def _letter_values() -> Iterator[int]:
    """Give the values of A to Z in ISO 6346: from 10 up, without the multiples of 11."""
    return (value for value in range(10, 39) if value % 11)


_ISO_LETTERS = dict(zip(string.ascii_uppercase, _letter_values(), strict=True))


def container_number_fits(number: str) -> bool:
    """Tell whether a container number has its check digit right (ISO 6346): four letters, six digits, one more."""
    if not re.fullmatch(r"[A-Z]{3}[UJZ]\d{7}", number):
        return False
    values = [_ISO_LETTERS[sign] if sign in _ISO_LETTERS else int(sign) for sign in number[:10]]
    return sum(value << place for place, value in enumerate(values)) % 11 % 10 == int(number[10])


def _ceiling(amount: Decimal, each: Decimal) -> int:
    return math.ceil(amount / each) if amount > 0 else 0


def _load(mix: Sequence[ContainerType]) -> Load:
    counted = Counter(each.code for each in mix)
    order = sorted({each.code: each.usable for each in mix}.items(), key=lambda one: -one[1])
    return Load(tuple((code, counted[code]) for code, _usable in order))
