CREATE TABLE purchase_version (
	purchase_id INTEGER NOT NULL, 
	version_no INTEGER NOT NULL, 
	made_at VARCHAR(32) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	total BIGINT NOT NULL, 
	content TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_purchase_version PRIMARY KEY (id), 
	CONSTRAINT uq_purchase_version_purchase_id_version_no UNIQUE (purchase_id, version_no), 
	CONSTRAINT fk_purchase_version_purchase_id FOREIGN KEY(purchase_id) REFERENCES purchase_contract (id), 
	CONSTRAINT fk_purchase_version_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_purchase_version_purchase_id ON purchase_version (purchase_id);

CREATE INDEX ix_purchase_version_owner_id ON purchase_version (owner_id);

CREATE TABLE container_type (
	code VARCHAR(8) NOT NULL, 
	length BIGINT NOT NULL, 
	width BIGINT NOT NULL, 
	height BIGINT NOT NULL, 
	usable BIGINT NOT NULL, 
	payload BIGINT NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_container_type PRIMARY KEY (id), 
	CONSTRAINT uq_container_type_code UNIQUE (code)
);

CREATE TABLE rebate_rate (
	hs_code VARCHAR(16) NOT NULL, 
	from_day DATE NOT NULL, 
	rate BIGINT NOT NULL, 
	source VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_rebate_rate PRIMARY KEY (id), 
	CONSTRAINT uq_rebate_rate_hs_code_from_day UNIQUE (hs_code, from_day)
);

CREATE TABLE bank_layout (
	account_id INTEGER NOT NULL, 
	heads VARCHAR(64) NOT NULL, 
	columns TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_bank_layout PRIMARY KEY (id), 
	CONSTRAINT uq_bank_layout_account_id_heads UNIQUE (account_id, heads), 
	CONSTRAINT fk_bank_layout_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE TABLE ledger_account (
	book VARCHAR(10) NOT NULL, 
	category VARCHAR(12) NOT NULL, 
	account_id INTEGER, 
	code VARCHAR(40) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_ledger_account PRIMARY KEY (id), 
	CONSTRAINT uq_ledger_account_book_category_account_id UNIQUE (book, category, account_id), 
	CONSTRAINT fk_ledger_account_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE TABLE bank_statement (
	account_id INTEGER NOT NULL, 
	format VARCHAR(10) NOT NULL, 
	file_name VARCHAR(260) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	from_day DATE NOT NULL, 
	to_day DATE NOT NULL, 
	opening BIGINT, 
	closing BIGINT, 
	at VARCHAR(32) NOT NULL, 
	person_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_bank_statement PRIMARY KEY (id), 
	CONSTRAINT fk_bank_statement_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_bank_statement_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_bank_statement_account_id ON bank_statement (account_id);

CREATE TABLE commission_rule (
	title VARCHAR(120) NOT NULL, 
	basis VARCHAR(12) NOT NULL, 
	person_id INTEGER, 
	rate BIGINT NOT NULL, 
	above BIGINT NOT NULL, 
	from_day DATE NOT NULL, 
	until_day DATE, 
	active BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_commission_rule PRIMARY KEY (id), 
	CONSTRAINT fk_commission_rule_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_commission_rule_person_id ON commission_rule (person_id);

CREATE TABLE issued_paper (
	kind VARCHAR(24) NOT NULL, 
	subject_kind VARCHAR(24) NOT NULL, 
	subject_id INTEGER NOT NULL, 
	number VARCHAR(60) NOT NULL, 
	version_no INTEGER NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	person_id INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	content BLOB NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_issued_paper PRIMARY KEY (id), 
	CONSTRAINT fk_issued_paper_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_issued_paper_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_issued_paper_owner_id ON issued_paper (owner_id);

CREATE INDEX ix_issued_paper_subject ON issued_paper (subject_kind, subject_id);

CREATE TABLE period_event (
	action VARCHAR(8) NOT NULL, 
	until DATE, 
	"before" DATE, 
	at VARCHAR(32) NOT NULL, 
	person_id INTEGER NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	checklist TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_period_event PRIMARY KEY (id), 
	CONSTRAINT fk_period_event_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE planned_flow (
	title VARCHAR(200) NOT NULL, 
	category VARCHAR(8) NOT NULL, 
	account_id INTEGER, 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	repeats VARCHAR(10) NOT NULL, 
	first_on DATE NOT NULL, 
	until DATE, 
	active BOOLEAN NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_planned_flow PRIMARY KEY (id), 
	CONSTRAINT fk_planned_flow_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_planned_flow_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_planned_flow_owner_id ON planned_flow (owner_id);

CREATE INDEX ix_planned_flow_account_id ON planned_flow (account_id);

CREATE TABLE rebate_claim (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	filed_on DATE, 
	approved_on DATE, 
	claimed BIGINT NOT NULL, 
	approved BIGINT, 
	received BIGINT NOT NULL, 
	exempt_reason VARCHAR(300) NOT NULL, 
	remarks TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_rebate_claim PRIMARY KEY (id), 
	CONSTRAINT uq_rebate_claim_number UNIQUE (number), 
	CONSTRAINT fk_rebate_claim_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_rebate_claim_status ON rebate_claim (status);

CREATE INDEX ix_rebate_claim_day ON rebate_claim (day);

CREATE INDEX ix_rebate_claim_owner_id ON rebate_claim (owner_id);

CREATE TABLE reconciliation (
	account_id INTEGER NOT NULL, 
	until DATE NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	statement_balance BIGINT NOT NULL, 
	in_transit BIGINT NOT NULL, 
	outstanding BIGINT NOT NULL, 
	book_balance BIGINT NOT NULL, 
	unbooked_credits BIGINT NOT NULL, 
	unbooked_debits BIGINT NOT NULL, 
	finished_at VARCHAR(32), 
	person_id INTEGER NOT NULL, 
	remark VARCHAR(300) NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_reconciliation PRIMARY KEY (id), 
	CONSTRAINT fk_reconciliation_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_reconciliation_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_reconciliation_account ON reconciliation (account_id, until);

CREATE TABLE commission_run (
	number VARCHAR(40) NOT NULL, 
	from_day DATE NOT NULL, 
	to_day DATE NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	total BIGINT NOT NULL, 
	posting_id INTEGER, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_commission_run PRIMARY KEY (id), 
	CONSTRAINT uq_commission_run_number UNIQUE (number), 
	CONSTRAINT fk_commission_run_posting_id FOREIGN KEY(posting_id) REFERENCES posting (id), 
	CONSTRAINT fk_commission_run_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_commission_run_owner_id ON commission_run (owner_id);

CREATE TABLE expense_claim (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	payee VARCHAR(200) NOT NULL, 
	total_base BIGINT NOT NULL, 
	account_id INTEGER, 
	paid_on DATE, 
	posting_id INTEGER, 
	remarks TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_expense_claim PRIMARY KEY (id), 
	CONSTRAINT uq_expense_claim_number UNIQUE (number), 
	CONSTRAINT fk_expense_claim_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_expense_claim_posting_id FOREIGN KEY(posting_id) REFERENCES posting (id), 
	CONSTRAINT fk_expense_claim_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_expense_claim_owner_id ON expense_claim (owner_id);

CREATE INDEX ix_expense_claim_status ON expense_claim (status);

CREATE INDEX ix_expense_claim_day ON expense_claim (day);

CREATE TABLE party_bank (
	party_id INTEGER NOT NULL, 
	holder VARCHAR(300) NOT NULL, 
	bank VARCHAR(200) NOT NULL, 
	number VARCHAR(60) NOT NULL, 
	swift VARCHAR(16) NOT NULL, 
	bank_address VARCHAR(300) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	is_main BOOLEAN NOT NULL, 
	confirmed BOOLEAN NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_party_bank PRIMARY KEY (id), 
	CONSTRAINT fk_party_bank_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_party_bank_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_party_bank_party_id ON party_bank (party_id);

CREATE INDEX ix_party_bank_owner_id ON party_bank (owner_id);

CREATE TABLE payer_name (
	name_key VARCHAR(300) NOT NULL, 
	party_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_payer_name PRIMARY KEY (id), 
	CONSTRAINT uq_payer_name_name_key UNIQUE (name_key), 
	CONSTRAINT fk_payer_name_party_id FOREIGN KEY(party_id) REFERENCES party (id)
);

CREATE INDEX ix_payer_name_party_id ON payer_name (party_id);

CREATE TABLE revaluation (
	day DATE NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	person_id INTEGER NOT NULL, 
	total BIGINT NOT NULL, 
	posting_id INTEGER, 
	reversal_id INTEGER, 
	undone_at VARCHAR(32), 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_revaluation PRIMARY KEY (id), 
	CONSTRAINT fk_revaluation_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_revaluation_posting_id FOREIGN KEY(posting_id) REFERENCES posting (id), 
	CONSTRAINT fk_revaluation_reversal_id FOREIGN KEY(reversal_id) REFERENCES posting (id)
);

CREATE UNIQUE INDEX ix_revaluation_day ON revaluation (day) WHERE undone_at IS NULL;

CREATE TABLE vat_invoice (
	number VARCHAR(40) NOT NULL, 
	code VARCHAR(20) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	supplier_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	received_on DATE NOT NULL, 
	net BIGINT NOT NULL, 
	vat BIGINT NOT NULL, 
	remarks TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_vat_invoice PRIMARY KEY (id), 
	CONSTRAINT uq_vat_invoice_supplier_id_code_number UNIQUE (supplier_id, code, number), 
	CONSTRAINT fk_vat_invoice_supplier_id FOREIGN KEY(supplier_id) REFERENCES party (id), 
	CONSTRAINT fk_vat_invoice_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_vat_invoice_supplier_id ON vat_invoice (supplier_id);

CREATE INDEX ix_vat_invoice_owner_id ON vat_invoice (owner_id);

CREATE INDEX ix_vat_invoice_day ON vat_invoice (day);

CREATE TABLE bill_of_lading (
	shipment_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	number VARCHAR(60) NOT NULL, 
	vessel VARCHAR(120) NOT NULL, 
	voyage VARCHAR(40) NOT NULL, 
	on_board_on DATE, 
	originals INTEGER NOT NULL, 
	issued_on DATE, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_bill_of_lading PRIMARY KEY (id), 
	CONSTRAINT uq_bill_of_lading_shipment_id_position UNIQUE (shipment_id, position), 
	CONSTRAINT fk_bill_of_lading_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_bill_of_lading_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_bill_of_lading_owner_id ON bill_of_lading (owner_id);

CREATE INDEX ix_bill_of_lading_shipment_id ON bill_of_lading (shipment_id);

CREATE TABLE declaration_line (
	shipment_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	hs_code VARCHAR(16) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	unit VARCHAR(20) NOT NULL, 
	quantity BIGINT NOT NULL, 
	fob_usd BIGINT, 
	rebate_rate BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_declaration_line PRIMARY KEY (id), 
	CONSTRAINT uq_declaration_line_shipment_id_position UNIQUE (shipment_id, position), 
	CONSTRAINT fk_declaration_line_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_declaration_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_declaration_line_shipment_id ON declaration_line (shipment_id);

CREATE INDEX ix_declaration_line_owner_id ON declaration_line (owner_id);

CREATE TABLE loan (
	number VARCHAR(40) NOT NULL, 
	kind VARCHAR(12) NOT NULL, 
	lender VARCHAR(200) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	day DATE NOT NULL, 
	due_on DATE, 
	shipment_id INTEGER, 
	remarks TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_loan PRIMARY KEY (id), 
	CONSTRAINT uq_loan_number UNIQUE (number), 
	CONSTRAINT fk_loan_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_loan_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_loan_owner_id ON loan (owner_id);

CREATE INDEX ix_loan_due_on ON loan (due_on);

CREATE INDEX ix_loan_shipment_id ON loan (shipment_id);

CREATE TABLE contra (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	party_id INTEGER NOT NULL, 
	receivable_currency VARCHAR(3) NOT NULL, 
	receivable_amount BIGINT NOT NULL, 
	payable_currency VARCHAR(3) NOT NULL, 
	payable_amount BIGINT NOT NULL, 
	base_amount BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	receivable_item_id INTEGER, 
	payable_item_id INTEGER, 
	reversed_on DATE, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_contra PRIMARY KEY (id), 
	CONSTRAINT uq_contra_number UNIQUE (number), 
	CONSTRAINT fk_contra_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT uq_contra_receivable_item_id UNIQUE (receivable_item_id), 
	CONSTRAINT fk_contra_receivable_item_id FOREIGN KEY(receivable_item_id) REFERENCES item (id), 
	CONSTRAINT uq_contra_payable_item_id UNIQUE (payable_item_id), 
	CONSTRAINT fk_contra_payable_item_id FOREIGN KEY(payable_item_id) REFERENCES item (id), 
	CONSTRAINT fk_contra_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_contra_day ON contra (day);

CREATE INDEX ix_contra_owner_id ON contra (owner_id);

CREATE INDEX ix_contra_party_id ON contra (party_id);

CREATE TABLE note (
	number VARCHAR(60) NOT NULL, 
	kind VARCHAR(4) NOT NULL, 
	side VARCHAR(2) NOT NULL, 
	day DATE NOT NULL, 
	party_id INTEGER NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	rate BIGINT NOT NULL, 
	category VARCHAR(8) NOT NULL, 
	reason TEXT NOT NULL, 
	invoice_id INTEGER, 
	contract_id INTEGER, 
	shipment_id INTEGER, 
	item_id INTEGER, 
	reversed_on DATE, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_note PRIMARY KEY (id), 
	CONSTRAINT uq_note_number UNIQUE (number), 
	CONSTRAINT fk_note_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_note_invoice_id FOREIGN KEY(invoice_id) REFERENCES item (id), 
	CONSTRAINT fk_note_contract_id FOREIGN KEY(contract_id) REFERENCES sales_contract (id), 
	CONSTRAINT fk_note_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT uq_note_item_id UNIQUE (item_id), 
	CONSTRAINT fk_note_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_note_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_note_day ON note (day);

CREATE INDEX ix_note_contract_id ON note (contract_id);

CREATE INDEX ix_note_shipment_id ON note (shipment_id);

CREATE INDEX ix_note_invoice_id ON note (invoice_id);

CREATE INDEX ix_note_party_id ON note (party_id);

CREATE INDEX ix_note_owner_id ON note (owner_id);

CREATE TABLE purchase_earmark (
	item_id INTEGER NOT NULL, 
	purchase_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	applied BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_purchase_earmark PRIMARY KEY (id), 
	CONSTRAINT fk_purchase_earmark_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_purchase_earmark_purchase_id FOREIGN KEY(purchase_id) REFERENCES purchase_contract (id)
);

CREATE INDEX ix_purchase_earmark_item_id ON purchase_earmark (item_id);

CREATE INDEX ix_purchase_earmark_purchase_id ON purchase_earmark (purchase_id);

CREATE TABLE refund (
	number VARCHAR(40) NOT NULL, 
	side VARCHAR(2) NOT NULL, 
	day DATE NOT NULL, 
	party_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	charge BIGINT NOT NULL, 
	rate BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	reference VARCHAR(120) NOT NULL, 
	item_id INTEGER, 
	reversed_on DATE, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_refund PRIMARY KEY (id), 
	CONSTRAINT uq_refund_number UNIQUE (number), 
	CONSTRAINT fk_refund_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_refund_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT uq_refund_item_id UNIQUE (item_id), 
	CONSTRAINT fk_refund_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_refund_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_refund_day ON refund (day);

CREATE INDEX ix_refund_owner_id ON refund (owner_id);

CREATE INDEX ix_refund_party_id ON refund (party_id);

CREATE TABLE write_off (
	number VARCHAR(40) NOT NULL, 
	item_id INTEGER NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	day DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	credit_item_id INTEGER, 
	reversed_on DATE, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_write_off PRIMARY KEY (id), 
	CONSTRAINT uq_write_off_number UNIQUE (number), 
	CONSTRAINT fk_write_off_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT uq_write_off_credit_item_id UNIQUE (credit_item_id), 
	CONSTRAINT fk_write_off_credit_item_id FOREIGN KEY(credit_item_id) REFERENCES item (id), 
	CONSTRAINT fk_write_off_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_write_off_owner_id ON write_off (owner_id);

CREATE INDEX ix_write_off_item_id ON write_off (item_id);

CREATE TABLE collection_match (
	receipt_id INTEGER NOT NULL, 
	shipment_id INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_collection_match PRIMARY KEY (id), 
	CONSTRAINT fk_collection_match_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id), 
	CONSTRAINT fk_collection_match_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_collection_match_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE UNIQUE INDEX uq_collection_match_pair ON collection_match (receipt_id, shipment_id);

CREATE INDEX ix_collection_match_owner_id ON collection_match (owner_id);

CREATE INDEX ix_collection_match_shipment_id ON collection_match (shipment_id);

CREATE TABLE dunning (
	party_id INTEGER NOT NULL, 
	instalment_id INTEGER NOT NULL, 
	stage INTEGER NOT NULL, 
	day DATE NOT NULL, 
	person_id INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_dunning PRIMARY KEY (id), 
	CONSTRAINT fk_dunning_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_dunning_instalment_id FOREIGN KEY(instalment_id) REFERENCES instalment (id), 
	CONSTRAINT fk_dunning_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_dunning_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_dunning_party_id ON dunning (party_id);

CREATE INDEX ix_dunning_instalment_id ON dunning (instalment_id);

CREATE INDEX ix_dunning_owner_id ON dunning (owner_id);

CREATE TABLE promise (
	instalment_id INTEGER NOT NULL, 
	promised_on DATE, 
	day DATE NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	person_id INTEGER NOT NULL, 
	note VARCHAR(300) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_promise PRIMARY KEY (id), 
	CONSTRAINT fk_promise_instalment_id FOREIGN KEY(instalment_id) REFERENCES instalment (id), 
	CONSTRAINT fk_promise_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_promise_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_promise_instalment_id ON promise (instalment_id);

CREATE INDEX ix_promise_owner_id ON promise (owner_id);

CREATE TABLE bank_row (
	statement_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	day DATE NOT NULL, 
	value_day DATE, 
	amount BIGINT NOT NULL, 
	name VARCHAR(300) NOT NULL, 
	text TEXT NOT NULL, 
	reference VARCHAR(120) NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	remark VARCHAR(300) NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_bank_row PRIMARY KEY (id), 
	CONSTRAINT uq_bank_row_account_id_fingerprint UNIQUE (account_id, fingerprint), 
	CONSTRAINT fk_bank_row_statement_id FOREIGN KEY(statement_id) REFERENCES bank_statement (id), 
	CONSTRAINT fk_bank_row_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_bank_row_statement_id ON bank_row (statement_id);

CREATE INDEX ix_bank_row_day ON bank_row (account_id, status, day);

CREATE TABLE rebate_receipt (
	claim_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	account_id INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	posting_id INTEGER NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_rebate_receipt PRIMARY KEY (id), 
	CONSTRAINT fk_rebate_receipt_claim_id FOREIGN KEY(claim_id) REFERENCES rebate_claim (id), 
	CONSTRAINT fk_rebate_receipt_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_rebate_receipt_posting_id FOREIGN KEY(posting_id) REFERENCES posting (id), 
	CONSTRAINT fk_rebate_receipt_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_rebate_receipt_owner_id ON rebate_receipt (owner_id);

CREATE INDEX ix_rebate_receipt_claim_id ON rebate_receipt (claim_id);

CREATE TABLE vat_invoice_line (
	invoice_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	description TEXT NOT NULL, 
	hs_code VARCHAR(16) NOT NULL, 
	unit VARCHAR(20) NOT NULL, 
	quantity BIGINT NOT NULL, 
	net BIGINT NOT NULL, 
	vat_rate BIGINT NOT NULL, 
	vat BIGINT NOT NULL, 
	purchase_line_id INTEGER, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_vat_invoice_line PRIMARY KEY (id), 
	CONSTRAINT uq_vat_invoice_line_invoice_id_position UNIQUE (invoice_id, position), 
	CONSTRAINT fk_vat_invoice_line_invoice_id FOREIGN KEY(invoice_id) REFERENCES vat_invoice (id), 
	CONSTRAINT fk_vat_invoice_line_purchase_line_id FOREIGN KEY(purchase_line_id) REFERENCES purchase_line (id), 
	CONSTRAINT fk_vat_invoice_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_vat_invoice_line_purchase_line_id ON vat_invoice_line (purchase_line_id);

CREATE INDEX ix_vat_invoice_line_invoice_id ON vat_invoice_line (invoice_id);

CREATE INDEX ix_vat_invoice_line_owner_id ON vat_invoice_line (owner_id);

CREATE TABLE loan_move (
	loan_id INTEGER NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	day DATE NOT NULL, 
	account_id INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	rate BIGINT NOT NULL, 
	base_amount BIGINT NOT NULL, 
	reference VARCHAR(120) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_loan_move PRIMARY KEY (id), 
	CONSTRAINT fk_loan_move_loan_id FOREIGN KEY(loan_id) REFERENCES loan (id), 
	CONSTRAINT fk_loan_move_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_loan_move_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_loan_move_owner_id ON loan_move (owner_id);

CREATE INDEX ix_loan_move_loan_id ON loan_move (loan_id);

CREATE TABLE reconciled_entry (
	entry_id INTEGER NOT NULL, 
	reconciliation_id INTEGER NOT NULL, 
	CONSTRAINT pk_reconciled_entry PRIMARY KEY (entry_id), 
	CONSTRAINT fk_reconciled_entry_entry_id FOREIGN KEY(entry_id) REFERENCES ledger_entry (id), 
	CONSTRAINT fk_reconciled_entry_reconciliation_id FOREIGN KEY(reconciliation_id) REFERENCES reconciliation (id)
);

CREATE INDEX ix_reconciled_entry_reconciliation_id ON reconciled_entry (reconciliation_id);

CREATE TABLE revaluation_line (
	revaluation_id INTEGER NOT NULL, 
	book VARCHAR(10) NOT NULL, 
	item_id INTEGER, 
	account_id INTEGER, 
	loan_id INTEGER, 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	rate BIGINT NOT NULL, 
	carrying BIGINT NOT NULL, 
	value BIGINT NOT NULL, 
	difference BIGINT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_revaluation_line PRIMARY KEY (id), 
	CONSTRAINT fk_revaluation_line_revaluation_id FOREIGN KEY(revaluation_id) REFERENCES revaluation (id), 
	CONSTRAINT fk_revaluation_line_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_revaluation_line_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_revaluation_line_loan_id FOREIGN KEY(loan_id) REFERENCES loan (id)
);

CREATE INDEX ix_revaluation_line_revaluation_id ON revaluation_line (revaluation_id);

CREATE TABLE commission_line (
	run_id INTEGER NOT NULL, 
	rule_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	shipment_id INTEGER, 
	receipt_id INTEGER, 
	base_amount BIGINT NOT NULL, 
	rate BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_commission_line PRIMARY KEY (id), 
	CONSTRAINT fk_commission_line_run_id FOREIGN KEY(run_id) REFERENCES commission_run (id), 
	CONSTRAINT fk_commission_line_rule_id FOREIGN KEY(rule_id) REFERENCES commission_rule (id), 
	CONSTRAINT fk_commission_line_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_commission_line_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_commission_line_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id), 
	CONSTRAINT fk_commission_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_commission_line_person_id ON commission_line (person_id);

CREATE INDEX ix_commission_line_run_id ON commission_line (run_id);

CREATE INDEX ix_commission_line_owner_id ON commission_line (owner_id);

CREATE INDEX ix_commission_line_shipment_id ON commission_line (shipment_id);

CREATE INDEX ix_commission_line_receipt_id ON commission_line (receipt_id);

CREATE TABLE expense_line (
	claim_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	day DATE NOT NULL, 
	category VARCHAR(8) NOT NULL, 
	description VARCHAR(300) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	rate BIGINT NOT NULL, 
	base_amount BIGINT NOT NULL, 
	shipment_id INTEGER, 
	cost_line_id INTEGER, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_expense_line PRIMARY KEY (id), 
	CONSTRAINT uq_expense_line_claim_id_position UNIQUE (claim_id, position), 
	CONSTRAINT fk_expense_line_claim_id FOREIGN KEY(claim_id) REFERENCES expense_claim (id), 
	CONSTRAINT fk_expense_line_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT uq_expense_line_cost_line_id UNIQUE (cost_line_id), 
	CONSTRAINT fk_expense_line_cost_line_id FOREIGN KEY(cost_line_id) REFERENCES cost_line (id), 
	CONSTRAINT fk_expense_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_expense_line_claim_id ON expense_line (claim_id);

CREATE INDEX ix_expense_line_owner_id ON expense_line (owner_id);

CREATE INDEX ix_expense_line_shipment_id ON expense_line (shipment_id);

CREATE TABLE bank_match (
	row_id INTEGER NOT NULL, 
	entry_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_bank_match PRIMARY KEY (id), 
	CONSTRAINT fk_bank_match_row_id FOREIGN KEY(row_id) REFERENCES bank_row (id), 
	CONSTRAINT uq_bank_match_entry_id UNIQUE (entry_id), 
	CONSTRAINT fk_bank_match_entry_id FOREIGN KEY(entry_id) REFERENCES ledger_entry (id)
);

CREATE INDEX ix_bank_match_row_id ON bank_match (row_id);

CREATE TABLE rebate_claim_line (
	claim_id INTEGER NOT NULL, 
	declaration_line_id INTEGER NOT NULL, 
	invoice_line_id INTEGER NOT NULL, 
	quantity BIGINT NOT NULL, 
	net BIGINT NOT NULL, 
	rebate_rate BIGINT NOT NULL, 
	rebate BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_rebate_claim_line PRIMARY KEY (id), 
	CONSTRAINT fk_rebate_claim_line_claim_id FOREIGN KEY(claim_id) REFERENCES rebate_claim (id), 
	CONSTRAINT fk_rebate_claim_line_declaration_line_id FOREIGN KEY(declaration_line_id) REFERENCES declaration_line (id), 
	CONSTRAINT fk_rebate_claim_line_invoice_line_id FOREIGN KEY(invoice_line_id) REFERENCES vat_invoice_line (id), 
	CONSTRAINT fk_rebate_claim_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_rebate_claim_line_declaration_line_id ON rebate_claim_line (declaration_line_id);

CREATE INDEX ix_rebate_claim_line_invoice_line_id ON rebate_claim_line (invoice_line_id);

CREATE INDEX ix_rebate_claim_line_owner_id ON rebate_claim_line (owner_id);

CREATE INDEX ix_rebate_claim_line_pair ON rebate_claim_line (declaration_line_id, invoice_line_id);

CREATE INDEX ix_rebate_claim_line_claim_id ON rebate_claim_line (claim_id);

