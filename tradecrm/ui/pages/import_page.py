"""The import wizard: choose a file, say what its columns hold, look at the rows, bring them in, undo."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTemporaryDir
from PySide6.QtGui import QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.errors import Stopped
from tradecrm.core.links import Link
from tradecrm.core.progress import Progress
from tradecrm.core.text import _
from tradecrm.importing.plan import ImportDraft, SheetPlan, plan_sheet, with_mapping, with_styles
from tradecrm.services.data.imports import ImportBatch, ImportResult, run_import
from tradecrm.services.data.imports_undo import KeptRecord, UndoImport, UndoResult, undo_import
from tradecrm.services.data.safekeeping import BackupRow
from tradecrm.ui.asking import may_drop
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.file_card import FileCard
from tradecrm.ui.forms.head import Banner
from tradecrm.ui.pages.import_check import CheckStep, ResultStep
from tradecrm.ui.pages.import_columns import ColumnsStep
from tradecrm.ui.pages.import_work import (
    KINDS,
    SUFFIXES,
    Opened,
    draft_of,
    kind_title,
    read_and_plan,
    refusal_reasons,
    save_refused,
    usable_sheets,
)
from tradecrm.ui.theme import set_role, text_label

LISTS = {
    "customers": "customers",
    "products": "products",
    "rates": "rates",
    "accounts": "bank_accounts",
    "open_receivables": "notes",
    "open_payables": "notes",
}


class FileStep(FileCard):
    """Where a spreadsheet is chosen, or dropped, and said what it holds."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(
            context,
            "import",
            _("Drop a spreadsheet here, choose it, or paste its rows"),
            _("Excel (xlsx, xls), OpenDocument (ods), text tables (csv, tsv) and tables in web pages"),
        )
        self.choose.clicked.connect(self.ask)
        self.kind = QComboBox()
        for key, title in KINDS:
            self.kind.addItem(_(title), key)
        self.history = set_role(QPushButton(_("Earlier imports")), "link")
        self.history.clicked.connect(lambda: context.open(Link.to("imports")))
        middle = Qt.AlignmentFlag.AlignHCenter
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(text_label(_("It holds"), "muted"))
        row.addWidget(self.kind)
        row.addWidget(self.choose)
        row.addStretch(1)
        self.box.addLayout(row)
        safe = text_label(_("Nothing is written before you have seen every row."), "muted")
        self.box.addWidget(safe, 0, middle)
        self.box.addWidget(self.history, 0, middle)
        self.box.addStretch(2)

    def ask(self) -> None:
        """Ask for a file."""
        self.ask_for(SUFFIXES, _("Choose a spreadsheet"), _("Tables ({pattern})"))


