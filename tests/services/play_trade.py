"""Steps of random histories of the trade: contracts, their amendments, shipments, purchases, costs, returns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.play_kit import START, Done, Player
from tradecrm.core.flows import SHIPMENT
from tradecrm.models import (
    ContractLine,
    CostLine,
    PurchaseContract,
    PurchaseLine,
    PurchaseLink,
    SalesContract,
    Shipment,
    ShipmentLine,
)
from tradecrm.services.money.receipts import (
    RecordReceipt,
    ReverseReceipt,
    Share,
    record_receipt,
    reverse_receipt,
)
from tradecrm.services.trade.amendments import AmendContract, amend_contract
from tradecrm.services.trade.closing import MarkSettled, mark_settled
from tradecrm.services.trade.contract_text import contract_as_kept
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.costs import BillCost, SaveCost, bill_cost, save_cost
from tradecrm.services.trade.departure import DepartShipment, SendBlCopy, depart_shipment, send_bl_copy
from tradecrm.services.trade.letters import MoveLetter, SaveLetter, move_letter, save_letter
from tradecrm.services.trade.moving import MoveShipment, move_shipment
from tradecrm.services.trade.presentations import (
    MovePresentation,
    PresentDocuments,
    move_presentation,
    present_documents,
)
from tradecrm.services.trade.purchase_bills import BillPurchase, bill_purchase
from tradecrm.services.trade.purchase_moves import MovePurchase, move_purchase
from tradecrm.services.trade.purchase_receipts import ReceiveGoods, receive_goods
from tradecrm.services.trade.purchase_split import SplitContract, split_contract
from tradecrm.services.trade.recharges import RechargeCost, recharge_cost
from tradecrm.services.trade.returns import (
    ReceiveReturn,
    ReturnLineDraft,
    ReverseReturn,
    SaveReturn,
    receive_return,
    reverse_return,
    save_return,
)
from tradecrm.services.trade.shipment_purchases import AddPurchases, add_purchases
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.trade.short_close import ShortClose, short_close
from tradecrm.services.trade.taking_back_departure import (
    TAKEN_BACK,
    TakeDepartureBack,
    take_departure_back,
)
from tradecrm.services.work import Reader

D = Decimal
TERMS = (
    "OA;P100@BL+30D",
    "TT;P30@ORDER;B@BL_COPY+7D",
    "TT;P100@BEFORE_SHIP",
    "LC;P100@SIGHT+7W",
    "DA;P100@ACCEPT+90D",
    "TT;P30@ORDER;B@BL_COPY+7D",
)
RULES = (("FOB", "Ningbo"), ("FOB", "Ningbo"), ("DDP", "Rotterdam"))
AGENCY = ("", "", "", "AS_AGENT", "VIA_AGENT")
POLICIES = ("PRO_RATA", "FIRST", "LAST")


def contract(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Sign a contract over two kinds of goods, with its letter of credit, and put it into effect if it may be."""
    firm = player.firm
    price = (amount / 50).quantize(D("0.001")) + 1
    lines = (
        ContractLineDraft(
            firm.product, "Desk lamp", D(90 + which), price, cost=D(40), supplier_id=firm.factory
        ),
        ContractLineDraft(None, "Chair", D(7), price + 3, discount=D("0.015"), cost=D(50)),
    )
    agency = AGENCY[other % len(AGENCY)]
    rule, place = RULES[which % 3]
    command = SaveContract(
        firm.customer,
        START + timedelta(days=other % 5),
        "EUR" if which % 4 == 3 else "USD",
        rule,
        place,
        TERMS[which % len(TERMS)],
        lines[: 1 + other % 2],
        port_of_loading="Ningbo",
        deposit_policy=POLICIES[other % 3],
        tolerance_over=D("0.05"),
        tolerance_under=D("0.05"),
        commission_rate=D("0.02") if other % 4 == 0 else D(0),
        adjustment=D("-12.34") if other % 3 == 2 else D(0),
        agency=agency,
        agency_party_id=firm.agent if agency else None,
        agency_fee_rate=D("0.015") if agency else D(0),
    )
    key = player.do(save_contract, command)
    player.do(move_contract, MoveContract(key, "signed", command.day))
    if command.terms.startswith("LC"):
        paper = SaveLetter(
            f"LC-{key}", firm.customer, command.currency, D(9_000), TODAY + timedelta(days=60), key,
            latest_shipment=TODAY + timedelta(days=30), port_of_loading="Ningbo",
        )  # fmt: skip
        letter = player.do(save_letter, paper)
        player.do(move_letter, MoveLetter(letter, "check"))
    elif command.terms.startswith("TT") and which % 4 == 1:
        total = player.pick(select(SalesContract.total).where(SalesContract.id == key), 0) or D(0)
        deposit(player, key, command, (total * D("0.3")).quantize(D("0.01")))
    player.do(move_contract, MoveContract(key, "effective", command.day))


