"""The words of papers that follow the way of transport: B/L and ports at sea, air waybill and airports by air."""

from __future__ import annotations

from types import MappingProxyType

from tradecrm.core.ways import NO_TITLE_MODES
from tradecrm.documents.labels import LABELS, TITLES
from tradecrm.documents.words import Words, same

_AWAY = {
    "etd": Words("ETD", "预计出发"),
    "eta": Words("ETA", "预计到达"),
    "target_etd": Words("Wanted ETD", "期望出发"),
    "bl_unit": Words("waybill", "每票运单"),
    "DEST": Words("Destination charges", "目的地费用"),
}
_LABELS = MappingProxyType(
    {
        "AIR": {
            **_AWAY,
            "loading": Words("Airport of departure", "起运机场"),
            "discharge": Words("Airport of destination", "目的机场"),
            "vessel": Words("Flight", "航班"),
            "carrier": Words("Airline", "航空公司"),
            "bl": Words("Air waybill no.", "空运单号"),
            "on_board": Words("Air waybill date", "空运单日期"),
            "THC": Words("Airport handling at origin", "起运机场操作费"),
            "BAF": Words("Fuel surcharge (FSC)", "燃油附加费"),
        },
        "EXPRESS": {
            **_AWAY,
            "loading": Words("Sent from", "寄件地"),
            "discharge": Words("Sent to", "目的地"),
            "vessel": Words("Courier service", "快递服务"),
            "carrier": Words("Courier", "快递公司"),
            "bl": Words("Tracking no.", "快递单号"),
            "on_board": Words("Pick-up date", "取件日期"),
            "THC": Words("Handling at origin", "起运地操作费"),
            "BAF": Words("Fuel surcharge (FSC)", "燃油附加费"),
        },
        "RAIL": {
            **_AWAY,
            "loading": Words("Station of departure", "发站"),
            "discharge": Words("Station of destination", "到站"),
            "vessel": Words("Train / wagon", "车次车皮号"),
            "carrier": Words("Railway", "铁路承运人"),
            "bl": Words("Railway bill no.", "铁路运单号"),
            "on_board": Words("Railway bill date", "铁路运单日期"),
            "THC": Words("Station handling at origin", "发站操作费"),
            "BAF": Words("Fuel surcharge", "燃油附加费"),
        },
        "TRUCK": {
            **_AWAY,
            "loading": Words("Place of loading", "装货地"),
            "discharge": Words("Place of unloading", "卸货地"),
            "vessel": Words("Truck / trailer", "车牌号"),
            "carrier": Words("Haulier", "承运车队"),
            "bl": Words("Road waybill no.", "公路运单号"),
            "on_board": Words("Road waybill date", "公路运单日期"),
            "THC": Words("Handling at origin", "起运地操作费"),
            "BAF": Words("Fuel surcharge", "燃油附加费"),
        },
    }
)
_PAPERS = MappingProxyType(
    {
        "AIR": Words("air waybill", "空运单"),
        "EXPRESS": Words("courier waybill", "快递单"),
        "RAIL": Words("railway bill", "铁路运单"),
        "TRUCK": Words("road waybill", "公路运单"),
    }
)
_BILL = Words("bill of lading", "提单")
_TITLES = MappingProxyType(
    {
        "advice": Words("SHIPPING ADVICE", "发运通知"),
        "instruction": Words("SHIPPER'S LETTER OF INSTRUCTION", "托运书"),
    }
)
_MODES = MappingProxyType(
    {
        "FCL": Words("Sea freight, FCL", "海运整箱"),
        "LCL": Words("Sea freight, LCL", "海运拼箱"),
        "AIR": Words("Air freight", "空运"),
        "EXPRESS": Words("Courier", "快递"),
        "RAIL": Words("Rail freight", "铁路运输"),
        "TRUCK": Words("Road freight", "公路运输"),
    }
)
AT_SEA_ONLY = frozenset({"AMS", "SEAL", "VGM", "TLX"})
"""Charges of a freight quote that only a ship brings with it."""


def has_title(mode: str) -> bool:
    """Tell whether the transport paper of a way is a document of title, a bill of lading (section 16.2)."""
    return mode not in NO_TITLE_MODES


def way_label(key: str, mode: str) -> Words:
    """Answer the label of a paper as a way of transport has it; what is the same on all ways is as ever."""
    return _LABELS.get(mode, {}).get(key) or LABELS[key]


def way_charge(key: str, mode: str, usual: Words) -> Words:
    """Answer the name of a charge or unit of freight as a way of transport has it."""
    return _LABELS.get(mode, {}).get(key, usual)


def way_title(kind: str, mode: str) -> Words:
    """Answer the title of a paper; nothing is put on board of a ship by air, rail, road or courier."""
    return TITLES[kind] if has_title(mode) else _TITLES.get(kind, TITLES[kind])


def transport_paper(mode: str) -> Words:
    """Answer what the carrier issues, inside a sentence."""
    return _PAPERS.get(mode, _BILL)


def mode_words(mode: str) -> Words:
    """Answer the way of transport in words."""
    return _MODES.get(mode, same(mode))
