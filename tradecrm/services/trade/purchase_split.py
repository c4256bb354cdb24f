"""Splitting a sales contract into one draft purchase contract a factory, with what is still to buy (section 1.4)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tradecrm.core.flows import SALES_CONTRACT
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import ContractLine, Party, Product, SalesContract
from tradecrm.services.figures.purchased import contract_needs
from tradecrm.services.trade.purchases import (
    USUAL_TERMS,
    LinkDraft,
    PurchaseLineDraft,
    SavePurchase,
    save_purchase,
)
from tradecrm.services.work import Work, operation

ZERO = Decimal(0)
SPLIT_STATES = frozenset({"approved", "signed", "effective", "partly_shipped"})
"""States of a sales contract for which goods may be bought: approved or later, and not at its end."""


@dataclass(frozen=True, slots=True)
class SplitContract:
    """Draw up the purchases of a sales contract on a day: one draft for each factory of its lines."""

    contract_id: int
    day: date


@operation("purchase.write")
def split_contract(work: Work, command: SplitContract) -> tuple[int, ...]:
    """Make one draft purchase contract a factory with the quantities to buy; answers their ids.

    Everything the sales contract holds is carried over: goods, Chinese words, factory prices, VAT and rebate,
    packing, marks, delivery. Lines without a factory are named in a warning.
    """
    contract = work.get(SalesContract, command.contract_id, _("Contract"))
    if contract.status not in SPLIT_STATES:
        raise Refusal.of(
            _(
                "{number} is “{status}”; goods are bought for a contract that is approved or in effect."
            ).format(number=contract.number, status=_(SALES_CONTRACT.state(contract.status).title))
        )
    groups = _by_factory(work, contract)
    made = []
    for supplier_id, lines in groups.items():
        supplier = work.get(Party, supplier_id, _("Supplier"))
        made.append(
            save_purchase.within(
                work,
                SavePurchase(
                    supplier_id=supplier_id,
                    day=command.day,
                    lines=tuple(lines),
                    currency=work.base,
                    terms=supplier.terms or USUAL_TERMS,
                    delivery_on=_later(contract.latest_shipment, command.day),
                    delivery_place=contract.port_of_loading,
                    packing=contract.packing,
                    marks=contract.marks,
                    signatory=work.settings.company_signatory,
                ),
            )
        )
    return tuple(made)


def _later(day: date | None, than: date) -> date | None:
    return day if day is not None and day >= than else None


def _by_factory(work: Work, contract: SalesContract) -> dict[int, list[PurchaseLineDraft]]:
    """Answer the lines to buy by their factory; refuses when there is nothing that could be bought."""
    needs = contract_needs(work, contract.id)
    rows = work.session.execute(
        select(ContractLine, Product)
        .outerjoin(Product, Product.id == ContractLine.product_id)
        .where(ContractLine.contract_id == contract.id)
        .order_by(ContractLine.position)
    )
    groups: dict[int, list[PurchaseLineDraft]] = defaultdict(list)
    without: list[str] = []
    for line, product in rows:
        quantity = needs[line.id].to_buy
        supplier_id = line.supplier_id or (product.supplier_id if product is not None else None)
        if quantity <= 0:
            continue
        if supplier_id is None:
            without.append(line.item_no or line.description_en)
        else:
            groups[supplier_id].append(_line(line, product, quantity))
    names = ", ".join(without)
    if not groups and not without:
        raise Refusal.of(
            _("Nothing is to buy for {number}: all of it is bought or shipped.").format(
                number=contract.number
            )
        )
    if not groups:
        raise Refusal.of(
            _("{number}: no factory is named for {goods}. Enter the supplier at its lines first.").format(
                number=contract.number, goods=names
            )
        )
    if without:
        work.warn(_("Not bought, as no factory is named: {goods}.").format(goods=names))
    return groups


def _line(line: ContractLine, product: Product | None, quantity: Decimal) -> PurchaseLineDraft:
    """Answer the purchase of a sold line at its factory price, else at the product's."""
    price = line.cost if line.cost is not None else (product.cost if product is not None else None)
    return PurchaseLineDraft(
        product_id=line.product_id,
        description_cn=line.description_cn or (product.name_cn if product else "") or line.description_en,
        quantity=quantity,
        price=price if price is not None else ZERO,
        unit=line.unit,
        item_no=line.item_no or (product.code if product else ""),
        description_en=line.description_en,
        specification=line.specification,
        hs_code=line.hs_code,
        vat_rate=line.vat_rate,
        rebate_rate=line.rebate_rate,
        per_carton=line.per_carton,
        links=(LinkDraft(line.id, quantity),),
    )
