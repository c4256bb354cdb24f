"""The first day of the sample firm: its people, partners, products and accounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tradecrm.core.money import round_to
from tradecrm.services.book import Seat
from tradecrm.services.control.people import AddDepartment, AddPerson, add_department, add_person
from tradecrm.services.crm.parties import AddressDraft, ContactDraft, SaveParty, save_party
from tradecrm.services.data.sample.firm import SAMPLE_FIRST, Firm, scaled
from tradecrm.services.data.sample.stock import NEAR, Customer, Goods, Supplier, goods, suppliers
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.trade.products import SaveProduct, save_product
from tradecrm.services.work import Work

_CATEGORIES = {"G": "Garden and home", "L": "Lighting", "H": "Home goods"}
_OVERSEAS = frozenset({"US", "CA", "MX", "CL", "PE", "BR", "CO", "AU", "NZ"}) | NEAR


def hire(seat: Seat, firm: Firm) -> tuple[int, int, int]:
    """Add the firm's people; answers who looks after Europe, overseas and the rest."""
    europe = seat.perform(add_department, AddDepartment(firm.words["europe"])).value
    overseas = seat.perform(add_department, AddDepartment(firm.words["overseas"])).value
    seat.perform(add_person, AddPerson("Chen Jie", "manager", europe))
    first = seat.perform(add_person, AddPerson("Zhao Lei", "sales", europe)).value
    second = seat.perform(add_person, AddPerson("Wang Min", "sales", overseas)).value
    third = seat.perform(add_person, AddPerson("Xu Jing", "sales", overseas)).value
    seat.perform(add_person, AddPerson("Zhou Yan", "finance"))
    return first, second, third


def take_in(work: Work, firm: Firm, sellers: tuple[int, int, int]) -> None:
    """Write customers, suppliers and products."""
    for supplier in suppliers():
        firm.suppliers[supplier.key] = save_party.within(work, _supplier(supplier))
    for number, customer in enumerate(firm.buyers):
        firm.customers.append(save_party.within(work, _customer(firm, customer, number, sellers)))
    for each in goods():
        firm.products[each.code] = save_product.within(work, _product(firm, each))


def _supplier(supplier: Supplier) -> SaveParty:
    return SaveParty(
        name=supplier.name,
        name_local=supplier.name_local,
        is_customer=False,
        is_supplier=supplier.role == "F",
        is_forwarder=supplier.role == "W",
        is_service=supplier.role == "V",
        country="CN",
        city=supplier.city,
        phone=supplier.phone,
        currency="CNY",
        contacts=(ContactDraft(supplier.contact, phone="", is_main=True),),
    )


def _customer(firm: Firm, customer: Customer, number: int, sellers: tuple[int, int, int]) -> SaveParty:
    note = {"A": firm.words["note_key"], "C": firm.words["note_slow"]}.get(customer.grade, "")
    return SaveParty(
        name=customer.name,
        country=customer.country,
        city=customer.city,
        industry=firm.words[customer.industry],
        source=firm.words[("fairs", "web", "referral", "fairs")[number % 4]],
        grade=customer.grade,
        website=customer.website,
        email=f"info@{customer.website.removeprefix('www.')}",
        phone=customer.phone,
        currency=customer.currency,
        incoterm=customer.incoterm,
        incoterm_place=customer.place,
        terms=customer.terms,
        note=note if number % 3 == 0 else "",
        contacts=(ContactDraft(customer.contact, customer.position, customer.email, is_main=True),),
        addresses=(
            AddressDraft(
                "registered", f"{customer.address}\n{customer.city}", customer.city, customer.country
            ),
        ),
        owner_id=_seller(customer, number, sellers),
    )


def _seller(customer: Customer, number: int, sellers: tuple[int, int, int]) -> int:
    if customer.country in _OVERSEAS:
        return sellers[1 + number % 2]
    return sellers[0] if number % 3 else sellers[2]


def _product(firm: Firm, each: Goods) -> SaveProduct:
    price = round_to(each.net_cost * Decimal("1.24") / 7 * 20, 0) / 20
    return SaveProduct(
        code=each.code,
        name_en=each.name_en,
        name_cn=each.name_cn,
        specification=each.specification,
        category=firm.words[_CATEGORIES[each.kind]],
        unit=each.unit,
        hs_code=each.hs_code,
        price=price,
        cost=each.cost,
        vat_rate=Decimal("0.13"),
        rebate_rate=each.rebate,
        supplier_id=firm.suppliers[each.supplier],
        per_carton=each.per_carton,
        carton_length=each.length,
        carton_width=each.width,
        carton_height=each.height,
        unit_net_weight=each.net,
        carton_tare=each.tare,
    )


_BOC = ("Bank of China, Ningbo Branch", "BKCHCNBJ92A", "139 Yaohang Street, Ningbo 315000, China")
_ICBC = (
    "Industrial and Commercial Bank of China, Ningbo Branch",
    "ICBKCNBJNBO",
    "218 Zhongshan West Road, Ningbo",
)
_ACCOUNTS: tuple[tuple[str, str, int, str, tuple[str, str, str] | None], ...] = (
    ("USD", "Bank of China USD", 160_000, "3501 5830 0210", _BOC),
    ("EUR", "Bank of China EUR", 20_000, "3501 5830 0228", _BOC),
    ("GBP", "Bank of China GBP", 8_000, "3501 5830 0236", _BOC),
    ("JPY", "Bank of China JPY", 900_000, "3501 5830 0244", _BOC),
    ("AUD", "Bank of China AUD", 9_000, "3501 5830 0251", _BOC),
    ("CNY", "ICBC CNY", 3_000_000, "3901 1200 0904 5566", _ICBC),
    ("CASH", "Cash box", 12_000, "", None),
)


def open_accounts(work: Work, firm: Firm, day: date = SAMPLE_FIRST) -> None:
    """Open the firm's accounts with their balances at the start."""
    for key, name, balance, number, bank in _ACCOUNTS:
        title, swift, address = bank or ("", "", "")
        command = OpenAccount(
            name,
            "CASH" if key == "CASH" else "BANK",
            "CNY" if key == "CASH" else key,
            day,
            scaled(firm, balance),
            bank=title,
            number=number,
            swift=swift,
            bank_address=address,
        )
        firm.accounts[key] = open_account.within(work, command)
