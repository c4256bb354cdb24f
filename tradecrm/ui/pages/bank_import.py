"""Bringing a bank statement in: choose the file, say what it leaves open, look at the rows, bring them in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.bank_rows import BankFile
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.progress import Progress
from tradecrm.core.text import _, ngettext
from tradecrm.importing.bank_heads import FIELD_TITLES, BankField
from tradecrm.importing.bank_table import BankTable, day_example
from tradecrm.importing.encoding import ENCODINGS
from tradecrm.screens.money.bank_import import (
    SUFFIXES,
    Guessed,
    OpenedBank,
    accounts_shown,
    guess_account,
    import_command,
    look_over,
    open_bank_file,
    raw_table,
    read_opened,
    statement_table,
    with_columns,
    with_kept,
)
from tradecrm.services.money.statements import ImportedStatement, StatementPreview, import_statement
from tradecrm.ui.asking import may_drop
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.file_card import FileCard
from tradecrm.ui.forms.head import Banner
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

_SIDE = 380


class _Drop(FileCard):
    """Where a statement is chosen, or dropped."""

    def __init__(self, context: PageContext) -> None:
        formats = _("Excel and CSV as the bank gives them, OFX, CAMT.053, MT940")
        super().__init__(context, "bank", _("Drop a bank statement here, or choose it"), formats)
        self.choose.clicked.connect(self.ask)
        middle = Qt.AlignmentFlag.AlignHCenter
        self.box.addWidget(self.choose, 0, middle)
        seen = text_label(_("Nothing is written before you have seen the rows."), "muted")
        self.box.addWidget(seen, 0, middle)
        self.box.addStretch(2)

    def ask(self) -> None:
        """Ask for a file."""
        self.ask_for(SUFFIXES, _("Choose a bank statement"), _("Bank statements ({pattern})"))


class _Columns(QFrame):
    """What each column of a table holds; ``changed`` when the person said it anew."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "card")
        self.fields: dict[int, QComboBox] = {}
        self.order = QComboBox()
        self.order_label = text_label("", "warn", wrap=True)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for title, key in ((_("day first (31/12/2026)"), "dmy"), (_("month first (12/31/2026)"), "mdy")):
            self.order.addItem(title, key)
        self.order.activated.connect(self.changed)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 4, 10)
        box.addWidget(text_label(_("What each column holds"), "section"))
        box.addWidget(self.order_label)
        box.addWidget(self.order)
        box.addWidget(self.area, 1)

    def show_table(self, table: BankTable) -> None:
        """Show the columns of a table, and ask about its dates where they can be read two ways."""
        self.fields = {}
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 4, 8, 4)
        grid.setHorizontalSpacing(10)
        grid.setColumnStretch(0, 1)
        for column, head in enumerate(table.heads):
            combo = QComboBox()
            combo.addItem(_("not used"), "")
            for field, title in FIELD_TITLES.items():
                combo.addItem(_(title), field.value)
            known = table.layout.fields.get(column)
            combo.setCurrentIndex(0 if known is None else combo.findData(known.value))
            combo.activated.connect(self.changed)
            combo.setAccessibleName(head)
            label = text_label(head or _("Column {letters}").format(letters=column + 1), wrap=True)
            grid.addWidget(label, column, 0)
            grid.addWidget(combo, column, 1, Qt.AlignmentFlag.AlignTop)
            self.fields[column] = combo
        grid.setRowStretch(len(table.heads), 1)
        self.area.setWidget(body)
        example = day_example(table.sheet, table.layout)
        for widget in (self.order_label, self.order):
            widget.setVisible(bool(example))
        sentence = _("Dates such as {example}: does the day or the month come first?")
        self.order_label.setText(sentence.format(example=example))
        self.order.setCurrentIndex(self.order.findData(table.layout.day_order))

    def chosen(self) -> dict[int, BankField]:
        """Answer column → field as they are chosen."""
        found = {column: str(combo.currentData()) for column, combo in self.fields.items()}
        return {column: BankField(key) for column, key in found.items() if key}


