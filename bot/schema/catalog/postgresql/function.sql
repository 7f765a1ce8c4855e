-- Functions and procedures; the name holds the types of the arguments, which are a part of it.
-- unless empty: pg_proc WHERE oid >= 16384
SELECT n.nspname AS schema, '' AS parent,
       p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name,
       pg_get_functiondef(p.oid) AS definition, p.prokind AS kind, obj_description(p.oid, 'pg_proc') AS comment
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p', 'w') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
