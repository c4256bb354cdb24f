"""The search index merged in small pieces while nobody waits, instead of within somebody's writing."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from tradecrm.storage.objects import MERGE_WHEN_ASKED, SEARCH_NAME

_PAGES = 16
"""Pages of the index merged in one piece: a few milliseconds, the longest that a writing may have to wait."""
_MERGED = 2
"""A piece that changed fewer rows than this has found nothing to merge, says FTS5's own documentation."""


def merge_some(writer: Engine) -> bool:
    """Merge a piece of a file's search index in a transaction of its own; answer whether more may wait.

    A book of before is told first to merge no more by itself.
    """
    with writer.begin() as connection:
        kept = connection.exec_driver_sql(
            f"SELECT v FROM {SEARCH_NAME}_config WHERE k = 'automerge'"  # noqa: S608
        ).scalar()
        if kept != 0:
            connection.exec_driver_sql(MERGE_WHEN_ASKED)
        before = _changes(connection)
        connection.exec_driver_sql(
            f"INSERT INTO {SEARCH_NAME}({SEARCH_NAME}, rank) VALUES ('merge', {_PAGES})"  # noqa: S608
        )
        return _changes(connection) - before >= _MERGED


def _changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())
