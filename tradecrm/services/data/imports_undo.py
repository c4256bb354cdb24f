"""Taking an import back: every record it made that nobody has used since; the others are named with the reason."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select, update

from tradecrm.core.problems import Refusal
from tradecrm.core.text import N_, _
from tradecrm.models import (
    Account,
    Address,
    AuditEntry,
    Contact,
    ImportedRecord,
    ImportRun,
    Party,
    PartyKey,
    Product,
    Rate,
)
from tradecrm.services.control.audit import kind_of, note_bulk
from tradecrm.services.data.bulk import delete_rows, naming, referring
from tradecrm.services.data.bulk_rows import spans
from tradecrm.services.data.imports_opening import kept_notes, remove_notes
from tradecrm.services.data.search import drop_search_terms
from tradecrm.services.work import Work, operation


@dataclass(frozen=True, slots=True)
class UndoImport:
    """An import to be taken back."""

    run_id: int


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record that stays, with the row it came from and the reason."""

    kind: str
    record_id: int
    row_number: int
    reason: str


@dataclass(frozen=True, slots=True)
class UndoResult:
    """How many records were taken back, and which stayed."""

    undone: int
    kept: tuple[KeptRecord, ...]


_ENTITIES: dict[str, Any] = {"party": Party, "product": Product, "account": Account, "rate": Rate}
_OWN = {"party": ("contact", "address", "party_key")}
"""Tables whose rows are a part of the record itself: the import makes them and the undo takes them."""

_NAMED: dict[str, tuple[tuple[str, str], ...]] = {
    "party": (
        ("sales_contract", N_("A sales contract names it.")),
        ("shipment", N_("A shipment names it.")),
        ("cost_line", N_("A cost of a shipment names it.")),
        ("item", N_("It has receivables or payables.")),
        ("receipt", N_("A receipt names it.")),
        ("payment", N_("A payment names it.")),
        ("ledger_entry", N_("The ledger names it.")),
        ("task", N_("A task is about it.")),
        ("product", N_("A product names it as supplier.")),
        ("contract_line", N_("A line of a contract names it as supplier.")),
        ("inquiry", N_("An inquiry names it.")),
        ("quotation", N_("A quotation names it.")),
        ("proforma", N_("A proforma invoice names it.")),
        ("purchase_contract", N_("A purchase contract names it.")),
        ("letter_of_credit", N_("A letter of credit names it.")),
        ("price_list", N_("A price list is for it.")),
        ("credit_terms", N_("Credit is agreed with it.")),
        ("party_bank", N_("A bank account of it is kept.")),
    ),
    "product": (
        ("contract_line", N_("A line of a contract names it.")),
        ("inquiry_line", N_("An inquiry names it.")),
        ("quotation_line", N_("A quotation names it.")),
        ("proforma_line", N_("A proforma invoice names it.")),
        ("purchase_line", N_("A purchase contract names it.")),
        ("price_list_line", N_("A price list names it.")),
    ),
    "account": (
        ("ledger_entry", N_("Its opening balance or a movement is posted; posted rows stay.")),
        ("sales_contract", N_("A sales contract names it.")),
        ("quotation", N_("A quotation names it.")),
        ("proforma", N_("A proforma invoice names it.")),
        ("bank_statement", N_("A bank statement was brought in for it.")),
    ),
}
"""The sentences for the tables that name a record most, the first that does so giving the reason."""

_USED = N_("Something entered since names it.")
_CHANGED = N_("It was changed since.")


@operation("import.run")
def undo_import(work: Work, command: UndoImport) -> UndoResult:
    """Take an import back row by row; what was used or changed since stays and is named with the reason."""
    run = work.get(ImportRun, command.run_id, _("Import"))
    if run.undone_at is not None:
        raise Refusal.of(_("This import has been taken back already."))
    query = select(ImportedRecord.kind, ImportedRecord.record_id, ImportedRecord.sheet_row)
    made = work.session.execute(
        query.where(ImportedRecord.run_id == run.id, ImportedRecord.undone.is_(False))
    ).all()
    kept: list[KeptRecord] = []
    undone = 0
    for kind in dict.fromkeys(row.kind for row in made):
        rows = {row.record_id: row.sheet_row for row in made if row.kind == kind}
        reasons = _reasons(work, run, kind, list(rows))
        kept += [KeptRecord(kind, key, rows[key], _(reason)) for key, reason in reasons.items()]
        free = [key for key in rows if key not in reasons]
        work.progress.tell(undone, len(made), _("Taking records back"))
        _REMOVERS[kind](work, free)
        _note_undone(work, run, kind, free)
        undone += len(free)
    run.undone_at = None if kept else work.now
    kept.sort(key=lambda each: each.row_number)
    return UndoResult(undone, tuple(kept))


