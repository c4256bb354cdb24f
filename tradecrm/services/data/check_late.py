"""The rules of the check about bills that came for closed shipments (domain.md section 2.11)."""

from __future__ import annotations

from tradecrm.core.text import N_
from tradecrm.services.data.check_money import Rule

LATE_RULES = (
    Rule(
        "posting",
        N_("Posting no. {name} books a late cost, but to no shipment whose revenue is booked."),
        "SELECT entry.posting_id, entry.posting_id, 0, 0 FROM ledger_entry AS entry "
        "LEFT JOIN shipment ON shipment.id = entry.shipment_id WHERE entry.book = 'PRIOR' "
        "AND (shipment.recognized_on IS NULL OR entry.party_id IS NULL)",
    ),
    Rule(
        # Its costs count what they counted when the shipment was closed, and the ledger has the rest apart.
        "item",
        N_(
            "The late bill {name} counts {found} in the result of its shipment; the ledger has {wanted} there."
        ),
        "WITH bill(id, number, counted, booked) AS (SELECT item.id, item.number,"
        " coalesce((SELECT sum(line.base_amount) FROM cost_line AS line WHERE line.item_id = item.id), 0),"
        " coalesce((SELECT sum(entry.base_amount) FROM ledger_entry AS entry WHERE entry.posting_id = item.posting_id"
        " AND entry.book = 'COST' AND entry.category NOT IN ('REB', 'VAT')), 0)"
        " FROM item WHERE item.side = 'AP' AND item.posting_id IN"
        " (SELECT posting_id FROM ledger_entry WHERE book = 'PRIOR' AND party_id IS NOT NULL))"
        " SELECT id, number, counted, booked FROM bill WHERE counted <> booked",
    ),
)
