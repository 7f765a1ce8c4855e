-- Views with the columns that they have.
-- unless empty: pg_class WHERE relkind = 'v' AND oid >= 16384
SELECT n.nspname AS schema, '' AS parent, c.relname AS name, pg_get_viewdef(c.oid) AS definition,
       (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
          ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT json_object_agg(a.attname, pg_get_expr(ad.adbin, ad.adrelid) ORDER BY a.attname) FROM pg_attrdef ad
        JOIN pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
        WHERE ad.adrelid = c.oid) AS defaults,
       (SELECT json_object_agg(a.attname, d.description ORDER BY a.attname) FROM pg_description d
        JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
        WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid > 0) AS column_comments,
       (SELECT json_agg(o ORDER BY o COLLATE "C") FROM unnest(c.reloptions) o) AS options,
       obj_description(c.oid, 'pg_class') AS comment
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'v' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