class ImportPage(Page):
    """The wizard in a tab; the link carries ``kind``, and ``paste`` to begin with the rows on the clipboard."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._paste = bool(link.param("paste"))
        # A tab that comes back at the next start must not read what the clipboard holds then.
        self._link = Link.to("import", kind=link.param("kind") or "customers")
        self._pasted: QTemporaryDir | None = None
        self._said = False
        self.opened: Opened | None = None
        self.plan: SheetPlan | None = None
        self.draft: ImportDraft | None = None
        self.trial: ImportResult | None = None
        self.result: ImportResult | None = None
        self.backup: BackupRow | None = None
        self.heading = text_label("", "title")
        self.steps = text_label("", "muted")
        self.banner = Banner()
        self.back = QPushButton(_("Back"))
        self.go = set_role(QPushButton(_("Check the rows")), "primary")
        self.file = FileStep(context)
        self.columns = ColumnsStep(context)
        self.check = CheckStep(context)
        self.done = ResultStep()
        self.stack = QStackedWidget()
        for step in (self.file, self.columns, self.check, self.done):
            self.stack.addWidget(step)
        kind = self.file.kind.findData(str(link.param("kind") or "customers"))
        self.file.kind.setCurrentIndex(max(0, kind))
        self._lay_out()
        self._connect()
        self._to(self.file)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 16)
        box.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.heading)
        head.addWidget(self.steps)
        head.addStretch(1)
        head.addWidget(self.back)
        head.addWidget(self.go)
        box.addLayout(head)
        box.addWidget(self.banner)
        box.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.file.chosen.connect(lambda path: self.read(Path(path)))
        self.columns.changed.connect(self._on_said)
        self.columns.sheet_chosen.connect(self._on_sheet)
        self.columns.encoding_chosen.connect(self._on_encoding)
        self.columns.header_chosen.connect(self._on_header)
        self.check.mode_changed.connect(self.try_out)
        self.back.clicked.connect(self._go_back)
        self.go.clicked.connect(self._go_on)
        self.done.open_list.clicked.connect(lambda: self.context.open(Link.to(LISTS[self.kind()])))
        self.done.again.clicked.connect(partial(self._to, self.file))
        self.done.undo.clicked.connect(self.undo)
        self.done.save_refused.clicked.connect(self._ask_where)

    def kind(self) -> str:
        """Answer what is brought in."""
        return str(self.file.kind.currentData())

    def title(self) -> str:
        """Answer the title of the tab."""
        return _("Import: {kind}").format(kind=kind_title(self.kind()))

    @property
    def unsaved(self) -> bool:
        """Tell whether rows were pasted, or columns said by hand, and nothing was brought in of it."""
        waiting = self.stack.currentWidget() in (self.columns, self.check)
        return waiting and (self._said or self._pasted is not None)

    def leave(self) -> bool:
        """Ask before pasted rows and what was said of the columns are dropped."""
        return not self.unsaved or may_drop(self)

    def icon(self) -> str:
        """Answer the icon of the tab."""
        return "import"

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard where the work begins."""
        super().showEvent(event)
        if self.stack.currentWidget() is self.file:
            self.file.choose.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._paste:
            self._paste = False
            self.paste()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+V takes the rows of the clipboard while no file is chosen yet."""
        if event.matches(QKeySequence.StandardKey.Paste) and self.stack.currentWidget() is self.file:
            self.paste()
        else:
            super().keyPressEvent(event)

    def paste(self) -> None:
        """Read the clipboard as a table: the rows copied in a spreadsheet, or the file copied in a folder."""
        held = QApplication.clipboard().mimeData()
        files = [url.toLocalFile() for url in held.urls() if url.isLocalFile()] if held.hasUrls() else []
        if files:
            self.read(Path(files[0]))
            return
        text = held.text() if held.hasText() else ""
        if not text.strip():
            self.banner.say(_("The clipboard holds no rows. Copy them in Excel together with their titles."))
            return
        # The reader takes files only, in a process of its own; the folder goes away with the page.
        self._pasted = QTemporaryDir()
        path = Path(self._pasted.path()) / (_("Pasted rows") + ".tsv")
        path.write_text(text, encoding="utf-8-sig", newline="")
        self.read(path)

    def _to(self, step: QWidget, _checked: bool = False) -> None:
        self.stack.setCurrentWidget(step)
        number = self.stack.currentIndex() + 1
        self.heading.setText(self.title())
        self.steps.setText(_("Step {number} of {count}").format(number=number, count=4))
        self.banner.say("")
        self.back.setVisible(step in (self.columns, self.check))
        self.go.setVisible(step in (self.columns, self.check))
        self.go.setText(_("Check the rows") if step is self.columns else _("Bring in"))
        self.changed_title.emit()
        self._enable()

    def _on_said(self) -> None:
        self._said = True
        self._enable()

    def _enable(self) -> None:
        if self.stack.currentWidget() is self.columns:
            self.go.setEnabled(not self.columns.open_questions())
        else:
            unread = len(self.draft.refused) if self.draft is not None else 0
            blocked = self.check.blocks(unread, self.trial)
            some = self.trial is not None and self.trial.created + self.trial.updated > 0
            self.go.setEnabled(some and not blocked)

    def read(self, path: Path, encoding: str | None = None) -> None:
        """Read a file off the GUI thread, and show what was found."""
        progress, kind = Progress(), self.kind()
        self._said = False
        if self._pasted is not None and path.parent != Path(self._pasted.path()):
            self._pasted = None
        self.banner.say(_("Reading {file}…").format(file=path.name), [(_("Stop"), progress.stop)])
        self.context.jobs.read(
            lambda: read_and_plan(path, kind, encoding, progress),
            then=self._on_read,
            failed=self._on_failed,
            progress=progress,
            replaces=(id(self), "read"),
            name="read_workbook",
        )

    def _on_read(self, opened: Opened) -> None:
        self.opened, self.plan = opened, opened.plan
        self._to(self.columns)
        self.columns.show_file(opened)
        self._enable()
        combos = [c for c in self.columns.fields.values() if c.property("problem")]
        (combos[0] if combos else self.go).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_failed(self, error: Exception) -> None:
        self.banner.say("\n".join(p.message for p in getattr(error, "problems", ())) or str(error))
        if not hasattr(error, "problems"):
            self.context.presenter.show(error)

    def _on_sheet(self, name: str) -> None:
        if self.opened is not None:
            sheet = next(each for each in usable_sheets(self.opened.workbook) if each.name == name)
            self._plan(lambda: plan_sheet(self.kind(), sheet))

    def _on_header(self, index: int | None) -> None:
        if self.plan is not None:
            sheet = self.plan.sheet
            self._plan(lambda: plan_sheet(self.kind(), sheet, index))

    def _on_encoding(self, codec: str) -> None:
        if self.opened is not None:
            self.read(self.opened.path, codec)

    def _plan(self, work: object) -> None:
        self.context.jobs.read(
            work,  # type: ignore[arg-type]
            then=self._on_plan,
            failed=self._on_failed,
            replaces=(id(self), "plan"),
            name="plan_sheet",
        )

    def _on_plan(self, plan: SheetPlan) -> None:
        self.plan = plan
        self.columns.show_plan(plan)
        self._enable()

    def _go_back(self) -> None:
        self._to(self.file if self.stack.currentWidget() is self.columns else self.columns)

    def _go_on(self) -> None:
        if self.stack.currentWidget() is self.columns:
            self.draft_rows()
        else:
            self.bring_in()

    def draft_rows(self) -> None:
        """Take up the answers and make the rows, unless the answers raise new questions."""
        if self.plan is None:
            return
        mapping, styles = self.columns.mapping(), self.columns.styles()
        plan = with_styles(with_mapping(self.plan, mapping), styles)
        self.plan = plan
        if not plan.settled:
            self.columns.show_plan(plan)
            self._enable()
            return
        progress = Progress()
        self.banner.say(_("Checking the rows…"), [(_("Stop"), progress.stop)])
        self.context.jobs.read(
            lambda: draft_of(plan, progress),
            then=self._on_draft,
            failed=self._on_failed,
            progress=progress,
            replaces=(id(self), "draft"),
            name="draft_rows",
        )

    def _on_draft(self, draft: ImportDraft) -> None:
        assert self.plan is not None
        self.draft, self.trial = draft, None
        self._to(self.check)
        self.check.show_draft(self.plan, draft)
        self.try_out()

    def _batch(self, *, dry_run: bool) -> ImportBatch:
        assert self.draft is not None
        assert self.opened is not None
        mode = self.check.chosen_mode()
        unread = len(self.draft.refused)
        return ImportBatch(self.kind(), self.opened.path.name, self.draft.good, mode, dry_run, unread=unread)

    def try_out(self) -> None:
        """Run the import without writing, to count what it would do."""
        if self.draft is None:
            return
        self.trial = None
        self._enable()
        self.context.perform(
            run_import,
            self._batch(dry_run=True),
            then=self._on_tried,
            failed=lambda error: self.check.counts.setText(str(error)),
            title=_("Comparing with the book"),
        )

    def _on_tried(self, result: ImportResult) -> None:
        self.trial = result
        self.check.show_result(result)
        self._enable()
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def bring_in(self) -> None:
        """Make a backup, then bring the good rows in; both with progress and Stop."""
        self.go.setEnabled(False)
        self.banner.say("")
        self.backup = None
        keeper = self.context.keeper
        if keeper is None:
            self._bring_in()
        else:
            keeper.before_import(self._on_backup, self._on_no_backup)

    def _on_backup(self, backup: BackupRow | None) -> None:
        self.backup = backup
        self._bring_in()

    def _on_no_backup(self, error: Exception) -> None:
        if isinstance(error, Stopped):
            self.banner.say(str(error))
        else:
            said = _("Nothing was brought in, for no backup could be made before: {reason}")
            self.banner.say(said.format(reason=error), [(_("Bring in without a backup"), self._bring_in)])
        self._enable()

    def _bring_in(self) -> None:
        self.banner.say("")
        self.go.setEnabled(False)
        self.context.perform(
            run_import,
            self._batch(dry_run=False),
            then=self._on_done,
            refused=lambda refusal: self.banner.say("\n".join(p.message for p in refusal.problems[:6])),
            failed=lambda _error: self._enable(),
            title=_("Bringing in"),
        )

    def _on_done(self, result: ImportResult) -> None:
        assert self.draft is not None
        self.result = result
        self._to(self.done)
        self.done.show_result(result, len(self.draft.refused), self.backup)
        self.done.open_list.setFocus(Qt.FocusReason.OtherFocusReason)

    def undo(self) -> None:
        """Take the import back, row by row."""
        if self.result is not None and self.result.run_id is not None:
            self.done.undo.setEnabled(False)
            self.context.perform(
                undo_import,
                UndoImport(self.result.run_id),
                then=self._on_undone,
                failed=lambda _error: self.done.undo.setEnabled(True),
                title=_("Taking the import back"),
            )

    def _on_undone(self, result: UndoResult) -> None:
        self.done.show_undone(result.undone, [kept_words(each) for each in result.kept])

    def _ask_where(self) -> None:
        assert self.opened is not None
        name = _("{file} - not brought in").format(file=self.opened.path.stem) + ".xlsx"
        path, _filter = QFileDialog.getSaveFileName(self, _("Save the rows"), name, "Excel (*.xlsx)")
        if path:
            self.save_refused_to(Path(path))

    def save_refused_to(self, path: Path) -> None:
        """Write the rows that were not brought in, each with its reason, off the GUI thread."""
        if self.plan is None or self.draft is None:
            return
        work = save_refused(self.plan, refusal_reasons(self.draft, self.result))
        self.context.jobs.read(
            lambda: work(path),
            then=lambda done: self.context.toast(_("Written to {path}.").format(path=done)),
            failed=self.context.presenter.show,
            name="save_refused",
        )


def kept_words(kept: KeptRecord) -> str:
    """Answer why a record stays, with the row it came from."""
    return _("Row {number}: {reason}").format(number=kept.row_number, reason=kept.reason)
