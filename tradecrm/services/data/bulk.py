"""The bulk door: rows of one kind written or deleted in set form, with scope checked and one audit row.

It goes past the mapped classes, which cost 20 times as much a row, and so does by hand what the session does:
the owner's scope, defaults, audit, kinds that changed. Keys and search terms have their own set forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, select

from tradecrm.core.errors import NotAllowed
from tradecrm.core.text import _
from tradecrm.models import Base, Party
from tradecrm.services.control import audit
from tradecrm.services.data.bulk_rows import BATCH, by_column, insert_columns, spans
from tradecrm.services.work import Work
from tradecrm.storage.objects import follow_ids


def add_rows(work: Work, entity: type[Base], rows: Sequence[dict[str, Any]], what: str = "") -> range:
    """Write rows of one kind and answer their ids, which are given in order.

    Every row names its columns alike; ``created_at`` and ``updated_at`` are filled in. Raises NotAllowed when
    one would belong to someone outside the actor's scope, Stopped when the person pressed Stop.
    """
    if not rows:
        return range(0)
    table: Any = entity.__table__
    _demand_scope(work, entity, rows)
    work.session.flush()
    connection = work.session.connection()
    first = (connection.execute(select(func.max(table.c.id))).scalar() or 0) + 1
    stamped = {name: work.now for name in ("created_at", "updated_at") if name in table.c}
    for start in range(0, len(rows), BATCH):
        work.progress.tell(start, len(rows), what)
        part = rows[start : start + BATCH]
        numbers = range(first + start, first + start + len(part))
        insert_columns(connection, table, len(part), {**stamped, **by_column(part), "id": numbers})
    follow_ids(connection, table.name)
    ids = range(first, first + len(rows))
    audit.note_bulk(work.session, audit.kind_of(entity), len(rows), {"first": ids[0], "last": ids[-1]})
    return ids


def _demand_scope(work: Work, entity: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    owners = work.actor.owners
    if owners is None or not hasattr(entity, "owner_id"):
        return
    for row in rows:
        if entity is Party and not row.get("is_customer"):
            continue
        if row["owner_id"] not in owners:
            raise NotAllowed(
                _("Records of this import would belong to someone else; nothing was brought in.")
            )


def add_plain_rows(work: Work, entity: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows that have no id of their own and no owner, such as those that note what an import made."""
    table: Any = entity.__table__
    connection = work.session.connection()
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        insert_columns(connection, table, len(part), by_column(part))


def delete_rows(work: Work, entity: type[Base], ids: Sequence[int], column: str = "id") -> None:
    """Delete the rows whose ``column`` is one of ``ids``, and note it in the audit trail."""
    if not ids:
        return
    table: Any = entity.__table__
    work.session.flush()
    between = table.c[column].between(bindparam("first"), bindparam("last"))
    ranges = [{"first": first, "last": last} for first, last in spans(ids)]
    work.session.connection().execute(delete(table).where(between), ranges)
    audit.note_bulk(work.session, audit.kind_of(entity), len(ids), {"deleted_by": column})


def naming(entity: type[Base]) -> tuple[tuple[Table, str], ...]:
    """Answer every column of the book that may name a record of a kind, by table in the order they are made."""
    target = entity.__table__
    return tuple(
        (table, key.parent.name)
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda key: str(key.parent.name))
        if key.column.table is target
    )


def referring(work: Work, table: Table, column: str, ids: Sequence[int]) -> set[int]:
    """Answer those of ``ids`` that some row of ``table`` names in ``column``, whoever owns it."""
    if not ids:
        return set()
    # One range over all of them: an import's ids follow one another, so that few rows of others lie within.
    query = select(table.c[column]).where(table.c[column].between(min(ids), max(ids))).distinct()
    return set(work.session.connection().execute(query).scalars()).intersection(ids)


def codes_in_use(work: Work, entity: type[Base]) -> set[str]:
    """Answer every code of a kind in the whole book, those of others included."""
    table: Any = entity.__table__
    return set(work.session.connection().execute(select(table.c.code)).scalars().all())