def _note_undone(work: Work, run: ImportRun, kind: str, ids: Sequence[int]) -> None:
    """Note in set form that records were taken back."""
    statement = update(ImportedRecord).where(ImportedRecord.run_id == run.id, ImportedRecord.kind == kind)
    for first, last in spans(ids):
        of_these = statement.where(ImportedRecord.record_id.between(first, last)).values(undone=True)
        work.session.execute(of_these, execution_options={"synchronize_session": False})
    if ids:
        note_bulk(work.session, kind_of(ImportedRecord), len(ids), {"run": run.id, "undone": len(ids)})


def _reasons(work: Work, run: ImportRun, kind: str, ids: Sequence[int]) -> dict[int, str]:
    """Answer why records must stay, by their ids."""
    if kind == "note":
        return kept_notes(work, ids)
    reasons: dict[int, str] = {}
    for table, column, sentence in _uses(kind):
        for record in referring(work, table, column, ids):
            reasons.setdefault(record, sentence)
    for record in _edited(work, run, kind, ids):
        reasons.setdefault(record, _CHANGED)
    return reasons


@functools.cache
def _uses(kind: str) -> tuple[tuple[Table, str, str], ...]:
    """Answer every column of the book that may name a record of a kind, with the sentence that says so.

    They are read from the tables, so that what a later version adds cannot be left out.
    """
    named = dict(_NAMED.get(kind, ()))
    own = _OWN.get(kind, ())
    found = [
        (table, column, named.get(table.name, _USED))
        for table, column in naming(_ENTITIES[kind])
        if table.name not in own
    ]
    order = [*named]
    found.sort(key=lambda use: order.index(use[0].name) if use[0].name in named else len(order))
    return tuple(found)


def _edited(work: Work, run: ImportRun, kind: str, ids: Sequence[int]) -> set[int]:
    """Answer the records that someone saved again after the import: by their version, or by the audit trail."""
    entity = _ENTITIES[kind]
    made = select(func.min(AuditEntry.id)).where(
        AuditEntry.kind == "import_run", AuditEntry.record_id == run.id
    )
    since = work.session.scalar(made) or 0
    if not ids:
        return set()
    if hasattr(entity, "version"):
        query: Any = select(entity.id).where(entity.id.between(min(ids), max(ids)), entity.version > 1)
    else:
        touched = AuditEntry.record_id.between(min(ids), max(ids))
        query = select(AuditEntry.record_id).where(AuditEntry.kind == kind, touched, AuditEntry.id > since)
    return set(work.session.scalars(query)).intersection(ids)


def _remove_parties(work: Work, ids: Sequence[int]) -> None:
    for entity in (Contact, Address, PartyKey):
        delete_rows(work, entity, ids, "party_id")
    drop_search_terms(work.session.connection(), "party", ids)
    delete_rows(work, Party, ids)


def _remove_products(work: Work, ids: Sequence[int]) -> None:
    drop_search_terms(work.session.connection(), "product", ids)
    delete_rows(work, Product, ids)


def _remove_rates(work: Work, ids: Sequence[int]) -> None:
    delete_rows(work, Rate, ids)


def _remove_accounts(work: Work, ids: Sequence[int]) -> None:
    delete_rows(work, Account, ids)


_REMOVERS: dict[str, Callable[[Work, Sequence[int]], None]] = {
    "party": _remove_parties,
    "product": _remove_products,
    "rate": _remove_rates,
    "account": _remove_accounts,
    "note": remove_notes,
}
