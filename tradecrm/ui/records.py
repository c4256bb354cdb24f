"""What the search box finds in a book: records as entries, best first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradecrm.services.work import Reader
    from tradecrm.ui.shell.matching import Entry

ICONS = {
    "customer": "customers",
    "product": "products",
    "contract": "contracts",
    "shipment": "shipments",
    "receivable": "receivables",
    "receipt": "receipts",
    "inquiry": "mail",
    "quotation": "quotation",
    "proforma": "copy",
}
MOST_RECORDS = 20


def find_records(reader: Reader, text: str) -> Sequence[Entry]:
    """Answer what the search box finds in the book, best first (a query for a reader lane)."""
    from tradecrm.services.data.search import search
    from tradecrm.ui.shell.matching import Entry

    entries = []
    for hit in search(reader, text, limit=MOST_RECORDS).hits:
        title = hit.title if hit.title == hit.code else f"{hit.code}  {hit.title}"
        icon = ICONS.get(hit.link.target, "dot")
        entries.append(Entry(title, hit.detail, "record", icon, hit.link))
    return entries
