"""The page of a request for approval: its reasons, the figures to decide by, whose turn it is, the decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tradecrm.core.clock import local_moment
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.services.control.approval_cards import (
    DECISION_TITLES,
    STATUS_TITLES,
    DecisionView,
    LevelView,
    RequestView,
    request_card,
)
from tradecrm.services.control.approvals import Decide, WithdrawRequest, decide, withdraw_request
from tradecrm.ui.asking import may_drop
from tradecrm.ui.charts.bricks import chip
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.labels import ElidedLabel
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.theme import set_role, text_label

_TONES = {"pending": "warn", "approved": "good", "rejected": "bad"}
_LEVEL_TONES = {"done": "good", "now": "warn", "stopped": "bad"}
_REASON_HEIGHT = 72


class ApprovalPage(Page):
    """One request; the buttons at the head decide, the paper opens with one click."""

    watches = frozenset({"approval_request", "approval_turn", "approval_decision"})

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._key = int(str(link.param("id")))
        self._card: RequestView | None = None
        self._name = set_role(ElidedLabel(right=False), "title")
        self._chips = QHBoxLayout()
        self._chips.setSpacing(8)
        self._facts = text_label("", "muted", wrap=True)
        self.problem = text_label("", "problem", wrap=True)
        self.problem.hide()
        self.reason = QPlainTextEdit()
        self.paper_button = QPushButton(_("Open the paper"))
        self.withdraw_button = QPushButton(_("Withdraw"))
        self.reject_button = QPushButton(_("Reject"))
        self.approve_button = set_role(QPushButton(_("Approve")), "primary")
        self._decision = set_role(QFrame(), "card")
        self._reasons, self._figures = QVBoxLayout(), QGridLayout()
        self._levels, self._history = QVBoxLayout(), QVBoxLayout()
        self._lay_out()
        self._connect()
        self.reload()

    def title(self) -> str:
        """Answer what is asked about."""
        return _("Approval") if self._card is None else self._card.title

    @property
    def unsaved(self) -> bool:
        """Tell whether a reason was typed that nothing was decided with."""
        return bool(self.reason.toPlainText().strip())

    def leave(self) -> bool:
        """Ask before what was typed is dropped."""
        return not self.unsaved or may_drop(self)

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "check"

    def reload(self) -> None:
        """Read the request again; a reason typed stays."""
        self.context.ask(request_card, self._key, then=self._show, replaces=(id(self), "request"))

    def decide(self, decision: str) -> None:
        """Approve or reject with the reason typed; what stands against it is said below the head."""
        self.problem.hide()
        self._allow(on=False)
        self.context.perform(
            decide,
            Decide(self._key, decision, self.reason.toPlainText()),
            then=self._decided,
            refused=self._refused,
            failed=lambda _error: self._allow(on=True),
        )

    def withdraw(self) -> None:
        """Take one's own request back."""
        self.problem.hide()
        self.context.perform(
            withdraw_request,
            WithdrawRequest(self._key, self.reason.toPlainText()),
            then=lambda _value: self._withdrawn(),
            refused=self._refused,
        )

    def _withdrawn(self) -> None:
        self.reason.clear()
        self.context.toast(_("Taken back; the paper is a draft again."))

    def _decided(self, status: str) -> None:
        self.reason.clear()
        words = {
            "approved": _("Approved."),
            "rejected": _("Not approved; the paper is a draft again."),
        }
        self.context.toast(words.get(status, _("Approved; it waits for the next level now.")))
        self.reload()

    def _refused(self, refusal: Refusal) -> None:
        self.problem.setText("\n".join(problem.message for problem in refusal.problems))
        self.problem.show()
        if any(problem.field == "reason" for problem in refusal.problems):
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _allow(self, *, on: bool) -> None:
        for button in (self.approve_button, self.reject_button):
            button.setEnabled(on)

    def _connect(self) -> None:
        self.approve_button.clicked.connect(lambda: self.decide("approve"))
        self.reject_button.clicked.connect(lambda: self.decide("reject"))
        self.withdraw_button.clicked.connect(self.withdraw)
        self.paper_button.clicked.connect(self._open_paper)

    def _open_paper(self) -> None:
        if self._card is not None and self._card.link is not None:
            self.context.open(self._card.link)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._name, 1)
        head.addLayout(self._chips)
        for button in (self.paper_button, self.withdraw_button, self.reject_button, self.approve_button):
            head.addWidget(button)
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(_REASON_HEIGHT)
        self.reason.setPlaceholderText(_("Why; needed to reject, and kept with the decision"))
        self.reason.setAccessibleName(_("Reason"))
        own = QVBoxLayout(self._decision)
        own.setContentsMargins(16, 12, 16, 14)
        own.setSpacing(8)
        own.addWidget(text_label(_("Your decision"), "section"))
        own.addWidget(self.reason)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(14)
        self._figures.setHorizontalSpacing(24)
        self._figures.setVerticalSpacing(6)
        self._figures.setColumnStretch(1, 1)
        left.addWidget(_card(_("Why it needs approval"), self._reasons))
        left.addWidget(_card(_("Figures to decide by"), self._figures))
        left.addStretch(1)
        right.addWidget(self._decision)
        right.addWidget(_card(_("Who decides"), self._levels))
        right.addWidget(_card(_("History"), self._history))
        right.addStretch(1)
        inner = QWidget()
        inner.setObjectName("groups")
        body = QHBoxLayout(inner)
        body.setContentsMargins(0, 0, 4, 0)
        body.setSpacing(14)
        body.addLayout(left, 3)
        body.addLayout(right, 2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 16)
        whole.setSpacing(10)
        whole.addLayout(head)
        whole.addWidget(self._facts)
        whole.addWidget(self.problem)
        whole.addWidget(scroll, 1)

    def _show(self, card: RequestView) -> None:
        self._card = card
        self._name.setText(card.title)
        empty(self._chips)
        self._chips.addWidget(chip(_(dict(STATUS_TITLES)[card.status]), _TONES.get(card.status, "neutral")))
        self._facts.setText(
            _("Submitted by {name} on {when}").format(name=card.submitter, when=_moment(card.submitted_at))
        )
        self.paper_button.setVisible(card.link is not None)
        self.withdraw_button.setVisible(card.may_withdraw)
        for part in (self.approve_button, self.reject_button, self._decision):
            part.setVisible(card.may_decide)
        self._allow(on=card.may_decide)
        _fill(self._reasons, [text_label(f"•  {each.sentence}", "", wrap=True) for each in card.reasons])
        empty(self._figures)
        for row, figure in enumerate(card.figures):
            self._figures.addWidget(text_label(figure.title, "muted"), row, 0)
            self._figures.addWidget(text_label(figure.text, "", wrap=True), row, 1)
        _fill(self._levels, [_level(level) for level in card.levels])
        _fill(self._history, [_entry(entry) for entry in card.decisions])
        self.changed_title.emit()


