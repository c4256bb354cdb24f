"""The rules of approval: on or off, from what threshold, who decides, and who stands in for whom."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.services.control.approval_rules import (
    KIND_TITLES,
    LevelDraft,
    RuleRow,
    SaveRule,
    SwitchRules,
    Unit,
    approval_rules,
    save_rule,
    switch_rules,
)
from tradecrm.services.control.people import PersonRow, people_rows
from tradecrm.services.work import Reader
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.pages.approval_deputies import DeputiesPanel
from tradecrm.ui.pages.approval_levels import LevelsDialog, chain_text
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.tables import two_lines
from tradecrm.ui.theme import set_role, text_label

_ONE_LINE = 30
"""Letters of a rule that stand on one line."""
_FIELD = 76
_WIDTHS = ((1, _FIELD), (2, 32), (3, 178))
"""Thresholds, units and levels stand below each other on every card."""


@dataclass(frozen=True, slots=True)
class RuleSheet:
    """What the page shows: rules, people, the base currency."""

    rules: tuple[RuleRow, ...]
    people: tuple[PersonRow, ...]
    base: str


def rule_sheet(reader: Reader) -> RuleSheet:
    """Answer the rules with the people who may decide."""
    return RuleSheet(approval_rules(reader), people_rows(reader), reader.base)


def shown_threshold(rule: RuleRow) -> str:
    """Answer a threshold as people type it: a share in percent."""
    if not rule.threshold:
        return ""
    number = Decimal(rule.threshold) * (100 if rule.unit is Unit.SHARE else 1)
    return f"{number.normalize():f}"


def typed_threshold(rule: RuleRow, text: str) -> str:
    """Answer a threshold as it is kept; what is no number goes as it is, to be refused in words."""
    plain = text.strip().replace(",", "").rstrip("% ")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return plain
    return f"{number / (100 if rule.unit is Unit.SHARE else 1):f}"


class ApprovalRulesPage(Page):
    """A card for each kind of paper; every change is written at once."""

    watches = frozenset({"approval_rule", "approval_level", "deputy", "person"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._may = context.seat.actor.can("settings.write")
        self._sheet: RuleSheet | None = None
        self.switches: dict[str, QCheckBox] = {}
        self.boxes: dict[tuple[str, str], QCheckBox] = {}
        self.thresholds: dict[tuple[str, str], QLineEdit] = {}
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        self._alone = text_label("", "muted", wrap=True)
        self.problem = text_label("", "problem", wrap=True)
        self.problem.hide()
        self.deputies = DeputiesPanel(context)
        self._lay_out()
        self.reload()

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Approval rules")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "check"

    def reload(self) -> None:
        """Read the rules and the people again."""
        self.context.ask(rule_sheet, then=self._show, replaces=(id(self), "rules"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(text_label(_("Approval rules"), "title"), 1)
        people = QPushButton(_("People"))
        people.clicked.connect(lambda: self.context.open(Link.to("people")))
        head.addWidget(people)
        inner = QWidget()
        inner.setObjectName("groups")
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 4, 0)
        body.setSpacing(14)
        columns = QHBoxLayout()
        columns.setSpacing(14)
        for column in (self._left, self._right):
            column.setSpacing(14)
            columns.addLayout(column, 1)
        body.addLayout(columns)
        body.addWidget(_card(_("Deputies"), self.deputies))
        body.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 16)
        whole.setSpacing(10)
        whole.addLayout(head)
        whole.addWidget(self._alone)
        whole.addWidget(self.problem)
        whole.addWidget(scroll, 1)

    def _show(self, sheet: RuleSheet) -> None:
        self._sheet = sheet
        alone = sum(1 for person in sheet.people if person.active) == 1
        words = _(
            "A rule that is off lets papers pass; the log says so. Nobody approves what they submitted."
        )
        if alone:
            words = _("You trade alone: whatever the rules say passes, and the log keeps the reasons.")
        self._alone.setText(words)
        self.boxes, self.thresholds, self.switches = {}, {}, {}
        for column in (self._left, self._right):
            empty(column)
        kinds = [kind for kind in KIND_TITLES if any(rule.kind == kind[0] for rule in sheet.rules)]
        height = {self._left: 0, self._right: 0}
        for kind, title in kinds:
            rules = [rule for rule in sheet.rules if rule.kind == kind]
            column = min((self._left, self._right), key=lambda each: height[each])
            height[column] += len(rules) + 2
            column.addWidget(self._kind(kind, title, rules))
        for column in (self._left, self._right):
            column.addStretch(1)
        self.deputies.show_people(sheet.people)

    def _kind(self, kind: str, title: str, rules: Sequence[RuleRow]) -> QFrame:
        card = set_role(QFrame(), "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(text_label(_(title), "section"), 1)
        switch = QCheckBox(_("All rules"))
        switch.setAccessibleName(_("{kind}: all rules").format(kind=_(title)))
        switch.setChecked(all(rule.active for rule in rules))
        switch.setEnabled(self._may)
        switch.clicked.connect(functools.partial(self._switch, kind, switch))
        self.switches[kind] = switch
        head.addWidget(switch)
        column.addLayout(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for column_of_grid, width in _WIDTHS:
            grid.setColumnMinimumWidth(column_of_grid, width)
        for place, rule in enumerate(rules):
            self._rule(grid, place, rule)
        column.addLayout(grid)
        return card

    def _rule(self, grid: QGridLayout, place: int, rule: RuleRow) -> None:
        assert self._sheet is not None
        key = (rule.kind, rule.trigger)
        title = _(rule.title)
        # A box does not wrap: a long rule would push who decides out of sight.
        box = self.boxes[key] = QCheckBox("\n".join(two_lines(title)) if len(title) > _ONE_LINE else title)
        box.setAccessibleName(title)
        box.setChecked(rule.active)
        box.setEnabled(self._may)
        box.clicked.connect(functools.partial(self._activate, rule, box))
        grid.addWidget(box, place, 0)
        if rule.unit is not Unit.NONE:
            units = {Unit.USD: "USD", Unit.BASE: self._sheet.base, Unit.SHARE: "%", Unit.COUNT: ""}
            field = self.thresholds[key] = QLineEdit(shown_threshold(rule))
            field.setFixedWidth(_FIELD)
            field.setEnabled(self._may)
            field.setAccessibleName(_("{rule}: threshold").format(rule=_(rule.title)))
            field.editingFinished.connect(functools.partial(self._limit, rule, field))
            grid.addWidget(field, place, 1)
            grid.addWidget(text_label(units[rule.unit], "muted"), place, 2)
        who = set_role(QPushButton(chain_text(rule, self._sheet.people)), "link")
        who.setToolTip(_("Change who decides"))
        who.setEnabled(self._may)
        who.clicked.connect(functools.partial(self.ask_levels, rule))
        grid.addWidget(who, place, 3)

    def ask_levels(self, rule: RuleRow, _checked: bool = False) -> LevelsDialog:
        """Ask who decides on a rule."""
        assert self._sheet is not None
        dialog = LevelsDialog(
            self, rule, self._sheet.people, self._sheet.base, functools.partial(self._levels, rule)
        )
        dialog.open()
        return dialog

    def _switch(self, kind: str, box: QCheckBox, _checked: bool = False) -> None:
        self.problem.hide()
        self.context.perform(
            switch_rules,
            SwitchRules(kind, box.isChecked()),
            refused=self._refused,
            failed=lambda _error: self.reload(),
        )

    def _activate(self, rule: RuleRow, box: QCheckBox, _checked: bool = False) -> None:
        self._save(replace(rule, active=box.isChecked()))

    def _limit(self, rule: RuleRow, field: QLineEdit) -> None:
        threshold = typed_threshold(rule, field.text())
        if threshold != typed_threshold(rule, shown_threshold(rule)):
            self._save(replace(rule, threshold=threshold))

    def _levels(self, rule: RuleRow, levels: tuple[LevelDraft, ...]) -> None:
        self._save(replace(rule, levels=levels))

    def _save(self, rule: RuleRow) -> None:
        self.problem.hide()
        command = SaveRule(rule.kind, rule.trigger, rule.active, rule.threshold, rule.levels, rule.version)
        self.context.perform(save_rule, command, refused=self._refused, failed=lambda _error: self.reload())

    def _refused(self, refusal: Refusal) -> None:
        self.problem.setText("\n".join(problem.message for problem in refusal.problems))
        self.problem.show()


def _card(title: str, body: QWidget) -> QFrame:
    card = set_role(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 12, 16, 14)
    column.setSpacing(8)
    column.addWidget(text_label(title, "section"))
    column.addWidget(body)
    return card
