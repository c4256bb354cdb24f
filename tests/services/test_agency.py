"""Agency export in both directions (domain.md section 1.10): an invoice of 50,000.00 USD, a fee of 1.5 %.

Deposit 15,000.00 at 7.02, the rest at 7.06: the receivable is 105,300.00 + 247,100.00 = 352,400.00 in base; the fee is
750.00 USD, 5,295.00 in base.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY
from tests.services.statement_kit import statements_read
from tests.services.test_taking_back_departure import stands
from tradecrm.core.problems import Refusal
from tradecrm.core.rates import RateType
from tradecrm.core.table import RowStyle
from tradecrm.models import ContractLine, CostLine, Item, LedgerEntry, SalesContract, Shipment, ShipmentLine
from tradecrm.reports.registry import report_table
from tradecrm.screens.trade.agency import AGENCY, agency_facts
from tradecrm.screens.trade.contract_draft import build_contract, load_contract
from tradecrm.screens.trade.contract_panels import profit_facts
from tradecrm.screens.trade.contracts import AMENDMENT_FORM
from tradecrm.services.book import Book, Seat
from tradecrm.services.claims.rebates import SaveRebateClaim, rebate_gaps, save_rebate_claim
from tradecrm.services.control.approvals import Subject
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.data.check import check_book
from tradecrm.services.figures.aging import AgingQuery, aging
from tradecrm.services.figures.orders import orders_between
from tradecrm.services.figures.profit import profits_between, shipment_profit
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.notes import WriteNote, write_note
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contract_approval import contract_subject
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.costs import BillCost, bill_cost
from tradecrm.services.trade.credit import SaveCreditTerms, contract_credit, save_credit_terms
from tradecrm.services.trade.departure import DepartShipment, depart_shipment
from tradecrm.services.trade.gates import loading_stops
from tradecrm.services.trade.moving import SaveShippingData, save_shipping_data
from tradecrm.services.trade.returns import ReturnLineDraft, SaveReturn, save_return
from tradecrm.services.trade.shipment_purchases import AddPurchases, add_purchases
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.trade.taking_back_departure import TakeDepartureBack, take_departure_back
from tradecrm.services.work import Reader, Work, operation

D = Decimal
SIGNED, GONE = date(2026, 4, 1), date(2026, 5, 20)


@dataclass(frozen=True)
class Scene:
    customer: int
    other: int
    dollars: int
    contract: int
    shipment: int
    invoice: int


def _prepare(seat: Seat) -> tuple[int, int, int]:
    for kind, day, quote in (
        (RateType.BUDGET, date(2026, 1, 1), "7.00"),
        (RateType.BUY, date(2026, 4, 3), "7.02"),
        (RateType.MID, GONE, "7.06"),
        (RateType.SELL, GONE, "7.08"),
    ):
        seat.perform(save_rate, SaveRate(kind, "USD", day, quote))
    dollars = seat.perform(open_account, OpenAccount("USD", "BANK", "USD", date(2026, 1, 1))).value
    customer = seat.perform(save_party, SaveParty(name="Veld B.V.", country="NL")).value
    other = seat.perform(
        save_party,
        SaveParty(name="Ningbo Easy Export Co., Ltd.", country="CN", is_supplier=True, is_service=True),
    ).value
    return customer, other, dollars


def _draft(customer: int, other: int, agency: str) -> SaveContract:
    line = ContractLineDraft(None, "Garden chair", D(5000), D("10.00"), hs_code="9401710000", cost=D(50))
    return SaveContract(
        customer, SIGNED, "USD", "FOB", "Ningbo", "TT;P30@ORDER;B@BL_COPY+7D", (line,),
        agency=agency, agency_party_id=other, agency_fee_rate=D("0.015"),
    )  # fmt: skip


def _play(seat: Seat, agency: str) -> Scene:
    """Sign a contract, take its deposit of 15,000.00 from whoever pays, and let all goods leave."""
    customer, other, dollars = _prepare(seat)
    contract = seat.perform(save_contract, _draft(customer, other, agency)).value
    seat.perform(move_contract, MoveContract(contract, "signed", SIGNED))
    payer = other if agency == "VIA_AGENT" else customer
    deposit = RecordReceipt(date(2026, 4, 3), payer, dollars, D(15000), earmarks=(Share(contract, D(15000)),))
    seat.perform(record_receipt, deposit)
    seat.perform(move_contract, MoveContract(contract, "effective", date(2026, 4, 3)))
    goods = (ShipmentLineDraft(seat.ask(_line, contract), D(5000)),)
    shipment = seat.perform(save_shipment, SaveShipment(date(2026, 5, 1), goods, etd=GONE)).value
    seat.perform(add_purchases, AddPurchases(shipment))
    invoice = seat.perform(depart_shipment, DepartShipment(shipment, GONE, "BL1", "CI-1")).value
    return Scene(customer, other, dollars, contract, shipment, invoice)


def _subject(reader: Reader, contract: int) -> Subject:
    return contract_subject(reader, reader.get(SalesContract, contract, ""))


def _line(reader: Reader, contract: int) -> int:
    return reader.session.scalars(select(ContractLine.id).where(ContractLine.contract_id == contract)).one()


def _book_of(reader: Reader, book: str) -> tuple[Decimal, Decimal]:
    query = select(func.sum(LedgerEntry.amount), func.sum(LedgerEntry.base_amount))
    amount, base = reader.session.execute(query.where(LedgerEntry.book == book)).one()
    return amount or D(0), base or D(0)


def _item(reader: Reader, side: str) -> Item:
    return reader.session.scalars(select(Item).where(Item.side == side, Item.kind == "INV")).one()


def _profit(seat: Seat, scene: Scene) -> Decimal:
    found = seat.ask(shipment_profit, scene.shipment).result.trading_profit
    (total,) = seat.ask(profits_between, GONE, GONE)
    assert total.profit == found
    return found


def test_what_we_export_for_a_principal_earns_the_fee_and_is_owed_on(seat: Seat, book: Book) -> None:
    """50,000.00 x 1.5 % = 750.00 is revenue at 7.06; 49,250.00 is owed to the principal, with the deposit's rate."""
    scene = _play(seat, "AS_AGENT")
    invoice, payable = seat.ask(_item, "AR"), seat.ask(_item, "AP")
    assert (invoice.party_id, invoice.amount, invoice.base_amount) == (
        scene.customer,
        D(50000),
        D("352400.00"),
    )
    assert invoice.open_amount == D(35000)
    assert (payable.party_id, payable.currency) == (scene.other, "USD")
    assert (payable.amount, payable.base_amount) == (D("49250.00"), D("352400.00") - D("5295.00"))
    assert seat.ask(_book_of, "REVENUE") == (D("-750.00"), D("-5295.00"))
    assert (seat.ask(_book_of, "REBATE"), seat.ask(_book_of, "COST")) == ((D(0), D(0)), (D(0), D(0)))
    assert seat.ask(lambda reader: reader.session.scalars(select(CostLine)).all()) == []
    assert _profit(seat, scene) == D("5295.00")
    result = seat.ask(shipment_profit, scene.shipment)
    assert (result.invoice_total, [row.amount for row in result.revenue]) == (D("750.00"), [D("750.00")])
    kept = seat.ask(lambda reader: reader.get(SalesContract, scene.contract, ""))
    assert (kept.counted, kept.counted_reason) == (False, "agency")
    assert seat.ask(lambda reader: reader.get(Shipment, scene.shipment, "").tax_regime) == "NO_REFUND"
    owed = [row.party_id for row in seat.ask(aging, AgingQuery("AP", TODAY)) if any(row.amounts)]
    assert owed == [scene.other]
    assert check_book(book.store.reader) == []

    with pytest.raises(Refusal, match="only the fee is revenue"):
        seat.perform(write_note, WriteNote("CN", "AR", TODAY, D(100), "short", invoice_id=scene.invoice))
    goods = seat.ask(lambda reader: reader.session.scalars(select(ShipmentLine.id)).one())
    # Section 8: what is exported for a principal is no order of the firm's; the report shows it and does not count it.
    assert seat.ask(orders_between, SIGNED, TODAY) == []
    table = seat.ask(report_table, "orders", {"first": SIGNED, "last": TODAY})
    assert [(row.style, row.cells[5], row.cells[6]) for row in table.rows] == [
        (RowStyle.MUTED, D(50000), None)
    ]
    assert "do not count as orders" in table.notes[0]
    with pytest.raises(Refusal, match="are a principal's"):
        seat.perform(
            save_return, SaveReturn(scene.shipment, TODAY, (ReturnLineDraft(goods, D(1)),), "broken")
        )
    assert seat.ask(_book_of, "REVENUE") == (D("-750.00"), D("-5295.00"))


