"""Packing (装箱): cartons, weights and volume of a line, and their totals (domain.md section 9.2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from tradecrm.core.money import round_to
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _

_CM3_PER_M3 = Decimal(1_000_000)
_CM_PER_INCH = Decimal("2.54")
_CM_PER = {"mm": Decimal("0.1"), "cm": Decimal(1), "m": Decimal(100), "in": _CM_PER_INCH}
_MEASURES = re.compile(r"\(?(?:mm|cm|in|m)\)?\.?")
_BETWEEN = re.compile(r"\s*[*x×✕]\s*")
_SIZE = re.compile(r"\d+(?:\.\d+)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Carton:
    """How an item is packed: pieces a carton, outside size in cm, net weight a piece and tare a carton in kg.

    ``gross`` is a full carton's gross weight, used when the tare is not known.
    """

    pieces: Decimal
    length: Decimal = Decimal(0)
    width: Decimal = Decimal(0)
    height: Decimal = Decimal(0)
    unit_net: Decimal = Decimal(0)
    tare: Decimal | None = None
    gross: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PackedLine:
    """A packed line: cartons, pieces in the last one, N.W. and G.W. in kg (2 decimals), CBM (3 decimals)."""

    cartons: int
    last_pieces: Decimal
    net_weight: Decimal
    gross_weight: Decimal
    volume: Decimal


def inches_to_cm(inches: Decimal) -> Decimal:
    """Convert inches to centimeters, unrounded."""
    return inches * _CM_PER_INCH


def read_size(text: str) -> tuple[Decimal, Decimal, Decimal] | None:
    """Answer length, width and height in cm as factories write them, ``52*38*41``; None for another text.

    Without a measure it is cm; ``mm``, ``m`` and ``in`` may stand at the end.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    measure = next((each for each in ("mm", "cm", "in", "m") if plain.rstrip(" .)").endswith(each)), "cm")
    parts = _BETWEEN.split(_MEASURES.sub("", plain).strip())
    if len(parts) != 3 or not all(_SIZE.match(part) for part in parts):
        return None
    length, width, height = (round_to(Decimal(part) * _CM_PER[measure], 2) for part in parts)
    return (length, width, height) if min(length, width, height) > 0 else None


def carton_volume(carton: Carton) -> Decimal:
    """Answer the volume of one carton in cubic meters, unrounded."""
    return carton.length * carton.width * carton.height / _CM3_PER_M3


def pack_line(
    quantity: Decimal, carton: Carton, *, share_partial: bool = False, shared_carton: bool = False
) -> PackedLine:
    """Pack ``quantity`` pieces; weights and volume are rounded per line, as printed (section 9.2).

    ``share_partial`` takes a known full-carton gross weight in proportion for the last carton;
    ``shared_carton`` says that the line lies in a carton counted at another line. Raises Refusal without pieces.
    """
    if carton.pieces <= 0:
        raise Refusal.of(_("Enter how many pieces go into one carton."), "pieces_per_carton")
    cartons = int((quantity / carton.pieces).to_integral_value(ROUND_CEILING))
    last = quantity - carton.pieces * (cartons - 1) if cartons else Decimal(0)
    counted = 0 if shared_carton else cartons
    net = quantity * carton.unit_net
    if carton.tare is not None or carton.gross is None:
        gross = net + counted * (carton.tare or Decimal(0))
    elif share_partial:
        gross = carton.gross * quantity / carton.pieces
    else:
        gross = carton.gross * counted
    return PackedLine(
        counted,
        last,
        round_to(net, 2),
        round_to(gross, 2),
        round_to(carton_volume(carton) * counted, 3),
    )


def packed_totals(lines: Iterable[PackedLine]) -> PackedLine:
    """Sum printed lines; ``last_pieces`` of the sum is zero."""
    held = tuple(lines)
    zero = Decimal(0)
    return PackedLine(
        sum(line.cartons for line in held),
        zero,
        sum((line.net_weight for line in held), zero),
        sum((line.gross_weight for line in held), zero),
        sum((line.volume for line in held), zero),
    )


def carton_ranges(counts: Iterable[int]) -> tuple[str, ...]:
    """Answer each line's carton numbers, continuous: ``1-42``, ``43``, empty for a line without its own."""
    first = 1
    ranges: list[str] = []
    for count in counts:
        last = first + count - 1
        ranges.append("" if count == 0 else str(first) if count == 1 else f"{first}-{last}")
        first = last + 1
    return tuple(ranges)
