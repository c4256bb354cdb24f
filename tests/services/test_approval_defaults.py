"""The triggers of domain.md section 6 with their default conditions and approvers."""

from __future__ import annotations

from tradecrm.services.control.approval_rules import TRIGGERS


def test_who_approves_what_by_default() -> None:
    """Section 6; below a threshold, or equal to it, nothing is asked."""
    found = {(each.kind, each.trigger): ("/".join(each.levels), each.threshold) for each in TRIGGERS}
    wanted = {
        ("quotation", "below_floor"): ("manager", ""),
        ("proforma", "below_floor"): ("manager", ""),
        ("quotation", "low_margin"): ("manager", "0.08"),
        ("sales_contract", "low_margin"): ("manager", "0.08"),
        ("sales_contract", "amount"): ("manager/owner", "50000"),
        ("sales_contract", "first_order"): ("manager/owner", ""),
        ("sales_contract", "risky_terms"): ("manager/owner", "0.30"),
        ("estimate", "every"): ("manager", ""),
        ("estimate", "loss"): ("manager/owner", ""),
        ("purchase_contract", "price_rise"): ("manager", "0.05"),
        ("prepayment", "prepayment"): ("finance", "0.30"),
        ("prepayment", "prepayment_amount"): ("finance", "50000"),
        ("freight_inquiry", "few_quotes"): ("manager", "3"),
        ("freight_inquiry", "not_cheapest"): ("manager", ""),
        ("release", "over_credit"): ("finance/owner", ""),
        ("release", "bl_release"): ("owner", ""),
        ("expense_claim", "every"): ("manager", ""),
        ("expense_claim", "amount"): ("manager/finance", "2000"),
        ("write_off", "above_tolerance"): ("finance", ""),
        ("party_bank", "bank_changed"): ("owner", ""),
        ("proforma", "bank_account"): ("owner", ""),
        ("sales_contract", "hidden_commission"): ("owner", "0"),
        ("release", "reopen"): ("owner", ""),
        ("period", "reopen"): ("owner", ""),
    }
    assert {key: found[key] for key in wanted} == wanted
