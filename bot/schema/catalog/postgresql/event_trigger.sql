-- Event triggers.
-- unless empty: pg_event_trigger
SELECT '' AS schema, '' AS parent, e.evtname AS name,
       'CREATE EVENT TRIGGER ' || quote_ident(e.evtname) || ' ON ' || e.evtevent
         || coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(t), ', ') FROM unnest(e.evttags) t) || ')', '')
         || ' EXECUTE FUNCTION ' || e.evtfoid::regproc || '()' AS definition,
       e.evtenabled AS enabled, obj_description(e.oid, 'pg_event_trigger') AS comment
FROM pg_event_trigger e
WHERE NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = e.oid AND d.deptype = 'e')
