-- Owners and privileges, where they are not what every new object has. The project's role, its database's owner and
-- whoever reads this are one and the same: they are called otherwise on every server, as CURRENT_USER in SQL.
-- `privileges` were granted beyond the default, `revoked` are missing of it: [role, privilege, grantable].
WITH ours AS MATERIALIZED (
  SELECT r.oid FROM pg_roles r
  WHERE r.rolname IN (current_user, 'pg_database_owner')
    OR r.oid = (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database())
), object AS MATERIALIZED (
  SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'S' THEN 'sequence'
           ELSE 'table' END AS kind,
         n.nspname AS schema, ''::name AS parent, c.relname::text AS name, c.relowner AS owner, c.relacl AS acl,
         CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char" AS usual, '' AS of_column
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.oid >= 16384
  UNION ALL
  SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' ELSE 'column' END, n.nspname,
         CASE WHEN c.relkind IN ('v', 'm') THEN '' ELSE c.relname END,
         CASE WHEN c.relkind IN ('v', 'm') THEN c.relname ELSE a.attname END,
         0, a.attacl, 'c', CASE WHEN c.relkind IN ('v', 'm') THEN ' (' || quote_ident(a.attname) || ')' ELSE '' END
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.oid >= 16384
  UNION ALL
  SELECT CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'function' END, n.nspname, '',
         p.proname || '(' || CASE p.prokind WHEN 'a' THEN pg_get_function_identity_arguments(p.oid)
           ELSE oidvectortypes(p.proargtypes) END || ')', p.proowner, p.proacl, 'f', ''
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid >= 16384
  UNION ALL
  SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'composite' END,
         n.nspname, '', t.typname, t.typowner, t.typacl, 'T', ''
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typtype IN ('e', 'd', 'r', 'c') AND t.oid >= 16384
  UNION ALL
  SELECT 'schema', '', '', n.nspname, n.nspowner, n.nspacl, 'n', ''
  FROM pg_namespace n WHERE n.oid >= 16384 OR n.nspname = 'public'
  UNION ALL
  SELECT 'language', '', '', l.lanname, l.lanowner, l.lanacl, 'l', '' FROM pg_language l WHERE l.oid >= 16384
  UNION ALL
  SELECT 'foreign_data_wrapper', '', '', w.fdwname, w.fdwowner, w.fdwacl, 'F', '' FROM pg_foreign_data_wrapper w
  UNION ALL
  SELECT 'foreign_server', '', '', s.srvname, s.srvowner, s.srvacl, 'S', '' FROM pg_foreign_server s
  UNION ALL
  SELECT 'publication', '', '', p.pubname, p.pubowner, NULL, 'c', '' FROM pg_publication p
  UNION ALL
  SELECT 'statistics', n.nspname, c.relname, s.stxname, s.stxowner, NULL, 'c', ''
  FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid JOIN pg_namespace n ON n.oid = s.stxnamespace
  UNION ALL
  SELECT 'collation', n.nspname, '', c.collname, c.collowner, NULL, 'c', ''
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid >= 16384
  UNION ALL
  SELECT 'operator', n.nspname, '',
         o.oprname || '(' || format_type(nullif(o.oprleft, 0), NULL) || ', ' || format_type(o.oprright, NULL) || ')',
         o.oprowner, NULL, 'c', ''
  FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid >= 16384
  UNION ALL
  SELECT 'text_search_configuration', n.nspname, '', c.cfgname, c.cfgowner, NULL, 'c', ''
  FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace WHERE c.oid >= 16384
  UNION ALL
  SELECT 'text_search_dictionary', n.nspname, '', d.dictname, d.dictowner, NULL, 'c', ''
  FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace WHERE d.oid >= 16384
), entry AS (
  SELECT o.kind, o.schema, o.parent, o.name, e.grantee, e.privilege_type || o.of_column AS privilege, e.is_grantable,
         true AS given
  FROM object o CROSS JOIN LATERAL aclexplode(o.acl) e WHERE o.acl IS NOT NULL
  UNION ALL
  SELECT o.kind, o.schema, o.parent, o.name, e.grantee, e.privilege_type, e.is_grantable, false
  FROM object o CROSS JOIN LATERAL aclexplode(acldefault(o.usual, o.owner)) e WHERE o.acl IS NOT NULL
), unusual AS (
  SELECT e.kind, e.schema, e.parent, e.name, e.privilege, e.is_grantable, bool_or(e.given) AS given, NULL AS owner,
         CASE WHEN e.grantee = 0 THEN 'public' WHEN e.grantee IN (SELECT oid FROM ours) THEN 'CURRENT_USER'
           ELSE r.rolname END AS role
  FROM entry e LEFT JOIN pg_roles r ON r.oid = e.grantee
  GROUP BY 1, 2, 3, 4, 5, 6, 9
  HAVING bool_and(e.given) OR NOT bool_or(e.given)
  UNION ALL
  SELECT o.kind, o.schema, o.parent, o.name, NULL, NULL, NULL, r.rolname, NULL
  FROM object o JOIN pg_roles r ON r.oid = o.owner WHERE o.owner NOT IN (SELECT oid FROM ours)
)
SELECT u.schema, u.parent, u.kind || ' ' || u.name AS name, max(u.owner) AS owner,
       json_agg(json_build_array(u.role, u.privilege, u.is_grantable) ORDER BY u.role, u.privilege)
         FILTER (WHERE u.given) AS privileges,
       json_agg(json_build_array(u.role, u.privilege, u.is_grantable) ORDER BY u.role, u.privilege)
         FILTER (WHERE NOT u.given) AS revoked
FROM unusual u GROUP BY 1, 2, 3
