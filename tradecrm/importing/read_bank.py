"""Reads bank statements of the exchange formats in the child: OFX, CAMT.053 and MT940, as rows of one layout."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html import unescape
from pathlib import Path
from typing import Any

from tradecrm.importing.encoding import guess_encoding
from tradecrm.importing.refusals import FileRefused, Reason
from tradecrm.importing.sink import Sink, Stopped
from tradecrm.importing.sniff import FileKind


@dataclass(slots=True)
class _Statement:
    """One statement of a file, as the sink takes it."""

    number: str = ""
    currency: str = ""
    opening: str = ""
    closing: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    rows: list[tuple[Any, ...]] = field(default_factory=list)


def _decoded(path: Path) -> str:
    encoding, _guessed, whole = guess_encoding(path)
    return path.read_bytes().decode(encoding, "strict" if whole else "replace").replace("\0", "")


def _amount(text: str | None, *, minus: bool = False) -> str:
    """Answer an amount with a decimal point; DAMAGED for what is no number."""
    plain = (text or "").strip().replace(" ", "")
    if "," in plain and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = Decimal(plain.replace(",", ""))
    except InvalidOperation as error:
        raise FileRefused(Reason.DAMAGED) from error
    if not value.is_finite() or abs(value) >= Decimal(10) ** 14:
        raise FileRefused(Reason.DAMAGED)
    return format(-value if minus else value, "f")


def _iso_day(text: str | None) -> dt.date | None:
    """Answer the day at the beginning of ``2026-06-12T…`` or ``20260612…``."""
    found = re.match(r"\s*(\d{4})-?(\d{2})-?(\d{2})", text or "", re.ASCII)
    if found is None:
        return None
    try:
        return dt.date(*map(int, found.groups()))
    except ValueError as error:
        raise FileRefused(Reason.DAMAGED) from error


_OFX_TAG = re.compile(r"<(/?)([A-Za-z0-9._]{1,64})>([^<]*)")


def _ofx_events(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield (tag, value, closing) of OFX 1 (SGML, values without an end tag) and OFX 2 (XML) alike."""
    start = text.upper().find("<OFX>")
    for found in _OFX_TAG.finditer(text, max(start, 0)):
        yield found[2].upper(), unescape(found[3]).strip(), found[1] == "/"


def _ofx_row(fields: dict[str, str]) -> tuple[Any, ...]:
    day = _iso_day(fields.get("DTPOSTED"))
    if day is None:
        raise FileRefused(Reason.DAMAGED)
    reference = fields.get("REFNUM") or fields.get("CHECKNUM") or fields.get("FITID", "")
    return (
        day,
        _iso_day(fields.get("DTAVAIL")),
        _amount(fields.get("TRNAMT")),
        fields.get("NAME", ""),
        fields.get("MEMO", ""),
        reference,
    )


def _ofx(path: Path) -> list[_Statement]:
    """Read OFX 1 and 2: bank and credit card statements; their ledger balance is the closing one."""
    found: list[_Statement] = []
    row: dict[str, str] | None = None
    in_ledger = False
    for tag, value, closing in _ofx_events(_decoded(path)):
        if tag in {"STMTRS", "CCSTMTRS"} and not closing:
            found.append(_Statement())
        elif tag == "STMTTRN" and found:
            if closing and row is not None:
                found[-1].rows.append(_ofx_row(row))
            row = None if closing else {}
        elif tag == "LEDGERBAL":
            in_ledger = not closing
        elif row is not None and value and not closing:
            row.setdefault(tag, value)
        elif found and value:
            _ofx_head(found[-1], tag, value, in_ledger)
    return found


def _ofx_head(statement: _Statement, tag: str, value: str, in_ledger: bool) -> None:
    if tag == "ACCTID" and not statement.number:
        statement.number = value
    elif tag == "CURDEF":
        statement.currency = value.upper()
    elif tag == "DTSTART":
        statement.first = _iso_day(value)
    elif tag == "DTEND":
        statement.last = _iso_day(value)
    elif tag == "BALAMT" and in_ledger:
        statement.closing = _amount(value)


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _find(element: Any, *names: str) -> Any:
    """Answer the first descendant along a path of local names, None when a step is missing."""
    for name in names:
        element = next((child for child in element if _local(child.tag) == name), None)
        if element is None:
            return None
    return element


