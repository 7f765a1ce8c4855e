-- Publications; `more` are the statements that add the tables and schemas to it.
-- Where the server is too old for a column of the catalog, its bare name means the one in `fallback`.
-- unless empty: pg_publication
SELECT '' AS schema, '' AS parent, p.pubname AS name,
       'CREATE PUBLICATION ' || quote_ident(p.pubname) || CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE '' END
         || ' WITH (publish = ''' || concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END,
           CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END,
           CASE WHEN p.pubtruncate THEN 'truncate' END) || ''''
         || CASE WHEN p.pubviaroot THEN ', publish_via_partition_root' ELSE '' END || ')' AS definition,
       (SELECT json_agg('ALTER PUBLICATION ' || quote_ident(p.pubname) || ' ADD ' || m.member ORDER BY m.member)
        FROM (SELECT 'TABLE ONLY ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                || coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attnum = ANY (r.columns::int2[])) || ')', '')
                || coalesce(' WHERE (' || pg_get_expr(r.filter, c.oid) || ')', '')
              FROM (SELECT NULL::int2vector AS prattrs, NULL::pg_node_tree AS prqual) AS fallback
              CROSS JOIN LATERAL (SELECT o.prpubid, o.prrelid, prattrs AS columns, prqual AS filter
                                  FROM pg_publication_rel o) r
              JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE r.prpubid = p.oid
              UNION ALL
              -- Schemas, which only newer servers publish, through what depends on them.
              SELECT 'TABLES IN SCHEMA ' || quote_ident(n.nspname)
              FROM pg_depend d JOIN pg_depend s ON s.classid = d.classid AND s.objid = d.objid
              JOIN pg_namespace n ON s.refclassid = 'pg_namespace'::regclass AND n.oid = s.refobjid
              WHERE d.refclassid = 'pg_publication'::regclass AND d.refobjid = p.oid
                AND d.classid = to_regclass('pg_catalog.pg_publication_namespace')) m(member)) AS more,
       'PUBLICATION ' || quote_ident(p.pubname) AS target, obj_description(p.oid, 'pg_publication') AS comment
FROM pg_publication p
