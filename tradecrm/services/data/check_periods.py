"""The check of revaluations: their totals, their lines, and that nothing of them stays in the ledger (section 3.5)."""

from __future__ import annotations

from tradecrm.core.text import N_
from tradecrm.services.data.check_money import Rule

PERIOD_RULES = (
    Rule(
        "revaluation",
        N_("The revaluation of {name} says {found}; its lines add up to {wanted}."),
        "SELECT paper.id, paper.day, paper.total, coalesce(sum(line.difference), 0) FROM revaluation AS paper "
        "LEFT JOIN revaluation_line AS line ON line.revaluation_id = paper.id GROUP BY paper.id "
        "HAVING paper.total <> coalesce(sum(line.difference), 0)",
    ),
    Rule(
        "revaluation",
        N_("A line of the revaluation of {name} says {found}; its value less its carrying is {wanted}."),
        "SELECT paper.id, paper.day, line.difference, line.value - line.carrying FROM revaluation_line AS line "
        "JOIN revaluation AS paper ON paper.id = line.revaluation_id "
        "WHERE line.difference <> line.value - line.carrying",
    ),
    Rule(
        "revaluation",
        N_("The revaluation of {name} says {found}; the ledger says {wanted}."),
        "SELECT paper.id, paper.day, paper.total, coalesce(sum(entry.base_amount), 0) FROM revaluation AS paper "
        "LEFT JOIN ledger_entry AS entry ON entry.posting_id = paper.posting_id AND entry.book = 'REVAL' "
        "GROUP BY paper.id HAVING paper.total <> coalesce(sum(entry.base_amount), 0)",
    ),
    Rule(
        "ledger_entry",
        N_("Of the revaluations of {name} {found} was never reversed; it must be {wanted}."),
        "SELECT max(id), category, sum(base_amount), 0 FROM ledger_entry WHERE book = 'REVAL' "
        "GROUP BY category HAVING sum(base_amount) <> 0",
    ),
)
