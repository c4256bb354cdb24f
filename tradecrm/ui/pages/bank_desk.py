"""Matching a bank's rows to the books and reconciling the account: rows, open entries, and the identity beside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import N_, _, ngettext
from tradecrm.screens.draft import Draft
from tradecrm.screens.money.bank_booking import ROW_TARGETS
from tradecrm.screens.money.bank_desk import (
    BANK_CHANGES,
    IGNORE_FORM,
    REOPEN_FORM,
    done_rows_table,
    entries_table,
    identity_facts,
    open_rows_table,
    why_words,
)
from tradecrm.screens.money.bank_returns import RETURNED_FORM
from tradecrm.screens.spec import Badge, Fact, FieldSpec, Section, Tone
from tradecrm.services.money.bank_desk import Desk, DeskQuery, bank_desk
from tradecrm.services.money.cards import account_choices
from tradecrm.services.money.matching import (
    IgnoreRow,
    MatchRows,
    Pair,
    UnmatchRow,
    ignore_row,
    match_rows,
    unmatch_row,
)
from tradecrm.services.money.reconciling import FinishReconciliation, finish_reconciliation
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.forms.fields import SectionCard
from tradecrm.ui.forms.head import Banner, FormHead
from tradecrm.ui.lists.preview import FactsCard
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

_SIDE = 330
RETURNED = "returned"
_BOOK_AS = (
    ("receipt", N_("Receipt")),
    ("payment", N_("Payment")),
    ("expense", N_("Income or expense")),
    ("transfer", N_("Transfer or exchange")),
    (RETURNED, N_("Given back by the bank")),
)
_FIELDS = Section(
    "",
    (
        FieldSpec("until", N_("As of"), FieldKind.DATE, span=12),
        FieldSpec("balance", N_("Balance on the statement"), FieldKind.MONEY, currency_from="currency", span=12),
    ),
)  # fmt: skip


_ACROSS = 620
"""A card as wide as this has room for words and buttons in one line."""


class _Rows(QFrame):
    """A card with a table whose lines stand for records; ``chosen`` answers their numbers."""

    def __init__(self, context: PageContext, title: str, nothing: str) -> None:
        super().__init__()
        set_role(self, "card")
        self.keys: tuple[int, ...] = ()
        self.view = TableView(context.theme)
        self.view.nothing.setText(nothing)
        body = self.view.body
        body.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        body.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.title = text_label(title, "section")
        self.head = QHBoxLayout()
        self.head.setContentsMargins(15, 0, 12, 0)
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self.foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.foot.setContentsMargins(12, 4, 12, 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 10, 1, 8)
        box.setSpacing(4)
        box.addLayout(self.head)
        box.addWidget(self.view, 1)
        box.addLayout(self.foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the words of the foot stand above its buttons where both have no room in one line."""
        super().resizeEvent(event)
        across = self.width() >= _ACROSS
        self.foot.setDirection(
            QBoxLayout.Direction.LeftToRight if across else QBoxLayout.Direction.TopToBottom
        )

    def show_rows(self, table: Any, keys: tuple[int, ...]) -> None:
        """Show other lines; the choice stays at its place."""
        place = max(0, self.view.body.currentIndex().row())
        self.keys = keys
        self.view.show_table(table)
        if keys:
            self.view.body.selectRow(min(place, len(keys) - 1))

    def chosen(self) -> tuple[int, ...]:
        """Answer the records of the chosen lines."""
        lines = sorted({index.row() for index in self.view.body.selectedIndexes()})
        return tuple(self.keys[line] for line in lines if line < len(self.keys))

    def choose(self, keys: tuple[int, ...]) -> None:
        """Choose the lines of these records and no other."""
        model = self.view.body.selectionModel()
        model.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for line, key in enumerate(self.keys):
            if key in keys:
                index = self.view.body.table.index(line, 0)
                model.select(index, flags)
                self.view.body.scrollTo(index)


