"""The unit of work: a session bound to the person acting, and the wrapper that every operation runs in."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Row, Select, bindparam, event, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from tradecrm.core.clock import Clock
from tradecrm.core.errors import Conflict, NotFound
from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.progress import Progress
from tradecrm.core.text import _
from tradecrm.models import Base
from tradecrm.models.base import Versioned
from tradecrm.services.control import access, audit
from tradecrm.services.prepared import change_rows, prepared_rows, takes_number, write_record

if TYPE_CHECKING:
    from tradecrm.core.money import Rounding
    from tradecrm.services.control.settings import Settings

Command = TypeVar("Command")
Value = TypeVar("Value")
Entity = TypeVar("Entity", bound=Base)


class BookSession(Session):
    """The only session of the program; access rules, flush guard and audit hang on its events."""


event.listen(BookSession, "do_orm_execute", access.apply_rules)
event.listen(BookSession, "before_flush", access.guard_flush)
event.listen(BookSession, "before_flush", audit.collect)
event.listen(BookSession, "after_flush", audit.write)
event.listen(BookSession, "before_commit", audit.finish)
event.listen(BookSession, "after_transaction_create", audit.begin_part)
event.listen(BookSession, "after_soft_rollback", audit.undo_part)


class Reader:
    """What a query gets: a session that sees only what the actor may see, the clock and the settings."""

    def __init__(self, session: Session, actor: access.Actor, clock: Clock) -> None:
        self.session = session
        self.actor = actor
        self.clock = clock
        self._settings: Settings | None = None

    @property
    def today(self) -> date:
        """Answer the calendar day of the book's clock."""
        return self.clock.today()

    @property
    def settings(self) -> Settings:
        """Answer the firm's settings, read once a unit of work."""
        if self._settings is None:
            from tradecrm.services.control.settings import load_settings

            self._settings = load_settings(self.session)
        return self._settings

    def rounding(self) -> Rounding:
        """Answer how the firm rounds (domain.md section 11)."""
        return self.settings.rounding

    def shown_whole(self) -> frozenset[str]:
        """Answer the currencies that the firm shows without idle decimals (domain.md section 11)."""
        return frozenset(self.settings.shown_whole)

    @property
    def known_settings(self) -> Settings | None:
        """Answer the firm's settings where they have been read already, None where nobody asked for them."""
        return self._settings

    def forget_settings(self) -> None:
        """Read the settings again when they are next asked for."""
        self._settings = None

    @property
    def base(self) -> str:
        """Answer the base currency of the book."""
        return self.settings.base_currency

    def get(self, entity: type[Entity], key: int, what: str) -> Entity:
        """Answer the record, or raise NotFound in words; one that the actor may not see is not found."""
        found = self._read_already(entity, key)
        if found is None:
            found = self.session.scalars(_by_key(entity), {"key": key}).one_or_none()
        if found is None:
            raise not_found(what, key)
        return found

    def look(self, entity: type[Entity], key: int, what: str) -> Row[*tuple[Any, ...]]:
        """Answer the columns of a record under their names, as they are kept: to read it, not to change it.

        Raises NotFound as ``get`` does, and takes a fifth of its time for whom no row of the class is hidden from.
        """
        statement = _columns_by_key(entity)
        found: Row[*tuple[Any, ...]] | None
        if access.sees_every(self.actor, entity):
            found = prepared_rows(self.session, statement, key=key).one_or_none()
        else:
            found = self.session.execute(statement, {"key": key}).one_or_none()
        if found is None:
            raise not_found(what, key)
        return found

    def look_all(self, entity: type[Entity], keys: Sequence[int]) -> Sequence[Row[*tuple[Any, ...]]]:
        """Answer the columns of records as ``look`` does; those the actor may not see are left out."""
        statement = _columns_by_keys(entity)
        if access.sees_every(self.actor, entity):
            return prepared_rows(self.session, statement, keys=list(keys)).all()
        return self.session.execute(statement, {"keys": keys}).all()

    def get_all(self, entity: type[Entity], keys: Iterable[int]) -> dict[int, Entity]:
        """Answer the records of many keys in one statement; those the actor may not see are left out."""
        wanted = sorted(set(keys))
        rows = self.session.scalars(select(entity).where(entity.id.in_(wanted)))  # type: ignore[attr-defined]
        return {row.id: row for row in rows}  # type: ignore[attr-defined]

    def _read_already(self, entity: type[Entity], key: int) -> Entity | None:
        """Answer a record that this session has read, so within its row rules, and still knows."""
        found: Entity | None = self.session.identity_map.get(identity_key(entity, key))
        return None if found is None or inspect(found).expired else found


