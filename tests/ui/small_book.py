"""A small real book for tests of lists and forms: bills in SQLite, a seat, a host that remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, create_engine, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.types import BigInteger, TypeDecorator

from tradecrm.core.changes import Outcome
from tradecrm.core.clock import FixedClock
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import Filter, Op, SortKey
from tradecrm.screens.spec import Choice, ColumnSpec, Fact, ListSpec, Tone, ViewSpec
from tradecrm.services.data.lists import ListColumn, ListSource
from tradecrm.ui.context import PageContext
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.theme import Theme
from tradecrm.ui.toasts import ToastAction

TODAY = date(2026, 5, 20)


class Amount(TypeDecorator[Decimal]):
    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else int(value * 10000)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else Decimal(value) / 10000


class Base(DeclarativeBase):
    pass


class Buyer(Base):
    __tablename__ = "buyer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Bill(Base):
    __tablename__ = "bill"
    __table_args__ = (Index("bill_day", "day", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("buyer.id"))
    currency: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Amount)
    due: Mapped[date | None]
    day: Mapped[date]
    state: Mapped[str]
    note: Mapped[str]
    buyer: Mapped[Buyer | None] = relationship()


BILLS = ListSource(
    key="bill",
    identity=Bill.id,
    columns=(
        ListColumn("number", Bill.number, FieldKind.CODE, nullable=False),
        ListColumn("buyer", Buyer.name),
        ListColumn("day", Bill.day, FieldKind.DATE, nullable=False),
        ListColumn("due", Bill.due, FieldKind.DATE),
        ListColumn("currency", Bill.currency, FieldKind.CURRENCY, nullable=False),
        ListColumn("amount", Bill.amount, FieldKind.MONEY, currency="currency", summed=True),
        ListColumn("state", Bill.state, FieldKind.CHOICE),
        ListColumn("note", Bill.note),
    ),
    joins=lambda query: query.outerjoin(Bill.buyer),
    joined=frozenset({"buyer"}),
    searched=("number", "buyer"),
)
STATES = (
    Choice("draft", "Draft"),
    Choice("open", "Open", Tone.ACCENT),
    Choice("paid", "Paid", Tone.GOOD),
    Choice("late", "Overdue", Tone.BAD),
)


def bill_facts(_reader: Any, identity: int) -> tuple[Fact, ...]:
    return (
        Fact("Bill", str(identity), strong=True),
        Fact("Open amount", "USD 12,345.00", Tone.BAD),
        Fact("Customer", "Veld B.V.", link=Link.to("customer", id=1)),
    )


BILL_LIST = ListSpec(
    key="bills",
    title="Bills",
    kind="bill",
    source=BILLS,
    columns=(
        ColumnSpec("number", "Number", FieldKind.CODE, link=lambda row: Link.to("bill", id=row["id"])),
        ColumnSpec("buyer", "Customer"),
        ColumnSpec("day", "Date", FieldKind.DATE),
        ColumnSpec("due", "Due", FieldKind.DATE),
        ColumnSpec("currency", "Currency", FieldKind.CURRENCY),
        ColumnSpec("amount", "Amount", FieldKind.MONEY, currency_key="currency", summed=True),
        ColumnSpec("state", "State", FieldKind.CHOICE, choices=STATES),
        ColumnSpec("note", "Note", hidden_by_default=False),
    ),
    opens=lambda row: Link.to("bill", id=row["id"]),
    default_sort=(SortKey("day", descending=True),),
    views=(ViewSpec("late", "Overdue", (Filter("state", Op.ANY_OF, ("late",)),)),),
    new=Link.to("bill"),
    new_title="New bill",
    import_kind="bill",
    paste_kind="bill",
    watches=frozenset({"bill"}),
    preview=bill_facts,
    empty_title="No bills yet",
    empty_text="Bills you write stand here with what is still open. Begin with a new one, or bring your own.",
    icon="receivables",
)


class Everything:
    person_id = 1
    name = "Li Na"

    def can(self, verb: str) -> bool:
        return True


@dataclass
class SmallReader:
    session: Session
    actor: Everything
    clock: FixedClock


@dataclass
class SmallBook:
    clock: FixedClock


class SmallSeat:
    """Asks and performs as the real seat does, on the engine of a test."""

    def __init__(self, path: Path, rows: int) -> None:
        self.actor = Everything()
        self.book = SmallBook(FixedClock.on(TODAY))
        self.engine = create_engine(f"sqlite:///{path}")
        self.asked: list[str] = []
        Base.metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            fill(connection, rows)

    def ask(self, query: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        self.asked.append(getattr(query, "__name__", "query"))
        with Session(self.engine) as session:
            return query(SmallReader(session, self.actor, self.book.clock), *args, **kw)

    def perform(self, operation: Callable[..., Any], command: Any, **kw: Any) -> Outcome[Any]:
        with Session(self.engine) as session, session.begin():
            value = operation(SmallReader(session, self.actor, self.book.clock), command)
        return Outcome(value, frozenset({"bill"}))


def fill(connection: Any, rows: int) -> None:
    names = [
        "Veld B.V.",
        "Åberg & Co AB",
        "青岛蓝湾国际贸易有限公司",
        "<h1>Bold & Sons</h1>",
        "Qasr Al Noor General Trading and Contracting Establishment for Household Articles LLC, Jebel Ali",
    ]
    connection.execute(insert(Buyer), [{"id": n + 1, "name": name} for n, name in enumerate(names)])
    states = [choice.value for choice in STATES]
    for start in range(0, rows, 50_000):
        connection.execute(
            insert(Bill),
            [
                {
                    "id": n,
                    "number": f"CI-26{n % 12 + 1:02d}-{n:06d}",
                    "buyer_id": n % 5 + 1 if n % 11 else None,
                    "currency": ("USD", "EUR", "JPY", "CNY")[n % 4],
                    "amount": Decimal((n * 7919) % 3_000_000 - 200_000)
                    if n % 4 == 2
                    else Decimal(n * 7919 % 10_000_000) / 100,
                    "day": TODAY - timedelta(days=n * 37 % 700),
                    "due": None if n % 13 == 0 else TODAY - timedelta(days=n * 37 % 700 - 30),
                    "state": states[n % 4],
                    "note": "" if n % 3 else "Balance against copy of B/L",
                }
                for n in range(start + 1, min(start + 50_000, rows) + 1)
            ],
        )


@dataclass
class Host:
    opened: list[Link] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)

    def open_link(self, link: Link) -> None:
        self.opened.append(link)

    def toast(
        self,
        text: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        *more: ToastAction,
    ) -> None:
        self.toasts.append(text)


@contextmanager
def small_context(path: Path, rows: int = 1500) -> Iterator[tuple[PageContext, Host]]:
    """Answer a page context over a fresh small book, and the host that remembers what was opened."""
    seat, host, jobs = SmallSeat(path, rows), Host(), Jobs()
    context = PageContext(cast("Any", seat), Theme(), jobs, host)
    yield context, host
    jobs.close()
    seat.engine.dispose()
