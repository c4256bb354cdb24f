CREATE TABLE department (
	name VARCHAR(120) NOT NULL, 
	parent_id INTEGER, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_department PRIMARY KEY (id), 
	CONSTRAINT uq_department_name UNIQUE (name), 
	CONSTRAINT fk_department_parent_id FOREIGN KEY(parent_id) REFERENCES department (id)
);

CREATE TABLE setting (
	"key" VARCHAR(80) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_setting PRIMARY KEY ("key")
);

CREATE TABLE number_series (
	prefix VARCHAR(12) NOT NULL, 
	period VARCHAR(8) NOT NULL, 
	next_number INTEGER NOT NULL, 
	CONSTRAINT pk_number_series PRIMARY KEY (prefix, period)
);

CREATE TABLE reminder_rule (
	"key" VARCHAR(60) NOT NULL, 
	active BOOLEAN NOT NULL, 
	days_before INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_reminder_rule PRIMARY KEY (id), 
	CONSTRAINT uq_reminder_rule_key UNIQUE ("key")
);

CREATE TABLE rate (
	kind VARCHAR(8) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	day DATE NOT NULL, 
	rate BIGINT NOT NULL, 
	source VARCHAR(120) NOT NULL, 
	quote VARCHAR(60) NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_rate PRIMARY KEY (id), 
	CONSTRAINT uq_rate_kind_currency_day UNIQUE (kind, currency, day)
);

CREATE TABLE account (
	name VARCHAR(160) NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	holder VARCHAR(12) NOT NULL, 
	bank VARCHAR(200) NOT NULL, 
	number VARCHAR(60) NOT NULL, 
	swift VARCHAR(16) NOT NULL, 
	bank_address VARCHAR(300) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	opened_on DATE NOT NULL, 
	allow_negative BOOLEAN NOT NULL, 
	archived BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT uq_account_name UNIQUE (name)
);

