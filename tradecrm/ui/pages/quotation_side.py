"""What helps decide beside a quotation: the rate to play with, the margin wished for, the prices of before."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from tradecrm.core.fields import FieldKind
from tradecrm.core.text import N_, _
from tradecrm.screens.draft import Draft, Value, as_number
from tradecrm.screens.spec import FieldSpec
from tradecrm.screens.trade.quotation_panels import lowest_facts, lowest_line_price
from tradecrm.screens.trade.words import rate_figure
from tradecrm.ui.context import PageContext
from tradecrm.ui.fields.editors import LineEditor
from tradecrm.ui.labels import SteadyLabel
from tradecrm.ui.lists.preview import FactsCard
from tradecrm.ui.theme import set_role, text_label

_REACH = 100
"""Steps of the slider to either side, each a thousandth of the rate: ten percent up and down."""


class WhatIf(QWidget):
    """A slider around the rate of the quotation; the estimate shows what it would be, the quotation stays."""

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._base: Decimal | None = None
        self.label = SteadyLabel(text_label("", "label"))
        self.back = set_role(QPushButton(), "link")
        self.back.clicked.connect(self.reset)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-_REACH, _REACH)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName(_("What if the rate changes"))
        self.slider.valueChanged.connect(self._on_moved)
        head = QHBoxLayout()
        head.addWidget(self.label, 1)
        head.addWidget(self.back)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self.slider)
        self.back.hide()
        self.hide()

    @property
    def rate(self) -> Decimal | None:
        """Answer the rate that is tried, None while the slider stands at that of the quotation."""
        if self._base is None or self.slider.value() == 0:
            return None
        return self._base * (1000 + self.slider.value()) / 1000

    def show_rate(self, rate: Decimal | None, *, shown: bool) -> None:
        """Take up the quotation's rate; another one than before puts the slider back."""
        if rate != self._base:
            self._base = rate
            self.slider.blockSignals(True)
            self.slider.setValue(0)
            self.slider.blockSignals(False)
        self.setVisible(shown and rate is not None)
        self._say()

    def reset(self) -> None:
        """Put the slider back to the rate of the quotation."""
        self.slider.setValue(0)

    def _on_moved(self) -> None:
        self._say()
        self.moved.emit()

    def _say(self) -> None:
        tried = self.rate or self._base
        if tried is not None:
            self.label.setText(_("What if the rate is {rate}").format(rate=rate_figure(tried)))
        if self._base is not None:
            self.back.setText(_("Back to {rate}").format(rate=rate_figure(self._base)))
        self.back.setVisible(self.rate is not None)


class LowestCard(QFrame):
    """The margin wished for, the lowest total and the lowest price of the current line, ready to be taken."""

    taken = Signal(object)
    """The lowest price of the current line, to be put into it."""
    converting = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        set_role(self, "card")
        self._draft = Draft()
        self._row = 0
        self.heading = text_label(_("Lowest price"), "section")
        spec = FieldSpec("margin", N_("Margin wished for"), FieldKind.PERCENT)
        self.margin = LineEditor(spec, context.seat.book.clock.today)
        self.margin.setFixedWidth(76)
        self.margin.setAccessibleName(_(spec.label))
        self.margin.typed.connect(self._on_margin)
        self.facts = FactsCard(context)
        self.facts.heading.hide()
        set_role(self.facts, "")
        plain = self.facts.layout()
        if plain is not None:
            plain.setContentsMargins(0, 0, 0, 0)
        self.take = QPushButton(_("Take it"))
        self.take.setToolTip(_("Put the lowest price into the current line"))
        self.take.clicked.connect(self._on_take)
        self.convert = QPushButton(_("Convert price…"))
        self.convert.clicked.connect(self.converting)
        self._lay_out(_(spec.label))

    def _lay_out(self, title: str) -> None:
        head = QHBoxLayout()
        head.addWidget(text_label(title, "muted"), 1)
        head.addWidget(self.margin)
        foot = QHBoxLayout()
        foot.addWidget(self.take)
        foot.addWidget(self.convert)
        foot.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(8)
        box.addWidget(self.heading)
        self._asking = QWidget()
        self._asking.setLayout(head)
        head.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._asking)
        box.addWidget(self.facts)
        box.addLayout(foot)

    def show_line(self, draft: Draft, row: int, *, locked: bool) -> None:
        """Show the lowest prices of a draft; the wished margin begins with the least one of the settings."""
        self._draft, self._row = draft, row
        if self.margin.value() is None and draft.number("least_margin") is not None:
            self.margin.put(draft.number("least_margin"))
        sees = draft.flag("sees_cost")
        self.heading.setText(_("Lowest price") if sees else _("Price"))
        self._asking.setVisible(sees)
        facts = lowest_facts(draft, row, self._wished()) if sees else ()
        self.facts.show_facts(facts)
        self.facts.setVisible(bool(facts))
        self.take.setVisible(sees and not locked and len(facts) > 1)
        self.convert.setVisible(not locked)
        self.convert.setEnabled(0 <= row < len(draft.rows()))

    def _wished(self) -> Decimal:
        return as_number(self.margin.value()) or Decimal(0)

    def _on_margin(self, _value: Value) -> None:
        self.show_line(self._draft, self._row, locked=self.convert.isHidden())

    def _on_take(self) -> None:
        price = lowest_line_price(self._draft, self._row, self._wished())
        if price is not None:
            self.taken.emit(price)
