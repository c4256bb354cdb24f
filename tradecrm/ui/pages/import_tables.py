"""The tables of the import wizard: the sheet as it stands, and its rows with every problem at its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from tradecrm.core.text import _, ngettext
from tradecrm.importing.convert import plain_text
from tradecrm.importing.plan import DraftRow, ImportDraft, SheetPlan
from tradecrm.importing.sheets import Sheet, cell_name, column_letters
from tradecrm.services.data.imports import DUPLICATE, REFUSED, UNCHANGED, UPDATED, ImportResult, RowOutcome
from tradecrm.ui.cells import CellDelegate, Look
from tradecrm.ui.fields.show import plain_tip
from tradecrm.ui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
PREVIEW_ROWS = 60
_WIDEST = 240


class _Model(QAbstractTableModel):
    """A table of looks with titles above and row numbers at the left."""

    def __init__(self) -> None:
        super().__init__()
        self.titles: tuple[str, ...] = ()
        self.numbers: Sequence[int] = ()

    def look(self, row: int, column: int) -> Look:  # noqa: ARG002 - the shape of every model
        """Answer what a cell shows."""
        return Look("")

    def tip(self, row: int, column: int) -> str:
        """Answer what is said about a cell under the mouse."""
        text = self.look(row, column).text
        return text if len(text) > 30 else ""

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Answer the number of rows."""
        return 0 if parent.isValid() else len(self.numbers)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Answer the number of columns."""
        return 0 if parent.isValid() else len(self.titles)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Answer a cell's text, or what is said about it."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.look(index.row(), index.column()).text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.tip(index.row(), index.column())) or None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Answer a column's title, or the number of the row in its sheet."""
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.titles[section]
                if orientation is Qt.Orientation.Horizontal
                else str(self.numbers[section])
            )
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation is Qt.Orientation.Horizontal:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class SheetModel(_Model):
    """The first rows of a sheet as they stand in the file; the header stands out."""

    def show_plan(self, plan: SheetPlan) -> None:
        """Show the sheet of a plan."""
        self.beginResetModel()
        self._sheet: Sheet | None = plan.sheet
        self._header, self._first = plan.header.row, plan.header.first
        self.titles = tuple(column_letters(column) for column in range(plan.sheet.width))
        self.numbers = plan.sheet.numbers[:PREVIEW_ROWS]
        self.endResetModel()

    _sheet: Sheet | None = None
    _header: int | None = None
    _first = 0

    def look(self, row: int, column: int) -> Look:
        """Answer a cell of the file."""
        if self._sheet is None:
            return Look("")
        text = plain_text(self._sheet.cell(row, column)).replace("\n", " ")
        header = self._header is not None and self._header <= row < self._first
        above = row < self._first and not header
        return Look(
            text, bold=header, ink="muted" if above else "text", ground="background" if header else ""
        )


