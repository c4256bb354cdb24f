"""The desktop's card of the two plans: what is to be collected and to be paid, overdue and by week (section 3.8)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from tradecrm.core.links import Link
from tradecrm.core.money import format_amount
from tradecrm.core.text import _
from tradecrm.ui.charts.bricks import ClickLabel
from tradecrm.ui.context import PageContext
from tradecrm.ui.pages.desktop_cards import MONEY, Card
from tradecrm.ui.pages.desktop_parts import empty
from tradecrm.ui.theme import set_role, text_label
from tradecrm.ui.turns import in_turn

if TYPE_CHECKING:
    from tradecrm.reports.plans import DueWeek, DueWeeks
    from tradecrm.services.work import Reader

_ROW = 23
_AROUND = 56
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _due_weeks(reader: Reader) -> DueWeeks:
    """Ask the plans, which are loaded after the figures and the list of the first page."""
    from tradecrm.reports.plans import due_weeks

    return due_weeks(reader)


class DueWeeksCard(Card):
    """Overdue and the next 30 days by week, in base currency; each amount opens the rows of its plan."""

    watches = MONEY | {
        "item",
        "instalment",
        "allocation",
        "promise",
        "sales_contract",
        "purchase_contract",
        "shipment",
        "cost_line",
        "planned_flow",
        "rebate_claim",
        "expense_claim",
    }
    after = True

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, _("Due in the next 30 days"), 4)
        self._base = text_label("", "muted")
        self.head.addStretch(1)
        self.head.addWidget(self._base)
        self.setMinimumHeight(_AROUND + _ROW * 8)

    def load(self) -> None:
        """Ask for both plans."""
        self.context.ask(_due_weeks, then=self._show, replaces=(id(self), "due weeks"))

    def _show(self, found: DueWeeks) -> None:
        self._base.setText(found.base if found.rows else "")
        if not found.rows:
            self.say(_("Nothing is to be collected or paid in the next 30 days."))
            return
        empty(self.body)
        grid = QGridLayout()
        grid.setVerticalSpacing(0)
        grid.setHorizontalSpacing(18)
        grid.setColumnStretch(0, 1)
        for place, title in enumerate((_("To collect"), _("To pay")), 1):
            grid.addWidget(text_label(title, "label"), 0, place, _RIGHT)
        for row, week in enumerate(found.rows, 1):
            self._line(grid, row, week, found.base)
        self._totals(grid, found)
        for row in range(grid.rowCount()):
            grid.setRowMinimumHeight(row, _ROW)
        # A row cut in half says a wrong figure: the card is as high as its rows.
        self.setMinimumHeight(_AROUND + _ROW * grid.rowCount() + (_ROW if found.notes else 0))
        self.body.addLayout(grid)
        in_turn(self, self)
        known = all(week.incoming is not None and week.outgoing is not None for week in found.rows)
        self.note(found.notes, known=known)
        self.body.addStretch(1)

    def _line(self, grid: QGridLayout, row: int, week: DueWeek, base: str) -> None:
        grid.addWidget(text_label(week.title, "bad" if week.overdue else ""), row, 0)
        for place, (amount, link) in enumerate(((week.incoming, week.collect), (week.outgoing, week.pay)), 1):
            grid.addWidget(self._amount(amount, base, link), row, place, _RIGHT)

    def _amount(self, amount: Decimal | None, base: str, link: Link | None) -> ClickLabel:
        """Make a figure: a dash for nothing, and where a rate is missing its absence said in words."""
        text = _("not known") if amount is None else format_amount(amount, base)
        label = ClickLabel(text if amount != 0 else "–", None if amount == 0 else link)
        label.setFont(self.context.theme.font(tabular=True))
        label.opened.connect(self.opened)
        return label

    def _totals(self, grid: QGridLayout, found: DueWeeks) -> None:
        row = grid.rowCount()
        grid.addWidget(set_role(text_label(_("Together")), "section"), row, 0)
        for place, amounts in enumerate(
            ([week.incoming for week in found.rows], [week.outgoing for week in found.rows]), 1
        ):
            total = self._amount(_sum(amounts), found.base, None)
            grid.addWidget(set_role(total, "section"), row, place, _RIGHT)


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """Answer a sum, None when a part of it is not known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None
