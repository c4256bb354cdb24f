"""The second step of the import wizard: sheet, encoding and header, what each column holds, open questions."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from tradecrm.core.text import N_, _
from tradecrm.importing.columns import import_kinds
from tradecrm.importing.convert import OPTIONS, ColumnStyle, Question, plain_text
from tradecrm.importing.encoding import ENCODINGS
from tradecrm.importing.plan import SheetPlan
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.editors import mark_problem
from tradecrm.ui.pages.import_tables import PlainTable, SheetModel
from tradecrm.ui.pages.import_work import Opened, field_title, usable_sheets
from tradecrm.ui.theme import set_role, text_label

NOT_USED = ""
_ASK = "?"
_HEADER_CHOICES = 30
_ANSWERS = {
    "dmy": N_("day first (31/12/2026)"),
    "mdy": N_("month first (12/31/2026)"),
    "points": N_("13 means 13 %"),
    "fraction": N_("0.13 means 13 %"),
    ".": N_("a point parts the decimals"),
    ",": N_("a comma parts the decimals"),
}


class ColumnsStep(QWidget):
    """Asks what is not certain; ``changed`` when an answer was given, the rest when the file is to be read anew."""

    changed = Signal()
    sheet_chosen = Signal(str)
    encoding_chosen = Signal(str)
    header_chosen = Signal(object)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self.plan: SheetPlan | None = None
        self.fields: dict[int, QComboBox] = {}
        self.answers: dict[int, QComboBox] = {}
        self.notes: dict[int, QWidget] = {}
        self.sheets, self.encodings, self.headers = QComboBox(), QComboBox(), QComboBox()
        self.encoding_label = text_label(_("Encoding"), "muted")
        self.warnings = text_label("", "muted", wrap=True)
        self.state = text_label("", "warn", wrap=True)
        self.model = SheetModel()
        self.table = PlainTable(context.theme, self.model)
        self.sheets.activated.connect(lambda: self.sheet_chosen.emit(str(self.sheets.currentData())))
        self.encodings.activated.connect(lambda: self.encoding_chosen.emit(str(self.encodings.currentData())))
        self.headers.activated.connect(lambda: self.header_chosen.emit(self.headers.currentData()))
        self._lay_out()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        top = QHBoxLayout()
        top.setSpacing(8)
        for title, combo in ((_("Sheet"), self.sheets), (_("Header row"), self.headers)):
            top.addWidget(text_label(title, "muted"))
            combo.setMinimumContentsLength(8)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            top.addWidget(combo)
        top.addWidget(self.encoding_label)
        top.addWidget(self.encodings)
        top.addStretch(1)
        box.addLayout(top)
        box.addWidget(self.warnings)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        card = set_role(QFrame(), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(12, 10, 4, 10)
        inside.addWidget(text_label(_("What each column holds"), "section"))
        inside.addWidget(self.state)
        inside.addWidget(self.area, 1)
        card.setFixedWidth(500)
        middle.addWidget(card)
        sheet = set_role(QFrame(), "card")
        shown = QVBoxLayout(sheet)
        shown.setContentsMargins(1, 10, 1, 1)
        heading = text_label(_("The sheet as it stands"), "section")
        heading.setContentsMargins(14, 0, 0, 0)
        shown.addWidget(heading)
        shown.addWidget(self.table, 1)
        middle.addWidget(sheet, 1)
        box.addLayout(middle, 1)

    def show_file(self, opened: Opened) -> None:
        """Show a file that was read."""
        self.sheets.clear()
        for sheet in usable_sheets(opened.workbook):
            title = _("{sheet} (hidden)").format(sheet=sheet.name) if sheet.hidden else sheet.name
            self.sheets.addItem(title, sheet.name)
        self.sheets.setCurrentIndex(self.sheets.findData(opened.plan.sheet.name))
        text = bool(opened.workbook.encoding)
        self.encodings.clear()
        for codec, title in ENCODINGS:
            self.encodings.addItem(title, codec)
        self.encodings.setCurrentIndex(self.encodings.findData(opened.workbook.encoding))
        self.encodings.setVisible(text)
        self.encoding_label.setVisible(text)
        self.warnings.setText("\n".join(opened.workbook.warnings))
        self.warnings.setVisible(bool(opened.workbook.warnings))
        self.show_plan(opened.plan)

    def show_plan(self, plan: SheetPlan) -> None:
        """Show how a sheet will be read, and ask what is open."""
        self.plan = plan
        self.model.show_plan(plan)
        self.headers.clear()
        self.headers.addItem(_("no header"), None)
        for index in range(min(_HEADER_CHOICES, len(plan.sheet.rows))):
            self.headers.addItem(str(plan.sheet.numbers[index]), index)
        self.headers.setCurrentIndex(
            self.headers.findData(plan.header.row) if plan.header.row is not None else 0
        )
        self._fill(plan)
        self._tell()

    def _fill(self, plan: SheetPlan) -> None:
        self.fields, self.answers, self.notes = {}, {}, {}
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 4, 8, 4)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        asked = {one.column: one for one in plan.guess.ambiguities}
        row = 0
        for column in range(len(plan.header.names)):
            grid.addWidget(self._about(plan, column), row, 0)
            ambiguity = asked.get(column)
            combo = self._combo(plan, column, ambiguity.candidates if ambiguity is not None else None)
            grid.addWidget(combo, row, 1, Qt.AlignmentFlag.AlignTop)
            row += 1
            if ambiguity is not None:
                note = text_label(ambiguity.question, "warn", wrap=True)
                self.notes[column] = note
                grid.addWidget(note, row, 0, 1, 2)
                row += 1
            question = plan.questions.get(column)
            if question is not None:
                grid.addWidget(text_label(question.sentence, "warn", wrap=True), row, 0)
                grid.addWidget(self._answer(column, question.question), row, 1, Qt.AlignmentFlag.AlignTop)
                row += 1
        grid.setRowStretch(row, 1)
        self.area.setWidget(body)

    def _about(self, plan: SheetPlan, column: int) -> QWidget:
        cell = QWidget()
        box = QVBoxLayout(cell)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(text_label(plan.header.shown(column), "strong", wrap=True))
        rows = range(plan.header.first, min(plan.header.first + 12, len(plan.sheet.rows)))
        texts = [plain_text(plan.sheet.cell(index, column)).replace("\n", " ") for index in rows]
        sample = " · ".join([text for text in texts if text][:3])
        box.addWidget(text_label(sample[:70], "label", wrap=True))
        return cell

    def _combo(self, plan: SheetPlan, column: int, candidates: tuple[str, ...] | None) -> QComboBox:
        combo = QComboBox()
        combo.setFixedWidth(190)
        combo.setAccessibleName(plan.header.shown(column))
        if candidates is not None:
            combo.addItem(_("Please choose"), _ASK)
            for key in candidates:
                combo.addItem(field_title(plan.kind, key), key)
        combo.addItem(_("not brought in"), NOT_USED)
        for one in import_kinds()[plan.kind].fields:
            if combo.findData(one.key) < 0:
                combo.addItem(_(one.title) + (" *" if one.required else ""), one.key)
        chosen = plan.guess.mapping.get(column, _ASK if candidates is not None else NOT_USED)
        combo.setCurrentIndex(combo.findData(chosen))
        combo.activated.connect(partial(self._on_field, column))
        self.fields[column] = combo
        return combo

    def _answer(self, column: int, question: Question) -> QComboBox:
        combo = QComboBox()
        combo.setFixedWidth(190)
        combo.addItem(_("Please choose"), _ASK)
        for option in OPTIONS[question]:
            combo.addItem(_(_ANSWERS[option]), option)
        combo.setProperty("question", question.value)
        combo.activated.connect(lambda: self._tell(emit=True))
        self.answers[column] = combo
        return combo

    def _on_field(self, column: int, _index: int) -> None:
        """Take a field from the column that held it before: no field comes from two columns."""
        key = self.fields[column].currentData()
        for other, combo in self.fields.items():
            if other != column and key not in (_ASK, NOT_USED) and combo.currentData() == key:
                combo.setCurrentIndex(combo.findData(NOT_USED))
        self._tell(emit=True)

    def mapping(self) -> dict[int, str]:
        """Answer the field of each column that is brought in."""
        return {
            column: str(combo.currentData())
            for column, combo in self.fields.items()
            if combo.currentData() not in (_ASK, NOT_USED)
        }

    def styles(self) -> dict[int, ColumnStyle]:
        """Answer the answers to how columns write dates, percentages and numbers."""
        found: dict[int, ColumnStyle] = {}
        for column, combo in self.answers.items():
            if combo.currentData() != _ASK:
                name = str(combo.property("question"))
                before = (
                    self.plan.styles.get(column, ColumnStyle()) if self.plan is not None else ColumnStyle()
                )
                values = {"day_order": before.day_order, "percent": before.percent,
                          "decimal_mark": before.decimal_mark, name: str(combo.currentData())}  # fmt: skip
                found[column] = ColumnStyle(**values)
        return found

    def open_questions(self) -> list[str]:
        """Answer in words what keeps the rows from being checked."""
        if self.plan is None:
            return []
        asked = [column for column, combo in self.fields.items() if combo.currentData() == _ASK]
        open_answers = [
            column
            for column, combo in self.answers.items()
            if combo.currentData() == _ASK and column in self.mapping()
        ]
        names = [self.plan.header.shown(column) for column in dict.fromkeys([*asked, *open_answers])]
        texts = [_("Say what “{column}” holds.").format(column=name) for name in names]
        taken = set(self.mapping().values())
        missing = [f for f in import_kinds()[self.plan.kind].fields if f.required and f.key not in taken]
        return texts + [
            _("No column holds “{field}”, which is needed.").format(field=_(f.title)) for f in missing
        ]

    def _tell(self, *, emit: bool = False) -> None:
        for combo in (*self.fields.values(), *self.answers.values()):
            mark_problem(combo, problem=combo.currentData() == _ASK)
        texts = self.open_questions()
        self.state.setText("\n".join(texts[:3]))
        self.state.setVisible(bool(texts))
        if emit:
            self.changed.emit()
