"""How the search box finds pages, actions and reports: English, Chinese, pinyin initials. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tradecrm.core.links import Link


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the search box can open.

    It has a title, a muted note beside it, a kind (``page``, ``action``, ``report``, ``record``), what it
    opens, and other words it is found by.
    """

    title: str
    note: str
    kind: str
    icon: str
    link: Link
    words: tuple[str, ...] = ()


def initials(text: str) -> str:
    """Answer pinyin initials and initials of Latin words, lower case: 应收账款 is ``yszk``."""
    from pypinyin import Style, lazy_pinyin

    parts = lazy_pinyin(text, style=Style.FIRST_LETTER)
    # What is not Chinese comes back as it stands, several words in one part.
    return "".join(word[0] for part in parts for word in str(part).split()).lower()


def with_words(entry: Entry, others: Iterable[str]) -> Entry:
    """Answer ``entry`` found also by ``others`` (its name in the other language) and by all their initials."""
    names = [name for name in dict.fromkeys((entry.title, *others, *entry.words)) if name]
    words = tuple(dict.fromkeys([*names, *(initials(name) for name in names)]))
    return Entry(entry.title, entry.note, entry.kind, entry.icon, entry.link, words)


def score(entry: Entry, typed: str) -> int:
    """Answer how well ``typed`` fits: 0 not at all, 4 the whole, 3 a beginning, 2 a word's, 1 inside."""
    wanted = typed.strip().lower()
    best = 0
    for word in (entry.title, *entry.words):
        low = word.lower()
        if low == wanted:
            return 4
        if low.startswith(wanted):
            best = max(best, 3)
        elif any(part.startswith(wanted) for part in low.split()):
            best = max(best, 2)
        elif wanted in low:
            best = max(best, 1)
    return best


def matches(entries: Iterable[Entry], typed: str, most: int = 12) -> list[Entry]:
    """Answer the entries that fit, best first, in the given order among equals; all when nothing is typed."""
    if not typed.strip():
        return list(entries)[:most]
    scored = [(score(entry, typed), -place, entry) for place, entry in enumerate(entries)]
    fitting = sorted((item for item in scored if item[0]), key=lambda item: item[:2], reverse=True)
    return [entry for _score, _place, entry in fitting[:most]]
