"""Going to a book on the firm's server: asks where it is and who asks, and what to do about an empty or older one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from tradecrm.core.address import Place, ServerAddress, SignIn, read_address
from tradecrm.core.errors import BookEmpty, BookOlder, TradeError
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _

if TYPE_CHECKING:
    from tradecrm.ui.start import Root

MOST_REMEMBERED = 8


class Serving:
    """What the window does about books on servers; a password is handed on and never kept here for long."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._tried: ServerAddress | None = None
        self._given = SignIn()

    def recent(self) -> tuple[ServerAddress, ...]:
        """Answer the addresses opened before on this computer, the last one first."""
        kept = self._root.state.values.get("servers")
        found: list[ServerAddress] = []
        for text in kept if isinstance(kept, list) else []:
            try:
                found.append(read_address(str(text)))
            except Refusal:
                continue
        return tuple(found)

    def trying(self, place: Place | None) -> None:
        """Note what is being opened, so that its failure is answered with the right question."""
        self._tried = place if isinstance(place, ServerAddress) else None

    def opened(self, place: Place) -> None:
        """Remember an address that opened, without its password."""
        if isinstance(place, ServerAddress):
            others = [str(each) for each in self.recent() if each != place]
            self._root.state.set("servers", [str(place), *others][:MOST_REMEMBERED])

    def ask(self) -> None:
        """Ask for a book on a server, and go to it."""
        self._ask("")

    def not_opened(self, error: Exception, *, told: bool = False) -> None:
        """Ask again, offer what helps, or say what went wrong; with ``told`` the window says it already."""
        address = self._tried
        if address is None or not isinstance(error, TradeError | Refusal):
            if not told:
                self._root.presenter.show(error)
        elif isinstance(error, BookEmpty):
            self._offer_new(address, error)
        elif isinstance(error, BookOlder):
            self._offer_upgrade(address, error)
        else:
            self._ask(str(error), address)

    def _ask(self, why: str, address: ServerAddress | None = None) -> None:
        from tradecrm.ui.shell.server_form import ServerForm

        recent = self.recent()
        if address is not None:
            recent = (address, *(each for each in recent if each != address))
        form = ServerForm(self._root.window, recent, why)

        def _go() -> None:
            if form.address is not None:
                self._go(form.address, form.sign_in)

        form.accepted.connect(_go)
        form.open()

    def _go(self, address: ServerAddress, given: SignIn, firm: str = "") -> None:
        from tradecrm.ui.switching import Switching

        self._given = given
        if self._root.rooms.sign_in is not None:
            self._root.rooms.sign_in(address, given)
        switching = Switching(self._root)
        if firm:
            switching.create(address, firm)
        else:
            switching.open_path(address)

    def _offer_new(self, address: ServerAddress, error: Exception) -> None:
        from tradecrm.ui.asking import TextDialog

        question = _("To begin a book there and make its tables, type the name of your firm.")
        TextDialog(
            self._root.window,
            _("New book"),
            _("Name of your firm"),
            _("Begin the book"),
            lambda firm: self._go(address, self._given, firm),
            f"{error}\n{question}",
        ).open()

    def _offer_upgrade(self, address: ServerAddress, error: Exception) -> None:
        question = _("Let the server's administrator make a backup first. Bring the tables up now?")
        self._confirm(
            f"{error}\n\n{question}",
            _("Bring up now"),
            lambda: self._go(address, replace(self._given, upgrade=True)),
        )

    def _confirm(self, text: str, go: str, then: Callable[[], None]) -> None:
        box = QMessageBox(self._root.window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(_("Book on the firm's server"))
        box.setText(text)
        button = box.addButton(go, QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        button.clicked.connect(then)
        box.open()
