"""The demo: the main job on the sample book, as papers, reports, pictures and printed figures."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tradecrm.commands.figures import save_table
from tradecrm.commands.lines import table_lines
from tradecrm.commands.run import Run, person
from tradecrm.core.clock import Clock, FixedClock
from tradecrm.core.text import LANGUAGES, _, current_language, use_language

if TYPE_CHECKING:
    from tradecrm.core.table import Table
    from tradecrm.services.book import Book, Seat
    from tradecrm.services.work import Reader

EXAMPLE = "SC-26001"
AGING_DAY = date(2026, 6, 1)


@dataclass(frozen=True, slots=True)
class Made:
    """What the demo made: the files, and the tables whose figures are printed."""

    files: tuple[Path, ...]
    tables: tuple[Table, ...]


def demo(run: Run, out: Path) -> None:
    """Do the main job on the sample book and leave papers, reports, and pictures in ``out``."""
    from tradecrm.render.jsonout import plain
    from tradecrm.reports.draw.text import as_data

    out.mkdir(parents=True, exist_ok=True)
    book = open_sample(out / "sample.tcrm", run.clock)
    try:
        made = main_job(book, out)
        drawn = pictures(book, out)
    finally:
        book.close()
    files = [*made.files, *drawn]
    lines = [line for table in made.tables for line in (*table_lines(table), "")]
    lines += [_("Written: {path}").format(path=path) for path in files]
    run.answer(
        {
            "ok": True,
            "files": [str(path) for path in files],
            "figures": [plain(as_data(table)) for table in made.tables],
        },
        lines,
    )


def open_sample(path: Path, clock: Clock) -> Book:
    """Open a fresh copy of the sample book at ``path``; it is made once on this computer and kept."""
    import platformdirs

    from tradecrm.services.book import Book
    from tradecrm.services.data.sample.book import cached_sample
    from tradecrm.services.data.sample.firm import SAMPLE_DAY
    from tradecrm.storage.store import open_book

    folder = Path(platformdirs.user_cache_dir("TradeCRM", appauthor=False))
    path.unlink(missing_ok=True)
    cached_sample(folder, clock, copy_to=path)
    its_clock = FixedClock.on(SAMPLE_DAY)
    return Book(open_book(path, person(), its_clock), its_clock)


def main_job(book: Book, out: Path) -> Made:
    """Print the contract in three languages, the aging and the profit sheet; answer files and tables."""
    seat = book.seat()
    files = list(_contracts(seat, out))
    tables = [
        seat.ask(_report, "shipment_profit", {"shipment": str(seat.ask(first_shipment, EXAMPLE))}),
        seat.ask(_report, "aging", {}),
        seat.ask(_report, "aging", {"as_of": AGING_DAY.isoformat()}),
        seat.ask(_report, "account_balances", {}),
    ]
    names = ("profit-sheet", "aging", f"aging-{AGING_DAY:%Y-%m-%d}", "account-balances")
    for table, name in zip(tables, names, strict=True):
        for form in ("xlsx", "pdf"):
            files.append(out / f"{name}.{form}")
            save_table(table, files[-1], form)
    return Made(tuple(files), tuple(tables))


def _contracts(seat: Seat, out: Path) -> list[Path]:
    from tradecrm.commands.papers import PAPER_LANGUAGES
    from tradecrm.documents.build import draw_paper
    from tradecrm.documents.registry import paper_by_number

    paper = seat.ask(paper_by_number, "contract", EXAMPLE)
    files = []
    for name, language in PAPER_LANGUAGES.items():
        files.append(out / f"contract-{EXAMPLE}-{name}.pdf")
        draw_paper(paper, files[-1], language)
    return files


def _report(reader: Reader, key: str, given: dict[str, object]) -> Table:
    from tradecrm.reports.registry import report_table

    return report_table(reader, key, given)


def first_shipment(reader: Reader, number: str) -> int:
    """Answer the id of the first shipment with goods of the contract of a number."""
    from tradecrm.services.trade.papers import contract_by_number, shipments_of

    return shipments_of(reader, contract_by_number(reader, number))[0]


def pictures(
    book: Book, out: Path, languages: tuple[str, ...] = LANGUAGES, only: tuple[str, ...] = ()
) -> tuple[Path, ...]:
    """Draw pages in several languages, those of an empty book too, and speak the one chosen again."""
    from tradecrm.ui.pictures import draw_pages

    spoken = current_language()
    with tempfile.TemporaryDirectory(prefix="tradecrm-empty-") as name:
        empty = empty_book(Path(name), book.clock)
        try:
            return tuple(draw_pages(book, out, languages=languages, only=only, empty=empty))
        finally:
            empty.close()
            use_language(spoken)


def empty_book(folder: Path, clock: Clock) -> Book:
    """Make a book in which nothing stands yet, as on the first day of a firm."""
    from tradecrm.services.book import Book
    from tradecrm.services.control.setup import SetUp, set_up_book
    from tradecrm.storage.store import create_book

    store = create_book(folder / "empty.tcrm", person(), clock)
    set_up_book(store, clock, SetUp("Ningbo Harbor Trading", owner_name=person()))
    return Book(store, clock)
