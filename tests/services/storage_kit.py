"""A small schema and its migrations for tests of storage, with an append-only table and a parent with children."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import (
    CheckConstraint,
    Column,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    func,
    select,
)
from sqlalchemy.dialects import sqlite

from tradecrm.core.clock import FixedClock, SystemClock
from tradecrm.models.base import NAMING
from tradecrm.storage import migrations
from tradecrm.storage.migrations.generate import table_script
from tradecrm.storage.schema import Schema
from tradecrm.storage.store import Opening, Store, create_book, open_book

CLOCK = SystemClock()
METADATA = MetaData(naming_convention=NAMING)
PARTY = Table(
    "party",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    CheckConstraint("length(name) > 0", name="named"),
)
ENTRY = Table(
    "entry",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("party_id", Integer, ForeignKey("party.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("amount", Integer, nullable=False),
    Column("settled", Integer),
    info={"append_only": True, "mutable": ("settled",)},
)
Index("ix_party_lower_name", func.lower(PARTY.c.name))

FIRST = """
from alembic import op
revision = "0001"
down_revision = None
SCRIPT = {script!r}
def upgrade():
    for statement in SCRIPT.split(";\\n\\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision = "0002"
down_revision = "0001"
def upgrade():
    op.add_column("entry", sa.Column("note", sa.String(40), server_default="none", nullable=False))
    with op.batch_alter_table("party", recreate="always") as party:
        party.add_column(sa.Column("country", sa.String(2)))
"""


def schema_at(folder: Path, *steps: str, metadata: MetaData = METADATA) -> Schema:
    """Write a folder of migrations: the small schema first, then ``steps``; answer the schema of the last."""
    versions = folder / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(str(migrations.__file__)).with_name("env.py"), folder)
    shutil.copy(Path(str(migrations.__file__)).with_name("script.py.mako"), folder)
    first = FIRST.format(script=table_script(METADATA, list(METADATA.tables), sqlite.dialect()))
    for number, text in enumerate((first, *steps), 1):
        (versions / f"{number:04d}.py").write_text(text, encoding="utf-8")
    return Schema(metadata, tuple(f"{n:04d}" for n in range(1, len(steps) + 2)), folder)


def second_metadata() -> MetaData:
    """Answer the small schema as the second revision has it: two more columns."""
    metadata = MetaData(naming_convention=NAMING)
    for table in METADATA.sorted_tables:
        table.to_metadata(metadata)
    metadata.tables["entry"].append_column(Column("note", String(40), server_default="none", nullable=False))
    metadata.tables["party"].append_column(Column("country", String(2)))
    return metadata


def small_schema() -> Schema:
    """Answer the small schema for tests that upgrade nothing."""
    return Schema(METADATA, ("0001",), Path())


def small_book(folder: Path, name: str = "firm.tcrm", clock: FixedClock | SystemClock = CLOCK) -> Store:
    """Make and open a book of the small schema with one party."""
    store = create_book(folder / name, "Wang Fang", clock, Opening(schema=small_schema()))
    with store.writer.begin() as connection:
        connection.execute(PARTY.insert().values(id=1, name="Huaqiang"))
    return store


def reopen(path: Path) -> Store:
    """Open a book of the small schema again."""
    return open_book(path, "Wang Fang", CLOCK, Opening(schema=small_schema()))


def add_entries(engine: Engine, count: int, amount: int = 7) -> None:
    """Write ``count`` entries in one transaction."""
    with engine.begin() as connection:
        connection.execute(ENTRY.insert(), [{"party_id": 1, "amount": amount} for _ in range(count)])


def entry_count(engine: Engine) -> int:
    """Answer how many entries a book has."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(ENTRY)) or 0


def beside(folder: Path) -> set[str]:
    """Answer the names in a folder."""
    return {each.name for each in folder.iterdir()}
