"""The rebate of T1 from VAT invoices and declaration to the money: domain.md sections 1.8, 1.9, 2.2, 2.11, 16.12."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.services.conftest import TODAY
from tests.services.example_kit import t1
from tests.services.scenes import played_once
from tradecrm.core.clock import FixedClock
from tradecrm.core.problems import Refusal
from tradecrm.models import LedgerEntry, RebateClaim, Shipment, VatInvoiceLine
from tradecrm.reports.registry import report_table
from tradecrm.reports.walk import Record, unlinked_figures, walk
from tradecrm.services.book import Book, Seat
from tradecrm.services.claims.collections import (
    CollectedPart,
    MatchCollection,
    collection_of,
    collection_rows,
    match_collection,
)
from tradecrm.services.claims.declarations import SaveDeclaration, declaration_card, save_declaration
from tradecrm.services.claims.rebate_ends import (
    GiveUpRebate,
    ReceiveUnclaimed,
    TaxExport,
    give_up_rebate,
    receive_unclaimed,
    tax_export,
)
from tradecrm.services.claims.rebate_moves import (
    MoveRebate,
    ReceiveRebate,
    TakeBackRebate,
    move_rebate,
    receive_rebate,
    take_back_rebate,
)
from tradecrm.services.claims.rebate_rates import SaveRebateRate, save_rebate_rate
from tradecrm.services.claims.rebates import (
    AddShipment,
    MatchDraft,
    SaveRebateClaim,
    add_shipment,
    claim_rows,
    rebate_gaps,
    save_rebate_claim,
)
from tradecrm.services.claims.vat_invoices import (
    SaveVatInvoice,
    VatLineDraft,
    invoiced_lines,
    save_vat_invoice,
)
from tradecrm.services.control.reminders import today_rows
from tradecrm.services.control.settings import ChangeSettings, change_settings
from tradecrm.services.data import check_money
from tradecrm.services.data.check import check_book
from tradecrm.services.data.sample.running_example import Example
from tradecrm.services.figures.profit import shipment_profit
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.trade.closing import MarkSettled, mark_settled
from tradecrm.services.work import Reader

D = Decimal
EXPORTED = date(2026, 5, 20)
PROFIT = D("22180.81")


@dataclass(frozen=True)
class Scene:
    example: Example
    yuan: int
    lanterns: int
    kits: int
    claim: int


def _invoice(supplier: int, number: str, line: VatLineDraft, **more: object) -> SaveVatInvoice:
    command = SaveVatInvoice(
        supplier, number, date(2026, 5, 25), date(2026, 6, 1), line.net, line.vat, (line,)
    )
    return replace(command, **more)  # type: ignore[arg-type]


LANTERNS = VatLineDraft(
    "太阳能花园灯", "pcs", D(1200), D("42000.00"), D("0.13"), D("5460.00"), "9405.41.9000"
)
KITS = VatLineDraft("园艺工具五件套", "sets", D(800), D("51200.00"), D("0.13"), D("6656.00"), "8201900090")


def _declare(seat: Seat, shipment: int, number: str = "310120260516", day: date | None = EXPORTED) -> None:
    lines = seat.ask(declaration_card, shipment).lines
    seat.perform(save_declaration, SaveDeclaration(shipment, number, day, lines))


@pytest.fixture
@played_once
def scene(seat: Seat) -> Scene:
    """Play T1, enter the invoices of both factories and the declaration of shipment 1, and begin a claim."""
    example = t1(seat)
    yuan = seat.perform(open_account, OpenAccount("ICBC CNY", "BANK", "CNY", date(2026, 1, 1))).value
    cast = example.cast
    lanterns = seat.perform(save_vat_invoice, _invoice(cast.lantern_factory, "26332000001", LANTERNS)).value
    kits = seat.perform(save_vat_invoice, _invoice(cast.kit_factory, "26332000002", KITS)).value
    _declare(seat, example.shipment)
    claim = seat.perform(save_rebate_claim, SaveRebateClaim(TODAY)).value
    return Scene(example, yuan, lanterns, kits, claim)


def _move(seat: Seat, scene: Scene, step: str, **more: object) -> str:
    return seat.perform(move_rebate, replace(MoveRebate(scene.claim, step, TODAY), **more)).value  # type: ignore[arg-type]


def _filed(seat: Seat, scene: Scene) -> None:
    seat.perform(add_shipment, AddShipment(scene.claim, scene.example.shipment))
    assert _move(seat, scene, "ready") == "ready"
    assert _move(seat, scene, "file") == "filed"


def _receivable(reader: Reader) -> Decimal:
    query = select(func.sum(LedgerEntry.base_amount)).where(LedgerEntry.book == "REBATE")
    return reader.session.scalar(query) or D(0)


def _state(reader: Reader, scene: Scene) -> tuple[str, str]:
    claim = reader.get(RebateClaim, scene.claim, "Claim")
    return claim.status, reader.get(Shipment, scene.example.shipment, "Shipment").rebate_state


def _profit(seat: Seat, scene: Scene) -> Decimal:
    return seat.ask(shipment_profit, scene.example.shipment).result.trading_profit


def test_t1_is_matched_filed_approved_for_less_and_paid_in_two_parts(
    seat: Seat, book: Book, scene: Scene
) -> None:
    """E 42,000 x 13 % = 5,460 and 51,200 x 500/800 = 32,000 x 9 % = 2,880; 8,340 booked, 8,000 approved."""
    _filed(seat, scene)
    found = seat.ask(claim_rows, scene.claim)
    assert [(row.quantity, row.net, row.rebate) for row in found] == [
        (D(1200), D("42000.00"), D("5460.00")),
        (D(500), D("32000.00"), D("2880.00")),
    ]
    assert seat.ask(_receivable) == D("8340.00")
    assert _profit(seat, scene) == PROFIT
    assert _move(seat, scene, "approve", amount=D("8000.00")) == "approved"
    assert _profit(seat, scene) == PROFIT - D("340.00")
    for amount, words in ((D("8000.01"), "only CNY 8,000.00 is approved"), (D(0), "above zero")):
        with pytest.raises(Refusal, match=words):
            seat.perform(receive_rebate, ReceiveRebate(scene.claim, scene.yuan, TODAY, amount))
    seat.perform(receive_rebate, ReceiveRebate(scene.claim, scene.yuan, TODAY, D("5000.00")))
    assert seat.ask(_state, scene) == ("partly_received", "")
    assert seat.ask(_receivable) == D("3000.00")
    table = seat.ask(report_table, "rebates", {})
    assert table.totals[0].cells[3:6] == (D("8000.00"), D("5000.00"), D("3000.00"))
    assert unlinked_figures(table) == []
    assert {"shipment", "rebate_claim"} <= {
        each.target for each in seat.ask(walk, table).values() if isinstance(each, Record)
    }
    seat.perform(receive_rebate, ReceiveRebate(scene.claim, scene.yuan, TODAY, D("3000.00")))
    assert seat.ask(_state, scene) == ("received", "received")
    assert seat.ask(_receivable) == D(0)
    assert check_book(book.store.reader) == []
    with pytest.raises(Refusal, match="follows from it"):
        seat.perform(mark_settled, MarkSettled(scene.example.shipment, "none", no_further_bill=False))

    seat.perform(take_back_rebate, TakeBackRebate(scene.claim, TODAY, "another firm's money"))
    assert seat.ask(_state, scene) == ("partly_received", "")
    assert seat.ask(_receivable) == D("3000.00")
    assert _move(seat, scene, "refuse_rest", reason="HS code doubted") == "received"
    assert (seat.ask(_receivable), seat.ask(_state, scene)) == (D(0), ("received", "received"))
    assert _profit(seat, scene) == PROFIT - D("3340.00")
    assert check_book(book.store.reader) == []


def test_a_refused_claim_makes_the_rebate_cost_and_a_withdrawn_one_gives_it_back(
    seat: Seat, book: Book, scene: Scene
) -> None:
    """Section 2.11: on refusal the rebate goes to 0 and the VAT is cost; the reason is kept."""
    _filed(seat, scene)
    with pytest.raises(Refusal, match="why the tax office"):
        _move(seat, scene, "refuse")
    assert _move(seat, scene, "refuse", reason="Invoice of a missing firm") == "refused"
    assert _profit(seat, scene) == PROFIT - D("8340.00")
    assert (seat.ask(_receivable), seat.ask(_state, scene)) == (D(0), ("refused", "refused"))
    assert "missing firm" in seat.ask(lambda reader: reader.get(RebateClaim, scene.claim, "").remarks)
    assert check_book(book.store.reader) == []


def test_a_printed_e_that_differs_is_a_variance_when_the_claim_is_filed(seat: Seat, scene: Scene) -> None:
    """Section 2.2: the printed E wins. E 51,200.03 printed, 32,000.02 x 9 % = 2,880.00 stays; VAT 6 % gives less."""
    line = replace(KITS, vat_rate=D("0.06"), vat=D("3072.00"))
    invoice = _invoice(scene.example.cast.kit_factory, "26332000002", line, id=scene.kits, version=1)
    seat.perform(save_vat_invoice, invoice)
    _filed(seat, scene)
    assert seat.ask(claim_rows, scene.claim)[1].rebate == D("1920.00")  # min(9 %, 6 %) of 32,000
    assert _profit(seat, scene) == PROFIT - D("960.00")
    assert seat.ask(_receivable) == D("7380.00")
    assert _move(seat, scene, "collect") == "collecting"
    assert _profit(seat, scene) == PROFIT
    assert seat.ask(_receivable) == D("8340.00")


def test_what_is_missing_is_said_in_words_and_nothing_moves(seat: Seat, scene: Scene) -> None:
    shipment = scene.example.shipment
    with pytest.raises(Refusal, match="no declared item"):
        _move(seat, scene, "ready")
    _declare(seat, shipment, "", None)
    seat.perform(add_shipment, AddShipment(scene.claim, shipment))
    gaps = seat.ask(rebate_gaps, scene.claim)
    assert [gap.split(": ")[1] for gap in gaps] == [
        "the declaration number is missing.",
        "the export date of the declaration is missing.",
    ]
    with pytest.raises(Refusal, match="declaration number is missing"):
        _move(seat, scene, "ready")
    assert seat.ask(_state, scene) == ("collecting", "")
    with pytest.raises(Refusal, match="is matched in RB-2606-0001"):
        _declare(seat, shipment)
    with pytest.raises(Refusal, match="is matched in RB-2606-0001"):
        seat.perform(
            save_vat_invoice,
            _invoice(scene.example.cast.kit_factory, "26332000002", KITS, id=scene.kits, version=1),
        )


def test_only_the_same_goods_and_what_is_left_of_an_invoice_are_matched(seat: Seat, scene: Scene) -> None:
    lanterns, kits = seat.ask(invoiced_lines)
    items = seat.ask(_items, scene.example.shipment)
    cases = (
        (MatchDraft(items[0], kits.id), "must be the same"),
        (MatchDraft(items[0], lanterns.id, D(1201)), "Only 1,200 pcs"),
        (MatchDraft(items[1], 999), "special VAT invoices"),
    )
    for line, words in cases:
        with pytest.raises(Refusal, match=words):
            seat.perform(save_rebate_claim, SaveRebateClaim(TODAY, (line,)))
    twice = (MatchDraft(items[1], kits.id, D(400)), MatchDraft(items[1], kits.id))
    second = seat.perform(save_rebate_claim, SaveRebateClaim(TODAY, twice)).value
    assert [row.quantity for row in seat.ask(claim_rows, second)] == [D(400), D(100)]
    with pytest.raises(Refusal, match="Nothing of the declared item is left"):
        seat.perform(save_rebate_claim, SaveRebateClaim(TODAY, (MatchDraft(items[1], kits.id),)))


def _items(reader: Reader, shipment: int) -> list[int]:
    from tradecrm.services.claims.declarations import declared_items

    return [item.id for item in declared_items(reader, shipment_id=shipment)]


def test_an_invoice_is_kept_as_printed_once_and_adds_up_within_five_cents(seat: Seat, scene: Scene) -> None:
    """Section 11: supplier invoices as printed, tolerance 0.05 per invoice."""
    factory = scene.example.cast.lantern_factory
    again = _invoice(factory, "26332000001", LANTERNS)
    with pytest.raises(Refusal, match="is entered already"):
        seat.perform(save_vat_invoice, again)
    near = replace(again, number="3", vat=D("5460.05"))
    seat.perform(save_vat_invoice, near)
    for changed, words in (
        (replace(again, number="4", vat=D("5460.06")), "the invoice says 5,460.06"),
        (replace(again, number="5", net=D("42001.00")), "the invoice says 42,001.00"),
        (replace(again, number="6", supplier_id=scene.example.cast.customer), "not a supplier"),
    ):
        with pytest.raises(Refusal, match=words):
            seat.perform(save_vat_invoice, changed)
    ordinary = replace(again, number="7", kind="ordinary")
    kept = seat.perform(save_vat_invoice, ordinary).value
    lines = seat.ask(lambda reader: reader.session.scalars(
        select(VatInvoiceLine.id).where(VatInvoiceLine.invoice_id == kept)
    ).all())  # fmt: skip
    assert not set(lines) & {line.id for line in seat.ask(invoiced_lines)}


def test_the_rate_in_force_on_the_export_date_is_taken(seat: Seat, scene: Scene) -> None:
    """Section 1.8: the rate by HS code in force on the export date; a code of 8 digits serves the longer one."""
    for code, day, rate in (
        ("82019000", date(2025, 1, 1), "0.13"),
        ("8201.9000", date(2026, 5, 1), "0.10"),
        ("82019000", date(2026, 5, 21), "0.05"),
    ):
        seat.perform(save_rebate_rate, SaveRebateRate(code, day, D(rate), "State Taxation Administration"))
    lines = tuple(
        replace(line, rebate_rate=None) for line in seat.ask(declaration_card, scene.example.shipment).lines
    )
    command = SaveDeclaration(scene.example.shipment, "31", EXPORTED, lines)
    with pytest.raises(Refusal, match="No rebate rate of 9405419000"):
        seat.perform(save_declaration, command)
    seat.perform(save_rebate_rate, SaveRebateRate("9405419000", date(2024, 1, 1), D("0.13")))
    seat.perform(save_declaration, command)
    assert [line.rebate_rate for line in seat.ask(declaration_card, scene.example.shipment).lines] == [
        D("0.13"),
        D("0.10"),
    ]
    with pytest.raises(Refusal, match="has a rate from 2026-05-01"):
        seat.perform(save_rebate_rate, SaveRebateRate("82019000", date(2026, 5, 1), D("0.09")))


def test_collection_is_proved_by_receipts_where_the_setting_demands_it(seat: Seat, scene: Scene) -> None:
    """Section 1.8: T1 brings 15,420.00, 4,626.00 of the deposit and 10,794.00 of the balance."""
    shipment = scene.example.shipment
    seat.perform(change_settings, ChangeSettings((("rebate_needs_collection", True),)))
    seat.perform(add_shipment, AddShipment(scene.claim, shipment))
    with pytest.raises(Refusal, match=r"collection of USD 15,420\.00 is not proved"):
        _move(seat, scene, "ready")
    rows = seat.ask(collection_rows, shipment)
    assert [(row.gross, row.allocated) for row in rows] == [
        (D("5922.00"), D("4626.00")),
        (D("10794.00"), D("10794.00")),
    ]
    over = (CollectedPart(rows[0].receipt_id, D(5922)), CollectedPart(rows[1].receipt_id, D(10794)))
    with pytest.raises(Refusal, match="is to bring"):
        seat.perform(match_collection, MatchCollection(shipment, over))
    with pytest.raises(Refusal, match="has only"):
        seat.perform(
            match_collection, MatchCollection(shipment, (CollectedPart(rows[0].receipt_id, D(5923)),))
        )
    parts = tuple(CollectedPart(row.receipt_id, row.allocated) for row in rows)
    seat.perform(match_collection, MatchCollection(shipment, parts))
    assert seat.ask(lambda reader: collection_of(reader, reader.get(Shipment, shipment, "")).open) == 0
    assert _move(seat, scene, "ready") == "ready"


def test_after_36_months_the_export_is_taxed_as_a_domestic_sale(seat: Seat, book: Book, scene: Scene) -> None:
    """Section 2.2 TAXED: input VAT 9,620.00 is credited, 8,340.00 of rebate is gone, output VAT is 11,837.64."""
    shipment = scene.example.shipment
    with pytest.raises(Refusal, match="may still be claimed"):
        seat.perform(tax_export, TaxExport(shipment, TODAY))
    assert _profit(seat, scene) == PROFIT
    later = Book(book.store, FixedClock.on(date(2029, 5, 21))).seat()
    assert later.perform(tax_export, TaxExport(shipment, date(2029, 5, 21))).value == D("11837.64")
    assert _profit(seat, scene) == PROFIT - D("8340.00") + D("9620.00") - D("11837.64")
    assert seat.ask(_receivable) == D("9620.00")
    assert check_book(book.store.reader) == []
    with pytest.raises(Refusal, match="without a rebate"):
        later.perform(add_shipment, AddShipment(scene.claim, shipment))


def test_after_the_deadline_a_claim_needs_its_collection_or_a_reason(
    book: Book, seat: Seat, scene: Scene
) -> None:
    """Section 1.8: filing after 30 April needs collection first."""
    seat.perform(add_shipment, AddShipment(scene.claim, scene.example.shipment))
    assert seat.ask(rebate_gaps, scene.claim, date(2027, 4, 30)) == ()
    assert "not proved" in seat.ask(rebate_gaps, scene.claim, date(2027, 5, 1))[0]
    assert "taxed as a domestic sale" in seat.ask(rebate_gaps, scene.claim, date(2029, 5, 21))[0]
    kept = tuple(
        MatchDraft(row.declaration_line_id, row.invoice_line_id, row.quantity)
        for row in seat.ask(claim_rows, scene.claim)
    )
    command = SaveRebateClaim(TODAY, kept, "Payment after 2027-05 by contract", id=scene.claim, version=2)
    seat.perform(save_rebate_claim, command)
    assert seat.ask(rebate_gaps, scene.claim, date(2027, 5, 1)) == ()


def test_today_warns_of_filing_collection_late_invoices_and_the_last_day(
    seat: Seat, book: Book, scene: Scene
) -> None:
    """Section 1.8: 30 April of the next year, warned 90, 30 and 7 days before; 36 months; 2.11: 180 days."""

    def due(day: date) -> dict[str, tuple[str, date]]:
        rows = Book(book.store, FixedClock.on(day)).seat().ask(today_rows)
        found = [row for row in rows if row.subject == "SH-26001"]
        return {row.rule: (row.occurrence.subject_kind, row.due_on) for row in found}

    rebate, april = "rebate_deadline", date(2027, 4, 30)
    assert rebate not in due(date(2027, 1, 29))
    for day, kind in ((date(2027, 1, 30), "rebate"), (date(2027, 3, 31), "rebate30"), (april, "rebate7")):
        assert due(day)[rebate] == (kind, april)
    assert due(date(2026, 11, 16))["invoice_late"] == ("invoice_late", date(2026, 11, 16))
    assert due(date(2029, 5, 1))["rebate_last"] == ("rebate_last", date(2029, 5, 20))
    assert "collection_deadline" not in due(april)  # the customer has paid
    seat.perform(change_settings, ChangeSettings((("rebate_needs_collection", True),)))
    assert due(april)["collection_deadline"] == ("collection7", april)
    seat.perform(change_settings, ChangeSettings((("rebate_needs_collection", False),)))
    _filed(seat, scene)
    assert not {rebate, "invoice_late"} & set(due(april))
    assert "rebate_last" not in due(date(2029, 5, 1))


def test_a_rebate_given_up_is_cost_and_a_later_claim_brings_it_back(
    seat: Seat, book: Book, scene: Scene
) -> None:
    """Section 2.11: without the invoices the rebate goes to 0 and the VAT is cost; the reason is kept."""
    shipment = scene.example.shipment
    with pytest.raises(Refusal, match="why the rebate is given up"):
        seat.perform(give_up_rebate, GiveUpRebate(shipment, TODAY, " "))
    assert seat.perform(give_up_rebate, GiveUpRebate(shipment, TODAY, "no invoice")).value == D("8340.00")
    assert _profit(seat, scene) == PROFIT - D("8340.00")
    assert (seat.ask(_receivable), seat.ask(_state, scene)[1]) == (D(0), "refused")
    with pytest.raises(Refusal, match="settled already"):
        seat.perform(give_up_rebate, GiveUpRebate(shipment, TODAY, "again"))
    _filed(seat, scene)
    assert (_profit(seat, scene), seat.ask(_receivable)) == (PROFIT, D("8340.00"))
    with pytest.raises(Refusal, match="Take it out of that claim"):
        seat.perform(give_up_rebate, GiveUpRebate(shipment, TODAY, "again"))
    assert check_book(book.store.reader) == []


def test_a_firm_without_claims_books_the_money_straight(seat: Seat, book: Book, scene: Scene) -> None:
    """8,340.00 was estimated, 8,300.00 came: 40.00 is a variance of the shipment."""
    shipment = scene.example.shipment
    money = ReceiveUnclaimed(shipment, scene.yuan, TODAY, D("8300.00"))
    with pytest.raises(Refusal, match="choose such an account"):
        seat.perform(receive_unclaimed, replace(money, account_id=1))
    assert seat.perform(receive_unclaimed, money).value == D("-40.00")
    assert (seat.ask(_receivable), seat.ask(_state, scene)[1]) == (D(0), "received")
    assert _profit(seat, scene) == PROFIT - D("40.00")
    with pytest.raises(Refusal, match="settled already"):
        seat.perform(receive_unclaimed, money)
    assert check_book(book.store.reader) == []


def test_a_check_names_what_was_changed_behind_the_program(seat: Seat, book: Book, scene: Scene) -> None:
    _filed(seat, scene)
    with book.store.writer.connect() as connection:
        for statement, says in (
            ("UPDATE rebate_claim SET claimed = claimed + 100", "its lines claim 8,340.00"),
            ("UPDATE rebate_claim SET received = 100", "its receipts add up to 0.00"),
            ("UPDATE vat_invoice_line SET quantity = 1", "more than its 0.00"),
            ("UPDATE declaration_line SET quantity = 1", "more than its 0.00"),
            ("UPDATE cost_line SET rebate = 0 WHERE category = 'PUR'", "SH-26001 has a rebate of 8,340.00"),
        ):
            with connection.begin() as change:
                assert connection.exec_driver_sql(statement).rowcount
                faults = [
                    fault.sentence for name, step in check_money.steps() for fault in step(connection) if name
                ]
                assert any(says in each for each in faults), faults
                change.rollback()
    assert check_book(book.store.reader) == []
