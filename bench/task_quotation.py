"""A key press in a quotation of 200 lines with its live estimate, against one in a line edit of Qt's own."""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from bench.measure import Line, percentile, spell
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.core.rates import RateType
from tradecrm.services.book import Book
from tradecrm.services.control.setup import SetUp, set_up_book
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.trade.quotations import SaveQuotation, save_quotation
from tradecrm.services.trade.sale_papers import SaleLineDraft
from tradecrm.storage.store import create_book
from tradecrm.ui.context import PageContext
from tradecrm.ui.jobs import Jobs
from tradecrm.ui.pages.quotation import QuotationPage
from tradecrm.ui.theme import Mode, Theme

GOAL_MS = 16
LINES = 200
KEYS = 300
TODAY = date(2026, 6, 15)


class Host:
    """Opens and says nothing."""

    def open_link(self, link: Link) -> None:
        """Open nothing."""

    def toast(self, *words: object) -> None:
        """Say nothing."""


def long_quotation(path: Path) -> tuple[Book, int]:
    """Write a book with a quotation of 200 lines of goods with packing data; answer it open, and the id."""
    clock = FixedClock.on(TODAY)
    store = create_book(path, "Bench", clock)
    set_up_book(store, clock, SetUp("Bench Trading", owner_name="Lin Yue", language="en"))
    book = Book(store, clock)
    seat = book.seat()
    seat.perform(save_rate, SaveRate(RateType.BUDGET, "USD", date(2026, 1, 1), "7.00", "firm"))
    customer = seat.perform(save_party, SaveParty(name="Veld B.V.", country="NL")).value
    product = seat.perform(
        save_product,
        SaveProduct(
            "LN-1", "Solar garden lantern", "太阳能花园灯", cost=Decimal("39.55"), per_carton=Decimal(24),
            carton_length=Decimal(60), carton_width=Decimal(40), carton_height=Decimal(35),
            unit_net_weight=Decimal("0.5"), carton_tare=Decimal("1.2"),
        ),
    ).value  # fmt: skip
    lines = tuple(
        SaleLineDraft(product, f"Solar garden lantern no. {n}", Decimal(100 + n), Decimal("6.85"))
        for n in range(LINES)
    )
    draft = SaveQuotation(
        customer, TODAY, "USD", "CIF", "Rotterdam", "TT;P30@ORDER;B@BL_COPY+7D", lines, freight=Decimal(4820),
        insurance_rate=Decimal("0.0015"), domestic_cost=Decimal(9000), commission_rate=Decimal("0.02"),
    )  # fmt: skip
    return book, seat.perform(save_quotation, draft).value


class _Room:
    """The page of the quotation, shown and read."""

    def __init__(self, application: QApplication, book: Book, key: int) -> None:
        self.application = application
        # As the program starts: Python looks for no garbage by itself, and never again at what stands by now.
        gc.disable()
        self.jobs = Jobs()
        theme = Theme(Mode.LIGHT)
        theme.apply(application)
        context = PageContext(book.seat(), theme, self.jobs, Host())
        self.page = QuotationPage(context, Link.to("quotation", id=key))
        self.page.resize(1366, 860)
        self.page.show()
        self.page.activateWindow()
        while not (self.page.loaded and self.jobs.idle):
            application.processEvents()
            time.sleep(0.001)
        application.processEvents()
        self.jobs.garbage.begin()

    def close(self) -> None:
        """Take the page away."""
        self.page.hide()
        self.jobs.close()

    def press(self, widget: QWidget, key: Qt.Key) -> float:
        """Press a key; answers the seconds until everything it changed is painted."""
        started = time.perf_counter()
        QTest.keyClick(widget, key)
        self.application.processEvents()
        return time.perf_counter() - started

    def in_cell(self, column: str) -> list[float]:
        """Type figures into the cells of a column, line after line; answers the seconds of each key."""
        grid = self.page.grids()[0]
        place = [each.key for each in grid.grid.lines.columns].index(column)
        self.page.activateWindow()
        times: list[float] = []
        for row in range(KEYS // 5):
            grid.setFocus()
            grid.setCurrentIndex(grid.grid.index(row, place))
            self.application.processEvents()
            times.append(self.press(grid, Qt.Key(Qt.Key.Key_1 + row % 8)))
            editor = QApplication.focusWidget()
            assert isinstance(editor, QLineEdit)
            times += [self.press(editor, key) for key in (Qt.Key.Key_Period, Qt.Key.Key_2, Qt.Key.Key_5)]
            times.append(self.press(editor, Qt.Key.Key_Return))
        return times

    def in_field(self, key: str) -> list[float]:
        """Type figures into a field of the head; answers the seconds of each key."""
        editor = self.page.boxes[key].editor
        self.page.activateWindow()
        editor.setFocus(Qt.FocusReason.TabFocusReason)
        times: list[float] = []
        for turn in range(KEYS // 4):
            assert isinstance(editor, QLineEdit)
            editor.selectAll()
            keys = (Qt.Key.Key_7, Qt.Key.Key_Period, Qt.Key.Key_0 + turn % 10, Qt.Key.Key_5)
            times += [self.press(editor, Qt.Key(one)) for one in keys]
        return times


def _plain(room: _Room) -> list[float]:
    """Type the same into a line edit that does nothing."""
    editor = QLineEdit()
    editor.resize(200, 30)
    editor.show()
    editor.activateWindow()
    editor.setFocus()
    keys = (Qt.Key.Key_7, Qt.Key.Key_Period, Qt.Key.Key_1, Qt.Key.Key_5)
    times = [room.press(editor, key) for _turn in range(KEYS // 4) for key in keys]
    editor.hide()
    return times


def run(path: Path, scale: str) -> Iterator[Line]:
    """Press keys in a cell and in a field of the head; the book of the scale is not touched."""
    del path, scale
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory(prefix="bench-quotation-", ignore_cleanup_errors=True) as folder:
        book, key = long_quotation(Path(folder) / "quotation.tcrm")
        room = _Room(application, book, key)
        try:
            limit = percentile(_plain(room), 0.99)
            for title, times in (
                ("price cell", room.in_cell("price")),
                ("quantity cell", room.in_cell("quantity")),
                ("rate", room.in_field("rate")),
            ):
                worst = percentile(times, 0.99)
                middle = percentile(times, 0.5)
                yield Line(
                    f"quotation: a key in a {title}, 200 lines, p99",
                    worst * 1000,
                    GOAL_MS,
                    "ms",
                    f"median {spell(middle)}, {worst / limit:.0f}x plain",
                    f"plain line edit p99 {spell(limit)}",
                )
        finally:
            room.close()
            book.close()
