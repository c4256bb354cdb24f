"""Upgrades on a copy, compared with a fresh book, swapped in whole (architecture.md section 7)."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.services.storage_kit import (
    CLOCK,
    SECOND,
    add_entries,
    beside,
    reopen,
    schema_at,
    second_metadata,
    small_book,
)
from tradecrm.core.errors import BookError
from tradecrm.storage import objects
from tradecrm.storage.backup import list_backups
from tradecrm.storage.engines import APPLICATION_ID, building_engine
from tradecrm.storage.migrations import REVISIONS
from tradecrm.storage.migrations.generate import table_script, write_revision, write_tables
from tradecrm.storage.schema import Schema, present_schema
from tradecrm.storage.store import Opening, open_book
from tradecrm.storage.upgrade import fresh_catalog, migrate


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "books").mkdir()
    store = small_book(tmp_path / "books")
    add_entries(store.writer, 20)
    with store.writer.begin() as connection:
        connection.execute(objects.SEARCH_INDEX.insert().values(rowid=257, terms="huaqiang"))
    store.close()
    return store.path


def _open(book: Path, schema: Schema) -> None:
    open_book(book, "Wang Fang", CLOCK, Opening(schema=schema)).close()


def test_older_book_is_upgraded_with_its_rows_triggers_and_indexes(book: Path, tmp_path: Path) -> None:
    schema = schema_at(tmp_path / "scripts", SECOND, metadata=second_metadata())
    before = book.read_bytes()
    store = open_book(book, "Wang Fang", CLOCK, Opening(schema=schema))
    (kept,) = store.backups()
    assert str(kept.path) in store.warnings[-1]
    with store.writer.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM entry WHERE note = 'none'")) == 20
        assert connection.execute(text("SELECT name, country FROM party")).all() == [("Huaqiang", None)]
        assert connection.scalar(text("SELECT terms FROM search_index")) == "huaqiang"
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0002"
        assert connection.scalar(text("PRAGMA application_id")) == APPLICATION_ID
        assert objects.catalog(connection) == fresh_catalog(schema)
        connection.rollback()
        with pytest.raises(IntegrityError, match="entry is append-only"):
            connection.execute(text("UPDATE entry SET note = 'x'"))
    store.close()
    assert beside(book.parent) == {"firm.tcrm", "firm backups"}
    shutil.copy(kept.path, book)
    assert len(before) == book.stat().st_size
    store = reopen(book)
    assert store.warnings == ()
    store.close()


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("    op.add_column('entry', sa.Column('note', sa.String(40)))", "table entry"),
        ("    op.execute('CREATE TABLE stray (id INTEGER)')", "table stray"),
        ("    op.execute('PRAGMA ignore_check_constraints=ON')", "table entry; table party"),
        ("    op.execute('DELETE FROM party')", "refers to a row of party"),
    ],
)
def test_upgrade_that_ends_otherwise_leaves_the_book_as_it_was(
    book: Path, tmp_path: Path, step: str, fault: str
) -> None:
    head = "import sqlalchemy as sa\nfrom alembic import op\nrevision = '0002'\ndown_revision = '0001'\n"
    if "DELETE" in step:
        step = "    op.execute('DROP TRIGGER entry_no_delete')\n" + step
    schema = schema_at(tmp_path / "scripts", f"{head}def upgrade():\n{step}\n", metadata=second_metadata())
    before = book.read_bytes()
    with pytest.raises(BookError, match=f"could not be brought to this version.*{fault}"):
        _open(book, schema)
    assert book.read_bytes() == before
    assert beside(book.parent) == {"firm.tcrm", "firm backups"}
    assert len(list_backups(book.parent / "firm backups", book)) == 1


def test_migration_that_fails_leaves_the_book_as_it_was(book: Path, tmp_path: Path) -> None:
    broken = SECOND.replace('op.add_column("entry"', 'op.add_column("nothing"')
    schema = schema_at(tmp_path / "scripts", broken, metadata=second_metadata())
    before = book.read_bytes()
    with pytest.raises(OperationalError, match="nothing"):
        _open(book, schema)
    assert book.read_bytes() == before
    assert beside(book.parent) == {"firm.tcrm", "firm backups"}
    reopen(book).close()


def _catalog_by_migrations(schema: Schema, folder: Path) -> dict[str, str]:
    engine = building_engine(folder / "migrated.tcrm", mode="rwc")
    with engine.begin() as connection:
        migrate(connection, schema)
        objects.apply(connection, schema.metadata)
        found = objects.catalog(connection)
    engine.dispose()
    return found


def test_migrations_of_the_program_end_where_a_fresh_book_begins(tmp_path: Path) -> None:
    schema = present_schema()
    assert objects.differences(_catalog_by_migrations(schema, tmp_path), fresh_catalog(schema)) == []


def test_revisions_known_are_those_of_the_scripts() -> None:
    versions = sorted(path.name[:4] for path in (present_schema().scripts / "versions").glob("[0-9]*.py"))
    assert tuple(versions) == REVISIONS


def test_generated_revision_leads_to_the_changed_models(book: Path, tmp_path: Path) -> None:
    schema = schema_at(tmp_path / "scripts", metadata=second_metadata())
    (schema.scripts / "__init__.py").write_text('REVISIONS: tuple[str, ...] = ("0001",)\n', encoding="utf-8")
    schema.metadata.tables["party"].append_column(Column("rank", Integer))
    assert write_revision("note, country and rank", schema) == "0002"
    assert '("0001", "0002")' in (schema.scripts / "__init__.py").read_text(encoding="utf-8")
    _open(book, Schema(schema.metadata, ("0001", "0002"), schema.scripts))


def test_tables_of_a_revision_are_written_for_both_stores(tmp_path: Path) -> None:
    schema = present_schema()
    name = "0002_the_trade_cycle"
    kept = schema.scripts / "versions"
    shutil.copy(kept / f"{name}.py", tmp_path)
    written = write_tables(schema.metadata, tmp_path, name)
    assert [path.name for path in written] == [f"{name}.sqlite.sql", f"{name}.postgresql.sql"]
    tables = runpy.run_path(str(kept / f"{name}.py"))["TABLES"]
    again = table_script(schema.metadata, tables, sqlite.dialect())
    assert written[0].read_text(encoding="utf-8") == again
    assert "BIGSERIAL" in written[1].read_text(encoding="utf-8")
