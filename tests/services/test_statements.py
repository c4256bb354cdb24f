"""Statements of account in both styles and on paper, suppliers' goods against bills, explained figures (3.5–3.7)."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.services.conftest import TODAY, Seats
from tests.services.money_kit import Invoice, customer, enter_item
from tests.services.purchase_kit import plan_shipment
from tests.services.test_purchases_received import ABOARD, buy, depart
from tests.services.test_running_example import dollars, example
from tests.services.trading_kit import Deal, trade
from tests.unit.render_samples import letters, page_texts
from tradecrm.core.errors import NotFound
from tradecrm.core.links import Link
from tradecrm.core.problems import Refusal
from tradecrm.core.table import RowStyle
from tradecrm.documents.batch import BatchOrder, print_batch
from tradecrm.documents.build import draw_paper
from tradecrm.documents.letters import statement_letter
from tradecrm.documents.registry import paper_by_number, read_paper
from tradecrm.documents.words import PaperLanguage
from tradecrm.models import Allocation
from tradecrm.reports.explained import explanation_of
from tradecrm.reports.registry import report_table
from tradecrm.services.book import Seat
from tradecrm.services.data.sample.running_example import Example
from tradecrm.services.figures.aging import AgingQuery, aging
from tradecrm.services.figures.party_statement import StatementAsk, StatementStyle, party_statement
from tradecrm.services.figures.payment_plan import payment_plan
from tradecrm.services.figures.plan_rows import PlanOptions
from tradecrm.services.figures.received import received_lines
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.payments import RecordPayment, record_payment
from tradecrm.services.money.receipts import Share
from tradecrm.services.trade.paper_statement import partners_with_balance, statement_facts
from tradecrm.services.trade.purchase_bills import BillPurchase, bill_purchase

__all__ = ["dollars", "example"]

D = Decimal
DAY = timedelta(days=1)


@pytest.fixture
def deal(seat: Seat) -> Deal:
    return trade(seat)


def test_both_styles_close_at_the_aging(seat: Seat, deal: Deal) -> None:
    """§3.7: opening, each item by date, closing; open item shows only what is open, with what was paid so far."""
    forward = seat.ask(party_statement, StatementAsk(deal.customer, "AR", TODAY - 25 * DAY, TODAY))
    (part,) = forward.parts
    assert (part.opening, part.closing) == (D(3720), D(1220))
    assert [(line.kind, line.more, line.less, line.balance) for line in part.lines] == [
        ("RCT", None, D(2000), D(1720)),
        ("RCT", None, D(500), D(1220)),
    ]
    ask = StatementAsk(deal.customer, "AR", TODAY, TODAY, StatementStyle.OPEN)
    (still,) = seat.ask(party_statement, ask).parts
    invoice = next(line for line in still.lines if line.kind == "INV")
    assert (invoice.lading, invoice.order) == ("BL7", "PO-881")
    assert (invoice.more, invoice.less, invoice.balance) == (D(7440), D(4432), D(3008))
    (row,) = seat.ask(aging, AgingQuery("AR", TODAY, parties=(deal.customer,)))
    for each in (part, still):
        assert each.closing == row.total
        assert (each.buckets, each.unapplied) == (row.amounts, row.advance)


def text_of(seat: Seat, party: int, language: PaperLanguage = "both", **options: str) -> str:
    target = io.BytesIO()
    draw_paper(seat.ask(read_paper, "statement", party, options), target, language)
    return letters("".join(page_texts(target.getvalue())))


def test_the_paper_says_the_balance_in_words_and_the_bank(seat: Seat, deal: Deal) -> None:
    """§3.7: one section per currency, aging footer, bank details, amount in words of the balance due."""
    text = text_of(seat, deal.customer)
    for words in ("STATEMENTOFACCOUNT", "对账单", "CI-2605-0001", "BL7", "PO-881", "Beneficiary"):
        assert words in text
    assert "USDOLLARSONETHOUSANDTWOHUNDREDANDTWENTYONLY" in text
    assert "美元壹仟贰佰贰拾元整" in text
    assert "Paidsofar" in text_of(seat, deal.customer, "en", style="open")
    english = text_of(seat, deal.customer, "en")
    assert "对账单" not in english
    code = seat.ask(read_paper, "statement", deal.customer).number.split()[0]
    assert seat.ask(paper_by_number, "statement", code).kind == "statement"
    with pytest.raises(Refusal, match="no date"):
        seat.ask(read_paper, "statement", deal.customer, {"last": "soon"})


def test_a_supplier_sees_goods_received_against_bills_and_payments(seat: Seat) -> None:
    """§3.7 on T1: 1,200 lanterns at 39.55 came in and were billed, 20,000.00 paid; 500 kits were not billed."""
    deal, lantern, _kit = buy(seat)
    shipment = plan_shipment(seat, deal)
    depart(seat, shipment)
    bill = seat.perform(bill_purchase, BillPurchase(lantern, shipment, ABOARD, "8801")).value
    bank = seat.perform(open_account, OpenAccount("CNY", "BANK", "CNY", date(2026, 1, 1), D(90_000))).value
    paid = RecordPayment(ABOARD, deal.lantern_factory, bank, D(20_000), allocations=(Share(bill, D(20_000)),))
    seat.perform(record_payment, paid)
    (line,) = seat.ask(received_lines, deal.lantern_factory, TODAY)
    assert (line.received, line.value, line.billed, line.paid) == (D(1200), D(47460), D(47460), D(20_000))
    assert line.unbilled == 0
    (kits,) = seat.ask(received_lines, deal.kit_factory, TODAY)
    assert (kits.value, kits.billed, kits.unbilled) == (D(36160), D(0), D(36160))
    text = text_of(seat, deal.lantern_factory, "zh")
    for words in ("供应商对账单", "收货与开票", "47,460.00", "20,000.00", "27,460.00", line.number):
        assert words in text
    assert "收款银行资料" not in text, "our bank is none of theirs"
    planned = seat.ask(payment_plan, PlanOptions(TODAY + 91 * DAY))
    due: dict[tuple[int | None, str], Decimal] = {}
    for row in planned:
        key = (row.party_id, row.kind)
        due[key] = due.get(key, D(0)) + row.amount
    assert due == {
        (deal.lantern_factory, "bill"): D(-27460),
        (deal.kit_factory, "purchase_deposit"): due[deal.kit_factory, "purchase_deposit"],
        (deal.kit_factory, "purchase"): D(-57856) - due[deal.kit_factory, "purchase_deposit"],
        # The rebate of both purchases is booked with the revenue, 5,460 + 2,880 (section 16.12).
        (None, "rebate"): D(8340),
    }


def test_the_mail_text_names_balance_and_what_is_overdue(seat: Seat) -> None:
    party = customer(seat)
    parts = ((D(300), TODAY - 9 * DAY), (D(700), TODAY + 9 * DAY))
    seat.perform(enter_item, Invoice(party, TODAY - 20 * DAY, D(1000), due=parts))
    facts = seat.ask(statement_facts, party)
    english = statement_letter(facts, "en")
    assert "The balance is USD 1,000.00." in english
    assert "Of this USD 300.00 is overdue" in english
    assert "其中已逾期 USD 300.00" in statement_letter(facts, "zh")


def test_the_statements_of_everyone_with_a_balance_go_into_a_folder(
    seat: Seat, deal: Deal, tmp_path: Path
) -> None:
    paid = customer(seat, "Nobody B.V.")
    partners = seat.ask(partners_with_balance, "AR", TODAY)
    days = {"side": "AR", "first": (TODAY - 90 * DAY).isoformat(), "last": TODAY.isoformat()}
    result = print_batch(seat.ask, BatchOrder(("statement",), partners, tmp_path / "all", options=days))
    assert [paper.record_id for paper in result.made] == [deal.customer]
    assert result.made[0].path.stat().st_size > 1000
    assert seat.ask(statement_facts, paid).statement.parts == ()


def test_a_salesperson_prints_no_statement_of_another(seats: Seats) -> None:
    party = customer(seats.owner)
    with pytest.raises(NotFound):
        seats.sales.ask(read_paper, "statement", party)


def explained(seat: Seat, **given: object) -> list[tuple[str, str, object]]:
    table = seat.ask(report_table, "explained", given)
    return [(str(row.cells[1]), row.style.value, row.cells[2]) for row in table.rows]


def test_section_3_5_a_difference_is_explained_with_its_numbers(seat: Seat, example: Example) -> None:
    """T1: 76,205.64 carried; the balance came at its own rate: FX −323.82."""
    key = seat.ask(
        lambda r: r.session.scalars(select(Allocation.id).where(Allocation.fx == D("-323.82"))).one()
    )
    worth, carried, result = explained(seat, figure="difference", id=key)
    assert result[:2] == ("75,881.82 − 76,205.64", RowStyle.TOTAL.value)
    assert (worth[2], carried[2], result[2]) == (D("75881.82"), D("76205.64"), D("-323.82"))
    assert carried[0] == "10,794.00 × 7.06"
    invoice = seat.ask(lambda r: r.session.get_one(Allocation, key).debit_item_id)
    ahead, rest, booked, _still = explained(seat, figure="open", id=invoice)[-4:]
    assert (ahead[0], rest[0]) == ("41,572.44 × 4,626.00 ÷ 5,922.00", "10,794.00 × 7.06")
    assert (booked[0], booked[2]) == ("32,474.52 + 76,205.64", D("108680.16"))


def test_every_explanation_ends_in_the_figure_it_explains(seat: Seat, deal: Deal) -> None:
    (row,) = seat.ask(aging, AgingQuery("AR", TODAY, parties=(deal.customer,)))
    totals = {
        "aging": explained(seat, figure="aging", party=deal.customer, currency="USD"),
        "open": explained(seat, figure="open", id=deal.invoice),
        "account": explained(seat, figure="account", id=2),
        "shipment": explained(seat, figure="shipment", id=deal.shipment),
        "delay": explained(seat, figure="delay", party=deal.customer, currency="USD"),
    }
    ends = {
        key: [cells for cells in rows if cells[1] == RowStyle.TOTAL.value] for key, rows in totals.items()
    }
    assert ends["aging"] == [("3,008.00 − 1,788.00", "total", row.total)]
    assert ends["open"][0][2] == D(3008)
    assert ends["open"][0][0] == "7,440.00 − 2,232.00 − 2,000.00 − 300.00 − 200.00 + 300.00"
    assert ends["account"][0][2] == D(5200)
    assert ends["shipment"][0][2] == D("51630.40")
    assert ends["delay"][0] == ("0.00 ÷ 2,232.00", "total", "0")
    with pytest.raises(Refusal, match="no explanation of moon"):
        explained(seat, figure="moon")
    with pytest.raises(Refusal, match="which record"):
        explained(seat, figure="open")


def test_cells_lead_to_their_explanation() -> None:
    cell = Link.to("report/aging_detail", party=3, currency="USD", side="AR", as_of="2026-05-01", bucket="1")
    assert explanation_of(cell) == Link.to(
        "report/explained", figure="aging", party=3, currency="USD", side="AR", as_of="2026-05-01"
    )
    assert explanation_of(Link.to("receivable", id=7)) == Link.to("report/explained", figure="open", id=7)
    for link in (None, Link.to("customer", id=3), Link.to("report/aging_detail", currency="USD")):
        assert explanation_of(link) is None


def test_the_day_before_the_first_is_the_opening(seat: Seat) -> None:
    party = customer(seat)
    seat.perform(enter_item, Invoice(party, date(2026, 3, 31), D(100), number="CI-1"))
    seat.perform(enter_item, Invoice(party, date(2026, 4, 1), D(50), number="CI-2"))
    (part,) = seat.ask(party_statement, StatementAsk(party, "AR", date(2026, 4, 1), TODAY)).parts
    assert (part.opening, [line.number for line in part.lines], part.closing) == (D(100), ["CI-2"], D(150))
