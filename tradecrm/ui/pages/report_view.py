"""A report on the screen: its parameters as fields, its chart, its table whose figures open, and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.fields import FieldKind
from tradecrm.core.problems import Refusal
from tradecrm.core.table import ChartKind, Table
from tradecrm.core.text import _, current_language
from tradecrm.reports.params import Params, ReportParam, read_params
from tradecrm.reports.registry import find_report, report_table
from tradecrm.screens.crm.pickers import find_people, party_ref
from tradecrm.screens.draft import Ref, Value
from tradecrm.screens.money.pickers import find_accounts
from tradecrm.screens.spec import Choice, FieldSpec, PickerSpec
from tradecrm.services.crm.parties import party_picker
from tradecrm.services.data.search import search
from tradecrm.services.figures.papers import record_name
from tradecrm.ui.charts.chart import ChartView, load_engine
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.editors import DayEditor, make_editor, mark_problem
from tradecrm.ui.pages.report_menu import FigureMenu
from tradecrm.ui.tables import TableView, cell_text
from tradecrm.ui.theme import set_role, text_label

PAGING = frozenset({"offset", "limit", "until", "revaluation"})
FORMATS = (("xlsx", "Excel (*.xlsx)"), ("pdf", "PDF (*.pdf)"), ("csv", "CSV (*.csv)"))
_SPANS = {FieldKind.REF: 3, FieldKind.DATE: 2, FieldKind.CHOICE: 2, FieldKind.CURRENCY: 2}
_SEARCHED = {"shipment": "shipment", "contract": "sales_contract"}
_PATIENCE = 250
_CHART = 176
_BESIDE = 960
"""A page narrower than this has no room for a chart beside the fields."""
_ROWS = 8
"""Rows that are always in sight, also on a small screen."""
FOLDED = "report_chart_folded"


@dataclass(frozen=True, slots=True)
class Start:
    """The values a report begins with: typed, and for records the name that is shown."""

    values: Mapping[str, Value]


def first_values(reader: Any, key: str, given: Mapping[str, object]) -> Start:
    """Answer what the fields of a report's bar begin with; what cannot be read is left to its default."""
    spec = find_report(key)
    values: dict[str, Any] = {}
    for param in spec.params:
        try:
            read: Params = read_params(reader, (param,), {param.key: given.get(param.key)})
            value: Any = read.values[param.key]
        except Refusal:
            value = None
        if param.kind is FieldKind.REF and value is not None:
            name = record_name(reader, param.ref, int(value))
            value = None if name is None else Ref(int(value), name)
        values[param.key] = value
    return Start(values)


def habit(param: ReportParam) -> str:
    """Answer the name under which the last value of a kept parameter is remembered."""
    return f"report.{param.key}"


def find_record_by(ref: str) -> Callable[..., list[Ref]]:
    """Make the query that offers the records a report's parameter names by ``ref``."""

    def find(reader: Any, text: str, within: Mapping[str, Any]) -> list[Ref]:
        if ref == "account":
            return list(find_accounts(reader, text, within))
        if ref == "person":
            return list(find_people(reader, text, within))
        if ref == "customer":
            return [party_ref(choice) for choice in party_picker(reader, text, (), 20)]
        hits = search(reader, text or "S", (_SEARCHED.get(ref, ref),), 20).hits
        return [Ref(hit.id, hit.code, detail=hit.detail) for hit in hits]

    return find


def _field(param: ReportParam) -> FieldSpec:
    choices = tuple(Choice(value, title) for value, title in param.choices)
    picker = PickerSpec(find_record_by(param.ref)) if param.kind is FieldKind.REF else None
    return FieldSpec(
        param.key,
        param.title,
        param.kind,
        choices=choices,
        picker=picker,
        required=param.required or bool(choices),
    )


