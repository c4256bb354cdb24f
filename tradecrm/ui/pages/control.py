"""The pages of control: approvals, their rules, the people of the firm."""

from __future__ import annotations

from tradecrm.core.links import Link
from tradecrm.screens.trade.approval_list import APPROVAL_LIST
from tradecrm.ui.context import PageContext, PageFactory
from tradecrm.ui.lists.page import ListPage
from tradecrm.ui.pages.approval import ApprovalPage
from tradecrm.ui.pages.approval_rules import ApprovalRulesPage
from tradecrm.ui.pages.people import PeoplePage


def control_pages() -> dict[str, PageFactory]:
    """Answer the factory of each page of control by its link's target."""

    def approvals(context: PageContext, link: Link) -> ListPage:
        return ListPage(context, link, APPROVAL_LIST)

    return {
        "approvals": approvals,
        "approval": ApprovalPage,
        "approval_rules": ApprovalRulesPage,
        "people": PeoplePage,
    }