def test_what_an_agent_exports_for_us_is_owed_by_the_agent(seat: Seat, book: Book) -> None:
    """Revenue and cost are ours: 352,400.00, purchase 250,000.00 less its rebate 28,761.06, the fee 750.00 x 7.06."""
    scene = _play(seat, "VIA_AGENT")
    invoice = seat.ask(_item, "AR")
    assert (invoice.party_id, invoice.open_amount) == (scene.other, D(35000))
    assert seat.ask(_book_of, "REVENUE") == (D("-50000.00"), D("-352400.00"))
    fee = seat.ask(
        lambda reader: reader.session.scalars(select(CostLine).where(CostLine.category == "OTH")).one()
    )
    assert (fee.party_id, fee.currency, fee.amount, fee.base_amount, fee.status) == (
        scene.other, "USD", D("750.00"), D("5295.00"), "accrued",
    )  # fmt: skip
    assert _profit(seat, scene) == D("352400.00") - D("250000.00") + D("28761.06") - D("5295.00")
    assert seat.ask(_book_of, "REBATE")[1] == D("28761.06")
    rows = [row.party_id for row in seat.ask(aging, AgingQuery("AR", TODAY))]
    assert rows == [scene.other]
    assert seat.ask(lambda reader: reader.get(SalesContract, scene.contract, "").counted)

    seat.perform(bill_cost, BillCost(fee.id, GONE, "F-1", rate=D("7.06")))
    assert seat.ask(_book_of, "AP")[0] == D("-750.00")
    paid = RecordReceipt(
        date(2026, 6, 1), scene.other, scene.dollars, D(35000), rate=D("7.05"),
        allocations=(Share(scene.invoice, D(35000)),),
    )  # fmt: skip
    seat.perform(record_receipt, paid)
    assert seat.ask(_item, "AR").open_amount == 0
    assert check_book(book.store.reader) == []


