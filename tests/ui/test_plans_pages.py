"""Payment reminders, statements, promises and explained figures on the screen (sections 3.6 to 3.8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.money_kit import Invoice, enter_item
from tests.services.trading_kit import Deal
from tests.ui.money_book import Room, make_trading_book, room_of
from tradecrm.core.links import Link
from tradecrm.models import DueChange, Dunning, Instalment, Promise
from tradecrm.services.work import Reader
from tradecrm.ui.pages.dunning import DunningPage
from tradecrm.ui.pages.letter import LetterDialog
from tradecrm.ui.pages.money_card import ItemPage
from tradecrm.ui.pages.report_view import habit
from tradecrm.ui.pages.statement import StatementPage
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.printing import PrintDialog

DAY = timedelta(days=1)
PATIENCE = 60_000
"""Milliseconds: the first paper loads fonts, on a machine at work."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Deal]:
    folder = tmp_path_factory.mktemp("plans")
    return folder / "trading.tcrm", make_trading_book(folder)


@pytest.fixture
def room(made: tuple[Path, Deal], tmp_path: Path, qtbot: QtBot) -> Iterator[Room]:
    with room_of(made[0], tmp_path / "book.tcrm", made[1], qtbot) as opened:
        yield opened


def owe(room: Room) -> int:
    """Let the customer owe two instalments, 12 days late and 5 days before they are due; answers the item."""
    from decimal import Decimal

    parts = ((Decimal(300), TODAY - 12 * DAY), (Decimal(700), TODAY + 5 * DAY))
    command = Invoice(room.deal.customer, TODAY - 40 * DAY, Decimal(1000), number="CI-77", due=parts)
    return room.context.seat.perform(enter_item, command).value


def test_a_letter_is_read_in_both_languages_and_recorded_as_sent(room: Room) -> None:
    owe(room)
    page = room.page(Link.to("dunning"))
    assert isinstance(page, DunningPage)
    room.qtbot.waitUntil(lambda: bool(page.due.cases))
    assert page.letter.text().startswith("Subject: Second payment reminder: CI-77")
    page.letter.choose("zh")
    assert "二次催款函" in page.letter.text()
    page.letter.copy()
    assert "CI-77" in QApplication.clipboard().text()
    room.context.changed.connect(page.reload)
    page.record()
    room.qtbot.waitUntil(lambda: not page.due.cases, timeout=PATIENCE)
    assert not page.sent.isEnabled()

    def sent(reader: Reader) -> list[tuple[int, str]]:
        return [(row.stage, row.text) for row in reader.session.scalars(select(Dunning))]

    rows = room.context.seat.ask(sent)
    assert [stage for stage, _text in rows] == [4, 1]
    assert all("二次催款函" in text for _stage, text in rows)


def test_the_chosen_instalment_is_promised_and_dated_anew(room: Room) -> None:
    item = owe(room)
    page = room.page(Link.to("receivable", id=item))
    assert isinstance(page, ItemPage)
    room.qtbot.waitUntil(lambda: page.card is not None)
    room.context.changed.connect(page.reload)
    page.parts.body.setCurrentIndex(page.parts.body.table.index(1, 0))
    assert page.promise.isVisible()
    page.promise.click()
    dialog = page.findChild(OperationDialog)
    assert dialog is not None
    room.qtbot.waitUntil(lambda: dialog.loaded)
    assert dialog.focusWidget() is dialog.boxes["promised_on"].editor, "the first field that asks"
    dialog.session.put("promised_on", TODAY + 9 * DAY)
    dialog.commit()
    room.qtbot.waitUntil(lambda: page.card is not None and page.card.parts[1].promised_on == TODAY + 9 * DAY)
    page.parts.body.setCurrentIndex(page.parts.body.table.index(0, 0))
    page.redate.click()
    dated = page.findChildren(OperationDialog)[-1]
    room.qtbot.waitUntil(lambda: dated.loaded)
    dated.session.put("due_on", TODAY + 20 * DAY)
    dated.commit()
    assert dated.boxes["reason"].problem.text() or not dated.isHidden(), "a reason is wanted"
    dated.session.put("reason", "Goods were late")
    dated.commit()
    room.qtbot.waitUntil(lambda: page.card is not None and page.card.parts[0].due_on == TODAY + 20 * DAY)

    def kept(reader: Reader) -> tuple[int, list[str]]:
        promises = reader.session.scalars(select(Promise.instalment_id)).all()
        part = reader.session.scalars(select(Instalment.id).where(Instalment.item_id == item)).all()
        assert set(promises) <= set(part)
        return len(promises), list(reader.session.scalars(select(DueChange.reason).order_by(DueChange.id)))

    assert room.context.seat.ask(kept) == (1, ["", "Goods were late"])


def test_a_statement_opens_its_paper_its_mail_text_and_those_of_everyone(room: Room, tmp_path: Path) -> None:
    page = room.page(Link.to("report/party_statement", party=room.deal.customer))
    assert isinstance(page, StatementPage)
    room.qtbot.waitUntil(lambda: page.report.table is not None)
    room.qtbot.waitUntil(page.paper.isEnabled)
    page.open_paper()
    link = room.host.opened[-1]
    assert (link.target, link.param("kind"), link.param("id")) == ("paper", "statement", room.deal.customer)
    assert link.param("side") == "AR"
    page.open_mail()
    room.qtbot.waitUntil(lambda: page.findChild(LetterDialog) is not None)
    assert "The balance is USD 1,220.00." in page.findChild(LetterDialog).pane.text()  # type: ignore[union-attr]
    page.ask_all()
    room.qtbot.waitUntil(lambda: page.findChild(PrintDialog) is not None)
    dialog: Any = page.findChild(PrintDialog)
    dialog.folder.setText(str(tmp_path / "all"))
    dialog.begin()
    room.qtbot.waitUntil(lambda: dialog.result_shown is not None, timeout=PATIENCE)
    assert [path.suffix for path in (tmp_path / "all").iterdir()] == [".pdf"]


def test_a_figure_offers_how_it_comes_about_and_edges_are_remembered(room: Room) -> None:
    page = room.page(Link.to("report/aging"))
    room.qtbot.waitUntil(lambda: page.report.table is not None)  # type: ignore[attr-defined]
    report = page.report  # type: ignore[attr-defined]
    assert report.view.body.contextMenuPolicy().name == "CustomContextMenu"
    menu = report.menu.menu(0, 2)
    titles = [action.text() for action in menu.actions()]
    assert titles == ["Open", "How this figure comes about", "Copy"]
    menu.actions()[1].trigger()
    link = room.host.opened[-1]
    assert (link.target, link.param("figure"), link.param("party")) == (
        "report/explained",
        "aging",
        room.deal.customer,
    )
    report.bar.values = {**report.bar.values, "edges": "15,45"}
    report.run()
    edges = next(param for param in report.spec.params if param.key == "edges")
    room.qtbot.waitUntil(lambda: room.context.habits.get(habit(edges)) == "15,45")
    again = room.page(Link.to("report/aging"))
    room.qtbot.waitUntil(lambda: again.report.table is not None)  # type: ignore[attr-defined]
    assert "16–45" in [column.title for column in again.report.table.columns]  # type: ignore[attr-defined]
