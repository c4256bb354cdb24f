"""Reads what a bank wrote: messages (短信, 邮件), lines of an e-bank, fields of SWIFT, rows copied from a table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tradecrm.importing.bank_amounts import bank_number, split_mark, way
from tradecrm.importing.bank_heads import BankField, guess_fields, is_enough
from tradecrm.importing.bank_table import normalize_currency
from tradecrm.importing.convert import parse_number
from tradecrm.importing.days import parse_day


@dataclass(frozen=True, slots=True)
class BankMessage:
    """What a message says of money: its way, amount, currency, day, account, payer, fee and reference.

    ``amount`` is what the account shows, ``fee`` what banks kept before, ``interest`` what one kept that bought the
    bill; what the message does not say is empty.
    """

    incoming: bool
    amount: Decimal
    currency: str = ""
    day: date | None = None
    account: str = ""
    payer: str = ""
    fee: Decimal = Decimal(0)
    reference: str = ""
    balance: Decimal | None = None
    interest: Decimal = Decimal(0)

    @property
    def gross(self) -> Decimal:
        """Answer what was sent: the amount, and what banks kept of it."""
        return self.amount + self.fee + self.interest


_LONGEST = 20_000
"""So many signs of a pasted text are read; a statement of more rows is brought in as a file."""
_MONEY = (
    r"(?:-?[0-9]{1,3}(?: [0-9]{3})+,[0-9]{2}|-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}|"
    r"-?[0-9](?:[0-9,]{0,23}[0-9])?(?:\.[0-9]{1,6})?)"
)
_CODE = (
    r"(?:USD|EUR|CNY|RMB|GBP|HKD|JPY|AUD|CAD|SGD|CHF|AED|NZD|KRW|SEK|NOK|DKK|PLN|KWD|BHD|OMR|JOD|"
    r"SAR|QAR|TWD|THB|MYR|IDR|INR|VND|PHP|ZAR|MXN|BRL|TRY|RUB|ILS|CZK|HUF|MOP|US\$|HK\$|A\$|C\$|\$|€|£|¥|"
    r"人民币|美元|欧元|英镑|港币|港元|日元|澳元|加元)"
)
_SUM = re.compile(
    rf"(?P<before>{_CODE})?\s*(?:元)?\s*[:：]?\s*(?P<number>{_MONEY})\s*(?P<after>{_CODE}|元)?", re.IGNORECASE
)
_KIND_OF_MONEY = re.compile(rf"(?:币种|币别|currency)\s*[:：]?\s*(?P<code>{_CODE})", re.IGNORECASE)
_FEE = re.compile(
    rf"(?:手续费|扣费|费用|银行费|国外扣费|国外费用|bank charges?|charges?|fees?|less)(?:为|是|of|:|\s|deducted)*-?"
    rf"(?P<sum>{_CODE}?\s*{_MONEY}\s*(?:{_CODE}|元)?)",
    re.IGNORECASE,
)
_INTEREST = re.compile(
    rf"(?:贴现利息|贴现息|贴息|福费廷利息|利息|discount interest|interest)(?:为|是|of|:|：|\s|deducted)*"
    rf"(?P<sum>{_CODE}?\s*{_MONEY}\s*(?:{_CODE}|元)?)",
    re.IGNORECASE,
)
_BALANCE = re.compile(
    rf"(?:账户余额|可用余额|余额|av(?:ai)?l\.? bal(?:ance)?|available balance|current balance|new balance|balance)"
    rf"(?:为|是|is|now|:|after[a-z ]*|\s)*(?P<sum>{_CODE}?\s*{_MONEY}\s*(?:{_CODE}|元)?)",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?:尾号为?|末四位|账号|账户|帐户|卡号|a/c|acct?\.?|account)"
    r"(?:\s*(?:number|no\.?|ending(?:\s+(?:in|with))?|with|in|尾号|末四位|：|:|\())*\s*"
    r"(?P<number>[*xX.•…]{0,20}\s?[0-9*xX]{3,34}(?:(?! (?:19|20)\d\d[-/.年])(?: [0-9*xX]{3,8}|-[0-9*xX]{1,10})){0,8})",
    re.IGNORECASE,
)
_PAYER = (
    re.compile(
        r"(?:付款方|付款人(?!民币)|付款单位|汇款人|汇款方|付款(?=户名|名称)|汇款(?=户名|名称)|对方户名|对方名称|对方单位|对方|交易对手)(?:名称|户名|为|是)"
        r"?\s*[:：]?\s*"
        r"(?P<name>[^,，。;；\n\[\]【】、]+?)"
        r"(?=\s*(?:[,，。;；\n\[\]【】]|汇款附言|附言|用途|摘要|余额|账号|汇入|的|金额|手续费|国外|扣费|$))"
    ),
    re.compile(r"来自\s*(?P<name>[^,，。;；\n]{2,60}?)(?=\s*(?:[,，。;；\n]|汇入|的|金额|$))"),
    re.compile(r"收到\s*(?P<name>[^0-9,，。;；\n]{2,60}?)\s*(?:的)?(?:汇入|转入|支付|电汇|汇款)"),
    re.compile(
        r"(?:\bby order of|\bordering customer|\bremitter|\bsender|\bpayer|\bpaid by|\bfrom|\bB/O|"
        r"\bAuftraggeber)\b\s*(?:name)?\s*[:：]?\s*"
        r"(?P<name>[A-Za-zÀ-ÿ0-9][^\n;|]{1,79}?)"
        r"(?=\s*(?:[\n;|]|,\s|\.\s|\.$|\bref|\binvoice\b|\bvalue\b|\bon\s+\d|\bto\b|\bfor\b|\bdated\b|\bless\b|"
        r"\bhas\b|\bwas\b|\bamount\b|\bVerwendungszweck|\(|$))",
        re.IGNORECASE,
    ),
    re.compile(r":50[AFK]:(?:/[^\n]*\n)?\s*(?P<name>[^\n]{2,70})"),
)  # fmt: skip
_REFERENCE = (
    re.compile(
        r"(?:附言|用途|摘要|备注|客户附言)(?:为|是)?\s*[:：]?\s*(?P<words>[^,，。;；\n【】]{2,80}?)(?=\s*(?:[,，。;；\n【】]|国外扣费|扣费|$))"
    ),
    re.compile(r":70:\s*(?P<words>[^\n]{2,70})"),
    re.compile(
        r"(?:remittance info(?:rmation)?|payment details|details of payment|reference|ref(?:erence)?\s*(?:no)?|"
        r"invoice(?:\s+no)?|message|memo|note|transaction id|details|Verwendungszweck)\b\.?\s*[:：#]?\s*"
        r"(?P<words>[A-Za-z0-9][^\n;|，。]{1,79}?)(?=\s*(?:[\n;|，。]|,\s|\.\s|\.$|$))",
        re.IGNORECASE,
    ),
)  # fmt: skip
_OUT = re.compile(
    rf"支出|付出|转出|卖出|付款(?=\s*{_CODE}\s*[0-9])|扣款|扣收|汇出(?!行|银行|国)|支付给|支取|Lastschrift|debited|withdrawn|"
    r"you (?:paid|sent)|your payment|payment sent|paid out",
    re.IGNORECASE,
)
_IN = re.compile(
    r"收到|收入|入账|转入|存入|汇入|到账|来账|收款(?!人|方|单位|账|帐|行|户)|Gutschrift|"
    r"credited|received|incoming|deposit|credit advice|:32A:",
    re.IGNORECASE,
)
_MARKED = re.compile(rf"{_MONEY}\s*(?:{_CODE}\s*)?(?P<mark>CR|DR)\b", re.IGNORECASE)
_SWIFT_SUM = re.compile(r":32[AB]:(?P<day>\d{6})(?P<code>[A-Z]{3})(?P<number>[0-9]+,[0-9]*)")
_SWIFT_SENT = re.compile(r":33B:(?P<code>[A-Z]{3})(?P<number>[0-9]+,[0-9]*)")
_SWIFT_FEE = re.compile(r":71F:(?P<code>[A-Z]{3})(?P<number>[0-9]+,[0-9]*)")
_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?",
        r"\b(?:19|20)\d{6}\b",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?[ \-]?{_MONTHS}\.?[ \-,]*(?:\d{{4}}|\d{{2}})\b",
        rf"\b{_MONTHS}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b",
        r"\b\d{1,2}/\d{1,2}/\d{4}\b",
        r"\b\d{1,2}\.\d{1,2}\.\d{4}\b",
    )
)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_MONTH_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_SIGNS = {
    "US$": "USD",
    "HK$": "HKD",
    "A$": "AUD",
    "C$": "CAD",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "CNY",
    "港元": "HKD",
}


def read_message(text: str, today: date) -> list[BankMessage]:
    """Answer every movement of money that a pasted text tells; nothing for a text that tells none.

    Rows of a table (with tabs, with or without heads) are read row by row; a year that is not said is the last in
    which the day has come. Nothing is kept: a person looks at what was read.
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).replace("\r\n", "\n").replace("\r", "\n").strip()
    if "\t" in plain:
        return _read_rows(plain, today)
    found = [_read_one(part, today) for part in _parts(plain)]
    return [message for message in found if message is not None]


