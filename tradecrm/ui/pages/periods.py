"""The pages of exchange, period ends and handing over by the target of their link."""

from __future__ import annotations

from tradecrm.ui.context import PageFactory
from tradecrm.ui.pages.accountant import AccountantPage
from tradecrm.ui.pages.exposure import ExposurePage
from tradecrm.ui.pages.period_close import ClosePeriodPage
from tradecrm.ui.pages.period_revalue import RevaluationPage
from tradecrm.ui.pages.rates_in import RatesInPage


def period_pages() -> dict[str, PageFactory]:
    """Answer the factory of each page of period ends."""
    return {
        "fx_exposure": ExposurePage,
        "revaluation": RevaluationPage,
        "closing": ClosePeriodPage,
        "accountant": AccountantPage,
        "rates_in": RatesInPage,
    }
