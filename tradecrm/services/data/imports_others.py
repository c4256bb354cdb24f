"""Products, rates and bank accounts from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tradecrm.core.errors import TradeError
from tradecrm.core.money import round_to
from tradecrm.core.packing import read_size
from tradecrm.core.problems import Refusal
from tradecrm.core.text import _
from tradecrm.models import Account, Party, Product, Rate
from tradecrm.services.data.bulk import add_rows
from tradecrm.services.data.imports import (
    DUPLICATE,
    REFUSED,
    UNCHANGED,
    UPDATED,
    ImportBatch,
    ImportMode,
    SheetRow,
    Tally,
)
from tradecrm.services.data.search import write_search_terms
from tradecrm.services.figures.kept import balance_at
from tradecrm.services.money.accounts import OpenAccount, open_account
from tradecrm.services.trade.products import COLUMNS, SaveProduct, check_product, save_product
from tradecrm.services.work import Work

_STEP = 500
_PRODUCT_FIELDS = {
    "code": "code",
    "name": "name_en",
    "name_zh": "name_cn",
    "specification": "specification",
    "hs_code": "hs_code",
    "unit": "unit",
    "price": "price",
    "currency": "price_currency",
    "cost": "cost",
    "vat_rate": "vat_rate",
    "rebate_rate": "rebate_rate",
    "carton_quantity": "per_carton",
    "carton_length": "carton_length",
    "carton_width": "carton_width",
    "carton_height": "carton_height",
}
_SIDES = ("carton_length", "carton_width", "carton_height")
_WEIGHT_DECIMALS = 4
_RATE_DECIMALS = 10


def _draft(values: Mapping[str, Any], suppliers: Mapping[str, int]) -> tuple[SaveProduct | None, str]:
    """Make a row into a product, or say why it cannot be one."""
    given = {column: values[key] for key, column in _PRODUCT_FIELDS.items() if values.get(key) is not None}
    given = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    if not given.get("name_en"):
        given["name_en"] = given.get("name_cn", "")
    net, gross, pieces = (values.get(key) for key in ("carton_net", "carton_gross", "carton_quantity"))
    if net is not None and pieces:
        given["unit_net_weight"] = round_to(Decimal(net) / Decimal(pieces), _WEIGHT_DECIMALS)
        if gross is not None and gross >= net:
            given["carton_tare"] = Decimal(gross) - Decimal(net)
    given.update(_carton(values, given))
    supplier = str(values.get("supplier") or "").strip()
    given["supplier_id"] = suppliers.get(supplier.casefold())
    extra = [
        str(values[key]) for key in ("barcode", "origin", "moq", "remark") if values.get(key) is not None
    ]
    if extra:
        given["specification"] = "\n".join([str(given.get("specification", "")), *extra]).strip()
    draft = SaveProduct(**given)
    problems = check_product(draft)
    return (None, " ".join(problem.message for problem in problems)) if problems else (draft, "")


def _carton(values: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Decimal]:
    """Answer the sides of the carton where they stand in one cell, and none beside it says another."""
    size = read_size(str(values.get("carton_size") or ""))
    if size is None or any(given.get(side) is not None for side in _SIDES):
        return {}
    return dict(zip(_SIDES, size, strict=True))


def bring_in_products(work: Work, batch: ImportBatch, tally: Tally) -> None:
    """Create products; one whose code the book has is left out, or updates it."""
    stored = {product.code: product for product in work.session.scalars(select(Product))}
    suppliers = {
        name.casefold(): key
        for key, name in work.session.execute(select(Party.id, Party.name).where(Party.is_supplier.is_(True)))
    }
    first_rows: dict[str, int] = {}
    fresh: list[tuple[SheetRow, SaveProduct]] = []
    for done, row in enumerate(batch.rows):
        if done % _STEP == 0:
            work.progress.tell(done, len(batch.rows), _("Checking rows"))
        draft, reason = _draft(row.values, suppliers)
        if draft is None:
            tally.note(row, REFUSED, reason)
        elif draft.code in first_rows:
            number = first_rows[draft.code]
            tally.note(row, DUPLICATE, _("The same as row {number} of this file.").format(number=number))
        else:
            first_rows[draft.code] = row.row_number
            if draft.code in stored:
                _meet_product(work, batch, row, draft, stored[draft.code], tally)
            else:
                fresh.append((row, draft))
    _write_products(work, batch, fresh, tally)


def _meet_product(
    work: Work, batch: ImportBatch, row: SheetRow, draft: SaveProduct, product: Product, tally: Tally
) -> None:
    given = {_PRODUCT_FIELDS[key] for key in row.values if key in _PRODUCT_FIELDS}
    given.update(_SIDES if row.values.get("carton_size") else ())
    news = {name: getattr(draft, name) for name in given if getattr(draft, name) != getattr(product, name)}
    if not news:
        reason = _("In the book already as {code}, with nothing new.").format(code=product.code)
        tally.note(row, UNCHANGED, reason, product.id)
    elif batch.mode is ImportMode.UPDATE:
        whole = {name: getattr(product, name) for name in COLUMNS}
        changed = SaveProduct(**{**whole, **news}, id=product.id, version=product.version)
        save_product.within(work, changed)
        tally.note(row, UPDATED, ", ".join(sorted(news)), product.id)
    else:
        tally.note(row, DUPLICATE, _("The book has {code} already.").format(code=product.code), product.id)


def _write_products(
    work: Work, batch: ImportBatch, fresh: Sequence[tuple[SheetRow, SaveProduct]], tally: Tally
) -> None:
    owner = batch.owner_id or work.actor.person_id
    rows = [{**{name: getattr(draft, name) for name in COLUMNS}, "owner_id": owner} for _row, draft in fresh]
    ids = add_rows(work, Product, rows, _("Writing products"))
    texts = (
        (key, tuple(filter(None, (draft.code, draft.name_en, draft.name_cn, draft.hs_code))))
        for key, (_row, draft) in zip(ids, fresh, strict=True)
    )
    write_search_terms(work.session.connection(), "product", texts)
    tally.created += [("product", key, row.row_number) for key, (row, _draft) in zip(ids, fresh, strict=True)]


def _rate(work: Work, values: Mapping[str, Any]) -> tuple[str, Decimal, str]:
    """Answer (currency, base units per 1 unit, "") of a row, or why it is no rate (domain.md section 0)."""
    currency, against = str(values.get("currency") or ""), str(values.get("quote_currency") or work.base)
    rate, per = values.get("rate"), values.get("per") or Decimal(1)
    if not currency or rate is None or values.get("date") is None:
        return "", Decimal(0), _("A rate needs a day, a currency and a number.")
    if rate <= 0 or per <= 0:
        return "", Decimal(0), _("A rate is above zero.")
    if currency == against:
        return "", Decimal(0), _("The rate of the base currency is always 1.")
    if work.base not in (currency, against):
        return "", Decimal(0), _("This rate is not against {base}, the base currency.").format(base=work.base)
    if against == work.base:
        return currency, round_to(Decimal(rate) / Decimal(per), _RATE_DECIMALS), ""
    return against, round_to(Decimal(per) / Decimal(rate), _RATE_DECIMALS), ""


def bring_in_rates(work: Work, batch: ImportBatch, tally: Tally) -> None:
    """Create middle rates; one of a day that has one is left out, or replaces it."""
    stored = {
        (rate.currency, rate.day): rate
        for rate in work.session.scalars(select(Rate).where(Rate.kind == "MID"))
    }
    fresh: dict[tuple[str, Any], tuple[SheetRow, dict[str, Any]]] = {}
    for row in batch.rows:
        currency, value, reason = _rate(work, row.values)
        if reason:
            tally.note(row, REFUSED, reason)
            continue
        day = row.values["date"]
        known = stored.get((currency, day))
        if (currency, day) in fresh:
            number = fresh[currency, day][0].row_number
            tally.note(row, DUPLICATE, _("The same as row {number} of this file.").format(number=number))
        elif known is None:
            source = str(row.values.get("source") or batch.file_name)[:120]
            new = {
                "kind": "MID",
                "currency": currency,
                "day": day,
                "rate": value,
                "source": source,
                "quote": "",
            }
            fresh[currency, day] = (row, {**new, "quote": f"{row.values['rate']}"[:60]})
        elif known.rate == value:
            tally.note(row, UNCHANGED, _("In the book already."), known.id)
        elif batch.mode is ImportMode.UPDATE:
            known.rate = value
            tally.note(row, UPDATED, _("rate"), known.id)
        else:
            reason = _("The book has {rate} for {currency} on {day}.").format(
                rate=known.rate.normalize(), currency=currency, day=day
            )
            tally.note(row, DUPLICATE, reason, known.id)
    ids = add_rows(work, Rate, [new for _row, new in fresh.values()], _("Writing rates"))
    tally.created += [
        ("rate", key, row.row_number) for key, (row, _new) in zip(ids, fresh.values(), strict=True)
    ]


def _add_balance(work: Work, account_id: int, tally: Tally) -> None:
    """Add the opening balance of a new account to the sums."""
    account = work.get(Account, account_id, _("Account"))
    balance = balance_at(work, account.id, account.opened_on)
    if balance.amount != 0:
        tally.add(account.currency, balance.amount, balance.base)


def bring_in_accounts(work: Work, batch: ImportBatch, tally: Tally) -> None:
    """Open accounts with their opening balances, each posted as if it was typed."""
    known = {field.name for field in fields(OpenAccount)}
    for done, row in enumerate(batch.rows):
        work.progress.tell(done, len(batch.rows), _("Opening accounts"))
        values = {name: value for name, value in row.values.items() if name in known}
        values["bank_address"] = str(row.values.get("address") or "")
        values.pop("holder", None)
        command = OpenAccount(
            **{
                "name": f"{row.values.get('bank') or ''} {row.values.get('number') or ''}".strip(),
                "kind": "BANK" if row.values.get("bank") or row.values.get("number") else "CASH",
                "currency": work.base,
                "opened_on": row.values.get("opening_date") or work.today,
                **values,
            }
        )
        opening = replace(command, name=str(command.name).strip())
        step = work.session.begin_nested()
        try:
            key = open_account.within(work, opening)
        except (Refusal, TradeError) as error:
            step.rollback()
            tally.note(row, REFUSED, str(error))
        else:
            step.commit()
            tally.created.append(("account", key, row.row_number))
            _add_balance(work, key, tally)