def _parts(text: str) -> list[str]:
    """Answer a text cut into its messages: at empty lines, where each part tells of money itself."""
    parts = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    alone = [part for part in parts if _IN.search(part) or _OUT.search(part)]
    return parts if len(alone) == len(parts) > 1 else [text]


def _read_one(text: str, today: date) -> BankMessage | None:
    swift = _SWIFT_SUM.search(text)
    if swift is not None:
        return _swift(text, swift)
    fee, balance = _FEE.search(text), _BALANCE.search(text)
    interest = _INTEREST.search(text)
    rest = text
    for found in (fee, balance, interest):
        if found is not None:
            rest = rest.replace(found[0], " ")
    best = _main_sum(_without_days(rest))
    if best is None and (only := fee or interest) is not None:
        # The message tells of nothing but a fee, or of interest.
        best, fee, interest = _main_sum(only[0]), None, None
    if best is None:
        return None
    amount, currency = best
    kept = _below(fee, abs(amount))
    discount = _below(interest, abs(amount))
    arrived = abs(amount) - kept - discount
    if arrived != abs(amount) and any(each[0] == arrived for each in _sums(_without_days(rest))):
        # What was sent, what was kept and what arrived are all told: the account has what arrived.
        amount = arrived if amount > 0 else -arrived
    marked = _MARKED.search(rest)
    went, came = _OUT.search(text), _IN.search(text)
    told_out = went is not None and (came is None or went.start() < came.start())
    return BankMessage(
        incoming=amount > 0 and (not told_out if marked is None else way(marked["mark"]) > 0),
        amount=abs(amount),
        currency=currency,
        day=_day(text, today),
        account=_account(text),
        payer=_first(_PAYER, text, "name"),
        fee=kept,
        reference=_first(_REFERENCE, text, "words"),
        balance=None if balance is None else _plain_sum(balance["sum"]),
        interest=discount,
    )


