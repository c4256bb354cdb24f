"""Guesses which field each column of a sheet holds; whatever is ambiguous becomes a question."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tradecrm.core.fields import FieldKind
from tradecrm.core.resources import resource_path
from tradecrm.core.text import _
from tradecrm.importing.frames import CellValue
from tradecrm.importing.looks import content_kind
from tradecrm.importing.titles import TITLES

EXACT = 100.0
VARIANT = 97.0
FUZZY_FROM = 88.0
MARGIN = 4.0
_SAMPLES = 200
_BRACKETS = re.compile(r"[(\[{<【][^)\]}>】]*[)\]}>】]")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


OPEN_ITEMS = frozenset({"open_receivables", "open_payables"})
"""The kinds that hold what was open when the books were begun."""


@dataclass(frozen=True, slots=True)
class ImportField:
    """A field that can be imported: key, English title (translated when shown), kind, whether it is required."""

    key: str
    title: str
    kind: FieldKind
    required: bool
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportKind:
    """What can be imported into: ``customers``, ``rates``, ``open_payables`` …, and its fields."""

    key: str
    fields: tuple[ImportField, ...]

    def field(self, key: str) -> ImportField:
        """Answer the field ``key``; ``KeyError`` when there is none."""
        for one in self.fields:
            if one.key == key:
                return one
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A column (from 0) that is asked about: the fields it may hold, and the question as a sentence."""

    column: int
    header: str
    candidates: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """Columns with certain fields (column → field key), the questions, the unknown columns, what is missing."""

    mapping: Mapping[int, str]
    ambiguities: tuple[Ambiguity, ...]
    unknown: tuple[int, ...]
    missing: tuple[str, ...]


_SIMPLE = str.maketrans(
    "業個買產價會傳體餘兌內關興冊寫淨準憑則創別辦務動區單廠發參號後員圍國備頭寬對屬崗幣帳應開歸當錄總執報換據戶數時術機條來構標檔氣匯現電碼種積稱稅簡類級納線細經結絡"
    "統編縮網職聯範獲營銜裝規計訂認訊記訪證評識話詢詳說負責賬貨質購貸資進遞郵採銀銷鎮長間際頁項額繫註",
    "业个买产价会传体余兑内关兴册写净准凭则创别办务动区单厂发参号后员围国备头宽对属岗币帐应开归当录总执报换据户数时术机条来构标档气汇现电码种积称税简类级纳线细经结络"
    "统编缩网职联范获营衔装规计订认讯记访证评识话询详说负责账货质购贷资进递邮采银销镇长间际页项额系注",
)
"""The traditional characters of the headers that are known, as Hong Kong and Taiwan write them, to the simple ones."""


def normalize_header(text: str) -> str:
    """Answer a header without case, width, spaces and punctuation, in simple characters, as headers are compared."""
    wide = unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLE)
    return "".join(one for one in wide if one.isalnum())


@functools.cache
def import_kinds() -> Mapping[str, ImportKind]:
    """Answer every kind that can be imported, from the data file."""
    content = tomllib.loads(resource_path("importing", "columns.toml").read_text("utf-8"))
    return {
        kind: ImportKind(
            kind,
            tuple(
                ImportField(
                    key,
                    TITLES[kind][key],
                    FieldKind(about["kind"]),
                    bool(about.get("required", False)),
                    (TITLES[kind][key], key, *about["en"], *about["zh"]),
                )
                for key, about in fields.items()
            ),
        )
        for kind, fields in content.items()
    }


