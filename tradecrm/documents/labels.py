"""The fixed words of papers in English and Chinese, independent of the language of the interface."""

from __future__ import annotations

from types import MappingProxyType

from tradecrm.documents.words import Words

LABELS = MappingProxyType(
    {
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
        "particulars": Words("Particulars", "摘要"),
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
        "swift": Words("SWIFT", "SWIFT"),
        "correspondent": Words("Correspondent bank", "中转行"),
        "general_terms": Words("General terms", "一般条款"),
        "signature": Words("Authorized signature and stamp", "授权签字及盖章"),
        "signatory": Words("Name and title", "姓名及职务"),
        "lead_time": Words("Delivery time", "交货期"),
        "commission": Words("Commission included", "含佣金"),
        "revision": Words("Revision", "版次"),
        "inquiry": Words("Your inquiry", "询盘号"),
        "quotation": Words("Quotation", "报价单号"),
        "contract": Words("Sales contract", "合同号"),
        "customer_po": Words("Customer PO", "客户订单号"),
        "invoice": Words("Invoice no.", "发票号"),
        "credit": Words("L/C no.", "信用证号"),
        "credit_date": Words("L/C date", "开证日期"),
        "issuing_bank": Words("Issuing bank", "开证行"),
        "consignee": Words("Consignee", "收货人"),
        "notify": Words("Notify party", "通知人"),
        "shipper": Words("Shipper", "发货人"),
        "vessel": Words("Vessel / voyage", "船名航次"),
        "carrier": Words("Carrier", "承运人"),
        "booking": Words("Booking no.", "订舱号"),
        "bl": Words("B/L no.", "提单号"),
        "bl_type": Words("B/L type", "提单类型"),
        "on_board": Words("On board date", "装船日期"),
        "etd": Words("ETD", "预计开航"),
        "eta": Words("ETA", "预计到港"),
        "containers": Words("Container / seal", "箱号封号"),
        "mode": Words("Transport", "运输方式"),
        "cartons": Words("Cartons", "箱数"),
        "carton_no": Words("C/No.", "箱号"),
        "per_carton": Words("Qty / ctn", "每箱数量"),
        "net": Words("N.W. kg", "净重 kg"),
        "gross": Words("G.W. kg", "毛重 kg"),
        "volume": Words("Meas. m³", "体积 m³"),
        "packages": Words("Packages", "件数"),
        "net_total": Words("Net weight", "净重"),
        "gross_total": Words("Gross weight", "毛重"),
        "volume_total": Words("Measurement", "体积"),
        "shipping_details": Words("Shipping details", "运输资料"),
        "invoice_value": Words("Invoice value", "发票金额"),
        "forwarder": Words("To (forwarder)", "致（货代）"),
        "supplier": Words("Supplier", "供方"),
        "purchaser": Words("Purchaser", "需方"),
        "delivery_on": Words("Delivery date", "交货日期"),
        "delivery_place": Words("Delivery place", "交货地点"),
        "vat": Words("VAT", "增值税"),
        "tax_invoice": Words("Tax invoice", "发票"),
        "quality": Words("Quality", "质量要求"),
        "sample": Words("Sample", "样品"),
        "packing_cost": Words("Packing cost", "包装费用"),
        "inquiry_no": Words("Inquiry no.", "询价单号"),
        "quote_by": Words("Quote by", "报价截止"),
        "cargo_and_route": Words("Cargo and route", "货物及航线"),
        "cargo": Words("Cargo", "货物品名"),
        "hs": Words("HS code", "海关编码"),
        "delivery_to": Words("Place of delivery", "交货地"),
        "space": Words("Space", "箱型箱量"),
        "ready_on": Words("Cargo ready", "货好日期"),
        "target_etd": Words("Wanted ETD", "期望开航"),
        "dangerous": Words("Dangerous goods", "危险品"),
        "charge": Words("Charge", "费用项目"),
        "per": Words("Per", "计费单位"),
        "currency": Words("Currency", "币种"),
        "cartons_in_words": Words("Say total", "合计件数"),
        "freight_paid": Words("Freight", "运费支付"),
        "shipment_no": Words("Shipment no.", "出运单号"),
        "trade_mode": Words("Trade mode", "贸易方式"),
        "freight": Words("Freight charge", "运费"),
        "fob_usd": Words("FOB USD", "离岸价 USD"),
        "destination": Words("Destination", "运抵国"),
        "origin_place": Words("Origin of goods", "原产地"),
        "exporter": Words("Exporter", "境内发货人"),
        "overseas_consignee": Words("Consignee abroad", "境外收货人"),
        "declaration_no": Words("Declaration no.", "报关单号"),
        "export_date": Words("Export date", "出口日期"),
        "declaration_rows": Words("Declaration", "申报内容"),
        "declared": Words("Name and elements", "商品名称及申报要素"),
        "statutory": Words("Statutory qty", "法定数量"),
        "certificate_no": Words("Certificate no.", "证书号"),
        "issuer": Words("Issued by", "开具方"),
        "to": Words("To", "致"),
        "due": Words("Due", "到期日"),
        "period": Words("Period", "期间"),
        "as_of": Words("As of", "截至"),
        "paper": Words("Document", "单据"),
        "order_no": Words("Order no.", "订单号"),
        "debit": Words("Debit", "借方"),
        "credit_side": Words("Credit", "贷方"),
        "billed": Words("Billed", "开票"),
        "paid": Words("Paid", "付款"),
        "paid_so_far": Words("Paid so far", "已付"),
        "balance": Words("Balance", "余额"),
        "open_amount": Words("Open", "未付金额"),
        "opening_balance": Words("Opening balance", "期初余额"),
        "closing_balance": Words("Closing balance", "期末余额"),
        "received_qty": Words("Received", "收货数量"),
        "received_value": Words("Received value", "收货金额"),
        "unbilled": Words("Not billed", "未开票"),
        "current": Words("Not due", "未到期"),
        "unapplied": Words("Unapplied", "预收/未核销"),
        "customer": Words("Customer", "客户"),
        "account_no": Words("Account", "往来编号"),
    }
)

