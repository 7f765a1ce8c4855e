"""Look-alikes: whatever the server's own catalog has, once more in a schema of the project's, with a mark.

In: the address of a database, as the project's role. Out: that schema stands first on every path that the project can
set, and whoever runs a function, goes by an operator or reads a table of it fails with the mark.
"""

from contextlib import closing
from dataclasses import replace

from bot.database.addresses import Address

MARK = "a look-alike ran"
_BODY = f"LANGUAGE plpgsql AS $body$ BEGIN RAISE EXCEPTION ''{MARK}''; END $body$"
_EACH = """
DO $do$
DECLARE statement text;
BEGIN
  FOR statement IN {query} LOOP
    BEGIN EXECUTE statement; EXCEPTION WHEN OTHERS THEN NULL; END;
  END LOOP;
END $do$
"""
_FUNCTIONS = f"""
SELECT format('CREATE FUNCTION {{schema}}.%I(%s) RETURNS %s {_BODY}', proname, oidvectortypes(proargtypes),
              CASE WHEN proretset THEN 'SETOF ' ELSE '' END || format_type(prorettype, NULL))
FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND provariadic = 0
  AND NOT 'internal'::regtype = ANY (proargtypes::oid[]) AND proname !~ '^(RI_|.*(in|out|send|recv)$)'
"""
# What fits better than the system's own where types are not quite the same: of that kind was CVE-2018-1058.
_BETTER = f"""
SELECT format('CREATE FUNCTION {{schema}}.%I(%s) RETURNS %s {_BODY}', name, arguments, result) FROM (VALUES
  ('unnest', 'int2[]', 'SETOF int2'), ('unnest', 'oid[]', 'SETOF oid'), ('unnest', 'text[]', 'SETOF text'),
  ('format', 'text, name', 'text'), ('format', 'text, name, name', 'text'), ('quote_ident', 'name', 'text'),
  ('replace', 'text, name, text', 'text'), ('starts_with', 'name, text', 'bool'), ('count', 'name', 'bigint'),
  ('array_agg', 'name', 'name[]'), ('json_build_array', 'name, name', 'json'), ('obj_description', 'oid, text', 'text'),
  ('left', 'text, int', 'text'), ('pg_terminate_backend', 'int', 'bool'), ('setval', 'regclass, int', 'bigint'),
  ('string_agg', 'name, text', 'text'), ('coalesce', 'name, text', 'text'), ('to_jsonb', 'pg_class', 'jsonb')
) better (name, arguments, result)
"""
_OPERATORS = """
SELECT format('CREATE OPERATOR {schema}.%s (FUNCTION = {schema}.%I, LEFTARG = %s, RIGHTARG = %s)', o.oprname, p.proname,
              format_type(o.oprleft, NULL), format_type(o.oprright, NULL))
FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode WHERE o.oprleft <> 0
"""
_MIXED = f"""
SELECT made.words FROM (VALUES
  ('name', 'text'), ('text', 'name'), ('"char"', 'text'), ('oid', 'int4'), ('int2', 'int8'), ('name', 'unknown'),
  ('oid', 'int8'), ('name', 'varchar')) mixed (one, other)
CROSS JOIN (VALUES ('='), ('<>'), ('<'), ('>='), ('~'), ('!~'), ('||'), ('~~'), ('!~~')) symbols (symbol)
CROSS JOIN LATERAL (VALUES
  (1, format('CREATE FUNCTION {{schema}}.mixed(%s, %s) RETURNS bool {_BODY}', one, other)),
  (2, format('CREATE OPERATOR {{schema}}.%s (FUNCTION = {{schema}}.mixed, LEFTARG = %s, RIGHTARG = %s)',
             symbol, one, other))
) made (place, words) ORDER BY place
"""
_TYPES = """
SELECT format('CREATE DOMAIN {schema}.%I AS pg_catalog.text CHECK (VALUE = ''never'')', typname)
FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'p') AND typname !~ '^_'
"""
_TABLES = f"""
SELECT format('CREATE VIEW {{schema}}.%I AS SELECT {{schema}}.trap() AS trap, %s FROM pg_catalog.%I', c.relname,
              (SELECT string_agg(format('%I', attname), ', ') FROM pg_attribute
               WHERE attrelid = c.oid AND attnum > 0 AND atttypid <> 'anyarray'::regtype), c.relname)
FROM pg_class c WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind IN ('r', 'v')
UNION ALL SELECT 'CREATE FUNCTION {{schema}}.trap() RETURNS int {_BODY}' ORDER BY 1
"""
_PATH = "ALTER DATABASE {database} SET search_path = {schema}, pg_catalog"


def plant(address: Address, schema: str = "public") -> None:
    """Make them, and let the database's path begin with them."""
    # Whoever plants them must not meet them.
    with closing(replace(address, trusted=True).connect()) as connection, connection.cursor() as cursor:
        for query in (_FUNCTIONS, _BETTER, _OPERATORS, _MIXED, _TABLES, _TYPES):
            text = query.replace("{{", "{").replace("}}", "}").replace("{schema}", schema)
            cursor.execute(_EACH.replace("{query}", text))
        cursor.execute(_PATH.format(database=address.dbname, schema=schema))
