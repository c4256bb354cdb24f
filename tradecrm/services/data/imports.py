"""Bringing the rows of a spreadsheet into the book: one operation for every kind, with dry run and undo."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import select

from tradecrm.core.problems import Problem, Refusal
from tradecrm.core.text import _, ngettext
from tradecrm.models import ImportedRecord, ImportRun, Person
from tradecrm.services.data.bulk import add_plain_rows
from tradecrm.services.work import Reader, Work, operation

_SHOWN = 50


class ImportMode(enum.StrEnum):
    """What happens to rows that the book has already or that cannot be brought in.

    ``skip`` leaves them out and says why; ``update`` changes what the book has; ``refuse`` brings in nothing
    unless every row can be brought in.
    """

    SKIP = "skip"
    UPDATE = "update"
    REFUSE = "refuse"


class SheetRow(Protocol):
    """A row of a sheet: its number there, and typed values by the key of their field."""

    @property
    def row_number(self) -> int:
        """Answer the row's number in the sheet, from 1."""
        ...

    @property
    def values(self) -> Mapping[str, Any]:
        """Answer the values; what was empty is absent."""
        ...

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Answer the (kind, value) keys of the record where they were made already; empty where they were not."""
        ...


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """Rows to bring in: customers, products, rates or accounts; ``owner_id`` None makes them one's own.

    ``unread`` counts the rows of the sheet that are not among them, because of what stands in their cells.
    """

    kind: str
    file_name: str
    rows: tuple[SheetRow, ...] = field(repr=False)
    mode: ImportMode = ImportMode.SKIP
    dry_run: bool = False
    owner_id: int | None = None
    unread: int = 0


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of a row that was not simply created: updated, unchanged, duplicate or refused, and why."""

    row_number: int
    outcome: str
    reason: str
    record_id: int | None = None


