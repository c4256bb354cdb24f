"""The list of imports, each of which can be taken back."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import _, ngettext
from tradecrm.services.data.imports import ImportRow, import_runs
from tradecrm.services.data.imports_undo import UndoImport, UndoResult, undo_import
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.lists.empty import EmptyState
from tradecrm.ui.pages.import_work import kind_title
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label


class ImportHistoryPage(Page):
    """Earlier imports: when, by whom, what, how many; the chosen one can be taken back."""

    watches = frozenset({"import_run", "imported_record"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.runs: tuple[ImportRow, ...] = ()
        self.view = TableView(context.theme)
        self.empty = EmptyState(context.theme, "import")
        self.undo_button = QPushButton(_("Undo import"))
        self.undo_button.setIcon(context.theme.icon("undo"))
        self.undo_button.clicked.connect(self.undo)
        new = set_role(QPushButton(_("Import spreadsheet")), "primary")
        new.clicked.connect(lambda: context.open(Link.to("import")))
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 16)
        box.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(text_label(_("Earlier imports"), "title"))
        head.addStretch(1)
        head.addWidget(self.undo_button)
        head.addWidget(new)
        box.addLayout(head)
        card = set_role(QFrame(), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 6, 1, 6)
        inside.addWidget(self.view)
        inside.addWidget(self.empty)
        box.addWidget(card, 1)
        self.view.body.selectionModel().currentChanged.connect(self._enable)

    def title(self) -> str:
        """Answer the title of the tab."""
        return _("Earlier imports")

    def icon(self) -> str:
        """Answer the icon of the tab."""
        return "import"

    def showEvent(self, event: QShowEvent) -> None:
        """Read when shown."""
        super().showEvent(event)
        self.reload()

    def reload(self) -> None:
        """Read again."""
        self.context.ask(import_runs, then=self._on_read, replaces=(id(self), "runs"))

    def _on_read(self, runs: tuple[ImportRow, ...]) -> None:
        self.runs = runs
        columns = (
            TableColumn("at", _("When"), FieldKind.DATETIME),
            TableColumn("kind", _("What")),
            TableColumn("file", _("File")),
            TableColumn("person", _("By")),
            TableColumn("created", _("Records made"), FieldKind.INTEGER),
            TableColumn("undone", _("Taken back"), FieldKind.DATETIME),
        )
        rows = tuple(
            TableRow(
                (run.at, kind_title(run.kind), run.file_name, run.person, run.created, run.undone_at),
                style=RowStyle.NORMAL if run.undone_at is None else RowStyle.MUTED,
            )
            for run in runs
        )
        self.view.show_table(Table("imports", "", "", columns, rows))
        self.view.setVisible(bool(runs))
        self.empty.setVisible(not runs)
        self.empty.say(
            _("Nothing was brought in yet"),
            _("Every import stands here and can be taken back as a whole."),
            [(_("Import a spreadsheet"), lambda: self.context.open(Link.to("import")))],
        )
        self._enable()

    def chosen(self) -> ImportRow | None:
        """Answer the import of the current row that can be taken back, else None."""
        row = self.view.body.currentIndex().row()
        if not 0 <= row < len(self.runs) or self.runs[row].undone_at is not None:
            return None
        return self.runs[row]

    def _enable(self, *_indexes: object) -> None:
        self.undo_button.setEnabled(self.chosen() is not None)

    def undo(self) -> None:
        """Take the chosen import back; what was used since stays and is counted."""
        run = self.chosen()
        if run is not None:
            self.context.perform(
                undo_import, UndoImport(run.id), then=self._on_undone, title=_("Taking the import back")
            )

    def _on_undone(self, result: UndoResult) -> None:
        text = _("{count} records taken back").format(count=result.undone)
        if result.kept:
            stay = len(result.kept)
            more = ngettext("{count} stays, because it was used or changed since",
                            "{count} stay, because they were used or changed since", stay)  # fmt: skip
            text = f"{text}; {more.format(count=stay)}"
        self.context.toast(text)
