"""Statements that are built once: compiled once for each kind of store, and run by its driver with new values."""

from __future__ import annotations

import functools
from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Dialect, Select, bindparam, insert, inspect, update
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningUpdate

from tradecrm.models import Base

Prepared = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | ReturningUpdate[*tuple[Any, ...]]
Values = dict[str, Any]
_Processor = Callable[[Any], Any]
_KEPT = 1024
"""How many compiled statements are kept; there are some hundred, a few of them for lists of several lengths."""

_FEW = 32
"""Up to so many rows are read one by one."""


class Rows(list[Any]):
    """The rows of a small answer, named tuples, all read; asked as a result of the library is asked."""

    __slots__ = ()

    def all(self) -> Sequence[Any]:
        """Answer the rows."""
        return self

    def first(self) -> Any:
        """Answer the first row, None when there is none."""
        return self[0] if self else None

    def one(self) -> Any:
        """Answer the only row; raises NoResultFound or MultipleResultsFound."""
        if not self:
            raise NoResultFound("A row was expected, and there is none.")
        return self.one_or_none()

    def one_or_none(self) -> Any:
        """Answer the only row, None when there is none; raises MultipleResultsFound."""
        if len(self) > 1:
            raise MultipleResultsFound("One row was expected, and there are more.")
        return self.first()

    def scalar(self) -> Any:
        """Answer the first value of the first row, None when there is no row."""
        return self[0][0] if self else None

    def scalars(self) -> Sequence[Any]:
        """Answer the first value of each row."""
        return [row[0] for row in self]


@dataclass(frozen=True, slots=True)
class _Bind:
    """A place of the compiled statement that a value goes to: its name there, and how the value is written."""

    place: str
    value: str
    part: int | None
    write: _Processor | None

    def of(self, values: Values) -> Any:
        value = values[self.value] if self.part is None else values[self.value][self.part]
        return value if self.write is None else self.write(value)


@dataclass(frozen=True, slots=True)
class _Writing:
    """A compiled INSERT or UPDATE of some columns: its text, and how each is bound."""

    text: str
    binds: tuple[_Bind, ...]
    by_place: bool

    def bound(self, values: Values) -> Any:
        if self.by_place:
            return tuple([bind.of(values) for bind in self.binds])
        return {bind.place: bind.of(values) for bind in self.binds}


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A compiled statement: its text, what it binds, and how its columns are called and read.

    ``standing`` are the values that were written into it when it was built; ``readers`` are none where the driver's
    cells need nothing done. ``row`` makes a named tuple.
    """

    text: str
    places: tuple[str, ...]
    by_place: bool
    standing: Values
    binds: tuple[_Bind, ...]
    row: Callable[[Iterable[Any]], Any]
    readers: tuple[_Processor | None, ...]
    to_read: tuple[tuple[int, _Processor], ...]

    def bound(self, values: Values) -> Any:
        if self.by_place and not self.standing:
            return tuple([bind.of(values) for bind in self.binds])
        found = {**self.standing, **{bind.place: bind.of(values) for bind in self.binds}}
        return tuple([found[place] for place in self.places]) if self.by_place else found

    def read(self, rows: Sequence[tuple[Any, ...]]) -> Rows:
        if not (rows and self.readers):
            return Rows(map(self.row, rows))
        if len(rows) <= _FEW:
            return Rows([self.row(self._cells(row)) for row in rows])
        # A column at a time: the loops over the rows are then the interpreter's own.
        columns = zip(zip(*rows, strict=True), self.readers, strict=True)
        parts = (part if read is None else map(read, part) for part, read in columns)
        return Rows(map(self.row, zip(*parts, strict=True)))

    def _cells(self, row: tuple[Any, ...]) -> list[Any]:
        cells = list(row)
        for place, read in self.to_read:
            cells[place] = read(cells[place])
        return cells


def prepared_rows(session: Session, statement: Prepared, **values: Any) -> Rows:
    """Answer the rows of a statement that is one and the same object at every call, with ``values`` bound.

    The library looks at a statement anew whenever it is executed, which costs more than a small answer. The
    rows are those it would answer, all read at once, what is not written yet written first. ``values`` may hold
    lists for expanding parameters. No row rule is added: it is for plain tables, and for what everyone may see.
    Raises the driver's errors.
    """
    if session.autoflush:
        session.flush()
    connection = connection_of(session)
    lengths = tuple([(name, len(value)) for name, value in values.items() if isinstance(value, list | tuple)])
    found = _prepare(statement, _class_of(connection.dialect), lengths)
    return found.read(run(connection, found.text, found.bound(values)))


def run(connection: Connection, text: str, values: Any) -> Sequence[Any]:
    """Answer the rows of a compiled statement as the driver gives them; raises the driver's errors."""
    cursor = connection.connection.cursor()
    try:
        # Who listens to what a store is asked hears of these statements too.
        connection.dispatch.before_cursor_execute(connection, cursor, text, values, None, False)
        cursor.execute(text, values)
        return cursor.fetchall()
    finally:
        cursor.close()