class ParamBar(QFrame):
    """The fields of a report's parameters; ``changed`` once a moment after typing."""

    changed = Signal()
    folded = Signal()

    def __init__(self, context: PageContext, params: tuple[ReportParam, ...], hidden: frozenset[str]) -> None:
        super().__init__()
        set_role(self, "card")
        self.values: dict[str, Value] = {}
        self.editors: dict[str, Any] = {}
        self.problems: dict[str, Any] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PATIENCE)
        self._timer.timeout.connect(self.changed)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 10, 16, 12)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        for column in range(12):
            self._grid.setColumnStretch(column, 1)
        self._cells = [
            (self._made(context, param), _SPANS.get(param.kind, 2), param.more)
            for param in params
            if param.key not in hidden
        ]
        self._narrow = False
        self.more = set_role(QPushButton(), "link")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._on_more)
        self._grid.setRowStretch(len(self._cells) + 1, 1)
        self.arrange(narrow=False)
        if not self.editors:
            self.hide()

    @property
    def short(self) -> bool:
        """Tell whether the fields are so few that they stand below each other beside a chart."""
        return len(self._cells) <= 3

    def arrange(self, *, narrow: bool) -> None:
        """Put the fields into rows over the whole width, or into a block where a chart stands beside them."""
        self._narrow = narrow
        block = 12 if self.short else 4
        row = used = 0
        seldom = any(later for _cell, _wide, later in self._cells)
        self.more.setText(_("Fewer filters") if self.more.isChecked() else _("More filters"))
        for cell, wide, later in self._cells:
            if later and not self.more.isChecked():
                cell.hide()
                continue
            span = block if narrow else wide
            if used + span > 12:
                row, used = row + 1, 0
            self._grid.addWidget(cell, row, used, 1, span)
            cell.show()
            used += span
        if seldom:
            self._grid.addWidget(self.more, row + 1, 0, 1, 12, Qt.AlignmentFlag.AlignRight)
        self.more.setVisible(seldom)

    def _on_more(self) -> None:
        self.arrange(narrow=self._narrow)
        self.folded.emit()

    def _made(self, context: PageContext, param: ReportParam) -> QWidget:
        editor = make_editor(context, _field(param), dict)
        editor.setAccessibleName(_(param.title))
        editor.typed.connect(partial(self._on_typed, param.key))
        problem = text_label("", "problem", wrap=True)
        problem.hide()
        editor.unreadable.connect(partial(self._say, param.key))
        self.editors[param.key], self.problems[param.key] = editor, problem
        cell = QWidget()
        box = QVBoxLayout(cell)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(3)
        label = text_label(_(param.title), "label")
        label.setBuddy(editor)
        for widget in (label, editor, problem):
            box.addWidget(widget)
        box.addStretch(1)
        return cell

    def take(self, values: Mapping[str, Value]) -> None:
        """Show these values."""
        self.values = dict(values)
        for key, editor in self.editors.items():
            editor.put(values.get(key))

    def fill(self, table: Table) -> None:
        """Show what the report took for the days that were left empty."""
        for key, text in table.params:
            editor = self.editors.get(key)
            if isinstance(editor, DayEditor) and self.values.get(key) is None and not editor.isModified():
                editor.put(date.fromisoformat(text))

    def given(self) -> dict[str, object]:
        """Answer the values as a report takes them."""
        found: dict[str, object] = {}
        for key, value in self.values.items():
            if isinstance(value, Ref):
                found[key] = value.id
            elif isinstance(value, bool):
                found[key] = "1" if value else "0"
            elif value is not None and value != "":
                found[key] = value
        return found

    def refuse(self, refusal: Refusal | None) -> str:
        """Say what is wrong at each field; answer the sentences that belong to none."""
        for key in self.problems:
            self._say(key, "")
        rest = []
        for problem in refusal.problems if refusal is not None else ():
            # What nobody has entered yet is asked for in the middle of the page, not marked as a mistake.
            if problem.field in self.problems and self.values.get(problem.field) not in (None, ""):
                self._say(problem.field, problem.message)
            rest.append(problem.message)
        return "\n".join(rest)

    def _say(self, key: str, message: str) -> None:
        self.problems[key].setText(message)
        self.problems[key].setVisible(bool(message))
        mark_problem(self.editors[key], problem=bool(message))

    def _on_typed(self, key: str, value: Value) -> None:
        self.values[key] = value
        self._timer.start()


class _RoomyTable(TableView):
    """A table as high as the page leaves room, never less than its rows in sight, totals and notes need."""

    def sizeHint(self) -> QSize:
        """Answer the least it needs."""
        return self.minimumSizeHint()


