"""The bar above a list: the search box, filter chips made from field kinds, and the pop-up that edits one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.fields import FieldKind
from tradecrm.core.listing import Filter, Op, Period, operators
from tradecrm.core.phrases import enumerated, told_of
from tradecrm.core.text import N_, _
from tradecrm.screens.spec import ColumnSpec
from tradecrm.ui.fields.parse import Unreadable, parse_value
from tradecrm.ui.fields.show import plain_tip, shown
from tradecrm.ui.labels import FlowLayout
from tradecrm.ui.theme import Theme, set_role, text_label
from tradecrm.ui.turns import in_turn

OP_TITLES = {
    Op.CONTAINS: N_("contains"),
    Op.STARTS: N_("starts with"),
    Op.IS: N_("is"),
    Op.ANY_OF: N_("is one of"),
    Op.NONE_OF: N_("is none of"),
    Op.AT_LEAST: N_("at least"),
    Op.AT_MOST: N_("at most"),
    Op.BETWEEN: N_("between"),
    Op.PERIOD: N_("in"),
    Op.YES: N_("yes"),
    Op.NO: N_("no"),
    Op.EMPTY: N_("is empty"),
    Op.FILLED: N_("is filled"),
}
PERIOD_TITLES = {
    Period.TODAY: N_("today"),
    Period.THIS_WEEK: N_("this week"),
    Period.NEXT_7_DAYS: N_("next 7 days"),
    Period.LAST_30_DAYS: N_("last 30 days"),
    Period.NEXT_30_DAYS: N_("next 30 days"),
    Period.THIS_MONTH: N_("this month"),
    Period.LAST_MONTH: N_("last month"),
    Period.NEXT_MONTH: N_("next month"),
    Period.THIS_YEAR: N_("this year"),
    Period.LAST_YEAR: N_("last year"),
    Period.BEFORE_TODAY: N_("before today"),
}
_VALUELESS = frozenset({Op.YES, Op.NO, Op.EMPTY, Op.FILLED})


def filter_text(column: ColumnSpec, chosen: Filter) -> str:
    """Answer a filter in words, such as ``Currency is one of USD, EUR``."""
    title, op = _(column.title), _(OP_TITLES[chosen.op])
    if chosen.op in _VALUELESS:
        return told_of(title, op)
    if chosen.op is Op.PERIOD:
        return told_of(title, _(PERIOD_TITLES[Period(chosen.values[0])]))
    values = [shown(value, column.kind, choices=column.choices) for value in chosen.values]
    if chosen.op is Op.BETWEEN:
        return told_of(title, f"{values[0]} – {values[-1]}")
    if chosen.op is Op.ANY_OF:
        return told_of(title, enumerated(values))
    return f"{title} {op} {enumerated(values)}"


_LONGEST_CHIP = 60


class FilterPopup(QFrame):
    """Edits one filter: operator, values as the kind wants them, and Apply."""

    applied = Signal(object)

    def __init__(self, parent: QWidget, column: ColumnSpec, chosen: Filter | None, today: date) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._column = column
        self._today = today
        self.ops = QComboBox()
        for op in operators(column.kind):
            self.ops.addItem(_(OP_TITLES[op]), op)
        self.periods = QComboBox()
        for period in Period:
            self.periods.addItem(_(PERIOD_TITLES[period]), period)
        self.first = QLineEdit()
        self.second = QLineEdit()
        title = _(column.title)
        self.ops.setAccessibleName(_("How {column} is compared").format(column=title))
        self.periods.setAccessibleName(title)
        self.first.setAccessibleName(title)
        self.second.setAccessibleName(_("{column}, to").format(column=title))
        self.boxes = [(QCheckBox(_(choice.label)), choice.value) for choice in column.choices]
        self.problem = text_label("", "problem", wrap=True)
        self._lay_out()
        if chosen is not None:
            self._take(chosen)
        self.ops.currentIndexChanged.connect(self._show_needed)
        self._show_needed()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 12, 12)
        box.setSpacing(8)
        box.addWidget(text_label(_(self._column.title), "strong"))
        box.addWidget(self.ops)
        box.addWidget(self.periods)
        box.addWidget(self.first)
        box.addWidget(self.second)
        for check, _value in self.boxes:
            box.addWidget(check)
        box.addWidget(self.problem)
        apply = set_role(QPushButton(_("Apply")), "primary")
        apply.clicked.connect(self.apply)
        box.addWidget(apply)
        self.setMinimumWidth(260)

    def _take(self, chosen: Filter) -> None:
        self.ops.setCurrentIndex(max(0, self.ops.findData(chosen.op)))
        if chosen.op is Op.PERIOD:
            self.periods.setCurrentIndex(max(0, self.periods.findData(Period(chosen.values[0]))))
            return
        for check, value in self.boxes:
            check.setChecked(value in chosen.values)
        texts = [shown(value, self._column.kind) for value in chosen.values]
        if chosen.op in (Op.ANY_OF, Op.NONE_OF):
            self.first.setText(", ".join(texts))
        else:
            for field, text in zip((self.first, self.second), texts, strict=False):
                field.setText(text)

    def _show_needed(self) -> None:
        op = Op(self.ops.currentData())
        coded = op in (Op.ANY_OF, Op.NONE_OF)
        self.periods.setVisible(op is Op.PERIOD)
        valued = op not in _VALUELESS and op is not Op.PERIOD
        self.first.setVisible(valued and not (coded and bool(self.boxes)))
        self.second.setVisible(op is Op.BETWEEN)
        for check, _value in self.boxes:
            check.setVisible(coded)
        self.problem.setVisible(bool(self.problem.text()))
        if coded and not self.boxes:
            self.first.setPlaceholderText(_("several, parted by commas"))
        self.adjustSize()
        if self.first.isVisible():
            self.first.setFocus()

    def move_within(self, at: QPoint) -> None:
        """Stand at a point of the screen, or as near to it as the whole pop-up is seen."""
        room = self.screen().availableGeometry()
        left = min(at.x(), room.right() - self.width())
        top = min(at.y(), room.bottom() - self.height())
        self.move(max(room.left(), left), max(room.top(), top))

    def apply(self) -> None:
        """Hand over the filter, or say what cannot be read."""
        op = Op(self.ops.currentData())
        try:
            values = self._values(op)
        except Unreadable as error:
            self.problem.setText(str(error))
            self._show_needed()
            return
        self.applied.emit(Filter(self._column.key, op, values))
        self.close()

    def _values(self, op: Op) -> tuple[Any, ...]:
        if op in _VALUELESS:
            return ()
        if op is Op.PERIOD:
            return (str(self.periods.currentData()),)
        if op in (Op.ANY_OF, Op.NONE_OF):
            chosen = [value for check, value in self.boxes if check.isChecked()]
            if not self.boxes:
                chosen = [part.strip().upper() for part in self.first.text().split(",") if part.strip()]
            if not chosen:
                raise Unreadable(_("Choose at least one."))
            return tuple(chosen)
        fields = (self.first, self.second) if op is Op.BETWEEN else (self.first,)
        values = tuple(parse_value(f.text(), self._column.kind, today=self._today) for f in fields)
        if any(value is None for value in values):
            raise Unreadable(_("Type a value, or take the filter off."))
        return values

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter applies."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.apply()
        else:
            super().keyPressEvent(event)


class SearchBox(QLineEdit):
    """The search of one list: every key asks anew; Escape empties it, Down goes to the rows."""

    went_down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave to the rows with Down or Enter."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.went_down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """Search box and chips; ``changed`` when the request they stand for is another one."""

    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        columns: tuple[ColumnSpec, ...],
        today: Callable[[], date],
        quick: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self._columns = {column.key: column for column in columns}
        self._theme = theme
        self._today = today
        self._filters: dict[str, Filter] = {}
        self._quick = tuple(key for key in quick if key in self._columns)
        self.search = SearchBox()
        self.search.setPlaceholderText(_("Search this list"))
        self.search.setAccessibleName(_("Search this list"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(260)
        self.search.textChanged.connect(self.changed)
        self.add = set_role(QPushButton(_("Filter")), "chip")
        self.add.setIcon(theme.icon("plus"))
        self.add.clicked.connect(self._on_add)
        self._row = FlowLayout(8)
        self.setLayout(self._row)
        self._row.addWidget(self.search)
        self._shown_chips: list[QPushButton] = []
        self._show_chips()

    def text(self) -> str:
        """Answer what is searched for."""
        return self.search.text()

    def filters(self) -> tuple[Filter, ...]:
        """Answer the filters, in the order they were set."""
        return tuple(self._filters.values())

    def set_filters(self, filters: tuple[Filter, ...], text: str = "") -> None:
        """Show these filters and this search, telling once."""
        self._filters = {chosen.key: chosen for chosen in filters if chosen.key in self._columns}
        self.search.blockSignals(True)
        self.search.setText(text)
        self.search.blockSignals(False)
        self._show_chips()
        self.changed.emit()

    def put(self, chosen: Filter) -> None:
        """Set or replace the filter of one column."""
        self._filters[chosen.key] = chosen
        self._show_chips()
        self.changed.emit()

    def drop(self, key: str) -> None:
        """Take one filter off."""
        self._filters.pop(key, None)
        self._show_chips()
        self.changed.emit()

    def edit(self, key: str, at: QPoint | None = None) -> FilterPopup:
        """Open the pop-up of a column's filter."""
        popup = FilterPopup(self, self._columns[key], self._filters.get(key), self._today())
        popup.applied.connect(self.put)
        popup.show()
        popup.move_within(at or self.add.mapToGlobal(QPoint(0, self.add.height() + 4)))
        return popup

    def _show_chips(self) -> None:
        """Draw the quick filters in their places, then the others, then the button for one more.

        A chip the keyboard stood on gives its place to the one that follows it here.
        """
        here = next((n for n, chip in enumerate(self._shown_chips) if chip.hasFocus()), None)
        self._row.removeWidget(self.add)
        for chip in self._shown_chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        rest = [chosen for key, chosen in self._filters.items() if key not in self._quick]
        self._shown_chips = [
            self._chip(self._filters[key]) if key in self._filters else self._quick_chip(key)
            for key in self._quick
        ]
        self._shown_chips += [self._chip(chosen) for chosen in rest]
        for chip in (*self._shown_chips, self.add):
            self._row.addWidget(chip)
            chip.show()
        in_turn(self.search, *self._shown_chips, self.add)
        if here is not None:
            (*self._shown_chips, self.add)[min(here, len(self._shown_chips))].setFocus()

    def _quick_chip(self, key: str) -> QPushButton:
        """Answer the chip of a filter that is off: a yes/no field is switched on, another asks its value."""
        column = self._columns[key]
        chip = set_role(QPushButton(_(column.title).replace("&", "&&")), "chip")
        if column.kind is FieldKind.BOOL:
            chip.clicked.connect(lambda: self.put(Filter(key, Op.YES)))
        else:
            chip.clicked.connect(lambda: self.edit(key, chip.mapToGlobal(QPoint(0, chip.height() + 4))))
        return chip

    def _chip(self, chosen: Filter) -> QPushButton:
        text = filter_text(self._columns[chosen.key], chosen)
        short = text if len(text) <= _LONGEST_CHIP else text[: _LONGEST_CHIP - 1] + "…"
        chip = set_role(QPushButton(short.replace("&", "&&")), "chip")
        chip.setToolTip(plain_tip(text) if short != text else "")
        chip.setCheckable(True)
        chip.setChecked(True)
        menu = QMenu(chip)
        menu.addAction(
            _("Change"), lambda: self.edit(chosen.key, chip.mapToGlobal(QPoint(0, chip.height() + 4)))
        )
        menu.addAction(_("Take off"), lambda: self.drop(chosen.key))
        chip.clicked.connect(lambda: self._on_chip(chip, menu))
        return chip

    @staticmethod
    def _on_chip(chip: QPushButton, menu: QMenu) -> None:
        chip.setChecked(True)
        menu.popup(chip.mapToGlobal(QPoint(0, chip.height() + 4)))

    def _on_add(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in self._columns.values():
            if column.filterable:
                menu.addAction(_(column.title), partial(self.edit, column.key))
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height() + 4)))