def not_found(what: str, key: int) -> NotFound:
    """Answer the error for a record that is not there, or not for the person acting."""
    return NotFound(_("{what} no. {key} was not found.").format(what=what, key=key))


@functools.cache
def _by_key(entity: type[Entity]) -> Select[Entity]:
    return select(entity).where(entity.id == bindparam("key"))  # type: ignore[attr-defined]


@functools.cache
def _columns_by_key(entity: type[Base]) -> Select[*tuple[Any, ...]]:
    columns = [getattr(entity, column.key) for column in inspect(entity).column_attrs]
    return select(*columns).where(entity.id == bindparam("key"))  # type: ignore[attr-defined]


@functools.cache
def _columns_by_keys(entity: type[Base]) -> Select[*tuple[Any, ...]]:
    columns = [getattr(entity, column.key) for column in inspect(entity).column_attrs]
    wanted = entity.id.in_(bindparam("keys", expanding=True))  # type: ignore[attr-defined]
    return select(*columns).where(wanted)


class Work(Reader):
    """What an operation gets: a Reader that may write, take numbers, warn and report progress."""

    def __init__(
        self, session: Session, actor: access.Actor, clock: Clock, progress: Progress | None = None
    ) -> None:
        super().__init__(session, actor, clock)
        self.progress = progress or Progress()
        self.warnings: list[str] = []

    @property
    def now(self) -> datetime:
        """Answer the moment of entry of everything this unit of work writes."""
        moment: datetime = self.session.info["now"]
        return moment

    def add(self, row: Entity) -> Entity:
        """Add a record and give it its id at once."""
        for name in ("created_at", "updated_at"):
            if hasattr(row, name) and getattr(row, name) is None:
                setattr(row, name, self.now)
        # Only the session itself forgets a record again with the part that is taken back.
        if self.session.in_nested_transaction() or not takes_number(row):
            self.session.add(row)
            self.session.flush()
            return row
        self.session.flush()
        access.guard_new(self.session, row)
        write_record(self.session, row)
        audit.note_new(self.session, row)
        return row

    def keep(self, entity: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        """Write columns of records, each named by its ``id``, that follow from others and are no history.

        All name the same columns. A record that the session has read says the new values too.
        """
        if not rows:
            return
        change_rows(self.session, entity, rows)
        self.touch(audit.kind_of(entity))
        for values in rows:
            known = self.session.identity_map.get(identity_key(entity, values["id"]))
            for name in values if known is not None else ():
                set_committed_value(known, name, values[name])

    def demand_version(self, row: Versioned, read: int | None, name: str) -> None:
        """Raise Conflict when ``row`` was changed since the version that was read; ``name`` is what it is called."""
        if row.version != read:
            raise Conflict(
                _("{number} was changed by someone else meanwhile. Nothing was saved.").format(number=name)
            )

    def touch(self, kind: str) -> None:
        """Say that records of ``kind`` changed; needed only for rows written in set form."""
        self.session.info.setdefault("changed", set()).add(kind)

    def warn(self, sentence: str) -> None:
        """Add a warning to the answer of the operation."""
        self.warnings.append(sentence)

    def number(self, kind: str, day: date) -> str:
        """Take the next number of a document type."""
        from tradecrm.services.control.numbering import next_number

        return next_number(self.session, kind, day)


@dataclass(frozen=True, slots=True)
class Operation(Generic[Command, Value]):
    """A named change of the book: the verb it needs, the checks of its command, and its body."""

    name: str
    verb: str
    body: Callable[[Work, Command], Value]
    check: Callable[[Command], Sequence[Problem]]

    def within(self, work: Work, command: Command) -> Value:
        """Run as a part of another operation, in its unit of work, with the same permission and checks."""
        work.actor.demand(self.verb)
        problems = tuple(self.check(command))
        if problems:
            raise Refusal(problems)
        return self.body(work, command)


def _no_problems(_command: Any) -> Sequence[Problem]:
    """Check nothing beyond what the body checks."""
    return ()


def operation(
    verb: str, *, check: Callable[[Any], Sequence[Problem]] = _no_problems
) -> Callable[[Callable[[Work, Command], Value]], Operation[Command, Value]]:
    """Make a function ``(work, command) -> value`` an operation that needs ``verb``."""

    def wrap(body: Callable[[Work, Command], Value]) -> Operation[Command, Value]:
        return Operation(body.__name__, verb, body, check)

    return wrap
