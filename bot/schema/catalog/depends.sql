-- Which object depends on which, as PostgreSQL notes it. Parts that are no objects of their own count as the whole:
-- defaults as their column, columns of views as the view, arrays as their elements' type, an index behind a
-- constraint as the constraint.
WITH object AS MATERIALIZED (
  SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid,
         CASE WHEN k.oid IS NOT NULL THEN 'constraint' ELSE CASE c.relkind WHEN 'v' THEN 'view'
           WHEN 'm' THEN 'materialized_view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'composite'
           WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' ELSE 'table' END END AS kind,
         n.nspname AS schema, coalesce(t.relname, '') AS parent, coalesce(k.conname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index x ON x.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = x.indrelid
  LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
  WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c', 'i', 'I') AND c.oid >= 16384
  UNION ALL
  SELECT 'pg_class'::regclass, a.attrelid, a.attnum,
         CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'c' THEN 'composite'
           ELSE 'column' END,
         n.nspname, CASE WHEN c.relkind IN ('r', 'p', 'f') THEN c.relname ELSE '' END,
         CASE WHEN c.relkind IN ('r', 'p', 'f') THEN a.attname ELSE c.relname END
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND c.oid >= 16384
  UNION ALL
  SELECT 'pg_attrdef'::regclass, d.oid, 0, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'column' END, n.nspname,
         CASE c.relkind WHEN 'v' THEN '' ELSE c.relname END, CASE c.relkind WHEN 'v' THEN c.relname ELSE a.attname END
  FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
  UNION ALL
  SELECT 'pg_constraint'::regclass, k.oid, 0, 'constraint', n.nspname, c.relname, k.conname
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  UNION ALL
  SELECT 'pg_constraint'::regclass, k.oid, 0, 'domain', n.nspname, '', t.typname
  FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid, 0, CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'function' END, n.nspname, '',
         p.proname || '(' || CASE p.prokind WHEN 'a' THEN pg_get_function_identity_arguments(p.oid)
           ELSE oidvectortypes(p.proargtypes) END || ')'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid >= 16384
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid, 0,
         CASE e.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' WHEN 'm' THEN 'range'
           ELSE CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'c' THEN 'composite'
             ELSE 'table' END END,
         n.nspname, '', coalesce(rt.typname, e.typname)
  FROM pg_type t
  JOIN pg_type e ON e.oid = CASE WHEN t.typtype = 'b' AND t.typcategory = 'A' AND t.typelem <> 0
    THEN t.typelem ELSE t.oid END
  JOIN pg_namespace n ON n.oid = e.typnamespace LEFT JOIN pg_class c ON c.oid = e.typrelid
  LEFT JOIN (SELECT (to_jsonb(r)->>'rngmultitypid')::oid AS multi, r.rngtypid FROM pg_range r) m ON m.multi = e.oid
  LEFT JOIN pg_type rt ON rt.oid = m.rngtypid
  WHERE e.typtype IN ('e', 'd', 'r', 'm', 'c') AND t.oid >= 16384
  UNION ALL
  SELECT 'pg_trigger'::regclass, t.oid, 0, 'trigger', n.nspname, c.relname, t.tgname
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT t.tgisinternal
  UNION ALL
  SELECT 'pg_policy'::regclass, p.oid, 0, 'policy', n.nspname, c.relname, p.polname
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  UNION ALL
  SELECT 'pg_statistic_ext'::regclass, s.oid, 0, 'statistics', n.nspname, c.relname, s.stxname
  FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid JOIN pg_namespace n ON n.oid = s.stxnamespace
  UNION ALL
  SELECT 'pg_rewrite'::regclass, r.oid, 0,
         CASE WHEN r.rulename <> '_RETURN' THEN 'rule' WHEN c.relkind = 'm' THEN 'materialized_view'
           ELSE 'view' END,
         n.nspname, CASE WHEN r.rulename <> '_RETURN' THEN c.relname ELSE '' END,
         CASE WHEN r.rulename <> '_RETURN' THEN r.rulename ELSE c.relname END
  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE r.oid >= 16384
  UNION ALL
  SELECT 'pg_collation'::regclass, c.oid, 0, 'collation', n.nspname, '', c.collname
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid >= 16384
  UNION ALL
  SELECT 'pg_event_trigger'::regclass, e.oid, 0, 'event_trigger', '', '', e.evtname FROM pg_event_trigger e
  UNION ALL
  SELECT 'pg_namespace'::regclass, n.oid, 0, 'schema', '', '', n.nspname FROM pg_namespace n
)
SELECT o.kind, o.schema, o.parent, o.name, r.kind, r.schema, r.parent, r.name
FROM pg_depend d
JOIN object o ON o.classid = d.classid AND o.objid = d.objid AND o.objsubid = d.objsubid
JOIN object r ON r.classid = d.refclassid AND r.objid = d.refobjid AND r.objsubid = d.refobjsubid
-- Objects of the system, 'public' aside, have smaller numbers.
WHERE d.deptype IN ('n', 'a', 'i') AND d.objid >= 16384
  AND (o.kind, o.schema, o.parent, o.name) IS DISTINCT FROM (r.kind, r.schema, r.parent, r.name)
