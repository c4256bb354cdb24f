"""Facts of one deal as the readers answer them, for the tests of papers: short, or with many long lines."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

from tests.unit.render_samples import page_texts
from tradecrm.core.presets import preset_terms
from tradecrm.core.terms import encode_terms
from tradecrm.documents.build import draw_paper
from tradecrm.documents.content import Paper
from tradecrm.documents.words import PaperLanguage
from tradecrm.services.control.settings import Settings
from tradecrm.services.figures.party_statement import (
    PartyStatement,
    StatementAsk,
    StatementLine,
    StatementPart,
)
from tradecrm.services.trade.paper_freight import FreightFacts
from tradecrm.services.trade.paper_notes import NoteFacts
from tradecrm.services.trade.paper_parts import BankFacts, Frame, PartyFacts, Style
from tradecrm.services.trade.paper_purchase import PurchaseFacts, PurchaseLineFacts
from tradecrm.services.trade.paper_sales import LineFacts, SaleFacts
from tradecrm.services.trade.paper_shipment import (
    ContainerFacts,
    ContractShare,
    CreditFacts,
    ShipmentFacts,
    ShippedLine,
)
from tradecrm.services.trade.paper_statement import StatementFacts

D = Decimal
FIRM = Settings(
    company_name="Ningbo Harbor Trading Co., Ltd.",
    company_name_local="宁波海港贸易有限公司",
    company_address="58 Baizhang East Road, Yinzhou District, Ningbo, China",
    company_address_local="宁波市鄞州区百丈东路58号",
    company_phone="+86 574 8766 0000",
    company_email="sales@harbor.example",
    company_tax_no="91330200MA2AAAAAXX",
    company_signatory="Lin Yue",
)
FRAME = Frame(FIRM, Style(), (), b"", b"", draft=False)
BUYER = PartyFacts(
    "Veld B.V.", "", "Havenstraat 12\n3011 TA Rotterdam, Netherlands", "+31 10 555 0100",
    "inkoop@veld.example", "NL001234567B01", "Anna de Vries", "NL",
)  # fmt: skip
FACTORY = PartyFacts(
    "Cixi Mingdeng Lighting Factory", "慈溪市明灯灯具厂", "慈溪市观海卫镇工业园区8号", "0574-6300 0000",
    "", "91330282MA2BBBBBXX", "王建国", "CN",
)  # fmt: skip
FORWARDER = PartyFacts(
    "Blue Lane Logistics", "蓝航国际货代", "宁波市海曙区1号", "0574-8700 0000", "", "", "周敏"
)
BANK = BankFacts(
    "Bank of China, Ningbo Branch", "139 Yaohang Street, Ningbo", "3668 5836 1234", "BKCHCNBJ92A"
)
TERMS = encode_terms(preset_terms("TT_30_70"))
DAY = date(2026, 3, 12)
LONG = (
    "Solar garden lantern with hand-blown glass shade, stainless steel ground spike, warm white LED, "
    "twilight sensor, spare battery and assembly key, each in a printed gift box with hang tag"
)


def sale_facts(kind: str = "contract", lines: int = 2, *, long: bool = False) -> SaleFacts:
    """Answer a quotation, proforma invoice or contract over lanterns at 6.85."""
    goods = tuple(
        LineFacts(
            f"A-{number:03d}", f"{LONG} {number}" if long else f"Garden lantern {number}",
            f"花园太阳能灯 {number} 号" * (4 if long else 1), "H 42 cm, IP44", "9405 4210", "PCS",
            D(1200), D("6.85"), D("0.05") if number == 2 else D(0), D(8220),
        )
        for number in range(1, lines + 1)
    )  # fmt: skip
    return SaleFacts(
        kind=kind, id=1, number={"contract": "SC-26001", "quotation": "QT-2603-0001"}.get(kind, "PI-2603-0001"),
        day=DAY, currency="USD", total=D(8220) * lines, incoterm="CIF", incoterm_place="Rotterdam",
        port_of_loading="Ningbo", port_of_discharge="Rotterdam", terms=TERMS, partial_allowed=True,
        transhipment_allowed=False, packing="Export cartons, 24 pcs each", marks="VELD\nROTTERDAM\nC/NO. 1-UP",
        remarks="", special="", signatory="", buyer=BUYER, lines=goods, bank=BANK, frame=FRAME,
        references=(("customer_po", "PO-881"), ("inquiry", "IQ-2603-0001")), origin="China",
        latest_shipment=date(2026, 5, 31), valid_until=date(2026, 4, 11), lead_time="35 days after deposit",
        tolerance_over=D("0.05"), tolerance_under=D("0.05"),
    )  # fmt: skip


def purchase_facts(lines: int = 2, *, long: bool = False) -> PurchaseFacts:
    """Answer a purchase contract with a factory, VAT included."""
    goods = tuple(
        PurchaseLineFacts(
            f"A-{number:03d}", f"花园太阳能灯 {number} 号" * (8 if long else 1),
            LONG if long else f"Garden lantern {number}", "高42厘米，IP44，暖白光", "PCS", D(1200), D("39.55"),
            D(47460), D("0.13"), None, D(24),
        )
        for number in range(1, lines + 1)
    )  # fmt: skip
    return PurchaseFacts(
        id=1, number="PC-2603-0001", day=DAY, currency="CNY", total=D(47460) * lines, vat_included=True,
        invoice_type="special", terms=TERMS, delivery_on=date(2026, 5, 10), delivery_place="宁波北仑仓库",
        packing="五层双瓦外箱，每箱24只", marks="中性唛头", quality="按需方确认样，AQL 2.5/4.0", special="",
        remarks="", signatory="", supplier=FACTORY, lines=goods, frame=FRAME,
    )  # fmt: skip


def shipment_facts(lines: int = 2, *, long: bool = False) -> ShipmentFacts:
    """Answer a shipment of lanterns that has left: 50 cartons of 24 a line."""
    goods = tuple(
        ShippedLine(
            "SC-26001", f"A-{number:03d}", f"{LONG} {number}" if long else f"Garden lantern {number}",
            f"花园太阳能灯 {number} 号", "H 42 cm, IP44", "9405 4210", "PCS", D(1200), D("6.85"), D(0), D(8220),
            D(24), 50, D(744), D(799), D("3.960"), "太阳能庭院灯", "品牌: 无; 用途: 庭院照明; 光源: LED", "千克",
            "", "94054210",
        )
        for number in range(1, lines + 1)
    )  # fmt: skip
    share = ContractShare(
        "SC-26001", "PO-881", "PI-2603-0001", "CIF", "Rotterdam", TERMS, "VELD\nROTTERDAM", "Export cartons",
        "", "", "Ningbo", "Rotterdam",
    )  # fmt: skip
    credit = CreditFacts(
        "LC-7788", date(2026, 3, 20), "Rabobank, Utrecht", "Ningbo Harbor Trading Co., Ltd.", "", "", "USD",
        D(100_000), D("0.05"), date(2026, 6, 30), date(2026, 5, 31), "Ningbo", "Rotterdam",
    )  # fmt: skip
    return ShipmentFacts(
        id=1, number="SH-2605-0001", invoice_number="CI-2605-0001", invoice_date=date(2026, 5, 18),
        status="departed", currency="USD", total=D(8220) * lines, customer_id=1, mode="FCL",
        carrier="Ocean Line", vessel="MERIDIAN STAR", voyage="021W", booking_no="BK7733", bl_no="OLNB2605001",
        bl_type="original", port_of_loading="Ningbo", port_of_discharge="Rotterdam", etd=date(2026, 5, 20),
        eta=date(2026, 6, 22), departed_on=date(2026, 5, 20), consignee="", notify_party="",
        marks="VELD\nROTTERDAM\nC/NO. 1-100", remarks="", declaration_no="310120260000012345",
        export_date=date(2026, 5, 19), fob_usd=D(15000), container_plan="1 × 20GP", buyer=BUYER,
        forwarder=FORWARDER, lines=goods,
        containers=(ContainerFacts("20GP", "MSKU1234565", "CN884411"),), contracts=(share,), credit=credit,
        bank=BANK, frame=FRAME, freight=((D(1100), "USD"),), insurance=((D("18.09"), "USD"),),
    )  # fmt: skip


def freight_facts() -> FreightFacts:
    """Answer a freight inquiry for one container."""
    return FreightFacts(
        id=1, number="FI-2605-0001", day=DAY, mode="FCL", port_of_loading="Ningbo",
        port_of_discharge="Rotterdam", place_of_delivery="", incoterm="CIF", container_type="20GP",
        container_count=1, cargo="Garden lanterns 花园灯", hs_code="94054210", packages=100,
        gross_weight=D(1598), volume=D("7.92"), ready_on=date(2026, 5, 10), target_etd=date(2026, 5, 20),
        quote_by=date(2026, 5, 1), dangerous=False, remarks="", forwarder=FORWARDER, frame=FRAME,
    )  # fmt: skip


def note_facts(kind: str = "credit_note") -> NoteFacts:
    """Answer a note over 320.50 to the buyer."""
    return NoteFacts(
        kind, 1, "CN-2606-0001", DAY, "USD", D("320.50"), "Broken glass, 40 pcs", "SC-26001", "CI-2605-0001",
        date(2026, 7, 1) if kind == "debit_note" else None, BUYER, BANK, FRAME,
    )  # fmt: skip


def account_facts(lines: int = 2) -> StatementFacts:
    """Answer the buyer's statement from May to July: invoices of 16,440.00 each, one receipt of 4,626.00."""
    price, paid = D(16440), D(4626)
    rows = [
        StatementLine(
            date(2026, 5, 20), "INV", "", f"CI-2605-{place:04d}", "OLNB2605001", "PO-881", date(2026, 6, 5),
            price, None, price * place, None,
        )
        for place in range(1, lines)
    ]  # fmt: skip
    billed = price * (lines - 1)
    receipt = StatementLine(
        date(2026, 6, 1), "RCT", "", "RC-2606-0001", "", "", None, None, paid, billed - paid, None
    )
    part = StatementPart(
        "USD", D(0), (*rows, receipt), billed - paid, (D(0), billed - paid, D(0), D(0), D(0)), D(0)
    )
    ask = StatementAsk(1, "AR", date(2026, 5, 1), date(2026, 7, 1))
    found = PartyStatement(ask, "P-2601-0001", BUYER.name, (30, 60, 90), (part,))
    return StatementFacts(found, BUYER, (("USD", BANK),), (), FRAME)


def paper_pages(paper: Paper, language: PaperLanguage = "both") -> list[str]:
    """Draw a paper and answer the texts of its pages."""
    buffer = io.BytesIO()
    draw_paper(paper, buffer, language)
    return page_texts(buffer.getvalue())
