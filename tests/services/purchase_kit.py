"""T1 (domain.md section 1.9) up to the signed contract, with its two factories, for tests of purchasing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tests.services.conftest import TODAY
from tests.services.scenes import played_once
from tradecrm.core.rates import RateType
from tradecrm.models import ContractLine, PurchaseContract, PurchaseLink
from tradecrm.services.book import Seat
from tradecrm.services.crm.parties import SaveParty, save_party
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.money.rates import SaveRate, save_rate
from tradecrm.services.money.receipts import RecordReceipt, Share, record_receipt
from tradecrm.services.trade.contracts import (
    ContractLineDraft,
    MoveContract,
    SaveContract,
    move_contract,
    save_contract,
)
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.trade.purchases import (
    HEADER,
    LINE,
    LinkDraft,
    PurchaseLineDraft,
    SavePurchase,
    purchase_lines,
)
from tradecrm.services.trade.shipments import SaveShipment, ShipmentLineDraft, save_shipment
from tradecrm.services.work import Reader

__all__ = [
    "TODAY",
    "Deal",
    "command_of",
    "plan_shipment",
    "purchase_of",
    "put_into_effect",
    "sign_deal",
    "statuses",
]
D = Decimal
SIGNED = date(2026, 3, 30)


@dataclass(frozen=True)
class Deal:
    """The records of T1 by their ids."""

    customer: int
    lantern_factory: int
    kit_factory: int
    lantern: int
    kit: int
    contract: int
    lantern_line: int
    kit_line: int


@played_once
def sign_deal(seat: Seat, *, kit_factory: bool = True) -> Deal:
    """Write parties, products and SC-26001 of section 1.9, signed."""
    seat.perform(save_rate, SaveRate(RateType.BUDGET, "USD", date(2026, 1, 1), "7.00"))
    customer = seat.perform(save_party, SaveParty(name="Veld B.V.", country="NL")).value
    first, second = (
        seat.perform(
            save_party, SaveParty(name=name, country="CN", is_customer=False, is_supplier=True)
        ).value
        for name in ("余姚市明野灯具有限公司", "永康市绿手工具有限公司")
    )
    lantern = seat.perform(save_product, SaveProduct("LN-210", "Solar garden lantern", "太阳能花园灯")).value
    kit = seat.perform(save_product, SaveProduct("GK-44", "Garden tool kit", "园艺工具五件套")).value
    contract = seat.perform(
        save_contract,
        SaveContract(
            customer,
            date(2026, 3, 28),
            "USD",
            "CIF",
            "Rotterdam",
            "TT;P30@ORDER;B@BL_COPY+7D",
            (
                ContractLineDraft(
                    lantern, "Solar garden lantern", D(1200), D("6.85"), description_cn="太阳能花园灯",
                    item_no="LN-210", hs_code="9405419000", cost=D("39.55"), supplier_id=first,
                ),
                ContractLineDraft(
                    kit, "Garden tool kit", D(800), D("14.40"), unit="sets", item_no="GK-44",
                    cost=D("72.32"), rebate_rate=D("0.09"), supplier_id=second if kit_factory else None,
                ),
            ),
            number="SC-26001",
            latest_shipment=date(2026, 12, 31),
            marks="VELD\nROTTERDAM\nC/NO. 1-UP",
        ),
    ).value  # fmt: skip
    seat.perform(move_contract, MoveContract(contract, "signed", SIGNED))
    lines = seat.ask(contract_lines, contract)
    return Deal(customer, first, second, lantern, kit, contract, *lines)


def contract_lines(reader: Reader, contract_id: int) -> list[int]:
    return list(
        reader.session.scalars(
            select(ContractLine.id)
            .where(ContractLine.contract_id == contract_id)
            .order_by(ContractLine.position)
        )
    )


def put_into_effect(seat: Seat, deal: Deal) -> None:
    """Take the deposit of 5,922.00 and put the contract into effect."""
    account = seat.perform(open_account, OpenAccount("USD", "BANK", "USD", date(2026, 1, 1))).value
    day = date(2026, 4, 3)
    shares = (Share(deal.contract, D(5922)),)
    seat.perform(
        record_receipt,
        RecordReceipt(day, deal.customer, account, D(5922), rate=D("7.02"), earmarks=shares),
    )
    seat.perform(move_contract, MoveContract(deal.contract, "effective", day))


def plan_shipment(seat: Seat, deal: Deal, *, lanterns: str = "1200", kits: str = "500") -> int:
    """Plan shipment 1 of T1."""
    lines = tuple(
        ShipmentLineDraft(line, D(quantity))
        for line, quantity in ((deal.lantern_line, lanterns), (deal.kit_line, kits))
        if D(quantity)
    )
    return seat.perform(save_shipment, SaveShipment(date(2026, 5, 1), lines, etd=date(2026, 5, 20))).value


def purchase_of(reader: Reader, purchase_id: int) -> PurchaseContract:
    """Answer a purchase contract, apart from its session."""
    found = reader.get(PurchaseContract, purchase_id, "Purchase contract")
    reader.session.expunge(found)
    return found


def statuses(reader: Reader) -> dict[int, str]:
    """Answer the state of every purchase contract."""
    rows = reader.session.execute(select(PurchaseContract.id, PurchaseContract.status))
    return dict(rows.all())


def command_of(reader: Reader, purchase_id: int) -> SavePurchase:
    """Answer the command that saves a purchase contract as it stands."""
    head = reader.get(PurchaseContract, purchase_id, "Purchase contract")
    lines = []
    for row in purchase_lines(reader, purchase_id):
        links = reader.session.scalars(select(PurchaseLink).where(PurchaseLink.purchase_line_id == row.id))
        found = tuple(LinkDraft(link.contract_line_id, link.quantity) for link in links)
        lines.append(PurchaseLineDraft(id=row.id, links=found, **{name: getattr(row, name) for name in LINE}))
    values = {name: getattr(head, name) for name in HEADER}
    return SavePurchase(lines=tuple(lines), id=head.id, version=head.version, **values)
