"""A contract form for tests of forms and grids: derivation, checks, pickers, panels, a chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from tradecrm.core.errors import Conflict
from tradecrm.core.fields import FieldKind
from tradecrm.core.links import Link
from tradecrm.core.money import format_money, line_amount
from tradecrm.core.problems import Problem, Refusal
from tradecrm.screens.draft import Draft, Line, Ref, as_number
from tradecrm.screens.spec import (
    Badge,
    Choice,
    Fact,
    FieldSpec,
    FormSpec,
    LinesSpec,
    PanelSpec,
    PickerSpec,
    Section,
    Step,
    Tone,
)

BUYERS = (
    Ref(1, "Veld B.V.", "C001", "Rotterdam, NL"),
    Ref(2, "青岛蓝湾国际贸易有限公司", "C002", "Qingdao"),
    Ref(3, "<h1>Bold & Sons</h1>", "C003", "Leeds"),
)
PRODUCTS = (
    Ref(
        1,
        "Solar garden lantern, stainless steel, warm white",
        "LN-210",
        extra={"unit": "pcs", "price": Decimal("6.85")},
    ),
    Ref(2, "Garden tool kit, 5 pieces", "GK-44", extra={"unit": "sets", "price": Decimal("14.4")}),
    Ref(3, "Hose reel 20 m", "HS-08", extra={"unit": "pcs", "price": Decimal("9.1")}),
    Ref(
        4,
        "Planter, fibre clay, weatherproof, drain hole, 40 × 40 × 38 cm",
        "PL-31",
        extra={"unit": "pcs", "price": Decimal("11.25")},
    ),
)


def _fitting(refs: tuple[Ref, ...], text: str) -> tuple[Ref, ...]:
    typed = text.lower()
    return tuple(ref for ref in refs if typed in ref.code.lower() or typed in ref.label.lower())


def buyers(_reader: Any, text: str, _within: Mapping[str, Any]) -> tuple[Ref, ...]:
    return _fitting(BUYERS, text)


def products(_reader: Any, text: str, _within: Mapping[str, Any]) -> tuple[Ref, ...]:
    return _fitting(PRODUCTS, text)


def derive(draft: Draft, changed: str) -> Draft:
    currency = draft.text("currency") or "USD"
    lines: list[Line] = []
    for number, line in enumerate(draft.rows()):
        values = dict(line)
        product = values.get("product")
        if changed == f"lines.{number}.product" and isinstance(product, Ref):
            values.update(description=product.label, **cast("Any", product.extra))
        quantity, price = as_number(values.get("quantity")), as_number(values.get("price"))
        both = quantity is not None and price is not None
        values["amount"] = (
            line_amount(cast("Decimal", quantity), cast("Decimal", price), currency) if both else None
        )
        lines.append(values if values != line else line)
    return draft.put_rows("lines", lines)


def total(draft: Draft) -> Decimal:
    return sum((as_number(line.get("amount")) or Decimal(0) for line in draft.rows()), Decimal(0))


def check(draft: Draft) -> list[Problem]:
    problems = []
    if draft.day("valid") is not None and cast("date", draft.day("valid")) < date(2026, 5, 20):
        problems.append(Problem("valid", "The quotation would already have expired."))
    for number, line in enumerate(draft.rows()):
        price = as_number(line.get("price"))
        if price is not None and price <= 0:
            problems.append(Problem(f"lines.{number}.price", "A price is more than zero."))
    return problems


def estimate(draft: Draft) -> tuple[Fact, ...]:
    revenue = total(draft) * 7
    return (
        Fact("Revenue", f"{revenue:,.2f}"),
        Fact("Purchase, VAT included", f"−{revenue * Decimal('0.8'):,.2f}"),
        Fact("Profit", f"CNY {revenue * Decimal('0.2'):,.2f}", Tone.GOOD, strong=True),
        Fact("Below the floor on line 3", "", muted=True),
    )


class Desk:
    """Keeps what was saved, and answers drafts; conflicts and refusals on demand."""

    def __init__(self) -> None:
        self.saved: list[Draft] = []
        self.error: Exception | None = None
        self.draft = Draft(
            {
                "buyer": BUYERS[0],
                "currency": "USD",
                "rate": Decimal("7.0000"),
                "incoterm": "CIF",
                "valid": date(2026, 12, 20),
                "place": "Rotterdam",
                "country": "NL",
                "remarks": "Prices include standard export packing.",
            },
            {
                "lines": tuple(
                    {
                        "product": product,
                        "description": product.label,
                        "quantity": Decimal(quantity),
                        "unit": cast("str", product.extra["unit"]),
                        "price": cast("Decimal", product.extra["price"]),
                    }
                    for product, quantity in zip(PRODUCTS, (1200, 800, 300, 450), strict=True)
                )
            },
            id=63,
            version=1,
        )
        self.draft = derive(self.draft, "lines")

    def save(self, _work: Any, draft: Draft) -> int:
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        self.saved.append(draft)
        self.draft = Draft(draft.values, draft.lines, 63, (draft.version or 0) + 1)
        return 63

    def conflict(self) -> None:
        theirs = self.draft.put(place="Hamburg")
        self.draft = Draft(theirs.values, theirs.lines, 63, 9)
        self.error = Conflict("Wang Fang changed this quotation at 10:12.")

    def refuse(self) -> None:
        self.error = Refusal((Problem("lines.1.quantity", "Only 500 sets are in stock."),))


def goods() -> LinesSpec:
    return LinesSpec(
        "lines",
        "",
        (
            FieldSpec(
                "product",
                "Product",
                FieldKind.REF,
                picker=PickerSpec(products),
                width=120,
                required=True,
            ),
            FieldSpec("description", "Description", width=260),
            FieldSpec("quantity", "Qty", FieldKind.QUANTITY, required=True),
            FieldSpec("unit", "Unit", width=60),
            FieldSpec("price", "Unit price", FieldKind.PRICE, required=True),
            FieldSpec("amount", "Amount", FieldKind.MONEY, currency_from=".currency", read_only=True),
        ),
        summary=lambda draft: (f"{len(draft.rows())} lines", "96 cartons", "9.84 m³"),
        total=lambda draft: ("Total", format_money(total(draft), draft.text("currency") or "USD")),
        words=lambda _draft: (
            "SAY US DOLLARS TWENTY-SEVEN THOUSAND FIVE HUNDRED AND THIRTY-TWO AND CENTS FIFTY ONLY"
        ),
    )


def form(desk: Desk) -> FormSpec:
    return FormSpec(
        key="quotation",
        title="Quotation",
        kind="quotation",
        sections=(
            Section(
                "",
                (
                    FieldSpec(
                        "buyer",
                        "Customer",
                        FieldKind.REF,
                        picker=PickerSpec(buyers, Link.to("customer")),
                        required=True,
                        span=4,
                    ),
                    FieldSpec("country", "Country", FieldKind.COUNTRY, span=2),
                    FieldSpec("currency", "Currency", FieldKind.CURRENCY, span=2, required=True),
                    FieldSpec("rate", "Rate", FieldKind.RATE, span=2),
                    FieldSpec(
                        "incoterm",
                        "Incoterm",
                        FieldKind.CHOICE,
                        span=2,
                        choices=(Choice("FOB", "FOB"), Choice("CIF", "CIF")),
                    ),
                    FieldSpec("place", "Named place", span=4),
                    FieldSpec("valid", "Valid until", FieldKind.DATE, span=2),
                    FieldSpec("deposit", "Deposit", FieldKind.MONEY, currency_from="currency", span=2),
                    FieldSpec("sample", "Sample sent", FieldKind.BOOL, span=2),
                ),
            ),
            Section(
                "Remarks and clauses",
                (FieldSpec("remarks", "Remarks", FieldKind.LONG_TEXT),),
                after_lines=True,
            ),
        ),
        lines=(goods(),),
        load=lambda _reader, _identity: desk.draft,
        blank=lambda _reader, _link: Draft({"currency": "USD"}),
        save=cast("Any", desk.save),
        build=lambda draft: draft,
        derive=derive,
        check=check,
        heading=lambda draft: f"QT-2611-{draft.id:04d}" if draft.id else "New quotation",
        badges=lambda _draft: (Badge("Draft"), Badge("Below floor on line 3: approval needed", Tone.WARN)),
        steps=lambda _reader, _identity: (
            Step("Inquiry IQ-2611-0119", Link.to("inquiry", id=1)),
            Step("Quotation", current=True),
            Step("Contract", reached=False),
        ),
        panels=(PanelSpec("profit", "Profit estimate", compute=estimate),),
        prints=lambda draft: Link.to("paper", id=draft.id),
        saved="The quotation is saved.",
    )
