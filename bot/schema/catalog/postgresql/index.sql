-- Indexes of tables and materialised views, apart from those behind constraints.
SELECT n.nspname AS schema, c.relname AS parent, i.relname AS name,
       pg_get_indexdef(i.oid) AS definition, x.indisunique AS unique, am.amname AS method,
       (SELECT json_agg(coalesce(a.attname, pg_get_indexdef(i.oid, u.place::int, true)) ORDER BY u.place)
        FROM unnest(x.indkey::int2[]) WITH ORDINALITY u(number, place)
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number AND u.number > 0
        WHERE u.place <= x.indnkeyatts) AS columns,
       (SELECT json_agg(a.attname ORDER BY u.place) FROM unnest(x.indkey::int2[]) WITH ORDINALITY u(number, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number WHERE u.place > x.indnkeyatts) AS include,
       pg_get_expr(x.indpred, x.indrelid) AS predicate, x.indisvalid AS valid,
       (SELECT json_agg(o ORDER BY o) FROM unnest(i.reloptions) o) AS options, ts.spcname AS tablespace,
       i.relispartition AS inherited, x.indisclustered AS clustered,
       obj_description(i.oid, 'pg_class') AS comment
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am am ON am.oid = i.relam
LEFT JOIN pg_tablespace ts ON ts.oid = i.reltablespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x'))
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid IN (c.oid, i.oid) AND d.objsubid = 0 AND d.deptype = 'e')
