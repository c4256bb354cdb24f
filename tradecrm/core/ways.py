"""What the things of a way of transport are called: B/L and ports at sea, waybill and airports by air (16.1)."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from tradecrm.core.text import N_

MODE_TITLES: tuple[tuple[str, str], ...] = (
    ("FCL", N_("Sea FCL")),
    ("LCL", N_("Sea LCL")),
    ("AIR", N_("Air")),
    ("EXPRESS", N_("Express")),
    ("RAIL", N_("Rail")),
    ("TRUCK", N_("Truck")),
)
NO_TITLE_MODES = frozenset({"AIR", "EXPRESS", "RAIL", "TRUCK"})
"""Ways whose transport paper is no document of title: the carrier hands the goods over without it (section 16.2)."""


class Thing(enum.StrEnum):
    """A thing of the way; its value is the field of a shipment that says it."""

    LADING = "bl_no"
    LOADING = "port_of_loading"
    DISCHARGE = "port_of_discharge"
    VESSEL = "vessel"
    VOYAGE = "voyage"
    CARRIER = "carrier"
    ETD = "etd"
    ETA = "eta"
    LEFT = "departed_on"
    COPY = "bl_copy_sent_on"


_SEA: Mapping[Thing, str] = {
    Thing.LADING: N_("B/L no."),
    Thing.LOADING: N_("Port of loading"),
    Thing.DISCHARGE: N_("Port of discharge"),
    Thing.VESSEL: N_("Vessel"),
    Thing.VOYAGE: N_("Voyage"),
    Thing.CARRIER: N_("Carrier"),
    Thing.ETD: N_("ETD"),
    Thing.ETA: N_("ETA"),
    Thing.LEFT: N_("On board on"),
    Thing.COPY: N_("B/L copy sent"),
}
_LAND: Mapping[Thing, str] = {
    Thing.ETD: N_("Estimated departure"),
    Thing.ETA: N_("Estimated arrival"),
    Thing.COPY: N_("Waybill copy sent"),
}
_OTHERS: Mapping[str, Mapping[Thing, str]] = {
    "AIR": {
        **_LAND,
        Thing.LADING: N_("Air waybill no."),
        Thing.LOADING: N_("Airport of departure"),
        Thing.DISCHARGE: N_("Airport of destination"),
        Thing.VESSEL: N_("Flight"),
        Thing.VOYAGE: N_("Connecting flight"),
        Thing.CARRIER: N_("Airline"),
        Thing.LEFT: N_("Air waybill date"),
    },
    "EXPRESS": {
        **_LAND,
        Thing.LADING: N_("Tracking no."),
        Thing.LOADING: N_("Sent from"),
        Thing.DISCHARGE: N_("Sent to"),
        Thing.VESSEL: N_("Courier service"),
        Thing.VOYAGE: N_("Flight"),
        Thing.CARRIER: N_("Courier"),
        Thing.LEFT: N_("Picked up by the courier on"),
    },
    "RAIL": {
        **_LAND,
        Thing.LADING: N_("Railway bill no."),
        Thing.LOADING: N_("Station of departure"),
        Thing.DISCHARGE: N_("Station of destination"),
        Thing.VESSEL: N_("Train"),
        Thing.VOYAGE: N_("Wagon no."),
        Thing.CARRIER: N_("Railway"),
        Thing.LEFT: N_("Railway bill date"),
    },
    "TRUCK": {
        **_LAND,
        Thing.LADING: N_("Road waybill no."),
        Thing.LOADING: N_("Place of loading"),
        Thing.DISCHARGE: N_("Place of unloading"),
        Thing.VESSEL: N_("Truck no."),
        Thing.VOYAGE: N_("Trailer no."),
        Thing.CARRIER: N_("Haulier"),
        Thing.LEFT: N_("Road waybill date"),
    },
}


def name_of(thing: Thing, mode: str) -> str:
    """Answer what a thing is called by a way of transport, to be translated; at sea, and unknown, a port is a port."""
    return _OTHERS.get(mode, _SEA).get(thing, _SEA[thing])


def issued_after_leaving(mode: str) -> str:
    """Answer the sentence that refuses a transport paper before the goods have left, to be translated."""
    if mode in NO_TITLE_MODES:
        return N_("The waybill is issued when the goods have left.")
    return N_("The bill of lading is issued when the goods have left.")
