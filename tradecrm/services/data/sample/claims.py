"""What the firm of the sample book claims: expenses of trips, the rebate of the running example, commission."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from tradecrm.models import CostLine, Party, Shipment
from tradecrm.services.claims.commission import (
    MoveRun,
    ReckonCommission,
    SaveCommissionRule,
    move_run,
    reckon_commission,
    save_commission_rule,
)
from tradecrm.services.claims.declarations import SaveDeclaration, goods_to_declare, save_declaration
from tradecrm.services.claims.expense_payment import PayClaim, pay_claim
from tradecrm.services.claims.expenses import ClaimLineDraft, MoveClaim, SaveClaim, move_claim, save_claim
from tradecrm.services.claims.rebate_ends import ReceiveUnclaimed, receive_unclaimed
from tradecrm.services.claims.rebate_moves import MoveRebate, move_rebate
from tradecrm.services.claims.rebate_rates import SaveRebateRate, save_rebate_rate
from tradecrm.services.claims.rebates import AddShipment, SaveRebateClaim, add_shipment, save_rebate_claim
from tradecrm.services.claims.vat_invoices import SaveVatInvoice, VatLineDraft, save_vat_invoice
from tradecrm.services.data.sample.firm import SAMPLE_DAY, Firm
from tradecrm.services.figures.rebate_kept import kept_rebate
from tradecrm.services.trade.closing import MarkSettled, mark_settled
from tradecrm.services.work import Work, operation

D = Decimal
EXAMPLE = "SH-26001"
_EXPORTED = date(2026, 5, 20)
_TRIPS: tuple[tuple[int, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        62,
        "trip",
        (("TRAVEL", "train", "842.00"), ("MEALS", "dinner", "1260.50"), ("TRANSIT", "taxi", "96.00")),
    ),
    (31, "fair", (("FAIR", "booth", "3800.00"), ("TRAVEL", "hotel", "1120.00"))),
    (5, "visit", (("TRANSIT", "car", "380.00"), ("MEALS", "lunch", "214.00"))),
)
"""Days before the last, the purpose and what was paid; the last one still waits for its money."""

_WORDS = {
    "trip": ("Customer visit in Guangzhou", "广州拜访客户"),
    "train": ("Train Ningbo–Guangzhou and back", "宁波—广州往返高铁"),
    "dinner": ("Dinner with the customer", "宴请客户"),
    "taxi": ("Taxis", "市内打车"),
    "fair": ("Trade fair in Yiwu", "义乌展会"),
    "booth": ("Booth and printing", "展位及印刷"),
    "hotel": ("Hotel, two nights", "住宿两晚"),
    "visit": ("Inspection at the factory", "工厂验货"),
    "car": ("Car to Yongkang", "永康往返用车"),
    "lunch": ("Lunch", "午餐"),
}
_INVOICES = (
    ("Yuyao Brightfield%", "26332000000118205546", "太阳能花园灯", "pcs", "1200", "42000.00", "5460.00", "9405419000"),
    ("Yongkang Greenhand%", "26332000000118205777", "园艺工具五件套（手提袋装）", "sets", "800", "51200.00", "6656.00",
     "8201900090"),
)  # fmt: skip


@operation("rebate.write")
def write_claims(work: Work, firm: Firm) -> None:
    """Write the claims that stand on the last day of the sample."""
    _expenses(work, firm, chinese=work.settings.language.startswith("zh"))
    _rebate(work)
    _commission(work)


def _expenses(work: Work, firm: Firm, *, chinese: bool) -> None:
    for back, purpose, spent in _TRIPS:
        day = SAMPLE_DAY - timedelta(days=back)
        lines = tuple(
            ClaimLineDraft(day, category, _WORDS[words][chinese], "CNY", D(amount))
            for category, words, amount in spent
        )
        claim = save_claim.within(work, SaveClaim(day, _WORDS[purpose][chinese], lines))
        move_claim.within(work, MoveClaim(claim, "submit"))
        if back > 10:
            pay_claim.within(work, PayClaim(claim, firm.account("CNY"), day + timedelta(days=4)))


def _rebate(work: Work) -> None:
    """Enter the VAT invoices and the declaration of the running example, and file its rebate."""
    shipment = work.session.scalars(select(Shipment).where(Shipment.number == EXAMPLE)).one_or_none()
    if shipment is None or shipment.status == "closed":
        return
    for name, number, goods, unit, quantity, net, vat, code in _INVOICES:
        supplier = work.session.scalars(select(Party.id).where(Party.name.like(name))).one()
        line = VatLineDraft(goods, unit, D(quantity), D(net), D("0.13"), D(vat), code)
        invoice = SaveVatInvoice(
            supplier, number, date(2026, 5, 25), date(2026, 6, 1), D(net), D(vat), (line,)
        )
        save_vat_invoice.within(work, invoice)
    for code, rate in (("94054190", "0.13"), ("82019000", "0.09")):
        save_rebate_rate.within(work, SaveRebateRate(code, date(2025, 1, 1), D(rate)))
    lines = goods_to_declare(work, shipment.id)
    save_declaration.within(work, SaveDeclaration(shipment.id, "310120260516002846", _EXPORTED, lines))
    claim = save_rebate_claim.within(work, SaveRebateClaim(date(2026, 11, 2)))
    add_shipment.within(work, AddShipment(claim, shipment.id))
    for step, day in (("ready", date(2026, 11, 3)), ("file", date(2026, 11, 9))):
        move_rebate.within(work, MoveRebate(claim, step, day))


def _commission(work: Work) -> None:
    """Reckon the third quarter at 3 % of the profit for everyone, and post it."""
    save_commission_rule.within(work, SaveCommissionRule("3 %", "profit", D("0.03"), date(2026, 7, 1)))
    known = select(CostLine.id).join(Shipment, Shipment.id == CostLine.shipment_id)
    if work.session.scalars(known.where(Shipment.departed_on >= date(2026, 7, 1)).limit(1)).first() is None:
        return
    run = reckon_commission.within(work, ReckonCommission(date(2026, 7, 1), date(2026, 9, 30)))
    move_run.within(work, MoveRun(run, "post", date(2026, 10, 12)))


def settle_rebate(work: Work, shipment_id: int, account_id: int, day: date) -> None:
    """Let the tax office pay the rebate of a shipment as it was estimated; one without rebate is only marked."""
    shipment = work.session.get_one(Shipment, shipment_id)
    kept = kept_rebate(work, shipment_id)
    amount = kept.expected + kept.corrected
    if shipment.rebate_state or amount <= 0:
        mark_settled.within(work, MarkSettled(shipment_id, "received", no_further_bill=False))
    else:
        receive_unclaimed.within(work, ReceiveUnclaimed(shipment_id, account_id, day, amount))
