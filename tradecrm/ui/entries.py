"""What the search box opens without asking the book: pages, actions and reports, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tradecrm.core.text import _, translator
from tradecrm.screens.menu import ADMIN, BOOKS, MORE_NEW, MORE_REPORTS, NEW, REPORTS, MenuItem, pages
from tradecrm.ui.shell.matching import Entry, with_words


def menu_entries(can: Callable[[str], bool]) -> list[Entry]:
    """Answer what the search box opens of what the person has a right to."""
    kinds: tuple[tuple[str, tuple[MenuItem, ...]], ...] = (
        ("page", pages()),
        ("page", ADMIN),
        ("action", NEW),
        ("action", MORE_NEW),
        ("action", BOOKS),
        ("report", REPORTS),
        ("report", MORE_REPORTS),
    )
    return [
        Entry(_(one.title), "", kind, one.icon, one.link, (one.title,))
        for kind, items in kinds
        for one in items
        if one.is_for(can)
    ]


def with_chinese(entries: Sequence[Entry]) -> list[Entry]:
    """Add the Chinese name and the pinyin initials, whatever language the interface is in."""
    chinese = translator("zh_CN")
    return [with_words(entry, (chinese.gettext(entry.words[0]),)) for entry in entries]
