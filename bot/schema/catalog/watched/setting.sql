-- Settings of this database for everybody: what is set for one role in it does not come along into a copy.
-- unless empty: pg_db_role_setting
SELECT '' AS schema, '' AS parent, v.parameter AS name, v.value
FROM pg_db_role_setting s JOIN pg_database b ON b.oid = s.setdatabase
CROSS JOIN LATERAL unnest(s.setconfig) u(line)
CROSS JOIN LATERAL (
  SELECT split_part(u.line, '=', 1) AS parameter, substr(u.line, strpos(u.line, '=') + 1) AS value) v
WHERE b.datname = current_database() AND s.setrole = 0
