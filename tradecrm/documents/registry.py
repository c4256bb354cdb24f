"""Every kind of paper: its title, the record it is drawn from, its reader, and its wording as a paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from tradecrm.core.errors import TradeError
from tradecrm.core.pace import Pace
from tradecrm.core.problems import Refusal
from tradecrm.core.text import N_, _
from tradecrm.documents.clauses import Clause, purchase_contract_clauses, sales_contract_clauses
from tradecrm.documents.content import Paper
from tradecrm.documents.customs import declaration_paper, origin_paper
from tradecrm.documents.freight import freight_paper
from tradecrm.documents.notes import note_paper
from tradecrm.documents.purchase import purchase_paper
from tradecrm.documents.sales import sale_paper
from tradecrm.documents.shipment import invoice_paper, packing_list_paper
from tradecrm.documents.statement import statement_paper
from tradecrm.documents.transport import advice_paper, instruction_paper
from tradecrm.documents.words import PaperLanguage
from tradecrm.services.pace import read_at_pace
from tradecrm.services.trade.paper_freight import freight_facts, freights_facts
from tradecrm.services.trade.paper_notes import note_facts, notes_facts
from tradecrm.services.trade.paper_purchase import purchase_facts, purchases_facts
from tradecrm.services.trade.paper_sales import (
    contract_facts,
    contracts_facts,
    proforma_facts,
    proformas_facts,
    quotation_facts,
    quotations_facts,
)
from tradecrm.services.trade.paper_shipment import shipment_facts, shipments_facts
from tradecrm.services.trade.paper_statement import STATEMENT_OPTIONS, statement_facts, statements_facts
from tradecrm.services.trade.papers import record_by_number
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper: ``record`` is what its number names, ``read`` answers facts, ``word`` makes the paper.

    ``options`` are what more ``read`` may be asked for by keyword, as texts: the days of a statement, its style.
    ``read_many`` answers the facts of many records in a handful of statements, or why one cannot be printed, with
    the same options. ``either``: a record has this paper or another of its kind of record, never both; a record of
    the other paper is left out.
    """

    key: str
    title: str
    record: str
    read: Callable[..., Any]
    word: Callable[[Any], Paper]
    read_many: Callable[..., Mapping[int, Any]]
    options: tuple[str, ...] = ()
    either: bool = False


def _shipped(key: str, title: str, word: Callable[[Any], Paper]) -> PaperKind:
    """Answer a kind of paper that is drawn from a shipment."""
    return PaperKind(
        key,
        title,
        "shipment",
        lambda reader, shipment_id: shipment_facts(reader, shipment_id, key),
        word,
        lambda reader, ids: shipments_facts(reader, ids, key),
    )


def _note(key: str, title: str) -> PaperKind:
    """Answer a kind of note that is drawn from a receivable."""
    return PaperKind(
        key,
        title,
        "note",
        note_facts,
        note_paper,
        lambda reader, ids: notes_facts(reader, ids, key),
        either=True,
    )


KINDS = MappingProxyType(
    {
        kind.key: kind
        for kind in (
            PaperKind(
                "quotation",
                N_("Quotation"),
                "quotation",
                quotation_facts,
                sale_paper,
                quotations_facts,
            ),
            PaperKind(
                "proforma",
                N_("Proforma invoice"),
                "proforma",
                proforma_facts,
                sale_paper,
                proformas_facts,
            ),
            PaperKind(
                "contract",
                N_("Sales contract"),
                "contract",
                contract_facts,
                sale_paper,
                contracts_facts,
            ),
            PaperKind(
                "purchase",
                N_("Purchase contract"),
                "purchase",
                purchase_facts,
                purchase_paper,
                purchases_facts,
            ),
            PaperKind(
                "freight_inquiry",
                N_("Freight inquiry"),
                "freight_inquiry",
                freight_facts,
                freight_paper,
                freights_facts,
            ),
            _shipped("instruction", N_("Shipping instruction"), instruction_paper),
            _shipped("invoice", N_("Commercial invoice"), invoice_paper),
            _shipped("packing_list", N_("Packing list"), packing_list_paper),
            _shipped("declaration", N_("Customs declaration data"), declaration_paper),
            _shipped("origin", N_("Certificate of origin data"), origin_paper),
            _shipped("advice", N_("Shipping advice"), advice_paper),
            _note("debit_note", N_("Debit note")),
            PaperKind(
                "statement",
                N_("Statement of account"),
                "party",
                statement_facts,
                statement_paper,
                statements_facts,
                STATEMENT_OPTIONS,
            ),
            _note("credit_note", N_("Credit note")),
        )
    }
)
"""The kinds of papers by key, in the order of a deal."""

SHIPMENT_SET = tuple(key for key, kind in KINDS.items() if kind.record == "shipment")
"""The papers that one action makes for a shipment."""

LANGUAGES: tuple[PaperLanguage, ...] = ("en", "zh", "both")


def paper_kind(key: str) -> PaperKind:
    """Answer the kind of a key; Refusal in words for an unknown one."""
    found = KINDS.get(key)
    if found is None:
        raise Refusal.of(
            _("There is no paper {kind}; there are {kinds}.").format(kind=key, kinds=", ".join(KINDS)), "kind"
        )
    return found


def read_paper(reader: Reader, key: str, record_id: int, options: Mapping[str, str] | None = None) -> Paper:
    """Answer the paper of a kind from a record; raises NotFound, NotAllowed for a person who may not print.

    Of ``options`` the kind takes those it knows.
    """
    kind = paper_kind(key)
    return _worded(kind, kind.read(reader, record_id, **_given(kind, options)))


def _given(kind: PaperKind, options: Mapping[str, str] | None) -> dict[str, str]:
    return {name: value for name, value in (options or {}).items() if name in kind.options and value}


def _worded(kind: PaperKind, facts: Any) -> Paper:
    return replace(kind.word(facts), language=paper_language(facts.frame.style.language))


Unprinted = TradeError | Refusal
"""Why a paper cannot be printed."""


def read_papers(
    reader: Reader,
    key: str,
    ids: Sequence[int],
    options: Mapping[str, str] | None = None,
    pace: Pace | None = None,
) -> dict[int, Paper | Unprinted]:
    """Answer the papers of a kind from many records, by record, or why one of them cannot be printed.

    What has another paper instead is left out. With a ``pace`` it rests between statements and between papers.
    Raises NotAllowed for a person who may not print, Refusal for options that cannot be.
    """
    kind = paper_kind(key)
    if pace is not None:
        read_at_pace(reader, pace)
    found = kind.read_many(reader, ids, **_given(kind, options))
    papers: dict[int, Paper | Unprinted] = {}
    for each, facts in found.items():
        papers[each] = facts if isinstance(facts, Unprinted) else _worded(kind, facts)
        if pace is not None:
            pace.rest()
    return papers


def paper_by_number(reader: Reader, key: str, number: str) -> Paper:
    """Answer the paper of a kind by the number of its record, as `read_paper`."""
    return read_paper(reader, key, record_by_number(reader, paper_kind(key).record, number))


def paper_language(code: str) -> PaperLanguage:
    """Answer the language of a code, both for an unknown one."""
    return next((each for each in LANGUAGES if each == code), "both")


def usual_clauses(key: str) -> tuple[Clause, ...]:
    """Answer the clauses of a kind of paper that print as long as the firm has none of its own."""
    usual = {"contract": sales_contract_clauses, "purchase": purchase_contract_clauses}.get(key)
    return usual() if usual is not None else ()
