"""The settings: the firm as its papers name it, money rules, look and language, reminders, backups, people."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
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
from tradecrm.core.text import LANGUAGE_NAMES, LANGUAGES, N_, _, current_language
from tradecrm.services.control.people import ROLE_TITLES, PersonRow, people_rows
from tradecrm.services.control.settings import ChangeSettings, Settings, change_settings
from tradecrm.services.work import Reader
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.fields.editors import mark_problem
from tradecrm.ui.fields.parse import Unreadable, parse_number
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.pages.settings_backups import BackupsPanel
from tradecrm.ui.pages.settings_choices import (
    CONTROL_CHOICES,
    CONTROL_DAYS,
    CONTROL_NUMBERS,
    MONEY_CHOICES,
    MONEY_DAYS,
    MONEY_NUMBERS,
    Choices,
    CodesChoice,
    DaysChoice,
    NumberChoice,
)
from tradecrm.ui.pages.settings_parts import QuietPanel, TwoLines
from tradecrm.ui.pages.today_rules import RulesPanel
from tradecrm.ui.theme import Mode, set_role, text_label

COMPANY: tuple[tuple[str, str, int], ...] = (
    ("company_name", N_("Name in English"), 3),
    ("company_name_local", N_("Name in Chinese"), 3),
    ("company_address", N_("Address in English"), 3),
    ("company_address_local", N_("Address in Chinese"), 3),
    ("company_phone", N_("Phone"), 2),
    ("company_email", N_("E-mail"), 2),
    ("company_tax_no", N_("Tax number"), 2),
    ("company_signatory", N_("Signs papers"), 2),
)
ADDRESSES = frozenset({"company_address", "company_address_local"})
MODES = ((Mode.SYSTEM, N_("Look of the system")), (Mode.LIGHT, N_("Light")), (Mode.DARK, N_("Dark")))


def read_settings(reader: Reader) -> Settings:
    """Answer the firm's settings."""
    return reader.settings