def deposit(player: Player, key: int, command: SaveContract, amount: Decimal) -> None:
    """Receive what is paid before a contract takes effect."""
    payer = player.firm.agent if command.agency == "VIA_AGENT" else player.firm.customer
    account = player.account_in(command.currency)
    kept = (Share(key, amount),)
    paid = player.do(record_receipt, RecordReceipt(command.day, payer, account, amount, earmarks=kept))
    flows = player.flow((account, amount))
    player.done.append(Done(lambda k, at: (reverse_receipt, ReverseReceipt(k, at, "bounced")), paid, flows))


def go_on(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Put a signed contract into effect, or cancel, close or reopen one."""
    found = player.pick(select(SalesContract.id).order_by(SalesContract.id), which)
    if found is not None:
        target = ("effective", "effective", "canceled", "closed", "shipped")[other % 5]
        player.do(move_contract, MoveContract(found, target, day))


def amend(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Amend the quantity, the price or the adjustment of a contract."""
    found = player.pick(select(SalesContract).order_by(SalesContract.id), which)
    if found is None:
        return

    def kept(reader: Reader) -> SaveContract:
        return contract_as_kept(reader, reader.get(SalesContract, found.id, ""))

    now = player.seat.ask(kept)
    first = now.lines[0]
    if other % 3 == 0:
        now = replace(now, adjustment=now.adjustment - 1)
    elif other % 3 == 1:
        now = replace(now, lines=(replace(first, quantity=first.quantity + which - 5), *now.lines[1:]))
    else:
        now = replace(now, lines=(replace(first, price=first.price + D("0.37")), *now.lines[1:]))
    player.do(amend_contract, AmendContract(now, "agreed"))


def plan(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Plan a shipment of some of what one contract, or two, has open."""
    goods = select(ContractLine.id, ContractLine.quantity).join(SalesContract)
    goods = goods.where(SalesContract.status.in_(("effective", "partly_shipped"))).order_by(ContractLine.id)
    first, second = player.pick(goods, which), player.pick(goods, other)
    if first is None or second is None:
        return
    share = D(("1", "0.5", "0.34", "1.04")[other % 4])
    lines = {
        key: ShipmentLineDraft(key, (quantity * share).quantize(D(1)))
        for key, quantity in (first, second)[: 1 + which % 2]
    }
    command = SaveShipment(day, tuple(lines.values()), etd=TODAY + timedelta(days=9))
    player.do(save_shipment, command)


def ship(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Let a shipment leave, or take it a step along its flow, or void it."""
    planned = select(Shipment).where(Shipment.status.not_in(("closed", "void"))).order_by(Shipment.id)
    found = player.pick(planned, which)
    if found is None:
        return
    if found.departed_on is None and other % 6:
        player.do(depart_shipment, DepartShipment(found.id, day, f"BL{found.id}"))
        return
    targets = [step.target for step in SHIPMENT.next(found.status) if step.target != "rolled"]
    if "closed" in targets and other % 2:
        player.do(mark_settled, MarkSettled(found.id, "received", no_further_bill=True))
    player.do(move_shipment, MoveShipment(found.id, targets[other % len(targets)], day))


def take_out(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Take a departure or a delivery back that was noted wrongly."""
    out = select(Shipment.id).where(Shipment.status.in_(sorted(TAKEN_BACK))).order_by(Shipment.id)
    found = player.pick(out, which)
    if found is not None:
        player.do(take_departure_back, TakeDepartureBack(found, "wrong ship"))


def copy_sent(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Send the copy of a B/L, hand papers to the bank, or take its answer: each dates what is due."""
    found = player.pick(select(Shipment.id).where(Shipment.departed_on.is_not(None)), which)
    if found is None:
        return
    step = ("copy", "present", "present", "sight", "accept", "refuse", "pay")[other % 7]
    if step == "copy":
        player.do(send_bl_copy, SendBlCopy(found, day))
    elif step == "present":
        player.do(present_documents, PresentDocuments(found, day))
    else:
        player.do(move_presentation, MovePresentation(found, step, day, "late"))


def buy(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Buy what a contract needs, or take a purchase contract a step further."""
    if other % 3 == 0:
        found = player.pick(select(SalesContract.id).order_by(SalesContract.id), which)
        if found is not None:
            player.do(split_contract, SplitContract(found, START + timedelta(days=other)))
        return
    purchase = player.pick(select(PurchaseContract.id).order_by(PurchaseContract.id), which)
    if purchase is not None:
        for step in ("submit", "send", "confirm", "produce")[: 1 + other % 4]:
            player.do(move_purchase, MovePurchase(purchase, step))


def take_in(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Receive goods of a purchase."""
    line = player.pick(select(PurchaseLine).order_by(PurchaseLine.id), which)
    if line is not None:
        quantity = (line.quantity * D(("1", "0.5", "0.3")[other % 3])).quantize(D(1))
        player.do(receive_goods, ReceiveGoods(line.id, quantity, day))


def bill_factory(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Draft the purchases of a shipment, or enter the factory's bill for it."""
    if other % 3 == 0:
        found = player.pick(select(Shipment.id).order_by(Shipment.id), which)
        if found is not None:
            player.do(add_purchases, AddPurchases(found))
        return
    pairs = (
        select(PurchaseLine.purchase_id, ShipmentLine.shipment_id)
        .join(PurchaseLink, PurchaseLink.purchase_line_id == PurchaseLine.id)
        .join(ShipmentLine, ShipmentLine.contract_line_id == PurchaseLink.contract_line_id)
        .distinct()
    )
    pair = player.pick(pairs.order_by(PurchaseLine.purchase_id, ShipmentLine.shipment_id), which)
    if pair is not None:
        player.do(bill_purchase, BillPurchase(pair[0], pair[1], day, bill_number=f"F{len(player.log)}"))


def cost(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Enter a cost of a shipment, its bill, or charge it on to the customer."""
    costs = select(CostLine).where(CostLine.category != "PUR").order_by(CostLine.id)
    found = player.pick(costs, which)
    if found is None or other % 3 == 0:
        shipment = player.pick(select(Shipment.id).order_by(Shipment.id), which)
        if shipment is not None:
            category = ("FRT", "INL", "INS", "BKD")[which % 4]
            currency = ("USD", "CNY", "EUR")[other % 3]
            firm = player.firm
            party = firm.customer if which % 2 else firm.agent
            command = SaveCost(shipment, category, currency, amount / 10, party_id=party)
            player.do(save_cost, replace(command, amount=command.amount.quantize(D("0.01"))))
    elif other % 3 == 1:
        player.do(bill_cost, BillCost(found.id, day, f"C{len(player.log)}", found.amount + which))
    else:
        player.do(recharge_cost, RechargeCost(found.id, day, (amount / 20).quantize(D("0.01")), "as agreed"))


def come_back(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Take goods back from the customer: into stock, to the factory, or to be scrapped."""
    line = player.pick(
        select(ShipmentLine)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(Shipment.departed_on.is_not(None))
        .order_by(ShipmentLine.id),
        which,
    )
    if line is None:
        return
    quantity = (line.quantity * D(("1", "0.5", "0.3")[other % 3])).quantize(D(1))
    fate = ("stock", "supplier", "scrap")[which % 3]
    command = SaveReturn(line.shipment_id, day, (ReturnLineDraft(line.id, quantity),), "flickers", fate)
    key = player.do(save_return, command)
    player.do(receive_return, ReceiveReturn(key, day))
    player.done.append(Done(lambda k, at: (reverse_return, ReverseReturn(k, at, "stayed")), key))


def end_short(player: Player, which: int, other: int, day: date, amount: Decimal) -> None:
    """Close what is open of a contract's line short, in part or whole."""
    line = player.pick(select(ContractLine).order_by(ContractLine.id), which)
    if line is not None:
        quantity = (line.quantity * D(("0.1", "0.5", "1")[other % 3])).quantize(D(1))
        player.do(short_close, ShortClose(line.contract_id, ((line.id, quantity),), "not wanted"))
