"""Period ends in the window: rates brought in, revaluation, closing, opening again, the accountant, exposure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from pytestqt.qtbot import QtBot

from tests.services.money_kit import Invoice, customer, enter_item
from tests.ui.desk_book import Desk, desk, new_book
from tradecrm.core.links import Link
from tradecrm.core.rates import RateType
from tradecrm.screens.money.closing import CHART_LINE, TAKE_BACK
from tradecrm.services.book import Book
from tradecrm.services.money.chart import chart_rows
from tradecrm.services.money.rates import SaveRate, rate_for, save_rate
from tradecrm.services.money.revaluations import revaluations
from tradecrm.ui.context import Page
from tradecrm.ui.pages.accountant import AccountantPage
from tradecrm.ui.pages.exposure import ExposurePage
from tradecrm.ui.pages.period_close import ClosePeriodPage
from tradecrm.ui.pages.period_revalue import RevaluationPage
from tradecrm.ui.pages.rates_in import RatesInPage
from tradecrm.ui.pages.trade_dialog import OperationDialog

END = date(2026, 5, 31)
PageT = TypeVar("PageT", bound=Page)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = new_book(tmp_path, filled=False)
    seat = made.seat()
    party = customer(seat)
    invoice = Invoice(party, date(2026, 5, 10), Decimal(3650), Decimal("7.1120"), number="CI-1")
    seat.perform(enter_item, invoice)
    yield made
    made.close()


def front(one: Desk, target: str, kind: type[PageT]) -> PageT:
    """Open a page and answer it, wholly read."""
    one.window.open_link(Link.to(target))
    one.settle()
    page = one.window.tabs.front_page()
    assert isinstance(page, kind)
    return page


def test_rates_are_pasted_and_what_is_replaced_is_shown_before(qtbot: QtBot, book: Book) -> None:
    seat = book.seat()
    seat.perform(save_rate, SaveRate(RateType.MID, "USD", END, "7.05", "typed"))
    with desk(book) as one:
        page = front(one, "rates_in", RatesInPage)
        page.day.put(END)
        page._on_day(END)
        page.text.setPlainText("USD 7.06\nEUR 8.2\nnonsense")
        page.read_text()
        one.settle()
        states = [row.cells[-1] for row in page.view.body.table.rows]
        assert states == ["There is 7.05 (typed)", "New"]
        assert "Left out: nonsense" in page.words.text()
        page.keep_button.click()
        one.settle()
        assert seat.ask(rate_for, RateType.MID, "USD", END).rate == Decimal("7.05"), "not replaced unasked"
        assert seat.ask(rate_for, RateType.MID, "EUR", END).rate == Decimal("8.2")
        page.replace_box.setChecked(True)
        page.keep_button.click()
        one.settle()
        assert seat.ask(rate_for, RateType.MID, "USD", END).rate == Decimal("7.06")
        page.text.setPlainText("nothing at all")
        page.read_text()
        assert "No rates were found" in page.words.text()
        assert not page.keep_button.isEnabled()


def test_a_period_is_revalued_closed_and_opened_again(qtbot: QtBot, book: Book) -> None:
    seat = book.seat()
    with desk(book) as one:
        page = front(one, "revaluation", RevaluationPage)
        assert not page.post_button.isEnabled(), "the closing rate is missing"
        assert "No Middle rate for USD" in page.preview.notes.text()
        closing = front(one, "closing", ClosePeriodPage)
        assert closing.checks.body.table.rows[0].cells[:2] == ("Stops closing", "Closing rates are missing")
        assert not closing.close_button.isEnabled()
        proposed = closing.day.value()
        closing.day.setText("31/02")
        assert not closing.day.commit()
        assert closing.day.property("problem")
        assert any("31/02" in words for words in one.window.toasts.texts)
        closing.day.put_text("")
        closing.day.put(None)
        closing.day.setFocus()
        closing.reload()
        one.settle()
        assert closing.day.value() == proposed, "the focus alone does not hide the proposed day"
        seat.perform(save_rate, SaveRate(RateType.MID, "USD", END, "7.06"))
        page = front(one, "revaluation", RevaluationPage)
        page.reload()
        one.settle()
        page.post_button.click()
        one.settle()
        assert [row.total for row in seat.ask(revaluations)] == [Decimal("-189.80")]
        assert not page.post_button.isEnabled()
        page.history.opened.emit(Link.to(TAKE_BACK, id=1))
        one.settle()
        assert page.post_button.isEnabled()
        page.post()
        one.settle()
        closing = front(one, "closing", ClosePeriodPage)
        closing.reload()
        one.settle()
        assert closing.close_button.isEnabled()
        closing.close_now(END)
        one.settle()
        assert seat.ask(lambda reader: reader.settings.closed_until) == END
        dialog = closing.ask_reopening()
        one.settle()
        dialog.commit()
        one.settle()
        assert seat.ask(lambda reader: reader.settings.closed_until) == END, "a reason is needed"
        dialog.session.put("reason", "late bill")
        dialog.session.put("until", None)
        dialog.commit()
        one.settle()
        assert seat.ask(lambda reader: reader.settings.closed_until) is None


def test_the_accountant_gets_every_file_and_a_line_is_changed(
    qtbot: QtBot, book: Book, tmp_path: Path
) -> None:
    with desk(book) as one:
        page = front(one, "accountant", AccountantPage)
        for form in ("xlsx", "csv", "beancount"):
            page.export_to(tmp_path / f"journal.{form}", form)
            one.settle()
            assert (tmp_path / f"journal.{form}").stat().st_size > 100
        page.ask_line(Link.to(CHART_LINE, book="AR", category="", account=0))
        one.settle()
        (dialog,) = page.findChildren(OperationDialog)
        assert dialog.heading.text() == "Receivables: everything else"
        dialog.session.put("code", "1122.01")
        dialog.commit()
        one.settle()
        (row,) = (row for row in book.seat().ask(chart_rows) if row.book == "AR")
        assert (row.code, row.changed) == ("1122.01", True)


def test_the_slider_says_what_a_change_of_rates_does(qtbot: QtBot, book: Book) -> None:
    book.seat().perform(save_rate, SaveRate(RateType.MID, "USD", date(2026, 6, 15), "7.00"))
    with desk(book) as one:
        page = front(one, "fx_exposure", ExposurePage)
        page.slider.setValue(10)
        # 3,650.00 at 7.00 are 25,550.00; five percent of it are 1,277.50.
        assert "CNY 1,277.50" in page.effect_text.text()
        page.slider.setValue(-10)
        assert "CNY −1,277.50" in page.effect_text.text()
        assert page.view.body.table.rows[0].cells[-1] == Decimal("-1277.50")
