-- Classes of operators; their members are in `operator_family`. Only superusers make them.
-- unless empty: pg_opclass WHERE oid >= 16384
SELECT n.nspname AS schema, '' AS parent, c.opcname || ' using ' || a.amname AS name,
       format_type(c.opcintype, NULL) AS for_type, c.opcdefault AS is_default, fn.nspname AS family_schema,
       f.opfname AS family, format_type(nullif(c.opckeytype, 0), NULL) AS storage,
       'OPERATOR CLASS ' || quote_ident(n.nspname) || '.' || quote_ident(c.opcname) || ' USING ' || quote_ident(a.amname)
         AS target,
       obj_description(c.oid, 'pg_opclass') AS comment
FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am a ON a.oid = c.opcmethod
JOIN pg_opfamily f ON f.oid = c.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace
WHERE c.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_opclass'::regclass AND d.objid = c.oid AND d.deptype = 'e')
