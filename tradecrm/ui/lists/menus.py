"""The menus of a list: actions on rows, columns, views, and writing down what is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton

from tradecrm.core.table import Table
from tradecrm.core.text import _, ngettext
from tradecrm.services.data.lists import ListRequest, ordered_ids
from tradecrm.services.work import Reader
from tradecrm.ui.asking import TextDialog
from tradecrm.ui.labels import FoldingButton
from tradecrm.ui.lists.export import ExportRequest, list_table

if TYPE_CHECKING:
    from tradecrm.screens.spec import ListSpec
    from tradecrm.ui.lists.page import ListPage
    from tradecrm.ui.printing import PrintDialog

FORMATS = (("xlsx", "Excel (*.xlsx)"), ("csv", "CSV (*.csv)"), ("pdf", "PDF (*.pdf)"))


class ListMenus(QObject):
    """Builds the buttons beside the title and what they open."""

    def __init__(self, page: ListPage) -> None:
        super().__init__(page)
        self._page = page

    def buttons(self) -> list[QPushButton]:
        """Answer the buttons of the head: views, columns, export, and printing where the rows have papers."""
        found: list[QPushButton] = []
        for icon, title, build in (
            ("star", _("Views"), self.views_menu),
            ("columns", _("Columns"), self.columns_menu),
            ("export", _("Export"), self.export_menu),
        ):
            button = FoldingButton(title, self._page.context.theme.icon(icon))
            button.clicked.connect(partial(self._drop_down, button, build))
            found.append(button)
        if self._prints:
            printing = FoldingButton(_("Print papers"), self._page.context.theme.icon("print"))
            printing.clicked.connect(lambda _checked=False: self.print_papers())
            found.append(printing)
        return found

    @property
    def _prints(self) -> bool:
        return bool(self._page.spec.papers) and self._may("print.run")

    def print_papers(self) -> PrintDialog:
        """Ask how the papers of the chosen rows, or of all that the filters show, are to be printed."""
        from tradecrm.ui.printing import PrintDialog, Scope

        page = self._page
        spec, request = page.spec, page.model.request
        places = sorted(index.row() for index in page.table.selectionModel().selectedRows())
        count = page.model.rowCount()
        scopes = []
        if places:
            words = ngettext("The selected row", "The {count} selected rows", len(places))
            scopes.append(
                Scope(words.format(count=f"{len(places):,}"), partial(ids_at, spec, request, places))
            )
        words = ngettext("The one row shown", "All {count} rows shown", count).format(count=f"{count:,}")
        everything = Scope(words, partial(ids_at, spec, request, None))
        # One row is current in any list: only several are a choice that somebody made.
        scopes = [*scopes, everything] if len(places) > 1 else [everything, *scopes]
        dialog = PrintDialog(page, page.context, page.spec.papers, scopes)
        dialog.show()
        return dialog

    @staticmethod
    def _drop_down(button: QPushButton, build: Any, _checked: bool = False) -> None:
        build().popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    def rows_menu(self) -> QMenu:
        """Answer the actions on the chosen rows."""
        page = self._page
        menu = QMenu(page)
        rows = page.chosen()
        if page.spec.opens is not None and len(rows) == 1:
            menu.addAction(_("Open"), lambda: page.table.opened.emit(page.table.currentIndex().row()))
        for action in page.spec.actions:
            if (len(rows) != 1 and not action.batch) or not self._may(action.needs):
                continue
            entry = menu.addAction(_(action.title), partial(page.run, action, rows))
            entry.setEnabled(bool(rows) and (action.enabled is None or action.enabled(rows)))
            if action.icon:
                entry.setIcon(page.context.theme.icon(action.icon))
        menu.addSeparator()
        if self._prints and len(rows) > 1:
            chosen = menu.addAction(_("Print selected…"), self.print_papers)
            chosen.setIcon(page.context.theme.icon("print"))
        menu.addAction(_("Copy rows"), page.table.copy)
        return menu

    def show_rows(self, at: QPoint) -> None:
        """Open the menu of the chosen rows at a point of the table, or at the row for the menu key."""
        where = self._page.table.viewport().mapToGlobal(at) if at.y() > 0 else self._page.menu_point()
        self.rows_menu().popup(where)

    def show_columns(self, at: QPoint) -> None:
        """Open the column chooser at a point of the screen."""
        self.columns_menu().popup(at)

    def columns_menu(self) -> QMenu:
        """Answer the column chooser."""
        page = self._page
        menu = QMenu(page)
        present = [column.key for column in page.columns()]
        for column in page.spec.columns:
            entry = menu.addAction(_(column.title))
            entry.setCheckable(True)
            entry.setChecked(column.key in present)
            entry.toggled.connect(partial(self._toggle, column.key))
        menu.addSeparator()
        menu.addAction(_("Narrow rows"), lambda: page.table.set_compact(page.context.theme, compact=True))
        menu.addAction(_("Wide rows"), lambda: page.table.set_compact(page.context.theme, compact=False))
        return menu

    def _toggle(self, key: str, wanted: bool) -> None:
        page = self._page
        present = [column.key for column in page.columns()]
        if wanted:
            keys = [c.key for c in page.spec.columns if c.key in present or c.key == key]
        else:
            keys = [each for each in present if each != key]
        page.set_columns(keys)

    def views_menu(self) -> QMenu:
        """Answer the ready views, the person's own, and the ways to keep or forget one."""
        page = self._page
        menu = QMenu(page)
        menu.addAction(_("All rows"), lambda: page.show_request((), page.spec.default_sort))
        for ready in page.spec.views:
            menu.addAction(_(ready.title), partial(page.show_request, ready.filters, ready.sort))
        if page.view_store is None:
            return menu
        saved = page.view_store.views(page.spec.key)
        if saved:
            menu.addSeparator()
        for name, state in saved.items():
            menu.addAction(name.replace("&", "&&"), partial(page.restore_state, state))
        menu.addSeparator()
        menu.addAction(_("Keep this view"), self._ask_name)
        if saved:
            forget = menu.addMenu(_("Forget a view"))
            for name in saved:
                forget.addAction(name.replace("&", "&&"), partial(self.forget, name))
        return menu

    def _ask_name(self) -> None:
        TextDialog(self._page, _("Keep this view"), _("Name of the view"), _("Keep"), self.keep).open()

    def keep(self, name: str) -> None:
        """Keep filters, order and columns under a name."""
        store = self._page.view_store
        if store is not None:
            key = self._page.spec.key
            store.save(key, {**store.views(key), name: self._page.save_state()})

    def forget(self, name: str) -> None:
        """Forget a view; a toast offers to take that back."""
        page, store = self._page, self._page.view_store
        if store is None:
            return
        before = store.views(page.spec.key)
        store.save(page.spec.key, {key: state for key, state in before.items() if key != name})
        text = _("The view {name} is forgotten.").format(name=name)
        page.context.toast(text, _("Undo"), lambda: store.save(page.spec.key, before))

    def export_menu(self) -> QMenu:
        """Answer the files that what is shown can be written to."""
        menu = QMenu(self._page)
        for suffix, title in FORMATS:
            menu.addAction(title.split(" (", maxsplit=1)[0], partial(self._ask_file, suffix, title))
        return menu

    def _ask_file(self, suffix: str, title: str) -> None:
        start = f"{self._page.title()}.{suffix}"
        chosen, _kind = QFileDialog.getSaveFileName(self._page, _("Export"), start, title)
        if chosen:
            self.export(Path(chosen))

    def export(self, path: Path) -> None:
        """Write all matching rows, the shown columns in their order, to xlsx, CSV or PDF."""
        page = self._page
        wanted = ExportRequest(
            page.spec.key,
            page.title(),
            page.filter_words(),
            page.spec.source,
            page.model.request,
            page.columns(),
        )

        def done(_table: Table) -> None:
            page.context.toast(_("Written to {file}.").format(file=path.name))

        page.context.ask(write_list, wanted, path, then=done)

    def _may(self, verb: str) -> bool:
        return not verb or self._page.context.seat.actor.can(verb)


def ids_at(
    spec: ListSpec, request: ListRequest, places: Sequence[int] | None, reader: Reader
) -> tuple[int, ...]:
    """Answer what the papers of a list's rows at these places are drawn from, in the order shown, or of all rows."""
    order = ordered_ids(reader, spec.source, request)
    ids = tuple(order if places is None else (order[place] for place in places if place < len(order)))
    return ids if spec.paper_ids is None else tuple(spec.paper_ids(reader, ids))


def write_list(reader: Any, wanted: ExportRequest, path: Path, progress: Any = None) -> Table:
    """Write a list to a file of the format its name ends in; answers the table written."""
    table = list_table(reader, wanted, progress)
    write_table(table, path)
    return table


def write_table(table: Table, path: Path) -> None:
    """Write a table to a file of the format its name ends in, Excel when it ends in none of them."""
    from tradecrm.reports.draw import excel, pdf, text

    writers: dict[str, Callable[[Table, Path], object]] = {
        ".csv": text.to_csv,
        ".pdf": pdf.to_pdf,
        ".json": text.to_json,
    }
    writers.get(path.suffix.lower(), excel.to_xlsx)(table, path)
