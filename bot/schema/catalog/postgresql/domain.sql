-- Domains with their checks.
-- unless empty: pg_type WHERE typtype = 'd' AND oid >= 16384
SELECT n.nspname AS schema, '' AS parent, t.typname AS name,
       format_type(t.typbasetype, t.typtypmod) AS base, t.typnotnull AS not_null,
       -- typdefault is what somebody typed, and means what their search path made of it.
       coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) AS default,
       CASE WHEN t.typcollation <> b.typcollation THEN CASE cn.nspname WHEN 'pg_catalog' THEN '' ELSE
         quote_ident(cn.nspname) || '.' END || quote_ident(c.collname) END AS collation,
       coalesce((
         SELECT json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid),
           'validated', k.convalidated) ORDER BY k.conname)
         FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '[]'::json) AS constraints,
       obj_description(t.oid, 'pg_type') AS comment
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_collation c ON c.oid = t.typcollation LEFT JOIN pg_namespace cn ON cn.oid = c.collnamespace
WHERE t.typtype = 'd' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