class DraftModel(_Model):
    """The rows to bring in: what becomes of each, then its cells; a cell with a problem is outlined."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[DraftRow, ...] = ()
        self._plan: SheetPlan | None = None
        self._columns: tuple[int, ...] = ()
        self._places: dict[int, int] = {}
        self._problems: dict[int, Mapping[str, str]] = {}
        self._outcomes: dict[int, RowOutcome] = {}

    def show_draft(
        self, plan: SheetPlan, draft: ImportDraft, titles: Sequence[str], *, only_bad: bool
    ) -> None:
        """Show the rows of a draft, or only those that will not be brought in as they stand."""
        self.beginResetModel()
        self._plan = plan
        self._columns = tuple(sorted(draft.mapping))
        self._places = {number: at for at, number in enumerate(plan.sheet.numbers)}
        rows = draft.rows
        if only_bad:
            rows = tuple(row for row in rows if not row.is_good or row.row_number in self._outcomes)
        self.rows = rows
        self._problems = {}
        self.titles = (_("What happens"), *titles)
        self.numbers = [row.row_number for row in rows]
        self.endResetModel()

    def show_result(self, result: ImportResult | None) -> None:
        """Show what the book says of each row."""
        outcomes = () if result is None else result.outcomes
        self._outcomes = {outcome.row_number: outcome for outcome in outcomes}
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0))

    def problems_of(self, row: int) -> Mapping[str, str]:
        """Answer the problems of a row by place (``Sheet1!B7``)."""
        found = self._problems.get(row)
        if found is None:
            found = {problem.field: problem.message for problem in self.rows[row].problems}
            self._problems[row] = found
        return found

    def problem(self, row: int, column: int) -> str:
        """Answer the problem of a cell, empty when there is none."""
        if column == 0 or self._plan is None or not self.rows[row].problems:
            return ""
        place = cell_name(self._plan.sheet.name, self.numbers[row], self._columns[column - 1])
        return self.problems_of(row).get(place, "")

    def find(self, place: str) -> tuple[int, int] | None:
        """Answer row and column of a place, None when it is not shown."""
        for row, draft in enumerate(self.rows):
            if any(problem.field == place for problem in draft.problems):
                columns = range(1, len(self.titles))
                return row, next((column for column in columns if self._is_at(row, column, place)), 0)
        return None

    def _is_at(self, row: int, column: int, place: str) -> bool:
        assert self._plan is not None
        return place == cell_name(self._plan.sheet.name, self.numbers[row], self._columns[column - 1])

    def look(self, row: int, column: int) -> Look:
        """Answer what becomes of a row, or one of its cells as the file has it."""
        if column == 0:
            return self._fate(self.rows[row])
        if self._plan is None:
            return Look("")
        value = self._plan.sheet.cell(self._places[self.numbers[row]], self._columns[column - 1])
        text = plain_text(value).replace("\n", " ")
        return Look(text, problem=bool(self.problem(row, column)))

    def _fate(self, row: DraftRow) -> Look:
        if row.problems:
            count = len(row.problems)
            return Look(
                ngettext("{count} problem", "{count} problems", count).format(count=count), chip="bad"
            )
        if row.duplicate_of:
            return Look(_("Same as row {number}").format(number=row.duplicate_of), chip="warn")
        outcome = self._outcomes.get(row.row_number)
        if outcome is None:
            return Look(_("New"), chip="good")
        known = {
            UPDATED: (_("Updated"), "accent"),
            UNCHANGED: (_("Unchanged"), "neutral"),
            DUPLICATE: (_("In the book already"), "warn"),
            REFUSED: (_("Refused"), "bad"),
        }
        text, tone = known.get(outcome.outcome, (outcome.outcome, "neutral"))
        return Look(text, chip=tone)

    def tip(self, row: int, column: int) -> str:
        """Answer the problem of a cell, or why a row is not brought in."""
        if column == 0:
            outcome = self._outcomes.get(self.rows[row].row_number)
            return outcome.reason if outcome is not None else "\n".join(self.problems_of(row).values())
        return self.problem(row, column) or super().tip(row, column)


class PlainTable(QTableView):
    """A table that only shows; columns as wide as their first rows, up to a limit."""

    def __init__(self, theme: Theme, model: SheetModel | DraftModel) -> None:
        super().__init__()
        self.cells = CellDelegate(theme, model)
        self.setModel(model)
        self.setItemDelegate(self.cells)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(theme.row_compact)
        rows.setMinimumWidth(44)
        self.horizontalHeader().setHighlightSections(False)
        self._source = model
        model.modelReset.connect(self.fit)

    def fit(self) -> None:
        """Size the columns."""
        for column, title in enumerate(self._source.titles):
            width = self.cells.width(Look(title, bold=True)) + 8
            for row in range(min(PREVIEW_ROWS, self._source.rowCount())):
                width = max(width, min(_WIDEST, self.cells.width(self._source.look(row, column))))
            self.setColumnWidth(
                column, max(width, 150 if column == 0 and isinstance(self._source, DraftModel) else 40)
            )
