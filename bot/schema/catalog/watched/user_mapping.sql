-- User mappings of foreign servers. The values of their options are secrets: only the names are read.
-- unless empty: pg_user_mapping
SELECT '' AS schema, '' AS parent, r.role || ' on ' || s.srvname AS name,
       CASE WHEN u.umoptions IS NULL
         THEN 'CREATE USER MAPPING FOR ' || r.role || ' SERVER ' || quote_ident(s.srvname) END AS definition,
       (SELECT json_agg(o.option_name ORDER BY o.option_name) FROM pg_options_to_table(u.umoptions) o) AS option_names,
       'USER MAPPING FOR ' || r.role || ' SERVER ' || quote_ident(s.srvname) AS target
FROM pg_user_mapping u JOIN pg_foreign_server s ON s.oid = u.umserver
CROSS JOIN LATERAL (
  SELECT CASE WHEN u.umuser = 0 THEN 'PUBLIC' WHEN u.umuser = b.datdba THEN 'CURRENT_USER'
    ELSE quote_ident(pg_get_userbyid(u.umuser)) END AS role
  FROM pg_database b WHERE b.datname = current_database()) r
WHERE NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = 'pg_user_mapping'::regclass AND d.objid = u.oid AND d.deptype = 'e')
