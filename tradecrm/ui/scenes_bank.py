"""The pictures of bank statements and loans: what is opened, and what is done before the picture is taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tradecrm.core.links import Link
from tradecrm.core.listing import SortKey
from tradecrm.services.data.lists import ListRequest, fetch_window

if TYPE_CHECKING:
    from tradecrm.services.work import Reader
    from tradecrm.ui.pictures import Studio
    from tradecrm.ui.scenes import Scene

STATEMENT = (
    "中国银行 交易明细清单,,,,,,,\n查询账号：3501 5830 0210,,币种：美元,,,,,\n"
    "交易类型[ Type ],付款人名称[ Payer ],收款人名称[ Payee ],交易日期[ Date ],交易金额[ Amount ],"
    "交易后余额[ Balance ],附言[ Remark ],交易流水号[ Reference ]\n"
    '来账,MAASLAND TUINCENTRA BV,宁波港明贸易有限公司,20261119,"7,980.00","52,480.00",CI-26031,FT26323001\n'
    '往账,宁波港明贸易有限公司,COSCO SHIPPING LINES,20261119,"2,150.00","50,330.00",OCEAN FREIGHT,FT26323002\n'
    '往账,宁波港明贸易有限公司,,20261120,18.50,"50,311.50",手续费,FT26324001\n'
)
"""A statement as a Chinese bank exports it: title rows, bilingual heads, the direction in words."""

MESSAGES = (
    "【中国银行】贵司尾号0210账户于11月20日15:23收到汇款USD 12,345.67，付款方：VELD B.V.，"
    "附言：CI-26001，余额USD 45,678.90。\n\n"
    "Incoming payment: EUR 1,250.00 received on 2026-11-19 by order of Leipziger Saat & Garten GmbH, "
    "charges EUR 12.50; details: Rechnung 77"
)


def bank_scenes(reader: Reader) -> list[Scene]:
    """Answer the pages of banking, each with the account or loan of the book that shows most."""
    from tradecrm.services.money.bank_desk import STATEMENTS
    from tradecrm.services.money.loans import LOANS
    from tradecrm.ui.scenes import Scene

    scenes = [
        Scene("bank-import", Link.to("bank_import"), read_statement),
        Scene("bank-paste", Link.to("bank_paste"), paste_messages),
    ]
    newest = fetch_window(reader, STATEMENTS, ListRequest(sort=(SortKey("to", descending=True),), limit=1))
    for row in newest.rows:
        account = dict(zip(newest.keys, row, strict=True))["account_id"]
        scenes.append(Scene("bank-desk", Link.to("bank_desk", account=int(account))))
    loans = fetch_window(reader, LOANS, ListRequest(sort=(SortKey("number"),), limit=1)).ids
    return [*scenes, *(Scene("loan", Link.to("loan", id=loan)) for loan in loans)]


def read_statement(studio: Studio, folder: Path) -> None:
    """Bring the sample statement in, up to its rows and columns."""
    from tradecrm.ui.pages.bank_import import BankImportPage

    page = studio.window.tabs.front_page()
    if isinstance(page, BankImportPage):
        path = folder / "中国银行202611.csv"
        path.write_bytes(STATEMENT.encode("gb18030"))
        page.read(path)
        studio.settle()


def paste_messages(studio: Studio, folder: Path) -> None:
    """Paste two messages of banks and let them be read."""
    from tradecrm.ui.pages.bank_forms import BankPastePage

    del folder
    page = studio.window.tabs.front_page()
    if isinstance(page, BankPastePage):
        page.text.setPlainText(MESSAGES)
        page.read()
        studio.settle()
