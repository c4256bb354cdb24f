"""The editor of a quotation: fields and lines by keyboard, the estimate at every key, prices of before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from PySide6.QtWidgets import QVBoxLayout

from tradecrm.core.links import Link
from tradecrm.core.text import _
from tradecrm.screens.draft import Draft, Ref, Remembering, Value
from tradecrm.screens.trade.quotation_actions import QUOTATION_DIALOGS
from tradecrm.screens.trade.quotation_convert import (
    apply_conversion,
    conversion_form,
    start_conversion,
)
from tradecrm.screens.trade.quotation_form import QUOTATION_FORM
from tradecrm.screens.trade.quotation_panels import (
    memory_facts,
    memory_title,
    packing_facts,
    profit_facts,
)
from tradecrm.services.trade.price_memory import PriceMemory, price_memory
from tradecrm.ui.context import PageContext
from tradecrm.ui.lists.preview import FactsCard
from tradecrm.ui.pages.quotation_dialog import ConversionDialog
from tradecrm.ui.pages.quotation_side import LowestCard, WhatIf
from tradecrm.ui.pages.trade_form import TradeFormPage


class QuotationPage(TradeFormPage):
    """The form of a quotation with what helps decide at its right, kept up to date while a cell is typed in."""

    def __init__(self, context: PageContext, link: Link) -> None:
        # Leaving a cell changes what its last key has shown already.
        form = replace(QUOTATION_FORM, derive=Remembering(QUOTATION_FORM.derive))
        super().__init__(context, link, form, {each.key: each for each in QUOTATION_DIALOGS})
        self._remembered: tuple[int | None, int] | None = None
        self._decided: tuple[Draft | None, int, Decimal | None, bool] = (None, 0, None, False)
        self.what_if = WhatIf()
        self.what_if.moved.connect(self._show_side)
        self.lowest = LowestCard(context)
        self.lowest.taken.connect(self._on_taken)
        self.lowest.converting.connect(self.convert)
        self.memory = FactsCard(context)
        self.packing = FactsCard(context, _("Packing and containers"))
        self._lay_out_side()
        self.grid = self.lines[0].grid
        self.grid.selectionModel().currentChanged.connect(lambda *_places: self._show_side())
        self.grid.grid.typing.connect(self._on_typing)
        self.grid.cells.closeEditor.connect(lambda *_how: self._on_cell_left())

    def _lay_out_side(self) -> None:
        profit = self.panels.cards["profit"].layout()
        if profit is not None:
            profit.addWidget(self.what_if)
        body = self.panels.widget()
        column = body.layout() if body is not None else None
        assert isinstance(column, QVBoxLayout)
        for place, card in enumerate((self.lowest, self.memory, self.packing)):
            card.hide()
            column.insertWidget(1 + place, card)

    def _show(self) -> None:
        super()._show()
        self._show_side()

    def _row_at(self) -> int:
        """Answer the line the person is in; before any is chosen the first one."""
        return max(0, self.grid.currentIndex().row())

    def _show_side(self) -> None:
        self._show_decision(self.session.draft)
        self._ask_memory(self.session.draft)

    def _show_decision(self, draft: Draft) -> None:
        """Show profit, lowest price and packing of a draft; of the rate tried where the slider was moved."""
        sees, row = draft.flag("sees_cost"), self._row_at()
        wanted = (draft, row, self.what_if.rate, self.grid.grid.locked)
        # A cell that is left tells it several times over: taken up, closed, gone on from.
        same = draft is self._decided[0] and wanted[1:] == self._decided[1:] and self.what_if.rate is None
        if same or not self.loaded:
            return
        self._decided = wanted
        rate = draft.number("rate")
        foreign = draft.text("currency") != draft.text("base")
        self.what_if.show_rate(rate if foreign else None, shown=sees and bool(draft.number("total")))
        if self.what_if.rate is not None:
            self.panels.cards["profit"].show_facts(profit_facts(draft, self.what_if.rate))
        else:
            self.panels.cards["profit"].show_facts(profit_facts(draft))
        locked = self.grid.grid.locked
        self.lowest.show_line(draft, row, locked=locked)
        self.lowest.setVisible(bool(draft.rows()) and (sees or not locked))
        facts = packing_facts(draft, row)
        self.packing.show_facts(facts)
        self.packing.setVisible(bool(facts))

    def _on_typing(self, row: int, key: str, value: Value) -> None:
        """Show what the number in an open cell would make of the quotation; nothing is taken up yet."""
        name = f"lines.{row}.{key}"
        trial = self.spec.derive(self.session.draft.put_cell("lines", row, key, value), name)
        self._show_decision(trial)
        self.lines[0].show_foot(trial)

    def _on_cell_left(self) -> None:
        self._show_decision(self.session.draft)
        self.lines[0].show_foot(self.session.draft)

    def _ask_memory(self, draft: Draft) -> None:
        """Ask for the prices of before when line or customer is another one."""
        rows, row = draft.rows(), self._row_at()
        product = rows[row].get("product") if row < len(rows) else None
        if not isinstance(product, Ref):
            self._remembered = None
            self.memory.hide()
            return
        wanted = (draft.ref_id("customer"), int(product.id))
        if wanted != self._remembered:
            self._remembered = wanted
            self.context.ask(
                price_memory, *wanted, but=draft.id, then=self._on_memory, replaces=(id(self), "memory")
            )

    def _on_memory(self, found: PriceMemory) -> None:
        facts = memory_facts(found)
        self.memory.heading.setText(memory_title(found))
        self.memory.show_facts(facts)
        self.memory.setVisible(bool(facts) and self._remembered is not None)

    def _on_taken(self, price: Decimal) -> None:
        self.session.put_cell("lines", self._row_at(), "price", price)
        self.session.settle()
        self._show()

    def convert(self) -> ConversionDialog:
        """Ask which price is wanted on which basis; the answer goes into the draft as one step."""
        self.commit_open()
        form = conversion_form(start_conversion(self.session.draft, self._row_at()))
        dialog = ConversionDialog(self, self.context, form, self._on_converted)
        dialog.open()
        return dialog

    def _on_converted(self, asked: Draft) -> None:
        draft = apply_conversion(self.session.draft, asked)
        self.session.settle()
        self.session.change("lines", replace(draft, id=self.session.draft.id))
        self.session.settle()
        self._show()
