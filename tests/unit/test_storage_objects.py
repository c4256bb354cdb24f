"""Triggers, search rows and catalogs as data (architecture.md section 7)."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from tradecrm.storage.objects import (
    append_only,
    differences,
    search_record,
    search_rowid,
    sqlite_triggers,
)
from tradecrm.storage.server_objects import postgresql_objects


def _metadata(**info: object) -> MetaData:
    metadata = MetaData()
    Table(
        "entry", metadata, Column("id", Integer, primary_key=True), Column("kept", Integer), info=dict(info)
    )
    Table("free", metadata, Column("id", Integer, primary_key=True))
    return metadata


@pytest.mark.parametrize(("kind", "record"), [(0, 1), (255, 1), (7, 123_456_789), (3, 0)])
def test_search_row_folds_kind_and_record(kind: int, record: int) -> None:
    assert search_record(search_rowid(kind, record)) == (kind, record)


@pytest.mark.parametrize("kind", [-1, 256])
def test_search_row_refuses_other_kinds(kind: int) -> None:
    with pytest.raises(ValueError, match="0 to 255"):
        search_rowid(kind, 1)


def test_only_declared_tables_are_append_only() -> None:
    metadata = _metadata(append_only=True, mutable=("kept",))
    assert [(each.name, mutable) for each, mutable in append_only(metadata)] == [("entry", ("kept",))]
    triggers = sqlite_triggers(metadata)
    assert triggers.keys() == {"entry_no_update", "entry_no_delete"}
    assert 'UPDATE OF "id" ON entry' in triggers["entry_no_update"]
    assert append_only(_metadata()) == ()


def test_mutable_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        append_only(_metadata(append_only=True, mutable=("typo",)))


def test_server_gets_the_same_refusals() -> None:
    script = "\n".join(postgresql_objects(_metadata(append_only=True)))
    assert "BEFORE UPDATE ON entry" in script
    assert "BEFORE DELETE ON entry" in script
    assert "BEFORE TRUNCATE ON entry" in script, "emptying a table at once goes past the other two"
    assert "USING gin (words)" in script
    assert "free" not in script


def test_differences_name_missing_changed_and_extra() -> None:
    found = {"table a": "1", "table b": "1", "table c": "1"}
    wanted = {"table a": "1", "table b": "2", "table d": "1"}
    assert differences(found, wanted) == ["table b", "table c", "table d"]
