"""Names of firms as they stand in a customer list: Latin and Chinese, each of them once."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_STEMS_TEXT = (
    "Kern Veld Nord Harbor Alto Brava Castell Dunmore Elbe Fjord Garda Hadley Iberia Jarvis Koper Lindqvist "
    "Moritz Nagoya Orlov Pacific Quinta Rhein Silva Tanaka Ulm Vistula Weston Yarra Zagreb Atlas Baltic "
    "Cornell Delta Everest Falcon Granada Horizon Indigo Juniper Karsten Loire Madeira Nile Oxford Porto"
)
_STEMS = _STEMS_TEXT.split()
_TRADES_TEXT = (
    "Tools Lighting Garden Kitchenware Textiles Hardware Furniture Plastics Ceramics Toys Stationery Fasteners "
    "Bearings Cables Pumps Valves Luggage Footwear Optics Packaging Appliances Fittings"
)
_TRADES = _TRADES_TEXT.split()
_FORMS = ("GmbH", "B.V.", "Ltd.", "Inc.", "S.A.", "S.r.l.", "Pty Ltd", "AB", "Sp. z o.o.", "LLC")
_COUNTRIES = ("DE", "NL", "GB", "US", "ES", "IT", "AU", "SE", "PL", "AE")
_DIAL = {"DE": "49", "NL": "31", "GB": "44", "US": "1", "ES": "34", "IT": "39", "AU": "61", "SE": "46"}
_DIAL |= {"PL": "48", "AE": "971", "CN": "86"}
_CITIES_TEXT = "宁波 杭州 义乌 温州 上海 苏州 青岛 厦门 深圳 广州 佛山 东莞 台州 金华 绍兴 无锡"
_CITIES = _CITIES_TEXT.split()
_SIGNS = "华明金宏达兴盛泰安瑞祥和顺恒信诚德美佳丰源海天东方新世纪联合通利康宁博远大中国光辉永春茂林森石川"
_LINES_TEXT = "进出口 五金 灯具 工具 纺织 塑料 机电 家具 陶瓷 玩具 文具 贸易 轴承 电缆 水泵 箱包"
_LINES = _LINES_TEXT.split()


@dataclass(frozen=True, slots=True)
class Firm:
    """A customer to be."""

    name: str
    name_local: str
    country: str
    city: str
    website: str
    email: str
    phone: str
    tax_no: str


def firms(rng: Random, count: int) -> list[Firm]:
    """Answer ``count`` firms; no two share a name, an address of mail, a telephone or a tax number."""
    return [_firm(rng, number) for number in range(1, count + 1)]


def _firm(rng: Random, number: int) -> Firm:
    host = f"{rng.choice(_STEMS).lower()}-{number}.com"
    tail = f"{10_000_000 + number}"
    if rng.random() < 0.3:
        city, sign = rng.choice(_CITIES), _SIGNS
        middle = sign[number % len(sign)] + sign[number // len(sign) % len(sign)] + rng.choice(sign)
        local = f"{city}{middle}{rng.choice(_LINES)}有限公司"
        return Firm(
            f"{city} {number} {rng.choice(_TRADES)} Co., Ltd.",
            local,
            "CN",
            city,
            host,
            f"info@{host}",
            f"+86 138 {tail}",
            f"91330200{number:010d}",
        )
    country = rng.choice(_COUNTRIES)
    name = f"{rng.choice(_STEMS)} {rng.choice(_TRADES)} {number} {rng.choice(_FORMS)}"
    phone = f"+{_DIAL[country]} {tail[:2]} {tail[2:]}"
    return Firm(name, "", country, "", host, f"info@{host}", phone, f"{country}{number:09d}")
