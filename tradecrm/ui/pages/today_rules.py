"""The reminder rules: switched on and off, and how many days before they speak; on Today and in the settings."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from tradecrm.core.text import _
from tradecrm.services.control.reminders import (
    APPROVAL_WAITING,
    BALANCE_OVERDUE,
    DEPOSIT_WAITING,
    ChangeRule,
    RuleRow,
    change_rule,
    reminder_rules,
)
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.theme import text_label

NO_DAYS = frozenset({APPROVAL_WAITING, BALANCE_OVERDUE, DEPOSIT_WAITING})
"""Rules that speak from the day itself: days before would mean nothing."""
BELOW_NAME = 24


class RulesPanel(QWidget):
    """A row for each rule; a change is written at once."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._may = context.seat.actor.can("settings.write")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        column.addLayout(self._rows)
        column.addStretch(1)

    def reload(self) -> None:
        """Read the rules again."""
        self._context.ask(reminder_rules, then=self._show, replaces=(id(self), "rules"))

    def _show(self, rules: Sequence[RuleRow]) -> None:
        empty(self._rows)
        for rule in rules:
            box = QCheckBox(_(rule.title))
            box.setChecked(rule.active)
            box.setEnabled(self._may)
            self._rows.addWidget(box)
            days = QSpinBox()
            days.setRange(0, 365)
            days.setValue(rule.days_before)
            days.setEnabled(self._may and rule.active)
            days.setFixedWidth(64)
            days.setAlignment(Qt.AlignmentFlag.AlignCenter)
            days.setAccessibleName(_("{rule}: days before").format(rule=_(rule.title)))
            box.toggled.connect(functools.partial(self._change, rule, box, days))
            days.editingFinished.connect(functools.partial(self._change, rule, box, days))
            if rule.key not in NO_DAYS:
                self._rows.addLayout(_below(days))

    def _change(self, rule: RuleRow, box: QCheckBox, days: QSpinBox, *_checked: bool) -> None:
        if (box.isChecked(), days.value()) == (rule.active, rule.days_before):
            return
        command = ChangeRule(rule.key, box.isChecked(), days.value(), rule.version)
        self._context.perform(
            change_rule, command, then=lambda _value: self.reload(), failed=lambda _error: self.reload()
        )


def _below(days: QSpinBox) -> QHBoxLayout:
    """Answer the line below a rule: how many days before; beside the rule its name would be cut."""
    line = QHBoxLayout()
    line.setContentsMargins(BELOW_NAME, 0, 0, 6)
    line.addWidget(days)
    line.addWidget(text_label(_("days before"), "muted"))
    line.addStretch(1)
    return line
