-- Families of operators, with all that is in them: members that a class brings as well as those added to the family.
-- unless empty: pg_opfamily WHERE oid >= 16384
SELECT n.nspname AS schema, '' AS parent, f.opfname || ' using ' || a.amname AS name,
       'CREATE OPERATOR FAMILY ' || i.identity AS definition,
       (SELECT json_agg(m.member ORDER BY m.member) FROM (
          SELECT 'OPERATOR ' || o.amopstrategy || ' ' || o.amopopr::regoperator
            || coalesce(' FOR ORDER BY ' || (SELECT quote_ident(sn.nspname) || '.' || quote_ident(s.opfname)
              FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = o.amopsortfamily), '')
          FROM pg_amop o WHERE o.amopfamily = f.oid
          UNION ALL
          SELECT 'FUNCTION ' || p.amprocnum || ' (' || format_type(p.amproclefttype, NULL) || ', '
            || format_type(p.amprocrighttype, NULL) || ') ' || p.amproc::regprocedure
          FROM pg_amproc p WHERE p.amprocfamily = f.oid) m(member)) AS members,
       'OPERATOR FAMILY ' || i.identity AS target, obj_description(f.oid, 'pg_opfamily') AS comment
FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am a ON a.oid = f.opfmethod
CROSS JOIN LATERAL (
  SELECT quote_ident(n.nspname) || '.' || quote_ident(f.opfname) || ' USING ' || quote_ident(a.amname) AS identity) i
WHERE f.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_opfamily'::regclass AND d.objid = f.oid AND d.deptype = 'e')