class BankImportPage(Page):
    """The page in a tab; the link may carry ``account``."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.opened: OpenedBank | None = None
        self.file: BankFile | None = None
        self.path = Path()
        self._said_anew = self._with_alike = False
        self.banner = Banner()
        self.drop = _Drop(context)
        self.columns = _Columns()
        self.preview = TableView(context.theme)
        self.accounts, self.encodings, self.statements = QComboBox(), QComboBox(), QComboBox()
        self.accounts.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.accounts.setMinimumContentsLength(18)
        self.encoding_label = text_label(_("Encoding"), "muted")
        self.says = text_label("", "muted", wrap=True)
        self.again = QPushButton(_("Another file"))
        self.go = set_role(QPushButton(_("Bring in")), "primary")
        self.stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._to_start()

    def _lay_out(self) -> None:
        for codec, title in ENCODINGS:
            self.encodings.addItem(title, codec)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 16)
        box.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(text_label(self.title(), "title"))
        head.addStretch(1)
        self.account_label = text_label(_("Account"), "muted")
        in_order: tuple[QWidget, ...] = (
            self.encoding_label, self.encodings, self.statements, self.account_label, self.accounts,
            self.again, self.go,
        )  # fmt: skip
        for widget in in_order:
            head.addWidget(widget)
        box.addLayout(head)
        box.addWidget(self.banner)
        box.addWidget(self.says)
        shown = QWidget()
        middle = QHBoxLayout(shown)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(12)
        card = set_role(QFrame(), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 6, 1, 6)
        inside.addWidget(self.preview)
        self.columns.setFixedWidth(_SIDE)
        middle.addWidget(card, 1)
        middle.addWidget(self.columns)
        self.stack.addWidget(self.drop)
        self.stack.addWidget(shown)
        box.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.drop.chosen.connect(lambda path: self.read(Path(path)))
        self.columns.changed.connect(self._on_columns)
        self.accounts.activated.connect(self._on_asked)
        self.statements.activated.connect(self._on_statement)
        self.encodings.activated.connect(lambda: self.read(self.path, str(self.encodings.currentData())))
        self.again.clicked.connect(self._to_start)
        self.go.clicked.connect(self.bring_in)

    def title(self) -> str:
        """Answer the title of the tab."""
        return _("Bring in a bank statement")

    @property
    def unsaved(self) -> bool:
        """Tell whether columns were said by hand of a statement that is not brought in."""
        return self._said_anew

    def leave(self) -> bool:
        """Ask before what was said of the columns is dropped."""
        return not self.unsaved or may_drop(self)

    def icon(self) -> str:
        """Answer the icon of the tab."""
        return "import"

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard where the work begins."""
        super().showEvent(event)
        if self.opened is None:
            self.drop.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_start(self) -> None:
        self.opened = self.file = None
        self._said_anew = False
        self.stack.setCurrentIndex(0)
        self.banner.say("")
        self.says.setText("")
        for widget in (
            self.encoding_label, self.encodings, self.statements, self.account_label, self.accounts,
            self.again, self.go, self.says,
        ):  # fmt: skip
            widget.hide()

    def read(self, path: Path, encoding: str | None = None) -> None:
        """Read a file off the GUI thread, and show what was found."""
        progress = Progress()
        self.path = path
        self.banner.say(_("Reading {file}…").format(file=path.name), [(_("Stop"), progress.stop)])
        self.context.jobs.read(
            lambda: open_bank_file(path, progress, encoding),
            then=self._on_read,
            failed=self._on_failed,
            progress=progress,
            replaces=(id(self), "read"),
            name="read_bank_file",
        )

    def _on_failed(self, error: Exception) -> None:
        self.banner.say("\n".join(p.message for p in getattr(error, "problems", ())) or str(error))

    def _on_read(self, opened: OpenedBank) -> None:
        self.opened = opened
        self.banner.say("")
        self.stack.setCurrentIndex(1)
        for widget in (self.account_label, self.accounts, self.again, self.go):
            widget.show()
        text = bool(opened.source.encoding)
        self.encodings.setCurrentIndex(self.encodings.findData(opened.source.encoding))
        self.encodings.setVisible(text)
        self.encoding_label.setVisible(text)
        self.statements.clear()
        for number, each in enumerate(opened.source.statements):
            self.statements.addItem(" ".join((each.number or str(number + 1), each.currency)), number)
        self.statements.setVisible(len(opened.source.statements) > 1)
        account = self.link().param("account")
        wanted = None if account is None else int(account)
        self.context.ask(
            guess_account, opened, wanted, then=self._on_guessed, failed=self._on_unguessed,
            replaces=(id(self), "guess"),
        )  # fmt: skip

    def _on_unguessed(self, _error: Exception) -> None:
        """Show the table all the same when its rows cannot be read; the person says how."""
        self.context.ask(
            accounts_shown,
            then=lambda all_: self._on_guessed(Guessed(None, all_, "")),
            replaces=(id(self), "guess"),
        )

    def _on_guessed(self, guessed: Guessed) -> None:
        if self.opened is None:
            return
        self.opened = with_kept(self.opened, guessed.layout)
        self.accounts.clear()
        for key, name in guessed.accounts:
            self.accounts.addItem(name, key)
        place = self.accounts.findData(guessed.account_id)
        self.accounts.setCurrentIndex(place)
        self.accounts.setPlaceholderText(_("Choose the account"))
        table = self.opened.table
        self.columns.setVisible(table is not None)
        if table is not None:
            self.columns.show_table(table)
        self._look()

    def _on_asked(self, _place: int) -> None:
        self._look()

    def _on_statement(self, number: int) -> None:
        if self.opened is not None:
            self.opened = OpenedBank(self.opened.source, self.opened.sha256, number)
            self._look()

    def _on_columns(self) -> None:
        if self.opened is not None:
            order = str(self.columns.order.currentData() or "")
            self._said_anew = True
            self.opened = with_columns(self.opened, self.columns.chosen(), order)
            self._look()

    def _look(self) -> None:
        """Read the rows as they would be brought in, off the GUI thread."""
        opened = self.opened
        assert opened is not None
        self.file = None
        self.go.setEnabled(False)
        self.context.jobs.read(
            lambda: read_opened(opened),
            then=self._on_rows,
            failed=self._on_failed,
            replaces=(id(self), "rows"),
            name="read_table",
        )

    def _on_rows(self, answer: tuple[BankFile | None, tuple[str, ...]]) -> None:
        """Show the rows, or the table as the file has it and what stands against it; ask the book about them."""
        self.file, problems = answer
        self.banner.say("\n".join(problems))
        table = None if self.opened is None else self.opened.table
        if self.file is None:
            if table is not None:
                self.preview.show_table(raw_table(table))
            self._say([])
            return
        self._with_alike = False
        self.preview.show_table(statement_table(self.file, self.file.currency))
        account = self.accounts.currentData()
        if account is None:
            self._say([_("Choose the account this statement is of.")])
            return
        self.context.ask(
            look_over, int(account), self.file, then=self._on_looked, failed=self._on_failed,
            replaces=(id(self), "look"),
        )  # fmt: skip

    def _say(self, sentences: list[str]) -> None:
        self.says.setText("\n".join(sentences))
        self.says.setVisible(bool(sentences))

    def _on_looked(self, found: StatementPreview) -> None:
        file = self.file
        if file is None:
            return
        first, last = file.first_day(), file.last_day()
        added = found.added + (len(found.alike) if self._with_alike else 0)
        words = [
            ngettext(
                "{count} new row, {first} to {last}", "{count} new rows, {first} to {last}", added
            ).format(count=added, first=first, last=last)
        ]
        if file.opening is not None and file.closing is not None and file.currency:
            words.append(
                _("from {opening} to {closing}").format(
                    opening=format_money(file.opening, file.currency),
                    closing=format_money(file.closing, file.currency),
                )
            )
        self._say([", ".join(words)])
        self.preview.show_table(statement_table(file, file.currency, found))
        self.banner.say("\n".join(found.warnings), self._answers(found))
        self.go.setEnabled(added > 0)
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answers(self, found: StatementPreview) -> list[tuple[str, Callable[[], None]]]:
        """Offer to bring in what only looks as if the book had it, and to leave it out again."""
        if not found.alike:
            return []

        def turn() -> None:
            self._with_alike = not self._with_alike
            self._on_looked(found)

        return [(_("Leave them out") if self._with_alike else _("Bring them in all the same"), turn)]

    def bring_in(self) -> None:
        """Bring the rows in, and go on to match them."""
        account = self.accounts.currentData()
        if self.opened is None or self.file is None or account is None:
            return
        self.go.setEnabled(False)
        self.context.perform(
            import_statement,
            import_command(self.opened, int(account), self.file, self._with_alike),
            then=lambda done: self._on_done(int(account), done),
            failed=lambda _error: self.go.setEnabled(True),
            title=_("Bring in"),
        )

    def _on_done(self, account: int, done: ImportedStatement) -> None:
        text = ngettext("{count} row is brought in.", "{count} rows are brought in.", done.added)
        self.context.toast(text.format(count=done.added))
        self._to_start()
        self.context.open(Link.to("bank_desk", account=account))
