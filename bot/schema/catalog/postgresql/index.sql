-- Indexes of tables and materialised views, apart from those behind constraints.
-- Where the server is too old for a column of the catalog, its bare name means the one in `fallback`.
SELECT n.nspname AS schema, c.relname AS parent, i.relname AS name,
       -- ONLY, which the server writes on partitioned tables, would leave the partitions without the index.
       replace(pg_get_indexdef(i.oid), ' ON ONLY ' || r.relation || ' USING ', ' ON ' || r.relation || ' USING ')
         AS definition,
       x.indisunique AS unique, am.amname AS method,
       (SELECT json_agg(coalesce(a.attname, pg_get_indexdef(i.oid, u.place::int, true)) ORDER BY u.place)
        FROM unnest(x.indkey::int2[]) WITH ORDINALITY u(number, place)
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number AND u.number > 0
        WHERE u.place <= x.indnkeyatts) AS columns,
       CASE WHEN x.indnatts > x.indnkeyatts THEN (
         SELECT json_agg(a.attname ORDER BY u.place)
         FROM unnest(x.indkey::int2[]) WITH ORDINALITY u(number, place)
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number
         WHERE u.place > x.indnkeyatts) END AS include,
       pg_get_expr(x.indpred, x.indrelid) AS predicate, x.indisvalid AS valid, x.nulls_not_distinct,
       CASE WHEN i.reloptions IS NOT NULL THEN (SELECT json_agg(o ORDER BY o COLLATE "C") FROM unnest(i.reloptions) o) END
         AS options,
       ts.spcname AS tablespace, st.targets AS statistics,
       i.relispartition AS inherited, obj_description(i.oid, 'pg_class') AS comment
FROM (SELECT false AS indnullsnotdistinct) AS fallback
CROSS JOIN LATERAL (SELECT o.*, indnullsnotdistinct AS nulls_not_distinct FROM pg_index o) x
JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS relation) r
JOIN pg_am am ON am.oid = i.relam
LEFT JOIN pg_tablespace ts ON ts.oid = i.reltablespace
LEFT JOIN (
  SELECT attrelid, json_object_agg(attnum, attstattarget ORDER BY attnum) AS targets
  FROM pg_attribute WHERE attstattarget > 0 AND attnum > 0 GROUP BY attrelid) st ON st.attrelid = i.oid
WHERE c.relkind IN ('r', 'p', 'f', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x'))
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.oid AND d.deptype = 'e')
