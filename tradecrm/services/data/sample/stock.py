"""What the sample book is made of: companies, goods, banks and texts, read from ``resources/sample``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tradecrm.core.resources import resource_path

FOLDER = "sample"
NEAR = frozenset({"JP", "KR", "TH", "SG", "VN"})
"""Countries a few days from Ningbo by sea."""

_ROUTES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("DE", "NL", "BE", "FR", "GB", "IE", "PL", "SE", "DK", "PT"), (34, 74)),
    **dict.fromkeys(("ES", "IT", "IL", "TR", "CZ", "AT"), (30, 70)),
    **dict.fromkeys(("US", "CA"), (26, 96)),
    **dict.fromkeys(("MX", "CL", "PE", "BR", "CO"), (35, 92)),
    **dict.fromkeys(("AU", "NZ"), (18, 60)),
    **dict.fromkeys(("AE", "SA", "IN"), (20, 48)),
    **dict.fromkeys(("ZA", "NG"), (32, 82)),
    "JP": (5, 30),
    "KR": (3, 26),
    **dict.fromkeys(("TH", "SG", "VN"), (9, 32)),
}


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the sample tells of it; ``kinds`` are letters of the goods it buys."""

    name: str
    country: str
    city: str
    website: str
    email: str
    phone: str
    address: str
    contact: str
    position: str
    currency: str
    incoterm: str
    place: str
    terms: str
    grade: str
    industry: str
    kinds: str

    @property
    def transit(self) -> int:
        """Answer the days by sea from Ningbo."""
        return _ROUTES[self.country][0]

    @property
    def freight(self) -> int:
        """Answer the usual ocean freight in USD a cubic meter."""
        return _ROUTES[self.country][1]


@dataclass(frozen=True, slots=True)
class Supplier:
    """A factory (role F), forwarder (W) or service provider (V)."""

    key: str
    name: str
    name_local: str
    city: str
    role: str
    phone: str
    contact: str


@dataclass(frozen=True, slots=True)
class Goods:
    """A product: ``cost`` in CNY with VAT, ``rebate`` a fraction, carton in cm, weights in kg."""

    code: str
    name_en: str
    name_cn: str
    specification: str
    kind: str
    unit: str
    hs_code: str
    cost: Decimal
    rebate: Decimal
    supplier: str
    per_carton: Decimal
    length: Decimal
    width: Decimal
    height: Decimal
    net: Decimal
    tare: Decimal

    @property
    def net_cost(self) -> Decimal:
        """Answer the cost of one piece after the export rebate, in CNY (domain.md section 2.2)."""
        return self.cost - self.cost / Decimal("1.13") * self.rebate

    @property
    def volume(self) -> Decimal:
        """Answer the volume of one piece, in cubic meters."""
        return self.length * self.width * self.height / 1_000_000 / self.per_carton


def _rows(name: str) -> list[dict[str, str]]:
    with resource_path(FOLDER, name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def customers() -> tuple[Customer, ...]:
    """Answer the customers in the order of the file."""
    return tuple(Customer(**row) for row in _rows("customers.tsv"))


def suppliers() -> tuple[Supplier, ...]:
    """Answer factories, forwarders and service providers in the order of the file."""
    return tuple(Supplier(**row) for row in _rows("suppliers.tsv"))


_NUMBERS = frozenset({"cost", "rebate", "per_carton", "length", "width", "height", "net", "tare"})


def goods() -> tuple[Goods, ...]:
    """Answer the products in the order of the file; rebates stand there in percent."""
    return tuple(_goods(row) for row in _rows("products.tsv"))


def _goods(row: dict[str, str]) -> Goods:
    values: dict[str, Any] = {key: Decimal(row[key]) if key in _NUMBERS else row[key] for key in row}
    values["rebate"] /= 100
    return Goods(**values)


def banks() -> dict[str, str]:
    """Answer a bank's name with its BIC for each country that the registries know."""
    return {row["country"]: f"{row['name']} ({row['bic']})" for row in _rows("banks.tsv")}


def words(language: str) -> dict[str, str]:
    """Answer the texts of the sample in ``en`` or ``zh_CN`` by their keys."""
    column = "en" if language == "en" else "zh"
    return {row["key"]: row[column] for row in _rows("words.tsv")}
