-- Extensions, apart from the language that every database has.
SELECT '' AS schema, '' AS parent, e.extname AS name, n.nspname AS in_schema, e.extversion AS version,
       obj_description(e.oid, 'pg_extension') AS comment
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
