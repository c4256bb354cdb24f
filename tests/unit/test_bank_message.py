"""What banks write, as people paste it (receipt by paste, domain.md section 3.4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tradecrm.importing.bank_message import BankMessage, read_message

D = Decimal
TODAY = date(2026, 6, 15)
JUNE = date(2026, 6, 12)

MESSAGES: tuple[tuple[str, BankMessage], ...] = (
    (
        (
            "【中国银行】贵司尾号1234账户于06月12日15:23收到汇款USD 12,345.67，付款方：VELD B.V.，附言：CI-26001"
            "，余额USD 45,678.90。"
        ),
        BankMessage(True, D("12345.67"), "USD", JUNE, "1234", "VELD B.V.", D(0), "CI-26001", D("45678.90")),
    ),
    (
        "【招商银行】您账户6666于06月12日入账人民币50,000.00元，付款人杭州新程贸易有限公司，余额108,200.55元。",
        BankMessage(True, D(50000), "CNY", JUNE, "6666", "杭州新程贸易有限公司", D(0), "", D("108200.55")),
    ),
    (
        "【建设银行】贵单位尾号8812的账户6月12日收到KERN GMBH汇入的EUR5,000.00，手续费EUR20.00，用途：INV 88",
        BankMessage(True, D(5000), "EUR", JUNE, "8812", "KERN GMBH", D(20), "INV 88"),
    ),
    (
        (
            "工商银行：您尾号9023的账户2026年6月12日收入(国际汇款)USD7,980.50，对方户名：Nordlys Belysning AS，余"
            "额9,000.50。"
        ),
        BankMessage(True, D("7980.50"), "USD", JUNE, "9023", "Nordlys Belysning AS", D(0), "", D("9000.50")),
    ),
    (
        "您尾号9023的账户6月12日支出手续费30.00元，余额970.50元。",
        BankMessage(False, D(30), "CNY", JUNE, "9023", balance=D("970.50")),
    ),
    (
        "贵公司账户*4321于2026-06-12转入港币88,000.00，来自 Sun Fat Trading Ltd，摘要：货款",
        BankMessage(True, D(88000), "HKD", JUNE, "*4321", "Sun Fat Trading Ltd", D(0), "货款"),
    ),
    (
        "到账通知：金额 USD 3,000.00 到账日期 2026/06/12 汇款人：ACME CORP 国外扣费 USD 15.00",
        BankMessage(True, D(3000), "USD", JUNE, "", "ACME CORP", D(15)),
    ),
    (
        ("【中国银行】福费廷款项入账：账户尾号1234于06月12日收到USD 19,480.00，汇款人：Bank of China，手续费USD 40.00，"
        "贴现息USD 480.00，附言：CI-26001"),
        BankMessage(
            True, D(19480), "USD", JUNE, "1234", "Bank of China", D(40), "CI-26001", None, D(480)
        ),
    ),
    (
        "Your account ending 1234 has been credited with USD 12,345.67 on 12 Jun 2026 from VELD B.V. Ref: CI-26001",
        BankMessage(True, D("12345.67"), "USD", JUNE, "1234", "VELD B.V", D(0), "CI-26001"),
    ),
    (
        (
            "Incoming payment: EUR 1.250,00 received on 2026-06-12 by order of Hansa Gartenbedarf GmbH; details: "
            "Rechnung 77"
        ),
        BankMessage(True, D(1250), "EUR", JUNE, "", "Hansa Gartenbedarf GmbH", D(0), "Rechnung 77"),
    ),
    (
        (
            "You received a payment of $1,234.56 USD from John Smith (john@example.com) on June 12, 2026\nFee: $5"
            "4.61\nTransaction ID: 8AB12345CD"
        ),
        BankMessage(True, D("1234.56"), "USD", JUNE, "", "John Smith", D("54.61"), "8AB12345CD"),
    ),
    (
        (
            "CREDIT ADVICE\nAccount No: 7012 3456 7890\nValue date: 12-Jun-2026\nRemitter: Quinta do Sol Lda\nAmo"
            "unt: USD 4,970.00\nCharges: USD 30.00\nPayment details: PI-26011 deposit 30%"
        ),
        BankMessage(True, D(4970), "USD", JUNE, "701234567890", "Quinta do Sol Lda", D(30), "PI-26011 deposit 30%"),
    ),
    (
        (
            "Dear customer, GBP 980.00 has been credited to a/c xxxx5566 on 12/06/2026. Remitter: Blue Harbor Ltd"
            ". Available balance: GBP 1,200.00"
        ),
        BankMessage(True, D(980), "GBP", None, "*5566", "Blue Harbor Ltd", D(0), "", D(1200)),
    ),
    (
        (
            ":20:FT26163\n:32A:260612USD12325,67\n:33B:USD12345,67\n:50K:/NL00BANK0123\nVELD B.V.\nAMSTERDAM\n:59"
            ":/701234567890\nNINGBO HARBOR\n:70:CI-26001\n:71A:SHA"
        ),
        BankMessage(True, D("12325.67"), "USD", JUNE, "701234567890", "VELD B.V.", D(20), "CI-26001"),
    ),
    (
        ":32A:260612EUR5000,\n:50F:/1\nKERN GMBH\n:71F:EUR12,5",
        BankMessage(True, D(5000), "EUR", JUNE, "", "KERN GMBH", D("12.5")),
    ),
    (
        "You paid USD 500.00 to Maersk on 2026-06-12. Balance: USD 20.00",
        BankMessage(False, D(500), "USD", JUNE, balance=D(20)),
    ),
    (
        "账户 1234 12月30日 收到 USD 100.00 付款方 Kern",
        BankMessage(True, D(100), "USD", date(2025, 12, 30), "1234", "Kern"),
    ),
    (
        "2026-06-12\tVELD B.V.\t12,345.67\tUSD\tCI-26001",
        BankMessage(True, D("12345.67"), "USD", JUNE, "", "VELD B.V.", D(0), "CI-26001"),
    ),
    (
        "20260612\t-2,000.00\t马士基\tCNY",
        BankMessage(False, D(2000), "CNY", JUNE, "", "马士基"),
    ),
    (
        "交易日期\t借方发生额\t贷方发生额\t余额\t对方户名\t摘要\n2026-06-12\t\t500.00\t1,500.00\tACME\t货款",
        BankMessage(True, D(500), "", JUNE, "", "ACME", D(0), "货款"),
    ),
    (
        "Date\tDescription\tAmount\tCurrency\tCounterparty\n12 Jun 2026\tINV 5\t-77.10\tUSD\tDHL",
        BankMessage(False, D("77.10"), "USD", JUNE, "", "DHL", D(0), "INV 5"),
    ),
    (
        "收款通知 您收到一笔来自 XTransfer 客户的付款 USD 8,650.00，付款人名称：Faro Luz S.L.，2026年06月12日",
        BankMessage(True, D(8650), "USD", JUNE, "", "Faro Luz S.L."),
    ),
    (
        "【平安银行】贵公司账户1188于6月12日入账日元JPY1,250,000，汇款人NAGOYA AKARI SHOKAI K.K.，手续费JPY2,500",
        BankMessage(True, D(1250000), "JPY", JUNE, "1188", "NAGOYA AKARI SHOKAI K.K.", D(2500)),
    ),
    (
        "【工商银行】您尾号1024账户06月12日 16:31网上银行支出(转账)30,000.00元，余额 212,000.55元，收款人：宁波明灯厂",
        BankMessage(False, D(30000), "CNY", JUNE, "1024", balance=D("212000.55")),
    ),
    (
        "【招商银行】贵司尾号6666账户06月12日15时付款人民币42,000.00元，收款方：宁波明灯厂，余额66,200.55元。",
        BankMessage(False, D(42000), "CNY", JUNE, "6666", balance=D("66200.55")),
    ),
    (
        "宁波银行：贵司账户尾号5566于6月12日 14:20 收入 CNY 88,000.00。付款户名：义乌市优品供应链有限公司；备注：货款",
        BankMessage(True, D(88000), "CNY", JUNE, "5566", "义乌市优品供应链有限公司", D(0), "货款"),
    ),
    (
        "收到境外汇款一笔：币种 AUD 金额 22,376.17 起息日 2026-06-12 汇款人 SUN PTY LTD 汇款附言 INV 61 扣费 AUD 25.00",
        BankMessage(True, D("22376.17"), "AUD", JUNE, "", "SUN PTY LTD", D(25), "INV 61"),
    ),
    (
        (
            "HSBC Advice of Inward Remittance\nValue date: 12JUN2026\nOrdering customer: HUDSON LIGHTING INC.\n"
            "Instructed amount: USD 17,041.00\nCharges: USD 25.00\nAmount credited: USD 17,016.00\n"
            "Beneficiary account: 400-123456-838\nDetails of payment: CI-26044"
        ),
        BankMessage(
            True, D(17016), "USD", JUNE, "400123456838", "HUDSON LIGHTING INC", D(25), "CI-26044"
        ),
    ),
    (
        "Gutschrift: EUR 16.568,00 Valuta 12.06.2026 Auftraggeber Rhein GmbH Verwendungszweck CI-26022",
        BankMessage(True, D(16568), "EUR", JUNE, "", "Rhein GmbH", D(0), "CI-26022"),
    ),
    (
        "KWD 4,003.050 credited to A/C No. 0123456789 on 2026-06-12 from AL NOOR CO. Avl Bal KWD 9,120.000",
        BankMessage(
            True, D("4003.050"), "KWD", JUNE, "0123456789", "AL NOOR CO", D(0), "", D("9120.000")
        ),
    ),
    (
        "Your payment of USD 1,200.00 to Maersk Line has been sent on 12 Jun 2026. Fee USD 25.00",
        BankMessage(False, D(1200), "USD", JUNE, fee=D(25)),
    ),
    (
        "2026-06-13\t借\t25.00\tEUR\t\t手续费",
        BankMessage(False, D(25), "EUR", date(2026, 6, 13), "", "手续费"),
    ),
    (
        "PingPong: payment received JPY 985,000 from Kobe Lamp KK on 2026-06-12, ref 4471",
        BankMessage(True, D(985000), "JPY", JUNE, "", "Kobe Lamp KK", D(0), "4471"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MESSAGES, ids=[text[:24] for text, _message in MESSAGES])
def test_messages(text: str, expected: BankMessage) -> None:
    assert read_message(text, TODAY) == [expected]


def test_several_messages_and_texts_that_tell_of_no_money() -> None:
    two = "尾号1234账户06月12日收到USD 10.00\n\n尾号1234账户06月13日收到USD 20.00"
    assert [each.amount for each in read_message(two, TODAY)] == [D(10), D(20)]
    rows = "2026-06-12\tA Ltd\t1.00\tUSD\n2026-06-13\tB Ltd\t2.00\tUSD\nTotal\t\t\t"
    assert [each.payer for each in read_message(rows, TODAY)] == ["A Ltd", "B Ltd"]
    for nothing in ("", "Meeting on 12 June at 10", "a\tb\tc", "验证码 123456，请勿泄露"):
        assert read_message(nothing, TODAY) == []


def test_a_long_strange_text_is_read_in_no_time() -> None:
    for text in (
        "付款方" * 20_000,
        "from " * 20_000,
        "USD " + "1," * 40_000,
        ":50K:" * 20_000,
        "账户*" * 20_000,
    ):
        read_message(text, TODAY)


def test_what_was_sent_is_what_came_and_what_banks_kept() -> None:
    (message,) = read_message(MESSAGES[13][0], TODAY)
    assert message.gross == D("12345.67")


@pytest.mark.parametrize(
    "text",
    [
        "贵司账号尾号8888于2026年5月18日收到汇款USD 3,000.00，手续费USD 12.00，实际入账USD 2,988.00",
        "您收到来自 Veld B.V. 的付款 USD 3,000.00，手续费 USD 12.00，到账 USD 2,988.00",
        "Payment received USD 3,000.00 from Veld B.V., bank charges USD 12.00, net amount credited USD 2,988.00",
        "Credited USD 2,988.00 from Veld B.V., charges USD 12.00",
    ],
)
def test_of_what_was_sent_and_what_arrived_the_account_has_what_arrived(text: str) -> None:
    (message,) = read_message(text, TODAY)
    assert (message.amount, message.fee, message.gross) == (D(2988), D(12), D(3000))


def test_a_pasted_line_says_in_or_out_with_cr_dr_or_brackets() -> None:
    today = date(2026, 7, 1)
    (money_in,) = read_message("2026-06-12\tAcme GmbH\tUSD 30.00CR", today)
    (money_out,) = read_message("2026-06-12\tAcme GmbH\t（30.00）", today)
    (headed,) = read_message("Date\tAmount\tDr/Cr\n2026-06-12\t30.00\tCREDIT", today)
    (told,) = read_message("2026-06-12 USD 1,200.00 DR ACME, balance USD 5,000.00 CR", today)
    assert (money_in.incoming, money_in.amount, money_in.currency) == (True, D("30.00"), "USD")
    assert (money_out.incoming, money_out.amount) == (False, D("30.00"))
    assert headed.incoming
    (advised,) = read_message("USD8,795.20 has been credited to your account ***838 on 18MAY26", today)
    assert (advised.amount, advised.day) == (D("8795.20"), date(2026, 5, 18))
    # The day of a date that stands before a currency is no amount of it.
    assert (told.incoming, told.amount, told.balance) == (False, D("1200.00"), D("5000.00"))
