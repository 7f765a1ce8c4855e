-- What new objects of a role get by ALTER DEFAULT PRIVILEGES; `role` is empty for the project's own.
-- `privileges` and `revoked` as in access.sql.
-- unless empty: pg_default_acl
SELECT coalesce(n.nspname, '') AS schema, '' AS parent, k.objects || coalesce(' of ' || o.role, '') AS name,
       k.objects, o.role,
       (SELECT json_agg(json_build_array(e.role, e.privilege, e.grantable) ORDER BY e.role, e.privilege)
        FROM (SELECT w.role, g.privilege_type, g.is_grantable FROM aclexplode(d.defaclacl) g, LATERAL (
                SELECT CASE WHEN g.grantee = 0 THEN 'public' WHEN g.grantee = ANY (ours.roles) THEN 'CURRENT_USER'
                  ELSE pg_get_userbyid(g.grantee) END) w(role)
              EXCEPT
              SELECT w.role, g.privilege_type, g.is_grantable FROM aclexplode(k.usual) g, LATERAL (
                SELECT CASE WHEN g.grantee = 0 THEN 'public' WHEN g.grantee = ANY (ours.roles) THEN 'CURRENT_USER'
                  ELSE pg_get_userbyid(g.grantee) END) w(role)) e(role, privilege, grantable)) AS privileges,
       (SELECT json_agg(json_build_array(e.role, e.privilege, e.grantable) ORDER BY e.role, e.privilege)
        FROM (SELECT w.role, g.privilege_type, g.is_grantable FROM aclexplode(k.usual) g, LATERAL (
                SELECT CASE WHEN g.grantee = 0 THEN 'public' WHEN g.grantee = ANY (ours.roles) THEN 'CURRENT_USER'
                  ELSE pg_get_userbyid(g.grantee) END) w(role)
              EXCEPT
              SELECT w.role, g.privilege_type, g.is_grantable FROM aclexplode(d.defaclacl) g, LATERAL (
                SELECT CASE WHEN g.grantee = 0 THEN 'public' WHEN g.grantee = ANY (ours.roles) THEN 'CURRENT_USER'
                  ELSE pg_get_userbyid(g.grantee) END) w(role)) e(role, privilege, grantable)) AS revoked
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
CROSS JOIN (
  SELECT array_agg(r.oid) AS roles FROM pg_roles r
  WHERE r.rolname IN (current_user, 'pg_database_owner')
    OR r.oid = (SELECT b.datdba FROM pg_database b WHERE b.datname = current_database())) ours
CROSS JOIN LATERAL (
  SELECT CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
           WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS objects,
         -- What is said for one schema comes on top of what is said for all: NULL, for an empty array is no list of privileges.
         CASE WHEN d.defaclnamespace = 0 THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END,
           d.defaclrole) END AS usual) k
CROSS JOIN LATERAL (
  SELECT CASE WHEN d.defaclrole <> ALL (ours.roles) THEN pg_get_userbyid(d.defaclrole)::text END AS role) o
