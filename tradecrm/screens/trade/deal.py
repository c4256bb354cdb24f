"""The tables of a deal's page: its papers, its goods, its money, its tasks and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.table import Cell, Table, TableColumn, TableRow
from tradecrm.core.text import N_, _
from tradecrm.services.trade.deal import KIND_TITLES, Deal, DealEvent, deal
from tradecrm.services.trade.deal_papers import DealPaper
from tradecrm.services.trade.deal_steps import FLOWS, DealStep, deal_steps, status_words

if TYPE_CHECKING:
    from tradecrm.services.work import Reader

MONEY_KINDS = ("receivable", "payable", "receipt")
_ACTIONS = {"insert": N_("Entered"), "update": N_("Edited"), "delete": N_("Deleted")}


@dataclass(frozen=True, slots=True)
class DealSheet:
    """A deal as its page shows it: the steps of the map, and the tables below it."""

    deal: Deal
    steps: tuple[DealStep, ...]
    tables: tuple[tuple[str, Table], ...]


def deal_sheet(reader: Reader, contract_id: int) -> DealSheet:
    """Answer the deal of a contract with its map and tables; NotFound when the actor may not see it."""
    found = deal(reader, contract_id)
    papers = [paper for paper in found.papers if paper.kind not in MONEY_KINDS]
    tables = (
        (N_("Papers"), papers_table(papers)),
        (N_("Goods"), goods_table(found)),
        (N_("Money"), money_table(found.of(*MONEY_KINDS))),
        (N_("Tasks"), tasks_table(found)),
        (N_("History"), history_table(found)),
    )
    return DealSheet(found, deal_steps(found), tables)


def _row(
    cells: Sequence[Cell], link: Link | None, opens: Sequence[int], currency: str | None = None
) -> TableRow:
    """Answer a row; the cells at the places ``opens`` open the paper."""
    links = tuple(link if place in opens else None for place in range(len(cells)))
    return TableRow(tuple(cells), links, currency or None)


def papers_table(papers: Sequence[DealPaper]) -> Table:
    """Answer the papers of the chain, in its order."""
    columns = (
        TableColumn("kind", _("Paper")),
        TableColumn("number", _("Number"), FieldKind.CODE),
        TableColumn("day", _("Date"), FieldKind.DATE),
        TableColumn("status", _("State")),
        TableColumn("party", _("With")),
        TableColumn("currency", _("Currency"), FieldKind.CURRENCY),
        TableColumn("amount", _("Amount"), FieldKind.MONEY),
    )
    rows = tuple(
        _row(
            (
                _(KIND_TITLES[paper.kind]),
                paper.number,
                paper.day,
                status_words(paper),
                paper.party,
                paper.currency,
                paper.amount,
            ),
            paper.link,
            (1, 6),
            paper.currency,
        )
        for paper in papers
    )
    return Table("deal_papers", _("Papers"), "", columns, rows)


def goods_table(found: Deal) -> Table:
    """Answer how far each line of the contract is bought and shipped, in its unit."""
    kind = FieldKind.QUANTITY
    columns = (
        TableColumn("description", _("Goods")),
        TableColumn("unit", _("Unit")),
        TableColumn("ordered", _("Ordered"), kind),
        TableColumn("bought", _("Bought"), kind),
        TableColumn("planned", _("On a shipment"), kind),
        TableColumn("shipped", _("Shipped"), kind),
        TableColumn("open", _("Left to ship"), kind),
    )
    rows = tuple(
        TableRow(
            (
                line.description,
                line.unit,
                line.ordered,
                line.bought,
                line.planned,
                line.shipped,
                line.open_quantity,
            )
        )
        for line in found.lines
    )
    return Table("deal_goods", _("Goods"), "", columns, rows)


def money_table(papers: Sequence[DealPaper]) -> Table:
    """Answer invoices, bills and receipts with what is open of them, each in its currency."""
    columns = (
        TableColumn("kind", _("Paper")),
        TableColumn("number", _("Number"), FieldKind.CODE),
        TableColumn("day", _("Date"), FieldKind.DATE),
        TableColumn("party", _("Partner")),
        TableColumn("status", _("State")),
        TableColumn("currency", _("Currency"), FieldKind.CURRENCY),
        TableColumn("amount", _("Amount"), FieldKind.MONEY),
        TableColumn("open", _("Outstanding"), FieldKind.MONEY),
    )
    rows = tuple(
        _row(
            (
                _(KIND_TITLES[paper.kind]),
                paper.number,
                paper.day,
                paper.party,
                status_words(paper),
                paper.currency,
                paper.amount,
                paper.open_amount,
            ),
            paper.link,
            (1, 6, 7),
            paper.currency,
        )
        for paper in papers
    )
    return Table("deal_money", _("Money"), "", columns, rows)


def tasks_table(found: Deal) -> Table:
    """Answer what is still to be done about the customer."""
    columns = (
        TableColumn("due_on", _("Due"), FieldKind.DATE),
        TableColumn("title", _("Task")),
        TableColumn("person", _("Person")),
    )
    rows = tuple(
        _row((task.due_on, task.title, task.person), Link.to("task", id=task.id), (1,))
        for task in found.tasks
    )
    return Table("deal_tasks", _("Tasks"), "", columns, rows)


def event_words(event: DealEvent) -> str:
    """Answer what was done to a paper: the state it came into, else whether it was entered, edited or deleted."""
    flow = FLOWS.get(event.kind)
    if flow is not None and event.state:
        return _(flow.state(event.state).title)
    return _(_ACTIONS.get(event.action, event.action))


def history_table(found: Deal) -> Table:
    """Answer what was done to the papers of the deal, newest first."""
    columns = (
        TableColumn("at", _("When"), FieldKind.DATETIME),
        TableColumn("person", _("Person")),
        TableColumn("paper", _("Paper")),
        TableColumn("number", _("Number"), FieldKind.CODE),
        TableColumn("action", _("What was done")),
    )
    rows = tuple(
        _row(
            (
                event.at,
                event.person,
                _(KIND_TITLES[event.kind]),
                event.number,
                event_words(event),
            ),
            event.link,
            (3,),
        )
        for event in found.history
    )
    return Table("deal_history", _("History"), "", columns, rows)