class ReportView(QWidget):
    """One report with its bar; ``shown`` when a table has arrived."""

    shown = Signal(object)

    def __init__(
        self,
        context: PageContext,
        key: str,
        given: Mapping[str, object],
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__()
        self.context = context
        self.spec = find_report(key)
        self.given_first = dict(given)
        self.table: Table | None = None
        internal = {param.key for param in self.spec.params if param.internal}
        self.bar = ParamBar(context, self.spec.params, PAGING | hidden | internal)
        self.bar.more.setChecked(any(param.more and param.key in given for param in self.spec.params))
        self.view = _RoomyTable(context.theme)
        self.menu = FigureMenu(context, self.view)
        self.chart = ChartView(context.theme)
        self.chart.setMinimumHeight(_CHART)
        self.chart.hide()
        self.subtitle = text_label("", "muted", wrap=True)
        self.all_rows = QPushButton(_("Show all rows"))
        self.all_rows.hide()
        self.all_rows.clicked.connect(self.show_all)
        self.fold = set_role(QPushButton(), "link")
        self.fold.hide()
        self.fold.clicked.connect(self.fold_chart)
        self._lay_out()
        self.bar.changed.connect(self.run)
        self.bar.folded.connect(self._arrange)
        self.view.opened.connect(context.open)
        self.chart.opened.connect(context.open)
        self._begun = False
        self._first_values: Mapping[str, Value] = {}
        for param in self.spec.params:
            if param.kept and param.key not in self.given_first and habit(param) in context.habits:
                self.given_first[param.key] = context.habits[habit(param)]

    def _lay_out(self) -> None:
        """Parameters and chart above, the table below with its notes; what has no room scrolls as a whole."""
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        self.area.setWidget(body)
        whole.addWidget(self.area)
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self.top = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.top.setSpacing(12)
        self.top.addWidget(self.bar, 1)
        self.chart_card = set_role(QFrame(), "card")
        inside = QVBoxLayout(self.chart_card)
        inside.setContentsMargins(12, 4, 12, 4)
        inside.addWidget(self.chart)
        self.chart_card.hide()
        self.top.addWidget(self.chart_card, 1)
        box.addLayout(self.top)
        box.addWidget(self._table_card(), 1)

    def _table_card(self) -> QFrame:
        card = set_role(QFrame(), "card")
        rows = QVBoxLayout(card)
        rows.setContentsMargins(1, 6, 1, 6)
        rows.setSpacing(4)
        head = QHBoxLayout()
        head.setContentsMargins(14, 0, 12, 0)
        head.addWidget(self.subtitle, 1)
        head.addWidget(self.fold)
        head.addWidget(self.all_rows)
        rows.addLayout(head)
        rows.addWidget(self.view, 1)
        return card

    def _arrange(self) -> None:
        """Stand the chart beside the fields, below them where the page is narrow, nowhere when it is folded."""
        chart = None if self.table is None else self.table.chart
        has_chart = chart is not None and bool(chart.categories)
        folded = self.context.habits.get(FOLDED) is True
        shown = has_chart and not folded
        # The steps of a waterfall have long names, which need the whole width.
        wide = chart is not None and chart.kind is ChartKind.WATERFALL
        beside = shown and not wide and bool(self.bar.editors) and self.width() >= _BESIDE
        sides = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self.top.setDirection(sides)
        self.top.setStretch(1, 3 if beside and self.bar.short else 1)
        self.bar.arrange(narrow=beside)
        tall = self.bar.sizeHint().height() if beside else 0
        self.chart_card.setFixedHeight(max(_CHART + 8, tall))
        self.chart_card.setVisible(shown)
        self.chart.setVisible(shown)
        self.fold.setVisible(has_chart)
        self.fold.setText(_("Show the chart") if folded else _("Hide the chart"))
        QTimer.singleShot(0, self, self._keep_rows)

    def _keep_rows(self) -> None:
        """Keep the first rows in sight, as high as they have become by wrapping; the page scrolls instead."""
        body = self.view.body
        high = sum(body.rowHeight(row) for row in range(min(_ROWS, body.table.rowCount())))
        body.setMinimumHeight(high + body.horizontalHeader().sizeHint().height() + 4)

    def fold_chart(self) -> None:
        """Hide the chart of every report, or show it again; remembered on this computer."""
        self.context.habits[FOLDED] = self.context.habits.get(FOLDED) is not True
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand the chart where it has room."""
        super().resizeEvent(event)
        self._arrange()

    def begin(self) -> None:
        """Ask for the values to begin with, then run."""
        if not self._begun:
            self._begun = True
            self.context.ask(first_values, self.spec.key, self.given_first, then=self._on_start)

    def _on_start(self, start: Start) -> None:
        self._first_values = start.values
        self.bar.take(start.values)
        self.run()

    def run(self) -> None:
        """Run the report with what stands in the bar; only the newest answer counts."""
        self.context.ask(
            report_table,
            self.spec.key,
            self.bar.given(),
            then=self._on_table,
            failed=self._on_failed,
            replaces=(id(self), "report"),
        )

    def show_all(self) -> None:
        """Take the limit of rows off."""
        self.bar.values = {**self.bar.values, "limit": 0}
        self.run()

    def _keep_habits(self) -> None:
        """Remember on this computer what was typed into the parameters that are kept."""
        for param in self.spec.params:
            value = self.bar.values.get(param.key)
            typed = value != self._first_values.get(param.key)
            if param.kept and self.spec.main and typed and isinstance(value, str):
                self.context.habits[habit(param)] = value

    def _on_table(self, table: Table) -> None:
        self.table = table
        self._keep_habits()
        self.bar.refuse(None)
        self.subtitle.setText(table.subtitle)
        self.view.nothing.setText(_("Nothing to show for this."))
        self.view.show_table(table)
        limit = self.bar.values.get("limit")
        self.all_rows.setVisible(isinstance(limit, int) and 0 < limit <= len(table.rows))
        self.bar.fill(table)
        self._arrange()
        self.shown.emit(table)
        # The library that draws charts takes a third of a second to load: on a lane, after the table.
        self.context.jobs.read(load_engine, then=self._draw_chart, name="load_charts")

    def _draw_chart(self, _loaded: object) -> None:
        self.chart.set_chart(self.table.chart if self.table is not None else None)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, Refusal):
            self.context.presenter.show(error)
            return
        text = self.bar.refuse(error)
        self.table = None
        self._arrange()
        self.subtitle.setText("")
        self.view.show_table(Table(self.spec.key, "", "", (), ()))
        self.view.nothing.setText(text)

    def export(self, form: str) -> None:
        """Ask where to, then write the whole report there."""
        name = f"{self.table.title if self.table is not None else _(self.spec.title)}.{form}"
        path, _filter = QFileDialog.getSaveFileName(self, _("Save the report"), name, dict(FORMATS)[form])
        if path:
            self.export_to(Path(path), form)

    def export_to(self, path: Path, form: str) -> None:
        """Write every row of the report to ``path`` off the GUI thread, and say so."""
        given = self.bar.given()
        if any(param.key == "limit" for param in self.spec.params):
            given |= {"limit": "0", "offset": "0"} if "offset" in given else {"limit": "0"}
        language, seat, key = current_language(), self.context.seat, self.spec.key

        def work() -> Path:
            write_table(seat.ask(report_table, key, given), path, form, language)
            return path

        self.context.jobs.read(
            work,
            then=lambda done: self.context.toast(_("Written to {path}.").format(path=done)),
            failed=self.context.presenter.show,
            name="export_report",
        )

    def copy(self) -> None:
        """Put the whole table on the clipboard, titles first, ready for a spreadsheet."""
        from PySide6.QtWidgets import QApplication

        if self.table is None:
            return
        columns = self.table.columns
        lines = [[column.title for column in columns]]
        rows = (*self.table.rows, *self.table.totals)
        lines += [[cell_text(row, column, n) for n, column in enumerate(columns)] for row in rows]
        QApplication.clipboard().setText("\n".join("\t".join(cells) for cells in lines))
        self.context.toast(_("The table is on the clipboard."))

    def focus_table(self) -> None:
        """Put the keyboard into the table."""
        self.view.body.setFocus(Qt.FocusReason.OtherFocusReason)


def write_table(table: Table, path: Path, form: str, language: str) -> None:
    """Write a table as xlsx, pdf or csv; raises OSError in the words of the system."""
    if form == "xlsx":
        from tradecrm.reports.draw.excel import to_xlsx

        to_xlsx(table, path)
    elif form == "pdf":
        from tradecrm.reports.draw.pdf import to_pdf

        to_pdf(table, path, language)
    else:
        from tradecrm.reports.draw.text import to_csv

        to_csv(table, path)
