"""A figure explained: the formula with the numbers put in, each opening its own explanation, rows or paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from tradecrm.core.aging import AgingBasis
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import round_to
from tradecrm.core.table import RowStyle, Table, TableRow
from tradecrm.core.text import N_, _
from tradecrm.reports.aging import BASIS, EDGES, SIDE, read_edges
from tradecrm.reports.build import Linked, column, money, row
from tradecrm.reports.params import AS_OF, CURRENCY, PARTY, Params, ReportParam
from tradecrm.reports.spec import ReportSpec
from tradecrm.services.figures.explain import Ask, ExplainedStep, explained

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

FIGURE = ReportParam("figure", N_("Figure"), required=True, internal=True)
_ASIDE = tuple(replace(param, internal=True) for param in (SIDE, PARTY, CURRENCY, BASIS, EDGES))
RECORD = ReportParam("id", N_("Record no."), FieldKind.INTEGER, internal=True)


def run_explained(reader: Reader, params: Params) -> Table:
    """Answer the steps of a figure; the row of the figure itself stands out."""
    ask = Ask(
        params.day("as_of"),
        params.number("id"),
        params.text("side"),
        params.number("party"),
        params.text("currency") or None,
        AgingBasis(params.text("basis")),
        read_edges(params.text("edges")),
    )
    found = explained(reader, params.text("figure"), ask)
    return Table(
        "explained",
        found.title,
        found.rule,
        (
            column("words", _("What")),
            column("formula", _("With the numbers put in")),
            money("value", _("Figure found")),
            column("currency", _("Currency"), FieldKind.CURRENCY),
        ),
        tuple(_row(step) for step in found.steps),
        (),
        found.notes,
    )


def _row(step: ExplainedStep) -> TableRow:
    return row(
        (step.words, step.formula, Linked(_shown(step), step.link), step.currency or None),
        currency=step.currency or None,
        style=RowStyle.TOTAL if step.result else RowStyle.NORMAL,
    )


def _shown(step: ExplainedStep) -> Decimal | str | None:
    """Answer money as it is; a rate, a share in percent and days as texts."""
    value = step.value
    if value is None or step.unit == "money":
        return value
    if step.unit == "share":
        return f"{round_to(value * 100, 2):f}%"
    return f"{round_to(value, 4):f}" if step.unit == "rate" else f"{value:f}"


def _of_record(figure: str) -> Callable[[Link], Link | None]:
    def explain(link: Link) -> Link | None:
        key = link.param("id")
        return None if key is None else Link.to("report/explained", figure=figure, id=key)

    return explain


def _of_cell(link: Link) -> Link | None:
    """Answer the explanation of a cell of the aging, when it is of one party and currency."""
    kept = ("side", "as_of", "basis", "edges", "party", "currency")
    given = {key: link.param(key) for key in kept if link.param(key) is not None}
    if "party" not in given or "currency" not in given:
        return None
    return Link.to("report/explained", figure="aging", **given)


def _of_account(link: Link) -> Link | None:
    account, last = link.param("account"), link.param("last")
    if account is None:
        return None
    more = {} if last is None else {"as_of": last}
    return Link.to("report/explained", figure="account", id=account, **more)


def _of_shipment(link: Link) -> Link | None:
    shipment = link.param("shipment")
    return None if shipment is None else Link.to("report/explained", figure="shipment", id=shipment)


_EXPLAINED: Mapping[str, Callable[[Link], Link | None]] = MappingProxyType(
    {
        "receivable": _of_record("open"),
        "account": _of_record("account"),
        "report/aging_detail": _of_cell,
        "report/account_statement": _of_account,
        "report/shipment_profit": _of_shipment,
        "report/shipment_lines": _of_shipment,
    }
)
"""What a cell opens -> the explanation of its figure; another kind of figure joins here."""


def explanation_of(link: Link | None) -> Link | None:
    """Answer the explanation of the figure in a cell that opens ``link``, None when there is none."""
    if link is None or link.target not in _EXPLAINED:
        return None
    return _EXPLAINED[link.target](link)


EXPLAINED = ReportSpec(
    "explained",
    N_("How this figure comes about"),
    (FIGURE, RECORD, AS_OF, *_ASIDE),
    run_explained,
    ("report.run", "receivable.read"),
    main=False,
)
