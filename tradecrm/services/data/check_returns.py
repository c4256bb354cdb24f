"""The rules of the check about goods returned, their stock and rebate, and about agency export (section 12)."""

from __future__ import annotations

from tradecrm.core.text import N_
from tradecrm.services.data.check_money import Rule

_RECEIVED = (
    "WITH paper(id, number, fate, posting_id, note_id, repaid_on, repay_posting_id, amount, cost, owed) AS ("
    " SELECT goods_return.id, goods_return.number, goods_return.fate, goods_return.posting_id,"
    " goods_return.note_id, goods_return.repaid_on, goods_return.repay_posting_id,"
    " sum(line.amount), sum(line.cost), sum(line.owed) FROM goods_return"
    " JOIN goods_return_line AS line ON line.return_id = goods_return.id WHERE goods_return.status = 'received'"
    " GROUP BY goods_return.id, goods_return.number, goods_return.fate, goods_return.posting_id,"
    " goods_return.note_id, goods_return.repaid_on, goods_return.repay_posting_id) "
)

RETURN_RULES = (
    Rule(
        "goods_return",
        N_("Of a line of shipment {name} {found} came back, more than the {wanted} that left."),
        "SELECT goods.id, shipment.number, sum(line.quantity), goods.quantity FROM goods_return_line AS line "
        "JOIN goods_return AS paper ON paper.id = line.return_id "
        "JOIN shipment_line AS goods ON goods.id = line.shipment_line_id "
        "JOIN shipment ON shipment.id = goods.shipment_id WHERE paper.status = 'received' "
        "GROUP BY goods.id, shipment.number, goods.quantity HAVING sum(line.quantity) > goods.quantity",
    ),
    Rule(
        "goods_return",
        N_("Goods returned {name} credit {found}; their credit note is of {wanted}."),
        "SELECT paper.id, paper.number, paper.amount, coalesce(note.amount, 0) FROM paper "
        "LEFT JOIN note ON note.id = paper.note_id AND note.reversed_on IS NULL "
        "WHERE paper.amount <> coalesce(note.amount, 0)",
        prelude=_RECEIVED,
    ),
    Rule(
        "goods_return",
        N_("Goods returned {name} are worth {found} in stock; the ledger holds {wanted} of them."),
        "SELECT paper.id, paper.number, CASE paper.fate WHEN 'stock' THEN paper.cost ELSE 0 END,"
        " coalesce(sum(entry.base_amount), 0) FROM paper LEFT JOIN ledger_entry AS entry"
        " ON entry.posting_id = paper.posting_id AND entry.book = 'STOCK'"
        " GROUP BY paper.id, paper.number, paper.fate, paper.cost"
        " HAVING CASE paper.fate WHEN 'stock' THEN paper.cost ELSE 0 END <> coalesce(sum(entry.base_amount), 0)",
        prelude=_RECEIVED,
    ),
    Rule(
        "goods_return",
        N_("The ledger holds {found} of goods in stock; what came back makes {wanted}."),
        "SELECT 0, '', held, wanted FROM (SELECT"
        " (SELECT coalesce(sum(base_amount), 0) FROM ledger_entry WHERE book = 'STOCK') AS held,"
        " (SELECT coalesce(sum(cost), 0) FROM paper WHERE fate = 'stock') AS wanted) AS both_sides"
        " WHERE held <> wanted",
        prelude=_RECEIVED,
    ),
    Rule(
        "goods_return",
        N_("Of goods returned {name} {found} was paid back to the tax office; owed is {wanted}."),
        "SELECT paper.id, paper.number, coalesce(sum(entry.base_amount), 0),"
        " CASE WHEN paper.repaid_on IS NULL THEN 0 ELSE paper.owed END FROM paper"
        " LEFT JOIN ledger_entry AS entry ON entry.posting_id = paper.repay_posting_id AND entry.book = 'REBATE'"
        " GROUP BY paper.id, paper.number, paper.repaid_on, paper.owed HAVING coalesce(sum(entry.base_amount), 0)"
        " <> CASE WHEN paper.repaid_on IS NULL THEN 0 ELSE paper.owed END",
        prelude=_RECEIVED,
    ),
    Rule(
        "shipment",
        N_("The invoice of {name} is for a principal; {found} of it are revenue, the fee is {wanted}."),
        "WITH part(shipment_id, fee) AS ("
        " SELECT goods.shipment_id, sum(goods.amount) * contract.agency_fee_rate / 1000000"
        " FROM shipment_line AS goods JOIN sales_contract AS contract ON contract.id = goods.contract_id"
        " WHERE contract.agency = 'AS_AGENT' GROUP BY goods.shipment_id, contract.id, contract.agency_fee_rate),"
        # While the revenue is not booked, or was taken back, none of it stands.
        " whole(shipment_id, fee, leeway) AS ("
        " SELECT shipment.id, CASE WHEN shipment.recognized_on IS NULL THEN 0 ELSE sum(part.fee) END, 100 * count(*)"
        " FROM part JOIN shipment ON shipment.id = part.shipment_id GROUP BY shipment.id, shipment.recognized_on)"
        " SELECT shipment.id, shipment.number, -sum(entry.amount), whole.fee"
        " FROM whole JOIN shipment ON shipment.id = whole.shipment_id"
        " JOIN ledger_entry AS entry ON entry.shipment_id = shipment.id AND entry.book = 'REVENUE'"
        " GROUP BY shipment.id, shipment.number, whole.fee, whole.leeway"
        " HAVING abs(sum(entry.amount) + whole.fee) > whole.leeway",
    ),
)