def write_rows(session: Session, entity: type[Base], rows: Sequence[Values]) -> None:
    """Write new rows of one table, all with the same columns, past the library: nothing hears of them but the store.

    Raises ValueError when a column is left out that the library would fill, and the driver's errors.
    """
    if not rows:
        return
    connection = connection_of(session)
    _run_many(connection, _insertion(entity, _class_of(connection.dialect), tuple(rows[0]), False), rows)


def write_numbered(session: Session, entity: type[Base], rows: Sequence[Values]) -> list[int]:
    """Write new rows as ``write_rows`` does, and answer their ids in order."""
    if not rows:
        return []
    connection = connection_of(session)
    found = _insertion(entity, _class_of(connection.dialect), tuple(rows[0]), True)
    return [key for row in rows for (key,) in run(connection, found.text, found.bound(row))]


def write_record(session: Session, row: Base) -> None:
    """Write a new record as ``write_rows`` does and give it its id; the session then knows it as one it has read.

    What stands before it in the session has to be written already. Raises the driver's errors.
    """
    given = inspect(row).dict
    values = {}
    for name, column, fill in _filling(type(row)):
        if name not in given:
            if fill is None:
                continue
            set_committed_value(row, name, fill())
        values[column] = given[name]
    (key,) = write_numbered(session, type(row), [values])
    set_committed_value(row, "id", key)
    make_transient_to_detached(row)
    session.add(row)


def takes_number(row: Base) -> bool:
    """Tell whether the store gives a record its key, an ``id`` that it does not have yet."""
    return _is_numbered(type(row)) and inspect(row).dict.get("id") is None


@functools.cache
def _is_numbered(entity: type[Base]) -> bool:
    return [column.key for column in inspect(entity).primary_key] == ["id"]


@functools.cache
def _filling(entity: type[Base]) -> tuple[tuple[str, str, Callable[[], Any] | None], ...]:
    """Answer the attributes of a record but its id: each with its column, and what fills it where nothing was said.

    What only the store fills has None there.
    """
    found = []
    for attribute in inspect(entity).column_attrs:
        column: Any = attribute.columns[0]
        if not column.primary_key:
            found.append((attribute.key, column.key, _filler(column)))
    return tuple(found)


def _filler(column: Any) -> Callable[[], Any] | None:
    default = column.default
    if default is None:
        return (lambda: None) if column.server_default is None else None
    value = default.arg
    return (lambda: value(None)) if default.is_callable else (lambda: value)


def change_rows(session: Session, entity: type[Base], rows: Sequence[Values]) -> None:
    """Change columns of rows of one table, each named by its ``id``, past the library: nothing hears of it.

    All name the same columns. Raises the driver's errors.
    """
    if not rows:
        return
    connection = connection_of(session)
    _run_many(connection, _change(entity, _class_of(connection.dialect), tuple(rows[0])), rows)


