"""JSON for programs: decimals as exact strings, dates in ISO form, keys in a stable order."""

from __future__ import annotations

import enum
import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any


def plain(value: Any) -> Any:
    """Answer ``value`` in what JSON knows: dataclasses as objects, Decimal as string ("1200.50"), dates as ISO.

    Raises ``TypeError`` naming the type of what has no form in JSON.
    """
    if value is None or isinstance(value, bool | int) or type(value) is str:
        return value
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return _collection(value)


def _collection(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def to_text(value: Any) -> str:
    """Answer ``value`` as indented JSON text, letters of every language as they are."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2)


def write_json(path: Path | str, value: Any) -> None:
    """Write ``value`` as UTF-8 JSON with a line end at the end."""
    Path(path).write_text(to_text(value) + "\n", encoding="utf-8")
