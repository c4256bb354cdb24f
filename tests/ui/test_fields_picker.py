"""The picker's pop-up by real keys: typing, moving, taking, leaving, slow and obsolete answers, a new record."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.small_book import Host, small_context
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.screens.draft import Ref
from tradecrm.screens.spec import FieldSpec, PickerSpec
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.editors import make_editor
from tradecrm.ui.fields.picker import PickerEditor

LONG = "Qasr Al Noor General Trading and Contracting Establishment for Household Articles " * 3
BUYERS = (
    (Ref(1, "Veld B.V.", "C001", "Rotterdam, NL"), "veld"),
    (Ref(2, "青岛蓝湾国际贸易有限公司", "C002", "Qingdao"), "qdlwgjmyyxgs"),
    (Ref(3, "Verity Home Ltd", "C003", "Leeds"), "verity"),
    (Ref(4, LONG[:200], "C004", "Jebel Ali"), "qasr"),
    (Ref(5, "Twin", "C005"), "twin"),
    (Ref(6, "Twin", "C006"), "twin"),
)


class Search:
    """A query that finds by code, name and pinyin initials, and waits for a gate when told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gates: dict[str, threading.Event] = {}

    def __call__(self, _reader: Any, text: str, _within: Mapping[str, Any]) -> tuple[Ref, ...]:
        self.asked.append(text)
        if text in self.gates:
            self.gates[text].wait(5)
        typed = text.lower()
        return tuple(
            ref
            for ref, initials in BUYERS
            if typed in ref.code.lower() or typed in ref.label.lower() or initials.startswith(typed)
        )


class Form:
    """A window with a picker and a field behind it."""

    def __init__(self, qtbot: QtBot, context: PageContext, host: Host, *, width: int = 600) -> None:
        self.context, self.host, self.search = context, host, Search()
        spec = FieldSpec(
            "buyer", "Customer", FieldKind.REF, picker=PickerSpec(self.search, Link.to("customer", id=None))
        )
        editor = make_editor(context, spec, dict)
        assert isinstance(editor, PickerEditor)
        self.editor, self.next = editor, QLineEdit()
        self.window = QWidget()
        box = QVBoxLayout(self.window)
        box.addWidget(self.editor)
        box.addWidget(self.next)
        qtbot.addWidget(self.window)
        self.window.resize(width, 90)
        self.window.show()
        self.window.activateWindow()
        self.editor.setFocus()
        self.values: list[Any] = []
        self.problems: list[str] = []
        self.editor.typed.connect(self.values.append)
        self.editor.unreadable.connect(self.problems.append)

    def press(self, key: Qt.Key) -> None:
        """Press a key where the window system would deliver it: an open pop-up has the keyboard."""
        target = QApplication.activePopupWidget() or QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key)

    def type_in(self, text: str) -> None:
        for sign in text:
            target = QApplication.activePopupWidget() or QApplication.focusWidget()
            assert target is not None
            # The test driver cannot press keys beyond Latin letters.
            QApplication.sendEvent(
                target, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
            )

    def offered(self) -> list[str]:
        """Answer what the pop-up offers, none while it is hidden."""
        return self.editor._texts.stringList() if self.editor.offers() else []

    def settle(self, qtbot: QtBot) -> None:
        qtbot.waitUntil(lambda: not self.context.jobs._open)


@pytest.fixture
def made(tmp_path: Path, qtbot: QtBot) -> Iterator[Form]:
    with small_context(tmp_path / "book.db", rows=1) as (context, host):
        yield Form(qtbot, context, host)


@pytest.mark.parametrize(
    ("text", "code"), [("c001", "C001"), ("Verity", "C003"), ("qdlw", "C002"), ("青岛", "C002")]
)
def test_code_name_pinyin_initials_and_hanzi_find_and_enter_takes(
    made: Form, qtbot: QtBot, text: str, code: str
) -> None:
    made.type_in(text)
    made.settle(qtbot)
    assert made.editor.offers()
    made.press(Qt.Key.Key_Return)
    assert [ref.code for ref in made.values] == [code]
    assert not made.editor.offers()
    assert code in made.editor.text()


def test_down_marks_the_next_answer_and_enter_takes_it(made: Form, qtbot: QtBot) -> None:
    made.type_in("ve")
    made.settle(qtbot)
    assert [text[:4] for text in made.offered()] == ["C001", "C003", "New:"]
    made.press(Qt.Key.Key_Down)
    made.press(Qt.Key.Key_Return)
    assert [ref.code for ref in made.values] == ["C003"]


def test_down_in_an_untouched_field_offers_all(made: Form, qtbot: QtBot) -> None:
    made.press(Qt.Key.Key_Down)
    made.settle(qtbot)
    assert len(made.offered()) == len(BUYERS)


