"""The set of a shipment's papers, and the page on which papers are shaped, as a person uses them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from tests.ui.trade_room import Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.documents.registry import SHIPMENT_SET, read_paper
from tradecrm.services.trade.issued import IssuePaper, issue_paper, issued_content, issued_papers
from tradecrm.services.trade.paper_settings import firm_pictures
from tradecrm.ui.pages.trade import trade_pages


@pytest.fixture(scope="module")
def full_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("papers") / "book.tcrm"
    write_book(path, full=True)
    return path


@pytest.fixture
def room(full_book: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with trade_room(tmp_path, full_book) as made:
        yield made


def settle(qtbot: QtBot, room: Room) -> None:
    qtbot.waitUntil(lambda: not room.context.jobs._open, timeout=20_000)


def opened(qtbot: QtBot, room: Room, link: Link) -> Any:
    page: Any = trade_pages()[link.target](room.context, link)
    qtbot.addWidget(page)
    room.context.changed.connect(page.reload)
    page.resize(1178, 698)
    page.show()
    settle(qtbot, room)
    return page


def test_one_action_writes_the_whole_set_and_says_what_contradicts(
    qtbot: QtBot, room: Room, tmp_path: Path
) -> None:
    page = opened(qtbot, room, Link.to("papers", shipment=1))
    assert page.make_button.isEnabled()
    assert page.findings.count() == len(page._set.contradictions)
    page.language.setCurrentIndex(page.language.findData("en"))
    page.make(tmp_path)
    settle(qtbot, room)
    written = sorted(path.name for path in next(tmp_path.glob("SH-*")).iterdir())
    assert len(written) == 2 * len(SHIPMENT_SET)
    assert all(name.endswith(("-en.pdf", "-en.xlsx")) for name in written)
    assert room.host.toasts[-1].startswith(f"{len(written)} files")
    page.papers["packing_list"].click()
    assert room.host.links[-1] == Link.to("paper", kind="packing_list", id=1)


def test_a_folder_that_cannot_be_written_is_told(qtbot: QtBot, room: Room, tmp_path: Path) -> None:
    page = opened(qtbot, room, Link.to("papers", shipment=1))
    (tmp_path / "file").write_text("in the way")
    page.make(tmp_path / "file")
    settle(qtbot, room)
    assert "could not be written" in room.host.toasts[-1]
    assert page.make_button.isEnabled()


def test_any_kind_of_paper_is_shown_and_saved_as_excel(qtbot: QtBot, room: Room, tmp_path: Path) -> None:
    page = opened(qtbot, room, Link.to("paper", kind="invoice", id=1))
    page.reload()
    settle(qtbot, room)
    assert page.heading.text().startswith("Commercial invoice ")
    assert page.preview._data.startswith(b"%PDF")
    page.save_sheet(tmp_path / "invoice.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "invoice.xlsx").active
    assert sheet is not None
    assert any("COMMERCIAL INVOICE" in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_a_clause_typed_here_stands_on_the_next_contract(qtbot: QtBot, room: Room) -> None:
    page = opened(qtbot, room, Link.to("paper_settings"))
    usual = len(page.clauses.editors)
    assert usual > 3
    for _each in range(usual):
        page.clauses.editors[0].buttons["remove"].click()
    for number in (1, 2):
        page.clauses.add_button.click()
        page.clauses.editors[-1].titles[0].setText(f"Clause of our own {number}")
        page.clauses.editors[-1].texts[0].setPlainText("As typed.")
    page.clauses.editors[1].buttons["up"].click()
    page.language.setCurrentIndex(page.language.findData("en"))
    page.options["hs_code"].setChecked(False)
    page.save_button.click()
    settle(qtbot, room)
    paper = room.seat.ask(read_paper, "contract", 1)
    assert [clause.title.en for clause in paper.clauses] == ["Clause of our own 2", "Clause of our own 1"]
    assert paper.language == "en"
    settle(qtbot, room)
    page.drop_button.click()
    settle(qtbot, room)
    settle(qtbot, room)
    assert len(page.clauses.editors) == usual


def test_a_logo_is_taken_from_a_file_and_a_bad_one_is_told(qtbot: QtBot, room: Room, tmp_path: Path) -> None:
    page = opened(qtbot, room, Link.to("paper_settings"))
    target = io.BytesIO()
    Image.new("RGB", (300, 80), (200, 10, 10)).save(target, "PNG")
    (tmp_path / "logo.png").write_bytes(target.getvalue())
    (tmp_path / "bad.png").write_text("no picture")
    page.take_picture("logo", tmp_path / "logo.png")
    settle(qtbot, room)
    kept = room.seat.ask(firm_pictures).logo
    assert kept
    page.take_picture("logo", tmp_path / "bad.png")
    settle(qtbot, room)
    assert "bad.png is no PNG or JPEG" in page.problem.text()
    page.take_picture("logo", tmp_path / "nowhere.png")
    assert "nowhere.png could not be read" in page.problem.text()
    assert room.seat.ask(firm_pictures).logo == kept


def test_a_paper_that_went_out_is_kept_as_it_was(qtbot: QtBot, room: Room) -> None:
    page = opened(qtbot, room, Link.to("paper", kind="contract", id=1))
    assert page.issue_button.isEnabled()
    page.issue()
    settle(qtbot, room)
    page.issue()
    settle(qtbot, room)
    seat = room.context.seat
    rows = seat.ask(issued_papers, "contract", 1, "contract")
    assert [row.version_no for row in rows] == [2, 1]
    assert page.issued_button.text() == "Issued (2)"
    first = seat.ask(issued_content, rows[1].id)
    assert first.startswith(b"%PDF")
    page.issued_button.menu().actions()[1].trigger()
    settle(qtbot, room)
    assert "never drawn again" in page.preview.warning.text()
    with pytest.raises(Refusal, match="Only a PDF"):
        seat.perform(issue_paper, IssuePaper("contract", "contract", 1, "SC", "en", b"no paper"))
    assert len(seat.ask(issued_papers, "contract", 1)) == 2
