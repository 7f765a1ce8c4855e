-- Aggregates; the name holds the types of the arguments, which are a part of it.
-- unless empty: pg_proc WHERE prokind = 'a' AND oid >= 16384
SELECT n.nspname AS schema, '' AS parent,
       p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name,
       'CREATE AGGREGATE ' || quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '('
         || coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*') || ') (' || concat_ws(', ',
           'SFUNC = ' || a.aggtransfn::regproc, 'STYPE = ' || format_type(a.aggtranstype, NULL),
           'SSPACE = ' || nullif(a.aggtransspace, 0),
           'FINALFUNC = ' || nullif(a.aggfinalfn, 0)::regproc,
           CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
           CASE WHEN a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char"
             THEN 'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify
               WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
           'COMBINEFUNC = ' || nullif(a.aggcombinefn, 0)::regproc,
           'SERIALFUNC = ' || nullif(a.aggserialfn, 0)::regproc,
           'DESERIALFUNC = ' || nullif(a.aggdeserialfn, 0)::regproc,
           'INITCOND = ' || quote_literal(a.agginitval),
           'MSFUNC = ' || nullif(a.aggmtransfn, 0)::regproc,
           'MINVFUNC = ' || nullif(a.aggminvtransfn, 0)::regproc,
           'MSTYPE = ' || format_type(nullif(a.aggmtranstype, 0), NULL),
           'MFINALFUNC = ' || nullif(a.aggmfinalfn, 0)::regproc,
           'MINITCOND = ' || quote_literal(a.aggminitval),
           'SORTOP = ' || 'OPERATOR(' || (
             SELECT quote_ident(sn.nspname) || '.' || o.oprname FROM pg_operator o
             JOIN pg_namespace sn ON sn.oid = o.oprnamespace WHERE o.oid = a.aggsortop) || ')',
           'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END,
           CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END)
         || ')' AS definition,
       obj_description(p.oid, 'pg_proc') AS comment
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
