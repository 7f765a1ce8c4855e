-- Columns of tables. `type_kind` and the names beside it tell which type a column (or its elements) uses.
-- Where the server is too old for a column of the catalog, its bare name means the one in `fallback`.
SELECT n.nspname AS schema, c.relname AS parent, a.attname AS name,
       format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
       -- Since PostgreSQL 18 a NOT NULL can wait for its validation.
       v.conrelid IS NULL AS not_null_validated,
       CASE WHEN a.attgenerated = '' THEN pg_get_expr(ad.adbin, ad.adrelid) END AS default,
       CASE WHEN a.attgenerated <> '' THEN pg_get_expr(ad.adbin, ad.adrelid) END AS generated,
       a.attgenerated AS generated_kind, a.attidentity AS identity,
       CASE WHEN a.attcollation <> t.typcollation THEN CASE cn.nspname WHEN 'pg_catalog' THEN '' ELSE
         quote_ident(cn.nspname) || '.' END || quote_ident(co.collname) END AS collation,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage,
       nullif(a.compression, '') AS compression,
       nullif(a.attstattarget, -1) AS statistics,
       -- `pg_attver` is the server's own bookkeeping in recent minor releases: pg_dump does not print it either.
       CASE WHEN a.attoptions IS NOT NULL THEN (SELECT json_agg(o ORDER BY o COLLATE "C") FROM unnest(a.attoptions) o
         WHERE NOT starts_with(o, 'pg_attver=')) END AS options,
       CASE WHEN a.attfdwoptions IS NOT NULL
         THEN (SELECT json_agg(o ORDER BY o COLLATE "C") FROM unnest(a.attfdwoptions) o) END AS foreign_options,
       CASE e.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range'
         WHEN 'm' THEN 'multirange' ELSE 'base' END AS type_kind,
       en.nspname AS type_schema, e.typname AS type_name, e.oid <> t.oid AS array,
       -- Declared by the table itself, although a parent has it as well.
       CASE WHEN a.attinhcount > 0 THEN a.attislocal END AS local,
       a.attnum AS position, col_description(c.oid, a.attnum) AS comment
FROM (SELECT ''::"char" AS attcompression) AS fallback
CROSS JOIN LATERAL (SELECT o.*, attcompression AS compression FROM pg_attribute o) a
JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
-- A domain over an array is in the category of arrays, but it is a domain.
JOIN pg_type e ON e.oid = CASE WHEN t.typtype = 'b' AND t.typcategory = 'A' AND t.typelem <> 0
  THEN t.typelem ELSE t.oid END
JOIN pg_namespace en ON en.oid = e.typnamespace
LEFT JOIN pg_constraint v ON v.conrelid = c.oid AND v.contype = 'n' AND NOT v.convalidated
  AND v.conkey = ARRAY[a.attnum]
LEFT JOIN pg_attrdef ad ON ad.adrelid = c.oid AND ad.adnum = a.attnum
LEFT JOIN pg_collation co ON co.oid = a.attcollation LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e')