def _below(found: re.Match[str] | None, amount: Decimal) -> Decimal:
    """Answer what banks kept of an amount, 0 where nothing is told that is below it."""
    kept = None if found is None else _plain_sum(found["sum"])
    return kept if kept is not None and 0 < kept < amount else Decimal(0)


def _without_days(text: str) -> str:
    """Answer a text without its dates: the day before a currency is no amount of it."""
    for pattern in _DAYS:
        for found in pattern.findall(text):
            text = text.replace(found, " ") if _dated(found) is not None else text
    return text


def _code(words: str | None) -> str:
    bare = (words or "").strip().upper()
    if bare == "元":
        return "CNY"
    return _SIGNS.get(bare) or normalize_currency(bare)


def _sums(text: str) -> list[tuple[Decimal, str, int]]:
    """Answer (amount, currency, place) of the figures that are money: with a currency, or with decimals."""
    found = []
    for match in _SUM.finditer(text):
        number, code = match["number"], _code(match["before"]) or _code(match["after"])
        amount = parse_number(number.replace(" ", ""))
        if amount is not None and amount != 0 and (code or re.search(r"[.,]\d{1,2}$", number)):
            found.append((amount, code, match.start()))
    return found


def _plain_sum(text: str) -> Decimal | None:
    """Answer the number of a sum without its currency."""
    return parse_number(re.sub(_CODE, "", text, flags=re.IGNORECASE).replace("元", "").strip())


