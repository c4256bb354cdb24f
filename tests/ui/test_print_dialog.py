"""Printing many papers from a list: what is asked, what became of each, and the window that stays free meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.trade_room import Room, trade_room, write_book
from tradecrm.core.links import Link
from tradecrm.screens.money.notes import NOTE_LIST
from tradecrm.screens.spec import ListSpec
from tradecrm.screens.trade.freight_list import FREIGHT_LIST
from tradecrm.screens.trade.shipment_list import SHIPMENT_LIST
from tradecrm.services.trade.issued import issued_papers
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.printing import result_table

PATIENCE = 60_000
"""Milliseconds: a child begins anew and loads the fonts, on a machine at work."""


@pytest.fixture(scope="module")
def full_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("printing") / "book.tcrm"
    write_book(path, full=True)
    return path


@pytest.fixture
def room(full_book: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    del qtbot
    with trade_room(tmp_path, full_book) as made:
        yield made


def listed(qtbot: QtBot, room: Room) -> ListPage:
    page = ListPage(room.context, Link.to("shipments"), SHIPMENT_LIST)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: not room.context.jobs._open and page.model.rowCount() == 2)
    return page


def test_the_chosen_rows_are_printed_kept_and_told(qtbot: QtBot, room: Room, tmp_path: Path) -> None:
    page = listed(qtbot, room)
    page.table.selectAll()
    assert "Print selected…" in [action.text() for action in page.menus.rows_menu().actions()]
    dialog = page.menus.print_papers()
    assert [button.text() for button in dialog.scopes] == ["The 2 selected rows", "All 2 rows shown"]
    assert [key for key, box in dialog.kinds.items() if box.isChecked()] == ["invoice"]
    dialog.language.setCurrentIndex(dialog.language.findData("en"))
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.keep.setChecked(True)
    dialog.begin()
    assert dialog.stop_button.isVisible()
    qtbot.waitUntil(lambda: not dialog.report.kept.isHidden(), timeout=PATIENCE)
    assert dialog.result_shown is not None
    rows = result_table(dialog.result_shown).rows
    assert [row.cells[2] for row in rows] == ["Printed as a draft", "Printed"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [row.cells[3] for row in rows][::-1]
    assert dialog.report.kept.text() == "1 paper is kept as issued."
    kept = [room.seat.ask(issued_papers, "shipment", key) for key in (1, 2)]
    assert [len(each) for each in kept] == [1, 0], "a draft is never kept as issued"
    assert room.context.habits["print_folder"] == str(tmp_path / "out")


def test_what_is_missing_and_a_folder_that_is_none_are_said_in_words(
    qtbot: QtBot, room: Room, tmp_path: Path
) -> None:
    dialog = listed(qtbot, room).menus.print_papers()
    dialog.kinds["invoice"].setChecked(False)
    dialog.begin()
    assert dialog.problem.text() == "Choose a paper to print."
    dialog.kinds["invoice"].setChecked(True)
    (tmp_path / "taken").write_text("a file")
    dialog.folder.setText(str(tmp_path / "taken"))
    dialog.begin()
    qtbot.waitUntil(lambda: "could not be written" in dialog.problem.text(), timeout=PATIENCE)
    assert dialog.print_button.isVisible()
    assert dialog.ask.isEnabled()


@pytest.mark.parametrize(
    ("spec", "ticked"),
    [(NOTE_LIST, ["debit_note", "credit_note"]), (FREIGHT_LIST, ["freight_inquiry"])],
)
def test_notes_and_freight_inquiries_are_printed_from_their_lists(
    qtbot: QtBot, room: Room, spec: ListSpec, ticked: list[str]
) -> None:
    page = ListPage(room.context, Link.to(spec.key), spec)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: not room.context.jobs._open)
    dialog = page.menus.print_papers()
    assert [key for key, box in dialog.kinds.items() if box.isChecked()] == ticked
    assert room.seat.ask(dialog._scopes[0].choose) == ()


def test_a_dialog_that_is_closed_prints_on_and_comes_back(qtbot: QtBot, room: Room, tmp_path: Path) -> None:
    dialog: Any = listed(qtbot, room).menus.print_papers()
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.joined.setChecked(True)
    assert not dialog.keep.isEnabled()
    dialog.begin()
    dialog.close()
    assert room.host.toasts == ["Printing goes on. You will be told when it is done."]
    QApplication.processEvents()
    qtbot.waitUntil(lambda: dialog.result_shown is not None, timeout=PATIENCE)
    assert room.host.toasts[-1].startswith("2 papers printed in ")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["Papers 2026-06-15.pdf"]
