"""What every page is given: the seat, the theme, the job lanes, and the ways to open, tell and refresh."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from tradecrm.core.changes import Changes, Outcome
from tradecrm.core.errors import TradeError
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.progress import Progress
from tradecrm.ui.jobs import Job, Jobs, still_there, takes_progress
from tradecrm.ui.present import Presenter
from tradecrm.ui.quiet import QuietHours
from tradecrm.ui.theme import Theme
from tradecrm.ui.toasts import ToastAction

if TYPE_CHECKING:
    from tradecrm.services.book import Seat
    from tradecrm.services.work import Operation
    from tradecrm.ui.ahead import Ahead
    from tradecrm.ui.lists.state import ViewStore
    from tradecrm.ui.safekeeping import Safekeeping

T = TypeVar("T")


class Page(QWidget):
    """Base of every page in a tab; ``changed_title`` is emitted when the tab should read it again."""

    changed_title = Signal()
    changed_state = Signal(str)
    """What the status line says of this page: ``saving``, ``saved``, ``unsaved``."""

    watches: Changes = frozenset()

    def __init__(self, context: PageContext, link: Link) -> None:
        super().__init__()
        self.context = context
        self._link = link
        self.setObjectName("page")

    def title(self) -> str:
        """Answer the text of the tab, already translated."""
        return self._link.target

    def link(self) -> Link:
        """Answer the link that opens this page again; equal links share one tab."""
        return self._link

    def icon(self) -> str:
        """Answer the name of the tab's icon, empty for none."""
        return ""

    def reload(self) -> None:
        """Read again; called when what it watches has changed, at once if visible, else when next shown."""

    def save_state(self) -> dict[str, Any]:
        """Answer what should be there again at the next start, as JSON values."""
        return {}

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take back what ``save_state`` answered; unknown or missing keys are ignored."""

    @property
    def unsaved(self) -> bool:
        """Tell whether input stands here that would be lost; the window brings such a page to the front."""
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep the keyboard on the page when what it was on is hidden or disabled, such as Save while saving.

        Qt would hand it to the next button, or to the sidebar, and a second Space would press that.
        """
        now = QApplication.focusWidget()
        gone = now is not None and now is not self and not (now.isVisible() and now.isEnabled())
        if gone and self.isVisible():
            self.setFocus()
            return True
        return super().focusNextPrevChild(forward)

    def leave(self) -> bool:
        """Tell whether the tab may close; a page with unsaved input asks the person here."""
        return True


PageFactory = Callable[["PageContext", Link], QWidget]
"""Builds the page of a link; kept in a dict from Link.target, made in the composition root."""


class Host(Protocol):
    """What the window lends its pages."""

    def open_link(self, link: Link) -> None:
        """Open a link in its tab, or bring the tab to the front."""
        ...

    def toast(
        self,
        text: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        *more: ToastAction,
    ) -> None:
        """Show a sentence for some seconds, with what one may do next, such as Undo."""
        ...


class PageContext(QObject):
    """The one object handed to every page; it holds no state of its own beside its parts."""

    quieted = Signal(object)
    """The quiet hours the person chose; the window remembers them."""
    changed = Signal(object)
    """Changes (kinds of record) of every operation carried out through ``perform``."""

    def __init__(
        self, seat: Seat, theme: Theme, jobs: Jobs, host: Host, presenter: Presenter | None = None
    ) -> None:
        super().__init__()
        self.seat = seat
        self.theme = theme
        self.jobs = jobs
        self._host = host
        self.keeper: Safekeeping | None = None
        self.habits: dict[str, Any] = {}
        """What pages remember of the person on this computer, as JSON values; the window keeps it."""
        self.ahead: Ahead | None = None
        """What was asked of the book before the pages were there."""
        self.views: ViewStore | None = None
        """Keeps the person's own views of lists over a restart; None where no window does."""
        self.speak: Callable[[str], None] = lambda _language: None
        """Changes the language: the window closes the book and opens it again."""
        self.quiet = QuietHours()
        """The person's own, on this computer; changed by ``keep_quiet`` alone."""
        self.presenter = presenter or Presenter(host.toast)

    def ask(
        self,
        query: Callable[..., T],
        *args: Any,
        then: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        replaces: Hashable = None,
        **kw: Any,
    ) -> Job:
        """Run ``query(reader, *args, **kw)`` on a reader lane; ``then(answer)`` follows on the GUI thread.

        ``replaces``: a key such as ``(self, "search")``; a newer request with the same key makes this one
        obsolete: it is skipped if still waiting, and its answer is dropped. Without ``failed`` the one
        presenter shows what went wrong. A query with a parameter ``progress`` is given one.
        """
        progress = Progress()
        if takes_progress(query):
            kw["progress"] = progress
        seat = self.seat
        early = self.ahead.take(query) if self.ahead is not None and not args and not kw else None
        return self.jobs.read(
            early or (lambda: seat.ask(query, *args, **kw)),
            then=then,
            failed=failed or self.presenter.show,
            replaces=replaces,
            progress=progress,
            name=getattr(query, "__name__", "query"),
        )

    def forget_ahead(self) -> None:
        """Read everything anew from here on: what was asked early is of the start alone."""
        self.ahead = None

    def perform(
        self,
        operation: Operation[Any, T],
        command: Any,
        *,
        then: Callable[[T], None] | None = None,
        refused: Callable[[Refusal], None] | None = None,
        said: Callable[[TradeError], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        title: str = "",
    ) -> Job:
        """Run an operation on the writer lane; emits ``changed``, then calls ``then(value)``.

        ``refused`` gets the problems of a Refusal (a form shows them at its fields); ``said`` says any other
        error of the world on the page, which then is not told in passing too; ``failed`` is told of every
        error after it was presented (to enable a button again). ``title`` names the work in the
        progress line; Stop rolls it back, at the latest just before it would commit.
        """
        progress = Progress()
        seat = self.seat

        def _done(outcome: Outcome[T]) -> None:
            self.changed.emit(outcome.changes)
            for warning in outcome.warnings:
                self.toast(warning)
            if then is not None and still_there(then):
                then(outcome.value)

        def _failed(error: Exception) -> None:
            here = still_there(said)
            self.presenter.show(error, refused if still_there(refused) else None, said if here else None)
            if failed is not None and still_there(failed):
                failed(error)

        return self.jobs.write(
            lambda: seat.perform(operation, command, progress=progress),
            then=_done,
            failed=_failed,
            progress=progress,
            title=title,
            stoppable=True,
            name=getattr(operation, "name", "operation"),
        )

    def keep_quiet(self, hours: QuietHours) -> None:
        """Tell no reminder within these hours from now on."""
        self.quiet = hours
        self.quieted.emit(hours)

    def open(self, link: Link) -> None:
        """Open a link in its tab, or bring the tab to the front."""
        self._host.open_link(link)

    def toast(
        self,
        text: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        *more: ToastAction,
    ) -> None:
        """Show a sentence for some seconds, with what one may do next, such as Undo."""
        self._host.toast(text, action_text, action, *more)
