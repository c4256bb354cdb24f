"""A discount or charge on the whole on papers, and several contracts on one invoice: domain.md 10.1, 11 and 12.11."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.unit.paper_samples import TERMS, note_facts, paper_pages, sale_facts, shipment_facts
from tests.unit.render_samples import letters
from tradecrm.core.presets import preset_terms
from tradecrm.core.terms import encode_terms
from tradecrm.documents.build import save_sheet
from tradecrm.documents.content import Number, Paper
from tradecrm.documents.registry import KINDS
from tradecrm.documents.words import PaperLanguage, Words, same
from tradecrm.services.trade.paper_shipment import ShipmentFacts

D = Decimal


def sale(kind: str, rate: str | None = "-0.03", text: str = "") -> Paper:
    """Answer a paper over twice 8,220.00 of goods less 493.20 in all, each line bearing half."""
    facts = sale_facts(kind)
    lines = tuple(replace(line, adjusted=D("-246.60"), amount=D("7973.40")) for line in facts.lines)
    changed = replace(facts, lines=lines, total=D("15946.80"), adjustment=D("-493.20"), adjustment_text=text)
    return KINDS[kind].word(replace(changed, adjustment_rate=None if rate is None else D(rate)))


def two_contracts() -> ShipmentFacts:
    """Answer a shipment of two contracts: one gives 3 %, the other charges 1 % and is paid at sight."""
    facts = shipment_facts()
    first, second = facts.lines
    (contract,) = facts.contracts
    return replace(
        facts,
        lines=(
            replace(first, adjusted=D("-246.60"), amount=D("7973.40")),
            replace(second, contract="SC-26002", adjusted=D("82.20"), amount=D("8302.20")),
        ),
        total=D("16275.60"),
        contracts=(
            replace(contract, adjustment_rate=D("-0.03")),
            replace(
                contract,
                number="SC-26002",
                terms=encode_terms(preset_terms("DP")),
                adjustment_rate=D("0.01"),
                adjustment_text="Express packing",
            ),
        ),
    )


def numbers(paper: Paper) -> tuple[Decimal, Decimal]:
    """Answer the sum of all printed rows before the total, and the printed total."""
    assert paper.lines is not None
    cells = [row[-1] for row in paper.lines.rows]
    found = [cell.value for cell in cells if isinstance(cell, Number)]
    *off, total = [row[-1][0] for row in paper.lines.totals]
    found += [cell.value for cell in off if isinstance(cell, Number)]
    assert isinstance(total, Number)
    return sum(found, D(0)), total.value


def text(paper: Paper, language: PaperLanguage = "both") -> str:
    return letters("".join(paper_pages(paper, language)))


@pytest.mark.parametrize("kind", ["quotation", "proforma", "contract"])
def test_printed_rows_sum_to_the_total_and_words_match(kind: str) -> None:
    paper = sale(kind)
    assert numbers(paper) == (D("15946.80"), D("15946.80"))
    english, chinese = text(paper, "en"), text(paper, "zh")
    for part in ("8,220.00", "Less: discount 3%", "USD -493.20", "USD 15,946.80"):
        assert letters(part) in english, part
    assert letters("FIFTEEN THOUSAND NINE HUNDRED AND FORTY-SIX AND CENTS EIGHTY ONLY") in english
    assert letters("减：整单折扣 3%") in chinese
    assert letters("7,973.40") not in english


def test_an_amount_of_its_own_and_a_text_of_its_own() -> None:
    assert letters("Less: Early order") in text(sale("contract", None, "Early order"), "en")
    assert letters("减：整单折扣 3%（Early order）") in text(sale("contract", "-0.03", "Early order"), "zh")


@pytest.mark.parametrize("kind", ["invoice", "declaration"])
def test_an_invoice_over_two_contracts_tells_each_ones_discount_and_terms(kind: str) -> None:
    paper = KINDS[kind].word(two_contracts())
    assert numbers(paper) == (D("16275.60"), D("16275.60"))
    printed = text(paper, "en")
    assert letters("Less: discount 3% (SC-26001)") in printed
    assert letters("Plus: Express packing 1% (SC-26002)") in printed
    if kind == "invoice":
        assert letters("SC-26001: 30% deposit by T/T upon order") in printed
        assert letters("SC-26002: D/P at sight") in printed


def test_terms_that_are_the_same_stand_once_without_a_number() -> None:
    facts = two_contracts()
    alike = tuple(replace(each, terms=TERMS) for each in facts.contracts)
    printed = text(KINDS["invoice"].word(replace(facts, contracts=alike)), "en")
    assert letters("SC-26001: 30%") not in printed
    assert printed.count(letters("30% deposit by T/T upon order")) == 1


def test_the_excel_file_has_the_row_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "paper.xlsx"
    save_sheet(sale("contract"), path, "both")
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    rows = [[value for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]
    (row,) = (row for row in rows if row and str(row[0]).startswith("Less"))
    assert row == ["Less: discount 3% 减：整单折扣 3%", pytest.approx(-493.2)]


def test_without_an_adjustment_a_paper_has_its_total_only() -> None:
    for kind, facts in (("contract", sale_facts()), ("invoice", shipment_facts())):
        paper = KINDS[kind].word(facts)
        assert paper.lines is not None
        assert len(paper.lines.totals) == 1
        assert numbers(paper) == (D(16440), D(16440))


def test_a_note_says_what_for_and_how_much_only_and_swift_is_called_swift() -> None:
    """No goods are sold by a note: it has neither a quantity of 1 nor a price."""
    paper = KINDS["debit_note"].word(note_facts("debit_note"))
    assert paper.lines is not None
    assert [column.head.en for column in paper.lines.columns] == ["No.", "Particulars", "Amount"]
    assert paper.lines.rows == ((same("1"), same("Broken glass, 40 pcs"), Number(D("320.50"), 2)),)
    assert paper.lines.totals[0][2] == (Number(D("320.50"), 2, "USD"),)
    labels = {said.label for section in paper.sections for said in section.rows}
    assert Words("SWIFT", "SWIFT") in labels


def test_the_discount_never_parts_from_the_total_at_a_page_break() -> None:
    for lines in range(9, 15):
        facts = sale_facts("contract", lines)
        paper = KINDS["contract"].word(replace(facts, adjustment=D(-10), total=facts.total - 10))
        pages = [letters(page) for page in paper_pages(paper, "en")]
        (page,) = (page for page in pages if letters("Less: discount") in page)
        assert letters("Total CIF Rotterdam") in page
        assert letters("Garden lantern") in page
