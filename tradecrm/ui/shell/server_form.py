"""The form that asks for a book on a server: where it is, who asks, and the password; a small dialog."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.address import PORT, ServerAddress, SignIn, checked_address, is_address, read_address
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.ui.asking import AskingDialog, KeyButton, foot_of
from tradecrm.ui.theme import set_role, text_label

_WIDTH = 560


class ServerForm(AskingDialog):
    """Takes the parts of an address; ``address`` and ``sign_in`` are what was typed once it is accepted.

    The name of the server may also be a whole address, which fills the other fields.
    """

    def __init__(self, parent: QWidget, recent: Sequence[ServerAddress], why: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("page")
        self.setWindowTitle(_("Book on the firm's server"))
        self.setFixedWidth(_WIDTH)
        self.address: ServerAddress | None = None
        self.sign_in = SignIn()
        self._recent = tuple(recent)
        self.known = QComboBox()
        self.host, self.port, self.database, self.user, self.password = (QLineEdit() for _field in range(5))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.port.setPlaceholderText(str(PORT))
        self.keep = QCheckBox(_("Keep the password in this computer's key store"))
        self.problem = text_label(why, "problem", wrap=True)
        self.problem.setVisible(bool(why))
        self.open_button = set_role(KeyButton(_("Open the book")), "primary")
        self._lay_out()
        self.host.editingFinished.connect(self._take_apart)
        self.open_button.clicked.connect(self.accept)
        if self._recent:
            self._show(0)
            self.password.setFocus()
        self._begun = self._texts()

    def _texts(self) -> tuple[str, ...]:
        fields = (self.host, self.port, self.database, self.user, self.password)
        return tuple(field.text() for field in fields)

    def typed(self) -> bool:
        """Tell whether anything was typed over what stood there."""
        return self._texts() != self._begun

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        words = _(
            "A firm with several people keeps its book in a PostgreSQL database. Its administrator knows these."
        )
        column.addWidget(text_label(words, "muted", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        rows: list[tuple[str, QWidget]] = [
            (_("Server"), self._server_row()),
            (_("Database"), self.database),
            (_("User name"), self.user),
            (_("Password"), self.password),
        ]
        if len(self._recent) > 1:
            self.known.addItems([str(each) for each in self._recent])
            self.known.activated.connect(self._show)
            rows.insert(0, (_("Opened before"), self.known))
        for place, (title, widget) in enumerate(rows):
            label = text_label(title, "muted")
            label.setBuddy(self.host if place == len(rows) - 4 else widget)
            grid.addWidget(label, place, 0)
            grid.addWidget(widget, place, 1)
            widget.setAccessibleName(title)
        self.host.setAccessibleName(_("Server"))
        self.port.setAccessibleName(_("Port number"))
        column.addLayout(grid)
        column.addWidget(self.keep)
        column.addWidget(self.problem)
        column.addLayout(foot_of(self, self.open_button))

    def _server_row(self) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.port.setFixedWidth(64)
        row.addWidget(self.host, 1)
        row.addWidget(text_label(_("Port number"), "muted"))
        row.addWidget(self.port)
        return whole

    def _show(self, place: int) -> None:
        self._fill(self._recent[place])
        self._begun = self._texts()

    def _fill(self, address: ServerAddress) -> None:
        self.host.setText(address.host)
        self.port.setText("" if address.port == PORT else str(address.port))
        self.database.setText(address.database)
        self.user.setText(address.user)
        for field in (self.host, self.database, self.user):
            field.setCursorPosition(0)

    def _take_apart(self) -> None:
        """Spread a whole address, pasted where the server's name goes, over the fields."""
        typed = self.host.text().strip()
        if not is_address(typed):
            return
        try:
            self._fill(read_address(typed))
        except Refusal as refusal:
            self._say(refusal)

    def accept(self) -> None:
        """Take what was typed, or say at which field something is missing."""
        self._take_apart()
        try:
            self.address = checked_address(
                self.host.text(), self.port.text(), self.database.text(), self.user.text()
            )
        except Refusal as refusal:
            self._say(refusal)
            return
        typed = self.password.text()
        self.sign_in = SignIn(typed or None, self.keep.isChecked() if typed else None)
        super().accept()

    def _say(self, refusal: Refusal) -> None:
        problem = refusal.problems[0]
        self.problem.setText(problem.message)
        self.problem.show()
        self.fit()
        fields = {"host": self.host, "port": self.port, "database": self.database, "user": self.user}
        fields.get(problem.field, self.host).setFocus()
