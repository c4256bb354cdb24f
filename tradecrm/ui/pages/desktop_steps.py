"""What to do first in an empty book: four steps, each with its button; done ones carry a check mark."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.services.control.first_steps import FirstSteps
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.theme import set_role, text_label


class StepsCard(QFrame):
    """Shown until there is a customer and a contract."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        set_role(self, "card")
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(4)
        column.addWidget(text_label(_("Begin here"), "section"))
        words = _("This book is empty. Four steps, in any order, and the figures below fill themselves.")
        column.addWidget(text_label(words, "muted", wrap=True))
        column.addSpacing(8)
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        column.addLayout(self._row)

    def show_steps(self, steps: FirstSteps) -> None:
        """Show the steps and which are done."""
        empty(self._row)
        customers = (_("Import a spreadsheet"), Link.to("import")), (_("New customer"), Link.to("customer"))
        self._add(_("1. Bring in your customers"), customers, done=steps.customers)
        accounts = ((_("Open an account"), Link.to("account_form")),)
        self._add(_("2. Enter your bank accounts"), accounts, done=steps.accounts)
        rates = ((_("Enter a rate"), Link.to("rates")),)
        self._add(_("3. Enter the rates you use"), rates, done=steps.rates)
        contracts = ((_("New contract"), Link.to("contract")),)
        self._add(_("4. Draw up a contract"), contracts, done=steps.contracts)

    def _add(self, title: str, links: tuple[tuple[str, Link], ...], *, done: bool) -> None:
        tile = set_role(QFrame(), "tile")
        column = QVBoxLayout(tile)
        column.setContentsMargins(14, 12, 14, 12)
        head = QHBoxLayout()
        head.addWidget(text_label(title, "muted" if done else "strong", wrap=True), 1)
        if done:
            mark = QLabel()
            mark.setPixmap(self._context.theme.icon("check", "good").pixmap(QSize(16, 16)))
            mark.setAccessibleName(_("done"))
            head.addWidget(mark)
        column.addLayout(head)
        column.addStretch(1)
        for number, (text, link) in enumerate(links):
            button = set_role(QPushButton(text), "primary" if number == 0 and not done else "")
            button.clicked.connect(lambda _checked=False, to=link: self._context.open(to))
            column.addWidget(button)
        self._row.addWidget(tile, 1)
