"""Every kind of paper: its title, the record it is drawn from, its reader, and its wording as a paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

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
from tradecrm.services.trade.paper_freight import freight_facts
from tradecrm.services.trade.paper_notes import note_facts
from tradecrm.services.trade.paper_purchase import purchase_facts
from tradecrm.services.trade.paper_sales import contract_facts, proforma_facts, quotation_facts
from tradecrm.services.trade.paper_shipment import shipment_facts
from tradecrm.services.trade.paper_statement import STATEMENT_OPTIONS, statement_facts
from tradecrm.services.trade.papers import record_by_number
from tradecrm.services.work import Reader


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper: ``record`` is what its number names, ``read`` answers facts, ``word`` makes the paper.

    ``options`` are what more ``read`` may be asked for by keyword, as texts: the days of a statement, its style.
    """

    key: str
    title: str
    record: str
    read: Callable[..., Any]
    word: Callable[[Any], Paper]
    options: tuple[str, ...] = ()


def _of_shipment(key: str) -> Callable[[Reader, int], Any]:
    return lambda reader, shipment_id: shipment_facts(reader, shipment_id, key)


KINDS = MappingProxyType(
    {
        kind.key: kind
        for kind in (
            PaperKind("quotation", N_("Quotation"), "quotation", quotation_facts, sale_paper),
            PaperKind("proforma", N_("Proforma invoice"), "proforma", proforma_facts, sale_paper),
            PaperKind("contract", N_("Sales contract"), "contract", contract_facts, sale_paper),
            PaperKind("purchase", N_("Purchase contract"), "purchase", purchase_facts, purchase_paper),
            PaperKind(
                "freight_inquiry", N_("Freight inquiry"), "freight_inquiry", freight_facts, freight_paper
            ),
            PaperKind(
                "instruction",
                N_("Shipping instruction"),
                "shipment",
                _of_shipment("instruction"),
                instruction_paper,
            ),
            PaperKind(
                "invoice", N_("Commercial invoice"), "shipment", _of_shipment("invoice"), invoice_paper
            ),
            PaperKind(
                "packing_list",
                N_("Packing list"),
                "shipment",
                _of_shipment("packing_list"),
                packing_list_paper,
            ),
            PaperKind(
                "declaration",
                N_("Customs declaration data"),
                "shipment",
                _of_shipment("declaration"),
                declaration_paper,
            ),
            PaperKind(
                "origin", N_("Certificate of origin data"), "shipment", _of_shipment("origin"), origin_paper
            ),
            PaperKind("advice", N_("Shipping advice"), "shipment", _of_shipment("advice"), advice_paper),
            PaperKind("debit_note", N_("Debit note"), "note", note_facts, note_paper),
            PaperKind(
                "statement",
                N_("Statement of account"),
                "party",
                statement_facts,
                statement_paper,
                STATEMENT_OPTIONS,
            ),
            PaperKind("credit_note", N_("Credit note"), "note", note_facts, note_paper),
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
    given = {name: value for name, value in (options or {}).items() if name in kind.options and value}
    facts = kind.read(reader, record_id, **given)
    return replace(kind.word(facts), language=paper_language(facts.frame.style.language))


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
