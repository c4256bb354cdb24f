"""The declarative base, exact column types and mixins that every mapped class is made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, ForeignKey, Integer, MetaData, String, TypeDecorator, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.schema import CreateIndex

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = BigInteger().with_variant(Integer, "sqlite")
"""Primary and foreign keys: 64 bits everywhere; SQLite's rowid alias needs the word INTEGER."""


class Scaled(TypeDecorator[Decimal]):
    """A Decimal kept as a 64-bit integer scaled by a power of ten; refuses what it cannot keep exactly."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Scale a Decimal; ValueError when it has more decimals than the column keeps."""
        del dialect
        if value is None:
            return None
        return to_scaled(Decimal(value), self.scale)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], Decimal | None]:
        """Answer what reads a cell, the exact Decimal behind the stored integer: at once, for there are millions."""
        del dialect, coltype
        shift = -self.scale

        def read(value: int | None) -> Decimal | None:
            return None if value is None else Decimal(value).scaleb(shift)

        return read

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Compare with scaled values, whatever is on the other side."""
        del op, value
        return self


AMOUNT_SCALE = 4
PRICE_SCALE = 6
QUANTITY_SCALE = 4
RATE_SCALE = 10
FRACTION_SCALE = 6


def to_scaled(value: Decimal, scale: int) -> int:
    """Answer ``value`` times ten to the ``scale`` as an integer; ValueError when that is not exact."""
    scaled = value.scaleb(scale)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{value} has more than {scale} decimals")
    return whole


def from_scaled(value: int | None, scale: int = AMOUNT_SCALE) -> Decimal:
    """Answer the Decimal behind a stored integer; None (an empty sum) is zero."""
    return Decimal(value or 0).scaleb(-scale)


Amount = Scaled(AMOUNT_SCALE)
Price = Scaled(PRICE_SCALE)
Quantity = Scaled(QUANTITY_SCALE)
RateType = Scaled(RATE_SCALE)
Fraction = Scaled(FRACTION_SCALE)


class UtcMoment(TypeDecorator[datetime]):
    """A moment in UTC, kept as ISO text so that it sorts and reads the same in every store."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Keep the moment in UTC with microseconds."""
        del dialect
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Answer the moment with its zone, UTC."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


_SERVER_WHERE = "server_where"


def on_server(where: str) -> dict[str, str]:
    """Answer the ``info`` of a partial index that says its condition on PostgreSQL.

    Named outright, it would load the dialect of a server with every book that is a file: a twentieth of a start.
    """
    return {_SERVER_WHERE: where}


@compiles(CreateIndex, "postgresql")
def _create_index_on_server(create: CreateIndex, compiler: Any, **options: Any) -> str:
    """Spell a partial index with its condition on PostgreSQL."""
    where = create.element.info.get(_SERVER_WHERE)
    if where is not None:
        create.element.dialect_options["postgresql"]["where"] = text(where)
    spelled: str = compiler.visit_create_index(create, **options)
    return spelled


class Base(DeclarativeBase):
    """Base of every mapped class; constraints are named, so that migrations can find them."""

    metadata = MetaData(naming_convention=NAMING)


class Keyed:
    """A table with an integer primary key."""

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)


class Owned(Keyed):
    """A record that belongs to a person; row rules compare ``owner_id`` with the actor's scope."""

    @declared_attr
    def owner_id(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy calls it on the class
        """Answer the person the record belongs to."""
        return mapped_column(Id, ForeignKey("person.id"), index=True)


class Versioned:
    """A record that is edited: a save is refused when it is not the version that was read."""

    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcMoment)
    updated_at: Mapped[datetime] = mapped_column(UtcMoment)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy calls it on the class
        """Let SQLAlchemy count the version and refuse a stale write."""
        return {"version_id_col": cls.version}


class Adjusted:
    """A discount or a charge on a whole paper (整单折扣, 附加费), shared over its lines (sections 2.6 and 11).

    ``adjustment`` is in the paper's currency, a discount negative; with an ``adjustment_rate`` (signed, of the
    lines' sum) the amount follows the lines.
    """

    adjustment: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0), server_default="0")
    adjustment_rate: Mapped[Decimal | None] = mapped_column(Fraction)
    adjustment_text: Mapped[str] = mapped_column(String(120), default="", server_default="")


APPEND_ONLY: dict[str, Any] = {"append_only": True}
"""Table info: rows are never updated or deleted; database triggers refuse it (storage/objects.py)."""
