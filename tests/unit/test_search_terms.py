"""Search terms: FTS5 answers exactly what a look through the texts answers (architecture.md section 7)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlcipher3
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecrm.services.data.terms import document_terms, document_tokens, fold, matches, query_terms


def _found(texts: Sequence[str], query: str) -> bool:
    expression = query_terms(query)
    if not expression:
        return True
    connection = sqlcipher3.connect(":memory:")
    try:
        connection.execute(
            "CREATE VIRTUAL TABLE found USING fts5(terms, tokenize='unicode61 remove_diacritics 0')"
        )
        connection.execute("INSERT INTO found VALUES (?)", (document_terms(texts),))
        rows = connection.execute("SELECT count(*) FROM found WHERE found MATCH ?", (expression,))
        return bool(rows.fetchone()[0])
    finally:
        connection.close()


BLUE_BAY = "青岛蓝湾（国际）贸易有限公司"


@pytest.mark.parametrize(
    ("texts", "query", "answer"),
    [
        ([BLUE_BAY], "湾", True),
        ([BLUE_BAY], "司", True),
        ([BLUE_BAY], "蓝湾", True),
        ([BLUE_BAY], "国际贸易", False),
        ([BLUE_BAY], "国际 贸易", True),
        ([BLUE_BAY], "贸易有限公司", True),
        ([BLUE_BAY], "贸易 青岛", True),
        ([BLUE_BAY], "湾蓝", False),
        (["甲乙丙", "乙丙甲"], "丙甲乙", False),
        (["甲乙", "乙丙"], "甲乙丙", False),
        ([BLUE_BAY], "lw", True),
        ([BLUE_BAY], "qdlw", True),
        ([BLUE_BAY], "lanwan", True),
        ([BLUE_BAY], "lanw", True),
        ([BLUE_BAY], "anwan", False),
        ([BLUE_BAY], "QingDao", True),
        (["重庆火锅"], "chongqing", True),
        (["绿源"], "lvyuan", True),
        (["王堃"], "堃", True),
        (["㛃氏"], "㛃氏", True),
        (["材料𬭚公司"], "𬭚", True),
        (["材料𬭚公司"], "料𬭚公", True),
        (["材料𬭚公司"], "𬭛", False),
        (["Nguyễn Thị Đào"], "nguyen dao", True),
        (["Nguyen Thi Dao"], "Nguyễn Đào", True),
        (["ТОВ Їжак Єва Ґанок"], "їжак", True),
        (["ТОВ Їжак Єва Ґанок"], "ЄВ ґан", True),
        (["İSTANBUL IŞIK"], "istanbul", True),
        (["Istanbul Isik"], "ıstanbul ışık", True),
        (["Straße"], "STRASSE", True),
        (["Veld B.V."], "veld bv", True),
        (["Veld B.V."], "eld", False),
        (["SC-26001"], "SC-26001", True),
        (["SC-26001"], "sc26001", True),
        (["SC26001"], "SC-26001", True),
        (["SC26001"], "26001", True),
        (["SC26001"], "6001", True),
        (["SC26001"], "600", False),
        (["+86 (0532) 8899-1200"], "88991200", True),
        (["+86 (0532) 8899-1200"], "1200", True),
        (["+86 532 88991200"], "8899-1200", True),
        (["anna@veld.nl"], "anna@ve", True),
        (["anna@veld.nl"], "veld.nl", True),
        (["ＡＢＣ　Trading"], "abc tra", True),
        (["AND OR NOT"], "not or", True),
        (['say "hello" *'], '"hello" *', True),
        (["anything"], "", True),
        (["anything"], "*-()", True),
        (["exxon x"], "exx", True),
        (["東京タワー"], "京タ", True),
        (["삼성전자"], "성전", True),
    ],
)
def test_what_is_found(texts: list[str], query: str, answer: bool) -> None:
    assert _found(texts, query) is answer
    assert matches(texts, query) is answer


_SIGNS = st.sampled_from(
    [*"蓝湾青岛国甲乙丙重行abcxz019 -.@(+İıЇєґđé堃㛃Å", "𬭚", "\u0301", "ガ", "한", "ß", "²"]
)
_ANY = st.one_of(st.text(_SIGNS, max_size=10), st.text(max_size=6))


@settings(max_examples=150, deadline=None)
@given(st.lists(_ANY, min_size=1, max_size=3), st.text(_SIGNS, max_size=5), st.data())
def test_full_text_equals_the_scan(texts: list[str], query: str, data: st.DataObject) -> None:
    assert _found(texts, query) == matches(texts, query)
    source = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(source)))
    part = source[start : start + data.draw(st.integers(0, 5))]
    assert _found(texts, part) == matches(texts, part)


@given(st.text(max_size=20))
def test_tokens_are_plain_ascii_and_every_text_finds_itself(text: str) -> None:
    assert all(token.isascii() and token.isalnum() for token in document_tokens([text]))
    assert matches([text], text)


@given(st.text(st.sampled_from("蓝湾青岛甲乙𬭚堃"), min_size=1, max_size=8), st.data())
def test_every_part_of_a_chinese_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert _found([name], name[start:end])


def test_folding_is_stable() -> None:
    assert fold("ÅÉ Ｘ İ") == "ae x i"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("SC-26001", "wsc w26001 wsc26001 d10062 d10062"),
        ("IM1000042", "wim1000042 w1000042 d2400001"),
        ("+49 30 123456", "w49 w30 w123456 w4930123456 d654321 d6543210394"),
        ("青岛 Box1", "z0975205c9b z05c9b wboxx1 w1 pqd pqingdao pd pdao"),
        ("Ünal B.V.", "wunal wb wv wbv"),
    ],
)
def test_tokens_stay_as_books_hold_them(text: str, tokens: str) -> None:
    assert document_tokens([text]) == list(dict.fromkeys(tokens.split()))