@dataclass(frozen=True, slots=True)
class ImportSum:
    """What the posted rows of one currency add up to, and that in base."""

    currency: str
    amount: Decimal
    base_amount: Decimal


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do (``dry_run``); ``outcomes`` explains every row that was not created.

    ``sums`` are of what was posted, a currency each; empty where nothing is posted.
    """

    kind: str
    dry_run: bool
    created: int
    updated: int
    unchanged: int
    refused: int
    outcomes: tuple[RowOutcome, ...]
    run_id: int | None = None
    sums: tuple[ImportSum, ...] = ()

    @property
    def reasons(self) -> dict[int, str]:
        """Answer by row number why rows were not brought in."""
        return {o.row_number: o.reason for o in self.outcomes if o.outcome in {REFUSED, DUPLICATE}}


UPDATED = "updated"
UNCHANGED = "unchanged"
DUPLICATE = "duplicate"
REFUSED = "refused"


@dataclass(slots=True)
class Tally:
    """What the kinds add up while they work: ids created, by kind of record and row, and every other outcome."""

    created: list[tuple[str, int, int]] = field(default_factory=list)
    outcomes: list[RowOutcome] = field(default_factory=list)
    sums: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)

    def add(self, currency: str, amount: Decimal, base_amount: Decimal) -> None:
        """Add what was posted for a row, in its currency and in base."""
        before = self.sums.get(currency, (Decimal(0), Decimal(0)))
        self.sums[currency] = (before[0] + amount, before[1] + base_amount)

    def note(self, row: SheetRow, outcome: str, reason: str, record_id: int | None = None) -> None:
        """Note a row that was not created."""
        self.outcomes.append(RowOutcome(row.row_number, outcome, reason, record_id))

    def count(self, *outcomes: str) -> int:
        """Answer how many rows ended so."""
        return sum(1 for each in self.outcomes if each.outcome in outcomes)


Importer = Callable[[Work, ImportBatch, Tally], None]


def _importers() -> dict[str, tuple[str, Importer]]:
    from tradecrm.services.data import imports_customers, imports_opening, imports_others

    return {
        "customers": ("party.write", imports_customers.bring_in),
        "products": ("product.write", imports_others.bring_in_products),
        "rates": ("rate.write", imports_others.bring_in_rates),
        "accounts": ("account.write", imports_others.bring_in_accounts),
        "open_receivables": ("receipt.write", imports_opening.bring_in_receivables),
        "open_payables": ("payment.write", imports_opening.bring_in_payables),
    }


@operation("import.run")
def run_import(work: Work, batch: ImportBatch) -> ImportResult:
    """Bring rows in and answer what became of each; a dry run answers the same and leaves the book as it was.

    With mode ``refuse`` raises Refusal, naming the first rows that cannot be brought in.
    """
    known = _importers()
    if batch.kind not in known:
        raise Refusal.of(_("There is no import of {kind}.").format(kind=batch.kind), "kind")
    verb, importer = known[batch.kind]
    work.actor.demand(verb)
    if batch.owner_id is not None:
        work.get(Person, batch.owner_id, _("Person"))
    work.session.flush()
    before = set(work.session.info["changed"])
    trial = work.session.begin_nested()
    tally = Tally()
    importer(work, batch, tally)
    tally.outcomes.sort(key=lambda outcome: outcome.row_number)
    result = ImportResult(
        batch.kind,
        batch.dry_run,
        len(tally.created),
        tally.count(UPDATED),
        tally.count(UNCHANGED),
        tally.count(REFUSED, DUPLICATE),
        tuple(tally.outcomes),
        sums=tuple(ImportSum(currency, *both) for currency, both in sorted(tally.sums.items())),
    )
    if batch.mode is ImportMode.REFUSE and not batch.dry_run and (result.refused or batch.unread):
        raise Refusal(_refused(result, batch.unread))
    if batch.dry_run:
        trial.rollback()
        work.session.info["changed"].intersection_update(before)
        return result
    run_id = _note(work, batch, tally)
    trial.commit()
    return replace(result, run_id=run_id)


def _refused(result: ImportResult, unread: int) -> list[Problem]:
    reasons = list(result.reasons.items())
    first = []
    if unread:
        words = ngettext(
            "{count} row has a cell that cannot be read, so nothing is brought in.",
            "{count} rows have a cell that cannot be read, so nothing is brought in.",
            unread,
        )
        first.append(Problem("", words.format(count=unread)))
    problems = [
        Problem(f"rows.{number}", _("Row {number}: {reason}").format(number=number, reason=reason))
        for number, reason in reasons[:_SHOWN]
    ]
    if len(reasons) > _SHOWN:
        more = len(reasons) - _SHOWN
        problems.append(Problem("", _("{count} more rows cannot be brought in.").format(count=more)))
    return first + problems


def _note(work: Work, batch: ImportBatch, tally: Tally) -> int:
    """Write which records the import made, so that it can be undone."""
    run = work.add(
        ImportRun(
            kind=batch.kind,
            file_name=batch.file_name[-260:],
            at=work.now,
            person_id=work.actor.person_id,
            created_count=len(tally.created),
        )
    )
    rows = [
        {"run_id": run.id, "kind": kind, "record_id": record, "sheet_row": number, "undone": False}
        for kind, record, number in tally.created
    ]
    add_plain_rows(work, ImportedRecord, rows)
    return run.id


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import as the list of imports shows it."""

    id: int
    kind: str
    file_name: str
    at: datetime
    person: str
    created: int
    undone_at: datetime | None


def import_runs(reader: Reader, limit: int = 100) -> tuple[ImportRow, ...]:
    """Answer the imports the person may see, the latest first."""
    rows: Sequence[Any] = reader.session.execute(
        select(
            ImportRun.id,
            ImportRun.kind,
            ImportRun.file_name,
            ImportRun.at,
            Person.name,
            ImportRun.created_count,
            ImportRun.undone_at,
        )
        .join(Person, Person.id == ImportRun.person_id)
        .order_by(ImportRun.id.desc())
        .limit(limit)
    ).all()
    return tuple(ImportRow(*row) for row in rows)