def test_the_rebate_waits_for_the_agents_certificate(seat: Seat) -> None:
    """Section 1.10: the rebate is ours with the agent's certificate 代理出口货物证明."""
    from tests.services.test_rebates import _declare

    scene = _play(seat, "VIA_AGENT")
    _declare(seat, scene.shipment)
    claim = seat.perform(save_rebate_claim, SaveRebateClaim(TODAY)).value
    from tests.services.test_rebates import _invoice
    from tradecrm.services.claims.rebates import AddShipment, add_shipment
    from tradecrm.services.claims.vat_invoices import VatLineDraft, save_vat_invoice

    line = VatLineDraft("椅", "pcs", D(5000), D("221238.94"), D("0.13"), D("28761.06"), "9401710000")
    seat.perform(save_vat_invoice, _invoice(scene.other, "26332000009", line))
    seat.perform(add_shipment, AddShipment(claim, scene.shipment))
    missing = "the agent's certificate of export (代理出口货物证明) is missing"
    assert any(missing in gap for gap in seat.ask(rebate_gaps, claim))
    data = SaveShippingData(
        scene.shipment, declaration_no="310120260516", export_date=GONE, agency_certificate="D-26-001",
        agency_certified_on=date(2026, 7, 1),
    )  # fmt: skip
    with pytest.raises(Refusal, match="after today"):
        seat.perform(save_shipping_data, data)
    seat.perform(save_shipping_data, replace(data, agency_certified_on=date(2026, 6, 1)))
    assert not any(missing in gap for gap in seat.ask(rebate_gaps, claim))


def test_credit_and_deposits_look_at_the_agent(seat: Seat) -> None:
    """Section 5: what an agent exports for us is owed by the agent, so its limit counts, not the customer's."""
    customer, other, dollars = _prepare(seat)
    seat.perform(save_credit_terms, SaveCreditTerms(customer, D(0)))
    seat.perform(save_credit_terms, SaveCreditTerms(other, D(60000)))
    seat.perform(save_rate, SaveRate(RateType.MID, "USD", TODAY, "7.06"))
    contract = seat.perform(save_contract, _draft(customer, other, "VIA_AGENT")).value
    answer = seat.ask(contract_credit, contract)
    assert answer is not None
    assert answer.stops == ()
    seat.perform(move_contract, MoveContract(contract, "signed", SIGNED))
    wrong = RecordReceipt(
        date(2026, 4, 3), customer, dollars, D(15000), earmarks=(Share(contract, D(15000)),)
    )
    with pytest.raises(Refusal, match="another customer's"):
        seat.perform(record_receipt, wrong)
    seat.perform(record_receipt, replace(wrong, party_id=other))
    seat.perform(move_contract, MoveContract(contract, "effective", date(2026, 4, 3)))
    second = seat.perform(save_contract, _draft(customer, other, "VIA_AGENT")).value
    again = seat.ask(contract_credit, second)
    assert again is not None
    assert "Ningbo Easy Export" in again.stops[0]  # 35,000 of the first and 50,000 more
    goods = (ShipmentLineDraft(seat.ask(_line, contract), D(5000)),)
    shipment = seat.perform(save_shipment, SaveShipment(date(2026, 5, 1), goods)).value
    seat.perform(change_settings, ChangeSettings((("instalment_guard", False),)))
    with statements_read(seat.book) as said:
        assert seat.ask(loading_stops, shipment) == ()
    heads = [each for each, _values in said if "sales_contract.number" in each]
    assert len(heads) == 1, "the contracts on board say who owes, too"