TITLES = MappingProxyType(
    {
        "quotation": Words("QUOTATION", "报价单"),
        "proforma": Words("PROFORMA INVOICE", "形式发票"),
        "contract": Words("SALES CONTRACT", "外销合同"),
        "purchase": Words("PURCHASE CONTRACT", "采购合同"),
        "invoice": Words("COMMERCIAL INVOICE", "商业发票"),
        "packing_list": Words("PACKING LIST", "装箱单"),
        "advice": Words("SHIPPING ADVICE", "装船通知"),
        "freight_inquiry": Words("FREIGHT INQUIRY", "运费询价单"),
        "instruction": Words("SHIPPING INSTRUCTION", "订舱委托书"),
        "declaration": Words("CUSTOMS DECLARATION DATA", "报关单草单"),
        "origin": Words("CERTIFICATE OF ORIGIN DATA", "原产地证明书资料"),
        "debit_note": Words("DEBIT NOTE", "借项通知单"),
        "credit_note": Words("CREDIT NOTE", "贷项通知单"),
        "statement": Words("STATEMENT OF ACCOUNT", "对账单"),
        "supplier_statement": Words("SUPPLIER RECONCILIATION", "供应商对账单"),
    }
)
"""The title of each kind of paper."""

NUMBER_LABELS = MappingProxyType(
    {
        "quotation": Words("Quotation no.", "报价单号"),
        "proforma": Words("Proforma invoice no.", "形式发票号"),
        "contract": Words("Contract no.", "合同号"),
        "purchase": Words("Contract no.", "合同编号"),
        "invoice": Words("Invoice no.", "发票号"),
        "note": Words("Note no.", "单号"),
    }
)
"""What the number of a paper is called where it is more than a number."""

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
