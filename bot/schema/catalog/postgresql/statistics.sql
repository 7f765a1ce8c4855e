-- Extended statistics. `target` is null where the server's default holds.
-- unless empty: pg_statistic_ext
SELECT n.nspname AS schema, c.relname AS parent, s.stxname AS name, pg_get_statisticsobjdef(s.oid) AS definition,
       nullif((to_jsonb(s)->>'stxstattarget')::int, -1) AS target,
       obj_description(s.oid, 'pg_statistic_ext') AS comment
FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid JOIN pg_namespace n ON n.oid = s.stxnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
