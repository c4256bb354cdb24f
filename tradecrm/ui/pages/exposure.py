"""The page of exposure to exchange rates: a slider says what if all rates change, the chart and table follow."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider, QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.money import format_money
from tradecrm.core.text import _
from tradecrm.reports.currency_risk import exposure_table, signed
from tradecrm.services.figures.closing import add_known
from tradecrm.services.figures.currency_risk import Risk, currency_risk
from tradecrm.ui.charts.chart import ChartView, load_engine
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.pages.closing_parts import plain, table_card
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

_MOST = 20
"""Tenths of the slider's steps: from minus to plus ten percent, in halves."""
_CHART = 190


class ExposurePage(Page):
    """Accounts, open items and contracts by currency and month; nothing is asked again while the slider moves."""

    watches = frozenset(
        {"item", "allocation", "ledger_entry", "rate", "sales_contract", "purchase_contract", "shipment"}
    )

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self.risk: Risk | None = None
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-_MOST, _MOST)
        self.slider.setValue(-6)
        self.slider.setPageStep(2)
        self.slider.setTickInterval(2)
        self.slider.setFixedWidth(260)
        self.slider.setAccessibleName(_("Change of all rates in percent"))
        self.slider.valueChanged.connect(lambda _value: self._draw())
        self.percent_text, self.effect_text = text_label("", "strong"), text_label("", "section")
        self.percent_text.setMinimumWidth(64)
        self.chart = ChartView(context.theme)
        self.chart.setMinimumHeight(_CHART)
        self.chart.opened.connect(context.open)
        self.view = TableView(context.theme)
        self.view.opened.connect(context.open)
        self._lay_out()
        self.reload()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(text_label(_("Exposure to exchange rates"), "title"))
        head.addStretch(1)
        head.addWidget(plain(_("Export"), lambda: self.context.open(Link.to("report/fx_exposure"))))
        ask = QHBoxLayout()
        ask.setSpacing(12)
        label = text_label(_("What if all rates change by"), "label")
        label.setBuddy(self.slider)
        for widget in (label, self.slider, self.percent_text, self.effect_text):
            ask.addWidget(widget)
        ask.addStretch(1)
        card = set_role(QFrame(), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 10, 14, 6)
        inside.addLayout(ask)
        inside.addWidget(self.chart)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 18)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(card)
        table, self.heading = table_card(_("By currency and month"), self.view)
        box.addWidget(table, 1)

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Exposure")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "chart"

    def percent(self) -> Decimal:
        """Answer the change of rates that the slider says."""
        return Decimal(self.slider.value()) / 2

    def reload(self) -> None:
        """Read what moves with rates again."""
        self.context.ask(currency_risk, then=self._on_risk, replaces=(id(self), "risk"))

    def _on_risk(self, risk: Risk) -> None:
        self.risk = risk
        # The library that draws charts takes a third of a second to load: on a lane.
        self.context.jobs.read(load_engine, then=lambda _none: self._draw(), name="load_charts")
        self._draw(chart=False)

    def _draw(self, *, chart: bool = True) -> None:
        if self.risk is None:
            return
        risk, percent = self.risk, self.percent()
        table = exposure_table(risk, percent)
        self.view.show_table(table)
        self.view.nothing.setText(_("Nothing is held or expected in foreign currency."))
        self.percent_text.setText(f"{signed(percent)} %")
        effect = add_known([risk.effect(risk.amount(code), code, percent) for code, _rate in risk.rates])
        words = "" if effect is None else format_money(effect, risk.base)
        self.effect_text.setText(_("Effect on the result: {amount}").format(amount=words) if words else "")
        if chart:
            self.chart.set_chart(table.chart)
