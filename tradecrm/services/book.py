"""An open book and a person's seat at it: the one door through which queries and operations pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from tradecrm.core.address import Place
from tradecrm.core.changes import Outcome
from tradecrm.core.clock import Clock
from tradecrm.core.errors import BookError, Conflict, NotFound
from tradecrm.core.money import Rounding, rounding_of, shown_whole_of
from tradecrm.core.progress import Progress
from tradecrm.core.text import _
from tradecrm.models import Department, Person
from tradecrm.services.control.access import Actor
from tradecrm.services.control.roles import ROLES
from tradecrm.services.work import BookSession, Operation, Reader, Work
from tradecrm.storage.held import BookStore
from tradecrm.storage.store import Store

if TYPE_CHECKING:
    from tradecrm.services.control.settings import Settings

Args = ParamSpec("Args")
Value = TypeVar("Value")
Command = TypeVar("Command")


class Seat:
    """A person at a book: asks queries and performs operations as that person, from any thread."""

    def __init__(self, book: Book, actor: Actor) -> None:
        self.book = book
        self.actor = actor

    def ask(
        self, query: Callable[Concatenate[Reader, Args], Value], *args: Args.args, **kwargs: Args.kwargs
    ) -> Value:
        """Answer a query on a session of its own that cannot write."""
        with (
            self.book.store.guard(),
            BookSession(
                self.book.store.reader, expire_on_commit=False, info={"actor": self.actor}
            ) as session,
        ):
            reader = Reader(session, self.actor, self.book.clock)
            with rounding_of(reader.rounding), shown_whole_of(reader.shown_whole):
                answer = query(reader, *args, **kwargs)
            self.book.learn(reader.known_settings)
            return answer

    def perform(
        self, operation: Operation[Command, Value], command: Command, progress: Progress | None = None
    ) -> Outcome[Value]:
        """Run an operation in one transaction: permission, checks, body, audit, commit.

        Raises Refusal (every problem at once), NotAllowed, NotFound, Conflict or a BookError; the book is then
        as it was.
        """
        info: dict[str, Any] = {
            "actor": self.actor,
            "operation": operation.name,
            "now": self.book.clock.now(),
            "changed": set(),
        }
        with (
            self.book.store.guard(),
            BookSession(self.book.store.writer, expire_on_commit=False, info=info) as session,
            session.begin(),
        ):
            work = Work(session, self.actor, self.book.clock, progress)
            try:
                with rounding_of(work.rounding), shown_whole_of(work.shown_whole):
                    value = operation.within(work, command)
                    session.flush()
            except StaleDataError as error:
                raise Conflict(
                    _(
                        "Someone else changed this record meanwhile. Nothing was saved; look at the new state first."
                    )
                ) from error
            known = work.settings if "setting" in info["changed"] else work.known_settings
            work.progress.tell(work.progress.step.done, work.progress.step.total)
        self.book.learn(known)
        self.book.store.mark_changed()
        return Outcome(value, frozenset(info["changed"]), tuple(work.warnings))


class Book:
    """An open book with its clock; hands out seats."""

    def __init__(self, store: BookStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self._rounding = Rounding.HALF_UP
        self._shown_whole: frozenset[str] = frozenset()

    def rounding(self) -> Rounding:
        """Answer how the firm rounds, as far as its settings were read: for what is reckoned beside a query."""
        return self._rounding

    def shown_whole(self) -> frozenset[str]:
        """Answer the currencies the firm shows without idle decimals, as far as its settings were read."""
        return self._shown_whole

    def learn(self, settings: Settings | None) -> None:
        """Keep what a query or an operation has read of the firm's settings; None is nothing new."""
        if settings is not None:
            self._rounding = settings.rounding
            self._shown_whole = frozenset(settings.shown_whole)

    @property
    def place(self) -> Place:
        """Answer where the book lies: its file, or its address on a server."""
        return self.store.place

    @property
    def in_file(self) -> bool:
        """Tell whether the book is a file; of one on a server the program keeps no backups."""
        return isinstance(self.store, Store)

    @property
    def file(self) -> Store:
        """Answer the store of a book in a file; raises BookError for a book on a server."""
        if not isinstance(self.store, Store):
            raise BookError(
                _(
                    "The book {book} lies on a server: it is no file to copy, back up or restore. The server's "
                    "administrator keeps its backups."
                ).format(book=self.place)
            )
        return self.store

    def tend(self) -> bool:
        """Do a few milliseconds of what keeps the book quick, while nobody waits; answer whether more may be left."""
        return self.store.tend()

    def people(self) -> tuple[tuple[int, str], ...]:
        """Answer (id, name) of the active people, in order of entry."""
        with self.store.guard(), BookSession(self.store.reader) as session:
            rows = session.execute(
                select(Person.id, Person.name).where(Person.active.is_(True)).order_by(Person.id)
            )
            return tuple(rows)

    def seat(self, person_id: int | None = None) -> Seat:
        """Answer the seat of a person; without an id the first one's, as for a trader alone."""
        from tradecrm.services.control.settings import load_settings

        with self.store.guard(), BookSession(self.store.reader) as session:
            statement = select(Person).where(Person.active.is_(True)).order_by(Person.id).limit(1)
            if person_id is not None:
                statement = statement.where(Person.id == person_id)
            person = session.scalars(statement).one_or_none()
            if person is None:
                raise NotFound(_("There is no such person in this book."))
            self.learn(load_settings(session))
            team = _team(session, person.department_id)
            return Seat(self, Actor(person.id, person.name, ROLES[person.role], team))

    def close(self) -> None:
        """Close the book; one in a file is one file again."""
        self.store.close()


def _team(session: BookSession, department_id: int | None) -> frozenset[int]:
    """Answer everyone in the department and in those below it."""
    if department_id is None:
        return frozenset()
    parents = dict(session.execute(select(Department.id, Department.parent_id)).all())
    inside = {department_id}
    grown = True
    while grown:
        more = {child for child, parent in parents.items() if parent in inside} - inside
        inside |= more
        grown = bool(more)
    return frozenset(session.scalars(select(Person.id).where(Person.department_id.in_(inside))))
