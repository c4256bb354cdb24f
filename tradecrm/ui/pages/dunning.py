"""Payment reminders (催款): who is to be reminded of what, the letter of the stage, and that it was sent (3.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import _, ngettext
from tradecrm.documents.letters import dunning_letter
from tradecrm.documents.words import Words
from tradecrm.screens.money.due_dates import DUE_DATE_FORM, PROMISE_FORM
from tradecrm.screens.spec import FormSpec
from tradecrm.services.figures.dunning import DunningCase, DunningLine, dunning_cases
from tradecrm.services.money.dunning import RecordDunning, record_dunning
from tradecrm.ui.asking import may_drop
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.pages.letter import LetterPane
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

_LETTER = 360


@dataclass(frozen=True, slots=True)
class Due:
    """The cases of today, each with its letter by language."""

    cases: tuple[DunningCase, ...]
    letters: tuple[Mapping[str, str], ...]


def read_due(reader: Any, party_id: int | None) -> Due:
    """Answer who is to be reminded today, with the letters."""
    cases = dunning_cases(reader, party_id)
    firm = Words(reader.settings.company_name, reader.settings.company_name_local)
    letters = tuple(
        {language: dunning_letter(case, firm, language) for language in ("en", "zh")} for case in cases
    )
    return Due(cases, letters)


def due_table(due: Due) -> Table:
    """Answer the cases as a table: a heading a customer, a row an instalment."""
    columns = (
        TableColumn("number", _("Invoice"), FieldKind.CODE),
        TableColumn("due", _("Due"), FieldKind.DATE),
        TableColumn("late", _("Days overdue"), FieldKind.INTEGER),
        TableColumn("currency", _("Currency"), FieldKind.CURRENCY),
        TableColumn("open", _("Open amount"), FieldKind.MONEY),
        TableColumn("stage", _("Stage")),
        TableColumn("sent", _("Last letter"), FieldKind.DATE),
    )
    rows: list[TableRow] = []
    for case in due.cases:
        heading = (case.party, *[None] * 6)
        rows.append(TableRow(heading, (Link.to("customer", id=case.party_id),), style=RowStyle.SECTION))
        rows += [_line_row(line) for line in case.lines]
    return Table("dunning", "", "", columns, tuple(rows))


def _line_row(line: DunningLine) -> TableRow:
    paper = Link.to("receivable", id=line.item_id)
    stage = _(line.stage.title)
    if line.broken is not None:
        stage = _("{stage}; promised for {day}, not paid").format(stage=stage, day=line.broken)
    cells = (
        line.number,
        line.due_on,
        line.late if line.late > 0 else None,
        line.currency,
        line.open_amount,
        stage,
        line.sent_on,
    )
    return TableRow(cells, (paper,), currency=line.currency, level=1)


class DunningPage(Page):
    """``Link.to("dunning")``, or of one customer with ``party``: the cases at the left, the letter at the right."""

    watches = frozenset({"instalment", "item", "allocation", "receipt", "promise", "dunning"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.due = Due((), ())
        self._begun = False
        self.heading = text_label(_("Payment reminders"), "title")
        self.summary = text_label("", "muted")
        self.table = TableView(context.theme)
        self.letter = LetterPane(context, _("Letter"))
        self.sent = set_role(QPushButton(_("Record as sent")), "primary")
        self.sent.clicked.connect(self.record)
        self.promise = QPushButton(_("Promise to pay"))
        self.promise.clicked.connect(lambda: self._ask(PROMISE_FORM))
        self.redate = QPushButton(_("Agree on another due date"))
        self.redate.clicked.connect(lambda: self._ask(DUE_DATE_FORM))
        self._lay_out()
        self.table.opened.connect(context.open)
        self.table.body.selectionModel().currentChanged.connect(self._chosen)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.heading)
        words.addWidget(self.summary)
        head.addLayout(words, 1)
        for button in (self.redate, self.promise, self.sent):
            head.addWidget(button)
        left = set_role(QFrame(), "card")
        inside = QVBoxLayout(left)
        inside.setContentsMargins(1, 8, 1, 8)
        inside.addWidget(self.table)
        right = set_role(QFrame(), "card")
        right.setFixedWidth(_LETTER)
        column = QVBoxLayout(right)
        column.setContentsMargins(16, 12, 16, 14)
        column.addWidget(self.letter)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(left, 1)
        middle.addWidget(right)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 16)
        box.setSpacing(12)
        box.addLayout(head)
        box.addLayout(middle, 1)

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Payment reminders")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "mail"

    def showEvent(self, event: QShowEvent) -> None:
        """Read when first shown."""
        super().showEvent(event)
        if not self._begun:
            self._begun = True
            self.reload()

    def reload(self) -> None:
        """Read who is to be reminded again."""
        party = self.link().param("party")
        wanted = None if party is None else int(party)
        self.context.ask(read_due, wanted, then=self._show, replaces=(id(self), "due"))

    def _show(self, due: Due) -> None:
        self.due = due
        count = len(due.cases)
        words = ngettext("{count} customer to remind today", "{count} customers to remind today", count)
        self.summary.setText(words.format(count=count) if count else "")
        self.table.nothing.setText(
            _(
                "Nobody is to be reminded today. A customer stands here with the letter to send as soon as an invoice "
                "is overdue."
            )
        )
        self.table.show_table(due_table(due))
        self._chosen()

    def _place(self) -> tuple[int, int] | None:
        """Answer (case, line) of the current row, line −1 on a heading; None without any."""
        row = self.table.body.currentIndex().row()
        for number, case in enumerate(self.due.cases):
            if row <= len(case.lines):
                return (number, row - 1) if row >= 0 else None
            row -= len(case.lines) + 1
        return None

    def case(self) -> DunningCase | None:
        """Answer the customer of the current row."""
        place = self._place()
        return None if place is None else self.due.cases[place[0]]

    def line(self) -> DunningLine | None:
        """Answer the instalment of the current row, or the customer's only one."""
        place = self._place()
        if place is None:
            return None
        lines = self.due.cases[place[0]].lines
        if place[1] >= 0:
            return lines[place[1]]
        return lines[0] if len(lines) == 1 else None

    def _chosen(self, *_indexes: object) -> None:
        place = self._place()
        self.letter.show_texts({} if place is None else self.due.letters[place[0]])
        actor = self.context.seat.actor
        for button, verb, ready in (
            (self.sent, "reminder.write", place is not None),
            (self.promise, "reminder.write", self.line() is not None),
            (self.redate, "receipt.write", self.line() is not None),
        ):
            button.setVisible(actor.can(verb))
            button.setEnabled(ready)

    def record(self) -> None:
        """Keep that the letter went out today, in the words that stand there."""
        case = self.case()
        if case is None:
            return
        lines = tuple((line.instalment_id, line.stage.number) for line in case.lines)
        text = _("The letter to {party} is recorded as sent.").format(party=case.party)
        self.context.perform(
            record_dunning,
            RecordDunning(case.party_id, lines, self.letter.text()),
            then=lambda _count: self._recorded(text),
            title=_("Record as sent"),
        )

    def _recorded(self, text: str) -> None:
        self.letter.take()
        self.context.toast(text)

    @property
    def unsaved(self) -> bool:
        """Tell whether a letter was written on that was neither copied nor recorded."""
        return self.letter.typed

    def leave(self) -> bool:
        """Ask before what was typed into a letter is dropped."""
        return not self.unsaved or may_drop(self)

    def _ask(self, spec: FormSpec) -> None:
        line = self.line()
        if line is not None:
            link = Link.to(spec.key, instalment=line.instalment_id)
            OperationDialog(self, self.context, link, spec).open()
