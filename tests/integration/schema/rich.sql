-- One of everything, with names that need care. Runs on PostgreSQL 12 and newer.
CREATE SCHEMA shop;
COMMENT ON SCHEMA shop IS 'what is sold';
CREATE SCHEMA "odd %s ""names""";
CREATE EXTENSION hstore WITH SCHEMA shop;

CREATE TYPE shop.mood AS ENUM ('sad', 'ok', 'it''s %fine');
COMMENT ON TYPE shop.mood IS 'a feeling';
CREATE TYPE shop.size AS (width integer, label text COLLATE "C");
COMMENT ON COLUMN shop.size.width IS 'in mm';
CREATE DOMAIN shop.email AS varchar(80) DEFAULT 'a@b' NOT NULL
  CONSTRAINT has_at CHECK (VALUE LIKE '%@%') CONSTRAINT short CHECK (length(VALUE) < 70);
CREATE DOMAIN shop.moods AS shop.mood[];
CREATE TYPE shop.span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE COLLATION shop.posix (LOCALE = 'POSIX');
CREATE SEQUENCE shop.ticket AS integer START 10 INCREMENT 5 MINVALUE 5 MAXVALUE 1000 CACHE 2 CYCLE;

CREATE FUNCTION shop.total(amount integer, price numeric DEFAULT 1.5) RETURNS numeric
  LANGUAGE sql IMMUTABLE AS 'SELECT amount * price';
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION shop.noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE shop.tidy(IN days integer) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE shop.sum_all(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');

CREATE TABLE shop.customer (
  id serial PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  mail shop.email,
  feelings shop.mood[] DEFAULT '{ok}',
  feeling shop.mood DEFAULT 'ok'::shop.mood NOT NULL,
  box shop.size,
  tags shop.hstore,
  born date DEFAULT '2020-02-29',
  note varchar(20) DEFAULT 'none',
  CONSTRAINT customer_name_key UNIQUE (name) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT born_late CHECK (born > '1900-01-01')
) WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false);
COMMENT ON TABLE shop.customer IS 'who buys';
COMMENT ON COLUMN shop.customer.name IS 'as on the card';
COMMENT ON CONSTRAINT born_late ON shop.customer IS 'nobody is that old';
ALTER TABLE shop.customer ALTER COLUMN note SET STORAGE EXTERNAL, ALTER COLUMN note SET STATISTICS 50,
  ALTER COLUMN born SET (n_distinct = 7);

CREATE TABLE shop.orders (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100) PRIMARY KEY,
  customer_id integer NOT NULL,
  amount integer NOT NULL DEFAULT 1,
  price numeric(10,2) NOT NULL,
  due numeric GENERATED ALWAYS AS (amount * price) STORED,
  during tstzrange,
  CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES shop.customer (id)
    ON UPDATE CASCADE ON DELETE SET NULL,
  CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&)
);
CREATE INDEX orders_price_idx ON shop.orders (price DESC NULLS LAST, lower(amount::text)) INCLUDE (customer_id)
  WITH (fillfactor = 90) WHERE amount > 3;
COMMENT ON INDEX shop.orders_price_idx IS 'for the list';
CREATE UNIQUE INDEX orders_due_idx ON shop.orders (due);
ALTER TABLE shop.orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;
ALTER TABLE shop.orders CLUSTER ON orders_due_idx;
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON shop.orders AS RESTRICTIVE FOR UPDATE USING (amount > 1) WITH CHECK (amount > 2);
COMMENT ON POLICY mine ON shop.orders IS 'keep out';
CREATE TRIGGER touched BEFORE INSERT OR UPDATE OF amount ON shop.orders
  FOR EACH ROW WHEN (NEW.amount > 0) EXECUTE FUNCTION shop.touch();
COMMENT ON TRIGGER touched ON shop.orders IS 'before anything';
CREATE RULE kept AS ON DELETE TO shop.orders WHERE OLD.amount > 5 DO INSTEAD NOTHING;
CREATE STATISTICS shop.orders_stat (ndistinct) ON customer_id, amount FROM shop.orders;
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION shop.noted();
ALTER EVENT TRIGGER watch DISABLE;

CREATE VIEW shop.rich AS SELECT name, price FROM shop.customer JOIN shop.orders ON customer.id = customer_id;
CREATE VIEW shop.richest WITH (security_barrier) AS SELECT name FROM shop.rich WHERE price > 100;
COMMENT ON VIEW shop.richest IS 'few';
COMMENT ON COLUMN shop.richest.name IS 'their name';
CREATE MATERIALIZED VIEW shop.sums AS SELECT customer_id, sum(amount) AS n FROM shop.orders GROUP BY 1 WITH NO DATA;
CREATE UNIQUE INDEX sums_idx ON shop.sums (customer_id);

CREATE TABLE shop.log (at timestamp NOT NULL, code integer) PARTITION BY RANGE (at);
CREATE TABLE shop.log_2020 PARTITION OF shop.log FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
ALTER TABLE shop.log ADD CONSTRAINT log_pkey PRIMARY KEY (at);
CREATE INDEX log_code_idx ON shop.log (code);
CREATE TRIGGER log_touched AFTER INSERT ON shop.log FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE TABLE shop.log_note (at timestamp REFERENCES shop.log (at));

CREATE TABLE base (a integer CHECK (a > 0));
CREATE UNLOGGED TABLE derived (b integer) INHERITS (base);
CREATE TABLE typed OF shop.size;

CREATE TABLE "odd %s ""names"""."Käse ""x"" 100%" (
  "Größe %s" integer,
  "select" text,
  "abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz_123456789" integer DEFAULT 5
);
CREATE INDEX "an ""odd"" one" ON "odd %s ""names"""."Käse ""x"" 100%" ("Größe %s");