def _card(title: str, body: QVBoxLayout | QGridLayout) -> QFrame:
    card = set_role(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 12, 16, 14)
    column.setSpacing(8)
    column.addWidget(text_label(title, "section"))
    column.addLayout(body)
    return card


def _fill(column: QVBoxLayout, widgets: Sequence[QWidget]) -> None:
    empty(column)
    for widget in widgets:
        column.addWidget(widget)
    if not widgets:
        column.addWidget(text_label(_("Nothing."), "muted"))


def _level(level: LevelView) -> QWidget:
    """Answer a line of who decides: the level, its people, and where it stands."""
    titles = {"done": _("done"), "now": _("waiting"), "stopped": _("stopped"), "later": _("later")}
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    words = level.title
    if level.mode == "ALL":
        words = _("{level}, all of them").format(level=level.title)
    line.addWidget(text_label(words))
    line.addWidget(text_label(", ".join(level.people), "muted", wrap=True), 1)
    line.addWidget(chip(titles[level.state], _LEVEL_TONES.get(level.state, "neutral")))
    return holder


def _entry(entry: DecisionView) -> QWidget:
    """Answer an entry of the history: who, when, what, and why."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 4)
    column.setSpacing(2)
    person = entry.person
    if entry.for_person:
        person = _("{person} for {other}").format(person=entry.person, other=entry.for_person)
    what = _(dict(DECISION_TITLES)[entry.decision])
    column.addWidget(text_label(f"{_moment(entry.at)}  {person}: {what}", "", wrap=True))
    if entry.reason:
        column.addWidget(text_label(entry.reason, "muted", wrap=True))
    return holder


def _moment(at: datetime) -> str:
    return f"{local_moment(at):%Y-%m-%d %H:%M}"
