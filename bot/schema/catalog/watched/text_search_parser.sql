-- Text search parsers: only superusers make them.
-- unless empty: pg_ts_parser WHERE oid >= 16384
SELECT n.nspname AS schema, '' AS parent, p.prsname AS name,
       'CREATE TEXT SEARCH PARSER ' || quote_ident(n.nspname) || '.' || quote_ident(p.prsname) || ' ('
         || concat_ws(', ', 'START = ' || p.prsstart, 'GETTOKEN = ' || p.prstoken, 'END = ' || p.prsend,
           'LEXTYPES = ' || p.prslextype, 'HEADLINE = ' || nullif(p.prsheadline, 0)::regproc) || ')' AS definition,
       'TEXT SEARCH PARSER ' || quote_ident(n.nspname) || '.' || quote_ident(p.prsname) AS target,
       obj_description(p.oid, 'pg_ts_parser') AS comment
FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace
WHERE p.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_ts_parser'::regclass AND d.objid = p.oid AND d.deptype = 'e')
