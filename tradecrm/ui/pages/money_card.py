"""The pages of a receivable or payable, and of an account with its statement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.fields import FieldKind
from tradecrm.core.flows import item_status
from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import N_, _, ngettext
from tradecrm.screens.money.accounts import ACCOUNT_ACTIONS, account_facts
from tradecrm.screens.money.deposits import MOVE_DEPOSIT_FORM
from tradecrm.screens.money.due_dates import DUE_DATE_FORM, PROMISE_FORM
from tradecrm.screens.money.holds import holds_facts
from tradecrm.screens.money.item_actions import item_actions
from tradecrm.screens.money.pickers import ITEM_KINDS
from tradecrm.screens.money.settle import UNALLOCATE_FORM
from tradecrm.screens.spec import Badge, Fact, FormSpec
from tradecrm.screens.trade.words import tone_of
from tradecrm.services.money.allocations import Allocate, allocate
from tradecrm.services.money.cards import AccountCard, ItemCard, Part, Settled, account_card, item_card
from tradecrm.services.money.receivables import OpenRow, open_items
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.forms.head import FormHead
from tradecrm.ui.labels import FoldingButton
from tradecrm.ui.lists.preview import FactsCard
from tradecrm.ui.pages.report_view import ReportView
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

_SIDE = 320
_BESIDE = 900
"""A page as wide as this has room for the facts beside the rows."""
_BELOW = 130
_UNBOUND = 16777215
"""What Qt calls any height."""


def kind_title(kind: str) -> str:
    """Answer the translated name of a kind of item."""
    return next((_(choice.label) for choice in ITEM_KINDS if choice.value == kind), kind)


def item_page_data(reader: Any, identity: int) -> tuple[ItemCard, tuple[OpenRow, ...]]:
    """Answer an item, and the money its party has in hand to settle it with."""
    card = item_card(reader, identity)
    credits_: tuple[OpenRow, ...] = ()
    if card.open_amount > 0:
        credits_ = open_items(reader, card.party_id, card.currency, card.side, credits_=True)
    return card, credits_


def parts_table(card: ItemCard) -> Table:
    """Answer the instalments of an item as a table (section 3.2)."""
    columns = (
        TableColumn("due", _("Due"), FieldKind.DATE),
        TableColumn("amount", _("Amount"), FieldKind.MONEY, card.currency),
        TableColumn("open", _("Open amount"), FieldKind.MONEY, card.currency),
        TableColumn("settled", _("Settled on"), FieldKind.DATE),
        TableColumn("promised", _("Promised for"), FieldKind.DATE),
    )
    rows = tuple(
        TableRow((part.due_on, part.amount, part.open_amount, part.settled_on, part.promised_on))
        for part in card.parts
    )
    return Table("parts", "", "", columns, rows)


def settled_table(card: ItemCard) -> Table:
    """Answer the allocations of an item as a table; what was taken back is muted."""
    columns = (
        TableColumn("day", _("Day"), FieldKind.DATE),
        TableColumn("number", _("Settled with"), FieldKind.CODE),
        TableColumn("kind", _("Kind"), FieldKind.TEXT),
        TableColumn("amount", _("Amount"), FieldKind.MONEY, card.currency),
        TableColumn("fx", _("Exchange difference"), FieldKind.MONEY, card.base),
    )
    rows = []
    for row in card.settled:
        link = Link.to("receivable", id=row.item_id)
        style = RowStyle.NORMAL if row.standing else RowStyle.MUTED
        cells = (row.day, row.number, kind_title(row.kind), row.amount, row.fx)
        how = Link.to("report/explained", figure="difference", id=row.id)
        rows.append(TableRow(cells, (None, link, None, link, how), style=style))
    return Table("settled", "", "", columns, tuple(rows))


class ItemPage(Page):
    """A receivable or payable: facts, instalments, what settled it, and settling it with money in hand."""

    watches = frozenset({"item", "allocation", "receipt", "payment", "instalment", "promise"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.card: ItemCard | None = None
        self.credits: tuple[OpenRow, ...] = ()
        self.head = FormHead(context)
        self.parts = TableView(context.theme)
        self.settled = TableView(context.theme)
        self.facts = FactsCard(context, _("Facts"))
        self.take_back = QPushButton(_("Take back"))
        self.take_back.setToolTip(_("Takes back the settlement chosen in the table"))
        self.take_back.clicked.connect(self.unallocate)
        self.redate = QPushButton(_("Agree on another due date"))
        self.redate.clicked.connect(partial(self._ask_part, DUE_DATE_FORM))
        self.promise = QPushButton(_("Promise to pay"))
        self.promise.clicked.connect(partial(self._ask_part, PROMISE_FORM))
        self.use_credit = QPushButton(_("Settle with money in hand"))
        self.use_credit.clicked.connect(self._drop_down)
        self.record = set_role(QPushButton(_("Record receipt")), "primary")
        self.record.clicked.connect(self._record)
        self.more = QPushButton(_("More"))
        self.more.setMenu(QMenu(self.more))
        for button in (self.more, self.use_credit, self.record):
            self.head.buttons.addWidget(button)
        self._lay_out()
        for view in (self.parts, self.settled):
            view.opened.connect(context.open)
        for view in (self.parts, self.settled):
            view.body.selectionModel().currentChanged.connect(self._enable)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 14, 24, 14)
        box.setSpacing(12)
        box.addWidget(self.head)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(_titled(_("Instalments"), self.parts, self.redate, self.promise), 2)
        left.addWidget(_titled(_("Settled by"), self.settled, self.take_back), 3)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addLayout(left, 1)
        middle.addWidget(_side(self.facts))
        box.addLayout(middle, 1)

    def title(self) -> str:
        """Answer the number of the paper."""
        return self.card.number if self.card is not None else _("Receivable")

    def icon(self) -> str:
        """Answer the icon of the tab."""
        return "receivables"

    def showEvent(self, event: QShowEvent) -> None:
        """Read when shown."""
        super().showEvent(event)
        if self.card is None:
            self.reload()

    def reload(self) -> None:
        """Read again."""
        identity = int(self.link().param("id") or 0)
        self.context.ask(item_page_data, identity, then=self._on_read, replaces=(id(self), "item"))

    def _on_read(self, answer: tuple[ItemCard, tuple[OpenRow, ...]]) -> None:
        card, self.credits = answer
        self.card = card
        payable = card.side == "AP"
        self.head.title.setText(card.number)
        self.head.show_badges(self._badges(card))
        self.parts.show_table(parts_table(card))
        self.settled.show_table(settled_table(card))
        self.settled.nothing.setText(_("Nothing has settled it yet."))
        self.facts.show_facts(self._facts(card))
        may = self.context.seat.actor.can("payment.write" if payable else "receipt.write")
        self.record.setText(_("Record payment") if payable else _("Record receipt"))
        self.record.setVisible(may and card.open_amount > 0)
        self.use_credit.setVisible(may and bool(self.credits))
        self._fill_more(card)
        self._enable()
        self.changed_title.emit()

    def _badges(self, card: ItemCard) -> Sequence[Badge]:
        kind = Badge(kind_title(card.kind))
        due, today = card.due(), self.context.seat.book.clock.today()
        state = item_status(card.amount, card.open_amount, due, today)
        if state.key == "overdue" and due is not None:
            late = (today - due).days
            text = ngettext("{count} day overdue", "{count} days overdue", late).format(count=late)
            return (kind, Badge(text, tone_of(state)))
        return (kind, Badge(state.title, tone_of(state)))

    @staticmethod
    def _facts(card: ItemCard) -> tuple[Fact, ...]:
        how = Link.to("report/explained", figure="open", id=card.id)
        facts = [
            Fact(N_("Open amount"), format_money(card.open_amount, card.currency), strong=True, link=how),
            Fact(N_("Amount"), format_money(card.amount, card.currency)),
            Fact(N_("Partner"), card.party, link=Link.to("customer", id=card.party_id)),
            Fact(N_("Day"), card.day.isoformat()),
        ]
        if card.contract_id is not None:
            facts.append(Fact(N_("Contract"), card.contract, link=Link.to("contract", id=card.contract_id)))
        if card.shipment_id is not None:
            facts.append(Fact(N_("Shipment"), card.shipment, link=Link.to("shipment", id=card.shipment_id)))
        if card.currency != card.base:
            facts += [
                Fact(N_("Booked at"), f"{card.rate:.4f}"),
                Fact(N_("Amount in base"), format_money(card.base_amount, card.base)),
                Fact(N_("Open in base"), format_money(card.open_base, card.base), link=how),
            ]
        return tuple(facts)

    def _fill_more(self, card: ItemCard) -> None:
        """Offer what else can be done with the paper, as the declaration says."""
        menu = self.more.menu()
        menu.clear()
        for title, needs, link in item_actions(card):
            if self.context.seat.actor.can(needs):
                menu.addAction(_(title), partial(self.offered, link))
        self.more.setVisible(not menu.isEmpty())

    def offered(self, link: Link) -> None:
        """Open the page of something the paper offers; what money is kept for is asked in a dialog."""
        if link.target == MOVE_DEPOSIT_FORM.key:
            OperationDialog(self, self.context, link, MOVE_DEPOSIT_FORM).open()
        else:
            self.context.open(link)

    def chosen(self) -> Settled | None:
        """Answer the standing allocation of the table's current row, None when it cannot be taken back."""
        row = self.settled.body.currentIndex().row()
        if self.card is None or not 0 <= row < len(self.card.settled):
            return None
        found = self.card.settled[row]
        return found if found.standing else None

    def _enable(self, *_indexes: object) -> None:
        may = self.context.seat.actor.can("receipt.write")
        self.take_back.setVisible(
            may and self.card is not None and any(r.standing for r in self.card.settled)
        )
        self.take_back.setEnabled(self.chosen() is not None)
        actor, part = self.context.seat.actor, self.chosen_part()
        self.redate.setVisible(part is not None and actor.can("receipt.write"))
        receivable = self.card is not None and self.card.side == "AR"
        self.promise.setVisible(part is not None and receivable and actor.can("reminder.write"))

    def chosen_part(self) -> Part | None:
        """Answer the open instalment of the table's current row, or the only open one there is."""
        parts = () if self.card is None else self.card.parts
        row = self.parts.body.currentIndex().row()
        if 0 <= row < len(parts) and parts[row].open_amount > 0:
            return parts[row]
        still = [part for part in parts if part.open_amount > 0]
        return still[0] if len(still) == 1 else None

    def _ask_part(self, spec: FormSpec, _checked: bool = False) -> None:
        part = self.chosen_part()
        if part is not None:
            OperationDialog(self, self.context, Link.to(spec.key, instalment=part.id), spec).open()

    def unallocate(self) -> None:
        """Ask on which day and why the chosen settlement is taken back; it stays in reports of earlier days."""
        row = self.chosen()
        if row is not None and self.card is not None:
            title = _("{credit} no longer settles {debit}").format(credit=row.number, debit=self.card.number)
            link = Link.to("unallocate", allocation=row.id, title=title)
            OperationDialog(self, self.context, link, UNALLOCATE_FORM).open()

    def credit_menu(self) -> QMenu:
        """Answer the receipts, payments and notes in hand that can settle it."""
        menu = QMenu(self)
        for credit in self.credits:
            amount = format_money(credit.open_amount, credit.currency)
            menu.addAction(f"{credit.number}   {credit.day}   {amount}", partial(self.settle_with, credit))
        return menu

    def _drop_down(self) -> None:
        self.credit_menu().popup(self.use_credit.mapToGlobal(QPoint(0, self.use_credit.height() + 4)))

    def settle_with(self, credit: OpenRow) -> None:
        """Settle as much as both have open."""
        if self.card is None:
            return
        amount = min(credit.open_amount, self.card.open_amount)
        text = _("{amount} of {number} settles it.").format(
            amount=format_money(amount, self.card.currency), number=credit.number
        )
        self.context.perform(
            allocate,
            Allocate(self.card.id, credit.id, amount),
            then=lambda _row: self.context.toast(text),
            title=_("Settle"),
        )

    def _record(self) -> None:
        if self.card is not None:
            target = "payment" if self.card.side == "AP" else "receipt"
            self.context.open(Link.to(target, party=self.card.party_id))


