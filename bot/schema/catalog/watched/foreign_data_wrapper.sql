-- Foreign data wrappers: only superusers make them.
-- unless empty: pg_foreign_data_wrapper
SELECT '' AS schema, '' AS parent, w.fdwname AS name,
       'CREATE FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)
         || coalesce(' HANDLER ' || nullif(w.fdwhandler, 0)::regproc, '')
         || coalesce(' VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc, '')
         || coalesce(' OPTIONS (' || (SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value),
           ', ' ORDER BY o.option_name) FROM pg_options_to_table(w.fdwoptions) o) || ')', '') AS definition,
       'FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname) AS target,
       obj_description(w.oid, 'pg_foreign_data_wrapper') AS comment
FROM pg_foreign_data_wrapper w
WHERE NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = 'pg_foreign_data_wrapper'::regclass AND d.objid = w.oid AND d.deptype = 'e')
