"""The schema of this program as a value: tables, revisions known, and where the migrations lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table

from tradecrm.storage import objects
from tradecrm.storage.migrations import REVISIONS

VERSION_TABLE = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""The table in which Alembic keeps the revision; made here without loading Alembic."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Tables, the revisions that lead to them (oldest first), and the folder of the migration scripts."""

    metadata: MetaData
    revisions: tuple[str, ...]
    scripts: Path

    @property
    def head(self) -> str:
        """Answer the revision of a book of this program."""
        return self.revisions[-1]

    def build(self, connection: Connection) -> None:
        """Make the whole schema of a fresh book and stamp it with the newest revision."""
        VERSION_TABLE.create(connection)
        objects.build(connection, self.metadata)
        connection.execute(VERSION_TABLE.insert().values(version_num=self.head))


def present_schema() -> Schema:
    """Answer the schema of the program as it stands."""
    from tradecrm.models import Base

    return Schema(Base.metadata, REVISIONS, Path(__file__).resolve().parent / "migrations")
