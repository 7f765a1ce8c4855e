-- Procedural languages that somebody made without an extension: only superusers can.
-- unless empty: pg_language WHERE oid >= 16384
SELECT '' AS schema, '' AS parent, l.lanname AS name,
       'CREATE ' || CASE WHEN l.lanpltrusted THEN 'TRUSTED ' ELSE '' END || 'LANGUAGE ' || quote_ident(l.lanname)
         || ' HANDLER ' || l.lanplcallfoid::regproc
         || coalesce(' INLINE ' || nullif(l.laninline, 0)::regproc, '')
         || coalesce(' VALIDATOR ' || nullif(l.lanvalidator, 0)::regproc, '') AS definition,
       'LANGUAGE ' || quote_ident(l.lanname) AS target, obj_description(l.oid, 'pg_language') AS comment
FROM pg_language l
WHERE l.oid >= 16384 AND l.lanispl AND NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = 'pg_language'::regclass AND d.objid = l.oid AND d.deptype = 'e')
