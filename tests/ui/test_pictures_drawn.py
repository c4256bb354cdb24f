"""Pictures of the pages: drawn without a screen, waiting for answers and not for time."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.desk_book import new_book
from tradecrm.commands.demo import pictures
from tradecrm.core.text import current_language, use_language
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.pictures import draw_pages, wait_idle
from tradecrm.ui.scenes import main_scenes
from tradecrm.ui.theme import Mode


def test_main_pages_are_drawn_at_their_sizes(qapp: QApplication, tmp_path: Path) -> None:
    book = new_book(tmp_path)
    language = current_language()
    try:
        names = {scene.name for scene in book.seat().ask(main_scenes)}
        assert {"desktop", "today", "customers", "contract", "customer", "aging", "import"} <= names
        files = draw_pages(
            book, tmp_path / "out", languages=("en",), modes=(Mode.DARK,), only=("desktop", "contract")
        )
    finally:
        use_language(language)
        qapp.setStyleSheet("")
        book.close()
    sizes = {path.name: (QImage(str(path)).width(), QImage(str(path)).height()) for path in files}
    assert sizes == {
        "desktop-dark-en.png": (1366, 768),
        "desktop-dark-en-large.png": (2560, 1440),
        "contract-dark-en.png": (1366, 768),
    }


def test_the_demo_draws_the_first_day_of_a_firm_too(
    qapp: QApplication, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    book = new_book(tmp_path)
    try:
        files = pictures(book, tmp_path / "out", ("en",), ("empty-today",))
    finally:
        qapp.setStyleSheet("")
        book.close()
    assert sorted(path.name for path in files) == ["empty-today-dark-en.png", "empty-today-light-en.png"]
    assert all(path.stat().st_size > 1000 for path in files)
    assert capfd.readouterr().err == ""


def test_waiting_ends_with_an_error_when_a_lane_never_rests(qtbot: QtBot) -> None:
    jobs = Jobs()

    def _again(_answer: object = None) -> None:
        jobs.read(lambda: None, then=_again)

    _again()
    with pytest.raises(TimeoutError):
        wait_idle(jobs, patience_ms=50)
    jobs.close()
