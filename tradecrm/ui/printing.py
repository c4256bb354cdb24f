"""Printing many papers in one go (批量打印): what, in which language, where to, and what became of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.links import Link
from tradecrm.core.progress import Progress
from tradecrm.core.table import Table, TableColumn, TableRow
from tradecrm.core.text import N_, _, ngettext
from tradecrm.documents.batch import BatchOrder, BatchResult, MadePaper, print_batch
from tradecrm.documents.registry import KINDS
from tradecrm.documents.words import PaperLanguage
from tradecrm.services.trade.issued import IssueFile, issue_files
from tradecrm.ui.asking import AskingDialog, keyed
from tradecrm.ui.context import PageContext
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

if TYPE_CHECKING:
    from tradecrm.ui.jobs import Job

FOLDER = "print_folder"
"""The habit that keeps the folder of the last papers."""

LANGUAGES: tuple[tuple[PaperLanguage | None, str], ...] = (
    (None, N_("Usual language of each customer")),
    ("en", N_("English")),
    ("zh", N_("Chinese")),
    ("both", N_("Both")),
)
_WIDTH = 640


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records are printed: in words, and the query that answers their ids."""

    words: str
    choose: Callable[[Any], Sequence[int]]


class PrintDialog(AskingDialog):
    """Asks what a batch needs, prints it on a job lane while the window is used, and lists what became of it.

    ``kinds`` are the papers that can be chosen; with several of them the first is ticked, or all where a record has
    one or the other. The scope taken first is the first of ``scopes``.
    """

    def __init__(
        self,
        parent: QWidget,
        context: PageContext,
        kinds: Sequence[str],
        scopes: Sequence[Scope],
        options: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(parent.window())  # it outlives the tab it was asked for in
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("page")
        self.setWindowTitle(_("Print papers"))
        self.setMinimumWidth(_WIDTH)
        self._context = context
        self._scopes = tuple(scopes)
        self._options = dict(options or {})
        self._job: Job | None = None
        self._working = False
        self._started = 0.0
        self.result_shown: BatchResult | None = None
        self.scopes = [QRadioButton(scope.words) for scope in self._scopes]
        self.kinds = {key: QCheckBox(_(KINDS[key].title)) for key in kinds}
        self.language = QComboBox()
        self.single = QRadioButton(_("A file for each paper"))
        self.joined = QRadioButton(_("One file with all papers"))
        self.folder = QLineEdit(self._usual_folder())
        self.keep = QCheckBox(_("Keep each as issued"))
        self.problem = text_label("", "problem", wrap=True)
        self.ask = QWidget()
        self.report = _Report(context)
        self.step = text_label("", "muted")
        self.bar = QProgressBar()
        self.stop_button = QPushButton(_("Stop"))
        self.close_button = keyed(_("Close"), "C", self)
        self.print_button = set_role(keyed(_("Print"), "P", self), "primary")
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self._show_step)

    def _usual_folder(self) -> str:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return str(self._context.habits.get(FOLDER) or documents or Path.home())

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(12)
        box.addWidget(text_label(_("Print papers"), "title"))
        self._lay_out_questions()
        box.addWidget(self.ask)
        self.problem.hide()
        box.addWidget(self.problem)
        box.addWidget(self.report, 1)
        self.report.hide()
        self.bar.setTextVisible(False)
        box.addWidget(self.step)
        box.addWidget(self.bar)
        foot = QHBoxLayout()
        foot.addWidget(self.report.folder_button)
        foot.addStretch(1)
        for button, does in (
            (self.stop_button, self.stop),
            (self.close_button, self.close),
            (self.print_button, self.begin),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, act=does: act())
            foot.addWidget(button)
        self.print_button.setDefault(True)
        box.addLayout(foot)
        for part in (self.step, self.bar, self.stop_button, self.report.folder_button):
            part.hide()

    def _lay_out_questions(self) -> None:
        grid = QGridLayout(self.ask)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        self._groups = [QButtonGroup(self), QButtonGroup(self)]
        for button in self.scopes:
            self._groups[0].addButton(button)
        self.scopes[0].setChecked(True)
        for button in (self.single, self.joined):
            self._groups[1].addButton(button)
        self.single.setChecked(True)
        self.joined.toggled.connect(self._on_joined)
        for place, (key, box) in enumerate(self.kinds.items()):
            box.setChecked(place == 0 or KINDS[key].either)
        for code, words in LANGUAGES:
            self.language.addItem(_(words), code)
        self.language.setAccessibleName(_("Language of the paper"))
        self.folder.setAccessibleName(_("Folder"))
        self.keep.setToolTip(
            _("Keeps each paper as it goes out, as on its own page; drafts are never kept as issued.")
        )
        choose = QPushButton(_("Choose…"))
        choose.setAutoDefault(False)
        choose.clicked.connect(lambda _checked=False: self._choose_folder())
        rows: list[tuple[str, Sequence[QWidget], bool]] = [(_("Records"), self.scopes, False)]
        if len(self.kinds) > 1:
            rows.append((_("Papers"), tuple(self.kinds.values()), True))
        rows += [
            (_("Language of the paper"), (self.language,), False),
            (_("Files"), (self.single, self.joined), False),
            (_("Folder"), (self.folder, choose), False),
            ("", (self.keep,), False),
        ]
        for number, (words, parts, double) in enumerate(rows):
            side = Qt.AlignmentFlag.AlignTop if double else Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(text_label(words, "muted"), number, 0, side)
            grid.addLayout(_two_columns(parts) if double else _in_line(parts), number, 1)
        note = _("A file of the same name is replaced. What is not approved yet is marked as a draft.")
        grid.addWidget(text_label(note, "muted", wrap=True), len(rows), 1)

    def _on_joined(self, joined: bool) -> None:
        self.keep.setEnabled(not joined)

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Folder for the papers"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)

    def begin(self) -> None:
        """Print what was chosen; the window stays free, and so does this dialog's Stop."""
        kinds = tuple(key for key, box in self.kinds.items() if box.isChecked())
        folder = self.folder.text().strip()
        if not kinds or not folder:
            self._refuse(_("Choose a paper to print.") if not kinds else _("Choose a folder for the files."))
            return
        scope = self._scopes[next(n for n, button in enumerate(self.scopes) if button.isChecked())]
        language: PaperLanguage | None = self.language.currentData()
        joined = _("Papers {day}").format(day=self._today()) if self.joined.isChecked() else ""
        options, seat, progress = self._options, self._context.seat, Progress()
        self._context.habits[FOLDER] = folder

        def work() -> BatchResult:
            ids = tuple(seat.ask(scope.choose))
            order = BatchOrder(kinds, ids, Path(folder), language, joined, options)
            return print_batch(seat.ask, order, progress)

        self._job = self._context.jobs.read(
            work, then=self._done, failed=self._failed, progress=progress, name="print_batch"
        )
        self._started = time.monotonic()
        self._set_working(working=True)

    def _today(self) -> str:
        return self._context.seat.book.clock.today().isoformat()

    def _set_working(self, *, working: bool) -> None:
        for part in (self.step, self.bar, self.stop_button):
            part.setVisible(working)
        self.ask.setEnabled(not working)
        self._working = working
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, not working)
        self.print_button.setVisible(not working)
        self.problem.hide()
        self.stop_button.setEnabled(True)
        self._timer.start() if working else self._timer.stop()
        self._show_step()

    def _show_step(self) -> None:
        step = self._job.progress.step if self._job is not None else None
        total, done = (step.total, step.done) if step is not None else (0, 0)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        words = (
            _("{done} of {total}").format(done=f"{done:,}", total=f"{total:,}") if total else _("Reading…")
        )
        self.step.setText(words)

    def stop(self) -> None:
        """End the printing; what is written by then stays."""
        if self._job is not None:
            self._job.stop()
            self.stop_button.setEnabled(False)

    def typed(self) -> bool:
        """Tell whether a folder was typed that nothing was printed to; what is only chosen is chosen again."""
        return not self._working and self.result_shown is None and self.folder.isModified()

    def done(self, code: int) -> None:
        """Close the dialog; printing goes on without it, and its end is told."""
        super().done(code)
        if self._working:
            self._context.toast(_("Printing goes on. You will be told when it is done."))

    def _refuse(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.show()
        self.fit()

    def _failed(self, error: Exception) -> None:
        hidden = self.isHidden()
        self._set_working(working=False)
        if hidden:
            self.show()
        if isinstance(error, OSError):
            self._refuse(
                _("The papers could not be written: {reason}").format(reason=error.strerror or error)
            )
        else:
            self._context.presenter.show(error)

    def _done(self, result: BatchResult) -> None:
        self._set_working(working=False)
        self.result_shown = result
        self.ask.hide()
        self.print_button.hide()
        self.report.show_result(result, time.monotonic() - self._started)
        self.report.show()
        self.report.folder_button.setVisible(bool(result.made))
        if self.isHidden():
            self._context.toast(self.report.words.text(), _("Show"), self.show)
        self.resize(max(self.width(), 860), max(self.height(), 520))
        issued = tuple(_issued(paper) for paper in result.made if not paper.draft)
        if self.keep.isChecked() and self.keep.isEnabled() and issued:
            self._context.perform(
                issue_files, issued, then=self.report.show_kept, title=_("Keeping papers as issued")
            )


def _issued(paper: MadePaper) -> IssueFile:
    record = KINDS[paper.kind].record
    return IssueFile(paper.kind, record, paper.record_id, paper.number, paper.language, paper.path)


def _in_line(parts: Sequence[QWidget]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    for part in parts:
        row.addWidget(part, 1 if isinstance(part, QLineEdit | QComboBox) else 0)
    if not any(isinstance(part, QLineEdit) for part in parts):
        row.addStretch(1)
    return row


def _two_columns(parts: Sequence[QWidget]) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(8)
    for number, part in enumerate(parts):
        grid.addWidget(part, number // 2, number % 2)
    return grid


class _Report(QWidget):
    """What became of a batch: how many in words, and a row for each paper, those not printed first."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._folder = Path()
        self.words = text_label("", "", wrap=True)
        self.kept = text_label("", "muted")
        self.kept.hide()
        self.table = TableView(context.theme)
        self.table.opened.connect(context.open)
        self.folder_button = QPushButton(_("Open the folder"))
        self.folder_button.setAutoDefault(False)
        self.folder_button.clicked.connect(lambda _checked=False: self._open_folder())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addWidget(self.kept)
        column.addWidget(self.table, 1)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def show_result(self, result: BatchResult, seconds: float) -> None:
        """Show what was printed in so many seconds."""
        self._folder = result.folder
        self.words.setText(result_words(result, seconds))
        self.table.show_table(result_table(result))

    def show_kept(self, count: int) -> None:
        """Say how many papers are kept as issued."""
        words = ngettext("{count} paper is kept as issued.", "{count} papers are kept as issued.", count)
        self.kept.setText(words.format(count=count))
        self.kept.show()


def result_words(result: BatchResult, seconds: float) -> str:
    """Answer what became of a batch in a line or two."""
    made, unmade = len(result.made), len(result.unmade)
    words = [
        ngettext(
            "{count} paper printed in {seconds} s.", "{count} papers printed in {seconds} s.", made
        ).format(count=f"{made:,}", seconds=f"{seconds:.1f}")
    ]
    if result.file is not None:
        words.append(_("They are in {file}.").format(file=result.file.name))
    if unmade:
        words.append(
            ngettext("{count} could not be printed.", "{count} could not be printed.", unmade).format(
                count=f"{unmade:,}"
            )
        )
    if result.left:
        left = _("Stopped: {count} were not printed.") if result.stopped else _("{count} were not begun.")
        words.append(left.format(count=f"{result.left:,}"))
    return " ".join(words)


def result_table(result: BatchResult) -> Table:
    """Answer a row for each paper: first those that were not printed, then those to look at, then the others."""
    columns = (
        TableColumn("number", _("Number")),
        TableColumn("paper", _("Paper")),
        TableColumn("outcome", _("Outcome")),
        TableColumn("file", _("File")),
    )
    rows = [TableRow((each.number or "—", "", each.reason, "")) for each in result.unmade]
    made = sorted(result.made, key=lambda paper: not (paper.warnings or paper.draft))
    rows += [_made_row(paper, with_file=result.file is None) for paper in made]
    return Table("printed", "", "", columns, tuple(rows))


def _made_row(paper: MadePaper, *, with_file: bool) -> TableRow:
    said = [_("Printed as a draft")] if paper.draft else [_("Printed")]
    link = Link.to("paper", kind=paper.kind, id=paper.record_id)
    cells = (
        paper.number,
        _(KINDS[paper.kind].title),
        "\n".join((*said, *paper.warnings)),
        paper.path.name if with_file else "",
    )
    return TableRow(cells, (link,))
