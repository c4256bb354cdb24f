CREATE TABLE approval_rule (
	kind VARCHAR(24) NOT NULL, 
	"trigger" VARCHAR(40) NOT NULL, 
	active BOOLEAN NOT NULL, 
	threshold VARCHAR(40) NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_approval_rule PRIMARY KEY (id), 
	CONSTRAINT uq_approval_rule_kind_trigger UNIQUE (kind, "trigger")
);

CREATE TABLE holiday (
	country VARCHAR(2) NOT NULL, 
	day DATE NOT NULL, 
	working BOOLEAN NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_holiday PRIMARY KEY (id), 
	CONSTRAINT uq_holiday_country_day UNIQUE (country, day)
);

CREATE TABLE approval_request (
	subject_kind VARCHAR(24) NOT NULL, 
	subject_id INTEGER NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	reasons TEXT NOT NULL, 
	figures TEXT NOT NULL, 
	levels TEXT NOT NULL, 
	level INTEGER NOT NULL, 
	snapshot VARCHAR(64) NOT NULL, 
	base_amount BIGINT, 
	submitted_at VARCHAR(32) NOT NULL, 
	decided_at VARCHAR(32), 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_approval_request PRIMARY KEY (id), 
	CONSTRAINT fk_approval_request_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_approval_request_owner_id ON approval_request (owner_id);

CREATE INDEX ix_approval_request_status ON approval_request (status);

CREATE INDEX ix_approval_request_subject ON approval_request (subject_kind, subject_id);

CREATE TABLE attachment (
	subject_kind VARCHAR(24) NOT NULL, 
	subject_id INTEGER NOT NULL, 
	purpose VARCHAR(16) NOT NULL, 
	name VARCHAR(260) NOT NULL, 
	media_type VARCHAR(80) NOT NULL, 
	size INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	person_id INTEGER NOT NULL, 
	content BLOB NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_attachment PRIMARY KEY (id), 
	CONSTRAINT fk_attachment_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_attachment_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_attachment_owner_id ON attachment (owner_id);

CREATE INDEX ix_attachment_subject ON attachment (subject_kind, subject_id);

CREATE TABLE deputy (
	person_id INTEGER NOT NULL, 
	deputy_id INTEGER NOT NULL, 
	from_day DATE NOT NULL, 
	until_day DATE NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_deputy PRIMARY KEY (id), 
	CONSTRAINT fk_deputy_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_deputy_deputy_id FOREIGN KEY(deputy_id) REFERENCES person (id)
);

CREATE INDEX ix_deputy_deputy_id ON deputy (deputy_id);

CREATE INDEX ix_deputy_person_id ON deputy (person_id);

CREATE TABLE clause (
	paper VARCHAR(24) NOT NULL, 
	party_id INTEGER, 
	position INTEGER NOT NULL, 
	title_en VARCHAR(120) NOT NULL, 
	title_cn VARCHAR(120) NOT NULL, 
	text_en TEXT NOT NULL, 
	text_cn TEXT NOT NULL, 
	active BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_clause PRIMARY KEY (id), 
	CONSTRAINT fk_clause_party_id FOREIGN KEY(party_id) REFERENCES party (id)
);

CREATE INDEX ix_clause_paper ON clause (paper);

CREATE INDEX ix_clause_party_id ON clause (party_id);

CREATE TABLE credit_terms (
	party_id INTEGER NOT NULL, 
	"limit" BIGINT, 
	currency VARCHAR(3) NOT NULL, 
	valid_from DATE, 
	valid_until DATE, 
	max_overdue_days INTEGER NOT NULL, 
	hold BOOLEAN NOT NULL, 
	hold_reason VARCHAR(300) NOT NULL, 
	cover_amount BIGINT NOT NULL, 
	cover_share BIGINT NOT NULL, 
	group_id INTEGER, 
	approved_by_id INTEGER, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_credit_terms PRIMARY KEY (id), 
	CONSTRAINT uq_credit_terms_party_id UNIQUE (party_id), 
	CONSTRAINT fk_credit_terms_party_id FOREIGN KEY(party_id) REFERENCES party (id), 
	CONSTRAINT fk_credit_terms_group_id FOREIGN KEY(group_id) REFERENCES party (id), 
	CONSTRAINT fk_credit_terms_approved_by_id FOREIGN KEY(approved_by_id) REFERENCES person (id), 
	CONSTRAINT fk_credit_terms_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_credit_terms_group_id ON credit_terms (group_id);

CREATE INDEX ix_credit_terms_owner_id ON credit_terms (owner_id);

CREATE TABLE import_job (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	supplier_id INTEGER NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	incoterm VARCHAR(3) NOT NULL, 
	booking_rate BIGINT NOT NULL, 
	customs_rate BIGINT NOT NULL, 
	freight BIGINT NOT NULL, 
	insurance BIGINT NOT NULL, 
	port_cost BIGINT NOT NULL, 
	inland_cost BIGINT NOT NULL, 
	basis VARCHAR(16) NOT NULL, 
	remarks TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_import_job PRIMARY KEY (id), 
	CONSTRAINT uq_import_job_number UNIQUE (number), 
	CONSTRAINT fk_import_job_supplier_id FOREIGN KEY(supplier_id) REFERENCES party (id), 
	CONSTRAINT fk_import_job_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_import_job_supplier_id ON import_job (supplier_id);

CREATE INDEX ix_import_job_day ON import_job (day);

CREATE INDEX ix_import_job_owner_id ON import_job (owner_id);

CREATE TABLE paper_style (
	paper VARCHAR(24) NOT NULL, 
	party_id INTEGER, 
	language VARCHAR(8) NOT NULL, 
	options TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_paper_style PRIMARY KEY (id), 
	CONSTRAINT fk_paper_style_party_id FOREIGN KEY(party_id) REFERENCES party (id)
);

CREATE INDEX ix_paper_style_party_id ON paper_style (party_id);

CREATE TABLE price_list (
	name VARCHAR(120) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	incoterm VARCHAR(3) NOT NULL, 
	grade VARCHAR(2) NOT NULL, 
	party_id INTEGER, 
	valid_from DATE, 
	valid_until DATE, 
	max_discount BIGINT, 
	active BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_price_list PRIMARY KEY (id), 
	CONSTRAINT uq_price_list_name UNIQUE (name), 
	CONSTRAINT fk_price_list_party_id FOREIGN KEY(party_id) REFERENCES party (id)
);

CREATE INDEX ix_price_list_party_id ON price_list (party_id);

CREATE TABLE purchase_contract (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	supplier_id INTEGER NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	vat_included BOOLEAN NOT NULL, 
	invoice_type VARCHAR(10) NOT NULL, 
	stock_purchase BOOLEAN NOT NULL, 
	terms VARCHAR(300) NOT NULL, 
	delivery_on DATE, 
	delivery_place VARCHAR(200) NOT NULL, 
	packing TEXT NOT NULL, 
	marks TEXT NOT NULL, 
	quality TEXT NOT NULL, 
	clauses TEXT NOT NULL, 
	remarks TEXT NOT NULL, 
	signatory VARCHAR(120) NOT NULL, 
	total BIGINT NOT NULL, 
	deposit_due BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_purchase_contract PRIMARY KEY (id), 
	CONSTRAINT uq_purchase_contract_number UNIQUE (number), 
	CONSTRAINT fk_purchase_contract_supplier_id FOREIGN KEY(supplier_id) REFERENCES party (id), 
	CONSTRAINT fk_purchase_contract_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_purchase_contract_supplier_id ON purchase_contract (supplier_id);

CREATE INDEX ix_purchase_contract_owner_id ON purchase_contract (owner_id);

CREATE INDEX ix_purchase_contract_day ON purchase_contract (day, id);

CREATE INDEX ix_purchase_contract_status ON purchase_contract (status);

CREATE TABLE inquiry (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	customer_id INTEGER NOT NULL, 
	contact_id INTEGER, 
	status VARCHAR(20) NOT NULL, 
	subject VARCHAR(300) NOT NULL, 
	source VARCHAR(80) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	reply_by DATE, 
	wanted TEXT NOT NULL, 
	lost_reason VARCHAR(300) NOT NULL, 
	remarks TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_inquiry PRIMARY KEY (id), 
	CONSTRAINT uq_inquiry_number UNIQUE (number), 
	CONSTRAINT fk_inquiry_customer_id FOREIGN KEY(customer_id) REFERENCES party (id), 
	CONSTRAINT fk_inquiry_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id), 
	CONSTRAINT fk_inquiry_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_inquiry_contact_id ON inquiry (contact_id);

CREATE INDEX ix_inquiry_customer_id ON inquiry (customer_id);

CREATE INDEX ix_inquiry_day ON inquiry (day);

CREATE INDEX ix_inquiry_status ON inquiry (status);

CREATE INDEX ix_inquiry_owner_id ON inquiry (owner_id);

CREATE TABLE contract_version (
	contract_id INTEGER NOT NULL, 
	version_no INTEGER NOT NULL, 
	made_at VARCHAR(32) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	effective_on DATE, 
	reason VARCHAR(300) NOT NULL, 
	total BIGINT NOT NULL, 
	content TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_contract_version PRIMARY KEY (id), 
	CONSTRAINT uq_contract_version_contract_id_version_no UNIQUE (contract_id, version_no), 
	CONSTRAINT fk_contract_version_contract_id FOREIGN KEY(contract_id) REFERENCES sales_contract (id), 
	CONSTRAINT fk_contract_version_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_contract_version_owner_id ON contract_version (owner_id);

CREATE INDEX ix_contract_version_contract_id ON contract_version (contract_id);

CREATE TABLE letter_of_credit (
	number VARCHAR(60) NOT NULL, 
	customer_id INTEGER NOT NULL, 
	contract_id INTEGER, 
	status VARCHAR(12) NOT NULL, 
	issuing_bank VARCHAR(200) NOT NULL, 
	advising_bank VARCHAR(200) NOT NULL, 
	confirming_bank VARCHAR(200) NOT NULL, 
	confirmed BOOLEAN NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	tolerance_over BIGINT NOT NULL, 
	tolerance_under BIGINT NOT NULL, 
	issued_on DATE, 
	expires_on DATE NOT NULL, 
	expiry_place VARCHAR(120) NOT NULL, 
	expiry_country VARCHAR(2) NOT NULL, 
	latest_shipment DATE, 
	presentation_days INTEGER, 
	tenor VARCHAR(8) NOT NULL, 
	tenor_days INTEGER NOT NULL, 
	tenor_basis VARCHAR(8) NOT NULL, 
	partial_allowed BOOLEAN NOT NULL, 
	transhipment_allowed BOOLEAN NOT NULL, 
	port_of_loading VARCHAR(120) NOT NULL, 
	port_of_discharge VARCHAR(120) NOT NULL, 
	beneficiary TEXT NOT NULL, 
	goods TEXT NOT NULL, 
	marks TEXT NOT NULL, 
	documents TEXT NOT NULL, 
	checked_on DATE, 
	remarks TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_letter_of_credit PRIMARY KEY (id), 
	CONSTRAINT uq_letter_of_credit_number UNIQUE (number), 
	CONSTRAINT fk_letter_of_credit_customer_id FOREIGN KEY(customer_id) REFERENCES party (id), 
	CONSTRAINT fk_letter_of_credit_contract_id FOREIGN KEY(contract_id) REFERENCES sales_contract (id), 
	CONSTRAINT fk_letter_of_credit_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_letter_of_credit_contract_id ON letter_of_credit (contract_id);

CREATE INDEX ix_letter_of_credit_owner_id ON letter_of_credit (owner_id);

CREATE INDEX ix_letter_of_credit_customer_id ON letter_of_credit (customer_id);

CREATE TABLE container (
	shipment_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	number VARCHAR(20) NOT NULL, 
	seal VARCHAR(30) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_container PRIMARY KEY (id), 
	CONSTRAINT uq_container_shipment_id_position UNIQUE (shipment_id, position), 
	CONSTRAINT fk_container_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_container_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_container_owner_id ON container (owner_id);

CREATE INDEX ix_container_shipment_id ON container (shipment_id);

CREATE TABLE freight_bill (
	number VARCHAR(60) NOT NULL, 
	shipment_id INTEGER NOT NULL, 
	forwarder_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	remarks TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_freight_bill PRIMARY KEY (id), 
	CONSTRAINT uq_freight_bill_forwarder_id_number UNIQUE (forwarder_id, number), 
	CONSTRAINT fk_freight_bill_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_freight_bill_forwarder_id FOREIGN KEY(forwarder_id) REFERENCES party (id), 
	CONSTRAINT fk_freight_bill_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_freight_bill_owner_id ON freight_bill (owner_id);

CREATE INDEX ix_freight_bill_forwarder_id ON freight_bill (forwarder_id);

CREATE INDEX ix_freight_bill_shipment_id ON freight_bill (shipment_id);

CREATE TABLE freight_inquiry (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	shipment_id INTEGER, 
	contract_id INTEGER, 
	mode VARCHAR(10) NOT NULL, 
	port_of_loading VARCHAR(120) NOT NULL, 
	port_of_discharge VARCHAR(120) NOT NULL, 
	place_of_delivery VARCHAR(120) NOT NULL, 
	incoterm VARCHAR(3) NOT NULL, 
	container_type VARCHAR(8) NOT NULL, 
	container_count INTEGER NOT NULL, 
	cargo TEXT NOT NULL, 
	hs_code VARCHAR(60) NOT NULL, 
	packages INTEGER NOT NULL, 
	gross_weight BIGINT NOT NULL, 
	volume BIGINT NOT NULL, 
	ready_on DATE, 
	target_etd DATE, 
	quote_by DATE, 
	dangerous BOOLEAN NOT NULL, 
	remarks TEXT NOT NULL, 
	chosen_quote_id INTEGER, 
	choice_reason VARCHAR(300) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_freight_inquiry PRIMARY KEY (id), 
	CONSTRAINT uq_freight_inquiry_number UNIQUE (number), 
	CONSTRAINT fk_freight_inquiry_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_freight_inquiry_contract_id FOREIGN KEY(contract_id) REFERENCES sales_contract (id), 
	CONSTRAINT fk_freight_inquiry_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_freight_inquiry_day ON freight_inquiry (day);

CREATE INDEX ix_freight_inquiry_shipment_id ON freight_inquiry (shipment_id);

CREATE INDEX ix_freight_inquiry_owner_id ON freight_inquiry (owner_id);

CREATE INDEX ix_freight_inquiry_status ON freight_inquiry (status);

CREATE INDEX ix_freight_inquiry_contract_id ON freight_inquiry (contract_id);

CREATE TABLE milestone (
	shipment_id INTEGER NOT NULL, 
	code VARCHAR(12) NOT NULL, 
	planned_on DATE, 
	revised_on DATE, 
	actual_on DATE, 
	remarks VARCHAR(300) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_milestone PRIMARY KEY (id), 
	CONSTRAINT uq_milestone_shipment_id_code UNIQUE (shipment_id, code), 
	CONSTRAINT fk_milestone_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_milestone_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_milestone_revised_on ON milestone (revised_on);

CREATE INDEX ix_milestone_shipment_id ON milestone (shipment_id);

CREATE INDEX ix_milestone_owner_id ON milestone (owner_id);

CREATE TABLE release (
	kind VARCHAR(10) NOT NULL, 
	shipment_id INTEGER, 
	contract_id INTEGER, 
	customer_id INTEGER NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	reason TEXT NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	exposure BIGINT, 
	"limit" BIGINT, 
	excess BIGINT, 
	maximum BIGINT NOT NULL, 
	maximum_currency VARCHAR(3) NOT NULL, 
	valid_until DATE NOT NULL, 
	consumed_on DATE, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_release PRIMARY KEY (id), 
	CONSTRAINT fk_release_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_release_contract_id FOREIGN KEY(contract_id) REFERENCES sales_contract (id), 
	CONSTRAINT fk_release_customer_id FOREIGN KEY(customer_id) REFERENCES party (id), 
	CONSTRAINT fk_release_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_release_contract_id ON release (contract_id);

CREATE INDEX ix_release_customer_id ON release (customer_id);

CREATE INDEX ix_release_owner_id ON release (owner_id);

CREATE INDEX ix_release_shipment_id ON release (shipment_id);

CREATE TABLE shipment_document (
	shipment_id INTEGER NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	originals INTEGER NOT NULL, 
	copies INTEGER NOT NULL, 
	issuer VARCHAR(120) NOT NULL, 
	responsible_id INTEGER, 
	due_on DATE, 
	status VARCHAR(12) NOT NULL, 
	number VARCHAR(60) NOT NULL, 
	issued_on DATE, 
	sent_on DATE, 
	wording TEXT NOT NULL, 
	of_credit BOOLEAN NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_shipment_document PRIMARY KEY (id), 
	CONSTRAINT fk_shipment_document_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_shipment_document_responsible_id FOREIGN KEY(responsible_id) REFERENCES person (id), 
	CONSTRAINT fk_shipment_document_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_shipment_document_shipment_id ON shipment_document (shipment_id);

CREATE INDEX ix_shipment_document_due_on ON shipment_document (due_on);

CREATE INDEX ix_shipment_document_owner_id ON shipment_document (owner_id);

CREATE TABLE approval_level (
	rule_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	role VARCHAR(40) NOT NULL, 
	person_id INTEGER, 
	mode VARCHAR(4) NOT NULL, 
	ceiling BIGINT, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_approval_level PRIMARY KEY (id), 
	CONSTRAINT uq_approval_level_rule_id_position UNIQUE (rule_id, position), 
	CONSTRAINT fk_approval_level_rule_id FOREIGN KEY(rule_id) REFERENCES approval_rule (id), 
	CONSTRAINT fk_approval_level_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_approval_level_rule_id ON approval_level (rule_id);

CREATE TABLE approval_decision (
	request_id INTEGER NOT NULL, 
	level INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	for_person_id INTEGER, 
	decision VARCHAR(12) NOT NULL, 
	reason TEXT NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_approval_decision PRIMARY KEY (id), 
	CONSTRAINT fk_approval_decision_request_id FOREIGN KEY(request_id) REFERENCES approval_request (id), 
	CONSTRAINT fk_approval_decision_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_approval_decision_for_person_id FOREIGN KEY(for_person_id) REFERENCES person (id)
);

CREATE INDEX ix_approval_decision_request_id ON approval_decision (request_id);

CREATE TABLE approval_turn (
	request_id INTEGER NOT NULL, 
	level INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	for_person_id INTEGER, 
	since VARCHAR(32) NOT NULL, 
	done BOOLEAN NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_approval_turn PRIMARY KEY (id), 
	CONSTRAINT uq_approval_turn_request_id_level_person_id UNIQUE (request_id, level, person_id), 
	CONSTRAINT fk_approval_turn_request_id FOREIGN KEY(request_id) REFERENCES approval_request (id), 
	CONSTRAINT fk_approval_turn_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_approval_turn_for_person_id FOREIGN KEY(for_person_id) REFERENCES person (id)
);

CREATE INDEX ix_approval_turn_request_id ON approval_turn (request_id);

CREATE INDEX ix_approval_turn_person_id ON approval_turn (person_id);

CREATE TABLE import_job_line (
	import_job_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	product_id INTEGER, 
	description TEXT NOT NULL, 
	quantity BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	weight BIGINT NOT NULL, 
	duty_rate BIGINT NOT NULL, 
	consumption_rate BIGINT NOT NULL, 
	vat_rate BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_import_job_line PRIMARY KEY (id), 
	CONSTRAINT uq_import_job_line_import_job_id_position UNIQUE (import_job_id, position), 
	CONSTRAINT fk_import_job_line_import_job_id FOREIGN KEY(import_job_id) REFERENCES import_job (id), 
	CONSTRAINT fk_import_job_line_product_id FOREIGN KEY(product_id) REFERENCES product (id), 
	CONSTRAINT fk_import_job_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_import_job_line_owner_id ON import_job_line (owner_id);

CREATE INDEX ix_import_job_line_import_job_id ON import_job_line (import_job_id);

CREATE INDEX ix_import_job_line_product_id ON import_job_line (product_id);

CREATE TABLE price_list_line (
	price_list_id INTEGER NOT NULL, 
	product_id INTEGER NOT NULL, 
	from_quantity BIGINT NOT NULL, 
	price BIGINT NOT NULL, 
	floor BIGINT, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_price_list_line PRIMARY KEY (id), 
	CONSTRAINT uq_price_list_line_price_list_id_product_id_from_quantity UNIQUE (price_list_id, product_id, from_quantity), 
	CONSTRAINT fk_price_list_line_price_list_id FOREIGN KEY(price_list_id) REFERENCES price_list (id), 
	CONSTRAINT fk_price_list_line_product_id FOREIGN KEY(product_id) REFERENCES product (id)
);

CREATE INDEX ix_price_list_line_product_id ON price_list_line (product_id);

CREATE INDEX ix_price_list_line_price_list_id ON price_list_line (price_list_id);

CREATE TABLE purchase_line (
	purchase_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	product_id INTEGER, 
	item_no VARCHAR(60) NOT NULL, 
	description_cn TEXT NOT NULL, 
	description_en TEXT NOT NULL, 
	specification TEXT NOT NULL, 
	hs_code VARCHAR(16) NOT NULL, 
	unit VARCHAR(20) NOT NULL, 
	quantity BIGINT NOT NULL, 
	price BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	vat_rate BIGINT NOT NULL, 
	rebate_rate BIGINT NOT NULL, 
	delivery_on DATE, 
	per_carton BIGINT, 
	invoiced BIGINT NOT NULL, 
	inspection VARCHAR(12) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_purchase_line PRIMARY KEY (id), 
	CONSTRAINT uq_purchase_line_purchase_id_position UNIQUE (purchase_id, position), 
	CONSTRAINT fk_purchase_line_purchase_id FOREIGN KEY(purchase_id) REFERENCES purchase_contract (id), 
	CONSTRAINT fk_purchase_line_product_id FOREIGN KEY(product_id) REFERENCES product (id), 
	CONSTRAINT fk_purchase_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_purchase_line_product_id ON purchase_line (product_id);

CREATE INDEX ix_purchase_line_purchase_id ON purchase_line (purchase_id);

CREATE INDEX ix_purchase_line_owner_id ON purchase_line (owner_id);

CREATE TABLE inquiry_line (
	inquiry_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	product_id INTEGER, 
	description_en TEXT NOT NULL, 
	quantity BIGINT, 
	unit VARCHAR(20) NOT NULL, 
	target_price BIGINT, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_inquiry_line PRIMARY KEY (id), 
	CONSTRAINT uq_inquiry_line_inquiry_id_position UNIQUE (inquiry_id, position), 
	CONSTRAINT fk_inquiry_line_inquiry_id FOREIGN KEY(inquiry_id) REFERENCES inquiry (id), 
	CONSTRAINT fk_inquiry_line_product_id FOREIGN KEY(product_id) REFERENCES product (id), 
	CONSTRAINT fk_inquiry_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_inquiry_line_inquiry_id ON inquiry_line (inquiry_id);

CREATE INDEX ix_inquiry_line_product_id ON inquiry_line (product_id);

CREATE INDEX ix_inquiry_line_owner_id ON inquiry_line (owner_id);

CREATE TABLE quotation (
	number VARCHAR(40) NOT NULL, 
	revision INTEGER NOT NULL, 
	current BOOLEAN NOT NULL, 
	day DATE NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	inquiry_id INTEGER, 
	freight BIGINT NOT NULL, 
	freight_currency VARCHAR(3) NOT NULL, 
	insurance_rate BIGINT NOT NULL, 
	insurance_markup BIGINT NOT NULL, 
	bank_fee_rate BIGINT NOT NULL, 
	domestic_cost BIGINT NOT NULL, 
	sent_on DATE, 
	answer VARCHAR(300) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	customer_id INTEGER NOT NULL, 
	contact_id INTEGER, 
	currency VARCHAR(3) NOT NULL, 
	rate BIGINT, 
	incoterm VARCHAR(3) NOT NULL, 
	incoterm_place VARCHAR(120) NOT NULL, 
	port_of_loading VARCHAR(120) NOT NULL, 
	port_of_discharge VARCHAR(120) NOT NULL, 
	terms VARCHAR(300) NOT NULL, 
	valid_until DATE, 
	lead_time VARCHAR(120) NOT NULL, 
	partial_allowed BOOLEAN NOT NULL, 
	transhipment_allowed BOOLEAN NOT NULL, 
	packing TEXT NOT NULL, 
	marks TEXT NOT NULL, 
	remarks TEXT NOT NULL, 
	clauses TEXT NOT NULL, 
	customer_po VARCHAR(60) NOT NULL, 
	signatory VARCHAR(120) NOT NULL, 
	bank_account_id INTEGER, 
	commission_rate BIGINT NOT NULL, 
	commission_hidden BOOLEAN NOT NULL, 
	total BIGINT NOT NULL, 
	CONSTRAINT pk_quotation PRIMARY KEY (id), 
	CONSTRAINT uq_quotation_number_revision UNIQUE (number, revision), 
	CONSTRAINT fk_quotation_inquiry_id FOREIGN KEY(inquiry_id) REFERENCES inquiry (id), 
	CONSTRAINT fk_quotation_owner_id FOREIGN KEY(owner_id) REFERENCES person (id), 
	CONSTRAINT fk_quotation_customer_id FOREIGN KEY(customer_id) REFERENCES party (id), 
	CONSTRAINT fk_quotation_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id), 
	CONSTRAINT fk_quotation_bank_account_id FOREIGN KEY(bank_account_id) REFERENCES account (id)
);

CREATE INDEX ix_quotation_status ON quotation (status);

CREATE INDEX ix_quotation_customer_id ON quotation (customer_id);

CREATE INDEX ix_quotation_owner_id ON quotation (owner_id);

CREATE INDEX ix_quotation_inquiry_id ON quotation (inquiry_id);

CREATE INDEX ix_quotation_day ON quotation (day, id);

CREATE INDEX ix_quotation_contact_id ON quotation (contact_id);

CREATE TABLE presentation (
	shipment_id INTEGER NOT NULL, 
	credit_id INTEGER, 
	amount BIGINT NOT NULL, 
	deadline DATE, 
	presented_on DATE, 
	accepted_on DATE, 
	matures_on DATE, 
	paid_on DATE, 
	status VARCHAR(12) NOT NULL, 
	discrepancies TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_presentation PRIMARY KEY (id), 
	CONSTRAINT fk_presentation_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT fk_presentation_credit_id FOREIGN KEY(credit_id) REFERENCES letter_of_credit (id), 
	CONSTRAINT fk_presentation_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_presentation_credit_id ON presentation (credit_id);

CREATE INDEX ix_presentation_owner_id ON presentation (owner_id);

CREATE INDEX ix_presentation_shipment_id ON presentation (shipment_id);

CREATE TABLE freight_invite (
	inquiry_id INTEGER NOT NULL, 
	forwarder_id INTEGER NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	sent_at VARCHAR(32), 
	declined BOOLEAN NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_freight_invite PRIMARY KEY (id), 
	CONSTRAINT uq_freight_invite_inquiry_id_forwarder_id UNIQUE (inquiry_id, forwarder_id), 
	CONSTRAINT fk_freight_invite_inquiry_id FOREIGN KEY(inquiry_id) REFERENCES freight_inquiry (id), 
	CONSTRAINT fk_freight_invite_forwarder_id FOREIGN KEY(forwarder_id) REFERENCES party (id), 
	CONSTRAINT fk_freight_invite_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_freight_invite_owner_id ON freight_invite (owner_id);

CREATE INDEX ix_freight_invite_inquiry_id ON freight_invite (inquiry_id);

CREATE INDEX ix_freight_invite_forwarder_id ON freight_invite (forwarder_id);

CREATE TABLE freight_quote (
	inquiry_id INTEGER NOT NULL, 
	forwarder_id INTEGER NOT NULL, 
	carrier VARCHAR(120) NOT NULL, 
	port_of_loading VARCHAR(120) NOT NULL, 
	port_of_discharge VARCHAR(120) NOT NULL, 
	container_type VARCHAR(8) NOT NULL, 
	container_count INTEGER NOT NULL, 
	valid_from DATE, 
	valid_until DATE, 
	etd DATE, 
	transit_days INTEGER, 
	free_days INTEGER, 
	received_at VARCHAR(32) NOT NULL, 
	withdrawn BOOLEAN NOT NULL, 
	remarks TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_freight_quote PRIMARY KEY (id), 
	CONSTRAINT fk_freight_quote_inquiry_id FOREIGN KEY(inquiry_id) REFERENCES freight_inquiry (id), 
	CONSTRAINT fk_freight_quote_forwarder_id FOREIGN KEY(forwarder_id) REFERENCES party (id), 
	CONSTRAINT fk_freight_quote_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_freight_quote_inquiry_id ON freight_quote (inquiry_id);

CREATE INDEX ix_freight_quote_owner_id ON freight_quote (owner_id);

CREATE INDEX ix_freight_quote_forwarder_id ON freight_quote (forwarder_id);

CREATE TABLE milestone_change (
	milestone_id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	person_id INTEGER NOT NULL, 
	field VARCHAR(12) NOT NULL, 
	old DATE, 
	new DATE, 
	reason VARCHAR(300) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_milestone_change PRIMARY KEY (id), 
	CONSTRAINT fk_milestone_change_milestone_id FOREIGN KEY(milestone_id) REFERENCES milestone (id), 
	CONSTRAINT fk_milestone_change_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_milestone_change_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_milestone_change_milestone_id ON milestone_change (milestone_id);

CREATE INDEX ix_milestone_change_owner_id ON milestone_change (owner_id);

CREATE TABLE freight_bill_line (
	bill_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	code VARCHAR(12) NOT NULL, 
	description VARCHAR(120) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	quoted BIGINT, 
	amount BIGINT NOT NULL, 
	rate BIGINT, 
	state VARCHAR(10) NOT NULL, 
	cost_line_id INTEGER, 
	reason VARCHAR(300) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_freight_bill_line PRIMARY KEY (id), 
	CONSTRAINT uq_freight_bill_line_bill_id_position UNIQUE (bill_id, position), 
	CONSTRAINT fk_freight_bill_line_bill_id FOREIGN KEY(bill_id) REFERENCES freight_bill (id), 
	CONSTRAINT fk_freight_bill_line_cost_line_id FOREIGN KEY(cost_line_id) REFERENCES cost_line (id), 
	CONSTRAINT fk_freight_bill_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_freight_bill_line_bill_id ON freight_bill_line (bill_id);

CREATE INDEX ix_freight_bill_line_owner_id ON freight_bill_line (owner_id);

CREATE TABLE quotation_line (
	quotation_id INTEGER NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
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
	floor BIGINT, 
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
	CONSTRAINT pk_quotation_line PRIMARY KEY (id), 
	CONSTRAINT uq_quotation_line_quotation_id_position UNIQUE (quotation_id, position), 
	CONSTRAINT fk_quotation_line_quotation_id FOREIGN KEY(quotation_id) REFERENCES quotation (id), 
	CONSTRAINT fk_quotation_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id), 
	CONSTRAINT fk_quotation_line_product_id FOREIGN KEY(product_id) REFERENCES product (id), 
	CONSTRAINT fk_quotation_line_supplier_id FOREIGN KEY(supplier_id) REFERENCES party (id)
);

CREATE INDEX ix_quotation_line_quotation_id ON quotation_line (quotation_id);

CREATE INDEX ix_quotation_line_product_id ON quotation_line (product_id);

CREATE INDEX ix_quotation_line_supplier_id ON quotation_line (supplier_id);

CREATE INDEX ix_quotation_line_owner_id ON quotation_line (owner_id);

CREATE TABLE proforma (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	quotation_id INTEGER, 
	contract_id INTEGER, 
	is_contract BOOLEAN NOT NULL, 
	latest_shipment DATE, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	customer_id INTEGER NOT NULL, 
	contact_id INTEGER, 
	currency VARCHAR(3) NOT NULL, 
	rate BIGINT, 
	incoterm VARCHAR(3) NOT NULL, 
	incoterm_place VARCHAR(120) NOT NULL, 
	port_of_loading VARCHAR(120) NOT NULL, 
	port_of_discharge VARCHAR(120) NOT NULL, 
	terms VARCHAR(300) NOT NULL, 
	valid_until DATE, 
	lead_time VARCHAR(120) NOT NULL, 
	partial_allowed BOOLEAN NOT NULL, 
	transhipment_allowed BOOLEAN NOT NULL, 
	packing TEXT NOT NULL, 
	marks TEXT NOT NULL, 
	remarks TEXT NOT NULL, 
	clauses TEXT NOT NULL, 
	customer_po VARCHAR(60) NOT NULL, 
	signatory VARCHAR(120) NOT NULL, 
	bank_account_id INTEGER, 
	commission_rate BIGINT NOT NULL, 
	commission_hidden BOOLEAN NOT NULL, 
	total BIGINT NOT NULL, 
	CONSTRAINT pk_proforma PRIMARY KEY (id), 
	CONSTRAINT uq_proforma_number UNIQUE (number), 
	CONSTRAINT fk_proforma_quotation_id FOREIGN KEY(quotation_id) REFERENCES quotation (id), 
	CONSTRAINT fk_proforma_contract_id FOREIGN KEY(contract_id) REFERENCES sales_contract (id), 
	CONSTRAINT fk_proforma_owner_id FOREIGN KEY(owner_id) REFERENCES person (id), 
	CONSTRAINT fk_proforma_customer_id FOREIGN KEY(customer_id) REFERENCES party (id), 
	CONSTRAINT fk_proforma_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id), 
	CONSTRAINT fk_proforma_bank_account_id FOREIGN KEY(bank_account_id) REFERENCES account (id)
);

CREATE INDEX ix_proforma_contact_id ON proforma (contact_id);

CREATE INDEX ix_proforma_quotation_id ON proforma (quotation_id);

CREATE INDEX ix_proforma_contract_id ON proforma (contract_id);

CREATE INDEX ix_proforma_status ON proforma (status);

CREATE INDEX ix_proforma_day ON proforma (day);

CREATE INDEX ix_proforma_owner_id ON proforma (owner_id);

CREATE INDEX ix_proforma_customer_id ON proforma (customer_id);

CREATE TABLE purchase_link (
	purchase_line_id INTEGER NOT NULL, 
	contract_line_id INTEGER NOT NULL, 
	quantity BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_purchase_link PRIMARY KEY (id), 
	CONSTRAINT uq_purchase_link_purchase_line_id_contract_line_id UNIQUE (purchase_line_id, contract_line_id), 
	CONSTRAINT fk_purchase_link_purchase_line_id FOREIGN KEY(purchase_line_id) REFERENCES purchase_line (id), 
	CONSTRAINT fk_purchase_link_contract_line_id FOREIGN KEY(contract_line_id) REFERENCES contract_line (id), 
	CONSTRAINT fk_purchase_link_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_purchase_link_contract_line_id ON purchase_link (contract_line_id);

CREATE INDEX ix_purchase_link_owner_id ON purchase_link (owner_id);

CREATE INDEX ix_purchase_link_purchase_line_id ON purchase_link (purchase_line_id);

CREATE TABLE goods_receipt (
	purchase_line_id INTEGER NOT NULL, 
	shipment_line_id INTEGER, 
	day DATE NOT NULL, 
	quantity BIGINT NOT NULL, 
	value BIGINT NOT NULL, 
	remarks VARCHAR(300) NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_goods_receipt PRIMARY KEY (id), 
	CONSTRAINT fk_goods_receipt_purchase_line_id FOREIGN KEY(purchase_line_id) REFERENCES purchase_line (id), 
	CONSTRAINT fk_goods_receipt_shipment_line_id FOREIGN KEY(shipment_line_id) REFERENCES shipment_line (id), 
	CONSTRAINT fk_goods_receipt_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_goods_receipt_shipment_line_id ON goods_receipt (shipment_line_id);

CREATE INDEX ix_goods_receipt_purchase_line_id ON goods_receipt (purchase_line_id);

CREATE INDEX ix_goods_receipt_owner_id ON goods_receipt (owner_id);

CREATE TABLE freight_charge (
	quote_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	code VARCHAR(12) NOT NULL, 
	unit VARCHAR(12) NOT NULL, 
	quantity BIGINT NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	price BIGINT NOT NULL, 
	description VARCHAR(120) NOT NULL, 
	cost_line_id INTEGER, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_freight_charge PRIMARY KEY (id), 
	CONSTRAINT uq_freight_charge_quote_id_position UNIQUE (quote_id, position), 
	CONSTRAINT fk_freight_charge_quote_id FOREIGN KEY(quote_id) REFERENCES freight_quote (id), 
	CONSTRAINT fk_freight_charge_cost_line_id FOREIGN KEY(cost_line_id) REFERENCES cost_line (id), 
	CONSTRAINT fk_freight_charge_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_freight_charge_quote_id ON freight_charge (quote_id);

CREATE INDEX ix_freight_charge_owner_id ON freight_charge (owner_id);

CREATE TABLE proforma_line (
	proforma_id INTEGER NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
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
	floor BIGINT, 
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
	CONSTRAINT pk_proforma_line PRIMARY KEY (id), 
	CONSTRAINT uq_proforma_line_proforma_id_position UNIQUE (proforma_id, position), 
	CONSTRAINT fk_proforma_line_proforma_id FOREIGN KEY(proforma_id) REFERENCES proforma (id), 
	CONSTRAINT fk_proforma_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id), 
	CONSTRAINT fk_proforma_line_product_id FOREIGN KEY(product_id) REFERENCES product (id), 
	CONSTRAINT fk_proforma_line_supplier_id FOREIGN KEY(supplier_id) REFERENCES party (id)
);

CREATE INDEX ix_proforma_line_proforma_id ON proforma_line (proforma_id);

CREATE INDEX ix_proforma_line_supplier_id ON proforma_line (supplier_id);

CREATE INDEX ix_proforma_line_owner_id ON proforma_line (owner_id);

CREATE INDEX ix_proforma_line_product_id ON proforma_line (product_id);

