"""The rules of the check about expense claims, rebates and commission: what is kept is recomputed from its lines."""

from __future__ import annotations

from tradecrm.core.text import N_
from tradecrm.services.data.check_money import Rule

CLAIM_RULES = (
    Rule(
        "expense_claim",
        N_("Expense claim {name} is kept as {found}; its lines add up to {wanted}."),
        "SELECT paper.id, paper.number, paper.total_base, coalesce(sum(line.base_amount), 0) "
        "FROM expense_claim AS paper LEFT JOIN expense_line AS line ON line.claim_id = paper.id "
        "GROUP BY paper.id, paper.number, paper.total_base "
        "HAVING paper.total_base <> coalesce(sum(line.base_amount), 0)",
    ),
    Rule(
        "expense_claim",
        N_("Expense claim {name} is booked as {found}, not as {wanted}."),
        "SELECT paper.id, paper.number, coalesce(sum(entry.base_amount), 0), paper.total_base "
        "FROM expense_claim AS paper LEFT JOIN ledger_entry AS entry "
        "ON entry.posting_id = paper.posting_id AND entry.book IN ('EXPENSE', 'COST', 'PRIOR') "
        "WHERE paper.status = 'posted' GROUP BY paper.id, paper.number, paper.total_base "
        "HAVING coalesce(sum(entry.base_amount), 0) <> paper.total_base",
    ),
    Rule(
        "rebate_claim",
        N_("Rebate claim {name} is kept as {found}; its lines claim {wanted}."),
        "SELECT paper.id, paper.number, paper.claimed, coalesce(sum(line.rebate), 0) "
        "FROM rebate_claim AS paper LEFT JOIN rebate_claim_line AS line ON line.claim_id = paper.id "
        "GROUP BY paper.id, paper.number, paper.claimed HAVING paper.claimed <> coalesce(sum(line.rebate), 0)",
    ),
    Rule(
        "rebate_claim",
        N_("Rebate claim {name} is kept as {found} received; its receipts add up to {wanted}."),
        "SELECT paper.id, paper.number, paper.received, coalesce(sum(money.amount), 0) "
        "FROM rebate_claim AS paper LEFT JOIN rebate_receipt AS money ON money.claim_id = paper.id "
        "GROUP BY paper.id, paper.number, paper.received HAVING paper.received <> coalesce(sum(money.amount), 0)",
    ),
    Rule(
        "vat_invoice_line",
        N_("Of a line of VAT invoice {name} {found} is claimed, more than its {wanted}."),
        "SELECT line.id, paper.number, sum(part.quantity), line.quantity FROM rebate_claim_line AS part "
        "JOIN vat_invoice_line AS line ON line.id = part.invoice_line_id "
        "JOIN vat_invoice AS paper ON paper.id = line.invoice_id "
        "GROUP BY line.id, paper.number, line.quantity, line.net "
        "HAVING sum(part.quantity) > line.quantity OR sum(part.net) > line.net",
    ),
    Rule(
        "declaration_line",
        N_("Of an item declared with {name} {found} is claimed, more than its {wanted}."),
        "SELECT line.id, shipment.number, sum(part.quantity), line.quantity FROM rebate_claim_line AS part "
        "JOIN declaration_line AS line ON line.id = part.declaration_line_id "
        "JOIN shipment ON shipment.id = line.shipment_id "
        "GROUP BY line.id, shipment.number, line.quantity HAVING sum(part.quantity) > line.quantity",
    ),
    Rule(
        "shipment",
        N_("Shipment {name} has a rebate of {found} in the ledger; its purchases and claims make {wanted}."),
        # What is not billed counts from the revenue on. Books of an earlier version hold what is billed alone,
        # whenever that was, until the next event of the shipment; input VAT that is credited comes with bills.
        "WITH kept(shipment_id, whole, billed, corrected) AS ("
        " SELECT shipment_id, sum(rebate),"
        " sum(CASE WHEN status IN ('invoiced', 'paid') THEN rebate ELSE 0 END),"
        " -sum(CASE category WHEN 'REB' THEN base_amount ELSE 0 END)"
        " FROM cost_line GROUP BY shipment_id),"
        " booked(shipment_id, total) AS ("
        " SELECT entry.shipment_id, sum(entry.base_amount) FROM ledger_entry AS entry"
        " JOIN posting ON posting.id = entry.posting_id WHERE entry.book = 'REBATE'"
        " AND entry.shipment_id IS NOT NULL AND posting.kind <> 'rebate_receipt' GROUP BY entry.shipment_id),"
        " standing(id, number, found, billed, wanted) AS ("
        " SELECT shipment.id, shipment.number, coalesce(booked.total, 0),"
        " coalesce(kept.billed + kept.corrected, 0), CASE WHEN shipment.tax_regime <> 'TRADER'"
        " THEN coalesce(kept.billed + kept.corrected, 0) WHEN shipment.recognized_on IS NULL"
        " AND coalesce(booked.total, 0) = 0 THEN 0 ELSE coalesce(kept.whole + kept.corrected, 0) END FROM shipment"
        " LEFT JOIN kept ON kept.shipment_id = shipment.id LEFT JOIN booked ON booked.shipment_id = shipment.id)"
        " SELECT id, number, found, wanted FROM standing WHERE found <> wanted AND found <> billed",
    ),
    Rule(
        "shipment",
        N_(
            "Shipment {name} has goods in transit for {found}; it is not on its way to a delivery, so {wanted} is due."
        ),
        "SELECT shipment.id, shipment.number, sum(entry.base_amount), 0 FROM ledger_entry AS entry"
        " JOIN shipment ON shipment.id = entry.shipment_id WHERE entry.book = 'TRANSIT'"
        " AND (shipment.departed_on IS NULL OR shipment.recognized_on IS NOT NULL)"
        " GROUP BY shipment.id, shipment.number HAVING sum(entry.base_amount) <> 0",
    ),
    Rule(
        "commission_run",
        N_("Commission run {name} is kept as {found}; its lines add up to {wanted}."),
        "SELECT paper.id, paper.number, paper.total, coalesce(sum(line.amount), 0) "
        "FROM commission_run AS paper LEFT JOIN commission_line AS line ON line.run_id = paper.id "
        "GROUP BY paper.id, paper.number, paper.total HAVING paper.total <> coalesce(sum(line.amount), 0)",
    ),
    Rule(
        "commission_run",
        N_("{name} stands in {found} commission runs on the same basis; once is enough."),
        "SELECT max(line.run_id), max(coalesce(shipment.number, receipt.number)), count(DISTINCT line.run_id), 1 "
        "FROM commission_line AS line JOIN commission_run AS paper ON paper.id = line.run_id "
        "JOIN commission_rule AS rule ON rule.id = line.rule_id "
        "LEFT JOIN shipment ON shipment.id = line.shipment_id LEFT JOIN receipt ON receipt.id = line.receipt_id "
        "WHERE paper.status <> 'reversed' AND line.remark = '' "
        "GROUP BY rule.basis, line.person_id, line.shipment_id, line.receipt_id "
        "HAVING count(DISTINCT line.run_id) > 1",
        plain=True,
    ),
    Rule(
        "commission_run",
        N_("On {name} {found} of commission is left after corrections; it is never less than {wanted}."),
        "SELECT max(line.run_id), max(coalesce(shipment.number, receipt.number)), sum(line.amount), 0 "
        "FROM commission_line AS line JOIN commission_run AS paper ON paper.id = line.run_id "
        "LEFT JOIN shipment ON shipment.id = line.shipment_id LEFT JOIN receipt ON receipt.id = line.receipt_id "
        "WHERE paper.status <> 'reversed' "
        "GROUP BY line.rule_id, line.person_id, line.shipment_id, line.receipt_id HAVING sum(line.amount) < 0",
    ),
    Rule(
        "commission_run",
        N_("The ledger owes the staff {found}; posted commission makes {wanted}."),
        "SELECT 0, '', owed, wanted FROM (SELECT"
        " (SELECT coalesce(-sum(base_amount), 0) FROM ledger_entry WHERE book = 'STAFF') AS owed,"
        " (SELECT coalesce(sum(total), 0) FROM commission_run WHERE status = 'posted') AS wanted) AS both_sides"
        " WHERE owed <> wanted",
    ),
)