def _main_sum(text: str) -> tuple[Decimal, str] | None:
    """Answer the amount of a message: the first money after a word that says how it moved, else the first."""
    sums = _sums(text)
    if not sums:
        return None
    verbs = [match.start() for match in (_IN.search(text), _OUT.search(text)) if match is not None]
    coded = [each for each in sums if each[1]] or sums
    after = [each for each in coded if verbs and each[2] >= min(verbs)]
    amount, code, _place = (after or coded)[0]
    apart = None if code else _KIND_OF_MONEY.search(text)
    return amount, code or ("" if apart is None else _code(apart["code"]))


def _account(text: str) -> str:
    found = _ACCOUNT.search(text)
    if found is None:
        return ""
    bare = re.sub(r"[^0-9*]", "", found["number"].replace("x", "*").replace("X", "*"))
    return re.sub(r"\*+", "*", bare)


def _first(patterns: Sequence[re.Pattern[str]], text: str, group: str) -> str:
    for pattern in patterns:
        found = pattern.search(text)
        if found is not None:
            return _trimmed(" ".join(found[group].split()))
    return ""


def _trimmed(text: str) -> str:
    """Answer a name without the stop that ends its sentence; that of an abbreviation (B.V.) stays."""
    bare = text.strip(" :,'\"")
    last = bare.rpartition(" ")[2]
    return bare[:-1] if last.endswith(".") and "." not in last[:-1] and len(last) > 4 else bare


def _dated(words: str) -> date | None:
    """Answer the day that a date says; with points the day stands first."""
    dotted = _DOTTED.fullmatch(words)
    if dotted is None:
        return parse_day(words.replace(" ", "") if "年" in words else words)
    try:
        return date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
    except ValueError:
        return None


def _day(text: str, today: date) -> date | None:
    for pattern in _DAYS:
        for found in pattern.finditer(text):
            day = _dated(found[0])
            if day is not None:
                return day
    short = _MONTH_DAY.search(text)
    if short is None:
        return None
    for year in (today.year, today.year - 1):
        try:
            day = date(year, int(short[1]), int(short[2]))
        except ValueError:
            continue
        if day <= today:
            return day
    return None


def _swift_number(found: re.Match[str]) -> Decimal:
    return Decimal(found["number"].replace(",", ".").rstrip(".") or "0")


def _swift(text: str, found: re.Match[str]) -> BankMessage:
    """Read the fields of an MT103: settled amount, instructed amount, payer, details, charges."""
    digits = found["day"]
    day = parse_day(f"20{digits}")
    amount, sent, fee = _swift_number(found), _SWIFT_SENT.search(text), _SWIFT_FEE.search(text)
    kept = Decimal(0)
    if sent is not None and sent["code"] == found["code"]:
        kept = _swift_number(sent) - amount
    elif fee is not None and fee["code"] == found["code"]:
        kept = _swift_number(fee)
    account = re.search(r":59:/([0-9A-Z]+)", text)
    return BankMessage(
        incoming=True,
        amount=amount,
        currency=found["code"],
        day=day,
        account=account[1] if account is not None else "",
        payer=_first(_PAYER[-1:], text, "name"),
        fee=max(kept, Decimal(0)),
        reference=_first((_REFERENCE[1],), text, "words"),
    )


