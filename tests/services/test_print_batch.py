"""Many papers in one go (domain.md section 10.1): what is made, what is told, and that nothing hangs or is half."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import psutil
import pytest

from tests.meta.sources import ROOT
from tests.services.conftest import TODAY, open_copy
from tests.services.statement_kit import statements_read
from tests.services.trading_kit import trade
from tests.unit.paper_samples import sale_facts
from tests.unit.render_samples import letters, page_texts
from tradecrm.core.child import WORKER
from tradecrm.core.money import Rounding
from tradecrm.core.progress import Progress
from tradecrm.documents.batch import BatchOrder, print_batch
from tradecrm.documents.drawing import WORD, Drawn, DrawTask, read_answer, write_tasks
from tradecrm.documents.registry import KINDS, read_paper, read_papers
from tradecrm.documents.words import PaperLanguage
from tradecrm.services.book import Seat
from tradecrm.services.trade.contracts import ContractLineDraft, SaveContract, save_contract
from tradecrm.services.trade.issued import IssueFile, issue_files, issued_papers

RARE = "\U0001f409"


@pytest.fixture(scope="module")
def seat(blank_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    path = tmp_path_factory.mktemp("batch") / "book.tcrm"
    shutil.copyfile(blank_book, path)
    book = open_copy(path)
    yield book.seat()
    book.close()


@pytest.fixture(scope="module")
def contracts(seat: Seat) -> tuple[int, ...]:
    """Answer a signed contract and three drafts of one customer; the last has a character that no font has."""
    deal = trade(seat)
    line = ContractLineDraft(deal.product, "Desk lamp", Decimal(10), Decimal("12.40"), cost=Decimal(60))
    command = SaveContract(deal.customer, TODAY, "USD", "FOB", "Ningbo", "TT;B@BL+30D", (line,))
    more = [
        seat.perform(save_contract, replace(command, remarks=remarks)).value
        for remarks in ("", "Urgent", f"Crate {RARE}")
    ]
    return (deal.contract, *more)


def order(ids: tuple[int, ...], folder: Path, language: PaperLanguage | None = None) -> BatchOrder:
    return BatchOrder(("contract",), ids, folder, language)


def test_a_batch_makes_what_a_single_print_makes_and_tells_what_it_could_not(
    seat: Seat, contracts: tuple[int, ...], tmp_path: Path
) -> None:
    signed, draft, _other, rare = contracts
    result = print_batch(seat.ask, order((signed, 999, draft, rare), tmp_path / "new" / "folder"))
    assert [(paper.record_id, paper.draft) for paper in result.made] == [
        (signed, False),
        (draft, True),
        (rare, True),
    ]
    assert [each.reason for each in result.unmade] == ["Contract no. 999 was not found."]
    assert [bool(paper.warnings) for paper in result.made] == [False, False, True]
    assert RARE in result.made[2].warnings[0]
    assert result.left == 0
    for paper in result.made:
        assert paper.path.name == f"{paper.number} Kern Tool Corp.-both.pdf"
        told = seat.ask(read_paper, "contract", paper.record_id)
        text = letters("".join(page_texts(paper.path.read_bytes())))
        assert letters(told.number) in text
        assert ("DRAFT" in text) == paper.draft
    assert len(list(result.folder.iterdir())) == 3, "no file but the papers is left"
    heads = tuple(
        IssueFile("contract", "contract", each.record_id, each.number, each.language, each.path)
        for each in result.made[:1]
    )
    assert seat.perform(issue_files, heads).value == 1
    assert [row.number for row in seat.ask(issued_papers, "contract", signed)] == [result.made[0].number]


def test_reading_a_hundred_papers_asks_no_more_than_reading_one(
    seat: Seat, contracts: tuple[int, ...]
) -> None:
    asked = []
    for ids in (contracts[:1], contracts * 25):
        with statements_read(seat.book) as said:
            seat.ask(read_papers, "contract", ids)
        asked.append(len(said))
    assert asked[0] == asked[1] <= 16


def test_one_joined_file_holds_the_pages_of_all_in_their_order(
    seat: Seat, contracts: tuple[int, ...], tmp_path: Path
) -> None:
    wanted = replace(order(contracts[::-1][:2], tmp_path, "en"), joined="All")
    result = print_batch(seat.ask, wanted)
    assert [path.name for path in tmp_path.iterdir()] == ["All.pdf"]
    assert result.file == tmp_path / "All.pdf"
    texts = page_texts((tmp_path / "All.pdf").read_bytes())
    first, second = (letters(paper.number) for paper in result.made)
    assert first in letters(texts[0])
    assert second in letters(texts[-1])


class StopAt(Progress):
    """Presses Stop when so many papers are done."""

    def __init__(self, done: int) -> None:
        super().__init__()
        self._at = done

    def tell(self, done: int, total: int = 0, what: str = "") -> None:
        if done >= self._at:
            self.stop()
        super().tell(done, total, what)


def test_stop_leaves_whole_files_and_says_how_many_are_missing(
    seat: Seat, contracts: tuple[int, ...], tmp_path: Path
) -> None:
    result = print_batch(seat.ask, order(contracts * 2, tmp_path), StopAt(1))
    assert result.stopped
    assert 1 <= len(result.made) < 8
    assert result.left == 8 - len(result.made)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert all(name.endswith(".pdf") for name in files), "nothing half is left"
    assert {paper.path.name for paper in result.made} <= set(files)


def test_a_folder_that_cannot_be_written_makes_nothing(
    seat: Seat, contracts: tuple[int, ...], tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OSError, match="taken"):
        print_batch(seat.ask, order(contracts, tmp_path / "taken"))


def test_a_file_in_the_way_is_told_of_its_paper_alone(
    seat: Seat, contracts: tuple[int, ...], tmp_path: Path
) -> None:
    number = seat.ask(read_paper, "contract", contracts[0]).number
    (tmp_path / f"{number} Kern Tool Corp.-both.pdf").mkdir()
    result = print_batch(seat.ask, order(contracts[:2], tmp_path))
    assert [paper.record_id for paper in result.made] == [contracts[1]]
    assert [(each.number, each.reason.split(":")[0]) for each in result.unmade] == [
        (number, "It could not be written")
    ]


class KillOne(Progress):
    """Kills a child process that draws, once, when the first paper is done."""

    def __init__(self) -> None:
        super().__init__()
        self.killed = 0

    def tell(self, done: int, total: int = 0, what: str = "") -> None:
        super().tell(done, total, what)
        if done and not self.killed:
            drawing = [
                child
                for child in psutil.Process().children()
                if any("documents.drawing" in word for word in child.cmdline())
            ]
            drawing[0].kill()
            self.killed += 1


def test_a_child_that_dies_is_told_and_the_others_are_drawn_all_the_same(
    seat: Seat, contracts: tuple[int, ...], tmp_path: Path
) -> None:
    progress = KillOne()
    result = print_batch(seat.ask, order(contracts * 2, tmp_path), progress)
    assert progress.killed == 1
    assert len(result.made) >= 7
    assert len(result.made) + len(result.unmade) == 8
    assert {each.reason for each in result.unmade} <= {"The process that drew it ended unexpectedly."}
    assert all(each.number for each in result.unmade)
    assert all(path.suffix == ".pdf" and path.stat().st_size for path in tmp_path.iterdir())


def test_the_program_itself_draws_when_it_is_asked_to_as_its_package_asks_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tradecrm", WORKER, WORD, "en", Rounding.HALF_UP, ""]
    tasks = io.BytesIO()
    write_tasks(tasks, [DrawTask(7, KINDS["contract"].word(sale_facts()), "en", str(tmp_path / "7.pdf"))])
    done = subprocess.run(command, input=tasks.getvalue(), capture_output=True, check=True, cwd=ROOT)
    assert read_answer(io.BytesIO(done.stdout)) == Drawn(7)
    assert (tmp_path / "7.pdf").read_bytes().startswith(b"%PDF")
