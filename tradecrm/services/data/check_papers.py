"""The check of discounts and charges on whole papers: their shares, amounts, totals (domain.md 2.6, 11 and 12.11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from tradecrm.core.money import format_money, line_amount, round_money
from tradecrm.core.text import N_, _
from tradecrm.models.base import FRACTION_SCALE, PRICE_SCALE, QUANTITY_SCALE, from_scaled
from tradecrm.services.data.check_money import Rule
from tradecrm.services.data.check_sql import answer

if TYPE_CHECKING:
    from tradecrm.services.data.check import Fault

_PAPERS = (
    ("quotation", "quotation_line", "quotation_id"),
    ("proforma", "proforma_line", "proforma_id"),
    ("sales_contract", "contract_line", "contract_id"),
)
_SHARED = """
SELECT paper.id, paper.number, paper.adjustment, coalesce(sum(line.adjusted), 0) FROM {paper} AS paper
LEFT JOIN {line} AS line ON line.{parent} = paper.id GROUP BY paper.id, paper.number, paper.adjustment
HAVING paper.adjustment <> coalesce(sum(line.adjusted), 0)
"""
_LINES = """
SELECT paper.id, paper.number, paper.currency, paper.adjustment, paper.adjustment_rate, paper.total,
       line.quantity, line.price, line.discount, line.amount, line.adjusted
FROM {paper} AS paper JOIN {line} AS line ON line.{parent} = paper.id
WHERE paper.adjustment <> 0 OR line.adjusted <> 0 ORDER BY paper.id, line.position
"""

ADJUSTMENT_RULES = (
    *(
        Rule(
            paper,
            N_("{name} has a discount or charge of {found}; its lines share {wanted}."),
            _SHARED.format(paper=paper, line=line, parent=parent),
        )
        for paper, line, parent in _PAPERS
    ),
    Rule(
        "contract_line",
        N_(
            "A line of {name} is shipped in full with {found} of the discount or charge; its share is {wanted}."
        ),
        "SELECT line.id, paper.number, sum(goods.adjusted), line.adjusted FROM contract_line AS line "
        "JOIN sales_contract AS paper ON paper.id = line.contract_id "
        "JOIN shipment_line AS goods ON goods.contract_line_id = line.id "
        "JOIN shipment ON shipment.id = goods.shipment_id AND shipment.status <> 'void' "
        "WHERE line.adjusted <> 0 GROUP BY line.id, paper.number, line.adjusted, line.quantity "
        "HAVING sum(goods.quantity) = line.quantity AND sum(goods.adjusted) <> line.adjusted",
    ),
)


def check_adjusted(connection: Connection) -> Iterator[Fault]:
    """Find papers with a discount or charge on the whole whose amounts do not follow from prices and shares."""
    for paper, line, parent in _PAPERS:
        rows = answer(connection, _LINES.format(paper=paper, line=line, parent=parent))
        for head, lines in groupby(rows, lambda row: row[:6]):
            yield from _paper_faults(paper, head, [row[6:] for row in lines])


def _paper_faults(
    kind: str, head: tuple[int, str, str, int, int | None, int], lines: list[tuple[int, ...]]
) -> Iterator[Fault]:
    from tradecrm.services.data.check import Fault

    record, number, currency, adjustment, rate, total = head
    plain = Decimal(0)
    for quantity, price, discount, amount, adjusted in lines:
        goods = _goods(quantity, price, discount, currency)
        plain += goods
        if goods + from_scaled(adjusted) != from_scaled(amount):
            words = _("A line of {name} is of {found}; price and discounts make {wanted}.")
            yield _fault(Fault, kind, record, words, number, amount, goods + from_scaled(adjusted), currency)
    if rate is not None:
        wanted = round_money(plain * from_scaled(rate, FRACTION_SCALE), currency)
        if wanted != from_scaled(adjustment):
            words = _("The discount or charge of {name} is {found}; its rate makes {wanted}.")
            yield _fault(Fault, kind, record, words, number, adjustment, wanted, currency)
    if plain + from_scaled(adjustment) != from_scaled(total):
        words = _("{name} has a total of {found}; its lines and the discount or charge make {wanted}.")
        yield _fault(Fault, kind, record, words, number, total, plain + from_scaled(adjustment), currency)


def _goods(quantity: int, price: int, discount: int, currency: str) -> Decimal:
    return line_amount(
        from_scaled(quantity, QUANTITY_SCALE),
        from_scaled(price, PRICE_SCALE),
        currency,
        from_scaled(discount, FRACTION_SCALE),
    )


def _fault(
    make: Callable[[str, int | None, str], Fault],
    kind: str,
    record: int,
    words: str,
    number: str,
    found: int,
    wanted: Decimal,
    currency: str,
) -> Fault:
    shown = format_money(from_scaled(found), currency)
    return make(kind, record, words.format(name=number, found=shown, wanted=format_money(wanted, currency)))