def _said(element: Any, *names: str) -> str:
    found = _find(element, *names)
    return (found.text or "").strip() if found is not None else ""


_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
# The parser itself reads no encoding of several bytes a letter but UTF-8 and UTF-16.
_CHINESE_XML = re.compile(rb"""\s*<\?xml[^>]{0,200}encoding=["'](gb|big5|hz|cp9|ms9)""", re.IGNORECASE)


def _camt_day(element: Any, name: str) -> dt.date | None:
    return _iso_day(_said(element, name, "Dt") or _said(element, name, "DtTm"))


def _camt(path: Path) -> list[_Statement]:
    """Read CAMT.052, .053 and .054; declarations and entities are refused before any is expanded."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring, parse

    chinese = _CHINESE_XML.match(path.read_bytes()[:400])
    try:
        if chinese is None:
            root = parse(path, forbid_dtd=True).getroot()
        else:
            root = fromstring(_DECLARATION.sub("", _decoded(path), count=1), forbid_dtd=True)
    except UnicodeDecodeError:
        raise
    except DefusedXmlException as error:
        raise FileRefused(Reason.FORBIDDEN_XML) from error
    except (ParseError, ValueError, LookupError) as error:
        raise FileRefused(Reason.DAMAGED) from error
    assert root is not None
    return [
        _camt_statement(element)
        for element in root.iter()
        if _local(element.tag) in {"Stmt", "Rpt", "Ntfctn"}
    ]


def _camt_statement(element: Any) -> _Statement:
    account = _find(element, "Acct")
    found = _Statement()
    if account is not None:
        found.number = _said(account, "Id", "IBAN") or _said(account, "Id", "Othr", "Id")
        found.currency = _said(account, "Ccy").upper()
    found.first = _iso_day(_said(element, "FrToDt", "FrDtTm"))
    found.last = _iso_day(_said(element, "FrToDt", "ToDtTm"))
    for child in element:
        if _local(child.tag) == "Bal":
            _camt_balance(found, child)
        elif _local(child.tag) == "Ntry" and _is_booked(child):
            found.rows.append(_camt_row(found, child))
    return found


def _minus(element: Any) -> bool:
    return _said(element, "CdtDbtInd").upper() == "DBIT"


def _is_booked(entry: Any) -> bool:
    """Tell whether the bank has booked an entry; what is pending or for information is in no balance."""
    return (_said(entry, "Sts", "Cd") or _said(entry, "Sts")).upper() in {"", "BOOK"}


def _camt_balance(found: _Statement, element: Any) -> None:
    code = _said(element, "Tp", "CdOrPrtry", "Cd")
    amount = _amount(_said(element, "Amt"), minus=_minus(element))
    if code in {"OPBD", "PRCD"} and not found.opening:
        found.opening = amount
    elif code == "CLBD":
        found.closing = amount


def _camt_row(statement: _Statement, entry: Any) -> tuple[Any, ...]:
    amount = _find(entry, "Amt")
    if amount is not None and not statement.currency:
        statement.currency = amount.get("Ccy", "").upper()
    day = _camt_day(entry, "BookgDt") or _camt_day(entry, "ValDt")
    if day is None:
        raise FileRefused(Reason.DAMAGED)
    minus = _minus(entry)
    details = _find(entry, "NtryDtls", "TxDtls")
    name = text = reference = ""
    if details is not None:
        other = ("Cdtr", "UltmtCdtr") if minus else ("Dbtr", "UltmtDbtr")
        name = next(
            (
                said
                for role in other
                for path in (("RltdPties", role, "Nm"), ("RltdPties", role, "Pty", "Nm"))
                if (said := _said(details, *path))
            ),
            "",
        )
        remitted = _find(details, "RmtInf")
        text = "" if remitted is None else " ".join(" ".join(remitted.itertext()).split())
        reference = _said(details, "Refs", "EndToEndId")
        reference = "" if reference == "NOTPROVIDED" else reference
    text = text or _said(entry, "AddtlNtryInf")
    reference = reference or _said(entry, "AcctSvcrRef") or _said(entry, "NtryRef")
    return (day, _camt_day(entry, "ValDt"), _amount(_said(entry, "Amt"), minus=minus), name, text, reference)


_BLOCK = re.compile(r"\{4:\s*(.*?)-?\}", re.DOTALL)
_SUBFIELD = re.compile(r"\?(\d\d)")
_SLASH_NAME = re.compile(r"/(?:BENM|ORDP|NAME|CNTP)/(?:NAME[/ ])?([^/\n]+)")


def _mt940(path: Path) -> list[_Statement]:
    """Read MT940, one statement or several, with or without the envelope of a SWIFT message."""
    import mt940

    text = _decoded(path).replace("\r\n", "\n").replace("\r", "\n")
    blocks = _BLOCK.findall(text)
    try:
        parts = mt940.parse_statements("\n".join(blocks) if blocks else text)
    except (ValueError, RuntimeError, KeyError, IndexError, AssertionError, ArithmeticError) as error:
        raise FileRefused(Reason.DAMAGED) from error
    return [_mt940_statement(part) for part in parts]


def _mt940_statement(part: Any) -> _Statement:
    about = part.data
    found = _Statement(number=str(about.get("account_identification") or "").rpartition("/")[2])
    opening = about.get("final_opening_balance") or about.get("intermediate_opening_balance")
    closing = about.get("final_closing_balance") or about.get("intermediate_closing_balance")
    if opening is not None:
        found.opening, found.first = _amount(str(opening.amount.amount)), _plain_day(opening.date)
        found.currency = opening.amount.currency
    if closing is not None:
        found.closing, found.last = _amount(str(closing.amount.amount)), _plain_day(closing.date)
    for transaction in part:
        if transaction.data.get("amount") is not None:
            found.rows.append(_mt940_row(transaction.data))
    return found


def _plain_day(day: Any) -> dt.date:
    return dt.date(day.year, day.month, day.day)


def _subfields(details: str) -> dict[str, str]:
    """Answer name and text of details in numbered parts (?20 to ?29 text, ?32 and ?33 the name), if they have any."""
    pieces = _SUBFIELD.split(details.replace("\n", ""))
    if len(pieces) < 3:
        return {}
    pairs = list(zip(pieces[1::2], pieces[2::2], strict=True))
    return {
        "text": " ".join(text for code, text in pairs if "20" <= code <= "29"),
        "name": "".join(text for code, text in pairs if code in {"32", "33"}),
    }


def _mt940_row(data: dict[str, Any]) -> tuple[Any, ...]:
    value_day = _plain_day(data["date"])
    day = _plain_day(data["entry_date"]) if data.get("entry_date") else value_day
    details = str(data.get("transaction_details") or "")
    parts = _subfields(details)
    named = _SLASH_NAME.search(details)
    name = str(data.get("applicant_name") or parts.pop("name", "") or (named[1].strip() if named else ""))
    words = [str(data.get(key) or "") for key in ("purpose", "additional_purpose")]
    told = " ".join(word for word in words if word) or parts.get("text") or " ".join(details.split())
    beside = " ".join(str(data.get("extra_details") or "").split())
    text = told if beside in told else f"{beside} {told}".strip()
    own = str(data.get("customer_reference") or "")
    reference = own if own and own != "NONREF" else str(data.get("bank_reference") or "")
    # The parser gives RC, a credit taken back, the sign of money in.
    amount = _amount(str(data["amount"].amount), minus=data.get("status") == "RC")
    return (day, value_day, amount, name, text, reference)


_READERS = {FileKind.OFX: _ofx, FileKind.CAMT: _camt, FileKind.MT940: _mt940}


def read_bank(path: Path, kind: FileKind, sink: Sink) -> None:
    """Hand over every statement of the file as a sheet; ``FileRefused`` when it holds none.

    The first row of a sheet holds ``statement``, account, currency, opening, closing, first and last day; the
    others day, value day, amount (a signed text, money in positive), name, text, reference.
    """
    try:
        found = _READERS[kind](path)
    except UnicodeDecodeError as error:
        raise FileRefused(Reason.ENCODING) from error
    if not found:
        raise FileRefused(Reason.NOT_A_TABLE)
    with contextlib.suppress(Stopped):
        for number, statement in enumerate(found, start=1):
            sink.sheet(str(number))
            head = (statement.number, statement.currency, statement.opening, statement.closing)
            sink.row(1, ("statement", *head, statement.first, statement.last))
            for place, row in enumerate(statement.rows, start=2):
                sink.row(place, row)
