"""The self-check: proves on this computer that every part of the program is there and works, its children too."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tradecrm.commands.demo import EXAMPLE, Made, empty_book, main_job, open_sample, pictures
from tradecrm.commands.run import Run
from tradecrm.core.resources import resource_path
from tradecrm.core.text import _

if TYPE_CHECKING:
    from tradecrm.services.book import Book, Seat

EXAMPLE_PROFIT = Decimal("22180.81")
EXAMPLE_PROFIT_AFTER_FX = Decimal("21856.99")
CUSTOMERS = 2
"""Rows of customers in each of the files in ``resources/proof``."""


def self_check(run: Run) -> None:
    """Prove the program: the sample book, papers, reports, files read, papers drawn by children, drawn pages."""
    from tradecrm.storage.server_engines import client_version

    steps: list[str] = []
    with tempfile.TemporaryDirectory(prefix="tradecrm-check-") as name:
        folder = Path(name)
        book = open_sample(folder / "sample.tcrm", run.clock)
        try:
            steps.append(_("The sample book opens."))
            made = main_job(book, folder)
            steps.append(_("Papers and reports are written."))
            _compare(run, made)
            _print_beside(run, book.seat(), folder / "beside")
            _draw(run, book, folder)
        finally:
            book.close()
        _read_files(run)
        _bring_in(run, folder)
        if not run.problems:
            steps.append(_("Spreadsheets are read and papers drawn by processes of their own."))
        _sound(run, folder / "sample.tcrm")
    client_version()
    steps.append(_("What speaks with a server is there."))
    if not run.problems:
        steps.append(_("Figures, pages and the book are right."))
    run.answer({"ok": not run.problems, "steps": steps}, steps)


def _compare(run: Run, made: Made) -> None:
    """Compare the running example's profit with its printed figures (domain.md section 2.5)."""
    values = [cell for row in made.tables[0].rows for cell in row.cells if isinstance(cell, Decimal)]
    for wanted in (EXAMPLE_PROFIT, EXAMPLE_PROFIT_AFTER_FX):
        if wanted not in values:
            run.complain(_("The running example does not give {amount}.").format(amount=wanted), EXAMPLE)
    for path in made.files:
        if path.stat().st_size < 1000:
            run.complain(_("The file is empty."), path.name)


def _print_beside(run: Run, seat: Seat, folder: Path) -> None:
    """Let a child draw the contract in each language and join the pages, as printing many papers does."""
    from tradecrm.documents.batch import BatchOrder, print_batch
    from tradecrm.documents.registry import LANGUAGES
    from tradecrm.services.trade.papers import record_by_number

    contract = seat.ask(record_by_number, "contract", EXAMPLE)
    for language in LANGUAGES:
        order = BatchOrder(("contract",), (contract,), folder, language, joined=f"{language}.pdf")
        result = print_batch(seat.ask, order)
        for missed in result.unmade:
            run.complain(missed.reason, missed.number)
        if result.file is None or result.file.stat().st_size < 1000:
            run.complain(_("The file is empty."), order.joined)


def _read_files(run: Run) -> None:
    """Let a child read a file of every kind; each holds the same customers, one a statement of a bank."""
    from tradecrm.importing.reader import read_workbook
    from tradecrm.importing.refusals import ImportRefused

    for path in sorted(resource_path("proof").iterdir()):
        bank = path.suffix == ".sta"
        try:
            found = read_workbook(path, bank=bank)
        except ImportRefused as refused:
            run.complain(str(refused), path.name)
            continue
        rows = [row for sheet in found.sheets for row in sheet.rows]
        if not bank and (len(rows) != CUSTOMERS + 1 or rows[1][1] != "英国"):
            run.complain(_("The file was not read as it stands."), path.name)


def _bring_in(run: Run, folder: Path) -> None:
    """Bring customers into a book just made: columns are recognized, telephone numbers and addresses known."""
    from tradecrm.importing.plan import draft_rows, plan_sheet
    from tradecrm.importing.reader import read_workbook
    from tradecrm.services.data.imports import ImportBatch, run_import

    path = resource_path("proof", "customers.xlsx")
    draft = draft_rows(plan_sheet("customers", read_workbook(path).sheets[0]))
    book = empty_book(folder, run.clock)
    try:
        result = book.seat().perform(run_import, ImportBatch("customers", path.name, draft.good)).value
    finally:
        book.close()
    if result.created != CUSTOMERS:
        run.complain(_("The file was not read as it stands."), path.name)


def _draw(run: Run, book: Book, folder: Path) -> None:
    if not pictures(book, folder, only=("desktop",)):
        run.complain(_("No page was drawn."), "pictures")


def _sound(run: Run, path: Path) -> None:
    from tradecrm.services.data.check import verify_book

    for sentence in verify_book(path):
        run.complain(sentence, path.name)
