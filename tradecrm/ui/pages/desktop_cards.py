"""The cards of the desktop: figures, Today, orders by month, receivables by age, shipments, accounts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from tradecrm.core.changes import Changes
from tradecrm.core.links import Link
from tradecrm.core.money import format_amount, format_money
from tradecrm.core.table import Chart
from tradecrm.core.text import _, ngettext
from tradecrm.services.control.reminders import TodayRow
from tradecrm.services.control.today import read_today
from tradecrm.services.figures.accounts import Balances
from tradecrm.services.figures.desktop import DesktopFigures, desktop_figures
from tradecrm.services.figures.shipments_under_way import STEPS, UnderWay, shipments_under_way
from tradecrm.ui.charts.bricks import AgingStrip, ClickLabel, FigureCard, Milestones, chip
from tradecrm.ui.context import PageContext
from tradecrm.ui.due import DUE_KINDS, OVERDUE, TODAY, DueVerbs, group_of, in_order
from tradecrm.ui.pages.desktop_data import Ages, read_accounts, read_ages, read_orders
from tradecrm.ui.pages.desktop_parts import ROW_HEIGHT, DueLine, Elided, Skeleton, empty, in_columns
from tradecrm.ui.theme import plain_tip, set_role, text_label
from tradecrm.ui.turns import in_turn
from tradecrm.ui.words import percent, plain_day

MOST_DUE = 40
MOST_SHIPMENTS = 16
LONGEST_FIGURE = 17
STEP = 5
LINE_HEIGHT = 28
MONEY = frozenset({"receipt", "payment", "transfer", "account_expense", "account", "posting", "rate"})
"""Kinds of record whose change may change what stands on the accounts, or what it is worth."""


class Card(QFrame):
    """A titled card: pale bars until its answer is there, a sentence when there is nothing."""

    opened = Signal(object)
    watches: Changes = frozenset()
    grows = False
    after = False
    """Read when the figures and the list of the page are there; a chart does not keep them waiting."""

    def __init__(self, context: PageContext, title: str, rows: int = 3) -> None:
        super().__init__()
        set_role(self, "card")
        self.context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(8)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.caption = text_label(title, "section")
        self.head.addWidget(self.caption)
        column.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(0)
        column.addLayout(self.body, 1)
        self.body.addWidget(Skeleton(context.theme, rows))
        self.body.addStretch(1)

    def load(self) -> None:
        """Ask for what the card shows."""

    def say(self, text: str) -> None:
        """Show a sentence instead of rows."""
        empty(self.body)
        label = text_label(text, "muted", wrap=True)
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(label)
        self.body.addStretch(1)

    def hold(self, lines: Sequence[QWidget]) -> QVBoxLayout:
        """Show lines that give way: those for which there is no room are hidden, instead of taking it.

        Answers the column they stand in, where more can follow before its last place.
        """
        empty(self.body)
        holder = QWidget()
        holder.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        for line in lines:
            column.addWidget(line)
        column.addStretch(1)
        self.body.addWidget(holder, 1)
        return column

    def note(self, notes: Sequence[str], *, known: bool = True) -> None:
        """Say below the rows what is missing for a figure; an older rate that stands in is told shortly."""
        if not notes:
            return
        text = _("Some rates are older than today.") if known else notes[0]
        label = text_label(text, "label", wrap=True)
        label.setToolTip(plain_tip("\n".join(notes)))
        self.body.addSpacing(6)
        self.body.addWidget(label)


class FiguresCard(QWidget):
    """The four figures in a row of cards; one the person may not see is left out."""

    opened = Signal(object)
    watches: Changes = MONEY | {"sales_contract", "shipment", "cost_line", "item", "instalment", "allocation"}
    grows = False

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        titles = (
            _("Orders this month"),
            _("Profit on shipments, this month"),
            _("Receivables overdue"),
            _("Cash and bank"),
        )
        self.cards = [FigureCard(context.theme, title) for title in titles]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(14)
        for card in self.cards:
            card.setMinimumHeight(100)
            card.opened.connect(self.opened)
        self.fold(narrow=False)

    def fold(self, *, narrow: bool) -> None:
        """Stand in two rows where four figures beside each other would be cut off."""
        across = 2 if narrow else len(self.cards)
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, place // across, place % across)
            self._grid.setColumnStretch(place, 1 if place < across else 0)

    def load(self) -> None:
        """Ask for the figures."""
        self.context.ask(desktop_figures, then=self._show, replaces=(id(self), "figures"))

    def _show(self, figures: DesktopFigures) -> None:
        orders, profit, overdue, money = self.cards
        base = figures.base
        count = figures.orders.count
        words = ngettext("{count} contract", "{count} contracts", count).format(count=count)
        self._put(orders, figures.orders.amount, base, words, "neutral", figures.orders.link)
        profit.setVisible(figures.profit is not None)
        if figures.profit is not None:
            one = figures.profit
            parts = [ngettext("{count} shipment", "{count} shipments", one.count).format(count=one.count)]
            tone = "neutral"
            if one.margin is not None:
                parts.insert(0, _("{margin} margin").format(margin=percent(one.margin)))
                tone = "good" if one.profit > 0 else "bad"
            self._put(profit, one.profit, base, " • ".join(parts), tone, one.link)
        late = figures.overdue
        parts = [
            ngettext("{count} customer", "{count} customers", late.customers).format(count=late.customers)
        ]
        if late.oldest_days:
            parts.append(
                ngettext("oldest {count} day", "oldest {count} days", late.oldest_days).format(
                    count=late.oldest_days
                )
            )
        words = " • ".join(parts) if late.customers else _("Nothing is overdue")
        self._put(
            overdue, late.amount, base, words, "bad" if late.customers else "good", late.link, late.notes
        )
        money.setVisible(figures.money is not None)
        if figures.money is not None:
            kept = figures.money
            words = " • ".join(
                (
                    ngettext("{count} account", "{count} accounts", kept.accounts).format(
                        count=kept.accounts
                    ),
                    ngettext("{count} currency", "{count} currencies", kept.currencies).format(
                        count=kept.currencies
                    ),
                )
            )
            self._put(money, kept.amount, base, words, "neutral", kept.link, kept.notes)

    def _put(
        self,
        card: FigureCard,
        amount: Decimal | None,
        base: str,
        words: str,
        tone: str,
        link: Link,
        notes: Sequence[str] = (),
    ) -> None:
        if amount is None:
            card.show_figure(_("not known"), _("A rate is missing"), "warn", link)
            card.setToolTip(plain_tip("\n".join(notes) or _("A contract of this month has no budget rate.")))
            return
        text = format_money(amount, base)
        if len(text) > LONGEST_FIGURE:
            text = text.partition(".")[0]
        card.show_figure(text, words, tone, link)
        card.setToolTip(plain_tip("\n".join(notes)))


class TodayCard(Card):
    """What is to be done: as many rows as there is room for, the longest due first."""

    watches = DUE_KINDS
    grows = True

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, _("Today"), 6)
        self._verbs = DueVerbs(context)
        self._rows: list[TodayRow] = []
        self._lines: list[DueLine] = []
        self._column: QVBoxLayout | None = None
        self._count = chip("")
        self._count.hide()
        self._split = ClickLabel("", Link.to("today"), "muted")
        self._split.opened.connect(self.opened)
        self.head.addWidget(self._count)
        self.head.addStretch(1)
        self.head.addWidget(self._split)
        self.setMinimumHeight(230)

    def load(self) -> None:
        """Ask for what is due."""
        self.context.ask(read_today, then=self._show, replaces=(id(self), "today"))

    def _show(self, found: tuple[TodayRow, ...]) -> None:
        rows = in_order(found)
        groups = [group_of(row) for row in rows]
        late, now = groups.count(OVERDUE), groups.count(TODAY)
        self._count.setText(str(len(rows)))
        self._count.setVisible(bool(rows))
        words = _("Overdue {late} • Today {now} • Next days {soon}")
        self._split.setText(words.format(late=late, now=now, soon=len(rows) - late - now))
        self._rows, self._lines, self._column = rows[:MOST_DUE], [], None
        if not rows:
            self.say(_("Nothing is due. What falls due, departs or waits for money will stand here."))
            return
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many rows as fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(3, (self.height() - 58) // ROW_HEIGHT)
        missing = self._rows[len(self._lines) : room]
        if missing:
            # A row is eight widgets: those there is no room for are made when the window grows.
            more = [DueLine(self.context, row, self._verbs, self.load) for row in missing]
            self._lines += more
            in_columns(self._lines)
            if self._column is None:
                self._column = self.hold(more)
            else:
                for line in more:
                    self._column.insertWidget(self._column.count() - 1, line)
            in_turn(self, self)
        for index, line in enumerate(self._lines):
            line.setVisible(index < room)


class OrdersCard(Card):
    """Orders of the last twelve months as a chart, the present month in the strong color."""

    watches = frozenset({"sales_contract", "rate"})
    after = True
    grows = True

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, _("Orders by month"), 5)
        self.setMinimumHeight(230)
        self._chart: Chart | None = None

    def load(self) -> None:
        """Ask for the months."""
        self.context.ask(read_orders, then=self._show, replaces=(id(self), "orders"))

    def _show(self, chart: Chart) -> None:
        from tradecrm.ui.charts.chart import load_engine

        self._chart = chart
        # The library that draws charts takes long to load: off the GUI thread, when the figures are there.
        jobs = self.context.jobs
        jobs.when_idle(lambda: jobs.read(load_engine, then=self._draw, name="load_charts"))

    def _draw(self, _loaded: object) -> None:
        from tradecrm.ui.charts.chart import ChartView

        chart = self._chart
        if chart is None:
            return
        empty(self.body)
        view = ChartView(
            self.context.theme,
            chart,
            _("No orders in the last twelve months."),
            strong=len(chart.categories) - 1,
        )
        view.opened.connect(self.opened)
        self.body.addWidget(view, 1)
        in_turn(self, self)
        if chart.categories and any(value is None for value in chart.series[0].values):
            self.note([_("A month with a contract that has no budget rate is left out.")], known=False)


class AgesCard(Card):
    """Receivables by age: a strip whose parts and numbers open the rows."""

    watches = frozenset({"item", "instalment", "allocation", "receipt", "rate", "setting"})
    after = True

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, _("Receivables by age"), 3)
        self.setMinimumHeight(136)

    def load(self) -> None:
        """Ask for the ages."""
        self.context.ask(read_ages, then=self._show, replaces=(id(self), "ages"))

    def _show(self, ages: Ages) -> None:
        if not ages.parts:
            self.say(_("Nobody owes you anything."))
            return
        empty(self.body)
        strip = AgingStrip(self.context.theme)
        strip.opened.connect(self.opened)
        strip.show_parts(ages.parts)
        self.body.addSpacing(4)
        self.body.addWidget(strip)
        in_turn(self, self)
        self.note(ages.notes, known=ages.known)
        self.body.addStretch(1)


class UnderWayCard(Card):
    """Shipments on their way, each with how far it is and the next day that counts."""

    watches = frozenset({"shipment"})
    after = True

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, _("Under way"), 3)
        self._lines: list[QWidget] = []
        self.setMinimumHeight(54 + 4 * LINE_HEIGHT)

    def load(self) -> None:
        """Ask for the shipments."""
        self.context.ask(
            shipments_under_way, MOST_SHIPMENTS, then=self._show, replaces=(id(self), "under way")
        )

    def _show(self, found: Sequence[UnderWay]) -> None:
        self._lines = []
        if not found:
            self.say(_("No shipment is on its way."))
            return
        # Every column has one width for all rows, so that the dots stand below each other.
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(_when(one)) for one in found)
        for one in found:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
            name = ClickLabel(one.number, Link.to("shipment", id=one.shipment_id))
            tip = " • ".join(part for part in (one.customer, one.port_of_discharge, one.vessel) if part)
            name.setToolTip(plain_tip(tip))
            name.opened.connect(self.opened)
            row.addWidget(name)
            row.addWidget(_Route(one), 1)
            done = int(one.progress * (len(STEPS) - 1)) + 1
            row.addWidget(Milestones(self.context.theme, done, len(STEPS), one.status_title, STEP))
            when = text_label(_when(one), "warn" if one.late else "muted")
            when.setFixedWidth(widest)
            when.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(when)
            line.setFixedHeight(LINE_HEIGHT)
            self._lines.append(line)
        self.hold(self._lines)
        in_turn(self, self)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many rows as fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(3, (self.height() - 54) // LINE_HEIGHT)
        for index, line in enumerate(self._lines):
            line.setVisible(index < room)


class _Route(Elided):
    """Where a shipment comes from and goes to; without room for both, where it goes to."""

    def __init__(self, one: UnderWay) -> None:
        self._end = f"→ {one.port_of_discharge}" if one.port_of_discharge else one.customer
        # The port without its country: it is the firm's own.
        start = one.port_of_loading.partition(",")[0].strip()
        self._whole = f"{start} {self._end}" if start and one.port_of_discharge else self._end
        super().__init__(self._whole, None, "muted")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the words that fit."""
        super().resizeEvent(event)
        fits = self.fontMetrics().horizontalAdvance(self._whole) <= self.width()
        self.setText(self._whole if fits else self._end)


