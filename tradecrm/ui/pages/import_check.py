"""The third and the last step of the import wizard: the rows with their problems, and what was done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.money import format_money, format_number
from tradecrm.core.text import N_, _, ngettext
from tradecrm.importing.columns import OPEN_ITEMS
from tradecrm.importing.plan import ImportDraft, SheetPlan, joined_text
from tradecrm.services.data.imports import ImportMode, ImportResult
from tradecrm.services.data.safekeeping import BackupRow
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.import_tables import DraftModel, PlainTable
from tradecrm.ui.pages.import_work import field_title
from tradecrm.ui.theme import set_role, text_label

_LISTED = 500
_PLACE = Qt.ItemDataRole.UserRole
MODES = (
    (ImportMode.SKIP, N_("leave out what the book has already")),
    (ImportMode.UPDATE, N_("update what the book has already")),
    (ImportMode.REFUSE, N_("bring in nothing unless every row can be")),
)


class CheckStep(QWidget):
    """The rows, what becomes of each, every problem by cell; ``mode_changed`` asks for another dry run."""

    mode_changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.plan: SheetPlan | None = None
        self.draft: ImportDraft | None = None
        self.counts = text_label("", "section", wrap=True)
        self.sums = text_label("", "", wrap=True)
        self.advice = text_label("", "problem", wrap=True)
        self.skipped = text_label("", "muted", wrap=True)
        self.mode = QComboBox()
        for mode, title in MODES:
            self.mode.addItem(_(title), mode)
        self.mode.activated.connect(self.mode_changed)
        self.only_bad = QCheckBox(_("Only rows with something to look at"))
        self.only_bad.toggled.connect(self._fill)
        self.model = DraftModel()
        self.table = PlainTable(context.theme, self.model)
        self.problems = QListWidget()
        self.problems.setWordWrap(True)
        self.problems.itemActivated.connect(self._go_to)
        self.problems.itemClicked.connect(self._go_to)
        self._lay_out()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        for label in (self.counts, self.sums, self.advice, self.skipped):
            box.addWidget(label)
        top = QHBoxLayout()
        top.addWidget(text_label(_("Companies and records that are there:"), "muted"))
        top.addWidget(self.mode)
        top.addSpacing(16)
        top.addWidget(self.only_bad)
        top.addStretch(1)
        box.addLayout(top)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        card = set_role(QFrame(), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 6, 1, 1)
        inside.addWidget(self.table)
        middle.addWidget(card, 1)
        self.side = set_role(QFrame(), "card")
        listed = QVBoxLayout(self.side)
        listed.setContentsMargins(12, 10, 6, 6)
        listed.addWidget(text_label(_("Problems"), "section"))
        listed.addWidget(self.problems)
        self.side.setFixedWidth(330)
        middle.addWidget(self.side)
        box.addLayout(middle, 1)

    def show_draft(self, plan: SheetPlan, draft: ImportDraft) -> None:
        """Show the rows of a draft; the dry run over the book follows."""
        self._offer(plan.kind)
        self.plan, self.draft = plan, draft
        self.sums.hide()
        self.advice.hide()
        self.model.show_result(None)
        self._fill()
        self.problems.clear()
        for row in draft.rows:
            for problem in row.problems:
                self._list(f"{problem.field}   {problem.message}", problem.field)
            if row.duplicate_of:
                text = _("Row {number}: the same as row {first} of this file.")
                self._list(text.format(number=row.row_number, first=row.duplicate_of), "")
        skipped = len(draft.skipped)
        words = ngettext(
            "{count} empty, total or repeated header row is left out.",
            "{count} empty, total or repeated header rows are left out.",
            skipped,
        )
        said = [words.format(count=skipped)] if skipped else []
        said += [joined_text(draft)] if draft.joined else []
        self.skipped.setText(" ".join(said))
        self.skipped.setVisible(bool(said))
        self.side.setVisible(self.problems.count() > 0)
        self.counts.setText(_("Comparing with the book…"))

    def _offer(self, kind: str) -> None:
        """Begin what is posted with “all or nothing”; what is posted is never updated."""
        opening = kind in OPEN_ITEMS
        if self.plan is None or self.plan.kind != kind:
            first = ImportMode.REFUSE if opening else ImportMode.SKIP
            self.mode.setCurrentIndex(self.mode.findData(first))
        view = self.mode.view()
        if isinstance(view, QListView):
            view.setRowHidden(self.mode.findData(ImportMode.UPDATE), opening)

    def blocks(self, unread: int, result: ImportResult | None) -> bool:
        """Tell whether nothing may be brought in, as every row must be and ``unread`` or refused ones cannot."""
        refused = result.refused if result is not None else 0
        return self.chosen_mode() is ImportMode.REFUSE and unread + refused > 0

    def _list(self, text: str, place: str) -> None:
        if self.problems.count() < _LISTED:
            item = QListWidgetItem(text)
            item.setData(_PLACE, place)
            item.setToolTip("")
            self.problems.addItem(item)
        elif self.problems.count() == _LISTED:
            self.problems.addItem(_("… and more"))

    def show_result(self, result: ImportResult) -> None:
        """Show what the book would do with the rows."""
        self.model.show_result(result)
        self._fill()
        for number, reason in result.reasons.items():
            self._list(_("Row {number}: {reason}").format(number=number, reason=reason), "")
        self.side.setVisible(self.problems.count() > 0)
        bad = len(self.draft.refused) if self.draft is not None else 0
        self.counts.setText(count_words(result, bad))
        self.sums.setText(sum_words(result))
        self.sums.setVisible(bool(result.sums))
        self.advice.setText(_("Correct these rows and bring the file in again, or choose to leave them out."))
        self.advice.setVisible(self.blocks(bad, result))

    def _fill(self) -> None:
        if self.plan is None or self.draft is None:
            return
        names = [field_title(self.plan.kind, self.draft.mapping[c]) for c in sorted(self.draft.mapping)]
        self.model.show_draft(self.plan, self.draft, names, only_bad=self.only_bad.isChecked())

    def chosen_mode(self) -> ImportMode:
        """Answer what happens to rows that the book has already."""
        mode = self.mode.currentData()
        return ImportMode(mode)

    def _go_to(self, item: QListWidgetItem) -> None:
        found = self.model.find(str(item.data(_PLACE) or ""))
        if found is not None:
            self.table.setCurrentIndex(self.model.index(*found))
            self.table.setFocus()


def count_words(result: ImportResult, bad_rows: int) -> str:
    """Answer the counts of a dry run or of an import in words."""
    parts = [_("{count} new").format(count=result.created)]
    if result.updated:
        parts.append(_("{count} updated").format(count=result.updated))
    if result.unchanged:
        parts.append(_("{count} unchanged").format(count=result.unchanged))
    parts.append(_("{count} not brought in").format(count=result.refused + bad_rows))
    return "   ·   ".join(parts)


def sum_words(result: ImportResult) -> str:
    """Answer what is posted, a sum each currency, and in base: ``USD 12,300.00 (86,100.00)``."""
    parts = [
        _("{amount} (in base currency {base})").format(
            amount=format_money(each.amount, each.currency), base=format_number(each.base_amount, 2)
        )
        for each in result.sums
    ]
    return _("Together: {sums}").format(sums="   ·   ".join(parts)) if parts else ""


class ResultStep(QWidget):
    """What was done, with the ways on: the refused rows as a file, undo, the list, another file."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = text_label("", "title")
        self.counts = text_label("", "section", wrap=True)
        self.advice = text_label("", "muted", wrap=True)
        self.save_refused = QPushButton(_("Save the rows not brought in"))
        self.undo = QPushButton(_("Undo import"))
        self.again = QPushButton(_("Bring in another file"))
        self.open_list = set_role(QPushButton(_("Open the list")), "primary")
        self.kept = QListWidget()
        self.kept.setWordWrap(True)
        card = set_role(QFrame(), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(24, 20, 24, 20)
        inside.setSpacing(10)
        for label in (self.heading, self.counts, self.advice):
            inside.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.open_list, self.save_refused, self.undo, self.again):
            row.addWidget(button)
        row.addStretch(1)
        inside.addLayout(row)
        inside.addWidget(self.kept, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(card)
        box.addStretch(1)
        self.kept.hide()

    def show_result(self, result: ImportResult, bad_rows: int, backup: BackupRow | None = None) -> None:
        """Show what an import did, and the backup made before it."""
        self.heading.setText(_("The import is done"))
        self.counts.setText("\n".join(filter(None, (count_words(result, bad_rows), sum_words(result)))))
        refused = result.refused + bad_rows
        words = [
            _(
                "The rows not brought in can be saved with the reason of each, corrected, and brought in again."
            )
            if refused
            else _("Every row was brought in.")
        ]
        if backup is not None:
            words.append(_("Backup made before: {path}").format(path=backup.path.name))
        self.advice.setText("\n".join(words))
        self.save_refused.setVisible(refused > 0)
        self.undo.setVisible(result.run_id is not None and result.created > 0)
        self.undo.setEnabled(True)
        self.kept.hide()
        self.kept.clear()

    def show_undone(self, undone: int, kept: list[str]) -> None:
        """Show what taking the import back did."""
        self.heading.setText(_("The import was taken back"))
        self.counts.setText(_("{count} records taken back").format(count=undone))
        self.advice.setText(
            _("These were used or changed since and stay:")
            if kept
            else _("Nothing of it is left in the book.")
        )
        self.undo.setEnabled(False)
        self.kept.clear()
        self.kept.addItems(kept[:_LISTED])
        self.kept.setVisible(bool(kept))
