CREATE TABLE account_hold (
	account_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	expected_on DATE, 
	released_on DATE, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_account_hold PRIMARY KEY (id), 
	CONSTRAINT fk_account_hold_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_account_hold_account_id ON account_hold (account_id);

CREATE TABLE goods_return (
	number VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	shipment_id INTEGER NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	fate VARCHAR(10) NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	received_on DATE, 
	note_id INTEGER, 
	posting_id INTEGER, 
	repaid_on DATE, 
	repay_posting_id INTEGER, 
	remarks TEXT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_goods_return PRIMARY KEY (id), 
	CONSTRAINT uq_goods_return_number UNIQUE (number), 
	CONSTRAINT fk_goods_return_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipment (id), 
	CONSTRAINT uq_goods_return_note_id UNIQUE (note_id), 
	CONSTRAINT fk_goods_return_note_id FOREIGN KEY(note_id) REFERENCES note (id), 
	CONSTRAINT fk_goods_return_posting_id FOREIGN KEY(posting_id) REFERENCES posting (id), 
	CONSTRAINT fk_goods_return_repay_posting_id FOREIGN KEY(repay_posting_id) REFERENCES posting (id), 
	CONSTRAINT fk_goods_return_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_goods_return_day ON goods_return (day);

CREATE INDEX ix_goods_return_owner_id ON goods_return (owner_id);

CREATE INDEX ix_goods_return_shipment_id ON goods_return (shipment_id);

CREATE INDEX ix_goods_return_status ON goods_return (status);

CREATE TABLE goods_return_line (
	return_id INTEGER NOT NULL, 
	shipment_line_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	quantity BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	cost BIGINT NOT NULL, 
	rebate BIGINT NOT NULL, 
	claimed BIGINT NOT NULL, 
	owed BIGINT NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_goods_return_line PRIMARY KEY (id), 
	CONSTRAINT uq_goods_return_line_return_id_position UNIQUE (return_id, position), 
	CONSTRAINT fk_goods_return_line_return_id FOREIGN KEY(return_id) REFERENCES goods_return (id), 
	CONSTRAINT fk_goods_return_line_shipment_line_id FOREIGN KEY(shipment_line_id) REFERENCES shipment_line (id), 
	CONSTRAINT fk_goods_return_line_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_goods_return_line_return_id ON goods_return_line (return_id);

CREATE INDEX ix_goods_return_line_owner_id ON goods_return_line (owner_id);

CREATE INDEX ix_goods_return_line_shipment_line_id ON goods_return_line (shipment_line_id);

CREATE TABLE goods_return_note (
	return_id INTEGER NOT NULL, 
	note_id INTEGER NOT NULL, 
	owner_id INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	CONSTRAINT pk_goods_return_note PRIMARY KEY (id), 
	CONSTRAINT fk_goods_return_note_return_id FOREIGN KEY(return_id) REFERENCES goods_return (id), 
	CONSTRAINT uq_goods_return_note_note_id UNIQUE (note_id), 
	CONSTRAINT fk_goods_return_note_note_id FOREIGN KEY(note_id) REFERENCES note (id), 
	CONSTRAINT fk_goods_return_note_owner_id FOREIGN KEY(owner_id) REFERENCES person (id)
);

CREATE INDEX ix_goods_return_note_owner_id ON goods_return_note (owner_id);

CREATE INDEX ix_goods_return_note_return_id ON goods_return_note (return_id);

