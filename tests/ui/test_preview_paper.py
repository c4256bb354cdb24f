"""The preview of a paper, with a real contract: pages, zoom, page keys, saving, printing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.small_book import Host, small_context
from tests.unit.render_samples import contract, page_texts
from tradecrm.documents.build import draw_paper
from tradecrm.documents.sale import sale_content
from tradecrm.ui.preview import PaperPreview


@dataclass
class Shown:
    """A preview, its host and the PDF it shows."""

    preview: PaperPreview
    host: Host
    data: bytes


class Printer(QObject):
    """Takes the place of the system's PDF program."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[Path] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.files.append(Path(url.toLocalFile()))


@pytest.fixture
def shown(tmp_path: Path, qtbot: QtBot) -> Iterator[Shown]:
    buffer = io.BytesIO()
    draw_paper(sale_content(contract(lines=60)), buffer, "both")
    with small_context(tmp_path / "book.db", rows=1) as (context, host):
        preview = PaperPreview(context)
        qtbot.addWidget(preview)
        preview.resize(1100, 700)
        preview.show()
        preview.activateWindow()
        preview.show_pdf(buffer.getvalue(), "SC-2606-0001.pdf")
        settle(qtbot, preview)
        qtbot.waitUntil(lambda: preview.area.verticalScrollBar().maximum() > 0)
        preview.setFocus()
        yield Shown(preview, host, buffer.getvalue())


def settle(qtbot: QtBot, preview: PaperPreview) -> None:
    qtbot.waitUntil(lambda: not preview._context.jobs._open)


def test_every_page_is_there_in_the_shape_of_its_paper(shown: Shown) -> None:
    sheets = shown.preview.sheets
    assert len(sheets) == len(page_texts(shown.data)) > 2
    # A4 at 96 to the inch.
    assert {(sheet.width(), sheet.height()) for sheet in sheets} == {(794, 1123)}
    picture = sheets[0].pixmap().toImage()
    inks = {picture.pixelColor(x, y).name() for x in range(0, 794, 7) for y in range(0, 400, 3)}
    assert "#ffffff" in inks
    assert len(inks) > 3


def test_page_keys_turn_whole_pages(shown: Shown, qtbot: QtBot) -> None:
    preview = shown.preview
    last = len(preview.sheets)
    assert preview.pages.text() == f"Page 1 of {last}"
    for key, page in (
        (Qt.Key.Key_PageDown, 2),
        (Qt.Key.Key_PageDown, 3),
        (Qt.Key.Key_PageUp, 2),
        (Qt.Key.Key_End, last),
        (Qt.Key.Key_Home, 1),
        (Qt.Key.Key_PageUp, 1),
    ):
        QTest.keyClick(preview.area, key)
        assert preview.pages.text() == f"Page {page} of {last}"


def test_zoom_by_key_keeps_the_place_and_has_ends(shown: Shown, qtbot: QtBot) -> None:
    preview = shown.preview
    QTest.keyClick(preview.area, Qt.Key.Key_End)
    before = preview.pages.text()
    QTest.keySequence(preview.area, QKeySequence(QKeySequence.StandardKey.ZoomIn))
    settle(qtbot, preview)
    assert preview.percent.text() == "125 %"
    assert preview.sheets[0].width() == pytest.approx(794 * 1.25, abs=2)
    qtbot.waitUntil(lambda: preview.pages.text() == before)
    for _step in range(20):
        preview.zoom(-1)
    settle(qtbot, preview)
    assert preview.percent.text() == "50 %"
    for _step in range(20):
        preview.zoom(1)
    settle(qtbot, preview)
    assert preview.percent.text() == "300 %"


def test_a_shorter_paper_takes_the_place_of_a_longer_one(shown: Shown, qtbot: QtBot) -> None:
    buffer = io.BytesIO()
    draw_paper(sale_content(contract(lines=1)), buffer, "en")
    shown.preview.show_pdf(buffer.getvalue(), "short.pdf", "Two characters cannot be printed.")
    settle(qtbot, shown.preview)
    assert len(shown.preview.sheets) == len(page_texts(buffer.getvalue()))
    assert shown.preview.warning.isVisible()


def test_the_saved_file_is_the_paper(shown: Shown, tmp_path: Path) -> None:
    shown.preview.save(tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == shown.data
    assert shown.host.toasts == ["Written to out.pdf."]
    shown.preview.save(tmp_path / "no folder" / "out.pdf")
    assert shown.host.toasts[-1].startswith("out.pdf could not be written: ")


def test_printing_hands_the_paper_to_the_system(shown: Shown) -> None:
    printer = Printer()
    QDesktopServices.setUrlHandler("file", printer, "take")  # type: ignore[arg-type] # the stub says bytes, Qt wants text
    try:
        button = next(each for each in shown.preview.findChildren(QPushButton) if each.text() == "Print")
        button.click()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert [path.name for path in printer.files] == ["SC-2606-0001.pdf"]
    assert printer.files[0].read_bytes() == shown.data
    assert shown.host.toasts == []
