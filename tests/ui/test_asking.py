"""What was typed and not kept is asked about before it is dropped, and only when there is some: one rule everywhere."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

import tradecrm.ui
from tests.ui.desk_book import desk, new_book
from tests.ui.small_book import Host, small_context
from tests.ui.small_form import Desk, form
from tradecrm.core.links import Link
from tradecrm.core.text import uncompiled, use_language
from tradecrm.screens.draft import Draft
from tradecrm.services.control.approval_rules import RuleRow, Unit
from tradecrm.ui.asking import AskingDialog, TextDialog
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.month import month_view
from tradecrm.ui.pages.approval_levels import LevelsDialog
from tradecrm.ui.pages.letter import LetterDialog
from tradecrm.ui.pages.tasks import TaskDialog
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.shell.server_form import ServerForm

Room = tuple[PageContext, Host]
QUESTION = "Discard what you typed?"


@pytest.fixture
def room(tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with small_context(tmp_path / "book.db", rows=1) as made:
        yield made


def question(dialog: QWidget) -> QMessageBox | None:
    """Answer the question that stands over a dialog."""
    found = [box for box in dialog.findChildren(QMessageBox) if box.isVisible()]
    assert len(found) <= 1
    return found[0] if found else None


def press(box: QMessageBox | None, words: str) -> None:
    assert box is not None
    assert box.text() == QUESTION
    next(button for button in box.buttons() if button.text() == words).click()
    QApplication.processEvents()


def answer(words: str) -> None:
    """Press the button of the question that a page asks next and waits for."""

    def _press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        press(box, words)

    QTimer.singleShot(0, _press)


def operation(qtbot: QtBot, room: Room, parent: QWidget, made: Desk) -> OperationDialog:
    spec = replace(form(made), lines=(), blank=lambda _reader, _link: made.draft)
    dialog = OperationDialog(parent, room[0], Link.to("quotation"), spec)
    qtbot.waitUntil(lambda: dialog.loaded)
    return dialog


def levels(parent: QWidget) -> LevelsDialog:
    rule = RuleRow("quotation", "margin", "Margin below", Unit.SHARE, True, "5", (), 1)
    return LevelsDialog(parent, rule, (), "CNY", lambda _levels: None)


def dialogs(
    qtbot: QtBot, room: Room, parent: QWidget
) -> list[tuple[AskingDialog, QLineEdit | QPlainTextEdit]]:
    """Answer each dialog in which something is typed, with a field of it."""
    task, rule = TaskDialog(room[0], parent), levels(parent)
    server = ServerForm(parent, ())
    text = TextDialog(parent, "New book", "Name of your firm", "Keep", lambda _text: None)
    letter = LetterDialog(parent, room[0], "Mail text", {"en": "Dear Sirs", "zh": "您好"})
    asked = operation(qtbot, room, parent, Desk())
    place = asked.boxes["place"].editor
    assert isinstance(place, QLineEdit)
    return [
        (asked, place), (task, task.form.title), (task, task.form.notes), (rule, rule.rows[0].ceiling),
        (server, server.password), (text, text.field), (letter, letter.pane.editor),
    ]  # fmt: skip


def test_escape_asks_in_every_dialog_when_something_was_typed(qtbot: QtBot, room: Room) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    for dialog, field in dialogs(qtbot, room, parent):
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        name = type(dialog).__name__
        dialog.show()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible(), f"{name} asks though nothing was typed"
        dialog.show()
        field.setFocus()
        QTest.keyClicks(field, "12")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        press(question(dialog), "Go on typing")
        assert dialog.isVisible(), name
        dialog.close()
        assert dialog.isVisible(), f"the cross of {name} drops what was typed"
        press(question(dialog), "Discard it")
        assert not dialog.isVisible(), name
        field.clear()


def test_every_dialog_of_the_program_keeps_the_rule() -> None:
    for found in pkgutil.walk_packages(tradecrm.ui.__path__, "tradecrm.ui."):
        importlib.import_module(found.name)

    def below(kind: type[QDialog]) -> set[type[QDialog]]:
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    ours = {kind for kind in below(QDialog) if kind.__module__.startswith("tradecrm.")}
    free = {kind.__name__ for kind in ours if not issubclass(kind, AskingDialog)}
    assert free == {"CrashDialog", "_ClosingDialog"}, "only what nothing is typed in may close without a word"
    assert len(ours) > len(free) + 6


def test_a_dialog_waits_for_what_it_began_and_says_a_conflict_once(qtbot: QtBot, room: Room) -> None:
    context, host = room
    parent, made = QWidget(), Desk()
    qtbot.addWidget(parent)
    dialog = operation(qtbot, room, parent, made)
    dialog.show()
    QTest.keyClicks(dialog.boxes["place"].editor, " Gent")
    made.conflict()
    dialog.commit()
    dialog.reject()
    assert dialog.isVisible(), "it is being done: there is nothing to discard yet"
    assert question(dialog) is None
    qtbot.waitUntil(lambda: not context.jobs._open)
    assert dialog.problem.text() == "Wang Fang changed this quotation at 10:12."
    assert host.toasts == []
    assert dialog.accept_button.isEnabled()


def test_a_text_is_handed_over_without_spaces_and_never_empty(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    given: list[str] = []
    dialog = TextDialog(parent, "Keep this view", "Name of the view", "Keep", given.append)
    dialog.show()
    assert not dialog.verb_button.isEnabled()
    QTest.keyClicks(dialog.field, "  ")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert given == []
    QTest.keyClicks(dialog.field, "Late ")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert given == ["Late"]


def test_a_letter_typed_over_stays_when_the_other_language_is_looked_at(qtbot: QtBot, room: Room) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    pane = LetterDialog(parent, room[0], "Mail text", {"en": "Dear Sirs", "zh": "您好"}).pane
    pane.choose("en")
    pane.editor.setPlainText("Dear Mr Kern")
    pane.choose("zh")
    assert pane.text() == "您好"
    pane.choose("en")
    assert pane.text() == "Dear Mr Kern"
    loose = pane.typed
    pane.copy()
    assert (loose, pane.typed) == (True, False), "what was copied is no longer only here"
    assert QApplication.clipboard().text() == "Dear Mr Kern"
    QApplication.clipboard().clear()


PAGES: list[tuple[Link, Callable[[Page], object]]] = [
    (Link.to("bank_paste"), lambda page: page.text.setPlainText("收到USD 500.00，付款方：Kern")),  # type: ignore[attr-defined]
    (Link.to("rates_in"), lambda page: page.text.setPlainText("USD 7.06")),  # type: ignore[attr-defined]
    (Link.to("task"), lambda page: page._form.title.setText("Ask for samples")),  # type: ignore[attr-defined]
    (Link.to("people"), lambda page: page.new_name.setText("Wang Fang")),  # type: ignore[attr-defined]
    (Link.to("paper_settings"), lambda page: page.clauses.add()),  # type: ignore[attr-defined]
]


def test_closing_a_tab_or_the_window_asks_about_what_was_pasted(qtbot: QtBot, tmp_path: Path) -> None:
    book = new_book(tmp_path, filled=False)
    with desk(book) as one:
        tabs = one.window.tabs
        for link, write in PAGES:
            one.window.open_link(link)
            one.settle()
            tabs.close_front()
            assert tabs.front != link, f"{link} asks though nothing was typed"
            one.window.open_link(link)
            one.settle()
            page = tabs.front_page()
            assert isinstance(page, Page)
            write(page)
            one.settle()
            answer("Go on typing")
            tabs.close_front()
            assert tabs.front == link, f"{link} drops what was typed"
            answer("Go on typing")
            assert not one.window.close()
            answer("Discard it")
            tabs.close_front()
            assert tabs.front != link
    book.close()


def test_kept_rates_and_recorded_messages_are_let_go(qtbot: QtBot, tmp_path: Path) -> None:
    book = new_book(tmp_path, filled=False)
    with desk(book) as one:
        rates, paste = (one.window.tabs, "rates_in"), (one.window.tabs, "bank_paste")
        for tabs, target in (rates, paste):
            one.window.open_link(Link.to(target))
            one.settle()
            page = tabs.front_page()
            assert isinstance(page, Page)
            text = page.text  # type: ignore[attr-defined]
            text.setPlainText("USD 7.06" if target == "rates_in" else "收到USD 500.00，付款方：Kern")
            page._timer.stop()  # type: ignore[attr-defined]
            if target == "rates_in":
                page.read_text()  # type: ignore[attr-defined]
                one.settle()
                page.keep()  # type: ignore[attr-defined]
            else:
                page.read()  # type: ignore[attr-defined]
                one.settle()
                page.record_receipt()  # type: ignore[attr-defined]
            one.settle()
            assert not page.unsaved, target
    book.close()


def test_a_task_saved_in_its_tab_is_not_made_a_second_time(qtbot: QtBot, tmp_path: Path) -> None:
    book = new_book(tmp_path, filled=False)
    with desk(book) as one:
        one.window.open_link(Link.to("task"))
        one.settle()
        page = one.window.tabs.front_page()
        assert page is not None
        for words in ("Ask for samples", "Ask for two samples"):
            page._form.title.setText(words)  # type: ignore[attr-defined]
            page.keep()  # type: ignore[attr-defined]
            one.settle()
        assert page.link() == Link.to("task", id=1)  # type: ignore[attr-defined]
        assert page.title() == "Ask for two samples"  # type: ignore[attr-defined]
    book.close()


def test_texts_that_were_not_compiled_are_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: QApplication
) -> None:
    from tradecrm import cli
    from tradecrm.core.text import current_language
    from tradecrm.ui.speaking import speak

    assert uncompiled("zh_CN") == ""
    spoken = current_language()
    monkeypatch.setattr("tradecrm.core.text.locale_folder", lambda: tmp_path)
    try:
        cli._speak(["--lang=zh"])
        assert current_language() == "en"
        assert "python dev.py i18n" in capsys.readouterr().err
        assert "请运行一次：python dev.py i18n" in speak(qapp, "zh_CN")
        assert current_language() == "en"
        assert speak(qapp, "en") == ""
    finally:
        monkeypatch.undo()
        use_language(spoken)
        speak(qapp, spoken)


def test_every_button_of_a_dialog_is_named_by_what_it_does(qtbot: QtBot, room: Room) -> None:
    """Where the title names a thing the button has a verb, and the title stands at the head."""
    from tradecrm.screens.crm.credit import CREDIT_FORM
    from tradecrm.screens.trade.shipping import PAPER_FORM

    parent = QWidget()
    qtbot.addWidget(parent)
    for spec in (CREDIT_FORM, PAPER_FORM):
        plain = replace(spec, blank=lambda _reader, _link: Draft({"number": "SH-1"}), panels=())
        dialog = OperationDialog(parent, room[0], Link.to(spec.key), plain)
        qtbot.waitUntil(lambda dialog=dialog: dialog.loaded)  # type: ignore[misc]
        assert dialog.accept_button.text() == "Save"
        assert dialog.accept_button.isDefault()
        assert dialog.heading.text().endswith(spec.title)


def test_a_dialog_grows_for_what_it_says_and_asks_in_order(qtbot: QtBot, qapp: QApplication) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = levels(parent)
    dialog.show()
    before = dialog.height()
    dialog.rows[0].ceiling.setText("two thousand")
    dialog.rows[0].who.setCurrentIndex(1)
    dialog.keep()
    qapp.processEvents()
    assert dialog.problem.isVisible()
    assert dialog.height() >= max(before, dialog.needed())
    buttons = [button for button in dialog.findChildren(QPushButton) if button.isVisible()]
    assert [button.text() for button in sorted(buttons, key=lambda each: each.x())] == ["Cancel", "Save"]


def test_the_calendar_speaks_the_language_of_the_interface(qtbot: QtBot) -> None:
    from tradecrm.core.text import current_language

    spoken = current_language()
    try:
        use_language("zh_CN")
        view = month_view()
        qtbot.addWidget(view)
        assert view.locale().monthName(11) == "十一月"
        assert view.firstDayOfWeek() is Qt.DayOfWeek.Monday
        red = view.weekdayTextFormat(Qt.DayOfWeek.Sunday).foreground().color()
        assert red.red() - red.green() < 40, "only what is overdue, lost or refused is red"
    finally:
        use_language(spoken)
