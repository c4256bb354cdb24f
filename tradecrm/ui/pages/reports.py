"""The pages of reports by the target of their link."""

from __future__ import annotations

from tradecrm.reports.registry import REPORTS
from tradecrm.ui.context import PageFactory
from tradecrm.ui.pages.report_pages import ReportIndexPage, ReportPage
from tradecrm.ui.pages.statement import StatementPage

_OWN: dict[str, PageFactory] = {"party_statement": StatementPage}
"""Reports whose page can do more than show them."""


def report_pages() -> dict[str, PageFactory]:
    """Answer the factory of the index and of each report."""
    pages: dict[str, PageFactory] = {"reports": ReportIndexPage}
    for spec in REPORTS:
        pages[f"report/{spec.key}"] = _OWN.get(spec.key, ReportPage)
    return pages
