"""A list as one left it: filters, order and columns as plain values, kept per tab and as named views."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.ui.shell.state import ShellState


class ViewStore(Protocol):
    """Keeps a person's named views of each list."""

    def views(self, key: str) -> dict[str, dict[str, Any]]:
        """Answer the saved views of one list by name."""
        ...

    def save(self, key: str, views: dict[str, dict[str, Any]]) -> None:
        """Keep all views of one list."""
        ...


class SettingsViews:
    """Views kept in the settings file of this person on this computer, for each book and person of it."""

    def __init__(self, settings: ShellState, book: str, person: int) -> None:
        self._settings = settings
        self._owner = f"{book}#{person}"

    def views(self, key: str) -> dict[str, dict[str, Any]]:
        """Answer the saved views of one list by name; what is not a view counts as none."""
        kept = self._kept().get(key)
        views = kept if isinstance(kept, dict) else {}
        return {str(name): state for name, state in views.items() if isinstance(state, dict)}

    def save(self, key: str, views: dict[str, dict[str, Any]]) -> None:
        """Keep all views of one list, at once in the file."""
        everyone = self._settings.values.get("views")
        others = everyone if isinstance(everyone, dict) else {}
        self._settings.set("views", {**others, self._owner: {**self._kept(), key: views}})
        self._settings.save()

    def _kept(self) -> dict[str, Any]:
        everyone = self._settings.values.get("views")
        mine = everyone.get(self._owner) if isinstance(everyone, dict) else None
        return mine if isinstance(mine, dict) else {}


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
