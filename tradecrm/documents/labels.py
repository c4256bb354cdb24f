"""The fixed words of papers in English and Chinese, independent of the language of the interface."""

from __future__ import annotations

from types import MappingProxyType

from tradecrm.documents.words import Words

LABELS = MappingProxyType(
    {
        "title": Words("SALES CONTRACT", "外销合同"),
        "page_form": Words("Page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
        "page_form_both": Words("Page {page} of {pages}  第 {page} / {pages} 页"),
        "draft": Words("DRAFT", "草稿"),
        "seller": Words("Seller", "卖方"),
        "buyer": Words("Buyer", "买方"),
        "number": Words("Contract no.", "合同号"),
        "date": Words("Date", "日期"),
        "place_of_signing": Words("Signed at", "签订地点"),
        "phone": Words("Tel.", "电话"),
        "email": Words("E-mail", "邮箱"),
        "tax_number": Words("Tax no.", "税号"),
        "contact": Words("Attn.", "联系人"),
        "position": Words("No.", "序号"),
        "goods": Words("Description of goods", "品名及规格"),
        "item": Words("Item", "货号"),
        "quantity": Words("Quantity", "数量"),
        "price": Words("Unit price", "单价"),
        "amount": Words("Amount", "金额"),
        "total": Words("Total", "合计"),
        "carried": Words("Carried forward", "转下页"),
        "brought": Words("Brought forward", "承上页"),
        "in_words": Words("Say", "大写金额"),
        "terms": Words("Terms of this contract", "合同条款"),
        "price_term": Words("Price term", "价格条款"),
        "tolerance": Words("Quantity tolerance", "溢短装"),
        "payment": Words("Payment", "付款方式"),
        "latest_shipment": Words("Latest shipment", "最迟装运期"),
        "loading": Words("Port of loading", "装运港"),
        "discharge": Words("Port of discharge", "目的港"),
        "partial": Words("Partial / transhipment", "分批及转运"),
        "packing": Words("Packing", "包装"),
        "marks": Words("Shipping marks", "唛头"),
        "insurance": Words("Insurance", "保险"),
        "origin": Words("Origin", "原产地"),
        "validity": Words("Validity", "有效期"),
        "remarks": Words("Remarks", "备注"),
        "bank_details": Words("Bank details of the beneficiary", "收款银行资料"),
        "beneficiary": Words("Beneficiary", "收款人"),
        "bank": Words("Bank", "开户银行"),
        "bank_address": Words("Bank address", "银行地址"),
        "account": Words("Account no.", "账号"),
        "swift": Words("SWIFT", "银行代码"),
        "correspondent": Words("Correspondent bank", "中转行"),
        "general_terms": Words("General terms", "一般条款"),
        "signature": Words("Authorized signature and stamp", "授权签字及盖章"),
        "signatory": Words("Name and title", "姓名及职务"),
    }
)

OPENING = Words(
    "The Seller named above and the Buyer agree to sell and to buy the goods below on the following terms:",
    "兹经上列卖方与买方同意，按下列条款成交以下货物：",
)


def allowed(what: str, yes: bool | None) -> Words:
    """Answer the sentence on partial shipment or transhipment (``what``); nothing where nothing is agreed."""
    if yes is None:
        return Words()
    name = {"partial": Words("Partial shipment", "分批装运"), "transhipment": Words("Transhipment", "转运")}[
        what
    ]
    return (
        Words(f"{name.en} allowed", f"允许{name.zh}")
        if yes
        else Words(f"{name.en} not allowed", f"不允许{name.zh}")
    )
