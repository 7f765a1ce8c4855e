-- Range types, each with the multirange type that comes with it where the server knows such types.
-- unless empty: pg_range WHERE rngtypid >= 16384
SELECT n.nspname AS schema, '' AS parent, t.typname AS name,
       'CREATE TYPE ' || quote_ident(n.nspname) || '.' || quote_ident(t.typname) || ' AS RANGE (' || concat_ws(', ',
         'SUBTYPE = ' || format_type(r.rngsubtype, NULL),
         CASE WHEN NOT oc.opcdefault
           THEN 'SUBTYPE_OPCLASS = ' || quote_ident(ocn.nspname) || '.' || quote_ident(oc.opcname) END,
         CASE WHEN r.rngcollation <> st.typcollation
           THEN 'COLLATION = ' || quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END,
         'CANONICAL = ' || nullif(r.rngcanonical::oid, 0)::regproc,
         'SUBTYPE_DIFF = ' || nullif(r.rngsubdiff::oid, 0)::regproc,
         'MULTIRANGE_TYPE_NAME = ' || format_type((to_jsonb(r)->>'rngmultitypid')::oid, NULL))
         || ')' AS definition,
       format_type(r.rngsubtype, NULL) AS subtype, obj_description(t.oid, 'pg_type') AS comment
FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_type st ON st.oid = r.rngsubtype
JOIN pg_opclass oc ON oc.oid = r.rngsubopc JOIN pg_namespace ocn ON ocn.oid = oc.opcnamespace
LEFT JOIN pg_collation co ON co.oid = r.rngcollation LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
