"""The least that brings a sheet of customers into a book: straight-line code for this one sheet, and raw SQL.

It writes the same rows as the product: customers, keys of duplicates, search terms, what the import made. It can
do with less because it knows its sheet: names in ASCII but for Chinese cities, no telephone numbers.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tradecrm.core.names import LEGAL_FORMS
from tradecrm.storage.engines import connect
from tradecrm.storage.objects import search_rowid

_RUN = re.compile("[0-9a-z]+")
_CHINESE = re.compile("[\u4e00-\u9fff]+")
_TURN = re.compile("(?<=[0-9])(?=[a-z])|(?<=[a-z])(?=[0-9])")
_LONG = re.compile("[0-9]{5,}")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}")
_PARTY = (
    "INSERT INTO party (id, code, name, country, city, website, email, tax_no, name_local, is_customer, "
    "is_supplier, is_forwarder, is_service, industry, source, grade, phone, currency, incoterm, incoterm_place, "
    "terms, note, archived, owner_id, version, created_at, updated_at) VALUES "
    "(?, ?, ?, ?, ?, ?, ?, ?, '', 1, 0, 0, 0, '', '', '', '', '', '', '', '', '', 0, 1, 1, ?, ?)"
)
_NOW = "2026-06-30T09:00:00.000000+00:00"


def bring_in(sheet: Path, book: Path) -> None:
    """Read the sheet, check each row, look for doubles in it and in the book, insert, and index."""
    from python_calamine import load_workbook

    rows: list[list[Any]] = load_workbook(str(sheet)).get_sheet_by_index(0).to_python()
    connection = connect(book)
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("BEGIN IMMEDIATE")
    first = connection.execute("SELECT max(id) FROM party").fetchone()[0] + 1
    known = set(connection.execute("SELECT kind, value FROM party_key").fetchall())
    sounds: dict[str, list[str]] = {}
    parties: list[tuple[Any, ...]] = []
    keys: list[tuple[Any, ...]] = []
    terms: list[tuple[int, str]] = []
    made: list[tuple[int, int]] = []
    for at, (typed, _local, country, city, website, mail, _phone, tax) in enumerate(rows[1:], 2):
        name = " ".join(typed.split())
        if not name or not (len(country) == 2 and country.isalpha()) or not _MAIL.fullmatch(mail):
            continue
        own = [("name", _name_key(name)), ("email", mail), ("domain", mail.partition("@")[2]), ("tax", tax)]
        if not known.isdisjoint(own[1:]):
            continue
        known.update(own[1:])
        key = first + len(parties)
        code = f"P-2606-{key:04d}"
        parties.append((key, code, name, country, city, website, mail, tax, _NOW, _NOW))
        keys += [(key, *each) for each in own]
        terms.append((search_rowid(1, key), _terms((code, name, tax, website, mail), sounds)))
        made.append((key, at))
    connection.executemany(_PARTY, parties)
    connection.executemany("INSERT INTO party_key (party_id, kind, value) VALUES (?, ?, ?)", keys)
    connection.executemany("INSERT INTO search_index (rowid, terms) VALUES (?, ?)", terms)
    connection.execute(
        "INSERT INTO import_run VALUES ('customers', 'x', ?, 1, ?, NULL, 1)", (_NOW, len(made))
    )
    connection.executemany("INSERT INTO imported_record VALUES (1, 'party', ?, ?, 0)", made)
    connection.execute("COMMIT")
    connection.close()


def _name_key(name: str) -> str:
    words = re.findall(r"[^\W_]+", name.upper().replace("&", " AND ").replace(".", "").replace("'", ""))
    if _CHINESE.search(name):
        return "".join(re.findall(r"[^\W_]+", name.upper()))
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def _terms(texts: tuple[str, ...], sounds: dict[str, list[str]]) -> str:
    """Answer words, what begins within them, numbers backwards; pairs and pinyin of Chinese."""
    pairs: list[str] = []
    found: dict[str, None] = {}
    for text in texts:
        lower = text.lower()
        words = []
        for run in _RUN.findall(lower):
            words.append(run)
            if not run.isalpha() and not run.isdigit():
                words += [run[turn.start() :] for turn in _TURN.finditer(run)]
        if not lower.isalnum():
            parts = [_RUN.findall(chunk) for chunk in lower.split() if not chunk.isalnum()]
            words += ["".join(part) for part in parts if len(part) > 1]
        for word in words:
            found["w" + word.replace("x", "xx")] = None
        for number in _LONG.findall(" ".join(words)):
            found["d" + number[::-1]] = None
        if not lower.isascii():
            for run in _CHINESE.findall(lower):
                pairs += [
                    "z" + "".join(f"{ord(sign):05x}" for sign in run[at : at + 2]) for at in range(len(run))
                ]
                found.update(dict.fromkeys(_sounds(run, sounds)))
    return " ".join([*pairs, *found])


def _sounds(run: str, known: dict[str, list[str]]) -> list[str]:
    if run not in known:
        from pypinyin import lazy_pinyin

        read = lazy_pinyin(run)
        tails = [read[at:] for at in range(len(read))]
        known[run] = [
            f"p{text}" for tail in tails for text in ("".join(one[0] for one in tail), "".join(tail))
        ]
    return known[run]