@functools.cache
def _spellings(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Answer normalized spelling → fields that claim it; declared spellings win over titles and keys."""
    declared: dict[str, list[str]] = {}
    implied: dict[str, list[str]] = {}
    for one in import_kinds()[kind].fields:
        for at, spelling in enumerate(one.spellings):
            claims = (implied if at < 2 else declared).setdefault(normalize_header(spelling), [])
            if one.key not in claims:
                claims.append(one.key)
    return {key: tuple(value) for key, value in {**implied, **declared}.items()}


def _variants(header: str) -> list[str]:
    """Answer shorter readings of a header: without brackets, its Chinese part, its other part."""
    plain = unicodedata.normalize("NFKC", header)
    bare = _BRACKETS.sub(" ", plain)
    chinese = "".join(_CHINESE.findall(bare))
    other = _CHINESE.sub(" ", bare)
    readings = [normalize_header(one) for one in (bare, chinese, other)]
    readings += [normalize_header(one) for one in re.split(r"[/|\n]", bare)]
    return [one for one in dict.fromkeys(readings) if len(one) > 1]


def score_header(kind: str, header: str) -> dict[str, float]:
    """Answer field → score (0 to 100) of the fields that ``header`` may name."""
    spellings = _spellings(kind)
    whole = normalize_header(header)
    if not whole:
        return {}
    if whole in spellings:
        return dict.fromkeys(spellings[whole], EXACT)
    scores: dict[str, float] = {}
    for reading in _variants(header):
        for key in spellings.get(reading, ()):
            scores[key] = VARIANT
    return scores or _fuzzy(whole, spellings)


def _fuzzy(whole: str, spellings: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
    from rapidfuzz import fuzz, process

    if len(whole) < 4:
        return {}
    scores: dict[str, float] = {}
    for spelling, score, _at in process.extract(
        whole, list(spellings), scorer=fuzz.ratio, score_cutoff=FUZZY_FROM, limit=8
    ):
        if len(spelling) >= 4:
            for key in spellings[spelling]:
                scores[key] = max(scores.get(key, 0.0), min(score, VARIANT - 1))
    return scores


def _contenders(scores: Mapping[str, float]) -> list[str]:
    """Answer the fields whose scores lie within the margin of the best one."""
    if not scores:
        return []
    best = max(scores.values())
    return [key for key, score in scores.items() if score > best - MARGIN]


def _fields_of_kind(kind: ImportKind, wanted: FieldKind) -> list[str]:
    return [one.key for one in kind.fields if one.kind is wanted]


def _by_content(kind: ImportKind, contenders: list[str], values: Sequence[CellValue]) -> list[str]:
    """Let the cells speak where the header is silent, or where they contradict it."""
    looks = content_kind(values)
    if looks is None:
        return contenders
    alike = _fields_of_kind(kind, looks)
    if not contenders:
        return alike
    kinds = {kind.field(key).kind for key in contenders}
    if looks in {FieldKind.EMAIL, FieldKind.URL, FieldKind.PHONE} and kinds <= {FieldKind.TEXT, *_REACH} - {
        looks
    }:
        return [*contenders, *(key for key in alike if key not in contenders)]
    return contenders


_REACH = frozenset({FieldKind.EMAIL, FieldKind.URL, FieldKind.PHONE})


def _question(header: str, candidates: Sequence[str], kind: ImportKind, shared: bool) -> str:
    titles = ", ".join(_(kind.field(key).title) for key in candidates)
    if shared:
        return _("Several columns seem to hold “{field}”. What does “{header}” hold?").format(
            field=titles, header=header
        )
    return _("“{header}” may hold: {fields}. Which is it?").format(header=header, fields=titles)


def _settle(claims: Mapping[int, list[str]], scores: Mapping[int, Mapping[str, float]]) -> dict[int, str]:
    """Give each field that one column alone claims, or claims by its exact name alone, to that column."""
    single = {column: keys[0] for column, keys in claims.items() if len(keys) == 1}
    settled: dict[int, str] = {}
    for column, key in single.items():
        rivals = [other for other, fields in claims.items() if other != column and key in fields]
        exact = scores[column].get(key) == EXACT
        if not rivals or (exact and all(scores[other].get(key) != EXACT for other in rivals)):
            settled[column] = key
    return settled


def guess_columns(kind: str, headers: Sequence[str], columns: Sequence[Sequence[CellValue]]) -> ColumnGuess:
    """Guess the field of each column from its header and its cells (``columns[i]`` goes with ``headers[i]``).

    Exact names first, then nearly equal ones, then what the cells look like. A column that fits two fields,
    and two columns that fit one field, are answered as questions and stand in no mapping.
    """
    about = import_kinds()[kind]
    scores = {column: score_header(kind, header) for column, header in enumerate(headers)}
    claims: dict[int, list[str]] = {}
    unknown: list[int] = []
    for column in range(len(headers)):
        values = columns[column][:_SAMPLES]
        keys = _by_content(about, _contenders(scores[column]), values)
        if keys:
            claims[column] = keys
        elif headers[column].strip() or any(value is not None for value in values):
            unknown.append(column)
    settled = _settle(claims, scores)
    taken = set(settled.values())
    ambiguities: list[Ambiguity] = []
    for column, keys in claims.items():
        if column in settled:
            continue
        free = [key for key in keys if key not in taken]
        if not free and not scores[column]:
            unknown.append(column)
            continue
        shared = len(keys) == 1
        ambiguities.append(
            Ambiguity(column, headers[column], tuple(keys), _question(headers[column], keys, about, shared))
        )
    asked = {key for one in ambiguities for key in one.candidates}
    missing = tuple(one.key for one in about.fields if one.required and one.key not in taken | asked)
    return ColumnGuess(settled, tuple(ambiguities), tuple(sorted(unknown)), missing)
