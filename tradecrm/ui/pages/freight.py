"""The pages of freight: the messages to forwarders, ready to copy, and the comparison of their quotes."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.links import Link
from tradecrm.core.phrases import enumerated
from tradecrm.core.text import N_, _
from tradecrm.core.trade_flows import FREIGHT_INQUIRY
from tradecrm.documents.freight_message import Message, Messages, freight_messages
from tradecrm.screens.spec import FormSpec
from tradecrm.screens.trade.freight import FREIGHT_FORM, FREIGHT_STATES, GIVE_UP_FORM
from tradecrm.screens.trade.freight_bill import BILL_FORM
from tradecrm.screens.trade.freight_compare import CHOOSE_FORM, comparison_table
from tradecrm.screens.trade.freight_list import FREIGHT_LIST
from tradecrm.screens.trade.freight_quote import QUOTE_FORM
from tradecrm.screens.trade.words import figure, state_badge
from tradecrm.services.trade.freight import SendFreightInquiry, send_freight_inquiry
from tradecrm.services.trade.freight_card import Compared, Comparison, comparison
from tradecrm.ui.charts.bricks import chip
from tradecrm.ui.context import Page, PageContext, PageFactory
from tradecrm.ui.labels import ElidedLabel
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.pages.trade_dialog import OperationDialog
from tradecrm.ui.pages.trade_form import TradeFormPage
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

_LANGUAGES = (("zh", N_("Chinese")), ("en", N_("English")))
_CHOOSING = frozenset({"sent", "quoting", "comparing"})


def freight_pages() -> dict[str, PageFactory]:
    """Answer the factory of each freight page by its link's target."""

    def make_list(context: PageContext, link: Link) -> ListPage:
        return ListPage(context, link, FREIGHT_LIST)

    return {
        FREIGHT_LIST.key: make_list,
        FREIGHT_FORM.key: _form(FREIGHT_FORM, GIVE_UP_FORM),
        QUOTE_FORM.key: _form(QUOTE_FORM),
        BILL_FORM.key: _form(BILL_FORM),
        "freight_messages": MessagesPage,
        "freight_compare": ComparePage,
    }


def _form(spec: FormSpec, *dialogs: FormSpec) -> PageFactory:
    def make(context: PageContext, link: Link) -> TradeFormPage:
        return TradeFormPage(context, link, spec, {each.key: each for each in dialogs})

    return make


