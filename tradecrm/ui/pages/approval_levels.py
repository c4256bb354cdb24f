"""The levels of an approval rule: who decides in which order, any of them or all, up to what amount."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.text import _
from tradecrm.services.control.approval_rules import ALL, ANY, LevelDraft, RuleRow
from tradecrm.services.control.people import ROLE_TITLES, PersonRow
from tradecrm.ui.asking import AskingDialog, KeyButton, foot_of
from tradecrm.ui.theme import set_role, text_label

_MOST = 4
"""Levels that a rule may have; no small firm asks more people one after the other."""


def who_text(level: LevelDraft, people: Sequence[PersonRow]) -> str:
    """Answer who decides at a level: the title of a role, or a person's name."""
    if level.person_id is not None:
        return next((person.name for person in people if person.id == level.person_id), "")
    return _(dict(ROLE_TITLES).get(level.role, level.role))


def chain_text(rule: RuleRow, people: Sequence[PersonRow]) -> str:
    """Answer the levels of a rule in their order."""
    return " → ".join(who_text(level, people) for level in rule.levels)


class _LevelRow:
    """The fields of one level; the first choice of who is nobody."""

    def __init__(self, number: int, people: Sequence[PersonRow], level: LevelDraft | None) -> None:
        self.who = QComboBox()
        self.who.addItem(_("nobody"), ("", None))
        for role, title in ROLE_TITLES:
            self.who.addItem(_(title), (role, None))
        for person in people:
            if person.active:
                self.who.addItem(person.name, ("", person.id))
        self.mode = QComboBox()
        self.mode.addItem(_("any of them"), ANY)
        self.mode.addItem(_("all of them"), ALL)
        self.ceiling = QLineEdit()
        self.ceiling.setPlaceholderText(_("no limit"))
        for field, name in (
            (self.who, _("Level {number}: who decides")),
            (self.mode, _("Level {number}: any or all")),
            (self.ceiling, _("Level {number}: decides alone up to")),
        ):
            field.setAccessibleName(name.format(number=number))
        if level is not None:
            wanted = ("", level.person_id) if level.person_id is not None else (level.role, None)
            places = [at for at in range(self.who.count()) if tuple(self.who.itemData(at)) == wanted]
            self.who.setCurrentIndex(places[0] if places else 0)
            self.mode.setCurrentIndex(self.mode.findData(level.mode))
            if level.ceiling is not None:
                self.ceiling.setText(f"{level.ceiling.normalize():f}")

    def texts(self) -> tuple[str, ...]:
        """Answer what stands in the fields."""
        return (self.who.currentText(), self.mode.currentText(), self.ceiling.text())

    def level(self) -> LevelDraft | None:
        """Answer the level as typed, None for nobody; raises InvalidOperation for a ceiling that is no number."""
        role, person_id = self.who.currentData()
        if not role and person_id is None:
            return None
        text = self.ceiling.text().strip().replace(",", "")
        return LevelDraft(role, person_id, self.mode.currentData(), Decimal(text) if text else None)


class LevelsDialog(AskingDialog):
    """Asks for the levels of a rule; ``done`` is called with them."""

    def __init__(
        self,
        parent: QWidget,
        rule: RuleRow,
        people: Sequence[PersonRow],
        base: str,
        done: Callable[[tuple[LevelDraft, ...]], None],
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setWindowTitle(_(rule.title))
        self.setMinimumWidth(560)
        self._done = done
        kept: list[LevelDraft | None] = [*rule.levels]
        kept += [None] * (_MOST - len(kept))
        self.rows = [_LevelRow(number, people, level) for number, level in enumerate(kept, 1)]
        self.problem = text_label("", "problem", wrap=True)
        self.problem.hide()
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        limit = _("Decides alone up to ({currency})").format(currency=base)
        for column, title in enumerate((_("Who decides"), _("Of several"), limit)):
            grid.addWidget(text_label(title, "label"), 0, column)
        for place, row in enumerate(self.rows, 1):
            for column, field in enumerate((row.who, row.mode, row.ceiling)):
                grid.addWidget(field, place, column)
        grid.setColumnStretch(0, 2)
        keep = set_role(KeyButton(_("Save")), "primary")
        keep.clicked.connect(self.keep)
        words = _("They decide one after the other. Nobody decides on what they submitted themselves.")
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(20, 18, 20, 16)
        column_of_all.setSpacing(12)
        column_of_all.addWidget(text_label(words, "muted", wrap=True))
        column_of_all.addLayout(grid)
        column_of_all.addWidget(self.problem)
        column_of_all.addLayout(foot_of(self, keep))
        self._begun = self._texts()

    def _texts(self) -> list[tuple[str, ...]]:
        return [row.texts() for row in self.rows]

    def typed(self) -> bool:
        """Tell whether a level was changed."""
        return self._texts() != self._begun

    def keep(self) -> None:
        """Hand over the levels; a ceiling that is no number is said below the fields."""
        try:
            levels = tuple(level for row in self.rows if (level := row.level()) is not None)
        except InvalidOperation:
            self.problem.setText(_("An amount is a number, such as 20000; leave it empty for no limit."))
            self.problem.show()
            self.fit()
            return
        self.accept()
        self._done(levels)
