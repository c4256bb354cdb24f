"""Every report of the program, in the order in which they are offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tradecrm.core.errors import NotFound
from tradecrm.core.table import Table
from tradecrm.core.text import _
from tradecrm.reports.account_categories import ACCOUNT_CATEGORIES, ACCOUNT_CATEGORY_ROWS
from tradecrm.reports.accounts import ACCOUNT_BALANCES, ACCOUNT_MONTHS, ACCOUNT_STATEMENT
from tradecrm.reports.aging import AGING
from tradecrm.reports.aging_detail import AGING_DETAIL, RECEIVABLES
from tradecrm.reports.cash import CASH_PROJECTION, CASH_ROWS
from tradecrm.reports.commission import COMMISSION, COMMISSION_LINES
from tradecrm.reports.contract_profit import CONTRACT_PROFIT
from tradecrm.reports.currency_risk import FX_EXPOSURE, FX_EXPOSURE_ROWS
from tradecrm.reports.estimate_actual import ESTIMATE_ACTUAL
from tradecrm.reports.expenses import EXPENSE_LINES, EXPENSES
from tradecrm.reports.explained import EXPLAINED
from tradecrm.reports.joint_profit import JOINT_PROFIT
from tradecrm.reports.journal import CHART_BALANCES, JOURNAL
from tradecrm.reports.late_costs import LATE_COSTS
from tradecrm.reports.ledger import LEDGER_ENTRIES, TRIAL
from tradecrm.reports.line_profit import LINE_PROFIT
from tradecrm.reports.manufacturer import MANUFACTURER_GOODS, MANUFACTURER_MONTH
from tradecrm.reports.orders import ORDERS, ORDERS_BY_MONTH
from tradecrm.reports.party_statement import PARTY_STATEMENT, SUPPLIER_RECONCILIATION
from tradecrm.reports.period import PERIOD_CHECK
from tradecrm.reports.plans import COLLECTION_PLAN, PAYMENT_PLAN
from tradecrm.reports.profit import SHIPMENT_PROFIT
from tradecrm.reports.profit_lines import PROFITS, REALIZED_FX, SHIPMENT_LINES
from tradecrm.reports.rebates import REBATE_ENTRIES, REBATES
from tradecrm.reports.revaluing import UNREALIZED, UNREALIZED_ROWS
from tradecrm.reports.spec import ReportSpec

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

REPORTS: tuple[ReportSpec, ...] = (
    AGING,
    RECEIVABLES,
    PARTY_STATEMENT,
    SUPPLIER_RECONCILIATION,
    COLLECTION_PLAN,
    PAYMENT_PLAN,
    CASH_PROJECTION,
    SHIPMENT_PROFIT,
    PROFITS,
    LATE_COSTS,
    CONTRACT_PROFIT,
    JOINT_PROFIT,
    ESTIMATE_ACTUAL,
    ORDERS_BY_MONTH,
    ORDERS,
    ACCOUNT_BALANCES,
    ACCOUNT_STATEMENT,
    ACCOUNT_MONTHS,
    ACCOUNT_CATEGORIES,
    EXPENSES,
    REBATES,
    MANUFACTURER_MONTH,
    COMMISSION,
    FX_EXPOSURE,
    UNREALIZED,
    JOURNAL,
    CHART_BALANCES,
    TRIAL,
    AGING_DETAIL,
    EXPENSE_LINES,
    REBATE_ENTRIES,
    MANUFACTURER_GOODS,
    COMMISSION_LINES,
    CASH_ROWS,
    EXPLAINED,
    SHIPMENT_LINES,
    LINE_PROFIT,
    REALIZED_FX,
    LEDGER_ENTRIES,
    ACCOUNT_CATEGORY_ROWS,
    FX_EXPOSURE_ROWS,
    UNREALIZED_ROWS,
    PERIOD_CHECK,
)


def find_report(key: str) -> ReportSpec:
    """Answer the report of a key, ``-`` standing for ``_``; raises NotFound naming those there are."""
    wanted = key.replace("-", "_")
    for spec in REPORTS:
        if spec.key == wanted:
            return spec
    known = ", ".join(spec.key for spec in REPORTS)
    raise NotFound(_("There is no report {key}. There are: {known}.").format(key=key, known=known))


def report_table(reader: Reader, key: str, given: Mapping[str, object] | None = None) -> Table:
    """Run the report of a key: the query that screens and the command line ask.

    Raises NotFound, NotAllowed, or Refusal naming each parameter that is wrong.
    """
    return find_report(key).table(reader, given)
