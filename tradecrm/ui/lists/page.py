"""The page of a list: title and actions, search and chips, the table, the foot with count and sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.listing import SortKey
from tradecrm.core.text import _, ngettext
from tradecrm.screens.spec import ActionSpec, ColumnSpec, ListSpec, Row
from tradecrm.services.data.lists import ListRequest, Totals
from tradecrm.ui.context import Page, PageContext
from tradecrm.ui.fields.show import shown
from tradecrm.ui.labels import SumsLabel, title_label
from tradecrm.ui.lists.empty import EmptyState
from tradecrm.ui.lists.filters import FilterBar, filter_text
from tradecrm.ui.lists.menus import ListMenus
from tradecrm.ui.lists.model import ListModel
from tradecrm.ui.lists.preview import FactsPanel
from tradecrm.ui.lists.state import pack_filters, pack_sort, unpack_filters, unpack_sort
from tradecrm.ui.lists.view import ListTable
from tradecrm.ui.theme import set_role, text_label


class ListPage(Page):
    """A list in a tab, drawn from its ListSpec; a link may carry ``view`` and ``search``."""

    def __init__(self, context: PageContext, link: Link, spec: ListSpec) -> None:
        super().__init__(context, link)
        # A field this person may not see is absent here too: no column, no filter, no total, no file.
        can = context.seat.actor.can
        hidden = {column.key for column in spec.source.columns if column.needs and not can(column.needs)}
        spec = replace(spec, columns=tuple(c for c in spec.columns if c.key not in hidden))
        self.spec = spec
        self.watches = spec.watches
        self.view_store = context.views
        self.model = ListModel(context, spec)
        shown_first = tuple(column for column in spec.columns if not column.hidden_by_default)
        self.model.columns = shown_first
        self.table = ListTable(context.theme, self.model)
        self.table.setAccessibleName(_(spec.title))
        self.bar = FilterBar(
            context.theme, spec.columns, context.seat.book.clock.today, quick=spec.quick_filters
        )
        self.empty = EmptyState(context.theme, spec.icon)
        self.facts = FactsPanel(context)
        self.count = text_label("", "muted")
        self.sums = SumsLabel()
        self.menus = ListMenus(self)
        self._lay_out()
        self._connect()
        self._begun = False

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 16, 24, 16)
        box.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.heading = title_label(_(self.spec.title))
        head.addWidget(self.heading)
        head.addStretch(1)
        self.head_buttons = QHBoxLayout()
        self.head_buttons.setSpacing(8)
        head.addLayout(self.head_buttons)
        for button in self.menus.buttons():
            head.addWidget(button)
        if self.spec.import_kind:
            bring = QPushButton(_("Import"))
            bring.clicked.connect(self._import)
            head.addWidget(bring)
        if self.spec.new is not None:
            new = set_role(QPushButton(_(self.spec.new_title or "New")), "primary")
            new.clicked.connect(self._new)
            head.addWidget(new)
        box.addLayout(head)
        box.addWidget(self.bar)
        card = set_role(QFrame(), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 6, 1, 1)
        inside.setSpacing(0)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        inside.addWidget(self.stack, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 8)
        foot.addWidget(self.count)
        foot.addSpacing(24)
        foot.addWidget(self.sums, 1)
        inside.addLayout(foot)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(card, 1)
        middle.addWidget(self.facts)
        self.facts.hide()
        box.addLayout(middle, 1)

    def _connect(self) -> None:
        self.bar.changed.connect(self._on_asked)
        self.bar.search.went_down.connect(self.table.setFocus)
        self.model.counted.connect(self._on_counted)
        self.model.arrived.connect(self._on_arrived)
        self.table.opened.connect(self._on_opened)
        self.table.linked.connect(self._on_linked)
        self.table.looked_at.connect(self._on_looked_at)
        self.table.selectionModel().currentRowChanged.connect(self._on_current)
        self.table.menu_wanted.connect(self.menus.show_rows)
        self.table.columns_wanted.connect(lambda at: self.menus.show_columns(self.table.mapToGlobal(at)))
        self.table.pasted.connect(self._on_pasted)
        self.table.horizontalHeader().sectionClicked.connect(self._on_header)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._find)

    def title(self) -> str:
        """Answer the list's title."""
        return _(self.spec.title)

    def icon(self) -> str:
        """Answer the list's icon."""
        return self.spec.icon

    def showEvent(self, event: QShowEvent) -> None:
        """Read when first shown."""
        super().showEvent(event)
        if not self._begun:
            self.begin()
            self.table.setFocus()

    def begin(self) -> None:
        """Ask for the first rows; a view or a search named by the link is taken up."""
        if self._begun:
            return
        self._begun = True
        view = self.link().param("view")
        search = str(self.link().param("search") or "")
        ready = next((each for each in self.spec.views if each.key == view), None)
        if ready is not None:
            self.model.request = ListRequest(sort=ready.sort or self.spec.default_sort)
            self.bar.set_filters(ready.filters, search)
        elif search or not self.bar.filters():
            self.bar.set_filters(self.bar.filters(), search)
        else:
            self._on_asked()

    def reload(self) -> None:
        """Read again, keeping place and choice."""
        if self._begun:
            self.model.refresh(max(0, self.table.rowAt(1)))

    def save_state(self) -> dict[str, Any]:
        """Answer filters, order, columns and search as JSON values."""
        return {
            "search": self.bar.text(),
            "filters": pack_filters(self.bar.filters()),
            "sort": pack_sort(self.model.request.sort),
            "columns": [column.key for column in self.model.columns],
        }

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take up what ``save_state`` answered."""
        self.set_columns([str(key) for key in state.get("columns", [])])
        self.show_request(unpack_filters(state.get("filters")), unpack_sort(state.get("sort")),
                          str(state.get("search", "")))  # fmt: skip

    def show_request(self, filters: tuple[Any, ...], sort: tuple[SortKey, ...], search: str = "") -> None:
        """Show rows by these filters, in this order."""
        self._begun = True
        self.model.request = ListRequest(sort=sort or self.spec.default_sort)
        self.bar.set_filters(filters, search)

    def set_columns(self, keys: Sequence[str]) -> None:
        """Show these columns; keys the list does not have are ignored, none at all keeps what is shown."""
        known = {column.key: column for column in self.spec.columns}
        columns = tuple(known[key] for key in keys if key in known)
        if columns:
            self.model.set_columns(columns)
            self.table.show_sort(self.model.request.sort)

    def columns(self) -> tuple[ColumnSpec, ...]:
        """Answer the columns as they stand on the screen, moved ones where they were moved to."""
        head = self.table.horizontalHeader()
        order = sorted(range(len(self.model.columns)), key=head.visualIndex)
        return tuple(self.model.columns[number] for number in order)

    def chosen(self) -> list[Row]:
        """Answer the chosen rows that have been read."""
        numbers = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        rows = (self.model.row(number) for number in numbers)
        return [row for row in rows if row is not None]

    def filter_words(self) -> str:
        """Answer search and filters in words, for the head of an export."""
        known = {column.key: column for column in self.spec.columns}
        words = [filter_text(known[f.key], f) for f in self.bar.filters()]
        if self.bar.text().strip():
            words.insert(0, _("search: {text}").format(text=self.bar.text().strip()))
        return " · ".join(words)

    def run(self, action: ActionSpec, rows: Sequence[Row]) -> None:
        """Carry an action out on rows: open its page, or perform its operation and say so."""
        if action.opens is not None:
            link = action.opens(rows)
            if link is not None:
                self.context.open(link)
        elif action.operation is not None and action.command is not None:
            done = _(action.done).format(count=len(rows)) if action.done else ""

            def then(value: Any) -> None:
                link = action.leads_to(value) if action.leads_to is not None else None
                if link is not None:
                    self.context.toast(done or _(action.title), _("Open"), lambda: self.context.open(link))
                elif done:
                    self.context.toast(done)

            self.context.perform(action.operation, action.command(rows), then=then, title=_(action.title))

    def _on_asked(self) -> None:
        self._begun = True
        request = ListRequest(self.bar.text(), self.bar.filters(), self.model.request.sort)
        self.model.set_request(request)
        self.table.scrollToTop()
        self.table.show_sort(request.sort)

    def _on_header(self, section: int) -> None:
        column = self.model.columns[section]
        if column.sortable:
            self.model.sorted_by(column.key)
            self.table.scrollToTop()
        self.table.show_sort(self.model.request.sort)

    def _on_counted(self, totals: Totals) -> None:
        text = ngettext("{count} row", "{count} rows", totals.count).format(count=f"{totals.count:,}")
        self.count.setText(text)
        titles = {column.key: column for column in self.spec.columns}
        parts: list[tuple[str, list[str]]] = []
        for key, by_currency in totals.sums.items():
            column = titles.get(key)
            if column is None or not by_currency:
                continue
            amounts = [
                f"{code} {shown(amount, column.kind, currency=code)}".strip()
                for code, amount in sorted(by_currency.items())
            ]
            parts.append((_(column.title), amounts))
        self.sums.show_sums(parts)
        self._show_emptiness(totals.count)

    def _show_emptiness(self, count: int) -> None:
        if count:
            self.stack.setCurrentWidget(self.table)
            return
        if self.bar.text() or self.bar.filters():
            self.empty.say(
                _("Nothing matches"),
                _("No row fits the search and the filters together."),
                [(_("Take all filters off"), lambda: self.bar.set_filters(()))],
            )
        else:
            actions = []
            if self.spec.new is not None:
                actions.append((_(self.spec.new_title or "New"), self._new))
            if self.spec.import_kind:
                actions.append((_("Import a spreadsheet"), self._import))
            title = _(self.spec.empty_title) if self.spec.empty_title else _("Nothing here yet")
            self.empty.say(title, _(self.spec.empty_text) if self.spec.empty_text else "", actions)
        self.stack.setCurrentWidget(self.empty)

    def _on_arrived(self, _number: int) -> None:
        if self.model.rowCount():
            self.stack.setCurrentWidget(self.table)

    def _on_opened(self, number: int) -> None:
        row = self.model.row(number)
        link = self.spec.opens(row) if row is not None and self.spec.opens is not None else None
        if link is not None:
            self.context.open(link)

    def _on_linked(self, number: int, section: int) -> None:
        row, column = self.model.row(number), self.model.columns[section]
        link = column.link(row) if row is not None and column.link is not None else None
        if link is None:
            self._on_opened(number)
        else:
            self.context.open(link)

    def _on_looked_at(self, number: int) -> None:
        if self.spec.preview is None:
            return
        if self.facts.isVisible():
            self.facts.hide()
        else:
            self.facts.show()
            self._show_facts(number)

    def _on_current(self, *_indexes: object) -> None:
        if self.facts.isVisible():
            self._show_facts(self.table.currentIndex().row())

    def _show_facts(self, number: int) -> None:
        row = self.model.row(number)
        if row is None or self.spec.preview is None:
            return
        title = next(
            (str(row.get(c.key) or "") for c in self.model.columns if c.kind is not FieldKind.DATE), ""
        )
        self.facts.ask(title, self.spec.preview, int(row["id"]))

    def _on_pasted(self) -> None:
        if self.spec.paste_kind:
            self.context.open(Link.to("import", kind=self.spec.paste_kind, paste=1))

    def _find(self) -> None:
        self.bar.search.setFocus()
        self.bar.search.selectAll()

    def _new(self) -> None:
        if self.spec.new is not None:
            self.context.open(self.spec.new)

    def _import(self) -> None:
        self.context.open(Link.to("import", kind=self.spec.import_kind))

    def menu_point(self) -> QPoint:
        """Answer where a menu for the current row opens, for those who use no mouse."""
        rect = self.table.visualRect(self.table.currentIndex())
        return self.table.viewport().mapToGlobal(rect.bottomLeft())
