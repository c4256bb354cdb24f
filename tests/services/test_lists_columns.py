"""Every list reads its figures in their own unit: a sum without its type would show ten thousand times as much."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest

from tests.meta.sources import ROOT, python_files
from tradecrm.core.fields import FieldKind
from tradecrm.models.base import Scaled
from tradecrm.services.data.lists import ListSource

_SCALED = frozenset({FieldKind.MONEY, FieldKind.PRICE, FieldKind.RATE, FieldKind.PERCENT})


def _sources() -> Iterator[tuple[str, ListSource]]:
    for path in python_files("tradecrm/services"):
        if "ListSource(" not in path.read_text(encoding="utf-8"):
            continue
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, value in vars(module).items():
            if isinstance(value, ListSource):
                yield f"{module.__name__}.{name}", value


@pytest.mark.parametrize(("name", "source"), list(_sources()))
def test_money_rates_and_shares_have_their_type(name: str, source: ListSource) -> None:
    bare = [
        column.key
        for column in source.columns
        if column.kind in _SCALED and not isinstance(column.expression.type, Scaled)
    ]
    assert bare == [], name
