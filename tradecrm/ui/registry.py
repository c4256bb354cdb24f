"""Every page of the program by the target of its link; imported off the GUI thread, after the first paint."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tradecrm.screens.menu import HOME
from tradecrm.ui.context import PageFactory


class Pages(Mapping[str, PageFactory]):
    """The desktop by itself, every other page when the first of them is asked for, or ``load`` has been called.

    So the desktop need not wait for the pages nobody has opened yet: they are imported behind its back.
    """

    def __init__(self) -> None:
        self._known: dict[str, PageFactory] = {}
        self._whole = False

    def load(self) -> None:
        """Import every page; on a lane. Python's own lock lets a second caller wait for the first."""
        if not self._whole:
            self._known = {HOME.target: self[HOME.target], **_others()}
            self._whole = True

    def __getitem__(self, target: str) -> PageFactory:
        if target == HOME.target and target not in self._known:
            from tradecrm.ui.pages.desktop import DesktopPage

            self._known = {**self._known, target: DesktopPage}
        if target not in self._known:
            self.load()
        return self._known[target]

    def __iter__(self) -> Iterator[str]:
        self.load()
        return iter(self._known)

    def __len__(self) -> int:
        self.load()
        return len(self._known)


def all_pages() -> Pages:
    """Answer the factory of each link target."""
    return Pages()


def first_queries(target: str) -> tuple[Callable[..., object], ...]:
    """Answer what a page asks first that takes long in a large book, and so is asked before it is imported."""
    if target != HOME.target:
        return ()
    from tradecrm.services.control.today import read_today
    from tradecrm.services.figures.desktop import desktop_figures

    return (desktop_figures, read_today)


def _others() -> dict[str, PageFactory]:
    from tradecrm.ui.pages.claims import claim_pages
    from tradecrm.ui.pages.control import control_pages
    from tradecrm.ui.pages.crm import crm_pages
    from tradecrm.ui.pages.money import money_pages
    from tradecrm.ui.pages.periods import period_pages
    from tradecrm.ui.pages.purchasing import purchasing_pages
    from tradecrm.ui.pages.reports import report_pages
    from tradecrm.ui.pages.settings import SettingsPage
    from tradecrm.ui.pages.tasks import TaskPage
    from tradecrm.ui.pages.today import TodayPage
    from tradecrm.ui.pages.trade import trade_pages

    return {
        "today": TodayPage,
        "task": TaskPage,
        "settings": SettingsPage,
        **control_pages(),
        **crm_pages(),
        **trade_pages(),
        **purchasing_pages(),
        **money_pages(),
        **period_pages(),
        **claim_pages(),
        **report_pages(),
    }