def test_tab_takes_the_marked_answer_and_goes_on(made: Form, qtbot: QtBot) -> None:
    made.type_in("ver")
    made.settle(qtbot)
    made.press(Qt.Key.Key_Tab)
    assert [ref.code for ref in made.values] == ["C003"]
    assert QApplication.focusWidget() is made.next
    assert made.problems[-1] == ""


def test_escape_closes_the_offer_and_keeps_what_is_typed(made: Form, qtbot: QtBot) -> None:
    made.type_in("ver")
    made.settle(qtbot)
    made.press(Qt.Key.Key_Escape)
    assert not made.editor.offers()
    assert made.editor.text() == "ver"
    assert made.values == []
    made.next.setFocus()
    assert made.problems[-1] == 'Nothing is called "ver"; choose one from the list.'
    assert made.editor.text() == "ver"


def test_keys_typed_while_the_offer_is_open_narrow_it(made: Form, qtbot: QtBot) -> None:
    made.type_in("v")
    made.settle(qtbot)
    made.type_in("er")
    made.settle(qtbot)
    assert [text[:4] for text in made.offered()] == ["C003", "New:"]
    made.press(Qt.Key.Key_Backspace)
    made.settle(qtbot)
    assert [text[:4] for text in made.offered()] == ["C001", "C003", "New:"]


def test_an_obsolete_answer_is_dropped(made: Form, qtbot: QtBot) -> None:
    made.search.gates["v"] = threading.Event()
    made.type_in("v")
    made.type_in("er")
    qtbot.waitUntil(lambda: len(made.offered()) == 2)
    made.search.gates["v"].set()
    made.settle(qtbot)
    assert [text[:4] for text in made.offered()] == ["C003", "New:"]


def test_enter_before_the_answer_takes_nothing_stale(made: Form, qtbot: QtBot) -> None:
    made.type_in("ve")
    made.settle(qtbot)
    made.search.gates["ver"] = threading.Event()
    made.type_in("r")
    made.press(Qt.Key.Key_Return)
    assert made.values == []
    made.search.gates["ver"].set()
    made.settle(qtbot)
    assert [text[:4] for text in made.offered()] == ["C003", "New:"]
    made.press(Qt.Key.Key_Return)
    assert [ref.code for ref in made.values] == ["C003"]


def test_going_on_before_a_slow_answer_still_takes_what_was_named(made: Form, qtbot: QtBot) -> None:
    made.search.gates["c003"] = threading.Event()
    made.type_in("c003")
    made.press(Qt.Key.Key_Tab)
    assert made.problems[-1] == 'Still looking for "c003"; wait a moment.'
    made.search.gates["c003"].set()
    made.settle(qtbot)
    assert [ref.code for ref in made.values] == ["C003"]
    assert made.problems[-1] == ""
    assert not made.editor.offers()


def test_two_of_one_name_are_never_guessed(made: Form, qtbot: QtBot) -> None:
    made.type_in("twin")
    made.settle(qtbot)
    made.press(Qt.Key.Key_Escape)
    made.next.setFocus()
    assert made.values == []
    assert made.problems[-1].startswith('More than one is called "twin"')


def test_a_new_record_is_begun_with_what_was_typed(made: Form, qtbot: QtBot) -> None:
    made.type_in("Neumann & Co")
    made.settle(qtbot)
    assert made.offered() == ["New: Neumann & Co"]
    made.press(Qt.Key.Key_Return)
    assert made.host.opened == [Link.to("customer", id=None, name="Neumann & Co")]
    assert made.values == []


def test_emptying_the_field_takes_the_record_off(made: Form, qtbot: QtBot) -> None:
    made.editor.put(BUYERS[0][0])
    made.editor.selectAll()
    made.press(Qt.Key.Key_Delete)
    made.settle(qtbot)
    made.press(Qt.Key.Key_Escape)
    made.next.setFocus()
    assert made.values == [None]


@pytest.mark.parametrize("corner", [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
def test_the_offer_lies_whole_on_the_screen(made: Form, qtbot: QtBot, corner: tuple[float, float]) -> None:
    screen = made.window.screen().availableGeometry()
    made.window.resize(180, 90)
    made.window.move(
        QPoint(
            round(corner[0] * (screen.width() - 180)),
            round(corner[1] * (screen.height() - 90)),
        )
    )
    made.press(Qt.Key.Key_Down)
    made.settle(qtbot)
    popup = made.editor._popup
    assert popup.isVisible()
    assert screen.contains(QRect(popup.mapToGlobal(QPoint(0, 0)), popup.size()))
    assert popup.width() >= 400


def test_a_name_that_was_copied_over_two_lines_is_one_name(made: Form, qtbot: QtBot) -> None:
    QApplication.clipboard().setText("青岛蓝湾\n国际\n")
    made.editor.setFocus()
    made.editor.selectAll()
    made.editor.paste()
    made.settle(qtbot)
    assert made.search.asked[-1] == "青岛蓝湾国际"
    made.press(Qt.Key.Key_Return)
    assert [ref.code for ref in made.values] == ["C002"]
