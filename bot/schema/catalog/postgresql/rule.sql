-- Rules, apart from those that make a view.
-- unless empty: pg_rewrite WHERE rulename <> '_RETURN' AND oid >= 16384
SELECT n.nspname AS schema, c.relname AS parent, r.rulename AS name, pg_get_ruledef(r.oid) AS definition,
       r.ev_enabled AS enabled, obj_description(r.oid, 'pg_rewrite') AS comment
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