def _when(one: UnderWay) -> str:
    """Answer the next day that counts: the ETD before departure, the ETA after it."""
    if one.departed_on is None:
        return _("ETD {day}").format(day=plain_day(one.etd)) if one.etd else one.status_title
    return _("ETA {day}").format(day=plain_day(one.eta)) if one.eta else one.status_title


class AccountsCard(Card):
    """Every account with its balance in its own currency."""

    watches = MONEY
    after = True

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, _("Bank accounts"), 3)
        self.setMinimumHeight(136)

    def load(self) -> None:
        """Ask for the balances."""
        self.context.ask(read_accounts, then=self._show, replaces=(id(self), "accounts"))

    def _show(self, found: Balances) -> None:
        from tradecrm.reports.accounts import statement_link

        rows = [row for row in found.rows if not row.archived]
        if not rows:
            self.say(_("No account yet."))
            return
        empty(self.body)
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for place, row in enumerate(rows[:6]):
            link = statement_link(row.account_id, None, found.day)
            name = Elided(row.name, link)
            name.opened.connect(self.opened)
            amount = ClickLabel(format_amount(row.balance, row.currency), link)
            amount.setFont(self.context.theme.font(tabular=True))
            amount.setAlignment(Qt.AlignmentFlag.AlignRight)
            amount.opened.connect(self.opened)
            grid.addWidget(name, place, 0)
            grid.addWidget(text_label(row.currency, "muted"), place, 1)
            grid.addWidget(amount, place, 2)
        self.body.addLayout(grid)
        in_turn(self, self)
        self.note(found.notes, known=found.closing is not None)
        self.body.addStretch(1)
