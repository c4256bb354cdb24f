"""Going to another book in the same program: asks which, proves that it opens, then lets the present one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tradecrm.core.address import Place, whole
from tradecrm.core.text import _
from tradecrm.screens.menu import NEW_BOOK, OPEN_BOOK, OTHER_PERSON, SAMPLE_BOOK, SERVER_BOOK

if TYPE_CHECKING:
    from tradecrm.ui.start import Root


class Switching:
    """What the menu and the search box do about books.

    A book that cannot be opened or made is told in a sentence, and the present one stays open.
    """

    def __init__(self, root: Root) -> None:
        self._root = root

    def verbs(self) -> Mapping[str, Callable[[], None]]:
        """Answer what is done, by the target of the link in the menu."""
        return {
            OPEN_BOOK.target: self.ask_open,
            NEW_BOOK.target: self.ask_new,
            SERVER_BOOK.target: self._root.serving.ask,
            SAMPLE_BOOK.target: self.open_sample,
            OTHER_PERSON.target: self._root.work_as_other,
        }

    def ask_open(self) -> None:
        """Ask for a book, and go to it."""
        from tradecrm.ui.shell.welcome import ask_book

        path = ask_book(self._root.window, self._folder())
        if path is not None:
            self.open_path(path)

    def ask_new(self) -> None:
        """Ask for the firm's name and a place, make the book, and go to it."""
        from tradecrm.ui.asking import TextDialog
        from tradecrm.ui.shell.welcome import ask_place

        window = self._root.window

        def _place(firm: str) -> None:
            path = ask_place(window, firm, self._folder())
            if path is not None:
                self.create(path, firm)

        TextDialog(window, _("New book"), _("Name of your firm"), _("Choose its place…"), _place).open()

    def open_path(self, path: Place) -> None:
        """Go to the book at ``path``."""
        root = self._root
        if root.opened is None:
            root.open_path(path)
        elif whole(path) == whole(root.opened.book.place):
            root.window.toast(_("This book is open already."))
        else:
            root.serving.trying(path)
            self._go(lambda: self._tried(path, ""))

    def create(self, path: Place, firm: str) -> None:
        """Make a book for ``firm`` at ``path``, and go to it."""
        if self._root.opened is None:
            self._root.create(path, firm)
        else:
            self._root.serving.trying(path)
            self._go(lambda: self._tried(path, firm))

    def open_sample(self) -> None:
        """Go to the sample book; it is made when it is not there yet."""
        root = self._root
        sample = root.rooms.sample
        if sample is None:
            return
        if root.opened is None:
            root.open_sample()
            return
        root.serving.trying(None)
        present = whole(root.opened.book.place)

        def _sample() -> Place:
            path = sample()
            return path if whole(path) == present else self._tried(path, "")

        root.window.toast(_("The sample book is being made; the first time this takes up to a minute."))
        self._go(_sample)

    def _go(self, find: Callable[[], Place]) -> None:
        root = self._root
        job = root.jobs.read(
            find, then=self._leave, failed=root.serving.not_opened, replaces="switch", name="switch_book"
        )
        job.title = _("Opening the book")

    def _tried(self, path: Place, firm: str) -> Place:
        """Open or make the book and close it again: the present one is left only for a book that opens."""
        self._root.rooms.open_book(path, firm, None).book.close()
        return path

    def _leave(self, path: Place) -> None:
        opened = self._root.opened
        if opened is not None and whole(path) == whole(opened.book.place):
            self._root.window.toast(_("This book is open already."))
        else:
            self._root.leave_for(path)

    def _folder(self) -> Path:
        opened = self._root.opened
        place = opened.book.place if opened is not None else None
        return place.parent if isinstance(place, Path) else Path.home()
