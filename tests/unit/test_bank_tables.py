"""Statements as banks give them: tables with their heads, and OFX, CAMT.053 and MT940 (domain.md section 4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tradecrm.core.bank_rows import BankFile, BankLine, fingerprints, same_account
from tradecrm.core.problems import Refusal
from tradecrm.core.progress import Progress
from tradecrm.importing.bank_heads import BankField, guess_fields
from tradecrm.importing.bank_table import BankLayout, BankTable, plan_table, read_bank_file, read_table
from tradecrm.importing.frames import CellValue
from tradecrm.importing.sheets import Sheet

D = Decimal
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">130.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="EUR">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-06-12</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Kern GmbH</Nm></Pty></Dbtr>
</RltdPties><RmtInf><Ustrd>CI-1</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><DtTm>2026-06-13T09:00:00</DtTm></BookgDt>
<AddtlNtryInf>Fee</AddtlNtryInf></Ntry>
</Stmt></BkToCstmrStmt></Document>"""
MT940 = """{1:F01BKCHCNBJ}{2:O940}{4:
:20:STMT1
:25:BKCHCNBJ/701234567890
:28C:6/1
:60F:C260611EUR100,00
:61:2606120612C50,00NTRFE-1//BK1
:86:?20CI-1?32Kern GmbH
:61:2606130613D20,00NCHGNONREF//BK2
:86:Fee
:62F:C260613EUR130,00
-}"""
OFX = """OFXHEADER:100
DATA:OFXSGML
<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>701234567890</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260611<DTEND>20260613
<STMTTRN><DTPOSTED>20260612120000[+8:CST]<TRNAMT>50.00<FITID>BK1<NAME>Kern GmbH<MEMO>CI-1<REFNUM>E-1</STMTTRN>
<STMTTRN><DTPOSTED>20260613<TRNAMT>-20.00<FITID>BK2<MEMO>Fee</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>130.00<DTASOF>20260613</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""


@pytest.mark.parametrize(("name", "text"), [("a.xml", CAMT), ("a.sta", MT940), ("a.ofx", OFX)])
def test_exchange_formats_say_the_same(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (found,) = read_bank_file(path, Progress()).statements
    assert (found.currency, found.opening, found.closing) == ("EUR", D(100), D(130))
    first, second = found.lines
    assert (first.day, first.amount, first.name) == (date(2026, 6, 12), D(50), "Kern GmbH")
    assert (first.text, first.reference) == ("CI-1", "E-1")
    assert (second.day, second.amount, second.text) == (date(2026, 6, 13), D(-20), "Fee")


def test_what_a_bank_takes_back_says_beside_and_has_not_booked_yet(tmp_path: Path) -> None:
    swift = MT940.replace(":61:2606130613D20,00NCHGNONREF//BK2\n:86:Fee\n", (
        ":61:2606130613C30,00NTRFNONREF//BK2\nREMITTANCE\n:86:VELD B.V.\nCI-2\n"
        ":61:2606130613RC50,00NTRFE-1//BK3\n:86:Returned\n"
    ))  # fmt: skip
    pending = '<Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts>'
    pending += "<BookgDt><Dt>2026-06-13</Dt></BookgDt></Ntry></Stmt>"
    structured = "<Strd><CdtrRefInf><Ref>CI-1</Ref></CdtrRefInf></Strd>"
    camt = CAMT.replace("</Stmt>", pending).replace("<Ustrd>CI-1</Ustrd>", structured)
    rows = []
    for name, text in (("a.sta", swift), ("a.xml", camt)):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        (found,) = read_bank_file(path, Progress()).statements
        rows.append([(line.amount, line.text) for line in found.lines])
    assert rows == [
        [(D(50), "CI-1"), (D(30), "REMITTANCE VELD B.V. CI-2"), (D(-50), "Returned")],
        [(D(50), "CI-1"), (D(-20), "Fee")],
    ]


CHINESE = (
    "中国银行交易明细清单,,,,,,,\n查询账号：7012 3456 7890,,币种：美元,,,,,\n"
    "交易类型[ Type ],付款人名称[ Payer ],收款人名称[ Payee ],交易日期[ Transaction Date ],交易金额[ Trade Amount ],"
    "交易后余额[ Balance ],附言[ Remark ],交易流水号[ Reference ]\n"
    '来账,VELD B.V.,宁波,20260612,"12,345.67","22,345.67",CI-26001,A1\n'
    '往账,宁波,Maersk,20260613,"2,000.00","20,345.67",运费,A2\n合计,,,,"10,345.67",,,\n'
)


def test_a_statement_in_xml_of_a_chinese_encoding(tmp_path: Path) -> None:
    """The parser of XML knows no GB18030; a statement of the kind is decoded before it."""
    path = tmp_path / "statement.xml"
    text = CAMT.replace("UTF-8", "GB18030").replace("Kern GmbH", "宁波海悦进出口有限公司")
    path.write_bytes(text.encode("gb18030"))
    (found,) = read_bank_file(path, Progress()).statements
    assert [(each.amount, each.name) for each in found.lines] == [
        (Decimal("50.00"), "宁波海悦进出口有限公司"),
        (Decimal("-20.00"), ""),
    ]


def test_a_chinese_bank_s_table_is_read_without_a_question(tmp_path: Path) -> None:
    path = tmp_path / "明细.csv"
    path.write_bytes(CHINESE.encode("gb18030"))
    table = read_bank_file(path, Progress()).table
    assert table is not None
    assert table.settled
    found = read_table(table)
    assert (found.number, found.currency) == ("7012 3456 7890", "USD")
    assert (found.opening, found.closing) == (D(10000), D("20345.67"))
    assert [(line.amount, line.name) for line in found.lines] == [
        (D("12345.67"), "VELD B.V."),
        (D(-2000), "Maersk"),
    ]


MERCHANTS = """# 招商银行交易记录
# 帐号: [5749 0281 2310 801 宁波某某贸易有限公司 ]
# 起始日期: [20261101]   终止日期: [20261121]
# 过滤设置:  无
交易日期,交易时间,支出,存入,余额,交易类型,交易备注
"\t20261103","\t09:00:11","","\t15000.00","\t115000.00","\t汇入汇款","\tCI-2609-0014 货款"
"\t20261104","\t09:00:12","\t3000.50","","\t111999.50","\t转账汇款","\t货代费"
# 收入合计：1笔，共15000.00元
# 支出合计：1笔，共3000.50元
"""
"""Two rows between seven lines of words, some with full-width commas, and tabs within the quotes."""


def test_a_short_statement_between_many_lines_of_words(tmp_path: Path) -> None:
    path = tmp_path / "明细.csv"
    path.write_bytes(MERCHANTS.encode("gbk"))
    table = read_bank_file(path, Progress()).table
    assert table is not None
    found = read_table(table)
    assert (found.number, found.opening, found.closing) == ("5749 0281 2310 801", D(100000), D("111999.50"))
    assert [(line.amount, line.text) for line in found.lines] == [
        (D(15000), "CI-2609-0014 货款"),
        (D("-3000.50"), "货代费"),
    ]


def test_a_side_without_money_may_be_a_point_and_noughts() -> None:
    table = sheet(
        ("交易日期", "借方发生额/元(支取)", "贷方发生额/元(收入)", "帐户余额", "对手名称"),
        ("20261103", ".00", "18000.00", "20000.00", "甲"),
        ("20261104", ".50", ".00", "19999.50", "乙"),
    )
    assert [(line.amount, line.name) for line in read_table(table).lines] == [
        (D(18000), "甲"),
        (D("-.5"), "乙"),
    ]


def test_heads_of_banks() -> None:
    heads = ("记账日期", "借方发生额", "贷方发生额", "余额", "对方户名", "摘要", "附言", "凭证号", "别的")
    fields = BankField
    assert guess_fields(heads) == {
        0: fields.DAY, 1: fields.OUT, 2: fields.IN, 3: fields.BALANCE, 4: fields.NAME, 5: fields.TEXT,
        6: fields.TEXT, 7: fields.REFERENCE,
    }  # fmt: skip
    english = ("Date", "Description", "Paid Out", "Paid In", "Balance")
    assert list(guess_fields(english).values()) == [
        fields.DAY,
        fields.TEXT,
        fields.OUT,
        fields.IN,
        fields.BALANCE,
    ]


def sheet(*rows: tuple[object, ...]) -> BankTable:
    cells = [[value if value is None else str(value) for value in row] for row in rows]
    return plan_table(Sheet("S", cells, list(range(1, len(rows) + 1))), "csv")  # type: ignore[arg-type]


def test_newest_first_is_turned_around_and_dates_are_asked_about() -> None:
    table = sheet(("Date", "Amount", "Balance"), ("04/06/2026", "-5", "95"), ("03/06/2026", "-1", "100"))
    assert table.asks_order
    assert not table.settled
    said = table.with_layout(BankLayout(table.layout.header, table.layout.fields, "dmy"))
    found = read_table(said)
    assert [line.day for line in found.lines] == [date(2026, 6, 3), date(2026, 6, 4)]
    assert (found.opening, found.closing) == (D(101), D(95))
    kept = BankLayout.from_text(said.layout.to_text(), 0)
    assert kept == said.layout


def test_what_cannot_be_read_is_named_by_its_cell() -> None:
    table = sheet(("日期", "金额"), ("2026-06-03", "12o"), ("", "5"), ("2026-06-03", ""), ("2026-06-04", "7"))
    with pytest.raises(Refusal) as caught:
        read_table(table)
    assert [problem.field for problem in caught.value.problems] == ["S!B2", "S!A3", "S!B4"]
    with pytest.raises(Refusal, match="Say which columns hold"):
        read_table(sheet(("日期", "客户"), ("2026-06-03", "A")))
    with pytest.raises(Refusal, match="No row of a statement"):
        read_table(sheet(("日期", "金额"), ("合计", "")))
    mixed = sheet(("日期", "金额", "币种"), ("2026-06-03", "1", "USD"), ("2026-06-03", "1", "人民币"))
    with pytest.raises(Refusal, match="several currencies"):
        read_table(mixed)


def test_fingerprints_and_account_numbers() -> None:
    fee = BankLine(date(2026, 6, 3), D("-10.00"), text="Fee  A")
    again = BankLine(date(2026, 6, 3), D(-10), text="fee a", place="elsewhere")
    first, second = fingerprints((fee, again))
    assert first != second
    assert fingerprints((again,)) == (first,)
    assert same_account("6222 **** 1234", "6222-0000-1234")
    assert same_account("013000", "DE89370400440532013000")
    assert not same_account("6222****9999", "622200001234")
    assert BankFile("csv", (fee, fee)).moved == D(-20)


def test_the_way_banks_print_amounts_is_read_with_its_sign() -> None:
    # domain.md section 4: what the bank credits is money in, what it debits money out.
    cells = {
        "30.00CR": 30,
        "30.00 DR": -30,
        "CR 30.00": 30,
        "USD 30.00 Dr.": -30,
        "(30.00)": -30,
        "30.00-": -30,
        "30.00+": 30,
        "３０．００": 30,
        "（１，０３０．００）": -1030,
        "３０．００贷": 30,
    }
    rows: list[list[CellValue]] = [["Date", "Amount", "Balance"]]
    rows += [["2026-06-12", text, "2,000.00CR"] for text in cells]
    found = read_table(plan_table(Sheet("a", rows, list(range(1, len(rows) + 1))), "csv"))
    assert [line.amount for line in found.lines] == list(cells.values())
    assert found.lines[0].balance == 2000
    wrong: list[list[CellValue]] = [["Date", "Amount"], ["2026-06-12", "30.00 XR"]]
    with pytest.raises(Refusal, match=r"30\.00 XR"):
        read_table(plan_table(Sheet("a", wrong, [1, 2]), "csv"))
