-- Constraints of tables. NOT NULL is an attribute of columns, although newer servers list it here as well.
-- Where the server is too old for a column of the catalog, its bare name means the one in `fallback`.
SELECT n.nspname AS schema, c.relname AS parent, k.conname AS name,
       k.contype AS type, pg_get_constraintdef(k.oid) AS definition,
       -- An exclusion constraint may be over expressions alone, and a check over no column.
       coalesce((
         SELECT json_agg(a.attname ORDER BY u.place) FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number), '[]'::json) AS columns,
       k.convalidated AS validated, k.condeferrable AS deferrable, k.condeferred AS deferred,
       k.connoinherit AND k.contype = 'c' AS no_inherit, k.enforced,
       CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END AS expression,
       fn.nspname AS references_schema, f.relname AS references_table,
       CASE WHEN k.contype = 'f' THEN (
         SELECT json_agg(a.attname ORDER BY u.place) FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
         JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number) END AS references_columns,
       CASE k.confupdtype WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE'
         WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END AS on_update,
       CASE k.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE'
         WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END
         || CASE WHEN k.delete_columns IS NULL THEN '' ELSE (
           SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY u.place) || ')'
           FROM unnest(k.delete_columns) WITH ORDINALITY u(number, place)
           JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number) END AS on_delete,
       CASE k.confmatchtype WHEN 'f' THEN 'FULL' WHEN 'p' THEN 'PARTIAL' WHEN 's' THEN 'SIMPLE' END AS match,
       k.without_overlaps,
       CASE WHEN x.indnatts > x.indnkeyatts THEN (
         SELECT json_agg(a.attname ORDER BY u.place)
         FROM unnest(x.indkey::int2[]) WITH ORDINALITY u(number, place)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
         WHERE u.place > x.indnkeyatts) END AS include_columns,
       coalesce(x.nulls_not_distinct, false) AS nulls_not_distinct,
       CASE WHEN i.reloptions IS NOT NULL THEN (SELECT json_agg(o ORDER BY o COLLATE "C") FROM unnest(i.reloptions) o) END
         AS options,
       its.spcname AS tablespace, k.coninhcount > 0 AND NOT k.conislocal AS inherited,
       obj_description(k.oid, 'pg_constraint') AS comment
FROM (SELECT false AS conperiod, true AS conenforced, NULL::int2[] AS confdelsetcols,
             false AS indnullsnotdistinct) AS fallback
CROSS JOIN LATERAL (
  SELECT o.*, conperiod AS without_overlaps, conenforced AS enforced, confdelsetcols AS delete_columns
  FROM pg_constraint o WHERE o.contype IN ('p', 'u', 'f', 'c', 'x')) k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
LEFT JOIN LATERAL (
  SELECT o.*, indnullsnotdistinct AS nulls_not_distinct FROM pg_index o
) x ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_class i ON i.oid = x.indexrelid LEFT JOIN pg_tablespace its ON its.oid = i.reltablespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  -- A foreign key to a partitioned table has one helper for each partition, on the same table.
  AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.oid = k.conparentid AND o.conrelid = k.conrelid)
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e')