def _run_many(connection: Connection, writing: _Writing, rows: Sequence[Values]) -> None:
    bound = [writing.bound(row) for row in rows]
    cursor = connection.connection.cursor()
    try:
        connection.dispatch.before_cursor_execute(connection, cursor, writing.text, bound, None, True)
        cursor.executemany(writing.text, bound)
    finally:
        cursor.close()


def connection_of(session: Session) -> Connection:
    """Answer the connection of a session's transaction, which stays the same while the transaction lasts."""
    kept: tuple[object, Connection] | None = session.info.get("connection")
    if kept is not None and kept[0] is session.get_transaction():
        return kept[1]
    connection = session.connection()
    session.info["connection"] = (session.get_transaction(), connection)
    return connection


def _class_of(dialect: Dialect) -> Callable[[], Dialect]:
    """Answer what makes such a dialect: a statement is compiled once for all books of a kind."""
    return type(dialect)


def _row_of(names: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    """Answer what makes a row with these names of its values."""
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024 - known when it is built
    make: Callable[[Iterable[Any]], Any] = row._make
    return make


@functools.lru_cache(maxsize=_KEPT)
def _prepare(
    statement: Prepared, new_dialect: Callable[[], Dialect], lengths: tuple[tuple[str, int], ...]
) -> _Prepared:
    dialect = new_dialect()
    compiled = statement.compile(dialect=dialect)
    lists = {name: [None] * length for name, length in lengths}
    state = compiled.construct_expanded_state({**compiled.params, **lists})
    parts = {
        one: (name, part) for name, ones in state.parameter_expansion.items() for part, one in enumerate(ones)
    }
    standing: Values = {}
    binds = []
    places = state.positiontup if state.positiontup is not None else list(state.parameters)
    for place in places:
        name, part = parts.get(place, (place, None))
        bind = compiled.binds[name]
        write = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.required or name in lists:
            binds.append(_Bind(place, name, part, write))
        else:
            fixed = state.parameters[place]
            standing[place] = fixed if write is None else write(fixed)
    columns = list(statement.exported_columns)
    readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Prepared(
        state.statement,
        tuple(places),
        state.positiontup is not None,
        standing,
        tuple(binds),
        _row_of([str(column.key) for column in columns]),
        tuple(readers) if any(readers) else (),
        tuple((place, read) for place, read in enumerate(readers) if read is not None),
    )


@functools.lru_cache(maxsize=_KEPT)
def _insertion(
    entity: type[Base], new_dialect: Callable[[], Dialect], columns: tuple[str, ...], numbered: bool
) -> _Writing:
    dialect = new_dialect()
    table: Any = entity.__table__
    statement = insert(table).returning(table.c.id) if numbered else insert(table).inline()
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    places = compiled.positiontup if compiled.positiontup is not None else list(compiled.params)
    left = set(places) ^ set(columns)
    if left:
        raise ValueError(f"rows of {table.name} have to say {sorted(left)}")
    return _writing(compiled, places, dialect)


@functools.lru_cache(maxsize=_KEPT)
def _change(entity: type[Base], new_dialect: Callable[[], Dialect], columns: tuple[str, ...]) -> _Writing:
    dialect = new_dialect()
    table: Any = entity.__table__
    # The value of the condition may not be called like a column that is set.
    statement = update(table).where(table.c.id == bindparam("the_id"))
    compiled = statement.compile(dialect=dialect, column_keys=[name for name in columns if name != "id"])
    places = compiled.positiontup if compiled.positiontup is not None else list(compiled.params)
    return _writing(compiled, places, dialect)


def _writing(compiled: Any, places: Sequence[str], dialect: Dialect) -> _Writing:
    binds = [
        _Bind(
            place,
            "id" if place == "the_id" else place,
            None,
            compiled.binds[place].type.dialect_impl(dialect).bind_processor(dialect),
        )
        for place in places
    ]
    return _Writing(str(compiled), tuple(binds), compiled.positiontup is not None)
