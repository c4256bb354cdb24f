"""What the processes that are killed write with, loaded and mapped once in the server they are forked from."""

from __future__ import annotations

from sqlalchemy.orm import configure_mappers

from tests.services import money_kit, storage_kit
from tradecrm.services.data import check
from tradecrm.services.money import accounts, receipts

LOADED = (accounts, check, money_kit, receipts, storage_kit)

configure_mappers()
