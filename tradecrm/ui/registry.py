"""Every page of the program by the target of its link; imported off the GUI thread, after the first paint."""

from __future__ import annotations

from collections.abc import Mapping

from tradecrm.ui.context import PageFactory


def all_pages() -> Mapping[str, PageFactory]:
    """Answer the factory of each link target."""
    from tradecrm.ui.pages.crm import crm_pages
    from tradecrm.ui.pages.desktop import DesktopPage
    from tradecrm.ui.pages.money import money_pages
    from tradecrm.ui.pages.reports import report_pages
    from tradecrm.ui.pages.settings import SettingsPage
    from tradecrm.ui.pages.tasks import TaskPage
    from tradecrm.ui.pages.today import TodayPage
    from tradecrm.ui.pages.trade import trade_pages

    return {
        "desktop": DesktopPage,
        "today": TodayPage,
        "task": TaskPage,
        "settings": SettingsPage,
        **crm_pages(),
        **trade_pages(),
        **money_pages(),
        **report_pages(),
    }
