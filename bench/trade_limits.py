"""What one shipment made and what one customer owes, by SQL written by hand over the driver: the limit of both."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Self

from tradecrm.models.base import FRACTION_SCALE, PRICE_SCALE, QUANTITY_SCALE, RATE_SCALE, from_scaled

_CENT, _NIL = Decimal("0.01"), Decimal(0)
_FX = frozenset(("FRT", "INS", "COM-O", "COM-H", "BKF", "DES", "CLM"))
_LEFT = "('departed', 'arrived', 'delivered', 'closed')"

_SHIPMENT = "SELECT currency, total, recognition_rate FROM shipment WHERE id = ?"
_COSTS = (
    "SELECT currency, amount, base_amount, rebate, category FROM cost_line WHERE shipment_id = ? ORDER BY id"
)
_ITEMS = """SELECT i.side, i.kind, i.amount, i.base_amount, i.reverses_id, i.id, t.amount, t.base_amount
    FROM item i LEFT JOIN tranche t ON t.item_id = i.id WHERE i.shipment_id = ? ORDER BY i.day, i.id, t.position"""
_GAINS = """SELECT sum(fx) FROM allocation
    WHERE debit_item_id IN (SELECT id FROM item WHERE shipment_id = ?)"""
_OWN = """SELECT e.id, e.rate, e.revenue_base, l.amount, l.base_amount FROM estimate e
    LEFT JOIN estimate_line l ON l.estimate_id = e.id
    WHERE e.shipment_id = ? AND e.status = 'approved' ORDER BY e.version_no DESC, l.id"""
_GOODS = "SELECT contract_id, sum(amount) FROM shipment_line WHERE shipment_id = ? GROUP BY contract_id"
_SHARED = """SELECT e.id, e.contract_id, e.rate, e.revenue_base, c.total, l.category, l.currency, l.amount,
        l.base_amount FROM estimate e LEFT JOIN estimate_line l ON l.estimate_id = e.id
    JOIN sales_contract c ON c.id = e.contract_id
    WHERE e.contract_id IN ({places}) AND e.status = 'approved' ORDER BY e.contract_id, l.id"""
_AGENCY = """SELECT c.agency_fee_rate, sum(l.amount) FROM shipment_line l JOIN sales_contract c ON c.id = l.contract_id
    WHERE l.shipment_id = ? AND c.agency = 'as_agent' GROUP BY c.id, c.agency_fee_rate"""

_SETTINGS = "SELECT key, value FROM setting"
_TERMS = """SELECT t."limit", t.currency, t.group_id, t.cover_share, t.cover_amount, t.max_overdue_days, p.name
    FROM credit_terms t JOIN party p ON p.id = t.party_id WHERE t.party_id = ?"""
_CHILDREN = "SELECT party_id FROM credit_terms WHERE group_id = ?"
_OLDEST = """SELECT min(due_on) FROM instalment WHERE side = 'AR' AND party_id = ? AND is_credit = 0
    AND open_amount <> 0 GROUP BY currency"""
_OPEN = """SELECT currency, sum(open_amount) FROM item WHERE side = 'AR' AND party_id IN ({places})
    AND open_amount {sign} 0 AND day <= ? GROUP BY currency"""
_MARKED = """SELECT i.currency, sum(m.amount) FROM earmark m JOIN item i ON i.id = m.item_id
    WHERE i.side = 'AR' AND i.party_id IN ({places}) AND i.open_amount < 0 GROUP BY i.currency"""
_CONTRACTS = """SELECT id, currency FROM sales_contract WHERE customer_id IN ({places})
    AND status IN ('effective', 'partly_shipped', 'shipped')"""
_DEPOSITS = (
    "SELECT contract_id, sum(amount) FROM earmark WHERE contract_id IN ({places}) GROUP BY contract_id"
)
_UNPOSTED = f"""SELECT l.contract_id, sum(l.amount) FROM shipment_line l JOIN shipment s ON s.id = l.shipment_id
    WHERE l.contract_id IN ({{places}}) AND s.status IN {_LEFT} AND NOT EXISTS (SELECT 1 FROM item i
    WHERE i.shipment_id = s.id AND i.side = 'AR' AND i.kind = 'INV') GROUP BY l.contract_id"""
_GONE = f"""SELECT l.contract_line_id, sum(l.quantity), sum(l.adjusted) FROM shipment_line l
    JOIN shipment s ON s.id = l.shipment_id WHERE l.contract_id IN ({{places}}) AND s.status IN {_LEFT}
    GROUP BY l.contract_line_id"""
_ORDERED = """SELECT id, contract_id, quantity, short_closed, price, discount FROM contract_line
    WHERE contract_id IN ({places})"""
_SECURED = """SELECT l.currency, p.amount, i.open_amount FROM presentation p
    JOIN letter_of_credit l ON l.id = p.credit_id
    JOIN item i ON i.shipment_id = p.shipment_id AND i.side = 'AR' AND i.kind = 'INV'
    WHERE l.customer_id IN ({places}) AND i.open_amount > 0 AND (p.status = 'accepted'
    OR (p.status = 'presented' AND l.confirmed AND p.discrepancies = ''))"""
_MIDDLE = "SELECT rate FROM rate WHERE kind = 'MID' AND currency = ? AND day <= ? ORDER BY day DESC LIMIT 1"


def _places(statement: str, keys: list[int], **words: str) -> str:
    return statement.format(places=",".join("?" * len(keys)), **words)


class Snapshot:
    """Statements of one moment: what a figure is made of must not change while it is read."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def __enter__(self) -> Self:
        self.raw.execute("BEGIN")
        return self

    def __exit__(self, *_error: object) -> None:
        self.raw.execute("ROLLBACK")

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Answer the rows of a statement."""
        found: list[tuple[Any, ...]] = self.raw.execute(statement, values).fetchall()
        return found


def profit_of(raw: Any, shipment: int) -> tuple[Decimal, Decimal]:
    """Answer what a departed shipment of own goods made after exchange differences, and what was estimated."""
    with Snapshot(raw) as read:
        _base = dict(read.rows(_SETTINGS)).get("base_currency")
        currency, total, rate = read.rows(_SHIPMENT, shipment)[0]
        costs = [
            (category, money, from_scaled(amount), from_scaled(base), from_scaled(rebate))
            for money, amount, base, rebate, category in read.rows(_COSTS, shipment)
        ]
        items = read.rows(_ITEMS, shipment)
        gains = from_scaled(read.rows(_GAINS, shipment)[0][0])
        own = read.rows(_OWN, shipment)
        goods = dict(read.rows(_GOODS, shipment))
        shared = [] if own else read.rows(_places(_SHARED, list(goods)), *goods)
        agency = read.rows(_AGENCY, shipment)
    if own or agency:
        raise AssertionError("the limit knows shipments of own goods with estimates of their contracts")
    billed = [row for row in items if row[0] == "AR" and row[4] is None and row[1] in {"INV", "DN", "CN"}]
    revenue = sum((from_scaled(row[3] if row[7] is None else row[7]) for row in billed), _NIL)
    whole_income = sum((from_scaled(row[2] if row[6] is None else row[6]) for row in billed), _NIL)
    actual = _sheet(currency, from_scaled(rate, RATE_SCALE), whole_income, revenue, costs)
    earned: dict[int, Decimal] = {}
    planned = []
    for key, contract, quoted, revenue_base, whole, category, money, amount, base in shared:
        part = goods[contract], whole
        earned[key] = _share(revenue_base, *part)
        if category is not None:
            planned.append((category, money, _share(amount, *part), _share(base, *part), _NIL))
        at = from_scaled(quoted, RATE_SCALE)
    estimate = _sheet(currency, at, from_scaled(total), sum(earned.values(), _NIL), planned)
    by_category: dict[str, Decimal] = {}
    for category, _money, _amount, base, _rebate in planned:
        by_category[category] = by_category.get(category, _NIL) + base
    return actual[0] + gains, estimate[0]


def _share(units: int, part: int, whole: int) -> Decimal:
    """Answer the part of an amount in cents, halves away from zero."""
    cents = (2 * (abs(units) // 100) * part + whole) // (2 * whole)
    return Decimal(cents if units >= 0 else -cents).scaleb(-2)


def _sheet(
    currency: str, rate: Decimal, income: Decimal, revenue: Decimal, costs: list[tuple[Any, ...]]
) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Answer trading profit, export cost, FX net income and cost per unit (domain.md section 2.4)."""
    export = sum((base - rebate for category, _m, _a, base, rebate in costs if category not in _FX), _NIL)
    abroad = sum(
        (
            amount if money == currency else (base / rate).quantize(_CENT, ROUND_HALF_UP)
            for category, money, amount, base, _rebate in costs
            if category in _FX
        ),
        _NIL,
    )
    spent = sum((base - rebate for _category, _money, _amount, base, rebate in costs), _NIL)
    return revenue - spent, export, income - abroad, (export / (income - abroad)).quantize(_CENT)


