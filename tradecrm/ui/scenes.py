"""What the pictures show: pages of a book, and what is done on them before the picture is taken."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tradecrm.core.links import Link
from tradecrm.core.listing import SortKey
from tradecrm.services.data.lists import ListRequest, fetch_window
from tradecrm.services.work import Reader
from tradecrm.ui.scenes_bank import bank_scenes

if TYPE_CHECKING:
    from tradecrm.ui.pictures import Studio

TYPED = "灯"
"""What is typed into the search box."""

SHEET: tuple[tuple[object, ...], ...] = (
    ("2026年秋季广交会 客户名录",),
    ("制表：林悦", None, "单位：家"),
    (),
    ("客户名称", "国家", "城市", "联系人", "邮箱", "电话", "信用额度", "备注"),
    ("Blue Harbor Trading Ltd", "英国", "Hull", "Mary Poole", "mary@blueharbor.example", None, 20000, "展会"),
    ("Nordlys Belysning AS", "挪威", "Bergen", "Ola Nordmann", "ola@nordlys.example", "+47 55 55 10 10", 15000, None),
    ("Nordlys Belysning A/S", "挪威", "Bergen", None, "ola@nordlys.example", None, None, "同上？"),
    (None, "西班牙", "Vigo", "Ana Prieto", "ana@faroluz.example", None, 8000, None),
    ("Kerzenhaus Lübeck GmbH", "亚特兰蒂斯", "Lübeck", "Jens Voss", "nobody", None, "很多", None),
    ("Hansa Gartenbedarf GmbH", "德国", "Hamburg", None, "katrin@hansa-gartenbedarf.example", None, 50000, "老客户"),
    ("Quinta do Sol Decoração Lda", "葡萄牙", "Porto", "Rui Matos", "rui@quintadosol.example", None, 12000, None),
    ("合计", None, None, None, None, None, 105000, None),
)  # fmt: skip
"""A list of customers as people keep it: title rows, Chinese headers, a duplicate, faults in cells, a total."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: the name of its file, what is opened, and what is done then.

    ``act(studio, folder)`` works on the page in front; ``empty`` asks for a book in which nothing stands yet.
    """

    name: str
    link: Link
    act: Callable[[Studio, Path], None] | None = None
    empty: bool = False


EMPTY_SCENES = (
    Scene("empty-desktop", Link.to("desktop"), empty=True),
    Scene("empty-customers", Link.to("customers"), empty=True),
    Scene("empty-today", Link.to("today"), empty=True),
)


def main_scenes(reader: Reader) -> tuple[Scene, ...]:
    """Answer the main pages, each with a record of the book that shows most."""
    scenes = [
        Scene("desktop", Link.to("desktop")),
        Scene("today", Link.to("today")),
        Scene("customers", Link.to("customers")),
        Scene("contracts", Link.to("contracts")),
        Scene("shipments", Link.to("shipments")),
        Scene("receivables", Link.to("receivables")),
        Scene("bank-accounts", Link.to("bank_accounts")),
        Scene("aging", Link.to("report/aging", as_of=reader.today.isoformat())),
        Scene("import", Link.to("import", kind="customers"), read_sheet),
        Scene("settings", Link.to("settings")),
        Scene("paper-settings", Link.to("paper_settings")),
        Scene("search", Link.to("desktop"), search_box),
        Scene("reminder", Link.to("customers"), reminder),
    ]
    from tradecrm.services.figures.accounts import account_balances
    from tradecrm.services.figures.profit import profits_between
    from tradecrm.services.figures.quantities import contract_amounts

    shipped = profits_between(reader, reader.today.replace(year=reader.today.year - 1), reader.today)
    if shipped:
        best = max(shipped, key=lambda row: row.revenue)
        scenes.append(Scene("shipment", Link.to("shipment", id=best.shipment_id)))
        scenes.append(Scene("papers", Link.to("papers", shipment=best.shipment_id)))
        scenes.append(Scene("packing-list", Link.to("paper", kind="packing_list", id=best.shipment_id)))
        scenes.append(Scene("profit", Link.to("report/shipment_profit", shipment=best.shipment_id)))
        contract = min(contract_amounts(reader, best.shipment_id))
        scenes.append(Scene("deal", Link.to("deal", id=contract)))
        scenes.append(Scene("estimate", Link.to("estimate", contract=contract)))
    accounts = account_balances(reader, reader.today).rows
    if accounts:
        from tradecrm.reports.accounts import statement_link

        busiest = next((row for row in accounts if row.currency == "USD"), accounts[0])
        scenes.append(Scene("statement", statement_link(busiest.account_id, None, reader.today)))
    return (*scenes, *_settling(reader), *_newest(reader), *bank_scenes(reader))


def _settling(reader: Reader) -> list[Scene]:
    """Answer the page that settles a customer who owes something while money of theirs is in hand."""
    from tradecrm.services.figures.aging import AgingQuery, aging

    rows = [row for row in aging(reader, AgingQuery("AR", reader.today)) if row.advance and any(row.amounts)]
    if not rows:
        return []
    most = max(rows, key=lambda row: -row.advance)
    return [Scene("settle", Link.to("settle", party=most.party_id, side="AR"), propose)]


def propose(studio: Studio, _folder: Path) -> None:
    """Let the oldest papers be settled first, as far as the money goes."""
    from tradecrm.ui.pages.money_settle import SettlePage

    page = studio.window.tabs.front_page()
    if isinstance(page, SettlePage):
        page.spread(earmarked=False)
        studio.settle()


def _newest(reader: Reader) -> list[Scene]:
    """Answer the newest contract with its paper and its customer, the newest quotation, purchase, receipt."""
    from tradecrm.screens.money.receipt_list import RECEIPT_LIST
    from tradecrm.screens.trade.contract_list import CONTRACT_LIST
    from tradecrm.screens.trade.deal_lists import QUOTATION_LIST
    from tradecrm.screens.trade.purchase_list import PURCHASE_LIST

    found = []
    for name, spec in (
        ("contract", CONTRACT_LIST),
        ("quotation", QUOTATION_LIST),
        ("purchase", PURCHASE_LIST),
        ("receipt", RECEIPT_LIST),
    ):
        request = ListRequest(sort=(SortKey("day", descending=True),), limit=1)
        window = fetch_window(reader, spec.source, request)
        for key, row in zip(window.ids, window.rows, strict=True):
            values = dict(zip(window.keys, row, strict=True))
            found.append(Scene(name, Link.to(name, id=key)))
            if name == "contract":
                found.append(Scene("paper", Link.to("paper", kind="contract", id=key)))
            if values.get("customer_id") and all(scene.name != "customer" for scene in found):
                found.append(Scene("customer", Link.to("customer", id=int(values["customer_id"]))))
    return found


def write_sheet(path: Path) -> None:
    """Write the sample sheet as an xlsx file."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.worksheets[0]
    page.title = "客户"
    for row in SHEET:
        page.append(list(row))
    book.save(path)


def read_sheet(studio: Studio, folder: Path) -> None:
    """Bring the sample sheet into the wizard, up to the rows with their problems at the cells."""
    from tradecrm.ui.pages.import_page import ImportPage

    page = studio.window.tabs.front_page()
    if not isinstance(page, ImportPage):
        return
    path = folder / "客户名录.xlsx"
    if not path.exists():
        write_sheet(path)
    page.read(path)
    studio.settle()
    for box in (*page.columns.fields.values(), *page.columns.answers.values()):
        if box.property("problem"):
            box.setCurrentIndex(1)
            box.activated.emit(1)
    page.draft_rows()
    studio.settle()


def search_box(studio: Studio, _folder: Path) -> None:
    """Open the search box with a Chinese word in it."""
    studio.window.search()
    studio.window.palette_box.field.setText(TYPED)
    studio.settle()


def reminder(studio: Studio, _folder: Path) -> None:
    """Let the corner window tell what is due."""
    studio.remind()


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Answer a folder for what scenes write; it goes away with the pictures taken."""
    return tempfile.TemporaryDirectory(prefix="tradecrm-scenes-", ignore_cleanup_errors=True)
