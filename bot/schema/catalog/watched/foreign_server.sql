-- Foreign servers.
-- unless empty: pg_foreign_server
SELECT '' AS schema, '' AS parent, s.srvname AS name,
       'CREATE SERVER ' || quote_ident(s.srvname) || coalesce(' TYPE ' || quote_literal(s.srvtype), '')
         || coalesce(' VERSION ' || quote_literal(s.srvversion), '')
         || ' FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)
         || coalesce(' OPTIONS (' || (SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value),
           ', ' ORDER BY o.option_name) FROM pg_options_to_table(s.srvoptions) o) || ')', '') AS definition,
       'SERVER ' || quote_ident(s.srvname) AS target, obj_description(s.oid, 'pg_foreign_server') AS comment
FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = 'pg_foreign_server'::regclass AND d.objid = s.oid AND d.deptype = 'e')