def exposure_of(raw: Any, party: int, today: date) -> Decimal:
    """Answer what a customer with terms of its own uses of its credit, in the currency of its limit."""
    day = today.isoformat()
    with Snapshot(raw) as read:
        settings = dict(read.rows(_SETTINGS))
        _limit, currency, group, share, cover, _days, _name = read.rows(_TERMS, party)[0]
        members = sorted({party, group or party, *(key for (key,) in read.rows(_CHILDREN, group or party))})
        _late = [due for (due,) in read.rows(_OLDEST, party)]
        debits, credits_ = (
            read.rows(_places(_OPEN, members, sign=sign), *members, day) for sign in (">", "<")
        )
        marked = dict(read.rows(_places(_MARKED, members), *members))
        contracts = dict(read.rows(_places(_CONTRACTS, members), *members))
        keys = list(contracts)
        deposits = dict(read.rows(_places(_DEPOSITS, keys), *keys))
        unposted = dict(read.rows(_places(_UNPOSTED, keys), *keys))
        gone = {key: quantity for key, quantity, _adjusted in read.rows(_places(_GONE, keys), *keys)}
        lines = read.rows(_places(_ORDERED, keys), *keys)
        secured = read.rows(_places(_SECURED, members), *members)
        used = {money for money, _sum in (*debits, *credits_)} | set(contracts.values())
        rates = {
            each: from_scaled(read.rows(_MIDDLE, each, day)[0][0], RATE_SCALE)
            for each in used - {currency, "CNY"}
        }
    if share or cover or secured or settings.get("credit_backlog") == "false":
        raise AssertionError("the limit knows customers without cover and letters of credit")
    left: dict[int, Decimal] = {}
    for key, contract, quantity, short, price, discount in lines:
        ahead = from_scaled(max(0, quantity - short - (gone.get(key) or 0)), QUANTITY_SCALE)
        amount = ahead * from_scaled(price, PRICE_SCALE) * (1 - from_scaled(discount, FRACTION_SCALE))
        left[contract] = left.get(contract, _NIL) + amount.quantize(_CENT)
    sums: dict[str, Decimal] = {}
    for money, amount in (*debits, *credits_):
        sums[money] = sums.get(money, _NIL) + from_scaled(amount)
    for money, amount in marked.items():
        sums[money] = sums.get(money, _NIL) + from_scaled(amount)
    for key, money in contracts.items():
        kept = from_scaled(deposits.get(key))
        sent = from_scaled(unposted.get(key))
        ahead = max(_NIL, left.get(key, _NIL) - max(_NIL, kept - sent))
        sums[money] = sums.get(money, _NIL) + max(_NIL, sent - kept) + ahead
    return sum((amount * rates.get(money, Decimal(1)) for money, amount in sums.items()), _NIL)
