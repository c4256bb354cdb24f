"""The audit trail: rows written by the session itself at every flush, so that no operation can forget them."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, inspect
from sqlalchemy.orm import Session

from tradecrm.models import (
    AccountMonth,
    AuditEntry,
    Base,
    DesktopCard,
    Instalment,
    LedgerEntry,
    NumberSeries,
    PartyKey,
    Posting,
    Reminder,
    Tranche,
)

NOT_AUDITED: frozenset[type[Base]] = frozenset(
    {
        AccountMonth,
        AuditEntry,
        DesktopCard,
        Instalment,
        LedgerEntry,
        NumberSeries,
        PartyKey,
        Posting,
        Reminder,
        Tranche,
    }
)
"""Derived rows, rows that are their own history (append-only), and what a person arranges for themselves."""

_SILENT = frozenset({"version", "updated_at", "open_amount", "open_base", "settled_on"})


def kind_of(row: Base | type[Base]) -> str:
    """Answer the kind of a record as pages watch it, which is its table's name."""
    return str(row.__tablename__)


def _plain(value: Any) -> Any:
    """Turn a column value into JSON."""
    if isinstance(value, Decimal | date | datetime):
        return str(value)
    return value


def collect(session: Session, _context: Any, _instances: Any) -> None:
    """Before a flush: remember what is about to change, with old and new values."""
    pending: list[tuple[str, Any, dict[str, Any]]] = session.info.setdefault("audit", [])
    changed: set[str] = session.info.setdefault("changed", set())
    for row in session.new:
        changed.add(kind_of(row))
        if type(row) not in NOT_AUDITED:
            pending.append(("insert", row, {}))
    for row in session.deleted:
        changed.add(kind_of(row))
        if type(row) not in NOT_AUDITED:
            pending.append(("delete", row, _snapshot(row)))
    for row in session.dirty:
        if not session.is_modified(row):
            continue
        changed.add(kind_of(row))
        detail = _differences(row)
        if type(row) not in NOT_AUDITED and detail:
            pending.append(("update", row, detail))


def _snapshot(row: Any) -> dict[str, Any]:
    """Answer every column of a row that is about to be deleted."""
    return {
        attribute.key: _plain(getattr(row, attribute.key)) for attribute in inspect(row).mapper.column_attrs
    }


def _differences(row: Any) -> dict[str, Any]:
    """Answer ``{column: [old, new]}`` of a changed row."""
    found: dict[str, Any] = {}
    state = inspect(row)
    for attribute in state.mapper.column_attrs:
        if attribute.key in _SILENT:
            continue
        history = state.attrs[attribute.key].history
        if history.has_changes():
            old = history.deleted[0] if history.deleted else None
            found[attribute.key] = [_plain(old), _plain(getattr(row, attribute.key))]
    return found


def write(session: Session, _context: Any) -> None:
    """After a flush, when new rows have their ids: write the audit rows in one statement."""
    pending: list[tuple[str, Any, dict[str, Any]]] = session.info.get("audit", [])
    if not pending:
        return
    session.info["audit"] = []
    stamp = {
        "at": session.info["now"],
        "person_id": session.info["actor"].person_id,
        "operation": session.info["operation"],
    }
    rows = [
        {
            **stamp,
            "action": action,
            "kind": kind_of(row),
            "record_id": getattr(row, "id", None),
            "detail": json.dumps(detail, ensure_ascii=False),
        }
        for action, row, detail in pending
    ]
    session.connection().execute(insert(AuditEntry.__table__), rows)  # type: ignore[arg-type]


def note_bulk(session: Session, kind: str, count: int, detail: dict[str, Any]) -> None:
    """Write one audit row for ``count`` records that the bulk door wrote in set form."""
    session.info.setdefault("changed", set()).add(kind)
    session.connection().execute(
        insert(AuditEntry.__table__),  # type: ignore[arg-type]
        {
            "at": session.info["now"],
            "person_id": session.info["actor"].person_id,
            "operation": session.info["operation"],
            "action": "bulk",
            "kind": kind,
            "record_id": None,
            "detail": json.dumps({"count": count, **detail}, ensure_ascii=False),
        },
    )