def test_guards_of_a_contract_say_what_is_missing(seat: Seat) -> None:
    customer, other, _dollars = _prepare(seat)
    good = _draft(customer, other, "AS_AGENT")
    carrier = SaveParty(name="Sealink", is_customer=False, is_forwarder=True)
    stranger = seat.perform(save_party, carrier).value
    for command, words in (
        (replace(good, agency="FOR_FUN"), "Choose who exports"),
        (replace(good, agency_party_id=None), "Choose the principal or the agent"),
        (replace(good, agency_party_id=customer), "neither principal nor agent"),
        (replace(good, agency_fee_rate=D(1)), "from 0 to 100 %"),
        (replace(good, agency_party_id=stranger), "mark it as a supplier or a service"),
        (replace(good, agency="VIA_AGENT", agency_party_id=stranger), "mark it as a customer"),
    ):
        with pytest.raises(Refusal, match=words):
            seat.perform(save_contract, command)
    contract = seat.perform(save_contract, good).value
    plain = replace(good, agency="", id=contract, version=1)
    seat.perform(save_contract, plain)
    kept = seat.ask(lambda reader: reader.get(SalesContract, contract, ""))
    assert (kept.agency_party_id, kept.agency_fee_rate, kept.counted) == (None, D(0), True)
    other_one = seat.perform(save_contract, good).value
    seat.perform(_force, (contract, other_one))
    lines = tuple(ShipmentLineDraft(seat.ask(_line, key), D(1)) for key in (contract, other_one))
    with pytest.raises(Refusal, match="ship them apart"):
        seat.perform(save_shipment, SaveShipment(date(2026, 5, 1), lines))


def test_the_form_of_a_contract_reads_and_writes_who_exports(seat: Seat) -> None:
    customer, other, _dollars = _prepare(seat)
    contract = seat.perform(save_contract, _draft(customer, other, "AS_AGENT")).value
    draft = seat.ask(load_contract, contract)
    assert [fact.value for fact in agency_facts(draft)] == ["USD 750.00", "USD 49,250.00", ""]
    assert profit_facts(draft) == ()
    command = build_contract(draft.put(agency="VIA_AGENT"))
    assert (command.agency, command.agency_party_id, command.agency_fee_rate) == (
        "VIA_AGENT", other, D("0.015"),
    )  # fmt: skip
    seat.perform(save_contract, command)
    fields = seat.ask(lambda reader: _subject(reader, contract).protected)
    assert dict(fields)["agency"] == f"VIA_AGENT|{other}|0.015"
    shown = [figure.text for figure in seat.ask(lambda reader: _subject(reader, contract).figures)]
    assert "An agent exports for us, 1.50 %" in shown
    again = seat.ask(load_contract, contract)
    assert [fact.value for fact in agency_facts(again)][:2] == ["USD 50,000.00", "USD 750.00"]
    own = build_contract(again.put(agency=""))
    assert (own.agency, own.agency_party_id) == ("", None)
    assert agency_facts(again.put(agency="")) == ()
    assert not any(section.title == AGENCY.title for section in AMENDMENT_FORM.sections)


@operation("contract.write")
def _force(work: Work, contracts: tuple[int, ...]) -> None:
    """Put contracts into effect without the money that takes long to come."""
    for key in contracts:
        work.get(SalesContract, key, "").status = "effective"


@pytest.mark.parametrize("agency", ["AS_AGENT", "VIA_AGENT"])
def test_a_departure_of_an_agency_is_taken_back_with_what_is_owed_and_its_fee(
    seat: Seat, book: Book, agency: str
) -> None:
    """Sections 1.3, 1.10: invoice, what the principal is owed and the agent's fee go, and come again."""
    scene = _play(seat, agency)
    left = seat.ask(stands)
    seat.perform(take_departure_back, TakeDepartureBack(scene.shipment, "Wrong ship"))
    assert [seat.ask(_book_of, name)[1] for name in ("REVENUE", "AR", "AP", "REBATE")] == [
        0,
        D(-105300),
        0,
        0,
    ]
    waits = select(CostLine).where(CostLine.category == "OTH")
    assert seat.ask(lambda reader: reader.session.scalars(waits).all()) == []
    assert check_book(book.store.reader) == []
    seat.perform(depart_shipment, DepartShipment(scene.shipment, GONE, "BL1", "CI-1"))
    assert seat.ask(stands)["ledger"] == left["ledger"]
    assert check_book(book.store.reader) == []