class AccountPage(Page):
    """An account: its statement with the running balance, its facts, and what can be booked on it."""

    watches = frozenset(
        {"account", "receipt", "payment", "transfer", "account_expense", "account_hold", "ledger_entry"}
    )

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.identity = int(link.param("id") or 0)
        self.card: AccountCard | None = None
        self.head = FormHead(context)
        self.facts = FactsCard(context, _("Account"))
        self.holds = FactsCard(context, _("Held money"))
        self.statement = ReportView(
            context, "account_statement", {"account": self.identity}, frozenset({"account"})
        )
        self.buttons: dict[str, QPushButton] = {}
        for action in ACCOUNT_ACTIONS:
            if context.seat.actor.can(action.needs):
                button = FoldingButton(_(action.title), context.theme.icon(action.icon))
                target = action.opens([{"id": self.identity}]) if action.opens is not None else None
                button.clicked.connect(lambda _checked=False, to=target: context.open(to))
                self.head.buttons.addWidget(button)
                self.buttons[action.key] = button
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 14, 24, 14)
        box.setSpacing(12)
        box.addWidget(self.head)
        self._side = _side(self.facts, self.holds)
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(12)
        self._middle.addWidget(self.statement, 1)
        self._middle.addWidget(self._side)
        box.addLayout(self._middle, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the facts stand below the statement where both have no room side by side."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE
        sides = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._middle.setDirection(sides)
        self._side.setFixedWidth(_SIDE if beside else self.width() - 48)
        self._side.setMaximumHeight(_UNBOUND if beside else _BELOW)

    def title(self) -> str:
        """Answer the account's name."""
        return self.card.name if self.card is not None else _("Account")

    def icon(self) -> str:
        """Answer the icon of the tab."""
        return "bank"

    def showEvent(self, event: QShowEvent) -> None:
        """Read when shown."""
        super().showEvent(event)
        if self.card is None:
            self._ask()
        self.statement.begin()

    def reload(self) -> None:
        """Read account and statement again."""
        self._ask()
        self.statement.run()

    def _ask(self) -> None:
        self.context.ask(account_card, self.identity, then=self._on_card, replaces=(id(self), "card"))
        self.context.ask(
            account_facts, self.identity, then=self.facts.show_facts, replaces=(id(self), "facts")
        )
        self.context.ask(holds_facts, self.identity, then=self._on_holds, replaces=(id(self), "holds"))

    def _on_holds(self, facts: Sequence[Fact]) -> None:
        self.holds.show_facts(facts)
        self.holds.setVisible(bool(facts))

    def _on_card(self, card: AccountCard) -> None:
        self.card = card
        self.head.title.setText(card.name)
        self.head.show_badges((Badge(card.currency),))
        self.changed_title.emit()


def _titled(title: str, view: TableView, *buttons: QPushButton) -> QFrame:
    card = set_role(QFrame(), "card")
    inside = QVBoxLayout(card)
    inside.setContentsMargins(1, 10, 1, 8)
    inside.setSpacing(4)
    head = QHBoxLayout()
    head.setContentsMargins(15, 0, 12, 0)
    head.addWidget(text_label(title, "section"))
    head.addStretch(1)
    for button in buttons:
        head.addWidget(button)
    inside.addLayout(head)
    inside.addWidget(view, 1)
    return card


def _side(*cards: FactsCard) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setFixedWidth(_SIDE)
    scroll.setWidgetResizable(True)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    body = QWidget()
    box = QVBoxLayout(body)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(12)
    for card in cards:
        box.addWidget(card)
    box.addStretch(1)
    scroll.setWidget(body)
    return scroll
