"""The keyboard on forms and dialogs: Enter goes on and presses, it stays where one works, steps go back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.shell_parts import NotePage, shell
from tests.ui.small_book import Host, small_context
from tests.ui.small_form import Desk, form
from tradecrm.core.errors import NotFound
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.text import current_language, use_language
from tradecrm.screens.draft import Draft
from tradecrm.screens.spec import FieldSpec, Section
from tradecrm.ui.asking import KeyButton
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.forms.page import FormPage
from tradecrm.ui.labels import direction
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.theme import Mode, Theme

Room = tuple[PageContext, Host]
CONTROL = Qt.KeyboardModifier.ControlModifier
KEYPAD = Qt.KeyboardModifier.KeypadModifier


@pytest.fixture
def room(tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with small_context(tmp_path / "book.db", rows=1) as made:
        yield made


def settle(qtbot: QtBot, context: PageContext) -> None:
    qtbot.waitUntil(lambda: not context.jobs._open)


def opened(qtbot: QtBot, context: PageContext, desk: Desk) -> tuple[FormPage, QPushButton, QWidget]:
    """Answer a form in a window, with a button that Qt would hand the keyboard to next."""
    window = QWidget()
    box = QVBoxLayout(window)
    page = FormPage(context, Link.to("quotation", id=63), form(desk))
    other = QPushButton("Elsewhere")
    box.addWidget(page)
    box.addWidget(other)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: page.loaded)
    settle(qtbot, context)
    return page, other, window


def line(page: FormPage | OperationDialog, key: str) -> QLineEdit:
    editor = page.boxes[key].editor
    assert isinstance(editor, QLineEdit)
    return editor


def test_enter_beside_the_figures_goes_on_like_the_other(qtbot: QtBot, room: Room) -> None:
    page, _other, _window = opened(qtbot, room[0], Desk())
    rate = line(page, "rate")
    rate.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(rate, Qt.Key.Key_Enter, KEYPAD)
    after = QApplication.focusWidget()
    assert after is not rate
    rate.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(rate, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is after


def test_the_keyboard_stays_on_the_page_when_save_is_pressed(qtbot: QtBot, room: Room) -> None:
    """Save is disabled while it saves; a second Space must press nothing else."""
    desk = Desk()
    page, other, _window = opened(qtbot, room[0], desk)
    pressed: list[str] = []
    other.clicked.connect(lambda: pressed.append("elsewhere"))
    page.session.put("place", "Antwerp")
    page.save_button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(page.save_button, Qt.Key.Key_Space)
    assert page.saving
    now = QApplication.focusWidget()
    assert now is page
    QTest.keyClick(page, Qt.Key.Key_Space)
    settle(qtbot, room[0])
    assert len(desk.saved) == 1
    assert pressed == []
    QTest.keyClick(page, Qt.Key.Key_Tab)
    after = QApplication.focusWidget()
    assert after is not None
    assert page.isAncestorOf(after)


def test_enter_presses_the_button_that_has_the_keyboard_unless_held_down(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with shell(tmp_path) as (window, context):
        context.open(Link.to("customer", id=1))
        page = window.tabs.front_page()
        assert isinstance(page, NotePage)
        button = QPushButton("Save", page)
        pressed: list[str] = []
        button.clicked.connect(lambda: pressed.append("save"))
        button.show()
        button.setFocus()
        held = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", autorep=True
        )
        QApplication.sendEvent(button, held)
        assert pressed == []
        QTest.keyClick(button, Qt.Key.Key_Return)
        QTest.keyClick(button, Qt.Key.Key_Enter, KEYPAD)
        assert pressed == ["save", "save"]


def test_closing_the_window_shows_the_page_that_asks(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shell(tmp_path) as (window, context):
        for number in (1, 2):
            context.open(Link.to("customer", id=number))
        first = window.tabs._tabs[1].page
        assert isinstance(first, NotePage)
        first.stays = True
        monkeypatch.setattr(NotePage, "unsaved", property(lambda page: page.stays))
        assert not window.close()
        assert window.tabs.front_page() is first


def test_a_form_tells_that_something_is_unsaved(qtbot: QtBot, room: Room) -> None:
    page, _other, _window = opened(qtbot, room[0], Desk())
    told = [page.unsaved, Page(room[0], Link.to("x")).unsaved]
    page.session.put("place", "Antwerp")
    assert [*told, page.unsaved] == [False, False, True]


def test_what_was_deleted_meanwhile_is_said_at_the_page_and_takes_no_typing(qtbot: QtBot, room: Room) -> None:
    context, host = room
    desk = Desk()
    page, _other, _window = opened(qtbot, context, desk)

    def gone(_reader: object, _identity: int) -> Draft:
        raise NotFound("Quotation 63 is not there.")

    page.spec = replace(page.spec, load=gone)
    page.reload()
    settle(qtbot, context)
    assert page.banner.isVisible()
    assert page.banner.text.text() == "Quotation 63 is not there."
    assert line(page, "place").isReadOnly()
    assert not page.save_button.isEnabled()
    assert host.toasts == []


def test_a_label_says_the_currency_that_no_field_beside_it_says(qtbot: QtBot, room: Room) -> None:
    desk = Desk()
    desk.draft = desk.draft.put(base="CNY")
    spec = form(desk)
    inland = FieldSpec("inland", "Inland costs", FieldKind.MONEY, currency_from="base")
    spec = replace(spec, sections=(spec.sections[0], Section("Costs", (inland,))))
    page = FormPage(room[0], Link.to("quotation", id=63), spec)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.loaded)
    settle(qtbot, room[0])
    assert page.boxes["inland"].label.text() == "Inland costs (CNY)"
    assert page.boxes["deposit"].label.text() == "Deposit"


def test_in_a_narrow_window_the_panels_stand_under_the_form(qtbot: QtBot, room: Room) -> None:
    """Beside it they would leave the fields less than they need, and what is cut off cannot be reached."""
    page, _other, window = opened(qtbot, room[0], Desk())
    card = page.cards[0]
    assert page.panels.x() > card.width()
    window.resize(780, 600)
    QApplication.processEvents()
    assert page.panels.x() == 0
    assert page.panels.y() > card.geometry().bottom()
    assert card.mapTo(page, card.rect().topRight()).x() < page.width()
    assert page.panels.verticalScrollBar().maximum() == 0
    window.resize(1366, 768)
    QApplication.processEvents()
    assert page.panels.x() > card.width()


def dialog(qtbot: QtBot, context: PageContext, desk: Desk, parent: QWidget) -> OperationDialog:
    spec = replace(form(desk), lines=(), blank=lambda _reader, _link: desk.draft)
    made = OperationDialog(parent, context, Link.to("quotation"), spec)
    qtbot.addWidget(parent)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: made.loaded)
    settle(qtbot, context)
    return made


def test_a_dialog_is_answered_by_enter_alone_and_steps_back(qtbot: QtBot, room: Room) -> None:
    desk = Desk()
    parent = QWidget()
    asked = dialog(qtbot, room[0], desk, parent)
    place = asked.boxes["place"].editor
    assert isinstance(place, QLineEdit)
    place.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(place, "Antwerp")
    QTest.keyClick(place, Qt.Key.Key_Z, CONTROL)
    assert place.text() == "Rotterdam"
    QTest.keyClicks(place, " Gent")
    last = list(asked.boxes.values())[-1].editor
    last.setFocus(Qt.FocusReason.TabFocusReason)
    key = Qt.Key.Key_Tab if isinstance(last, QPlainTextEdit) else Qt.Key.Key_Return
    QTest.keyClick(last, key)
    assert QApplication.focusWidget() is asked.accept_button
    QTest.keyClick(asked.accept_button, Qt.Key.Key_Return)
    settle(qtbot, room[0])
    assert [draft.text("place") for draft in desk.saved] == ["Rotterdam Gent"]


@pytest.mark.parametrize("first", ["valid", "place", "rate"])
def test_what_is_typed_at_once_takes_the_place_of_what_was_proposed(
    qtbot: QtBot, room: Room, first: str
) -> None:
    """A dialog is in sight before its values come: whoever types then does not append to them."""
    desk = Desk()
    own = form(desk)
    asked = next(each for section in own.sections for each in section.fields if each.key == first)
    spec = replace(own, lines=(), sections=(Section("", (asked,)),), blank=lambda _reader, _link: desk.draft)
    parent = QWidget()
    qtbot.addWidget(parent)
    made = OperationDialog(parent, room[0], Link.to("quotation"), spec)
    made.open()
    made.activateWindow()
    editor = line(made, first)
    editor.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
    assert not made.loaded
    qtbot.waitUntil(lambda: made.loaded)
    settle(qtbot, room[0])
    assert editor.text()
    assert editor.selectedText() == editor.text()


def test_a_dialog_grows_with_what_it_has_to_say(qtbot: QtBot, room: Room) -> None:
    """A sentence below a field is whole, and covers nothing."""
    parent = QWidget()
    asked = dialog(qtbot, room[0], Desk(), parent)
    before = asked.height()
    valid = line(asked, "valid")
    valid.setFocus(Qt.FocusReason.TabFocusReason)
    valid.selectAll()
    QTest.keyClicks(valid, "2026-02-31 or so")
    QTest.keyClick(valid, Qt.Key.Key_Return)
    QApplication.processEvents()
    problem = asked.boxes["valid"].problem
    assert problem.isVisible()
    assert problem.height() >= problem.heightForWidth(problem.width())
    assert problem.y() >= valid.geometry().bottom()
    assert asked.height() > before
    qtbot.waitUntil(lambda: asked.panels.verticalScrollBar().maximum() == 0)
    assert asked.panels.height() > 0


def test_the_dots_of_an_arabic_name_stand_at_its_end() -> None:
    right_to_left = Qt.TextFlag.TextForceRightToLeft.value
    assert direction("(2) شركة النور ABC") & right_to_left
    assert direction("ABC شركة النور") == direction("12,345.60") == direction("宁波") == 0


def test_a_long_text_begins_at_its_beginning_and_several_lines_are_in_sight(qtbot: QtBot, room: Room) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    Theme(Mode.LIGHT).apply(application)
    page, _other, _window = opened(qtbot, room[0], Desk())
    place = line(page, "place")
    place.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(place, "Rotterdam Maasvlakte " * 20)
    QTest.keyClick(place, Qt.Key.Key_Tab)
    assert place.cursorPosition() == 0
    place.setFocus(Qt.FocusReason.TabFocusReason)
    assert (place.cursorPosition(), place.selectedText()) == (0, place.text())
    texts = page.boxes["remarks"].editor
    assert isinstance(texts, QPlainTextEdit)
    assert texts.minimumHeight() >= 3 * texts.fontMetrics().height()


@pytest.mark.parametrize(
    ("language", "shown", "keys"),
    [
        ("en", ("&Cancel", "&Send"), ("Alt+C", "Alt+S")),
        ("zh_CN", ("取消(&C)", "发出(&O)"), ("Alt+C", "Alt+O")),
    ],
)
def test_alt_and_a_letter_press_the_buttons_of_a_dialog(
    qtbot: QtBot, room: Room, language: str, shown: tuple[str, str], keys: tuple[str, str]
) -> None:
    before = current_language()
    use_language(language)
    try:
        desk = Desk()
        spec = replace(form(desk), lines=(), blank=lambda _reader, _link: desk.draft, verb="Send")
        parent = QWidget()
        qtbot.addWidget(parent)
        made = OperationDialog(parent, room[0], Link.to("quotation"), spec)
        made.show()
        made.activateWindow()
        qtbot.waitUntil(lambda: made.loaded)
        settle(qtbot, room[0])
        buttons = made.findChildren(KeyButton)
        assert {(each.marked, each.shortcut().toString()) for each in buttons} == set(
            zip(shown, keys, strict=True)
        )
        # What a button is called, as a screen reader says it, stays without its letter.
        assert not any("&" in each.text() for each in buttons)
        QTest.keyClick(made.focusWidget(), Qt.Key(ord(keys[1][-1])), Qt.KeyboardModifier.AltModifier)
        # Qt shows the button going down before it is pressed.
        qtbot.waitUntil(lambda: len(desk.saved) == 1)
    finally:
        use_language(before)