class BankDeskPage(Page):
    """The page of one account; the link carries ``account``."""

    watches = BANK_CHANGES

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.desk: Desk | None = None
        self.draft = Draft()
        self.head = FormHead(context)
        self.banner = Banner()
        self.accounts = QComboBox()
        self.accounts.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.rows = _Rows(context, _("On the statement"), _("Every row is matched."))
        self.books = _Rows(
            context, _("In the books, not on the statement"), _("The bank shows all that is booked.")
        )
        self.shows = QComboBox()
        self.why = text_label("", "muted", wrap=True)
        self.fields = SectionCard(context, _FIELDS, lambda: self.draft)
        self.facts = FactsCard(context, _("Reconciliation"))
        self.history = FactsCard(context, _("Reconciled so far"))
        self.buttons: dict[str, QPushButton] = {}
        self._make_buttons()
        self._lay_out()
        self._connect()

    def _make_buttons(self) -> None:
        titles: tuple[tuple[str, str, str, Callable[[], None]], ...] = (
            ("accept", _("Accept"), "Alt+A", self.accept),
            ("match", _("Match with chosen"), "Alt+M", self.match),
            ("book", _("Book as…"), "Alt+B", self._drop_down),
            ("ignore", _("Leave out…"), "Alt+L", self.leave_out),
            ("unmatch", _("Unmatch"), "Alt+U", self.unmatch),
            ("sure", _("Accept all that are sure"), "Alt+S", self.accept_sure),
            ("import", _("Bring in a statement"), "", self._import),
            ("finish", _("Finish reconciliation"), "Alt+F", self.finish),
            ("reopen", _("Reopen…"), "", self.reopen),
        )
        for key, title, shortcut, act in titles:
            button = QPushButton(title)
            button.clicked.connect(lambda _checked=False, run=act: run())
            if shortcut:
                button.setToolTip(shortcut)
                keys = QShortcut(QKeySequence(shortcut), self)
                keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                keys.activated.connect(button.click)
            self.buttons[key] = button
        set_role(self.buttons["sure"], "primary")

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 14, 24, 14)
        box.setSpacing(12)
        for widget in (self.accounts, self.buttons["import"], self.buttons["sure"]):
            self.head.buttons.addWidget(widget)
        box.addWidget(self.head)
        box.addWidget(self.banner)
        self.shows.addItem(_("Not in the books"), "open")
        self.shows.addItem(_("Matched and left out"), "done")
        self.rows.head.addWidget(self.shows)
        self.rows.foot.addWidget(self.why, 1)
        verbs = QHBoxLayout()
        verbs.addStretch(1)
        for key in ("accept", "match", "book", "ignore", "unmatch"):
            verbs.addWidget(self.buttons[key])
        self.rows.foot.addLayout(verbs)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self.rows, 3)
        left.addWidget(self.books, 2)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addLayout(left, 1)
        middle.addWidget(self._side())
        box.addLayout(middle, 1)

    def _side(self) -> QScrollArea:
        scroll = QScrollArea()
        scroll.setFixedWidth(_SIDE)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        for widget in (
            self.fields, self.facts, self.buttons["finish"], self.history, self.buttons["reopen"],
        ):  # fmt: skip
            box.addWidget(widget)
        box.addStretch(1)
        scroll.setWidget(body)
        return scroll

    def _connect(self) -> None:
        self.accounts.activated.connect(self._on_account)
        self.shows.activated.connect(self._on_shows)
        self.rows.view.body.selectionModel().selectionChanged.connect(lambda *_any: self._on_row())
        self.books.view.body.selectionModel().selectionChanged.connect(lambda *_any: self._enable())
        for field in self.fields.boxes:
            field.editor.typed.connect(partial(self._on_typed, field.spec.key))
        enter = QShortcut(QKeySequence(Qt.Key.Key_Return), self.rows.view.body)
        enter.setContext(Qt.ShortcutContext.WidgetShortcut)
        enter.activated.connect(self.accept)

    def title(self) -> str:
        """Answer the title of the tab."""
        name = self.desk.agreement.account if self.desk is not None else ""
        return _("Reconcile {account}").format(account=name) if name else _("Reconcile")

    def icon(self) -> str:
        """Answer the icon of the tab."""
        return "bank"

    def showEvent(self, event: QShowEvent) -> None:
        """Read when shown."""
        super().showEvent(event)
        if self.desk is None:
            self.context.ask(
                account_choices, limit=10_000, then=self._on_accounts, replaces=(id(self), "all")
            )

    def _on_accounts(self, choices: Any) -> None:
        self.accounts.clear()
        for choice in choices:
            self.accounts.addItem(f"{choice.name}  {choice.currency}", choice.id)
        wanted = self.link().param("account")
        place = self.accounts.findData(None if wanted is None else int(wanted))
        self.accounts.setCurrentIndex(max(0, place))
        if self.accounts.count():
            self._on_account()
        else:
            self.head.title.setText(self.title())
            self._enable()
            opening = (_("Open account"), lambda: self.context.open(Link.to("account_form")))
            self.banner.say(_("There is no account yet. Open one first."), (opening,))

    def _on_account(self) -> None:
        self._link = Link.to("bank_desk", account=int(self.accounts.currentData()))
        self.draft = Draft()
        self.reload()

    def reload(self) -> None:
        """Read again."""
        account = self.link().param("account")
        if account is not None and self.accounts.count():
            query = DeskQuery(int(account), self.draft.day("until"), self.draft.number("balance"))
            self.context.ask(bank_desk, query, then=self._on_desk, replaces=(id(self), "desk"))

    def _on_typed(self, key: str, value: Any) -> None:
        self.draft = self.draft.put_value(key, value)
        if key == "until":
            self.draft = self.draft.put(balance=None)
        self.reload()

    def _on_desk(self, desk: Desk) -> None:
        self.desk = desk
        found = desk.agreement
        self.head.title.setText(self.title())
        agrees = Badge(N_("Agrees"), Tone.GOOD) if found.difference == 0 else Badge(N_("Differs"), Tone.WARN)
        self.head.show_badges((Badge(found.currency), agrees))
        self.draft = Draft(
            {"until": found.until, "balance": found.statement_balance, "currency": found.currency}
        )
        for field in self.fields.boxes:
            field.show_draft(self.draft, "", locked=False)
        self.facts.show_facts(identity_facts(found))
        self._show_history(desk)
        self.books.show_rows(*entries_table(desk))
        self._show_rows()
        count = len(desk.sure)
        self.buttons["sure"].setText(
            ngettext("Accept {count} that is sure", "Accept {count} that are sure", count).format(count=count)
        )
        self.changed_title.emit()

    def _show_history(self, desk: Desk) -> None:
        currency = desk.agreement.currency
        facts = [
            Fact(
                _("until {day}").format(day=kept.until)
                if kept.status == "finished"
                else _("until {day}, reopened: {reason}").format(day=kept.until, reason=kept.remark),
                format_money(kept.statement_balance, currency),
                Tone.GOOD if kept.status == "finished" else Tone.WARN,
            )
            for kept in desk.kept[:6]
        ]
        self.history.show_facts(facts)
        self.history.setVisible(bool(facts))

    def _on_shows(self, _place: int) -> None:
        self._show_rows()

    def _done(self) -> bool:
        return bool(self.shows.currentData() == "done")

    def _show_rows(self) -> None:
        if self.desk is not None:
            self.rows.show_rows(*(done_rows_table if self._done() else open_rows_table)(self.desk))
            self._on_row()

    def _row(self) -> int | None:
        """Answer the row that is worked on: the only one chosen."""
        chosen = self.rows.chosen()
        return chosen[0] if len(chosen) == 1 else None

    def _on_row(self) -> None:
        """Show why a row is thought to be what is proposed, and choose those entries."""
        row = self._row()
        proposal = None if self.desk is None or row is None else self.desk.proposals.get(row)
        self.why.setText("" if proposal is None or self._done() else why_words(proposal))
        if proposal is not None and not self._done():
            self.books.choose(proposal.entry_ids)
        self._enable()

    def _enable(self) -> None:
        desk, row = self.desk, self._row()
        may = self.context.seat.actor.can("account.write")
        opened = row is not None and not self._done() and may
        ignored = desk is not None and any(
            r.id == row and r.status == "ignored" for r in desk.agreement.unbooked
        )
        shown = {"accept", "match", "book", "ignore"} if not self._done() else {"unmatch"}
        for key in ("accept", "match", "book", "ignore", "unmatch"):
            self.buttons[key].setVisible(key in shown)
        proposed = desk is not None and row in desk.proposals
        self.buttons["accept"].setEnabled(opened and proposed)
        self.buttons["match"].setEnabled(opened and not ignored and bool(self.books.chosen()))
        self.buttons["book"].setEnabled(opened and not ignored)
        self.buttons["ignore"].setEnabled(opened)
        self.buttons["ignore"].setText(_("Take up again") if ignored else _("Leave out…"))
        self.buttons["unmatch"].setEnabled(row is not None and may)
        self.buttons["sure"].setEnabled(desk is not None and bool(desk.sure) and may)
        holds = desk is not None and desk.agreement.difference == 0 and desk.agreement.start is not None
        self.buttons["finish"].setEnabled(holds and may)
        newest = desk.kept[0] if desk is not None and desk.kept else None
        can_reopen = self.context.seat.actor.can("account.reopen")
        self.buttons["reopen"].setVisible(newest is not None and newest.status == "finished" and can_reopen)

    def accept_sure(self) -> None:
        """Match every row whose proposal is sure."""
        if self.desk is not None and self.desk.sure:
            self._match(tuple(Pair(each.row_id, each.entry_ids) for each in self.desk.sure))

    def accept(self) -> None:
        """Match the chosen row as proposed."""
        row = self._row()
        if self.desk is not None and row in self.desk.proposals and not self._done():
            proposal = self.desk.proposals[row]
            self._match((Pair(row, proposal.entry_ids),))

    def match(self) -> None:
        """Match the chosen row with the entries chosen below."""
        row, entries = self._row(), self.books.chosen()
        if row is not None and entries:
            self._match((Pair(row, entries),))

    def _match(self, pairs: tuple[Pair, ...]) -> None:
        def done(count: int) -> None:
            text = ngettext("{count} row is matched.", "{count} rows are matched.", count)
            self.context.toast(text.format(count=count))

        self.context.perform(match_rows, MatchRows(pairs), then=done, title=_("Match"))

    def book_menu(self) -> QMenu:
        """Answer what a row can be booked as."""
        menu = QMenu(self)
        row = self._row()
        for key, title in _BOOK_AS:
            menu.addAction(_(title), partial(self.book_as, key, row))
        return menu

    def book_as(self, kind: str, row: int | None) -> None:
        """Open the form that books the row as a receipt, payment, expense or transfer, or as money given back."""
        if row is not None and kind == RETURNED:
            OperationDialog(self, self.context, Link.to(RETURNED_FORM.key, row=row), RETURNED_FORM).open()
        elif row is not None:
            self.context.open(Link.to(ROW_TARGETS[kind], row=row))

    def _drop_down(self) -> None:
        button = self.buttons["book"]
        self.book_menu().popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    def leave_out(self) -> None:
        """Leave the chosen row out with a reason, or take it up again."""
        row = self._row()
        if row is None or self.desk is None:
            return
        if any(r.id == row and r.status == "ignored" for r in self.desk.agreement.unbooked):
            self.context.perform(ignore_row, IgnoreRow(row), title=_("Take up again"))
        else:
            OperationDialog(self, self.context, Link.to("ignore_row", row=row), IGNORE_FORM).open()

    def unmatch(self) -> None:
        """Take the match of the chosen row back; one that is left out is taken up again."""
        row = self._row()
        if row is None or self.desk is None:
            return
        status = next((each.status for each in self.desk.done if each.id == row), "")
        if status == "ignored":
            self.context.perform(ignore_row, IgnoreRow(row), title=_("Take up again"))
        else:
            self.context.perform(unmatch_row, UnmatchRow(row), title=_("Unmatch"))

    def finish(self) -> None:
        """Keep the reconciliation and lock its entries."""
        if self.desk is None:
            return
        found = self.desk.agreement
        command = FinishReconciliation(found.account_id, found.until, found.statement_balance)
        text = _("{account} is reconciled until {day}.").format(account=found.account, day=found.until)
        self.context.perform(
            finish_reconciliation,
            command,
            then=lambda _key: self.context.toast(text),
            refused=lambda refusal: self.banner.say("\n".join(p.message for p in refusal.problems)),
            title=_("Finish reconciliation"),
        )

    def reopen(self) -> None:
        """Open the newest reconciliation again, with the reason."""
        if self.desk is not None and self.desk.kept:
            link = Link.to("reopen_reconciliation", id=self.desk.kept[0].id)
            OperationDialog(self, self.context, link, REOPEN_FORM).open()

    def _import(self) -> None:
        account = self.link().param("account")
        self.context.open(Link.to("bank_import", **({} if account is None else {"account": account})))