CREATE TABLE person (
	name VARCHAR(120) NOT NULL, 
	role VARCHAR(40) NOT NULL, 
	department_id INTEGER, 
	active BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT uq_person_name UNIQUE (name), 
	CONSTRAINT fk_person_department_id FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE TABLE account_month (
	account_id INTEGER NOT NULL, 
	month VARCHAR(7) NOT NULL, 
	amount BIGINT NOT NULL, 
	base_amount BIGINT NOT NULL, 
	CONSTRAINT pk_account_month PRIMARY KEY (account_id, month), 
	CONSTRAINT fk_account_month_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE TABLE audit_entry (
	at VARCHAR(32) NOT NULL, 
	person_id INTEGER NOT NULL, 
	operation VARCHAR(80) NOT NULL, 
	action VARCHAR(12) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	record_id INTEGER, 
	detail TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_audit_entry PRIMARY KEY (id), 
	CONSTRAINT fk_audit_entry_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_audit_entry_record ON audit_entry (kind, record_id);

CREATE TABLE reminder (
	person_id INTEGER NOT NULL, 
	rule_key VARCHAR(60) NOT NULL, 
	subject_kind VARCHAR(40) NOT NULL, 
	subject_id INTEGER NOT NULL, 
	due_on DATE NOT NULL, 
	shown_at VARCHAR(32), 
	snoozed_until VARCHAR(32), 
	done_at VARCHAR(32), 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_reminder PRIMARY KEY (id), 
	CONSTRAINT uq_reminder_person_id_rule_key_subject_kind_subject_id_due_on UNIQUE (person_id, rule_key, subject_kind, subject_id, due_on), 
	CONSTRAINT fk_reminder_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE desktop_card (
	person_id INTEGER NOT NULL, 
	slot VARCHAR(12) NOT NULL, 
	target VARCHAR(80) NOT NULL, 
	position INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_desktop_card PRIMARY KEY (id), 
	CONSTRAINT uq_desktop_card_person_id_slot_target UNIQUE (person_id, slot, target), 
	CONSTRAINT fk_desktop_card_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_desktop_card_person_id ON desktop_card (person_id);

CREATE TABLE party (
	code VARCHAR(30) NOT NULL, 
	name VARCHAR(300) NOT NULL, 
	name_local VARCHAR(300) NOT NULL, 
	is_customer BOOLEAN NOT NULL, 
	is_supplier BOOLEAN NOT NULL, 
	is_forwarder BOOLEAN NOT NULL, 
	is_service BOOLEAN NOT NULL, 
	country VARCHAR(2) NOT NULL, 
	city VARCHAR(120) NOT NULL, 
	industry VARCHAR(120) NOT NULL, 
	source VARCHAR(80) NOT NULL, 
	grade VARCHAR(2) NOT NULL, 
	tax_no VARCHAR(60) NOT NULL, 
	website VARCHAR(200) NOT NULL, 
	email VARCHAR(200) NOT NULL, 
	phone VARCHAR(80) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	incoterm VARCHAR(3) NOT NULL, 
	incoterm_place VARCHAR(120) NOT NULL, 
	terms VARCHAR(300) NOT NULL, 
	note TEXT NOT NULL, 
	archived BOOLEAN NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_party PRIMARY KEY (id), 
	CONSTRAINT uq_party_code UNIQUE (code), 
	CONSTRAINT fk_party_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_party_name ON party (name);

CREATE INDEX ix_party_customer_name ON party (is_customer, archived, name);

CREATE INDEX ix_party_owner_id ON party (owner_id);

CREATE INDEX ix_party_updated_at ON party (updated_at);

CREATE TABLE import_run (
	kind VARCHAR(20) NOT NULL, 
	file_name VARCHAR(260) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	person_id INTEGER NOT NULL, 
	created_count INTEGER NOT NULL, 
	undone_at VARCHAR(32), 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_import_run PRIMARY KEY (id), 
	CONSTRAINT fk_import_run_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE posting (
	day DATE NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	source_kind VARCHAR(20) NOT NULL, 
	source_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	entered_at VARCHAR(32) NOT NULL, 
	reverses_id INTEGER, 
	memo VARCHAR(300) NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_posting PRIMARY KEY (id), 
	CONSTRAINT fk_posting_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_posting_reverses_id UNIQUE (reverses_id), 
	CONSTRAINT fk_posting_reverses_id FOREIGN KEY(reverses_id) REFERENCES posting (id)
);

CREATE INDEX ix_posting_source ON posting (source_kind, source_id);

CREATE TABLE transfer (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	from_account_id INTEGER NOT NULL, 
	to_account_id INTEGER NOT NULL, 
	from_amount BIGINT NOT NULL, 
	to_amount BIGINT NOT NULL, 
	reference VARCHAR(120) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_transfer PRIMARY KEY (id), 
	CONSTRAINT uq_transfer_number UNIQUE (number), 
	CONSTRAINT fk_transfer_from_account_id FOREIGN KEY(from_account_id) REFERENCES account (id), 
	CONSTRAINT fk_transfer_to_account_id FOREIGN KEY(to_account_id) REFERENCES account (id), 
	CONSTRAINT fk_transfer_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_transfer_day ON transfer (day);

CREATE INDEX ix_transfer_owner_id ON transfer (owner_id);

CREATE TABLE account_expense (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	account_id INTEGER NOT NULL, 
	category VARCHAR(8) NOT NULL, 
	amount BIGINT NOT NULL, 
	description VARCHAR(300) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_account_expense PRIMARY KEY (id), 
	CONSTRAINT uq_account_expense_number UNIQUE (number), 
	CONSTRAINT fk_account_expense_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_account_expense_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_account_expense_day ON account_expense (day);

CREATE INDEX ix_account_expense_owner_id ON account_expense (owner_id);

CREATE TABLE task (
	title VARCHAR(300) NOT NULL, 
	notes TEXT NOT NULL, 
	due_on DATE NOT NULL, 
	party_id INTEGER, 
	done_at VARCHAR(32), 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_task PRIMARY KEY (id), 
	CONSTRAINT fk_task_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_task_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_task_party_id ON task (party_id);

CREATE INDEX ix_task_owner_id ON task (owner_id);

CREATE INDEX ix_task_due_on ON task (due_on);

CREATE TABLE contact (
	party_id INTEGER NOT NULL, 
	name VARCHAR(160) NOT NULL, 
	position VARCHAR(120) NOT NULL, 
	email VARCHAR(200) NOT NULL, 
	phone VARCHAR(80) NOT NULL, 
	messenger VARCHAR(120) NOT NULL, 
	is_main BOOLEAN NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_contact PRIMARY KEY (id), 
	CONSTRAINT fk_contact_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_contact_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_contact_owner_id ON contact (owner_id);

CREATE INDEX ix_contact_party_id ON contact (party_id);

CREATE TABLE address (
	party_id INTEGER NOT NULL, 
	purpose VARCHAR(20) NOT NULL, 
	text TEXT NOT NULL, 
	city VARCHAR(120) NOT NULL, 
	country VARCHAR(2) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_address PRIMARY KEY (id), 
	CONSTRAINT fk_address_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_address_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_address_party_id ON address (party_id);

CREATE INDEX ix_address_owner_id ON address (owner_id);

CREATE TABLE party_key (
	party_id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	value VARCHAR(300) NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_party_key PRIMARY KEY (id), 
	CONSTRAINT uq_party_key_party_id_kind_value UNIQUE (party_id, kind, value), 
	CONSTRAINT fk_party_key_party_id FOREIGN KEY(party_id) REFERENCES party (id)
);

CREATE INDEX ix_party_key_lookup ON party_key (kind, value, party_id);

CREATE INDEX ix_party_key_party_id ON party_key (party_id);

CREATE TABLE imported_record (
	run_id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	record_id INTEGER NOT NULL, 
	sheet_row INTEGER NOT NULL, 
	undone BOOLEAN NOT NULL, 
	CONSTRAINT pk_imported_record PRIMARY KEY (run_id, kind, record_id), 
	CONSTRAINT fk_imported_record_run_id FOREIGN KEY(run_id) REFERENCES import_run (id)
);

CREATE TABLE product (
	code VARCHAR(60) NOT NULL, 
	name_en VARCHAR(300) NOT NULL, 
	name_cn VARCHAR(300) NOT NULL, 
	specification TEXT NOT NULL, 
	category VARCHAR(120) NOT NULL, 
	unit VARCHAR(20) NOT NULL, 
	hs_code VARCHAR(16) NOT NULL, 
	price BIGINT, 
	price_currency VARCHAR(3) NOT NULL, 
	cost BIGINT, 
	vat_rate BIGINT NOT NULL, 
	rebate_rate BIGINT NOT NULL, 
	supplier_id INTEGER, 
	per_carton BIGINT, 
	carton_length BIGINT, 
	carton_width BIGINT, 
	carton_height BIGINT, 
	unit_net_weight BIGINT, 
	carton_tare BIGINT, 
	archived BOOLEAN NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_product PRIMARY KEY (id), 
	CONSTRAINT uq_product_code UNIQUE (code), 
	CONSTRAINT fk_product_supplier_id FOREIGN KEY(supplier_id) REFERENCES party (id), 
	CONSTRAINT fk_product_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_product_owner_id ON product (owner_id);

CREATE INDEX ix_product_supplier_id ON product (supplier_id);

CREATE INDEX ix_product_name_en ON product (name_en);

CREATE TABLE sales_contract (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	customer_id INTEGER NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	budget_rate BIGINT, 
	incoterm VARCHAR(3) NOT NULL, 
	incoterm_place VARCHAR(120) NOT NULL, 
	port_of_loading VARCHAR(120) NOT NULL, 
	port_of_discharge VARCHAR(120) NOT NULL, 
	terms VARCHAR(300) NOT NULL, 
	deposit_policy VARCHAR(12) NOT NULL, 
	latest_shipment DATE, 
	partial_allowed BOOLEAN NOT NULL, 
	transhipment_allowed BOOLEAN NOT NULL, 
	tolerance_over BIGINT NOT NULL, 
	tolerance_under BIGINT NOT NULL, 
	packing TEXT NOT NULL, 
	marks TEXT NOT NULL, 
	remarks TEXT NOT NULL, 
	customer_po VARCHAR(60) NOT NULL, 
	signatory VARCHAR(120) NOT NULL, 
	bank_account_id INTEGER, 
	commission_rate BIGINT NOT NULL, 
	total BIGINT NOT NULL, 
	deposit_due BIGINT NOT NULL, 
	effective_on DATE, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_sales_contract PRIMARY KEY (id), 
	CONSTRAINT uq_sales_contract_number UNIQUE (number), 
	CONSTRAINT fk_sales_contract_customer_id FOREIGN KEY(customer_id) REFERENCES party (id), 
	CONSTRAINT fk_sales_contract_bank_account_id FOREIGN KEY(bank_account_id) REFERENCES account (id), 
	CONSTRAINT fk_sales_contract_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_sales_contract_status ON sales_contract (status);

CREATE INDEX ix_sales_contract_owner_id ON sales_contract (owner_id);

CREATE INDEX ix_sales_contract_customer_id ON sales_contract (customer_id);

CREATE INDEX ix_sales_contract_day ON sales_contract (day, id);

CREATE TABLE shipment (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	customer_id INTEGER NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	mode VARCHAR(10) NOT NULL, 
	forwarder_id INTEGER, 
	carrier VARCHAR(120) NOT NULL, 
	vessel VARCHAR(120) NOT NULL, 
	voyage VARCHAR(40) NOT NULL, 
	booking_no VARCHAR(60) NOT NULL, 
	bl_no VARCHAR(60) NOT NULL, 
	port_of_loading VARCHAR(120) NOT NULL, 
	port_of_discharge VARCHAR(120) NOT NULL, 
	etd DATE, 
	eta DATE, 
	departed_on DATE, 
	arrived_on DATE, 
	bl_copy_sent_on DATE, 
	invoice_number VARCHAR(40), 
	invoice_date DATE, 
	recognition_rate BIGINT, 
	tax_regime VARCHAR(16) NOT NULL, 
	total BIGINT NOT NULL, 
	remarks TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_shipment PRIMARY KEY (id), 
	CONSTRAINT uq_shipment_number UNIQUE (number), 
	CONSTRAINT fk_shipment_customer_id FOREIGN KEY(customer_id) REFERENCES party (id), 
	CONSTRAINT fk_shipment_forwarder_id FOREIGN KEY(forwarder_id) REFERENCES party (id), 
	CONSTRAINT uq_shipment_invoice_number UNIQUE (invoice_number), 
	CONSTRAINT fk_shipment_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_shipment_status ON shipment (status);

CREATE INDEX ix_shipment_forwarder_id ON shipment (forwarder_id);

CREATE INDEX ix_shipment_departed_on ON shipment (departed_on);

CREATE INDEX ix_shipment_customer_id ON shipment (customer_id);

CREATE INDEX ix_shipment_etd ON shipment (etd);

CREATE INDEX ix_shipment_owner_id ON shipment (owner_id);

CREATE TABLE ledger_entry (
	posting_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	book VARCHAR(10) NOT NULL, 
	category VARCHAR(8) NOT NULL, 
	account_id INTEGER, 
	party_id INTEGER, 
	contract_id INTEGER, 
	shipment_id INTEGER, 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	base_amount BIGINT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_ledger_entry PRIMARY KEY (id), 
	CONSTRAINT fk_ledger_entry_posting_id FOREIGN KEY(posting_id) REFERENCES posting (id), 
	CONSTRAINT fk_ledger_entry_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_ledger_entry_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_ledger_entry_contract_id FOREIGN KEY(contract_id) REFERENCES sales_contract (id), 
	CONSTRAINT fk_ledger_entry_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id)
);

CREATE INDEX ix_ledger_entry_posting_id ON ledger_entry (posting_id);

CREATE INDEX ix_ledger_entry_shipment ON ledger_entry (shipment_id, book, category, amount, base_amount) WHERE shipment_id IS NOT NULL;

CREATE INDEX ix_ledger_entry_account ON ledger_entry (account_id, day, amount, base_amount) WHERE account_id IS NOT NULL;

CREATE INDEX ix_ledger_entry_party ON ledger_entry (book, party_id, currency, day, amount, base_amount) WHERE party_id IS NOT NULL;

CREATE INDEX ix_ledger_entry_partner ON ledger_entry (party_id);

CREATE TABLE item (
	side VARCHAR(2) NOT NULL, 
	kind VARCHAR(4) NOT NULL, 
	number VARCHAR(60) NOT NULL, 
	party_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	document_day DATE NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	rate BIGINT NOT NULL, 
	base_amount BIGINT NOT NULL, 
	contract_id INTEGER, 
	shipment_id INTEGER, 
	posting_id INTEGER NOT NULL, 
	reverses_id INTEGER, 
	open_amount BIGINT NOT NULL, 
	open_base BIGINT NOT NULL, 
	settled_on DATE, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_item PRIMARY KEY (id), 
	CONSTRAINT fk_item_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_item_contract_id FOREIGN KEY(contract_id) REFERENCES sales_contract (id), 
	CONSTRAINT fk_item_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_item_posting_id FOREIGN KEY(posting_id) REFERENCES posting (id), 
	CONSTRAINT fk_item_reverses_id FOREIGN KEY(reverses_id) REFERENCES item (id), 
	CONSTRAINT fk_item_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_item_day ON item (side, kind, day, id);

CREATE INDEX ix_item_number ON item (side, number);

CREATE INDEX ix_item_owner_id ON item (owner_id);

CREATE INDEX ix_item_shipment_id ON item (shipment_id);

CREATE INDEX ix_item_open ON item (side, party_id, currency, day) WHERE open_amount <> 0;

CREATE INDEX ix_item_contract_id ON item (contract_id);

CREATE INDEX ix_item_party ON item (party_id, side, currency, day);

CREATE TABLE contract_line (
	contract_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	product_id INTEGER, 
	item_no VARCHAR(60) NOT NULL, 
	description_en TEXT NOT NULL, 
	description_cn TEXT NOT NULL, 
	specification TEXT NOT NULL, 
	hs_code VARCHAR(16) NOT NULL, 
	unit VARCHAR(20) NOT NULL, 
	quantity BIGINT NOT NULL, 
	price BIGINT NOT NULL, 
	discount BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	cost BIGINT, 
	vat_rate BIGINT NOT NULL, 
	rebate_rate BIGINT NOT NULL, 
	supplier_id INTEGER, 
	per_carton BIGINT, 
	carton_length BIGINT, 
	carton_width BIGINT, 
	carton_height BIGINT, 
	unit_net_weight BIGINT, 
	carton_tare BIGINT, 
	short_closed BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_contract_line PRIMARY KEY (id), 
	CONSTRAINT uq_contract_line_contract_id_position UNIQUE (contract_id, position), 
	CONSTRAINT fk_contract_line_contract_id FOREIGN KEY(contract_id) REFERENCES sales_contract (id), 
	CONSTRAINT fk_contract_line_product_id FOREIGN KEY(product_id) REFERENCES product (id), 
	CONSTRAINT fk_contract_line_supplier_id FOREIGN KEY(supplier_id) REFERENCES party (id), 
	CONSTRAINT fk_contract_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_contract_line_owner_id ON contract_line (owner_id);

CREATE INDEX ix_contract_line_product_id ON contract_line (product_id);

CREATE INDEX ix_contract_line_supplier_id ON contract_line (supplier_id);

CREATE INDEX ix_contract_line_contract_id ON contract_line (contract_id);

CREATE TABLE estimate (
	shipment_id INTEGER NOT NULL, 
	version_no INTEGER NOT NULL, 
	made_at VARCHAR(32) NOT NULL, 
	rate BIGINT NOT NULL, 
	revenue_base BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_estimate PRIMARY KEY (id), 
	CONSTRAINT uq_estimate_shipment_id_version_no UNIQUE (shipment_id, version_no), 
	CONSTRAINT fk_estimate_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_estimate_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_estimate_shipment_id ON estimate (shipment_id);

CREATE INDEX ix_estimate_owner_id ON estimate (owner_id);

CREATE TABLE tranche (
	item_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	credit_item_id INTEGER, 
	amount BIGINT NOT NULL, 
	base_amount BIGINT NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_tranche PRIMARY KEY (id), 
	CONSTRAINT uq_tranche_item_id_position UNIQUE (item_id, position), 
	CONSTRAINT fk_tranche_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_tranche_credit_item_id FOREIGN KEY(credit_item_id) REFERENCES item (id)
);

CREATE TABLE instalment (
	item_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	side VARCHAR(2) NOT NULL, 
	is_credit BOOLEAN NOT NULL, 
	is_whole BOOLEAN NOT NULL, 
	party_id INTEGER NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	item_day DATE NOT NULL, 
	document_day DATE NOT NULL, 
	term VARCHAR(60) NOT NULL, 
	due_on DATE, 
	due_known_on DATE, 
	due_changes INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	open_amount BIGINT NOT NULL, 
	settled_on DATE, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_instalment PRIMARY KEY (id), 
	CONSTRAINT uq_instalment_item_id_position UNIQUE (item_id, position), 
	CONSTRAINT fk_instalment_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_instalment_party_id FOREIGN KEY(party_id) REFERENCES party (id)
);

CREATE INDEX ix_instalment_due ON instalment (side, due_on) WHERE open_amount <> 0 AND is_credit = 0;

CREATE INDEX ix_instalment_open ON instalment (side, party_id, currency, is_credit, due_on, document_day, open_amount) WHERE open_amount <> 0;

CREATE INDEX ix_instalment_redated ON instalment (side, due_changes, item_id) WHERE due_changes > 0;

CREATE INDEX ix_instalment_settled ON instalment (side, is_whole, settled_on, item_day, item_id);

CREATE INDEX ix_instalment_party ON instalment (party_id, settled_on, item_day);

CREATE TABLE earmark (
	item_id INTEGER NOT NULL, 
	contract_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	applied BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_earmark PRIMARY KEY (id), 
	CONSTRAINT fk_earmark_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_earmark_contract_id FOREIGN KEY(contract_id) REFERENCES sales_contract (id)
);

CREATE INDEX ix_earmark_item_id ON earmark (item_id);

CREATE INDEX ix_earmark_contract_id ON earmark (contract_id);

CREATE TABLE receipt (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	party_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	gross BIGINT NOT NULL, 
	charge BIGINT NOT NULL, 
	rate BIGINT NOT NULL, 
	payer VARCHAR(300) NOT NULL, 
	reference VARCHAR(120) NOT NULL, 
	item_id INTEGER, 
	reversed_on DATE, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_receipt PRIMARY KEY (id), 
	CONSTRAINT uq_receipt_number UNIQUE (number), 
	CONSTRAINT fk_receipt_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_receipt_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT uq_receipt_item_id UNIQUE (item_id), 
	CONSTRAINT fk_receipt_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_receipt_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_receipt_day ON receipt (day);

CREATE INDEX ix_receipt_owner_id ON receipt (owner_id);

CREATE INDEX ix_receipt_party_id ON receipt (party_id);

CREATE TABLE payment (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	party_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	rate BIGINT NOT NULL, 
	reference VARCHAR(120) NOT NULL, 
	item_id INTEGER, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_payment PRIMARY KEY (id), 
	CONSTRAINT uq_payment_number UNIQUE (number), 
	CONSTRAINT fk_payment_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_payment_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT uq_payment_item_id UNIQUE (item_id), 
	CONSTRAINT fk_payment_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_payment_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_payment_party_id ON payment (party_id);

CREATE INDEX ix_payment_day ON payment (day);

CREATE INDEX ix_payment_owner_id ON payment (owner_id);

CREATE TABLE shipment_line (
	shipment_id INTEGER NOT NULL, 
	contract_id INTEGER NOT NULL, 
	contract_line_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	quantity BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	cartons INTEGER NOT NULL, 
	net_weight BIGINT NOT NULL, 
	gross_weight BIGINT NOT NULL, 
	volume BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_shipment_line PRIMARY KEY (id), 
	CONSTRAINT uq_shipment_line_shipment_id_position UNIQUE (shipment_id, position), 
	CONSTRAINT fk_shipment_line_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_shipment_line_contract_id FOREIGN KEY(contract_id) REFERENCES sales_contract (id), 
	CONSTRAINT fk_shipment_line_contract_line_id FOREIGN KEY(contract_line_id) REFERENCES contract_line (id), 
	CONSTRAINT fk_shipment_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_shipment_line_owner_id ON shipment_line (owner_id);

CREATE INDEX ix_shipment_line_contract_id ON shipment_line (contract_id);

CREATE INDEX ix_shipment_line_shipment_id ON shipment_line (shipment_id);

CREATE INDEX ix_shipment_line_contract_line_id ON shipment_line (contract_line_id);

CREATE TABLE estimate_line (
	estimate_id INTEGER NOT NULL, 
	category VARCHAR(5) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	base_amount BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_estimate_line PRIMARY KEY (id), 
	CONSTRAINT fk_estimate_line_estimate_id FOREIGN KEY(estimate_id) REFERENCES estimate (id), 
	CONSTRAINT fk_estimate_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_estimate_line_owner_id ON estimate_line (owner_id);

CREATE INDEX ix_estimate_line_estimate_id ON estimate_line (estimate_id);

CREATE TABLE due_change (
	instalment_id INTEGER NOT NULL, 
	known_on DATE NOT NULL, 
	due_on DATE, 
	reason VARCHAR(200) NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_due_change PRIMARY KEY (id), 
	CONSTRAINT fk_due_change_instalment_id FOREIGN KEY(instalment_id) REFERENCES instalment (id)
);

CREATE INDEX ix_due_change_instalment_id ON due_change (instalment_id);

CREATE TABLE allocation (
	side VARCHAR(2) NOT NULL, 
	party_id INTEGER NOT NULL, 
	debit_item_id INTEGER NOT NULL, 
	credit_item_id INTEGER NOT NULL, 
	instalment_id INTEGER, 
	day DATE NOT NULL, 
	debit_amount BIGINT NOT NULL, 
	credit_amount BIGINT NOT NULL, 
	debit_base BIGINT NOT NULL, 
	credit_base BIGINT NOT NULL, 
	fx BIGINT NOT NULL, 
	posting_id INTEGER, 
	reverses_id INTEGER, 
	entered_at VARCHAR(32) NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_allocation PRIMARY KEY (id), 
	CONSTRAINT fk_allocation_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_allocation_debit_item_id FOREIGN KEY(debit_item_id) REFERENCES item (id), 
	CONSTRAINT fk_allocation_credit_item_id FOREIGN KEY(credit_item_id) REFERENCES item (id), 
	CONSTRAINT fk_allocation_instalment_id FOREIGN KEY(instalment_id) REFERENCES instalment (id), 
	CONSTRAINT fk_allocation_posting_id FOREIGN KEY(posting_id) REFERENCES posting (id), 
	CONSTRAINT uq_allocation_reverses_id UNIQUE (reverses_id), 
	CONSTRAINT fk_allocation_reverses_id FOREIGN KEY(reverses_id) REFERENCES allocation (id)
);

CREATE INDEX ix_allocation_day ON allocation (side, day, debit_item_id, debit_amount, credit_item_id, credit_amount);

CREATE INDEX ix_allocation_debit ON allocation (debit_item_id, day, debit_amount);

CREATE INDEX ix_allocation_party ON allocation (party_id);

CREATE INDEX ix_allocation_credit ON allocation (credit_item_id, day, credit_amount);

CREATE TABLE cost_line (
	shipment_id INTEGER NOT NULL, 
	shipment_line_id INTEGER, 
	category VARCHAR(5) NOT NULL, 
	description VARCHAR(300) NOT NULL, 
	party_id INTEGER, 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	rate BIGINT NOT NULL, 
	base_amount BIGINT NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	basis VARCHAR(16) NOT NULL, 
	vat_rate BIGINT, 
	rebate_rate BIGINT, 
	net_amount BIGINT, 
	rebate BIGINT NOT NULL, 
	bill_number VARCHAR(60) NOT NULL, 
	bill_date DATE, 
	item_id INTEGER, 
	receipt_id INTEGER, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_cost_line PRIMARY KEY (id), 
	CONSTRAINT fk_cost_line_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_cost_line_shipment_line_id FOREIGN KEY(shipment_line_id) REFERENCES shipment_line (id), 
	CONSTRAINT fk_cost_line_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_cost_line_item_id FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_cost_line_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id), 
	CONSTRAINT fk_cost_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_cost_line_party_id ON cost_line (party_id);

CREATE INDEX ix_cost_line_owner_id ON cost_line (owner_id);

CREATE INDEX ix_cost_line_item_id ON cost_line (item_id);

CREATE INDEX ix_cost_line_shipment_id ON cost_line (shipment_id);

CREATE INDEX ix_cost_line_receipt_id ON cost_line (receipt_id);

