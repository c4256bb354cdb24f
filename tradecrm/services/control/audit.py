"""The audit trail: rows written by the session itself at every flush, so that no operation can forget them."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session, SessionTransaction

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
from tradecrm.services.prepared import write_rows

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

_MOST_ROWS = 1_000

_SILENT = frozenset({"version", "updated_at", "open_amount", "open_base", "settled_on"})


def kind_of(row: Base | type[Base]) -> str:
    """Answer the kind of a record as pages watch it, which is its table's name."""
    return str(row.__tablename__)


def _plain(value: Any) -> Any:
    """Turn a column value into JSON."""
    if isinstance(value, bytes):
        return len(value)  # a picture's size; its content is no history
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
        moved = _differences(row)
        if not moved:
            continue
        changed.add(kind_of(row))
        detail = {name: values for name, values in moved.items() if name not in _SILENT}
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
    touched = state.committed_state  # only what was set since the row was read; most columns never are
    for attribute in state.mapper.column_attrs:
        if attribute.key not in touched:
            continue
        history = state.attrs[attribute.key].history
        if history.has_changes():
            old = history.deleted[0] if history.deleted else None
            found[attribute.key] = [_plain(old), _plain(getattr(row, attribute.key))]
    return found


def write(session: Session, _context: Any) -> None:
    """After a flush, when new rows have their ids: make the audit rows, which are written together at the end."""
    pending: list[tuple[str, Any, dict[str, Any]]] = session.info.get("audit", [])
    session.info["audit"] = []
    for action, row, detail in pending:
        _note(session, action, kind_of(row), getattr(row, "id", None), detail)


def _note(session: Session, action: str, kind: str, record_id: int | None, detail: dict[str, Any]) -> None:
    """Add an audit row; so many as would fill the memory are written at once, outside of a part that may go back."""
    rows: list[dict[str, Any]] = session.info.setdefault("audit_rows", [])
    rows.append(
        {
            "at": session.info["now"],
            "person_id": session.info["actor"].person_id,
            "operation": session.info["operation"],
            "action": action,
            "kind": kind,
            "record_id": record_id,
            "detail": json.dumps(detail, ensure_ascii=False),
        }
    )
    if len(rows) >= _MOST_ROWS and not session.in_nested_transaction():
        _store(session)


def note_new(session: Session, row: Base) -> None:
    """Note a record that was written past the session."""
    session.info.setdefault("changed", set()).add(kind_of(row))
    if type(row) not in NOT_AUDITED:
        _note(session, "insert", kind_of(row), getattr(row, "id", None), {})


def _store(session: Session) -> None:
    rows = session.info.pop("audit_rows", [])
    if rows:
        write_rows(session, AuditEntry, rows)


def finish(session: Session) -> None:
    """Before the commit: write the audit rows of the whole transaction in one statement, in their order."""
    session.flush()
    if not session.in_nested_transaction():
        _store(session)


def begin_part(session: Session, transaction: SessionTransaction) -> None:
    """Remember at a savepoint which audit rows are older than it."""
    if transaction.nested:
        marks: dict[SessionTransaction, int] = session.info.setdefault("audit_marks", {})
        marks[transaction] = len(session.info.get("audit_rows", ()))


def undo_part(session: Session, transaction: SessionTransaction) -> None:
    """Forget the audit rows of a part that was rolled back to its savepoint."""
    if transaction.nested:
        del session.info.get("audit_rows", [])[session.info["audit_marks"].pop(transaction) :]


def note_bulk(session: Session, kind: str, count: int, detail: dict[str, Any]) -> None:
    """Write one audit row for ``count`` records that the bulk door wrote in set form."""
    session.info.setdefault("changed", set()).add(kind)
    _note(session, "bulk", kind, None, {"count": count, **detail})
