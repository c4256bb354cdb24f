"""Steps of random histories: commission, rebate claims, shared containers, import jobs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tests.services.play_kit import START, Player
from tradecrm.core.claim_flows import COMMISSION_RUN, REBATE_CLAIM
from tradecrm.models import (
    CommissionRule,
    CommissionRun,
    CostLine,
    ImportJob,
    RebateClaim,
    RebateReceipt,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.claims.commission import (
    MoveRun,
    PayRun,
    ReckonCommission,
    SaveCommissionRule,
    move_run,
    pay_run,
    reckon_commission,
    save_commission_rule,
)
from tradecrm.services.claims.declarations import DeclaredDraft, SaveDeclaration, save_declaration
from tradecrm.services.claims.rebate_moves import (
    MoveRebate,
    ReceiveRebate,
    TakeBackRebate,
    move_rebate,
    receive_rebate,
    take_back_rebate,
)
from tradecrm.services.claims.rebates import AddShipment, SaveRebateClaim, add_shipment, save_rebate_claim
from tradecrm.services.claims.vat_invoices import SaveVatInvoice, VatLineDraft, save_vat_invoice
from tradecrm.services.trade.import_jobs import ImportLineDraft, SaveImportJob, save_import_job
from tradecrm.services.trade.joint import (
    JoinShipments,
    PartShipment,
    ShareCost,
    join_shipments,
    part_shipment,
    share_cost,
)

D = Decimal
GOODS = "9405419000"
BASES = ("profit", "revenue", "collection")


def commission(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Reckon the commission of the days so far, or take a run a step further or back."""
    rules = player.pick(select(func.count(CommissionRule.id)), 0)
    if rules < len(BASES) and other % 2 == 0:
        rate = D("0.03") + D(which).scaleb(-3)
        player.do(save_commission_rule, SaveCommissionRule("Rule", BASES[rules], rate, START))
    run = player.pick(select(CommissionRun).order_by(CommissionRun.id.desc()), other)
    if run is None or which % 3 == 0:
        player.do(reckon_commission, ReckonCommission(START, day))
        return
    steps = [step.key for step in COMMISSION_RUN.next(run.status)]
    step = steps[which % len(steps)] if steps else ""
    if step == "pay":
        account = player.account_in("CNY")
        player.do(pay_run, PayRun(run.id, account, day))
        player.flow((account, -run.total))
    elif step:
        player.do(move_run, MoveRun(run.id, step, day, "reckoned wrongly"))
        if step == "unpay":
            player.flow((player.account_in("CNY"), run.total))


def file_rebate(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Declare a shipment, enter its VAT invoice and file both in a claim, as far as nothing stands against it."""
    shipment = player.pick(select(Shipment).where(Shipment.departed_on.is_not(None)), which)
    if shipment is None:
        return
    quantity = player.pick(
        select(func.sum(ShipmentLine.quantity)).where(ShipmentLine.shipment_id == shipment.id), 0
    )
    item = DeclaredDraft(GOODS, "Lamp", "pcs", quantity, rebate_rate=D("0.13") if other % 3 else D("0.09"))
    player.do(
        save_declaration, SaveDeclaration(shipment.id, f"D{shipment.id}", shipment.departed_on, (item,))
    )
    net, more = amount, quantity + other
    vat = (net * D("0.13")).quantize(D("0.01"))
    line = VatLineDraft("灯", "pcs", more, net, D("0.13"), vat, GOODS)
    number = f"V{len(player.log)}"
    player.do(save_vat_invoice, SaveVatInvoice(player.firm.factory, number, START, day, net, vat, (line,)))
    collecting = select(RebateClaim.id).where(RebateClaim.status == REBATE_CLAIM.start)
    claim = player.pick(collecting, which) or player.do(
        save_rebate_claim, SaveRebateClaim(START, exempt_reason="T/T")
    )
    player.do(add_shipment, AddShipment(claim, shipment.id))
    for step in ("ready", "file", "approve")[: other % 4]:
        player.do(move_rebate, MoveRebate(claim, step, day))


def go_on_with_rebate(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Take a claim a step further or back, receive money on it, or take that back."""
    claim = player.pick(select(RebateClaim).order_by(RebateClaim.id), which)
    if claim is None:
        return
    account = player.account_in("CNY")
    steps = [step.key for step in REBATE_CLAIM.next(claim.status)]
    step = steps[other % len(steps)] if steps else ""
    if step in {"receive", "receive_part"}:
        left = (claim.approved or D(0)) - claim.received
        part = left if step == "receive" else min(left, amount / 10).quantize(D("0.01"))
        player.do(receive_rebate, ReceiveRebate(claim.id, account, day, part))
        player.flow((account, part))
    elif step == "take_back":
        player.do(take_back_rebate, TakeBackRebate(claim.id, day, "another firm's"))
        player.flow((account, player.pick(select(RebateReceipt.amount).order_by(RebateReceipt.id.desc()), 0)))
    elif step:
        part = (claim.claimed * D("0.9")).quantize(D("0.01")) if which % 2 else None
        player.do(move_rebate, MoveRebate(claim.id, step, day, part, "doubted"))


def share(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Let two shipments share a container, share a cost over them, or part them again."""
    first = player.pick(select(Shipment.id).order_by(Shipment.id), which)
    joint = select(Shipment.id).where(Shipment.joint_id.is_not(None)).order_by(Shipment.id)
    if other % 3 == 0 or player.pick(joint, 0) is None:
        second = player.pick(select(Shipment.id).order_by(Shipment.id.desc()), other)
        if first is not None:
            player.do(join_shipments, JoinShipments(first, second))
    elif other % 3 == 1:
        costs = select(CostLine.id).where(CostLine.shipment_id.in_(joint), CostLine.category != "PUR")
        cost = player.pick(costs.order_by(CostLine.id), which)
        if cost is not None:
            player.do(share_cost, ShareCost(cost, ("value", "equal", "quantity")[which % 3]))
    else:
        player.do(part_shipment, PartShipment(player.pick(joint, which)))


def bring_in(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Write an import job, or write its costs anew."""
    found = player.pick(select(ImportJob).order_by(ImportJob.id), which) if other % 3 == 0 else None
    lines = tuple(
        ImportLineDraft(None, name, D(which + 1), (amount / part).quantize(D("0.01")), D(part), D("0.08"))
        for name, part in (("Motors", 1), ("Spares", 3))[: 1 + other % 2]
    )
    player.do(
        save_import_job,
        SaveImportJob(
            player.firm.factory,
            day,
            "EUR",
            D("7.80"),
            D("7.83"),
            lines,
            port_cost=amount,
            basis=("value", "net_weight", "quantity")[which % 3],
            id=None if found is None else found.id,
            version=None if found is None else found.version,
        ),
    )
