-- Extensions, apart from the language that every database has. Their comments come with them: CREATE EXTENSION makes
-- them, and only the owner, often an administrator, may change them.
SELECT '' AS schema, '' AS parent, e.extname AS name, n.nspname AS in_schema, e.extversion AS version
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
