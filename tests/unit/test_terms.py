"""Payment terms, deposits and dates, domain.md sections 3.2 and 3.3."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecrm.core.dates import Holidays, add_months, forward_to_day, month_end
from tradecrm.core.deposits import DepositPolicy, deposit_share, split_invoice
from tradecrm.core.presets import PRESETS, preset_terms, terms_wording
from tradecrm.core.problems import Refusal
from tradecrm.core.terms import (
    Event,
    Method,
    Offset,
    OffsetKind,
    PaymentTerms,
    TermLine,
    TermType,
    check_terms,
    decode_terms,
    due_date,
    encode_terms,
    split_instalments,
)

JAN31 = date(2026, 1, 31)


def _line(kind: TermType, share: str, event: Event = Event.BL, offset: Offset | None = None) -> TermLine:
    return TermLine(kind, Decimal(share), event, offset or Offset())


BALANCE = _line(TermType.BALANCE, "0")


def _amounts(total: str, terms: PaymentTerms, currency: str = "USD") -> list[str]:
    return [str(part.amount) for part in split_instalments(Decimal(total), currency, terms)]


def test_example_of_3_2_the_balance_takes_the_residue() -> None:
    lines = (_line(TermType.PERCENT, "0.3"), _line(TermType.PERCENT, "0.6"), BALANCE)
    assert _amounts("9999.99", PaymentTerms(Method.TT, lines)) == ["3000.00", "5999.99", "1000.00"]


def test_fixed_lines_take_the_sign_of_the_document_and_never_more_than_remains() -> None:
    terms = PaymentTerms(Method.TT, (_line(TermType.FIXED, "500"), BALANCE))
    assert _amounts("-2000.00", terms) == ["-500.00", "-1500.00"]
    assert _amounts("300.00", terms) == ["300.00", "0.00"]


def test_percent_of_the_remaining() -> None:
    lines = (_line(TermType.FIXED, "1000"), _line(TermType.REMAINING, "0.5"), BALANCE)
    assert _amounts("5000.00", PaymentTerms(Method.TT, lines)) == ["1000.00", "2000.00", "2000.00"]


@given(
    st.integers(-(10**11), 10**11),
    st.lists(st.tuples(st.sampled_from("PRF"), st.decimals("0.0001", "0.9999", places=4)), max_size=5),
    st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_instalments_sum_exactly(units: int, drawn: list[tuple[str, Decimal]], currency: str) -> None:
    places = {"USD": 2, "JPY": 0, "KWD": 3}[currency]
    total = Decimal(units).scaleb(-places)
    lines = tuple(
        TermLine(TermType(kind), share * 1000 if kind == "F" else share, Event.BL) for kind, share in drawn
    )
    terms = PaymentTerms(Method.TT, (*lines, BALANCE))
    parts = split_instalments(total, currency, terms)
    assert sum(part.amount for part in parts) == total
    assert all(part.amount * total >= 0 for part in parts)
    assert decode_terms(encode_terms(terms)) == terms


@pytest.mark.parametrize(
    ("offset", "due"),
    [
        (Offset(OffsetKind.DAYS, 45), date(2026, 3, 17)),
        (Offset(OffsetKind.MONTH_END_DAYS, 30), date(2026, 3, 2)),
        (Offset(OffsetKind.MONTH_END, 1), date(2026, 2, 28)),
        (Offset(OffsetKind.MONTHS, 1), date(2026, 2, 28)),
        (Offset(OffsetKind.DAY_AFTER, 30, 25), date(2026, 3, 25)),
        (Offset(OffsetKind.DAY_AFTER, 20, 20), date(2026, 2, 20)),
        (Offset(OffsetKind.DAY_OF_MONTH, 1, 10), date(2026, 2, 10)),
        (Offset(OffsetKind.DAY_OF_MONTH, 1, 31), date(2026, 2, 28)),
        (Offset(OffsetKind.BANKING_DAYS, 7), date(2026, 2, 10)),
    ],
)
def test_offsets_from_31_january(offset: Offset, due: date) -> None:
    assert due_date(_line(TermType.BALANCE, "0", Event.BL, offset), {Event.BL: JAN31}) == due


def test_the_basis_date_is_excluded() -> None:
    line = _line(TermType.BALANCE, "0", Event.BL, Offset(OffsetKind.DAYS, 10))
    assert due_date(line, {Event.BL: date(2026, 5, 1)}) == date(2026, 5, 11)


def test_da_90_presented_18_april_is_friday_17_july() -> None:
    terms = preset_terms("DA_N", 90)
    due = due_date(terms.lines[0], {Event.SIGHT: date(2026, 4, 18)}, method=terms.method)
    assert due == date(2026, 7, 17)
    assert due.weekday() == 4


def test_only_bank_methods_roll_to_the_next_banking_day() -> None:
    line = _line(TermType.BALANCE, "0", Event.SIGHT, Offset(OffsetKind.DAYS, 1))
    friday = {Event.SIGHT: date(2026, 5, 1)}
    assert due_date(line, friday, method=Method.OA) == date(2026, 5, 2)
    assert due_date(line, friday, method=Method.DP) == date(2026, 5, 4)
    may = Holidays(frozenset({date(2026, 5, 4), date(2026, 5, 5)}), frozenset({date(2026, 5, 9)}))
    assert due_date(line, friday, method=Method.LC, holidays=may) == date(2026, 5, 6)
    assert may.next_banking_day(date(2026, 5, 9)) == date(2026, 5, 9)
    assert may.add_banking_days(date(2026, 5, 8), 1) == date(2026, 5, 9)


def test_before_shipment_counts_back_and_an_unknown_event_has_no_date() -> None:
    line = _line(TermType.BALANCE, "0", Event.BEFORE_SHIP, Offset(OffsetKind.DAYS, 5))
    assert due_date(line, {Event.BEFORE_SHIP: date(2026, 5, 20)}) == date(2026, 5, 15)
    assert due_date(line, {Event.BL: JAN31}) is None


@pytest.mark.parametrize(
    ("kind", "number", "due", "english", "chinese"),
    [
        (OffsetKind.DAYS, 3, date(2026, 5, 28), "balance 3 days before shipment", "余款出货前3天支付"),
        (OffsetKind.MONTHS, 2, date(2026, 3, 31), "balance 2 months before shipment", "余款出货前2个月支付"),
        # Sunday 31 May: Friday 29, Thursday 28.
        (
            OffsetKind.BANKING_DAYS,
            2,
            date(2026, 5, 28),
            "balance 2 banking days before shipment",
            "余款出货前2个银行工作日支付",
        ),
        (OffsetKind.BANKING_DAYS, 0, date(2026, 5, 29), "balance 0 banking days before", "余款出货前0个"),
    ],
)
def test_whatever_is_counted_before_shipment_is_counted_back(
    kind: OffsetKind, number: int, due: date, english: str, chinese: str
) -> None:
    """§3.2: planned loading date − offset."""
    line = _line(TermType.BALANCE, "0", Event.BEFORE_SHIP, Offset(kind, number))
    deposit = _line(TermType.PERCENT, "0.3", Event.ORDER)
    terms = PaymentTerms(Method.TT, (deposit, line))
    assert check_terms(terms) == []
    assert due_date(line, {Event.BEFORE_SHIP: date(2026, 5, 31)}) == due
    assert english in terms_wording(terms)
    assert chinese in terms_wording(terms, "zh")


def test_before_shipment_is_not_counted_to_the_end_of_a_month() -> None:
    line = _line(TermType.BALANCE, "0", Event.BEFORE_SHIP, Offset(OffsetKind.MONTH_END, 1))
    (problem,) = check_terms(PaymentTerms(Method.TT, (line,)))
    assert (problem.field, problem.message) == (
        "lines.0.offset",
        "Before shipment is counted in days, banking days or months.",
    )


def test_months_are_clamped() -> None:
    assert add_months(JAN31, 1) == date(2026, 2, 28)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert month_end(JAN31, 1) == date(2026, 2, 28)
    assert forward_to_day(date(2026, 12, 21), 20) == date(2027, 1, 20)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ((), "at least one"),
        ((BALANCE, BALANCE), "must be the last"),
        ((_line(TermType.PERCENT, "0.3"), _line(TermType.PERCENT, "0.6")), "total 100 %"),
        ((_line(TermType.PERCENT, "0.6"), _line(TermType.PERCENT, "0.4"), BALANCE), "leave nothing"),
        ((_line(TermType.FIXED, "0"), BALANCE), "above zero"),
        ((_line(TermType.PERCENT, "1.2"), BALANCE), "not more than 100"),
        ((_line(TermType.BALANCE, "0", Event.BL, Offset(OffsetKind.DAYS, -1)),), "below zero"),
        ((_line(TermType.BALANCE, "0", Event.BL, Offset(OffsetKind.DAY_AFTER, 1)),), "between 1 and 31"),
    ],
)
def test_wrong_terms_are_told(lines: tuple[TermLine, ...], problem: str) -> None:
    assert any(problem in found.message for found in check_terms(PaymentTerms(Method.TT, lines)))


def test_percentages_that_total_100_are_right() -> None:
    lines = (_line(TermType.PERCENT, "0.3"), _line(TermType.PERCENT, "0.7"))
    assert check_terms(PaymentTerms(Method.TT, lines)) == []


@pytest.mark.parametrize("code", [preset.code for preset in PRESETS])
def test_standard_terms_are_valid_stored_and_worded(code: str) -> None:
    terms = preset_terms(code, 45)
    assert check_terms(terms) == []
    assert decode_terms(encode_terms(terms)) == terms
    english, chinese = terms_wording(terms), terms_wording(terms, "zh")
    assert english.isascii()
    assert not chinese.isascii()
    if preset_terms(code) != terms:
        assert "45" in english
        assert "45" in chinese


def test_stored_form_and_wording_of_free_terms() -> None:
    lines = (
        _line(TermType.PERCENT, "0.205", Event.ORDER),
        _line(TermType.FIXED, "1000", Event.BEFORE_SHIP, Offset(OffsetKind.DAYS, 3)),
        _line(TermType.BALANCE, "0", Event.BL, Offset(OffsetKind.DAY_AFTER, 60, 25)),
    )
    terms = PaymentTerms(Method.TT, lines)
    assert encode_terms(terms) == "TT;P20.5@ORDER;F1000@BEFORE_SHIP+3D;B@BL+60A25"
    assert decode_terms(encode_terms(terms)) == terms
    assert terms_wording(terms) == (
        "T/T: 20.5% at order, 1000 3 days before shipment, "
        "balance on day 25 of the month, not before 60 days after B/L date"
    )
    assert (
        terms_wording(terms, "zh") == "电汇：20.5%下单时支付，1000出货前3天支付，余款提单日后60天起遇25日支付"
    )


@pytest.mark.parametrize("text", ["", "TT;X", "ZZ;B@BL", "TT;B@NEVER", "TT"])
def test_a_wrong_stored_form_is_refused(text: str) -> None:
    if text == "TT":
        assert check_terms(decode_terms(text))
        return
    with pytest.raises(Refusal, match="payment terms"):
        decode_terms(text)


def _share(
    invoice: str, left: str, *, policy: DepositPolicy = DepositPolicy.PRO_RATA, final: bool = False
) -> Decimal:
    return deposit_share(
        policy,
        deposit=Decimal("5922.00"),
        left=Decimal(left),
        invoice=Decimal(invoice),
        open_amount=Decimal(invoice),
        contract_total=Decimal("19740.00"),
        currency="USD",
        final=final,
    )


def test_t1_deposit_4626_then_1296() -> None:
    # Section 3.3: T1 takes 4,626.00 then 1,296.00.
    first = _share("15420.00", "5922.00")
    assert first == Decimal("4626.00")
    assert _share("4320.00", str(Decimal("5922.00") - first), final=True) == Decimal("1296.00")


def test_first_last_and_manual() -> None:
    assert _share("15420.00", "5922.00", policy=DepositPolicy.FIRST) == Decimal("5922.00")
    assert _share("15420.00", "5922.00", policy=DepositPolicy.LAST) == 0
    assert _share("4320.00", "5922.00", policy=DepositPolicy.LAST, final=True) == Decimal("4320.00")
    with pytest.raises(Refusal, match=r"at most 100\.00"):
        deposit_share(
            DepositPolicy.MANUAL,
            deposit=Decimal(500),
            left=Decimal(100),
            invoice=Decimal(900),
            open_amount=Decimal(900),
            contract_total=Decimal(900),
            currency="USD",
            manual=Decimal(101),
        )


def test_an_invoice_takes_its_assigned_deposit_share() -> None:
    # Section 3.2, paragraph after the table of events: T1's first invoice has 4,626.00 and 10,794.00.
    parts = split_invoice(Decimal("15420.00"), "USD", preset_terms("TT_30_70"), Decimal("4626.00"))
    assert [part.amount for part in parts] == [Decimal("4626.00"), Decimal("10794.00")]
    lines = (
        _line(TermType.PERCENT, "0.3", Event.ORDER),
        _line(TermType.PERCENT, "0.4", Event.BL),
        _line(TermType.BALANCE, "0", Event.ARRIVAL),
    )
    parts = split_invoice(Decimal("1000.00"), "USD", PaymentTerms(Method.TT, lines), Decimal("0.00"))
    assert [str(part.amount) for part in parts] == ["0.00", "571.43", "428.57"]
    alone = split_invoice(Decimal("1000.00"), "USD", preset_terms("TT_100"), Decimal("200.00"))
    assert [part.amount for part in alone] == [Decimal("1000.00")]
