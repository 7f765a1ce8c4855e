-- Extensions, apart from the language that every database has. The comment that CREATE EXTENSION makes is none of the
-- project's: only the owner, often an administrator, may change it.
-- unless empty: pg_extension WHERE extname <> 'plpgsql'
SELECT '' AS schema, '' AS parent, e.extname AS name, n.nspname AS in_schema, e.extversion AS version,
       nullif(obj_description(e.oid, 'pg_extension'),
              (SELECT a.comment FROM pg_available_extensions a WHERE a.name = e.extname)) AS comment
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
