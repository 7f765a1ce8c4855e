-- Text search configurations; `more` are the statements that follow the one that makes it.
-- unless empty: pg_ts_config WHERE oid >= 16384
SELECT n.nspname AS schema, '' AS parent, c.cfgname AS name,
       'CREATE TEXT SEARCH CONFIGURATION ' || i.identity || ' (PARSER = ' || quote_ident(pn.nspname) || '.'
         || quote_ident(p.prsname) || ')' AS definition,
       (SELECT json_agg('ALTER TEXT SEARCH CONFIGURATION ' || i.identity || ' ADD MAPPING FOR ' || m.tokens || ' WITH '
          || m.dictionaries ORDER BY m.tokens)
        FROM (SELECT string_agg(quote_ident(t.alias), ', ' ORDER BY t.alias) AS tokens, t.dictionaries
              FROM (SELECT k.alias, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS dictionaries
                    FROM pg_ts_config_map m JOIN ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype
                    WHERE m.mapcfg = c.oid GROUP BY k.alias) t GROUP BY t.dictionaries) m) AS more,
       'TEXT SEARCH CONFIGURATION ' || i.identity AS target, obj_description(c.oid, 'pg_ts_config') AS comment
FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace JOIN pg_ts_parser p ON p.oid = c.cfgparser
JOIN pg_namespace pn ON pn.oid = p.prsnamespace
CROSS JOIN LATERAL (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.cfgname) AS identity) i
WHERE c.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_ts_config'::regclass AND d.objid = c.oid AND d.deptype = 'e')
