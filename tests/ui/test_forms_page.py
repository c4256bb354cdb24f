"""A form from typing to saving: derivation, steps back, problems at fields, conflicts, the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.small_book import Host, small_context
from tests.ui.small_form import Desk, form
from tradecrm.core.links import Link
from tradecrm.core.problems import Problem, Refusal
from tradecrm.ui.context import PageContext
from tradecrm.ui.forms.page import FormPage


@pytest.fixture
def room(tmp_path: Path, qtbot: QtBot) -> Iterator[tuple[PageContext, Host]]:
    with small_context(tmp_path / "book.db", rows=1) as made:
        yield made


def opened(qtbot: QtBot, context: PageContext, desk: Desk, link: Link | None = None) -> FormPage:
    page = FormPage(context, link or Link.to("quotation", id=63), form(desk))
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    qtbot.waitUntil(lambda: page.loaded)
    settle(qtbot, page)
    return page


def settle(qtbot: QtBot, page: FormPage) -> None:
    jobs = page.context.jobs
    qtbot.waitUntil(lambda: not jobs._open)


def type_in(qtbot: QtBot, page: FormPage, key: str, text: str) -> None:
    editor = page.boxes[key].editor
    editor.setFocus(Qt.FocusReason.TabFocusReason)
    if hasattr(editor, "selectAll"):
        editor.selectAll()
    for sign in text:
        # The test driver cannot press keys beyond Latin letters.
        QApplication.sendEvent(
            editor, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
        )


def test_what_is_typed_goes_through_the_draft_into_the_command(
    qtbot: QtBot, room: tuple[PageContext, Host]
) -> None:
    context, host = room
    desk = Desk()
    page = opened(qtbot, context, desk)
    assert page.title() == "QT-2611-0063"
    type_in(qtbot, page, "rate", "７．１")
    type_in(qtbot, page, "place", "Antwerp")
    assert page.title().endswith("•")
    page.save()
    qtbot.waitUntil(lambda: bool(desk.saved))
    settle(qtbot, page)
    assert desk.saved[0].number("rate") == Decimal("7.1")
    assert desk.saved[0].text("place") == "Antwerp"
    assert desk.saved[0].version == 1
    assert page.session.draft.version == 2
    assert page.title() == "QT-2611-0063"
    assert host.toasts == ["The quotation is saved."]


def test_steps_back_take_words_not_letters(qtbot: QtBot, room: tuple[PageContext, Host]) -> None:
    context, _host = room
    page = opened(qtbot, context, Desk())
    type_in(qtbot, page, "place", "Antwerp")
    type_in(qtbot, page, "rate", "8")
    QTest.keyClick(page.boxes["rate"].editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.session.draft.number("rate") == Decimal("7.0000")
    assert page.session.draft.text("place") == "Antwerp"
    page.undo()
    assert page.session.draft.text("place") == "Rotterdam"
    assert page.title() == "QT-2611-0063"
    page.redo()
    assert page.session.draft.text("place") == "Antwerp"


def test_problems_stand_at_their_field_and_nothing_is_sent(
    qtbot: QtBot, room: tuple[PageContext, Host]
) -> None:
    context, _host = room
    desk = Desk()
    page = opened(qtbot, context, desk, Link.to("quotation"))
    assert not any(box.problem.text() for box in page.boxes.values())
    page.save()
    assert page.boxes["buyer"].problem.text() == "Customer is missing."
    type_in(qtbot, page, "deposit", "12x")
    page.boxes["deposit"].editor.commit()
    assert '"12x" is not a number' in page.boxes["deposit"].problem.text()
    type_in(qtbot, page, "valid", "2026-05-19")
    page.save()
    assert page.boxes["valid"].problem.text() == "The quotation would already have expired."
    assert desk.saved == []


def test_a_refusal_is_shown_at_its_cell_and_goes_when_the_cell_changes(
    qtbot: QtBot, room: tuple[PageContext, Host]
) -> None:
    context, _host = room
    desk = Desk()
    page = opened(qtbot, context, desk)
    type_in(qtbot, page, "place", "Antwerp")
    desk.refuse()
    page.save()
    qtbot.waitUntil(lambda: bool(page.session.refused))
    card = page.lines[0]
    assert card.grid.grid.problems == {(1, "quantity"): "Only 500 sets are in stock."}
    assert card.grid.currentIndex().row() == 1
    assert card.problem.text() == "Only 500 sets are in stock."
    card.grid.grid.edited.emit(1, "quantity", Decimal(500))
    assert card.grid.grid.problems == {}


def test_a_refusal_at_no_field_of_the_form_stands_in_the_banner(
    qtbot: QtBot, room: tuple[PageContext, Host]
) -> None:
    context, _host = room
    desk = Desk()
    page = opened(qtbot, context, desk)
    type_in(qtbot, page, "place", "Antwerp")
    said = ("The account has only USD 100.00.", "Take another account.")
    desk.error = Refusal(Problem("amount", sentence) for sentence in said)
    page.save()
    qtbot.waitUntil(lambda: bool(page.session.refused))
    assert page.banner.isVisible()
    assert page.banner.text.text() == " ".join(said), "what is missing, and what to do"
    page.save()
    qtbot.waitUntil(lambda: bool(desk.saved))
    settle(qtbot, page)
    assert not page.banner.isVisible()


def test_a_field_walked_over_and_left_empty_is_no_change(
    qtbot: QtBot, room: tuple[PageContext, Host]
) -> None:
    context, _host = room
    page = opened(qtbot, context, Desk(), Link.to("quotation"))
    page.session.put("place", "")
    assert not page.session.dirty
    page.session.put("place", "Antwerp")
    assert page.session.dirty


def test_what_is_locked_is_not_saved_by_its_shortcut(qtbot: QtBot, room: tuple[PageContext, Host]) -> None:
    """What is posted would be posted once more."""
    context, _host = room
    desk = Desk()
    spec = replace(form(desk), locked=lambda _draft: "This is posted.")
    page = FormPage(context, Link.to("quotation", id=63), spec)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: page.loaded)
    settle(qtbot, page)
    page.boxes["place"].editor.setFocus()
    QTest.keyClick(page.boxes["place"].editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page)
    page.save()
    settle(qtbot, page)
    assert desk.saved == []
    assert not page.saving


@pytest.mark.parametrize(("answer", "place"), [("Show theirs", "Hamburg"), ("Put mine over it", "Antwerp")])
def test_a_conflict_keeps_what_was_typed_and_says_who(
    qtbot: QtBot, room: tuple[PageContext, Host], answer: str, place: str
) -> None:
    context, host = room
    desk = Desk()
    page = opened(qtbot, context, desk)
    type_in(qtbot, page, "place", "Antwerp")
    desk.conflict()
    page.save()
    qtbot.waitUntil(page.banner.isVisible)
    assert page.banner.text.text() == "Wang Fang changed this quotation at 10:12. What you typed is kept."
    assert host.toasts == [], "it is said once"
    assert page.session.draft.text("place") == "Antwerp"
    buttons = {button.text(): button for button in page.banner.findChildren(QPushButton)}
    buttons[answer].click()
    settle(qtbot, page)
    assert page.session.draft.text("place") == place
    assert page.session.draft.version == 9
    assert not page.banner.isVisible()
    if answer == "Show theirs":
        page.undo()
        assert page.session.draft.text("place") == "Antwerp"
        assert page.session.draft.version == 9


def test_enter_goes_through_all_fields_into_the_grid(qtbot: QtBot, room: tuple[PageContext, Host]) -> None:
    context, _host = room
    page = opened(qtbot, context, Desk())
    page.activateWindow()
    editors = [page.boxes[field.key].editor for field in page.spec.sections[0].fields]
    editors[0].setFocus(Qt.FocusReason.TabFocusReason)
    for expected in editors[1:]:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Return)
        assert QApplication.focusWidget() is expected
    QTest.keyClick(editors[-1], Qt.Key.Key_Return)
    assert QApplication.focusWidget() is page.grids()[0]


def test_a_record_is_picked_by_typing(qtbot: QtBot, room: tuple[PageContext, Host]) -> None:
    context, _host = room
    page = opened(qtbot, context, Desk())
    type_in(qtbot, page, "buyer", "青岛")
    settle(qtbot, page)
    QTest.keyClick(page.boxes["buyer"].editor, Qt.Key.Key_Return)
    ref = page.session.draft.ref("buyer")
    assert ref is not None
    assert ref.code == "C002"
    type_in(qtbot, page, "buyer", "nobody")
    settle(qtbot, page)
    page.boxes["buyer"].editor.commit()
    assert 'Nothing is called "nobody"' in page.boxes["buyer"].problem.text()


def test_panels_follow_the_draft(qtbot: QtBot, room: tuple[PageContext, Host]) -> None:
    context, _host = room
    page = opened(qtbot, context, Desk())
    facts = page.panels.cards["profit"]._shown
    assert facts is not None
    assert facts[0].value == "192,727.50"
    page.grids()[0].grid.edited.emit(0, "quantity", Decimal(0))
    changed = page.panels.cards["profit"]._shown
    assert changed is not None
    assert changed[0].value == "135,187.50"


def test_others_changes_are_read_unless_something_is_typed(
    qtbot: QtBot, room: tuple[PageContext, Host]
) -> None:
    context, _host = room
    desk = Desk()
    page = opened(qtbot, context, desk)
    desk.draft = desk.draft.put(place="Hamburg")
    page.reload()
    settle(qtbot, page)
    assert page.session.draft.text("place") == "Hamburg"
    type_in(qtbot, page, "place", "Antwerp")
    desk.draft = desk.draft.put(place="Bremen")
    page.reload()
    settle(qtbot, page)
    assert page.session.draft.text("place") == "Antwerp"
