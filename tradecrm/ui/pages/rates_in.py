"""The page that brings rates in: pasted from a bank's page, or from a file; what is replaced is shown before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
)

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RATE_TITLES, RateType, rate_title
from tradecrm.core.table import RowStyle, Table, TableColumn, TableRow
from tradecrm.core.text import _, ngettext
from tradecrm.importing.ecb import read_ecb
from tradecrm.importing.rate_tables import Reading, ReadTable, read_rates
from tradecrm.services.money.rates import KnownRate, SaveRate, SaveRates, known_rates, save_rates
from tradecrm.ui.asking import may_drop
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.pages.closing_parts import day_field, plain, primary, table_card
from tradecrm.ui.tables import TableView
from tradecrm.ui.theme import set_role, text_label

Known = dict[tuple[str, str, date], KnownRate]
_PATIENCE = 250
_SHOWN = 2_000
"""Rows of a long history that are shown; all are brought in."""
_ECB = "ECB"


class RatesInPage(Page):
    """A text or a file, how its numbers are meant, what was read, and what of it is there already."""

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__(context, link)
        self._base, self._file = "", ""
        self.read: ReadTable = ReadTable((), ())
        self.known: Known = {}
        self._day = context.seat.book.clock.today()
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText(
            _(
                "Copy the table of rates from your bank's page and paste it here, or type lines such as USD 7.06"
            )
        )
        self.text.setAccessibleName(_("Rates to bring in"))
        self.text.setTabChangesFocus(True)
        self.kind, self.form = QComboBox(), QComboBox()
        self.source = QLineEdit()
        self.day = day_field(context, _("Day where none is given"), self._on_day)
        self.day.put(self._day)
        self.replace_box = QCheckBox(_("Replace rates that are there"))
        self.view = TableView(context.theme)
        self.words = text_label("", "muted", wrap=True)
        self.keep_button = primary(_("Keep rates"), self.keep)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PATIENCE)
        self._timer.timeout.connect(self.read_text)
        self._lay_out()
        self._connect()
        self._show()
        context.ask(lambda reader: reader.base, then=self._on_base)

    def _lay_out(self) -> None:
        for kind, title in RATE_TITLES:
            self.kind.addItem(_(title), kind)
        self.kind.setCurrentIndex(self.kind.findData(RateType.MID))
        self.form.addItem(_("for 1 unit"), (1, False))
        self.form.addItem(_("for 100 units"), (100, False))
        self.form.addItem(_("foreign units for 1 of base"), (1, True))
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(text_label(_("Bring rates in"), "title"))
        head.addStretch(1)
        head.addWidget(plain(_("Choose a file…"), self.ask_file))
        head.addWidget(plain(_("Spreadsheet…"), lambda: self.context.open(Link.to("import", kind="rates"))))
        head.addWidget(self.replace_box)
        head.addWidget(self.keep_button)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self._input(), 2)
        card, self.heading = table_card(_("What was read"), self.view)
        body.addWidget(card, 3)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 18)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(self.words)
        box.addLayout(body, 1)

    def _input(self) -> QFrame:
        card = set_role(QFrame(), "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(14, 12, 14, 12)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        fields = (
            (_("Kind"), self.kind),
            (_("Numbers are"), self.form),
            (_("Day where none is given"), self.day),
            (_("Source"), self.source),
        )
        for place, (title, field) in enumerate(fields):
            label = text_label(title, "label")
            label.setBuddy(field)
            field.setAccessibleName(title)
            grid.addWidget(label, 2 * (place // 2), place % 2)
            grid.addWidget(field, 2 * (place // 2) + 1, place % 2)
        grid.addWidget(self.text, 4, 0, 1, 2)
        grid.setRowStretch(4, 1)
        return card

    def _connect(self) -> None:
        self.text.textChanged.connect(self._timer.start)
        self.kind.activated.connect(lambda _index: self.read_text())
        self.form.activated.connect(lambda _index: self.read_text())
        self.replace_box.toggled.connect(lambda _on: self._show())

    def title(self) -> str:
        """Answer the name of the page."""
        return _("Bring rates in")

    def icon(self) -> str:
        """Answer the icon of the page."""
        return "rates"

    @property
    def unsaved(self) -> bool:
        """Tell whether a text stands here of which rates are not kept, or which could not be read."""
        if not self.text.toPlainText().strip():
            return False
        return self._timer.isActive() or not self.read.rates or bool(self.wanted())

    def leave(self) -> bool:
        """Ask before a pasted text is dropped whose rates are not kept."""
        return not self.unsaved or may_drop(self)

    def _on_base(self, base: str) -> None:
        self._base = base
        self.read_text()

    def _on_day(self, day: date) -> None:
        self._day = day
        self.read_text()

    def reading(self) -> Reading:
        """Answer how the numbers are meant."""
        per, reciprocal = self.form.currentData()
        return Reading(RateType(self.kind.currentData()), self._day, self._base, per, reciprocal)

    def read_text(self) -> None:
        """Read what was pasted; what cannot be read is said in words."""
        text = self.text.toPlainText()
        self._file = ""
        if not self._base or not text.strip():
            self._take(ReadTable((), ()))
            return
        try:
            self._take(read_rates(text, self.reading()))
        except Refusal as refusal:
            self._take(ReadTable((), ()))
            self.words.setText(refusal.problems[0].message)

    def ask_file(self) -> None:
        """Ask for a file of the European Central Bank, or a text table."""
        forms = _("Rates (*.xml *.txt *.csv *.tsv)")
        path, _filter = QFileDialog.getOpenFileName(self, _("Choose a file of rates"), "", forms)
        if path:
            self.read_file(Path(path))

    def read_file(self, path: Path) -> None:
        """Read a file on a lane."""
        base, reading = self._base, self.reading()

        def work() -> ReadTable:
            if path.suffix.casefold() == ".xml":
                return read_ecb(path, base)
            return read_rates(path.read_text(encoding="utf-8-sig", errors="replace"), reading)

        def _done(table: ReadTable) -> None:
            self._file = _ECB if path.suffix.casefold() == ".xml" else path.name
            self._take(table)

        self.context.jobs.read(work, then=_done, failed=self.context.presenter.show, name="read_rates")

    def _take(self, table: ReadTable) -> None:
        self.read, self.known = table, {}
        self._show()
        if table.rates:
            self.context.ask(known_rates, self.commands(), then=self._on_known, replaces=(id(self), "known"))

    def _on_known(self, known: Known) -> None:
        self.known = known
        self._show()

    def commands(self) -> tuple[SaveRate, ...]:
        """Answer everything that was read as what would be entered."""
        source = self.source.text().strip() or self._file
        return tuple(
            SaveRate(each.kind, each.currency, each.day, each.quote, source, each.rate)
            for each in self.read.rates
        )

    def wanted(self) -> tuple[SaveRate, ...]:
        """Answer what is entered: what is new, and with the box ticked what replaces another rate."""
        return tuple(
            each
            for each in self.commands()
            if (there := self.known.get((each.kind.value, each.currency, each.day))) is None
            or (there.rate != each.rate and self.replace_box.isChecked())
        )

    def _show(self) -> None:
        wanted = len(self.wanted())
        count = len(self.read.rates)
        others = sum(1 for each in self.commands() if self._state(each)[1])
        self.keep_button.setEnabled(bool(wanted))
        self.keep_button.setText(
            ngettext("Keep {count} rate", "Keep {count} rates", wanted).format(count=wanted)
            if wanted
            else _("Keep rates")
        )
        self.replace_box.setVisible(bool(others))
        self.heading.setText(_("What was read") if not count else f"{_('What was read')}  {count:,}")
        self.words.setText(self._said(others))
        columns = (
            TableColumn("kind", _("Kind")),
            TableColumn("currency", _("Currency"), FieldKind.CURRENCY),
            TableColumn("day", _("Day"), FieldKind.DATE),
            TableColumn("rate", _("Rate"), FieldKind.RATE),
            TableColumn("quote", _("Quote as it stood")),
            TableColumn("state", _("State")),
        )
        rows = tuple(self._row(each) for each in self.commands()[:_SHOWN])
        self.view.show_table(Table("rates_in", "", "", columns, rows))
        self.view.nothing.setText(_("Nothing was read yet."))

    def _said(self, others: int) -> str:
        words = []
        if others:
            words.append(
                ngettext(
                    "{count} rate is there with another value. Replacing it changes nothing that was posted.",
                    "{count} rates are there with other values. Replacing them changes nothing that was posted.",
                    others,
                ).format(count=others)
            )
        if self.read.skipped:
            lines = ", ".join(self.read.skipped[:3])
            words.append(_("Left out: {lines}").format(lines=lines))
        return "  ".join(words) or _(
            "Tables of Bank of China and of the exchange administration, pairs such as USD/CNY, and files of the "
            "European Central Bank (eurofxref) are understood. Every rate keeps its day, quote and source."
        )

    def _state(self, each: SaveRate) -> tuple[str, bool]:
        """Answer what entering a rate would do, and whether another one is there."""
        there = self.known.get((each.kind.value, each.currency, each.day))
        if there is None:
            return _("New"), False
        if there.rate == each.rate:
            return _("There already"), False
        rate = f"{there.rate.normalize():f}"
        words = (
            _("Replaces {rate} ({source})")
            if self.replace_box.isChecked()
            else _("There is {rate} ({source})")
        )
        return words.format(rate=rate, source=there.source or "—"), True

    def _row(self, each: SaveRate) -> TableRow:
        state, other = self._state(each)
        new = other or (each.kind.value, each.currency, each.day) not in self.known
        return TableRow(
            (rate_title(each.kind), each.currency, each.day, each.rate, each.quote, state),
            style=RowStyle.NORMAL if new else RowStyle.MUTED,
        )

    def keep(self) -> None:
        """Enter the rates."""
        wanted = self.wanted()
        self.context.perform(save_rates, SaveRates(wanted), then=self._kept, title=_("Keeping the rates"))

    def _kept(self, count: int) -> None:
        self.context.toast(
            ngettext("{count} rate is kept.", "{count} rates are kept.", count).format(count=count)
        )
        self._take(self.read)
