"""A list as one left it: filters, order and columns as plain values, kept per tab and as named views."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from PySide6.QtCore import QSettings

from tradecrm.core.listing import Filter, Op, SortKey


class ViewStore(Protocol):
    """Keeps a person's named views of each list."""

    def views(self, key: str) -> dict[str, dict[str, Any]]:
        """Answer the saved views of one list by name."""
        ...

    def save(self, key: str, views: dict[str, dict[str, Any]]) -> None:
        """Keep all views of one list."""
        ...


class SettingsViews:
    """Views kept in the settings of this person on this computer."""

    def __init__(self, settings: QSettings, person: str) -> None:
        self._settings = settings
        self._person = person

    def views(self, key: str) -> dict[str, dict[str, Any]]:
        """Answer the saved views of one list by name; unreadable settings count as none."""
        try:
            read = json.loads(str(self._settings.value(f"views/{self._person}/{key}", "{}")))
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}

    def save(self, key: str, views: dict[str, dict[str, Any]]) -> None:
        """Keep all views of one list."""
        self._settings.setValue(f"views/{self._person}/{key}", json.dumps(views))


def pack_filters(filters: tuple[Filter, ...]) -> list[dict[str, Any]]:
    """Answer filters as JSON values, each value with the name of its type."""
    return [{"key": f.key, "op": f.op.value, "values": [_pack(value) for value in f.values]} for f in filters]


def unpack_filters(packed: object) -> tuple[Filter, ...]:
    """Answer the filters packed before; what cannot be read is left out."""
    filters = []
    for each in packed if isinstance(packed, list) else []:
        try:
            values = tuple(_unpack(kind, text) for kind, text in each["values"])
            filters.append(Filter(str(each["key"]), Op(each["op"]), values))
        except (KeyError, TypeError, ValueError, ArithmeticError):
            continue
    return tuple(filters)


def pack_sort(sort: tuple[SortKey, ...]) -> list[list[Any]]:
    """Answer an order as JSON values."""
    return [[key.key, key.descending] for key in sort]


def unpack_sort(packed: object) -> tuple[SortKey, ...]:
    """Answer the order packed before."""
    if not isinstance(packed, list):
        return ()
    return tuple(
        SortKey(str(each[0]), bool(each[1])) for each in packed if isinstance(each, list) and len(each) == 2
    )


def _pack(value: object) -> tuple[str, str]:
    names = {bool: "bool", int: "int", Decimal: "decimal", datetime: "moment", date: "day"}
    return names.get(type(value), "text"), value.isoformat() if isinstance(value, date) else str(value)


def _unpack(kind: str, text: str) -> Any:
    if kind == "bool":
        return text == "True"
    if kind == "int":
        return int(text)
    if kind == "decimal":
        return Decimal(text)
    if kind == "day":
        return date.fromisoformat(text)
    return datetime.fromisoformat(text) if kind == "moment" else text
