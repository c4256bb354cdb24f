"""The window used for a while: pages that were closed are gone, and Qt has nothing to complain of."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QtMsgType, qInstallMessageHandler
from pytestqt.qtbot import QtBot

from tests.ui.desk_book import Desk, desk, new_book
from tradecrm.core.links import Link
from tradecrm.core.text import current_language, use_language
from tradecrm.services.book import Book
from tradecrm.ui.pages.today import TodayPage
from tradecrm.ui.theme import Mode

TARGETS = (
    "today", "customers", "contracts", "shipments", "receivables", "bank_accounts", "products", "receipts",
    "rates", "settings", "import", "reports", "report/aging", "contract", "customer",
)  # fmt: skip
ROUNDS = 4
OFFSCREEN = "This plugin does not support"
"""What the platform without a screen says of windows it cannot raise; no other platform does."""


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = new_book(tmp_path)
    yield made
    made.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What Qt warns of meanwhile."""
    heard: list[str] = []

    def _hear(kind: QtMsgType, _where: object, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not text.startswith(OFFSCREEN):
            heard.append(text)

    before = qInstallMessageHandler(_hear)
    yield heard
    qInstallMessageHandler(before)


def clear_away(one: Desk) -> None:
    """Let Qt delete what is to be deleted later, and Python what nobody holds."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    one.settle()
    gc.collect()


def test_closed_pages_are_gone_whatever_the_theme(qtbot: QtBot, book: Book, complaints: list[str]) -> None:
    shown: list[tuple[str, weakref.ref[object]]] = []
    with desk(book) as one:
        for count in range(ROUNDS):
            for target in TARGETS:
                one.window.open_link(Link.to(target))
                one.settle()
                shown.append((target, weakref.ref(one.window.tabs.front_page())))
                one.context.theme.set_mode(Mode.LIGHT if count % 2 else Mode.DARK)
                one.window.tabs.close_front()
        clear_away(one)
        assert len(shown) == ROUNDS * len(TARGETS)
        assert {target for target, page in shown if page() is not None} == set()
    assert complaints == []


def test_the_window_opens_again_in_another_language(qtbot: QtBot, book: Book, complaints: list[str]) -> None:
    """Changing the language closes the window and opens it again over the same book."""
    spoken = current_language()
    try:
        for language in ("zh_CN", "en", "zh_CN"):
            use_language(language)
            with desk(book) as one:
                one.window.open_link(Link.to("today"))
                one.settle()
                page = one.window.tabs.front_page()
                assert isinstance(page, TodayPage)
                assert page.title() == ("Today" if language == "en" else "今日")
    finally:
        use_language(spoken)
    assert complaints == []
