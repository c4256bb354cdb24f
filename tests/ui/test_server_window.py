"""A book on the firm's server in the window: asked for, refused in words, begun; no password in any file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.services.conftest import TODAY
from tests.services.server_kit import LOCKED, Databases
from tradecrm.app import window_rooms
from tradecrm.core.address import ServerAddress
from tradecrm.core.clock import FixedClock
from tradecrm.core.links import Link
from tradecrm.ui.asking import TextDialog
from tradecrm.ui.pages.settings_backups import BackupsPanel
from tradecrm.ui.shell.server_form import ServerForm
from tradecrm.ui.shell.state import ShellState
from tradecrm.ui.start import Root, _still_there

LONG = 60_000
SECRET = "right horse"


@pytest.fixture
def firm(databases: Databases) -> Iterator[ServerAddress]:
    """Answer the address of a blank book for a person who needs a password."""
    address = databases.copy()
    with databases.server.admin(address.database) as connection:
        for what in ("TABLES", "SEQUENCES"):
            connection.execute(f"GRANT ALL ON ALL {what} IN SCHEMA public TO {LOCKED}")
    yield databases.server.address(address.database, LOCKED)
    databases.drop(address)


@pytest.fixture
def root(qapp: QApplication, tmp_path: Path) -> Iterator[Root]:
    clock = FixedClock.on(TODAY)
    made = Root(qapp, window_rooms(clock), clock, ShellState(tmp_path / "window.json"))
    yield made
    made.close()
    made.window.deleteLater()
    qapp.setStyleSheet("")


def form(root: Root, qtbot: QtBot) -> ServerForm:
    """Answer the form that stands there now."""

    def there() -> list[ServerForm]:
        return [each for each in root.window.findChildren(ServerForm) if each.isVisible()]

    qtbot.waitUntil(lambda: len(there()) == 1, timeout=LONG)
    return there()[0]


def test_a_password_opens_the_book_and_stands_in_no_file(
    root: Root, qtbot: QtBot, firm: ServerAddress, tmp_path: Path
) -> None:
    root.start(None)
    qtbot.waitUntil(lambda: root.window.welcoming, timeout=LONG)
    root.serving.ask()
    first = form(root, qtbot)
    first.open_button.click()
    assert first.problem.text() == "Give the name or the address of the server."
    first.host.setText(str(firm))
    first.password.setText("wrong horse")
    first.open_button.click()
    again = form(root, qtbot)
    assert again is not first
    assert "does not let locked in with this password" in again.problem.text()
    assert (again.host.text(), again.database.text(), again.user.text()) == (
        firm.host,
        firm.database,
        LOCKED,
    )
    again.password.setText(SECRET)
    again.open_button.click()
    qtbot.waitUntil(lambda: root.opened is not None and root.jobs.idle, timeout=LONG)
    assert root.opened is not None
    assert root.opened.book.place == firm
    root.state.save()
    kept = ShellState(tmp_path / "window.json")
    assert _still_there(kept.text("book")) == firm
    assert root.serving.recent() == (firm,)
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file())
    assert "horse" not in written
    assert "horse" not in root.window.windowTitle()
    root.window.open_link(Link.to("settings"))
    page = root.window.tabs.front_page()
    assert page is not None
    panel = page.findChild(BackupsPanel)
    assert panel is not None
    assert "administrator makes its backups" in panel._folder.text()
    assert not [each for each in panel.findChildren(QPushButton) if each.isVisibleTo(panel)]
    assert root.keeper is not None
    assert root.keeper.may_close()


def test_an_empty_database_becomes_a_book_only_when_a_firm_is_named(
    root: Root, qtbot: QtBot, databases: Databases
) -> None:
    empty = databases.empty()
    try:
        root.start(None)
        qtbot.waitUntil(lambda: root.window.welcoming, timeout=LONG)
        root.serving.ask()
        first = form(root, qtbot)
        first.host.setText(str(empty))
        first.open_button.click()

        def asked() -> list[TextDialog]:
            return [each for each in root.window.findChildren(TextDialog) if each.isVisible()]

        qtbot.waitUntil(lambda: len(asked()) == 1, timeout=LONG)
        assert "is empty: there is no book in it yet" in asked()[0].words.text()
        asked()[0].field.setText("Yiwu Lantern")
        asked()[0].accept()
        qtbot.waitUntil(lambda: root.opened is not None and root.jobs.idle, timeout=LONG)
        assert root.opened is not None
        assert root.opened.firm == "Yiwu Lantern"
        root.opened.book.close()
        root.opened = None
    finally:
        databases.drop(empty)