class MessagesPage(Page):
    """One message at a time: whom it is for and its language as chips, the text below, copied with one press."""

    watches = frozenset({"freight_inquiry", "freight_invite", "party", "setting"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._found: Messages | None = None
        self._chosen = 0
        self._language = ""
        self.heading = text_label("", "title")
        self.people: dict[int, QPushButton] = {}
        self._people_row = QHBoxLayout()
        self._people = QButtonGroup(self)
        self.languages: dict[str, QPushButton] = {}
        self.subject = set_role(ElidedLabel(right=False), "section")
        self.email = text_label("", "muted")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(_("Message"))
        self.copy_text = set_role(QPushButton(_("Copy message")), "primary")
        self.copy_subject = QPushButton(_("Copy subject"))
        self.copy_email = QPushButton(_("Copy address"))
        self.send = QPushButton(_("Mark as sent"))
        self._lay_out()
        self.reload()

    def title(self) -> str:
        """Answer the number of the inquiry."""
        return _("Messages") if self._found is None else f"{_('Messages')} {self._found.number}"

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "mail"

    def reload(self) -> None:
        """Write the messages again from the inquiry as it stands."""
        key = int(str(self.link().param("id")))
        self.context.ask(freight_messages, key, then=self._show, replaces=(id(self), "messages"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.heading, 1)
        inquiry = QPushButton(_("Open the inquiry"))
        inquiry.clicked.connect(self._open_inquiry)
        head.addWidget(inquiry)
        head.addWidget(self.send)
        self.send.clicked.connect(self._send)
        who = QHBoxLayout()
        who.setSpacing(8)
        self._people_row.setSpacing(8)
        who.addLayout(self._people_row)
        who.addStretch(1)
        tongues = QButtonGroup(self)
        for code, words in _LANGUAGES:
            button = set_role(QPushButton(_(words)), "chip")
            button.setCheckable(True)
            button.clicked.connect(partial(self.speak, code))
            tongues.addButton(button)
            who.addWidget(button)
            self.languages[code] = button
        card = set_role(QFrame(), "card")
        box = QVBoxLayout(card)
        box.setContentsMargins(16, 12, 16, 14)
        box.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(8)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(self.subject)
        said.addWidget(self.email)
        line.addLayout(said, 1)
        for button, copy in (
            (self.copy_email, self._copy_email),
            (self.copy_subject, self._copy_subject),
            (self.copy_text, self._copy_text),
        ):
            if button is not self.copy_text:
                button.setIcon(self.context.theme.icon("copy"))
            button.clicked.connect(copy)
            line.addWidget(button)
        box.addLayout(line)
        box.addWidget(self.text, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 18)
        whole.setSpacing(12)
        whole.addLayout(head)
        hint = _("Ready to paste into an e-mail or a chat. No customer, price or factory is in it.")
        whole.addWidget(text_label(hint, "muted", wrap=True))
        whole.addLayout(who)
        whole.addWidget(card, 1)

    def _show(self, found: Messages) -> None:
        self._found = found
        self.heading.setText(_("Messages of {number}").format(number=found.number))
        empty(self._people_row)
        self.people = {}
        for message in found.messages:
            button = set_role(QPushButton(message.forwarder), "chip")
            button.setCheckable(True)
            button.clicked.connect(partial(self.choose, message.forwarder_id))
            self._people.addButton(button)
            self._people_row.addWidget(button)
            self.people[message.forwarder_id] = button
        may = self.context.seat.actor.can("freight.write")
        self.send.setVisible(may and found.status == FREIGHT_INQUIRY.start)
        if found.messages:
            known = self._chosen if self._chosen in self.people else found.messages[0].forwarder_id
            self.choose(known)
        else:
            self.subject.setText(_("No forwarder is asked yet."))
        for button in (self.copy_text, self.copy_subject, self.copy_email):
            button.setEnabled(bool(found.messages))
        self.changed_title.emit()

    def message(self) -> Message | None:
        """Answer the message that is shown."""
        messages = () if self._found is None else self._found.messages
        return next((each for each in messages if each.forwarder_id == self._chosen), None)

    def choose(self, forwarder_id: int, _checked: bool = False) -> None:
        """Show the message to a forwarder, in the language it usually gets."""
        self._chosen = forwarder_id
        self.people[forwarder_id].setChecked(True)
        message = self.message()
        if message is not None:
            self.speak(message.language)

    def speak(self, language: str, _checked: bool = False) -> None:
        """Show the message in a language."""
        self._language = language
        self.languages[language].setChecked(True)
        message = self.message()
        if message is not None:
            self.subject.setText(getattr(message.subject, language))
            self.email.setText(message.email or _("no e-mail address is kept"))
            self.copy_email.setEnabled(bool(message.email))
            self.text.setPlainText(getattr(message.text, language))

    def _copy(self, text: str, told: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.context.toast(told)

    def _copy_text(self) -> None:
        self._copy(self.text.toPlainText(), _("The message is copied."))

    def _copy_subject(self) -> None:
        message = self.message()
        if message is not None:
            self._copy(getattr(message.subject, self._language), _("The subject is copied."))

    def _copy_email(self) -> None:
        message = self.message()
        if message is not None:
            self._copy(message.email, _("The address is copied."))

    def _open_inquiry(self) -> None:
        self.context.open(Link.to("freight_inquiry", id=int(str(self.link().param("id")))))

    def _send(self) -> None:
        self.context.perform(
            send_freight_inquiry,
            SendFreightInquiry(int(str(self.link().param("id")))),
            then=lambda _value: self.context.toast(_("The inquiry is sent; enter the quotes as they come.")),
        )


class ComparePage(Page):
    """Each quote with its rank, its faults and its choice; below it charges down, forwarders across, all-in."""

    watches = frozenset(
        {"freight_inquiry", "freight_quote", "freight_charge", "rate", "setting", "approval_request"}
    )

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._found: Comparison | None = None
        self.heading = set_role(ElidedLabel(right=False), "title")
        self._badges = QHBoxLayout()
        self._facts = text_label("", "muted", wrap=True)
        self.table = TableView(context.theme)
        self.table.opened.connect(context.open)
        self.table.nothing.setText(_("No quotes yet. Enter them as they come."))
        self.enter = QPushButton(_("Enter quote"))
        self.approval = QPushButton(_("Open approval"))
        self.approval.hide()
        self.choose_buttons: dict[int, QPushButton] = {}
        self._rows = QGridLayout()
        self._rows_card = set_role(QFrame(), "card")
        self._lay_out()
        self.reload()

    def title(self) -> str:
        """Answer what is compared."""
        return _("Comparison") if self._found is None else f"{_('Comparison')} {self._found.number}"

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "chart"

    def reload(self) -> None:
        """Compare again."""
        key = int(str(self.link().param("id")))
        self.context.ask(comparison, key, then=self._show, replaces=(id(self), "comparison"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.heading, 1)
        head.addLayout(self._badges)
        inquiry = QPushButton(_("Open the inquiry"))
        inquiry.clicked.connect(self._open_inquiry)
        head.addWidget(inquiry)
        self.enter.clicked.connect(self._enter)
        self.approval.clicked.connect(self._open_approval)
        head.addWidget(self.enter)
        head.addWidget(self.approval)
        card = set_role(QFrame(), "card")
        box = QVBoxLayout(card)
        box.setContentsMargins(1, 8, 1, 8)
        box.addWidget(self.table)
        rows = QVBoxLayout(self._rows_card)
        rows.setContentsMargins(16, 12, 16, 14)
        rows.setSpacing(8)
        rows.addWidget(text_label(_("Choose"), "section"))
        self._rows.setHorizontalSpacing(16)
        self._rows.setVerticalSpacing(8)
        self._rows.setColumnStretch(3, 1)
        rows.addLayout(self._rows)
        inner = QWidget()
        inner.setObjectName("groups")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(14)
        column.addWidget(self._rows_card)
        column.addWidget(card)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 16)
        whole.setSpacing(12)
        whole.addLayout(head)
        whole.addWidget(self._facts)
        whole.addWidget(scroll, 1)

    def _show(self, found: Comparison) -> None:
        self._found = found
        self.heading.setText(_("Freight quotes of {number}").format(number=found.number))
        empty(self._badges)
        badge = state_badge(FREIGHT_STATES, found.status)
        if badge is not None:
            self._badges.addWidget(chip(_(badge.text), badge.tone.value))
        words = _("{valid} of {needed} valid quotes").format(valid=found.valid, needed=found.needed)
        self._badges.addWidget(chip(words, "good" if found.valid >= found.needed else "warn"))
        parts = [found.route]
        if found.choice_reason:
            parts.append(_("Why chosen: {reason}").format(reason=found.choice_reason))
        if found.waits_for:
            parts.append(_("Waits for {names}").format(names=enumerated(found.waits_for)))
        self.approval.setVisible(found.request_id is not None)
        if not found.on:
            parts.append(_("Freight inquiries are switched off under Settings."))
        self._facts.setText(" · ".join(parts))
        self.table.show_table(comparison_table(found))
        # The totals take a third of the height: all of them are to be seen, the rank above all.
        totals = 3 * self.table.totals.table.rowCount() * self.context.theme.row
        self.table.setMinimumHeight(max(self.table.sizeHint().height() + 12, totals))
        may = self.context.seat.actor.can("freight.write") and found.on and found.status in _CHOOSING
        self.enter.setVisible(may)
        self._show_rows(found, may=may)
        self.changed_title.emit()

    def _show_rows(self, found: Comparison, *, may: bool) -> None:
        empty(self._rows)
        self.choose_buttons = {}
        self._rows_card.setVisible(bool(found.quotes))
        for place, one in enumerate(found.quotes):
            self._show_row(place, found, one, may=may)

    def _show_row(self, place: int, found: Comparison, one: Compared, *, may: bool) -> None:
        """Show a quote: rank, forwarder, what it comes to, what is to be said of it, and the button."""
        ranked = one.ranked
        key = ranked.quote.id
        chosen = key == found.chosen_quote_id
        tone = "good" if chosen or ranked.rank == 1 else "neutral" if ranked.valid else "bad"
        mark = (
            _("Chosen")
            if chosen
            else _("Rank {rank}").format(rank=ranked.rank)
            if ranked.rank
            else _("not valid")
        )
        self._rows.addWidget(chip(mark, tone), place, 0)
        self._rows.addWidget(text_label(one.forwarder, "" if ranked.valid else "muted"), place, 1)
        amount = "–" if ranked.all_in is None else f"{found.base} {figure(ranked.all_in)}"
        self._rows.addWidget(text_label(amount, "" if ranked.valid else "muted"), place, 2)
        said = one.reasons if ranked.valid else ranked.faults
        good = _("Cheapest of enough valid quotes: no approval needed.")
        self._rows.addWidget(text_label(" ".join(said) or good, "muted", wrap=True), place, 3)
        if may and ranked.valid:
            button = QPushButton(_("Choose"))
            if ranked.rank == 1:
                set_role(button, "primary")
            button.clicked.connect(partial(self.choose, key))
            self._rows.addWidget(button, place, 4)
            self.choose_buttons[key] = button

    def choose(self, quote_id: int, _checked: bool = False) -> OperationDialog:
        """Ask why, where a reason is needed, and choose the quote."""
        link = Link.to("freight_choose", inquiry=int(str(self.link().param("id"))), quote=quote_id)
        dialog = OperationDialog(self, self.context, link, CHOOSE_FORM, self._chosen)
        dialog.open()
        return dialog

    def _chosen(self, value: object) -> None:
        if value == "submitted":
            self.context.toast(_("The choice waits for approval."))
        else:
            self.context.toast(_("The forwarder is chosen; its quote is the shipment's estimate now."))

    def _enter(self) -> None:
        self.context.open(Link.to("freight_quote", inquiry=int(str(self.link().param("id")))))

    def _open_inquiry(self) -> None:
        self.context.open(Link.to("freight_inquiry", id=int(str(self.link().param("id")))))

    def _open_approval(self) -> None:
        if self._found is not None and self._found.request_id is not None:
            self.context.open(Link.to("approval", id=self._found.request_id))
