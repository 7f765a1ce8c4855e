-- Operators that somebody made; the name holds the types of the operands, which are a part of it.
-- unless empty: pg_operator WHERE oid >= 16384
SELECT n.nspname AS schema, '' AS parent,
       o.oprname || '(' || format_type(nullif(o.oprleft, 0), NULL) || ', ' || format_type(o.oprright, NULL) || ')' AS name,
       'CREATE OPERATOR ' || quote_ident(n.nspname) || '.' || o.oprname || ' (' || concat_ws(', ',
         'FUNCTION = ' || o.oprcode::regproc,
         'LEFTARG = ' || format_type(nullif(o.oprleft, 0), NULL), 'RIGHTARG = ' || format_type(o.oprright, NULL),
         'COMMUTATOR = OPERATOR(' || nullif(o.oprcom, 0)::regoper || ')',
         'NEGATOR = OPERATOR(' || nullif(o.oprnegate, 0)::regoper || ')',
         'RESTRICT = ' || nullif(o.oprrest, 0)::regproc, 'JOIN = ' || nullif(o.oprjoin, 0)::regproc,
         CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END) || ')' AS definition,
       'OPERATOR ' || (pg_identify_object('pg_operator'::regclass, o.oid, 0)).identity AS target,
       obj_description(o.oid, 'pg_operator') AS comment
FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oid >= 16384 AND o.oprcode <> 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_operator'::regclass AND d.objid = o.oid AND d.deptype = 'e')
