"""Finds the header of a sheet under its title rows, in one row or in two with merged groups above."""

from __future__ import annotations

from dataclasses import dataclass

from tradecrm.core.text import _
from tradecrm.importing.columns import VARIANT, normalize_header, score_header
from tradecrm.importing.frames import CellValue
from tradecrm.importing.looks import content_kind
from tradecrm.importing.sheets import Area, Sheet, column_letters

_LOOK_AT = 40
_SAYS_NOTHING = frozenset(
    normalize_header(text)
    for text in (
        "基本信息", "基本资料", "基础信息", "基础资料", "客户信息", "客户资料", "公司信息", "公司资料",
        "产品信息", "产品资料", "商品信息", "账户信息", "其他", "其它", "其他信息", "其它信息",
        "地址", "地址信息", "联系方式", "联系信息", "联系资料", "Address", "Address details", "Contact details",
        "Basic information", "General", "General information", "Details", "Other", "Customer information",
        "Company information", "Product information",
    )
)  # fmt: skip
"""Groups over columns that do not change what the columns are."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands (indexes into ``sheet.rows``; None without one) and the text of each column.

    ``first`` is the index of the first row of data. Repeated names keep their text; ``repeated`` lists their
    columns.
    """

    row: int | None
    first: int
    names: tuple[str, ...]
    repeated: tuple[int, ...] = ()

    def shown(self, column: int) -> str:
        """Answer what to call a column: its header, or ``Column C`` where it has none."""
        name = self.names[column] if column < len(self.names) else ""
        return name or _("Column {letters}").format(letters=column_letters(column))


def _text(value: CellValue) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _certain(kind: str, header: str) -> bool:
    return any(score >= VARIANT for score in score_header(kind, header).values())


def _points(kind: str, row: list[CellValue]) -> int:
    """Answer how many different cells of a row are names of columns."""
    texts = {_text(value) for value in row}
    return sum(1 for text in texts if text and len(text) <= 60 and _certain(kind, text))


def _plausible(sheet: Sheet, index: int) -> bool:
    """Tell whether a row of unknown names may be a header: several short, different texts over a body."""
    filled = [value for value in sheet.rows[index] if value is not None]
    texts = [normalize_header(_text(value)) for value in filled]
    if len(filled) < 2 or not all(texts) or len(set(texts)) < len(texts):
        return False
    if any(len(text) > 40 for text in texts) or content_kind([*filled, *filled, *filled]) is not None:
        return False
    if any(content_kind([value] * 3) is not None for value in filled):
        return False
    below = sheet.rows[index + 1 : index + 6]
    return bool(below) and len(filled) * 2 >= max(map(len, below))


def _groups(sheet: Sheet, index: int) -> dict[int, str]:
    """Answer column → text of the merged group it lies under, for groups in the row at ``index``."""
    number, found = sheet.numbers[index], {}
    row = sheet.rows[index]
    for area in sheet.merged:
        if area.top == area.bottom == number and area.right > area.left and area.left < len(row):
            text = _text(row[area.left])
            for column in range(area.left, area.right + 1):
                found[column] = text
    filled = sum(1 for value in row if value is not None)
    return found if filled > 1 else {}


def _two_rows(sheet: Sheet, index: int) -> tuple[int, int] | None:
    """Answer the upper and lower row of a header in two rows of which ``index`` is one."""
    for upper in (index, index - 1):
        lower = upper + 1
        if upper < 0 or lower >= len(sheet.rows) or sheet.numbers[lower] != sheet.numbers[upper] + 1:
            continue
        under = [column for column in _groups(sheet, upper) if _text(sheet.cell(lower, column))]
        if under and all(value is None or _text(value) for value in sheet.rows[lower]):
            return upper, lower
    return None


def _joined(group: str, name: str, single: str) -> str:
    """Answer the text of a column: under a group both together, since "Name" below "Contact" is no company.

    A group that says nothing of its own, or nothing that the name does not say, is left out.
    """
    if not group:
        return name or single
    if not name:
        return group
    if normalize_header(group) in _SAYS_NOTHING or group in name:
        return name
    return f"{group} {name}"


def _names(sheet: Sheet, upper: int, lower: int) -> tuple[str, ...]:
    groups = _groups(sheet, upper)
    names = []
    for column in range(sheet.width):
        above, below = _text(sheet.cell(upper, column)), _text(sheet.cell(lower, column))
        names.append(_joined(groups.get(column, ""), below, above))
    return tuple(names)


def _spread(sheet: Sheet, index: int, names: list[str]) -> None:
    """Give every column under a merged header cell that header's text."""
    number = sheet.numbers[index]
    for area in sheet.merged:
        if _covers(area, number) and area.left < len(names):
            for column in range(area.left + 1, min(area.right + 1, len(names))):
                names[column] = names[column] or names[area.left]


def _covers(area: Area, number: int) -> bool:
    return area.top <= number <= area.bottom and area.right > area.left


def _repeated(names: tuple[str, ...]) -> tuple[int, ...]:
    plain = [normalize_header(name) for name in names]
    return tuple(column for column, name in enumerate(plain) if name and plain.count(name) > 1)


def header_at(sheet: Sheet, index: int | None) -> Header:
    """Answer the header when it stands in the row at ``index`` of ``sheet.rows``; None for a sheet without."""
    if index is None or not sheet.rows:
        return Header(None, 0, ("",) * sheet.width)
    pair = _two_rows(sheet, index)
    if pair is not None:
        names = _names(sheet, *pair)
        return Header(pair[0], pair[1] + 1, names, _repeated(names))
    spread = [_text(sheet.cell(index, column)) or "" for column in range(sheet.width)]
    for column, value in enumerate(sheet.rows[index]):
        if value is not None and not spread[column]:
            spread[column] = str(value)
    _spread(sheet, index, spread)
    names = tuple(spread)
    return Header(index, index + 1, names, _repeated(names))


def named_columns(kind: str, sheet: Sheet) -> int:
    """Answer how many columns of ``kind`` the likeliest header of ``sheet`` names."""
    return max((_points(kind, row) for row in sheet.rows[:_LOOK_AT]), default=0)


def find_header(kind: str, sheet: Sheet) -> Header:
    """Find the header of ``sheet`` among its first rows: the row with the most names of columns of ``kind``.

    Where no row has two of them, the first row that could be a header; where there is none, the sheet is read
    without a header and its columns are told by their cells.
    """
    points = [_points(kind, row) for row in sheet.rows[:_LOOK_AT]]
    best = max(points, default=0)
    if best >= 2 or (best == 1 and sheet.width <= 2):
        return header_at(sheet, points.index(best))
    for index in range(len(points)):
        if _plausible(sheet, index):
            return header_at(sheet, index)
    return header_at(sheet, None)
