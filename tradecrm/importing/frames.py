"""The frames in which the child hands rows to the parent: a length, then JSON; never pickled objects."""

from __future__ import annotations

import datetime as dt
import json
import math
import struct
from decimal import Decimal
from typing import IO, Any, BinaryIO

CellValue = str | Decimal | bool | dt.date | dt.datetime | None
"""What a cell holds: exact text, exact number, yes/no, a day or a moment; None is an empty cell."""

Packed = str | int | float | bool | dict[str, str] | None
"""What a cell is on the way between the processes."""

_LENGTH = struct.Struct(">I")
_MOST = 256 * 1024 * 1024


def pack(value: Any) -> Packed:
    """Make a parser's value fit for JSON; numbers as a person saw them, at most 15 digits as sheets show."""
    kind = type(value)
    if kind is str:
        return value or None
    if kind is float:
        if not math.isfinite(value):
            return "#NUM!"
        if value.is_integer() and abs(value) < 1e15:
            return int(value)
        return float(f"{value:.15g}")
    if value is None or kind is bool or kind is int:
        return value  # type: ignore[no-any-return]
    return _pack_moment(value)


def _pack_moment(value: object) -> Packed:
    if isinstance(value, dt.datetime):
        if value.time() == dt.time() and value.tzinfo is None:
            return {"d": value.date().isoformat()}
        return {"t": value.replace(tzinfo=None, microsecond=0).isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    if isinstance(value, dt.time):
        return value.replace(microsecond=0).isoformat()
    return str(value)


def write_frame(stream: BinaryIO, content: object) -> None:
    """Write one frame."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(
        "utf-8", "surrogatepass"
    )
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)


def _moment(content: dict[str, Any]) -> Any:
    if len(content) == 1:
        if "d" in content:
            return dt.date.fromisoformat(str(content["d"]))
        if "t" in content:
            return dt.datetime.fromisoformat(str(content["t"]))
    return content


def read_frame(stream: IO[bytes]) -> list[Any] | None:
    """Read one frame, numbers as Decimal and moments as dates; None at the end. ``ValueError`` if cut off."""
    header = stream.read(_LENGTH.size)
    if not header:
        return None
    if len(header) < _LENGTH.size:
        raise ValueError("cut off")
    length = _LENGTH.unpack(header)[0]
    if length > _MOST:
        raise ValueError("too long")
    body = stream.read(length)
    if len(body) < length:
        raise ValueError("cut off")
    text = body.decode("utf-8", "replace")
    content = json.loads(text, parse_float=Decimal, parse_int=Decimal, object_hook=_moment)
    if not isinstance(content, list) or not content:
        raise ValueError("no frame")
    return content
