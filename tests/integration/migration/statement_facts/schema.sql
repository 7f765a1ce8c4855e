-- A small shop with rows in it; what each statement of statements.toml meets.
CREATE TYPE rating AS ENUM ('low', 'high');
CREATE DOMAIN count_of AS int;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE customer (id int PRIMARY KEY, name varchar(20) NOT NULL, number int);
INSERT INTO customer SELECT g, 'n' || g, g FROM generate_series(1, 2000) g;
CREATE TABLE purchase (
    id int PRIMARY KEY, customer_id int, amount int, note varchar(20), token text, price numeric(10, 2),
    bought timestamp, rated rating, pieces count_of, remark text
);
INSERT INTO purchase
SELECT g, g, g, 'x', 'y' || g, g, now(), 'low', g, repeat('z', 10) FROM generate_series(1, 2000) g;
CREATE INDEX purchase_amount ON purchase (amount);
CREATE INDEX purchase_note ON purchase (note);
CREATE UNIQUE INDEX purchase_token ON purchase (token);
CREATE TABLE visit (id int PRIMARY KEY, customer_id int REFERENCES customer);
INSERT INTO visit SELECT g, g FROM generate_series(1, 2000) g;
ALTER TABLE purchase ADD CONSTRAINT amount_unchecked CHECK (amount > 0) NOT VALID;
ALTER TABLE purchase ADD CONSTRAINT customer_unchecked FOREIGN KEY (customer_id) REFERENCES customer NOT VALID;
ALTER TABLE purchase ADD CONSTRAINT price_given CHECK (price IS NOT NULL);
CREATE TABLE log (id int NOT NULL, day int NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE log_old PARTITION OF log FOR VALUES FROM (0) TO (100);
CREATE TABLE loose (id int NOT NULL, day int NOT NULL);
INSERT INTO loose SELECT g, 150 FROM generate_series(1, 2000) g;
CREATE VIEW amounts AS SELECT id, amount FROM purchase;
CREATE MATERIALIZED VIEW kept AS SELECT id FROM purchase;
CREATE UNIQUE INDEX kept_id ON kept (id);
CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE SEQUENCE numbers;
CREATE TABLE empty (id int PRIMARY KEY, label varchar(20));
CREATE TABLE meter (id int NOT NULL, day int NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE meter_old PARTITION OF meter FOR VALUES FROM (0) TO (100);
CREATE TABLE meter_rest PARTITION OF meter DEFAULT;
CREATE TABLE reading (id int PRIMARY KEY, meter_id int, meter_day int);
CREATE TABLE vehicle (id int PRIMARY KEY, wheels int);
CREATE TABLE lorry (load int) INHERITS (vehicle);
CREATE UNLOGGED TABLE cache (id int PRIMARY KEY);
CREATE TABLE indexed (id int);
CREATE UNIQUE INDEX indexed_id ON indexed (id);
INSERT INTO indexed SELECT g FROM generate_series(1, 100) g;
INSERT INTO meter SELECT g, g FROM generate_series(0, 199) g;
INSERT INTO vehicle SELECT g, 4 FROM generate_series(1, 100) g;
INSERT INTO lorry SELECT g, 4, 5 FROM generate_series(101, 200) g;
INSERT INTO cache SELECT g FROM generate_series(1, 100) g;
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
ANALYZE;
