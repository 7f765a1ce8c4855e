-- Collations that somebody made. Which columns hold the locale of an ICU one depends on the server's age.
-- unless empty: pg_collation WHERE oid >= 16384
SELECT n.nspname AS schema, '' AS parent, c.collname AS name,
       'CREATE COLLATION ' || quote_ident(n.nspname) || '.' || quote_ident(c.collname) || ' (PROVIDER = '
         || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END
         || CASE WHEN c.collprovider = 'c'
              THEN ', LC_COLLATE = ' || quote_literal(c.collcollate) || ', LC_CTYPE = ' || quote_literal(c.collctype)
              ELSE ', LOCALE = ' || quote_literal(coalesce(
                r.fields->>'colllocale', r.fields->>'colliculocale', c.collcollate::text)) END
         || coalesce(', RULES = ' || quote_literal(r.fields->>'collicurules'), '')
         || CASE WHEN c.collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END || ')' AS definition,
       obj_description(c.oid, 'pg_collation') AS comment
FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
CROSS JOIN LATERAL (SELECT to_jsonb(c) AS fields) r
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_collation'::regclass AND d.objid = c.oid AND d.deptype = 'e')