def _read_rows(text: str, today: date) -> list[BankMessage]:
    """Read rows copied from a table: by their heads, else by what the cells look like."""
    rows = [[cell.strip() for cell in row.split("\t")] for row in text.split("\n") if row.strip()]
    fields = guess_fields(rows[0])
    if is_enough(list(fields.values())) and len(rows) > 1:
        found = [_by_heads(row, fields) for row in rows[1:]]
    else:
        found = [_by_looks(row) for row in rows]
    return [
        message if message.day is not None else replace(message, day=today)
        for message in found
        if message is not None
    ]


def _by_heads(row: Sequence[str], fields: dict[int, BankField]) -> BankMessage | None:
    cells: dict[BankField, str] = {}
    for column, field in fields.items():
        if column < len(row) and row[column]:
            cells[field] = f"{cells[field]} {row[column]}" if field in cells else row[column]
    credit, debit = (bank_number(cells.get(field, "")) for field in (BankField.IN, BankField.OUT))
    amount = bank_number(cells.get(BankField.AMOUNT, ""))
    if amount is None:
        amount = (credit or Decimal(0)) - abs(debit or Decimal(0))
    if said := way(cells.get(BankField.DIRECTION, "")):
        amount = said * abs(amount)
    if amount == 0:
        return None
    other = BankField.PAYER if amount > 0 else BankField.PAYEE
    return BankMessage(
        amount > 0,
        abs(amount),
        normalize_currency(cells.get(BankField.CURRENCY, "")),
        parse_day(cells.get(BankField.DAY, "")),
        cells.get(BankField.NUMBER, ""),
        cells.get(BankField.NAME, "") or cells.get(other, ""),
        reference=cells.get(BankField.TEXT, "") or cells.get(BankField.REFERENCE, ""),
    )


def _cell_sum(cell: str) -> tuple[Decimal, str] | None:
    """Answer (signed amount, currency) of a cell that is money: with a currency, decimals, CR or DR, or brackets."""
    bare, mark = split_mark(cell)
    inner = bare.strip("()").removesuffix("-").removesuffix("+").strip()
    match = _SUM.fullmatch(inner)
    amount = bank_number(cell if match is None else cell.replace(inner, match["number"]))
    if match is None or not amount or parse_day(cell) is not None:
        return None
    code = _code(match["before"]) or _code(match["after"])
    return (amount, code) if mark or code or "." in cell or "," in cell else None


def _by_looks(row: Sequence[str]) -> BankMessage | None:
    """Read a row without heads: the first day, the first figure of money, the longest name, the text after it."""
    day = next((found for cell in row if (found := parse_day(cell)) is not None), None)
    money = [(at, *one) for at, cell in enumerate(row) if (one := _cell_sum(cell)) is not None]
    if day is None or not money:
        return None
    at, amount, currency = money[0]
    # A longer cell is a name or a text that only holds such a sign.
    marks = [(place, said) for place, cell in enumerate(row) if len(cell) <= 2 and (said := way(cell))]
    if marks:
        amount = marks[0][1] * abs(amount)
    codes = [code for cell in row if len(cell) == 3 and cell.isupper() and (code := normalize_currency(cell))]
    words = [
        cell
        for place, cell in enumerate(row)
        if place not in (at, *(place for place, _said in marks))
        and any(sign.isalpha() for sign in cell)
        and cell not in codes
        and parse_day(cell) is None
    ]
    names = [cell for cell in words if not any(sign.isdigit() for sign in cell)] or words
    payer = max(names, key=len, default="")
    reference = next((cell for cell in words if cell != payer), "")
    return BankMessage(
        amount > 0, abs(amount), currency or (codes[0] if codes else ""), day, "", payer, reference=reference
    )