class SettingsPage(Page):
    """Cards of settings; the firm's are saved together, look, rules and backups act at once."""

    watches = frozenset({"setting", "person", "reminder_rule"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._kept = Settings()
        self._fields: dict[str, QLineEdit | TwoLines] = {}
        self._boxes: dict[str, QComboBox] = {}
        self._days: dict[str, tuple[QLineEdit, DaysChoice | CodesChoice]] = {}
        self._numbers: dict[str, tuple[QLineEdit, NumberChoice]] = {}
        self._problem = text_label("", "problem", wrap=True)
        self._rules = RulesPanel(context)
        self._backups = BackupsPanel(context)
        self._people = QGridLayout()
        self._people_card = QFrame()
        self._wrong = ""
        self._save = set_role(QPushButton(_("Save")), "primary")
        self._lay_out()
        self._save.clicked.connect(self.save)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, self.save)
        self.reload()

    @property
    def unsaved(self) -> bool:
        """Tell whether something typed is not saved."""
        try:
            return bool(self._changes())
        except Unreadable:
            return True

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Settings")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "settings"

    def reload(self) -> None:
        """Read the settings again; what was typed and not saved stays."""
        self.context.ask(read_settings, then=self._show, replaces=(id(self), "settings"))
        self.context.ask(people_rows, then=self._show_people, replaces=(id(self), "people"))
        self._rules.reload()
        self._backups.reload()

    def leave(self) -> bool:
        """Save what was typed before the tab closes, so that nothing is lost; what is no number is mended first."""
        if not self.unsaved:
            return True
        self.save()
        return self._problem.isHidden()

    def save(self) -> None:
        """Write what was changed."""
        self._problem.hide()
        for editor in self._editors().values():
            mark_problem(editor, problem=False)
        try:
            values = self._changes()
        except Unreadable as unreadable:
            self._tell(str(unreadable), self._wrong)
            return
        if not values:
            return
        self.context.perform(
            change_settings,
            ChangeSettings(tuple(values.items())),
            then=lambda _value: self.context.toast(_("The settings are saved.")),
            refused=self._refused,
        )

    def _changes(self) -> dict[str, Any]:
        """Answer the settings that differ from what is kept; raises Unreadable for what is no number."""
        values: dict[str, Any] = {name: field.text().strip() for name, field in self._fields.items()}
        values |= {name: box.currentData() for name, box in self._boxes.items() if box.count()}
        for name, (field, days) in self._days.items():
            parts = [part for part in re.split(r"[\s,;，；、]+", field.text().strip()) if part]
            typed = days.read(parts)
            if typed is None:
                self._wrong = name
                raise Unreadable(_(days.wrong))
            if parts or days.may_be_empty:
                values[name] = typed
        for name, (field, choice) in self._numbers.items():
            self._wrong = name
            number = parse_number(field.text(), choice.kind)
            if number is not None:
                values[name] = int(number) if isinstance(getattr(self._kept, name), int) else number
        return {name: value for name, value in values.items() if value != getattr(self._kept, name)}

    def _show(self, settings: Settings) -> None:
        before, self._kept = self._kept, settings
        for name, field in self._fields.items():
            if field.text() in ("", getattr(before, name)):
                field.setText(getattr(settings, name))
                if isinstance(field, QLineEdit):
                    field.setCursorPosition(0)
        for name, box in self._boxes.items():
            place = box.findData(getattr(settings, name))
            if place >= 0:
                box.setCurrentIndex(place)
        for name, (number, choice) in self._numbers.items():
            if not number.isModified():
                number.setText(choice.text(getattr(settings, name)))
            number.setModified(False)
        for name, (line, _choice) in self._days.items():
            if not line.isModified():
                line.setText(", ".join(map(str, getattr(settings, name))))
            line.setModified(False)

    def _show_people(self, rows: Sequence[PersonRow]) -> None:
        self._people_card.setVisible(len(rows) > 1)
        empty(self._people)
        titles = dict(ROLE_TITLES)
        for place, row in enumerate(rows):
            role = "" if row.active else "muted"
            self._people.addWidget(text_label(row.name, role), place, 0)
            self._people.addWidget(text_label(_(titles.get(row.role, row.role)), "muted"), place, 1)
            self._people.addWidget(text_label(row.department, "muted"), place, 2)
            self._people.addWidget(text_label("" if row.active else _("left"), "muted"), place, 3)

    def _refused(self, refusal: Refusal) -> None:
        words = "\n".join(problem.message for problem in refusal.problems)
        self._tell(words, *(problem.field for problem in refusal.problems))

    def _editors(self) -> dict[str, QWidget]:
        """Answer the field of each setting that is typed or chosen."""
        days = {name: line for name, (line, _choice) in self._days.items()}
        numbers = {name: line for name, (line, _choice) in self._numbers.items()}
        return {**self._fields, **self._boxes, **days, **numbers}

    def _tell(self, text: str, *names: str) -> None:
        """Say what is wrong, and go to the first field it is about."""
        self._problem.setText(text)
        self._problem.show()
        editors = [editor for name, editor in self._editors().items() if name in names]
        for editor in editors:
            mark_problem(editor, problem=True)
        if editors:
            editors[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(text_label(_("Settings"), "title"), 1)
        for title, target in (
            (_("Papers and clauses"), "paper_settings"),
            (_("People"), "people"),
            (_("Approval rules"), "approval_rules"),
            (_("Bank holidays"), "holidays"),
            (_("Container capacity"), "container_types"),
        ):
            button = QPushButton(title)
            button.clicked.connect(functools.partial(self._go, target))
            head.addWidget(button)
        head.addWidget(self._save)
        self._save.setEnabled(self.context.seat.actor.can("settings.write"))
        self._problem.hide()
        # Save and what it says stay in sight, however far down the field is.
        top = QVBoxLayout()
        top.setContentsMargins(24, 16, 24, 0)
        top.setSpacing(8)
        top.addLayout(head)
        top.addWidget(self._problem)
        inner = QWidget()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(14)
        whole.addLayout(top)
        whole.addWidget(scroll, 1)
        self._lay_out_cards(inner)

    def _lay_out_cards(self, inner: QWidget) -> None:
        """Fill what scrolls, in its place already: what is given a parent later is styled all over again."""
        body = QHBoxLayout(inner)
        body.setSpacing(14)
        body.setContentsMargins(24, 0, 24, 18)
        left, right = QVBoxLayout(), QVBoxLayout()
        body.addLayout(left, 3)
        body.addLayout(right, 2)
        for part in (left, right):
            part.setSpacing(14)
        left.addWidget(self._company())
        left.addWidget(self._card(_("Backups"), "", self._backups))
        left.addWidget(self._control())
        holder = QWidget()
        holder.setLayout(self._people)
        self._people_card = self._card(_("People"), "", holder)
        self._people_card.hide()
        left.addWidget(self._people_card)
        right.addWidget(self._money())
        right.addWidget(self._look())
        hint = _("What the program reminds you of.")
        right.addWidget(self._card(_("Reminder rules"), hint, self._rules))
        right.addWidget(self._card(_("Quiet hours"), "", QuietPanel(self.context)))
        left.addStretch(1)
        right.addStretch(1)

    def _go(self, target: str, _checked: bool = False) -> None:
        self.context.open(Link.to(target))

    def _card(self, title: str, hint: str, body: QWidget) -> QFrame:
        card = set_role(QFrame(), "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        column.addWidget(text_label(title, "section"))
        if hint:
            column.addWidget(text_label(hint, "muted", wrap=True))
        column.addWidget(body)
        return card

    def _company(self) -> QFrame:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        row = used = 0
        for name, title, span in COMPANY:
            if used + span > 6:
                row, used = row + 2, 0
            field = TwoLines() if name in ADDRESSES else QLineEdit()
            label = text_label(_(title), "label")
            label.setBuddy(field)
            field.setAccessibleName(_(title))
            grid.addWidget(label, row, used, 1, span)
            grid.addWidget(field, row + 1, used, 1, span)
            self._fields[name] = field
            used += span
        for column in range(6):
            grid.setColumnStretch(column, 1)
        return self._card(_("Your firm"), _("As it stands on contracts and invoices."), body)

    def _money(self) -> QFrame:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        currency = self._fields["base_currency"] = QLineEdit()
        self._add_field(column, _("Base currency, until something is posted"), currency)
        self._add_days(column, MONEY_DAYS)
        self._add_choices(column, MONEY_CHOICES, MONEY_NUMBERS)
        return self._card(_("Money"), "", body)

    def _control(self) -> QFrame:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        self._add_choices(column, CONTROL_CHOICES, CONTROL_NUMBERS, abreast=2)
        column.addSpacing(5)
        self._add_days(column, CONTROL_DAYS)
        types = self._fields["uncounted_types"] = QLineEdit()
        types.setPlaceholderText(_("such as: Samples; Free replacements"))
        self._add_field(column, _("Types of order that do not count in targets, parted by semicolons"), types)
        return self._card(_("Prices, freight and credit"), "", body)

    def _add_field(self, column: QVBoxLayout, title: str, field: QLineEdit) -> None:
        label = text_label(title, "label")
        label.setBuddy(field)
        field.setAccessibleName(title)
        column.addWidget(label)
        column.addWidget(field)

    def _add_days(self, column: QVBoxLayout, offered: Sequence[DaysChoice | CodesChoice]) -> None:
        """Add fields for lists of days and of currencies."""
        for days in offered:
            field = QLineEdit()
            field.setPlaceholderText(_(days.hint) if days.hint else "")
            self._add_field(column, _(days.title), field)
            self._days[days.name] = (field, days)

    def _add_choices(
        self,
        column: QVBoxLayout,
        choices: Sequence[Choices],
        numbers: Sequence[NumberChoice],
        abreast: int = 1,
    ) -> None:
        """Add boxes to choose from, as many ``abreast`` as the card has room for, then numbers side by side."""
        boxes = QGridLayout()
        boxes.setHorizontalSpacing(12)
        boxes.setVerticalSpacing(3)
        for place, (name, title, offered) in enumerate(choices):
            box = QComboBox()
            for value, text in offered:
                box.addItem(_(text), value)
            box.setAccessibleName(_(title))
            # Of two boxes in a row neither takes more than its half, however long its words are.
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            row, side = divmod(place, abreast)
            boxes.addWidget(
                text_label(_(title), "label", wrap=True), 2 * row, side, Qt.AlignmentFlag.AlignBottom
            )
            boxes.addWidget(box, 2 * row + 1, side)
            boxes.setColumnStretch(side, 1)
            self._boxes[name] = box
        column.addSpacing(5)
        column.addLayout(boxes)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        for place, choice in enumerate(numbers):
            field = QLineEdit()
            field.setAccessibleName(_(choice.title))
            label = text_label(_(choice.title), "label", wrap=True)
            label.setBuddy(field)
            row, side = divmod(place, 2)
            grid.addWidget(label, 2 * row, side, Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(field, 2 * row + 1, side)
            self._numbers[choice.name] = (field, choice)
        column.addSpacing(5)
        column.addLayout(grid)

    def _look(self) -> QFrame:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        theme = self.context.theme
        looks = QComboBox()
        for mode, title in MODES:
            looks.addItem(_(title), mode)
        looks.setCurrentIndex(max(0, looks.findData(theme.mode)))
        looks.activated.connect(lambda _index: theme.set_mode(Mode(looks.currentData())))
        tongues = QComboBox()
        for code in LANGUAGES:
            tongues.addItem(LANGUAGE_NAMES[code], code)
        tongues.setCurrentIndex(max(0, tongues.findData(current_language())))
        tongues.activated.connect(lambda _index: self._speak(str(tongues.currentData())))
        for place, (title, box) in enumerate(((_("Look"), looks), (_("Language"), tongues))):
            box.setAccessibleName(title)
            grid.addWidget(text_label(title, "label"), 0, place)
            grid.addWidget(box, 1, place)
        return self._card(_("On this computer"), "", body)

    def _speak(self, language: str) -> None:
        if language != current_language():
            self.context.speak(language)
