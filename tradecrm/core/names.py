"""Keys by which the same party is recognized: names, e-mail, tax numbers (查重, domain.md section 7.4)."""

from __future__ import annotations

import re
import unicodedata

SIMILAR = 0.88
SIMILAR_MIN_LENGTH = 6
MAX_SHARED = 20
"""A key shared by more records than this says nothing and is ignored."""

_LEGAL_FORMS = """
CO COMPANY CORP CORPORATION INC INCORPORATED LTD LIMITED LLC LLP PLC GMBH AG KG SA SAS SARL SRL SPA BV NV OY
OYJ AB AS APS KK PTE PTY PVT PRIVATE SDN BHD JSC OOO LTDA SL FZE DMCC AND DE CV RL
"""
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
CHINESE_FORMS = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "分公司", "公司")
_FREE_MAIL = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com icloud.com me.com mac.com aol.com qq.com
vip.qq.com 163.com vip.163.com 126.com yeah.net sina.com sina.cn sohu.com foxmail.com 139.com 189.cn
aliyun.com gmx.com gmx.de gmx.net web.de t-online.de mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com
ya.ru ukr.net i.ua protonmail.com proton.me zoho.com mail.com orange.fr wanadoo.fr free.fr laposte.net
libero.it naver.com hanmail.net daum.net rediffmail.com uol.com.br bol.com.br terra.com.br seznam.cz wp.pl
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())
FREE_MAIL_BRANDS = frozenset(("yahoo", "hotmail", "outlook", "live", "gmx", "yandex"))
"""Brands that give free addresses under many endings, such as yahoo.co.uk and yahoo.de."""

_MARKETPLACES = """
alibaba.com made-in-china.com globalsources.com 1688.com aliexpress.com taobao.com tmall.com dhgate.com
amazon.com ebay.com etsy.com indiamart.com tradeindia.com ec21.com ecplaza.net facebook.com linkedin.com
instagram.com twitter.com x.com youtube.com tiktok.com wechat.com weixin.qq.com weebly.com wixsite.com
wordpress.com blogspot.com google.com
"""
MARKETPLACES = frozenset(_MARKETPLACES.split())

_UMLAUTS = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE"})
_PLAIN_LETTERS = str.maketrans(
    {"Ø": "O", "Æ": "AE", "Œ": "OE", "Ł": "L", "Đ": "D", "ẞ": "SS", "Þ": "TH", "İ": "I", "ı": "I"}
)
_DELETED = str.maketrans("", "", ".'’`‘")
_WORD = re.compile(r"[^\W_]+")
_HOST_END = re.compile(r"[/?#\s]")
_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def _compatible(text: str) -> str:
    """Bring a text to compatibility form, which ASCII has already."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def without_marks(text: str) -> str:
    """Strip accents: canonical decomposition without combining marks, and letters that do not decompose."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", bare).translate(_PLAIN_LETTERS)


def is_chinese(text: str) -> bool:
    """Tell whether a name holds an ideograph and is keyed by the Chinese rule."""
    return _IDEOGRAPH.search(text) is not None


def name_keys(name: str) -> tuple[str, ...]:
    """Answer the keys of a party's name: one, or two where umlauts can be written out; none for no letters."""
    if name.isascii():
        key = _latin_key(name.upper().replace("&", " AND "))
        return (key,) if key else ()
    folded = unicodedata.normalize("NFKC", name).upper()
    if is_chinese(folded):
        key = _chinese_key(folded)
        return (key,) if key else ()
    folded = folded.replace("&", " AND ")
    if folded.isascii():
        key = _latin_key(folded)
        return (key,) if key else ()
    composed = unicodedata.normalize("NFC", folded)
    keys = (_latin_key(without_marks(folded)), _latin_key(without_marks(composed.translate(_UMLAUTS))))
    return tuple(dict.fromkeys(key for key in keys if key))


def _latin_key(text: str) -> str:
    words = _WORD.findall(text.translate(_DELETED))
    if len(words) > 1 and words[0] == "THE":
        words = words[1:]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def _chinese_key(text: str) -> str:
    bare = "".join(_WORD.findall(text))
    for form in CHINESE_FORMS:
        if bare.endswith(form) and bare != form:
            return bare.removesuffix(form)
    return bare


def email_key(address: str) -> str:
    """Answer an e-mail address in lower case and trimmed, empty when it is none."""
    key = _compatible(address).strip().lower()
    local, at, domain = key.rpartition("@")
    return key if at and local and "." in domain and " " not in key else ""


def is_free_mail(domain: str) -> bool:
    """Tell whether a registrable domain gives addresses to anybody, so that it names no company."""
    return domain in FREE_MAIL or domain.partition(".")[0] in FREE_MAIL_BRANDS


def is_marketplace(domain: str) -> bool:
    """Tell whether a registrable domain belongs to a marketplace or social network."""
    return domain in MARKETPLACES


def website_host(address: str) -> str:
    """Answer the host of a web address in lower case without ``www``, empty when there is none."""
    text = _compatible(address).strip().lower()
    text = text.partition("://")[2] if "://" in text else text
    host = _HOST_END.split(text, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].strip(".")
    host = host.removeprefix("www.")
    return host if "." in host else ""


def tax_key(number: str) -> str:
    """Answer a tax or registration number as capital letters and digits only."""
    text = _compatible(number).upper()
    return text if text.isalnum() else "".join(_WORD.findall(text))


def edit_distance(first: str, second: str) -> int:
    """Answer the Levenshtein distance of two texts."""
    if len(first) < len(second):
        first, second = second, first
    row = list(range(len(second) + 1))
    for i, left in enumerate(first, start=1):
        previous, row[0] = row[0], i
        for j, right in enumerate(second, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (left != right))
    return row[-1]


def similarity(first: str, second: str) -> float:
    """Answer ``1 - edit distance / longer length``, 1.0 for equal keys."""
    longest = max(len(first), len(second))
    return 1.0 if longest == 0 else 1 - edit_distance(first, second) / longest
