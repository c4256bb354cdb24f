"""Every page of the program by the target of its link; imported off the GUI thread, after the first paint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tradecrm.ui.context import PageFactory


class Pages(Mapping[str, PageFactory]):
    """The desktop at once, every other page when the first of them is asked for, or ``load`` has been called.

    So the desktop need not wait for the pages nobody has opened yet: they are imported behind its back.
    """

    def __init__(self) -> None:
        from tradecrm.ui.pages.desktop import DesktopPage

        self._known: dict[str, PageFactory] = {"desktop": DesktopPage}
        self._whole = False

    def load(self) -> None:
        """Import every page; on a lane. Python's own lock lets a second caller wait for the first."""
        if not self._whole:
            self._known = {**self._known, **_others()}
            self._whole = True

    def __getitem__(self, target: str) -> PageFactory:
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
