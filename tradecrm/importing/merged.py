"""Cells merged over several rows: what they hold counts for each, and a company over several has several contacts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from tradecrm.core.fields import FieldKind
from tradecrm.importing.columns import import_kinds
from tradecrm.importing.convert import Value
from tradecrm.importing.frames import CellValue
from tradecrm.importing.sheets import Sheet

MORE = "_more"
"""Further values of one cell stand under the field's key with this ending, as a tuple of texts."""

_OF_A_CONTACT = (
    *("contact_name", "contact_first_name", "contact_last_name", "contact_title"),
    *("contact_phone", "contact_email", "whatsapp", "wechat", "email"),
)
_OF_THE_COMPANY = ("code", "tax_no", "website", "address", "city", "name_zh")
_MOST = 500_000

Values = Mapping[str, Value | tuple[str, ...]]
"""The values of a row by the key of their field."""


class Spread:
    """The rows of a sheet with what merged cells above say for them; amounts count once, in their first row.

    ``heads`` answers by number which row a row belongs to that lies under a company merged over both.
    """

    def __init__(self, kind: str, sheet: Sheet, first: int, mapping: Mapping[int, str]) -> None:
        self._sheet = sheet
        self._given: dict[int, dict[int, CellValue]] = {}
        self.heads: dict[int, int] = {}
        left = _MOST
        for area in sheet.merged:
            top, key = bisect_left(sheet.numbers, area.top), mapping.get(area.left)
            if area.bottom == area.top or key is None or top < first or sheet.numbers[top] != area.top:
                continue
            if import_kinds()[kind].field(key).kind is FieldKind.MONEY:
                continue
            under = range(top + 1, min(bisect_right(sheet.numbers, area.bottom), top + left))
            left -= len(under)
            for index in under:
                self._given.setdefault(index, {})[area.left] = sheet.cell(top, area.left)
                if kind == "customers" and key == "name":
                    self.heads[sheet.numbers[index]] = area.top

    def row(self, index: int) -> Sequence[CellValue]:
        """Answer the cells of the row at ``index``, those of merged areas filled in."""
        row, given = self._sheet.rows[index], self._given.get(index)
        if given is None:
            return row
        whole = [*row, *(None for _more in range(max(given) + 1 - len(row)))]
        for place, value in given.items():
            if whole[place] is None:
                whole[place] = value
        return whole


def is_further_contact(head: Values, values: Values) -> bool:
    """Tell whether a row names another person of the very same company: nothing it says of the company differs."""
    person, main = values.get("contact_name"), head.get("contact_name")
    if not person or not main or person in _listed(head, "contact_name"):
        return False
    return not any(
        values.get(key) and head.get(key) and values[key] != head[key]
        for key in _OF_THE_COMPANY
        if key in values
    )


def with_contact(head: Values, values: Values) -> dict[str, Value | tuple[str, ...]]:
    """Answer the values of a company with the contact of another row of it, place by place in every list.

    What one person has twice does not move the next one's: it goes into the remark, as does what the company has
    otherwise already; what it lacks it takes.
    """
    found, values = dict(head), dict(values)
    if values.get("email") == head.get("email"):
        values.pop("email", None)
    if values.get("phone") and values["phone"] != head.get("phone") and "contact_phone" not in values:
        values["contact_phone"] = values.pop("phone")
    notes: list[str] = []
    for key in _OF_A_CONTACT:
        listed = [*_placed(head, key, notes), *_placed(values, key, notes)]
        if any(listed):
            found.pop(key, None)
            if listed[0]:
                found[key] = listed[0]
            found[key + MORE] = tuple(listed[1:])
    _add_company(found, values, notes)
    if notes:
        first = [str(found["remark"])] if found.get("remark") else []
        found["remark"] = "\n".join(dict.fromkeys([*first, *notes]))
    return found


def _add_company(found: dict[str, Value | tuple[str, ...]], values: Values, notes: list[str]) -> None:
    """Take what the company lacks, and note what it has otherwise; its name and country are the same."""
    for key, value in values.items():
        if key in {*_OF_A_CONTACT, "name", "country"} or key.endswith(MORE):
            continue
        if key not in found:
            found[key] = value
        elif value != found[key]:
            notes.append(str(value))


def _placed(values: Values, key: str, notes: list[str]) -> list[str]:
    """Answer a value for each person of a row, empty where there is none; what is left over goes to the notes."""
    listed, people = _listed(values, key), _length(values)
    notes += filter(None, listed[people:])
    return (listed + [""] * people)[:people]


def _length(values: Values) -> int:
    further = values.get("contact_name" + MORE, ())
    return 1 + (len(further) if isinstance(further, tuple) else 0)


def _listed(values: Values, key: str) -> list[str]:
    further = values.get(key + MORE, ())
    return [str(values.get(key) or ""), *(further if isinstance(further, tuple) else ())]
